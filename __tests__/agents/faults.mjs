// Loaded before the action (AGENT_FAULT="<function> <code>:<n>, …"): from its n-th call on, a function of node:fs/promises
// that works in a directory of agents fails with this code.
import fs, { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

for (const fault of (process.env["AGENT_FAULT"] ?? "").split(", ").filter((text) => text !== "")) {
  const [, name = "", code = "", from = "1"] = /^(\w+) (\w+):(\d+)$/.exec(fault) ?? [];
  const original = promises[name];
  let count = 0;
  promises[name] = async (...args) => {
    // The lock of the directory has steps of its own.
    const [path] = args.filter((argument) => String(argument).includes("/agents")).map(String);
    if (path !== undefined && !path.includes("/.lock")) count += 1;
    if (count < Number(from)) return await original(...args);
    throw Object.assign(new Error(`${code}: as the test wants it, ${name} '${args.at(-1)}'`), { code });
  };
}
// AGENT_LOCK_MISSED=<path>: this file appears when the process looks after a lock and finds it gone.
const missed = process.env["AGENT_LOCK_MISSED"];
if (missed !== undefined) {
  const { stat } = fs;
  fs.stat = (path, ...rest) => {
    const callback = rest.pop();
    stat(path, ...rest, (error, stats) => {
      const gone = error?.code === "ENOENT" && String(path).endsWith(".lock");
      callback(error, stats);
      if (gone) fs.writeFileSync(missed, "");
    });
  };
}
syncBuiltinESMExports();
