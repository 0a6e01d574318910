/**
 * Opens the archives of agents that would keep their certificates. An agent with a damaged archive is issued
 * again.
 */
import { readCertificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import { forEachConcurrently, OPENSSL_PROCESSES, progressOf } from "./concurrency.ts";
import type { AgentDirectory } from "./directory.ts";
import { type Due, type FleetState, foreignFiles, type Search } from "./find-due.ts";
import type { PlannedAgent } from "./fleet.ts";
import { foreignFilesError } from "./manifest.ts";
import { type AgentFiles, agentFiles } from "./names.ts";
import { type ArchiveAccess, isWholeSequence, openArchive } from "./pkcs12.ts";

/** From that many archives that do not open, the passphrase is wrong. Opening the others would take minutes. */
const MOST_CLOSED = 10;

/**
 * Opens the archives of the agents that would stay as they are.
 * @param print prints a line of progress, because thousands of archives take minutes
 * @returns the state in which agents whose archives are damaged, or hold another certificate, are due
 * @throws ActionError `ARCHIVE_PASSPHRASE`: a wrong passphrase must not issue a whole fleet again;
 * `FILE_EXISTS` where nothing shows that this action wrote a damaged archive
 */
export async function checkArchives(
  agents: readonly PlannedAgent[],
  { directory, own }: Search,
  { due, kept }: FleetState,
  archives: ArchiveAccess,
  print: (line: string) => void,
): Promise<FleetState> {
  const stored = agents.filter(({ name, keyIn }) => keyIn === "archive" && kept.has(name));
  const count = progressOf("Opened archives:", stored.length, print);
  const broken = new Map<PlannedAgent, Due>();
  const closed: string[] = [];
  await forEachConcurrently(OPENSSL_PROCESSES, stored, async (agent) => {
    if (closed.length >= MOST_CLOSED) return;
    const files = agentFiles(agent.name);
    const state = await stateOf(files, directory, archives);
    if (state === "closed") closed.push(agent.name);
    if (state === "broken")
      broken.set(agent, { reason: "broken", existing: [files.chain, files.certificate, files.archive] });
    count();
  });
  if (closed.length > 0) throw closedError(closed, directory);
  // The certificate beside each damaged archive is good and names the agent, and no plain key is there. So
  // these files prove that they are the agent's.
  const foreign = [...broken.values()].flatMap(({ existing }) => foreignFiles(existing, own, true));
  if (foreign.length > 0) throw foreignFilesError(foreign, directory);
  const rest = new Map(kept);
  for (const { name } of broken.keys()) rest.delete(name);
  return { due: new Map([...due, ...broken]), kept: rest };
}

async function stateOf(
  files: AgentFiles,
  directory: AgentDirectory,
  archives: ArchiveAccess,
): Promise<"good" | "broken" | "closed"> {
  const archive = await directory.read(files.archive);
  if (archive === undefined || !isWholeSequence(archive)) return "broken";
  const text = await openArchive(archives, archive);
  if (text === undefined) return "closed";
  try {
    const { fingerprint } = readCertificate(String(await directory.read(files.certificate)));
    return readCertificate(text).fingerprint === fingerprint ? "good" : "broken";
  } catch {
    return "broken";
  }
}

function closedError(names: readonly string[], directory: AgentDirectory): ActionError {
  const shown = names.toSorted().slice(0, MOST_CLOSED).join(", ");
  const more = names.length >= MOST_CLOSED ? " and perhaps more" : "";
  return new ActionError(
    "ARCHIVE_PASSPHRASE",
    `archive-passphrase does not open the archives of these agents in ${directory.path}: ${shown}${more}.`,
    {
      next: "Set archive-passphrase to the passphrase that these archives were made with. Or move the archives away and run again: the run then issues these agents again. This run issued nothing.",
    },
  );
}
