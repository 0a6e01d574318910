import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Sandbox, type StoredCertificate, startSandbox } from "../../src/sandbox/start.ts";
import { readText } from "../rotation/keyring-text.ts";
import { createStage, type Result, runAction } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { Host } from "./host.ts";
import type { Identity } from "./identity.ts";
import type { Agent, Outcome } from "./visit.ts";

interface Issued {
  readonly name: string;
  readonly clientId: string;
  /** Empty where a device has it, or an archive. */
  readonly privateKeyPath: string;
  readonly chainPath: string;
  readonly archivePath: string;
}

/** An environment with its agents: the platform's double, the built action, and the broker that agents connect to. */
export class BrokerScene {
  readonly #stage = createStage();
  readonly #host = new Host();
  readonly #sandbox: Sandbox;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  static async start(): Promise<BrokerScene> {
    return new BrokerScene(await startSandbox({ limits: "off" }));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#host.close(), this.#sandbox.close()]);
    this.#stage.remove();
  }

  /** A folder of its own for files that stay. */
  folder(): string {
    return mkdtempSync(join(this.#stage.lasting, "files-"));
  }

  /** Runs a task that must succeed. */
  async run(task: string, inputs: Record<string, string> = {}): Promise<Result> {
    const result = await runAction(task, this.#stage, {
      inputs: { ...registerInputs(this.#sandbox, this.#stage), ...inputs },
    });
    expect(result.errors).toEqual([]);
    expect(result.exitCode).toBe(0);
    return result;
  }

  /** Issues agents with the task, in the order of its list. */
  async issue(agents: readonly string[], inputs: Record<string, string> = {}): Promise<Agent[]> {
    const given = { agents: agents.join("\n"), directory: this.folder(), ...inputs };
    const { outputs } = await this.run("agent-certificate", given);
    const issued = JSON.parse(outputs["agents"] ?? "[]") as Issued[];
    expect(issued.map(({ name }) => name)).toEqual(agents.map((line) => line.split("=")[0]));
    return issued.map(presented);
  }

  async issueOne(agent: string, inputs: Record<string, string> = {}): Promise<Agent> {
    const [issued] = await this.issue([agent], inputs);
    return issued as Agent;
  }

  /** The CAs that the platform takes agents of, oldest first: verified, and not expired. */
  usable(): StoredCertificate[] {
    return this.#sandbox.certificates.filter(
      ({ isVerified, expiration }) => isVerified && Date.parse(expiration) > Date.now(),
    );
  }

  /** The newest CA of the keyring, with its key. */
  newest(): Identity {
    const [newest] = readText(readFileSync(keyringFile(this.#stage), "utf8"), undefined).entries;
    if (newest === undefined) throw new Error("The keyring is empty");
    return newest;
  }

  /** Starts the broker anew, as the platform is now: with the usable CAs as its bundle. */
  async serve(): Promise<number> {
    const usable = this.usable();
    await this.#host.trust(...usable.map(({ pem }) => pem));
    return usable.length;
  }

  visit(agent: Agent): Promise<Outcome> {
    return this.#host.visit(agent);
  }

  /** As {@link visit}, with the TLS in which a refusal always says why. */
  askWhy(agent: Agent): Promise<Outcome> {
    return this.#host.visit(agent, "TLSv1.2");
  }
}

/** @returns what an agent presents: of its files those that there are */
function presented({ name, clientId, privateKeyPath, chainPath, archivePath }: Issued): Agent {
  if (archivePath !== "") return { name, clientId, pfx: readFileSync(archivePath) };
  const key = privateKeyPath === "" ? {} : { key: readFileSync(privateKeyPath, "utf8") };
  return { name, clientId, ...key, chain: readFileSync(chainPath, "utf8") };
}

/** @returns whether the agent's certificate was signed by that CA, and its chain ends in it */
export function comesFrom({ chain = "" }: Agent, ca: string): boolean {
  const issuer = new X509Certificate(ca);
  const [own = "", above = ""] =
    chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const signed = new X509Certificate(own).verify(issuer.publicKey);
  return signed && new X509Certificate(above).fingerprint256 === issuer.fingerprint256;
}
