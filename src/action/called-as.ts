// How the workflow named this action, and so where its pages are.
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
export function calledAs(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const found = placeOf(environment);
  return found && `${found.repository}@${found.ref}`;
}

/** @returns the first line of every task's log, one line that is safe to print */
export function firstLine(task: string, environment: NodeJS.ProcessEnv = process.env): string {
  const called = calledAs(environment);
  return `${NAME} ${VERSION}, task ${task}${called === undefined ? "" : `, called as ${called}`}`;
}

/** Where an error code is explained: an address to follow, or else words. */
export interface ErrorPage {
  readonly url: string | undefined;
  /** One line that is safe to print. */
  readonly text: string;
}

/** @returns the place of the code in docs/errors.md, of the very version that was called where the runner says which */
export function errorPage(code: string, environment: NodeJS.ProcessEnv = process.env): ErrorPage {
  const page = `docs/errors.md#${code.toLowerCase()}`;
  const found = placeOf(environment);
  const server = shaped(environment["GITHUB_SERVER_URL"], SERVER);
  if (found === undefined || server === undefined)
    return { url: undefined, text: `${page} in the repository of ${NAME}` };
  const url = `${server}/${found.repository}/blob/${found.ref}/${page}`;
  return { url, text: url };
}

function placeOf(environment: NodeJS.ProcessEnv): { repository: string; ref: string } | undefined {
  const repository = shaped(environment["GITHUB_ACTION_REPOSITORY"], REPOSITORY);
  const ref = shaped(environment["GITHUB_ACTION_REF"], REF);
  return repository === undefined || ref === undefined || ref.includes("..")
    ? undefined
    : { repository, ref };
}

/** What the runner says is hostile text: it enters an address and a line of the log only where it has its shape, and holds no
 * secret of this run. */
function shaped(text: string | undefined, shape: RegExp): string | undefined {
  if (text === undefined || text.length > LONGEST || !shape.test(text)) return undefined;
  return withoutSecrets(text) === text ? text : undefined;
}
