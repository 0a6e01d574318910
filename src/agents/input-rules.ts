/** What is wrong with a list of agents only because of other inputs: the CA's subject, files that lie in the directory. */
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Certificate } from "../ca/certificate.ts";
import type { Subject } from "../ca/subject.ts";
import { ActionError, inputError } from "../messages/errors.ts";
import { quotedInFull } from "../messages/printable.ts";
import type { LineProblem, RequestedAgent } from "./agent-list.ts";
import { hasSubjectOf } from "./leaf.ts";
import { agentFiles } from "./names.ts";

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

/** What the directory of a fleet holds beside the agents' files. */
const MANIFESTS = ["agents.json", "agents.csv", "agents.unfinished"];

/** A file that an input names, and the line of the list where it is a CSR. */
export interface GivenFile {
  readonly input: string;
  /** Absolute path. */
  readonly file: string;
  readonly line?: number;
}

/** A given file in the place of one that an agent gets. */
export interface Overlap extends GivenFile {
  readonly message: string;
}

/**
 * Finds the files given that lie where an agent's files go: the CA's key, a CSR, the keyring. Case is ignored, as some
 * systems do.
 * @param directory absolute; where it does not exist nothing lies in it
 */
export function findOverlaps(
  directory: string,
  agents: readonly RequestedAgent[],
  given: readonly GivenFile[],
): Overlap[] {
  const folder = real(directory)?.toLowerCase();
  const csrs = agents.flatMap(({ csr, line }) =>
    csr === undefined ? [] : [{ input: "agents", file: csr.file, line }],
  );
  const inside = [...given, ...csrs]
    .map((one) => ({ one, names: placesOf(one.file).filter((place) => dirname(place) === folder) }))
    .filter(({ names }) => names.length > 0);
  if (inside.length === 0) return [];
  const owners = new Map(MANIFESTS.map((file) => [file, "the manifest"]));
  for (const agent of agents) {
    for (const file of neededFiles(agent)) owners.set(file.toLowerCase(), quotedInFull(agent.name));
  }
  return inside.flatMap(({ one, names }) => {
    const owner = names.map((place) => owners.get(basename(place))).find((found) => found !== undefined);
    return owner === undefined
      ? []
      : [
          {
            ...one,
            message: `${quotedInFull(one.file)} lies where a file of ${owner} goes. Move it out of directory`,
          },
        ];
  });
}

/** Its plain key, too, where archives are asked for: a run moves it away. */
function neededFiles({ name, csr }: RequestedAgent): string[] {
  const { key, certificate, chain, archive } = agentFiles(name);
  return csr === undefined ? [key, certificate, chain, archive] : [certificate, chain];
}

/** @returns where a file lies, by its own name and by that of what it may be a link to, in lower case */
function placesOf(file: string): string[] {
  const folder = real(dirname(file));
  const places = [folder === undefined ? undefined : join(folder, basename(file)), real(file)];
  return places.flatMap((place) => place?.toLowerCase() ?? []);
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
