import { rm } from "node:fs/promises";
import { ActionError } from "../messages/errors.ts";
import { quotedInFull } from "../messages/printable.ts";
import { type AgentRecord, filesOf, readRecords, recordsText } from "./agent-record.ts";
import type { AgentDirectory } from "./directory.ts";
import { MANIFEST } from "./manifest.ts";
import { agentFiles } from "./names.ts";

/** Names what a run is about to write, until its manifest does: a run that was killed has written no manifest. */
const UNFINISHED = "agents.unfinished";
/** Most files that a message names. */
const MOST_NAMED = 10;

type Named = Pick<AgentRecord, "name">;

/**
 * Reads what the directory's own records, the manifest and the list of an unfinished run, say of this run's agents.
 * @returns the names of the files that are ours: those may be set aside
 * @throws ActionError `FILE_EXISTS` where a name that is needed belongs to another agent, where the records are of another
 * tenant, or where they are not ours
 */
export async function ownFiles(
  directory: AgentDirectory,
  tenant: string,
  agents: readonly Named[],
): Promise<ReadonlySet<string>> {
  const wanted = new Map(agents.map(({ name }) => [name.toLowerCase(), name]));
  const own = new Set<string>();
  const taken: string[] = [];
  for (const list of [MANIFEST, UNFINISHED]) {
    for await (const record of readRecords(directory, list, tenant)) {
      if (wanted.get(record.name.toLowerCase()) === record.name) {
        for (const file of filesOf(record)) own.add(file);
      } else taken.push(...(await rivalry(directory, record, wanted)));
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
 * Removes the half-made files of runs that were killed: of any agent of the directory, for its next run may never come.
 * @throws Error of the system, and as {@link ownFiles}
 */
export async function removeHalfMade(directory: AgentDirectory, tenant: string): Promise<void> {
  const names = [...(await directory.entries()).keys()];
  if (!names.some((name) => name.endsWith(".part"))) return;
  for await (const record of readRecords(directory, UNFINISHED, tenant))
    await directory.removeParts(filesOf(record));
}

/**
 * Notes what a run is about to write, before it does, beside what earlier runs left unfinished.
 * @param records of the agents that are due; what is not known yet is empty
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
export async function noteUnfinished(
  directory: AgentDirectory,
  tenant: string,
  records: Iterable<AgentRecord>,
): Promise<void> {
  const all = async function* () {
    yield* readRecords(directory, UNFINISHED, tenant);
    yield* records;
  };
  await directory.replace(UNFINISHED, recordsText(tenant, {}, all()));
}

/**
 * Forgets what a run noted, once its manifest tells of it; what other agents' runs left unfinished stays noted.
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
export async function noteFinished(
  directory: AgentDirectory,
  tenant: string,
  agents: readonly Named[],
): Promise<void> {
  const names = new Set(agents.map(({ name }) => name));
  let left = false;
  for await (const { name } of readRecords(directory, UNFINISHED, tenant)) left ||= !names.has(name);
  if (!left) return await rm(directory.at(UNFINISHED), { force: true });
  const others = async function* () {
    for await (const record of readRecords(directory, UNFINISHED, tenant))
      if (!names.has(record.name)) yield record;
  };
  await directory.replace(UNFINISHED, recordsText(tenant, {}, others()));
}

/** @returns the error of files that nothing shows to be ours: they are not moved, let alone replaced */
export function notOurs(files: readonly string[], directory: AgentDirectory): ActionError {
  return new ActionError(
    "FILE_EXISTS",
    `This run needs the names of these files in ${directory.path}: ${named(files.map(quotedInFull))}. Nothing shows that this action wrote them.`,
    {
      next: "Move these files away, or set directory to another one, then run again. Nothing was overwritten.",
    },
  );
}

/**
 * Names meet where they differ in case alone, as on a system that ignores it, or where one is the other's chain file.
 * @returns what of another agent is there under a name that one of this run needs
 */
async function rivalry(
  directory: AgentDirectory,
  record: AgentRecord,
  wanted: ReadonlyMap<string, string>,
): Promise<string[]> {
  const name = record.name.toLowerCase();
  const near = [name, `${name}_chain`, name.replace(/_chain$/, "")];
  const found: string[] = [];
  for (const agent of new Set(near.flatMap((one) => wanted.get(one) ?? []))) {
    const needed = new Set(Object.values(agentFiles(agent)).map((file) => file.toLowerCase()));
    for (const file of filesOf(record)) {
      if (needed.has(file.toLowerCase()) && (await directory.has(file)))
        found.push(`${quotedInFull(file)} of ${quotedInFull(record.name)}, needed by ${quotedInFull(agent)}`);
    }
  }
  return found;
}

function named(items: readonly string[]): string {
  const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : "";
  return `${items.slice(0, MOST_NAMED).join(", ")}${more}`;
}
