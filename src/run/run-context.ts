// What a recipe works with in one run.
import { mkdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createResultsDirectory,
  createWorkingDirectory,
  replacePrivate,
  wipe,
  writePrivate,
} from "../action/private-directory.ts";
import type { Runner } from "../action/runner.ts";
import { Clocks } from "../ca/clocks.ts";
import { Http } from "../http/http.ts";
import { isLoopback } from "../http/proxy.ts";
import { type Deadline, deadlineIn } from "../http/retry.ts";
import { KeyringBackup } from "../keyring/backup.ts";
import type { BackupInput } from "../keyring/backup-inputs.ts";
import { KeyringFile } from "../keyring/file-storage.ts";
import { describeSecret } from "../keyring/github-secret-inputs.ts";
import type { KeyringInput } from "../keyring/keyring-inputs.ts";
import { warnOfVanishingFile } from "../keyring/keyring-rules.ts";
import { KeyringSession } from "../keyring/keyring-session.ts";
import { loadSecrets } from "../keyring/load-github.ts";
import { permissionWarning } from "../keyring/permissions.ts";
import { KeyringSecret } from "../keyring/secret-storage.ts";
import type { KeyringStorage } from "../keyring/storage.ts";
import { type Connection, connect, type Platform } from "../mindconnect/connect.ts";
import { encryptForRecipients } from "../openssl/cms.ts";
import { commandLine, OPENSSL_CONFIGURATION } from "../openssl/commands.ts";
import { encryptPrivateKey } from "../openssl/encrypt-key.ts";
import { type CommandDirectory, type FinishedCommand, OpenSsl } from "../openssl/process.ts";
import { endRunning } from "../openssl/process-timeout.ts";
import type { OpenSslProgram } from "../openssl/program.ts";
import { asBackupError, showBackup, warnOfExpiringRecipients } from "./backup-messages.ts";
import { ownerFile, wipeLeftBehind } from "./clean-up.ts";

/** Runner, clocks, OpenSSL, keyring and platform of one run. It is cleaned up at the end. */
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
  #backupPath = "";
  readonly #workers: OpenSsl[] = [];
  #shownCommands = 0;

  /**
   * @param privateDirectory whether the task makes files with secrets
   * @throws ActionError `RUNNER_FILE_FAILED`, `FILE_FAILED` where the private directory cannot be made
   */
  constructor(privateDirectory: boolean, runner: Runner) {
    this.runner = runner;
    if (privateDirectory) {
      const files = { ...ownerFile(), [CONFIGURATION]: OPENSSL_CONFIGURATION };
      this.#workingDirectory = createWorkingDirectory(files, runner);
    }
    this.#tidied = wipeLeftBehind(this.#workingDirectory);
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
   * Makes a directory for each of several documented commands that run at the same time, because each of them
   * writes `<tenant>.srl`.
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
  startDeadline(milliseconds = DEFAULT_TIMEOUT_MS): Deadline {
    this.#deadline ??= deadlineIn(milliseconds);
    return this.#deadline;
  }

  /** Prepares the calls to the platform; sends nothing. */
  async connect(connection: Connection): Promise<Platform> {
    const deadline = this.startDeadline(connection.timeout);
    const http = await Http.open(deadline);
    this.#platform = connect(connection, http, deadline, this.clock, this.runner);
    return this.#platform;
  }

  /** Path of the encrypted backup of the keyring, absolute; empty where this run has left none. */
  get backupPath(): string {
    return this.#backupPath;
  }

  /**
   * Opens a tenant's keyring from the inputs, or without a tenant all of it. Its keys are masked from here
   * on. Warns where others can read its file, or where the file may not last.
   * @param options.program the openssl program
   * @param options.connection the gateway tells a rehearsal (loopback); undefined for a task without the
   * platform
   * @param options.backup for whom each write leaves an encrypted copy
   * @param options.fileInput the input that names its file; undefined where the file is only read, and may
   * vanish
   */
  keyring(
    input: KeyringInput,
    options: {
      program: string;
      tenant: string | undefined;
      connection: Pick<Connection, "gateway"> | undefined;
      backup?: BackupInput | undefined;
      fileInput?: string | undefined;
    },
  ): KeyringSession {
    const { program, tenant, connection, backup, fileInput } = { fileInput: "keyring-file", ...options };
    for (const { privateKey } of input.keyring.entries) this.runner.mask(privateKey);
    const permissions = input.file === undefined ? undefined : permissionWarning(input.file);
    if (permissions !== undefined) this.runner.warning(permissions);
    warnOfExpiringRecipients(this.runner, backup?.recipients ?? []);
    if (connection !== undefined && backup?.recipients.length && this.#storage(input) === undefined)
      this.runner.warning(
        "This run writes no keyring, so it leaves no backup. keyring-backup-certificate needs keyring-secret or keyring-file.",
      );
    const isRehearsal = connection !== undefined && isLoopback(connection.gateway);
    if (fileInput !== undefined) warnOfVanishingFile(this.runner, input, isRehearsal, fileInput);
    return new KeyringSession(
      input,
      this.#storage(input),
      input.passphrases,
      async (privateKey, passphrase) => {
        this.runner.mask(privateKey);
        return await encryptPrivateKey(privateKey, passphrase, this.program(program));
      },
      tenant,
      this.runner.warning,
      this.#backup(input, program, backup?.recipients ?? []),
    );
  }

  #backup(
    { passphrases }: KeyringInput,
    program: string,
    recipients: BackupInput["recipients"],
  ): KeyringBackup | undefined {
    if (recipients.length === 0) return undefined;
    const { mask, warning } = this.runner;
    return new KeyringBackup(passphrases, {
      mask,
      remark: warning,
      encrypt: (text) =>
        encryptForRecipients(text, recipients, this.program(program)).catch((error: unknown) => {
          throw asBackupError(error);
        }),
      store: async (encrypted) => {
        try {
          const path = join(this.results, "keyring-backup.pem");
          await replacePrivate(path, encrypted);
          if (this.#backupPath !== "") return;
          this.#backupPath = path;
        } catch (error) {
          throw asBackupError(error);
        }
        // The output is set now, so that a run that fails later has it, too.
        this.runner.output("keyring-backup-path", this.#backupPath);
        showBackup(this.runner, this.#backupPath, recipients);
      },
    });
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
        const deadline = this.startDeadline();
        const http = await Http.open(deadline);
        const { GitHubSecret } = await loadSecrets(new URL(address.api));
        const dated = (at: number) => this.clock.note("github", at);
        return new GitHubSecret(address, { http, deadline, notice: this.runner.info, dated });
      },
      warn: this.runner.warning,
    });
  }

  /**
   * Writes a file (0600) that stays.
   * @param directory of the input, which exists; by default {@link results}, for a file without secrets that later steps read
   * @returns the file's path
   * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
   */
  async writeResult(name: string, text: string, directory = this.results): Promise<string> {
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

  /** The documented commands that have ended so far, as a person would type them. */
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
    // Results that were taken back leave an empty folder. A folder with something in it stays.
    if (this.#results !== undefined) await rmdir(this.#results).catch(() => {});
  }
}

const CONFIGURATION = "openssl.cnf";

/** The default of `timeout-minutes`. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** Warns of clocks that differ by more than 60 s. */
export function warnOfSkew(runner: Pick<Runner, "warning">, clock: Clocks): void {
  const skew = clock.warning();
  if (skew !== undefined) runner.warning(skew);
}
