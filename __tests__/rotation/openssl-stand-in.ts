import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ActionError } from "../../src/messages/errors.ts";
import type { CommandDirectory } from "../../src/openssl/process.ts";
import { type Clock, DAY, SECOND } from "./clock.ts";
import type { Incident } from "./incident.ts";
import { issue, newKey, parseName, selfSigned } from "./issuer.ts";

/** What one process takes. */
const PROCESS = SECOND / 4;

/**
 * Stands in for OpenSSL in one working directory, which it makes when it is first needed: understands the documented
 * commands, by the clock of the machine.
 */
export class OpenSslStandIn implements Pick<CommandDirectory["openssl"], "run" | "made" | "version"> {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #incident: Incident;
  readonly #made = new Set<string>();

  constructor(directory: string, clock: Clock, incident: Incident) {
    this.#directory = directory;
    this.#clock = clock;
    this.#incident = incident;
  }

  /** A process that was started early may fail before anybody awaits it; whoever does still gets the error. */
  run(argv: readonly string[], directory = this.#directory): Promise<void> {
    const running = this.#run(argv, directory);
    running.catch(() => {});
    return running;
  }

  made(file: string): boolean {
    return this.#made.has(file);
  }

  version(): Promise<string> {
    return Promise.resolve("OpenSSL 3.0.0");
  }

  async #run(argv: readonly string[], directory: string): Promise<void> {
    const out = after(argv, "-out");
    const point = { kind: "process", what: `openssl ${argv[0]} ${out}` } as const;
    const { fault, passed } = await this.#incident.reach(point);
    this.#clock.pass(PROCESS);
    mkdirSync(directory, { recursive: true });
    if (fault === "fails") throw new ActionError("OPENSSL_FAILED", `${point.what} failed`);
    writeFileSync(join(directory, out), this.#output(argv));
    await passed();
    this.#made.add(out);
  }

  #output(argv: readonly string[]): string {
    const [command] = argv;
    if (command === "genrsa") return newKey();
    if (command === "req" && argv.includes("-x509")) {
      const said = { subject: parseName(after(argv, "-subj"), "/"), ...this.#validity(argv) };
      return selfSigned(this.#key(after(argv, "-key")), said);
    }
    // Nobody but this stand-in reads a request.
    if (command === "req") return JSON.stringify([after(argv, "-key"), after(argv, "-subj")]);
    if (command === "x509") return this.#signed(argv);
    throw new Error(`not one of the documented commands: ${argv.join(" ")}`);
  }

  #signed(argv: readonly string[]): string {
    const [key, subject] = JSON.parse(this.#read(after(argv, "-in"))) as [string, string];
    const ca = new X509Certificate(this.#read(after(argv, "-CA")));
    const said = { subject: parseName(subject, "/"), publicKey: createPublicKey(this.#key(key)), ca: false };
    const issuer = { name: parseName(ca.subject, "\n"), key: this.#key(after(argv, "-CAkey")) };
    return issue({ ...said, ...this.#validity(argv) }, issuer);
  }

  #validity(argv: readonly string[]): { notBefore: number; notAfter: number } {
    const notBefore = this.#clock.machine();
    return { notBefore, notAfter: notBefore + Number(after(argv, "-days")) * DAY };
  }

  #key(file: string): KeyObject {
    return createPrivateKey(this.#read(file));
  }

  #read(file: string): string {
    return readFileSync(join(this.#directory, file), "utf8");
  }
}

function after(argv: readonly string[], option: string): string {
  const value = argv[argv.indexOf(option) + 1];
  if (!argv.includes(option) || value === undefined)
    throw new Error(`${option} is missing: ${argv.join(" ")}`);
  return value;
}
