import { accessSync, constants, lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { ActionError } from "../../ca/errors.ts";
import type { Keyring } from "../../ca/keyring.ts";
import { field, group, type Report, type Values } from "../../github/inputs.ts";
import { readKeyring } from "../../keyring/store.ts";
import { path, trueOrFalse } from "./texts.ts";

/** The keyring as it came in, and where it may be written. */
export interface KeyringInput {
  readonly keyring: Keyring;
  /** Absolute path of keyring-file. */
  readonly file?: string;
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
  "keyring-file": field({
    description: "A file to read the keyring from and to write it to, instead of keyring.",
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
    parse: passphrase,
  }),
};

/** The keyring: at most one source, read and checked before anything runs. */
export const keyringInputs = group(fields, (values, report, given): KeyringInput | undefined => {
  if (given("keyring") && given("keyring-file")) {
    report("keyring", "and keyring-file are both given; the keyring lives in one place");
    return undefined;
  }
  const { "keyring-file": file, "keyring-ephemeral": ephemeral, "keyring-passphrase": secret } = values;
  const source = file === undefined ? "keyring" : "keyring-file";
  const text = file === undefined ? (values.keyring ?? "") : readFile(file, report);
  if (text === undefined || (given("keyring-file") && file === undefined)) return undefined;
  const keyring = read(text, secret, source, report);
  // Whether a key would be made depends on it: no further rule can be judged.
  if (keyring === undefined) return undefined;
  const vanishes = file === undefined || ephemeral === true ? undefined : vanishingDisk(file);
  return {
    keyring,
    ...(file === undefined ? {} : { file }),
    ...(secret === undefined ? {} : { passphrase: secret }),
    ...(vanishes === undefined ? {} : { vanishes }),
  };
});

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

function read(
  text: string,
  secret: string | undefined,
  source: keyof Values<typeof fields>,
  report: Report,
): Keyring | undefined {
  try {
    return readKeyring(text, secret);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const input = error.code === "KEYRING_PASSPHRASE" ? "keyring-passphrase" : source;
    report(input, error.message.replace("The keyring: ", "the keyring cannot be used: "), error.code);
    return undefined;
  }
}

/** @returns the file's text, empty where it does not exist yet; undefined where it was reported */
function readFile(file: string, report: Report): string | undefined {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) {
      accessSync(dirname(file));
      return "";
    }
    if (found.isFile()) return readFileSync(file, "utf8");
    report("keyring-file", "is not a regular file; give the path of the file itself, no link or folder");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report(
      "keyring-file",
      `cannot be read, or its folder cannot be written (${code}); the folder must exist`,
    );
  }
  return undefined;
}

/** @returns why a file vanishes with the job, or undefined */
function vanishingDisk(file: string): string | undefined {
  if (process.env["RUNNER_ENVIRONMENT"] === "github-hosted")
    return "lies on the disk of a GitHub-hosted runner";
  for (const name of ["RUNNER_TEMP", "GITHUB_WORKSPACE"]) {
    const folder = process.env[name] ?? "";
    if (folder !== "" && isInside(file, folder)) return `lies inside ${name}`;
  }
  return undefined;
}

function isInside(file: string, folder: string): boolean {
  const between = relative(real(folder), join(real(dirname(file)), basename(file)));
  return between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function passphrase(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error("contains a line break; OpenSSL would stop there");
  // Node opens keys with at most this many bytes (measured); OpenSSL would lock them with more.
  if (Buffer.byteLength(text) > 1024) throw new Error("is longer than 1024 bytes");
  return text;
}
