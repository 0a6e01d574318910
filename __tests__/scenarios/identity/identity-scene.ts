import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { type Sandbox, type StoredCertificate, startSandbox } from "../../../src/sandbox/start.ts";
import { type Name, newKey, selfSigned } from "../../rotation/issuer.ts";
import { createStage, type Result, runAction, type Stage } from "../../support/action.ts";
import { connectionTo, keyringFile, registerInputs } from "../../support/inputs.ts";
import { seedRegistered } from "../../support/left-behind.ts";

const DAY_MS = 86_400_000;
/** One instant for a whole test file: what ends after the same number of days ends in the same second. */
const NOW = Math.floor(Date.now() / 1000) * 1000;

/** A CA that somebody made elsewhere. */
export interface OwnCa {
  readonly pem: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly expiration: string;
}

/** @returns a CA of that common name, or of those; any two that last as many days end in the same second */
export function ownCa(commonName: string | readonly string[], daysLeft = 2000): OwnCa {
  const key = newKey();
  const notAfter = NOW + daysLeft * DAY_MS;
  const names = [commonName].flat().map((name): Name[number] => ["CN", name]);
  const subject: Name = [["C", "DE"], ["O", "Acme"], ...names];
  const pem = selfSigned(createPrivateKey(key), { subject, notBefore: NOW - DAY_MS, notAfter });
  const { fingerprint256: fingerprint } = new X509Certificate(pem);
  return { pem, key, fingerprint, expiration: new Date(notAfter).toISOString() };
}

/** A platform and a machine of their own. */
export class IdentityScene {
  readonly sandbox: Sandbox;
  readonly stage: Stage = createStage();

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async begin(): Promise<IdentityScene> {
    return new IdentityScene(await startSandbox({ limits: "off" }));
  }

  async end(): Promise<void> {
    await this.sandbox.close();
    this.stage.remove();
  }

  /** Runs a task with the keyring file. */
  async run(task: string, inputs: Record<string, string> = {}): Promise<Result> {
    const given = { ...registerInputs(this.sandbox, this.stage), ...inputs };
    return await runAction(task, this.stage, { inputs: given });
  }

  /** Runs a task that must succeed. */
  async step(task: string, inputs: Record<string, string> = {}): Promise<Result> {
    const result = await this.run(task, inputs);
    expect(result.errors, result.log + result.stderr).toEqual([]);
    return result;
  }

  /** Runs a task that must fail. @returns its code and message */
  async refused(task: string, inputs: Record<string, string> = {}): Promise<Result & Refused> {
    const result = await this.run(task, inputs);
    expect(result.exitCode, result.log + result.stderr).toBe(1);
    expect(result.outputs["fingerprint"] ?? "").toBe("");
    const [{ title = "", message = "" } = {}] = result.errors;
    return { ...result, code: title.replace("MindConnect CA: ", ""), message };
  }

  /** The inputs of a CA brought along; without a keyring. */
  bring({ pem, key }: OwnCa): Record<string, string> {
    return { "ca-certificate": pem, "ca-private-key": key, "keyring-file": "" };
  }

  /** Puts a CA into a slot, as somebody else would have done. @returns its id */
  seed({ pem }: OwnCa, name: string, verified = true): string {
    return this.sandbox.seed(pem, { name, verified }).id;
  }

  /** Seeds what the registration of a CA in the keyring leaves: it is verified in a slot, and noted. @returns its id */
  hold({ pem, key: privateKey }: OwnCa): string {
    const { id, keyring } = seedRegistered(this.sandbox, { pem, privateKey }, NOW);
    this.keyring = keyring;
    return id;
  }

  get connection(): Record<string, string> {
    return connectionTo(this.sandbox);
  }

  /** The keyring file's text, or a new one. */
  get keyring(): string {
    return readFileSync(keyringFile(this.stage), "utf8");
  }
  set keyring(text: string) {
    writeFileSync(keyringFile(this.stage), text, { mode: 0o600 });
  }

  /** What the platform was asked from a call on, tokens aside. */
  callsFrom(first: number): string[] {
    return this.sandbox.calls.slice(first).map(({ call }) => call);
  }

  /** All that a later run could find changed: the slots and the keyring file. */
  get state(): unknown {
    const file = keyringFile(this.stage);
    const keyring = existsSync(file) ? readFileSync(file, "utf8") : "";
    return structuredClone({ slots: this.sandbox.certificates, keyring });
  }

  get uploads(): number {
    return this.sandbox.calls.filter(({ call }) => call === "upload").length;
  }

  /** Takes a certificate out of its slot, as somebody does by hand in Insights Hub. */
  removeByHand(id: string): void {
    const certificates = this.sandbox.certificates as StoredCertificate[];
    certificates.splice(
      certificates.findIndex((stored) => stored.id === id),
      1,
    );
  }
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

/** @returns everything that a run showed or handed on, as one text */
export function seen({ stdout, stderr, summary, outputs }: Result): string {
  return [stdout, stderr, summary, JSON.stringify(outputs)].join("\n");
}
