import { ActionError } from "../ca/errors.ts";
import { type Keyring, type KeyringEntry, lostEntries, nextGeneration, ownKeyring } from "../ca/keyring.ts";
import { formatKeyring, KeyringError, parseKeyring, roomForOneMore } from "../ca/keyring-text.ts";
import { isEncrypted } from "../ca/pem.ts";

/** A place that keeps a keyring's text: a file, a secret. */
export interface KeyringStore {
  /** For messages: `the file /x/keyring.pem`, `the secret NAME of owner/repo`. */
  readonly place: string;
  /** How a write is proven, for messages: `read back`. */
  readonly proof: string;
  /** Most bytes a text may have there. */
  readonly limit: number;
  /** When the right to write ends, milliseconds since 1970, known after {@link check}; undefined where it does not. */
  readonly accessEnds: number | undefined;
  /**
   * Whether what came in is to be written as it is: it is not there yet and may be put there, or its time of writing is
   * none that the place's own can be compared with. Known after {@link check}.
   */
  readonly awaitsImport: boolean;
  /** The clock that a text's time of writing is compared with, milliseconds since 1970; after {@link check}. */
  now(): number;
  /** Whether {@link now} was not yet compared with the clock that stamps the place; a text says so. */
  readonly provisional: boolean;
  /**
   * Proves, as far as that can be done without writing, that a write will go through and lose no key. Called once,
   * before a key is made and before the first {@link replace}.
   * @throws ActionError for a secret `KEYRING_NOT_PASSED_IN`, `KEYRING_STALE`, `KEYRING_SECRET_MISMATCH`,
   * `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
   */
  check(): Promise<void>;
  /**
   * Replaces the text by one atomic write and reads back what the place lets read.
   * @param change gets the text that is there now, empty where there is none; what it throws leaves the place untouched.
   * It may be called again, with the text that it gave, where the write has to be repeated
   * @throws ActionError `KEYRING_WRITE_FAILED`, for a file `KEYRING_LOCKED`, for a secret also those of {@link check}
   */
  replace(change: (current: string) => Promise<string>): Promise<void>;
  /**
   * Looks, right before something that cannot be taken back, whether the place is still as this run knows it.
   * @throws ActionError `KEYRING_STALE` where somebody else wrote, or that of a read that fails
   */
  confirm(): Promise<void>;
}

/** The keyring of one run: what came in, and the way to write it. */
export class KeyringKeeper {
  readonly #store: KeyringStore | undefined;
  readonly #passphrase: string | undefined;
  readonly #encrypt: (privateKey: string, passphrase: string) => Promise<string>;
  /** Whose CAs this run deals with. */
  readonly tenant: string;
  #keyring: Keyring;
  #checked: Promise<void> | undefined;

  /**
   * @param keyring as read from the inputs
   * @param store where to write it; undefined for a keyring that came in to be read only
   * @param passphrase keys are written encrypted where it is given
   * @param tenant whose CAs the run deals with
   */
  constructor(
    keyring: Keyring,
    store: KeyringStore | undefined,
    passphrase: string | undefined,
    encrypt: (privateKey: string, passphrase: string) => Promise<string>,
    tenant: string,
  ) {
    this.#keyring = keyring;
    this.#store = store;
    this.#passphrase = passphrase;
    this.#encrypt = encrypt;
    this.tenant = tenant;
  }

  /** What there is to work with: the CAs of other tenants are kept, and are not seen here (guarantee 12). */
  get keyring(): Keyring {
    return ownKeyring(this.#keyring, this.tenant);
  }

  /** Where it is written; undefined where it is read only. */
  get place(): string | undefined {
    return this.#store?.place;
  }

  /** How a write of it is proven, for messages. */
  get proof(): string {
    return this.#store?.proof ?? "";
  }

  /** When the right to write ends, milliseconds since 1970, known after {@link check}; undefined where it does not. */
  get accessEnds(): number | undefined {
    return this.#store?.accessEnds;
  }

  /**
   * Proves, before a key is made, that the keyring can be written and that no key would be lost by it (guarantees 2, 3).
   * May be started early and awaited later, any number of times; without a store there is nothing to prove.
   * @throws ActionError of the store's `check`
   */
  check(): Promise<void> {
    if (this.#checked === undefined) {
      this.#checked = this.#store?.check() ?? Promise.resolve();
      // Who started it awaits it later; until then a failure is nobody's.
      this.#checked.catch(() => {});
    }
    return this.#checked;
  }

  /**
   * Writes the keyring that came in to a place that does not exist yet (`keyring-import`), or anew where its time of
   * writing is of no use, after {@link check}.
   * @throws ActionError of the store
   */
  async adopt(): Promise<void> {
    if (this.#store?.awaitsImport === true) await this.update((current) => current);
  }

  /**
   * Proves right before an upload that every key which this run counts on is still kept (guarantees 2, 3).
   * @throws ActionError `KEYRING_STALE`, and those of the store
   */
  async confirm(): Promise<void> {
    await this.check();
    await this.#store?.confirm();
  }

  /**
   * Looks, before a key is made, whether the place has room for one more CA.
   * @throws ActionError `KEYRING_TOO_LARGE`
   */
  requireRoom(keyBits: number): void {
    if (this.#store === undefined) return;
    const size = Buffer.byteLength(formatKeyring(this.#keyring)) + roomForOneMore(keyBits);
    requireSize(size, this.#store);
  }

  /**
   * Changes the keyring and writes it before anything else goes on (guarantee 2). Every key of the text that is
   * replaced stays (guarantee 3). Without a store nothing is changed.
   * @param change from the keyring as it stands in the store now, other tenants' CAs included; called again where the write has to be repeated
   * @param options.forget the entries of the replaced text that may go missing: keys that the user wants dropped
   * @throws ActionError of the store, `KEYRING_TOO_LARGE`, or `KEYRING_DAMAGED` / `PASSPHRASE_WRONG` for a text that
   * cannot be read
   */
  async update(
    change: (current: Keyring) => Keyring,
    { forget = () => false }: { readonly forget?: (entry: KeyringEntry) => boolean } = {},
  ): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    await this.check();
    let next = this.#keyring;
    await store.replace(async (text) => {
      const current = readKeyring(text, this.#passphrase);
      const changed = change(current);
      const entries = await Promise.all(changed.entries.map((entry) => this.#sealed(entry)));
      next = nextGeneration({ ...changed, entries }, store.now(), store.provisional);
      const fresh = formatKeyring(next);
      const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
      requireEveryKey(fresh, this.#passphrase, [kept, next]);
      requireSize(Buffer.byteLength(fresh), store);
      return fresh;
    });
    this.#keyring = next;
  }

  async #sealed(entry: KeyringEntry): Promise<KeyringEntry> {
    if (this.#passphrase === undefined || isEncrypted(entry.privateKey)) return entry;
    return { ...entry, privateKey: await this.#encrypt(entry.privateKey, this.#passphrase) };
  }
}

/**
 * Reads a keyring's text.
 * @throws ActionError `KEYRING_DAMAGED` or `PASSPHRASE_WRONG`, naming the entry and the reason
 */
export function readKeyring(text: string, passphrase: string | undefined): Keyring {
  try {
    return parseKeyring(text, passphrase);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw new ActionError(
      error.passphrase ? "PASSPHRASE_WRONG" : "KEYRING_DAMAGED",
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

/** @throws ActionError `KEYRING_TOO_LARGE` */
function requireSize(size: number, { limit, place }: KeyringStore): void {
  if (size <= limit) return;
  throw new ActionError(
    "KEYRING_TOO_LARGE",
    `The keyring would have up to ${size} bytes; ${place} takes ${limit}.`,
  );
}
