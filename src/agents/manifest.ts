/**
 * The records of a directory: the manifest, as JSON and as a table, and the list of what a run is about to write. They show
 * which files this action wrote.
 */
import { rm } from "node:fs/promises";
import type { Certificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import { quotedInFull } from "../messages/printable.ts";
import type { AgentDirectory } from "./directory.ts";
import type { PlannedAgent } from "./fleet.ts";
import {
  COLUMNS,
  filesOf,
  type IssuedAgent,
  linesOf,
  linesOfAgents,
  notManifestError,
  readAgents,
} from "./manifest-lines.ts";
import { agentFiles } from "./names.ts";

/** File name of the manifest in JSON. */
export const MANIFEST = "agents.json";
const CSV = "agents.csv";
/** Lists the agents that a run is about to write. A killed run has written this list, but no manifest. */
const UNFINISHED = "agents.unfinished";
/** File names of the records. No file of an agent has one of these names. */
export const RECORDS = [MANIFEST, CSV, UNFINISHED];
/** Most files that a message names. */
const MOST_NAMED = 10;
const CSV_HEAD = COLUMNS.join(",");

/**
 * Checks that a file under the name of the CSV is an earlier one. The JSON is checked when it is read.
 * @throws ActionError `FILE_EXISTS`
 */
export async function requireOwnCsv(directory: AgentDirectory): Promise<void> {
  const path = directory.at(CSV);
  for await (const head of linesOf(path)) {
    if (head.startsWith(CSV_HEAD)) return;
    throw notManifestError(path);
  }
}

/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @param ca the CA that issues now
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
export async function writeManifest(
  directory: AgentDirectory,
  tenant: string,
  { commonName, expiration, fingerprint }: Certificate,
  agents: readonly IssuedAgent[],
): Promise<void> {
  const mine = new Set(agents.map(({ name }) => name));
  const all = async function* () {
    yield* agents;
    for await (const agent of readAgents(directory, MANIFEST, tenant))
      if (!mine.has(agent.name) && (await directory.has(agent.certificate))) yield agent;
  };
  await directory.writeList(CSV, csvParts(all()));
  const head = { ca: { commonName, expiration, fingerprint } };
  await directory.writeList(MANIFEST, linesOfAgents(tenant, head, all()));
}

/** @returns CSV (RFC 4180); no value has a comma, a quote or a line break in it */
async function* csvParts(agents: AsyncIterable<IssuedAgent>): AsyncGenerator<string> {
  yield `${CSV_HEAD}\r\n`;
  for await (const agent of agents) yield `${COLUMNS.map((column) => agent[column]).join(",")}\r\n`;
}

/**
 * Reads what the directory's records say of this run's agents.
 * @returns the names of the files that this action wrote: those may be moved away
 * @throws ActionError `FILE_EXISTS` where a name that is needed belongs to another agent, where the records are of another
 * tenant, or where this action did not write them
 */
export async function ownFiles(
  directory: AgentDirectory,
  tenant: string,
  agents: readonly PlannedAgent[],
): Promise<ReadonlySet<string>> {
  const wanted = new Map(agents.map(({ name }) => [name.toLowerCase(), name]));
  const own = new Set<string>();
  const taken: string[] = [];
  for (const list of [MANIFEST, UNFINISHED]) {
    for await (const listed of readAgents(directory, list, tenant)) {
      if (wanted.get(listed.name.toLowerCase()) === listed.name) {
        for (const file of filesOf(listed)) own.add(file);
      } else taken.push(...(await conflictsWith(directory, listed, wanted)));
    }
  }
  if (taken.length === 0) return own;
  throw new ActionError(
    "FILE_EXISTS",
    `${directory.path} has files of other agents under names that this run needs: ${named(taken)}.`,
    { next: "Give one of these agents another name, or set directory to another one." },
  );
}

/**
 * Removes the half-made files that killed runs left of any agent in the directory. Perhaps no later run
 * issues that agent.
 * @throws Error of the system, and as {@link ownFiles}
 */
export async function removeHalfMade(directory: AgentDirectory, tenant: string): Promise<void> {
  const names = [...(await directory.entries()).keys()];
  if (!names.some((name) => name.endsWith(".part"))) return;
  for await (const agent of readAgents(directory, UNFINISHED, tenant))
    await directory.removeParts(filesOf(agent));
}

/**
 * Lists the agents that a run is about to write, beside those that earlier runs left unfinished.
 * @param agents the agents that are due. The facts of their certificates are empty
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
export async function listUnfinished(
  directory: AgentDirectory,
  tenant: string,
  agents: Iterable<IssuedAgent>,
): Promise<void> {
  const all = async function* () {
    yield* readAgents(directory, UNFINISHED, tenant);
    yield* agents;
  };
  await directory.writeList(UNFINISHED, linesOfAgents(tenant, {}, all()));
}

/**
 * Removes a run's agents from the list of unfinished agents once the manifest lists them. Agents that other
 * runs left unfinished stay in the list.
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
export async function unlistFinished(
  directory: AgentDirectory,
  tenant: string,
  agents: readonly PlannedAgent[],
): Promise<void> {
  const names = new Set(agents.map(({ name }) => name));
  const others: IssuedAgent[] = [];
  for await (const agent of readAgents(directory, UNFINISHED, tenant))
    if (!names.has(agent.name)) others.push(agent);
  if (others.length === 0) return await rm(directory.at(UNFINISHED), { force: true });
  await directory.writeList(UNFINISHED, linesOfAgents(tenant, {}, others));
}

/** @returns the error of files that nothing shows to be from this action: they are neither moved nor replaced */
export function foreignFilesError(files: readonly string[], directory: AgentDirectory): ActionError {
  return new ActionError(
    "FILE_EXISTS",
    `This run needs the names of these files in ${directory.path}: ${named(files.map(quotedInFull))}. Nothing shows that this action wrote them.`,
    {
      next: "Move these files away, or set directory to another one, then run again. Nothing was overwritten.",
    },
  );
}

/**
 * Names collide where they differ only in case, as on a system that ignores it, or where one is the other's
 * chain file.
 * @returns the existing files of another agent whose names this run needs, each in words for a message
 */
async function conflictsWith(
  directory: AgentDirectory,
  listed: IssuedAgent,
  wanted: ReadonlyMap<string, string>,
): Promise<string[]> {
  const name = listed.name.toLowerCase();
  const near = [name, `${name}_chain`, name.replace(/_chain$/, "")];
  const found: string[] = [];
  for (const agent of new Set(near.flatMap((one) => wanted.get(one) ?? []))) {
    const needed = new Set(Object.values(agentFiles(agent)).map((file) => file.toLowerCase()));
    for (const file of filesOf(listed)) {
      if (needed.has(file.toLowerCase()) && (await directory.has(file)))
        found.push(`${quotedInFull(file)} of ${quotedInFull(listed.name)}, needed by ${quotedInFull(agent)}`);
    }
  }
  return found;
}

function named(items: readonly string[]): string {
  const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : "";
  return `${items.slice(0, MOST_NAMED).join(", ")}${more}`;
}
