import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { printable } from "../messages/printable.ts";

/** Which process holds a lock or a private directory, and whether it is gone. */

/** A process, as it is noted beside what it holds. On its own machine that is enough to tell whether it is gone. */
export interface Owner {
  /** Host name. */
  readonly host: string;
  /** Which start of which machine, and which of its process tables (a container has its own); empty where the system does not say. */
  readonly boot: string;
  readonly pid: number;
  /** When it began, in the system's own count: a process id is given again. Empty where the system does not say. */
  readonly started: string;
}

/** @returns this process; on macOS and Windows only host name and process id */
export function thisProcess(): Owner {
  const boot = [told(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim())];
  if (boot[0] !== "") boot.push(told(() => readlinkSync("/proc/self/ns/pid")));
  const { pid } = process;
  return { host: hostname(), boot: boot.join(" ").trim(), pid, started: lifeOf(pid)?.started ?? "" };
}

/**
 * Tells whether a process is surely gone: it ran on this machine, and does not any more. That may be
 * wrong for two machines of one name without a boot id. Then the other process loses its lock, and notices it before it
 * changes anything.
 * @param here {@link thisProcess}
 */
export function isGone(owner: Owner, here: Owner): boolean {
  if (owner.host !== here.host || owner.boot !== here.boot) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but is there.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const life = lifeOf(owner.pid);
  return life !== undefined && (life.ended || life.started !== owner.started);
}

/** @returns whether a process ran on this machine before it was started the last time; for what no other machine reaches */
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
  // The name before it may have blanks and brackets in it: state is field 3, the start field 22.
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
