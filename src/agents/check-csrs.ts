/** Checks the CSRs of devices that keep their keys, before anything is issued. */
import { ActionError, inputError, type Problem } from "../messages/errors.ts";
import { printable, quoted } from "../messages/printable.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { type LineProblem, type RequestedAgent, reportLines } from "./agent-list.ts";
import { forEachConcurrently, Progress } from "./concurrency.ts";
import { type Csr, parseCsr } from "./csr.ts";
import type { PlannedAgent } from "./find-due.ts";

/**
 * Checks every CSR in OpenSSL's memory: its signature, its key, and that its common name is the agent's.
 * @param concurrency how many at a time
 * @param print for the log: thousands take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
export async function checkCsrs(
  requested: readonly RequestedAgent[],
  program: OpenSslProgram,
  concurrency: number,
  print: (line: string) => void,
): Promise<PlannedAgent[]> {
  const planned: PlannedAgent[] = requested.map(({ name }) => ({ name }));
  const wrong: LineProblem[] = [];
  const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
  const progress = new Progress("Checked CSRs:", withCsr.length, print);
  await forEachConcurrently(concurrency, withCsr, async ([index, { name, csr, line }]) => {
    const pem = csr?.pem ?? "";
    const read = await readCsr(program, pem);
    if (typeof read === "string")
      wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
    else if (read.commonName !== name) {
      const message = `the CSR of "${name}" has the common name ${quoted(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
      wrong.push({ line, message });
    } else {
      const publicKey = read.publicKey.export({ type: "spki", format: "der" });
      planned[index] = { name, csr: { pem, publicKey } };
    }
    progress.count();
  });
  if (wrong.length === 0) return planned;
  const problems: Problem[] = [];
  reportLines(
    wrong.toSorted((a, b) => a.line - b.line),
    (input, message, _code, more) => problems.push({ input, message, ...more }),
  );
  const { code, message, log } = inputError(problems);
  throw new ActionError(code, message, {
    log,
    next: "Correct the CSRs named above. Nothing was issued or sent.",
  });
}

/**
 * Reads a CSR in OpenSSL's memory, as the documented command will, and checks its signature.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
async function readCsr(place: OpenSslProgram, pem: string): Promise<Csr | string> {
  const { runInMemory } = await import("../openssl/memory.ts");
  const { exitCode, stdout, stderr } = await runInMemory(place, {
    action: "req",
    input: Buffer.from(pem),
    options: { outform: "DER" },
  });
  if (exitCode !== 0) {
    return `OpenSSL refuses it: ${printable(stderr.trim(), 200) || `exit code ${exitCode}`}`;
  }
  if (stdout.length === 0)
    throw new ActionError("OPENSSL_FAILED", "OpenSSL ended with exit code 0, but did not write the CSR.");
  return parseCsr(stdout);
}
