import { describe, expect, test } from "vitest";
import { find, parseWorkflow, read } from "./repository.ts";

const own = find(".github/workflows/*.yml");
const examples = find("examples/*.yml");

describe.each([...own, ...examples])("%s", (path) => {
  const workflow = parseWorkflow(read(path));

  test("grants nothing by default, ends in time, and does not run twice at once", () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toHaveProperty("group");
    for (const [name, job] of Object.entries(workflow.jobs))
      expect(job["timeout-minutes"], name).toBeGreaterThan(0);
  });

  test("changes to an environment are never cancelled half way", () => {
    const { group, "cancel-in-progress": cancel } = workflow.concurrency as Record<string, unknown>;
    if (String(group).startsWith("mindconnect-ca-")) expect(cancel).toBe(false);
  });
});

describe.each(own)("%s", (path) => {
  const text = read(path);

  test("pins every action to a commit, with its version", () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, value = ""]) => value);
    const loose = uses.filter(
      (value) => !/^\.\/|^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(value),
    );
    expect(loose).toEqual([]);
  });

  test("leaves no credentials in the checkout", () => {
    for (const { steps } of Object.values(parseWorkflow(text).jobs)) {
      for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")))
        expect(step.with).toMatchObject({ "persist-credentials": false });
    }
  });
});
