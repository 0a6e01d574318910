/** What the inputs ask for a fleet, and what a run knows before it looks into the directory. */
import { createPublicKey, type KeyObject } from "node:crypto";
import type { Subject } from "../ca/subject.ts";
import type { KeyringInput } from "../keyring/keyring-inputs.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { Environment } from "../mindconnect/connection-inputs.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import type { RequestedAgent } from "./agent-list.ts";
import type { Validity } from "./leaf.ts";
import type { KeyPlace } from "./names.ts";
import type { ArchiveAccess } from "./pkcs12.ts";

/** What the inputs of the task ask for. */
export interface FleetInputs extends Validity {
  readonly requested: readonly RequestedAgent[];
  readonly opensslProgram: string;
  readonly environment: Environment;
  /** Undefined if offline is true. */
  readonly connection: Connection | undefined;
  readonly keyring: KeyringInput;
  /** The CA of `ca-certificate`: it wins over the keyring. */
  readonly givenCa: CaPair | undefined;
  /** Undefined where the run makes a new directory. */
  readonly directory: string | undefined;
  /** The subject of an agent; undefined where every agent has a CSR. */
  readonly subject: ((name: string) => Subject) | undefined;
  /** Days before it expires from which a certificate is issued again. */
  readonly renewBefore: number;
  readonly keyBits: number;
  readonly archivePassphrase: string | undefined;
}

/** What a run knows before it looks into the directory. */
export interface Fleet {
  readonly inputs: FleetInputs;
  readonly planned: readonly PlannedAgent[];
  readonly ca: CaPair;
  /** Undefined where keys lie in plain files. */
  readonly archives: ArchiveAccess | undefined;
}

/** An agent whose line in the list, and whose CSR, are good. */
export interface PlannedAgent {
  readonly name: string;
  readonly keyIn: KeyPlace;
  /** The checked CSR of a device that keeps its key; undefined where the key is made here. */
  readonly csr?: {
    readonly pem: string;
    /**
     * The device's public key: DER (SPKI) in base64. The key objects of thousands of agents would fill the memory, and a
     * buffer takes several times its bytes.
     */
    readonly publicKey: string;
  };
}

/** @returns the public key of a device that sent a CSR; undefined where the key is made here */
export function deviceKey({ csr }: PlannedAgent): KeyObject | undefined {
  return csr && createPublicKey({ key: Buffer.from(csr.publicKey, "base64"), format: "der", type: "spki" });
}
