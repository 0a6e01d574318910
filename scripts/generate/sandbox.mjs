// The tables of docs/rehearsal.md, from the sandbox's own declarations and their comments.
import { readFileSync } from "node:fs";
import { CALL_NAMES } from "../../src/sandbox/calls.ts";
import { FAULT_BEHAVIOURS } from "../../src/sandbox/fault-behaviours.ts";
import { FAULT_KINDS } from "../../src/sandbox/faults.ts";
import { DEFAULT_QUIRKS } from "../../src/sandbox/quirks.ts";
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
  const overrides = {
    call: { type: [...CALL_NAMES, "any"].map((name) => JSON.stringify(name)).join(" | ") },
    kind: { type: "string", text: "One of the kinds above." },
  };
  return table(
    ["Field", "Values", "Meaning"],
    membersOf(`${root}/src/sandbox/faults.ts`, "Fault").map(({ name, type, text }) => {
      const said = { type, text, ...overrides[name] };
      return [`\`${name}\``, `\`${said.type}\``, said.text];
    }),
  );
}

export function quirkTable(root) {
  return table(
    ["Quirk", "Default", "Values", "Meaning"],
    membersOf(`${root}/src/sandbox/quirks.ts`, "Quirks").map(({ name, type, text }) => [
      `\`${name}\``,
      `\`${JSON.stringify(DEFAULT_QUIRKS[name])}\``,
      `\`${type}\``,
      text,
    ]),
  );
}

function carriedOut(kind) {
  if (kind === "late") return "later";
  const { carriesOut } = FAULT_BEHAVIOURS[kind];
  if (carriesOut({ kind })) return "yes";
  return carriesOut({ kind, carriedOut: true }) ? "only with `carriedOut: true`" : "no";
}

/** @returns each field of an interface with its type and its comment on one line */
function membersOf(file, name) {
  const body = readFileSync(file, "utf8").match(
    new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`),
  )?.[1];
  const members = body?.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(?:readonly )?(\w+)\??: ((?:\{[^}]*\}|[^;{])+);/g);
  return [...(members ?? [])].map(([, comment, field, type]) => ({
    name: field,
    type: type.replaceAll("readonly ", ""),
    text: comment
      .split("\n")
      .map((line) => line.replace(/^\s*\*\s?/, "").trim())
      .join(" ")
      .trim(),
  }));
}
