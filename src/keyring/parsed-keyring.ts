import { type Keyring, type KeyringEntry, lostEntries } from "../ca/keyring-entries.ts";
import { ActionError } from "../messages/errors.ts";
import {
  KeyringEncryptionError,
  KeyringError,
  parseClosed,
  parseKeyring,
  requireKeysOpen,
} from "./keyring-format.ts";
import type { Passphrases } from "./passphrases.ts";
import type { KeyringStorage } from "./storage.ts";

/**
 * Reads a keyring's text during a run, and checks a text before it is written, with error messages for the
 * user.
 */

/** A keyring's text, and what was parsed from it. */
export interface ParsedKeyring {
  readonly text: string;
  readonly keyring: Keyring;
}

/**
 * Reads a keyring's text and opens its keys.
 * @param stayClosed tells of which entries an encrypted key is not opened
 * @throws ActionError `KEYRING_DAMAGED`, `PASSPHRASE_WRONG`, or `KEYRING_STALE` for a key that no passphrase
 * can open. The inputs refuse such a key, so it was added during the run. Each error names the entry and the
 * reason
 */
export async function readKeyring(
  text: string,
  passphrases: Passphrases,
  stayClosed: (entry: KeyringEntry) => boolean,
): Promise<Keyring> {
  try {
    const keyring = parseClosed(text);
    await requireKeysOpen(keyring, passphrases, stayClosed);
    return keyring;
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
 * Checks, before a text is written, that it parses, that its keys open, and that none is missing.
 * @param expected the keyrings whose every key must be in it
 * @param staysClosed whether a key may stay unopened, as {@link parseKeyring} takes it
 * @returns what was parsed from it
 * @throws ActionError `KEYRING_WRITE_FAILED`
 */
export function requireEveryKey(
  text: string,
  expected: readonly Keyring[],
  passphrases: Passphrases,
  staysClosed: (entry: KeyringEntry) => boolean,
): Keyring {
  let reason = "a key would be lost";
  try {
    const parsed = parseKeyring(text, passphrases, staysClosed);
    if (expected.every((keyring) => lostEntries(keyring, parsed).length === 0)) return parsed;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new ActionError(
    "KEYRING_WRITE_FAILED",
    `The run did not write the keyring, because it could not be read again: ${reason}.`,
  );
}

/** @param size of the keyring, in bytes @throws ActionError `KEYRING_TOO_LARGE` */
export function requireSize(size: number, { limit, location }: KeyringStorage): void {
  if (size <= limit) return;
  throw new ActionError(
    "KEYRING_TOO_LARGE",
    `The keyring would have up to ${size} bytes. The limit of ${location} is ${limit} bytes.`,
  );
}
