import { type Certificate, foreignCaProblem, readCertificate } from "../ca/certificate.ts";
import { holdsKey } from "../ca/key-material.ts";
import { isRetired, type Keyring, type KeyringEntry, type Origin } from "../ca/keyring-entries.ts";
import { isEncrypted, isPrivateKey, type PemBlock, PemError, parsePem, withoutMark } from "../ca/pem.ts";
import { pemHint } from "../ca/pem-hints.ts";
import { KeyEncryptionError, PrivateKeyError } from "../ca/private-key.ts";
import { rememberedTime } from "../ca/time.ts";
import { formatLines, readLines } from "./entry-lines.ts";
import { Passphrases } from "./passphrases.ts";

/**
 * The text of a keyring. Its first line has the number of writes and the time of the last one. Then follow
 * the private key and the certificate of each CA in PEM, newest first, with lines before each that say what a
 * run must know of the CA (`entry-lines.ts`).
 */

/** A keyring text that cannot be used; `passphrase` where another passphrase would help. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  readonly passphrase: boolean;

  constructor(message: string, passphrase = false) {
    super(message);
    this.passphrase = passphrase;
  }
}

/**
 * A whole keyring with a key that Node cannot decrypt with any passphrase, because of the key's algorithm.
 */
export class KeyringEncryptionError extends KeyringError {}

const HEADER =
  /^MindConnect CA keyring, generation (\d+), written (\S{20,30}?)(, provisional)?(?:, copy of generation (\d+)(?: written (\S{20,30}))?)?$/;
/**
 * Marks a keyring whose keys were all forgotten, so that a text that was cut off after its first line looks
 * different.
 */
const NOTHING_KEPT = "No CA is kept here.";

/**
 * Reads a keyring: for each CA its private key and its certificate in PEM, with explanatory lines (RFC 7468).
 * A text without those lines, made by hand, is read just as well. Lines that are not ours are kept.
 * @param text the keyring's text; an empty or blank one means that there is no keyring yet
 * @param passphrases open encrypted keys; an opened key is compared with its certificate
 * @param stayClosed tells of which entries an encrypted key is not opened
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
export function parseKeyring(
  text: string,
  passphrases?: Passphrases | string,
  stayClosed: (entry: KeyringEntry) => boolean = isRetired,
): Keyring {
  const { header, blocks, after } = splitText(text);
  const opener = Passphrases.of(passphrases);
  const entries: KeyringEntry[] = [];
  for (let index = 0; index < blocks.length; index += 2) {
    const [first, second] = blocks.slice(index);
    const number = index / 2 + 1;
    if (first === undefined || second === undefined) {
      throw new KeyringError(
        `entry ${number} is not complete: a private key and its certificate belong together`,
      );
    }
    const entry = parseEntry([first, second], number);
    checkEntry(entry, number, opener, stayClosed);
    entries.push(entry);
  }
  refuseStrayKeys([...entries.map(({ notes }) => notes), after]);
  return { ...header, entries, ...(after.length > 0 && { after }) };
}

/** Reads a keyring as {@link parseKeyring} does, and opens none of its encrypted keys. @throws KeyringError */
export function parseClosed(text: string): Keyring {
  return parseKeyring(text, undefined, () => true);
}

/** How many keys are opened at the same time: as many as Node's pool has threads by default. */
const AT_ONCE = 4;

/**
 * Opens the keys of a keyring that is parsed already: those that {@link parseKeyring} would open, several at the same time.
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
export async function requireKeysOpen(
  { entries }: Keyring,
  passphrases: Passphrases,
  stayClosed: (entry: KeyringEntry) => boolean,
): Promise<void> {
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const some = entries.slice(at, at + AT_ONCE);
    await passphrases.openAll(some.filter((entry) => !stayClosed(entry)).map(({ privateKey }) => privateKey));
    for (const [index, entry] of some.entries()) checkEntry(entry, at + index + 1, passphrases, stayClosed);
  }
}

/**
 * Reads the certificates of a keyring and the lines before them. Keys are not opened and may be missing: a
 * workflow that only watches needs no key.
 * @throws KeyringError
 */
export function parseCertificates(text: string): KeyringEntry[] {
  const { blocks, empty } = splitText(text, "it holds no certificate");
  const entries: KeyringEntry[] = [];
  let lines: string[] = [];
  for (const [index, { label, pem, before }] of blocks.entries()) {
    lines.push(...before);
    if (isPrivateKey(label)) continue;
    const certificate = certificateOf(pem, `PEM block ${index + 1}`);
    entries.push({ privateKey: "", certificate, ...readLines(lines, certificate) });
    lines = [];
  }
  if (entries.length === 0 && !empty) throw otherText(text, "it holds no certificate");
  return entries;
}

/**
 * @returns the error for a text that is no keyring. It says how the text was damaged, where that is
 * recognised
 */
function otherText(text: string, reason: string): KeyringError {
  const hint = pemHint(text);
  return new KeyringError(hint === undefined ? reason : `it ${hint}`);
}

function certificateOf(pem: string, where: string): Certificate {
  try {
    return readCertificate(pem);
  } catch (error) {
    throw new KeyringError(`${where} ${(error as Error).message}`);
  }
}

interface Split {
  readonly header: Pick<Keyring, "generation" | "writtenAt" | "provisional" | "copyOf">;
  readonly blocks: readonly PemBlock[];
  /** Somebody's lines after the last block. */
  readonly after: readonly string[];
  /** Whether the text has no block because there is no keyring yet, or because every CA was forgotten. */
  readonly empty: boolean;
}

/**
 * Splits a text into our first line, the blocks with the lines before each, and the lines after the last one.
 * @param reason what is wrong with a text that has no block
 */
function splitText(text: string, reason = "it holds no PEM block"): Split {
  const { blocks, after } = splitBlocks(text);
  const [first, ...others] = blocks;
  const top = (first?.before ?? after).slice();
  while (top[0]?.trim() === "") top.shift();
  const [, generation, writtenAt, provisional, copied, copiedAt] = headerOf(top[0]) ?? [];
  if (writtenAt !== undefined) top.shift();
  const saysNothingKept = top[0] === NOTHING_KEPT && (writtenAt !== undefined || first === undefined);
  if (saysNothingKept) top.shift();
  const header = {
    ...originOf(generation, writtenAt),
    ...(provisional !== undefined && { provisional: true as const }),
    ...(copied !== undefined && { copyOf: originOf(copied, copiedAt) }),
  };
  if (first !== undefined) {
    const kept = after.filter(isWritten);
    return { header, blocks: [{ ...first, before: top }, ...others], after: kept, empty: false };
  }
  if (!saysNothingKept && (writtenAt !== undefined || top.some(isWritten))) throw otherText(text, reason);
  return { header, blocks, after: top.filter(isWritten), empty: true };
}

function originOf(generation: string | undefined, writtenAt: string | undefined): Origin {
  const count = Math.min(Number(generation ?? 0), Number.MAX_SAFE_INTEGER);
  return { generation: count, ...(writtenAt !== undefined && { writtenAt }) };
}

function isWritten(line: string): boolean {
  return line.trim() !== "";
}

function splitBlocks(text: string): ReturnType<typeof parsePem> {
  try {
    return parsePem(text);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new KeyringError(`entry ${Math.floor(error.block / 2) + 1}: ${error.message}`);
  }
}

/**
 * Without this check, a key with a damaged BEGIN or END line would be read as explanatory text, and its CA be
 * lost.
 */
function refuseStrayKeys(notes: readonly (readonly string[])[]): void {
  const index = notes.findIndex(holdsKey);
  if (index >= 0)
    throw new KeyringError(`entry ${index + 1} has lines of a private key outside of a PEM block`);
}

function parseEntry(pair: readonly [PemBlock, PemBlock], number: number): KeyringEntry {
  const key = pair.find(({ label }) => isPrivateKey(label));
  const other = pair.find(({ label }) => label === "CERTIFICATE");
  if (key === undefined || other === undefined) {
    throw new KeyringError(`entry ${number} is not one private key and one certificate`);
  }
  const certificate = certificateOf(other.pem, `entry ${number}`);
  const lines = pair.flatMap(({ before }) => before);
  return { privateKey: key.pem, certificate, ...readLines(lines, certificate) };
}

/** Checks that a certificate can be used as a CA, and that its key opens and belongs to it. */
function checkEntry(
  entry: KeyringEntry,
  number: number,
  passphrases: Passphrases,
  stayClosed: (entry: KeyringEntry) => boolean,
): void {
  const named = `entry ${number} (${entry.certificate.commonName})`;
  const closed = isEncrypted(entry.privateKey) && stayClosed(entry);
  try {
    const privateKey = closed ? undefined : passphrases.open(entry.privateKey);
    const problem = foreignCaProblem(entry.certificate, {
      now: undefined,
      ...(privateKey && { privateKey }),
    });
    if (problem !== undefined)
      throw new KeyringError(`${named}: its certificate cannot be used as a CA: ${problem}`);
  } catch (error) {
    if (error instanceof KeyEncryptionError) throw new KeyringEncryptionError(`${named}: ${error.message}`);
    if (error instanceof PrivateKeyError)
      throw new KeyringError(`${named}: ${error.message}`, error.passphrase);
    throw error;
  }
}

/**
 * Writes a keyring's text. Reading it back gives the same keyring.
 * @param keyring with its generation and time of writing set (see `nextGeneration`)
 */
export function formatKeyring(keyring: Keyring): string {
  const { generation, writtenAt, provisional, copyOf, entries, after = [] } = keyring;
  const suffix = provisional ? ", provisional" : "";
  const copied = copyOf === undefined ? "" : `, copy of generation ${copyOf.generation}`;
  const from = copyOf?.writtenAt === undefined ? "" : ` written ${copyOf.writtenAt}`;
  const header =
    writtenAt === undefined
      ? ""
      : `MindConnect CA keyring, generation ${generation}, written ${writtenAt}${suffix}${copied}${from}\n`;
  const kept = entries.map(
    (entry) => `\n${formatLines(entry).join("\n")}\n${entry.privateKey}${entry.certificate.pem}`,
  );
  if (kept.length === 0) kept.push(`${NOTHING_KEPT}\n`);
  return `${header}${kept.join("")}${after.length === 0 ? "" : `\n${after.join("\n")}\n`}`;
}

/** What the first line of a keyring's text says of its writing. */
export interface WrittenAt {
  /** Milliseconds since 1970; undefined for a text made by hand, and for a time at which nobody can have written. */
  readonly writtenAt: number | undefined;
  /** Whether that time is provisional (see `Keyring`). */
  readonly provisional: boolean;
}

/** @returns what a keyring's text says of its writing; only the first line is read */
export function readWrittenAt(text: string): WrittenAt {
  const [, , writtenAt, provisional] = headerOf(withoutMark(text).split("\n").find(isWritten)) ?? [];
  return { writtenAt: rememberedTime(writtenAt), provisional: provisional !== undefined };
}

/** Blanks around the line do not count. */
function headerOf(line = ""): RegExpExecArray | null {
  return HEADER.exec(line.trim());
}

/**
 * @param keyBits size of a new CA's key
 * @returns bytes that one more CA may need in a keyring. Key and certificate grow with `keyBits`. The fixed
 * part is for the subject, the encryption and the lines before the key, rounded up
 */
export function roomForOneMore(keyBits: number): number {
  return 4096 + Math.ceil(1.5 * keyBits);
}
