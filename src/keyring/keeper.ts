import type { KeyObject } from "node:crypto";
import { withoutKeyDump } from "../ca/key-material.ts";
import {
  activeEntries,
  isOfTenant,
  type Keyring,
  type KeyringEntry,
  lostEntries,
  nextGeneration,
  ownKeyring,
} from "../ca/keyring.ts";
import { isEncrypted } from "../ca/pem.ts";
import { plainPem } from "../ca/private-key.ts";
import { ActionError } from "../messages/errors.ts";
import { shown } from "../messages/printable.ts";
import { capital } from "../messages/sentence.ts";
import {
  formatKeyring,
  KeyringEncryptionError,
  KeyringError,
  parseKeyring,
  roomForOneMore,
} from "./format.ts";
import { Passphrases } from "./passphrases.ts";

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
   * It may be called again where the write has to be repeated: with the text that it gave, or with the same as before where
   * that was turned away
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
  readonly #passphrases: Passphrases;
  readonly #encrypt: (privateKey: string, passphrase: string) => Promise<string>;
  /** Whose CAs this run deals with. */
  readonly tenant: string;
  readonly #remark: (message: string) => void;
  #keyring: Keyring;
  #checked: Promise<void> | undefined;

  /**
   * @param keyring as read from the inputs
   * @param store where to write it; undefined for a keyring that came in to be read only
   * @param passphrases keys are written encrypted with the first one where there is any
   * @param encrypt gives an encrypted key in PEM; what it gives is proven before it is written
   * @param tenant whose CAs the run deals with
   * @param remark tells the user what was done to the keyring that they may not expect
   */
  constructor(
    keyring: Keyring,
    store: KeyringStore | undefined,
    passphrases: Passphrases | string | undefined,
    encrypt: (privateKey: string, passphrase: string) => Promise<string>,
    tenant: string,
    remark: (message: string) => void = () => {},
  ) {
    this.#keyring = keyring;
    this.#store = store;
    this.#passphrases = Passphrases.of(passphrases);
    this.#encrypt = encrypt;
    this.tenant = tenant;
    this.#remark = remark;
  }

  /** Another tenant's keys may be under passphrases of its own: they stay closed, and as they are (guarantee 12). */
  readonly #isOthers = (entry: KeyringEntry): boolean => !isOfTenant(entry, this.tenant);

  /** What there is to work with: the CAs of other tenants are kept, and are not seen here (guarantee 12). */
  get keyring(): Keyring {
    return ownKeyring(this.#keyring, this.tenant);
  }

  /** @returns an entry's private key, opened @throws PrivateKeyError */
  open({ privateKey }: Pick<KeyringEntry, "privateKey">): KeyObject {
    return this.#passphrases.open(privateKey);
  }

  /** @returns the CAs in use whose key is plain although there is a passphrase: the next write encrypts it */
  plainKeys(): string[] {
    if (this.#passphrases.first === undefined) return [];
    return activeEntries(this.keyring)
      .filter(({ privateKey }) => !isEncrypted(privateKey))
      .map(({ certificate }) => shown(certificate.commonName));
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
   * Looks, before a key is made, whether one more CA may be put into the place and has room there.
   * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
   */
  requireRoom(keyBits: number): void {
    if (this.#store === undefined) return;
    const problem = plainKeyProblem(this.#keyring, this.#passphrases);
    if (problem !== undefined) throw new ActionError("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
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
    const remarks = new Set<string>();
    await store.replace(async (text) => {
      const current = readKeyring(text, this.#passphrases, this.#isOthers);
      if (text.trim() === "" && this.#keyring.entries.length > 0) {
        const what = `${store.place} was removed or emptied during this run. The disk may be full`;
        throw new ActionError("KEYRING_DAMAGED", `${capital(what)}.`);
      }
      const changed = change(current);
      const entries = await Promise.all(changed.entries.map((entry) => this.#sealed(entry)));
      const sealed = withoutKeyDumps({ ...changed, entries });
      // A write that has to be repeated finds nothing new any more, or the same as before.
      for (const remark of [...this.#plainAdded(current, sealed), ...dumpsDropped(changed, sealed)])
        remarks.add(remark);
      next = nextGeneration(sealed, store.now(), store.provisional);
      const fresh = formatKeyring(next);
      const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
      requireEveryKey(() => parseKeyring(fresh, this.#passphrases, this.#isOthers), [kept, next]);
      requireSize(Buffer.byteLength(fresh), store);
      return fresh;
    });
    this.#keyring = next;
    for (const remark of remarks) this.#remark(remark);
  }

  /**
   * Encrypts a key that is plain, or encrypted with another passphrase than the first, and proves that it opens to the
   * same key: whoever does the encrypting may fail without saying so. A retired key that none opens stays as it is.
   * @throws ActionError `KEYRING_WRITE_FAILED`, and those of the encryption
   */
  async #sealed(entry: KeyringEntry): Promise<KeyringEntry> {
    const passphrases = this.#passphrases;
    const { first } = passphrases;
    if (first === undefined) return entry;
    if (isEncrypted(entry.privateKey)) {
      if (!passphrases.several || !passphrases.opens(entry.privateKey)) return entry;
      if (passphrases.isUnderFirst(entry.privateKey)) return entry;
    }
    const plain = plainPem(passphrases.open(entry.privateKey));
    const privateKey = await this.#encrypt(plain, first);
    // Node.js opens a plain key under the name of an encrypted one, too.
    const renamed = privateKey.replaceAll("ENCRYPTED PRIVATE KEY", "PRIVATE KEY");
    const isSealed = passphrases.isUnderFirst(privateKey) && !new Passphrases().opens(renamed);
    if (isSealed && plainPem(passphrases.open(privateKey)) === plain) return { ...entry, privateKey };
    throw new ActionError(
      "KEYRING_WRITE_FAILED",
      `The run did not write the keyring. OpenSSL did not encrypt the key of ${shown(entry.certificate.commonName)}, or what it encrypted does not open to the same key.`,
      {
        next: "Set openssl-path to another OpenSSL: this one does not encrypt as it was asked. Then start a new run.",
      },
    );
  }

  /**
   * @returns a remark where keys are new and plain
   * @throws ActionError `PASSPHRASE_WRONG` where they would lie beside an encrypted one
   */
  #plainAdded(current: Keyring, next: Keyring): string[] {
    const names = lostEntries(next, current)
      .filter(({ privateKey }) => !isEncrypted(privateKey))
      .map(({ certificate }) => shown(certificate.commonName));
    if (names.length === 0) return [];
    const problem = plainKeyProblem(current, this.#passphrases);
    if (problem !== undefined) throw new ActionError("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
    return [
      `The private key of ${names.join(", ")} is stored plain in ${this.#store?.place}, because keyring-passphrase is empty. To encrypt it, check that the secret of the passphrase exists and that this job may read it.`,
    ];
  }
}

/**
 * The rule that no plain key is added to a keyring with an encrypted one: its owner wants them encrypted.
 * @returns why no key may be added without a passphrase, to follow `keyring-passphrase`; undefined where one may
 */
export function plainKeyProblem({ entries }: Keyring, { first }: Passphrases): string | undefined {
  const sealed = entries.find(({ privateKey }) => isEncrypted(privateKey));
  if (first !== undefined || sealed === undefined) return undefined;
  return `is missing. The keyring holds an encrypted key (${shown(sealed.certificate.commonName)}), so the run adds no plain key to it`;
}

/** Where a key is encrypted, nothing may spell it out beside it; see {@link withoutKeyDump}. */
function withoutKeyDumps(keyring: Keyring): Keyring {
  if (!keyring.entries.some(({ privateKey }) => isEncrypted(privateKey))) return keyring;
  const entries = keyring.entries.map((entry) => ({ ...entry, notes: withoutKeyDump(entry.notes) }));
  const { after } = keyring;
  return { ...keyring, entries, ...(after && { after: withoutKeyDump(after) }) };
}

function dumpsDropped(before: Keyring, after: Keyring): string[] {
  const count = notesOf(before).length - notesOf(after).length;
  if (count === 0) return [];
  return [
    `${count} lines of the keyring contained a private key in clear (as openssl … -text or asn1parse prints it), beside an encrypted key. The run removed these lines. Copies of the keyring still contain them.`,
  ];
}

function notesOf({ entries, after = [] }: Keyring): string[] {
  return [...entries.flatMap(({ notes }) => notes), ...after];
}

/**
 * Reads a keyring's text.
 * @param how as {@link parseKeyring} takes it
 * @throws ActionError `KEYRING_DAMAGED`, `PASSPHRASE_WRONG`, or `KEYRING_STALE` for a key that cannot be opened and so came there
 * during the run, naming the entry and the reason
 */
export function readKeyring(...how: Parameters<typeof parseKeyring>): Keyring {
  try {
    return parseKeyring(...how);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    if (error instanceof KeyringEncryptionError) {
      throw new ActionError(
        "KEYRING_STALE",
        `The keyring has a new key that cannot be opened: ${error.message}.`,
        {
          next: "Convert that key as described above. Then start a new run.",
        },
      );
    }
    throw new ActionError(
      error.passphrase ? "PASSPHRASE_WRONG" : "KEYRING_DAMAGED",
      `The keyring cannot be used: ${error.message}.`,
    );
  }
}

/**
 * Proves, before it is written, that each key can be had again from a text: it parses, its keys open, none is missing.
 * @param read parses the text
 * @throws ActionError `KEYRING_WRITE_FAILED`
 */
function requireEveryKey(read: () => Keyring, expected: readonly Keyring[]): void {
  let reason = "a key would be lost";
  try {
    const again = read();
    if (expected.every((keyring) => lostEntries(keyring, again).length === 0)) return;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new ActionError(
    "KEYRING_WRITE_FAILED",
    `The run did not write the keyring, because it could not be read again: ${reason}.`,
  );
}

/** @throws ActionError `KEYRING_TOO_LARGE` */
function requireSize(size: number, { limit, place }: KeyringStore): void {
  if (size <= limit) return;
  throw new ActionError(
    "KEYRING_TOO_LARGE",
    `The keyring would have up to ${size} bytes. The limit of ${place} is ${limit} bytes.`,
  );
}
