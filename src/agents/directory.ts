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
import { ActionError } from "../messages/errors.ts";
import { DirectoryLock } from "./directory-lock.ts";
import { makeAside } from "./superseded.ts";

/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

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
  readonly #lock: DirectoryLock;
  #aside: Promise<string> | undefined;
  #asidePath: string | undefined;

  private constructor(path: string, made: boolean, lock: DirectoryLock) {
    this.path = path;
    this.#made = made;
    this.#lock = lock;
  }

  /**
   * Makes the directory where it does not exist, of the user's alone, and takes its lock until {@link close}.
   * @param path absolute
   * @param say prints a line
   * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system where it cannot be written
   */
  static async open(path: string, say: (line: string) => void): Promise<AgentDirectory> {
    const made = (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
    await access(path, constants.W_OK | constants.X_OK);
    return new AgentDirectory(path, made, await DirectoryLock.take(path, say));
  }

  /** Gives the lock back; a directory that was made for nothing goes. */
  async close(): Promise<void> {
    await this.#lock.release();
    // It stays where something is in it.
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

  /** Where this run's replaced files went, by now; undefined where it replaced none. */
  get aside(): string | undefined {
    return this.#asidePath;
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
      for (const file of fresh) await this.#bring(file);
      await this.#lock.require();
      await this.#setAside(old);
      for (const name of names) await this.#finish(name);
    } finally {
      await this.removeParts(names);
    }
  }

  /**
   * Replaces a record of ours at once.
   * @param parts its text: in parts, so that it is never whole in memory
   * @returns its path
   * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
   */
  async replace(name: string, parts: AsyncIterable<string>): Promise<string> {
    await this.#lock.require();
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

  /** By a second name where the disk is the same, else as a copy. */
  async #bring(file: string): Promise<void> {
    const part = this.#part(basename(file));
    // A run that was killed here left it.
    await rm(part, { force: true });
    await link(file, part).catch(async (error: NodeJS.ErrnoException) => {
      if (!NO_LINK.has(error.code ?? "")) throw error;
      await copyFile(file, part, constants.COPYFILE_EXCL);
    });
  }

  async #setAside(files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    this.#aside ??= makeAside(this.path);
    const aside = await this.#aside;
    this.#asidePath = aside;
    for (const file of files) await rename(this.at(file), join(aside, file));
  }

  /** A link, unlike a rename, never replaces what is there. */
  async #finish(name: string): Promise<void> {
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
