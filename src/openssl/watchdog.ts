import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { Argv } from "./commands.ts";
import { neverEnded, opensslFailure } from "./failure.ts";
import { endTree } from "./process-tree.ts";

/**
 * Longest time of one OpenSSL process. A key alone takes long, and by chance: of 4096 bits some seconds, on a slow machine with
 * much else to do a minute. Beyond five of them it waits for something that does not come.
 */
const LONGEST_COMMAND_MS = 5 * 60_000;

/** Who starts a process now. The libraries that start it keep it to themselves; Node tells of each, before its start. */
const starting = new AsyncLocalStorage<(child: ChildProcess) => void>();
subscribe("child_process", (message) => {
  starting.getStore()?.((message as { process: ChildProcess }).process);
});

const running = new Set<ChildProcess>();

/**
 * Runs what starts one OpenSSL process, for a bounded time: then the process is ended, with what it
 * started.
 * @param run starts it
 * @param said what it has printed on stderr by now, without private keys
 * @throws ActionError `OPENSSL_FAILED` where it did not end, that of a process which was not started, and what `run` throws
 */
export async function watched<T>(argv: Argv, run: () => Promise<T>, said: () => string): Promise<T> {
  const failed = Promise.withResolvers<never>();
  let watchdog: NodeJS.Timeout | undefined;
  let started: ChildProcess | undefined;
  const watch = (child: ChildProcess) => {
    started = child;
    running.add(child);
    child.once("error", ({ message }) => failed.reject(opensslFailure(argv, undefined, message)));
    // Nobody answers what it asks for.
    child.once("spawn", () => child.stdin?.end());
    watchdog = setTimeout(() => {
      end(child);
      failed.reject(neverEnded(argv, LONGEST_COMMAND_MS, said()));
    }, LONGEST_COMMAND_MS);
  };
  try {
    return await Promise.race([starting.run(watch, run), failed.promise]);
  } finally {
    clearTimeout(watchdog);
    if (started !== undefined) running.delete(started);
  }
}

/** Ends what still runs, before the files that it works with are wiped. */
export function endRunning(): void {
  for (const child of running) end(child);
}

/** The id of a process that has ended may be another one's. */
function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) endTree(pid);
}
