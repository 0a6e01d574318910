import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, type RunOptions, runAction, type Stage } from "../support/action.ts";
import { type GitHub, startGitHub } from "../support/github.ts";
import { exposedKeys, filesWithKeys } from "./invariants.ts";
import { letLockAge } from "./trial.ts";

/** One write of a keyring that is there already, which a kill may interrupt. */
export interface KeptJob {
  readonly name: string;
  readonly task: "keyring" | "register" | "rotate";
  /** The boundaries that it is killed at. */
  readonly labels: RegExp;
  /** Puts the keyring there. @returns the inputs */
  readonly prepare: (place: KeptPlace) => Record<string, string>;
  /** @returns the inputs of a later run, where a secret has another value by then */
  readonly again?: (place: KeptPlace) => Record<string, string>;
  /** Checks what must hold at every instant. */
  readonly expectSafe: (place: KeptPlace) => void;
  /** Checks that a run did the job, or found it done. */
  readonly expectDone: (place: KeptPlace, result: Result) => void;
  /** What a person does before the run after a kill, where the run before it may have come so far that it says so. */
  readonly followNext?: (place: KeptPlace, result: Result) => void;
}

/** A machine, GitHub and the platform for one such job. */
export class KeptPlace {
  readonly stage: Stage = createStage();
  readonly github: GitHub;
  readonly sandbox: Sandbox;
  /** The files that keep a keyring. */
  readonly files = ["keyring.pem", "copy.pem"] as const;

  private constructor(github: GitHub, sandbox: Sandbox) {
    this.github = github;
    this.sandbox = sandbox;
  }

  static async with<T>(play: (place: KeptPlace) => Promise<T>): Promise<T> {
    const place = new KeptPlace(await startGitHub(), await startSandbox({ limits: "off" }));
    try {
      return await play(place);
    } finally {
      await Promise.all([place.github.close(), place.sandbox.close()]);
      place.stage.remove();
    }
  }

  path(name: KeptPlace["files"][number]): string {
    return join(this.stage.lasting, name);
  }

  /** @returns a file's text, empty where it is not there */
  text(name: KeptPlace["files"][number]): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), "utf8") : "";
  }

  write(name: KeptPlace["files"][number], text: string): void {
    writeFileSync(this.path(name), text, { mode: 0o600 });
  }

  async run(
    task: string,
    inputs: Record<string, string>,
    { env, ...options }: RunOptions = {},
  ): Promise<Result> {
    return await runAction(task, this.stage, {
      ...options,
      // The stage lies where temporary files lie.
      inputs: { "keyring-ephemeral": "true", ...inputs },
      env: { ...this.github.env, ...env },
    });
  }

  letTimePass(): void {
    for (const name of this.files) letLockAge(this.path(name));
  }

  /** No key lies where others could read it. */
  expectHidden(): void {
    expect(exposedKeys(this.stage.root)).toEqual([]);
  }

  /** Nothing of a killed run is left: no working directory with a key, and nothing beside the keyrings. */
  expectClear(): void {
    expect(filesWithKeys(this.stage.temp)).toEqual([]);
    const kept = this.files.map((name) => this.path(name));
    expect(filesWithKeys(this.stage.lasting).filter((path) => !kept.includes(path))).toEqual([]);
  }
}
