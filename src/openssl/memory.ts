import { symlink } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { exec } from "openssl-wrapper";
import { withoutKeys } from "../ca/key-material.ts";
import type { Argv } from "./commands.ts";
import { isWithheld } from "./environment.ts";
import { isEndedBySignal, opensslFailure } from "./failure.ts";
import { watched } from "./watchdog.ts";

// Its users load it late: it is one chunk of dist/ then, where their own chunks would hold it once each.

/** Most of a process's words that is kept, in characters, but for the chunk that passes it. */
const STDERR_LIMIT = 64 * 1024;

/** Where OpenSSL works without files. */
export interface MemoryPlace {
  /** The openssl program, as for the documented commands. */
  readonly program: string;
  /** Private directory, for a link where the program has another name. */
  readonly directory: string;
  /** Absolute path of the file for OPENSSL_CONF, as for the documented commands. */
  readonly configuration: string;
}

/** What one process is to do, from stdin to stdout. */
export interface MemoryTask {
  readonly action: string;
  readonly input: Buffer;
  readonly options: Readonly<Record<string, string | boolean>>;
  /** Of its environment, for the moment of the start alone: passphrases are in neither argv nor a file. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** How it ended; one that a signal ended is an error. */
export interface MemoryResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Hostile text, without private keys. */
  readonly stderr: string;
}

/** @returns the arguments that a task's process gets */
export function argvOf({ action, options }: MemoryTask): Argv {
  return [
    action,
    ...Object.entries(options).flatMap(([name, value]) =>
      value === true ? [`-${name}`] : [`-${name}`, String(value)],
    ),
  ];
}

/**
 * Runs one OpenSSL process in memory: no temporary file.
 * @returns how it ended; the caller judges the exit code
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, does not end
 * or is ended by a signal
 */
export async function runInMemory(place: MemoryPlace, task: MemoryTask): Promise<MemoryResult> {
  const folder = await folderOf(place);
  const argv = argvOf(task);
  let stderr = "";
  const said = () => withoutKeys(stderr.split(/\r?\n/)).join("\n");
  const run = () =>
    new Promise<MemoryResult>((resolve, reject) => {
      // openssl-wrapper looks on PATH, takes no environment and copies ours at the call: set, start, restore at once.
      const restore = setEnvironment({
        ...Object.fromEntries(
          Object.keys(process.env)
            .filter(isWithheld)
            .map((name) => [name, undefined]),
        ),
        OPENSSL_CONF: place.configuration,
        PATH:
          folder === undefined ? process.env["PATH"] : `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
        ...task.variables,
      });
      try {
        let stdout: Buffer = Buffer.alloc(0);
        const child = exec(task.action, task.input, { ...task.options }, (_error, written) => {
          stdout = written;
        });
        child.stderr.on("data", (chunk: Buffer) => {
          if (stderr.length < STDERR_LIMIT) stderr += chunk.toString("utf8");
        });
        // It takes words on stderr for an error in some cases, and the end by a signal for none: the exit code decides.
        child.on("close", (code) => {
          if (code === null || isEndedBySignal(code)) reject(opensslFailure(argv, code, said()));
          else resolve({ exitCode: code, stdout, stderr: said() });
        });
        // One that never reads its input.
        child.stdin.on("error", () => {});
      } catch (error) {
        // For lack of descriptors the wrapper does not get that far. The child that did not start says why in a moment, and is
        // heard first.
        setImmediate(() => reject(error));
      } finally {
        restore();
      }
    });
  return await watched(argv, run, said);
}

/** @returns the folder to put before PATH so that `openssl` means this program, or undefined for PATH as it is */
async function folderOf({ program, directory }: MemoryPlace): Promise<string | undefined> {
  if (!isAbsolute(program)) return undefined;
  if (/^openssl(?:\.exe)?$/i.test(basename(program))) return dirname(program);
  const link = join(directory, "openssl");
  await symlink(program, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return directory;
}

function setEnvironment(values: Record<string, string | undefined>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  const apply = (pairs: Iterable<readonly [string, string | undefined]>) => {
    for (const [name, value] of pairs) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(Object.entries(values));
  return () => apply(before);
}
