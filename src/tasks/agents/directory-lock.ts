import { join } from "node:path";
import { ActionError } from "../../ca/errors.ts";
import { takeLock } from "../../keyring/lock.ts";

/** In the directory itself: the folder around it may be somebody else's. */
const LOCK = ".lock";

/** Keeps other runs out of a directory of agents. */
export class DirectoryLock {
  readonly #path: string;
  #release: () => Promise<void> = async () => {};
  #lost = false;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock, and waits for a moment where another run has it.
   * @param directory absolute, there already
   * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system
   */
  static async take(directory: string): Promise<DirectoryLock> {
    const lock = new DirectoryLock(join(directory, LOCK));
    const lost = () => {
      lock.#lost = true;
    };
    try {
      lock.#release = await takeLock(directory, { at: lock.#path, lost });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      throw new ActionError("DIRECTORY_LOCKED", `Another run holds ${lock.#path}.`, { cause: error });
    }
    return lock;
  }

  /** @throws ActionError `DIRECTORY_LOCKED` where it was lost: the machine slept, or somebody removed it */
  require(): void {
    if (!this.#lost) return;
    throw new ActionError("DIRECTORY_LOCKED", `The lock ${this.#path} was lost: another run may have it.`);
  }

  /** Gives it back; one that was lost cannot be. */
  async release(): Promise<void> {
    await this.#release().catch(() => {});
  }
}
