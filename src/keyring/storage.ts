/**
 * Where a keyring's text is kept: a file (`file-storage.ts`) or a GitHub secret (`secret-storage.ts`). Times are
 * milliseconds since 1970.
 */
export interface KeyringStorage {
  /** For messages: `the file /x/keyring.pem`, `the secret NAME of owner/repo`. */
  readonly location: string;
  /** How a write is checked, for messages: `read back`. */
  readonly writeCheck: string;
  /** The largest text that can be kept, in bytes. */
  readonly limit: number;
  /** When the right to write ends, known after {@link check}; undefined where it does not end. */
  readonly accessEnds: number | undefined;
  /**
   * Whether the text that came in has to be written as it is, known after {@link check}: it is not stored yet and may be
   * imported, or its time of writing cannot be compared with the storage's own.
   */
  readonly needsImport: boolean;
  /** The clock that a text's time of writing is compared with; after {@link check}. */
  now(): number;
  /** Whether {@link now} was not yet compared with the clock of the storage; the text then says so. */
  readonly provisional: boolean;
  /**
   * Checks, as far as that is possible without a write, that a write will succeed and lose no key. Called once, before a
   * key is made and before the first {@link replace}.
   * @throws ActionError for a secret `KEYRING_NOT_PASSED_IN`, `KEYRING_STALE`, `KEYRING_SECRET_MISMATCH`,
   * `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
   */
  check(): Promise<void>;
  /**
   * Replaces the text in one atomic write, and reads back as much as the storage allows.
   * @param change gets the text that is stored now, empty where there is none. If it throws, the storage
   * stays as it is. It is called again where the write has to be repeated: with the text that it returned, or
   * with the same text as before where that write was refused
   * @throws ActionError `KEYRING_WRITE_FAILED`, for a file `KEYRING_LOCKED`, for a secret also those of {@link check}
   */
  replace(change: (current: string) => Promise<string>): Promise<void>;
  /**
   * Checks, right before a step that cannot be undone, that nobody else has written since.
   * @throws ActionError `KEYRING_STALE`, or that of a read that fails
   */
  requireUnchanged(): Promise<void>;
}
