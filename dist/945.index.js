export const id = 945;
export const ids = [945];
export const modules = {

/***/ 5945:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GitHubSecret: () => (/* binding */ GitHubSecret),
  openSealedBox: () => (/* binding */ openSealedBox)
});

// EXTERNAL MODULE: ./node_modules/libsodium-wrappers/dist/modules-esm/libsodium-wrappers.mjs + 1 modules
var libsodium_wrappers = __webpack_require__(4768);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: ./build/action/product.js
var product = __webpack_require__(5196);
// EXTERNAL MODULE: ./build/http/retry.js
var retry = __webpack_require__(4675);
// EXTERNAL MODULE: ./build/http/time-headers.js
var time_headers = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __webpack_require__(8427);
// EXTERNAL MODULE: ./build/messages/printable.js
var printable = __webpack_require__(2762);
;// CONCATENATED MODULE: ./build/keyring/github-api.js






/** Calls to GitHub's REST API: when they are repeated, what GitHub's refusals mean, and its clock. */
/** What GitHub's documentation asks to wait where its Retry-After cannot be read. */
const SECONDARY_LIMIT_MS = 60_000;
/** How often a call is sent that a rate limit refuses. */
const LIMITED_ATTEMPTS = 3;
/** A call that did not succeed. */
class GitHubFailure extends Error {
    name = "GitHubFailure";
    /** HTTP status; undefined where no whole reply came, so that the outcome is not known. */
    status;
    kind;
    /** Milliseconds that GitHub asks to wait. */
    waitMs;
    transport;
    /** @param message what GitHub said, or why there is no reply; made safe to print here */
    constructor(message, { status, kind, waitMs, transport, cause } = {}) {
        super((0,printable/* printable */.g$)(message, 900), { cause });
        this.status = status;
        this.kind = kind;
        this.waitMs = waitMs;
        this.transport = transport;
    }
    /** Whether GitHub may have done what it was asked, although no whole reply came. */
    get unclear() {
        return this.status === undefined && this.transport?.sent !== false;
    }
}
/** GitHub's REST API: Octokit over the one way out (`src/http/`). */
class GitHubApi {
    #octokit;
    #deadline;
    #notice;
    #dated;
    #offset = 0;
    #waited = 0;
    #expiration;
    /** @param url base of the REST API, such as `https://api.github.com` or `https://ghes.example.com/api/v3` */
    constructor(url, token, { http, deadline, notice = () => { }, dated = () => { } }) {
        this.#deadline = deadline;
        this.#notice = notice;
        this.#dated = dated;
        this.#octokit = (0,github/* getOctokit */.Q)(token, {
            baseUrl: url,
            userAgent: product/* PRODUCT */.Ax,
            // Octokit would print a reply's deprecation headers as they are.
            log: SILENT,
            request: { fetch: fetchOver(http), log: SILENT },
        });
    }
    /** @returns GitHub's time in milliseconds since 1970, at most about a second late; this machine's before a reply */
    now() {
        return Date.now() + this.#offset;
    }
    /** When the token ends, milliseconds since 1970; undefined before a reply and where GitHub does not say. */
    get tokenExpiration() {
        return this.#expiration;
    }
    /**
     * Sends one call. It is tried again only where no connection came about, so that nothing was sent.
     * @param route method and path template, such as `GET /repos/{owner}/{repo}`; parameters are percent-encoded into it
     * @throws GitHubFailure
     */
    async send(route, parameters) {
        return await this.#retry(route, parameters, (error) => {
            throw error;
        });
    }
    /**
     * Sends a call that only reads. It is tried again, within the deadline, where a server or the connection
     * failed, and after the wait that a rate limit asks for.
     * @throws GitHubFailure
     */
    async read(route, parameters) {
        let limited = 0;
        return await this.#retry(route, parameters, (error) => {
            const { kind, status, waitMs } = error;
            // Without a time from GitHub the run does not guess one.
            if (kind === "rate-limit" && waitMs !== undefined && ++limited < LIMITED_ATTEMPTS)
                return { kind: "try-later", waitMs, error };
            if (error.unclear || (status ?? 0) >= 500)
                return { kind: "maybe-done", waitMs, error };
            throw error;
        });
    }
    /**
     * Waits as GitHub asks where a rate limit refused a {@link send}: nothing was done, so the caller may send it again.
     * @returns whether it waited; false where GitHub names no time, the deadline leaves less time, or this was
     * the third refusal
     */
    async waitOut({ kind, waitMs, message }) {
        if (kind !== "rate-limit" || waitMs === undefined || waitMs >= this.#deadline.left)
            return false;
        if (++this.#waited >= LIMITED_ATTEMPTS)
            return false;
        this.#tellWait(waitMs, message);
        await this.#deadline.wait(waitMs);
        return true;
    }
    #tellWait(milliseconds, message) {
        this.#notice(`GitHub: ${message}. Waiting ${Math.ceil(milliseconds / 1000)} s.`);
    }
    async #retry(route, parameters, judge) {
        return await (0,retry/* retry */.L5)({
            deadline: this.#deadline,
            attempt: async () => {
                try {
                    return { kind: "done", value: await this.#exchange(route, parameters) };
                }
                catch (error) {
                    const failure = this.#toFailure(error);
                    const { transport } = failure;
                    if (transport?.kind === "refused")
                        throw failure;
                    return transport?.sent === false ? { kind: "not-sent", error: failure } : judge(failure);
                }
            },
            onWait: (milliseconds, { message }) => this.#tellWait(milliseconds, message),
        });
    }
    async #exchange(route, parameters) {
        const { status, data, headers } = await this.#octokit.request(route, {
            ...parameters,
            headers: { "x-github-api-version": "2022-11-28" },
        });
        this.#note(headers);
        if (status < 300)
            return { status, data };
        const kind = isMove(status, String(headers.location ?? "")) ? "moved" : undefined;
        throw new GitHubFailure("a redirect, which the action does not follow", { status, kind });
    }
    /** Octokit's errors always have a status. In an error without a response, that status is not GitHub's. */
    #toFailure(error) {
        if (error instanceof GitHubFailure)
            return error;
        const { message, status, response, cause } = error;
        if (response === undefined || status === undefined) {
            const transport = cause instanceof transport_error/* TransportError */.w ? cause : undefined;
            return new GitHubFailure(transport?.message ?? message, { transport, cause: error });
        }
        const { headers = {} } = response;
        this.#note(headers);
        const kind = kindOf(status, message, headers);
        return new GitHubFailure(message, { status, kind, waitMs: this.#waitOf(headers), cause: error });
    }
    /** How long GitHub asks to wait, by its documentation of rate limits; undefined where it does not say. */
    #waitOf(headers) {
        const after = headers["retry-after"];
        if (after !== undefined)
            return (0,time_headers/* retryAfter */.P9)(String(after), this.now()) ?? SECONDARY_LIMIT_MS;
        const reset = String(headers["x-ratelimit-reset"] ?? "");
        if (!hasUsedUp(headers) || !/^\d{1,12}$/.test(reset))
            return undefined;
        return Math.max(1000, Number(reset) * 1000 - this.now());
    }
    #note(headers) {
        const date = (0,time_headers/* timeOfReply */.bg)(headers);
        if (!Number.isNaN(date)) {
            this.#offset = date - Date.now();
            this.#dated(date);
        }
        const end = headers["github-authentication-token-expiration"];
        if (end !== undefined)
            this.#expiration = parseTokenExpiration(String(end));
    }
}
/**
 * Finds the cause of a refusal. Only SAML has a header of its own. The other policies differ only in their
 * words.
 */
function kindOf(status, message, headers) {
    if (status !== 403 && status !== 429)
        return undefined;
    if (/\bIP allow list\b/i.test(message))
        return "ip-allow-list";
    if (headers["x-github-sso"] !== undefined || /\bSAML\b/.test(message))
        return "saml";
    const limited = status === 429 ||
        headers["retry-after"] !== undefined ||
        hasUsedUp(headers) ||
        /\b(?:secondary|API) rate limit\b|\babuse detection\b/i.test(message);
    return limited ? "rate-limit" : undefined;
}
function hasUsedUp(headers) {
    return String(headers["x-ratelimit-remaining"]) === "0";
}
/**
 * Whether a redirect means a renamed or transferred repository: GitHub names the new place by the
 * repository's number.
 */
function isMove(status, location) {
    return status === 301 || /\/repositories\/\d+(?:\/|$)/.test(location);
}
/**
 * Reads GitHub's `github-authentication-token-expiration` header: `2026-12-31 23:59:59 UTC`, or with an offset such as
 * `-0700` in the zone's place.
 * @returns milliseconds since 1970; undefined for anything else
 */
function parseTokenExpiration(text) {
    const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-]\d\d):?(\d\d))$/.exec(text.trim());
    if (found === null)
        return undefined;
    const [, day, time, hours, minutes] = found;
    const at = Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
    return Number.isNaN(at) ? undefined : at;
}
const ignore = () => { };
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
/** Statuses whose replies have no content (RFC 9110): a Response refuses one. */
const WITHOUT_BODY = new Set([204, 205, 304]);
/** @returns a fetch for Octokit over `src/http/`; Octokit passes headers and body as texts */
function fetchOver(http) {
    return async (url, { method, headers, body }) => {
        const request = { method, url: new URL(url), headers };
        const reply = await http.send(body === undefined ? request : { ...request, body });
        const { status, text } = reply;
        if (!(status >= 200 && status <= 599))
            throw new transport_error/* TransportError */.w("broken", `the reply has the status ${status}, which HTTP does not have`);
        return new Response(text === "" || WITHOUT_BODY.has(status) ? null : text, {
            status,
            headers: Object.entries(reply.headers).flatMap(([name, value]) => [value ?? []].flat().map((line) => [name, line])),
        });
    };
}

// EXTERNAL MODULE: ./build/ca/time.js
var time = __webpack_require__(7536);
// EXTERNAL MODULE: ./build/messages/errors.js
var errors = __webpack_require__(6042);
// EXTERNAL MODULE: ./build/keyring/github-secret-inputs.js
var github_secret_inputs = __webpack_require__(2568);
;// CONCATENATED MODULE: ./build/keyring/github-errors.js





/** Why a call to GitHub failed, in words for the user, and what to do about it. */
/**
 * @param what the call, as in `reading the public key for the secret NAME of owner/repo`
 * @returns `SECRET_ACCESS_DENIED` or `SECRET_UNREACHABLE` for a read that failed; another error as it is
 */
function readFailed(error, address, what) {
    if (!(error instanceof GitHubFailure))
        return error;
    const denied = accessDenied(error, address, what);
    if (denied !== undefined)
        return denied;
    const { message, next } = happened(error, address, what);
    return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", message, { cause: error, next });
}
/** @returns `SECRET_ACCESS_DENIED` or `KEYRING_WRITE_FAILED` for a write that failed; another error as it is */
function writeFailed(error, address, what) {
    if (!(error instanceof GitHubFailure))
        return error;
    const denied = accessDenied(error, address, what);
    if (denied !== undefined)
        return denied;
    const known = happened(error, address, what);
    const message = error.unclear
        ? `The reply to ${what} was lost. So nobody knows whether GitHub did it: ${error.message}.`
        : known.message;
    return new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", message, {
        cause: error,
        next: known.next === undefined
            ? WRITE_AGAIN
            : `${known.next} The run stopped before the step that needed this write.`,
    });
}
/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN = "Start a new run: it reads the secret again and goes on, whether this write was done or not. This run stopped before the step that needed the write.";
/**
 * @returns the message for a failure without a missing permission, and its next step where it is not the
 * usual one
 */
function happened(failure, { owner, repo }, what) {
    const { status, kind, waitMs, message, transport } = failure;
    const answer = status === undefined ? "failed" : `failed: GitHub answered with ${status}`;
    if (kind === "rate-limit") {
        const wait = waitMs === undefined ? "" : ` GitHub asks to wait ${Math.ceil(waitMs / 1000)} s.`;
        return {
            message: `${(0,printable/* capitalize */.ZH)(what)} ${answer} (rate limit): ${message}.${wait}`,
            next: `Start a new run${waitMs === undefined ? " a few minutes later" : ` after ${(0,time/* iso */.KH)(Date.now() + waitMs)}`}. It goes on where this one stopped.`,
        };
    }
    if (kind === "moved") {
        return {
            message: `${(0,printable/* capitalize */.ZH)(what)} ${answer}, ${message}. ${owner}/${repo} was renamed or transferred.`,
            next: "Start a new run in the repository under its new name. The action does not send the token to another address.",
        };
    }
    return { message: `${(0,printable/* capitalize */.ZH)(what)} ${answer}: ${message}.`, next: transport?.next };
}
/** @returns `SECRET_UNREACHABLE` for a reply of success that is not what GitHub documents */
function unexpectedReply(what, lacks, cause) {
    return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `The reply to ${what} ${lacks}.`, { cause });
}
/** @returns the error for a token or a runner that may not do this; undefined where the call failed for another reason */
function accessDenied(failure, address, what) {
    const why = whyDenied(failure, address);
    if (why === undefined)
        return undefined;
    const [reason, next] = why;
    const message = `${(0,printable/* capitalize */.ZH)(what)} failed: GitHub answered with ${failure.status}: ${failure.message}. ${reason}`;
    return new errors/* ActionError */.lZ("SECRET_ACCESS_DENIED", message, { cause: failure, next });
}
function whyDenied({ status, kind }, address) {
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
    if (kind !== undefined)
        return undefined;
    const permission = environment === undefined ? "Secrets: write" : "Environments: write";
    const next = `Pass the installation token of a GitHub App, or a fine-grained personal access token, as github-token. It needs the permission "${permission}" for ${place}.`;
    if (status === 401)
        return ["The token has expired, was revoked, or is mistyped.", next];
    if (status === 403) {
        return (0,github_secret_inputs/* isInstallationToken */.eF)(address)
            ? [
                "The workflow's own GITHUB_TOKEN can never do that. The token of a GitHub App, which begins with ghs_ as well, needs the permission below.",
                next,
            ]
            : ["The token lacks the permission below.", next];
    }
    if (status !== 404)
        return undefined;
    if (environment === undefined)
        return [`The repository ${place} does not exist, or the token may not see it.`, next];
    const named = (0,printable/* printable */.g$)(environment, 255);
    return [
        `The environment ${named} of ${place} does not exist, or the token may not see it.`,
        [
            `Compare keyring-environment (${named}) with environment of the job, and with Settings → Environments. All three must be the same name.`,
            `If the name is right, check the token. ${next}`,
        ],
    ];
}

;// CONCATENATED MODULE: ./build/keyring/github-secret.js




/**
 * One secret through GitHub's REST API. A secret is write-only: only the time of its last write can be read.
 */
class GitHubSecret {
    #address;
    #api;
    #path;
    #parameters;
    #box;
    constructor(address, side) {
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
    now() {
        return this.#api.now();
    }
    /** When the token ends; undefined where unknown, and for tokens that each run gets new (`ghs_`). */
    get accessEnds() {
        return (0,github_secret_inputs/* isInstallationToken */.eF)(this.#address) ? undefined : this.#api.tokenExpiration;
    }
    /**
     * Fetches the public key and proves that a text can be sealed for it.
     * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
     */
    async prepare() {
        const what = `reading the public key for ${(0,github_secret_inputs/* describeSecret */.wr)(this.#address)}`;
        const { data } = await this.#read(`GET ${this.#path}/public-key`, what);
        const { key, key_id: keyId } = fieldsOf(data);
        if (typeof key !== "string" || typeof keyId !== "string")
            throw unexpectedReply(what, "contains no public key");
        try {
            this.#box = { keyId, sealed: await openSealedBox(key) };
        }
        catch (error) {
            throw unexpectedReply(what, "contains a public key that cannot be used", error);
        }
    }
    /**
     * Reads when the secret was last written, by GitHub's clock in whole seconds.
     * @returns milliseconds since 1970; undefined where there is no such secret ({@link prepare} shows whether its
     * repository and environment are there)
     * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
     */
    async updatedAt() {
        const what = `looking at ${(0,github_secret_inputs/* describeSecret */.wr)(this.#address)}`;
        const route = `GET ${this.#path}/{secret_name}`;
        let reply;
        try {
            reply = await this.#api.read(route, this.#named);
        }
        catch (error) {
            if (error instanceof GitHubFailure && error.status === 404)
                return undefined;
            throw readFailed(error, this.#address, what);
        }
        const at = timeOf(fieldsOf(reply.data)["updated_at"]);
        if (at === undefined)
            throw unexpectedReply(what, "contains no updated_at");
        return at;
    }
    /**
     * Reads when this workflow run was queued; its re-runs keep that time.
     * @returns milliseconds since 1970; undefined outside of a run, and where the token may not read the run
     */
    async runQueuedAt() {
        const { runId } = this.#address;
        if (runId === undefined)
            return undefined;
        const { owner, repo } = this.#address;
        try {
            const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
            const { data } = await this.#api.read(route, { owner, repo, run_id: runId });
            return timeOf(fieldsOf(data)["created_at"]);
        }
        catch (error) {
            if (error instanceof GitHubFailure)
                return undefined;
            throw error;
        }
    }
    /**
     * Writes the secret; one request, never repeated here. {@link prepare} comes first.
     * @returns whether it was written; false where a rate limit refused it and the wait that GitHub asked for is over
     * @throws ActionError `SECRET_ACCESS_DENIED`; `KEYRING_WRITE_FAILED` where GitHub refused, or its reply was lost
     */
    async write(text) {
        if (this.#box === undefined)
            throw new Error("the secret was not prepared");
        const { keyId, sealed } = this.#box;
        const what = `writing ${(0,github_secret_inputs/* describeSecret */.wr)(this.#address)}`;
        const body = { encrypted_value: sealed.seal(text), key_id: keyId };
        try {
            await this.#api.send(`PUT ${this.#path}/{secret_name}`, { ...this.#named, ...body });
            return true;
        }
        catch (error) {
            if (error instanceof GitHubFailure && (await this.#api.waitOut(error)))
                return false;
            throw writeFailed(error, this.#address, what);
        }
    }
    get #named() {
        return { ...this.#parameters, secret_name: this.#address.name };
    }
    async #read(route, what) {
        try {
            return await this.#api.read(route, this.#parameters);
        }
        catch (error) {
            throw readFailed(error, this.#address, what);
        }
    }
}
function fieldsOf(data) {
    return typeof data === "object" && data !== null ? data : {};
}
/** @returns an ISO 8601 time in milliseconds since 1970; undefined for anything else */
function timeOf(value) {
    const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
}
/**
 * Reads a public key (X25519, libsodium's `crypto_box_seal`).
 * @param publicKey base64, as GitHub gives it
 * @throws Error for anything that is not such a key
 */
async function openSealedBox(publicKey) {
    await libsodium_wrappers/* default.ready */.Ay.ready;
    const key = libsodium_wrappers/* default.from_base64 */.Ay.from_base64(publicKey, libsodium_wrappers/* default.base64_variants */.Ay.base64_variants.ORIGINAL);
    const seal = (text) => libsodium_wrappers/* default */.Ay.crypto_box_seal(text, key);
    // Sealing a text here finds an unusable key, for example one of the wrong length, before the write.
    seal("");
    return { seal: (text) => libsodium_wrappers/* default.to_base64 */.Ay.to_base64(seal(text), libsodium_wrappers/* default.base64_variants */.Ay.base64_variants.ORIGINAL) };
}


/***/ })

};
