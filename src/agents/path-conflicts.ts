/** Finds files that other inputs name and that lie where a run writes an agent's files. */
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { quotedInFull } from "../messages/printable.ts";
import type { RequestedAgent } from "./agent-list.ts";
import { RECORDS } from "./manifest.ts";
import { agentFiles } from "./names.ts";

/** A file that an input names, and the line of the list where it is a CSR. */
export interface GivenFile {
  readonly input: string;
  /** Absolute path. */
  readonly file: string;
  readonly line?: number;
}

/**
 * Finds the given files that lie where an agent's files go: the CA's key, a CSR, the keyring. Case is ignored, as some
 * systems do.
 * @param directory absolute; where it does not exist nothing lies in it
 */
export function findPathConflicts(
  directory: string,
  agents: readonly RequestedAgent[],
  given: readonly GivenFile[],
): (GivenFile & { readonly message: string })[] {
  const folder = real(directory)?.toLowerCase();
  const csrs = agents.flatMap(({ csr, line }) =>
    csr === undefined ? [] : [{ input: "agents", file: csr.file, line }],
  );
  const owners = new Map(RECORDS.map((file) => [file, "the manifest"]));
  for (const agent of agents) {
    for (const file of neededFiles(agent)) owners.set(file.toLowerCase(), quotedInFull(agent.name));
  }
  return [...given, ...csrs].flatMap((one) => {
    const inside = placesOf(one.file).filter((place) => dirname(place) === folder);
    const [owner] = inside.flatMap((place) => owners.get(basename(place)) ?? []);
    if (owner === undefined) return [];
    const message = `${quotedInFull(one.file)} lies where a file of ${owner} goes. Move it out of directory`;
    return [{ ...one, message }];
  });
}

/**
 * @returns the names of an agent's files. The plain key is one also where archives are asked for: a run moves
 * it away
 */
function neededFiles({ name, csr }: RequestedAgent): string[] {
  const { key, certificate, chain, archive } = agentFiles(name);
  return csr === undefined ? [key, certificate, chain, archive] : [certificate, chain];
}

/** @returns where a file lies, in lower case: its own path, and the path that it leads to if it is a link */
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
