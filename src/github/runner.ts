import { type ActionError, ERROR_CODES, type PlatformSaid } from "../ca/errors.ts";
import { hide, printable } from "../ca/printable.ts";
import { secretForms } from "./secret-forms.ts";

/** Annotations are cut at 4,096 characters by GitHub. */
const ANNOTATION_LIMIT = 4000;
const LINE_LIMIT = 1500;
const TITLE = "MindConnect CA";

/** The runner's side: what a user sees, and what later steps get. Everything printed goes through here. */
export interface Runner {
  /** Hides a secret in every form it could show up in. */
  mask(secret: string): void;
  info(line: string): void;
  /** A group of log lines that can be folded. */
  group(title: string, lines: readonly string[]): void;
  notice(message: string): void;
  warning(message: string): void;
  /** The one annotation of a failed run; sets the exit code. */
  fail(error: ActionError): void;
  output(name: string, value: string): void;
  /** Notes something for the post step. */
  saveState(name: string, value: string): void;
  /** Adds Markdown to the job's page; the caller escapes what it puts in. */
  summary(markdown: string): Promise<void>;
}

/** Loads `@actions/core`, which takes longer than anything else here; later than what can run meanwhile. */
export async function loadRunner(): Promise<Runner> {
  const core = await import("@actions/core");
  const annotation = { title: TITLE };
  const info = (line: string) => core.info(printable(line, 2000));
  return {
    mask(secret) {
      for (const form of secretForms(secret)) {
        core.setSecret(form);
        for (const line of form.split("\n")) hide(line);
      }
    },
    info,
    group(title, lines) {
      core.startGroup(printable(title, 200));
      for (const line of lines) info(line);
      core.endGroup();
    },
    notice: (message) => core.notice(printable(message, ANNOTATION_LIMIT), annotation),
    warning: (message) => core.warning(printable(message, ANNOTATION_LIMIT), annotation),
    fail(error) {
      process.exitCode = 1;
      core.error(explain(error), { title: `${TITLE}: ${error.code}` });
    },
    output: (name, value) => core.setOutput(name, value),
    saveState: (name, value) => core.saveState(name, value),
    async summary(markdown) {
      // Outside of a workflow there is no page to write to.
      if ((process.env["GITHUB_STEP_SUMMARY"] ?? "") === "") return;
      await core.summary.addRaw(markdown, true).write();
    },
  };
}

/**
 * @returns code, what happened, what the platform said, the next step: a line each, safe to print. What is too long for
 * an annotation goes from the middle: the next step stays.
 */
export function explain(error: ActionError): string {
  const [first = "", ...others] = error.message.split("\n");
  const lines = [
    `${error.code}: ${error.code === "INPUT_INVALID" ? ERROR_CODES.INPUT_INVALID.means : first}`,
  ];
  if (error.code === "INPUT_INVALID") others.unshift(first);
  lines.push(...others.map((line) => `- ${line}`));
  if (error.platform !== undefined) lines.push(`The platform said: ${said(error.platform)}`);
  const happened = lines.map((line) => printable(line, LINE_LIMIT)).join("\n");
  const next = printable(`Next: ${error.next}`, LINE_LIMIT);
  const room = ANNOTATION_LIMIT - next.length;
  return `${happened.length > room ? `${happened.slice(0, room).replace(/\p{Cs}$/u, "")}…` : happened}\n${next}`;
}

function said({ status, message, logref }: PlatformSaid): string {
  const parts = [status === undefined ? "" : String(status), message === "" ? "(nothing)" : message];
  if (logref !== undefined) parts.push(`(logref ${logref})`);
  return parts.filter((part) => part !== "").join(" ");
}
