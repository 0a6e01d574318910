import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf, DISK, type Disk } from "./file-operations.ts";
import { formatOwner, isGone, type Owner, parseOwner, thisProcess } from "./lock-owner.ts";

// A lock for processes that may run on several machines over one disk: it orders their writes of one file.
//
// A lock is a folder that appears with its content in it: <nonce>.owner says who holds the lock, and <nonce>.draft is an empty
// file that the holder may fill and rename to where the result belongs. Names of two holders are never the same, so no
// process removes another lock than the one it looked at.
//
// A process that takes a lock over removes the draft before it reads anything. The system orders this removal and the
// holder's rename. If the rename came first, its result is read. If the removal came first, the holder has nothing to
// rename and fails. So a holder that stood still, for however long, does no harm when it goes on. No two clocks are compared.

/** How often a holder renews its lock. */
const RENEW_MS = 5000;
/** A lock that was not renewed for so long, by the clock of the process that waits, was left behind. */
const STILL_MS = 30_000;
/** How long a process waits for a holder that renews its lock. */
const WAIT_MS = 45_000;
const LOOK_MS = 250;
/** A wait that is shorter is not reported. */
const QUIET_MS = 1000;

/** The codes of a rename onto a lock that exists already. On Windows they may also mean an empty folder. */
const IN_THE_WAY: ReadonlySet<string> = new Set([
  "ENOTEMPTY",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "EPERM",
  "EACCES",
  "EBUSY",
]);

/** The machine as locks see it; another one in tests. */
export interface Machine {
  readonly disk: Disk;
  readonly process: Owner;
  /** Whether a process is surely gone. */
  isGone(owner: Owner): boolean;
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
  /** Repeats an action, without keeping the process alive. @returns a function that ends the repetition */
  every(milliseconds: number, action: () => Promise<void>): () => void;
}

/** @returns this machine */
export function thisMachine(): Machine {
  const process = thisProcess();
  return {
    disk: DISK,
    process,
    isGone: (owner) => isGone(owner, process),
    now: () => performance.now(),
    pause: async (milliseconds) => void (await pause(milliseconds)),
    every(milliseconds, action) {
      const timer = setInterval(() => void action(), milliseconds).unref();
      return () => clearInterval(timer);
    },
  };
}

/** A lock that another process holds and goes on holding. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
  /** Undefined where the lock does not say. */
  readonly holder: Owner | undefined;

  constructor(at: string, holder: Owner | undefined) {
    super(`${at} is held`);
    this.holder = holder;
  }
}

/** How a lock is taken. */
export interface Taking {
  readonly machine: Machine;
  /** Called once if the wait takes longer than 1 s. */
  readonly waiting: (holder: Owner | undefined) => void;
}

/** A lock that this process holds, until it gives it back or another one takes it over. */
export class Lock {
  /** A file to fill and then rename to its final path in one step. Both fail if the lock was lost. */
  readonly draft: string;
  readonly #owner: string;
  readonly #at: string;
  readonly #disk: Disk;
  readonly #end: () => void;

  private constructor(at: string, nonce: string, machine: Machine) {
    this.#at = at;
    this.draft = join(at, draftOf(nonce));
    this.#owner = join(at, ownerOf(nonce));
    this.#disk = machine.disk;
    let renewed = 0;
    this.#end = machine.every(RENEW_MS, async () => {
      renewed += 1;
      // An error here needs no report: the rename of the draft notices a lost lock.
      await machine.disk.fill(this.#owner, formatOwner(machine.process, renewed)).catch(() => {});
    });
  }

  /**
   * Takes a lock. A lock whose holder is gone is taken over at once, and a lock that nobody renews after
   * 30 s. For a lock in use this method waits.
   * @param at absolute path of the lock itself, in a folder that exists
   * @throws LockHeld after 45 s, or an Error of the system
   */
  static async take(at: string, { machine, waiting }: Taking): Promise<Lock> {
    const { disk } = machine;
    const nonce = randomUUID();
    const staged = `${at}-${nonce}`;
    try {
      await stage(staged, nonce, machine);
      await moveIn(staged, at, nonce, { machine, waiting });
    } catch (error) {
      await clear(disk, staged, [draftOf(nonce), ownerOf(nonce)]);
      throw error;
    }
    await clearStaged(at, machine).catch(() => {});
    return new Lock(at, nonce, machine);
  }

  /** @returns whether this process still holds the lock */
  async isHeld(): Promise<boolean> {
    return await this.#disk.read(this.#owner).then(
      () => true,
      () => false,
    );
  }

  /** Gives the lock back. A lock that was lost has another holder, and stays. */
  async release(): Promise<void> {
    this.#end();
    await clear(this.#disk, this.#at, [basename(this.draft), basename(this.#owner)]);
  }
}

/**
 * Removes the locks of runs that are surely gone, because their drafts may hold keys. For tasks that take no
 * lock.
 * @throws Error of the system
 */
export async function clearLeftBehind(at: string, machine: Machine): Promise<void> {
  const seen = await look(at, machine.disk);
  if (seen?.owner !== undefined && machine.isGone(seen.owner)) await clear(machine.disk, at, seen.files);
  await clearStaged(at, machine);
}

const draftOf = (nonce: string) => `${nonce}.draft`;
const ownerOf = (nonce: string) => `${nonce}.owner`;

/** Makes the lock under another name, so that it is complete when it appears in its place. */
async function stage(staged: string, nonce: string, { disk, process }: Machine): Promise<void> {
  await disk.makeFolder(staged);
  await disk.create(join(staged, ownerOf(nonce)), formatOwner(process, 0));
  await disk.create(join(staged, draftOf(nonce)), "");
}

/** Moves the staged lock to its place once that is free. */
async function moveIn(staged: string, at: string, nonce: string, taking: Taking): Promise<void> {
  const { machine } = taking;
  const wait = new Wait(at, taking);
  for (;;) {
    const refused = await machine.disk.rename(staged, at).then(() => undefined, refusalOf);
    if (refused === undefined) return;
    // Somebody removed the staged lock.
    if (refused.code === "ENOENT") await stage(staged, nonce, machine);
    const seen = await look(at, machine.disk);
    // Windows renames nothing onto an empty folder.
    if (seen === undefined) await machine.disk.removeFolder(at).catch(() => {});
    else if (wait.isLeft(seen) && (await clear(machine.disk, at, seen.files))) continue;
    await wait.on(seen, refused.error);
  }
}

/**
 * @returns the code of a rename that failed because a lock is in the way, or because the staged lock is gone
 * @throws any other error
 */
function refusalOf(error: unknown): { code: string; error: unknown } {
  const code = codeOf(error);
  if (code !== "ENOENT" && !IN_THE_WAY.has(code)) throw error;
  return { code, error };
}

/** A lock as it was found. */
interface Seen {
  /** Names of its files; empty where a file of somebody else is in the lock's place. */
  readonly files: readonly string[];
  readonly owner: Owner | undefined;
  /** A text that changes each time the lock is renewed. */
  readonly signature: string;
}

/** @returns undefined where the lock is free */
async function look(at: string, disk: Disk): Promise<Seen | undefined> {
  let files: string[];
  try {
    files = (await disk.list(at)).toSorted();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    return { files: [], owner: undefined, signature: `${code} ${await disk.read(at).catch(codeOf)}` };
  }
  const note = files.find((file) => file.endsWith(".owner"));
  if (files.length === 0) return undefined;
  const text = note === undefined ? "" : await disk.read(join(at, note)).catch(codeOf);
  return { files, owner: parseOwner(text), signature: `${files.join("/")} ${text}` };
}

/** Removes files of a lock by their names, the drafts first, then the lock. @returns whether it is gone */
async function clear(disk: Disk, at: string, files: readonly string[]): Promise<boolean> {
  try {
    for (const file of files.toSorted()) await disk.remove(join(at, file)).catch(ignoreAbsent);
    // Without files it was seen as a file, not as a folder. remove() deletes a file only, never a lock's
    // folder.
    if (files.length === 0) await disk.remove(at).catch(ignoreAbsent);
    else await disk.removeFolder(at).catch(ignoreAbsent);
    return true;
  } catch {
    return false;
  }
}

function ignoreAbsent(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}

/** Removes staged locks of runs that were killed before their lock was in its place. */
async function clearStaged(at: string, machine: Machine): Promise<void> {
  const { disk } = machine;
  const prefix = `${basename(at)}-`;
  const names = (await disk.list(dirname(at))).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const staged = join(dirname(at), name);
    const seen = await look(staged, disk);
    const ours = seen?.files.every((file) => file.startsWith(name.slice(prefix.length))) === true;
    if (ours && seen.owner !== undefined && machine.isGone(seen.owner)) await clear(disk, staged, seen.files);
  }
}

/** One wait for a lock: how long it has been, and how long the lock has stayed as it is. */
class Wait {
  readonly #at: string;
  readonly #taking: Taking;
  readonly #began: number;
  #told = false;
  #signature: string | undefined;
  #lookedAt = 0;
  #stood = 0;

  constructor(at: string, taking: Taking) {
    this.#at = at;
    this.#taking = taking;
    this.#began = taking.machine.now();
  }

  /** @returns whether the lock as it is seen now was left behind */
  isLeft({ owner, signature }: Seen): boolean {
    const { machine } = this.#taking;
    const now = machine.now();
    // This process may have stood still itself. Such a time says nothing about the other process, so it does
    // not count.
    const since = Math.min(now - this.#lookedAt, 4 * LOOK_MS);
    this.#stood = signature === this.#signature ? this.#stood + since : 0;
    this.#signature = signature;
    this.#lookedAt = now;
    return (owner !== undefined && machine.isGone(owner)) || this.#stood >= STILL_MS;
  }

  /**
   * Waits until the next look is due.
   * @throws LockHeld after 45 s; where no lock is in the way, what the system said
   */
  async on(seen: Seen | undefined, error: unknown): Promise<void> {
    const { machine, waiting } = this.#taking;
    const waited = machine.now() - this.#began;
    if (waited > WAIT_MS) throw seen === undefined ? error : new LockHeld(this.#at, seen.owner);
    if (!this.#told && waited > QUIET_MS && seen !== undefined) {
      this.#told = true;
      waiting(seen.owner);
    }
    await machine.pause(LOOK_MS);
  }
}
