// Loaded before the action (FILL_HEAP=<end of a path>): a thread that gives a file this final name fills its heap.
import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const end = process.env["FILL_HEAP"] ?? "";
const { link } = promises;
promises.link = async (path, final) => {
  // The main thread has no limit: it would take all the memory of the machine.
  if (isMainThread || !String(final).endsWith(end)) return await link(path, final);
  for (const kept = []; ; ) kept.push(new Array(100_000).fill(kept.length));
};
syncBuiltinESMExports();
