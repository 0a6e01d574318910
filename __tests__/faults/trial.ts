import { existsSync, readFileSync, utimesSync } from "node:fs";
import { expect } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { keyringFile, registerInputs } from "../support/inputs.ts";
import { exposedKeys, filesWithKeys, Witness, type World } from "./invariants.ts";
import { quickOpenssl } from "./quick-openssl.ts";
import type { Scenario } from "./scenarios.ts";

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

  private constructor(scenario: Scenario, sandbox: Sandbox, stage: Stage) {
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
      return await play(new Trial(scenario, sandbox, stage));
    } finally {
      await sandbox.close();
      stage.remove();
    }
  }

  /** Runs the root action's main step. @param inputs added to the scenario's; an empty one takes its input away */
  async run({ inputs, ...options }: RunOptions = {}): Promise<Result> {
    return await runAction("register", this.stage, { ...options, inputs: { ...this.#inputs, ...inputs } });
  }

  /** Runs the post step after a main step. */
  async clear(main: Result): Promise<void> {
    const post = await runAction("register", this.stage, { step: "post", state: main.state });
    expect({ exitCode: post.exitCode, log: post.log, stderr: post.stderr }).toEqual({
      exitCode: 0,
      log: "",
      stderr: "",
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

  /** Guarantee 4: run again, with nothing in the way, it finishes; and then there is nothing to do. */
  async expectRecovery(inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    for (let left = 2; ; left -= 1) {
      const before = this.sandbox.calls.length;
      const again = await this.run({ inputs: { ...this.quick, ...inputs } });
      this.expectDone(again);
      const calls = this.sandbox.calls.slice(before).map(({ call }) => call);
      if (again.outputs["outcome"] === "unchanged") {
        expect(calls.filter((call) => !call.endsWith("token"))).toEqual(["list"]);
        // What a killed run was writing beside the keyring is gone, too.
        expect(filesWithKeys(this.stage.lasting)).toEqual([keyringFile(this.stage)]);
        return;
      }
      expect(left, "two runs more, and there is still something to do").toBeGreaterThan(1);
    }
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
