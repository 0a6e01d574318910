import { readCertificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import type { AgentDirectory } from "./directory.ts";
import { agentFiles } from "./names.ts";
import { notOurs } from "./ownership.ts";
import { isWholeSequence, openArchive } from "./pkcs12.ts";
import { pool } from "./pool.ts";
import { Progress } from "./progress.ts";
import { type DueAgent, type Looking, notShownOurs, type PlannedAgent, type Scan } from "./scan-directory.ts";

/** Archives that do not open: from that many on the passphrase is wrong, and opening the others would take minutes. */
const MOST_CLOSED = 10;

/** How archives are opened. */
export interface Opening {
  readonly program: OpenSslProgram;
  readonly passphrase: string;
  /** How many at a time. */
  readonly lanes: number;
  readonly print: (line: string) => void;
}

/**
 * Opens the archives of the agents that would stay as they are, in memory.
 * @returns the scan, with those that are damaged or hold another certificate among what is due
 * @throws ActionError `ARCHIVE_PASSPHRASE`: a wrong passphrase must not issue a fleet anew; `FILE_EXISTS` where a damaged
 * one cannot be shown to be ours
 */
export async function checkArchives(
  agents: readonly PlannedAgent[],
  { directory, own }: Looking,
  { due, kept }: Scan,
  { program, passphrase, lanes, print }: Opening,
): Promise<Scan> {
  const stored = agents.filter(({ name, device }) => device === undefined && kept.has(name));
  const progress = new Progress("Opened archives:", stored.length, print);
  const broken: DueAgent[] = [];
  const closed: string[] = [];
  await pool(lanes, stored, async (agent) => {
    if (closed.length >= MOST_CLOSED) return;
    const state = await stateOf(agent.name, directory, program, passphrase);
    if (state === "closed") closed.push(agent.name);
    if (state === "broken") broken.push({ agent, reason: "broken", existing: existingOf(agent.name) });
    progress.count();
  });
  if (closed.length > 0) throw closedError(closed, directory);
  // The certificate beside it is good and of the agent's name, and no plain key is there.
  const strange = broken.flatMap(({ existing }) => notShownOurs(existing, own, true));
  if (strange.length > 0) throw notOurs(strange, directory);
  const rest = new Map(kept);
  for (const { agent } of broken) rest.delete(agent.name);
  return { due: [...due, ...broken], kept: rest };
}

async function stateOf(
  name: string,
  directory: AgentDirectory,
  program: OpenSslProgram,
  passphrase: string,
): Promise<"good" | "broken" | "closed"> {
  const files = agentFiles(name);
  const archive = await directory.read(files.archive);
  if (archive === undefined || !isWholeSequence(archive)) return "broken";
  const text = await openArchive(program, archive, passphrase);
  if (text === undefined) return "closed";
  try {
    const { fingerprint } = readCertificate(String(await directory.read(files.certificate)));
    return readCertificate(text).fingerprint === fingerprint ? "good" : "broken";
  } catch {
    return "broken";
  }
}

/** What an agent in an archive has, in the order in which it goes aside. */
function existingOf(name: string): string[] {
  const { chain, certificate, archive } = agentFiles(name);
  return [chain, certificate, archive];
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
