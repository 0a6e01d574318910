/** The task status: looks at both slots and changes nothing. */
import { wholeNumber } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";

import { isOfTenant, type KeyringEntry } from "../ca/keyring-entries.ts";

import { isEncrypted, isPrivateKey, parsePem } from "../ca/pem.ts";
import { describeRefusal, refusedEntries, restoreAdvice } from "../ca/refused-cas.ts";
import { ambiguousMatches } from "../ca/registration-decision.ts";
import { describeRemoved, removedEntries } from "../ca/removed-cas.ts";
import {
  advise,
  endsWithin,
  joinKeyring,
  newestUsable,
  rotationDueAt,
  type SlotStatus,
} from "../ca/slot-status.ts";
import { isUsable, recallVerified, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { MOST_DAYS } from "../ca/time.ts";
import { type KeyringInput, watchedKeyringInputs } from "../keyring/keyring-inputs.ts";
import { hasTarget, requireTenant } from "../keyring/keyring-rules.ts";
import { emptiedProblem } from "../keyring/read-keyring-input.ts";
import { ActionError } from "../messages/errors.ts";
import { connectionInputs } from "../mindconnect/connection-inputs.ts";
import { sayFirstRun } from "../run/keyring-upkeep.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { renewBeforeField } from "./certificate-inputs.ts";
import { describeDoubt } from "./refusal-messages.ts";
import { warnOfTokenEnd, warnOfUnstatedVerification } from "./warnings.ts";

export const status = defineTask({
  name: "status",
  description:
    "Show both CA certificate slots of an Insights Hub environment, the days left and whether a rotation is due.",
  privateDirectory: false,
  inputs: {
    connection: connectionInputs,
    keyring: watchedKeyringInputs,
    limits: plainGroup({
      "renew-before": renewBeforeField,
      "fail-below": field({
        description:
          "Fewest days that the newest usable CA may have left. With fewer, or without a usable CA, the step fails. Without this input it never fails for that reason.",
        parse: wholeNumber(1, MOST_DAYS),
      }),
    }),
  },
  outputs: {
    certificates:
      "JSON array with an object for each slot in use: id, name, commonName, expiration, isVerified, daysLeft, held, lifeUsed (in percent, null if not held).",
    "slots-free": "Number of free slots.",
    "certificate-id": "Id of the newest usable CA certificate. Empty if no CA is usable.",
    expiration:
      "When the newest usable CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
    "days-left": "Whole days until the newest usable CA certificate expires. Empty if no CA is usable.",
    "rotation-due":
      "true if the newest usable CA has fewer days left than renew-before, or if no CA is usable. Otherwise false.",
  },

  async check({ connection, keyring }, report) {
    await requireTenant(keyring, connection?.tenant, undefined, report);
  },

  async run({ connection, keyring: input, limits }, context) {
    const platform = await context.connect(connection);
    const entries = input.certificates.filter((entry) => isOfTenant(entry, connection.tenant));
    const { tenant } = connection;
    const keyring = context.keyring(input, { program: "openssl", tenant, connection });
    const emptied = emptiedProblem(input.file, input.text);
    if (emptied !== undefined) context.runner.warning(`keyring-file ${emptied}.`);
    void keyring.check();
    const slots = recallVerified(await platform.caCertificates.list(), entries);
    warnOfSkew(context.runner, platform.clock);
    const at = platform.clock.agreement();
    const { now } = at;
    const joined = joinKeyring(slots, entries, now);
    const newest = newestUsable(joined, entries, at);
    const renewBefore = limits["renew-before"];
    const rotationDue = newest === undefined || endsWithin(newest.expiration, renewBefore, now);
    const slotsFree = Math.max(0, SLOT_LIMIT - slots.length);
    const doubtful = ambiguousMatches(slots, entries, at);
    const doubtfulIds = new Set(doubtful.map(({ slot }) => slot.id));
    // Without the text of a keyring nothing is known of keys, whatever place the inputs name.
    const keyringKnown = input.text.trim() !== "";

    const { runner } = context;
    if (!slots.some((slot) => isUsable(slot, now))) sayFirstRun(runner, input.text, keyring.location);
    else if (!keyringKnown && keyring.location !== undefined)
      // A wrong path, a wrong secret and a lost keyring look the same.
      runner.warning(
        `The keyring does not exist, or is empty: ${keyring.location}. So it is not known which private keys are held. Check the path or the secret. If the keyring is lost, see docs/recovery.md.`,
      );
    warnOfUnstatedVerification(runner, slots);
    await keyring.check().catch(warnOfKeyring(runner));
    if (newest !== undefined) {
      const { id, expiration, daysLeft } = newest;
      if (rotationDue)
        runner.warning(
          `A rotation is due: the newest usable CA certificate ${id} has ${daysLeft} days left, and renew-before is ${renewBefore}. Run tasks/rotate with apply: true.`,
        );
      warnOfTokenEnd(runner, keyring, rotationDueAt({ expiration }, renewBefore));
    }
    // While a CA is usable, perhaps no agent needs a CA that is gone from the platform.
    const noneUsable = newest === undefined && doubtful.length === 0;
    const removed = noneUsable ? removedEntries(joined, entries, now) : [];
    const clear = joined.filter(({ slot }) => !doubtfulIds.has(slot.id));
    const warnings = [
      ...removed.map(removedWarning),
      ...doubtful.map((it) => describeDoubt(it, now)),
      ...advise(clear, keyringKnown, now),
      ...refusedEntries(slots, entries).map(
        (refused) => `${describeRefusal(refused)}. To upload it again, ${restoreAdvice(refused)}.`,
      ),
    ];
    for (const warning of warnings) runner.warning(warning);
    const rows = joined.map(({ slot }) => ({
      ...slot,
      held: keyringKnown && !doubtfulIds.has(slot.id) ? slot.held : undefined,
    }));
    const remarks = [...remarksOn(input), ...nextSteps(newest, slots, removed)];
    await summarizeStatus(runner, rows, slotsFree, newest, remarks);
    return {
      certificates: JSON.stringify(joined.map(({ slot }) => slot)),
      "slots-free": String(slotsFree),
      "certificate-id": newest?.id ?? "",
      expiration: newest?.expiration ?? "",
      "days-left": newest === undefined ? "" : String(newest.daysLeft),
      "rotation-due": String(rotationDue),
    };
  },

  verdict({ limits }, outputs) {
    const least = limits["fail-below"];
    const { "certificate-id": id, "days-left": left, expiration } = outputs;
    if (least === undefined || (id !== "" && Number(left) >= least)) return;
    const what =
      id === ""
        ? "No usable CA certificate is on the platform"
        : `The newest usable CA certificate ${id} has ${left} days left (it expires ${expiration})`;
    const message = `${what}, and fail-below is ${least}.`;
    throw new ActionError("CA_EXPIRES_SOON", message, id === "" ? { next: WITHOUT_USABLE } : {});
  },
});

const WITHOUT_USABLE =
  "If the warnings of this run name a CA that was removed, see docs/recovery.md first. Otherwise run register, which verifies or creates a CA.";

const NO_KEYRING =
  "No keyring came in, so it is not known which private keys are held. Set keyring or keyring-file to see that.";

/** This task takes no passphrase, so it is not known whether one is set. */
const PLAIN_KEY =
  "The keyring holds a private key that is not encrypted. To encrypt the key of the CA in use, run register with keyring-passphrase.";

function removedWarning(entry: KeyringEntry): string {
  return `${describeRemoved(entry)} register and tasks/rotate create a new CA and do not upload it again. To upload it again, ${restoreAdvice(entry)}. See docs/recovery.md.`;
}

/** @returns what to do while no CA is usable; nothing while one is */
function nextSteps(
  newest: SlotStatus | undefined,
  slots: readonly Slot[],
  removed: readonly KeyringEntry[],
): string[] {
  if (newest !== undefined) return [];
  if (removed.length > 0) return [NEXT_WITH_REMOVED];
  return [slots.length === 0 ? NEXT_WITHOUT_CA : NEXT_WITHOUT_USABLE];
}

/** @returns what the summary says of the keyring, a sentence or two each */
function remarksOn(input: KeyringInput): string[] {
  const isKnown = input.text.trim() !== "" || hasTarget(input);
  const holdsPlainKey = parsePem(input.text).blocks.some(
    ({ label, pem }) => isPrivateKey(label) && !isEncrypted(pem),
  );
  return [...(isKnown ? [] : [NO_KEYRING]), ...(holdsPlainKey ? [PLAIN_KEY] : [])];
}

/** The task only looks at the slots, so a keyring that could not be written is a warning. */
function warnOfKeyring(runner: Runner): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof ActionError)) throw error;
    runner.warning(
      `The next run that writes the keyring will fail (${error.code}). ${error.message} Next: ${error.next}`,
    );
  };
}

/** A slot as the table and the log show it. */
interface SlotRow extends Omit<SlotStatus, "held"> {
  /** Whether its key is in the keyring; undefined where that is not known. */
  readonly held: boolean | undefined;
}

const NEXT_WITH_REMOVED =
  "Next: if the CA that was removed shall come back, run register with restore, as the warning says. Without restore, register creates a new CA.";
const NEXT_WITHOUT_CA = "Next: run register. It creates the first CA.";
const NEXT_WITHOUT_USABLE =
  "Next: run register, which verifies or creates a CA. An expired or unverified certificate takes a slot until it is deleted.";

const COLUMNS = [
  "Id",
  "Name",
  "Common name",
  "Expires (UTC)",
  "Days left",
  "Life used (%)",
  "Verified",
  "Key in the keyring",
];

/**
 * Shows both slots on the job's page and in the log, with the newest usable one.
 * @param remarks of the keyring, and what to do next: a sentence or two each
 */
async function summarizeStatus(
  runner: Runner,
  slots: readonly SlotRow[],
  slotsFree: number,
  newest: SlotStatus | undefined,
  remarks: readonly string[],
): Promise<void> {
  const rows = slots.map((slot) => [
    slot.id,
    slot.name,
    slot.commonName,
    slot.expiration,
    String(slot.daysLeft),
    slot.lifeUsed === null ? "not known" : String(slot.lifeUsed),
    slot.isVerified ? "yes" : "no",
    slot.held === undefined ? "not known" : slot.held ? "yes" : "no",
  ]);
  runner.group(`CA certificate slots: ${slots.length} in use, ${slotsFree} free`, slots.map(describeSlotRow));
  const newestLine =
    newest === undefined
      ? "No CA certificate is usable, so no agent can be onboarded."
      : `Newest usable CA certificate: ${newest.id}, expires ${newest.expiration}, ${newest.daysLeft} days left.`;
  runner.notice(newestLine);
  const table = rows.length === 0 ? "Both slots are free." : markdownTable(COLUMNS, rows);
  const lines = [newestLine, ...remarks].map(escapeMarkdown).join("\n\n");
  await runner.summary(`### CA certificate slots: ${slotsFree} free\n\n${table}\n\n${lines}\n`);
}

/** @returns a line of the log. It has no table head above it, so it names what it shows */
function describeSlotRow({ id, name, commonName, expiration, daysLeft, isVerified, held }: SlotRow): string {
  const end = daysLeft < 0 ? `expired ${expiration}` : `expires ${expiration} (${daysLeft} days left)`;
  const key = held === undefined ? "not known whether the key is held" : held ? "key held" : "key not held";
  return `${id} "${name}", common name "${commonName}", ${end}, ${isVerified ? "verified" : "not verified"}, ${key}`;
}
