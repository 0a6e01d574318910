/**
 * Runs OpenSSL from standard input to standard output, with `openssl-wrapper`: for secrets that must not
 * touch the disk.
 */
import { symlink } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { exec } from "openssl-wrapper";
import type { Argv } from "./commands.ts";
import { isEndedBySignal, opensslFailure } from "./failure.ts";
import { Output } from "./process.ts";
import { watched } from "./process-timeout.ts";
import { childEnvironment, type OpenSslProgram } from "./program.ts";

/** A command that reads standard input and writes standard output. */
interface MemoryCommand {
  readonly action: string;
  readonly input: Buffer;
  readonly options: Readonly<Record<string, string | boolean>>;
  /** Variables of its process: passphrases are in neither argv nor a file. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** How a command ended. */
interface MemoryResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Hostile text, without private keys. */
  readonly stderr: string;
}

/**
 * Runs a command that must succeed.
 * @returns what it writes
 * @throws ActionError `OPENSSL_…`
 */
export async function outputInMemory(program: OpenSslProgram, command: MemoryCommand): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await runInMemory(program, command);
  if (exitCode !== 0) throw opensslFailure(argvOf(command), exitCode, stderr);
  return stdout;
}

function argvOf({ action, options }: MemoryCommand): Argv {
  return [
    action,
    ...Object.entries(options).flatMap(([name, value]) =>
      value === true ? [`-${name}`] : [`-${name}`, String(value)],
    ),
  ];
}

/**
 * Runs one OpenSSL process without a temporary file.
 * @returns how it ended; the caller judges the exit code
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, does not end
 * or is ended by a signal
 */
export async function runInMemory(program: OpenSslProgram, command: MemoryCommand): Promise<MemoryResult> {
  const environment = childEnvironment({
    OPENSSL_CONF: program.configuration,
    PATH: `${await folderOf(program)}${delimiter}${process.env["PATH"] ?? ""}`,
    ...command.variables,
  });
  const argv = argvOf(command);
  const stderr = new Output();
  const run = () =>
    new Promise<MemoryResult>((resolve, reject) => {
      try {
        let stdout: Buffer = Buffer.alloc(0);
        const child = startedWith(environment, () =>
          exec(command.action, command.input, { ...command.options }, (_error, written) => {
            stdout = written;
          }),
        );
        child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
        // The exit code decides here. The wrapper takes some texts on stderr for an error, and the end by a
        // signal for none.
        child.on("close", (code) => {
          if (code === null || isEndedBySignal(code)) reject(opensslFailure(argv, code, stderr.text()));
          else resolve({ exitCode: code, stdout, stderr: stderr.text() });
        });
      } catch (error) {
        // The wrapper throws where the system has no descriptors left. `watched` gets the reason from the
        // child a moment later.
        setImmediate(() => reject(error));
      }
    });
  return await watched(argv, run, () => stderr.text());
}

/**
 * Starts a process with an environment of its own. openssl-wrapper has no option for that: it starts
 * `openssl` from PATH with the environment of this process. So this function replaces `process.env` until
 * `start` returns. `start` is synchronous, so no other code runs meanwhile.
 */
function startedWith<T>(environment: NodeJS.ProcessEnv, start: () => T): T {
  const own = process.env;
  process.env = environment;
  try {
    return start();
  } finally {
    process.env = own;
  }
}

/** @returns the folder in which `openssl` is this program */
async function folderOf({ path, directory }: OpenSslProgram): Promise<string> {
  if (/^openssl(?:\.exe)?$/i.test(basename(path))) return dirname(path);
  await symlink(path, join(directory, "openssl")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return directory;
}
