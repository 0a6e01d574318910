import { ActionError } from "../ca/errors.ts";
import { printable } from "../ca/printable.ts";
import { capital } from "../ca/sentence.ts";
import { iso } from "../ca/time.ts";
import { GitHubFailure } from "./api.ts";
import { isInstallationToken, type SecretAddress } from "./secret-address.ts";

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
    ? `The reply to ${what} was lost, so it may or may not have happened: ${error.message}.`
    : known.message;
  return new ActionError("KEYRING_WRITE_FAILED", message, {
    cause: error,
    next: known.next === undefined ? WRITE_AGAIN : `${known.next} What needed the write was not done.`,
  });
}

/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN =
  "Start a new run: it reads the secret anew and goes on, whether the write happened or not. What needed it was not done.";

/** @returns what a failure that no right would have prevented came to, and the next step where it is a special one */
function happened(failure: GitHubFailure, { owner, repo }: SecretAddress, what: string) {
  const { status, kind, waitMs, message, transport } = failure;
  const answer = status === undefined ? "failed" : `was answered with ${status}`;
  if (kind === "rate-limit") {
    const wait = waitMs === undefined ? "" : ` It asks to wait ${Math.ceil(waitMs / 1000)} s.`;
    return {
      message: `${capital(what)} ${answer} (rate limit): ${message}.${wait}`,
      next: `Start a new run${waitMs === undefined ? " a few minutes later" : ` after ${iso(Date.now() + waitMs)}`}: it goes on where this one stopped.`,
    };
  }
  if (kind === "moved") {
    return {
      message: `${capital(what)} ${answer}, ${message}: ${owner}/${repo} was renamed or transferred.`,
      next: "Start a new run in the repository as it is called now: the runner names it anew. The token is not sent elsewhere.",
    };
  }
  return { message: `${capital(what)} ${answer}: ${message}.`, next: transport?.next };
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
  const message = `${capital(what)} was answered with ${failure.status}: ${failure.message}. ${reason}`;
  return new ActionError("SECRET_ACCESS_DENIED", message, { cause: failure, next });
}

function whyDenied(
  { status, kind }: GitHubFailure,
  address: SecretAddress,
): [reason: string, next: string] | undefined {
  const { environment, owner, repo } = address;
  const place = `${owner}/${repo}`;
  if (kind === "ip-allow-list") {
    return [
      `${owner} lets only the addresses of its IP allow list in, and this runner has another one. The token's permissions are not the reason.`,
      `Run this job on a runner whose address is on the IP allow list of ${owner}, or have its owners add the address.`,
    ];
  }
  if (kind === "saml") {
    return [
      `${owner} wants tokens authorized for its single sign-on (SAML), and this one is not. Its permissions are not the reason.`,
      `Authorize the token for ${owner} (Settings, Developer settings, Personal access tokens, Configure SSO), or use the installation token of a GitHub App, which needs none.`,
    ];
  }
  if (kind !== undefined) return undefined;
  const permission = environment === undefined ? "Secrets: write" : "Environments: write";
  const next = `Pass as github-token the installation token of a GitHub App, or a fine-grained personal access token, with the permission "${permission}" for ${place}.`;
  if (status === 401) return ["The token has ended, was revoked or is mistyped.", next];
  if (status === 403) {
    return isInstallationToken(address)
      ? [
          "The workflow's own GITHUB_TOKEN can never do that; the token of a GitHub App, which begins with ghs_ as well, needs the permission below.",
          next,
        ]
      : ["The token lacks the permission below.", next];
  }
  if (status !== 404) return undefined;
  const missing =
    environment === undefined
      ? `There is no repository ${place}`
      : `There is no environment ${printable(environment, 255)} of ${place}`;
  return [`${missing}, or the token may not see it.`, next];
}
