import { describe, expect, test } from "vitest";
import {
  actionFiles,
  expression,
  find,
  parseWorkflow,
  read,
  readAction,
  taskOf,
  type WorkflowInput,
} from "./repository.ts";

const reusable = find(".github/workflows/*.yml")
  .map((path) => ({ path, workflow: parseWorkflow(read(path)) }))
  .filter(({ workflow }) => workflow.on.workflow_call !== undefined);

/** Inputs of the tasks that the workflows fill from secrets, or from other inputs. */
const FROM_SECRETS: Readonly<Record<string, string>> = {
  token: "MINDCONNECT_TOKEN",
  "client-id": "MINDCONNECT_CLIENT_ID",
  "client-secret": "MINDCONNECT_CLIENT_SECRET",
  keyring: "MINDCONNECT_CA_KEYRING",
  "keyring-passphrase": "MINDCONNECT_KEYRING_PASSPHRASE",
  "github-token": "MINDCONNECT_GITHUB_TOKEN",
};
const FROM_OTHERS: Readonly<Record<string, string>> = { "keyring-environment": "environment" };
/** Inputs that a workflow has for itself. */
const OWN_INPUTS = ["environment", "runs-on", "github-app-client-id"];
/** Of a task that takes no tenant: the workflow needs it for its concurrency group. */
const GROUP_INPUTS: Readonly<Record<string, readonly string[]>> = { keyring: ["tenant"] };
/** Inputs of the tasks that make no sense in a job of one step, or are for a CA of one's own. */
const LEFT_OUT = [
  "keyring-ephemeral",
  "ca-certificate",
  "ca-private-key",
  "ca-private-key-passphrase",
  "directory",
];
/** How the keyring is written; status only reads it. */
const WRITING = ["keyring-secret", "keyring-environment", "keyring-import", "github-token"];
/** Outputs that are paths: they vanish with the job. */
const PATHS = ["certificate-path", "receipt-path", "keyring-backup-path"];
/** GitHub's limit for `workflow_dispatch`. */
const MOST_INPUTS = 25;

test("there is one for each task that a schedule or a click would start", () => {
  expect(reusable.map(({ path }) => path.replace(/^.*\//, ""))).toEqual([
    "delete.yml",
    "keyring.yml",
    "register.yml",
    "rotate.yml",
    "status.yml",
  ]);
});

test("the root's twin in tasks/register has its inputs and outputs", () => {
  const [root, twin] = [actionFiles.get("register") ?? "", "tasks/register/action.yml"].map(read);
  const inside = (text = "") => text.slice(text.indexOf("inputs:"), text.indexOf("runs:"));
  expect(inside(twin)).toBe(inside(root));
});

describe.each(reusable)("$path", ({ workflow }) => {
  const { workflow_call: call, workflow_dispatch: dispatch } = workflow.on;
  const { inputs: callInputs = {}, secrets = {}, outputs = {} } = call ?? {};
  const dispatchInputs = dispatch?.inputs ?? {};
  const [[id, job] = ["", undefined], ...otherJobs] = Object.entries(workflow.jobs);
  const step = job?.steps?.find(({ id }) => id === "ca");
  const task = taskOf(step?.uses ?? "") ?? "";
  const action = readAction(task);
  const given = step?.with ?? {};
  const useful = (name: string) => !LEFT_OUT.includes(name) && !(task === "status" && WRITING.includes(name));

  test("is one job in the environment given, without rights of its own", () => {
    expect(otherJobs).toEqual([]);
    expect(step?.uses).toBe(`$/tasks/${task}`);
    expect(job).toMatchObject({ environment: expression("inputs.environment"), permissions: {} });
  });

  test("holds the tenant's concurrency group, and drops nobody who waits for it", () => {
    expect(workflow.concurrency).toEqual({
      group: `mindconnect-ca-${expression("inputs.tenant")}`,
      "cancel-in-progress": false,
      queue: "max",
    });
  });

  test("gives the task inputs that it has, each the workflow's input of that name or its secret", () => {
    const { inputs = {} } = action;
    expect(Object.keys(given).sort()).toEqual(Object.keys(inputs).filter(useful).sort());
    for (const [name, value] of Object.entries(given)) {
      const secret = FROM_SECRETS[name];
      const source = secret === undefined ? `inputs.${FROM_OTHERS[name] ?? name}` : `secrets.${secret}`;
      expect(value, name).toContain(source);
    }
  });

  test("takes what the task takes, by the same names, with the same defaults", () => {
    const { inputs = {} } = action;
    const offered = Object.keys(inputs).filter((name) => !(name in FROM_SECRETS) && !(name in FROM_OTHERS));
    expect(Object.keys(callInputs).sort()).toEqual(
      [
        ...offered.filter(useful),
        ...(GROUP_INPUTS[task] ?? []),
        ...OWN_INPUTS.filter((name) => name in callInputs),
      ].sort(),
    );
    for (const name of offered.filter((input) => input in callInputs)) {
      const { required = false, default: value } = callInputs[name] as WorkflowInput;
      expect(required, name).toBe(inputs[name]?.required);
      // The workflow reads one secret by its name; the task would not know which.
      if (name !== "keyring-secret")
        expect(value === undefined ? value : String(value), name).toBe(inputs[name]?.default);
    }
  });

  test("can be started by hand with the same inputs, as many as GitHub takes", () => {
    expect(Object.keys(dispatchInputs).length).toBeLessThanOrEqual(MOST_INPUTS);
    for (const [name, { type, options = [], ...said }] of Object.entries(dispatchInputs)) {
      const { type: called, ...same } = callInputs[name] as WorkflowInput;
      expect(said, name).toEqual(same);
      expect([called, "choice", "environment"], name).toContain(type);
      if (type === "choice") expect(options, name).toContain(said.default);
    }
    const missing = Object.keys(callInputs).filter((name) => !(name in dispatchInputs));
    for (const name of missing) expect(callInputs[name]?.required, name).not.toBe(true);
  });

  test("passes on every output of the task that outlives the job", () => {
    const names = Object.keys(action.outputs ?? {}).filter((name) => !PATHS.includes(name));
    expect(Object.keys(outputs).sort()).toEqual(names.sort());
    for (const name of names) {
      expect(outputs[name]?.value).toBe(expression(`jobs.${id}.outputs.${name}`));
      expect(job?.outputs?.[name]).toBe(expression(`steps.ca.outputs.${name}`));
    }
  });

  test("uploads the backup of the keyring where there is one, also of a run that fails", () => {
    const uploads = job?.steps?.filter(({ uses = "" }) => uses.startsWith("actions/upload-artifact@")) ?? [];
    const path = "steps.ca.outputs.keyring-backup-path";
    const upload = {
      if: `always() && ${path} != ''`,
      with: { path: expression(path), "if-no-files-found": "error" },
    };
    const leaves = "keyring-backup-path" in (action.outputs ?? {});
    expect(uploads).toMatchObject(leaves ? [upload] : []);
    if (leaves) expect(job?.steps?.at(-1)).toBe(uploads[0]);
  });

  test("declares the secrets that it reads, and needs none of them", () => {
    const read = [...JSON.stringify(job).matchAll(/secrets\.(\w+)/g)].map(([, name = ""]) => name);
    expect([...new Set(read)].sort()).toEqual(Object.keys(secrets).sort());
    for (const [name, { required }] of Object.entries(secrets)) expect(required, name).toBeUndefined();
  });
});
