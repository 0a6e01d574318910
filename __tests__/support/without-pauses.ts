import { preloadOf, type Result } from "./action.ts";

/**
 * A module to be loaded before the action. Where the action would pause, it writes the length to stderr, and the action goes on at
 * once. A pause with options, which is a time limit, keeps its time. It is not for tests where a keyring file is locked: a run
 * that waits for the lock would keep a core busy.
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
  return [...stderr.matchAll(/^pause ([\d.]+)$/gm)].map(([, time]) => Number(time));
}
