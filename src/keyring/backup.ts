import type { Keyring, KeyringEntry } from "../ca/keyring-entries.ts";
import { plainPem } from "../ca/private-key.ts";
import { printableName } from "../messages/printable.ts";
import { formatKeyring } from "./keyring-format.ts";
import type { Passphrases } from "./passphrases.ts";

/** The encrypted backup of a keyring: what is in it, and when it is made. */

/** What a backup needs of its run. */
export interface BackupTools {
  /** Hides a private key that was opened for the backup. */
  mask(privateKey: string): void;
  /** Encrypts the text for the recipients, in memory. */
  encrypt(text: string): Promise<string>;
  /** Puts the encrypted text where later steps find it, in place of an earlier one of this run. */
  store(encrypted: string): Promise<void>;
  /** Tells the user that keys in the backup are still encrypted. */
  remark(message: string): void;
}

/**
 * Leaves an encrypted copy of the keyring. The keys inside the copy are plain: a recipient can restore them
 * without the passphrase of the keyring, which may be lost.
 */
export class KeyringBackup {
  readonly #passphrases: Passphrases;
  readonly #tools: BackupTools;
  #isLeft = false;

  /** @param passphrases of the keyring's keys */
  constructor(passphrases: Passphrases, tools: BackupTools) {
    this.#passphrases = passphrases;
    this.#tools = tools;
  }

  /** Whether this run has left a backup. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /**
   * Leaves a copy of this keyring, with its first line and all lines before its entries.
   * @throws ActionError `OPENSSL_…`, `FILE_FAILED`, `RUNNER_FILE_FAILED`
   */
  async leave(keyring: Keyring): Promise<void> {
    await this.#passphrases.openAll(keyring.entries.map(({ privateKey }) => privateKey));
    const entries = keyring.entries.map((entry) => this.#opened(entry));
    await this.#tools.store(await this.#tools.encrypt(formatKeyring({ ...keyring, entries })));
    const closed = entries.filter(({ privateKey }) => !this.#passphrases.opens(privateKey));
    if (closed.length > 0 && !this.#isLeft) this.#tools.remark(staysEncrypted(closed));
    this.#isLeft = true;
  }

  /**
   * A key that no given passphrase opens stays encrypted: it may be another tenant's, or the key of a retired
   * CA.
   */
  #opened(entry: KeyringEntry): KeyringEntry {
    if (!this.#passphrases.opens(entry.privateKey)) return entry;
    const privateKey = plainPem(this.#passphrases.open(entry.privateKey));
    this.#tools.mask(privateKey);
    return { ...entry, privateKey };
  }
}

function staysEncrypted(entries: readonly KeyringEntry[]): string {
  const names = entries.map(({ certificate, tenant }) => {
    const whose = tenant === undefined ? "" : ` (tenant ${printableName(tenant)})`;
    return `${printableName(certificate.commonName)}${whose}`;
  });
  return `In the backup of the keyring, the private key of ${names.join(", ")} is still encrypted, because no line of keyring-passphrase opens it. To restore that key you also need its passphrase.`;
}
