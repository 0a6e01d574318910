// The runner's side of a run: log, annotations, masks, outputs, state and the job's page. Nothing else prints.
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { ActionError, ERROR_CODES, type ErrorCode, type ErrorReply } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { addSecret } from "../messages/secrets.ts";
import { errorPage } from "./action-ref.ts";
import { escapeMarkdown } from "./markdown.ts";
import { secretEncodings } from "./secret-encodings.ts";

/** Annotations are cut at 4,096 characters by GitHub. */
const ANNOTATION_LIMIT = 4000;
const LINE_LIMIT = 1500;
/** Most characters of an annotation that the next steps take. */
const NEXT_LIMIT = 3000;
/** Fewest characters of a line among very many: its beginning, with the name of the input. */
const LEAST_SHARE = 60;
const TITLE = "MindConnect CA";
/**
 * Most bytes of an output. Linux starts no step that takes more than 131,072 bytes as one variable (`env`),
 * its name included.
 */
export const OUTPUT_LIMIT = 120_000;

/** The runner's side: what a user sees, and what later steps get. Everything printed goes through here. */
export interface Runner {
  /** Hides a secret in every form it could show up in. */
  mask(secret: string): void;
  info(line: string): void;
  /** A group of log lines that can be folded. */
  group(title: string, lines: readonly string[]): void;
  notice(message: string): void;
  /** The job's page shows it as well, below what is added to it next. */
  warning(message: string): void;
  /** The one annotation of a failed run; sets the exit code. */
  fail(error: ActionError): void;
  /**
   * A value of more than 120,000 bytes becomes empty, with a warning. @throws ActionError
   * `RUNNER_FILE_FAILED`
   */
  output(name: string, value: string): void;
  /** Notes something for the post step. @throws ActionError `RUNNER_FILE_FAILED` */
  saveState(name: string, value: string): void;
  /**
   * Adds Markdown to the job's page; the caller escapes what it puts in. An empty text adds only the warnings that the page
   * does not show yet. A page that cannot be written is a warning.
   */
  summary(markdown: string): Promise<void>;
}

/** What prints and writes: the runner's own toolkit. */
type Toolkit = typeof import("@actions/core");

/**
 * Loads `@actions/core`, which is a chunk of dist/ of its own: an old Node.js is refused without it, and the post steps do
 * without it.
 * @returns undefined where the chunk cannot be loaded; then the annotation that says so is written, and the exit code is 1
 */
export async function loadRunner(): Promise<Runner | undefined> {
  try {
    return createRunner(await import("@actions/core"));
  } catch (error) {
    failToLoad(error);
    return undefined;
  }
}

/** Writes the annotation of an action that could not load its own files, and sets the exit code. */
export function failToLoad(error: unknown): void {
  const message = `The action could not begin, because its own files could not be loaded (${reasonOf(error)}).`;
  const next =
    "Raise the limits of the runner (ulimit -n). Or let the runner download the action again. Then run again.";
  failWithoutToolkit("FILE_FAILED", message, next);
}

/**
 * Writes the annotation of a failed run where there is no {@link Runner}, and sets the exit code.
 * @param message one line that is safe to print, without `%`
 */
export function failWithoutToolkit(code: ErrorCode, message: string, next: string): void {
  process.exitCode = 1;
  process.stdout.write(
    `::error title=${TITLE}%3A ${code}::${code}: ${message} Next: ${next}%0A${details(code)}\n`,
  );
}

/** The files by which a step hands on its results: outputs for later steps, the state for its own post step. */
const RUNNER_FILES = ["GITHUB_OUTPUT", "GITHUB_STATE"] as const;

/**
 * Checks, before anything begins, that outputs and state can be written (guarantee 11). Otherwise a CA would be registered
 * and its id lost. Outside of a workflow there are no such files.
 * @throws ActionError `RUNNER_FILE_FAILED`
 */
export function requireRunnerFiles(): void {
  for (const name of RUNNER_FILES) {
    const path = process.env[name] ?? "";
    if (path === "") continue;
    usingRunnerFile(`${name}, ${path}, cannot be written`, () => {
      if (!statSync(path).isFile()) throw new Error("it is not a regular file");
      accessSync(path, constants.W_OK);
    });
  }
}

/** @returns the runner's side of this run; it prints at once, so secrets are masked first */
export function createRunner(toolkit: Toolkit): Runner {
  /** Warnings that the job's page does not show yet. */
  const warned: string[] = [];
  const annotate = (warning: string) =>
    toolkit.warning(printable(warning, ANNOTATION_LIMIT), { title: TITLE });
  const info = (line: string) => toolkit.info(printable(line, 2000));
  const warning = (message: string) => {
    annotate(message);
    warned.push(message);
  };

  return {
    mask(secret) {
      for (const form of secretEncodings(secret)) {
        toolkit.setSecret(form);
        for (const line of form.split("\n")) addSecret(line);
      }
    },

    info,

    group(title, lines) {
      toolkit.startGroup(printable(title, 200));
      for (const line of lines) info(line);
      toolkit.endGroup();
    },

    notice(message) {
      toolkit.notice(printable(message, ANNOTATION_LIMIT), { title: TITLE });
    },

    warning,

    fail(error) {
      process.exitCode = 1;
      toolkit.error(explain(error), { title: `${TITLE}: ${error.code}` });
    },

    output(name, text) {
      const fits = Buffer.byteLength(text) <= OUTPUT_LIMIT;
      if (!fits)
        warning(
          `The output ${name} is empty. Its value has more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step can take that as env.`,
        );
      usingRunnerFile(`The output ${name} could not be written`, () =>
        toolkit.setOutput(name, fits ? text : ""),
      );
    },

    saveState(name, value) {
      usingRunnerFile(`The state ${name} could not be written`, () => toolkit.saveState(name, value));
    },

    async summary(markdown) {
      // Outside of a workflow there is no page to write to.
      const page = process.env["GITHUB_STEP_SUMMARY"] ?? "";
      const warnings = warned.splice(0).map((it) => `\n> **Warning:** ${escapeMarkdown(it)}\n`);
      const text = [markdown, ...warnings].join("");
      if (page === "" || text === "") return;
      try {
        requireReader(page);
        await toolkit.summary.addRaw(text, true).write();
      } catch (error) {
        // Reporting never decides (guarantee 11): what the task did is done.
        toolkit.summary.emptyBuffer();
        annotate(`The job summary could not be written (${reasonOf(error)}).`);
      }
    },
  };
}

/** Opening a pipe for writing would wait for its reader. @throws Error of the system */
function requireReader(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0)));
}

/** @throws ActionError `RUNNER_FILE_FAILED`: the problem, and the system's code or words as its reason */
function usingRunnerFile(problem: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new ActionError("RUNNER_FILE_FAILED", `${problem} (${reasonOf(error)}).`, { cause: error });
  }
}

/** @returns the system's code of an error, else its words: short and safe to print */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return printable(code ?? message, 200);
}

/**
 * @returns code, what happened, what the platform said, the next steps, where to read more: a line each, safe to print. Where that
 * is too long for an annotation, each line of what happened is cut: every bad input keeps its name, and what to do stays.
 */
export function explain(error: ActionError): string {
  const happened = whatHappened(error);
  const end = `\n${cut(nextLines(error.steps), NEXT_LIMIT)}\n${details(error.code)}`;
  const room = ANNOTATION_LIMIT - end.length;
  if (happened.join("\n").length <= room) return `${happened.join("\n")}${end}`;
  const share = Math.max(LEAST_SHARE, Math.floor(room / happened.length) - 2);
  return `${cut(happened.map((line) => cut(line, share)).join("\n"), room)}${end}`;
}

/** @returns what {@link explain} cut, whole, a line each; none where it cut nothing */
export function cutFromExplanation(error: ActionError): string[] {
  const explained = explain(error);
  return whatHappened(error).filter((line) => !explained.includes(line));
}

function whatHappened(error: ActionError): string[] {
  const [first = "", ...others] = error.message.split("\n");
  const lines = [
    `${error.code}: ${error.code === "INPUT_INVALID" ? ERROR_CODES.INPUT_INVALID.means : first}`,
  ];
  if (error.code === "INPUT_INVALID") others.unshift(first);
  lines.push(...others.map((line) => `- ${line}`));
  if (error.platform !== undefined) lines.push(`The platform said: ${said(error.platform)}`);
  return lines.map((line) => printable(line, LINE_LIMIT));
}

/** @returns the next steps: one step follows the word `Next:`, several are a numbered list, a line each */
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
  return `Details: ${errorPage(code)}`;
}

function said({ status, message, logref }: ErrorReply): string {
  const parts = [status === undefined ? "" : String(status), message === "" ? "(nothing)" : message];
  if (logref !== undefined) parts.push(`(logref ${logref})`);
  return parts.filter((part) => part !== "").join(" ");
}
