import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { emptySecret, maskProblem, path, trueOrFalse } from "../action/input-texts.ts";
import { field, group, type IsGiven, type Report, type Values } from "../action/inputs.ts";
import type { Runner } from "../action/runner.ts";
import type { Certificate } from "../ca/certificate.ts";
import { isOfTenant, isSameCa, type Keyring, type KeyringEntry } from "../ca/keyring.ts";
import { pemFromBase64 } from "../ca/pem-hint.ts";
import { quoted } from "../messages/printable.ts";
import { type AbsentFile, folderProblem } from "./file-input.ts";
import { formatKeyring, roomForOneMore } from "./format.ts";
import { plainKeyProblem } from "./keeper.ts";
import { Passphrases } from "./passphrases.ts";
import {
  givenForSecret,
  type KeyringSecretInput,
  keyringSecretFields,
  keyringSecretReadingFields,
  resolveSecret,
} from "./secret-inputs.ts";
import { SECRET_LIMIT_BYTES } from "./secret-store.ts";
import { type OpenedKeyring, opensKeys, type Reading, readSource, readsCertificates } from "./text-input.ts";
import { type Vanishing, vanishingDisk } from "./vanishing-disk.ts";

/** The keyring as it came in, and where it may be written. */
export interface KeyringInput {
  readonly keyring: Keyring;
  /** The same as it came in; empty where nothing did. */
  readonly text: string;
  /** Absolute path of keyring-file. */
  readonly file?: string;
  /** The secret to write it to; never beside a file. */
  readonly secret?: KeyringSecretInput;
  /** Open its keys; the first encrypts. */
  readonly passphrases: Passphrases;
  /** Why the file may vanish with the job, unless the user knows. */
  readonly vanishes?: Vanishing;
  /** See {@link OpenedKeyring}; absent where keys are not opened at all. */
  readonly openOwn?: OpenedKeyring["openOwn"];
}

const fields = {
  keyring: field({
    description:
      "Text of the keyring, as read from a secret: the private key and the certificate of each CA, newest first. Empty before the first registration.",
    secret: true,
    // Written back it is PEM.
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
      "Passphrases of the private keys in the keyring, one a line. Each may open a key. The task encrypts with the first one when it next writes the keyring. Without a passphrase it stores a new key unencrypted, with a warning.",
    secret: true,
    verbatim: true,
    parse: passphraseLines,
  }),
};

/** The same where the keyring is only read. */
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
 * The keyring of a task that never makes the first one, but writes it: a mistyped keyring-file would pass for one that holds
 * nothing.
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

/** The keyring of a task that only looks: its keys are not opened, and certificates alone will do. */
export const watchedKeyringInputs = group(readingFields, (values, report, given) =>
  resolveKeyring(values, report, given, {
    absentFile: "is empty",
    lenient: true,
    passphrases: new Passphrases(),
    readText: readsCertificates(report),
  }),
);

/** The values of all fields that one of these groups has. */
type KeyringValues = Partial<Values<typeof fields>>;

function openKeyring(
  absentFile: AbsentFile,
  values: KeyringValues,
  report: Report,
  given: IsGiven,
): KeyringInput | undefined {
  const passphrases = new Passphrases(values["keyring-passphrase"]);
  const readText = opensKeys(passphrases, report, given);
  return resolveKeyring(values, report, given, { absentFile, passphrases, readText });
}

function resolveKeyring<T extends { readonly keyring: Keyring }>(
  values: KeyringValues,
  report: Report,
  given: IsGiven,
  reading: Reading<T> & Pick<KeyringInput, "passphrases">,
): (KeyringInput & T) | undefined {
  const { "keyring-file": file, "keyring-ephemeral": ephemeral } = values;
  const twoPlaces = reportTwoPlaces(report, given);
  const secret = twoPlaces ? undefined : resolveSecret(values, report, given);
  const found = (["keyring-file", "keyring"] as const)
    .filter((source) => given(source))
    .map((source) => readSource(source, values, report, reading));
  if (twoPlaces) return undefined;
  // Of no text at all comes an empty keyring.
  const [{ text, content } = { text: "", content: reading.readText("", "keyring") }] = found;
  if (text === undefined) return undefined;
  reportSize(text, report, given);
  // Whether a key would be made, and kept, depends on them: no further rule can be judged.
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

/** @returns whether a file and something else are given; each of the others is reported */
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

/**
 * The rules for a task that writes the keyring: its folder can be written, on a disk that lasts (guarantee 2).
 * @param rehearsal whether the gateway is on loopback; undefined where that cannot be told, for what was given for it was
 * refused itself
 */
export function requireLastingFile(
  keyring: KeyringInput | undefined,
  rehearsal: boolean | undefined,
  report: Report,
): void {
  if (keyring?.file === undefined) return;
  try {
    accessSync(dirname(keyring.file), constants.W_OK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    report("keyring-file", folderProblem(dirname(keyring.file), code));
  }
  if (keyring.vanishes?.sure !== true || rehearsal !== false) return;
  report(
    "keyring-file",
    `${keyring.vanishes.says}, which does not last. Use a path on a disk that outlasts the job, or set keyring-ephemeral: true and store the file in a later step`,
    "KEYRING_EPHEMERAL",
  );
}

/**
 * The rules for a task that works for a tenant: not every CA of the keyring is another one's, none that is brought along
 * is (guarantee 12), and the tenant's own keys open.
 * @param tenant undefined where it is not valid
 * @returns whether there is more to judge: false where the whole keyring is another one's, or its keys do not open
 */
export function requireTenant(
  keyring:
    | (Pick<KeyringInput, "keyring" | "file" | "openOwn"> & { readonly certificates?: Kept })
    | undefined,
  tenant: string | undefined,
  brought: { readonly certificate: Certificate } | undefined,
  report: Report,
): boolean {
  if (keyring === undefined || tenant === undefined) return true;
  const entries = keyring.certificates ?? keyring.keyring.entries;
  const others = entries.filter((entry) => !isOfTenant(entry, tenant));
  if (others.length > 0 && others.length === entries.length) {
    const whose = [...new Set(others.map((entry) => quoted(entry.tenant ?? "")))].join(", ");
    report(
      keyring.file === undefined ? "keyring" : "keyring-file",
      `holds only CAs of another tenant (${whose}), and tenant is ${quoted(tenant)}`,
      "KEYRING_OTHER_TENANT",
    );
    return false;
  }
  const theirs = brought && others.find((entry) => isSameCa(entry, brought));
  if (theirs !== undefined) {
    const whose = quoted(theirs.tenant ?? "");
    report("ca-certificate", `is the CA of tenant ${whose} in the keyring`, "KEYRING_OTHER_TENANT");
  }
  return keyring.openOwn?.(tenant) ?? true;
}

type Kept = readonly Pick<KeyringEntry, "certificate" | "tenant">[];

/**
 * Warns of a file that may not last: of every such file where it is only read, and where it is written of one that was not
 * refused by {@link requireLastingFile}.
 * @param rehearsal whether the gateway is on loopback
 */
export function warnOfVanishingFile(
  { warning }: Pick<Runner, "warning">,
  { vanishes }: Pick<KeyringInput, "vanishes">,
  rehearsal: boolean,
): void {
  if (vanishes === undefined || rehearsal) return;
  warning(`keyring-file ${vanishes.says}: a CA key that is kept only there may be lost.`);
}

/** @returns whether there is a place to write the keyring to */
export function hasTarget({ file, secret }: KeyringInput): boolean {
  return file !== undefined || secret !== undefined;
}

/**
 * The rules for a task that would make a CA key: no plain key goes beside an encrypted one, and a secret must have room for
 * one more CA (guarantee 9).
 * @param keyBits size of the key that would be made
 */
export function requireRoom(input: KeyringInput, keyBits: number, report: Report): void {
  const { keyring, secret } = input;
  requirePassphrase(input, report);
  if (secret === undefined) return;
  const room = roomForOneMore(keyBits);
  const size = Buffer.byteLength(formatKeyring(keyring));
  if (size + room <= SECRET_LIMIT_BYTES) return;
  report(
    "keyring",
    `has ${size} bytes, and one more CA needs up to ${room} bytes. A GitHub secret holds at most ${SECRET_LIMIT_BYTES} bytes`,
    "KEYRING_TOO_LARGE",
  );
}

/** The rule for a task that would add a key to the keyring: see {@link plainKeyProblem}. */
export function requirePassphrase(input: KeyringInput, report: Report): void {
  if (!hasTarget(input)) return;
  const problem = plainKeyProblem(input.keyring, input.passphrases);
  if (problem !== undefined)
    report("keyring-passphrase", problem, "PASSPHRASE_WRONG", emptySecret("keyring-passphrase"));
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
  // Node opens keys with at most this many bytes (measured); OpenSSL would lock them with more.
  if (Buffer.byteLength(text) > 1024) return "is longer than 1024 bytes. Use a shorter one";
  if (others.includes(text))
    return `is the same as in line ${others.indexOf(text) + 1}. Give each passphrase once`;
  return maskProblem(text);
}
