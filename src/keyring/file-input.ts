import { accessSync, lstatSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { Report } from "../action/inputs.ts";
import { decodeText } from "../ca/encoding.ts";
import { KEYRING_FILE_LIMIT_BYTES } from "./file-store.ts";

/** What it means where keyring-file does not exist: that there is no keyring yet, or that its path is wrong. */
export type AbsentFile = "is empty" | "is wrong";

/** @returns the file's text, empty where it does not exist and need not; undefined where it was reported */
export function readKeyringFile(file: string, absent: AbsentFile, report: Report): string | undefined {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) {
      accessSync(dirname(file));
      if (absent === "is empty") return "";
      report("keyring-file", "does not exist. Give the path of the keyring that an earlier run wrote");
    } else if (!found.isFile()) {
      report(
        "keyring-file",
        "is not a regular file. Give the path of the file itself, not of a link or a folder",
      );
    } else if (found.size > KEYRING_FILE_LIMIT_BYTES) {
      report(
        "keyring-file",
        "is larger than 1 MiB, and no keyring is that large. Give the path of the keyring that an earlier run wrote",
      );
    } else {
      return decoded(readFileSync(file), report);
    }
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    const itself = syscall === "open" || syscall === "read";
    const unread = `cannot be read (${code}). The user ${userName()} must be able to read the file ${file}`;
    report("keyring-file", itself ? unread : folderProblem(dirname(file), code));
  }
  return undefined;
}

/**
 * @param folder absolute: that of keyring-file
 * @param code the system's, of the attempt to use it
 * @param user who runs this
 * @returns what is wrong with it and what mends it, to follow `keyring-file`
 */
export function folderProblem(folder: string, code: string, user = userName()): string {
  const create = (path: string) => `sudo install -d -m 700 -o ${user} ${inShell(path)}`;
  if (code === "ENOENT")
    return `needs the folder ${folder}, which does not exist. Create it: ${create(folder)}`;
  // What is there may be the system's: it gets no other owner.
  if (code === "EACCES" || code === "EPERM")
    return `lies in the folder ${folder}, which the user ${user} may not write (${code}). Use a folder of that user, for example: ${create(join(folder, "mindconnect-ca"))}`;
  return `lies in the folder ${folder}, which cannot be used (${code}). Use a folder that the user ${user} can write`;
}

/** A user without a name, as in a container, has a number. */
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

function decoded(bytes: Buffer, report: Report): string | undefined {
  try {
    return decodeText(bytes);
  } catch (error) {
    report("keyring-file", (error as Error).message, "KEYRING_DAMAGED");
    return undefined;
  }
}
