import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nothingWritten } from "./failure.ts";

/**
 * Reads a file that a command has made.
 * @param file as the command names it
 * @param read takes its text and throws where it is not what the command makes
 * @throws ActionError `FILE_FAILED` where it is not whole
 */
export async function readMade<T>(directory: string, file: string, read: (text: string) => T): Promise<T> {
  const text = await readFile(join(directory, file), "utf8");
  try {
    return read(text);
  } catch {
    throw nothingWritten(file, directory, "is not whole");
  }
}
