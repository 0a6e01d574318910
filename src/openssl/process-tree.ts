/** The end of a process together with the processes that it started. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Longest time for what lists or ends processes. */
const LOOK_MS = 5000;

type WithParent = readonly [pid: number, parent: number];

/**
 * Ends a process and all that it started, and waits for none of them. openssl-path may name a script, and the end of a script
 * does not end the program that it runs.
 * @param pid of a process that has not ended
 */
export function endTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", timeout: LOOK_MS });
    return;
  }
  for (const one of [pid, ...startedBy(pid, processes())]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended, or may not be ended by this user.
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
