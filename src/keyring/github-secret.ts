import { describeSecret, isInstallationToken, type SecretAddress } from "./github-address.ts";
import { GitHubApi, GitHubFailure, type GitHubReply, type GitHubSide } from "./github-api.ts";
import { readFailed, unexpectedReply, writeFailed } from "./github-errors.ts";
import type { SealedBox } from "./sealed-box.ts";

/** One secret through GitHub's REST API: write-only, so all that can be read of it is when it was written. */
export class GitHubSecret {
  readonly #address: SecretAddress;
  readonly #api: GitHubApi;
  readonly #path: string;
  readonly #parameters: Readonly<Record<string, string>>;
  #box: { readonly keyId: string; readonly sealed: SealedBox } | undefined;

  constructor(address: SecretAddress, side: GitHubSide) {
    const { api, token, owner, repo, environment } = address;
    this.#address = address;
    this.#api = new GitHubApi(api, token, side);
    this.#path =
      environment === undefined
        ? "/repos/{owner}/{repo}/actions/secrets"
        : "/repos/{owner}/{repo}/environments/{environment_name}/secrets";
    this.#parameters = {
      owner,
      repo,
      ...(environment === undefined ? {} : { environment_name: environment }),
    };
  }

  /** GitHub's clock, milliseconds since 1970. */
  now(): number {
    return this.#api.now();
  }

  /** When the token ends; undefined where unknown, and for tokens that are made anew for each run (`ghs_`). */
  get accessEnds(): number | undefined {
    return isInstallationToken(this.#address) ? undefined : this.#api.tokenExpiration;
  }

  /**
   * Fetches the public key and proves that a text can be sealed for it.
   * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
   */
  async prepare(): Promise<void> {
    const what = `reading the public key for ${describeSecret(this.#address)}`;
    const [{ data }, { openSealedBox }] = await Promise.all([
      this.#read(`GET ${this.#path}/public-key`, what),
      import("./sealed-box.ts"),
    ]);
    const { key, key_id: keyId } = fieldsOf(data);
    if (typeof key !== "string" || typeof keyId !== "string")
      throw unexpectedReply(what, "contains no public key");
    try {
      this.#box = { keyId, sealed: await openSealedBox(key) };
    } catch (error) {
      throw unexpectedReply(what, "contains a public key that cannot be used", error);
    }
  }

  /**
   * Reads when the secret was last written, by GitHub's clock in whole seconds.
   * @returns milliseconds since 1970; undefined where there is no such secret ({@link prepare} shows whether its
   * repository and environment are there)
   * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
   */
  async updatedAt(): Promise<number | undefined> {
    const what = `looking at ${describeSecret(this.#address)}`;
    const route = `GET ${this.#path}/{secret_name}`;
    let reply: GitHubReply;
    try {
      reply = await this.#api.read(route, this.#named);
    } catch (error) {
      if (error instanceof GitHubFailure && error.status === 404) return undefined;
      throw readFailed(error, this.#address, what);
    }
    const at = timeOf(fieldsOf(reply.data)["updated_at"]);
    if (at === undefined) throw unexpectedReply(what, "contains no updated_at");
    return at;
  }

  /**
   * Reads when this workflow run was queued; its re-runs keep that time.
   * @returns milliseconds since 1970; undefined where that cannot be known: outside of a run, or the token may not ask
   */
  async runQueuedAt(): Promise<number | undefined> {
    const { runId } = this.#address;
    if (runId === undefined) return undefined;
    const { owner, repo } = this.#address;
    try {
      const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
      const { data } = await this.#api.read(route, { owner, repo, run_id: runId });
      return timeOf(fieldsOf(data)["created_at"]);
    } catch (error) {
      if (error instanceof GitHubFailure) return undefined;
      throw error;
    }
  }

  /**
   * Writes the secret; one request, never repeated here. {@link prepare} comes first.
   * @returns whether it was written; false where a rate limit turned it away and the wait that GitHub asked for is over
   * @throws ActionError `SECRET_ACCESS_DENIED`; `KEYRING_WRITE_FAILED` where GitHub refused, or its reply was lost
   */
  async write(text: string): Promise<boolean> {
    if (this.#box === undefined) throw new Error("the secret was not prepared");
    const { keyId, sealed } = this.#box;
    const what = `writing ${describeSecret(this.#address)}`;
    const body = { encrypted_value: sealed.seal(text), key_id: keyId };
    try {
      await this.#api.send(`PUT ${this.#path}/{secret_name}`, { ...this.#named, ...body });
      return true;
    } catch (error) {
      if (error instanceof GitHubFailure && (await this.#api.waitOut(error))) return false;
      throw writeFailed(error, this.#address, what);
    }
  }

  get #named(): Readonly<Record<string, string>> {
    return { ...this.#parameters, secret_name: this.#address.name };
  }

  async #read(route: string, what: string): Promise<GitHubReply> {
    try {
      return await this.#api.read(route, this.#parameters);
    } catch (error) {
      throw readFailed(error, this.#address, what);
    }
  }
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
}

/** @returns an ISO 8601 time in milliseconds since 1970; undefined for anything else */
function timeOf(value: unknown): number | undefined {
  const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
