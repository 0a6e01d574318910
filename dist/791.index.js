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
  GitHubSecret: () => (/* binding */ GitHubSecret)
});

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: ./build/ca/http-date.js
var http_date = __webpack_require__(1738);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
// EXTERNAL MODULE: ./build/http/deadline.js
var http_deadline = __webpack_require__(489);
// EXTERNAL MODULE: ./build/http/http.js + 2 modules
var http = __webpack_require__(7577);
// EXTERNAL MODULE: ./build/http/persist.js
var persist = __webpack_require__(241);
// EXTERNAL MODULE: ./build/http/retry-after.js
var retry_after = __webpack_require__(7344);
// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __webpack_require__(8427);
;// CONCATENATED MODULE: ./build/github/api.js








/** What GitHub's documentation asks to wait where its Retry-After cannot be read. */
const SECONDARY_LIMIT_MS = 60_000;
/** How often a read is sent that a rate limit turns away. */
const LIMITED_ATTEMPTS = 3;
/** A call that did not succeed. */
class GitHubFailure extends Error {
    name = "GitHubFailure";
    /** HTTP status; undefined where no whole reply came, so that nobody knows whether it was carried out. */
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
    /** Whether it may have been carried out, for all that is known. */
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
    #expiration;
    /** @param url base of the REST API, such as `https://api.github.com` or `https://ghes.example.com/api/v3` */
    constructor(url, token, { deadline, longest, notice = () => { }, dated = () => { } } = {}) {
        this.#deadline = deadline ?? new http_deadline/* Deadline */.B(10 * 60_000);
        this.#notice = notice;
        this.#dated = dated;
        this.#octokit = (0,github/* getOctokit */.Q)(token, {
            baseUrl: url,
            userAgent: "mindconnect-ca-action",
            // Octokit would print a reply's deprecation headers as they are.
            log: SILENT,
            request: { fetch: fetchOver(new http/* Http */.l(this.#deadline, longest)), log: SILENT },
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
     * One exchange; only where no connection came about, so that nothing was sent, is it tried again.
     * @param route method and path template, such as `GET /repos/{owner}/{repo}`; parameters are percent-encoded into it
     * @throws GitHubFailure
     */
    async send(route, parameters) {
        return await this.#persist(route, parameters, (error) => {
            throw error;
        });
    }
    /**
     * A call that only reads: tried again where a server or the connection failed, and after the wait that a rate limit asks
     * for, within the deadline.
     * @throws GitHubFailure
     */
    async read(route, parameters) {
        let limited = 0;
        return await this.#persist(route, parameters, (error) => {
            const { kind, status, waitMs } = error;
            // Where no time is named, nobody waits on a guess.
            if (kind === "rate-limit" && waitMs !== undefined && ++limited < LIMITED_ATTEMPTS)
                return { kind: "again", waitMs, error };
            if (error.unclear || (status ?? 0) >= 500)
                return { kind: "unclear", waitMs, error };
            throw error;
        });
    }
    async #persist(route, parameters, judge) {
        return await (0,persist/* persist */.Z)({
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
                    return transport?.sent === false
                        ? { kind: "unsent", waitMs: undefined, error: failure }
                        : judge(failure);
                }
            },
            onWait: (milliseconds, { message }) => this.#notice(`GitHub: ${message}. Waiting ${Math.ceil(milliseconds / 1000)} s.`),
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
        throw new GitHubFailure("a redirect, which is not followed", { status, kind });
    }
    /** Octokit gives every way to fail as an error with a status; one without a response is its own invention. */
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
            return (0,retry_after/* retryAfter */.P)(String(after), this.now(), SECONDARY_LIMIT_MS);
        const reset = String(headers["x-ratelimit-reset"] ?? "");
        if (!hasUsedUp(headers) || !/^\d{1,12}$/.test(reset))
            return undefined;
        return Math.max(1000, Number(reset) * 1000 - this.now());
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
/** What a refusal is about. GitHub tells its policies apart in words alone, but for SAML's header. */
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
/** A renamed or transferred repository: GitHub names the new place by the repository's number. */
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
/** @returns a fetch for Octokit over our own HTTP; Octokit gives texts alone as headers and body */
function fetchOver(http) {
    return async (url, { method, headers, body }) => {
        const request = { method, url: new URL(url), headers };
        const reply = await http.send(body === undefined ? request : { ...request, body });
        const { status, text } = reply;
        if (!(status >= 200 && status <= 599))
            throw new transport_error/* TransportError */.w("broken", `the reply's status is ${status}, which HTTP does not know`);
        return new Response(text === "" || WITHOUT_BODY.has(status) ? null : text, {
            status,
            headers: reply.headers.map((line) => [...line]),
        });
    };
}

// EXTERNAL MODULE: ./build/github/secret-address.js
var secret_address = __webpack_require__(5225);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __webpack_require__(1590);
// EXTERNAL MODULE: ./build/ca/sentence.js
var sentence = __webpack_require__(1388);
// EXTERNAL MODULE: ./build/ca/time.js
var time = __webpack_require__(7536);
;// CONCATENATED MODULE: ./build/github/secret-errors.js






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
        ? `The reply to ${what} was lost, so it may or may not have happened: ${error.message}.`
        : known.message;
    return new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", message, {
        cause: error,
        next: known.next === undefined ? WRITE_AGAIN : `${known.next} What needed the write was not done.`,
    });
}
/** What to do after a write of a secret that failed, or whose outcome is not known. */
const WRITE_AGAIN = "Start a new run: it reads the secret anew and goes on, whether the write happened or not. What needed it was not done.";
/** @returns what a failure that no right would have prevented came to, and the next step where it is a special one */
function happened(failure, { owner, repo }, what) {
    const { status, kind, waitMs, message, transport } = failure;
    const answer = status === undefined ? "failed" : `was answered with ${status}`;
    if (kind === "rate-limit") {
        const wait = waitMs === undefined ? "" : ` It asks to wait ${Math.ceil(waitMs / 1000)} s.`;
        return {
            message: `${(0,sentence/* capital */.N)(what)} ${answer} (rate limit): ${message}.${wait}`,
            next: `Start a new run${waitMs === undefined ? " a few minutes later" : ` after ${(0,time/* iso */.KH)(Date.now() + waitMs)}`}: it goes on where this one stopped.`,
        };
    }
    if (kind === "moved") {
        return {
            message: `${(0,sentence/* capital */.N)(what)} ${answer}, ${message}: ${owner}/${repo} was renamed or transferred.`,
            next: "Start a new run in the repository as it is called now: the runner names it anew. The token is not sent elsewhere.",
        };
    }
    return { message: `${(0,sentence/* capital */.N)(what)} ${answer}: ${message}.`, next: transport?.next };
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
    const message = `${(0,sentence/* capital */.N)(what)} was answered with ${failure.status}: ${failure.message}. ${reason}`;
    return new errors/* ActionError */.lZ("SECRET_ACCESS_DENIED", message, { cause: failure, next });
}
function whyDenied({ status, kind }, address) {
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
    if (kind !== undefined)
        return undefined;
    const permission = environment === undefined ? "Secrets: write" : "Environments: write";
    const next = `Pass as github-token the installation token of a GitHub App, or a fine-grained personal access token, with the permission "${permission}" for ${place}.`;
    if (status === 401)
        return ["The token has ended, was revoked or is mistyped.", next];
    if (status === 403) {
        return (0,secret_address/* isInstallationToken */.e)(address)
            ? [
                "The workflow's own GITHUB_TOKEN can never do that; the token of a GitHub App, which begins with ghs_ as well, needs the permission below.",
                next,
            ]
            : ["The token lacks the permission below.", next];
    }
    if (status !== 404)
        return undefined;
    const missing = environment === undefined
        ? `There is no repository ${place}`
        : `There is no environment ${(0,printable/* printable */.g$)(environment, 100)} of ${place}`;
    return [`${missing}, or the token may not see it.`, next];
}

;// CONCATENATED MODULE: ./build/github/secrets.js



/** One secret through GitHub's REST API: write-only, so all that can be read of it is when it was written. */
class GitHubSecret {
    #address;
    #api;
    #path;
    #parameters;
    #box;
    /**
     * @param notice prints a line for a person who waits
     * @param dated told of GitHub's time, milliseconds since 1970, at each reply that says it
     */
    static open(address, deadline, notice, dated) {
        return new GitHubSecret(address, new GitHubApi(address.api, address.token, { deadline, notice, dated }));
    }
    constructor(address, api) {
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
function fieldsOf(data) {
    return typeof data === "object" && data !== null ? data : {};
}
/** @returns an ISO 8601 time in milliseconds since 1970; undefined for anything else */
function timeOf(value) {
    const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
}


/***/ }),

/***/ 7577:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  l: () => (/* binding */ Http)
});

// UNUSED EXPORTS: httpReply

// EXTERNAL MODULE: ./build/http/proxy.js
var proxy = __webpack_require__(2749);
// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __webpack_require__(8427);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
;// CONCATENATED MODULE: ./build/http/way.js


/** Longest wait for a connection, or for one part of it where a proxy is on the way. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The connection did not come about, so nothing was sent; the cause says why. */
class ConnectFailure extends Error {
    name = "ConnectFailure";
    constructor(cause) {
        super("no connection", { cause });
    }
}
/** The connections to one origin. HTTP/1.1 alone: a request is on a connection by itself, so what was sent is known. */
class Way {
    dispatcher;
    #connected;
    #closed;
    constructor(settings) {
        // A SOCKS proxy's connections are undici's own affair: whether one came about is not told.
        this.#connected = isSocks(settings);
        this.dispatcher = way_open(settings, {}, (error, socket, done) => {
            // Without a socket undici leaves it out where its types say null.
            if (!socket)
                return done(new ConnectFailure(error), null);
            this.#connected = true;
            done(null, socket);
        });
    }
    /** Whether a connection to the origin ever came about: before, nothing can have been sent. */
    get connected() {
        return this.#connected;
    }
    /** Why it was closed, where it was: not every dispatcher tells that to what it ends. */
    get closed() {
        return this.#closed;
    }
    /** Ends what is under way, which an AbortSignal does not do to a request that waits for its tunnel. */
    close(reason) {
        this.#closed = reason;
        void this.dispatcher.destroy(reason).catch(() => { });
    }
}
/**
 * Looks at the certificate that an origin shows, whoever signed it: over a connection of its own, on which nothing is
 * sent. The connections that carry requests never go without verification.
 * @param milliseconds the longest that this may take
 * @returns undefined where none was shown in time
 */
async function lookAtCertificate(origin, settings, milliseconds) {
    let seen;
    const looking = way_open(settings, { rejectUnauthorized: false }, (error, socket, done) => {
        if (socket instanceof external_node_tls_.TLSSocket)
            seen = socket.getPeerCertificate();
        socket?.destroy();
        done(error ?? new Error("seen"), null);
    });
    const timer = setTimeout(() => void looking.destroy(), milliseconds);
    // Nothing is ever sent: the only end is the error above.
    await looking.request({ origin: origin.origin, path: "/", method: "GET" }).catch(() => { });
    clearTimeout(timer);
    void looking.destroy();
    return seen;
}
/** As {@link lookAtCertificate}, of a proxy that is itself spoken to over TLS. */
async function lookAtProxyCertificate({ hostname, port }, milliseconds) {
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    const socket = (0,external_node_tls_.connect)({ host, port: Number(port || 443), rejectUnauthorized: false });
    return await new Promise((resolve) => {
        const end = (certificate) => {
            clearTimeout(timer);
            socket.destroy();
            resolve(certificate);
        };
        const timer = setTimeout(end, milliseconds);
        socket.once("secureConnect", () => end(socket.getPeerCertificate()));
        socket.once("error", () => end());
    });
}
/** @param connected gets each connection, or why there is none, and passes on what the request is to have */
function way_open(settings, tls, connected) {
    const base = { allowH2: false, timeout: CONNECT_TIMEOUT_MS };
    const options = {
        // One tunnel for all: a request waits for the one before, which takes no longer than another connection.
        connections: 1,
        connect: (0,undici/* buildConnector */.gU)({ ...base, ...tls }),
        factory: (origin, given) => {
            const inner = given.connect;
            const connect = (target, callback) => inner(target, (error, socket) => connected(error, socket, callback));
            return new undici/* Pool */.bC(origin, { ...given, connect });
        },
    };
    if (settings === undefined)
        return new undici/* Agent */.g6(options);
    const { proxy, exempt } = settings;
    const variables = { httpsProxy: proxy.href, httpProxy: "", noProxy: exempt };
    // Given for a SOCKS proxy, proxyTls would mean SOCKS over TLS.
    const proxyTls = isSocks(settings) ? {} : { proxyTls: base };
    return new undici/* EnvHttpProxyAgent */.J2({ ...options, ...variables, ...proxyTls, requestTls: { ...base, ...tls } });
}
function isSocks(settings) {
    return settings?.proxy.protocol.startsWith("socks") === true;
}

;// CONCATENATED MODULE: ./build/http/trust.js



/** Reasons of Node (OpenSSL's X509_V_ERR_…) that come down to one: nobody who is trusted here has signed it. */
const UNKNOWN_ISSUER = new Set([
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_UNTRUSTED",
]);
const WRONG_NAME = new Set(["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"]);
const OTHERS = new Set([
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_REVOKED",
    "CERT_REJECTED",
    "CERT_SIGNATURE_FAILURE",
    "CERT_CHAIN_TOO_LONG",
    "INVALID_CA",
    "INVALID_PURPOSE",
    "PATH_LENGTH_EXCEEDED",
]);
/**
 * Says of a connection that failed for its TLS certificate what is wrong with that, whose it is, and what helps.
 * @param failure why there is no connection
 * @param milliseconds for another look at the certificate, which is for the message alone
 * @returns undefined where the certificate was not the reason
 */
async function explainDistrust(failure, target, settings, milliseconds) {
    const code = codeOf(failure);
    if (!UNKNOWN_ISSUER.has(code) && !WRONG_NAME.has(code) && !OTHERS.has(code))
        return undefined;
    let host = target.host;
    let certificate = await lookAtCertificate(target, settings, milliseconds);
    // The tunnel did not come about either: it is the proxy's own certificate.
    if (certificate === undefined && settings?.proxy.protocol === "https:") {
        host = `the proxy ${settings.proxy.host} of ${settings.variable}`;
        certificate = await lookAtProxyCertificate(settings.proxy, milliseconds);
    }
    const [problem, next] = judge(code, host, certificate);
    const message = `the TLS certificate of ${host} ${problem} (${code})`;
    return new transport_error/* TransportError */.w("refused", message, { sent: false, next, cause: failure });
}
/** The code of an error, or of what undici wrapped. */
function codeOf(failure) {
    for (let error = failure; error instanceof Error; error = error.cause) {
        const { code } = error;
        if (code !== undefined && !code.startsWith("UND_"))
            return code;
    }
    return "";
}
function judge(code, host, certificate) {
    const clock = "the clock of this machine (NTP)";
    if (UNKNOWN_ISSUER.has(code))
        return [`is not trusted: it was issued by ${issuer(certificate)}`, TRUST];
    if (WRONG_NAME.has(code)) {
        const names = (0,printable/* printable */.g$)(certificate?.subjectaltname ?? nameOf(certificate?.subject), 300);
        const next = `Check the host name: something else answers for ${host}, or its certificate lacks the name.`;
        return [`is for other names: ${names}`, next];
    }
    if (code === "CERT_HAS_EXPIRED") {
        const end = `it or its issuer, ${issuer(certificate)}, is past its end${dated(certificate?.valid_to)}`;
        return [`has expired: ${end}`, `The server needs a new certificate. Check ${clock} as well.`];
    }
    if (code === "CERT_NOT_YET_VALID") {
        const begin = dated(certificate?.valid_from);
        return [`is not valid yet${begin}`, `Set ${clock}, or wait until the certificate begins.`];
    }
    return [`was refused; it was issued by ${issuer(certificate)}`, "Ask whoever runs that server or proxy."];
}
const TRUST = "If that issuer is to be trusted, such as a proxy of your own that inspects TLS, set NODE_EXTRA_CA_CERTS, in the env of the step or of the runner, to the path of a PEM file with its CA certificate.";
function issuer(certificate) {
    return nameOf(certificate?.issuer);
}
/** @returns a distinguished name on one line: `CN=…, O=…` */
function nameOf(name) {
    const parts = Object.entries(name ?? {}).flatMap(([type, value]) => [value ?? []].flat().map((one) => `${type}=${one}`));
    return parts.length === 0 ? "somebody who is not known" : (0,printable/* printable */.g$)(parts.reverse().join(", "), 300);
}
function dated(date) {
    return date === undefined ? "" : ` (${(0,printable/* printable */.g$)(date, 50)})`;
}

;// CONCATENATED MODULE: ./build/http/http.js




/** Longest exchange, from the connection to the body's last byte; a third of what is left where that is less, so that one hang leaves room to look. */
const REPLY_TIMEOUT_MS = 30_000;
/** Longest look at a certificate that was not trusted. */
const LOOK_MS = 5000;
/** Largest reply that is read: two certificates and a list are some kilobytes. */
const REPLY_LIMIT_BYTES = 1024 * 1024;
/** @returns a reply with these headers; names in any case, several lines of one name as an array */
function httpReply(status, text, headers) {
    const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name.toLowerCase(), one]));
    const values = (name) => lines.filter(([other]) => other === name.toLowerCase()).map(([, value]) => value);
    return { status, text, headers: lines, values, header: (name) => values(name)[0] };
}
/**
 * HTTP over undici, for the platform and for GitHub: proxy variables honoured, NODE_EXTRA_CA_CERTS by Node itself, each
 * exchange timed from its beginning to its end, redirects not followed, replies bounded in size.
 */
class Http {
    calls = [];
    #deadline;
    #longest;
    /** By origin. */
    #ways = new Map();
    /** @param longest milliseconds for one exchange */
    constructor(deadline, longest = REPLY_TIMEOUT_MS) {
        this.#deadline = deadline;
        this.#longest = longest;
    }
    /**
     * One exchange, never repeated here.
     * @throws TransportError where no whole reply came, or the settings of this machine forbid the exchange
     */
    async send(call) {
        const settings = (0,proxy/* proxyFor */.i)(call.url);
        const startedAt = new Date();
        const start = performance.now();
        let status = "no reply";
        try {
            const reply = await this.#exchange(call, settings, (answered) => {
                status = answered;
            });
            return reply;
        }
        catch (error) {
            const look = Math.min(LOOK_MS, Math.max(1, this.#deadline.left));
            const failure = await toTransportError(error, call.url, settings, look);
            status = typeof status === "number" ? `${status}, ${failure.kind}` : failure.kind;
            throw failure;
        }
        finally {
            this.calls.push({
                method: call.method,
                url: `${call.url.origin}${call.url.pathname}`,
                status,
                startedAt: startedAt.toISOString(),
                milliseconds: Math.round(performance.now() - start),
            });
        }
    }
    /** The time is measured here, around all of it: what waits for a proxy's tunnel hears no signal of undici's. */
    async #exchange(call, settings, answered) {
        const way = this.#wayTo(call.url, settings);
        const limit = Math.ceil(Math.min(this.#longest, Math.max(1, this.#deadline.left / 3)));
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => {
                const error = new transport_error/* TransportError */.w("timeout", "no reply in time", { sent: way.connected });
                reject(error);
                this.#ways.delete(call.url.origin);
                way.close(error);
            }, limit);
        });
        try {
            return await Promise.race([late, exchange(way.dispatcher, call, answered)]);
        }
        catch (error) {
            // The time of another exchange on the same way may be over.
            throw way.closed ?? error;
        }
        finally {
            clearTimeout(timer);
        }
    }
    #wayTo(url, settings) {
        const known = this.#ways.get(url.origin);
        if (known !== undefined)
            return known;
        const way = new Way(settings);
        this.#ways.set(url.origin, way);
        return way;
    }
}
async function exchange(dispatcher, call, answered) {
    const reply = await dispatcher.request({
        origin: call.url.origin,
        path: `${call.url.pathname}${call.url.search}`,
        method: call.method,
        headers: { accept: "application/json", "user-agent": "mindconnect-ca-action", ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
    });
    answered(reply.statusCode);
    return httpReply(reply.statusCode, await readBounded(reply.body), reply.headers);
}
async function readBounded(body) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        size += chunk.length;
        if (size > REPLY_LIMIT_BYTES)
            throw new transport_error/* TransportError */.w("too-large", "the reply is larger than 1 MiB");
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}
async function toTransportError(error, target, settings, look) {
    if (error instanceof transport_error/* TransportError */.w)
        return error;
    const sent = !(error instanceof ConnectFailure);
    const reason = sent ? error : error.cause;
    const distrust = await explainDistrust(reason, target, settings, look);
    if (distrust !== undefined)
        return distrust;
    const { code = "", message = "", reason: tls, } = reason;
    const more = { sent, cause: error };
    if (/TIMEOUT/.test(code))
        return new transport_error/* TransportError */.w("timeout", "no reply in time", more);
    // Of TLS, Node's message is a line of OpenSSL's error queue, with addresses and file names in it.
    const words = [code, tls ?? message].filter((part) => part !== "").join(": ");
    const through = sent || settings === undefined
        ? ""
        : ` (${settings.variable} names the proxy ${settings.proxy.host}${settings.exempt === "" ? "" : ", NO_PROXY exceptions"})`;
    return new transport_error/* TransportError */.w("broken", `${words}${through}`, more);
}


/***/ }),

/***/ 241:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ persist)
/* harmony export */ });
/** Attempts that ended without an answer; every retry is bounded because peers answer 5xx to a user's mistake too. */
const FAILED_ATTEMPTS = 3;
const BACKOFF_MS = 500;
/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before a look shows that it did not happen (guarantee 7).
 * @throws Error of the last attempt, also where a wait would pass the deadline
 */
async function persist(persistence) {
    const { deadline, attempt, look, recheck, onWait } = persistence;
    let failed = 0;
    for (;;) {
        const outcome = await attempt();
        if (outcome.kind === "done")
            return outcome.value;
        if (outcome.kind !== "again")
            failed += 1;
        const last = failed >= FAILED_ATTEMPTS;
        const looks = outcome.kind === "unclear" ? look : undefined;
        if (last && looks === undefined)
            throw outcome.error;
        await pause(outcome, failed, deadline, onWait);
        const happened = await (looks ?? recheck)?.();
        if (happened !== undefined)
            return happened;
        if (last)
            throw outcome.error;
    }
}
async function pause({ waitMs, error }, failed, deadline, onWait) {
    const milliseconds = waitMs ?? backoff(failed);
    if (milliseconds >= deadline.left)
        throw error;
    if (milliseconds >= 1000)
        onWait(milliseconds, error);
    await deadline.wait(milliseconds);
}
/** Doubling, with a spread so that parallel runs do not come back together. */
function backoff(count) {
    return BACKOFF_MS * 2 ** (count - 1) * (0.75 + Math.random() / 2);
}


/***/ }),

/***/ 7344:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ retryAfter)
/* harmony export */ });
/* harmony import */ var _ca_http_date_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1738);

/** Some 30 years: what is longer makes no date any more. */
const MOST_SECONDS = 1e9;
/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the clock of who sent it, milliseconds since 1970
 * @param otherwise milliseconds where the header says nothing usable
 * @returns milliseconds to wait, at least one second
 */
function retryAfter(header, now, otherwise) {
    if (header === undefined)
        return otherwise;
    const trimmed = header.trim();
    const milliseconds = /^\d+$/.test(trimmed)
        ? Math.min(Number(trimmed), MOST_SECONDS) * 1000
        : (0,_ca_http_date_js__WEBPACK_IMPORTED_MODULE_0__/* .parseHttpDate */ .m)(trimmed) - now;
    return Number.isNaN(milliseconds) ? otherwise : Math.max(1000, milliseconds);
}


/***/ })

};
