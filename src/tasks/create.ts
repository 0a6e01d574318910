/** The task create: makes a CA key and its self-signed certificate. The platform is not asked. */
import { rm } from "node:fs/promises";
import { reportUnfitDirectory } from "../action/input-parsers.ts";
import { makeDirectory } from "../action/private-directory.ts";
import {
  backupInputs,
  backupOutput,
  checkRecipients,
  requireBackupTarget,
} from "../keyring/backup-inputs.ts";
import { keyringInputs } from "../keyring/keyring-inputs.ts";
import { hasTarget, requireLastingFile, requireRoom, requireTenant } from "../keyring/keyring-rules.ts";
import { environmentInputs } from "../mindconnect/connection-inputs.ts";
import { KeyMaking } from "../openssl/key-making.ts";
import { type CaPair, caKeyFile, createCa } from "../openssl/make-certificates.ts";
import { opensslInputs } from "../openssl/program.ts";
import { encryptPlainKeys, requireWrittenBefore, sayFirstRun } from "../run/keyring-upkeep.ts";
import type { RunContext } from "../run/run-context.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { caInputs, directoryInputs, subjectInputs, subjectOf } from "./certificate-inputs.ts";
import { storeEntry } from "./documented-steps.ts";
import { summarizeStep } from "./summary-parts.ts";

export const create = defineTask({
  name: "create",
  description:
    "Create the private key and the self-signed CA certificate of an Insights Hub environment with OpenSSL.",
  privateDirectory: true,
  inputs: {
    environment: environmentInputs,
    subject: subjectInputs,
    validity: caInputs,
    place: directoryInputs,
    keyring: keyringInputs,
    backup: backupInputs,
    program: opensslInputs,
  },
  outputs: {
    "certificate-path": "Path of the CA certificate (PEM).",
    "private-key-path":
      "Path of the CA's private key (PEM) in directory. Empty if only the keyring keeps the key.",
    "common-name": "Common name of the CA certificate.",
    expiration: "When the CA certificate expires, for example 2031-05-30T09:22:55.000Z.",
    fingerprint: "SHA-256 fingerprint of the CA certificate.",
    "serial-number": "Serial number of the CA certificate in hexadecimal.",
    ...backupOutput,
  },

  async check({ environment, place, keyring, backup, validity }, report) {
    checkRecipients(backup, keyring, report);
    requireBackupTarget(backup, keyring, report);
    requireLastingFile(keyring, false, report);
    const isUsable = await requireTenant(keyring, environment?.tenant, undefined, report);
    if (isUsable && keyring !== undefined && validity !== undefined)
      requireRoom(keyring, validity["key-bits"], report);
    if (place === undefined) return;
    reportUnfitDirectory(place.directory, report, environment && fileNames(environment.tenant));
    if (keyring !== undefined && !hasTarget(keyring) && place.directory === undefined) {
      report(
        "directory",
        "is missing, and so are keyring-secret and keyring-file. The CA key would have no place. Give one of them, for example directory: /srv/mindconnect/ca",
        "KEYRING_TARGET_MISSING",
      );
    }
  },

  start({ environment, validity, place, keyring, program }, context) {
    makeDirectory(place.directory);
    const commandDirectory = context.commandDirectory(program["openssl-path"], environment.tenant);
    const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
    // Whether a secret can be written is known only after GitHub was asked: no key is made before (guarantee 3).
    if (keyring.secret !== undefined) return { commandDirectory, keys };
    void commandDirectory.openssl.version();
    keys.begin(caKeyFile(commandDirectory));
    return { commandDirectory, keys };
  },

  async run(
    { environment, subject, validity, place, keyring: input, backup, program },
    context,
    { commandDirectory, keys },
  ) {
    const { tenant } = environment;
    const keyring = context.keyring(input, {
      program: program["openssl-path"],
      tenant,
      connection: undefined,
      backup,
    });
    await keyring.check();
    sayFirstRun(context.runner, input.text, keyring.location);
    warnOfSkew(context.runner, context.clock);
    context.clock.require("make");
    requireWrittenBefore(context, keyring.keyring);
    context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
    const ca = await createCa(commandDirectory, {
      subject: subjectOf(subject, subject["common-name"] ?? tenant),
      days: validity.days,
      keys,
      now: () => context.clock.require("make"),
    });
    context.runner.mask(ca.privateKey);
    context.showCommands("Create the CA key and the CA certificate");
    const { certificate, privateKey } = ca;
    const { keyPath, certificatePath } = await placeBoth(
      context,
      place.directory,
      { ...ca, tenant },
      async () => {
        await storeEntry(
          { context, clock: context.clock, keyring },
          { certificate, privateKey, tenant, notes: [] },
        );
        // A later step uploads the certificate. The outputs name it only if its key is still in the keyring.
        await keyring.requireUnchanged();
      },
    );
    await encryptPlainKeys(context.runner, keyring, { write: false });
    context.runner.notice(
      `Created the CA certificate ${certificate.commonName}. It expires ${certificate.expiration}.`,
    );
    await summarizeStep(context.runner, "CA certificate created", [
      ["Common name", certificate.commonName],
      ["Expires (UTC)", certificate.expiration],
      ["SHA-256 fingerprint", certificate.fingerprint],
      ["Certificate file", certificatePath],
      [
        "Private key kept in",
        [keyPath, keyring.location ?? ""].filter((place) => place !== "").join(" and in "),
      ],
    ]);
    return {
      "certificate-path": certificatePath,
      "private-key-path": keyPath,
      "common-name": certificate.commonName,
      expiration: certificate.expiration,
      fingerprint: certificate.fingerprint,
      "serial-number": certificate.serialNumber,
      "keyring-backup-path": context.backupPath,
    };
  },
});

/**
 * Writes the files of a CA, and then puts its key into the keyring. The CA is not on the platform yet, so a
 * failure may remove all of it. The key goes into the keyring last: a full disk must not add a useless key
 * with each run. A failure removes the files, which would be in the way of the next run.
 * @param directory the user's; undefined where the keyring alone keeps the key
 * @param store puts the key into the keyring
 * @returns the paths; the key's is empty without a directory
 * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`, and what `store` throws
 */
async function placeBoth(
  context: Pick<RunContext, "writeResult">,
  directory: string | undefined,
  { certificate, privateKey, tenant }: CaPair & { readonly tenant: string },
  store: () => Promise<void>,
): Promise<{ keyPath: string; certificatePath: string }> {
  const [keyFile, certificateFile] = fileNames(tenant);
  const placed: string[] = [];
  const put = async (name: string, text: string): Promise<string> => {
    const path = await context.writeResult(name, text, directory);
    placed.push(path);
    return path;
  };
  try {
    const keyPath = directory === undefined ? "" : await put(keyFile, privateKey);
    const certificatePath = await put(certificateFile, certificate.pem);
    await store();
    return { keyPath, certificatePath };
  } catch (error) {
    await Promise.all(placed.map((path) => rm(path, { force: true })));
    throw error;
  }
}

/** @returns the file names of the vendor's page: `$TENANT.key` and `$TENANT.pem` */
function fileNames(tenant: string): [key: string, certificate: string] {
  return [`${tenant}.key`, `${tenant}.pem`];
}
