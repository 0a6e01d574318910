import { constants } from "node:fs";
import { access, copyFile, link, lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ActionError } from "../../ca/errors.ts";

/** Where what a renewal replaces goes. */
const SUPERSEDED = "superseded";

/** What a system says where a file cannot have a second name there: another disk, or one without links. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** The directory where agents' files go and stay. A final name only ever appears with its whole content behind it. */
export class AgentDirectory {
  /** Absolute. */
  readonly path: string;
  #aside: Promise<string> | undefined;

  /** @param path absolute; made by {@link open} */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the directory where it does not exist, of the user's alone.
   * @throws Error of the system where it cannot be written
   */
  async open(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await access(this.path, constants.W_OK | constants.X_OK);
  }

  /** @returns what lies in it by name, and whether it is a regular file */
  async entries(): Promise<Map<string, boolean>> {
    const found = await readdir(this.path, { withFileTypes: true });
    return new Map(found.map((entry) => [entry.name, entry.isFile()]));
  }

  /** @returns the path of a file in it */
  at(file: string): string {
    return join(this.path, file);
  }

  /**
   * Gives a complete file its final name.
   * @param file absolute path, elsewhere; stays where it is
   * @throws ActionError `FILE_EXISTS`: nothing is overwritten
   */
  async put(file: string): Promise<void> {
    const name = basename(file);
    try {
      await link(file, this.at(name));
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") throw inTheWay(this.at(name));
      if (!NO_LINK.has(code)) throw error;
      await this.#copy(file, name);
    }
  }

  /** Across disks: under a name of its own until it is whole. */
  async #copy(file: string, name: string): Promise<void> {
    const part = this.#part(name);
    await rm(part, { force: true });
    await copyFile(file, part, constants.COPYFILE_EXCL);
    const there = await lstat(this.at(name)).catch(() => undefined);
    if (there !== undefined) throw inTheWay(this.at(name));
    await rename(part, this.at(name));
  }

  /** Moves files, each once in a run, to where what was replaced is kept: `superseded/<time of the run>/`. */
  async setAside(files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    this.#aside ??= makeAside(this.at(SUPERSEDED));
    const aside = await this.#aside;
    for (const file of files) await rename(this.at(file), join(aside, file));
  }

  /** Replaces a file of ours at once: the manifest. */
  async replace(name: string, text: string): Promise<string> {
    const part = this.#part(name);
    await rm(part, { force: true });
    await writeFile(part, text, { flag: "wx", mode: 0o600 });
    await rename(part, this.at(name));
    return this.at(name);
  }

  #part(name: string): string {
    return this.at(`.${name}.part`);
  }
}

/** @returns a new directory, named after the time: a run never finds the files of another in its way */
async function makeAside(parent: string): Promise<string> {
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

function inTheWay(path: string): ActionError {
  return new ActionError("FILE_EXISTS", `${path} is there already.`);
}
