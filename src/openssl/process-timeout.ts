/**
 * Ends OpenSSL processes that do not end by themselves. A process gets five minutes. None may outlive the
 * run, because it could write a key into a directory that is being wiped.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, spawnSync } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readdirSync, readFileSync } from "node:fs";
import type { Argv } from "./commands.ts";
import { opensslFailure, timedOut } from "./failure.ts";

/** Longest time of one OpenSSL process. A key of 4096 bits takes some seconds, on a slow and busy machine a minute. */
const LONGEST_COMMAND_MS = 5 * 60_000;

/**
 * Neither @actions/exec nor openssl-wrapper can end a process, and @actions/exec does not hand out the one that it starts.
 * Node.js announces each one on a diagnostics channel. The asynchronous context tells which call it belongs to.
 */
const starting = new AsyncLocalStorage<(child: ChildProcess) => void>();
subscribe("child_process", (message) => {
  starting.getStore()?.((message as { process: ChildProcess }).process);
});

const running = new Set<ChildProcess>();

/**
 * Runs one OpenSSL process for five minutes at most. Then the process and all that it started are ended.
 * @param run starts the process and waits for its end
 * @param stderr returns the output on stderr so far, without private keys
 * @param input the bytes for standard input, where `run` does not write them
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
      // A process may end without reading its input. The exit code decides whether it failed, not this error.
      child.stdin?.on("error", () => {});
      // The input ends here, so a process that asks for more, such as a passphrase, gets no answer.
      child.stdin?.end(input);
    });
    watchdog = setTimeout(() => {
      end(child);
      failed.reject(timedOut(argv, LONGEST_COMMAND_MS, stderr()));
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

/** Ends a process that still runs. The id of a process that has ended may already belong to another one. */
function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) endTree(pid);
}

/** Longest time for a command that lists or ends processes. */
const LOOK_MS = 5000;

type WithParent = readonly [pid: number, parent: number];

/** Ends a process and all that it started: openssl-path may name a script, whose end does not end the program it runs. */
function endTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", timeout: LOOK_MS });
    return;
  }
  for (const one of [pid, ...startedBy(pid, processes())]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // The process has ended already, or this user may not end it.
    }
  }
}

function startedBy(pid: number, all: readonly WithParent[]): number[] {
  const children = all.flatMap(([child, parent]) => (parent === pid ? [child] : []));
  return children.flatMap((child) => [child, ...startedBy(child, all)]);
}

/** @returns every process of this system; many containers have no ps, so Linux is asked by /proc */
function processes(): WithParent[] {
  if (process.platform === "linux") return readdirSync("/proc").flatMap(withParent);
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8", timeout: LOOK_MS });
  return [...(stdout ?? "").matchAll(/(\d+)\s+(\d+)/g)].map(([, pid, parent]) => [
    Number(pid),
    Number(parent),
  ]);
}

function withParent(pid: string): WithParent[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name, in brackets, may have blanks and brackets in it. After it come the state and the parent (proc(5)).
    return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
  } catch {
    return [];
  }
}
