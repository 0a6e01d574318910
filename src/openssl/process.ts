/** Runs the documented commands: in a private directory, with `@actions/exec`, and with a record of each for log and receipt. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { exec } from "@actions/exec";
import { withoutKeys } from "../ca/key-material.ts";
import { ActionError } from "../messages/errors.ts";
import type { Argv } from "./commands.ts";
import { cannotRun, incompleteFile, isEndedBySignal, opensslFailure } from "./failure.ts";
import { watched } from "./process-timeout.ts";
import { childEnvironment, type OpenSslProgram, supportedVersion } from "./program.ts";

/** Where the documented commands run, and under which file names. */
export interface CommandDirectory {
  readonly openssl: Pick<OpenSsl, "run" | "made" | "version">;
  /** Private directory, absolute; the commands name their files relative to it, as the page does. */
  readonly directory: string;
  /** `$TENANT` of the page: the CA's files are `<tenant>.key` and `<tenant>.pem`. */
  readonly tenant: string;
}

/** One OpenSSL process that has ended, for the log and the receipt. */
export interface FinishedCommand {
  readonly argv: Argv;
  /** The command, then what the process printed: hostile text, line by line, without private keys. */
  readonly lines: readonly string[];
  readonly failed: boolean;
}

/** How a process ended and what it printed: hostile text, without private keys. */
interface Ended {
  /** null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: readonly string[];
}

/** Runs OpenSSL in one private directory, with a configuration of the action's own. */
export class OpenSsl {
  /** The processes that make files and have ended, oldest first. */
  readonly finished: FinishedCommand[] = [];
  readonly #program: OpenSslProgram;
  readonly #keep: number;
  readonly #running = new Set<Promise<unknown>>();
  #version: Promise<string> | undefined;

  /**
   * @param program its directory is where the commands run and leave their files
   * @param keep most finished commands that are kept, besides those that failed: thousands must not fill the memory
   */
  constructor(program: OpenSslProgram, keep = Number.POSITIVE_INFINITY) {
    this.#program = program;
    this.#keep = keep;
  }

  /**
   * Runs one documented command. It succeeded if the exit code is 0 and its file exists. stderr only chooses
   * the hint.
   * @param directory where it runs, absolute; the common one where it is not given
   * @throws ActionError `OPENSSL_NOT_FOUND`, `OPENSSL_FAILED` or what the failure points to
   */
  run(argv: Argv, directory = this.#program.directory): Promise<void> {
    return this.#watch(
      this.#spawn(argv, directory).then(async ({ exitCode, stderr, lines }) => {
        const failure =
          exitCode === 0
            ? await unwritten(argv, directory)
            : await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
        const failed = failure !== undefined;
        if (failed || this.finished.length < this.#keep) this.finished.push({ argv, lines, failed });
        if (failed) throw failure;
      }),
    );
  }

  /**
   * Runs a command whose exit code is a verdict.
   * @returns undefined for 0, else what OpenSSL said, as a sentence that is safe to print
   * @throws ActionError where it gave no verdict
   */
  judge(argv: Argv): Promise<string | undefined> {
    return this.#watch(
      this.#spawn(argv, this.#program.directory).then(async ({ exitCode, stderr, lines }) => {
        this.finished.push({ argv, lines, failed: exitCode !== 0 });
        if (exitCode === 0) return undefined;
        const failure = await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
        if (isEndedBySignal(exitCode) || failure.code !== "OPENSSL_FAILED") throw failure;
        return failure.message;
      }),
    );
  }

  /**
   * @returns the failure of a command; the error of {@link version} where the program cannot run or is not
   * supported
   */
  async #whyFailed(failure: ActionError): Promise<ActionError> {
    try {
      await this.version();
      return failure;
    } catch (error) {
      return error instanceof ActionError ? error : failure;
    }
  }

  /**
   * Asks for the version, once.
   * @returns e.g. `OpenSSL 3.0.19 27 Jan 2026`
   * @throws ActionError `OPENSSL_NOT_FOUND` or `OPENSSL_UNSUPPORTED`
   */
  version(): Promise<string> {
    this.#version ??= this.#watch(
      this.#spawn(["version"], this.#program.directory).then(({ exitCode, stdout, stderr }) => {
        if (exitCode !== 0) throw cannotRun(exitCode, stderr);
        return supportedVersion(stdout);
      }),
    );
    return this.#version;
  }

  /** @returns whether a finished command wrote this file */
  made(file: string): boolean {
    return this.finished.some(({ argv }) => argv[argv.indexOf("-out") + 1] === file);
  }

  /**
   * Waits, up to 5 s, until no process runs: a process could still write a key into a directory that is being
   * wiped. The time limit is needed because `@actions/exec` never reports the end of a process that did not
   * start for lack of memory.
   */
  async settled(): Promise<void> {
    const waiting = new AbortController();
    const late = setTimeout(SETTLING_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#running), late]);
    waiting.abort();
  }

  /** Notes a process until it has ended. One that was started early may fail before it is awaited. */
  #watch<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }

  async #spawn(argv: Argv, directory: string): Promise<Ended> {
    const [stdout, stderr, both] = [new Output(), new Output(), new Output()];
    const exitCode = await runProgram({ ...this.#program, directory }, argv, {
      stdout(data) {
        stdout.add(data);
        both.add(data);
      },
      stderr(data) {
        stderr.add(data);
        both.add(data);
      },
      said: () => stderr.text(),
    });
    // As @actions/exec shows a command.
    const command = `[command]${[this.#program.path, ...argv].join(" ")}`;
    const lines = `${command}\n${both.text()}`.trimEnd().split("\n");
    return { exitCode, stdout: stdout.text(), stderr: stderr.text(), lines };
  }
}

/** The receivers of a process's output, and its input. */
interface Streams {
  readonly stdout: (data: Buffer) => void;
  readonly stderr: (data: Buffer) => void;
  /** @returns the output on stderr so far, without private keys */
  readonly said: () => string;
  readonly input?: Buffer;
}

/**
 * Runs one OpenSSL process in the program's directory.
 * @returns its exit code; null where a signal ended it
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, or does not end
 */
export async function runProgram(
  { path, directory, configuration }: OpenSslProgram,
  argv: Argv,
  { stdout, stderr, said, input }: Streams,
): Promise<number | null> {
  const start = () =>
    // exec splits its first argument as a shell would: in quotes, a path with blanks stays whole.
    exec(`"${path}"`, [...argv], {
      cwd: directory,
      env: childEnvironment({
        OPENSSL_CONF: configuration,
        // `x509 -req` reads every root that the host trusts, and uses none. That takes 30 ms for each
        // certificate of a fleet (measured on 3.0). This file has no roots.
        SSL_CERT_FILE: configuration,
      }),
      ignoreReturnCode: true,
      // Commands run at the same time, and secrets are masked before anything prints: the log shows them later.
      silent: true,
      listeners: { stdout, stderr },
    });
  try {
    return await watched(argv, start, said, input);
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw opensslFailure(argv, undefined, error instanceof Error ? error.message : String(error));
  }
}

/**
 * The limit for the kept output of a process, in characters. The chunk that passes the limit is still kept.
 */
const OUTPUT_LIMIT = 64 * 1024;

/** The output of a process: hostile text. */
export class Output {
  #printed = "";

  add(chunk: Buffer): void {
    if (this.#printed.length < OUTPUT_LIMIT) this.#printed += chunk.toString("utf8");
  }

  /** @returns the output so far, with LF line ends and without private keys */
  text(): string {
    return withoutKeys(this.#printed.split(/\r?\n/)).join("\n");
  }
}

/** @returns the error of a command whose file is not there although it ended well */
async function unwritten(argv: Argv, directory: string): Promise<ActionError | undefined> {
  const out = argv.indexOf("-out");
  const file = out < 0 ? undefined : argv[out + 1];
  if (file === undefined) return undefined;
  const found = await stat(join(directory, file)).catch(() => undefined);
  if (found === undefined) return incompleteFile(file, directory, "is not there");
  return found.size === 0 ? incompleteFile(file, directory, "is empty") : undefined;
}

/**
 * Reads a file that a command has made.
 * @param file as the command names it
 * @param read takes its text and throws where it is not what the command makes
 * @throws ActionError `FILE_FAILED` where it is not whole
 */
export async function readMade<T>(directory: string, file: string, read: (text: string) => T): Promise<T> {
  const text = await readFile(join(directory, file), "utf8");
  try {
    return read(text);
  } catch {
    throw incompleteFile(file, directory, "is not whole");
  }
}

/** Longest wait for processes at the end. */
const SETTLING_MS = 5000;
