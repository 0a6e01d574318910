import { EMPTY_SECRETS_HINT, oneLine, trueOrFalse } from "../action/input-parsers.ts";
import { field, type IsGiven, type Report, type Values } from "../action/inputs.ts";
import { isLoopback } from "../http/proxy.ts";
import { printable, quoted } from "../messages/printable.ts";

/** The inputs that name the GitHub secret of a keyring, and the address that they make with what the runner says. */

/** A secret of a repository, or of one of its environments, and the token to reach it with. */
export interface SecretAddress {
  /** Base of the REST API, without a slash at the end. */
  readonly api: string;
  readonly owner: string;
  readonly repo: string;
  /** Name of the environment; undefined for a secret of the repository. */
  readonly environment?: string;
  readonly name: string;
  readonly token: string;
  /** The workflow run this is, where it is one. */
  readonly runId?: string;
}

/** The secret that keeps the keyring. */
export interface KeyringSecretInput {
  readonly address: SecretAddress;
  /** The keyring passed in may be written to a secret that does not exist yet. */
  readonly mayImport: boolean;
}

/** The API of github.com, used where GITHUB_API_URL is not set. */
const GITHUB_API = "https://api.github.com";

/** The inputs that say which secret keeps the keyring, and how it may be written. */
export const keyringSecretFields = {
  "keyring-secret": field({
    description:
      "Name of the GitHub secret that keeps the keyring, for example MINDCONNECT_CA_KEYRING. The task writes the keyring to it. Pass the secret's value as keyring. Needs github-token.",
    parse: secretName,
  }),
  "github-token": field({
    description:
      "GitHub token that may write keyring-secret: of a GitHub App, or a fine-grained personal access token. It needs Secrets: write, or Environments: write with keyring-environment. The workflow's own GITHUB_TOKEN cannot write secrets.",
    secret: true,
    parse: githubToken,
  }),
  "keyring-environment": field({
    description:
      "GitHub environment that keyring-secret belongs to. Without it the secret belongs to the repository.",
    parse: environmentName,
  }),
  "keyring-import": field({
    description:
      "Set to true to confirm what the task cannot know. For keyring-secret: the keyring may go into a secret that does not exist yet, or that only seems older or newer because GitHub's clocks differed. For keyring-file: the file was empty from the start. Defaults to false.",
    default: "false",
    parse: trueOrFalse,
  }),
};

/** The inputs of a task that only reads the keyring, and compares it with the secret. */
export const keyringSecretReadingFields = {
  "keyring-secret": {
    ...keyringSecretFields["keyring-secret"],
    description:
      "Name of the GitHub secret that keyring was read from. The task notices if keyring is not the secret's newest value. Needs github-token.",
  },
  "github-token": {
    ...keyringSecretFields["github-token"],
    description:
      "GitHub token that may see when keyring-secret was written. It needs Secrets: read, or Environments: read with keyring-environment.",
  },
  "keyring-environment": keyringSecretFields["keyring-environment"],
};

/** The inputs that name a secret, and so exclude keyring-file. */
export function givenForSecret(given: IsGiven): (keyof typeof keyringSecretFields)[] {
  return (["keyring-secret", "github-token", "keyring-environment"] as const).filter(given);
}

/**
 * Makes the secret's address from the inputs and from the repository that the runner names.
 * @returns undefined where no secret is asked for, `invalid` where something was reported or is not valid by itself
 */
export function resolveSecret(
  values: Partial<Values<typeof keyringSecretFields>>,
  report: Report,
  given: IsGiven,
): KeyringSecretInput | "invalid" | undefined {
  if (!given("keyring-secret")) {
    const orphans: (keyof typeof keyringSecretFields)[] = givenForSecret(given);
    // The runner passes in the default of keyring-import, too. So only "true" counts; with keyring-file it
    // means the file.
    if (values["keyring-import"] === true && !given("keyring-file")) orphans.push("keyring-import");
    for (const name of orphans)
      report(name, "is given without keyring-secret. Give the name of the secret too, or remove this input");
    return orphans.length > 0 ? "invalid" : undefined;
  }
  if (!given("github-token"))
    report(
      "github-token",
      "is missing. The task needs it for keyring-secret, and the workflow's own GITHUB_TOKEN cannot do that",
      undefined,
      EMPTY_SECRETS_HINT,
    );
  const { "keyring-secret": name, "github-token": token, "keyring-environment": environment } = values;
  const environmentIsValid = environment !== undefined || !given("keyring-environment");
  const address = addressOf("keyring-secret", { name, token, environment }, report);
  if (address === undefined || !environmentIsValid) return "invalid";
  return { address, mayImport: values["keyring-import"] === true };
}

/**
 * @param input the input that names the secret. Problems with the runner's variables are reported for it
 * @returns the address of a secret; undefined where a part of it is not valid, or where something was reported
 */
export function addressOf(
  input: string,
  parts: { readonly [Part in "name" | "token" | "environment"]: string | undefined },
  report: Report,
): SecretAddress | undefined {
  const home = repositoryOf(process.env, report, input);
  const { name, token, environment } = parts;
  if (home === undefined || name === undefined || token === undefined) return undefined;
  return { ...home, name, token, ...(environment === undefined ? {} : { environment }) };
}

/** Reads the repository, the API (also of an Enterprise Server) and the run from the runner's variables. */
function repositoryOf(
  { GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: api, GITHUB_RUN_ID: runId = "" }: NodeJS.ProcessEnv,
  report: Report,
  input: string,
): Pick<SecretAddress, "api" | "owner" | "repo" | "runId"> | undefined {
  const [, owner, repo] = /^((?!\.)[\w.-]+)\/((?!\.\.?$)[\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined)
    report(
      input,
      "belongs to a repository, but the runner's variable GITHUB_REPOSITORY names none. Set it to owner/name, for example acme/plant",
    );
  const base = apiBase(api === undefined || api === "" ? GITHUB_API : api);
  if (base === undefined)
    report(
      input,
      "cannot be reached: the runner's variable GITHUB_API_URL is not a plain https URL. Set it, for example to https://api.github.com",
    );
  if (owner === undefined || repo === undefined || base === undefined) return undefined;
  return { api: base, owner, repo, ...(/^\d{1,20}$/.test(runId) ? { runId } : {}) };
}

/** Accepts https, and http only on loopback (a rehearsal), because the token is sent to this URL. */
function apiBase(text: string): string | undefined {
  if (!URL.canParse(text) || /[?#]/.test(text)) return undefined;
  const url = new URL(text);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  return safe && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined;
}

/** Accepts upper case only: GitHub turns lower case in the name of a secret into upper case. */
export function secretName(text: string): string {
  if (!/^[A-Z_][A-Z0-9_]{0,254}$/.test(text))
    throw new Error(
      `${quoted(text)} is not the name of a secret. Use A to Z, 0 to 9 and _, with no digit at the beginning, for example MINDCONNECT_CA_KEYRING`,
    );
  if (text.startsWith("GITHUB_"))
    throw new Error(
      "begins with GITHUB_, which GitHub reserves for itself. Use another name, for example MINDCONNECT_CA_KEYRING",
    );
  return text;
}

function githubToken(text: string): string {
  if (!/^[\w.~+/-]{8,}=*$/.test(text))
    throw new Error(
      "is not a GitHub token: it contains characters that no token has, or is too short. Give the token of a GitHub App or a fine-grained personal access token",
    );
  return text;
}

export function environmentName(text: string): string {
  oneLine(text);
  // As a segment of a URL's path, these two names lead to another path.
  if (text === "." || text === "..")
    throw new Error(
      `${quoted(text)} is not the name of an environment. Give the name as the repository's settings show it, for example production`,
    );
  return text;
}

/** @returns the secret's name for messages: `the secret NAME of owner/repo` */
export function describeSecret({ name, environment, owner, repo }: SecretAddress): string {
  const of = environment === undefined ? "" : `the environment ${printable(environment, 255)} of `;
  return `the secret ${name} of ${of}${owner}/${repo}`;
}

/**
 * @returns whether the token is an installation token of a GitHub App. The workflow's own GITHUB_TOKEN is
 * one, too
 */
export function isInstallationToken({ token }: SecretAddress): boolean {
  return token.startsWith("ghs_");
}
