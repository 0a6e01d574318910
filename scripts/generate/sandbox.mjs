// The tables of docs/rehearsal.md, from the sandbox's own declarations and their comments.
import { readFileSync } from "node:fs";
import { FAULT_FIELDS, FAULTS } from "../../src/sandbox/faults.ts";
import { QUIRKS } from "../../src/sandbox/quirks.ts";
import { table } from "./table.mjs";

const CARRIED_OUT = { yes: "yes", no: "no", "if asked": "only with `carriedOut: true`", later: "later" };

export function faultTable() {
  return table(
    ["Kind", "Is the request carried out?", "What the client sees"],
    Object.entries(FAULTS).map(([kind, { carriedOut, seen }]) => [
      `\`${kind}\``,
      CARRIED_OUT[carriedOut],
      seen,
    ]),
  );
}

export function faultFieldTable(root) {
  const meanings = commentsOf(`${root}/src/sandbox/faults.ts`);
  return table(
    ["Field", "Values", "Meaning"],
    Object.entries(FAULT_FIELDS).map(([name, { type }]) => [
      `\`${name}\``,
      `\`${name === "kind" ? "string" : type}\``,
      meanings.get(name),
    ]),
  );
}

export function quirkTable(root) {
  const meanings = commentsOf(`${root}/src/sandbox/quirks.ts`);
  return table(
    ["Quirk", "Default", "Values", "Meaning"],
    Object.entries(QUIRKS).map(([name, { likeliest, type }]) => [
      `\`${name}\``,
      `\`${JSON.stringify(likeliest)}\``,
      `\`${type}\``,
      meanings.get(name),
    ]),
  );
}

/** @returns the comment of each field that a module declares, on one line, by the field's name */
function commentsOf(file) {
  const fields = readFileSync(file, "utf8").matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\b/gm);
  return new Map(
    [...fields].map(([, comment, name]) => [name, comment.replace(/\s*\n\s*\*?\s*/g, " ").trim()]),
  );
}
