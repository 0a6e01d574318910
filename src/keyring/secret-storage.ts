import { setTimeout as pause } from "node:timers/promises";
import { iso } from "../ca/time.ts";
import { ActionError } from "../messages/errors.ts";
import { capitalize } from "../messages/printable.ts";
import { readWrittenAt } from "./keyring-format.ts";
import { compareWithSecret, isSameWrite, mayBeClockDifference, type SecretFacts } from "./secret-times.ts";
import { ageUnknown, clocksDiffer, secretRefusal } from "./secret-times-errors.ts";
import type { KeyringStorage } from "./storage.ts";

/** What a keyring needs of a write-only secret; `github-secret.ts` is one. Times are milliseconds since 1970. */
export interface Secret {
  /** The clock of GitHub's replies; {@link updatedAt} may be by another clock. */
  now(): number;
  /** When the right to reach the secret ends; undefined where unknown, or where each run gets a new token. */
  readonly accessEnds: number | undefined;
  /** Gets everything that a write needs. */
  prepare(): Promise<void>;
  /** When it was last written, in whole seconds; undefined where it does not exist. */
  updatedAt(): Promise<number | undefined>;
  /** When this run was queued, which is when a workflow's secrets are read at the earliest; undefined where unknown. */
  runQueuedAt(): Promise<number | undefined>;
  /**
   * One write, never repeated.
   * @returns false where a rate limit refused it and the wait is over: it may be sent again
   */
  write(text: string): Promise<boolean>;
}

/** Which secret it is, and what came in for it. */
export interface SecretOptions {
  readonly name: string;
  /** For messages: `the secret NAME of owner/repo`. */
  readonly location: string;
  /** The text that came in; empty where there was none. */
  readonly text: string;
  /** Whether that text may go to a secret that does not exist yet. */
  readonly mayImport: boolean;
  /** Loads what talks to GitHub; called once, when it is first needed. */
  readonly open: () => Promise<Secret>;
  readonly warn: (message: string) => void;
}

/** 48 KB, as GitHub documents it. */
export const SECRET_LIMIT_BYTES = 48 * 1024;

/**
 * The first write shows the difference of the clocks, and one more is then enough. The third is for a
 * difference that changes in between.
 */
const MOST_WRITES = 3;

/** GitHub shows whole seconds. */
const SECOND_MS = 1000;

/** The pauses before each look after a write: a replica may not have heard of it yet. */
const READ_BACK_PAUSES_MS = [0, 500, 1500];

/**
 * A keyring in a GitHub secret. Nobody can read a secret back, and GitHub has no conditional write. So the keyring that came
 * in is compared by times with the secret (`secret-times.ts`) before a key is made, and the secret's time is looked at
 * again before each write (guarantee 3).
 *
 * GitHub has two clocks: replies carry one, secrets are stamped by the other. The time inside a text must be by the second
 * clock, or the next run takes the text for another one. Only a write shows how far the two differ:
 *
 * ```text
 *   look: has somebody else written?  ── yes ──▶ KEYRING_STALE
 *     │ no
 *   text with the time T, by the second clock as far as it is known (until then the text says "provisional")
 *     │
 *   PUT  ── refused by a rate limit ──▶ look again
 *     │
 *   read back U, the secret's new time
 *     ├─ U and T belong together ──▶ done
 *     └─ they do not: the difference is known now ──▶ look, and write once more
 *          after the third write: at most 5 minutes apart ──▶ done; more ──▶ CLOCK_DOUBTFUL
 * ```
 */
export class KeyringSecret implements KeyringStorage {
  readonly writeCheck = "its new time of writing was read back";
  readonly limit = SECRET_LIMIT_BYTES;
  readonly location: string;
  readonly #options: SecretOptions;
  #secret: Secret | undefined;
  /** The text of the secret as far as this run knows. */
  #text: string;
  /** The secret's time of writing as this run read it last; undefined where the secret does not exist. */
  #seenAt: number | undefined;
  /**
   * Whether the text is the secret's, but its own time does not fit the secret's: it must be written with a
   * new time.
   */
  #needsNewTime = false;
  /** How far the clock that stamps secrets is ahead of the clock of replies; undefined before a write has shown it. */
  #clockDifference: number | undefined;
  /**
   * Whether `#clockDifference` is doubtful: a text that was stamped with it did not fit, or it is
   * larger than clocks may differ.
   */
  #differenceIsDoubtful = false;

  constructor(options: SecretOptions) {
    this.#options = options;
    this.location = options.location;
    this.#text = options.text;
  }

  now(): number {
    return this.#opened.now() + (this.#clockDifference ?? 0);
  }

  get provisional(): boolean {
    return this.#clockDifference === undefined || this.#differenceIsDoubtful;
  }

  get accessEnds(): number | undefined {
    return this.#secret?.accessEnds;
  }

  get needsImport(): boolean {
    return this.#needsNewTime || (this.#seenAt === undefined && this.#text.trim() !== "");
  }

  async check(): Promise<void> {
    const secret = await this.#options.open();
    this.#secret = secret;
    const { text, mayImport } = this.#options;
    const { writtenAt, provisional } = readWrittenAt(text);
    const [updatedAt] = await Promise.all([secret.updatedAt(), secret.prepare()]);
    this.#seenAt = updatedAt;
    const cameIn = text.trim() !== "";
    const facts: SecretFacts = { cameIn, writtenAt, provisional, updatedAt, queuedAt: undefined, mayImport };
    let verdict = compareWithSecret(facts);
    if (verdict === "age-unknown")
      verdict = compareWithSecret({ ...facts, queuedAt: (await secret.runQueuedAt()) ?? null });
    if (verdict === "age-unknown") this.#options.warn(ageUnknown(facts, this));
    else if (verdict !== undefined) throw secretRefusal(verdict, facts, this.#options);
    this.#needsNewTime =
      writtenAt !== undefined && updatedAt !== undefined && !isSameWrite(writtenAt, updatedAt);
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    for (let writes = 0; writes < MOST_WRITES; ) {
      // Where the clocks are known to differ, only another second shows that a write arrived.
      if (this.#needsNewTime) await pause(SECOND_MS);
      await this.requireUnchanged();
      const text = await change(this.#text);
      const writtenAt = readWrittenAt(text).writtenAt ?? this.now();
      const sentAt = writtenAt - (this.#clockDifference ?? 0);
      // A rate limit refused the write, and the wait is over. Somebody else may have written meanwhile, and
      // the time in the text is old. So the loop starts again with a look.
      if (!(await this.#opened.write(text))) continue;
      writes += 1;
      const answeredAt = this.#opened.now();
      this.#text = text;
      const updatedAt = await this.#readBack(writtenAt);
      this.#seenAt = updatedAt;
      const fits = isSameWrite(writtenAt, updatedAt);
      this.#needsNewTime = !mayBeClockDifference(writtenAt, updatedAt);
      this.#differenceIsDoubtful = !fits && (this.#clockDifference !== undefined || this.#needsNewTime);
      this.#clockDifference = leastDifference(updatedAt - answeredAt, updatedAt - sentAt);
      if (fits) return;
      if (writes === MOST_WRITES && this.#needsNewTime) throw clocksDiffer(this.location, sentAt, updatedAt);
    }
  }

  /**
   * Somebody else has written the secret if its time is later than the one that this run read. An earlier
   * time comes from a replica.
   */
  async requireUnchanged(): Promise<void> {
    const updatedAt = await this.#opened.updatedAt();
    const seenAt = this.#seenAt;
    if (updatedAt === undefined && seenAt !== undefined) {
      throw new ActionError("KEYRING_STALE", `${capitalize(this.location)} was deleted during this run.`);
    }
    if (updatedAt === undefined || updatedAt <= (seenAt ?? Number.NEGATIVE_INFINITY)) return;
    const since = seenAt === undefined ? "" : `. This run had read ${iso(seenAt)}`;
    const message = `Somebody else wrote ${this.location} during this run, at ${iso(updatedAt)}${since}.`;
    throw new ActionError("KEYRING_STALE", message);
  }

  get #opened(): Secret {
    if (this.#secret === undefined) throw new Error("the secret was not checked");
    return this.#secret;
  }

  /**
   * Reads the secret's time after a write. A replica that has not heard of the write shows the earlier time.
   * Two writes in one second have the same time. A time that is more than 5 minutes off counts only after the
   * last look. It proves nothing until a text that was stamped with the new difference fits: see
   * {@link replace}.
   * @param writtenAt the time in the text
   * @returns when the secret was written
   * @throws ActionError `KEYRING_WRITE_FAILED`, `CLOCK_DOUBTFUL`
   */
  async #readBack(writtenAt: number): Promise<number> {
    let updatedAt: number | undefined;
    for (const wait of READ_BACK_PAUSES_MS) {
      await pause(wait);
      updatedAt = await this.#opened.updatedAt().catch((error: Error) => {
        const message = `${capitalize(this.location)} was written, but the run could not read that back. ${error.message}`;
        throw new ActionError("KEYRING_WRITE_FAILED", message, { cause: error });
      });
      if (updatedAt === undefined) continue;
      const changed = updatedAt !== this.#seenAt && mayBeClockDifference(writtenAt, updatedAt);
      if (changed || (isSameWrite(writtenAt, updatedAt) && !this.#needsNewTime)) return updatedAt;
    }
    if (updatedAt === undefined || updatedAt === this.#seenAt) {
      const state =
        updatedAt === undefined ? "does not show it" : `shows that it was last written at ${iso(updatedAt)}`;
      throw new ActionError(
        "KEYRING_WRITE_FAILED",
        `GitHub accepted the write of ${this.location}, but ${state}.`,
      );
    }
    // An earlier time may come from a replica that is far behind, unless the clocks are known to differ.
    if (this.#needsNewTime || updatedAt > (this.#seenAt ?? Number.NEGATIVE_INFINITY)) return updatedAt;
    throw clocksDiffer(this.location, writtenAt, updatedAt);
  }
}

/**
 * Estimates how far two clocks differ. A write is carried out at some time between its sending and its
 * answer, so the difference lies between two bounds.
 * @param least the difference in milliseconds if the write was carried out at its answer
 * @param most the difference in milliseconds if the write was carried out at its sending
 * @returns the difference between these bounds that is nearest to 0: a slow write is no sign of clocks that
 * differ
 */
function leastDifference(least: number, most: number): number {
  return Math.max(least, Math.min(most, 0));
}
