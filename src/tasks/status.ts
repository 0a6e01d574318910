import { wholeNumber } from "../action/input-texts.ts";
import { field, plainGroup } from "../action/inputs.ts";
import type { Runner } from "../action/runner.ts";
import { advise } from "../ca/advice.ts";
import { isOfTenant } from "../ca/keyring.ts";
import { isEncrypted, isPrivateKey, parsePem } from "../ca/pem.ts";
import { refusedOnes, restoreRefused, tellRefused } from "../ca/refused.ts";
import { unclearSlots } from "../ca/registration-decision.ts";
import { endsWithin, joinKeyring, newestUsable, rotationDueAt, type SlotStatus } from "../ca/slot-status.ts";
import { isUsable, recallVerified, SLOT_LIMIT } from "../ca/slots.ts";
import { MOST_DAYS } from "../ca/time.ts";
import { hasTarget, requireTenant, watchedKeyringInputs } from "../keyring/inputs.ts";
import type { KeyringKeeper } from "../keyring/keeper.ts";
import { emptiedProblem } from "../keyring/text-input.ts";
import { ActionError } from "../messages/errors.ts";
import { connectionInputs } from "../mindconnect/inputs.ts";
import { sayFirstRun, takeKeyring } from "../run/given-keyring.ts";
import { defineTask } from "../run/task.ts";
import { warnOfSkew } from "../run/tools.ts";
import { warnOfAccessEnd } from "./access-end.ts";
import { doubtRemark } from "./refusal.ts";
import { warnOfSilence } from "./removed.ts";
import { renewBeforeField } from "./rotation-inputs.ts";
import { warnOfSchedule } from "./schedule-end.ts";
import { summarizeStatus } from "./summaries.ts";

/** Looks at both slots and changes nothing. */
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

  check({ connection, keyring }, report) {
    requireTenant(keyring, connection?.tenant, undefined, report);
  },

  async run({ connection, keyring: input, limits }, tools) {
    const platform = await tools.connect(connection);
    const entries = input.certificates.filter((entry) => isOfTenant(entry, connection.tenant));
    const keyring = takeKeyring(tools, input, { program: "openssl", tenant: connection.tenant, connection });
    const emptied = emptiedProblem(input.file, input.text);
    if (emptied !== undefined) tools.runner.warning(`keyring-file ${emptied}.`);
    void keyring.check();
    const slots = recallVerified(await platform.caCertificates.list(), entries);
    warnOfSkew({ tools, platform });
    const at = platform.clock.agreement();
    const { now } = at;
    const joined = joinKeyring(slots, entries, now);
    const newest = newestUsable(joined, entries, at);
    const rotationDue = newest === undefined || endsWithin(newest.expiration, limits["renew-before"], now);
    const slotsFree = Math.max(0, SLOT_LIMIT - slots.length);
    const unclear = unclearSlots(slots, entries, at);
    const unclearIds = new Set(unclear.map(({ slot }) => slot.id));
    // Without a keyring nothing is known of keys, wherever it should have come from.
    const keyringKnown = input.text.trim() !== "";

    const { runner } = tools;
    if (slots.some((slot) => isUsable(slot, now))) warnOfMissingKeyring(runner, keyringKnown, keyring.place);
    else sayFirstRun(runner, input.text, keyring.place);
    warnOfSilence(runner, slots);
    await keyring.check().catch(warnOfKeyring(runner));
    if (newest !== undefined) warnOfDue(runner, { newest, rotationDue, keyring, limits });
    const clear = joined.filter(({ slot }) => !unclearIds.has(slot.id));
    const warnings = [
      ...unclear.map((it) => doubtRemark(it, now)),
      ...advise(clear, keyringKnown, now),
      ...refusedOnes({ slots, entries }).map(
        (refused) => `${tellRefused(refused)}. To upload it again, ${restoreRefused(refused)}.`,
      ),
    ];
    for (const warning of warnings) runner.warning(warning);
    warnOfSchedule(runner);
    await summarizeStatus(runner, {
      certificates: joined.map(({ slot }) => ({
        ...slot,
        held: keyringKnown && !unclearIds.has(slot.id) ? slot.held : undefined,
      })),
      slotsFree,
      newest,
      remarks: [
        ...(keyringKnown || hasTarget(input) ? [] : [NO_KEYRING]),
        ...(holdsPlainKey(input.text) ? [PLAIN_KEY] : []),
        ...(newest === undefined ? [withoutUsable(slots.length)] : []),
      ],
    });
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
    throw new ActionError("CA_EXPIRES_SOON", `${what}, and fail-below is ${least}.`);
  },
});

const NO_KEYRING =
  "No keyring came in, so it is not known which private keys are held. Set keyring or keyring-file to see that.";

/** Whether a passphrase is set is not known here: this task opens no key. */
const PLAIN_KEY =
  "The keyring holds a private key that is not encrypted. To encrypt the key of the CA in use, run register with keyring-passphrase.";

function holdsPlainKey(text: string): boolean {
  return parsePem(text).blocks.some(({ label, pem }) => isPrivateKey(label) && !isEncrypted(pem));
}

/** A wrong path, a wrong secret and a lost keyring look the same. */
function warnOfMissingKeyring(runner: Runner, known: boolean, place: string | undefined): void {
  if (known || place === undefined) return;
  runner.warning(
    `The keyring does not exist, or is empty: ${place}. So it is not known which private keys are held. Check the path or the secret. If the keyring is lost, see docs/recovery.md.`,
  );
}

function warnOfDue(
  runner: Runner,
  {
    newest: { id, expiration, daysLeft },
    rotationDue,
    keyring,
    limits,
  }: {
    newest: SlotStatus;
    rotationDue: boolean;
    keyring: KeyringKeeper;
    limits: { readonly "renew-before": number };
  },
): void {
  const renewBefore = limits["renew-before"];
  if (rotationDue)
    runner.warning(
      `A rotation is due: the newest usable CA certificate ${id} has ${daysLeft} days left, and renew-before is ${renewBefore}. Run tasks/rotate with apply: true.`,
    );
  warnOfAccessEnd(runner, keyring, rotationDueAt({ expiration }, renewBefore));
}

/** @param inUse how many slots are */
function withoutUsable(inUse: number): string {
  return inUse === 0
    ? "Next: run register. It creates the first CA."
    : "Next: run register, which verifies or creates a CA. An expired or unverified certificate takes a slot until it is deleted.";
}

/** The look at the slots is what this is about: a secret that could not be written is told of beside it. */
function warnOfKeyring(runner: Runner): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof ActionError)) throw error;
    runner.warning(
      `The next run that writes the keyring will fail (${error.code}). ${error.message} Next: ${error.next}`,
    );
  };
}
