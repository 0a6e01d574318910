import { mkdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createResultsDirectory,
  createWorkingDirectory,
  wipe,
  writePrivate,
} from "../action/private-directory.ts";
import type { Runner } from "../action/runner.ts";
import { Clocks } from "../ca/clocks.ts";
import { Http } from "../http/http.ts";
import { Deadline } from "../http/retry.ts";
import type { KeyringInput } from "../keyring/inputs.ts";
import { KeyringFile } from "../keyring/keyring-file.ts";
import { KeyringSecret } from "../keyring/keyring-secret.ts";
import { loadSecrets } from "../keyring/load-github.ts";
import { permissionWarning } from "../keyring/permissions.ts";
import { RunKeyring } from "../keyring/run-keyring.ts";
import { describeSecret } from "../keyring/secret-inputs.ts";
import type { KeyringStorage } from "../keyring/storage.ts";
import { type Connection, connect, type Platform } from "../mindconnect/connect.ts";
import { commandLine, OPENSSL_CONFIGURATION } from "../openssl/commands.ts";
import { encryptPrivateKey } from "../openssl/encrypt.ts";
import { type CommandDirectory, type FinishedCommand, OpenSsl } from "../openssl/process.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { endRunning } from "../openssl/watchdog.ts";
import { ownerFile, wipeLeftBehind } from "./left-behind.ts";

/** What a recipe works with in one run: runner, clocks, OpenSSL, keyring and platform. It is cleaned up at the end. */
export class RunContext {
  readonly runner: Runner;
  /** Every clock of this run. */
  readonly clock = new Clocks();
  readonly #workingDirectory: string | undefined;
  readonly #tidied: Promise<void>;
  #openssl: OpenSsl | undefined;
  #deadline: Deadline | undefined;
  #platform: Platform | undefined;
  #results: string | undefined;
  readonly #workers: OpenSsl[] = [];
  #shownCommands = 0;

  private constructor(workingDirectory: string | undefined, runner: Runner) {
    this.#workingDirectory = workingDirectory;
    this.#tidied = wipeLeftBehind(workingDirectory);
    this.runner = runner;
  }

  /** @param privateDirectory whether the task makes files with secrets */
  static prepare(privateDirectory: boolean, runner: Runner): RunContext {
    if (!privateDirectory) return new RunContext(undefined, runner);
    return new RunContext(
      createWorkingDirectory({ ...ownerFile(), [CONFIGURATION]: OPENSSL_CONFIGURATION }, runner),
      runner,
    );
  }

  /** The private directory of this run, absolute. */
  get workingDirectory(): string {
    if (this.#workingDirectory === undefined) throw new Error("this task declared no private directory");
    return this.#workingDirectory;
  }

  /** The directory where the documented commands run; the same at each call. */
  commandDirectory(program: string, tenant: string): CommandDirectory {
    this.#openssl ??= new OpenSsl(this.program(program));
    return { openssl: this.#openssl, directory: this.workingDirectory, tenant };
  }

  /**
   * Directories of their own for documented commands that run at the same time: each writes its own `<tenant>.srl`.
   * @param keep most finished commands that each of them keeps
   */
  workers(
    program: string,
    tenant: string,
    count: number,
    keep: number,
  ): (CommandDirectory & { readonly openssl: OpenSsl })[] {
    return Array.from({ length: count }, (_, index) => {
      const directory = join(this.workingDirectory, `worker-${index}`);
      mkdirSync(directory, { mode: 0o700 });
      const openssl = new OpenSsl({ ...this.program(program), directory }, keep);
      this.#workers.push(openssl);
      return { openssl, directory, tenant };
    });
  }

  /** @returns the OpenSSL program at a path, with what its processes are started with */
  program(path: string): OpenSslProgram {
    const directory = this.workingDirectory;
    return { path, directory, configuration: join(directory, CONFIGURATION) };
  }

  /** The directory (0700) for results that later steps read, absolute; it is made at the first call. */
  get results(): string {
    this.#results ??= createResultsDirectory();
    return this.#results;
  }

  /**
   * Begins the time for all calls to the platform and GitHub, at the first call.
   * @param milliseconds `timeout-minutes`, or its default for a task that has no such input
   */
  limit(milliseconds = DEFAULT_TIMEOUT_MS): Deadline {
    this.#deadline ??= new Deadline(milliseconds);
    return this.#deadline;
  }

  /** Prepares the calls to the platform; sends nothing. */
  async connect(connection: Connection): Promise<Platform> {
    const deadline = this.limit(connection.timeout);
    const http = await Http.open(deadline);
    const { mask, info: notice } = this.runner;
    this.#platform = connect(connection, http, deadline, this.clock, { mask, notice });
    return this.#platform;
  }

  /**
   * @param tenant undefined for every tenant's CAs
   * @returns a tenant's keyring from the inputs, with the way to write it; its keys are masked from here on
   */
  keyring(input: KeyringInput, program: string, tenant: string | undefined): RunKeyring {
    for (const { privateKey } of input.keyring.entries) this.runner.mask(privateKey);
    const permissions = input.file === undefined ? undefined : permissionWarning(input.file);
    if (permissions !== undefined) this.runner.warning(permissions);
    return new RunKeyring(
      input,
      this.#storage(input),
      input.passphrases,
      async (privateKey, passphrase) => {
        this.runner.mask(privateKey);
        return await encryptPrivateKey(privateKey, passphrase, this.program(program));
      },
      tenant,
      this.runner.warning,
    );
  }

  #storage({ file, secret, text }: KeyringInput): KeyringStorage | undefined {
    if (file !== undefined)
      return new KeyringFile(file, { text, clock: () => this.clock.earliest(), say: this.runner.info });
    if (secret === undefined) return undefined;
    const { address, mayImport } = secret;
    return new KeyringSecret({
      name: address.name,
      location: describeSecret(address),
      text,
      mayImport,
      // Octokit and libsodium are loaded here and not before.
      open: async () => {
        const deadline = this.limit();
        const http = await Http.open(deadline);
        const { GitHubSecret } = await loadSecrets(new URL(address.api));
        const dated = (at: number) => this.clock.note("github", at);
        return new GitHubSecret(address, { http, deadline, notice: this.runner.info, dated });
      },
      warn: this.runner.warning,
    });
  }

  /** Writes a file without secrets that later steps read. @returns its path */
  async writeResult(name: string, text: string): Promise<string> {
    const path = join(this.results, name);
    await writePrivate(path, text);
    return path;
  }

  /**
   * Writes a file that stays.
   * @param directory of the input, which exists; undefined for a file without secrets that later steps read
   * @returns the file's path
   * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
   */
  async placeFile(directory: string | undefined, name: string, text: string): Promise<string> {
    if (directory === undefined) return await this.writeResult(name, text);
    const path = join(directory, name);
    await writePrivate(path, text);
    return path;
  }

  /** Shows the OpenSSL commands that have run since the last call, as a group of the log. */
  showCommands(title: string): void {
    const fresh = this.finished.slice(this.#shownCommands);
    this.#shownCommands += fresh.length;
    if (fresh.length > 0)
      this.runner.group(
        title,
        fresh.flatMap(({ lines }) => lines),
      );
  }

  /** The documented commands that have ended so far. */
  get finished(): readonly FinishedCommand[] {
    return this.#openssl?.finished ?? [];
  }

  /** The same as a person would type them. */
  get commands(): readonly string[] {
    return this.finished.map(({ argv }) => commandLine(argv));
  }

  /** Shows the calls to the platform with their statuses, as a group of the log. */
  showCalls(): void {
    const calls = this.#platform?.calls ?? [];
    if (calls.length === 0) return;
    const lines = calls.map(
      (call) => `${call.method} ${call.url} -> ${call.status} (${call.milliseconds} ms)`,
    );
    this.runner.group(`Calls to the platform (${calls.length})`, lines);
  }

  /** Waits for what still runs and wipes the private directory; connections end with the process. */
  async cleanUp(): Promise<void> {
    await Promise.all([this.#openssl, ...this.#workers].map((openssl) => openssl?.settled()));
    endRunning();
    await this.#tidied;
    if (this.#workingDirectory !== undefined) wipe(this.#workingDirectory);
    // Results that were taken back leave a folder; one with something in it stays.
    if (this.#results !== undefined) await rmdir(this.#results).catch(() => {});
  }
}

const CONFIGURATION = "openssl.cnf";

/** The default of `timeout-minutes`. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** Warns of clocks that differ by more than 60 s. */
export function warnOfSkew({
  context,
  platform,
}: {
  readonly context: Pick<RunContext, "runner">;
  readonly platform: Pick<Platform, "clock">;
}): void {
  const skew = platform.clock.warning();
  if (skew !== undefined) context.runner.warning(skew);
}
