import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Looks a program up on PATH, once. `@actions/exec` would look anew for each process, folder by folder by way of Node's
 * threads, with everybody waiting (4 to 12 ms each time, measured).
 * @param name without a folder
 * @returns its path, the name itself on Windows, which has rules of its own, so that exec looks; undefined for none
 */
export function locate(name: string): string | undefined {
  if (process.platform === "win32") return name;
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @returns whether a path leads to a file that may be run */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
