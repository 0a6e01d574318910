/** The directory of a fleet on disk: its lock, files that appear whole or not at all, and the folder of what was replaced. */
import { constants } from "node:fs";
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

/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

/** In the directory itself: the folder around it may be somebody else's. */
const LOCK = ".lock";

/** The folder of what renewals replaced. */
const SUPERSEDED = "superseded";

/** Characters that are written at once. */
const CHUNK = 64 * 1024;

/** What a system says where a file cannot have a second name there: another disk, or one without links. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * The directory where agents' files go and stay, held by one run at a time. A final name only ever appears with its whole
 * content behind it.
 */
export class AgentDirectory {
  /** Absolute. */
  readonly path: string;
  readonly #made: boolean;
  readonly #lock: Lock;
  #makingSuperseded: Promise<string> | undefined;
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

  /** @returns what lies in it by name, and whether it is a regular file */
  async entries(): Promise<Map<string, boolean>> {
    const found = await readdir(this.path, { withFileTypes: true });
    return new Map(found.map((entry) => [entry.name, entry.isFile()]));
  }

  /** @returns whether a file of this name is in it */
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

  /** @returns the path of a file in it */
  at(file: string): string {
    return join(this.path, file);
  }

  /** The folder of what this run replaced, absolute; undefined where it has replaced nothing so far. */
  get superseded(): string | undefined {
    return this.#superseded;
  }

  /**
   * Puts complete files in the place of old ones. All of them are on this disk under names of their own before an old one
   * moves: a full disk leaves the old ones in their place. The old ones are kept, in `superseded/<time of the run>/`.
   * @param old names of files in it
   * @param fresh absolute paths, elsewhere, in the order in which they get their final names; they stay where they are
   * @throws ActionError `FILE_EXISTS`: nothing is overwritten; `DIRECTORY_LOCKED`
   */
  async exchange(old: readonly string[], fresh: readonly string[]): Promise<void> {
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
   * Replaces a file that lists agents in one step.
   * @param parts its text: in parts, so that it is never whole in memory
   * @returns its path
   * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
   */
  async replace(name: string, parts: AsyncIterable<string>): Promise<string> {
    await this.#requireLock();
    const part = this.#part(name);
    try {
      await rm(part, { force: true });
      await writeFile(part, inChunks(parts), { flag: "wx", mode: 0o600 });
      await rename(part, this.at(name));
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof ActionError) throw error;
      // The system names no path where a write fails.
      const reason = `${this.at(name)} could not be written (${(error as Error).message}).`;
      throw new ActionError("FILE_FAILED", reason, { cause: error });
    }
    return this.at(name);
  }

  /**
   * Removes what a killed run was about to give its final name: it may be a key that no certificate was handed out for.
   * @param files the final names
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
    // A run that was killed here left it.
    await rm(part, { force: true });
    await link(file, part).catch(async (error: NodeJS.ErrnoException) => {
      if (!NO_LINK.has(error.code ?? "")) throw error;
      await copyFile(file, part, constants.COPYFILE_EXCL);
    });
  }

  async #moveAway(files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    this.#makingSuperseded ??= makeSuperseded(this.path);
    const superseded = await this.#makingSuperseded;
    this.#superseded = superseded;
    for (const file of files) await rename(this.at(file), join(superseded, file));
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
 * Takes the lock of a directory. Where another run holds it, it waits for a moment.
 * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system
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

/** Makes a new folder for what a run replaces, named after the time, so that no run finds another's files in its way. */
async function makeSuperseded(directory: string): Promise<string> {
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

/** A line at a time would be a write each. */
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
