/**
 * The end of OpenSSL processes that do not end. A process gets five minutes, and none outlives the run: it could write a key
 * into a directory that is being wiped.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { Argv } from "./commands.ts";
import { neverEnded, opensslFailure } from "./failure.ts";
import { endTree } from "./process-tree.ts";

/**
 * Longest time of one OpenSSL process. Only a key takes long, and how long is chance: one of 4096 bits takes some seconds, on a
 * slow and busy machine a minute. A process of five minutes waits for something that does not come.
 */
const LONGEST_COMMAND_MS = 5 * 60_000;

/**
 * Hears of the process that a library starts. Neither @actions/exec nor openssl-wrapper can end a process, and @actions/exec
 * does not hand out the one that it started. Node.js announces each one before its start on a diagnostics channel, and the
 * asynchronous context tells which of several calls it belongs to.
 */
const starting = new AsyncLocalStorage<(child: ChildProcess) => void>();
subscribe("child_process", (message) => {
  starting.getStore()?.((message as { process: ChildProcess }).process);
});

const running = new Set<ChildProcess>();

/**
 * Runs one OpenSSL process for five minutes at most. Then it is ended, with what it started.
 * @param run starts the process and waits for its end
 * @param stderr what it has printed there by now, without private keys
 * @param input what it reads from standard input, where `run` does not write that
 * @returns what `run` returns
 * @throws ActionError `OPENSSL_FAILED` where it did not end, `OPENSSL_…` where it did not start, and what `run` throws
 */
export async function watched<T>(
  argv: Argv,
  run: () => Promise<T>,
  stderr: () => string,
  input?: Buffer,
): Promise<T> {
  const failed = Promise.withResolvers<never>();
  let watchdog: NodeJS.Timeout | undefined;
  let started: ChildProcess | undefined;
  const watch = (child: ChildProcess) => {
    started = child;
    running.add(child);
    child.once("error", ({ message }) => failed.reject(opensslFailure(argv, undefined, message)));
    child.once("spawn", () => {
      // A process that never reads its input is judged by its exit code.
      child.stdin?.on("error", () => {});
      // One that asks for something else gets no answer.
      child.stdin?.end(input);
    });
    watchdog = setTimeout(() => {
      end(child);
      failed.reject(neverEnded(argv, LONGEST_COMMAND_MS, stderr()));
    }, LONGEST_COMMAND_MS);
  };
  try {
    return await Promise.race([starting.run(watch, run), failed.promise]);
  } finally {
    clearTimeout(watchdog);
    if (started !== undefined) running.delete(started);
  }
}

/** Ends every process that still runs, before the files that it works with are wiped. */
export function endRunning(): void {
  for (const child of running) end(child);
}

/** The id of a process that has ended may be another one's. */
function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) endTree(pid);
}
