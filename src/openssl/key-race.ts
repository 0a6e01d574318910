import { mkdirSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "./commands.ts";
import type { Workplace } from "./workplace.ts";

/** A key that OpenSSL is making, in a directory of its own. */
interface Making {
  /** As the documented command names it. */
  readonly file: string;
  readonly directory: string;
  readonly ready: Promise<void>;
}

/**
 * Private keys that are made at the same time. Until a certificate names one they are alike, and how long one takes is
 * chance (0.05 to 1 s, measured): so whoever takes a key gets the one that is ready first, and with it the file name.
 */
export class KeyRace {
  readonly #workplace: Workplace;
  readonly #bits: number;
  readonly #begun = new Set<string>();
  readonly #making = new Set<Making>();
  readonly #taken = new Set<string>();
  #exchanged = false;

  /** @param bits size of each key, so that they are alike */
  constructor(workplace: Workplace, bits: number) {
    this.#workplace = workplace;
    this.#bits = bits;
  }

  /** Whether a key was taken under another name than its command gave it. */
  get exchanged(): boolean {
    return this.#exchanged;
  }

  /** Starts the documented command that makes this file, unless it was started before. */
  begin(file: string): void {
    if (this.#begun.has(file)) return;
    this.#begun.add(file);
    const { openssl, directory: workplace } = this.#workplace;
    const directory = join(workplace, `key-${this.#begun.size}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#making.add({ file, directory, ready: openssl.run(generateKey(file, this.#bits), directory) });
  }

  /**
   * Lays the key that is ready first into the workplace, where it is not there yet; one at a time.
   * @param file the name that it has there
   * @throws ActionError `OPENSSL_…`
   */
  async take(file: string): Promise<void> {
    if (this.#taken.has(file)) return;
    this.#taken.add(file);
    this.begin(file);
    const first = await Promise.race([...this.#making].map((key) => key.ready.then(() => key)));
    this.#making.delete(first);
    this.#exchanged ||= first.file !== file;
    await rename(join(first.directory, first.file), join(this.#workplace.directory, file));
  }
}
