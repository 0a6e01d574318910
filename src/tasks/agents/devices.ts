import type { LineProblem } from "../../ca/agents.ts";
import { inputError, type Problem } from "../../ca/errors.ts";
import type { ConfiguredMemory } from "../../openssl/memory.ts";
import { readSigningRequest } from "../../openssl/signing-request.ts";
import { type RequestedAgent, reportLines } from "../inputs/agents.ts";
import { pool } from "./pool.ts";
import type { PlannedAgent } from "./scan.ts";

/**
 * Checks every CSR in OpenSSL's memory: its signature, and that its common name is the agent's.
 * @param lanes how many at a time
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
export async function checkDevices(
  requested: readonly RequestedAgent[],
  memory: ConfiguredMemory,
  lanes: number,
): Promise<PlannedAgent[]> {
  const planned: PlannedAgent[] = requested.map(({ name }) => ({ name }));
  const wrong: LineProblem[] = [];
  await pool(lanes, [...requested.entries()], async ([index, { name, csr, line }]) => {
    if (csr === undefined) return;
    const read = await readSigningRequest(memory, csr);
    if (typeof read === "string") wrong.push({ line, message: `the CSR of "${name}": ${read}` });
    else if (read.commonName !== name) {
      wrong.push({
        line,
        message: `the CSR of "${name}" is for the common name "${read.commonName.slice(0, 64)}"`,
      });
    } else planned[index] = { name, device: { pem: csr, publicKey: read.publicKey } };
  });
  if (wrong.length > 0) {
    const problems: Problem[] = [];
    reportLines(
      wrong.toSorted((a, b) => a.line - b.line),
      (input, message) => problems.push({ input, message }),
    );
    throw inputError(problems);
  }
  return planned;
}
