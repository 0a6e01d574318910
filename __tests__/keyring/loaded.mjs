// Loaded before the action: tells which of two libraries the chunks of dist/ that a run loads contain.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const LIBRARIES = { octokit: "octokit-core.js", sodium: "crypto_box_seal" };
const found = new Set();
registerHooks({
  load(url, context, next) {
    if (url.includes("/dist/")) {
      const text = readFileSync(fileURLToPath(url), "utf8");
      for (const [name, sign] of Object.entries(LIBRARIES)) if (text.includes(sign)) found.add(name);
    }
    return next(url, context);
  },
});
process.on("exit", () => process.stderr.write(`loaded ${[...found].join(" ")}\n`));
