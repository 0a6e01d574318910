import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setImmediate, setTimeout } from "node:timers/promises";
import { exec } from "@actions/exec";
import { withoutKeys } from "../ca/key-material.ts";
import { ActionError } from "../messages/errors.ts";
import type { Argv } from "./commands.ts";
import { childEnvironment } from "./environment.ts";
import { isEndedBySignal, nothingWritten, opensslFailure, unableToRun } from "./failure.ts";
import { supportedVersion } from "./version.ts";
import { watched } from "./watchdog.ts";

/** One finished OpenSSL process, for the log and the receipt. */
export interface Transcript {
  readonly argv: Argv;
  /** What the process and its echo printed: hostile text, line by line, without private keys. */
  readonly lines: readonly string[];
  readonly failed: boolean;
}

/** Starts OpenSSL in one private directory, with a configuration of the action's own. */
export class OpenSsl {
  /** The finished processes that make files, oldest first. */
  readonly transcripts: Transcript[] = [];
  readonly #keep: number;
  readonly #program: string;
  readonly #directory: string;
  readonly #configuration: string;
  readonly #running = new Set<Promise<unknown>>();
  readonly #echoed = new Set<Promise<unknown>>();
  #version: Promise<string> | undefined;

  /**
   * @param program its path; a name is looked up on PATH for each process
   * @param directory where the commands run and leave their files
   * @param configuration absolute path of the file for OPENSSL_CONF
   * @param keep most transcripts that are kept, besides those of failures: thousands of processes must not fill the memory
   */
  constructor(program: string, directory: string, configuration: string, keep = Number.POSITIVE_INFINITY) {
    this.#program = program;
    this.#directory = directory;
    this.#configuration = configuration;
    this.#keep = keep;
  }

  /**
   * Runs one documented command. The exit code decides, and that its file is there; stderr only chooses the hint.
   * @param directory where it runs, absolute; the common one where it is not given
   * @throws ActionError `OPENSSL_NOT_FOUND`, `OPENSSL_FAILED` or what the failure points to
   */
  run(argv: Argv, directory = this.#directory): Promise<void> {
    return this.#watch(
      this.#spawn(argv, directory).then(async ({ exitCode, stderr, lines }) => {
        const failure =
          exitCode === 0
            ? await unwritten(argv, directory)
            : await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
        const failed = failure !== undefined;
        if (failed || this.transcripts.length < this.#keep) this.transcripts.push({ argv, lines, failed });
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
      this.#spawn(argv, this.#directory).then(async ({ exitCode, stderr, lines }) => {
        this.transcripts.push({ argv, lines, failed: exitCode !== 0 });
        if (exitCode === 0) return undefined;
        const failure = await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
        if (isEndedBySignal(exitCode) || failure.code !== "OPENSSL_FAILED") throw failure;
        return failure.message;
      }),
    );
  }

  /** @returns why a command failed; that the program cannot run at all, or is another one, where its version tells so */
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
      this.#spawn(["version"], this.#directory).then(({ exitCode, stdout, stderr }) => {
        if (exitCode !== 0) throw unableToRun(exitCode, stderr);
        return supportedVersion(stdout);
      }),
    );
    return this.#version;
  }

  /** @returns whether a finished command wrote this file */
  made(file: string): boolean {
    return this.transcripts.some(({ argv }) => argv[argv.indexOf("-out") + 1] === file);
  }

  /**
   * Waits until the processes that were asked for are on their way. `@actions/exec` looks at program and directory
   * without blocking, and loading a large module next would keep it from getting that far.
   */
  async launched(): Promise<void> {
    await Promise.all(this.#echoed);
    // Between its echo and the start, exec looks at the directory once.
    await stat(this.#directory);
    await setImmediate();
  }

  /** How many processes have not ended yet. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Waits until no process runs any more: one could still write a key into a directory that is being wiped. Of one that the
   * system did not start for lack of memory `@actions/exec` never hears.
   */
  async settled(): Promise<void> {
    const waiting = new AbortController();
    const late = setTimeout(SETTLING_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#running), late]);
    waiting.abort();
  }

  /** A process that was started early may fail before anybody awaits it; whoever does still gets the error. */
  #watch<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }

  async #spawn(
    argv: Argv,
    directory: string,
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string; lines: string[] }> {
    // The echo is collected, not printed: commands run at the same time, and secrets are masked before anything prints.
    const echo = collector();
    const stdout = collector();
    const stderr = collector();
    const echoed = once(echo.stream, "echo");
    this.#echoed.add(echoed);
    echoed.then(() => this.#echoed.delete(echoed));
    try {
      // null where a signal ended it, whatever the type of exec says.
      const exitCode: number | null = await watched(
        argv,
        // exec splits its first argument like a shell would: quoted, a path with blanks stays whole.
        () =>
          exec(`"${this.#program}"`, [...argv], {
            cwd: directory,
            env: childEnvironment({
              OPENSSL_CONF: this.#configuration,
              // `x509 -req` reads every root the host trusts, trusts none, and takes 30 ms longer (measured on 3.0): this
              // is a file without any.
              SSL_CERT_FILE: this.#configuration,
            }),
            ignoreReturnCode: true,
            outStream: echo.stream,
            errStream: echo.stream,
            listeners: {
              stdout: (data) => stdout.stream.write(data),
              stderr: (data) => stderr.stream.write(data),
            },
          }),
        () => withoutKeys(linesOf(stderr.text())).join("\n"),
      );
      // exec says first what it starts; what follows is the program's.
      const [command = "", ...printed] = linesOf(echo.text().trimEnd());
      return {
        exitCode,
        stdout: withoutKeys(linesOf(stdout.text())).join("\n"),
        stderr: withoutKeys(linesOf(stderr.text())).join("\n"),
        lines: [command, ...withoutKeys(printed)],
      };
    } catch (error) {
      echo.stream.emit("echo");
      if (error instanceof ActionError) throw error;
      throw opensslFailure(argv, undefined, error instanceof Error ? error.message : String(error));
    }
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** @returns the error of a command whose file is not there although it ended well */
async function unwritten(argv: Argv, directory: string): Promise<ActionError | undefined> {
  const out = argv.indexOf("-out");
  const file = out < 0 ? undefined : argv[out + 1];
  if (file === undefined) return undefined;
  const found = await stat(join(directory, file)).catch(() => undefined);
  if (found === undefined) return nothingWritten(file, directory, "is not there");
  return found.size === 0 ? nothingWritten(file, directory, "is empty") : undefined;
}

/** Longest wait for processes at the end. */
const SETTLING_MS = 5000;

/** Most of a process's output that is kept, in characters. */
const OUTPUT_LIMIT = 64 * 1024;

function collector(): { stream: Writable; text: () => string } {
  let collected = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (collected === "") stream.emit("echo");
      if (collected.length < OUTPUT_LIMIT) collected += chunk.toString("utf8");
      done();
    },
  });
  return { stream, text: () => collected };
}
