/** The error of a run that failed after it had issued some of its agents. */
import { ActionError } from "../messages/errors.ts";
import { asActionError } from "../run/run-task.ts";

/** Names of agents that a message has room for. */
const MOST_NAMED = 5;

/** What a run that failed midway leaves. */
export interface PartialFailure {
  /** Why no more agents were issued; undefined where all of them were. */
  readonly failure: unknown;
  /** Why the manifest was not written; undefined where it was. */
  readonly manifestFailure: unknown;
  /** Absolute. */
  readonly manifest: string;
  /** Absolute. */
  readonly directory: string;
  /** Agents issued by then, in the order in which they were. */
  readonly issued: readonly string[];
  readonly total: number;
  /** Whether a later run finds the directory again. */
  readonly lasting: boolean;
}

/** @returns the error of a run that failed midway: what is there by then, where, and whether a later run goes on from it */
export function partialFailureError(partial: PartialFailure): ActionError {
  const { failure, manifestFailure, manifest, directory, issued, total, lasting } = partial;
  const { code, message, next } = asActionError(failure ?? manifestFailure);
  const names = issued.slice(0, MOST_NAMED).join(", ");
  const more = issued.length > MOST_NAMED ? " …" : "";
  const some = issued.length > 0;
  const which = some ? ` and are complete in ${directory} (${names}${more})` : "";
  const done = `${issued.length} of ${total} agents were issued by then${which}.`;
  const unlisted =
    some && manifestFailure !== undefined
      ? ` The manifest ${manifest} does not list them: ${sentence(asActionError(manifestFailure).message)}`
      : "";
  const later = lasting
    ? " Running again issues the others."
    : " A later run does not find these files, and issues all agents again: set directory to a path that lasts.";
  const text = failure === undefined ? "" : `${sentence(message)} `;
  return new ActionError(code, `${text}${done}${unlisted}${later}`, {
    next,
    cause: failure ?? manifestFailure,
  });
}

/** The system's own words have no full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
