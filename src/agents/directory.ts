/** The directory of a fleet on disk: its lock, files that appear whole or not at all, and the folder of what was replaced. */
import { constants, mkdirSync } from "node:fs";
import {
  access,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { Lock, LockHeld, thisMachine } from "../keyring/lock.ts";
import { describeOwner } from "../keyring/lock-owner.ts";
import { ActionError } from "../messages/errors.ts";

/** A file of an agent is never larger. A larger file is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

/** The lock lies in the directory itself, because the folder around it may belong to somebody else. */
const LOCK = ".lock";

/** The folder of what renewals replaced. */
const SUPERSEDED = "superseded";

/** Characters that are written at once. */
const CHUNK = 64 * 1024;

/**
 * Error codes of a system that cannot give a file a second name: on another disk, or on a disk without links.
 */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * The directory where agents' files go and stay. One run at a time holds its lock. A file with its final name
 * is complete.
 */
export class AgentDirectory {
  /** Absolute. */
  readonly path: string;
  readonly #made: boolean;
  readonly #lock: Lock;
  #superseded: string | undefined;

  private constructor(path: string, made: boolean, lock: Lock) {
    this.path = path;
    this.#made = made;
    this.#lock = lock;
  }

  /**
   * Makes the directory where it does not exist, readable only by the user, and takes its lock until {@link close}.
   * @param path absolute
   * @param say prints a line
   * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system where it cannot be written
   */
  static async open(path: string, say: (line: string) => void): Promise<AgentDirectory> {
    const made = (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
    await access(path, constants.W_OK | constants.X_OK);
    return new AgentDirectory(path, made, await takeLock(join(path, LOCK), say));
  }

  /** Releases the lock, and removes the directory if this run made it and it is empty. */
  async close(): Promise<void> {
    await this.#lock.release();
    if (this.#made) await rmdir(this.path).catch(() => {});
  }

  /** @returns the names in it, and whether each is a regular file */
  async entries(): Promise<Map<string, boolean>> {
    const found = await readdir(this.path, { withFileTypes: true });
    return new Map(found.map((entry) => [entry.name, entry.isFile()]));
  }

  async has(file: string): Promise<boolean> {
    return await access(this.at(file)).then(
      () => true,
      () => false,
    );
  }

  /** @returns what a file in it holds; undefined where it is too large to be an agent's */
  async read(file: string): Promise<Buffer | undefined> {
    const path = this.at(file);
    return (await lstat(path)).size > FILE_LIMIT_BYTES ? undefined : await readFile(path);
  }

  at(file: string): string {
    return join(this.path, file);
  }

  /** The folder of what this run replaced, absolute; undefined where it has replaced nothing. */
  get superseded(): string | undefined {
    return this.#superseded;
  }

  /**
   * Puts complete files in the place of old ones, which are kept in `superseded/<time of the run>/`. All new ones are on this
   * disk before an old one moves: a full disk leaves the old ones in their place.
   * @param old names of files in it
   * @param fresh absolute paths, elsewhere, in the order in which they get their final names; they stay where they are
   * @throws ActionError `FILE_EXISTS`: nothing is overwritten; `DIRECTORY_LOCKED`
   */
  async replaceFiles(old: readonly string[], fresh: readonly string[]): Promise<void> {
    const names = fresh.map((file) => basename(file));
    try {
      for (const file of fresh) await this.#stage(file);
      await this.#requireLock();
      await this.#moveAway(old);
      for (const name of names) await this.#giveFinalName(name);
    } finally {
      await this.removeParts(names);
    }
  }

  /**
   * Writes a file that lists agents, in one step.
   * @param parts its text: in parts, so that it is never whole in memory
   * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
   */
  async writeList(name: string, parts: AsyncIterable<string>): Promise<void> {
    await this.#requireLock();
    const part = this.#part(name);
    try {
      await rm(part, { force: true });
      await writeFile(part, inChunks(parts), { flag: "wx", mode: 0o600 });
      await rename(part, this.at(name));
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof ActionError) throw error;
      // The system's error of a failed write names no path.
      const reason = `${this.at(name)} could not be written (${(error as Error).message}).`;
      throw new ActionError("FILE_FAILED", reason, { cause: error });
    }
  }

  /**
   * Removes the half-made files that did not get these final names. Such a file may be a key for which no
   * certificate was handed out.
   */
  async removeParts(files: Iterable<string>): Promise<void> {
    for (const file of files) await rm(this.#part(file), { force: true });
  }

  /** @throws ActionError `DIRECTORY_LOCKED` where the lock was lost: this process stood still, or somebody removed it */
  async #requireLock(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new ActionError(
      "DIRECTORY_LOCKED",
      `This run lost the lock ${this.at(LOCK)}. Another run may hold it.`,
    );
  }

  /** Gives a file a second name here where the disk is the same, else copies it. */
  async #stage(file: string): Promise<void> {
    const part = this.#part(basename(file));
    // A run that was killed may have left such a file.
    await rm(part, { force: true });
    await link(file, part).catch(async (error: NodeJS.ErrnoException) => {
      if (!NO_LINK.has(error.code ?? "")) throw error;
      await copyFile(file, part, constants.COPYFILE_EXCL);
    });
  }

  async #moveAway(files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    // Several agents are replaced at the same time. The folder is made without an await, so all of them share
    // one folder.
    this.#superseded ??= makeSuperseded(this.path);
    for (const file of files) await rename(this.at(file), join(this.#superseded, file));
  }

  /** A link, unlike a rename, never replaces what is there. */
  async #giveFinalName(name: string): Promise<void> {
    const [part, final] = [this.#part(name), this.at(name)];
    try {
      await link(part, final);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") throw inTheWay(final);
      if (!NO_LINK.has(code)) throw error;
      const there = await lstat(final).catch(() => undefined);
      if (there !== undefined) throw inTheWay(final);
      await rename(part, final);
    }
  }

  #part(name: string): string {
    return this.at(`.${name}.part`);
  }
}

/**
 * Takes the lock, and waits for a while if another run holds it. @throws ActionError `DIRECTORY_LOCKED`, or
 * an Error of the system
 */
async function takeLock(path: string, say: (line: string) => void): Promise<Lock> {
  try {
    return await Lock.take(path, {
      machine: thisMachine(),
      waiting: (holder) => say(`Waiting for the lock ${path}, held by ${describeOwner(holder)}.`),
    });
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    const message = `The lock ${path} is held by ${describeOwner(error.holder)}.`;
    throw new ActionError("DIRECTORY_LOCKED", message, { cause: error });
  }
}

/** Makes a new folder for what a run replaces, named after the time: no run finds another's files in its way. */
function makeSuperseded(directory: string): string {
  const parent = join(directory, SUPERSEDED);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  for (let count = 1; ; count += 1) {
    const path = join(parent, count === 1 ? stamp : `${stamp}-${count}`);
    try {
      mkdirSync(path, { mode: 0o700 });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Joins parts into longer chunks, because each chunk is one write. */
async function* inChunks(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for await (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}

function inTheWay(path: string): ActionError {
  return new ActionError("FILE_EXISTS", `${path} exists. Another program wrote it during this run.`, {
    next: "Move that file away, then run again. Let no other program write into the directory.",
  });
}
