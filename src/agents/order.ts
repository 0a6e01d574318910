import type { Subject } from "../ca/subject.ts";
import type { KeyringInput } from "../keyring/inputs.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { Home } from "../mindconnect/inputs.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import type { CommandDirectory } from "../openssl/process.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { type AgentRecord, recordOf } from "./agent-record.ts";
import type { LeafFacts } from "./leaf.ts";
import type { Lifetime } from "./lifetime.ts";
import type { RequestedAgent } from "./list-input.ts";
import { clientId } from "./names.ts";
import { keyPlace, type PlannedAgent } from "./scan-directory.ts";

/** What is to be issued, where, and by whom. */
export interface FleetOrder extends Lifetime {
  readonly requested: readonly RequestedAgent[];
  readonly commandDirectory: CommandDirectory;
  readonly opensslProgram: string;
  readonly home: Home;
  /** Undefined for offline. */
  readonly connection: Connection | undefined;
  readonly keyring: KeyringInput;
  /** A CA that wins over the keyring. */
  readonly brought: CaPair | undefined;
  /** Undefined for a new one. */
  readonly directory: string | undefined;
  /** The subject of an agent; undefined where every one has a CSR. */
  readonly subject: ((name: string) => Subject) | undefined;
  /** Days before its end from which a certificate is issued anew. */
  readonly renewBefore: number;
  readonly keyBits: number;
  /** Undefined where keys lie in plain files. */
  readonly archivePassphrase: string | undefined;
}

/** What a run knows before it looks into the directory. */
export interface Prepared {
  readonly order: FleetOrder;
  readonly planned: readonly PlannedAgent[];
  readonly ca: CaPair;
  readonly program: OpenSslProgram;
  /** Of OpenSSL, as it says it. */
  readonly version: string;
  /** How many OpenSSL processes at a time. */
  readonly lanes: number;
}

/** @returns an agent's record; what is not known of its certificate yet is empty */
export function recordIn(
  { order }: Pick<Prepared, "order">,
  agent: PlannedAgent,
  leaf: LeafFacts = { expiration: "", serialNumber: "", fingerprint: "" },
): AgentRecord {
  const keyIn = keyPlace(agent, order.archivePassphrase !== undefined);
  return recordOf(agent.name, clientId(agent.name, order.home), leaf, keyIn);
}
