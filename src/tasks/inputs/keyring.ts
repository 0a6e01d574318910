import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { ActionError } from "../../ca/errors.ts";
import { EMPTY_KEYRING, type Keyring } from "../../ca/keyring.ts";
import { formatKeyring, roomForOneMore } from "../../ca/keyring-text.ts";
import { field, group, type IsGiven, type Report, type Values } from "../../github/inputs.ts";
import { SECRET_LIMIT_BYTES } from "../../keyring/secret.ts";
import { readCertificates, readKeyring } from "../../keyring/store.ts";
import { readKeyringFile, vanishingDisk } from "./keyring-file.ts";
import {
  givenForSecret,
  type KeyringSecretInput,
  keyringSecretFields,
  resolveSecret,
} from "./keyring-secret.ts";
import { path, trueOrFalse } from "./texts.ts";

/** The keyring as it came in, and where it may be written. */
export interface KeyringInput {
  readonly keyring: Keyring;
  /** The same as it came in; empty where nothing did. */
  readonly text: string;
  /** Absolute path of keyring-file. */
  readonly file?: string;
  /** The secret to write it to; never beside a file. */
  readonly secret?: KeyringSecretInput;
  readonly passphrase?: string;
  /** Why the file may vanish with the job, unless the user knows. */
  readonly vanishes?: string;
}

const fields = {
  keyring: field({
    description:
      "The keyring as read from a secret: each CA's private key followed by its certificate, newest first.",
    secret: true,
    parse: (text: string) => text,
  }),
  ...keyringSecretFields,
  "keyring-file": field({
    description: "A file to read the keyring from and to write it to, instead of keyring and keyring-secret.",
    parse: path,
  }),
  "keyring-ephemeral": field({
    description:
      "true: I know that keyring-file lies on a disk that vanishes, and store it myself in a later step.",
    default: "false",
    parse: trueOrFalse,
  }),
  "keyring-passphrase": field({
    description: "Passphrase that encrypts the keys inside the keyring.",
    secret: true,
    verbatim: true,
    parse: passphraseText,
  }),
};

/** The keyring: at most one source, read and checked before anything runs. */
export const keyringInputs = group(fields, (values, report, given) =>
  resolveKeyring(values, report, given, (text, source) => {
    const keyring = read(() => readKeyring(text, values["keyring-passphrase"]), source, report);
    return keyring && { keyring };
  }),
);

/** The keyring of a task that only looks: its keys are not opened, and certificates alone will do. */
export const watchedKeyringInputs = group(fields, (values, report, given) =>
  resolveKeyring(values, report, given, (text, source) => {
    const certificates = read(() => readCertificates(text), source, report);
    return certificates && { keyring: EMPTY_KEYRING, certificates };
  }),
);

const { keyring, "keyring-file": keyringFile, "keyring-passphrase": keyringPassphrase } = fields;
const readOnlyFields = {
  keyring,
  "keyring-file": field({
    ...keyringFile,
    description: "A file to read the keyring from, instead of keyring.",
  }),
  "keyring-passphrase": field({
    ...keyringPassphrase,
    description: "Passphrase of the keys inside the keyring.",
  }),
};

/** The keyring of a task that needs a CA's key and never writes it back. */
export const readOnlyKeyringInputs = group(readOnlyFields, (values, report, given) =>
  resolveKeyring(
    values,
    report,
    // What a workflow gives besides is not read.
    (input) => input in readOnlyFields && given(input),
    (text, source) => {
      const found = read(() => readKeyring(text, values["keyring-passphrase"]), source, report);
      return found && { keyring: found };
    },
  ),
);

function resolveKeyring<T extends { readonly keyring: Keyring }>(
  values: Partial<Values<typeof fields>>,
  report: Report,
  given: IsGiven,
  readText: (text: string, source: "keyring" | "keyring-file") => T | undefined,
): (KeyringInput & T) | undefined {
  if (reportTwoPlaces(values, report, given)) return undefined;
  const { "keyring-file": file, "keyring-ephemeral": ephemeral, "keyring-passphrase": passphrase } = values;
  const secret = resolveSecret(values, report, given);
  const text = file === undefined ? (values.keyring ?? "") : readKeyringFile(file, report);
  if (text === undefined || (given("keyring-file") && file === undefined)) return undefined;
  reportSize(text, report, given);
  const content = readText(text, file === undefined ? "keyring" : "keyring-file");
  // Whether a key would be made, and kept, depends on them: no further rule can be judged.
  if (content === undefined || secret === "invalid") return undefined;
  const vanishes = file === undefined || ephemeral === true ? undefined : vanishingDisk(file);
  return {
    ...content,
    text,
    ...(file !== undefined && { file }),
    ...(secret !== undefined && { secret }),
    ...(passphrase !== undefined && { passphrase }),
    ...(vanishes !== undefined && { vanishes }),
  };
}

/** @returns whether a file and something else are given; each of the others is reported, and what is wrong with the file */
function reportTwoPlaces(values: Partial<Values<typeof fields>>, report: Report, given: IsGiven): boolean {
  if (!given("keyring-file")) return false;
  const others = [...(given("keyring") ? ["keyring"] : []), ...givenForSecret(values, given)];
  for (const name of others) report(name, "and keyring-file are both given; the keyring lives in one place");
  if (others.length === 0) return false;
  if (values["keyring-file"] !== undefined) readKeyringFile(values["keyring-file"], report);
  return true;
}

/**
 * The rules for a task that writes the keyring: its folder can be written, on a disk that lasts (guarantee 2).
 * @param rehearsal whether the gateway is on loopback
 */
export function requireLastingFile(
  keyring: KeyringInput | undefined,
  rehearsal: boolean,
  report: Report,
): void {
  if (keyring?.file === undefined) return;
  try {
    accessSync(dirname(keyring.file), constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report("keyring-file", `lies in a folder that cannot be written (${code}); the folder must exist`);
  }
  if (keyring.vanishes === undefined || rehearsal) return;
  report(
    "keyring-file",
    `${keyring.vanishes}, which vanishes with the job. Use a disk that lasts, or set keyring-ephemeral: true and store the file in a later step`,
    "KEYRING_EPHEMERAL",
  );
}

/** @returns whether there is a place to write the keyring to */
export function hasTarget({ file, secret }: KeyringInput): boolean {
  return file !== undefined || secret !== undefined;
}

/**
 * The rule for a task that would make a CA key: a secret must have room for one more CA (guarantee 9).
 * @param keyBits size of the key that would be made
 */
export function requireRoom({ keyring, secret }: KeyringInput, keyBits: number, report: Report): void {
  if (secret === undefined) return;
  const room = roomForOneMore(keyBits);
  const size = Buffer.byteLength(formatKeyring(keyring));
  if (size + room <= SECRET_LIMIT_BYTES) return;
  report(
    "keyring",
    `has ${size} bytes, and one more CA needs up to ${room}; a GitHub secret takes ${SECRET_LIMIT_BYTES}`,
    "KEYRING_TOO_LARGE",
  );
}

function reportSize(text: string, report: Report, given: IsGiven): void {
  const size = Buffer.byteLength(text);
  if (!given("keyring-secret") || size <= SECRET_LIMIT_BYTES) return;
  report("keyring", `has ${size} bytes; a GitHub secret takes ${SECRET_LIMIT_BYTES}`, "KEYRING_TOO_LARGE");
}

function read<T>(parse: () => T, source: "keyring" | "keyring-file", report: Report): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const input = error.code === "KEYRING_PASSPHRASE" ? "keyring-passphrase" : source;
    report(input, error.message.replace("The keyring: ", "the keyring cannot be used: "), error.code);
    return undefined;
  }
}

function passphraseText(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error("contains a line break; OpenSSL would stop there");
  // Node opens keys with at most this many bytes (measured); OpenSSL would lock them with more.
  if (Buffer.byteLength(text) > 1024) throw new Error("is longer than 1024 bytes");
  return text;
}
