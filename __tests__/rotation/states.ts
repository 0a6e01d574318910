import type { RotationPolicy } from "../../src/ca/rotation-state.ts";
import type { Quirks } from "../../src/sandbox/start.ts";
import { Clock } from "./clock.ts";
import { KEYRING_KINDS, type KeyringKind, NOW, PASSPHRASE, ready, STAGED_DAYS, textsOf } from "./keyrings.ts";
import { Machine } from "./machine.ts";
import { Secret } from "./secret.ts";
import { Tenant } from "./tenant.ts";

/** What a slot can hold, from the view of who has the whole keyring. */
const SLOT_KINDS = [
  "empty",
  "ours unverified",
  "ours usable",
  /** Usable, and its successor is due. */
  "ours ending",
  "ours expired",
  "foreign unverified",
  "foreign usable",
  /** Usable, and ends in the same second as the staged one of the keyring. */
  "foreign twin",
  "foreign expired",
] as const;
type SlotKind = (typeof SLOT_KINDS)[number];

export interface State {
  /** The second one was inserted into the keyring later. */
  readonly slots: readonly [SlotKind, SlotKind];
  readonly keyring: KeyringKind;
  /** What replies leave out, or write otherwise. */
  readonly replies: Partial<Quirks>;
}

/** The states take turns: what a reply leaves out must not matter where the keyring remembers it. */
const REPLIES: readonly Partial<Quirks>[] = [
  {},
  { commonName: "null" },
  { commonName: "prefixed", listOmitsVerified: "newest" },
];

export type Policy = Pick<RotationPolicy, "retire" | "retiredKeys"> & { readonly allowForeign: boolean };

/** @returns every state that differs from the others; a keyring is told by what it has of the slots */
export function allStates(): State[] {
  const states = SLOT_KINDS.flatMap((first) =>
    SLOT_KINDS.filter((second) => second !== "foreign twin").flatMap((second) =>
      KEYRING_KINDS.filter((keyring) => differs(keyring, [first, second])).map((keyring) => ({
        slots: [first, second] as const,
        keyring,
      })),
    ),
  );
  return states.map((state, index) => ({ ...state, replies: repliesOf(state.keyring, index) }));
}

function repliesOf(keyring: KeyringKind, index: number): Partial<Quirks> {
  // It remembers nothing: what is left out is not known.
  if (keyring === "has all, made by hand") return index % 2 === 0 ? {} : { commonName: "prefixed" };
  return REPLIES[index % REPLIES.length] ?? {};
}

/** @returns every policy that makes a difference in a state */
export function policiesOf({ slots, keyring }: State): Policy[] {
  const unheld = slots.some(
    (kind) =>
      ["foreign usable", "foreign twin"].includes(kind) ||
      (isOurs(kind) && (keyring === "empty" || keyring === "has one of them")),
  );
  return (["after-overlap", "now", "never"] as const).flatMap((retire) =>
    (["keep", "drop"] as const).flatMap((retiredKeys) =>
      (unheld ? [false, true] : [false]).map((allowForeign) => ({ retire, retiredKeys, allowForeign })),
    ),
  );
}

function differs(keyring: KeyringKind, slots: readonly SlotKind[]): boolean {
  const ours = slots.filter(isOurs).length;
  if (OF_TWO.includes(keyring)) return ours === 2;
  return ours > 0 || !OF_SOME.includes(keyring);
}

const OF_TWO: readonly KeyringKind[] = [
  "has one of them",
  "has all, the older one retired",
  "has all, the older one restored",
];
const OF_SOME: readonly KeyringKind[] = [
  "has all, overlap running",
  "has all, overlap over",
  "has all, made by hand",
  "has all and a refused one",
  "has all and another tenant's",
  "has all, verified in words",
  "has all, verified in the future",
];

const isOurs = (kind: SlotKind) => kind.startsWith("ours");

/** A state ready to be played. */
export interface ReadyState {
  readonly machine: Machine;
  readonly policy: RotationPolicy;
  /** What the first run gets as the keyring. */
  readonly cameIn: string;
}

/** @returns a world of its own in that state */
export function setUp({ slots, keyring, replies }: State, { allowForeign, ...policy }: Policy): ReadyState {
  const clock = new Clock(NOW);
  const tenant = new Tenant(clock);
  Object.assign(tenant.platform.quirks, replies);
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

/** Days to the end. */
const LIVES: Readonly<Record<string, number>> = {
  unverified: 700,
  usable: 690,
  ending: 200,
  expired: -20,
  twin: STAGED_DAYS,
};

/** @returns the state and policy as a line for a failure's message */
export function describeState(
  { slots, keyring, replies }: State,
  { retire, retiredKeys, allowForeign }: Policy,
): string {
  return `[${slots.join(" | ")}] keyring ${keyring}; replies ${JSON.stringify(replies)}; retire ${retire}, ${retiredKeys}${allowForeign ? ", unheld allowed" : ""}`;
}
