// Loaded before the action (ENDLESS="<openssl command> <file>"): once that process has made the file, its longest time is over.
// Time that passes for it alone needs no wait, and ends no other process early on a busy machine.
import { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";

/** No other timer of these runs is as long. */
const LONG_MS = 60_000;

const [command, file] = (process.env["ENDLESS"] ?? "").split(" ");
const { setTimeout: later } = globalThis;
const { spawn } = ChildProcess.prototype;
let timers = [];

globalThis.setTimeout = (action, milliseconds, ...rest) => {
  if (milliseconds >= LONG_MS) timers.push(action);
  return later(action, milliseconds, ...rest);
};

// A process is timed from before its start on.
ChildProcess.prototype.spawn = function (options) {
  const [overdue] = timers;
  timers = [];
  if (options.args[1] === command && overdue !== undefined) {
    const poll = setInterval(() => {
      if (!existsSync(file)) return;
      clearInterval(poll);
      // What it said before that is read first.
      later(overdue, 20);
    }, 20);
    poll.unref();
  }
  return spawn.call(this, options);
};
