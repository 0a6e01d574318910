import type { Certificate } from "../ca/certificate.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { printable } from "../messages/printable.ts";

/** Remembered lines by their label; the other own lines only help a person and are written anew each time. */
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

/** What the value of a remembered line looks like: else it is somebody's note that begins like ours. */
const PLAUSIBLE: Partial<Record<Label, RegExp>> = {
  Tenant: /^[a-z0-9-]{1,63}$/i,
  "Verified by": /^reply$/,
};
/** In a text made by hand; a platform may give ids with blanks in them. */
const PLAUSIBLE_ID = /^\S+$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/** @returns the lines of an entry before its key: somebody else's first, then our own ones */
export function formatLines(entry: KeyringEntry): string[] {
  const remembered = Object.entries(REMEMBERED).flatMap(([label, field]) => {
    const value = entry[field];
    return value === undefined ? [] : [`${label}: ${value}`];
  });
  return [...entry.notes, ...informationOf(entry.certificate), ...remembered];
}

/** @returns the three lines that begin what we write of an entry; the last one finds it again */
function informationOf(certificate: Certificate): [name: string, end: string, anchor: string] {
  return [
    `Common name: ${printable(certificate.commonName)}`,
    `Expiration: ${certificate.expiration}`,
    `SHA-256 fingerprint: ${certificate.fingerprint}`,
  ];
}

/**
 * Tells our own lines of an entry from somebody else's, which are kept as they are whatever they begin like. Ours begin at
 * the last line with the certificate's own fingerprint; where there is none, the text was made by hand.
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

/** Of several lines with one label the last one counts. */
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

/** @returns the label of a line that could be ours by its value; anybody may have begun a sentence with one */
function labelled(line: string): [label: Label | undefined, value: string] {
  const colon = line.indexOf(": ");
  const label = line.slice(0, Math.max(colon, 0));
  const value = line.slice(colon + 2);
  const ours = Object.hasOwn(REMEMBERED, label) && isPlausible(label as Label, value.trim());
  return [ours ? (label as Label) : undefined, value];
}
