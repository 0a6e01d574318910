import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Looks a program up on PATH, once. `@actions/exec` would look anew for each process, folder by folder by way of Node's
 * threads, with everybody waiting (4 to 12 ms each time, measured).
 * @param program a name or a path
 * @returns its path, or what was given where this finds none or Windows has rules of its own: then exec looks
 */
export function locate(program: string): string {
  if (process.platform === "win32" || isAbsolute(program)) return program;
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? program;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
