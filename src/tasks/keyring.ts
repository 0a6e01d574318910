/**
 * The task keyring: lists the CAs of every tenant in the keyring, encrypts their keys, copies the keyring,
 * and forgets CAs. The platform is not asked.
 */
import { trueOrFalse } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import type { Keyring, KeyringEntry } from "../ca/keyring-entries.ts";
import { backupInputs, checkRecipients } from "../keyring/backup-inputs.ts";
import { copyProblem, copyTo, holdsCopy, requireFreeTarget } from "../keyring/copy-decision.ts";
import { requireEveryKeyOpens } from "../keyring/encryption-rules.ts";
import { forgetField, requireForgettable, withoutForgotten } from "../keyring/forget-entry.ts";
import { keptKeyringInputs } from "../keyring/keyring-inputs.ts";
import { requireLastingFile } from "../keyring/keyring-rules.ts";
import { opensslInputs } from "../openssl/program.ts";
import { requireWrittenBefore } from "../run/keyring-upkeep.ts";
import { warnOfSkew } from "../run/run-context.ts";
import { defineTask } from "../run/task.ts";
import { listEntries, planOf, summarizeKeyring } from "./keyring-summary.ts";

export const keyring = defineTask({
  name: "keyring",
  description:
    "Look after the keyring: list its CAs, change its passphrase, copy it to another place, and forget CAs that are retired or refused.",
  privateDirectory: true,
  inputs: {
    keyring: keptKeyringInputs,
    changes: plainGroup({
      forget: forgetField,
      apply: field({
        description:
          "true changes the keyring or writes the copy. false only says what would be done. Defaults to true.",
        default: "true",
        parse: trueOrFalse,
      }),
    }),
    backup: backupInputs,
    program: opensslInputs,
  },
  outputs: {
    entries:
      "JSON array with an object for each CA, newest first: tenant, commonName, expiration, fingerprint, platformId, verifiedAt, refusedAt, retiredAt, encrypted. What is not known is null. It shows the copy if this run wrote one.",
    changed: "true: this run wrote the keyring or the copy. Otherwise false.",
    "keyring-backup-path":
      "Path of the encrypted backup of the keyring (CMS in PEM), set as soon as the file exists. Each run leaves one, changed or not. Upload it in a later step with if: always(). Empty with apply: false, or without keyring-backup-certificate.",
  },

  async check({ keyring: input, changes, backup }, report) {
    checkRecipients(backup, input, report);
    const forget = changes?.forget ?? NONE;
    const target = input?.target;
    // A run that copies only reads the source. So the source may lie on a disk that does not last, such as a
    // restored backup.
    if (target === undefined) requireLastingFile(input, false, report);
    requireLastingFile(target, false, report, "keyring-target-file");
    if (input === undefined) return;
    if (forget.size > 0) requireForgettable(forget, input, report);
    // The passphrase of a CA that is forgotten may be lost, so its key may stay closed.
    const staysClosed = input.passphrases.first === undefined ? () => true : isForgotten(forget);
    if (!(await input.openMore(staysClosed)) || target === undefined) return;
    const problem = copyProblem(input.keyring, target.keyring, input.passphrases);
    if (problem !== undefined) report("keyring-target-file", problem.message, problem.code);
  },

  async run({ keyring: input, changes, backup, program }, context) {
    const { passphrases } = input;
    const forget = changes.forget ?? NONE;
    const options = { program: program["openssl-path"], tenant: undefined, connection: undefined };
    const source =
      input.target === undefined
        ? context.keyring(input, { ...options, backup })
        : context.keyring(input, { ...options, fileInput: undefined });
    const target =
      input.target && context.keyring(input.target, { ...options, backup, fileInput: "keyring-target-file" });
    await source.check();
    if (target !== undefined) await requireFreeTarget(target, input.target?.secret?.address);
    warnOfSkew(context.runner, context.clock);
    context.clock.require("make");
    requireWrittenBefore(context, source.keyring);

    const plan = planOf(source, {
      passphrases,
      isForgotten: isForgotten(forget),
      target,
      isCopied: target !== undefined && holdsCopy(source.keyring, target.keyring, passphrases),
    });
    const changed = changes.apply && plan.steps.length > 0;
    if (changed && target !== undefined) {
      await source.requireUnchanged();
      await copyTo(target, source.keyring, passphrases);
    } else if (changed) {
      const change = (current: Keyring) => {
        const kept = withoutForgotten(current, forget);
        requireEveryKeyOpens(kept, passphrases);
        return kept;
      };
      await source.update(change, { forget: isForgotten(forget) });
    }
    if (changes.apply) await (target ?? source).leaveBackup();
    const shown = changed && target !== undefined ? target : source;
    if (target === undefined) source.remarkPlainKeys();
    await summarizeKeyring(context.runner, { ...plan, entries: shown.keyring.entries, changed });
    return {
      entries: JSON.stringify(listEntries(shown.keyring)),
      changed: String(changed),
      "keyring-backup-path": context.backupPath,
    };
  },
});

const NONE: ReadonlySet<string> = new Set();

function isForgotten(forget: ReadonlySet<string>): (entry: KeyringEntry) => boolean {
  return ({ certificate }) => forget.has(certificate.fingerprint);
}
