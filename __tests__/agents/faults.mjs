// Loaded before the action (AGENT_FAULT=<code>:<n>): from the n-th on, giving a file its final name fails with this code.
import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [code = "", from = "1"] = (process.env["AGENT_FAULT"] ?? "").split(":");
const { link } = promises;
let count = 0;
promises.link = async (file, name) => {
  count += 1;
  if (count < Number(from)) return await link(file, name);
  throw Object.assign(new Error(`${code}: as the test wants it, link '${name}'`), { code });
};
syncBuiltinESMExports();
