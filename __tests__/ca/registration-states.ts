import type { Standing } from "../../src/ca/clocks.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import type { Slot } from "../../src/ca/slots.ts";
import { agreedAt, ca, type Look, labelOf, slot } from "./fakes.ts";
import { EVERY } from "./sample.ts";

/** The platform's clock in every state. */
export const NOW = Date.UTC(2030, 0, 1);
/** The common name of the CAs that a plain registration makes here. */
export const COMMON_NAME = "acme";

/** Every certificate there is. All expirations differ but the twin's: which one lies in a slot is in doubt there alone. */
export const LOOKS = {
  one: { commonName: COMMON_NAME, expiration: "2034-01-01T00:00:00.000Z" },
  two: { commonName: "acme-2", expiration: "2035-01-01T00:00:00.000Z" },
  newer: { commonName: "acme-3", expiration: "2036-01-01T00:00:00.000Z" },
  newerOfSameName: { commonName: COMMON_NAME, expiration: "2037-01-01T00:00:00.000Z" },
  past: { commonName: COMMON_NAME, expiration: "2029-01-01T00:00:00.000Z" },
  /** Somebody's, and ends in the same second as `one`. */
  twin: { commonName: "twin", expiration: "2034-01-01T00:00:00.000Z" },
  foreign: { commonName: "other", expiration: "2033-01-01T00:00:00.000Z" },
  foreignPast: { commonName: "other-0", expiration: "2028-01-01T00:00:00.000Z" },
  foreignOfSameName: { commonName: COMMON_NAME, expiration: "2032-01-01T00:00:00.000Z" },
} as const satisfies Record<string, Look>;
export type Label = keyof typeof LOOKS;

export interface TestSlot extends Slot {
  readonly label: Label;
}

/** What a slot can hold: nothing, or a certificate, verified or not. Whose it is follows from the keyring. */
const SLOTS: readonly ([Label, "verified" | "unverified"] | undefined)[] = [
  undefined,
  ["one", "unverified"],
  ["one", "verified"],
  ["two", "unverified"],
  ["two", "verified"],
  ["past", "unverified"],
  ["past", "verified"],
  ["foreign", "unverified"],
  ["foreign", "verified"],
  ["foreignPast", "verified"],
  ["foreignOfSameName", "unverified"],
  ["foreignOfSameName", "verified"],
  ["twin", "unverified"],
  ["twin", "verified"],
];

/**
 * Entries newest first: `-` marks a retired one, `~` one that the platform refused, `!` one that was verified once and is gone from the platform if it is not
 * shown, `@` one of which the id of the first slot is remembered.
 */
type Entry = `${"" | "-" | "~"}${Label}${"" | "!" | "@"}`;
const KEYRINGS: readonly (readonly Entry[])[] = [
  [],
  ["one"],
  ["two", "one"],
  ["past"],
  ["past", "one"],
  ["newer"],
  ["newer", "one"],
  ["newer", "two", "one"],
  ["newerOfSameName", "one"],
  ["-one"],
  ["-two", "-one"],
  ["-newer", "one"],
  ["two", "-one"],
  ["newer", "-two", "one", "past"],
  ["one", "newer"],
  ["~one"],
  ["~newer", "one"],
  ["~newer", "-two", "~one"],
  ["two", "~newerOfSameName"],
  ["~one@", "two"],
  ["one!"],
  ["newer!", "one"],
  ["one@"],
  ["two", "one@"],
  ["-one@", "two"],
];

const PROVIDED: readonly (Label | undefined)[] = [
  undefined,
  "one",
  "two",
  "newer",
  "newerOfSameName",
  "foreign",
  "foreignOfSameName",
];

export interface State {
  readonly slots: readonly TestSlot[];
  readonly entries: readonly KeyringEntry[];
  readonly provided: KeyringEntry | undefined;
  readonly commonName: string;
  readonly allowUnheld: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  readonly now: number;
  readonly standing: Standing;
}

/** @returns every combination (of {@link EVERY} one); the same certificate in both slots is left to the matching's own tests */
export function* allStates(): Generator<State> {
  let count = 0;
  for (const first of SLOTS) {
    for (const second of SLOTS) {
      if (first !== undefined && first[0] === second?.[0]) continue;
      const slots = [first, second].flatMap((held, index) => (held ? [placed(`id-${index}`, held)] : []));
      for (const keyring of KEYRINGS) {
        for (const provided of PROVIDED) {
          for (const commonName of [COMMON_NAME, "acme-9"]) {
            count += 1;
            if (count % EVERY !== 0) continue;
            yield {
              slots,
              entries: keyring.map(entry),
              provided: provided && held(provided),
              commonName,
              // What else the decision depends on takes turns with the common name.
              allowUnheld: new Set(commonName === COMMON_NAME ? [] : ["id-0", "id-1"]),
              removed: new Set(
                keyring.filter((text) => text.endsWith("!")).map((text) => fingerprintOf(text)),
              ),
              ...agreedAt(NOW),
            };
          }
        }
      }
    }
  }
}

function placed(id: string, [label, state]: [Label, string]): TestSlot {
  return { ...slot(id, LOOKS[label], { isVerified: state === "verified" }), label };
}

function entry(text: Entry): KeyringEntry {
  return {
    ...held(labelIn(text)),
    ...(text.startsWith("-") && { retiredAt: "2029-06-01T00:00:00.000Z" }),
    ...(text.startsWith("~") && { refusedAt: "2029-06-01T00:00:00.000Z" }),
    ...(text.endsWith("!") && { verifiedAt: "2029-06-01T00:00:00.000Z" }),
    ...(text.endsWith("@") && { platformId: "id-0" }),
  };
}

const labelIn = (text: Entry) => text.replaceAll(/[-~!@]/g, "") as Label;
const fingerprintOf = (text: Entry) => held(labelIn(text)).certificate.fingerprint;

function held(label: Label): KeyringEntry {
  return ca(label, { ...LOOKS[label], fingerprint: label });
}

/** @returns the state as a line for a failure's message */
export function describeState({ slots, entries, provided, commonName }: State): string {
  const shown = slots.map(({ label, isVerified }) => `${label}${isVerified ? "" : " (unverified)"}`);
  const keyring = entries.map(
    ({ retiredAt, refusedAt, verifiedAt, platformId, ...entry }) =>
      `${retiredAt ? "-" : ""}${refusedAt ? "~" : ""}${labelOf(entry)}${verifiedAt ? "!" : ""}${platformId ? "@" : ""}`,
  );
  return `slots [${shown}] keyring [${keyring}] provided ${provided ? labelOf(provided) : "none"} CN ${commonName}`;
}
