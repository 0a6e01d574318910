import { createPrivateKey, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runner } from "../../src/action/runner.ts";
import { shortFingerprint } from "../../src/ca/certificate.ts";
import { isRotatedName } from "../../src/ca/rotation-staging.ts";
import type { RotationPolicy } from "../../src/ca/rotation-state.ts";
import { parseKeyring } from "../../src/keyring/keyring-format.ts";
import { KeyringSession } from "../../src/keyring/keyring-session.ts";
import { Passphrases } from "../../src/keyring/passphrases.ts";
import { ActionError } from "../../src/messages/errors.ts";
import { KeyMaking } from "../../src/openssl/key-making.ts";
import {
  type PlannedRegistration,
  type Registered,
  type RegistrationOrder,
  type RegistrationProcedure,
  runRegistration,
} from "../../src/tasks/registration-run.ts";
import { type RotationOrder, type RotationRun, runRotation } from "../../src/tasks/rotation-run.ts";
import { MEMORY_DISK } from "../support/memory-disk.ts";
import type { Clock } from "./clock.ts";
import { type FaultKind, Incident, type Point, type Strike } from "./incident.ts";
import { OpenSslStandIn } from "./openssl-stand-in.ts";
import { type Secret, SecretStore } from "./secret.ts";
import type { Tenant } from "./tenant.ts";
import type { Snapshot } from "./watch.ts";
import { type SeenCall, Wire } from "./wire.ts";

/** Thousands of runs make a small directory each: in memory, where the system has a place for that. */
const SHELF = MEMORY_DISK ?? tmpdir();

/** How one run ended. */
export interface Ended {
  /** `done`, `killed`, or the code that it failed with. */
  readonly ending: string;
  /** Set where a rotation is `done`. */
  readonly rotated?: RotationRun;
  /** Set where a registration is `done`. */
  readonly registered?: Registered | PlannedRegistration;
  /** What went wrong on the way. */
  readonly faults: readonly FaultKind[];
  /** The points that it came to. */
  readonly trace: readonly Point[];
  readonly calls: readonly SeenCall[];
}

export interface RunOptions {
  /** Default true. */
  readonly apply?: boolean;
  /** Default: nothing goes wrong. */
  readonly strike?: Strike;
  /** The keyring as it was passed in; default: what is stored. */
  readonly cameIn?: string;
}

/** What lasts from run to run, and one run after the other: the action's own recipes with everything around it simulated. */
export class Machine {
  readonly clock: Clock;
  readonly tenant: Tenant;
  readonly secret: Secret;
  readonly passphrase: string | undefined;
  /** Validity of new CAs in days. */
  days: number;
  /** Told of every instant at which something lasting may have changed. */
  onInstant: (snapshot: Snapshot) => void = () => {};
  #wire: Wire | undefined;

  constructor(clock: Clock, tenant: Tenant, secret: Secret, more: { passphrase?: string; days: number }) {
    this.clock = clock;
    this.tenant = tenant;
    this.secret = secret;
    this.passphrase = more.passphrase;
    this.days = more.days;
    secret.onWritten = () => this.onInstant(this.snapshot());
  }

  /** What lies where now. */
  snapshot(): Snapshot {
    return {
      now: this.clock.now(),
      slots: this.tenant.platform.certificates,
      keyring: this.secret.text,
      readAsVerified: this.#wire?.readAsVerified ?? new Set(),
    };
  }

  /** One run of the task rotate. */
  run(policy: RotationPolicy, { apply = true, ...options }: RunOptions = {}): Promise<Ended> {
    const order: RotationOrder = {
      policy,
      apply,
      hint: {},
      wanted: {
        subject: { ...SUBJECT, commonName: policy.commonNamePrefix },
        isName: (commonName) => isRotatedName(commonName, policy.commonNamePrefix),
        days: this.days,
        keyBits: 2048,
      },
      nameOf: (certificate) => `acme-${shortFingerprint(certificate)}`,
      tryCa: GOOD_CA,
    };
    return this.#play(options, async (procedure) => ({ rotated: await runRotation(procedure, order) }));
  }

  /** One run of the task register. */
  register(order: RegistrationOrder, { apply = true, ...options }: RunOptions = {}): Promise<Ended> {
    return this.#play(options, async (procedure) => {
      const { platform, keyring } = procedure;
      const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
      return { registered: await runRegistration(procedure, order, Promise.resolve(listed), apply) };
    });
  }

  /** Whatever happens, nothing of the run goes on afterwards. */
  async #play(
    { strike = () => undefined, cameIn = this.secret.text }: Omit<RunOptions, "apply">,
    recipe: (procedure: RegistrationProcedure) => Promise<Pick<Ended, "rotated" | "registered">>,
  ): Promise<Ended> {
    const incident = new Incident(strike);
    const wire = new Wire(this.tenant, this.clock, incident, () => this.onInstant(this.snapshot()));
    this.#wire = wire;
    const { machineAhead } = this.clock;
    const directory = join(SHELF, `rotation-test-${process.pid}-${randomUUID()}`);
    try {
      const running = this.clock.governs(async () => {
        const procedure = this.#procedure(wire, incident, directory, cameIn);
        const result = recipe(procedure).then(
          (done) => ({ ending: "done", ...done }),
          (error: unknown) => ({ ending: codeOf(error) }),
        );
        return await Promise.race([result, incident.killed.then(() => ({ ending: "killed" }))]);
      });
      return { ...(await running), faults: incident.faults, trace: incident.trace, calls: wire.calls };
    } finally {
      this.clock.machineAhead = machineAhead;
      // A run that was killed may still be writing a file: nobody can take that back from the system.
      rmSync(directory, { recursive: true, force: true, maxRetries: 9, retryDelay: 2 });
      wire.finish();
      this.onInstant(this.snapshot());
    }
  }

  #procedure(wire: Wire, incident: Incident, directory: string, cameIn: string): RegistrationProcedure {
    const store = new SecretStore(this.secret, cameIn, this.clock, incident);
    const openssl = new OpenSslStandIn(directory, this.clock, incident);
    const commandDirectory = { openssl, directory, tenant: "acme" };
    const passphrases = Passphrases.of(this.passphrase);
    return {
      context: { runner: SILENT, showCommands: () => {} },
      platform: wire.connect(),
      keyring: new KeyringSession(
        { text: cameIn, keyring: parseKeyring(cameIn, passphrases) },
        store,
        passphrases,
        encrypt,
        "acme",
      ),
      commandDirectory,
      keys: new KeyMaking(commandDirectory, 2048),
      tryCa: GOOD_CA,
    };
  }
}

/** With few rounds, to be quick. */
function encrypt(privateKey: string, passphrase: string): Promise<string> {
  const options = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  return Promise.resolve(createPrivateKey(privateKey).export(options).toString());
}

/** Every CA here is a good one: the built action's tests have others. */
const GOOD_CA = async () => [];

const SUBJECT = { countryCode: "DE", city: "MUC", organization: "Acme", organizationalUnit: "IT" };

const SILENT: Runner = {
  mask: () => {},
  info: () => {},
  group: () => {},
  notice: () => {},
  warning: () => {},
  fail: () => {},
  output: () => {},
  saveState: async () => {},
  summary: async () => {},
};

/** @throws what is no error for a user: a mistake of the action or of this test */
function codeOf(error: unknown): string {
  if (error instanceof ActionError) return error.code;
  throw error;
}
