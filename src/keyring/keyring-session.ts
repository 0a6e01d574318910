import type { KeyObject } from "node:crypto";
import {
  isOfTenant,
  isRetired,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  lostEntries,
  nextGeneration,
  ownKeyring,
  putEntry,
} from "../ca/keyring-entries.ts";
import { isEncrypted } from "../ca/pem.ts";
import { ActionError } from "../messages/errors.ts";
import { capitalize } from "../messages/printable.ts";
import type { KeyringBackup } from "./backup.ts";
import {
  dumpsDropped,
  type Encrypt,
  encryptKey,
  namesOf,
  plainEntries,
  requireNoPlainKeyBesideEncrypted,
  storedPlain,
  withoutKeyDumps,
} from "./encryption-rules.ts";
import { formatKeyring, roomForOneMore } from "./keyring-format.ts";
import { type ParsedKeyring, readKeyring, requireEveryKey, requireSize } from "./parsed-keyring.ts";
import { Passphrases } from "./passphrases.ts";
import type { KeyringStorage } from "./storage.ts";

/**
 * The keyring of one run: what came in, and the way to write it. A text is parsed once. What came in is parsed by the
 * inputs, what this run writes is parsed before the write, and what somebody else wrote is parsed when it is read.
 */
export class KeyringSession {
  readonly #storage: KeyringStorage | undefined;
  readonly #passphrases: Passphrases;
  readonly #encrypt: Encrypt;
  readonly #tenant: string | undefined;
  readonly #remark: (message: string) => void;
  readonly #backup: KeyringBackup | undefined;
  /** The stored keyring as far as this run knows. */
  #stored: ParsedKeyring;
  #checked: Promise<void> | undefined;
  readonly #cameIn: Keyring;
  /** Encrypted keys, by the PEM of the key that was encrypted: a repeated write encrypts no key again. */
  readonly #encrypted = new Map<string, Promise<string>>();
  /** Whether the user was told that a key is plain because there is no passphrase. */
  #toldPlain = false;

  /**
   * @param cameIn as read from the inputs
   * @param storage where to write it; undefined for a keyring that is only read
   * @param passphrases keys are written encrypted with the first one, where there is one
   * @param encrypt returns an encrypted key in PEM; it is opened and compared before it is written
   * @param tenant whose CAs the run deals with; undefined for every tenant's
   * @param remark tells the user what was done to the keyring that they may not expect
   * @param backup leaves an encrypted copy of what is about to be written; undefined where none is wanted
   */
  constructor(
    cameIn: ParsedKeyring,
    storage: KeyringStorage | undefined,
    passphrases: Passphrases | string | undefined,
    encrypt: Encrypt,
    tenant: string | undefined,
    remark: (message: string) => void = () => {},
    backup?: KeyringBackup,
  ) {
    this.#stored = { text: cameIn.text, keyring: cameIn.keyring };
    this.#cameIn = cameIn.keyring;
    this.#storage = storage;
    this.#passphrases = Passphrases.of(passphrases);
    this.#encrypt = encrypt;
    this.#tenant = tenant;
    this.#remark = remark;
    this.#backup = backup;
  }

  /**
   * Tells whether a key stays closed and unchanged. Another tenant's keys may have other passphrases, so they
   * stay closed (guarantee 12). A run for every tenant leaves the keys closed that do not open: the inputs
   * have reported these.
   */
  readonly #staysClosed = (entry: KeyringEntry): boolean =>
    this.#tenant === undefined
      ? !this.#passphrases.opens(entry.privateKey)
      : isRetired(entry) || !isOfTenant(entry, this.#tenant);

  /** The tenant whose CAs this run deals with. */
  get tenant(): string {
    if (this.#tenant === undefined) throw new Error("this run deals with every tenant's CAs");
    return this.#tenant;
  }

  /** The CAs of this run's tenant; those of other tenants are kept and not shown here (guarantee 12). */
  get keyring(): Keyring {
    return this.#own(this.#stored.keyring);
  }

  #own(keyring: Keyring): Keyring {
    return this.#tenant === undefined ? keyring : ownKeyring(keyring, this.#tenant);
  }

  /** @returns an entry's private key, opened @throws PrivateKeyError */
  open({ privateKey }: Pick<KeyringEntry, "privateKey">): KeyObject {
    return this.#passphrases.open(privateKey);
  }

  /** Whether the keyring holds no CA at all, also none of another tenant. */
  get isEmpty(): boolean {
    return this.#stored.keyring.entries.length === 0;
  }

  /** @returns the CAs in use whose key is plain although there is a passphrase: the next write encrypts it */
  plainKeys(): string[] {
    return this.#passphrases.first === undefined ? [] : namesOf(plainEntries(this.keyring));
  }

  /** @returns the CAs whose key came in plain, and is stored encrypted now */
  encryptedKeys(): string[] {
    const { entries } = this.keyring;
    const isEncryptedNow = (was: KeyringEntry) =>
      entries.some((entry) => isSameCa(entry, was) && isEncrypted(entry.privateKey));
    return namesOf(plainEntries(this.#own(this.#cameIn)).filter(isEncryptedNow));
  }

  /**
   * Tells the user, unless this run has done so, that keys in use are plain because there is no passphrase.
   */
  remarkPlainKeys(): void {
    if (this.#passphrases.first !== undefined || this.#toldPlain) return;
    const names = namesOf(plainEntries(this.keyring));
    if (names.length > 0) this.#remark(storedPlain(names, this.location));
  }

  /** Where the keyring is written, for messages; undefined where it is only read. */
  get location(): string | undefined {
    return this.#storage?.location;
  }

  /** How a write of the keyring is checked, for messages. */
  get writeCheck(): string {
    return this.#storage?.writeCheck ?? "";
  }

  /** When the right to write ends, milliseconds since 1970, known after {@link check}; undefined where it does not end. */
  get accessEnds(): number | undefined {
    return this.#storage?.accessEnds;
  }

  /**
   * Checks, before a key is made, that the keyring can be written and that no key would be lost by it (guarantees 2, 3).
   * May be started early and awaited later, any number of times. Without a storage there is nothing to check.
   * @throws ActionError of the storage's `check`
   */
  check(): Promise<void> {
    if (this.#checked === undefined) {
      this.#checked = this.#storage?.check() ?? Promise.resolve();
      // The caller awaits it later. A failure before that must not end the process.
      this.#checked.catch(() => {});
    }
    return this.#checked;
  }

  /** Whether {@link writeImport} has something to write, known after {@link check}. */
  get needsImport(): boolean {
    return this.#storage?.needsImport === true;
  }

  /**
   * Writes the keyring that came in where the storage needs that, after {@link check}.
   * @throws ActionError of the storage
   */
  async writeImport(): Promise<void> {
    if (this.needsImport) await this.update((current) => current);
  }

  /**
   * Checks, right before an upload, that every key which this run counts on is still stored (guarantees 2, 3).
   * @throws ActionError `KEYRING_STALE`, and those of the storage
   */
  async requireUnchanged(): Promise<void> {
    await this.check();
    await this.#storage?.requireUnchanged();
  }

  /**
   * Checks, before a key is made, that one more CA may be added and has room.
   * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
   */
  requireRoom(keyBits: number): void {
    if (this.#storage === undefined) return;
    const { keyring } = this.#stored;
    requireNoPlainKeyBesideEncrypted(keyring, this.#passphrases);
    requireSize(Buffer.byteLength(formatKeyring(keyring)) + roomForOneMore(keyBits), this.#storage);
  }

  /**
   * Checks for a plan that an existing CA may be added and has room. The size is that before its key is
   * encrypted.
   * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
   */
  requireRoomFor(entry: KeyringEntry): void {
    if (this.#storage === undefined) return;
    const { keyring } = this.#stored;
    requireNoPlainKeyBesideEncrypted(keyring, this.#passphrases);
    requireSize(Buffer.byteLength(formatKeyring(putEntry(keyring, entry, 0))), this.#storage);
  }

  /**
   * Changes the keyring and writes it before the run goes on (guarantee 2). The new text has every key of the
   * replaced text (guarantee 3). Without a storage nothing is changed.
   * @param change from the keyring as it is stored now, other tenants' CAs included; called again where the write has to
   * be repeated
   * @param options.forget the entries of the replaced text that may go missing: keys that the user wants dropped
   * @throws ActionError of the storage, `KEYRING_TOO_LARGE`, or `KEYRING_DAMAGED` / `PASSPHRASE_WRONG` for a text that
   * cannot be read
   */
  async update(
    change: (current: Keyring) => Keyring,
    { forget = () => false }: { readonly forget?: (entry: KeyringEntry) => boolean } = {},
  ): Promise<void> {
    const storage = this.#storage;
    if (storage === undefined) return;
    await this.check();
    let stored = this.#stored;
    // Encryption takes as long as the storage's read, and does not depend on it. So it starts before that
    // read.
    for (const entry of change(stored.keyring).entries) this.#encryptKey(entry).catch(() => {});
    const remarks = new Set<string>();
    let toldPlain = false;
    await storage.replace(async (text) => {
      if (text.trim() === "" && this.#stored.keyring.entries.length > 0) {
        const what = `${storage.location} was removed or emptied during this run. The disk may be full`;
        throw new ActionError("KEYRING_DAMAGED", `${capitalize(what)}.`);
      }
      const current = await this.#parsed(text, [stored, this.#stored]);
      const changed = change(current);
      const entries = await Promise.all(
        changed.entries.map(async (entry) => ({ ...entry, privateKey: await this.#encryptKey(entry) })),
      );
      const next = withoutKeyDumps({ ...changed, entries });
      // A repeated write finds no new plain keys, or the same as before. So remarks and toldPlain outlast one
      // attempt.
      const plain = this.#plainAdded(current, next);
      toldPlain ||= plain.length > 0;
      for (const remark of [...plain, ...dumpsDropped(changed, next)]) remarks.add(remark);
      const fresh = formatKeyring(nextGeneration(next, storage.now(), storage.provisional));
      const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
      stored = {
        text: fresh,
        keyring: requireEveryKey(fresh, [kept, next], this.#passphrases, this.#staysClosed),
      };
      requireSize(Buffer.byteLength(fresh), storage);
      // The backup comes before the write: after a kill in between, the backup has a key too many, not one
      // too few.
      await this.#backup?.leave(stored.keyring);
      return fresh;
    });
    this.#stored = stored;
    for (const remark of remarks) this.#remark(remark);
    this.#toldPlain ||= toldPlain;
  }

  /**
   * Leaves an encrypted backup for a task that leaves one in any case. Does nothing where no backup is
   * wanted, or where a write of this run has left it.
   * @throws ActionError as {@link KeyringBackup.leave}
   */
  async leaveBackup(): Promise<void> {
    if (this.#backup?.isLeft === false) await this.#backup.leave(this.#stored.keyring);
  }

  /**
   * @param known texts that are parsed already; one without entries may come from a task that opens no keys
   * @throws ActionError as {@link readKeyring}
   */
  async #parsed(text: string, known: readonly ParsedKeyring[]): Promise<Keyring> {
    const found = known.find((parsed) => parsed.text === text && parsed.keyring.entries.length > 0);
    return found?.keyring ?? (await readKeyring(text, this.#passphrases, this.#staysClosed));
  }

  /**
   * @returns the key as it is written; each key is encrypted once @throws ActionError as {@link encryptKey}
   */
  #encryptKey(entry: KeyringEntry): Promise<string> {
    const begun = this.#encrypted.get(entry.privateKey);
    if (begun !== undefined) return begun;
    const encrypted = encryptKey(entry, this.#passphrases, this.#encrypt);
    this.#encrypted.set(entry.privateKey, encrypted);
    return encrypted;
  }

  /**
   * @returns a remark where new keys are plain. It also names the keys in use that were plain before
   * @throws ActionError `PASSPHRASE_WRONG` where a new plain key would stand beside an encrypted key
   */
  #plainAdded(current: Keyring, next: Keyring): string[] {
    const added = namesOf(lostEntries(next, current).filter(({ privateKey }) => !isEncrypted(privateKey)));
    if (added.length === 0) return [];
    requireNoPlainKeyBesideEncrypted(current, this.#passphrases);
    const names = new Set([...added, ...namesOf(plainEntries(this.#own(next)))]);
    return [storedPlain([...names], this.location)];
  }
}
