/** Private keys that are made while something else goes on: that takes longer than anything else in a run. */
import { mkdirSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "./commands.ts";
import type { CommandDirectory } from "./process.ts";

/** Where a key is being made, and when it is ready. */
interface Making {
  readonly directory: string;
  readonly ready: Promise<void>;
}

/**
 * The private keys of one run. Making one takes 0.05 to 1 s (measured). Each is made in a directory of its own: a key that is
 * not needed after all then is no file in the command directory.
 */
export class KeyMaking {
  readonly #commandDirectory: CommandDirectory;
  readonly #bits: number;
  readonly #begun = new Map<string, Making>();
  readonly #taken = new Map<string, Promise<void>>();

  /** @param bits size of each key */
  constructor(commandDirectory: CommandDirectory, bits: number) {
    this.#commandDirectory = commandDirectory;
    this.#bits = bits;
  }

  /** Starts the documented command that makes this file, unless it was started before. */
  begin(file: string): void {
    void this.#making(file);
  }

  /**
   * Waits for the key and moves it into the command directory, under the name that its command gave it; once for each file.
   * @throws ActionError `OPENSSL_…`
   */
  async take(file: string): Promise<void> {
    const taken = this.#taken.get(file) ?? this.#move(file);
    this.#taken.set(file, taken);
    await taken;
  }

  async #move(file: string): Promise<void> {
    const { directory, ready } = this.#making(file);
    await ready;
    await rename(join(directory, file), join(this.#commandDirectory.directory, file));
  }

  #making(file: string): Making {
    const known = this.#begun.get(file);
    if (known !== undefined) return known;
    const { openssl } = this.#commandDirectory;
    const directory = join(this.#commandDirectory.directory, `making-${file}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const making = { directory, ready: openssl.run(generateKey(file, this.#bits), directory) };
    this.#begun.set(file, making);
    return making;
  }
}
