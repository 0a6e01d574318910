// Wipes the working directories of runs that were killed before they could do it.
import { join } from "node:path";
import {
  otherWorkingDirectories,
  requireWorkingDirectory,
  WORKING_DIRECTORY_STATE,
  wipe,
} from "../action/private-directory.ts";
import { loadRunner } from "../action/runner.ts";
import { DISK } from "../keyring/file-operations.ts";
import { formatOwner, isFromEarlierStart, isGone, parseOwner, thisProcess } from "../keyring/lock-owner.ts";

/** Name of the file that says which process a working directory belongs to. */
const OWNER = "owner";

/** @returns the file that says which process a working directory belongs to, by name; it is written before any key */
export function ownerFile(): Readonly<Record<string, string>> {
  return { [OWNER]: formatOwner(thisProcess(), 0) };
}

/**
 * Wipes the working directories of runs that have surely ended. A run whose machine lost its power had no post step, and its
 * keys are still there. What cannot be read or removed stays.
 * @param own absolute path of this run's; undefined where it has none
 */
export async function wipeLeftBehind(own: string | undefined): Promise<void> {
  const here = thisProcess();
  try {
    for (const directory of await otherWorkingDirectories(own)) {
      const text = await DISK.read(join(directory, OWNER)).catch(() => "");
      const owner = parseOwner(text);
      if (owner !== undefined && (isGone(owner, here) || isFromEarlierStart(owner, here))) wipe(directory);
    }
  } catch {
    // Another run may wipe the same directories, or this run may not be allowed to.
  }
}

/**
 * The post step: wipes the working directory that main noted, where main was killed before it could. It loads nothing heavy,
 * prints only where something went wrong, and never fails the job.
 */
export async function cleanUpAfterMain(): Promise<void> {
  const directory = process.env[`STATE_${WORKING_DIRECTORY_STATE}`] ?? "";
  if (directory === "") return;
  try {
    await requireWorkingDirectory(directory);
    wipe(directory);
  } catch (error) {
    // Main wiped it already: the usual case.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    const runner = await loadRunner();
    runner?.warning(
      `The working directory could not be removed (${(error as Error).message}). It may hold private keys.`,
    );
  }
}
