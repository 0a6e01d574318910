/** What all steps of issuing a fleet need: the inputs, and what a run has learned before it looks into the directory. */
import type { Subject } from "../ca/subject.ts";
import type { KeyringInput } from "../keyring/inputs.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import type { CommandDirectory } from "../openssl/process.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import type { RequestedAgent } from "./agent-list.ts";
import { keyPlace, type PlannedAgent } from "./find-due.ts";
import { type IssuedAgent, issuedAgent } from "./issued-agent.ts";
import type { LeafFacts, Validity } from "./leaf.ts";
import { clientId } from "./names.ts";

/** What the inputs of the task ask for. */
export interface FleetInputs extends Validity {
  readonly requested: readonly RequestedAgent[];
  readonly commandDirectory: CommandDirectory;
  readonly opensslProgram: string;
  readonly home: Environment;
  /** Undefined for offline. */
  readonly connection: Connection | undefined;
  readonly keyring: KeyringInput;
  /** The CA of `ca-certificate`: it wins over the keyring. */
  readonly givenCa: CaPair | undefined;
  /** Undefined for a new one. */
  readonly directory: string | undefined;
  /** The subject of an agent; undefined where every agent has a CSR. */
  readonly subject: ((name: string) => Subject) | undefined;
  /** Days before its end from which a certificate is issued again. */
  readonly renewBefore: number;
  readonly keyBits: number;
  /** Undefined where keys lie in plain files. */
  readonly archivePassphrase: string | undefined;
}

/** What a run knows before it looks into the directory. */
export interface Fleet {
  readonly inputs: FleetInputs;
  readonly planned: readonly PlannedAgent[];
  readonly ca: CaPair;
  readonly program: OpenSslProgram;
  /** Of OpenSSL, as it says it. */
  readonly version: string;
  /** How many OpenSSL processes run at a time. */
  readonly concurrency: number;
}

/** @returns a planned agent as the manifest lists it; what is not known of its certificate yet is empty */
export function listedAs(
  { inputs }: Pick<Fleet, "inputs">,
  agent: PlannedAgent,
  leaf: LeafFacts = { expiration: "", serialNumber: "", fingerprint: "" },
): IssuedAgent {
  const keyIn = keyPlace(agent, inputs.archivePassphrase !== undefined);
  return issuedAgent(agent.name, clientId(agent.name, inputs.environment), leaf, keyIn);
}
