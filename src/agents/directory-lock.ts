import { join } from "node:path";
import { Lock, LockHeld, thisMachine } from "../keyring/lock.ts";
import { describeOwner } from "../keyring/lock-owner.ts";
import { ActionError } from "../messages/errors.ts";

/** In the directory itself: the folder around it may be somebody else's. */
const LOCK = ".lock";

/** Keeps other runs out of a directory of agents. */
export class DirectoryLock {
  readonly #path: string;
  readonly #lock: Lock;

  private constructor(path: string, lock: Lock) {
    this.#path = path;
    this.#lock = lock;
  }

  /**
   * Takes the lock, and waits for a moment where another run has it.
   * @param directory absolute, there already
   * @param say prints a line
   * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system
   */
  static async take(directory: string, say: (line: string) => void): Promise<DirectoryLock> {
    const path = join(directory, LOCK);
    try {
      const lock = await Lock.take(path, {
        machine: thisMachine(),
        waiting: (holder) => say(`Waiting for the lock ${path}, held by ${describeOwner(holder)}.`),
      });
      return new DirectoryLock(path, lock);
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error;
      const message = `The lock ${path} is held by ${describeOwner(error.holder)}.`;
      throw new ActionError("DIRECTORY_LOCKED", message, { cause: error });
    }
  }

  /** @throws ActionError `DIRECTORY_LOCKED` where it was lost: this process stood still, or somebody removed it */
  async require(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new ActionError(
      "DIRECTORY_LOCKED",
      `This run lost the lock ${this.#path}. Another run may hold it.`,
    );
  }

  /** Gives it back; one that was lost is another's. */
  async release(): Promise<void> {
    await this.#lock.release();
  }
}
