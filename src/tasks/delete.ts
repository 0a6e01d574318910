import { ActionError, type ErrorCode } from "../ca/errors.ts";
import { changeEntry, type KeyringEntry } from "../ca/keyring.ts";
import { isUsable, type ListedSlot, matchSlots, recallVerified, type Slot } from "../ca/slots.ts";
import { field, plainGroup } from "../github/inputs.ts";
import { opensslInputs } from "./inputs/certificate.ts";
import { connectionInputs, isLoopback } from "./inputs/connection.ts";
import { certificateIdInputs } from "./inputs/identifiers.ts";
import { keyringInputs, requireLastingFile } from "./inputs/keyring.ts";
import { trueOrFalse } from "./inputs/texts.ts";
import type { Procedure } from "./procedure.ts";
import { defineTask } from "./task.ts";

/** Deletes one CA certificate named by its id, guarded: there is no way back but an upload of the same certificate. */
export const deleteCertificate = defineTask({
  name: "delete",
  description:
    "Delete one CA certificate of an Insights Hub environment, guarded against cutting off agents.",
  privateDirectory: true,
  inputs: {
    connection: connectionInputs,
    id: certificateIdInputs,
    guards: plainGroup({
      "allow-last": field({
        description: "true: delete it even if it is the last usable CA certificate.",
        default: "false",
        parse: trueOrFalse,
      }),
      "allow-held": field({
        description: "true: delete it even if its key is in the keyring; it is marked retired there first.",
        default: "false",
        parse: trueOrFalse,
      }),
    }),
    keyring: keyringInputs,
    program: opensslInputs,
  },
  outputs: {
    deleted: "true where the certificate was deleted.",
  },

  check({ connection, keyring }, report) {
    requireLastingFile(keyring, connection !== undefined && isLoopback(connection.gateway), report);
  },

  async run({ connection, id, guards, keyring: input, program }, tools) {
    const keyring = tools.keyring(input, program["openssl-path"]);
    void keyring.check();
    const platform = await tools.connect(connection);
    const wanted = id["certificate-id"];
    const { entries } = keyring.keyring;
    const listed = await platform.caCertificates.list();
    // An old keyring would not know that a certificate is held.
    await keyring.check();
    if (!listed.some((slot) => slot.id === wanted)) {
      throw new ActionError("CA_NOT_FOUND", `There is no CA certificate ${wanted}.`);
    }
    const entry = matchSlots(listed, entries).get(wanted);
    requireAllowedHeld(wanted, entry, guards["allow-held"]);
    const guard = (slots: readonly ListedSlot[]) => {
      if (!guards["allow-last"])
        refuseLastUsable(recallVerified(slots, entries), wanted, platform.clock.now());
    };
    guard(listed);

    await platform.caCertificates.requireTokenForChange();
    const remove = () => platform.caCertificates.remove(wanted, guard);
    if (entry === undefined || entry.retiredAt !== undefined) await remove();
    else {
      await retire({ tools, platform, keyring }, entry, async () => {
        // Writing took its time: another run may have changed the slots (guarantee 6).
        guard(await platform.caCertificates.list());
        await remove();
      });
    }
    tools.runner.notice(`CA certificate deleted: ${wanted}.`);
    tools.runner.info(
      "Whether agents that were onboarded before stay connected is not documented by the platform.",
    );
    return { deleted: "true" };
  },
});

/** Refusals after which the certificate is surely still there. */
const NOTHING_DELETED: ReadonlySet<ErrorCode> = new Set([
  "CA_LAST_USABLE",
  "TOKEN_EXPIRING",
  "TOKEN_REFUSED",
  "ACCESS_DENIED",
  "PLATFORM_REFUSED",
]);

/** Marks an entry retired before its certificate goes (guarantee 4), and takes the mark back where it surely did not go. */
async function retire(
  { tools, platform, keyring }: Pick<Procedure, "tools" | "platform" | "keyring">,
  entry: KeyringEntry,
  remove: () => Promise<void>,
): Promise<void> {
  const { commonName } = entry.certificate;
  if (keyring.place === undefined) {
    throw new ActionError(
      "KEYRING_TARGET_MISSING",
      `${commonName} must be marked retired in the keyring first.`,
      {
        next: "Pass the keyring as keyring-file, or with keyring-secret, so that it can be written.",
      },
    );
  }
  const retiredAt = new Date(platform.clock.now()).toISOString();
  await keyring.update((current) => changeEntry(current, entry, (held) => ({ ...held, retiredAt })));
  tools.runner.info(`${commonName} is marked retired in ${keyring.place}.`);
  try {
    await remove();
  } catch (error) {
    if (error instanceof ActionError && NOTHING_DELETED.has(error.code)) {
      await keyring.update((current) => changeEntry(current, entry, () => entry));
      tools.runner.info(`${commonName} was not deleted and is no longer marked retired.`);
    } else tools.runner.warning(`${commonName} is marked retired, but may still be there: run delete again.`);
    throw error;
  }
}

function requireAllowedHeld(id: string, entry: KeyringEntry | undefined, allowed: boolean): void {
  if (entry === undefined || entry.retiredAt !== undefined || allowed) return;
  throw new ActionError("CA_HELD", `The key of ${id} (${entry.certificate.commonName}) is in the keyring.`);
}

function refuseLastUsable(slots: readonly Slot[], id: string, now: number): void {
  const [last, ...others] = slots.filter((slot) => isUsable(slot, now));
  if (last?.id !== id || others.length > 0) return;
  throw new ActionError(
    "CA_LAST_USABLE",
    `${id} ("${last.name}", expires ${last.expiration}) is the last usable one.`,
  );
}
