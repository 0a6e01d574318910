import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fencedBlocks, find, parseWorkflow, read, readAction, type Step, taskOf } from "./repository.ts";

/** The steps of each job by a name to show: of the examples, and of every YAML block in the README. */
const jobs: [name: string, steps: readonly Step[]][] = [
  ...find("examples/*.yml").flatMap((path) => jobsOf(path, read(path))),
  ...fencedBlocks(read("README.md"), "yaml").flatMap((text, index) =>
    jobsOf(`README.md, block ${index + 1}`, text),
  ),
];

function jobsOf(name: string, text: string): [string, readonly Step[]][] {
  const found: unknown = parse(text);
  if (Array.isArray(found)) return [[name, found as Step[]]];
  return Object.entries(parseWorkflow(text).jobs).map(([job, { steps }]) => [`${name}, job ${job}`, steps]);
}

describe.each(jobs)("%s", (_name, steps) => {
  const tasks = steps.flatMap((step) => {
    const task = step.uses === undefined ? undefined : taskOf(step.uses);
    return task === undefined ? [] : [{ task, step }];
  });

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
    const earlier = new Map<string, string>();
    for (const step of steps) {
      for (const [reference, id = "", output = ""] of JSON.stringify(step).matchAll(
        /steps\.([\w-]+)\.outputs\.([\w-]+)/g,
      )) {
        const task = earlier.get(id);
        expect(task, `${reference}: no earlier step of this action has this id`).toBeDefined();
        expect(Object.keys(readAction(task as string).outputs ?? {}), reference).toContain(output);
      }
      const task = step.uses === undefined ? undefined : taskOf(step.uses);
      if (step.id !== undefined && task !== undefined) earlier.set(step.id, task);
    }
  });
});

test("the README's first workflow is examples/register.yml", () => {
  const [first = ""] = fencedBlocks(read("README.md"), "yaml");
  expect(parse(first)).toEqual(parse(read("examples/register.yml")));
});

test("every example is shown in the README", () => {
  for (const path of find("examples/*.yml")) expect(read("README.md")).toContain(`(${path})`);
});
