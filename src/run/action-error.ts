// The error that ends a run, as the user sees it.
import { errorPage } from "../action/called-as.ts";
import { escapeMarkdown } from "../action/markdown.ts";
import { explain, type Runner } from "../action/runner.ts";
import { ActionError, lacksDescriptors, RAISE_LIMITS } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { opensslFailure } from "../openssl/failure.ts";

/** @returns any error as one that the user can act on: `FILE_FAILED` where the system said no, else a mistake of ours */
export function asActionError(error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  // Node throws some of these where @actions/exec awaits nothing: they reach the process as uncaught.
  if (syscall?.startsWith("spawn")) return opensslFailure([], undefined, message);
  const system = typeof code === "string" && /^E[A-Z]+$/.test(code);
  const next = lacksDescriptors(error) ? { next: RAISE_LIMITS } : {};
  return new ActionError(system ? "FILE_FAILED" : "INTERNAL", printable(message, 500), {
    ...next,
    cause: error,
  });
}

/** Shows a failure on the job's page: the same as the annotation says, with a link to where the code is explained. */
export async function summarizeFailure(runner: Runner, task: string, error: ActionError): Promise<void> {
  const lines = explain(error).split("\n").map(escapeMarkdown);
  const { url } = errorPage(error.code);
  if (url !== undefined) lines.splice(-1, 1, `Details: <${url}>`);
  await runner.summary(`### MindConnect CA: ${task} failed\n\n${lines.join("\n\n")}\n`);
}
