import { constants, promises as fs } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ActionError } from "../ca/errors.ts";
import { timeOfWriting } from "../ca/keyring-text.ts";
import { printable } from "../ca/printable.ts";
import { loadLocks, takeLock } from "./lock.ts";
import type { KeyringStore } from "./store.ts";

/** Room for two hundred CAs; a device or a log given by mistake is not read. */
export const KEYRING_FILE_LIMIT_BYTES = 1024 * 1024;

/** A keyring in a file of this machine: 0600, replaced atomically under a lock and read back. */
export class KeyringFile implements KeyringStore {
  readonly place: string;
  readonly proof = "read back";
  readonly limit = KEYRING_FILE_LIMIT_BYTES;
  readonly accessEnds = undefined;
  readonly awaitsImport = false;
  readonly #path: string;
  readonly #clock: () => number;
  /** What the file says of its time of writing, which never moves backwards. */
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** The machine slept, and another run took the lock for one that was left behind. */
  #lockLost = false;

  /**
   * @param path absolute
   * @param clock milliseconds since 1970
   */
  constructor(path: string, clock: () => number) {
    this.#path = path;
    this.#clock = clock;
    this.place = `the file ${path}`;
  }

  /** Nothing else stamps the file. */
  now(): number {
    return Math.max(this.#clock(), this.#writtenAt);
  }

  /** The inputs' check has seen the file and its folder, and each write reads the file anew under the lock. */
  async check(): Promise<void> {}

  /** Loads what a write needs; to be called when there is time for it. */
  async load(): Promise<void> {
    await loadLocks();
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    const release = await this.#lock();
    try {
      const text = await this.#read();
      this.#writtenAt = timeOfWriting(text) ?? Number.NEGATIVE_INFINITY;
      const next = await change(text);
      await this.#write(next);
      if ((await this.#read()) !== next) {
        throw new ActionError("KEYRING_WRITE_FAILED", `${this.#path} does not hold what was written to it.`);
      }
    } catch (error) {
      throw error instanceof ActionError ? error : writeFailed(this.#path, error);
    } finally {
      // A lock that was lost cannot be released; what happened is told by what was thrown.
      await release().catch(() => {});
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    try {
      return await takeLock(this.#path, {
        at: `${this.#path}.lock`,
        lost: () => {
          this.#lockLost = true;
        },
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw writeFailed(this.#path, error);
      throw new ActionError("KEYRING_LOCKED", `Another run holds ${this.#path}.lock.`, { cause: error });
    }
  }

  async #read(): Promise<string> {
    return await fs
      .readFile(this.#path, { encoding: "utf8", flag: constants.O_RDONLY | noFollow })
      .catch(absentIsEmpty);
  }

  /** Beside the file and then renamed over it: there is no instant without a whole keyring on the disk. */
  async #write(text: string): Promise<void> {
    const fresh = join(dirname(this.#path), `.${basename(this.#path)}.new`);
    // A run that was killed here left a half of it; under the lock nobody else is writing.
    await fs.rm(fresh, { force: true });
    const file = await fs.open(fresh, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await file.close();
      if (this.#lockLost) throw new Error("the lock was lost meanwhile, and another run may have written");
      await fs.rename(fresh, this.#path);
    } catch (error) {
      await file.close().catch(() => {});
      await fs.rm(fresh, { force: true });
      throw error;
    }
    await syncFolder(dirname(this.#path));
  }
}

/** A link in the keyring's place could lead the keys elsewhere; Windows has no such flag. */
const noFollow = constants.O_NOFOLLOW ?? 0;

function absentIsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}

/** The rename itself lasts only when the folder is on the disk; Windows cannot open a folder for that. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function writeFailed(path: string, error: unknown): ActionError {
  const reason = printable((error as Error).message, 300);
  return new ActionError("KEYRING_WRITE_FAILED", `${path} could not be written: ${reason}.`, {
    cause: error,
  });
}
