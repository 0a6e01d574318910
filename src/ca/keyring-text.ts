import { type Certificate, caProblem, readCertificate } from "./certificate.ts";
import type { Keyring, KeyringEntry } from "./keyring.ts";
import { isEncrypted, isPrivateKey, type PemBlock, PemError, parsePem } from "./pem.ts";
import { pemHint } from "./pem-hint.ts";
import { printable } from "./printable.ts";
import { openPrivateKey, PrivateKeyError } from "./private-key.ts";

/** A keyring text that cannot be used; `passphrase` where another passphrase would help. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  readonly passphrase: boolean;

  constructor(message: string, passphrase = false) {
    super(message);
    this.passphrase = passphrase;
  }
}

const HEADER = /^MindConnect CA keyring, generation (\d{1,9}), written (\S{20,30}?)(, provisional)?$/;
/** Remembered lines by their label; the other labels only help a person and are written anew each time. */
const REMEMBERED = {
  Tenant: "tenant",
  "Platform id": "platformId",
  "Verified at": "verifiedAt",
  "Verified by": "verifiedBy",
  "Refused at": "refusedAt",
  "Refused for": "refusedFor",
  "Restored at": "restoredAt",
  "Retired at": "retiredAt",
} as const;
const INFORMATION = /^(?:Common name|Expiration|SHA-256 fingerprint): /;
/** Said where every key was forgotten: a text that was cut off after its first line must not be taken for that. */
const NOTHING_KEPT = "No CA is kept here.";

/**
 * Reads a keyring: for each CA its private key and its certificate in PEM, with explanatory lines (RFC 7468).
 * A text without those lines, made by hand, is read just as well.
 * @param text the keyring's text; empty or blank means none yet
 * @param passphrase opens encrypted keys; every key that is not retired is opened and compared with its certificate
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
export function parseKeyring(text: string, passphrase?: string): Keyring {
  const { blocks, after } = splitBlocks(text);
  if (blocks.length === 0 && !keepsNothing(after)) throw otherText(text, "it holds no PEM block at all");
  const header = HEADER.exec((blocks[0]?.before ?? after).find((line) => line.trim() !== "") ?? "");
  const entries: KeyringEntry[] = [];
  for (let index = 0; index < blocks.length; index += 2) {
    const [first, second] = blocks.slice(index);
    const number = index / 2 + 1;
    if (first === undefined || second === undefined) {
      throw new KeyringError(
        `entry ${number} is incomplete: a private key and its certificate belong together`,
      );
    }
    entries.push(parseEntry([first, second], number, passphrase));
  }
  refuseStrayKeys([...entries.map(({ notes }) => notes), after]);
  return {
    generation: Number(header?.[1] ?? 0),
    ...(header?.[2] === undefined ? {} : { writtenAt: header[2] }),
    ...(header?.[3] === undefined ? {} : { provisional: true }),
    entries,
  };
}

/** A CA as far as a look at the slots needs it. */
export type KeptCertificate = Omit<KeyringEntry, "privateKey">;

/**
 * Reads the certificates of a keyring and what is remembered of them. Keys are not opened and may be missing: a workflow
 * that only watches needs none.
 * @throws KeyringError
 */
export function parseCertificates(text: string): KeptCertificate[] {
  const { blocks, after } = splitBlocks(text);
  const kept: KeptCertificate[] = [];
  let lines: string[] = [];
  for (const [index, { label, pem, before }] of blocks.entries()) {
    lines.push(...before);
    if (isPrivateKey(label)) continue;
    kept.push({ certificate: certificateOf(pem, `PEM block ${index + 1}`), ...remembered(lines) });
    lines = [];
  }
  if (kept.length === 0 && (blocks.length > 0 || !keepsNothing(after)))
    throw otherText(text, "it holds no certificate");
  return kept;
}

/** @returns the error of a text of which nothing can be read: with what happened to it, where that is recognised */
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

/** @returns whether lines outside of any block are those of no keyring yet, or of one whose keys were all forgotten */
function keepsNothing(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim() !== "" && !HEADER.test(line));
  return lines.every((line) => line.trim() === "") || said.join() === NOTHING_KEPT;
}

function splitBlocks(text: string): ReturnType<typeof parsePem> {
  try {
    return parsePem(text);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new KeyringError(`entry ${Math.floor(error.block / 2) + 1}: ${error.message}`);
  }
}

/** A key whose marker lines are mangled would be taken for explanatory text, and be gone after the next write. */
function refuseStrayKeys(notes: readonly (readonly string[])[]): void {
  const index = notes.findIndex((lines) => lines.some((line) => /PRIVATE KEY|[A-Za-z0-9+/]{60}/.test(line)));
  if (index >= 0) throw new KeyringError(`entry ${index + 1} has lines of a key outside of its PEM block`);
}

function parseEntry(
  pair: readonly [PemBlock, PemBlock],
  number: number,
  passphrase: string | undefined,
): KeyringEntry {
  const key = pair.find(({ label }) => isPrivateKey(label));
  const other = pair.find(({ label }) => label === "CERTIFICATE");
  if (key === undefined || other === undefined) {
    throw new KeyringError(`entry ${number} is not one private key and one certificate`);
  }
  const certificate = certificateOf(other.pem, `entry ${number}`);
  const entry = { privateKey: key.pem, certificate, ...remembered(pair.flatMap(({ before }) => before)) };
  checkEntry(entry, number, passphrase);
  return entry;
}

function checkEntry(entry: KeyringEntry, number: number, passphrase: string | undefined): void {
  // Deriving an encrypted key takes a fifth of a second: a retired one is opened only where it is used.
  const skip = isEncrypted(entry.privateKey) && entry.retiredAt !== undefined;
  const named = `entry ${number} (${entry.certificate.commonName})`;
  try {
    const privateKey = skip ? undefined : openPrivateKey(entry.privateKey, passphrase);
    const problem = caProblem(entry.certificate, { now: undefined, ...(privateKey && { privateKey }) });
    if (problem !== undefined)
      throw new KeyringError(`${named}: its certificate cannot be a CA here: ${problem}`);
  } catch (error) {
    if (error instanceof PrivateKeyError)
      throw new KeyringError(`${named}: ${error.message}`, error.passphrase);
    throw error;
  }
}

function remembered(lines: readonly string[]): Omit<KeyringEntry, "privateKey" | "certificate"> {
  const known: { -readonly [K in (typeof REMEMBERED)[keyof typeof REMEMBERED]]?: string } = {};
  const notes: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(": ");
    const label = line.slice(0, Math.max(colon, 0));
    if (Object.hasOwn(REMEMBERED, label))
      known[REMEMBERED[label as keyof typeof REMEMBERED]] = line.slice(colon + 2).trim();
    else if (line.trim() !== "" && !HEADER.test(line) && !INFORMATION.test(line) && line !== NOTHING_KEPT)
      notes.push(line);
  }
  return { ...known, notes };
}

/**
 * Writes a keyring's text. Reading it back gives the same keyring.
 * @param keyring with its generation and time of writing set (see `nextGeneration`)
 */
export function formatKeyring(keyring: Keyring): string {
  const { generation, writtenAt = "", provisional } = keyring;
  const said = provisional ? ", provisional" : "";
  const header = `MindConnect CA keyring, generation ${generation}, written ${writtenAt}${said}`;
  const kept = keyring.entries.map(formatEntry).join("");
  return `${header}\n${kept === "" ? `${NOTHING_KEPT}\n` : kept}`;
}

function formatEntry(entry: KeyringEntry): string {
  const { certificate, notes } = entry;
  const lines = [
    "",
    ...notes,
    `Common name: ${printable(certificate.commonName)}`,
    `Expiration: ${certificate.expiration}`,
    `SHA-256 fingerprint: ${certificate.fingerprint}`,
  ];
  for (const [label, field] of Object.entries(REMEMBERED)) {
    const value = entry[field];
    if (value !== undefined) lines.push(`${label}: ${value}`);
  }
  return `${lines.join("\n")}\n${entry.privateKey}${certificate.pem}`;
}

/**
 * Reads when a keyring's text was written off its first line alone, without opening a key.
 * @returns milliseconds since 1970; undefined for a text made by hand
 */
export function timeOfWriting(text: string): number | undefined {
  const at = Date.parse(headerOf(text)?.[2] ?? "");
  return Number.isNaN(at) ? undefined : at;
}

/** @returns whether a text says that its time of writing is provisional (see `Keyring`) */
export function isProvisional(text: string): boolean {
  return headerOf(text)?.[3] !== undefined;
}

function headerOf(text: string): RegExpExecArray | null {
  const first = text.split("\n").find((line) => line.trim() !== "") ?? "";
  return HEADER.exec(first.trim());
}

/**
 * @param keyBits size of a new CA's key
 * @returns bytes that one more CA may need in a keyring: key and certificate grow with the key; subjects, encryption and
 * what is remembered are rounded up
 */
export function roomForOneMore(keyBits: number): number {
  return 4096 + Math.ceil(1.5 * keyBits);
}
