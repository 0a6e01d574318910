export const id = 791;
export const ids = [791];
export const modules = {

/***/ 1738:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ timeOfReply),
/* harmony export */   m: () => (/* binding */ parseHttpDate)
/* harmony export */ });
/**
 * Reads a date of an HTTP header: a single IMF-fixdate of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`, the weekday
 * included. `Date.parse` alone takes nearly anything: `Mon, 12` would be a day of 2001.
 * @param text hostile text
 * @returns milliseconds since 1970, or NaN
 */
function parseHttpDate(text) {
    const time = Date.parse(text);
    // Its own rendering is that form, byte for byte.
    return new Date(time).toUTCString() === text ? time : Number.NaN;
}
/**
 * Reads the time of a reply off its headers.
 * @param dates every `Date` header
 * @param ages every `Age` header: a reply that has one comes from a cache, and is of the past
 * @returns milliseconds since 1970, or NaN where it says nothing usable
 */
function timeOfReply(dates, ages) {
    const [date] = dates;
    return date === undefined || dates.length > 1 || ages.length > 0 ? Number.NaN : parseHttpDate(date);
}


/***/ }),

/***/ 4791:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GitHubSecret: () => (/* binding */ GitHubSecret),
  openSecret: () => (/* binding */ openSecret)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js
var github = __webpack_require__(1351);
// EXTERNAL MODULE: ./node_modules/@actions/github/lib/utils.js + 20 modules
var utils = __webpack_require__(8665);
// EXTERNAL MODULE: ./build/ca/http-date.js
var http_date = __webpack_require__(1738);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
;// CONCATENATED MODULE: ./build/github/api.js





/** Longest wait for one reply, its body included. */
const REPLY_TIMEOUT_MS = 30_000;
/** Larger than any reply about a secret or a run. */
const REPLY_LIMIT_BYTES = 1024 * 1024;
/** Pauses before a read is tried again. */
const READ_PAUSES_MS = [500, 1500];
/** A call that did not succeed. */
class GitHubFailure extends Error {
    name = "GitHubFailure";
    /** HTTP status; undefined where no whole reply came, so that nobody knows whether it was carried out. */
    status;
    /** GitHub asks to wait: a limit, not a missing right. */
    limited;
    /** @param message what GitHub said, or why there is no reply; made safe to print here */
    constructor(message, status, limited = false, cause) {
        super((0,printable/* printable */.g$)(message, 300), { cause });
        this.status = status;
        this.limited = limited;
    }
    /** Another try may have more luck. */
    get passing() {
        return this.status === undefined || this.status >= 500;
    }
}
/**
 * GitHub's REST API through Octokit, proxy variables honoured by `@actions/github`: each exchange timed, bounded in
 * size, and without redirects, which would carry the token elsewhere.
 */
class GitHubApi {
    #octokit;
    #pauses;
    #dated;
    #offset = 0;
    #expiration;
    /** @param url base of the REST API, such as `https://api.github.com` or `https://ghes.example.com/api/v3` */
    constructor(url, token, { timeoutMs = REPLY_TIMEOUT_MS, pausesMs, dated } = {}) {
        this.#pauses = pausesMs ?? READ_PAUSES_MS;
        this.#dated = dated ?? (() => { });
        this.#octokit = (0,github/* getOctokit */.Q)(token, {
            baseUrl: url,
            userAgent: "mindconnect-ca-action",
            // Octokit would print a reply's deprecation headers as they are.
            log: SILENT,
            request: { fetch: boundedFetch(timeoutMs), log: SILENT },
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
     * One exchange, never repeated.
     * @param route method and path template, such as `GET /repos/{owner}/{repo}`; parameters are percent-encoded into it
     * @throws GitHubFailure
     */
    async send(route, parameters) {
        try {
            const { status, data, headers } = await this.#octokit.request(route, {
                ...parameters,
                headers: { "x-github-api-version": "2022-11-28" },
            });
            this.#note(headers);
            if (status >= 300)
                throw new GitHubFailure("a redirect, which is not followed", status);
            return { status, data };
        }
        catch (error) {
            const { response } = error;
            this.#note(response?.headers ?? {});
            throw toFailure(error);
        }
    }
    /** A call that only reads: tried up to three times where a server or the connection failed. @throws GitHubFailure */
    async read(route, parameters) {
        for (const wait of this.#pauses) {
            try {
                return await this.send(route, parameters);
            }
            catch (error) {
                if (!(error instanceof GitHubFailure && error.passing))
                    throw error;
                await (0,promises_.setTimeout)(wait);
            }
        }
        return await this.send(route, parameters);
    }
    #note(headers) {
        const texts = (name) => (headers[name] === undefined ? [] : [String(headers[name])]);
        const date = (0,http_date/* timeOfReply */.b)(texts("date"), texts("age"));
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
/** The fetch of `@actions/github`, which knows the proxy, with a limit of time and size and without redirects. */
function boundedFetch(timeoutMs) {
    const { fetch } = utils/* defaults */.NT.request;
    return async (url, init) => {
        const signal = AbortSignal.timeout(timeoutMs);
        const reply = await fetch(url, { ...init, redirect: "manual", signal });
        const { status, headers } = reply;
        const text = await readBounded(reply);
        return new Response(text === "" ? null : text, { status, headers: [...headers] });
    };
}
async function readBounded(reply) {
    const chunks = [];
    let size = 0;
    for await (const chunk of reply.body ?? []) {
        size += chunk.length;
        if (size > REPLY_LIMIT_BYTES)
            throw new Error("the reply is larger than 1 MiB");
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}
/** Octokit gives every way to fail as an error with a status; one without a response is its own invention. */
function toFailure(error) {
    if (error instanceof GitHubFailure)
        return error;
    const { message, status, response, cause } = error;
    if (response === undefined || status === undefined) {
        const reason = cause?.name === "TimeoutError" ? "no reply in time" : message;
        return new GitHubFailure(reason, undefined, false, error);
    }
    const { headers = {} } = response;
    const limited = status === 429 ||
        headers["retry-after"] !== undefined ||
        String(headers["x-ratelimit-remaining"]) === "0";
    return new GitHubFailure(message, status, limited, error);
}

// EXTERNAL MODULE: ./build/github/secret-address.js
var secret_address = __webpack_require__(5225);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __webpack_require__(1590);
// EXTERNAL MODULE: ./build/ca/sentence.js
var sentence = __webpack_require__(1388);
;// CONCATENATED MODULE: ./build/github/secret-errors.js





/**
 * @param what the call, as in `reading the public key for the secret NAME of owner/repo`
 * @returns `SECRET_ACCESS_DENIED` or `SECRET_UNREACHABLE` for a read that failed; another error as it is
 */
function readFailed(error, address, what) {
    if (!(error instanceof GitHubFailure))
        return error;
    const { status, message, limited } = error;
    const answer = status === undefined ? "failed" : `was answered with ${status}${limited ? " (rate limit)" : ""}`;
    return (accessDenied(error, address, what) ??
        new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `${(0,sentence/* capital */.N)(what)} ${answer}: ${message}.`, { cause: error }));
}
/** @returns `SECRET_ACCESS_DENIED` or `KEYRING_WRITE_FAILED` for a write that failed; another error as it is */
function writeFailed(error, address, what) {
    if (!(error instanceof GitHubFailure))
        return error;
    const { status, message } = error;
    const happened = status === undefined
        ? `The reply to ${what} was lost, so it may or may not have happened: ${message}.`
        : `${(0,sentence/* capital */.N)(what)} was answered with ${status}: ${message}.`;
    return (accessDenied(error, address, what) ??
        new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", happened, { cause: error, next: WRITE_AGAIN }));
}
/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN = "Start a new run: it reads the secret anew and goes on, whether the write happened or not. What needed it was not done.";
/** @returns `SECRET_UNREACHABLE` for a reply of success that is not what GitHub documents */
function unexpectedReply(what, lacks, cause) {
    return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `The reply to ${what} ${lacks}.`, { cause });
}
/** @returns the error for a token that may not do this; undefined where the call failed for another reason */
function accessDenied(failure, address, what) {
    const { environment, owner, repo } = address;
    const place = `${owner}/${repo}`;
    const reasons = {
        401: "The token has ended, was revoked or is mistyped.",
        403: (0,secret_address/* isInstallationToken */.e)(address)
            ? "The workflow's own GITHUB_TOKEN can never do that; the token of a GitHub App, which begins with ghs_ as well, needs the permission below."
            : "The token lacks the permission below.",
        404: environment === undefined
            ? `There is no repository ${place}, or the token may not see it.`
            : `There is no environment ${(0,printable/* printable */.g$)(environment, 100)} of ${place}, or the token may not see it.`,
    };
    const reason = failure.limited ? undefined : reasons[failure.status ?? 0];
    if (reason === undefined)
        return undefined;
    const permission = environment === undefined ? "Secrets: write" : "Environments: write";
    return new errors/* ActionError */.lZ("SECRET_ACCESS_DENIED", `${(0,sentence/* capital */.N)(what)} was answered with ${failure.status}: ${failure.message}. ${reason}`, {
        cause: failure,
        next: `Pass as github-token the installation token of a GitHub App, or a fine-grained personal access token, with the permission "${permission}" for ${place}.`,
    });
}

;// CONCATENATED MODULE: ./build/github/secrets.js



/** One secret through GitHub's REST API: write-only, so all that can be read of it is when it was written. */
class GitHubSecret {
    #address;
    #api;
    #path;
    #parameters;
    #box;
    constructor(address, api = new GitHubApi(address.api, address.token)) {
        const { owner, repo, environment } = address;
        this.#address = address;
        this.#api = api;
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
    /** When the token ends; undefined where unknown, and for tokens that are made anew for each run (`ghs_`). */
    get accessEnds() {
        return (0,secret_address/* isInstallationToken */.e)(this.#address) ? undefined : this.#api.tokenExpiration;
    }
    /**
     * Fetches the public key and proves that a text can be sealed for it.
     * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
     */
    async prepare() {
        const what = `reading the public key for ${(0,secret_address/* describeSecret */.w)(this.#address)}`;
        const [{ data }, { openSealedBox }] = await Promise.all([
            this.#read(`GET ${this.#path}/public-key`, what),
            Promise.all(/* import() */[__webpack_require__.e(768), __webpack_require__.e(344)]).then(__webpack_require__.bind(__webpack_require__, 6344)),
        ]);
        const { key, key_id: keyId } = fieldsOf(data);
        if (typeof key !== "string" || typeof keyId !== "string")
            throw unexpectedReply(what, "has no public key in it");
        try {
            this.#box = { keyId, sealed: await openSealedBox(key) };
        }
        catch (error) {
            throw unexpectedReply(what, "has a public key that nothing can be sealed for", error);
        }
    }
    /**
     * Reads when the secret was last written, by GitHub's clock in whole seconds.
     * @returns milliseconds since 1970; undefined where there is no such secret ({@link prepare} shows whether its
     * repository and environment are there)
     * @throws ActionError `SECRET_ACCESS_DENIED`, `SECRET_UNREACHABLE`
     */
    async updatedAt() {
        const what = `looking at ${(0,secret_address/* describeSecret */.w)(this.#address)}`;
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
            throw unexpectedReply(what, "has no updated_at in it");
        return at;
    }
    /**
     * Reads when this workflow run was queued; its re-runs keep that time.
     * @returns milliseconds since 1970; undefined where that cannot be known: outside of a run, or the token may not ask
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
     * Writes the secret; one request, never repeated. {@link prepare} comes first.
     * @throws ActionError `SECRET_ACCESS_DENIED`; `KEYRING_WRITE_FAILED` where GitHub refused, or its reply was lost
     */
    async write(text) {
        if (this.#box === undefined)
            throw new Error("the secret was not prepared");
        const { keyId, sealed } = this.#box;
        const what = `writing ${(0,secret_address/* describeSecret */.w)(this.#address)}`;
        const body = { encrypted_value: sealed.seal(text), key_id: keyId };
        try {
            await this.#api.send(`PUT ${this.#path}/{secret_name}`, { ...this.#named, ...body });
        }
        catch (error) {
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
/** @param dated told of GitHub's time, milliseconds since 1970, at each reply that says it */
function openSecret(address, dated) {
    return new GitHubSecret(address, new GitHubApi(address.api, address.token, { dated }));
}
function fieldsOf(data) {
    return typeof data === "object" && data !== null ? data : {};
}
/** @returns an ISO 8601 time in milliseconds since 1970; undefined for anything else */
function timeOf(value) {
    const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
}


/***/ })

};
