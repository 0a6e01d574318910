import { createPrivateKey } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { quickOpenssl } from "../faults/quick-openssl.ts";
import { createStage, type Result, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { DAY } from "./clock.ts";
import { unfinished } from "./end-state.ts";
import { newKey, selfSigned } from "./issuer.ts";
import { type Rules, type Snapshot, Watch } from "./watch.ts";

const RULES = { overlap: 365, retire: "after-overlap", retiredKeys: "keep", renewBefore: 395 } as const;

/** A CA and its place in a rotation. */
export interface SeededCa {
  readonly commonName: string;
  readonly daysLeft: number;
  /** Days until it begins to be valid. Default: it began long ago. */
  readonly beginsIn?: number;
  /** Whether it lies in a slot. Default `verified`. */
  readonly slot?: "verified" | "unverified" | "none";
  /** Whether the keyring has it. Default true. */
  readonly held?: boolean;
  /** Days since it was read back as verified, or what somebody wrote there; left out: the keyring does not say. */
  readonly verified?: number | string;
  /** Whether it is marked retired. Default false. */
  readonly retired?: boolean;
}

/** The built action beside a sandbox, watched at every instant. */
export class WatchedAction {
  readonly sandbox: Sandbox;
  readonly stage: Stage = createStage();
  /** Inputs of a plan; `apply` and others are added by each run. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly #readAsVerified = new Set<string>();
  #rules: Rules & { readonly renewBefore: number } = RULES;
  #watch: Watch | undefined;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.inputs = { ...registerInputs(sandbox, this.stage), ...quickOpenssl(this.stage.root) };
    sandbox.onCarriedOut(() => this.look());
    sandbox.onAnswered(({ method, status }) => {
      if (method !== "GET" || status !== 200) return;
      for (const { id, isVerified } of sandbox.certificates) if (isVerified) this.#readAsVerified.add(id);
    });
  }

  static async start(options: SandboxOptions = {}): Promise<WatchedAction> {
    return new WatchedAction(await startSandbox({ limits: "off", ...options }));
  }

  /** Fills slots and keyring; the newest by insertion comes first. @returns their ids, empty for one in no slot */
  seed(...cas: readonly SeededCa[]): string[] {
    const seeded = cas.map((ca) => {
      const key = newKey();
      const notAfter = Date.now() + ca.daysLeft * DAY;
      const subject = [["CN", ca.commonName]] as const;
      const pem = selfSigned(createPrivateKey(key), { subject, notBefore: beginOf(ca, notAfter), notAfter });
      const { slot = "verified" } = ca;
      const id = slot === "none" ? "" : this.sandbox.seed(pem, { verified: slot === "verified" }).id;
      return { ...ca, key, pem, id };
    });
    const texts = seeded.map(({ key, pem, id, verified, retired = false, held = true }) => {
      const at = (days: number) => new Date(Date.now() - days * DAY).toISOString();
      const since = typeof verified === "number" ? at(verified) : verified;
      const lines = [
        id === "" ? "" : `Platform id: ${id}\n`,
        since === undefined ? "" : `Verified at: ${since}\n`,
        retired ? `Retired at: ${at(0)}\n` : "",
      ];
      return held ? `${lines.join("")}${key}${pem}` : "";
    });
    writeFileSync(keyringFile(this.stage), texts.join(""), { mode: 0o600 });
    return seeded.map(({ id }) => id);
  }

  /** Rewrites the keyring file as somebody would by hand. */
  edit(change: (text: string) => string): void {
    writeFileSync(keyringFile(this.stage), change(this.keyring), { mode: 0o600 });
  }

  /** Begins to watch; what was seeded is how it began. */
  watch(rules: Partial<Rules> = {}): void {
    this.#rules = { ...RULES, ...rules };
    this.#watch = new Watch(this.snapshot(), this.#rules);
  }

  /** @param options.task default: rotate */
  async run({ inputs, task = "rotate", ...options }: RunOptions & { task?: string } = {}): Promise<Result> {
    const result = await runAction(task, this.stage, {
      ...options,
      inputs: { ...this.inputs, ...inputs },
    });
    this.look();
    return result;
  }

  /** The keyring file's text. */
  get keyring(): string {
    const path = keyringFile(this.stage);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  snapshot(): Snapshot {
    const { certificates: slots } = this.sandbox;
    return { now: Date.now(), slots, keyring: this.keyring, readAsVerified: this.#readAsVerified };
  }

  look(): void {
    this.#watch?.look(this.snapshot());
  }

  /** What was wrong at some instant. */
  get problems(): readonly string[] {
    return this.#watch?.problems ?? [];
  }

  /** What keeps the rotation from being where it is to lead. */
  get unfinished(): readonly string[] {
    return unfinished(this.snapshot(), this.#rules);
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    this.stage.remove();
  }
}

function beginOf({ beginsIn }: SeededCa, notAfter: number): number {
  return beginsIn === undefined ? notAfter - 4000 * DAY : Date.now() + beginsIn * DAY;
}
