import { open, stat } from "node:fs/promises";
import type { Certificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import { type AgentRecord, readRecords, recordsText } from "./agent-record.ts";
import type { AgentDirectory } from "./directory.ts";

/** The manifest's files; no agent's file has such a name. */
export const MANIFEST = "agents.json";
const CSV = "agents.csv";
const CSV_HEAD = "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive";

/** Whose agents a manifest lists, and who issues them now. */
export interface ManifestHead {
  readonly tenant: string;
  readonly ca: Certificate;
}

/**
 * Checks that a file under the table's name is an earlier one: that is replaced, nothing else is. The JSON is checked by
 * whoever reads it.
 * @throws ActionError `FILE_EXISTS`
 */
export async function requireOwnTable(directory: AgentDirectory): Promise<void> {
  const begin = await beginning(directory.at(CSV), CSV_HEAD.length);
  if (begin === undefined || begin === CSV_HEAD) return;
  throw new ActionError("FILE_EXISTS", `${directory.at(CSV)} exists and is no manifest of this action.`, {
    next: "Move that file away, or set directory to another one.",
  });
}

/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @returns the path of the JSON
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
export async function writeManifest(
  directory: AgentDirectory,
  { tenant, ca }: ManifestHead,
  records: readonly AgentRecord[],
): Promise<string> {
  const mine = new Set(records.map(({ name }) => name));
  const all = () => withEarlier(directory, tenant, records, mine);
  const { commonName, expiration, fingerprint } = ca;
  await directory.replace(CSV, csvParts(all()));
  return await directory.replace(
    MANIFEST,
    recordsText(tenant, { ca: { commonName, expiration, fingerprint } }, all()),
  );
}

async function* withEarlier(
  directory: AgentDirectory,
  tenant: string,
  records: readonly AgentRecord[],
  mine: ReadonlySet<string>,
): AsyncGenerator<AgentRecord> {
  yield* records;
  for await (const record of readRecords(directory, MANIFEST, tenant)) {
    if (!mine.has(record.name) && (await directory.has(record.certificate))) yield record;
  }
}

/** RFC 4180; no value has a comma, a quote or a line break in it. */
async function* csvParts(records: AsyncIterable<AgentRecord>): AsyncGenerator<string> {
  yield `${CSV_HEAD}\r\n`;
  for await (const record of records) {
    const { name, clientId, expiration, serialNumber, fingerprint } = record;
    const { certificate, privateKey, chain, archive } = record;
    const own = [name, clientId, expiration, serialNumber, fingerprint];
    yield `${[...own, certificate, privateKey, chain, archive].join(",")}\r\n`;
  }
}

/** @returns a file's first characters; undefined where it is not there, empty where it is no file */
async function beginning(path: string, length: number): Promise<string | undefined> {
  try {
    // Opening a pipe would wait for whoever writes into it.
    if (!(await stat(path)).isFile()) return "";
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
