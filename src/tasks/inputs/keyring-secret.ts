import { quoted } from "../../ca/printable.ts";
import { field, type IsGiven, type Report, type Values } from "../../github/inputs.ts";
import type { SecretAddress } from "../../github/secret-address.ts";
import { isLoopback } from "../../mindconnect/loopback.ts";
import { EMPTY_SECRET, oneLine, trueOrFalse } from "./texts.ts";

/** The secret that keeps the keyring. */
export interface KeyringSecretInput {
  readonly address: SecretAddress;
  /** The keyring passed in may be written to a secret that does not exist yet. */
  readonly mayImport: boolean;
}

/** Where a workflow runs on github.com, and where nothing else is said. */
const GITHUB_API = "https://api.github.com";

/** The inputs that say which secret keeps the keyring, and how it may be written. */
export const keyringSecretFields = {
  "keyring-secret": field({
    description: "The GitHub secret to write the keyring to; pass its value as keyring. Needs github-token.",
    parse: secretName,
  }),
  "github-token": field({
    description:
      "Token that may write the secret: of a GitHub App, or fine-grained, with Secrets: write (Environments: write with keyring-environment). Never the workflow's own GITHUB_TOKEN.",
    secret: true,
    parse: githubToken,
  }),
  "keyring-environment": field({
    description:
      "The environment of the repository that keyring-secret belongs to; the repository itself where not given.",
    parse: environmentName,
  }),
  "keyring-import": field({
    description:
      "true: the keyring passed in may be written to a secret that does not exist yet, or to one that seems to be older or newer only because GitHub's clocks differed when it was written; or a keyring-file that is there and empty was so from the start.",
    default: "false",
    parse: trueOrFalse,
  }),
};

/** The same for a task that only reads the keyring, and compares it with the secret. */
export const keyringSecretReadingFields = {
  "keyring-secret": {
    ...keyringSecretFields["keyring-secret"],
    description:
      "The GitHub secret that keyring was read from: an old value of it is noticed. Needs github-token; nothing is written.",
  },
  "github-token": {
    ...keyringSecretFields["github-token"],
    description:
      "Token that may see when keyring-secret was written: Secrets: read (Environments: read with keyring-environment) is enough.",
  },
  "keyring-environment": keyringSecretFields["keyring-environment"],
};

/** The inputs that name a secret, and so exclude keyring-file. */
export function givenForSecret(given: IsGiven): (keyof typeof keyringSecretFields)[] {
  return (["keyring-secret", "github-token", "keyring-environment"] as const).filter(given);
}

/**
 * Composes the secret's address: its token and the repository that the runner names belong to it.
 * @returns undefined where no secret is asked for, `invalid` where something was reported or is not valid by itself
 */
export function resolveSecret(
  values: Partial<Values<typeof keyringSecretFields>>,
  report: Report,
  given: IsGiven,
): KeyringSecretInput | "invalid" | undefined {
  if (!given("keyring-secret")) {
    const orphans: (keyof typeof keyringSecretFields)[] = givenForSecret(given);
    // Its default is handed over by the runner as if somebody had typed it; with a file it means that one.
    if (values["keyring-import"] === true && !given("keyring-file")) orphans.push("keyring-import");
    for (const name of orphans) report(name, "is given without keyring-secret, the secret that it is for");
    return orphans.length > 0 ? "invalid" : undefined;
  }
  if (!given("github-token"))
    report(
      "github-token",
      `is missing: keyring-secret is looked up with it, and GITHUB_TOKEN cannot do that. ${EMPTY_SECRET}`,
    );
  const home = repositoryOf(process.env, report);
  const { "keyring-secret": name, "github-token": token, "keyring-environment": environment } = values;
  const environmentIsValid = environment !== undefined || !given("keyring-environment");
  if (home === undefined || name === undefined || token === undefined || !environmentIsValid)
    return "invalid";
  return {
    address: { ...home, name, token, ...(environment === undefined ? {} : { environment }) },
    mayImport: values["keyring-import"] === true,
  };
}

/** Reads what the runner says of the repository, its GitHub (also an Enterprise Server) and the run. */
function repositoryOf(
  { GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: api, GITHUB_RUN_ID: runId = "" }: NodeJS.ProcessEnv,
  report: Report,
): Pick<SecretAddress, "api" | "owner" | "repo" | "runId"> | undefined {
  const [, owner, repo] = /^((?!\.)[\w.-]+)\/((?!\.\.?$)[\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined)
    report(
      "keyring-secret",
      "belongs to a repository, but GITHUB_REPOSITORY, which the runner sets, names none (owner/name)",
    );
  const base = apiBase(api === undefined || api === "" ? GITHUB_API : api);
  if (base === undefined)
    report(
      "keyring-secret",
      "cannot be reached: GITHUB_API_URL is not a plain https URL such as https://api.github.com",
    );
  if (owner === undefined || repo === undefined || base === undefined) return undefined;
  return { api: base, owner, repo, ...(/^\d{1,20}$/.test(runId) ? { runId } : {}) };
}

/** The token goes there: https, or http on loopback alone (a rehearsal). */
function apiBase(text: string): string | undefined {
  if (!URL.canParse(text) || /[?#]/.test(text)) return undefined;
  const url = new URL(text);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  return safe && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined;
}

/** As GitHub has it, which turns lower case into upper case by itself. */
function secretName(text: string): string {
  if (!/^[A-Z_][A-Z0-9_]{0,254}$/.test(text))
    throw new Error(
      `${quoted(text)} is not the name of a secret: A to Z, 0 to 9 and _, not beginning with a digit`,
    );
  if (text.startsWith("GITHUB_")) throw new Error("begins with GITHUB_, which GitHub keeps for itself");
  return text;
}

function githubToken(text: string): string {
  if (!/^[\w.~+/-]{8,}=*$/.test(text))
    throw new Error("is not a GitHub token: it has characters that no token has, or is too short");
  return text;
}

function environmentName(text: string): string {
  oneLine(text);
  // These two would climb out of the path of the request.
  if (text === "." || text === "..") throw new Error(`${quoted(text)} is not the name of an environment`);
  return text;
}
