import { ActionError } from "../ca/errors.ts";
import {
  formatKeyring,
  type Keyring,
  type KeyringEntry,
  KeyringError,
  lostEntries,
  nextGeneration,
  parseKeyring,
} from "../ca/keyring.ts";
import { isEncrypted } from "../ca/pem.ts";

/** A place that keeps a keyring's text: a file, a secret. */
export interface KeyringStore {
  /** For messages: `the file /x/keyring.pem`. */
  readonly place: string;
  /**
   * Replaces the text by one atomic write and reads it back where the place can be read.
   * @param change gets the text that is there now, empty where there is none; what it throws leaves the place untouched
   * @throws ActionError `KEYRING_WRITE_FAILED`, `KEYRING_LOCKED`
   */
  replace(change: (current: string) => Promise<string>): Promise<void>;
}

/** The keyring of one run: what came in, and the way to write it. */
export class KeyringKeeper {
  readonly #store: KeyringStore | undefined;
  readonly #passphrase: string | undefined;
  readonly #encrypt: (privateKey: string, passphrase: string) => Promise<string>;
  #keyring: Keyring;

  /**
   * @param keyring as read from the inputs
   * @param store where to write it; undefined for a keyring that came in to be read only
   * @param passphrase keys are written encrypted where it is given
   */
  constructor(
    keyring: Keyring,
    store: KeyringStore | undefined,
    passphrase: string | undefined,
    encrypt: (privateKey: string, passphrase: string) => Promise<string>,
  ) {
    this.#keyring = keyring;
    this.#store = store;
    this.#passphrase = passphrase;
    this.#encrypt = encrypt;
  }

  get keyring(): Keyring {
    return this.#keyring;
  }

  /** Where it is written; undefined where it is read only. */
  get place(): string | undefined {
    return this.#store?.place;
  }

  async check(): Promise<void> {}

  /**
   * Changes the keyring and writes it before anything else goes on (guarantee 2). Every key of the text that is
   * replaced stays (guarantee 3). Without a store nothing is changed.
   * @param change from the keyring as it stands in the store now
   * @throws ActionError of the store, or `KEYRING_DAMAGED` / `KEYRING_PASSPHRASE` for a text that cannot be read
   */
  async update(
    change: (current: Keyring) => Keyring,
    { forget = () => false }: { forget?: (entry: KeyringEntry) => boolean } = {},
  ): Promise<void> {
    await this.#store?.replace(async (text) => {
      const current = readKeyring(text, this.#passphrase);
      const changed = change(current);
      const entries = await Promise.all(changed.entries.map((entry) => this.#sealed(entry)));
      const next = nextGeneration({ ...changed, entries }, Date.now());
      const fresh = formatKeyring(next);
      const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
      requireEveryKey(fresh, this.#passphrase, [kept, next]);
      this.#keyring = next;
      return fresh;
    });
  }

  async #sealed(entry: KeyringEntry): Promise<KeyringEntry> {
    if (this.#passphrase === undefined || isEncrypted(entry.privateKey)) return entry;
    return { ...entry, privateKey: await this.#encrypt(entry.privateKey, this.#passphrase) };
  }
}

/**
 * Reads a keyring's text.
 * @throws ActionError `KEYRING_DAMAGED` or `KEYRING_PASSPHRASE`, naming the entry and the reason
 */
export function readKeyring(text: string, passphrase: string | undefined): Keyring {
  try {
    return parseKeyring(text, passphrase);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new ActionError(
      error.passphrase ? "KEYRING_PASSPHRASE" : "KEYRING_DAMAGED",
      `The keyring: ${error.message}.`,
    );
  }
}

/**
 * Proves, before it is written, that each key can be had again from a text: it parses, its keys open, none is missing.
 * @throws ActionError `KEYRING_WRITE_FAILED`
 */
function requireEveryKey(text: string, passphrase: string | undefined, expected: readonly Keyring[]): void {
  let reason = "a key would be lost";
  try {
    const again = parseKeyring(text, passphrase);
    if (expected.every((keyring) => lostEntries(keyring, again).length === 0)) return;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new ActionError(
    "KEYRING_WRITE_FAILED",
    `The keyring was not written, because it could not be read again: ${reason}.`,
  );
}
