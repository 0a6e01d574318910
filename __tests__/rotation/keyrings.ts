import { createPrivateKey } from "node:crypto";
import { DAY } from "./clock.ts";
import { newKey, selfSigned } from "./issuer.ts";

/** When every state begins. */
export const NOW = Date.UTC(2030, 0, 1, 12);
/** Days that the staged one has left. */
export const STAGED_DAYS = 790;
/** Of the encrypted keyring. */
export const PASSPHRASE = "correct horse battery staple";

/** What comes in as the keyring. */
export const KEYRING_KINDS = [
  "empty",
  "has one of them",
  "has all, overlap running",
  "has all, overlap over",
  "has all, made by hand",
  "has all and a staged one",
  "has all and retired ones",
  "has all and a refused one",
  "has all and another tenant's",
  "has all and one that is not valid yet",
  "has all, the older one retired",
  "has all, the older one restored",
  "has all, verified in words",
  "has all, verified in the future",
  "has all, encrypted",
  "stale",
] as const;
/** One of {@link KEYRING_KINDS}. */
export type KeyringKind = (typeof KEYRING_KINDS)[number];

/** A CA at hand. */
interface Ready {
  readonly pem: string;
  readonly key: string;
  readonly encrypted: string;
}

/** A CA in a slot. */
export interface Lying extends Ready {
  /** What kind of slot that is. */
  readonly kind: string;
  readonly id: string;
}

/** Certificates are made once: cases only read them. */
const made = new Map<string, Ready>();

/** @returns the CA of that name, the same each time; the index makes its end differ by as many days */
export function ready(commonName: string, daysLeft: number, index: number): Ready {
  const known = made.get(commonName);
  if (known !== undefined) return known;
  const key = newKey();
  const opened = createPrivateKey(key);
  const notAfter = NOW + (daysLeft + index) * DAY;
  const dates = { notBefore: notAfter - 800 * DAY, notAfter };
  const encryption = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: PASSPHRASE } as const;
  const pair = {
    key,
    encrypted: opened.export(encryption).toString(),
    pem: selfSigned(opened, {
      subject: [
        ["C", "DE"],
        ["CN", commonName],
      ],
      ...dates,
    }),
  };
  made.set(commonName, pair);
  return pair;
}

/**
 * @param ours those in the slots, newest first
 * @returns what is stored, and what comes into the first run
 */
export function textsOf(keyring: KeyringKind, ours: readonly Lying[]): { stored: string; cameIn: string } {
  const over = ["has all, overlap over", "has all, the older one restored"].includes(keyring);
  const ago = over ? 400 : 100;
  const entries = ours.map((ca) => entry(ca, ago));
  const staged = entry(ready("staged", STAGED_DAYS, 0));
  const retired = [
    entry(ready("retired", 300, 0), 500, 90),
    entry(ready("retired and expired", -5, 0), 500, 90),
  ];
  const byHand = ours.map(({ key, pem }) => key + pem).join("");
  const textOf = (...texts: readonly string[]) => (texts.length === 0 ? "" : HEADER + texts.join(""));
  const same = (...texts: readonly string[]) => ({ stored: textOf(...texts), cameIn: textOf(...texts) });
  switch (keyring) {
    case "empty":
      return same();
    case "has one of them":
      return same(...entries.slice(-1));
    case "has all, made by hand":
      return { stored: byHand, cameIn: byHand };
    case "has all and a staged one":
      return same(staged, ...entries);
    case "has all and one that is not valid yet":
      return same(entry(ready("not valid yet", 2000, 0)), ...entries);
    case "has all and retired ones":
      return same(...entries, ...retired);
    case "has all and a refused one":
      return same(`${REFUSED}${entry(ready("refused", 790, 0))}`, ...entries);
    case "has all and another tenant's":
      return same(`Tenant: globex\n${entry(ready("theirs", 790, 0), 1)}`, ...entries);
    case "has all, the older one retired":
      return same(...entries.slice(0, -1), ...ours.slice(-1).map((ca) => entry(ca, ago, 1)));
    case "has all, the older one restored":
      return same(...entries.slice(0, -1), ...ours.slice(-1).map((ca) => RESTORED + entry(ca, 50)));
    case "has all, verified in words":
      return same(...entries.map((text) => text.replace(VERIFIED, "$1a year ago or so")));
    case "has all, verified in the future":
      return same(...ours.map((ca) => entry(ca, -5000)));
    case "has all, encrypted":
      return same(...ours.map((ca) => entry({ ...ca, key: ca.encrypted }, ago)));
    case "stale":
      return { stored: textOf(staged, ...entries), cameIn: textOf(...entries) };
    default:
      return same(...entries);
  }
}

const HEADER = `MindConnect CA keyring, generation 7, written ${new Date(NOW - DAY).toISOString()}\n`;

const RESTORED = `Restored at: ${new Date(NOW - 50 * DAY).toISOString()}\n`;
const REFUSED = `Refused at: ${new Date(NOW - 9 * DAY).toISOString()}\nRefused for: HTTP 400\n`;
const VERIFIED = /^(Verified at: ).*$/m;

/** @param verified days ago @param retired days ago */
function entry(ca: Ready & Partial<Lying>, verified?: number, retired?: number): string {
  const lines: string[] = [];
  const at = (days: number) => new Date(NOW - days * DAY).toISOString();
  if (ca.id !== undefined) lines.push(`Platform id: ${ca.id}`);
  if (verified !== undefined && ca.kind !== "ours unverified") lines.push(`Verified at: ${at(verified)}`);
  if (retired !== undefined) lines.push(`Retired at: ${at(retired)}`);
  return `${lines.map((line) => `${line}\n`).join("")}${ca.key}${ca.pem}`;
}
