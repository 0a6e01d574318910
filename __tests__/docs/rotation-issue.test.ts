import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT } from "../support/action.ts";
import { parseWorkflow, read } from "./repository.ts";

/*
 * examples/rotation-issue.yml keeps one issue up to date: its script is carried out against a double of the GitHub CLI.
 */

const TITLE = "The CA certificates of acme";
const RUN = "https://github.test/acme/plant/actions/runs/1";
const BOT = { login: "app/github-actions" };

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly state: "open" | "closed";
  readonly author: { readonly login: string };
  readonly body?: string;
  readonly comment?: string;
}

interface Repository {
  readonly workflows: readonly string[];
  readonly runs: readonly {
    readonly workflow: string;
    readonly event: string;
    readonly status: string;
    readonly conclusion: string;
    readonly url: string;
  }[];
  readonly issues: readonly Issue[];
}

/** A run of the rotation, newest first in a list as GitHub has it. */
const rotation = (conclusion: string, event = "schedule", status = "completed") => ({
  workflow: "scheduled-rotation.yml",
  event,
  status,
  conclusion,
  url: `https://github.test/rotation/${conclusion}`,
});

const QUIET: Repository = { workflows: ["scheduled-rotation.yml"], runs: [rotation("success")], issues: [] };
const GOOD = { STATUS: "success", DUE: "false", EXPIRATION: "2036-05-30T09:22:55.000Z", DAYS_LEFT: "3472" };
const DUE = { ...GOOD, DUE: "true", EXPIRATION: "2027-05-30T09:22:55.000Z", DAYS_LEFT: "185" };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ca-action-test-"));
  symlinkSync(join(ROOT, "__tests__/docs/gh.mjs"), join(folder, "gh"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Carries out the script of the job `issue`. @returns the repository afterwards */
function keep(repository: Repository, env: Record<string, string>): Repository {
  const step = parseWorkflow(read("examples/rotation-issue.yml")).jobs["issue"]?.steps?.[0];
  const state = join(folder, "state.json");
  writeFileSync(state, JSON.stringify(repository));
  const path = [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const own = { PATH: path, GH_STATE: state, GH_TOKEN: "token", GH_REPO: "acme/plant", RUN, TITLE };
  const { status, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 99"],
    {
      env: { ...own, ROTATION: String(step?.env?.["ROTATION"]), ...env },
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(readFileSync(state, "utf8"));
}

const open = ({ issues }: Repository) => issues.filter(({ state }) => state === "open");

test("nothing is opened while nothing is due", () => {
  expect(keep(QUIET, GOOD).issues).toEqual([]);
});

test("one issue is opened when a rotation is due, changed by later runs, and closed when it is over", () => {
  const first = keep(QUIET, DUE);
  expect(first.issues).toMatchObject([{ title: TITLE, state: "open" }]);
  expect(first.issues[0]?.body).toContain("expires: 2027-05-30T09:22:55.000Z. Days left: 185.");

  const second = keep(first, { ...DUE, DAYS_LEFT: "184" });
  expect(second.issues).toHaveLength(1);
  expect(second.issues[0]?.body).toContain("Days left: 184.");

  const third = keep(second, GOOD);
  expect(third.issues).toMatchObject([{ state: "closed" }]);
  expect(third.issues[0]?.comment).toContain(RUN);

  // Years later: a new one, and the closed one stays closed.
  expect(keep(third, DUE).issues.map(({ state }) => state)).toEqual(["closed", "open"]);
});

test("a tenant without a usable CA is told of as due", () => {
  const { issues } = keep(QUIET, { STATUS: "failure", DUE: "true", EXPIRATION: "", DAYS_LEFT: "" });
  expect(issues[0]?.body).toContain("expires: there is none. Days left: none.");
});

test.each(["failure", "skipped", ""])("a status that ended as %j opens it, without outputs too", (STATUS) => {
  const [issue] = keep(QUIET, { STATUS, DUE: "", EXPIRATION: "", DAYS_LEFT: "" }).issues;
  expect(issue?.body).toContain(RUN);
});

test("a scheduled rotation that failed opens it, until the last scheduled one succeeds", () => {
  const failed = keep({ ...QUIET, runs: [rotation("failure"), rotation("success")] }, GOOD);
  expect(failed.issues[0]?.body).toContain("https://github.test/rotation/failure");

  // A plan by hand proves nothing, and a run that still goes on has no end yet.
  const planned = { ...failed, runs: [rotation("success", "workflow_dispatch"), ...failed.runs] };
  const running = { ...planned, runs: [rotation("", "schedule", "in_progress"), ...planned.runs] };
  expect(open(keep(running, GOOD))).toHaveLength(1);

  expect(open(keep({ ...failed, runs: [rotation("success"), ...failed.runs] }, GOOD))).toEqual([]);
});

test("a rotation whose runs cannot be listed is a reason, and no end of the workflow", () => {
  const [issue] = keep({ ...QUIET, workflows: [] }, GOOD).issues;
  expect(issue?.body).toContain("The runs of the workflow scheduled-rotation.yml cannot be listed: ");
});

test("an issue of the same title that somebody else opened is left alone", () => {
  const theirs: Issue = { number: 1, title: TITLE, state: "open", author: { login: "mallory" }, body: "hm" };
  const due = keep({ ...QUIET, issues: [theirs] }, DUE);
  expect(due.issues).toMatchObject([theirs, { state: "open", author: BOT }]);
  expect(keep(due, GOOD).issues).toMatchObject([theirs, { state: "closed" }]);
});

test("several that were opened by hand runs of old are changed as one, and all closed in the end", () => {
  const twice = [1, 2].map(
    (number): Issue => ({ number, title: TITLE, state: "open", author: BOT, body: "old" }),
  );
  const due = keep({ ...QUIET, issues: twice }, DUE);
  expect(due.issues.map(({ body }) => body === "old")).toEqual([false, true]);
  expect(open(keep(due, GOOD))).toEqual([]);
});
