import { statSync } from "node:fs";
import { proxyFor } from "../http/proxy.ts";
import { TransportError } from "../http/transport-error.ts";
import { ActionError, lacksDescriptors } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";

/**
 * Loads the module that writes secrets. Octokit and libsodium are large, so only runs with a secret load
 * them. `@actions/github` reads the proxy variables and the event's payload while it is loaded. A pipe in
 * place of the payload's file would block it.
 * @param api base of GitHub's REST API
 * @throws ActionError `SECRET_UNREACHABLE`; the system's own error where it has no descriptors left
 */
export async function loadSecrets(api: URL): Promise<typeof import("./github-secret.ts")> {
  try {
    const event = statSync(process.env["GITHUB_EVENT_PATH"] ?? "", { throwIfNoEntry: false });
    if (event?.isFile() === false) throw new Error("GITHUB_EVENT_PATH does not name a regular file");
    return await import("./github-secret.ts");
  } catch (error) {
    if (lacksDescriptors(error)) throw error;
    throw toolkitNotLoaded(api, error);
  }
}

/**
 * Explains why `@actions/github` could not be loaded.
 * @param api base of GitHub's REST API
 * @returns `SECRET_UNREACHABLE` that names the variable
 */
function toolkitNotLoaded(api: URL, error: unknown): ActionError {
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
    `The action cannot read the environment of the runner, which it needs to reach GitHub: ${printable((error as Error).message, 200)}.`,
    {
      next: "If GITHUB_EVENT_PATH is set, check that it names a file with JSON. Check the proxy variables. Then run again.",
      cause: error,
    },
  );
}
