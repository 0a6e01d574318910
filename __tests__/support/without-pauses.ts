import { preloadOf, type Result } from "./action.ts";

/**
 * A module to be loaded before the action: it says on stderr how long the action would pause, and goes on at once. A time
 * limit, which is a wait that can be called off, keeps its time.
 */
export const WITHOUT_PAUSES = preloadOf(`
  import { writeSync } from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  import timers from "node:timers/promises";
  const { setTimeout } = timers;
  timers.setTimeout = async (milliseconds, value, options) => {
    if (options !== undefined) return await setTimeout(milliseconds, value, options);
    writeSync(2, "pause " + milliseconds + "\\n");
    return value;
  };
  syncBuiltinESMExports();
`);

/** @returns how long a run with {@link WITHOUT_PAUSES} would have paused, each pause in milliseconds, in order */
export function pausesOf({ stderr }: Pick<Result, "stderr">): number[] {
  return [...stderr.matchAll(/^pause (\d+)$/gm)].map(([, time]) => Number(time));
}
