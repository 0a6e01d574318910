import { describe, expect, test } from "vitest";
import { find, parseWorkflow, read } from "./repository.ts";

const own = find(".github/workflows/*.yml");
const examples = find("examples/*.yml");

describe.each([...own, ...examples])("%s", (path) => {
  const workflow = parseWorkflow(read(path));
  const calls = Object.values(workflow.jobs).filter(({ uses }) => uses !== undefined);

  test("grants nothing by default, and ends in time", () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of Object.entries(workflow.jobs))
      if (job.uses === undefined) expect(job["timeout-minutes"], name).toBeGreaterThan(0);
  });

  test("does not run twice at once, and is never cancelled half way where it changes an environment", () => {
    // A caller that held the group of the called workflow would wait for itself.
    if (calls.length > 0) return expect(workflow.concurrency).toBeUndefined();
    expect(workflow.concurrency).toHaveProperty("group");
    const { group, "cancel-in-progress": cancel } = workflow.concurrency as Record<string, unknown>;
    if (String(group).startsWith("mindconnect-ca-")) expect(cancel).toBe(false);
  });

  test("has no expression in a script", () => {
    for (const { steps = [] } of Object.values(workflow.jobs))
      for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });
});

describe.each(own)("%s", (path) => {
  const text = read(path);

  test("pins every action to a commit, with its version", () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, value = ""]) => value);
    const loose = uses.filter(
      (value) => !/^[.$]\/|^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(value),
    );
    expect(loose).toEqual([]);
  });

  test("leaves no credentials in the checkout", () => {
    for (const { steps = [] } of Object.values(parseWorkflow(text).jobs)) {
      for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")))
        expect(step.with).toMatchObject({ "persist-credentials": false });
    }
  });
});
