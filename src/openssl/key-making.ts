import { mkdirSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { generateKey } from "./commands.ts";
import type { Workplace } from "./workplace.ts";

/** Where a key is being made, and when it is ready. */
interface Making {
  readonly directory: string;
  readonly ready: Promise<void>;
}

/**
 * Private keys that OpenSSL makes while something else goes on: making one takes longer than all else (0.05 to 1 s,
 * measured). Each is made in a directory of its own, so that one that is not needed after all stands in no file's way.
 */
export class KeyMaking {
  readonly #workplace: Workplace;
  readonly #bits: number;
  readonly #begun = new Map<string, Making>();
  readonly #taken = new Map<string, Promise<void>>();

  /** @param bits size of each key */
  constructor(workplace: Workplace, bits: number) {
    this.#workplace = workplace;
    this.#bits = bits;
  }

  /** Starts the documented command that makes this file, unless it was started before. */
  begin(file: string): void {
    void this.#making(file);
  }

  /**
   * Waits for the key and moves it into the workplace, under the name that its command gave it; once for each file.
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
    await rename(join(directory, file), join(this.#workplace.directory, file));
  }

  #making(file: string): Making {
    const known = this.#begun.get(file);
    if (known !== undefined) return known;
    const { openssl, directory: workplace } = this.#workplace;
    const directory = join(workplace, `making-${file}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const making = { directory, ready: openssl.run(generateKey(file, this.#bits), directory) };
    this.#begun.set(file, making);
    return making;
  }
}
