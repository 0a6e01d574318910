// What tasks do with the keyring that came in: say that it is new, encrypt plain keys, check its time against the clock.
import type { Runner } from "../action/runner.ts";
import type { Keyring } from "../ca/keyring-entries.ts";
import { rememberedTime } from "../ca/time.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import { ActionError } from "../messages/errors.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Says that a run without a keyring is taken for a first run: a mistyped path or secret looks the same.
 * @param location where the keyring would be; undefined where it is only read
 */
export function sayFirstRun(
  runner: Pick<Runner, "notice">,
  text: string,
  location: string | undefined,
): void {
  if (location === undefined || text.trim() !== "") return;
  runner.notice(
    `The keyring does not exist yet, or is empty: ${location}. This is right for a first run. After that, check the path or the secret.`,
  );
}

/**
 * Encrypts keys that are plain although a passphrase is set, by one write of the keyring. The secret of the
 * passphrase was set after the run that made the keys, and a CA that is used for years may see no other
 * write. If the write fails, the run goes on and warns. Without a passphrase the run warns that keys are
 * plain.
 * @param options.write whether this run may write the keyring
 * @returns where keys were encrypted, also by an earlier write of this run: what was done, and what to do
 * next
 */
export async function encryptPlainKeys(
  runner: Pick<Runner, "notice" | "warning">,
  keyring: KeyringSession,
  { write }: { readonly write: boolean },
): Promise<KeysEncrypted | undefined> {
  keyring.remarkPlainKeys();
  const plain = keyring.plainKeys().join(", ");
  let why = "";
  try {
    if (plain !== "" && write) await keyring.update((current) => current);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    why = ` This run could not encrypt it (${error.code}): ${error.message}`;
  }
  if (keyring.plainKeys().length > 0) {
    const place = keyring.location === undefined ? " with keyring-file or keyring-secret" : "";
    const next = why === "" ? `Run register once${place}` : "Correct that. Then run register again";
    runner.warning(
      `The private key of ${plain} is stored plain, although keyring-passphrase is set.${why} ${next}: it encrypts the key.`,
    );
  }
  const names = keyring.encryptedKeys().join(", ");
  if (names === "") return undefined;
  const done = `Encrypted the private key of ${names} in ${keyring.location} with keyring-passphrase.`;
  const next = "Replace your copies of the keyring. They still hold the key plain.";
  runner.notice(`${done} ${next}`);
  return { done, next };
}

/** What the summary says of plain keys that a run encrypted. */
export interface KeysEncrypted {
  readonly done: string;
  readonly next: string;
}

/**
 * Checks this machine's clock by what the keyring remembers, for a task without the platform: it has no other clock.
 * @throws ActionError `CLOCK_DOUBTFUL` where the clock is before the keyring's time of writing, or before the start of the
 * validity of a CA that was verified once
 */
export function requireWrittenBefore(
  { clock }: Pick<RunContext, "clock">,
  { writtenAt, entries }: Keyring,
): void {
  for (const { certificate, verifiedAt } of entries) {
    const begins = verifiedAt === undefined ? undefined : certificate.notBefore;
    clock.requireAfter(begins, `the CA ${certificate.commonName} is not valid before`);
  }
  clock.requireAfter(
    rememberedTime(writtenAt),
    "the keyring was written at",
    "Set this machine's clock (NTP), then run again. If the clock is right, the time in the keyring's first line is wrong: remove that line.",
  );
}
