import { accessSync, existsSync, lstatSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { emptySecretHint } from "../action/input-parsers.ts";
import type { IsGiven, Report } from "../action/inputs.ts";
import { EMPTY_KEYRING, type Keyring, type KeyringEntry } from "../ca/keyring-entries.ts";
import { decodeText } from "../ca/pem-hints.ts";
import { KEYRING_FILE_LIMIT_BYTES } from "./file-storage.ts";
import type { KeyringSecretInput } from "./github-secret-inputs.ts";
import {
  KeyringEncryptionError,
  KeyringError,
  parseCertificates,
  parseClosed,
  requireKeysOpen,
} from "./keyring-format.ts";
import type { Passphrases } from "./passphrases.ts";
import type { Vanishing } from "./vanishing-disk.ts";

/** Reads the text that came in, from `keyring` or `keyring-file`, and reports what is wrong with it. */

const CONFIRM = ". If it was empty from the start, set keyring-import: true";

/** A keyring that the inputs name: its content, and where it may be written. */
export interface StoredKeyring {
  readonly keyring: Keyring;
  /** What {@link keyring} was parsed from; empty where nothing came in. */
  readonly text: string;
  /** Absolute path of its file. */
  readonly file?: string;
  /** The secret to write it to; never beside a file. */
  readonly secret?: KeyringSecretInput;
  /** Why the file may vanish with the job; undefined also where keyring-ephemeral is true. */
  readonly vanishes?: Vanishing;
}

/** The inputs that a keyring's text comes from. */
type Source = "keyring" | "keyring-file";

/**
 * The values of the inputs that are needed to read a keyring; undefined where one is missing or not valid.
 */
interface TextValues {
  readonly keyring?: string | undefined;
  readonly "keyring-file"?: string | undefined;
  readonly "keyring-import"?: boolean | undefined;
}

/** The meaning of a keyring-file that does not exist: there is no keyring yet, or the path is wrong. */
export type AbsentFile = "is empty" | "is wrong";

/** How one task takes the keyring. */
export interface Reading<T> {
  /** What a keyring-file that does not exist means. */
  readonly absentFile: AbsentFile;
  /** Whether a keyring-file that exists and is empty is accepted as a keyring without CAs. */
  readonly lenient?: true;
  /** Reads one text; undefined where it was reported. */
  readonly readText: (text: string, source: Source) => Promise<T | undefined>;
}

/** @returns one source's text and what it holds; without either where that was reported */
export async function readSource<T>(
  source: Source,
  values: TextValues,
  report: Report,
  { absentFile, lenient, readText }: Reading<T>,
): Promise<{ text?: string; content?: T | undefined }> {
  const value = values[source];
  const text =
    value === undefined || source === "keyring" ? value : readKeyringFile(value, absentFile, report, source);
  if (text === undefined) return {};
  if (source === "keyring-file" && lenient !== true && values["keyring-import"] !== true) {
    const problem = emptiedProblem(value, text);
    if (problem !== undefined) {
      // A task that only reads has no input keyring-import.
      const confirm = values["keyring-import"] === undefined ? "" : CONFIRM;
      report(source, `${problem}${confirm}`, "KEYRING_DAMAGED");
      return {};
    }
  }
  return { text, content: await readText(text, source) };
}

/**
 * @param input the one that names the file
 * @returns the file's text, empty where it does not exist and need not; undefined where it was reported
 */
export function readKeyringFile(
  file: string,
  absent: AbsentFile,
  report: Report,
  input: "keyring-file" | "keyring-target-file",
): string | undefined {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) {
      accessSync(dirname(file));
      if (absent === "is empty") return "";
      report(input, "does not exist. Give the path of the keyring that an earlier run wrote");
    } else if (!found.isFile()) {
      report(input, "is not a regular file. Give the path of the file itself, not of a link or a folder");
    } else if (found.size > KEYRING_FILE_LIMIT_BYTES) {
      report(
        input,
        "is larger than 1 MiB, and no keyring is that large. Give the path of the keyring that an earlier run wrote",
      );
    } else {
      return decoded(readFileSync(file), report, input);
    }
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    const itself = syscall === "open" || syscall === "read";
    const unread = `cannot be read (${code}). The user ${userName()} must be able to read the file ${file}`;
    report(input, itself ? unread : folderProblem(dirname(file), code));
  }
  return undefined;
}

/**
 * @param folder absolute path of the folder of keyring-file
 * @param code the system's code of the attempt to use the folder
 * @param user the name or number of the user who runs this
 * @returns what is wrong with the folder and what repairs it, to follow `keyring-file`
 */
export function folderProblem(folder: string, code: string, user = userName()): string {
  const create = (path: string) => `sudo install -d -m 700 -o ${user} ${inShell(path)}`;
  if (code === "ENOENT")
    return `needs the folder ${folder}, which does not exist. Create it: ${create(folder)}`;
  // The folder may belong to the system, so the advice is another folder, not another owner.
  if (code === "EACCES" || code === "EPERM")
    return `lies in the folder ${folder}, which the user ${user} may not write (${code}). Use a folder of that user, for example: ${create(join(folder, "mindconnect-ca"))}`;
  return `lies in the folder ${folder}, which cannot be used (${code}). Use a folder that the user ${user} can write`;
}

/** @returns the name of the user; the number of a user without a name, as in a container */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 0);
  }
}

function inShell(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function decoded(bytes: Buffer, report: Report, input: string): string | undefined {
  try {
    return decodeText(bytes);
  } catch (error) {
    report(input, (error as Error).message, "KEYRING_DAMAGED");
    return undefined;
  }
}

/** @returns what is wrong with a keyring-file that exists and is blank; undefined for any other file */
export function emptiedProblem(file: string | undefined, text: string): string | undefined {
  if (file === undefined || text.trim() !== "" || !existsSync(file)) return undefined;
  return "exists and is empty. A full disk may have emptied it. Restore its last good copy";
}

/** A keyring whose keys were opened, except those of the entries that were to stay closed. */
export interface OpenedKeyring {
  readonly keyring: Keyring;
  /**
   * Opens all keys but those for which `stayClosed` is true.
   * @returns whether they open; false where a problem was reported
   */
  readonly openMore: (stayClosed: (entry: KeyringEntry) => boolean) => Promise<boolean>;
}

/**
 * @param stayClosed tells whether an entry's encrypted key is not opened when the text is read
 * @returns the way to read a keyring with its keys, each opened with a passphrase that came in. Damage anywhere in the text is
 * reported before a passphrase that does not open
 */
export function opensKeys(
  passphrases: Passphrases,
  report: Report,
  given: IsGiven,
  stayClosed: (entry: KeyringEntry) => boolean,
): Reading<OpenedKeyring>["readText"] {
  // Passphrases that are not valid by themselves were reported already.
  const none = passphrases.first === undefined;
  const reported = none && given("keyring-passphrase");
  return async (text, source) => {
    const judge = <T>(use: () => T | Promise<T>) =>
      judged(use, source, (input, message, code) => {
        if (input !== "keyring-passphrase") report(input, message, code);
        else if (!reported) report(input, message, code, none ? emptySecretHint(input) : undefined);
      });
    const keyring = await judge(() => parseClosed(text));
    if (keyring === undefined) return undefined;
    const openMore: OpenedKeyring["openMore"] = async (closed) => {
      const open = await judge(async () => {
        await requireKeysOpen(keyring, passphrases, closed);
        return true;
      });
      return open ?? false;
    };
    return (await openMore(stayClosed)) ? { keyring, openMore } : undefined;
  };
}

/** @returns the way to read only a keyring's certificates: its keys are not opened, and may be missing */
export function readsCertificates(
  report: Report,
): Reading<{ keyring: Keyring; certificates: KeyringEntry[] }>["readText"] {
  return async (text, source) => {
    const certificates = await judged(() => parseCertificates(text), source, report);
    return certificates && { keyring: EMPTY_KEYRING, certificates };
  };
}

/** @returns what `use` returns; undefined where it found the keyring unusable, which is reported */
async function judged<T>(use: () => T | Promise<T>, source: Source, report: Report): Promise<T | undefined> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    if (error instanceof KeyringEncryptionError) {
      report(source, `holds a key that cannot be opened: ${error.message}`);
      return undefined;
    }
    const [input, code] = error.passphrase
      ? (["keyring-passphrase", "PASSPHRASE_WRONG"] as const)
      : ([source, "KEYRING_DAMAGED"] as const);
    report(input, `the keyring cannot be used: ${error.message}`, code);
    return undefined;
  }
}
