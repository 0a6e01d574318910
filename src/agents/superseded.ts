import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** Where what a renewal replaces goes. */
const SUPERSEDED = "superseded";

/**
 * Makes a new directory for what a run replaces, named after the time: a run never finds the files of another in its way.
 * @param directory the agents', absolute
 * @returns its path
 * @throws Error of the system
 */
export async function makeAside(directory: string): Promise<string> {
  const parent = join(directory, SUPERSEDED);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  for (let count = 1; ; count += 1) {
    const path = join(parent, count === 1 ? stamp : `${stamp}-${count}`);
    try {
      await mkdir(path, { mode: 0o700 });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
