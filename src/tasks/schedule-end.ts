import type { Runner } from "../action/runner.ts";
import { scheduleWarning } from "../action/schedule.ts";

/** Warns where GitHub is about to stop the schedule that started this run. */
export function warnOfSchedule(runner: Pick<Runner, "warning">): void {
  const warning = scheduleWarning(process.env, Date.now());
  if (warning !== undefined) runner.warning(warning);
}
