import type { Certificate } from "../ca/certificate.ts";
import type { Subject } from "../ca/subject.ts";
import { ActionError, inputError } from "../messages/errors.ts";
import { hasSubjectOf } from "./leaf.ts";
import type { RequestedAgent } from "./list-input.ts";
import type { LineProblem } from "./names.ts";

type SubjectOf = ((name: string) => Subject) | undefined;

/** @returns the line of an agent that would get the CA's own subject: its certificate would be taken for the CA's */
export function subjectProblem(
  agents: readonly RequestedAgent[],
  subject: SubjectOf,
  ca: Certificate,
): LineProblem | undefined {
  const found = agents.find(({ name, csr }) => csr === undefined && name === ca.commonName);
  if (found === undefined || subject === undefined || !hasSubjectOf(ca, subject(found.name)))
    return undefined;
  const message = `"${found.name}" would get the subject of the CA itself. Give the agent another name, or set another organizational-unit`;
  return { line: found.line, message };
}

/** @throws ActionError `INPUT_INVALID` where an agent would get the subject of the CA that issues */
export function requireOwnSubject(
  agents: readonly RequestedAgent[],
  subject: SubjectOf,
  ca: Certificate,
): void {
  const problem = subjectProblem(agents, subject, ca);
  if (problem === undefined) return;
  const { code, message } = inputError([
    { input: "agents", message: `line ${problem.line}: ${problem.message}` },
  ]);
  throw new ActionError(code, message, { next: "Correct the inputs named above. Nothing was issued." });
}
