import { accessSync, lstatSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
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
    const { code } = error as NodeJS.ErrnoException;
    report(
      "keyring-file",
      `cannot be read, or its folder cannot be written (${code}). Its folder must exist, and the runner must be able to write it`,
    );
  }
  return undefined;
}

function decoded(bytes: Buffer, report: Report): string | undefined {
  try {
    return decodeText(bytes);
  } catch (error) {
    report("keyring-file", (error as Error).message, "KEYRING_DAMAGED");
    return undefined;
  }
}
