import { createPrivateKey } from "node:crypto";
import type { RotationPolicy } from "../../src/ca/rotation-view.ts";
import { Clock, DAY } from "./clock.ts";
import { newKey, selfSigned } from "./issuer.ts";
import { Machine } from "./machine.ts";
import { Secret } from "./secret.ts";
import { Tenant } from "./tenant.ts";

/** When every state begins. */
export const NOW = Date.UTC(2030, 0, 1, 12);
const PASSPHRASE = "correct horse battery staple";

/** What a slot can hold, from the view of who has the whole keyring. */
export const SLOT_KINDS = [
  "empty",
  "ours unverified",
  "ours usable",
  /** Usable, and its successor is due. */
  "ours ending",
  "ours expired",
  "foreign unverified",
  "foreign usable",
  "foreign expired",
] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

/** What comes in as the keyring. */
export const KEYRING_KINDS = [
  "empty",
  "has one of them",
  "has all, overlap running",
  "has all, overlap over",
  "has all, made by hand",
  "has all and a staged one",
  "has all and retired ones",
  "has all, the older one retired",
  "has all, encrypted",
  "stale",
] as const;
export type KeyringKind = (typeof KEYRING_KINDS)[number];

export interface State {
  /** The second one was inserted into the keyring later. */
  readonly slots: readonly [SlotKind, SlotKind];
  readonly keyring: KeyringKind;
}

export type Policy = Pick<RotationPolicy, "retire" | "retiredKeys"> & { readonly allowForeign: boolean };

/** @returns every state that differs from the others; a keyring is told by what it has of the slots */
export function allStates(): State[] {
  return SLOT_KINDS.flatMap((first) =>
    SLOT_KINDS.flatMap((second) =>
      KEYRING_KINDS.filter((keyring) => differs(keyring, [first, second])).map((keyring) => ({
        slots: [first, second] as const,
        keyring,
      })),
    ),
  );
}

/** @returns every policy that makes a difference in a state */
export function policiesOf({ slots, keyring }: State): Policy[] {
  const unheld = slots.some(
    (kind) =>
      kind === "foreign usable" || (isOurs(kind) && (keyring === "empty" || keyring === "has one of them")),
  );
  return (["after-overlap", "now", "never"] as const).flatMap((retire) =>
    (["keep", "drop"] as const).flatMap((retiredKeys) =>
      (unheld ? [false, true] : [false]).map((allowForeign) => ({ retire, retiredKeys, allowForeign })),
    ),
  );
}

function differs(keyring: KeyringKind, slots: readonly SlotKind[]): boolean {
  const ours = slots.filter(isOurs).length;
  if (keyring === "has one of them" || keyring === "has all, the older one retired") return ours === 2;
  return (
    ours > 0 ||
    !["has all, overlap running", "has all, overlap over", "has all, made by hand"].includes(keyring)
  );
}

const isOurs = (kind: SlotKind) => kind.startsWith("ours");

/** A state ready to be played. */
export interface Stage {
  readonly machine: Machine;
  readonly policy: RotationPolicy;
  /** What the first run gets as the keyring. */
  readonly cameIn: string;
}

/** @returns a world of its own in that state */
export function setUp({ slots, keyring }: State, { allowForeign, ...policy }: Policy): Stage {
  const clock = new Clock(NOW);
  const tenant = new Tenant(clock);
  const lying = slots.flatMap((kind, index) => {
    if (kind === "empty") return [];
    const made = ready(`${kind} ${index}`, LIVES[kind.replace(/^\w+ /, "")] ?? 0, index);
    const id = tenant.seed(made.pem, `acme-${kind}`, !kind.endsWith("unverified"));
    return [{ ...made, kind, id }];
  });
  const ours = lying.filter(({ kind }) => isOurs(kind)).toReversed();
  const passphrase = keyring === "has all, encrypted" ? PASSPHRASE : undefined;
  const texts = textsOf(keyring, ours);
  const machine = new Machine(clock, tenant, new Secret(texts.stored), {
    days: 800,
    ...(passphrase && { passphrase }),
  });
  const unheld = lying.filter(({ pem }) => !texts.cameIn.includes(pem)).map(({ id }) => id);
  return {
    machine,
    cameIn: texts.cameIn,
    policy: {
      ...policy,
      renewBefore: 395,
      overlap: 365,
      allowUnheld: new Set(allowForeign ? unheld : []),
      commonNamePrefix: "acme",
    },
  };
}

/** Days from birth to now, and from now to the end. */
const LIVES: Readonly<Record<string, number>> = { unverified: 700, usable: 690, ending: 200, expired: -20 };

interface Ready {
  readonly pem: string;
  readonly key: string;
  readonly encrypted: string;
}

interface Lying extends Ready {
  readonly kind: SlotKind;
  readonly id: string;
}

/** Certificates are made once: cases only read them. */
const made = new Map<string, Ready>();

function ready(commonName: string, daysLeft: number, index: number): Ready {
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

/** @param ours newest first */
function textsOf(keyring: KeyringKind, ours: readonly Lying[]): { stored: string; cameIn: string } {
  const ago = keyring === "has all, overlap over" ? 400 : 100;
  const entries = ours.map((ca) => entry(ca, ago));
  const staged = entry(ready("staged", 790, 0));
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
    case "has all and retired ones":
      return same(...entries, ...retired);
    case "has all, the older one retired":
      return same(...entries.slice(0, -1), ...ours.slice(-1).map((ca) => entry(ca, ago, 1)));
    case "has all, encrypted":
      return same(...ours.map((ca) => entry({ ...ca, key: ca.encrypted }, ago)));
    case "stale":
      return { stored: textOf(staged, ...entries), cameIn: textOf(...entries) };
    default:
      return same(...entries);
  }
}

const HEADER = `MindConnect CA keyring, generation 7, written ${new Date(NOW - DAY).toISOString()}\n`;

/** @param verified days ago @param retired days ago */
function entry(ca: Ready & Partial<Lying>, verified?: number, retired?: number): string {
  const lines: string[] = [];
  const at = (days: number) => new Date(NOW - days * DAY).toISOString();
  if (ca.id !== undefined) lines.push(`Platform id: ${ca.id}`);
  if (verified !== undefined && ca.kind !== "ours unverified") lines.push(`Verified at: ${at(verified)}`);
  if (retired !== undefined) lines.push(`Retired at: ${at(retired)}`);
  return `${lines.map((line) => `${line}\n`).join("")}${ca.key}${ca.pem}`;
}

/** @returns the state and policy as a line for a failure's message */
export function describeState(
  { slots, keyring }: State,
  { retire, retiredKeys, allowForeign }: Policy,
): string {
  return `[${slots.join(" | ")}] keyring ${keyring}; retire ${retire}, ${retiredKeys}${allowForeign ? ", unheld allowed" : ""}`;
}
