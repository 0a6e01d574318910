/**
 * CAs of the keyring that the platform refused: the facts that are noted about a refusal, and how a request
 * for an equal CA is recognised.
 */
import type { ErrorReply } from "../messages/errors.ts";
import { printable, quoted } from "../messages/printable.ts";
import { sameName } from "./certificate.ts";
import type { KeyringEntry } from "./keyring-entries.ts";
import { matchSlots, type Slot } from "./slots.ts";
import { type NameAttributes, type Subject, subjectAttributes } from "./subject.ts";
import { DAY_MS } from "./time.ts";

/** Most characters of the platform's words that a keyring remembers: a GitHub secret has room for 48 KB. */
const WORDS_LIMIT = 300;

/**
 * The properties of a new CA. If the platform refused one CA, it would refuse another one with the same
 * properties.
 */
export interface NewCaRequest {
  /** Its common name counts by {@link isName}. */
  readonly subject: Subject;
  /** Whether the new CA could get this common name, on any day. */
  readonly isName: (commonName: string) => boolean;
  readonly days: number;
  readonly keyBits: number;
}

/**
 * @returns the platform's words about a refused upload, as the keyring notes them: one short line, safe to
 * print
 */
export function refusalWords({ status, message, logref }: ErrorReply): string {
  const said = printable(`HTTP ${status ?? "?"} ${message}`, WORDS_LIMIT).replaceAll(/-{2,}/g, "-");
  return logref === undefined ? said : `${said} (logref ${printable(logref, 100)})`;
}

/**
 * Looks for a refused CA of the same request. To request it again would add a useless key to the keyring in each run.
 * @returns the newest such entry
 */
export function findRefusedLike(
  entries: readonly KeyringEntry[],
  wanted: NewCaRequest,
): KeyringEntry | undefined {
  return entries.find(
    ({ certificate, refusedAt }) =>
      refusedAt !== undefined &&
      wanted.isName(certificate.commonName) &&
      wanted.days === Math.round((certificate.notAfter - certificate.notBefore) / DAY_MS) &&
      wanted.keyBits === certificate.x509.publicKey.asymmetricKeyDetails?.modulusLength &&
      sameName(unnamed(certificate.subject), unnamed(subjectAttributes(wanted.subject))),
  );
}

function unnamed(subject: NameAttributes): NameAttributes {
  return subject.filter(([type]) => type !== "CN");
}

/** @returns the refused CAs that are in no slot. A CA that is on the platform is not refused any more */
export function refusedEntries(
  slots: readonly Slot[],
  entries: readonly KeyringEntry[],
): readonly KeyringEntry[] {
  const seen = new Set(matchSlots(slots, entries).values());
  return entries.filter((entry) => entry.refusedAt !== undefined && !seen.has(entry));
}

/** @returns a sentence that says when a CA was refused and with which words; empty words where none are remembered */
export function describeRefusal({ certificate, refusedAt, refusedFor }: KeyringEntry): string {
  const words = printable(refusedFor ?? "", WORDS_LIMIT + 100);
  return `The platform refused the CA ${quoted(certificate.commonName)} (expires ${certificate.expiration}) at ${printable(refusedAt ?? "", 40)}${words === "" ? "" : `. It said: ${words}`}`;
}

/** @returns how a refused CA is uploaded again, to be part of a sentence */
export function restoreAdvice({ certificate }: KeyringEntry): string {
  return `run register with restore: ${certificate.fingerprint}`;
}
