export const id = 227;
export const ids = [227];
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


/***/ }),

/***/ 7227:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connect: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./build/http/http.js + 2 modules
var http_http = __webpack_require__(7577);
// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var ca_certificate = __webpack_require__(8418);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __webpack_require__(1590);
// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __webpack_require__(8508);
;// CONCATENATED MODULE: ./build/mindconnect/budget.js
const HOUR_MS = 60 * 60_000;
/** The vendor's rate-limit page, by endpoint. */
const ENDPOINTS = {
    list: { perHour: 30 },
    get: { perHour: 30 },
    upload: { perHour: 10 },
    registrationCode: { perHour: 10 },
    verify: { perHour: 10 },
    remove: { perHour: 10 },
    /** Nothing is documented: no more than a change. */
    token: { perHour: 10 },
};
/** What this run has sent within the last hour: never more than the platform allows everybody, whatever it asks for. */
class HourlyBudget {
    #sent = new Map();
    #now;
    /** @param now milliseconds, on a clock that nobody sets */
    constructor(now = () => performance.now()) {
        this.#now = now;
    }
    /** @returns milliseconds until the endpoint may be asked again; 0 for now */
    wait(endpoint) {
        const sent = this.#sent.get(endpoint) ?? [];
        const first = sent.at(-endpoint.perHour);
        return first === undefined ? 0 : Math.max(0, first + HOUR_MS - this.#now());
    }
    /** Counts a request. */
    spend(endpoint) {
        this.#sent.set(endpoint, [...(this.#sent.get(endpoint) ?? []), this.#now()]);
    }
}

// EXTERNAL MODULE: ./build/mindconnect/ca-refusals.js
var ca_refusals = __webpack_require__(1843);
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
    /** The ids that the last list showed. */
    #listed = new Set();
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
        const slots = await this.#send({
            method: "GET",
            url: this.#url(),
            endpoint: ENDPOINTS.list,
            read: shapes/* readCaCertificates */.FW,
        });
        this.#listed = new Set(slots.map(({ id }) => id));
        return slots;
    }
    /**
     * `POST /caCertificates`. Where the reply is lost, or refuses it, the list shows whether it is there.
     * @param name the `name` attribute
     * @returns the new slot, not verified; its expiration equals the certificate's
     * @throws ActionError `UPLOAD_REFUSED` (as `CertificateRefused` where the certificate is to blame), `CA_SLOTS_FULL`, …
     */
    async upload(name, certificate) {
        const request = { name, caCertificate: certificate.pem };
        const before = this.#listed;
        const slot = await this.#change({
            method: "POST",
            url: this.#url(),
            endpoint: ENDPOINTS.upload,
            body: JSON.stringify(request),
            read: shapes/* readCaCertificate */.my,
            refused: (said) => this.#notAccepted("UPLOAD_REFUSED", said),
            look: async () => findUploaded(await this.list(), before, name, certificate),
            ready: () => this.#clock.require("make"),
        }).catch((error) => this.#weighRefusal(error, before, name, certificate));
        if (!(0,ca_slots/* endsTogether */.lW)(slot, certificate))
            throw (0,ca_refusals/* differs */.Ag)(slot);
        return asSlot(slot);
    }
    /**
     * `GET /caCertificates/{id}`, of one that the list does not show.
     * @returns what is there; undefined where the platform says that there is no such certificate
     * @throws ActionError
     */
    async find(id) {
        try {
            return await this.#get(id, "", ENDPOINTS.get, shapes/* readCaCertificate */.my);
        }
        catch (error) {
            if (error instanceof errors/* ActionError */.lZ && error.code === "CA_NOT_FOUND")
                return undefined;
            throw error;
        }
    }
    /** `GET /caCertificates/{id}/registrationCode`. @returns the code for the verification certificate's common name */
    async registrationCode(id) {
        return await this.#get(id, "/registrationCode", ENDPOINTS.registrationCode, shapes/* readRegistrationCode */.vJ);
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
            endpoint: ENDPOINTS.verify,
            body: JSON.stringify(request),
            read: shapes/* readCaCertificate */.my,
            refused: (said) => {
                const refusal = this.#notAccepted("VERIFY_REFUSED", said);
                return (0,ca_refusals/* notFound */.mX)(id, said) ?? (doubtful ? (0,ca_refusals/* maybeVerified */.pP)(id, refusal) : refusal);
            },
            look: async () => {
                const slot = (await this.list()).find((other) => other.id === id);
                doubtful = slot !== undefined && slot.isVerified === undefined;
                return slot?.isVerified === true ? slot : undefined;
            },
            ready: () => this.#clock.require("make"),
        });
        (0,ca_refusals/* requireSame */.qb)(id, reply, "The reply to the verify");
        return reply.isVerified === true;
    }
    /**
     * Reads a certificate back after a verify (guarantee 5): `GET /caCertificates/{id}`, and the list where that does
     * not say whether it is verified.
     * @returns the slot; `isVerified` is undefined where neither says
     * @throws ActionError `CA_NOT_FOUND`, `VERIFY_NOT_CONFIRMED` where another certificate is shown, …
     */
    async readBack(id) {
        const slot = await this.#get(id, "", ENDPOINTS.get, shapes/* readCaCertificate */.my);
        (0,ca_refusals/* requireSame */.qb)(id, slot, "The read-back");
        if (slot.isVerified !== undefined)
            return slot;
        return (await this.list()).find((other) => other.id === id) ?? slot;
    }
    /**
     * `DELETE /caCertificates/{id}`. Where the answer is lost, the list shows whether it happened.
     * @param guard looks at the slots again before it is repeated, after a wait for a rate limit too (guarantee 6), and
     * throws where it must not happen any more
     * @throws ActionError `CA_NOT_FOUND`, …; its `maybeDone` says whether an attempt may have been carried out
     */
    async remove(id, guard) {
        await this.#change({
            method: "DELETE",
            url: this.#url(id),
            endpoint: ENDPOINTS.remove,
            read: () => true,
            refused: (said) => (0,ca_refusals/* notFound */.mX)(id, said),
            look: async () => {
                const slots = await this.list();
                if (!slots.some((slot) => slot.id === id))
                    return true;
                guard(slots);
                return undefined;
            },
            recheck: async () => {
                guard(await this.list());
                return undefined;
            },
        });
    }
    async #get(id, suffix, endpoint, read) {
        return await this.#send({
            method: "GET",
            url: this.#url(id, suffix),
            endpoint,
            read,
            refused: (said) => (0,ca_refusals/* notFound */.mX)(id, said),
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
        return (0,ca_refusals/* notAccepted */.LA)(code, said, this.#clock.warning());
    }
    /** Only a list tells whether a refused upload is there all the same, found no slot, or is to blame itself. */
    async #weighRefusal(error, before, name, certificate) {
        if (!(error instanceof errors/* ActionError */.lZ) || error.code !== "UPLOAD_REFUSED")
            throw error;
        const slots = await this.list().catch(() => undefined);
        if (slots === undefined)
            throw error;
        const there = findUploaded(slots, before, name, certificate);
        if (there !== undefined)
            return there;
        if (slots.length >= ca_slots/* SLOT_LIMIT */.r3)
            throw (0,ca_refusals/* slotsTaken */.HV)(slots, error);
        throw (0,ca_refusals/* blameCertificate */.Tw)(error, certificate, this.#clock.earliest());
    }
}
function asSlot(slot) {
    return { ...slot, isVerified: slot.isVerified === true };
}
/**
 * Before an upload no slot could be it. So one that came since and ends in the same second is it, however its name and
 * common name are rendered; of two, the one with our name.
 * @param before the ids of the list that the upload was decided on
 */
function findUploaded(slots, before, name, certificate) {
    const possible = slots.filter((slot) => !before.has(slot.id) && (0,ca_slots/* endsTogether */.lW)(slot, certificate));
    return (possible.find((slot) => slot.name === name.trim()) ??
        possible.find((slot) => slot.name.endsWith((0,ca_certificate/* shortFingerprint */.nE)(certificate))) ??
        possible[0]);
}

// EXTERNAL MODULE: ./build/ca/http-date.js
var http_date = __webpack_require__(1738);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
// EXTERNAL MODULE: ./build/http/deadline.js
var deadline = __webpack_require__(489);
// EXTERNAL MODULE: ./build/http/persist.js
var persist = __webpack_require__(241);
// EXTERNAL MODULE: ./build/http/retry-after.js
var retry_after = __webpack_require__(7344);
// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __webpack_require__(8427);
// EXTERNAL MODULE: ./build/mindconnect/said.js
var mindconnect_said = __webpack_require__(8660);
;// CONCATENATED MODULE: ./build/mindconnect/gateway.js










/** The platform counts in windows of 30 s; without a Retry-After the next one is waited for. */
const WINDOW_MS = 30_000;
/** Sends calls until they are done or refused, and turns every way to fail into an error of the table. */
class Gateway {
    #http;
    #deadline;
    #clock;
    #notice;
    #budget = new HourlyBudget();
    /** @param notice prints a line for a person who waits */
    constructor(http, deadline, clock, notice) {
        this.#http = http;
        this.#deadline = deadline;
        this.#clock = clock;
        this.#notice = notice;
    }
    /** @throws ActionError; its `maybeDone` is true where an attempt may have been carried out, whatever it says itself */
    async call(call) {
        let renewed = false;
        let maybeDone = false;
        try {
            return await (0,persist/* persist */.Z)({
                deadline: this.#deadline,
                attempt: async () => {
                    const outcome = await this.#attempt(call, !renewed);
                    renewed ||= outcome.kind === "again" && isTokenRefused(outcome.error);
                    maybeDone ||= outcome.kind === "unclear";
                    return outcome;
                },
                look: call.look,
                recheck: call.recheck,
                onWait: (milliseconds, error) => {
                    this.#notice(`${error.message} Waiting ${inSeconds(milliseconds)} s.`);
                },
            });
        }
        catch (error) {
            if (error instanceof errors/* ActionError */.lZ)
                error.maybeDone ||= maybeDone;
            throw error;
        }
    }
    async #attempt(call, mayRenew) {
        if (this.#deadline.left <= 0) {
            throw new errors/* ActionError */.lZ("PLATFORM_TIMEOUT", `timeout-minutes ended before ${describe(call)}.`);
        }
        const { method, url, endpoint, body } = call;
        const early = this.#budget.wait(endpoint);
        if (early > 0) {
            const message = `${describe(call)} was sent ${endpoint.perHour} times within an hour, which is all that the platform allows (rate limit).`;
            return { kind: "again", waitMs: early, error: this.#comeBack(message, early) };
        }
        let reply;
        try {
            const headers = { ...call.headers, ...(await call.authorize()) };
            reply = await this.#http.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
            this.#budget.spend(endpoint);
        }
        catch (error) {
            if (!(error instanceof transport_error/* TransportError */.w))
                throw error;
            if (error.sent)
                this.#budget.spend(endpoint);
            const failure = noReply(call, error);
            if (error.kind === "refused")
                throw failure;
            return error.sent
                ? { kind: "unclear", waitMs: undefined, error: failure }
                : { kind: "unsent", waitMs: undefined, error: failure };
        }
        const source = call.givesToken === true ? "token endpoint" : "platform";
        this.#clock.note(source, (0,http_date/* timeOfReply */.b)(reply.values("date"), reply.values("age")));
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
            const asked = this.#waitOf(reply);
            const budget = this.#budget.wait(call.endpoint);
            const used = budget > asked
                ? ` It was sent ${call.endpoint.perHour} times within an hour, which is all that the platform allows.`
                : "";
            const message = `${what} (rate limit): it asks to wait ${Math.ceil(asked / 1000)} s.${used}`;
            const waitMs = Math.max(asked, budget);
            return { kind: "again", waitMs, error: this.#comeBack(message, waitMs, said) };
        }
        // A 408 says that the request did not arrive whole: as unclear as a server error.
        if (status >= 500 || status === 408) {
            const waitMs = reply.header("retry-after") === undefined ? undefined : this.#waitOf(reply);
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
    #waitOf(reply) {
        return (0,retry_after/* retryAfter */.P)(reply.header("retry-after"), this.#clock.now(), WINDOW_MS);
    }
    /** @returns the error for a wait that may be too long: it says when another try makes sense */
    #comeBack(message, waitMs, platform) {
        const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
        const time = new Date(this.#clock.now() + waitMs).toISOString().replace(/\.\d+Z$/, "Z");
        const larger = minutes < deadline/* LONGEST_TIMEOUT_MINUTES */.R ? " A larger timeout-minutes waits for that." : "";
        const next = `Run again after ${time}, in about ${minutes} min: it goes on where it stopped.${larger}`;
        return new errors/* ActionError */.lZ("RATE_LIMITED", message, { platform, next });
    }
}
function isTokenRefused(error) {
    return error instanceof errors/* ActionError */.lZ && error.code === "TOKEN_REFUSED";
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
    const { kind, next } = error;
    const host = call.url.host;
    const reason = (0,printable/* printable */.g$)(error.message, 900);
    const [code, message] = {
        timeout: ["PLATFORM_TIMEOUT", `${describe(call)} got no reply from ${host} in time.`],
        "too-large": ["PLATFORM_REPLY_UNEXPECTED", `${describe(call)}: ${reason}.`],
        broken: ["PLATFORM_UNREACHABLE", `${describe(call)} to ${host} failed: ${reason}.`],
        refused: ["PLATFORM_UNREACHABLE", `${describe(call)} was not sent: ${reason}.`],
    }[kind];
    return new errors/* ActionError */.lZ(code, message, { next, cause: error });
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
        endpoint: ENDPOINTS.token,
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
    if (kind === "application")
        return error;
    if (code === "PLATFORM_UNREACHABLE" && error.next === errors/* ERROR_CODES */.OQ[code].next) {
        const next = `Check token-url, which is ${tokenUrl.href} here, the network and the proxy variables, then run again: it goes on where it stopped.`;
        return new errors/* ActionError */.lZ(code, error.message, { next, cause: error });
    }
    if (code !== "PLATFORM_REPLY_UNEXPECTED")
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





/**
 * Prepares the dealings with one environment; nothing is sent yet.
 * @param deadline of all of them
 * @param clock hears of every time that a reply says
 */
function connect(connection, deadline, clock, { mask, notice }) {
    const http = new http_http/* Http */.l(deadline);
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
