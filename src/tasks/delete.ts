/** The task delete: deletes one CA certificate by its id. Only another upload of the same certificate undoes that. */
import { trueOrFalse } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { type ListedSlot, matchSlots, recallVerified } from "../ca/slots.ts";
import { isLoopback } from "../http/proxy.ts";
import { existingKeyringInputs } from "../keyring/keyring-inputs.ts";
import { requireLastingFile, requireTenant } from "../keyring/keyring-rules.ts";
import { ActionError } from "../messages/errors.ts";
import { printableId } from "../messages/printable.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { certificateIdInputs } from "../mindconnect/id-inputs.ts";
import { opensslInputs } from "../openssl/program.ts";
import { encryptPlainKeys } from "../run/keyring-upkeep.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { type Deletion, deletionOf } from "./delete-guards.ts";
import { noteOnPlatform } from "./documented-steps.ts";
import { requireNotLastUsable, retire } from "./retire-ca.ts";
import { slotRows, summarizeStep } from "./summary-parts.ts";

export const deleteCertificate = defineTask({
  name: "delete",
  description:
    "Delete one CA certificate of an Insights Hub environment. Guards protect the agents from being cut off.",
  privateDirectory: true,
  inputs: {
    connection: connectionInputs,
    id: certificateIdInputs,
    guards: plainGroup({
      "allow-last": field({
        description:
          "Set to true to delete the certificate even if it is the last usable CA. Defaults to false.",
        default: "false",
        parse: trueOrFalse,
      }),
      "allow-held": field({
        description:
          "Set to true to delete the certificate even if the keyring holds its key. The task first marks the CA as retired in the keyring. Defaults to false.",
        default: "false",
        parse: trueOrFalse,
      }),
    }),
    keyring: existingKeyringInputs,
    program: opensslInputs,
  },
  outputs: {
    deleted: "true: this run deleted the certificate, or an earlier run did and the keyring remembers it.",
  },

  async check({ connection, keyring }, report) {
    requireLastingFile(keyring, connection && isLoopback(connection.gateway), report);
    await requireTenant(keyring, connection?.tenant, undefined, report);
  },

  async run({ connection, id, guards, keyring: input, program }, context) {
    context.startDeadline(connection.timeout);
    const { tenant } = connection;
    const keyring = context.keyring(input, { program: program["openssl-path"], tenant, connection });
    void keyring.check();
    const platform = await context.connect(connection);
    const wanted = id["certificate-id"];
    const { entries } = keyring.keyring;
    // An old keyring does not show that a certificate is held. The check takes time, so the slots are listed
    // after it. The task decides on the slots as they are right before the DELETE (guarantee 6).
    await keyring.check();
    const listed = await platform.caCertificates.list();
    const slot = listed.find(({ id }) => id === wanted);
    if (slot === undefined) {
      requireDeletedBefore(wanted, entries);
      await encryptPlainKeys(context.runner, keyring, { write: false });
      context.runner.notice(`An earlier run deleted the CA certificate ${wanted}.`);
      await summarizeStep(context.runner, "CA certificate deleted by an earlier run", [["Id", wanted]]);
      return { deleted: "true" };
    }
    warnOfSkew(context.runner, platform.clock);
    const deletion = deletionOf(wanted, {
      slots: recallVerified(listed, entries),
      entries,
      now: platform.clock.now(),
    });
    const { ca, held } = deletion;
    if (!guards["allow-held"]) requireNotHeld(wanted, deletion);
    // A compromised CA must go, so with allow-last no clock is asked.
    const clock = guards["allow-last"] ? undefined : platform.clock;
    const guard = (slots: readonly ListedSlot[]) => {
      if (clock === undefined) return;
      clock.require("end");
      requireNotLastUsable(recallVerified(slots, entries), wanted, clock.now());
    };
    guard(listed);

    const matched = matchSlots(listed, entries);
    const copy = held && listed.find(({ id }) => id !== wanted && matched.get(id) === held);
    if (held === undefined) {
      await platform.caCertificates.remove(wanted, guard);
    } else if (copy === undefined) {
      await retire({ context, platform, keyring }, { id: wanted, ca: held, guard, clock });
    } else {
      // The other slot has the same certificate. The CA stays, so it is not marked; only its id may change.
      await platform.caCertificates.remove(wanted, guard);
      const [stays] = recallVerified([copy], entries);
      if (stays?.isVerified === true) await noteOnPlatform({ context, platform, keyring }, stays, held);
    }
    await encryptPlainKeys(context.runner, keyring, { write: false });
    context.runner.notice(`Deleted the CA certificate ${wanted}.`);
    context.runner.info(
      "The platform does not document whether agents that were onboarded with it stay connected.",
    );
    const kept = copy === undefined ? ", marked retired" : ". The other slot holds the same certificate";
    await summarizeStep(context.runner, "CA certificate deleted", [
      ...slotRows(slot),
      [
        "Private key",
        ca === undefined ? "not in the keyring" : `kept in ${keyring.location ?? "the keyring"}${kept}`,
      ],
    ]);
    return { deleted: "true" };
  },
});

/**
 * A CA that is gone and is marked retired was deleted by an earlier run (guarantee 4).
 * @throws ActionError `CA_NOT_FOUND` for any other id that is not listed
 */
function requireDeletedBefore(id: string, entries: readonly KeyringEntry[]): void {
  if (entries.some(({ platformId, retiredAt }) => platformId === id && retiredAt !== undefined)) return;
  throw new ActionError("CA_NOT_FOUND", `The platform has no CA certificate ${printableId(id)}.`);
}

/**
 * Names every input that the deletion needs in one message.
 * @throws ActionError `CA_HELD`
 */
function requireNotHeld(id: string, { held, last, flags }: Deletion): void {
  if (held === undefined) return;
  const key = `The key of ${id} (${held.certificate.commonName}) is in the keyring`;
  const message = last ? `${key}, and it is the last usable CA certificate.` : `${key}.`;
  const first = last ? "Register or rotate first. If it has to go without a successor" : "If it has to go";
  throw new ActionError("CA_HELD", message, {
    next: `${first}, set ${flags.join(" and ")}. The CA is marked retired in the keyring first.`,
  });
}
