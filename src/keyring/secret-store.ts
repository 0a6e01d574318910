import { setTimeout as pause } from "node:timers/promises";
import { iso } from "../ca/time.ts";
import { ActionError, type ErrorCode, NEW_RUN } from "../messages/errors.ts";
import { capital } from "../messages/sentence.ts";
import { isProvisional, timeOfWriting } from "./format.ts";
import type { KeyringStore } from "./keeper.ts";
import {
  belongTogether,
  importableFrom,
  judgeSecret,
  mayBeClocks,
  type SecretFacts,
} from "./secret-freshness.ts";

/** What a keyring needs of a write-only secret; `src/keyring/github-secret.ts` is one. Times are milliseconds since 1970. */
export interface Secret {
  /** The keeper's clock; the one that stamps {@link updatedAt} may be another one of his. */
  now(): number;
  /** When the right to reach the secret ends; undefined where unknown or of no matter. */
  readonly accessEnds: number | undefined;
  /** Gets everything that a write needs. */
  prepare(): Promise<void>;
  /** When it was last written, in whole seconds; undefined where it does not exist. */
  updatedAt(): Promise<number | undefined>;
  /** When this run was queued, which is when a workflow's secrets are read at the earliest; undefined where unknown. */
  runQueuedAt(): Promise<number | undefined>;
  /**
   * One write, never repeated.
   * @returns false where the keeper turned it away for a while that is over now: it may be made anew
   */
  write(text: string): Promise<boolean>;
}

/** Which secret it is, and what came in for it. */
export interface SecretOptions {
  readonly name: string;
  /** For messages: `the secret NAME of owner/repo`. */
  readonly place: string;
  /** The text that came in; empty where there was none. */
  readonly text: string;
  /** Whether that text may go to a secret that does not exist yet. */
  readonly mayImport: boolean;
  /** Loads what talks to the secret's keeper; called once, when it is first needed. */
  readonly open: () => Promise<Secret>;
  readonly warn: (message: string) => void;
}

/** 48 KB, as GitHub documents it. */
export const SECRET_LIMIT_BYTES = 48 * 1024;

/** What to do where it may be that the text is the secret's own and GitHub's clocks differed when it was written. */
const STAMP_ANEW: Readonly<Partial<Record<ErrorCode, string>>> = {
  KEYRING_STALE:
    "Start a new run, because a re-run uses the old value of the secret. If each new run says this, GitHub's clocks differed when the secret was written:",
  KEYRING_SECRET_MISMATCH:
    "Check keyring-secret and keyring-environment. Set keyring-environment for a secret of an environment, and leave it empty for a secret of the repository. If they are right, GitHub's clocks differed when the secret was written:",
};

/** A text is written anew where its stamp and the secret's time differ: with a clock that is known then, once is enough. */
const MOST_WRITES = 3;

/** Times of writing are whole seconds. */
const SECOND_MS = 1000;

/** When the time of writing is read back after a write: again where a replica has not heard of it yet. */
const READ_BACK_PAUSES_MS = [0, 500, 1500];

/**
 * A keyring in a GitHub secret. Nobody can read a secret back and GitHub has no conditional write, so what came in is
 * compared with the secret's time of writing before a key is made, and again before each write (guarantee 3).
 */
export class KeyringSecret implements KeyringStore {
  readonly proof = "its new time of writing was read back";
  readonly limit = SECRET_LIMIT_BYTES;
  readonly place: string;
  readonly #options: SecretOptions;
  #secret: Secret | undefined;
  /** What the secret holds as far as this run knows. */
  #text: string;
  /** Its time of writing as this run read it last; undefined where it does not exist. */
  #seenAt: number | undefined;
  /** Whether the text is the secret's, but its stamp and the secret's time do not show that by themselves. */
  #stampIsOff = false;
  /** How far the clock that stamps the secret is ahead of the keeper's; undefined before a write has shown it. */
  #ahead: number | undefined;
  /** Whether that cannot be relied on yet: a text stamped by it was off, or it is more than clocks differ. */
  #unsteady = false;

  constructor(options: SecretOptions) {
    this.#options = options;
    this.place = options.place;
    this.#text = options.text;
  }

  now(): number {
    return this.#opened.now() + (this.#ahead ?? 0);
  }

  get provisional(): boolean {
    return this.#ahead === undefined || this.#unsteady;
  }

  get accessEnds(): number | undefined {
    return this.#secret?.accessEnds;
  }

  get awaitsImport(): boolean {
    return this.#stampIsOff || (this.#seenAt === undefined && this.#text.trim() !== "");
  }

  async check(): Promise<void> {
    const secret = await this.#options.open();
    this.#secret = secret;
    const { text, mayImport } = this.#options;
    const cameIn = text.trim() !== "";
    const writtenAt = timeOfWriting(text);
    const [updatedAt] = await Promise.all([secret.updatedAt(), secret.prepare()]);
    this.#seenAt = updatedAt;
    const provisional = isProvisional(text);
    const facts: SecretFacts = { cameIn, writtenAt, provisional, updatedAt, queuedAt: undefined, mayImport };
    let verdict = judgeSecret(facts);
    if (verdict === "age-unknown")
      verdict = judgeSecret({ ...facts, queuedAt: (await secret.runQueuedAt()) ?? null });
    if (verdict === "age-unknown") this.#options.warn(this.#ageUnknown(facts));
    else if (verdict !== undefined) throw this.#refusal(verdict, facts);
    const both = writtenAt !== undefined && updatedAt !== undefined;
    this.#stampIsOff = both && !belongTogether(writtenAt, updatedAt);
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    for (let writes = 0; ; ) {
      // Where the clocks are known to differ, only another second shows that a write arrived.
      if (this.#stampIsOff) await pause(SECOND_MS);
      await this.#requireUntouched();
      const text = await change(this.#text);
      const stamp = timeOfWriting(text) ?? this.now();
      const sentAt = stamp - (this.#ahead ?? 0);
      // Somebody else may have written during the wait, and the text's time of writing is old by now.
      if (!(await this.#opened.write(text))) continue;
      writes += 1;
      const answeredAt = this.#opened.now();
      this.#text = text;
      const updatedAt = await this.#readBack(stamp);
      this.#seenAt = updatedAt;
      const fits = belongTogether(stamp, updatedAt);
      this.#stampIsOff = !mayBeClocks(stamp, updatedAt);
      this.#unsteady = !fits && (this.#ahead !== undefined || this.#stampIsOff);
      // The text is inside the secret: it can only be stamped by a time that a write before it has shown.
      this.#ahead = notExplained(updatedAt - answeredAt, updatedAt - sentAt);
      if (fits) return;
      if (writes < MOST_WRITES) continue;
      if (this.#stampIsOff) throw this.#doubtful(sentAt, updatedAt);
      return;
    }
  }

  async confirm(): Promise<void> {
    await this.#requireUntouched();
  }

  get #opened(): Secret {
    if (this.#secret === undefined) throw new Error("the secret was not checked");
    return this.#secret;
  }

  /** Looks whether somebody else wrote since this run read the time of writing. An older time is a replica's. */
  async #requireUntouched(): Promise<void> {
    const updatedAt = await this.#opened.updatedAt();
    const seenAt = this.#seenAt;
    if (updatedAt === undefined && seenAt !== undefined) {
      throw new ActionError("KEYRING_STALE", `${capital(this.place)} was deleted during this run.`);
    }
    if (updatedAt === undefined || updatedAt <= (seenAt ?? Number.NEGATIVE_INFINITY)) return;
    const since = seenAt === undefined ? "" : `. This run had read ${iso(seenAt)}`;
    const message = `Somebody else wrote ${this.place} during this run, at ${iso(updatedAt)}${since}.`;
    throw new ActionError("KEYRING_STALE", message);
  }

  /**
   * A replica that has not heard of the write shows the time before it, as do two writes in one second. A time that is more
   * than 5 minutes off the stamp counts once every replica had its chance, and proves nothing before a text stamped by it
   * fits: see {@link replace}.
   * @returns the time of writing after a write
   * @throws ActionError `KEYRING_WRITE_FAILED`, `CLOCK_DOUBTFUL`
   */
  async #readBack(stamp: number): Promise<number> {
    let shown: number | undefined;
    for (const wait of READ_BACK_PAUSES_MS) {
      await pause(wait);
      shown = await this.#opened.updatedAt().catch((error: Error) => {
        const message = `${capital(this.place)} was written, but the run could not read that back. ${error.message}`;
        throw new ActionError("KEYRING_WRITE_FAILED", message, { cause: error });
      });
      if (shown === undefined) continue;
      const changed = shown !== this.#seenAt && mayBeClocks(stamp, shown);
      if (changed || (belongTogether(stamp, shown) && !this.#stampIsOff)) return shown;
    }
    if (shown === undefined || shown === this.#seenAt) {
      const state =
        shown === undefined ? "does not show it" : `shows that it was last written at ${iso(shown)}`;
      throw new ActionError(
        "KEYRING_WRITE_FAILED",
        `GitHub accepted the write of ${this.place}, but ${state}.`,
      );
    }
    // An older time may be that of a replica far behind, unless the clock was found to be off already.
    if (this.#stampIsOff || shown > (this.#seenAt ?? Number.NEGATIVE_INFINITY)) return shown;
    throw this.#doubtful(stamp, shown);
  }

  /** @param sentAt by the keeper's clock */
  #doubtful(sentAt: number, updatedAt: number): ActionError {
    return new ActionError(
      "CLOCK_DOUBTFUL",
      `GitHub accepted the write of ${this.place} at ${iso(sentAt)} by the clock of its replies. It shows that the secret was written at ${iso(updatedAt)}. Its clocks differ, so nothing proves that this write was the last one. The run did nothing after it.`,
      {
        next: `Wait until GitHub's clocks agree (githubstatus.com, or the administrator of your Enterprise Server). Then start a new run. If that run says KEYRING_STALE or KEYRING_SECRET_MISMATCH, ${importing(undefined)}.`,
      },
    );
  }

  #ageUnknown({ writtenAt, updatedAt }: SecretFacts): string {
    const says =
      writtenAt === undefined
        ? "does not say when it was written"
        : `says that it was written at ${iso(writtenAt)}, and the secret was written at ${iso(updatedAt ?? 0)}`;
    return (
      `The keyring that came in ${says}. github-token may not ask when this run was queued ("Actions: read"). ` +
      `So the run cannot know whether somebody else has written ${this.place} since then.`
    );
  }

  #refusal(code: ErrorCode, facts: SecretFacts): ActionError {
    const { writtenAt, updatedAt } = facts;
    const [place, written] = [capital(this.place), updatedAt === undefined ? "" : iso(updatedAt)];
    const stamped = writtenAt === undefined ? "" : `, which says ${iso(writtenAt)}`;
    if (code === "KEYRING_NOT_PASSED_IN") {
      return new ActionError(
        code,
        `${place} exists (written at ${written}), but the keyring input is empty. A write would replace every key in the secret.`,
        {
          next: `If you used Re-run jobs, it passed in the old value of the secret. Set keyring: \${{ secrets.${this.#options.name} }} in a job that may read that secret. Then ${NEW_RUN}.`,
        },
      );
    }
    const from = importableFrom(facts);
    const way = importing(mayBeClocks(writtenAt, updatedAt) ? undefined : from);
    const next = from === undefined ? undefined : `${STAMP_ANEW[code]} ${way}.`;
    if (code === "KEYRING_STALE") {
      return new ActionError(
        code,
        `${place} was written at ${written}, after the keyring that came in${stamped}. The secret may hold keys that this run does not know.`,
        { next },
      );
    }
    const happened =
      updatedAt === undefined
        ? "does not exist"
        : `was written at ${written}, before the keyring that came in${stamped}`;
    return new ActionError(code, `${place} ${happened}. So the keyring came from another place.`, { next });
  }
}

/**
 * @param from when the run must have been queued at the earliest; undefined where that does not matter
 * @returns how a text is stamped anew, as the end of a sentence
 */
function importing(from: number | undefined): string {
  const when =
    from === undefined
      ? ""
      : ` that is queued after ${iso(from)}, with a github-token that has "Actions: read"`;
  return `set keyring-import: true for one new run${when}. That run writes a new time into the keyring`;
}

/**
 * A write was carried out at some time between its sending and its answer.
 * @returns of the differences that this allows the one nearest to none: a write that took long is no clock that differs
 */
function notExplained(least: number, most: number): number {
  return Math.max(least, Math.min(most, 0));
}
