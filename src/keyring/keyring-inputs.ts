import { EMPTY_SECRETS_HINT, maskProblem, oneLine, path, trueOrFalse } from "../action/input-parsers.ts";
import { field, group, type IsGiven, plainGroup, type Report, type Values } from "../action/inputs.ts";
import { isRetired, type Keyring, type KeyringEntry } from "../ca/keyring-entries.ts";
import { pemFromBase64 } from "../ca/pem-hints.ts";
import {
  givenForSecret,
  keyringSecretFields,
  keyringSecretReadingFields,
  resolveSecret,
} from "./github-secret-inputs.ts";
import { Passphrases } from "./passphrases.ts";
import {
  type AbsentFile,
  type OpenedKeyring,
  opensKeys,
  type Reading,
  readSource,
  readsCertificates,
  type StoredKeyring,
} from "./read-keyring-input.ts";
import { SECRET_LIMIT_BYTES } from "./secret-storage.ts";
import { givenForSource, keyringTargetFields, reportSamePlace, resolveTarget } from "./target-inputs.ts";
import { vanishingDisk } from "./vanishing-disk.ts";

/** The inputs that bring a keyring and say where to write it; each kind of task has its own group of them. */

/** The keyring of a task, and what opens its keys. */
export interface KeyringInput extends StoredKeyring {
  /** They open the keys of the keyring; the first one encrypts. */
  readonly passphrases: Passphrases;
  /** See {@link OpenedKeyring}; absent where keys are not opened at all. */
  readonly openMore?: OpenedKeyring["openMore"];
}

/** The keyring that a task looks after. */
export interface KeptKeyringInput extends Omit<KeyringInput, "openMore">, OpenedKeyring {
  /** The keyring at the target of a copy, and the way to write it. */
  readonly target?: KeyringInput;
}

const fields = {
  keyring: field({
    description:
      "Text of the keyring, as read from a secret: the private key and the certificate of each CA, newest first. Empty before the first registration.",
    secret: true,
    // The value may be base64 of the PEM text. The run writes it back as PEM.
    parse: (text: string) => pemFromBase64(text) ?? text,
  }),
  ...keyringSecretFields,
  "keyring-file": field({
    description:
      "Path of the file that keeps the keyring, instead of keyring and keyring-secret. Its folder must exist, on a disk that outlasts the job.",
    parse: path,
  }),
  "keyring-ephemeral": field({
    description:
      "Set to true if keyring-file lies on a disk that vanishes and a later step stores the file. Defaults to false.",
    default: "false",
    parse: trueOrFalse,
  }),
  "keyring-passphrase": field({
    description:
      "Passphrases of the private keys in the keyring, one a line. Each may open a key. The task encrypts with the first one. register, and rotate with apply: true, also encrypt a key that an earlier run stored unencrypted. Without a passphrase the task stores a new key unencrypted, with a warning.",
    secret: true,
    verbatim: true,
    parse: passphraseLines,
  }),
};

/** The inputs of a task that only reads the keyring. */
const readingFields = {
  keyring: fields.keyring,
  ...keyringSecretReadingFields,
  "keyring-file": {
    ...fields["keyring-file"],
    description: "Path of the file to read the keyring from, instead of keyring.",
  },
};

/** The keyring: at most one source, read and checked before anything runs. */
export const keyringInputs = group(fields, (values, report, given) =>
  openKeyring("is empty", values, report, given),
);

/**
 * The keyring of a task that writes it but never makes the first one: a keyring-file that does not exist is a mistyped
 * path.
 */
export const existingKeyringInputs = group(fields, (values, report, given) =>
  openKeyring("is wrong", values, report, given),
);

/** The keyring of a task that uses a key of it, and never writes it. */
export const openedKeyringInputs = group(
  {
    ...readingFields,
    "keyring-passphrase": field({
      description: "Passphrases of the private keys in the keyring, one a line. Each may open a key.",
      secret: true,
      verbatim: true,
      parse: passphraseLines,
    }),
  },
  (values, report, given) => openKeyring("is wrong", values, report, given),
);

/** The keyring of a task that only shows it: no key is opened, and certificates without keys are enough. */
export const watchedKeyringInputs = group(readingFields, (values, report, given) =>
  resolveKeyring(values, report, given, {
    absentFile: "is empty",
    lenient: true,
    passphrases: new Passphrases(),
    readText: readsCertificates(report),
  }),
);

/** The keyring of a task that looks after it: where it is, and where a copy of it goes. No key is opened here. */
export const keptKeyringInputs = group(
  {
    ...fields,
    "github-token": {
      ...fields["github-token"],
      description:
        "GitHub token that may write keyring-secret or keyring-target-secret: of a GitHub App, or a fine-grained personal access token. It needs Secrets: write, or Environments: write for a secret of an environment. The workflow's own GITHUB_TOKEN cannot write secrets.",
    },
    "keyring-ephemeral": {
      ...fields["keyring-ephemeral"],
      description:
        "Set to true if keyring-file or keyring-target-file lies on a disk that vanishes and a later step stores the file. Defaults to false.",
    },
    "keyring-passphrase": {
      ...fields["keyring-passphrase"],
      description:
        "Passphrases of the private keys in the keyring, one a line. Each may open a key, and together they must open every key. The task encrypts each key that is plain, or that another passphrase opens, with the first one. Without a passphrase it opens and encrypts no key.",
    },
    ...keyringTargetFields,
  },
  async (values, report, given): Promise<KeptKeyringInput | undefined> => {
    const source = await openKeyring("is wrong", values, report, givenForSource(given), () => true);
    const target = resolveTarget(values, report, given);
    if (!given("keyring") && !given("keyring-file"))
      report(
        "keyring",
        "is missing, and so is keyring-file. Give one of them",
        undefined,
        EMPTY_SECRETS_HINT,
      );
    if (source === undefined || target === "invalid") return undefined;
    if (target === undefined) return source;
    reportSamePlace(source, target, report);
    // The source's Passphrases remember the keys that they have opened, so no key is derived twice.
    return { ...source, target: { ...target, passphrases: source.passphrases } };
  },
);

/**
 * The input that names a CA to use again: one that was retired, removed from the platform, or refused by it.
 */
export const restoreInputs = plainGroup({
  restore: field({
    description:
      "CA of the keyring to upload and use again: its common name, or its SHA-256 fingerprint with or without colons. Use it for a CA that was retired too early, that somebody removed from the platform, or that the platform refused before.",
    parse: oneLine,
  }),
});

/** The values of all fields that one of these groups has. */
type KeyringValues = Partial<Values<typeof fields>>;

function openKeyring(
  absentFile: AbsentFile,
  values: KeyringValues,
  report: Report,
  given: IsGiven,
  stayClosed: (entry: KeyringEntry) => boolean = (entry) => isRetired(entry) || entry.tenant !== undefined,
): Promise<(KeyringInput & OpenedKeyring) | undefined> {
  const passphrases = new Passphrases(values["keyring-passphrase"]);
  const readText = opensKeys(passphrases, report, given, stayClosed);
  return resolveKeyring(values, report, given, { absentFile, passphrases, readText });
}

async function resolveKeyring<T extends { readonly keyring: Keyring }>(
  values: KeyringValues,
  report: Report,
  given: IsGiven,
  reading: Reading<T> & Pick<KeyringInput, "passphrases">,
): Promise<(KeyringInput & T) | undefined> {
  const { "keyring-file": file, "keyring-ephemeral": ephemeral } = values;
  const twoPlaces = reportTwoPlaces(report, given);
  const secret = twoPlaces ? undefined : resolveSecret(values, report, given);
  const found: Awaited<ReturnType<typeof readSource<T>>>[] = [];
  // One after the other: the errors keep their order.
  for (const source of ["keyring-file", "keyring"] as const)
    if (given(source)) found.push(await readSource(source, values, report, reading));
  if (twoPlaces) return undefined;
  // Without a text the keyring is empty.
  const [{ text, content } = { text: "", content: await reading.readText("", "keyring") }] = found;
  if (text === undefined) return undefined;
  reportSize(text, report, given);
  // The rules of the task need both.
  if (content === undefined || secret === "invalid") return undefined;
  const vanishes = file === undefined || ephemeral === true ? undefined : vanishingDisk(file);
  return {
    ...content,
    text,
    ...(file !== undefined && { file }),
    ...(secret !== undefined && { secret }),
    passphrases: reading.passphrases,
    ...(vanishes !== undefined && { vanishes }),
  };
}

/** Reports each input that excludes keyring-file. @returns whether there was one */
function reportTwoPlaces(report: Report, given: IsGiven): boolean {
  if (!given("keyring-file")) return false;
  const others = [...(given("keyring") ? ["keyring"] : []), ...givenForSecret(given)];
  for (const name of others)
    report(
      name,
      "is given together with keyring-file. The keyring has one place: give either keyring-file, or keyring with keyring-secret",
    );
  return others.length > 0;
}

function reportSize(text: string, report: Report, given: IsGiven): void {
  const size = Buffer.byteLength(text);
  if (!given("keyring-secret") || size <= SECRET_LIMIT_BYTES) return;
  report(
    "keyring",
    `has ${size} bytes. A GitHub secret holds at most ${SECRET_LIMIT_BYTES} bytes`,
    "KEYRING_TOO_LARGE",
  );
}

/** @returns the passphrases, one of each line; a line break at the end aside */
function passphraseLines(text: string): readonly string[] {
  if (text.includes("-----BEGIN "))
    throw new Error("holds PEM text instead of passphrases. Give one passphrase a line");
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const problem = passphraseProblem(line, lines.slice(0, index));
    const where = lines.length > 1 ? ` in line ${index + 1}` : "";
    if (problem !== undefined) throw new Error(`has a passphrase${where} that ${problem}`);
  }
  return lines;
}

function passphraseProblem(text: string, others: readonly string[]): string | undefined {
  if (text.trim() === "") return "is blank. Give one passphrase a line";
  if (/[\r\0]/.test(text))
    return "contains a control character. OpenSSL would ignore what follows it. Use another passphrase";
  // Node opens keys with a passphrase of at most 1024 bytes (measured). OpenSSL encrypts with longer ones,
  // too.
  if (Buffer.byteLength(text) > 1024) return "is longer than 1024 bytes. Use a shorter one";
  if (others.includes(text))
    return `is the same as in line ${others.indexOf(text) + 1}. Give each passphrase once`;
  return maskProblem(text);
}
