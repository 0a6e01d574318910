/** Carries out one step of a rotation. */
import type { Certificate } from "../ca/certificate.ts";
import {
  changeEntry,
  dropEntry,
  isSameCa,
  type Keyring,
  type KeyringEntry,
  noteVerified,
} from "../ca/keyring.ts";
import type { RotationStep } from "../ca/rotation-state.ts";
import { type ListedSlot, matchSlots, recallVerified, type Slot } from "../ca/slots.ts";
import type { Subject } from "../ca/subject.ts";
import { caKeyFile, VERIFICATION_KEY_FILE } from "../openssl/make-certificates.ts";
import { createAndStore, noteOnPlatform, type Procedure, prove } from "./documented-steps.ts";
import { requireNotLastUsable, retire } from "./retire-ca.ts";
import { uploadOrMarkRefused } from "./upload-refused.ts";

/** What a rotation works with; keys are started where a step needs them. */
export interface RotationProcedure extends Procedure {
  /** Size of new keys. */
  readonly bits: number;
  /** Validity of a new CA in days. */
  readonly days: number;
  readonly subjectOf: (commonName: string) => Subject;
  /** The `name` attribute of an upload. */
  readonly nameOf: (certificate: Certificate) => string;
  /** Tries a CA that this run did not make. @throws ActionError `CERTIFICATE_INVALID`, … */
  readonly rehearse: (ca: KeyringEntry) => Promise<unknown>;
}

/**
 * Carries one step out.
 * @param slots as they are before it
 * @returns the slots as they are afterwards
 * @throws ActionError
 */
export async function applyStep(
  work: RotationProcedure,
  step: RotationStep,
  slots: readonly Slot[],
): Promise<readonly Slot[]> {
  const { keyring, platform, context } = work;
  switch (step.step) {
    case "note": {
      await keyring.update((current) =>
        changeEntry(current, step.ca, (entry) => ({
          ...noteVerified(entry, step.slot, platform.clock.agreement()),
          tenant: keyring.tenant,
        })),
      );
      return slots;
    }
    case "retire": {
      const { id } = step.slot;
      await retire(work, {
        id,
        ca: step.ca,
        guard: (seen) => requireSuccessor(work, id, seen),
        clock: platform.clock,
      });
      context.runner.info(`Deleted the CA certificate ${id} (${step.ca.certificate.commonName}).`);
      return slots.filter((slot) => slot.id !== id);
    }
    case "stage": {
      const staged = await stage(work, step);
      return [...slots.filter(({ id }) => id !== staged.id), staged];
    }
  }
}

/**
 * Takes keys that are of no use any more out of the keyring, all by one write: a secret that is nearly full may have no
 * room for what a first write adds to the entries that stay.
 * @throws ActionError
 */
export async function forget(
  { keyring, platform, context }: Pick<RotationProcedure, "keyring" | "platform" | "context">,
  cas: readonly KeyringEntry[],
): Promise<void> {
  if (cas.length === 0) return;
  const drop = (current: Keyring) => {
    platform.clock.require("end");
    return cas.reduce(dropEntry, current);
  };
  await keyring.update(drop, { forget: (entry) => cas.some((ca) => isSameCa(entry, ca)) });
  for (const { certificate } of cas)
    context.runner.info(`Removed the key of ${certificate.commonName} from the keyring.`);
}

/** The documented procedure from where an earlier run left it, beside the CA that is there. */
async function stage(work: RotationProcedure, step: Extract<RotationStep, { step: "stage" }>): Promise<Slot> {
  const { keyring, commandDirectory, keys, bits, days } = work;
  if (step.from === "create") keyring.requireRoom(bits);
  // The two do not depend on each other, nor on the network.
  if (step.from === "create") keys.begin(caKeyFile(commandDirectory));
  keys.begin(VERIFICATION_KEY_FILE);
  const entry =
    step.from === "create"
      ? await createAndStore(work, { subject: work.subjectOf(step.commonName), days })
      : step.ca;
  const uploaded =
    step.from === "resume"
      ? step.slot
      : await uploadOrMarkRefused(work, entry, work.nameOf(entry.certificate));
  const slot = await prove(work, uploaded, entry);
  await noteOnPlatform(work, slot, entry);
  return slot;
}

const NO_SUCCESSOR =
  "Its successor is not usable any more. See both slots with tasks/status, then run again. The next run creates a successor if one is due.";

/** A CA goes only while another one of ours is usable; an expired one is not missed (guarantee 6). */
function requireSuccessor(
  { keyring, platform }: Pick<RotationProcedure, "keyring" | "platform">,
  id: string,
  seen: readonly ListedSlot[],
): void {
  const { entries } = keyring.keyring;
  const slots = recallVerified(seen, entries);
  const held = matchSlots(slots, entries);
  const isOurs = (ca: KeyringEntry | undefined) => ca !== undefined && ca.retiredAt === undefined;
  const counted = slots.filter((slot) => slot.id === id || isOurs(held.get(slot.id)));
  requireNotLastUsable(counted, id, platform.clock.now(), NO_SUCCESSOR);
}
