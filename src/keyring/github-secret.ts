import sodium from "libsodium-wrappers";
import { GitHubApi, GitHubFailure, type GitHubReply, type GitHubSide } from "./github-api.ts";
import { readFailed, unexpectedReply, writeFailed } from "./github-errors.ts";
import { describeSecret, isInstallationToken, type SecretAddress } from "./github-secret-inputs.ts";

/**
 * One secret through GitHub's REST API. A secret is write-only: only the time of its last write can be read.
 */
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

  /** When the token ends; undefined where unknown, and for tokens that each run gets new (`ghs_`). */
  get accessEnds(): number | undefined {
    return isInstallationToken(this.#address) ? undefined : this.#api.tokenExpiration;
  }

  /**
   * Fetches the public key and proves that a text can be sealed for it.
   * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
   */
  async prepare(): Promise<void> {
    const what = `reading the public key for ${describeSecret(this.#address)}`;
    const { data } = await this.#read(`GET ${this.#path}/public-key`, what);
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
   * @returns milliseconds since 1970; undefined outside of a run, and where the token may not read the run
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
   * @returns whether it was written; false where a rate limit refused it and the wait that GitHub asked for is over
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

/** Encrypts for the holder of one key pair, as GitHub asks for the value of a secret. */
export interface SealedBox {
  /** @returns the text, sealed, in base64 */
  seal(text: string): string;
}

/**
 * Reads a public key (X25519, libsodium's `crypto_box_seal`).
 * @param publicKey base64, as GitHub gives it
 * @throws Error for anything that is not such a key
 */
export async function openSealedBox(publicKey: string): Promise<SealedBox> {
  await sodium.ready;
  const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL);
  const seal = (text: string) => sodium.crypto_box_seal(text, key);
  // Sealing a text here finds an unusable key, for example one of the wrong length, before the write.
  seal("");
  return { seal: (text) => sodium.to_base64(seal(text), sodium.base64_variants.ORIGINAL) };
}
