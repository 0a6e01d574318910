import { basename, dirname } from "node:path";
import type { Disk } from "../../src/keyring/file-operations.ts";
import { KeyringFile } from "../../src/keyring/file-storage.ts";
import type { Machine } from "../../src/keyring/lock.ts";
import type { Owner } from "../../src/keyring/lock-owner.ts";

// Runs on a disk and a clock that only the test moves: each step of a run waits until it gets its turn. A run that gets
// none stands still, as under SIGSTOP or on a machine that sleeps.

/** Where the runs keep their keyring. */
export const KEYRING = "/k/keyring.pem";
export const LOCK = `${KEYRING}.lock`;

interface File {
  text: string;
}
type Folder = Map<string, File | Folder>;

/** What a killed run may have left. */
export type LeftBehind = "nothing" | "a lock of this machine" | "a lock of another machine";

/** One disk, and the time. */
export class Shelf {
  now = 0;
  /** Processes that are gone. */
  readonly gone = new Set<number>();
  /** Every change of the keyring's text, in order. */
  readonly texts: string[] = [""];
  readonly #root: Folder = new Map([["k", new Map()]]);

  /** Puts a killed run's lock there, with a draft in it that holds a key. */
  leave(host: string): void {
    this.gone.add(1);
    const owner = JSON.stringify({ host, boot: "b", pid: 1, started: "s" });
    const lock: Folder = new Map([
      ["0.draft", { text: "key-0\n" }],
      ["0.owner", { text: owner }],
    ]);
    this.folder("/k").set(basename(LOCK), lock);
  }

  get keyring(): string {
    const file = this.folder("/k").get(basename(KEYRING));
    return file === undefined ? "" : (file as File).text;
  }

  /** @returns every name on the disk, and what the files hold */
  names(): string[] {
    return [...this.folder("/k").keys()].sort();
  }

  folder(path: string): Folder {
    let here: Folder = this.#root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const next = here.get(name);
      if (next === undefined) throw failure("ENOENT", path);
      if (!(next instanceof Map)) throw failure("ENOTDIR", path);
      here = next;
    }
    return here;
  }

  file(path: string): File {
    const found = this.folder(dirname(path)).get(basename(path));
    if (found === undefined) throw failure("ENOENT", path);
    if (found instanceof Map) throw failure("EISDIR", path);
    return found;
  }

  add(path: string, node: File | Folder): void {
    const folder = this.folder(dirname(path));
    if (folder.has(basename(path))) throw failure("EEXIST", path);
    folder.set(basename(path), node);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.folder(dirname(from)), this.folder(dirname(to))];
    const node = source.get(basename(from));
    if (node === undefined) throw failure("ENOENT", from);
    const there = target.get(basename(to));
    if (node instanceof Map && there !== undefined) {
      if (!(there instanceof Map)) throw failure("ENOTDIR", to);
      if (there.size > 0) throw failure("ENOTEMPTY", to);
    }
    source.delete(basename(from));
    target.set(basename(to), node);
  }

  remove(path: string): void {
    this.file(path);
    this.folder(dirname(path)).delete(basename(path));
  }

  removeFolder(path: string): void {
    if (this.folder(path).size > 0) throw failure("ENOTEMPTY", path);
    this.folder(dirname(path)).delete(basename(path));
  }
}

interface Turn {
  /** When it is due. */
  readonly at: number;
  /** Whether it changes something, so that the order among the runs matters. */
  readonly notable: boolean;
  readonly go: () => void;
}

/** One run: it adds its key to the keyring, and then looks whether that is still so, as right before an upload. */
export class Run {
  readonly key: string;
  readonly shelf: Shelf;
  /** `ended well`, or the code that it failed with; undefined while it goes on. */
  ending: string | undefined;
  /** What it printed. */
  readonly lines: string[] = [];
  readonly #pid: number;
  #turns: Turn[] = [];

  constructor(shelf: Shelf, number: number, host: string, disk: (own: Disk) => Disk = (own) => own) {
    this.shelf = shelf;
    this.key = `key-${number}`;
    this.#pid = 100 + number;
    const process: Owner = { host, boot: "b", pid: this.#pid, started: "s" };
    const machine: Machine = {
      disk: disk(this.#disk()),
      process,
      isGone: (owner) => owner.host === host && shelf.gone.has(owner.pid),
      // Each machine counts from another beginning.
      now: () => shelf.now + number * 1e9,
      pause: (milliseconds) => this.#turn(false, () => {}, milliseconds),
      every: (milliseconds, action) => this.#every(milliseconds, action),
    };
    const file = new KeyringFile(KEYRING, {
      text: "",
      clock: () => 0,
      say: (line) => this.lines.push(line),
      machine,
    });
    const work = async () => {
      await file.check();
      await file.replace(async (text) => `${text}${this.key}\n`);
      await file.requireUnchanged();
    };
    work().then(
      () => this.#end("ended well"),
      (error: { code?: string }) => this.#end(error.code ?? String(error)),
    );
  }

  /** Gives it one turn. @returns whether that changed something; undefined where it has ended */
  async step(): Promise<boolean | undefined> {
    if (this.ending !== undefined) return undefined;
    const due = this.#turns.reduce((first, turn) => (turn.at < first.at ? turn : first));
    this.#turns.splice(this.#turns.indexOf(due), 1);
    this.shelf.now = Math.max(this.shelf.now, due.at);
    due.go();
    await new Promise(setImmediate);
    const { keyring, texts } = this.shelf;
    if (keyring !== texts.at(-1)) texts.push(keyring);
    return due.notable;
  }

  /** Gives it turns until it has changed something so many times, or has ended. */
  async go(changes = Number.POSITIVE_INFINITY): Promise<void> {
    for (let left = changes; left > 0; ) {
      const changed = await this.step();
      if (changed === undefined) return;
      if (changed) left -= 1;
    }
  }

  /** It gets no turn any more. */
  kill(): void {
    if (this.ending !== undefined) return;
    this.shelf.gone.add(this.#pid);
    this.#end("killed");
  }

  #end(how: string): void {
    this.ending ??= how;
    this.#turns = [];
  }

  #turn<T>(notable: boolean, action: () => T, wait = 0): Promise<T> {
    return new Promise((resolve, reject) => {
      const go = () => {
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      };
      this.#turns.push({ at: this.shelf.now + wait, notable, go });
    });
  }

  #every(milliseconds: number, action: () => Promise<void>): () => void {
    let ended = false;
    const again = async () => {
      await this.#turn(false, () => {}, milliseconds);
      if (ended) return;
      await action();
      void again();
    };
    void again();
    return () => {
      ended = true;
    };
  }

  #disk(): Disk {
    const { shelf } = this;
    return {
      makeFolder: (path) => this.#turn(true, () => shelf.add(path, new Map())),
      list: (path) => this.#turn(false, () => [...shelf.folder(path).keys()]),
      read: (path) => this.#turn(path === KEYRING, () => shelf.file(path).text),
      // Made and filled are two steps for whoever looks.
      create: async (path, text) => {
        const file: File = { text: "" };
        await this.#turn(true, () => shelf.add(path, file));
        await this.#turn(false, () => write(file, text));
      },
      fill: async (path, text) => {
        const file = await this.#turn(path.endsWith(".draft"), () => shelf.file(path));
        await this.#turn(path.endsWith(".draft"), () => write(file, text));
      },
      rename: (from, to) => this.#turn(to === KEYRING || !isHeld(shelf), () => shelf.rename(from, to)),
      remove: (path) => this.#turn(true, () => shelf.remove(path)),
      removeFolder: (path) => this.#turn(true, () => shelf.removeFolder(path)),
      settle: () => this.#turn(false, () => {}),
    };
  }
}

/** @returns what is wrong after the runs: a key that was in the keyring is not, or one of a run that ended well never was */
export function wrong(shelf: Shelf, runs: readonly Run[]): string[] {
  const problems: string[] = [];
  for (const [index, text] of shelf.texts.entries()) {
    const before = (shelf.texts[index - 1] ?? "").split("\n");
    if (!before.every((key) => text.split("\n").includes(key))) problems.push(`lost: ${before} -> ${text}`);
  }
  for (const { key, ending } of runs) {
    const there = shelf.keyring.split("\n").includes(key);
    if (ending === "ended well" && !there) problems.push(`${key} ended well and is not there`);
  }
  return problems;
}

function isHeld(shelf: Shelf): boolean {
  const lock = shelf.folder("/k").get(basename(LOCK));
  return lock instanceof Map && lock.size > 0;
}

function write(file: File, text: string): void {
  file.text = text;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
