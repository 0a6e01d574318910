import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { shown } from "./markdown.ts";
import {
  ACTION,
  calledWorkflow,
  expression,
  fencedBlocks,
  find,
  type Job,
  parseWorkflow,
  read,
  readAction,
  type Step,
  taskOf,
} from "./repository.ts";

/** The jobs by a name to show: of the examples, and of every YAML block in the documents; a list of steps is one too. */
const jobs: [name: string, job: Job][] = [
  ...find("examples/*.yml").flatMap((path) => jobsOf(path, read(path))),
  ...shown.flatMap((path) =>
    fencedBlocks(read(path), "yaml").flatMap((text, index) => jobsOf(`${path}, block ${index + 1}`, text)),
  ),
];

function jobsOf(name: string, text: string): [string, Job][] {
  const found: unknown = parse(text);
  if (Array.isArray(found)) return [[name, { steps: found as Step[] }]];
  return Object.entries(parseWorkflow(text).jobs).map(([job, content]) => [`${name}, job ${job}`, content]);
}

const calls = jobs.filter(([, { uses }]) => uses !== undefined);
const isBeside = (name: string, other: string) => name.split(",")[0] === other.split(",")[0];
const tasksOf = ({ steps = [] }: Job) =>
  steps.flatMap((step) => {
    const task = step.uses === undefined ? undefined : taskOf(step.uses);
    return task === undefined ? [] : [{ task, step }];
  });
/** Beside a call, or a job with tasks, the other jobs prepare it, or tell what came of it. */
const ownJobs = jobs.filter(
  ([name, job]) =>
    // It copies a secret, and needs no task for that.
    !name.startsWith("examples/keyring-copy.yml") &&
    (tasksOf(job).length > 0 ||
      !jobs.some(
        ([other, { uses, ...its }]) =>
          isBeside(name, other) && (uses !== undefined || tasksOf(its).length > 0),
      )),
);

describe.each(ownJobs)("%s", (_name, job) => {
  const { steps = [] } = job;
  const tasks = tasksOf(job);

  test("uses this action", () => {
    expect(tasks).not.toEqual([]);
  });

  test("gives inputs that exist, and every required one", () => {
    for (const { task, step } of tasks) {
      const { inputs = {} } = readAction(task);
      const given = Object.keys(step.with ?? {});
      expect(
        given.filter((name) => !(name in inputs)),
        `unknown inputs of ${task}`,
      ).toEqual([]);
      const missing = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
      expect(
        missing.filter((name) => !given.includes(name)),
        `missing inputs of ${task}`,
      ).toEqual([]);
    }
  });

  test("uses outputs that exist, of earlier steps", () => {
    const earlier = new Map<string, string | undefined>();
    for (const step of steps) {
      for (const [reference, id = "", output = ""] of JSON.stringify(step).matchAll(
        /steps\.([\w-]+)\.outputs\.([\w-]+)/g,
      )) {
        expect([...earlier.keys()], `${reference}: no earlier step has this id`).toContain(id);
        const task = earlier.get(id);
        if (task !== undefined)
          expect(Object.keys(readAction(task).outputs ?? {}), reference).toContain(output);
      }
      const task = step.uses === undefined ? undefined : taskOf(step.uses);
      if (step.id !== undefined) earlier.set(step.id, task);
    }
  });
});

describe.each(calls)("%s", (name, { uses = "", with: given = {}, secrets = {} }) => {
  const path = calledWorkflow(uses) ?? "";
  const called = parseWorkflow(read(path)).on.workflow_call;

  test("calls a reusable workflow with inputs that exist, and every required one", () => {
    const { inputs = {} } = called ?? {};
    expect(Object.keys(given).filter((input) => !(input in inputs))).toEqual([]);
    const required = Object.keys(inputs).filter((input) => inputs[input]?.required === true);
    expect(required.filter((input) => !(input in given))).toEqual([]);
  });

  test("passes secrets by the names they have, and a way to authenticate", () => {
    expect(Object.keys(secrets).filter((secret) => !(secret in (called?.secrets ?? {})))).toEqual([]);
    for (const [secret, value] of Object.entries(secrets))
      expect(value).toBe(expression(`secrets.${secret}`));
    expect(secrets).toHaveProperty("MINDCONNECT_CLIENT_ID");
    expect(secrets).toHaveProperty("MINDCONNECT_CLIENT_SECRET");
  });

  test("what later jobs use of it are its outputs", () => {
    const text = read(name.split(",")[0] ?? "");
    const job = name.split(" ").at(-1);
    const used = [...text.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)].filter(([, id]) => id === job);
    for (const [reference, , output = ""] of used)
      expect(Object.keys(called?.outputs ?? {}), reference).toContain(output);
  });
});

test("the README's first workflow is examples/register.yml", () => {
  const [first = ""] = fencedBlocks(read("README.md"), "yaml");
  expect(parse(first)).toEqual(parse(read("examples/register.yml")));
});

describe.each(find("examples/*.yml"))("%s", (path) => {
  /** What a user has to put in place of the example's values; the rehearsal's tenant may stay as it is. */
  const OWN = path.endsWith("rehearsal.yml")
    ? new RegExp(ACTION)
    : new RegExp(`${ACTION}|\\bacme\\b|^ *(?:region|country-code|city|organization):`);

  test("marks each line with a value that a user must change, and no other one, and says so at its top", () => {
    const lines = read(path)
      .split("\n")
      .filter((line) => !line.trimStart().startsWith("#") && !/\$\{\{/.test(line));
    expect(lines.filter((line) => OWN.test(line) !== line.endsWith(" # CHANGE"))).toEqual([]);
    expect(read(path).split(/^name:/m)[0]).toContain("on the lines that end in CHANGE");
  });
});

test("six values on nine lines are to be changed in the first workflow, as README says", () => {
  const marked = read("examples/register.yml")
    .split("\n")
    .filter((line) => line.endsWith(" # CHANGE"));
  expect(marked).toHaveLength(9);
  const names = marked.map((line) => /(?:- )?([\w-]+):/.exec(line)?.[1] ?? "");
  const ofTenant = ["group", "environment", "tenant", "keyring-environment"];
  expect(names.filter((name) => ofTenant.includes(name))).toHaveLength(4);
  expect(names.filter((name) => !ofTenant.includes(name))).toEqual([
    "uses",
    "region",
    "country-code",
    "city",
    "organization",
  ]);
  const step = read("README.md").split("**3. The workflow.**")[1]?.split("```")[0] ?? "";
  for (const name of ["your-org", "acme", "region", "country-code", "city", "organization"])
    expect(step).toContain(`\`${name}\``);
  for (const text of [step, read("docs/getting-started.md")]) {
    expect(text).toMatch(
      /Nine lines end in\s`# CHANGE`\. They hold six different values: the owner of your copy/,
    );
    expect(text).toContain("four times");
  }
  expect(read("examples/register.yml")).toContain("There are nine such lines.");
});

test("each secret that an example reads is named in a document, with where its value comes from", () => {
  const texts = ["README.md", "docs/getting-started.md", "docs/agents.md"].map(read).join();
  const used = find("examples/*.yml").flatMap((path) => [
    ...read(path).matchAll(/secrets\.(MINDCONNECT_\w+)/g),
  ]);
  for (const name of new Set(used.map(([, secret = ""]) => secret))) expect(texts).toContain(`\`${name}\``);
});

test("the lines that schedules need on a runner of your own are inputs of what they are written to", () => {
  const [, section = ""] = read("docs/workflows.md").split("### Schedules on a runner of your own");
  const added = (line: string) => [...line.matchAll(/`([\w-]+): [^`]+`/g)].map(([, name = ""]) => name);
  const lines = section.split("\n").filter((line) => line.startsWith("| ["));
  const [rotation = "", , , status = ""] = lines.map((line) => line.split(" | ")[2] ?? "");
  const called = parseWorkflow(read(".github/workflows/rotate.yml")).on.workflow_call;
  expect(added(rotation)).toEqual(["runs-on", "keyring-file"]);
  expect(Object.keys(called?.inputs ?? {})).toEqual(expect.arrayContaining(added(rotation)));
  expect(added(status)).toEqual(["keyring-file"]);
  expect(readAction("status").inputs).toHaveProperty("keyring-file");
});

test("every example is in the table of examples", () => {
  const table = read("examples/README.md");
  for (const path of find("examples/*.yml")) expect(table).toContain(`(${path.replace("examples/", "")})`);
});
