/** Tries a CA that this run did not create, before it is stored or uploaded. */
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { ActionError } from "../messages/errors.ts";
import { commandLine, signingRequest, signRequest, verifyCertificate } from "../openssl/commands.ts";
import { requireUploadable, VERIFICATION_KEY_FILE } from "../openssl/make-certificates.ts";
import type { RunContext } from "../run/run-context.ts";
import { type ProcedureContext, writeCaFiles } from "./documented-steps.ts";

/**
 * The common name is as long as a registration code, because the CA will sign a certificate with such a
 * subject.
 */
const SUBJECT = `/CN=${"rehearsal".padEnd(64, "0")}`;

const NEXT =
  "Pass another CA as ca-certificate, created as the vendor's page says. If this one is in the keyring, remove its key and its certificate from that text and keep a copy. The next run creates a new CA.";

/**
 * Checks a CA that this run did not make, as far as no process has to start.
 * @throws ActionError `CERTIFICATE_INVALID`
 */
export function requireSendable({ certificate }: KeyringEntry): void {
  requireUploadable(certificate, { now: Date.now() }, NEXT);
}

/**
 * Tries a CA that this run did not make, before it is kept or takes one of two slots. The CA signs a
 * certificate of one day by the documented commands, in a folder of its own that is wiped at once. Then
 * `openssl verify` judges that certificate, which has the key of the later verification certificate.
 * @param program the openssl program
 * @returns the commands, as a person would type them
 * @throws ActionError `CERTIFICATE_INVALID` with OpenSSL's reason, or `OPENSSL_…`
 */
export async function tryCa(
  context: Pick<RunContext, "runner" | "workers">,
  procedure: ProcedureContext,
  ca: KeyringEntry,
  program: string,
): Promise<readonly string[]> {
  requireSendable(ca);
  const { commandDirectory, keys } = procedure;
  const { tenant } = commandDirectory;
  const [worker] = context.workers(program, tenant, 1, Number.POSITIVE_INFINITY);
  if (worker === undefined) throw new Error("a trial needs a directory");
  const { openssl, directory } = worker;
  const [csr, out] = ["rehearsal.csr", "rehearsal.pem"];
  try {
    await keys.take(VERIFICATION_KEY_FILE);
    await Promise.all([
      copyFile(
        join(commandDirectory.directory, VERIFICATION_KEY_FILE),
        join(directory, VERIFICATION_KEY_FILE),
      ),
      writeCaFiles({ ...procedure, commandDirectory: worker }, ca),
    ]);
    await openssl.run(signingRequest({ key: VERIFICATION_KEY_FILE, out: csr, subj: SUBJECT }));
    await openssl.run(signRequest({ csr, tenant, out, days: 1 }));
    const refused = await openssl.judge(verifyCertificate(`${tenant}.pem`, out));
    if (refused === undefined) return openssl.finished.map(({ argv }) => commandLine(argv));
    throw new ActionError(
      "CERTIFICATE_INVALID",
      `The CA certificate was not uploaded: OpenSSL does not accept what it issues. ${refused}`,
      { next: NEXT },
    );
  } finally {
    const lines = openssl.finished.flatMap(({ lines }) => lines);
    context.runner.group("Try a CA that this run did not create", lines);
    await rm(directory, { recursive: true, force: true });
  }
}
