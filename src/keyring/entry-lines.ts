import type { Certificate } from "../ca/certificate.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { printable } from "../messages/printable.ts";

/**
 * The lines before each entry of a keyring: what the action must remember of a CA, what helps a person, and other people's
 * notes, which stay as they are.
 */

/**
 * The facts about a CA that the keyring must keep, by the label of their line. The other lines of ours only
 * help a person: each write makes them again from the certificate.
 */
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

type Label = keyof typeof REMEMBERED;
type Lines = Omit<KeyringEntry, "privateKey" | "certificate">;
type Known = { -readonly [K in (typeof REMEMBERED)[Label]]?: string };

/**
 * The form of a value, by the label of its line. A line with another value is somebody's note that begins
 * like ours.
 */
const PLAUSIBLE: Partial<Record<Label, RegExp>> = {
  Tenant: /^[a-z0-9-]{1,63}$/i,
  "Verified by": /^reply$/,
};
/**
 * A platform id in a text made by hand. In our own texts an id may have blanks, because a platform may give
 * such ids.
 */
const PLAUSIBLE_ID = /^\S+$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** @returns the lines of an entry before its key: other people's first, then ours */
export function formatLines(entry: KeyringEntry): string[] {
  const remembered = Object.entries(REMEMBERED).flatMap(([label, field]) => {
    const value = entry[field];
    return value === undefined ? [] : [`${label}: ${value}`];
  });
  return [...entry.notes, ...informationOf(entry.certificate), ...remembered];
}

/** @returns the first three of our lines. The fingerprint in the third marks where our lines are */
function informationOf(certificate: Certificate): [name: string, end: string, anchor: string] {
  return [
    `Common name: ${printable(certificate.commonName)}`,
    `Expiration: ${certificate.expiration}`,
    `SHA-256 fingerprint: ${certificate.fingerprint}`,
  ];
}

/**
 * Separates our lines of an entry from other people's. Ours begin at the last line with the certificate's own fingerprint.
 * Without such a line the text was made by hand.
 * @param lines all lines before the key and before the certificate
 * @returns the values of our lines, and the other lines as notes
 */
export function readLines(lines: readonly string[], certificate: Certificate): Lines {
  const written = lines.filter((line) => line.trim() !== "");
  const [, end, anchor] = informationOf(certificate);
  const at = written.lastIndexOf(anchor);
  if (at < 0) return readByHand(written, certificate);
  let from = at;
  if (written[from - 1] === end) from -= 1;
  if (from < at && written[from - 1]?.startsWith("Common name: ")) from -= 1;
  const known: Known = {};
  const notes = written.slice(0, from);
  for (const line of written.slice(at + 1)) {
    const [label, value] = labelled(line);
    if (label === undefined || known[REMEMBERED[label]] !== undefined) notes.push(line);
    else known[REMEMBERED[label]] = value;
  }
  return { ...known, notes };
}

/** Reads a text made by hand. Where several lines have one label, the last of them counts. */
function readByHand(written: readonly string[], certificate: Certificate): Lines {
  const information: readonly string[] = informationOf(certificate);
  const known: Known = {};
  const notes: string[] = [];
  for (const line of written.toReversed()) {
    const [label, value] = labelled(line);
    const ours = label === "Platform id" ? PLAUSIBLE_ID.test(value.trim()) : label !== undefined;
    if (label !== undefined && ours && known[REMEMBERED[label]] === undefined)
      known[REMEMBERED[label]] = value.trim();
    else if (!information.includes(line)) notes.unshift(line);
  }
  return { ...known, notes };
}

function isPlausible(label: Label, value: string): boolean {
  return (label.endsWith(" at") ? DATE : (PLAUSIBLE[label] ?? /./)).test(value);
}

/** @returns the label of a line that may be ours by its value, and the value */
function labelled(line: string): [label: Label | undefined, value: string] {
  const colon = line.indexOf(": ");
  const label = line.slice(0, Math.max(colon, 0));
  const value = line.slice(colon + 2);
  const ours = Object.hasOwn(REMEMBERED, label) && isPlausible(label as Label, value.trim());
  return [ours ? (label as Label) : undefined, value];
}
