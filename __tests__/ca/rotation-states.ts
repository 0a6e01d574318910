import type { Standing } from "../../src/ca/clocks.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { RotationPolicy } from "../../src/ca/rotation-state.ts";
import type { Slot } from "../../src/ca/slots.ts";
import { agreedAt, ca, type Look, labelOf, slot } from "./fakes.ts";
import { EVERY } from "./sample.ts";

/** The platform's clock in every state. */
export const NOW = Date.UTC(2030, 0, 1);
export const DAY = 86_400_000;
/** What a CA made at {@link NOW} is called, unless that is taken. */
export const TODAYS_NAME = "acme-20300101";

/** Every certificate there is, by the days that it has left. All ends differ: which one lies in a slot is no question. */
const DAYS_LEFT = {
  /** Its successor is due. */
  old: 200,
  fresh: 700,
  newer: 790,
  todays: 750,
  past: -20,
  foreign: 600,
  foreignPast: -30,
  foreignOfTodaysName: 610,
} as const;
export type Label = keyof typeof DAYS_LEFT;

export interface TestSlot extends Slot {
  readonly label: Label;
}

/** What a slot can hold, verified (`+`) or not. Whose it is follows from the keyring. */
const SLOTS = [
  undefined,
  "-old",
  "+old",
  "-fresh",
  "+fresh",
  "+past",
  "-past",
  "+todays",
  "-foreign",
  "+foreign",
  "+foreignPast",
  "+foreignOfTodaysName",
] as const;

/**
 * Entries newest first: `x` marks a retired one, `#` a refused one, a number says how many days ago it was verified; `?` that somebody
 * wrote words there, `!` a time that is yet to come.
 */
const KEYRINGS = [
  "",
  "old",
  "old:600",
  "fresh:400",
  "fresh:100 old:600",
  "fresh:400 old:600",
  "fresh old",
  "fresh:? old:600",
  "fresh:! old:600",
  "old:100 fresh:400",
  "fresh:100 old:600x",
  "fresh:100x old:600",
  "past:900 old:600",
  "fresh:100 past:900x",
  "newer fresh:400 old:600",
  "newer old:600",
  "todays:1 old:600",
  "newerx old:600 pastx",
  "newer# old:600",
  "newer# fresh# past#",
] as const;

export interface State {
  readonly slots: readonly TestSlot[];
  readonly entries: readonly KeyringEntry[];
  readonly policy: RotationPolicy;
  readonly now: number;
  readonly standing: Standing;
}

/** @returns every combination (of {@link EVERY} one), the same certificate in both slots included */
export function* allStates(): Generator<State> {
  let count = 0;
  for (const [first, second] of SLOTS.flatMap((one) => SLOTS.map((other) => [one, other] as const))) {
    const slots = [first, second].flatMap((held, index) => (held ? [placed(`id-${index}`, held)] : []));
    for (const keyring of KEYRINGS) {
      const entries = keyring.split(" ").flatMap((text) => (text === "" ? [] : [entry(text)]));
      for (const policy of POLICIES) {
        count += 1;
        if (count % EVERY === 0) yield { slots, entries, policy, ...agreedAt(NOW) };
      }
    }
  }
}

const POLICIES = (["after-overlap", "now", "never"] as const).flatMap((retire) =>
  (["keep", "drop"] as const).flatMap((retiredKeys) =>
    [new Set<string>(), new Set(["id-0", "id-1"])].map(
      (allowUnheld): RotationPolicy => ({
        retire,
        retiredKeys,
        allowUnheld,
        renewBefore: 395,
        overlap: 365,
        commonNamePrefix: "acme",
      }),
    ),
  ),
);

/** @returns what a certificate looks like */
export function lookOf(label: Label): Look {
  const expiration = new Date(NOW + DAYS_LEFT[label] * DAY).toISOString();
  const todays = label === "todays" || label === "foreignOfTodaysName";
  return { commonName: todays ? TODAYS_NAME : label, expiration, fingerprint: label };
}

function placed(id: string, held: string): TestSlot {
  const label = held.slice(1) as Label;
  return { ...slot(id, lookOf(label), { isVerified: held.startsWith("+") }), label };
}

function entry(text: string): KeyringEntry {
  const [, label, days, retired, refused] = /^(\w+?)(?::(\d+|[?!]))?(x?)(#?)$/.exec(text) ?? [];
  const ago = (count: number) => new Date(NOW - count * DAY).toISOString();
  return {
    ...ca(label as Label, lookOf(label as Label)),
    ...(days && { verifiedAt: days === "?" ? "a year ago" : ago(days === "!" ? -5000 : Number(days)) }),
    ...(retired && { retiredAt: ago(10) }),
    ...(refused && { refusedAt: ago(10) }),
  };
}

/** @returns the state as a line for a failure's message */
export function describeState({ slots, entries, policy }: State): string {
  const shown = slots.map(({ label, isVerified }) => `${isVerified ? "+" : "-"}${label}`);
  const keyring = entries.map(
    ({ verifiedAt, retiredAt, refusedAt, ...entry }) =>
      `${labelOf(entry)} ${verifiedAt} ${retiredAt ? "x" : ""}${refusedAt ? "#" : ""}`,
  );
  return `slots [${shown}] keyring [${keyring}] ${policy.retire} ${policy.retiredKeys} ${policy.allowUnheld.size}`;
}
