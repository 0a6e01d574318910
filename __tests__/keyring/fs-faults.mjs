// Loaded before the action. FS_FAULT="<function> <code|SIGSTOP|SIGKILL> <end of a path>": that function of node:fs/promises,
// or `sync` of an open file or folder, fails with the code, or the process gets the signal right before the step, where
// the last path that it is given ends so; with EDIT the file FS_EDIT is changed before the step. FS_HOST is the machine's
// name.
import { appendFileSync, promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

const host = process.env["FS_HOST"];
if (host !== undefined) os.hostname = () => host;

const [name = "", what = "", end = ""] = (process.env["FS_FAULT"] ?? "").split(" ");

function strike() {
  if (what === "EDIT") appendFileSync(process.env["FS_EDIT"], "edited\n");
  else if (what.startsWith("SIG")) process.kill(process.pid, what);
  else throw Object.assign(new Error(`${what}: as the test wants it, ${name}`), { code: what });
}

if (name === "sync") {
  const { open } = promises;
  promises.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const sync = handle.sync.bind(handle);
    if (String(path).endsWith(end))
      handle.sync = async () => {
        strike();
        await sync();
      };
    return handle;
  };
} else if (name !== "") {
  const original = promises[name];
  promises[name] = async (...args) => {
    const path = args.findLast((argument) => typeof argument === "string" && argument.startsWith("/"));
    if (path?.endsWith(end)) strike();
    return await original(...args);
  };
}
syncBuiltinESMExports();
