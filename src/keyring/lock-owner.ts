import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { printable } from "../messages/printable.ts";

/** Which process holds a lock or a private directory, and whether it is gone. */

/**
 * The note of a process that holds a lock or a directory. On the same machine it shows whether the process is
 * gone.
 */
export interface Owner {
  /** Host name. */
  readonly host: string;
  /**
   * The boot id of the machine, which each start changes, and the id of its process table (a container has
   * its own). Empty where the system does not say.
   */
  readonly boot: string;
  readonly pid: number;
  /**
   * When the process began, in the system's own count: systems give the id of an ended process to another
   * one. Empty where the system does not say.
   */
  readonly started: string;
}

/** @returns the note of this process; on macOS and Windows only host name and process id */
export function thisProcess(): Owner {
  const boot = [told(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim())];
  if (boot[0] !== "") boot.push(told(() => readlinkSync("/proc/self/ns/pid")));
  const { pid } = process;
  return { host: hostname(), boot: boot.join(" ").trim(), pid, started: lifeOf(pid)?.started ?? "" };
}

/**
 * Tells whether a process is surely gone: it ran on this machine, and does not run any more. The answer may
 * be wrong for two machines with one host name and no boot id. Then the other process loses its lock, and
 * notices that before it changes anything.
 * @param here {@link thisProcess}
 */
export function isGone(owner: Owner, here: Owner): boolean {
  if (owner.host !== here.host || owner.boot !== here.boot) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // Any other error, such as EPERM for another user's process, means that the process exists.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const life = lifeOf(owner.pid);
  return life !== undefined && (life.ended || life.started !== owner.started);
}

/**
 * @returns whether a process ran on this machine before the machine was last started. Only for files that no
 * other machine reaches
 */
export function isFromEarlierStart(owner: Owner, here: Owner): boolean {
  const [then = "", now = ""] = [owner.boot, here.boot].map((boot) => boot.split(" ")[0]);
  return owner.host === here.host && then !== "" && now !== "" && then !== now;
}

/** @returns a note of a process, of the same length each time @param renewed how often it was renewed */
export function formatOwner(owner: Owner, renewed: number): string {
  return `${JSON.stringify({ ...owner, renewed: String(renewed).padStart(9, "0") })}\n`;
}

/** @param text hostile @returns undefined where it is no note of a process */
export function parseOwner(text: string): Owner | undefined {
  try {
    const { host, boot, pid, started } = JSON.parse(text) as Record<string, unknown>;
    if (typeof host !== "string" || typeof boot !== "string" || typeof started !== "string") return undefined;
    if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { host, boot, pid, started };
  } catch {
    return undefined;
  }
}

/** @returns e.g. `process 4711 on build-7`, safe to print */
export function describeOwner(owner: Owner | undefined): string {
  return owner === undefined ? "an unknown process" : `process ${owner.pid} on ${printable(owner.host, 100)}`;
}

/** @returns what Linux tells of a process; undefined where it tells nothing */
function lifeOf(pid: number): { started: string; ended: boolean } | undefined {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // Fields of proc(5): the state is field 3, the start is field 22. Field 2, the name, may have blanks and
  // brackets in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  if (state === undefined || started === undefined) return undefined;
  return { started, ended: state === "Z" || state === "X" };
}

function told(ask: () => string): string {
  try {
    return ask();
  } catch {
    return "";
  }
}
