import { closeSync, constants, openSync } from "node:fs";
import { type ActionError, ERROR_CODES, type ErrorCode, type PlatformSaid } from "../messages/errors.ts";
import { hide, printable } from "../messages/printable.ts";
import { errorPage } from "./called-as.ts";
import { escapeMarkdown } from "./markdown.ts";
import { reasonOf, runnerFileFailed } from "./runner-files.ts";
import { secretForms } from "./secret-forms.ts";

/** Annotations are cut at 4,096 characters by GitHub. */
const ANNOTATION_LIMIT = 4000;
const LINE_LIMIT = 1500;
/** So much of an annotation may tell what to do. */
const NEXT_LIMIT = 3000;
const TITLE = "MindConnect CA";
/** Bytes. Linux starts no step that takes more than 131,072 of them as one variable (`env`), its name included. */
export const OUTPUT_LIMIT = 120_000;

/** The runner's side: what a user sees, and what later steps get. Everything printed goes through here. */
export interface Runner {
  /** Hides a secret in every form it could show up in. */
  mask(secret: string): void;
  info(line: string): void;
  /** A group of log lines that can be folded. */
  group(title: string, lines: readonly string[]): void;
  notice(message: string): void;
  /** The job's page shows it as well, below what is added to it next, or at the end. */
  warning(message: string): void;
  /** The one annotation of a failed run; sets the exit code. */
  fail(error: ActionError): void;
  /** One beyond 120,000 bytes becomes empty, with a warning. @throws ActionError `RUNNER_FILE_FAILED` */
  output(name: string, value: string): void;
  /** Notes something for the post step. @throws ActionError `RUNNER_FILE_FAILED` */
  saveState(name: string, value: string): Promise<void>;
  /** Adds Markdown to the job's page; the caller escapes what it puts in. A page that cannot be written is a warning. */
  summary(markdown: string): Promise<void>;
}

type Toolkit = typeof import("@actions/core");

/**
 * The runner's side from the first moment on. `@actions/core` takes longer to load than anything else here, so what the
 * runner is told before is kept, and told in the same order once the toolkit is there: until then nothing prints.
 */
export class LateRunner implements Runner {
  readonly #kept: ((toolkit: Toolkit) => void)[] = [];
  /** Warnings that the job's page does not show yet. */
  readonly #warned: string[] = [];
  #toolkit: Toolkit | undefined;
  #loading: Promise<Toolkit> | undefined;

  /** Loads the toolkit, at the first call; to be called when there is time for it, and at the latest at the end. */
  async load(): Promise<Toolkit> {
    this.#loading ??= import("@actions/core").then((toolkit) => {
      this.#toolkit = toolkit;
      for (const tell of this.#kept.splice(0)) tell(toolkit);
      return toolkit;
    });
    return await this.#loading;
  }

  /** To be called at the end: what was kept is told, or that it cannot be, because the toolkit does not load. */
  async finish(): Promise<void> {
    try {
      await this.load();
      if (this.#warned.length > 0) await this.summary("");
    } catch (error) {
      process.exitCode = 1;
      // By hand, and nothing of what was kept: the runner was not told yet what to hide in it.
      const message = `FILE_FAILED: The action cannot show what happened, because its own files could not be loaded (${reasonOf(error)}). Next: Raise the limits of the runner (ulimit -n). Or let the runner download the action again. Then run again: it goes on where it stopped.%0A${details("FILE_FAILED")}`;
      process.stdout.write(`::error title=${TITLE}%3A FILE_FAILED::${message}\n`);
    }
  }

  readonly mask = (secret: string): void => {
    for (const form of secretForms(secret)) {
      this.#tell((toolkit) => toolkit.setSecret(form));
      for (const line of form.split("\n")) hide(line);
    }
  };

  readonly info = (line: string): void => {
    this.#tell((toolkit) => toolkit.info(printable(line, 2000)));
  };

  readonly group = (title: string, lines: readonly string[]): void => {
    this.#tell((toolkit) => {
      toolkit.startGroup(printable(title, 200));
      for (const line of lines) toolkit.info(printable(line, 2000));
      toolkit.endGroup();
    });
  };

  readonly notice = (message: string): void => {
    this.#tell((toolkit) => toolkit.notice(printable(message, ANNOTATION_LIMIT), { title: TITLE }));
  };

  readonly warning = (message: string): void => {
    this.#annotate(message);
    this.#warned.push(message);
  };

  readonly fail = (error: ActionError): void => {
    process.exitCode = 1;
    this.#tell((toolkit) => toolkit.error(explain(error), { title: `${TITLE}: ${error.code}` }));
  };

  readonly output = (name: string, text: string): void => {
    const fits = Buffer.byteLength(text) <= OUTPUT_LIMIT;
    if (!fits)
      this.warning(
        `The output ${name} is empty. Its value has more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step can take that as env.`,
      );
    const value = fits ? text : "";
    this.#tell((toolkit) => written(`The output ${name}`, () => toolkit.setOutput(name, value)));
  };

  readonly saveState = async (name: string, value: string): Promise<void> => {
    const { saveState } = await this.load();
    written(`The state ${name}`, () => saveState(name, value));
  };

  readonly summary = async (markdown: string): Promise<void> => {
    // Outside of a workflow there is no page to write to.
    const page = process.env["GITHUB_STEP_SUMMARY"] ?? "";
    if (page === "") return;
    const warned = this.#warned.splice(0).map((warning) => `\n> **Warning:** ${escapeMarkdown(warning)}\n`);
    try {
      const { summary } = await this.load();
      requireReader(page);
      await summary.addRaw([markdown, ...warned].join(""), true).write();
    } catch (error) {
      // Reporting never decides (guarantee 11): what the task did is done.
      this.#toolkit?.summary.emptyBuffer();
      this.#annotate(`The job summary could not be written (${reasonOf(error)}).`);
    }
  };

  #annotate(warning: string): void {
    this.#tell((toolkit) => toolkit.warning(printable(warning, ANNOTATION_LIMIT), { title: TITLE }));
  }

  #tell(call: (toolkit: Toolkit) => void): void {
    if (this.#toolkit === undefined) this.#kept.push(call);
    else call(this.#toolkit);
  }
}

/** Opening a pipe for writing would wait for whoever reads from it. @throws Error of the system */
function requireReader(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0)));
}

/** @throws ActionError `RUNNER_FILE_FAILED` */
function written(what: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw runnerFileFailed(`${what} could not be written`, error);
  }
}

/**
 * @returns code, what happened, what the platform said, the next steps, where to read more: a line each, safe to print. What
 * is too long for an annotation goes from the middle: what to do and the last line stay.
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
  const end = `\n${cut(nextLines(error.steps), NEXT_LIMIT)}\n${details(error.code)}`;
  return `${cut(happened, ANNOTATION_LIMIT - end.length)}${end}`;
}

/** One step follows the word; several are a numbered list, a line each. */
function nextLines(steps: readonly string[]): string {
  const [only = "", ...others] = steps;
  if (others.length === 0) return printable(`Next: ${only}`, LINE_LIMIT);
  const numbered = steps.map((step, index) => printable(`${index + 1}. ${step}`, LINE_LIMIT));
  return ["Next:", ...numbered].join("\n");
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit).replace(/\p{Cs}$/u, "")}…` : text;
}

/** The last line of an annotation. */
function details(code: ErrorCode): string {
  return `Details: ${errorPage(code).text}`;
}

function said({ status, message, logref }: PlatformSaid): string {
  const parts = [status === undefined ? "" : String(status), message === "" ? "(nothing)" : message];
  if (logref !== undefined) parts.push(`(logref ${logref})`);
  return parts.filter((part) => part !== "").join(" ");
}
