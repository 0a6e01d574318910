// Loaded before the action. It writes down, in FS_TRACE, a line for each file that is written into through a handle or
// waited for (`sync`), and for each rename, when it is done.
import { appendFileSync, promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const note = (...words) => appendFileSync(process.env["FS_TRACE"], `${words.join(" ")}\n`);

const { open, rename } = promises;
promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  for (const name of ["writeFile", "sync"]) {
    const original = handle[name].bind(handle);
    handle[name] = async (...args) => {
      const result = await original(...args);
      note(name, String(path));
      return result;
    };
  }
  return handle;
};
promises.rename = async (from, to) => {
  await rename(from, to);
  note("rename", from, to);
};
syncBuiltinESMExports();
