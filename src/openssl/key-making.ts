/**
 * Makes private keys while the run does other work, because that takes longer than any other step on this
 * machine.
 */
import { mkdirSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "./commands.ts";
import type { CommandDirectory } from "./process.ts";

/**
 * The private keys of one run. It takes 0.05 to 1 s to make one (measured). Each key is made in a directory
 * of its own: a key that is not needed in the end must not be in the command directory.
 */
export class KeyMaking {
  readonly #commandDirectory: CommandDirectory;
  readonly #bits: number;
  readonly #begun = new Map<string, Promise<void>>();
  readonly #taken = new Map<string, Promise<void>>();

  /** @param bits size of each key */
  constructor(commandDirectory: CommandDirectory, bits: number) {
    this.#commandDirectory = commandDirectory;
    this.#bits = bits;
  }

  /** Starts the documented command that makes this file, unless it was started before. */
  begin(file: string): void {
    void this.#ready(file);
  }

  /**
   * Waits for the key and moves it into the command directory, under the name that its command gave it. A key that was taken
   * before stays where it is.
   * @throws ActionError `OPENSSL_…`
   */
  async take(file: string): Promise<void> {
    const taken = this.#taken.get(file) ?? this.#move(file);
    this.#taken.set(file, taken);
    await taken;
  }

  async #move(file: string): Promise<void> {
    await this.#ready(file);
    await rename(join(this.#madeIn(file), file), join(this.#commandDirectory.directory, file));
  }

  #ready(file: string): Promise<void> {
    const begun = this.#begun.get(file);
    if (begun !== undefined) return begun;
    const directory = this.#madeIn(file);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const ready = this.#commandDirectory.openssl.run(generateKey(file, this.#bits), directory);
    this.#begun.set(file, ready);
    return ready;
  }

  #madeIn(file: string): string {
    return join(this.#commandDirectory.directory, `making-${file}`);
  }
}
