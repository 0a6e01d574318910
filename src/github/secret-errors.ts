import { ActionError } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";
import { capital } from "../ca/sentence.ts";
import { GitHubFailure } from "./api.ts";
import { isInstallationToken, type SecretAddress } from "./secret-address.ts";

/**
 * @param what the call, as in `reading the public key for the secret NAME of owner/repo`
 * @returns `SECRET_ACCESS_DENIED` or `SECRET_UNREACHABLE` for a read that failed; another error as it is
 */
export function readFailed(error: unknown, address: SecretAddress, what: string): unknown {
  if (!(error instanceof GitHubFailure)) return error;
  const { status, message, limited } = error;
  const answer =
    status === undefined ? "failed" : `was answered with ${status}${limited ? " (rate limit)" : ""}`;
  return (
    accessDenied(error, address, what) ??
    new ActionError("SECRET_UNREACHABLE", `${capital(what)} ${answer}: ${message}.`, { cause: error })
  );
}

/** @returns `SECRET_ACCESS_DENIED` or `KEYRING_WRITE_FAILED` for a write that failed; another error as it is */
export function writeFailed(error: unknown, address: SecretAddress, what: string): unknown {
  if (!(error instanceof GitHubFailure)) return error;
  const { status, message } = error;
  const happened =
    status === undefined
      ? `The reply to ${what} was lost, so it may or may not have happened: ${message}.`
      : `${capital(what)} was answered with ${status}: ${message}.`;
  return (
    accessDenied(error, address, what) ??
    new ActionError("KEYRING_WRITE_FAILED", happened, { cause: error, next: WRITE_AGAIN })
  );
}

/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN =
  "Start a new run: it reads the secret anew and goes on, whether the write happened or not. What needed it was not done.";

/** @returns `SECRET_UNREACHABLE` for a reply of success that is not what GitHub documents */
export function unexpectedReply(what: string, lacks: string, cause?: unknown): ActionError {
  return new ActionError("SECRET_UNREACHABLE", `The reply to ${what} ${lacks}.`, { cause });
}

/** @returns the error for a token that may not do this; undefined where the call failed for another reason */
function accessDenied(failure: GitHubFailure, address: SecretAddress, what: string): ActionError | undefined {
  const { environment, owner, repo } = address;
  const place = `${owner}/${repo}`;
  const reasons: Readonly<Record<number, string>> = {
    401: "The token has ended, was revoked or is mistyped.",
    403: isInstallationToken(address)
      ? "The workflow's own GITHUB_TOKEN can never do that; the token of a GitHub App, which begins with ghs_ as well, needs the permission below."
      : "The token lacks the permission below.",
    404:
      environment === undefined
        ? `There is no repository ${place}, or the token may not see it.`
        : `There is no environment ${printable(environment, 100)} of ${place}, or the token may not see it.`,
  };
  const reason = failure.limited ? undefined : reasons[failure.status ?? 0];
  if (reason === undefined) return undefined;
  const permission = environment === undefined ? "Secrets: write" : "Environments: write";
  return new ActionError(
    "SECRET_ACCESS_DENIED",
    `${capital(what)} was answered with ${failure.status}: ${failure.message}. ${reason}`,
    {
      cause: failure,
      next: `Pass as github-token the installation token of a GitHub App, or a fine-grained personal access token, with the permission "${permission}" for ${place}.`,
    },
  );
}
