// What a run says of the encrypted backup of the keyring.
import { escapeMarkdown } from "../action/markdown.ts";
import { type Runner, reasonOf } from "../action/runner.ts";
import type { Certificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import { printableName } from "../messages/printable.ts";

const UPLOAD =
  "Upload it in a later step with if: always(), for example with actions/upload-artifact. The runner deletes it after the job.";

/** Says where the backup lies, and what to do with it. */
export function showBackup(
  runner: Pick<Runner, "notice">,
  path: string,
  recipients: readonly Certificate[],
): void {
  const names = recipients.map(({ commonName }) => printableName(commonName)).join(", ");
  runner.notice(
    `Wrote the encrypted backup of the keyring: ${path}. It can be opened by: ${names}. ${UPLOAD}`,
  );
}

/** @returns the text of {@link showBackup} for the job's page; empty where there is no backup */
export function backupSummary(path: string): string {
  return path === "" ? "" : `\n**Backup of the keyring**: ${escapeMarkdown(`${path}. ${UPLOAD}`)}\n`;
}

/** @returns the error of a backup whose file could not be written. An error of OpenSSL stays as it is */
export function asBackupError(error: unknown): ActionError {
  if (error instanceof ActionError && error.code !== "FILE_FAILED") return error;
  const reason =
    error instanceof ActionError ? error.message : `A file for it could not be written (${reasonOf(error)}).`;
  return new ActionError(
    "FILE_FAILED",
    `The encrypted backup of the keyring could not be written. ${reason}`,
    {
      cause: error,
      next: "Check the temporary folder of the runner (RUNNER_TEMP), its rights and its free space. Then run again. This run stopped before the write of the keyring that the backup was for.",
    },
  );
}

/** Once a recipient's certificate has expired, runs are refused. The warning begins this many days before. */
const WARN_DAYS = 60;
const DAY_MS = 86_400_000;

/** Warns of recipients whose certificate expires within 60 days. */
export function warnOfExpiringRecipients(
  runner: Pick<Runner, "warning">,
  recipients: readonly Certificate[],
): void {
  for (const { commonName, notAfter, expiration } of recipients) {
    if (notAfter > Date.now() + WARN_DAYS * DAY_MS) continue;
    runner.warning(
      `The certificate ${printableName(commonName)} of keyring-backup-certificate expires ${expiration}. From then on, runs with it are refused. Add a new certificate before that.`,
    );
  }
}
