// Directories and files that only the user may read: a run's working directory, its results, and those that an input names.
import { mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { lstat, open, readdir, realpath, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ActionError } from "../messages/errors.ts";
import { type Runner, reasonOf } from "./runner.ts";

/** Only the user may read it. An existing file, or a link, is never written over. */
const NEW_PRIVATE_FILE = { flag: "wx", mode: 0o600 } as const;
/** The bits of a mode that give rights to the group and to others. */
const OTHERS = 0o077;
const WORKING_PREFIX = "mindconnect-ca-work-";
const RESULTS_PREFIX = "mindconnect-ca-";
/** The name under which the post step finds the working directory. */
export const WORKING_DIRECTORY_STATE = "working-directory";

/**
 * Makes the private working directory (0700) and notes it for the post step before the first key is written. So the post step
 * can remove it after a main step that was killed.
 * @param files its first files, by name
 * @returns its absolute path
 * @throws ActionError `RUNNER_FILE_FAILED`, `FILE_FAILED`
 */
export function createWorkingDirectory(
  files: Readonly<Record<string, string>>,
  runner: Pick<Runner, "saveState">,
): string {
  const directory = privateDirectory(WORKING_PREFIX);
  try {
    runner.saveState(WORKING_DIRECTORY_STATE, directory);
  } catch (error) {
    rmdirSync(directory);
    throw error;
  }
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(directory, name), text, NEW_PRIVATE_FILE);
    }
  } catch (error) {
    wipe(directory);
    throw new ActionError("FILE_FAILED", `${directory} could not be written (${reasonOf(error)}).`, {
      cause: error,
    });
  }
  return directory;
}

/** Makes a directory (0700) for results that later steps read: a certificate, the receipt, agents with their keys. */
export function createResultsDirectory(): string {
  return privateDirectory(RESULTS_PREFIX);
}

/**
 * Makes the user's directory (0700) where it does not exist yet.
 * @param directory undefined where none was asked for
 * @throws Error of the system
 */
export function makeDirectory(directory: string | undefined): void {
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/**
 * Writes a new file that only the user may read (0600). An existing file, or a link, is never written over. What a full disk
 * left of the new file is removed, because the next run would refuse to overwrite it.
 * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, NEW_PRIVATE_FILE.flag, NEW_PRIVATE_FILE.mode);
    try {
      await file.writeFile(text);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new ActionError("FILE_EXISTS", `${path} exists already.`, { cause: error });
    throw new ActionError("FILE_FAILED", `${path} could not be written (${reasonOf(error)}).`, {
      cause: error,
    });
  }
}

/**
 * Writes a file that only the user may read (0600), in one step in place of an earlier one of this run: at every instant a
 * whole file is there.
 * @throws ActionError `FILE_FAILED`
 */
export async function replacePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    const file = await open(draft, NEW_PRIVATE_FILE.flag, NEW_PRIVATE_FILE.mode);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new ActionError("FILE_FAILED", `${path} could not be written (${reasonOf(error)}).`, {
      cause: error,
    });
  }
}

/** Removes a working directory with the keys in it. */
export function wipe(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * @param own absolute path of this run's; undefined where it has none
 * @returns absolute paths of the working directories of this user's other runs: runs that go on, and runs that were killed
 */
export async function otherWorkingDirectories(own: string | undefined): Promise<string[]> {
  const parent = await realpath(temporary());
  const found: string[] = [];
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (path === own || !name.startsWith(WORKING_PREFIX)) continue;
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isDirectory() && entry.uid === (process.getuid?.() ?? entry.uid)) found.push(path);
  }
  return found;
}

/**
 * Checks that what the state names is a working directory of ours before the post step removes it.
 * @throws Error that says why not
 */
export async function requireWorkingDirectory(directory: string): Promise<void> {
  const parent = await realpath(dirname(directory));
  if (parent !== (await realpath(temporary())) || !basename(directory).startsWith(WORKING_PREFIX)) {
    throw new Error("the state does not name a working directory of this action");
  }
  await readdir(directory);
}

function temporary(): string {
  const runnerTemp = process.env["RUNNER_TEMP"] ?? "";
  return runnerTemp === "" ? tmpdir() : runnerTemp;
}

/**
 * Makes a directory. mkdtemp gives it mode 0700, where the disk has modes. @throws ActionError `FILE_FAILED`
 */
function privateDirectory(prefix: string): string {
  const parent = realpathSync(temporary());
  const directory = mkdtempSync(join(parent, prefix));
  if (process.platform === "win32" || (statSync(directory).mode & OTHERS) === 0) return directory;
  rmdirSync(directory);
  throw new ActionError(
    "FILE_FAILED",
    `The temporary folder ${parent} lies on a disk without access rights. Other users could read the keys there.`,
    {
      next: "Set RUNNER_TEMP (outside of a workflow: TMPDIR) to a folder on a disk that has access rights. Then run again.",
    },
  );
}
