import { existsSync, readFileSync, utimesSync } from "node:fs";
import { expect } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { exposedKeys, filesWithKeys, Witness, type World } from "./invariants.ts";
import { quickOpenssl } from "./quick-openssl.ts";
import { describeState, Shown } from "./same-state.ts";
import type { Scenario } from "./scenarios.ts";

/** From which states runs without faults finish the job and then find nothing to do, and what post steps leave. */
const SHOWN = new Shown();

/** One scenario of its own: a platform, a machine, and a witness who watches both. */
export class Trial {
  readonly sandbox: Sandbox;
  readonly stage: Stage;
  /** Inputs for a run in which the making of the temporary key is not what matters. */
  readonly quick: Readonly<Record<string, string>>;
  readonly #inputs: Readonly<Record<string, string>>;
  readonly #passphrase: string | undefined;
  readonly #witness: Witness;
  readonly #watch: (stage: Stage) => void;
  readonly #scenario: string;
  readonly #options: SandboxOptions;

  private constructor(scenario: Scenario, sandbox: Sandbox, stage: Stage, options: SandboxOptions) {
    this.#scenario = scenario.name;
    this.#options = options;
    this.sandbox = sandbox;
    this.stage = stage;
    this.quick = quickOpenssl(stage.root);
    this.#inputs = { ...registerInputs(sandbox, stage), ...scenario.prepare?.(sandbox, stage) };
    this.#passphrase = scenario.passphrase;
    this.#watch = scenario.watch ?? (() => {});
    this.#witness = new Witness({ strangers: [], brought: [], ...scenario.origin });
  }

  /** Sets a scenario up, lets a case play in it, and clears it away. */
  static async with<T>(
    scenario: Scenario,
    options: SandboxOptions,
    play: (trial: Trial) => Promise<T>,
  ): Promise<T> {
    const sandbox = await startSandbox({ limits: "off", ...options });
    const stage = createStage();
    try {
      return await play(new Trial(scenario, sandbox, stage, options));
    } finally {
      await sandbox.close();
      stage.remove();
    }
  }

  /** Runs the root action's main step. @param inputs added to the scenario's; an empty one takes its input away */
  async run({ inputs, ...options }: RunOptions = {}): Promise<Result> {
    return await runAction("register", this.stage, { ...options, inputs: { ...this.#inputs, ...inputs } });
  }

  /** Runs the post step after a main step, and shows what must hold after it, once from each state. */
  async clear({ state }: Result, then?: () => Promise<void>): Promise<void> {
    await SHOWN.once(this.#describe({ post: state, isLast: then === undefined }), async () => {
      const post = await runAction("register", this.stage, { step: "post", state });
      expect({ exitCode: post.exitCode, log: post.log, stderr: post.stderr }).toEqual({
        exitCode: 0,
        log: "",
        stderr: "",
      });
      this.expectClear();
      await then?.();
    });
  }

  /** Lets the lock that a killed run left grow old: waiting for that is one test's matter, not that of each case. */
  letTimePass(): void {
    letLockAge(keyringFile(this.stage));
  }

  /** What must hold at every instant. */
  expectSafe(): void {
    expect(this.#witness.violations(this.#world())).toEqual([]);
    expect(exposedKeys(this.stage.root)).toEqual([]);
    this.#watch(this.stage);
  }

  /** No working directory is left with a key in it. */
  expectClear(): void {
    expect(filesWithKeys(this.stage.temp)).toEqual([]);
  }

  /** A run that did the job: it says so, and the platform and the keyring show it. */
  expectDone(result: Result): void {
    expect({ errors: result.errors, exitCode: result.exitCode }).toEqual({ errors: [], exitCode: 0 });
    expect(this.#witness.unfinished(this.#world())).toEqual([]);
    expect(result.outputs["verified"]).toBe("true");
    const { certificates } = this.sandbox;
    expect(certificates.map(({ id }) => id)).toContain(result.outputs["certificate-id"]);
  }

  /**
   * Guarantee 4: run again, with nothing in the way, it finishes; and then there is nothing to do, and nothing is left of the
   * run before. It is shown once from each state.
   * @param before the states that such runs have been through already
   */
  async expectRecovery(
    inputs: Readonly<Record<string, string>> = {},
    before: readonly string[] = [],
  ): Promise<void> {
    expect(before.length, "two runs more, and there is still something to do").toBeLessThan(2);
    const state = this.#describe(inputs);
    expect(before, "a run without faults left everything as it was").not.toContain(state);
    await SHOWN.once(state, async () => {
      const calls = this.sandbox.calls.length;
      const again = await this.run({ inputs: { ...this.quick, ...inputs } });
      this.expectDone(again);
      // Without its post step the next run wipes what the one before it left.
      this.expectClear();
      if (again.outputs["outcome"] !== "unchanged") {
        await this.expectRecovery(inputs, [...before, state]);
        return;
      }
      const seen = this.sandbox.calls.slice(calls).map(({ call }) => call);
      expect(seen.filter((call) => !call.endsWith("token"))).toEqual(["list"]);
      // What a killed run was writing beside the keyring is gone, too.
      expect(filesWithKeys(this.stage.lasting)).toEqual([keyringFile(this.stage)]);
    });
  }

  /** @param more what the next step depends on beside the trial's own inputs */
  #describe(more: unknown): string {
    // The platform's limits count the calls.
    const calls = this.#options.limits === undefined ? 0 : this.sandbox.calls.length;
    const settings = [this.#scenario, this.#options, calls, this.#inputs, more];
    return describeState(this.sandbox, this.stage, settings);
  }

  #world(): World {
    const path = keyringFile(this.stage);
    return {
      slots: this.sandbox.certificates,
      calls: this.sandbox.calls,
      keyring: existsSync(path) ? readFileSync(path, "utf8") : "",
      passphrase: this.#passphrase,
    };
  }
}

/** Makes the lock of a file, where there is one, a minute old. */
export function letLockAge(file: string): void {
  const [lock, then] = [`${file}.lock`, new Date(Date.now() - 60_000)];
  if (existsSync(lock)) utimesSync(lock, then, then);
}
