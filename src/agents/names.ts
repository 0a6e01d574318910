import { withoutMark } from "../ca/pem.ts";
import type { Home } from "../mindconnect/inputs.ts";
import { isAgentName, nameInMessage, nameProblem } from "./name-input.ts";

/** An agent that a certificate is asked for. */
export interface AgentRequest {
  /** Its common name: 1 to 64 of `[A-Za-z0-9:_-]` (vendor's page, and X.509's bound for a common name). */
  readonly name: string;
  /** Path of its certificate signing request as given; undefined where the key is made here. */
  readonly csr?: string;
  /** Where it stands in the list, counted from 1. */
  readonly line: number;
}

/** A line of the list that cannot be carried out. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

/** Windows takes these for devices, whatever the extension; a file of that name reaches no such machine. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** The names of an agent's files. */
export interface AgentFiles {
  readonly key: string;
  readonly certificate: string;
  /** The certificate followed by the CA's: what the agent presents. */
  readonly chain: string;
  /** Key, certificate and CA certificate, encrypted (PKCS#12). */
  readonly archive: string;
  /** Its certificate signing request: never handed out, needed while it is issued. */
  readonly csr: string;
}

/** @returns the name in the form that names files: Windows and artifact uploads refuse a colon */
function fileStem(name: string): string {
  return name.replaceAll(":", "%3A");
}

/** @returns the names of an agent's files, as on the vendor's page: `$DEVICE_NAME.key`, `.pem`, `_chain.pem` */
export function agentFiles(name: string): AgentFiles {
  const stem = fileStem(name);
  return {
    key: `${stem}.key`,
    certificate: `${stem}.pem`,
    chain: `${stem}_chain.pem`,
    archive: `${stem}.p12`,
    csr: `${stem}.csr`,
  };
}

/** Where an agent's key is kept: in a plain file, in its archive, or nowhere but in the device. */
export type KeyPlace = "file" | "archive" | "device";

/** @returns the files that are handed out for an agent, in their order: a certificate is never there without its key */
export function handedOut(name: string, keyIn: KeyPlace): string[] {
  const { key, archive, certificate, chain } = agentFiles(name);
  const others = [certificate, chain];
  if (keyIn === "device") return others;
  return [keyIn === "archive" ? archive : key, ...others];
}

/** @returns the CA's own files in the documented commands */
function caFiles(tenant: string): string[] {
  return [`${tenant}.key`, `${tenant}.pem`, `${tenant}.srl`, `${tenant}_chain.pem`];
}

/**
 * Reads a list of agents: a name a line, or `name=path/to.csr`; blank lines and lines that start with `#` are skipped.
 * @param tenant names the CA's files, which no agent may take: `genrsa -out` overwrites without a word (measured);
 * undefined where it is not known
 * @returns the agents in their order, and every line that is wrong
 */
export function parseAgents(
  text: string,
  tenant: string | undefined,
): { agents: AgentRequest[]; problems: LineProblem[] } {
  const agents: AgentRequest[] = [];
  const problems: LineProblem[] = [];
  const taken = new Map<string, AgentRequest | "the CA">(
    tenant === undefined ? [] : caFiles(tenant).map((file) => [file.toLowerCase(), "the CA"]),
  );
  for (const [index, raw] of withoutMark(text).split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const agent = parseLine(content, index + 1);
    const problem = lineProblem(agent) ?? collision(agent, taken);
    if (problem === undefined) agents.push(agent);
    else problems.push({ line: agent.line, message: problem });
  }
  return { agents, problems };
}

function parseLine(content: string, line: number): AgentRequest {
  const equals = content.indexOf("=");
  if (equals < 0) return { name: content, line };
  return { name: content.slice(0, equals).trim(), csr: content.slice(equals + 1).trim(), line };
}

function lineProblem({ name, csr }: AgentRequest): string | undefined {
  if (!isAgentName(name)) return nameProblem(name);
  if (DEVICE.test(name))
    return `${nameInMessage(name)} cannot name a file on Windows. Give the agent another name`;
  return csr === ""
    ? `${nameInMessage(name)} has no path after the =. Write name=path/to.csr, or only the name`
    : undefined;
}

/** Notes an agent's files. @returns whose file one of them would be, on a system that ignores case */
function collision(agent: AgentRequest, taken: Map<string, AgentRequest | "the CA">): string | undefined {
  const files = Object.values(agentFiles(agent.name)).map((file) => file.toLowerCase());
  const other = files.map((file) => taken.get(file)).find((owner) => owner !== undefined);
  if (other === "the CA")
    return `${nameInMessage(agent.name)} would get a file name of the CA. Give the agent another name`;
  if (other === undefined) {
    for (const file of files) taken.set(file, agent);
    return undefined;
  }
  const name = nameInMessage(agent.name);
  return other.name === agent.name
    ? `${name} is in the list twice (also in line ${other.line}). Remove one of the lines`
    : `${name} and ${nameInMessage(other.name)} (line ${other.line}) would share a file name. Give one of them another name`;
}

/** @returns the MQTT client id: `<tenant>_<CN>` on eu1 and private clouds, `<CN>` on eu2 (vendor's page) */
export function clientId(name: string, { tenant, region, gateway }: Home): string {
  const eu2 = region.toLowerCase() === "eu2" || gateway.hostname === "gateway.eu2.mindsphere.io";
  return eu2 ? name : `${tenant}_${name}`;
}

/**
 * Where an agent connects by MQTT, port 8883.
 * @returns e.g. `mindconnectmqtt.eu1.mindsphere.io` (vendor's page, for eu1); undefined for a private cloud, whose host is not
 * documented
 */
export function brokerHost({ gateway }: Home): string | undefined {
  const [, region] = /^gateway\.([a-z0-9-]+)\.mindsphere\.io$/.exec(gateway.hostname) ?? [];
  return region === undefined ? undefined : `mindconnectmqtt.${region}.mindsphere.io`;
}
