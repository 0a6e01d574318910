export const id = 165;
export const ids = [165];
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

/***/ 1165:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connect: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var ca_certificate = __webpack_require__(8418);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __webpack_require__(1590);
// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __webpack_require__(8508);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
;// CONCATENATED MODULE: ./build/mindconnect/ca-refusals.js


/** What the calls about CA certificates can come to instead of what was asked for, as errors of the table. */
/** @returns `CA_NOT_FOUND` for a 404 of a call about one certificate, undefined for other refusals */
function notFound(id, said) {
    return said.status === 404
        ? new errors/* ActionError */.lZ("CA_NOT_FOUND", `There is no CA certificate ${(0,printable/* shown */.SP)(id)}.`, { platform: said })
        : undefined;
}
const REFUSED = { UPLOAD_REFUSED: "CA certificate", VERIFY_REFUSED: "verification certificate" };
/**
 * @param skew what is to be said of clocks that differ: they may be the reason
 * @returns the error for a certificate that the platform did not accept
 */
function notAccepted(code, said, skew) {
    const message = `The ${REFUSED[code]} was not accepted.`;
    if (skew === undefined)
        return new errors/* ActionError */.lZ(code, message, { platform: said });
    const next = "Set this machine's clock (NTP), then run again: it goes on where it stopped.";
    return new errors/* ActionError */.lZ(code, `${message} ${skew}`, { platform: said, next });
}
/** @returns the fuller error for an upload that was refused while both slots are taken */
function slotsTaken(slots, refused) {
    const ids = slots.map((slot) => (0,printable/* shown */.SP)(slot.id)).join(" and ");
    return new errors/* ActionError */.lZ("CA_SLOTS_FULL", `The upload was refused: both slots are taken (${ids}).`, {
        platform: refused.platform,
        cause: refused,
    });
}
/** @returns the fuller error for a verify that was refused after one whose reply was lost, where no read says if that did it */
function maybeVerified(id, refused) {
    const message = `${refused.message} An earlier one got no answer and may have been accepted: this platform's reads do not say whether ${(0,printable/* shown */.SP)(id)} is verified.`;
    return new errors/* ActionError */.lZ(refused.code, message, {
        platform: refused.platform,
        next: "Look at it in Insights Hub: if it is verified there, agents of this CA can connect. If not, run again.",
        cause: refused,
    });
}
/**
 * What is said of another certificate proves nothing of this one (guarantee 5).
 * @param what said it: `The read-back`
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
function requireSame(asked, { id }, what) {
    if (id === asked)
        return;
    throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `${what} of ${(0,printable/* shown */.SP)(asked)} is about ${(0,printable/* shown */.SP)(id)} instead.`);
}
/** @returns the error for a slot that is taken, but not by what was sent: running again would not find it */
function differs({ id, commonName, expiration }) {
    return new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `After the upload the platform shows ${(0,printable/* shown */.SP)(id)} with common name "${(0,printable/* shown */.SP)(commonName)}" and expiration ${expiration}, which is not the certificate that was sent.`, { next: `Look at the slots with tasks/status, and delete ${(0,printable/* shown */.SP)(id)} if it is not yours.` });
}

// EXTERNAL MODULE: ./build/mindconnect/shapes.js
var shapes = __webpack_require__(2511);
;// CONCATENATED MODULE: ./build/mindconnect/ca-certificates.js





/** Base path of the MindConnect MQTT API v3. */
const BASE_PATH = "/api/mindconnectmqtt/v3/caCertificates";
/** The five calls of the documented procedure, and DELETE. A registration makes each of the five once. */
class CaCertificates {
    #gateway;
    #origin;
    #tokens;
    #clock;
    #changed = false;
    /** @param origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io` */
    constructor(gateway, origin, tokens, clock) {
        this.#gateway = gateway;
        this.#origin = origin;
        this.#tokens = tokens;
        this.#clock = clock;
    }
    /** Asks for a change's token early, before the first key or slot is touched. @throws ActionError `TOKEN_EXPIRING` */
    async requireTokenForChange() {
        await this.#tokens.requireForChange(!this.#changed);
    }
    /** `GET /caCertificates`: both slots. @throws ActionError */
    async list() {
        return await this.#send({ method: "GET", url: this.#url(), read: shapes/* readCaCertificates */.FW });
    }
    /**
     * `POST /caCertificates`. Where the reply is lost, the list shows whether it happened.
     * @param name the `name` attribute
     * @returns the new slot, not verified; its common name and expiration equal the certificate's
     * @throws ActionError `UPLOAD_REFUSED`, `CA_SLOTS_FULL`, …
     */
    async upload(name, certificate) {
        const request = { name, caCertificate: certificate.pem };
        const slot = await this.#change({
            method: "POST",
            url: this.#url(),
            body: JSON.stringify(request),
            read: shapes/* readCaCertificate */.my,
            refused: (said) => this.#notAccepted("UPLOAD_REFUSED", said),
            look: async () => findUploaded(await this.list(), name, certificate),
            ready: () => this.#clock.require("make"),
        }).catch(async (error) => {
            throw await this.#explainUpload(error);
        });
        if (!(0,ca_slots/* couldBe */.n6)(slot, certificate))
            throw differs(slot);
        return asSlot(slot);
    }
    /** `GET /caCertificates/{id}/registrationCode`. @returns the code for the verification certificate's common name */
    async registrationCode(id) {
        return await this.#get(id, "/registrationCode", shapes/* readRegistrationCode */.vJ);
    }
    /**
     * `POST /caCertificates/{id}/verify`. Where the reply is lost, the list shows whether it happened.
     * @param verification the verification certificate
     * @returns whether the reply itself, or the list, says that the certificate is verified
     * @throws ActionError `VERIFY_REFUSED`, `VERIFY_NOT_CONFIRMED` where the reply is about another certificate, …
     */
    async verify(id, verification) {
        const request = { verificationCertificate: verification.pem };
        // Sent again after its reply was lost, it may be refused for having succeeded: whether it did, not every list says.
        let doubtful = false;
        const reply = await this.#change({
            method: "POST",
            url: this.#url(id, "/verify"),
            body: JSON.stringify(request),
            read: shapes/* readCaCertificate */.my,
            refused: (said) => {
                const refusal = this.#notAccepted("VERIFY_REFUSED", said);
                return notFound(id, said) ?? (doubtful ? maybeVerified(id, refusal) : refusal);
            },
            look: async (maybeDone) => {
                const slot = (await this.list()).find((other) => other.id === id);
                doubtful = maybeDone && slot !== undefined && slot.isVerified === undefined;
                return slot?.isVerified === true ? slot : undefined;
            },
            ready: () => this.#clock.require("make"),
        });
        requireSame(id, reply, "The reply to the verify");
        return reply.isVerified === true;
    }
    /**
     * Reads a certificate back after a verify (guarantee 5): `GET /caCertificates/{id}`, and the list where that does
     * not say whether it is verified.
     * @returns the slot; `isVerified` is undefined where neither says
     * @throws ActionError `CA_NOT_FOUND`, `VERIFY_NOT_CONFIRMED` where another certificate is shown, …
     */
    async readBack(id) {
        const slot = await this.#get(id, "", shapes/* readCaCertificate */.my);
        requireSame(id, slot, "The read-back");
        if (slot.isVerified !== undefined)
            return slot;
        return (await this.list()).find((other) => other.id === id) ?? slot;
    }
    /**
     * `DELETE /caCertificates/{id}`. Where the answer is lost, the list shows whether it happened.
     * @param guard looks at the slots again before it is repeated, and throws where it must not happen any more
     * @throws ActionError `CA_NOT_FOUND`, …
     */
    async remove(id, guard) {
        await this.#change({
            method: "DELETE",
            url: this.#url(id),
            read: () => true,
            refused: (said) => notFound(id, said),
            look: async () => {
                const slots = await this.list();
                if (!slots.some((slot) => slot.id === id))
                    return true;
                guard(slots);
                return undefined;
            },
        });
    }
    async #get(id, suffix, read) {
        return await this.#send({
            method: "GET",
            url: this.#url(id, suffix),
            read,
            refused: (said) => notFound(id, said),
        });
    }
    async #change(call) {
        await this.requireTokenForChange();
        this.#changed = true;
        return await this.#send(call.body === undefined ? call : { ...call, headers: { "content-type": "application/json" } });
    }
    async #send({ ready, ...call }) {
        return await this.#gateway.call({
            ...call,
            authorize: async () => {
                const { value } = await this.#tokens.current();
                ready?.();
                return { authorization: `Bearer ${value}` };
            },
            unauthorized: () => this.#tokens.discard(),
        });
    }
    #url(id, suffix = "") {
        const path = id === undefined ? BASE_PATH : `${BASE_PATH}/${encodeURIComponent(id)}${suffix}`;
        return new URL(path, this.#origin);
    }
    #notAccepted(code, said) {
        return notAccepted(code, said, this.#clock.warning());
    }
    /** A slot may have been taken between our list and our upload: then the fuller message helps more. */
    async #explainUpload(error) {
        if (!(error instanceof errors/* ActionError */.lZ) || error.code !== "UPLOAD_REFUSED")
            return error;
        const slots = await this.list().catch(() => []);
        return slots.length < ca_slots/* SLOT_LIMIT */.r3 ? error : slotsTaken(slots, error);
    }
}
function asSlot(slot) {
    return { ...slot, isVerified: slot.isVerified === true };
}
/** Of two that could be it, the one with our name; the name alone is never enough. */
function findUploaded(slots, name, certificate) {
    const possible = slots.filter((slot) => (0,ca_slots/* couldBe */.n6)(slot, certificate));
    return (possible.find((slot) => slot.name === name.trim()) ??
        possible.find((slot) => slot.name.endsWith((0,ca_certificate/* shortFingerprint */.nE)(certificate))) ??
        possible[0]);
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/mindconnect/deadline.js

/** What is left of `timeout-minutes`: all dealings with the platform share it, waits for rate limits included. */
class Deadline {
    #end;
    /** @param milliseconds from now; measured on a clock that nobody sets */
    constructor(milliseconds) {
        this.#end = performance.now() + milliseconds;
    }
    /** @returns milliseconds left, 0 or more */
    get left() {
        return Math.max(0, this.#end - performance.now());
    }
    /** Waits; callers ask {@link left} first: a wait longer than what is left fails at once instead. */
    async wait(milliseconds) {
        await (0,promises_.setTimeout)(milliseconds);
    }
}

// EXTERNAL MODULE: ./build/ca/http-date.js
var http_date = __webpack_require__(1738);
// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __webpack_require__(3053);
// EXTERNAL MODULE: ./node_modules/undici/lib/api/index.js
var api = __webpack_require__(6615);
// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/env-http-proxy-agent.js
var env_http_proxy_agent = __webpack_require__(3137);
;// CONCATENATED MODULE: ./build/mindconnect/proxy.js

/** What undici takes for a proxy. */
const SCHEMES = /^(?:https?|socks5?):$/;
/**
 * Reads the proxy variable that applies to a URL, lower case first as curl does. https goes through HTTPS_PROXY, which tunnels
 * it; http, which is for loopback alone, through none: the bearer token would travel in clear. NO_PROXY is undici's to judge.
 * @returns the proxy's URL; `proxy.example:8080` without a scheme is common. Empty for none
 * @throws ActionError `PLATFORM_UNREACHABLE` that names the variable, never its value, which may hold a password
 */
function proxyFor(target) {
    if (target.protocol === "http:")
        return "";
    const variable = process.env["https_proxy"] === undefined ? "HTTPS_PROXY" : "https_proxy";
    const text = process.env[variable] ?? "";
    if (text === "")
        return "";
    const url = text.includes("://") ? text : `http://${text}`;
    if (URL.canParse(url) && SCHEMES.test(new URL(url).protocol))
        return url;
    throw new errors/* ActionError */.lZ("PLATFORM_UNREACHABLE", `${variable} is not the URL of a proxy, such as http://proxy.example:8080 (http, https or socks5).`, { next: `Correct ${variable} where the runner or the step sets it, then run again.` });
}

;// CONCATENATED MODULE: ./build/mindconnect/http.js

// Its index would load fetch, WebSocket, caches and mocks as well: twice the time (measured), before the first request.



/** Longest wait for a connection and for a reply; a third of what is left where that is less, so that one hang leaves room to look. */
const CONNECT_TIMEOUT_MS = 10_000;
const REPLY_TIMEOUT_MS = 30_000;
/** Largest reply that is read: two certificates and a list are some kilobytes. */
const REPLY_LIMIT_BYTES = 1024 * 1024;
/** No usable reply came: the request may or may not have been carried out. */
class TransportError extends Error {
    name = "TransportError";
    kind;
    constructor(kind, message, cause) {
        super(message, { cause });
        this.kind = kind;
    }
}
/**
 * HTTP over undici: proxy variables honoured (HTTPS_PROXY, NO_PROXY), NODE_EXTRA_CA_CERTS by Node itself, timeouts on
 * connect and reply, redirects not followed, replies bounded in size.
 */
class Http {
    calls = [];
    #deadline;
    /** By origin: the gateway's and the token endpoint's. */
    #dispatchers = new Map();
    /** @param sent hears of each request once it is on its way: now there is time for other things */
    constructor(deadline, sent) {
        this.#deadline = deadline;
        (0,external_node_diagnostics_channel_.subscribe)("undici:client:sendHeaders", sent);
    }
    /**
     * One exchange, never repeated here.
     * @throws TransportError where no whole reply came, ActionError for a proxy variable that is none
     */
    async send(call) {
        const dispatcher = this.#dispatcherFor(call.url);
        const startedAt = new Date();
        const start = performance.now();
        let status = "no reply";
        try {
            const timeout = Math.ceil(Math.min(REPLY_TIMEOUT_MS, Math.max(1, this.#deadline.left / 3)));
            const reply = await api.request.call(dispatcher, {
                origin: call.url.origin,
                path: `${call.url.pathname}${call.url.search}`,
                method: call.method,
                headers: { accept: "application/json", "user-agent": "mindconnect-ca-action", ...call.headers },
                ...(call.body === undefined ? {} : { body: call.body }),
                headersTimeout: timeout,
                bodyTimeout: timeout,
                signal: AbortSignal.timeout(timeout + CONNECT_TIMEOUT_MS),
            });
            status = reply.statusCode;
            const text = await readBounded(reply.body);
            const all = (name) => [reply.headers[name] ?? []].flat();
            return { status: reply.statusCode, text, all, header: (name) => all(name)[0] };
        }
        catch (error) {
            const failure = toTransportError(error);
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
    #dispatcherFor(url) {
        const known = this.#dispatchers.get(url.origin);
        if (known !== undefined)
            return known;
        // Given both ways, so that it looks for no variable of its own.
        const proxy = proxyFor(url);
        const dispatcher = new env_http_proxy_agent({
            connect: { timeout: CONNECT_TIMEOUT_MS },
            httpProxy: proxy,
            httpsProxy: proxy,
        });
        this.#dispatchers.set(url.origin, dispatcher);
        return dispatcher;
    }
}
async function readBounded(body) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        size += chunk.length;
        if (size > REPLY_LIMIT_BYTES)
            throw new TransportError("too-large", "The reply is larger than 1 MiB");
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}
function toTransportError(error) {
    if (error instanceof TransportError)
        return error;
    const { code = "", name = "", message = "" } = error;
    const timedOut = /TIMEOUT/.test(code) || name === "TimeoutError";
    return timedOut
        ? new TransportError("timeout", "No reply in time", error)
        : new TransportError("broken", [code, message].filter((part) => part !== "").join(": "), error);
}

;// CONCATENATED MODULE: ./build/mindconnect/persist.js
/** Attempts at a call that ends unclear; every retry is bounded because peers answer 5xx to a user's mistake too. */
const UNCLEAR_ATTEMPTS = 3;
/** Attempts that a rate limit turned away; the deadline is the real bound. */
const TURNED_AWAY_LIMIT = 20;
const BACKOFF_MS = 500;
/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before a look shows that it did not happen (guarantee 7).
 * @throws ActionError of the last attempt, or `RATE_LIMITED` / `PLATFORM_TIMEOUT` where a wait would pass the deadline
 */
async function persist({ deadline, attempt, look, onWait }) {
    let unclear = 0;
    for (let turn = 1;; turn += 1) {
        const outcome = await attempt();
        if (outcome.kind === "done")
            return outcome.value;
        if (outcome.kind === "unclear")
            unclear += 1;
        const last = unclear >= UNCLEAR_ATTEMPTS || turn >= TURNED_AWAY_LIMIT;
        if (last && look === undefined)
            throw outcome.error;
        await pause(outcome.waitMs ?? backoff(unclear), outcome.error, deadline, onWait);
        const happened = await look?.(unclear > 0);
        if (happened !== undefined)
            return happened;
        if (last)
            throw outcome.error;
    }
}
async function pause(milliseconds, error, deadline, onWait) {
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

;// CONCATENATED MODULE: ./build/mindconnect/retry-after.js

/** The platform counts in windows of 30 s; without a Retry-After the next one is waited for. */
const WINDOW_MS = 30_000;
/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the platform's clock, milliseconds since 1970
 * @returns milliseconds to wait: at least one second, and 30 s where the header says nothing usable
 */
function retryAfter(header, now) {
    if (header === undefined)
        return WINDOW_MS;
    const trimmed = header.trim();
    const milliseconds = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) * 1000 : (0,http_date/* parseHttpDate */.m)(trimmed) - now;
    return Number.isNaN(milliseconds) ? WINDOW_MS : Math.max(1000, milliseconds);
}

// EXTERNAL MODULE: ./build/mindconnect/said.js
var mindconnect_said = __webpack_require__(8660);
;// CONCATENATED MODULE: ./build/mindconnect/gateway.js








/** Sends calls until they are done or refused, and turns every way to fail into an error of the table. */
class Gateway {
    #http;
    #deadline;
    #clock;
    #notice;
    /** @param notice prints a line for a person who waits */
    constructor(http, deadline, clock, notice) {
        this.#http = http;
        this.#deadline = deadline;
        this.#clock = clock;
        this.#notice = notice;
    }
    /** @throws ActionError */
    async call(call) {
        let renewed = false;
        return await persist({
            deadline: this.#deadline,
            attempt: async () => {
                const outcome = await this.#attempt(call, !renewed);
                if (outcome.kind === "again" && outcome.error.code === "TOKEN_REFUSED")
                    renewed = true;
                return outcome;
            },
            ...(call.look === undefined ? {} : { look: call.look }),
            onWait: (milliseconds, error) => {
                this.#notice(`${error.message} Waiting ${inSeconds(milliseconds)} s.`);
            },
        });
    }
    async #attempt(call, mayRenew) {
        if (this.#deadline.left <= 0) {
            throw new errors/* ActionError */.lZ("PLATFORM_TIMEOUT", `timeout-minutes ended before ${describe(call)}.`);
        }
        let reply;
        try {
            const headers = { ...call.headers, ...(await call.authorize()) };
            const { method, url, body } = call;
            reply = await this.#http.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
        }
        catch (error) {
            if (error instanceof TransportError)
                return { kind: "unclear", waitMs: undefined, error: noReply(call, error) };
            throw error;
        }
        const source = call.givesToken === true ? "token endpoint" : "platform";
        this.#clock.note(source, (0,http_date/* timeOfReply */.b)(reply.all("date"), reply.all("age")));
        if (reply.status >= 200 && reply.status < 300)
            return this.#readReply(call, reply);
        return this.#classifyFailure(call, reply, mayRenew);
    }
    #readReply(call, reply) {
        try {
            return { kind: "done", value: call.read(reply.text) };
        }
        catch (error) {
            if (!(error instanceof shapes/* ShapeError */.ym))
                throw error;
            const unexpected = new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `${describe(call)} was answered with ${reply.status}, but ${error.message}.`, { platform: (0,mindconnect_said/* rawReply */.R5)(reply.status, reply.text, call.givesToken === true) });
            return { kind: "unclear", waitMs: undefined, error: unexpected };
        }
    }
    #classifyFailure(call, reply, mayRenew) {
        const { status } = reply;
        const said = (0,mindconnect_said/* platformSaid */.zC)(status, reply.text);
        const fail = (code, message) => new errors/* ActionError */.lZ(code, message, { platform: said });
        const what = `${describe(call)} was answered with ${status}`;
        if (status === 429) {
            const waitMs = retryAfter(reply.header("retry-after"), this.#clock.now());
            const error = fail("RATE_LIMITED", `${what} (rate limit): it asks to wait ${Math.ceil(waitMs / 1000)} s.`);
            return { kind: "again", waitMs, error };
        }
        // A 408 says that the request did not arrive whole: as unclear as a server error.
        if (status >= 500 || status === 408) {
            const header = reply.header("retry-after");
            const waitMs = header === undefined ? undefined : retryAfter(header, this.#clock.now());
            return { kind: "unclear", waitMs, error: fail("PLATFORM_ERROR", `${what}.`) };
        }
        if (status === 401) {
            const error = fail("TOKEN_REFUSED", `${what}: the credentials were not accepted.`);
            if (call.unauthorized() && mayRenew)
                return { kind: "again", waitMs: 0, error };
            throw error;
        }
        if (status >= 300 && status < 400)
            throw redirected(what, reply);
        if (status === 403)
            throw fail("ACCESS_DENIED", `${what}: this caller may not do that.`);
        throw call.refused?.(said) ?? fail("PLATFORM_REFUSED", `${what}.`);
    }
}
/** @returns seconds, of short waits with a decimal */
function inSeconds(milliseconds) {
    const seconds = milliseconds / 1000;
    return seconds < 10 ? seconds.toFixed(1) : String(Math.ceil(seconds));
}
/** @returns `POST /api/…/caCertificates`, for messages */
function describe(call) {
    return `${call.method} ${call.url.pathname}`;
}
function noReply(call, error) {
    const host = call.url.host;
    if (error.kind === "timeout") {
        return new errors/* ActionError */.lZ("PLATFORM_TIMEOUT", `${describe(call)} got no reply from ${host} in time.`, {
            cause: error,
        });
    }
    if (error.kind === "too-large") {
        return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `${describe(call)}: ${error.message}.`, {
            cause: error,
        });
    }
    const reason = (0,printable/* printable */.g$)(error.message, 200);
    return new errors/* ActionError */.lZ("PLATFORM_UNREACHABLE", `${describe(call)} to ${host} failed: ${reason}.`, {
        cause: error,
    });
}
function redirected(what, reply) {
    const location = (0,printable/* printable */.g$)(reply.header("location")?.replace(/[?#].*$/, "") ?? "elsewhere", 200);
    return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `${what}, a redirect to ${location}. Redirects are not followed: credentials go to the configured host only.`);
}

;// CONCATENATED MODULE: ./build/mindconnect/tokens.js


/** A token is renewed, or refused for a change, with less than this left. */
const TOKEN_MARGIN_MS = 5 * 60_000;
/** A ready token, given as an input. It cannot be renewed. */
class ReadyToken {
    #token;
    #clock;
    constructor(value, clock) {
        this.#token = { value, expiresAt: expiryOf(value) };
        this.#clock = clock;
    }
    current() {
        return Promise.resolve(this.#token);
    }
    async requireForChange(first) {
        const { expiresAt } = this.#token;
        const needed = first ? TOKEN_MARGIN_MS : 0;
        if (expiresAt === undefined || expiresAt - this.#clock.earliest() >= needed)
            return;
        const end = new Date(expiresAt).toISOString();
        throw new errors/* ActionError */.lZ("TOKEN_EXPIRING", `The token ends at ${end}; nothing more was changed.`);
    }
    discard() {
        return false;
    }
}
/** Tokens fetched with credentials, renewed with 5 minutes left. */
class FetchedTokens {
    #fetch;
    #clock;
    #token;
    /** @param fetch asks the token endpoint; retries and masks by itself */
    constructor(fetch, clock) {
        this.#fetch = fetch;
        this.#clock = clock;
    }
    async current() {
        const end = this.#token?.expiresAt ?? Number.POSITIVE_INFINITY;
        if (this.#token === undefined || end - this.#clock.earliest() < TOKEN_MARGIN_MS)
            this.#token = await this.#fetch();
        return this.#token;
    }
    async requireForChange() {
        await this.current();
    }
    discard() {
        this.#token = undefined;
        return true;
    }
}
/**
 * Reads the end of a token. Tokens are JWTs (RFC 7519), but may be opaque.
 * @returns milliseconds since 1970, or undefined where it does not parse
 */
function expiryOf(token) {
    return timeIn(token, "exp");
}
/** @returns when a token was issued, milliseconds since 1970, or undefined where it does not say */
function issuedAt(token) {
    return timeIn(token, "iat");
}
function timeIn(token, name) {
    const payload = token.split(".")[1];
    if (payload === undefined)
        return undefined;
    const claims = (0,mindconnect_said/* parseJson */.qF)(Buffer.from(payload, "base64url").toString("utf8"));
    const claim = (0,mindconnect_said/* isObject */.Gv)(claims) ? claims[name] : undefined;
    return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : undefined;
}

;// CONCATENATED MODULE: ./build/mindconnect/token-endpoints.js




/** @returns `Basic …` with the credentials in base64 (RFC 7617); a secret like its parts */
function basicAuthorization({ clientId, clientSecret, }) {
    return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}
/**
 * Fetches a token. Asking again changes nothing, so it is simply repeated within the bounds.
 * @param mask hides the credentials as they are sent, and the token before anything else sees it
 * @throws ActionError `TOKEN_REQUEST_FAILED` or what the network gave
 */
async function fetchToken(gateway, credentials, clock, mask) {
    mask(basicAuthorization(credentials).slice("Basic ".length));
    const { headers, body } = credentials.kind === "client" ? clientRequest(credentials) : applicationRequest(credentials);
    const call = {
        method: "POST",
        url: credentials.tokenUrl,
        headers,
        body,
        givesToken: true,
        read: (text) => readToken(text, clock, mask),
        authorize: () => Promise.resolve({}),
        unauthorized: () => false,
    };
    return await gateway.call(call).catch((error) => {
        throw error instanceof errors/* ActionError */.lZ ? explainRefusal(error, credentials) : error;
    });
}
function explainRefusal(error, { kind, tokenUrl }) {
    const { code, platform } = error;
    if (REFUSALS.has(code)) {
        const message = `The token endpoint at ${tokenUrl.host} gave no token.`;
        return new errors/* ActionError */.lZ("TOKEN_REQUEST_FAILED", message, { platform, cause: error });
    }
    if (code !== "PLATFORM_REPLY_UNEXPECTED" || kind === "application")
        return error;
    // It may be the page where people log in: a place that answers, but not the token endpoint.
    const next = `Check that token-url, which is ${tokenUrl.href} here, is the environment's token endpoint.`;
    return new errors/* ActionError */.lZ(code, error.message, { platform, next, cause: error });
}
/** Answers that say the credentials are wrong, not that the network is. */
const REFUSALS = new Set(["TOKEN_REFUSED", "ACCESS_DENIED", "PLATFORM_REFUSED"]);
function clientRequest(credentials) {
    return {
        headers: {
            authorization: basicAuthorization(credentials),
            "content-type": "application/x-www-form-urlencoded",
        },
        body: "grant_type=client_credentials",
    };
}
function applicationRequest(credentials) {
    const { appName, appVersion, hostTenant, userTenant } = credentials;
    return {
        headers: { "x-space-auth-key": basicAuthorization(credentials), "content-type": "application/json" },
        body: JSON.stringify({ appName, appVersion, hostTenant, userTenant }),
    };
}
function readToken(text, clock, mask) {
    const json = (0,mindconnect_said/* parseJson */.qF)(text);
    const value = (0,mindconnect_said/* isObject */.Gv)(json) ? json["access_token"] : undefined;
    if (!(0,mindconnect_said/* isObject */.Gv)(json) || typeof value !== "string")
        throw new shapes/* ShapeError */.ym("it has no access_token");
    mask(value);
    // RFC 6750 §2.1; anything else could break out of the header.
    if (!/^[\w.~+/-]+=*$/.test(value) || value.length > 16_384)
        throw new shapes/* ShapeError */.ym("its access_token is not a bearer token");
    const seconds = json["expires_in"];
    const byReply = typeof seconds === "number" && Number.isFinite(seconds) ? clock.earliest() + seconds * 1000 : undefined;
    clock.note("token", issuedAt(value));
    return { value, expiresAt: expiryOf(value) ?? byReply };
}

;// CONCATENATED MODULE: ./build/mindconnect/connect.js






/** Prepares the dealings with one environment; nothing is sent yet. */
function connect(connection, clock, { mask, notice, sent }) {
    const deadline = new Deadline(connection.timeout);
    const http = new Http(deadline, sent);
    const gateway = new Gateway(http, deadline, clock, notice);
    const { authentication } = connection;
    const tokens = authentication.kind === "token"
        ? new ReadyToken(authentication.token, clock)
        : new FetchedTokens(() => fetchToken(gateway, authentication, clock, mask), clock);
    return {
        caCertificates: new CaCertificates(gateway, connection.gateway.origin, tokens, clock),
        clock,
        calls: http.calls,
    };
}


/***/ })

};
