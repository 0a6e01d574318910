import { readFileSync, statSync } from "node:fs";
import { DAY_MS } from "../ca/slot-status.ts";

/** GitHub stops schedules silently after 60 days without activity in a public repository; half of it is a warning. */
const QUIET_DAYS = 30;

/**
 * Looks whether GitHub is about to stop the schedule that started this run.
 * @param environment the runner's: GITHUB_EVENT_NAME and the payload at GITHUB_EVENT_PATH
 * @param now this machine's clock, milliseconds since 1970
 * @returns a sentence, or undefined where there is nothing to warn of, or the payload does not say
 */
export function scheduleWarning(environment: NodeJS.ProcessEnv, now: number): string | undefined {
  if (environment["GITHUB_EVENT_NAME"] !== "schedule") return undefined;
  const { private: hidden, pushed_at: pushed } = eventRepository(environment["GITHUB_EVENT_PATH"] ?? "");
  const quiet = Math.floor((now - Date.parse(String(pushed))) / DAY_MS);
  if (hidden !== false || !(quiet >= QUIET_DAYS)) return undefined;
  return `The last push to this public repository was ${quiet} days ago. GitHub stops its schedules after 60 days without activity and does not tell you. Push a commit, or start this workflow from elsewhere.`;
}

function eventRepository(path: string): { readonly private?: unknown; readonly pushed_at?: unknown } {
  try {
    // Reading a pipe would wait for whoever writes into it.
    if (!statSync(path).isFile()) return {};
    const event = JSON.parse(readFileSync(path, "utf8")) as { repository?: object } | null;
    return event?.repository ?? {};
  } catch {
    // No payload, no warning: it is not what the run is about.
    return {};
  }
}
