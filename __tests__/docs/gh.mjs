#!/usr/bin/env node
// A double of the GitHub CLI, for what examples/rotation-issue.yml asks of it. The state is the file $GH_STATE. What it does not know it
// refuses, as the real one does, so that a misspelled option is found.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const state = JSON.parse(readFileSync(process.env.GH_STATE, "utf8"));
const [noun, verb, ...rest] = process.argv.slice(2);
const string = { type: "string" };
const read = (...names) =>
  parseArgs({
    args: rest,
    allowPositionals: true,
    options: Object.fromEntries(names.map((name) => [name, string])),
  });
/** The body comes from standard input: one that begins with a hyphen is no option. */
function withBody(...names) {
  const { values, positionals } = read("body-file", ...names);
  const { "body-file": file, ...others } = values;
  if (file !== "-") throw new Error("the body comes from standard input");
  return { values: { ...others, body: readFileSync(0, "utf8") }, positionals };
}
const issueOf = (number) => {
  const found = state.issues.find((issue) => issue.number === Number(number));
  if (found === undefined) throw new Error(`no issue ${number}`);
  return found;
};

/** By the text of `--jq`: what it is to do, in JavaScript. */
const QUERIES = {
  '.[] | select(.conclusion != "success") | .url': (runs) =>
    runs.filter(({ conclusion }) => conclusion !== "success").map(({ url }) => url),
  '[.[] | select(.title == env.TITLE and .author.login == "app/github-actions") | .number] | sort | .[]': (
    issues,
  ) =>
    issues
      .filter(({ title, author }) => title === process.env.TITLE && author.login === "app/github-actions")
      .map(({ number }) => number)
      .sort((a, b) => a - b),
};

function print(rows, { json, jq, limit }) {
  const fields = json.split(",");
  const shown = rows
    .slice(0, Number(limit))
    .map((row) => Object.fromEntries(fields.map((field) => [field, row[field]])));
  for (const line of QUERIES[jq](shown)) process.stdout.write(`${line}\n`);
}

const COMMANDS = {
  "run list"() {
    const { values } = read("workflow", "event", "status", "limit", "json", "jq");
    if (!state.workflows.includes(values.workflow))
      throw new Error(`could not find any workflows named ${values.workflow}`);
    const { workflow, event, status } = values;
    const matches = (run) => run.workflow === workflow && run.event === event && run.status === status;
    print(state.runs.filter(matches), values);
  },
  "issue list"() {
    const { values } = read("state", "limit", "json", "jq");
    print(state.issues.filter((issue) => issue.state === values.state).toReversed(), values);
  },
  "issue create"() {
    const { values } = withBody("title");
    const number = state.issues.length + 1;
    state.issues.push({ number, state: "open", author: { login: "app/github-actions" }, ...values });
    process.stdout.write(`https://github.test/issues/${number}\n`);
  },
  "issue edit"() {
    const { values, positionals } = withBody();
    Object.assign(issueOf(positionals[0]), values);
  },
  "issue close"() {
    const { values, positionals } = read("comment");
    Object.assign(issueOf(positionals[0]), { state: "closed", comment: values.comment });
  },
};

try {
  if (process.env.GH_TOKEN === "" || process.env.GH_REPO === "") throw new Error("no token or repository");
  COMMANDS[`${noun} ${verb}`]();
  writeFileSync(process.env.GH_STATE, JSON.stringify(state));
} catch (error) {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
}
