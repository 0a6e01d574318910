import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Longest time for what lists or ends processes. */
const LOOK_MS = 5000;

type WithParent = readonly [pid: number, parent: number];

/**
 * Ends a process and what it started, and waits for none of them: a wrapper script would leave the program that it runs.
 * What has ended meanwhile is let be.
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

/** @returns every process that the system tells of; containers for Linux often have no ps */
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
    // The name before it may have blanks and brackets in it: state is field 3, the parent field 4.
    return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
  } catch {
    return [];
  }
}
