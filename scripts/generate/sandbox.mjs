// The tables of docs/rehearsal.md, from the sandbox's own declarations and their comments.
import { readFileSync } from "node:fs";
import { FAULT_BEHAVIOURS } from "../../src/sandbox/fault-behaviours.ts";
import { FAULT_FIELDS, FAULT_KINDS } from "../../src/sandbox/faults.ts";
import { QUIRKS } from "../../src/sandbox/quirks.ts";
import { table } from "./table.mjs";

/** What the client sees of each fault. */
const SEEN = {
  "reset-before": "The connection is reset.",
  reset: "The connection is reset: the reply is lost.",
  hang: "No reply ever comes.",
  "hang-after": "No reply ever comes.",
  "rate-limit": "429, with `Retry-After` as `retryAfter` says.",
  status: "An error of the platform with the status `status`.",
  html: "An HTML page with the status `status`, as a proxy sends it.",
  truncated: "Half of the reply, then the connection breaks.",
  garbage: "200, and a body that is not JSON.",
  "wrong-shape": "200, and JSON of another shape.",
  huge: "200, and a body of 32 MiB.",
  redirect: "A redirect to `location`.",
  body: "The body `body`, with `status` and `contentType`.",
  slow: "The right reply, `delay` milliseconds late.",
  late: "The connection is reset. The platform does what was asked after `after` more requests.",
  trickle: "200, and a body that never ends.",
  date: "The right reply, with another `Date` or an `Age`: `ahead`, `date`, `age`.",
};

export function faultTable() {
  return table(
    ["Kind", "Is the request carried out?", "What the client sees"],
    FAULT_KINDS.map((kind) => {
      if (SEEN[kind] === undefined) throw new Error(`nothing is said of the fault ${kind}`);
      return [`\`${kind}\``, carriedOut(kind), SEEN[kind]];
    }),
  );
}

export function faultFieldTable(root) {
  const meanings = commentsOf(`${root}/src/sandbox/faults.ts`);
  const overrides = { kind: { type: "string", text: "One of the kinds above." } };
  return table(
    ["Field", "Values", "Meaning"],
    Object.entries(FAULT_FIELDS).map(([name, { type }]) => {
      const said = { type, text: meanings.get(name), ...overrides[name] };
      return [`\`${name}\``, `\`${said.type}\``, said.text];
    }),
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

function carriedOut(kind) {
  if (kind === "late") return "later";
  const { carriesOut } = FAULT_BEHAVIOURS[kind];
  if (carriesOut({ kind })) return "yes";
  return carriesOut({ kind, carriedOut: true }) ? "only with `carriedOut: true`" : "no";
}

/** @returns the comment of each field that a module declares, on one line, by the field's name */
function commentsOf(file) {
  const fields = readFileSync(file, "utf8").matchAll(/^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\b/gm);
  return new Map(
    [...fields].map(([, comment, name]) => [name, comment.replace(/\s*\n\s*\*?\s*/g, " ").trim()]),
  );
}
