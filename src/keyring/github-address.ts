import { printable } from "../messages/printable.ts";

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

/** @returns the secret's name for messages: `the secret NAME of owner/repo` */
export function describeSecret({ name, environment, owner, repo }: SecretAddress): string {
  const of = environment === undefined ? "" : `the environment ${printable(environment, 255)} of `;
  return `the secret ${name} of ${of}${owner}/${repo}`;
}

/** @returns whether the token is one of a GitHub App's installation: the workflow's own GITHUB_TOKEN is such a one too */
export function isInstallationToken({ token }: SecretAddress): boolean {
  return token.startsWith("ghs_");
}
