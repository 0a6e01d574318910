import { ActionError } from "../ca/errors.ts";
import { matchSlots, recallVerified, SLOT_LIMIT } from "../ca/slots.ts";
import { newestUsable, slotStatus } from "../ca/status.ts";
import { field, plainGroup } from "../github/inputs.ts";
import { connectionInputs } from "./inputs/connection.ts";
import { keyringInputs } from "./inputs/keyring.ts";
import { wholeNumber } from "./inputs/texts.ts";
import { summarizeStatus } from "./summaries.ts";
import { defineTask } from "./task.ts";

const MOST_DAYS = 36_500;

/** Looks at both slots and changes nothing. */
export const status = defineTask({
  name: "status",
  description:
    "Show both CA certificate slots of an Insights Hub environment: verified or not, held or not, days left.",
  privateDirectory: false,
  inputs: {
    connection: connectionInputs,
    keyring: keyringInputs,
    limits: plainGroup({
      "renew-before": field({
        description: "Days before the end of the newest usable CA from which a rotation is due.",
        default: "395",
        parse: wholeNumber(1, MOST_DAYS),
      }),
      "fail-below": field({
        description:
          "Fail the step where the newest usable CA has fewer days left than this, or there is none.",
        parse: wholeNumber(1, MOST_DAYS),
      }),
    }),
  },
  outputs: {
    certificates: "JSON array of the slots: id, name, commonName, expiration, isVerified, daysLeft, held.",
    "slots-free": "Number of free slots.",
    "certificate-id": "Id of the newest usable CA certificate; empty where there is none.",
    expiration: "When that one expires, as the platform writes it.",
    "days-left": "Whole days until then; empty where there is none.",
    "rotation-due":
      "true where the newest usable CA has fewer days left than renew-before, or none is usable.",
  },

  async run({ connection, keyring: input, limits }, tools) {
    const platform = await tools.connect(connection);
    const { keyring } = tools.keyring(input, "openssl");
    const slots = recallVerified(await platform.caCertificates.list(), keyring.entries);
    const now = platform.clock.now();
    const held = matchSlots(slots, keyring.entries);
    const certificates = slots.map((slot) => slotStatus(slot, held.has(slot.id), now));
    const newest = newestUsable(certificates, now);
    const rotationDue = newest === undefined || newest.daysLeft < limits["renew-before"];
    const slotsFree = Math.max(0, SLOT_LIMIT - slots.length);

    await summarizeStatus(tools.runner, { certificates, slotsFree, newest, rotationDue });
    return {
      certificates: JSON.stringify(certificates),
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
        : `The newest usable CA certificate ${id} has ${left} days left (${expiration})`;
    throw new ActionError("CA_EXPIRES_SOON", `${what}; fail-below is ${least}.`);
  },
});
