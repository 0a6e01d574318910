import { dirname } from "node:path";
import { EncodingError } from "../ca/pem-hints.ts";
import { ActionError } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { codeOf } from "./file-operations.ts";
import { readWrittenAt } from "./keyring-format.ts";
import { clearLeftBehind, Lock, LockHeld, type Machine, thisMachine } from "./lock.ts";
import { describeOwner } from "./lock-owner.ts";
import type { KeyringStorage } from "./storage.ts";

/** Room for two hundred CAs. A larger file is no keyring and is not read. */
export const KEYRING_FILE_LIMIT_BYTES = 1024 * 1024;

/** What a run knows of its keyring file. */
export interface KeyringFileOptions {
  /** The text of the file when this run read it; empty where the file did not exist. */
  readonly text: string;
  /** The clock for the text's time of writing, in milliseconds since 1970. */
  readonly clock: () => number;
  /** Prints a line. */
  readonly say: (line: string) => void;
  readonly machine?: Machine;
}

/** A keyring in a file of this machine: 0600, replaced atomically under a lock and read back. */
export class KeyringFile implements KeyringStorage {
  readonly location: string;
  readonly writeCheck = "read back";
  readonly limit = KEYRING_FILE_LIMIT_BYTES;
  readonly accessEnds = undefined;
  readonly needsImport = false;
  readonly provisional = false;
  readonly #path: string;
  readonly #clock: () => number;
  readonly #say: (line: string) => void;
  readonly #machine: Machine;
  /** The text of the file as far as this run knows. */
  #text: string;
  /** The time of writing that the file says. The next write never gets an earlier one. */
  #writtenAt = Number.NEGATIVE_INFINITY;

  /** @param path absolute */
  constructor(path: string, { text, clock, say, machine = thisMachine() }: KeyringFileOptions) {
    this.#path = path;
    this.#clock = clock;
    this.location = `the file ${path}`;
    this.#text = text;
    this.#say = say;
    this.#machine = machine;
  }

  /**
   * The clock of this machine, which alone stamps the file. Never earlier than the file's own time of
   * writing.
   */
  now(): number {
    return Math.max(this.#clock(), this.#writtenAt);
  }

  /**
   * The inputs have checked the file and its folder, and each write reads the file again under the lock. So
   * this method only removes the files that killed runs left. A task that only reads may lack the right to
   * remove them: they stay.
   */
  async check(): Promise<void> {
    await clearLeftBehind(this.#lockPath, this.#machine).catch(() => {});
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    const lock = await this.#lock();
    try {
      const current = await this.#read();
      this.#writtenAt = readWrittenAt(current).writtenAt ?? Number.NEGATIVE_INFINITY;
      const next = await change(current);
      await this.#commit(lock, current, next);
      if ((await this.#read()) !== next) {
        throw new ActionError("KEYRING_WRITE_FAILED", `${this.#path} does not hold what was written to it.`);
      }
      this.#text = next;
    } catch (error) {
      throw error instanceof ActionError ? error : this.#writeFailed(error);
    } finally {
      await lock.release();
    }
  }

  async requireUnchanged(): Promise<void> {
    const text = await this.#read().catch((error) => Promise.reject(this.#writeFailed(error)));
    if (text === this.#text) return;
    throw new ActionError(
      "KEYRING_STALE",
      `${this.#path} has changed since this run read it. Another run, or somebody else, has written it.`,
      {
        next: "Run again: the run reads the keyring again and goes on. Use one concurrency group per tenant.",
      },
    );
  }

  get #lockPath(): string {
    return `${this.#path}.lock`;
  }

  async #lock(): Promise<Lock> {
    const at = this.#lockPath;
    try {
      return await Lock.take(at, {
        machine: this.#machine,
        waiting: (holder) => this.#say(`Waiting for ${at}, held by ${describeOwner(holder)}.`),
      });
    } catch (error) {
      if (!(error instanceof LockHeld)) throw this.#writeFailed(error);
      const message = `The lock ${at} is held by ${describeOwner(error.holder)}.`;
      throw new ActionError("KEYRING_LOCKED", message, { cause: error });
    }
  }

  async #read(): Promise<string> {
    return await this.#machine.disk.read(this.#path).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return "";
      if (!(error instanceof EncodingError)) throw error;
      throw new ActionError("KEYRING_DAMAGED", `${this.#path} ${error.message}.`, { cause: error });
    });
  }

  /** Writes beside the file, then renames over it: at every instant a whole keyring is on the disk. */
  async #commit(lock: Lock, current: string, next: string): Promise<void> {
    const { disk } = this.#machine;
    const lost = (error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
      throw this.#lost(error);
    };
    await disk.fill(lock.draft, next).catch(lost);
    // An editor takes no lock, so the file may have changed since it was read.
    if ((await this.#read()) !== current) {
      throw new ActionError(
        "KEYRING_WRITE_FAILED",
        `Somebody changed ${this.#path} while this run was about to write it.`,
        {
          next: "Run again. This run wrote and uploaded nothing.",
        },
      );
    }
    await disk.rename(lock.draft, this.#path).catch(lost);
    await disk.settle(dirname(this.#path));
  }

  /**
   * The error of a run whose lock another run took over. That happens only to a run that stood still for
   * long, for example on a machine that slept.
   */
  #lost(cause: unknown): ActionError {
    return new ActionError(
      "KEYRING_WRITE_FAILED",
      `This run lost the lock ${this.#lockPath} before it wrote ${this.#path}. Another run has the lock now.`,
      { cause, next: "Run again. This run wrote and uploaded nothing after that." },
    );
  }

  #writeFailed(error: unknown): ActionError {
    if (codeOf(error) === "EBUSY") {
      return new ActionError(
        "KEYRING_WRITE_FAILED",
        `${this.#path} is a mount by itself (EBUSY), so it cannot be replaced in one step.`,
        { cause: error, next: "Mount the folder that contains the file, not the file. Then run again." },
      );
    }
    const reason = printable((error as Error).message, 300);
    return new ActionError("KEYRING_WRITE_FAILED", `${this.#path} could not be written: ${reason}.`, {
      cause: error,
    });
  }
}
