// Loaded before a process that waits for locks or holds one: its time goes five times as fast, so that nobody waits for 30 s.
// How long a wait is by the constants is what interleavings.test.ts shows, with a clock of its own.
import { syncBuiltinESMExports } from "node:module";
import { performance } from "node:perf_hooks";
import timers from "node:timers/promises";

const FACTOR = 5;

const now = performance.now.bind(performance);
performance.now = () => now() * FACTOR;
const { setTimeout: pause } = timers;
timers.setTimeout = (milliseconds, ...rest) => pause(milliseconds / FACTOR, ...rest);
const { setInterval: repeat } = globalThis;
globalThis.setInterval = (action, milliseconds, ...rest) => repeat(action, milliseconds / FACTOR, ...rest);
syncBuiltinESMExports();
