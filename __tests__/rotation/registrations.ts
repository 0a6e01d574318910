import { createPrivateKey } from "node:crypto";
import { readCertificate, shortFingerprint } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import type { RegistrationOrder } from "../../src/tasks/registration-run.ts";
import { labelOf } from "../ca/fakes.ts";
import { type Label, LOOKS, NOW, type State, type TestSlot } from "../ca/registration-states.ts";
import { Clock } from "./clock.ts";
import { newKey, selfSigned } from "./issuer.ts";
import { Machine } from "./machine.ts";
import { Secret } from "./secret.ts";
import { Tenant } from "./tenant.ts";

/** A registration ready to be played. */
export interface RegistrationStage {
  readonly machine: Machine;
  readonly order: RegistrationOrder;
}

/** No state has such an id on the platform. */
const GONE = "0123456789abcdef01234567";

/** Certificates are made once: states only read them. */
const made = new Map<Label, Pick<KeyringEntry, "certificate" | "privateKey">>();

function real(label: Label) {
  const known = made.get(label);
  if (known !== undefined) return known;
  const { commonName, expiration } = LOOKS[label];
  const privateKey = newKey();
  const said = {
    subject: [
      ["C", "DE"],
      ["CN", commonName],
    ],
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.parse(expiration),
  } as const;
  const pair = { privateKey, certificate: readCertificate(selfSigned(createPrivateKey(privateKey), said)) };
  made.set(label, pair);
  return pair;
}

/** Only the platform knows what lies in a slot: where the id remembered of one is that of its twin, it is that one. */
function liesIn({ id, label }: TestSlot, { entries }: State): Label {
  const isOne = entries.some((entry) => entry.platformId === id && labelOf(entry) === "one");
  return label === "twin" && isOne ? "one" : label;
}

/**
 * @param restores whether a provided CA that the keyring has comes from there
 * @returns a world of its own in a state of the decision, with real certificates
 */
export function setUpRegistration(state: State, restores: boolean): RegistrationStage {
  const clock = new Clock(NOW);
  const tenant = new Tenant(clock);
  const ids = new Map(
    state.slots.map((slot) => {
      const id = tenant.seed(real(liesIn(slot, state)).certificate.pem, slot.name, slot.isVerified);
      Object.assign(tenant.platform.certificates.at(-1) ?? {}, { commonName: slot.commonName });
      return [slot.id, id];
    }),
  );
  const isThere = (label: string) => state.slots.some((slot) => slot.label === label);
  const entryOf = ({ notes: _, ...entry }: KeyringEntry, label: Label): KeyringEntry => {
    const remembered = entry.platformId && ids.get(entry.platformId);
    // One that was removed is asked for by its id.
    const platformId = entry.verifiedAt !== undefined && !isThere(label) ? GONE : remembered;
    return { ...entry, ...real(label), notes: [], ...(platformId && { platformId }) };
  };
  const entries = state.entries.map((entry) => entryOf(entry, labelOf(entry) as Label));
  const { provided, commonName } = state;
  const given = provided && entryOf(provided, labelOf(provided) as Label);
  const text = entries.length === 0 ? "" : formatKeyring({ generation: 1, entries });
  const subject = { countryCode: "DE", city: "MUC", organization: "Acme", organizationalUnit: "IT" };
  return {
    machine: new Machine(clock, tenant, new Secret(text), { days: 800 }),
    order: {
      wanted: {
        subject: { ...subject, commonName },
        isName: (name) => name === commonName,
        days: 800,
        keyBits: 2048,
      },
      provided: given,
      fromKeyring: restores && entries.some(({ certificate }) => certificate.pem === given?.certificate.pem),
      hint: {},
      allowUnheld: new Set([...state.allowUnheld].map((id) => ids.get(id) ?? id)),
      nameOf: (certificate) => `acme-${shortFingerprint(certificate)}`,
    },
  };
}
