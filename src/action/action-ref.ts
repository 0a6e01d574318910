// Which action and version the workflow named (`uses:`), and where the pages of that version are.
import { withoutSecrets } from "../messages/secrets.ts";
import { NAME, VERSION } from "./product.ts";

/** `owner/repository`; `.` and `..` are names of folders. */
const REPOSITORY = /^[A-Za-z0-9][\w-]*\/(?!\.{1,2}$)[\w.-]+$/;
/** Branches, tags and commits that need no escape in an address; git allows more. */
const REF = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;
/** GitHub or an Enterprise Server: an origin and nothing else. */
const SERVER = /^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/i;
/** Longest of these texts, in characters. */
const LONGEST = 255;

/**
 * How the workflow named this action, for log and receipt. The runner says it for `uses: owner/name@ref`, and for `$/` in a
 * reusable workflow, with the commit as ref. For `uses: ./` it says nothing (ActionRunner.cs of actions/runner).
 * @returns such as `owner/name@v1`; undefined where the runner does not say it, or says it in another shape
 */
export function calledAs(): string | undefined {
  const found = calledFrom();
  return found && `${found.repository}@${found.ref}`;
}

/** @returns the first line of every task's log, one line that is safe to print */
export function firstLine(task: string): string {
  const called = calledAs();
  return `${NAME} ${VERSION}, task ${task}${called === undefined ? "" : `, called as ${called}`}`;
}

/**
 * @returns where docs/errors.md explains the code, one line that is safe to print: the https address of the version that was
 * called, or words where the runner does not say which one it was
 */
export function errorPage(code: string): string {
  const page = `docs/errors.md#${code.toLowerCase()}`;
  const found = calledFrom();
  const server = shaped("GITHUB_SERVER_URL", SERVER);
  return found === undefined || server === undefined
    ? `${page} in the repository of ${NAME}`
    : `${server}/${found.repository}/blob/${found.ref}/${page}`;
}

function calledFrom(): { repository: string; ref: string } | undefined {
  const repository = shaped("GITHUB_ACTION_REPOSITORY", REPOSITORY);
  const ref = shaped("GITHUB_ACTION_REF", REF);
  return repository === undefined || ref === undefined || ref.includes("..")
    ? undefined
    : { repository, ref };
}

/**
 * What the runner says is hostile text. It enters an address and a line of the log only where it has its shape, and holds no
 * secret of this run.
 */
function shaped(variable: string, shape: RegExp): string | undefined {
  const text = process.env[variable];
  if (text === undefined || text.length > LONGEST || !shape.test(text)) return undefined;
  return withoutSecrets(text) === text ? text : undefined;
}
