import { ERROR_CODES } from "../messages/errors.ts";
import { errorPage, firstLine } from "./called-as.ts";

/** `runs.using: node24` of every action.yml: all tests run on it, and undici does not load on much older ones. */
const NEEDED_MAJOR = 24;

/** @returns whether this action is proven on a version of Node.js, such as `24.18.1`: it is 24 or later */
export function isSupportedNode(version: string): boolean {
  return Number(version.split(".")[0]) >= NEEDED_MAJOR;
}

/**
 * Says what is needed, and lets the process end with 1. It uses nothing that an old Node.js may lack, so the lines are
 * written by hand.
 * @param task the task's folder
 */
export function refuseNode(version: string, task: string): void {
  process.exitCode = 1;
  const message = `NODE_UNSUPPORTED: This action needs Node.js ${NEEDED_MAJOR}, and Node.js ${version} started it. Next: ${ERROR_CODES.NODE_UNSUPPORTED.next}%0ADetails: ${errorPage("NODE_UNSUPPORTED").text}`;
  process.stdout.write(`${firstLine(task)}\n::error title=MindConnect CA%3A NODE_UNSUPPORTED::${message}\n`);
}
