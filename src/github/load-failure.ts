import { ActionError } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";
import { proxyFor } from "../http/proxy.ts";
import { TransportError } from "../http/transport-error.ts";

/**
 * Explains why `@actions/github` could not be loaded: it reads the proxy variables and the event's payload at once.
 * @param api base of GitHub's REST API
 * @returns `SECRET_UNREACHABLE` that names the variable
 */
export function toolkitNotLoaded(api: URL, error: unknown): ActionError {
  try {
    proxyFor(api);
  } catch (malformed) {
    if (!(malformed instanceof TransportError)) throw malformed;
    return new ActionError("SECRET_UNREACHABLE", `${malformed.message}.`, {
      next: malformed.next,
      cause: error,
    });
  }
  return new ActionError(
    "SECRET_UNREACHABLE",
    `The runner's environment cannot be read to reach GitHub: ${printable((error as Error).message, 200)}.`,
    {
      next: "Check that GITHUB_EVENT_PATH, if it is set, names a file with JSON, and the proxy variables, then run again.",
      cause: error,
    },
  );
}
