export const id = 470;
export const ids = [470];
export const modules = {

/***/ 4470:
/***/ ((__webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
__webpack_require__.r(__webpack_exports__);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9386);
/* harmony import */ var _start_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9448);
// The sandbox as a process. Its first line on stdout tells where it is. Each request is a line on stderr, unless --quiet. It
// ends with 0 on SIGTERM or SIGINT, and with 2 if an option is wrong or the port is taken.



const HELP = `npm run -s sandbox -- [options]

  --port N              Port to listen on. Defaults to a free one.
  --token T             Bearer token that it accepts. Defaults to a new one.
  --client-id I         Client id that it accepts. Defaults to a new one.
  --client-secret S     Client secret that it accepts. Defaults to a new one.
  --latency MS          Milliseconds before each reply. Defaults to 0.
  --limits NAME         Rate limits: documented, smallest or off. Defaults to documented.
  --faults JSON         What goes wrong, such as [{"call":"upload","kind":"reset"}].
  --quirks JSON         How the platform answers where its documentation does not tell, such as {"listShape":"content"}.
  --quiet               No line for each request.
  --help                This text.

The first line on stdout is JSON with url, token, tokenUrl, clientId and clientSecret.
docs/rehearsal.md lists all faults and quirks.
`;
const OPTIONS = {
    port: { type: "string" },
    token: { type: "string" },
    "client-id": { type: "string" },
    "client-secret": { type: "string" },
    latency: { type: "string" },
    limits: { type: "string" },
    faults: { type: "string" },
    quirks: { type: "string" },
    quiet: { type: "boolean" },
    help: { type: "boolean" },
};
/** @throws Error that names the option and says what is expected */
function readOptions() {
    const { values } = (0,node_util__WEBPACK_IMPORTED_MODULE_0__.parseArgs)({ options: OPTIONS, strict: true });
    const read = (name, parse) => {
        try {
            const text = values[name];
            return text === undefined ? undefined : parse(text);
        }
        catch (error) {
            throw new Error(`${name}: ${error.message}`);
        }
    };
    const options = {
        port: read("port", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePort */ .pz),
        token: read("token", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parseToken */ .pI),
        clientId: values["client-id"],
        clientSecret: values["client-secret"],
        latency: read("latency", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parseLatency */ .Cb),
        limits: read("limits", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parseLimits */ .kd),
        faults: read("faults", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parseFaults */ .bZ),
        quirks: read("quirks", _options_js__WEBPACK_IMPORTED_MODULE_1__/* .parseQuirks */ .FN),
    };
    return { options, quiet: values.quiet === true, help: values.help === true };
}
function report({ method, path, status }) {
    // A runner obeys `##[command]` anywhere in a line: no path may bring the marks along.
    console.error(`${method} ${path.replaceAll("#", "%23")} ${status ?? "no reply"}`);
}
async function main() {
    const { options, quiet, help } = readOptions();
    if (help) {
        process.stdout.write(HELP);
        return;
    }
    const sandbox = await (0,_start_js__WEBPACK_IMPORTED_MODULE_2__/* .startSandbox */ .O)(options);
    if (!quiet)
        sandbox.onAnswered(report);
    for (const signal of ["SIGTERM", "SIGINT"])
        process.once(signal, () => void sandbox.close());
    const { url, token, tokenUrl, clientId, clientSecret } = sandbox;
    console.log(JSON.stringify({ url, token, tokenUrl, clientId, clientSecret }));
}
// The process that started the sandbox may end, and its pipes with it. The sandbox runs until it is told to stop.
process.stderr.on("error", () => { });
try {
    await main();
}
catch (error) {
    console.error(`sandbox: ${error instanceof Error ? error.message.split("\n", 1)[0] : String(error)}`);
    process.exitCode = 2;
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 9448:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ startSandbox)
});

// EXTERNAL MODULE: ./build/sandbox/calls.js
var calls = __webpack_require__(4861);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/sandbox/faults.js
var faults = __webpack_require__(7311);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/sandbox/responses.js
// What the sandbox answers: replies, and refusals in the forms of the vendor's services.

/** A reply with a JSON body, and with `headers` besides its Content-Type. */
function jsonReply(status, value, headers = {}) {
    return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}
/** A reply with an HTML body, as proxies and gateways give. The text is its title and paragraph and must hold no markup. */
function htmlReply(status, text, headers = {}) {
    return {
        status,
        headers: { "Content-Type": "text/html;charset=UTF-8", ...headers },
        body: `<!DOCTYPE html>\n<html><head><title>${text}</title></head><body><p>${text}</p></body></html>\n`,
    };
}
/** A reply without a body. */
function emptyReply(status, headers = {}) {
    return { status, headers, body: "" };
}
/** A request that the platform does not carry out, and why. Thrown by the handlers. */
class Refusal extends Error {
    status;
    code;
    headers;
    constructor(status, code, message, headers = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }
}
/** A {@link Refusal} with one of the vendor's generic codes, before which `mdsp.core.generic.` is put. */
function refuse(status, code, message, headers = {}) {
    return new Refusal(status, `mdsp.core.generic.${code}`, message, headers);
}
/** The JSON error bodies that the vendor's services give (FACTS §1, "Errors"). */
const ERROR_BODIES = {
    errors: (code, logref, message) => ({ errors: [{ code, logref, message }] }),
    array: (_code, logref, message) => [{ logref, message }],
    id: (_code, logref, message) => ({ id: logref, message }),
    oauth: (code, _logref, message) => ({ error: code, error_description: message }),
    message: (_code, _logref, message) => ({ message }),
};
/** Writes a refusal in one of the vendor's shapes, with a random `logref` where the shape has one. */
function refusalReply(refusal, shape) {
    const { status, code, message, headers } = refusal;
    if (shape === "html")
        return htmlReply(status, message, headers);
    const logref = (0,external_node_crypto_.randomBytes)(16).toString("hex");
    return jsonReply(status, ERROR_BODIES[shape](code, logref, message), headers);
}

// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./build/sandbox/certificate-checks.js
// The cryptographic checks of CA certificates and of proofs of possession.

// node:tls must be loaded first: Node's toLegacyObject breaks it for good if it is loaded later (v20, v24).


/** One PEM certificate and nothing else but white space around it. */
const ONE_PEM_CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;
/**
 * Reads exactly one certificate.
 * @param field the JSON field it came in, for the message
 * @throws Refusal 400 when the text is anything else
 */
function readCertificate(pem, field) {
    if (!ONE_PEM_CERTIFICATE.test(pem))
        throw invalid(`${field} is not exactly one certificate in PEM format.`);
    try {
        return new external_node_crypto_.X509Certificate(pem);
    }
    catch {
        throw invalid(`${field} cannot be read as an X.509 certificate.`);
    }
}
/** The common name of a subject, unescaped. The first one if there are several, empty if there is none. */
function commonNameOf(certificate) {
    return commonNames(certificate)[0] ?? "";
}
function commonNames(certificate) {
    // Node's types call the field a string; it is an array when the subject repeats it and absent when it has none.
    const name = certificate.toLegacyObject().subject?.CN;
    return name === undefined ? [] : [name].flat();
}
/**
 * Checks a certificate for a slot: self-signed, X.509 v3 with CA:TRUE, valid now (vendor's page: "Intermediate
 * certificates are not supported"; FACTS §4 for v1 certificates).
 * @param now milliseconds since the epoch
 * @throws Refusal 400 that names the first check that fails
 */
function checkCa(certificate, now) {
    if (!signedBy(certificate, certificate))
        throw invalid("The CA certificate is not self-signed.");
    // True only for v3 with CA:TRUE: OpenSSL tells self-signed v1 certificates apart.
    if (!certificate.ca)
        throw invalid("The certificate is not an X.509 v3 CA certificate (CA:TRUE).");
    requireValid(certificate, "The CA certificate", now);
}
/**
 * Checks a proof of possession: issued with the CA's key, its common name the registration code, valid now (vendor's
 * page, "Tenant CA Certificate verification").
 * @param code the registration code in force, or undefined when none is
 * @param now milliseconds since the epoch
 * @throws Refusal 400 that names the first check that fails
 */
function checkProof(proof, ca, code, now) {
    if (!signedBy(proof, ca))
        throw invalid("The verification certificate is not signed by the CA certificate.");
    if (code === undefined)
        throw invalid("This CA certificate has no valid registration code.");
    const names = commonNames(proof);
    if (names.length !== 1 || names[0] !== code) {
        throw invalid("The common name of the verification certificate is not the registration code.");
    }
    requireValid(proof, "The verification certificate", now);
}
function requireValid({ validFromDate, validToDate }, name, now) {
    if (validFromDate.getTime() > now)
        throw invalid(`${name} is not valid yet.`);
    if (validToDate.getTime() <= now)
        throw invalid(`${name} has expired.`);
}
/** Whether the issuer's name fits and the signature was made with its key. */
function signedBy(certificate, issuer) {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
function invalid(message) {
    return refuse(400, "invalidParameter", message);
}

;// CONCATENATED MODULE: ./build/sandbox/certificate-rendering.js
/** Renders the reply to an upload: what every reply about a certificate has, and nothing more (vendor's page). */
function renderUploaded(stored, quirks) {
    const { id, name, expiration, commonName } = stored;
    const rendered = { id, name: quirks.leadingBlank ? ` ${name}` : name, expiration };
    return { ...rendered, ...COMMON_NAMES[quirks.commonName](commonName) };
}
/** Renders the reply to a verify: all that there is, and always `isVerified`. */
function renderVerified(stored, quirks) {
    const { isVerified, pem } = stored;
    return {
        ...renderUploaded(stored, quirks),
        ...(quirks.pemInReplies && { caCertificate: pem }),
        isVerified,
    };
}
/** Renders a certificate for a read: the reply to get, and an entry of a list. */
function renderRead(stored, quirks) {
    const { isVerified, ...rest } = renderVerified(stored, quirks);
    const isShown = quirks.isVerified === "present" || (quirks.isVerified !== "absent-in-reads" && isVerified);
    return isShown ? { ...rest, isVerified } : rest;
}
/**
 * Renders the body of a list.
 * @param stored every certificate, the one uploaded last at the end
 */
function renderList(stored, quirks) {
    const { listOmitsVerified: omits, listHidesMore: hides, listShape } = quirks;
    const list = stored.map((one, index) => {
        const { isVerified, ...rest } = renderRead(one, quirks);
        const keeps = omits === "none" || (omits === "newest" && index < stored.length - 1);
        return keeps && isVerified !== undefined ? { ...rest, isVerified } : rest;
    });
    if (hides === "none")
        return LISTS[listShape](list);
    return {
        ...LISTS[listShape === "array" ? "caCertificates" : listShape](list),
        ...HINTS_OF_MORE[hides](list.length),
    };
}
const COMMON_NAMES = {
    exact: (commonName) => ({ commonName }),
    null: () => ({ commonName: null }),
    absent: () => ({}),
    empty: () => ({ commonName: "" }),
    trimmed: (commonName) => ({ commonName: commonName.trim() }),
    "lower-case": (commonName) => ({ commonName: commonName.toLowerCase() }),
    prefixed: (commonName) => ({ commonName: `CN=${commonName}` }),
    decomposed: (commonName) => ({ commonName: commonName.normalize("NFD") }),
};
const LISTS = {
    array: (list) => list,
    caCertificates: (list) => ({ caCertificates: list }),
    content: (list) => ({ content: list, totalElements: list.length }),
    _embedded: (list) => ({ _embedded: { caCertificates: list } }),
};
const NEXT = "/api/mindconnectmqtt/v3/caCertificates?page=1";
const HINTS_OF_MORE = {
    none: () => ({}),
    totalElements: (count) => ({ totalElements: count + 1 }),
    total: (count) => ({ total: count + 1 }),
    page: (count) => ({ page: { number: 0, totalElements: count + 1, totalPages: 2 } }),
    last: () => ({ last: false }),
    next: () => ({ next: NEXT }),
    links: () => ({ _links: { self: { href: NEXT }, next: { href: NEXT } } }),
};

;// CONCATENATED MODULE: ./build/sandbox/issued-tokens.js
// The bearer tokens that the sandbox issued or accepts.

/** The bearer tokens of one sandbox. */
class IssuedTokens {
    #clock;
    #clientId;
    /** Seconds since the epoch, by token. */
    #expiries = new Map();
    /**
     * @param clock milliseconds since the epoch
     * @param clientId the subject of issued tokens
     */
    constructor(clock, clientId) {
        this.#clock = clock;
        this.#clientId = clientId;
    }
    /**
     * Makes a JWT-shaped token that is accepted until it expires.
     * @param lifetimeSeconds from now by the sandbox's clock; negative for one that has expired already
     */
    issue(lifetimeSeconds) {
        const iat = Math.floor(this.#clock() / 1000);
        const exp = iat + lifetimeSeconds;
        const sub = this.#clientId;
        const token = jwt({ jti: (0,external_node_crypto_.randomUUID)(), sub, client_id: sub, iat, exp });
        this.#expiries.set(token, exp);
        return token;
    }
    /** Accepts a token from elsewhere: until its `exp` if it is a JWT that has one, else for good. */
    accept(token) {
        this.#expiries.set(token, expiryOf(token));
    }
    /** Says whether a token may be used now. */
    judge(token) {
        const expiry = this.#expiries.get(token);
        if (expiry === undefined)
            return "unknown";
        return this.#clock() < expiry * 1000 ? "valid" : "expired";
    }
}
/** A JWT (RFC 7519) that clients can read. Its signature is a random one, which they could not check anyway. */
function jwt(claims) {
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}.${(0,external_node_crypto_.randomBytes)(32).toString("base64url")}`;
}
/** The `exp` of a JWT in seconds since the epoch; Infinity for any other text. */
function expiryOf(token) {
    try {
        const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
        const exp = claims?.exp;
        return typeof exp === "number" ? exp : Number.POSITIVE_INFINITY;
    }
    catch {
        return Number.POSITIVE_INFINITY;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/limits.js
const HALF_MINUTE = 30_000;
const HOUR = 3_600_000;
/** The vendor's rate-limit page (FACTS §1), per endpoint and environment. Token endpoints have no known limit. */
const BUDGETS = {
    documented: {
        ...changing({ per30Seconds: 2, perHour: 10 }),
        list: { per30Seconds: 10, perHour: 30 },
        get: { per30Seconds: 10, perHour: 30 },
    },
    smallest: {
        ...changing({ per30Seconds: 1, perHour: 10 }),
        list: { per30Seconds: 3, perHour: 30 },
        get: { per30Seconds: 2, perHour: 20 },
    },
    off: {},
};
/** The budget of each call that changes something, and of the registration code. */
function changing(budget) {
    return { upload: budget, verify: budget, code: budget, delete: budget };
}
/**
 * Counts requests against the budget of a plan, in sliding windows. Nobody knows whether the platform's
 * windows slide or are fixed. A client that keeps to sliding windows also keeps to fixed ones.
 */
class RateLimiter {
    #budgets;
    #clock;
    #spent = new Map();
    /** @param clock milliseconds since the epoch */
    constructor(plan, clock) {
        this.#budgets = BUDGETS[plan];
        this.#clock = clock;
    }
    /**
     * Spends one request, or says how long to wait. A request that is turned away spends nothing.
     * @returns milliseconds until the same request would pass; 0 when it passes now
     */
    spend(call) {
        const budget = this.#budgets[call];
        if (!budget)
            return 0;
        const now = this.#clock();
        const times = (this.#spent.get(call) ?? []).filter((time) => now - time < HOUR);
        this.#spent.set(call, times);
        const wait = Math.max(untilFree(times, budget.per30Seconds, HALF_MINUTE, now), untilFree(times, budget.perHour, HOUR, now));
        if (wait === 0)
            times.push(now);
        return wait;
    }
}
/** Milliseconds until fewer than `limit` of the times (oldest first) lie within the window before now. */
function untilFree(times, limit, window, now) {
    const blocking = times[times.length - limit];
    return blocking === undefined ? 0 : Math.max(0, blocking + window - now);
}
/**
 * The Retry-After header of a 429 (RFC 9110 §10.2.3), rounded up to whole seconds, so that a client that keeps to it passes.
 * @param wait milliseconds
 * @param now milliseconds since the epoch
 */
function retryAfterHeader(wait, now, form) {
    if (form === false)
        return {};
    if (form === true)
        return { "Retry-After": String(Math.ceil(wait / 1000)) };
    return { "Retry-After": new Date(Math.ceil((now + wait) / 1000) * 1000).toUTCString() };
}

// EXTERNAL MODULE: ./build/sandbox/quirks.js
var quirks = __webpack_require__(7545);
;// CONCATENATED MODULE: ./build/sandbox/stored-certificates.js
// The CA certificates in the slots of the sandbox, and their ids.


/** CA certificates that an environment may have at a time, verified or not (vendor's page; FACTS §1). */
const SLOTS = 2;
/**
 * Describes a certificate for a slot, unverified and without a code.
 * @param pem one certificate, of any kind
 * @param name the name it is stored under; its common name if undefined
 * @param id what it is addressed by
 * @throws Error when the PEM cannot be read
 */
function storedCertificate(pem, name, id) {
    const certificate = new external_node_crypto_.X509Certificate(pem);
    const commonName = commonNameOf(certificate);
    return {
        id,
        name: name ?? commonName,
        pem,
        commonName,
        expiration: certificate.validToDate.toISOString(),
        isVerified: false,
        code: undefined,
    };
}
/** 80 random bits are what a ULID has; its digits are Crockford's base 32. */
const ULID_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_FORMS = {
    hex: () => (0,external_node_crypto_.randomBytes)(12).toString("hex"),
    ulid: () => `01${Array.from({ length: 24 }, () => ULID_DIGITS.charAt((0,external_node_crypto_.randomInt)(32))).join("")}`,
    reserved: () => `ca/${(0,external_node_crypto_.randomBytes)(6).toString("hex")}?a=1&b=%41 #`,
    reused: (stored) => (stored.some(({ id }) => id === "ca-1") ? "ca-2" : "ca-1"),
};
/** Makes a new id, beside the certificates that are stored. */
function newId(form, stored) {
    return ID_FORMS[form](stored);
}

;// CONCATENATED MODULE: ./build/sandbox/platform.js
// The state of the double of the platform, and what its handlers have in common.






/** @returns a platform with empty slots */
function createPlatform(options) {
    const clock = options.clock ?? Date.now;
    const clientId = options.clientId ?? `sandbox-${(0,external_node_crypto_.randomBytes)(4).toString("hex")}`;
    return {
        clock,
        quirks: { ...quirks/* DEFAULT_QUIRKS */.E, ...options.quirks },
        certificates: [],
        tokens: new IssuedTokens(clock, clientId),
        limiter: new RateLimiter(options.limits ?? "documented", clock),
        clientId,
        clientSecret: options.clientSecret ?? (0,external_node_crypto_.randomBytes)(24).toString("hex"),
        tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 1800,
    };
}
/**
 * Puts a certificate into a slot without any check of what it is.
 * @throws Error when both slots are taken or the PEM cannot be read
 */
function seed(platform, pem, options = {}) {
    const { certificates, quirks } = platform;
    if (certificates.length >= SLOTS)
        throw new Error(`The sandbox has ${SLOTS} slots, and both are taken.`);
    const stored = storedCertificate(pem, options.name, options.id ?? newId(quirks.idForm, certificates));
    stored.isVerified = options.verified ?? false;
    certificates.push(stored);
    return stored;
}
/**
 * Reads the named string fields of a JSON object; other fields are ignored.
 * @param request its Content-Type must be application/json
 * @param names the fields, each of which must be a string that is not blank
 * @throws Refusal 415 or 400 that names what is wrong
 */
function readJsonFields(request, names) {
    if (mediaType(request.headers) !== "application/json") {
        throw refuse(415, "invalidParameter", "The Content-Type must be application/json.");
    }
    const body = parseObject(request.body);
    const fields = names.map((name) => {
        const value = body[name];
        if (typeof value !== "string" || value.trim() === "") {
            throw refuse(400, "invalidParameter", `The field ${name} must be a string that is not empty.`);
        }
        return [name, value];
    });
    return Object.fromEntries(fields);
}
/** The media type of a request, in lower case and without parameters; empty without the header. */
function mediaType(headers) {
    return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
function parseObject(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        throw refuse(400, "invalidParameter", "The body is not valid JSON.");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw refuse(400, "invalidParameter", "The body is not a JSON object.");
    }
    return value;
}

;// CONCATENATED MODULE: ./build/sandbox/handlers.js
// The handlers of the calls: what the platform does with a request that it has let in.






/** `POST /caCertificates`: puts a CA certificate into a free slot, unverified. */
const upload = (platform, request) => {
    const { quirks, certificates } = platform;
    const body = readJsonFields(request, ["name", "caCertificate"]);
    const certificate = readCertificate(body.caCertificate, "caCertificate");
    checkCa(certificate, platform.clock());
    refuseDuplicate(platform, certificate);
    if (certificates.length >= SLOTS) {
        const { status, code } = quirks.thirdUpload;
        throw new Refusal(status, code, `Only ${SLOTS} CA certificates are allowed per environment.`);
    }
    const stored = storedCertificate(body.caCertificate, body.name, newId(quirks.idForm, certificates));
    certificates.push(stored);
    return jsonReply(quirks.uploadStatus, renderUploaded(stored, quirks));
};
/** `GET /caCertificates`: all slots. */
const list = ({ certificates, quirks }) => jsonReply(200, renderList(certificates, quirks));
/** `GET /caCertificates/{id}`: one of them. */
const get = (platform, request) => jsonReply(200, renderRead(find(platform, request), platform.quirks));
/** `DELETE /caCertificates/{id}`: frees its slot. */
const remove = (platform, request) => {
    const stored = find(platform, request);
    platform.certificates.splice(platform.certificates.indexOf(stored), 1);
    return emptyReply(platform.quirks.deleteStatus);
};
/** `GET /caCertificates/{id}/registrationCode`: the code in force, made if there is none. */
const registrationCode = (platform, request) => {
    const stored = find(platform, request);
    const inForce = platform.quirks.codeChangesEachTime ? undefined : codeInForce(platform, stored);
    stored.code = inForce ?? { value: (0,external_node_crypto_.randomBytes)(32).toString("hex"), issuedAt: platform.clock() };
    const reply = { registrationCode: stored.code.value };
    return jsonReply(200, reply);
};
/** `POST /caCertificates/{id}/verify`: checks the proof of possession and marks the certificate as verified. */
const verify = (platform, request) => {
    const stored = find(platform, request);
    if (stored.isVerified && platform.quirks.verifyAgain === "refused") {
        throw refuse(409, "conflict", "This CA certificate is already verified.");
    }
    const body = readJsonFields(request, ["verificationCertificate"]);
    const proof = readCertificate(body.verificationCertificate, "verificationCertificate");
    const code = codeInForce(platform, stored)?.value;
    checkProof(proof, new external_node_crypto_.X509Certificate(stored.pem), code, platform.clock());
    stored.isVerified = true;
    return jsonReply(200, renderVerified(stored, platform.quirks));
};
function find(platform, request) {
    const stored = platform.certificates.find(({ id }) => id === request.id);
    if (!stored)
        throw refuse(404, "noMatch", "No CA certificate has this id.");
    return stored;
}
function refuseDuplicate({ quirks, certificates }, certificate) {
    const isThere = certificates.some(({ pem }) => new external_node_crypto_.X509Certificate(pem).fingerprint256 === certificate.fingerprint256);
    if (isThere && quirks.duplicateUpload === "refused") {
        throw refuse(409, "conflict", "This CA certificate is already registered.");
    }
}
function codeInForce(platform, stored) {
    const { code } = stored;
    const lifetime = platform.quirks.codeLifetimeSeconds * 1000;
    return code && platform.clock() - code.issuedAt < lifetime ? code : undefined;
}
/**
 * `POST /oauth/token`: the client-credentials grant with HTTP Basic (RFC 6749 §4.4; errors and their wording as in
 * FACTS §2). Client id and secret are compared as they stand between the blank-free ends of the Basic credentials.
 */
const token = (platform, { headers, body }) => {
    if (!areCredentials(platform, headers.authorization)) {
        return oauthError(401, "unauthorized", "Bad credentials");
    }
    if (mediaType(headers) !== "application/x-www-form-urlencoded") {
        return oauthError(400, "invalid_request", "The body must be form-encoded");
    }
    if (new URLSearchParams(body).get("grant_type") !== "client_credentials") {
        return oauthError(400, "unsupported_grant_type", "Only client_credentials is supported");
    }
    return issue(platform);
};
/** `POST /api/technicaltokenmanager/v3/oauth/token`: application credentials through the gateway (FACTS §2). */
const technicalToken = (platform, request) => {
    const key = request.headers["x-space-auth-key"];
    if (!areCredentials(platform, typeof key === "string" ? key : undefined)) {
        throw refuse(401, "unauthorized", "The X-SPACE-AUTH-KEY is not valid.");
    }
    readJsonFields(request, ["appName", "appVersion", "hostTenant", "userTenant"]);
    return issue(platform);
};
/** Whether a header value is `Basic` with the base64 of the sandbox's `id:secret` (RFC 7617). */
function areCredentials(platform, header) {
    const encoded = /^Basic (\S+)$/i.exec(header ?? "")?.[1] ?? "";
    return Buffer.from(encoded, "base64").toString() === `${platform.clientId}:${platform.clientSecret}`;
}
function issue(platform) {
    const lifetime = platform.tokenLifetimeSeconds;
    return jsonReply(200, {
        access_token: platform.tokens.issue(lifetime),
        token_type: "bearer",
        expires_in: lifetime,
        scope: "sandbox.mindconnectmqtt",
    }, { "Cache-Control": "no-store" });
}
function oauthError(status, error, description) {
    return jsonReply(status, { error, error_description: description });
}

;// CONCATENATED MODULE: ./build/sandbox/routes.js



/** Base path of the API on the gateway (FACTS §1). */
const BASE = "/api/mindconnectmqtt/v3";
const AGENTS = new RegExp(`^${BASE}/agentCertificates(/|$)`);
/** The calls that want a bearer token. A misprint of the vendor's page, `GET …/v3/<id>/registrationCode`, is none of them. */
const API = [
    ["GET", `${BASE}/caCertificates`, "list", list],
    ["POST", `${BASE}/caCertificates`, "upload", upload],
    ["GET", `${BASE}/caCertificates/{id}`, "get", get],
    ["DELETE", `${BASE}/caCertificates/{id}`, "delete", remove],
    ["GET", `${BASE}/caCertificates/{id}/registrationCode`, "code", registrationCode],
    ["POST", `${BASE}/caCertificates/{id}/verify`, "verify", verify],
];
/** The token endpoints (FACTS §2), which check credentials of their own. */
const TOKENS = [
    ["POST", "/oauth/token", "token", token],
    ["POST", "/api/technicaltokenmanager/v3/oauth/token", "technical-token", technicalToken],
];
const ENDPOINTS = [...API, ...TOKENS].map((endpoint) => {
    const [method, path, call, handler] = endpoint;
    const pattern = new RegExp(`^${path.replace("{id}", "([^/]+)")}$`);
    return { method, pattern, call, handler, bearer: API.includes(endpoint) };
});
/**
 * Finds what a request addresses.
 * @param path without the query, percent-encoded
 */
function findRoute(method, path) {
    for (const { call, handler, bearer, ...endpoint } of ENDPOINTS) {
        const match = endpoint.method === method ? endpoint.pattern.exec(path) : null;
        if (match)
            return { call, handler, bearer, id: decode(match[1] ?? "") };
    }
    return { call: AGENTS.test(path) ? "agent" : "other", handler: undefined, bearer: true, id: "" };
}
/** Decodes an id. One that is not valid percent-encoding stays as it is, and no certificate has it. */
function decode(segment) {
    try {
        return decodeURIComponent(segment);
    }
    catch {
        return segment;
    }
}
/**
 * Does what the platform would do with a request: token, limits, then the endpoint itself.
 * @param request its id is the route's
 * @returns the reply, a refusal included
 */
function handle(platform, route, request) {
    try {
        if (route.bearer)
            checkToken(platform, request.headers.authorization);
        if (!route.handler)
            throw refuse(404, "noMatch", "This resource does not exist.");
        spendBudget(platform, route);
        return route.handler(platform, request);
    }
    catch (error) {
        if (error instanceof Refusal)
            return refusalReply(error, platform.quirks.errorShape);
        throw error;
    }
}
/** RFC 6750: the scheme is case-insensitive, a 401 names it. */
function checkToken(platform, authorization) {
    const presented = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    const verdict = presented === undefined ? "missing" : platform.tokens.judge(presented);
    if (verdict === "valid")
        return;
    throw refuse(401, "unauthorized", `The bearer token is ${verdict}.`, { "WWW-Authenticate": "Bearer" });
}
function spendBudget(platform, route) {
    const wait = platform.limiter.spend(route.call);
    if (wait === 0)
        return;
    const headers = retryAfterHeader(wait, platform.clock(), platform.quirks.retryAfter);
    throw refuse(429, "tooManyRequests", "The rate limit of this endpoint is exceeded.", headers);
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./build/sandbox/server.js
// The HTTP server of the sandbox, on loopback.


/** The one address that a sandbox listens on: it is a rehearsal stage, not a server for others. */
const LOOPBACK = "127.0.0.1";
/** Larger than any request of the API. */
const MAX_BODY_BYTES = 1024 * 1024;
/**
 * Listens on loopback.
 * @param port 0 for any free one
 * @param tls serve https with these instead of http
 * @returns the origin, without a slash at the end, and a function that stops listening and cuts every open
 * connection
 * @throws the system's error (EADDRINUSE …) when it cannot listen
 */
async function listen(listener, port, tls) {
    const server = tls ? (0,external_node_https_.createServer)({ ...tls }, listener) : (0,external_node_http_.createServer)(listener);
    await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, LOOPBACK, resolve);
    });
    const address = server.address();
    const close = () => new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
    return { url: `${tls ? "https" : "http"}://${LOOPBACK}:${address.port}`, close };
}
/**
 * Reads a request to its end, keeping at most 1 MiB of it.
 * @returns the body as text, or null when it is larger
 * @throws when the connection breaks before the end
 */
async function readBody(request) {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
        size += chunk.length;
        // The rest is read and dropped: a client that is still writing would miss the reply.
        if (size <= MAX_BODY_BYTES)
            chunks.push(chunk);
    }
    return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : null;
}
/** Writes a whole reply. A connection that is gone is no error. */
function writeReply(response, reply) {
    const length = reply.status === 204 ? {} : { "Content-Length": String(Buffer.byteLength(reply.body)) };
    response.writeHead(reply.status, { ...reply.headers, ...length });
    response.end(reply.body);
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./build/sandbox/show-fault.js
// What the client sees of each kind of fault.





/** Does to a request what its fault says. */
async function showFault(request) {
    await SHOW[request.fault.kind](request);
}
const SHOW = {
    "reset-before": show_fault_reset,
    reset: show_fault_reset,
    // The response stays open until the client gives up or the sandbox closes.
    hang: () => { },
    "hang-after": () => { },
    "rate-limit": ({ fault: { retryAfter = 30 }, send }) => send(vendorError(429, retryAfter === false ? {} : { "Retry-After": String(retryAfter) })),
    status: ({ fault, send }) => send(vendorError(fault.status ?? 503)),
    html: ({ fault, send }) => send(htmlReply(fault.status ?? 502, "Bad Gateway")),
    truncated,
    garbage: ({ send }) => send({ ...jsonReply(200, null), body: '{"id": "60b5fccd440b15132' }),
    "wrong-shape": ({ send }) => send(jsonReply(200, { unexpected: { shape: [true] } })),
    huge,
    redirect: ({ fault: { status = 302, location = "https://elsewhere.invalid/" }, send }) => send(emptyReply(status, { Location: location })),
    body: ({ fault: { status = 200, body = "", contentType = "application/json" }, send }) => send({ status, headers: { "Content-Type": contentType }, body }),
    slow,
    late: show_fault_reset,
    trickle,
    date,
};
function show_fault_reset({ response }) {
    const { socket } = response;
    // A TLS socket cannot send RST by itself; closing it without a reply is what its client sees of a reset.
    if (socket instanceof external_node_tls_.TLSSocket)
        socket.destroy();
    else
        socket?.resetAndDestroy();
}
async function truncated({ reply, response }) {
    const whole = reply?.body || '{"cut":"off"}';
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(whole) });
    response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
    await (0,external_node_events_.once)(response, "close");
}
/** More than a client should read. A test whose client reads it all still ends. */
const HUGE_BYTES = 32 * 1024 * 1024;
async function huge({ response }) {
    response.writeHead(200, { "Content-Type": "application/json" });
    // The pipeline fails where the client hangs up before the end, as a client should.
    await (0,external_node_stream_promises_.pipeline)(hugeBody(), response).catch(() => { });
}
function* hugeBody() {
    const chunk = "x".repeat(64 * 1024);
    yield '{"padding":"';
    for (let sent = 0; sent < HUGE_BYTES; sent += chunk.length)
        yield chunk;
    yield '"}';
}
async function slow({ fault: { delay = 1000 }, reply, send }) {
    await (0,promises_.setTimeout)(delay, undefined, { ref: false });
    if (reply)
        send(reply);
}
/** The reply never ends, but bytes keep coming, so no timeout between two of them ends it. */
function trickle({ response }) {
    response.writeHead(200, { "Content-Type": "application/json" });
    const timer = setInterval(() => response.write(" "), 100).unref();
    response.once("close", () => clearInterval(timer));
}
/** Changes the `Date` header, which the reply already has by the sandbox's own clock. */
function date({ fault, reply, response, send }) {
    const { ahead = 0, date: written, age } = fault;
    const now = Date.parse(String(response.getHeader("Date")));
    response.sendDate = false;
    if (written === false)
        response.removeHeader("Date");
    else
        response.setHeader("Date", written ?? new Date(now + ahead * 1000).toUTCString());
    if (age !== undefined)
        response.setHeader("Age", String(age));
    if (reply)
        send(reply);
}
const CODE_BY_STATUS = {
    400: "invalidParameter",
    401: "unauthorized",
    403: "forbidden",
    404: "noMatch",
    409: "conflict",
    422: "invalidParameter",
    429: "tooManyRequests",
};
function vendorError(status, headers = {}) {
    const code = CODE_BY_STATUS[status] ?? "internalServerError";
    return refusalReply(refuse(status, code, `Simulated status ${status}.`, headers), "errors");
}

;// CONCATENATED MODULE: ./build/sandbox/exchange.js







/** Answers one request: record, listeners, latency, fault, platform, reply. */
async function exchange(context, request, response) {
    const { method = "", url = "", headers } = request;
    const path = url.split("?", 1)[0] ?? "";
    const route = findRoute(method, path);
    const call = (0,calls/* recordCall */.Cu)(method, path, route.call, headers, context.platform.clock());
    context.calls.push(call);
    try {
        const body = await readBody(request);
        call.body = body ?? "";
        await answer(context, call, response, () => carryOut(context, call, route, headers, body));
    }
    catch (error) {
        fail(context, call, response, error);
    }
    await context.answered.notify(call);
}
async function answer(context, call, response, carryOut) {
    await context.requested.notify(call);
    if (context.latency > 0)
        await (0,promises_.setTimeout)(context.latency, undefined, { ref: false });
    const fault = context.faults.next(call.call);
    const reply = !fault || (0,faults/* isCarriedOut */.h3)(fault) ? await carryOut() : undefined;
    const send = (whole) => {
        call.status = whole.status;
        writeReply(response, whole);
    };
    setDate(response, context.platform);
    // Late requests are carried out before the reply. So a client that has the reply sees their effect.
    await carryOutLate(context.late);
    if (fault?.kind === "late")
        context.late.push({ requestsLeft: fault.after ?? 1, carryOut });
    if (fault)
        await showFault({ fault, reply, response, send });
    else if (reply)
        send(reply);
}
async function carryOut({ platform, carriedOut }, call, route, headers, body) {
    if (body === null) {
        const refusal = refuse(413, "invalidParameter", "The body is larger than 1 MiB.");
        return refusalReply(refusal, platform.quirks.errorShape);
    }
    const reply = handle(platform, route, { headers, body, id: route.id });
    call.carriedOut = reply.status >= 200 && reply.status < 300;
    if (call.carriedOut)
        await carriedOut.notify(call);
    return reply;
}
/** Counts one more request, and carries out the late ones whose time has come. */
async function carryOutLate(waiting) {
    for (const late of [...waiting]) {
        late.requestsLeft -= 1;
        if (late.requestsLeft > 0)
            continue;
        waiting.splice(waiting.indexOf(late), 1);
        await late.carryOut();
    }
}
/** Ends a request that failed: the client went away in the middle of it, or the sandbox or a listener has a defect. */
function fail(context, call, response, error) {
    if (response.socket === null || response.socket.destroyed || response.headersSent) {
        response.destroy();
        return;
    }
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    const refusal = refuse(500, "internalServerError", message);
    call.status = 500;
    setDate(response, context.platform);
    writeReply(response, refusalReply(refusal, context.platform.quirks.errorShape));
}
/** The platform's own clock, which clients go by (CONTRACT: "usable"). */
function setDate(response, platform) {
    response.setHeader("Date", new Date(platform.clock()).toUTCString());
}

;// CONCATENATED MODULE: ./build/sandbox/start.js
// Starts the double of the platform, and gives its owner the means to look into it.





/**
 * Starts a double of the MindConnect MQTT API and of the platform's token endpoints on loopback.
 * @param options all optional
 * @returns the sandbox, listening
 * @throws the system's error when it cannot listen on the port
 */
async function startSandbox(options = {}) {
    const platform = createPlatform(options);
    const token = options.token ?? platform.tokens.issue(platform.tokenLifetimeSeconds);
    platform.tokens.accept(token);
    const context = {
        platform,
        faults: new faults/* FaultQueue */.u9(options.faults),
        calls: [],
        latency: options.latency ?? 0,
        requested: new calls/* CallEvent */.$E(),
        carriedOut: new calls/* CallEvent */.$E(),
        answered: new calls/* CallEvent */.$E(),
        late: [],
    };
    const server = await listen((request, response) => void exchange(context, request, response), options.port ?? 0, options.tls);
    const { certificates, clientId, clientSecret, quirks, tokens } = platform;
    return {
        url: server.url,
        tokenUrl: `${server.url}/oauth/token`,
        token,
        clientId,
        clientSecret,
        certificates,
        calls: context.calls,
        faults: context.faults,
        quirks,
        seed: (pem, seedOptions) => seed(platform, pem, seedOptions),
        issueToken: ({ expiresInSeconds = platform.tokenLifetimeSeconds } = {}) => tokens.issue(expiresInSeconds),
        onRequest: context.requested.on,
        onCarriedOut: context.carriedOut.on,
        onAnswered: context.answered.on,
        close: server.close,
    };
}


/***/ })

};
