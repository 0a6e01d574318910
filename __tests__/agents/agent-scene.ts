import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Certificate, readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { entryOf, type MadeCa, makeCa, openssl } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { createStage, type Result, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { connectionTo, TENANT } from "../support/inputs.ts";
import { OPENSSL } from "../support/ready-keys.ts";

/** An agent as the output shows it. */
interface ShownAgent {
  readonly name: string;
  readonly clientId: string;
  readonly certificatePath: string;
  readonly privateKeyPath: string;
  readonly chainPath: string;
  readonly archivePath: string;
  readonly expiration: string;
}

/** CAs and a device's key, made once: each scene puts them on a platform of its own. */
export class Makers {
  readonly workshop = new Workshop();
  readonly ca: MadeCa = makeCa(this.workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme");
  readonly next: MadeCa = makeCa(this.workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme-20300101");
  /** A key at hand, where a test needs many agents and not their keys. */
  readonly spareKey = this.workshop.key();

  /** @returns a CA of the first one's key and subject that ends in a number of days */
  ending(days: number): MadeCa {
    const { workshop, ca } = this;
    const subject = ["-subj", "/CN=acme", "-days", String(days)];
    const config = ["-config", "openssl.cnf", "-extensions", "ca"];
    const pem = openssl(workshop, "req", "-x509", "-new", "-key", ca.file, ...subject, ...config);
    return { ...ca, pem };
  }

  /** @returns the path of a file in the makers' folder, which no scene removes */
  file(name: string, content: string | Buffer): string {
    const path = join(this.workshop.directory, name);
    writeFileSync(path, content);
    return path;
  }

  /** @returns the path of a CSR for a common name, made with a device's own key */
  csr(name: string, subject = `/C=DE/CN=${name}`): string {
    const pem = openssl(this.workshop, "req", "-new", "-key", this.spareKey, "-subj", subject);
    const path = join(this.workshop.directory, `csr-${name.replaceAll(":", "_")}-${subject.length}.csr`);
    writeFileSync(path, pem);
    return path;
  }

  get spareKeyPem(): string {
    return readFileSync(join(this.workshop.directory, this.spareKey), "utf8");
  }
}

/** A tenant whose CA issues agents. */
export class AgentScene {
  readonly stage: Stage = createStage();
  readonly directory = join(this.stage.lasting, "agents");
  readonly makers: Makers;
  readonly sandbox: Sandbox;

  private constructor(makers: Makers, sandbox: Sandbox) {
    this.makers = makers;
    this.sandbox = sandbox;
  }

  /** @returns a scene where the platform has the makers' first CA, verified unless told otherwise */
  static async open(
    makers: Makers,
    ca: "verified" | "unverified" | "absent" = "verified",
  ): Promise<AgentScene> {
    const scene = new AgentScene(makers, await startSandbox({ limits: "off" }));
    if (ca !== "absent") scene.sandbox.seed(makers.ca.pem, { name: "acme-ca", verified: ca === "verified" });
    return scene;
  }

  /** Stops the platform and removes everything. */
  async close(): Promise<void> {
    await this.sandbox.close();
    this.stage.remove();
  }

  /** @returns a keyring's text */
  keyring(...entries: readonly KeyringEntry[]): string {
    const own = entries.length === 0 ? [entryOf(this.makers.ca)] : entries;
    return formatKeyring({ generation: 1, writtenAt: "2026-01-01T00:00:00.000Z", entries: own });
  }

  /** @returns inputs that issue the agents of a list */
  inputs(agents: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      ...connectionTo(this.sandbox),
      "country-code": "DE",
      city: "MUC",
      organization: "Acme",
      keyring: this.keyring(),
      directory: this.directory,
      agents,
      ...more,
    };
  }

  /** Runs the task. */
  async run(
    agents: string,
    more: Readonly<Record<string, string>> = {},
    options: RunOptions = {},
  ): Promise<Result> {
    return await runAction("agent-certificate", this.stage, {
      inputs: this.inputs(agents, more),
      ...options,
    });
  }

  /** Runs the task, which must succeed. */
  async issue(
    agents: string,
    more: Readonly<Record<string, string>> = {},
    options: RunOptions = {},
  ): Promise<Result & { agents: ShownAgent[] }> {
    const result = await this.run(agents, more, options);
    expect(result.errors, result.log + result.stderr).toEqual([]);
    expect(result.exitCode).toBe(0);
    return { ...result, agents: JSON.parse(result.outputs["agents"] ?? "") };
  }

  /** Runs the task, which must fail and leave nothing beside the directory. @returns its error */
  async fail(
    agents: string,
    more: Readonly<Record<string, string>> = {},
    options: RunOptions = {},
  ): Promise<{ code: string; message: string; result: Result }> {
    // Another quick one would take the place of the given.
    const program = "openssl-path" in more ? {} : this.quick().input;
    const result = await this.run(agents, { ...program, ...more }, options);
    expect(result.exitCode, result.log + result.stderr).toBe(1);
    expect(result.errors).toHaveLength(1);
    expect(readdirSync(this.stage.temp)).toEqual([]);
    const [{ title, message } = { title: "", message: "" }] = result.errors;
    return { code: title.replace("MindConnect CA: ", ""), message, result };
  }

  /** @returns what went aside: the files, those of each time sorted */
  superseded(): string[] {
    const folder = join(this.directory, "superseded");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((time) => readdirSync(join(folder, time)).toSorted());
  }

  /** @returns what is in the directory, sorted; the manifest and what went aside are not named */
  files(): string[] {
    const others = ["agents.csv", "agents.json", "superseded"];
    return readdirSync(this.directory)
      .filter((file) => !others.includes(file))
      .toSorted();
  }

  /** Writes a file into the directory, which is made where it does not exist. */
  put(file: string, content: string | Buffer): void {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, file), content);
  }

  /** Removes a file of the directory. */
  remove(file: string): void {
    rmSync(join(this.directory, file));
  }

  /** @returns the text of a file in the directory */
  read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  certificate(file: string): Certificate {
    return readCertificate(this.read(file));
  }

  /**
   * Writes an OpenSSL that notes its documented commands and has keys at hand: making one takes a quarter of a second.
   * @param script shell lines that run before each command, which is in `$*`
   * @returns the inputs that make a run use it, and what it was started with
   */
  quick(script = ""): { input: Record<string, string>; started: () => string[] } {
    const folder = join(this.stage.root, "bin");
    mkdirSync(folder, { recursive: true });
    const [path, trace] = [join(folder, "openssl"), join(folder, "trace")];
    const key = join(this.makers.workshop.directory, this.makers.spareKey);
    const lines = [
      "#!/bin/sh",
      `echo "openssl $*" >> '${trace}'`,
      script,
      `if [ "$1" = genrsa ]; then cat '${key}' > "$3"; exit 0; fi`,
      `exec '${OPENSSL}' "$@"\n`,
    ];
    writeFileSync(path, lines.join("\n"), { mode: 0o755 });
    writeFileSync(trace, "");
    return {
      input: { "openssl-path": path },
      started: () => readFileSync(trace, "utf8").trimEnd().split("\n"),
    };
  }
}

/** @returns a list of agents, a name a line */
export function fleet(count: number): string {
  return Array.from({ length: count }, (_, index) => `device-${index}`).join("\n");
}

export { TENANT };
