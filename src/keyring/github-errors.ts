import { iso } from "../ca/time.ts";
import { ActionError } from "../messages/errors.ts";
import { capitalize, printable } from "../messages/printable.ts";
import { GitHubFailure } from "./github-api.ts";
import { isInstallationToken, type SecretAddress } from "./github-secret-inputs.ts";

/** Why a call to GitHub failed, in words for the user, and what to do about it. */

/**
 * @param what the call, as in `reading the public key for the secret NAME of owner/repo`
 * @returns `SECRET_ACCESS_DENIED` or `SECRET_UNREACHABLE` for a read that failed; another error as it is
 */
export function readFailed(error: unknown, address: SecretAddress, what: string): unknown {
  if (!(error instanceof GitHubFailure)) return error;
  const denied = accessDenied(error, address, what);
  if (denied !== undefined) return denied;
  const { message, next } = happened(error, address, what);
  return new ActionError("SECRET_UNREACHABLE", message, { cause: error, next });
}

/** @returns `SECRET_ACCESS_DENIED` or `KEYRING_WRITE_FAILED` for a write that failed; another error as it is */
export function writeFailed(error: unknown, address: SecretAddress, what: string): unknown {
  if (!(error instanceof GitHubFailure)) return error;
  const denied = accessDenied(error, address, what);
  if (denied !== undefined) return denied;
  const known = happened(error, address, what);
  const message = error.unclear
    ? `The reply to ${what} was lost. So nobody knows whether GitHub did it: ${error.message}.`
    : known.message;
  return new ActionError("KEYRING_WRITE_FAILED", message, {
    cause: error,
    next:
      known.next === undefined
        ? WRITE_AGAIN
        : `${known.next} The run stopped before the step that needed this write.`,
  });
}

/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN =
  "Start a new run: it reads the secret again and goes on, whether this write was done or not. This run stopped before the step that needed the write.";

/**
 * @returns the message for a failure without a missing permission, and its next step where it is not the
 * usual one
 */
function happened(failure: GitHubFailure, { owner, repo }: SecretAddress, what: string) {
  const { status, kind, waitMs, message, transport } = failure;
  const answer = status === undefined ? "failed" : `failed: GitHub answered with ${status}`;
  if (kind === "rate-limit") {
    const wait = waitMs === undefined ? "" : ` GitHub asks to wait ${Math.ceil(waitMs / 1000)} s.`;
    return {
      message: `${capitalize(what)} ${answer} (rate limit): ${message}.${wait}`,
      next: `Start a new run${waitMs === undefined ? " a few minutes later" : ` after ${iso(Date.now() + waitMs)}`}. It goes on where this one stopped.`,
    };
  }
  if (kind === "moved") {
    return {
      message: `${capitalize(what)} ${answer}, ${message}. ${owner}/${repo} was renamed or transferred.`,
      next: "Start a new run in the repository under its new name. The action does not send the token to another address.",
    };
  }
  return { message: `${capitalize(what)} ${answer}: ${message}.`, next: transport?.next };
}

/** @returns `SECRET_UNREACHABLE` for a reply of success that is not what GitHub documents */
export function unexpectedReply(what: string, lacks: string, cause?: unknown): ActionError {
  return new ActionError("SECRET_UNREACHABLE", `The reply to ${what} ${lacks}.`, { cause });
}

/** @returns the error for a token or a runner that may not do this; undefined where the call failed for another reason */
function accessDenied(failure: GitHubFailure, address: SecretAddress, what: string): ActionError | undefined {
  const why = whyDenied(failure, address);
  if (why === undefined) return undefined;
  const [reason, next] = why;
  const message = `${capitalize(what)} failed: GitHub answered with ${failure.status}: ${failure.message}. ${reason}`;
  return new ActionError("SECRET_ACCESS_DENIED", message, { cause: failure, next });
}

function whyDenied(
  { status, kind }: GitHubFailure,
  address: SecretAddress,
): [reason: string, next: string | readonly string[]] | undefined {
  const { environment, owner, repo } = address;
  const place = `${owner}/${repo}`;
  if (kind === "ip-allow-list") {
    return [
      `${owner} has an IP allow list, and the address of this runner is not on it. The permissions of the token are not the cause.`,
      `Run this job on a runner whose address is on the IP allow list of ${owner}. Or ask the owners of ${owner} to add the address of this runner.`,
    ];
  }
  if (kind === "saml") {
    return [
      `${owner} requires tokens that are authorized for its single sign-on (SAML), and this token is not. Its permissions are not the cause.`,
      `Authorize the token for ${owner}: Settings, Developer settings, Personal access tokens, Configure SSO. Or use the installation token of a GitHub App, which needs no authorization.`,
    ];
  }
  if (kind !== undefined) return undefined;
  const permission = environment === undefined ? "Secrets: write" : "Environments: write";
  const next = `Pass the installation token of a GitHub App, or a fine-grained personal access token, as github-token. It needs the permission "${permission}" for ${place}.`;
  if (status === 401) return ["The token has expired, was revoked, or is mistyped.", next];
  if (status === 403) {
    return isInstallationToken(address)
      ? [
          "The workflow's own GITHUB_TOKEN can never do that. The token of a GitHub App, which begins with ghs_ as well, needs the permission below.",
          next,
        ]
      : ["The token lacks the permission below.", next];
  }
  if (status !== 404) return undefined;
  if (environment === undefined)
    return [`The repository ${place} does not exist, or the token may not see it.`, next];
  const named = printable(environment, 255);
  return [
    `The environment ${named} of ${place} does not exist, or the token may not see it.`,
    [
      `Compare keyring-environment (${named}) with environment of the job, and with Settings → Environments. All three must be the same name.`,
      `If the name is right, check the token. ${next}`,
    ],
  ];
}
