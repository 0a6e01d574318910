import { ActionError, inputError, type Problem } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import type { MemoryPlace } from "../openssl/memory.ts";
import { readSigningRequest } from "./csr-signature.ts";
import { type RequestedAgent, reportLines } from "./list-input.ts";
import type { LineProblem } from "./names.ts";
import { pool } from "./pool.ts";
import { Progress } from "./progress.ts";
import type { PlannedAgent } from "./scan-directory.ts";

/**
 * Checks every CSR in OpenSSL's memory: its signature, its key, and that its common name is the agent's.
 * @param lanes how many at a time
 * @param print for the log: thousands take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
export async function checkDevices(
  requested: readonly RequestedAgent[],
  memory: MemoryPlace,
  lanes: number,
  print: (line: string) => void,
): Promise<PlannedAgent[]> {
  const planned: PlannedAgent[] = requested.map(({ name }) => ({ name }));
  const wrong: LineProblem[] = [];
  const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
  const progress = new Progress("Checked CSRs:", withCsr.length, print);
  await pool(lanes, withCsr, async ([index, { name, csr, line }]) => {
    const pem = csr?.pem ?? "";
    const read = await readSigningRequest(memory, pem);
    if (typeof read === "string")
      wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
    else if (read.commonName !== name) {
      const message = `the CSR of "${name}" has the common name ${quoted(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
      wrong.push({ line, message });
    } else planned[index] = { name, device: { pem, publicKey: read.publicKey } };
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
