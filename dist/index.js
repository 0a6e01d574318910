import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 5317:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("child_process");

/***/ }),

/***/ 6982:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 4708:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 8161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 6466:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 7997:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 8877:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:v8");

/***/ }),

/***/ 714:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:vm");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 6928:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 6067:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L2: () => (/* binding */ clientId),
/* harmony export */   VI: () => (/* binding */ agentFiles),
/* harmony export */   XL: () => (/* binding */ isAgentName),
/* harmony export */   r: () => (/* binding */ handedOut),
/* harmony export */   wG: () => (/* binding */ parseAgents),
/* harmony export */   wN: () => (/* binding */ nameInMessage)
/* harmony export */ });
/* harmony import */ var _printable_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(654);

const NAME = /^[A-Za-z0-9:_-]{1,64}$/;
/** Windows takes these for devices, whatever the extension; a file of that name reaches no such machine. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
/** @returns whether a text can be the name of an agent */
function isAgentName(text) {
    return NAME.test(text);
}
/** @returns the name in the form that names files: Windows and artifact uploads refuse a colon */
function fileStem(name) {
    return name.replaceAll(":", "%3A");
}
/** @returns the names of an agent's files, as on the vendor's page: `$DEVICE_NAME.key`, `.pem`, `_chain.pem` */
function agentFiles(name) {
    const stem = fileStem(name);
    return {
        key: `${stem}.key`,
        certificate: `${stem}.pem`,
        chain: `${stem}_chain.pem`,
        archive: `${stem}.p12`,
        csr: `${stem}.csr`,
    };
}
/** @returns the files that are handed out for an agent, in their order: a certificate is never there without its key */
function handedOut(name, keyIn) {
    const { key, archive, certificate, chain } = agentFiles(name);
    const others = [certificate, chain];
    if (keyIn === "device")
        return others;
    return [keyIn === "archive" ? archive : key, ...others];
}
/** @returns the CA's own files in the documented commands */
function caFiles(tenant) {
    return [`${tenant}.key`, `${tenant}.pem`, `${tenant}.srl`, `${tenant}_chain.pem`];
}
/**
 * Reads a list of agents: a name a line, or `name=path/to.csr`; blank lines and lines that start with `#` are skipped.
 * @param tenant names the CA's files, which no agent may take: `genrsa -out` overwrites without a word (measured);
 * undefined where it is not known
 * @returns the agents in their order, and every line that is wrong
 */
function parseAgents(text, tenant) {
    const agents = [];
    const problems = [];
    const taken = new Map(tenant === undefined ? [] : caFiles(tenant).map((file) => [file.toLowerCase(), "the CA"]));
    for (const [index, raw] of text
        .replace(/^\ufeff/, "")
        .split(/\r?\n/)
        .entries()) {
        const content = raw.trim();
        if (content === "" || content.startsWith("#"))
            continue;
        const agent = parseLine(content, index + 1);
        const problem = lineProblem(agent) ?? collision(agent, taken);
        if (problem === undefined)
            agents.push(agent);
        else
            problems.push({ line: agent.line, message: problem });
    }
    return { agents, problems };
}
/** @returns a name for a message; what may be a line of a key or a token, in a list given by mistake, is not quoted */
function nameInMessage(text) {
    const secretive = text.length > 64 || /[A-Za-z0-9+/=]{40}/.test(text);
    return secretive ? `a text of ${text.length} characters` : (0,_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(text);
}
function parseLine(content, line) {
    const equals = content.indexOf("=");
    if (equals < 0)
        return { name: content, line };
    return { name: content.slice(0, equals).trim(), csr: content.slice(equals + 1).trim(), line };
}
function lineProblem({ name, csr }) {
    if (!isAgentName(name))
        return `${nameInMessage(name)} is not 1 to 64 of A-Z a-z 0-9 : _ -`;
    if (DEVICE.test(name))
        return `${nameInMessage(name)} is a device's name on Windows`;
    return csr === "" ? `${nameInMessage(name)} has no path of a CSR after the =` : undefined;
}
/** Notes an agent's files. @returns whose file one of them would be, on a system that ignores case */
function collision(agent, taken) {
    const files = Object.values(agentFiles(agent.name)).map((file) => file.toLowerCase());
    const other = files.map((file) => taken.get(file)).find((owner) => owner !== undefined);
    if (other === "the CA")
        return `${nameInMessage(agent.name)} would have a file of the CA's own name`;
    if (other === undefined) {
        for (const file of files)
            taken.set(file, agent);
        return undefined;
    }
    const same = other.name === agent.name ? "is there twice" : `and ${nameInMessage(other.name)} share a file name`;
    return `${nameInMessage(agent.name)} ${same} (line ${other.line})`;
}
/** @returns the MQTT client id: `<tenant>_<CN>` on eu1 and private clouds, `<CN>` on eu2 (vendor's page) */
function clientId(name, { tenant, region, gateway }) {
    const eu2 = region.toLowerCase() === "eu2" || gateway.hostname === "gateway.eu2.mindsphere.io";
    return eu2 ? name : `${tenant}_${name}`;
}


/***/ }),

/***/ 9475:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ binaryForm)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var _der_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1166);


/**
 * Recognises certificates and keys that are stored in binary.
 * @param bytes hostile or secret
 * @returns undefined for anything else
 */
function binaryForm(bytes) {
    if (parses(() => new node_crypto__WEBPACK_IMPORTED_MODULE_0__.X509Certificate(bytes)) && !isText(bytes))
        return { kind: "DER (a certificate)", argv: "x509 -inform DER" };
    const isKey = ["pkcs8", "pkcs1", "sec1"].some((type) => parses(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: bytes, format: "der", type })));
    if (isKey)
        return { kind: "DER (a private key)", argv: "pkey -inform DER" };
    const parts = partsOf(bytes);
    if (isEncryptedKey(parts))
        return { kind: "DER (an encrypted private key)", argv: "pkey -aes256 -inform DER" };
    return isPkcs12(parts) ? { kind: "PKCS#12 (.pfx, .p12)", argv: "pkcs12 -nodes" } : undefined;
}
/** `X509Certificate` reads PEM as well. */
function isText(bytes) {
    return bytes.includes("-----BEGIN ");
}
function partsOf(bytes) {
    try {
        return (0,_der_js__WEBPACK_IMPORTED_MODULE_1__/* .insideDer */ .SA)(bytes);
    }
    catch {
        return [];
    }
}
/** EncryptedPrivateKeyInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING } (RFC 5958 §3). */
function isEncryptedKey([algorithm, encrypted, ...others]) {
    return algorithm?.tag === 0x30 && encrypted?.tag === _der_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG */ .Dk.octetString && others.length === 0;
}
/** PFX ::= SEQUENCE { version INTEGER 3, … } (RFC 7292 §4). */
function isPkcs12([version, content]) {
    return version?.whole.equals(Buffer.of(0x02, 0x01, 0x03)) === true && content?.tag === 0x30;
}
function parses(read) {
    try {
        read();
        return true;
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 8418:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  G8: () => (/* binding */ caProblem),
  sP: () => (/* binding */ dateProblem),
  gO: () => (/* binding */ foreignCaProblem),
  cS: () => (/* binding */ isNotValidYet),
  Zs: () => (/* binding */ issuerCommonNames),
  eW: () => (/* binding */ oddCommonName),
  w$: () => (/* binding */ readCertificate),
  q: () => (/* binding */ sameName),
  nE: () => (/* binding */ shortFingerprint),
  p: () => (/* binding */ verificationProblem)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./build/ca/clocks.js
var clocks = __nccwpck_require__(4158);
// EXTERNAL MODULE: ./build/ca/der.js
var der = __nccwpck_require__(1166);
// EXTERNAL MODULE: ./build/ca/x509.js
var ca_x509 = __nccwpck_require__(2369);
;// CONCATENATED MODULE: ./build/ca/not-ca.js


/**
 * Says why OpenSSL does not take a certificate for a CA. It decided; the look into the DER only chooses the words.
 * @param der of the certificate
 */
function notCaReason(der) {
    const version = (0,ca_x509/* x509Version */.$6)(der);
    if (version < 3) {
        return `it is X.509 v${version}, as the documented command makes it under a bare configuration or with LibreSSL, and not v3 (basicConstraints CA:TRUE is missing)`;
    }
    const extensions = (0,ca_x509/* extensionsOf */.oQ)(der);
    return mayBeCa(extensions) && !maySign(extensions)
        ? "its key usage does not let it sign certificates (keyCertSign is missing)"
        : "it is not an X.509 v3 CA certificate (basicConstraints CA:TRUE is missing)";
}
const KEY_USAGE = "2.5.29.15";
const BASIC_CONSTRAINTS = "2.5.29.19";
/** SEQUENCE { BOOLEAN TRUE … } (RFC 5280 §4.2.1.9). */
function mayBeCa(extensions) {
    const value = extensions.find(({ oid }) => oid === BASIC_CONSTRAINTS)?.value;
    return value?.[2] === der/* TAG */.Dk.boolean && value[4] === 0xff;
}
/** BIT STRING with keyCertSign as its sixth bit (RFC 5280 §4.2.1.3). */
function maySign(extensions) {
    const value = extensions.find(({ oid }) => oid === KEY_USAGE)?.value;
    return value === undefined || ((value[3] ?? 0) & 0x04) !== 0;
}

// EXTERNAL MODULE: ./build/ca/pem.js
var pem = __nccwpck_require__(9435);
// EXTERNAL MODULE: ./build/ca/pem-hint.js
var pem_hint = __nccwpck_require__(6541);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
// EXTERNAL MODULE: ./build/ca/subject.js
var subject = __nccwpck_require__(449);
;// CONCATENATED MODULE: ./build/ca/certificate.js








const NO_PEM = "has no line -----BEGIN CERTIFICATE-----, by which a certificate in PEM begins";
/**
 * Reads one certificate.
 * @param text PEM with exactly one certificate; text around it is ignored (RFC 7468)
 * @throws Error that says what the text holds instead
 */
function readCertificate(text) {
    const { blocks } = (0,pem/* parsePem */.oW)(text);
    const [block] = blocks;
    if (block === undefined)
        throw new Error((0,pem_hint/* pemHint */.c)(text) ?? NO_PEM);
    if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY"))) {
        throw new Error("holds a private key where a certificate belongs");
    }
    if (blocks.length > 1)
        throw new Error(`holds ${blocks.length} PEM blocks; exactly one certificate is needed`);
    if (block.label !== "CERTIFICATE")
        throw new Error(`holds a "${block.label}" where a certificate belongs`);
    const { x509, names } = readX509(block.pem);
    const subject = nameAttributes(x509.subject);
    const notAfter = Date.parse(x509.validTo);
    return {
        pem: block.pem,
        x509,
        subject,
        commonName: names.at(-1) ?? "",
        commonNames: names,
        notBefore: Date.parse(x509.validFrom),
        notAfter,
        expiration: new Date(notAfter).toISOString(),
        fingerprint: x509.fingerprint256,
        serialNumber: x509.serialNumber,
    };
}
function readX509(pem) {
    try {
        const x509 = new external_node_crypto_.X509Certificate(pem);
        // OpenSSL takes more than DER (measured): what cannot be looked into here must not come to light half way.
        (0,ca_x509/* extensionsOf */.oQ)(x509.raw);
        return { x509, names: (0,ca_x509/* commonNames */.m)(x509.raw, "subject") };
    }
    catch {
        throw new Error("holds a certificate that cannot be read");
    }
}
/** @returns the first 8 hex digits of the SHA-256 fingerprint, lower case: they mark our certificate names */
function shortFingerprint(certificate) {
    return certificate.fingerprint.replaceAll(":", "").slice(0, 8).toLowerCase();
}
/** @returns the common names of who issued it, as the certificate says */
function issuerCommonNames({ x509 }) {
    return (0,ca_x509/* commonNames */.m)(x509.raw, "issuer");
}
/**
 * How replies render a common name is not documented, so one that they may change makes a certificate hard to find again.
 * @returns why a CA certificate should not be uploaded for its common name's sake, or undefined
 */
function oddCommonName({ commonNames }) {
    const [name = "", ...others] = commonNames;
    if (others.length > 0) {
        const names = commonNames.map((each) => (0,printable/* quoted */.TL)(each)).join(", ");
        return `its subject has ${commonNames.length} common names (${names}); exactly one is needed`;
    }
    if (name.trim() !== name)
        return "its common name has blanks at its ends";
    const problem = (0,subject/* subjectValueProblem */.Lg)(name, Number.POSITIVE_INFINITY);
    return problem === undefined ? undefined : `its common name ${problem}`;
}
/**
 * The preflight before an upload: the platform has two slots and no way to replace a bad certificate.
 * @returns why the certificate must not be uploaded, or undefined for a self-signed X.509 v3 `CA:TRUE` certificate that
 * is valid now, or within 5 minutes because clocks differ (the documented command makes a v1 one, exit 0, under a bare configuration; measured)
 */
function caProblem(certificate, expected) {
    const { x509 } = certificate;
    const selfIssued = x509.checkIssued(x509);
    if (!x509.ca)
        return notCaReason(x509.raw);
    if (!selfIssued && signsItself(x509)) {
        return "it is signed by itself, but its authority key identifier names another key or serial number than its own: verifiers look for another issuer and refuse what it issues";
    }
    if (!selfIssued)
        return "it is an intermediate CA certificate; the platform supports self-signed ones only";
    if (!x509.verify(x509.publicKey))
        return "its self-signature does not hold";
    const outdated = dateProblem(certificate, expected.now);
    if (outdated !== undefined)
        return outdated;
    if (certificate.commonName === "")
        return "its subject has no common name";
    if (expected.privateKey !== undefined && !x509.checkPrivateKey(expected.privateKey)) {
        return "the private key does not belong to it";
    }
    if (expected.subject !== undefined && !sameName(certificate.subject, expected.subject)) {
        return "its subject is not the one that was asked for";
    }
    return undefined;
}
/** What can be done about a CA that serves already, although nothing here can work with it. */
const WAY_ON = "If it is on the platform already, it may stay there as long as its agents need it: run rotate with its id in allow-unheld, which puts a new CA beside it, move the agents over, then delete it by its id (tasks/delete)";
/**
 * The same for a CA that was not made here. One that other programs took, so that it may be in use, is told how to go on.
 * @returns why it cannot be used, and what is possible; undefined where it can
 */
function foreignCaProblem(certificate, expected) {
    const { x509 } = certificate;
    const problem = caProblem(certificate, expected);
    const unusual = (0,ca_x509/* x509Version */.$6)(x509.raw) < 3 || (x509.ca && !x509.checkIssued(x509));
    return problem !== undefined && unusual && signsItself(x509) ? `${problem}. ${WAY_ON}` : problem;
}
function signsItself(x509) {
    return x509.subject === x509.issuer && x509.verify(x509.publicKey);
}
/**
 * The check before a verify: a wrong verification certificate costs one of ten calls an hour.
 * @returns why the platform would refuse it, or undefined
 */
function verificationProblem(verification, expected) {
    if (expected.registrationCode !== undefined && verification.commonName !== expected.registrationCode) {
        return "its common name is not the registration code";
    }
    const outdated = dateProblem(verification, expected.now);
    if (outdated !== undefined)
        return outdated;
    if (verification.x509.subject === verification.x509.issuer) {
        return "it is issued by itself, so it proves nothing: the CA issues it";
    }
    if (expected.ca !== undefined) {
        const signed = verification.x509.checkIssued(expected.ca.x509) && verification.x509.verify(expected.ca.x509.publicKey);
        if (!signed)
            return "it is not signed by the CA's key";
    }
    return undefined;
}
/**
 * @param now milliseconds since 1970; undefined where the dates do not count
 * @returns why a certificate is not valid now, or undefined. What another machine has just made may lie in this one's
 * future, by as much as clocks may differ
 */
function dateProblem({ notBefore, notAfter, expiration }, now) {
    if (now === undefined)
        return undefined;
    if (notAfter <= now)
        return `it expired on ${expiration}`;
    return isFuture(notBefore, now) ? `it is not valid before ${new Date(notBefore).toISOString()}` : undefined;
}
function isFuture(notBefore, now) {
    return notBefore > now + clocks/* CLOCKS_AGREE_MS */._Z;
}
/**
 * A certificate that is not valid yet counts as not there (guarantee 4). In doubt nobody can tell.
 * @param placed whether it lies on the platform, which took it for valid: then one clock alone does not contradict it
 */
function isNotValidYet({ notBefore }, { now, standing }, placed) {
    const known = standing === "agreed" || (standing === "alone" && !placed);
    return known && isFuture(notBefore, now);
}
/** @returns whether two names have the same attributes in the same order */
function sameName(a, b) {
    return JSON.stringify(a) === JSON.stringify(b);
}
/** Parses Node's multi-line rendering of a name, which escapes as RFC 2253 does. */
function nameAttributes(rendered) {
    if (rendered === undefined || rendered === "")
        return [];
    return rendered.split("\n").map((line) => {
        const equals = line.indexOf("=");
        return [line.slice(0, equals), unescapeValue(line.slice(equals + 1))];
    });
}
function unescapeValue(value) {
    // An unescaped " + " joins a multi-valued attribute: it stays, and so never equals a plain value.
    return value.replaceAll(/\\([0-9A-F]{2}|.)/gu, (_, escaped) => escaped.length === 2 && /^[0-9A-F]{2}$/.test(escaped)
        ? String.fromCharCode(Number.parseInt(escaped, 16))
        : escaped);
}


/***/ }),

/***/ 4158:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   OP: () => (/* binding */ Clocks),
/* harmony export */   XZ: () => (/* binding */ aloneAt),
/* harmony export */   _Z: () => (/* binding */ CLOCKS_AGREE_MS)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _time_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7536);


/** Clocks that differ by more than this agree on nothing. */
const CLOCKS_AGREE_MS = 5 * 60_000;
/** A difference worth a warning: what is made by the faster clock may not be valid yet for the other. */
const WARN_MS = 60_000;
/** A clock may jump: what was agreed on so long ago is not believed any more. */
const BELIEVED_MS = 60 * 60_000;
/** Second clocks, the one that counts first; of the others each counts where those before it say nothing. */
const SOURCES = {
    platform: "the platform's clock (Date)",
    "token endpoint": "the token endpoint's clock (Date)",
    token: "the clock of who issued the token (iat)",
    github: "GitHub's clock (Date)",
};
/** @returns a time that one clock says and no second one confirms */
function aloneAt(now) {
    return { now, standing: "alone" };
}
/** Knows every clock of one run and what they agree on. No single one decides over a CA (guarantee 3). */
class Clocks {
    #machine;
    #began;
    #readings = new Map();
    constructor(machine = { wall: () => Date.now(), steady: () => performance.now() }) {
        this.#machine = machine;
        this.#began = this.#moment();
    }
    /**
     * Takes in what a second clock says at this moment; the last word of each source counts.
     * @param at milliseconds since 1970; undefined, or no time, where it says nothing usable
     */
    note(source, at) {
        if (at === undefined || !(0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .isTime */ .K8)(at))
            return;
        this.#readings.set(source, { source, at, ...this.#moment() });
    }
    /** @returns the time that decisions go by, milliseconds since 1970 */
    now() {
        return this.agreement().now;
    }
    /** @returns the least time that it can be, whichever clock is right: what is over by it is over */
    earliest() {
        const { now, standing } = this.agreement();
        return standing === "agreed" ? now : Math.min(now, this.#machine.wall());
    }
    /** @returns what the clocks agree on at this moment */
    agreement() {
        const { wall } = this.#moment();
        const second = this.#second();
        if (this.#hasJumped())
            return { now: wall + this.skew, standing: "doubtful" };
        if (second === undefined)
            return { now: wall, standing: "alone" };
        const now = wall + this.skew;
        if (Math.abs(this.skew) > CLOCKS_AGREE_MS)
            return { now, standing: "doubtful" };
        return { now, standing: this.#isOld(second) ? "alone" : "agreed" };
    }
    /** Milliseconds that the second clock is ahead of this machine's, to about a second; 0 where there is none. */
    get skew() {
        const second = this.#second();
        if (second === undefined)
            return 0;
        const { wall, steady } = this.#moment();
        return Math.round(second.at + (steady - second.steady) - wall);
    }
    /**
     * To be called before something is done that the time decides on, and again right before what cannot be undone.
     * @param what `make`: a certificate, an upload, a proof, which one clock may do where no second one is known; `end`: a
     * CA is retired, deleted or forgotten, which takes two that agree
     * @returns the time that decisions go by, milliseconds since 1970
     * @throws ActionError `CLOCK_DOUBTFUL` that names each clock with its reading
     */
    require(what) {
        const { now, standing } = this.agreement();
        if (standing === "agreed" || (standing === "alone" && what === "make"))
            return now;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("CLOCK_DOUBTFUL", this.#doubt(standing));
    }
    /**
     * For a task that has this machine's clock alone: what is there already was made earlier.
     * @param at when that was, milliseconds since 1970; undefined or NaN where nobody knows
     * @param what a clause that ends before that time: `the keyring was written at`
     * @param next the next step where the usual one does not fit
     * @throws ActionError `CLOCK_DOUBTFUL`
     */
    requireAfter(at, what, next) {
        const now = this.now();
        if (at === undefined || !(at > now + CLOCKS_AGREE_MS))
            return;
        const message = `This machine's clock says ${(0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .iso */ .KH)(now)}, but ${what} ${(0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .iso */ .KH)(at)}, which is later.`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("CLOCK_DOUBTFUL", message, { next });
    }
    /** @returns a sentence that names a difference of more than 60 s and what it means, or undefined */
    warning() {
        const second = this.#second();
        if (this.#hasJumped())
            return this.#doubt("doubtful");
        if (second === undefined || Math.abs(this.skew) <= WARN_MS)
            return undefined;
        const apart = lasting(this.skew);
        const whose = second.source === "platform" ? "the platform's" : SOURCES[second.source];
        const means = this.skew < 0
            ? `${apart} ahead of ${whose}: for so long, what is made here is not valid there yet.`
            : `${apart} behind ${whose}, which is ahead: a token or certificate that is valid here may have ended there.`;
        const nothing = Math.abs(this.skew) > CLOCKS_AGREE_MS ? ` ${this.#doubt("doubtful")}` : "";
        return `This machine's clock is ${means}${nothing}`;
    }
    /** Names each clock with its reading. */
    #doubt(standing) {
        const here = `this machine's clock says ${(0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .iso */ .KH)(this.#machine.wall())}`;
        const second = this.#second();
        if (this.#hasJumped())
            return `No single clock decides over a CA: ${here}, and it was set, or the machine slept, while this run went on.`;
        if (standing !== "doubtful" || second === undefined) {
            const old = second === undefined ? "" : " that was read within the hour";
            return `No single clock decides over a CA: ${here}, and there is no second clock${old} to compare with.`;
        }
        const there = `${SOURCES[second.source]} says ${(0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .iso */ .KH)(this.now())}`;
        return `No single clock decides over a CA: ${here} and ${there}; they differ by ${lasting(this.skew)}.`;
    }
    /** The second clock that counts; where none is believed any more, the first of them that was read. */
    #second() {
        const readings = Object.keys(SOURCES).flatMap((source) => this.#readings.get(source) ?? []);
        return readings.find((reading) => !this.#isOld(reading)) ?? readings[0];
    }
    #isOld({ steady }) {
        return this.#machine.steady() - steady > BELIEVED_MS;
    }
    /** Whether the wall clock has gone another way than the steady one since a second clock was read, or the run began. */
    #hasJumped() {
        const since = this.#second() ?? this.#began;
        const { wall, steady } = this.#moment();
        return Math.abs(wall - since.wall - (steady - since.steady)) > CLOCKS_AGREE_MS;
    }
    #moment() {
        return { wall: this.#machine.wall(), steady: this.#machine.steady() };
    }
}
/** @returns seconds, of much longer ones days: `4018 days` */
function lasting(milliseconds) {
    const seconds = Math.round(Math.abs(milliseconds) / 1000);
    return seconds < 2 * 86_400 ? `${seconds} s` : `${Math.round(seconds / 86_400)} days`;
}


/***/ }),

/***/ 1166:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dk: () => (/* binding */ TAG),
/* harmony export */   SA: () => (/* binding */ insideDer),
/* harmony export */   SU: () => (/* binding */ readDer),
/* harmony export */   lP: () => (/* binding */ dottedOid)
/* harmony export */ });
/** Tags that certificates and CSRs are made of. */
const TAG = { boolean: 0x01, bitString: 0x03, octetString: 0x04, oid: 0x06, context0: 0xa0 };
/**
 * Reads the elements that stand in a row.
 * @param bytes hostile
 * @throws Error where they are not whole elements with one tag octet and a definite length
 */
function readDer(bytes) {
    const elements = [];
    for (let at = 0; at < bytes.length;) {
        const tag = bytes[at];
        const first = bytes[at + 1] ?? 0x80;
        const more = first < 0x80 ? 0 : first - 0x80;
        const begin = at + 2 + more;
        if ((tag & 0x1f) === 0x1f || first === 0x80 || more > 4 || begin > bytes.length)
            throw new Error("no DER");
        const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
        const end = begin + length;
        if (end > bytes.length)
            throw new Error("no DER");
        elements.push({ tag, content: bytes.subarray(begin, end), whole: bytes.subarray(at, end) });
        at = end;
    }
    return elements;
}
/**
 * @param bytes DER of one element
 * @returns the elements inside it
 * @throws Error where it is not one whole element
 */
function insideDer(bytes) {
    const [only, ...others] = readDer(bytes);
    if (only === undefined || others.length > 0)
        throw new Error("no DER");
    return readDer(only.content);
}
/** @returns an OBJECT IDENTIFIER in dotted form (X.690 §8.19); empty for anything else */
function dottedOid(element) {
    if (element?.tag !== TAG.oid)
        return "";
    const arcs = [];
    let arc = 0;
    for (const octet of element.content) {
        arc = arc * 0x80 + (octet & 0x7f);
        if (octet >= 0x80)
            continue;
        if (arcs.length > 0)
            arcs.push(arc);
        else {
            const top = Math.min(2, Math.floor(arc / 40));
            arcs.push(top, arc - top * 40);
        }
        arc = 0;
    }
    return arcs.join(".");
}


/***/ }),

/***/ 6453:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H1: () => (/* binding */ CURVES),
/* harmony export */   o5: () => (/* binding */ LEAST_RSA_BITS),
/* harmony export */   rm: () => (/* binding */ curveProblem),
/* harmony export */   vj: () => (/* binding */ deviceKeyProblem)
/* harmony export */ });
/* harmony import */ var _der_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1166);

/** Smallest RSA key that is certified: OpenSSL's security level 2, the default of current brokers, takes no shorter ones. */
const LEAST_RSA_BITS = 2048;
/** P-256, P-384 and P-521 by OpenSSL's names: what TLS and brokers take. */
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);
/** @returns why a device's public key is not certified, with what would be valid, or undefined */
function deviceKeyProblem(key) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const { modulusLength = 0, namedCurve = "" } = details ?? {};
    if (type === "rsa" && modulusLength >= LEAST_RSA_BITS)
        return undefined;
    const unnamed = curveProblem(key);
    if (unnamed !== undefined)
        return unnamed;
    if (type === "ec" && CURVES.has(namedCurve))
        return undefined;
    const size = modulusLength > 0 ? ` of ${modulusLength} bits` : "";
    return (`its key is ${type ?? "unknown"} ${namedCurve}`.trimEnd() +
        `${size}; valid are RSA from ${LEAST_RSA_BITS} bits, and EC on P-256, P-384 or P-521`);
}
/** @returns why nobody takes an EC key that spells its curve out (RFC 5480 §2.1.1 wants the curve's name), or undefined */
function curveProblem(key) {
    if (key.asymmetricKeyType !== "ec")
        return undefined;
    const [algorithm] = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(key.export({ type: "spki", format: "der" }));
    const [, parameters] = algorithm === undefined ? [] : (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(algorithm.content);
    return parameters?.tag === _der_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG */ .Dk.oid
        ? undefined
        : "its EC key has explicit curve parameters, which verifiers refuse: make the key with a named curve";
}


/***/ }),

/***/ 5720:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ EncodingError),
/* harmony export */   g: () => (/* binding */ decodeText)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7975);
/* harmony import */ var _binary_form_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9475);


/** Bytes that are no text in UTF-8; the message says what they are instead, to follow the name of the file. */
class EncodingError extends Error {
    name = "EncodingError";
}
/**
 * Reads the bytes of a text file. What is not UTF-8 would come back changed, and be written back so.
 * @throws EncodingError that says what the bytes are instead, to follow the name of the file
 */
function decodeText(bytes) {
    if (bytes.includes(0))
        throw new EncodingError(otherThanText(bytes));
    try {
        // The byte order mark is kept: whoever reads the text knows it.
        return new node_util__WEBPACK_IMPORTED_MODULE_0__.TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch {
        throw new EncodingError(otherThanText(bytes));
    }
}
function otherThanText(bytes) {
    const form = (0,_binary_form_js__WEBPACK_IMPORTED_MODULE_1__/* .binaryForm */ .m)(Buffer.from(bytes));
    if (form !== undefined)
        return `is in ${form.kind}, not PEM: openssl ${form.argv} -in FILE -out FILE.pem`;
    if (bytes.every((byte) => byte === 0))
        return "holds nothing but zero bytes, as a disk leaves it after a crash: restore a copy";
    const [first, second] = bytes;
    const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    return isMarked || bytes.includes(0)
        ? "is text in UTF-16, as PowerShell writes it, or no text at all: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"
        : "is not text in UTF-8 (Latin-1, perhaps): save it as UTF-8";
}


/***/ }),

/***/ 1590:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   OQ: () => (/* binding */ ERROR_CODES),
/* harmony export */   Xu: () => (/* binding */ inputError),
/* harmony export */   Ze: () => (/* binding */ lacksDescriptors),
/* harmony export */   lZ: () => (/* binding */ ActionError),
/* harmony export */   mu: () => (/* binding */ RAISE_LIMITS)
/* harmony export */ });
/**
 * Every error a user can meet: its stable code, what it means and the usual next step.
 * The README's table is this table; a test compares them.
 */
const ERROR_CODES = {
    INPUT_INVALID: {
        means: "One or more inputs are missing or not valid; each is listed by name.",
        next: "Correct the inputs named above. Nothing was run or sent.",
    },
    KEYRING_TARGET_MISSING: {
        means: "A CA key would be made, but there is no place given to keep it.",
        next: "Set keyring-secret (with github-token) or keyring-file, or for create alone directory: without a place for the key no CA is made.",
    },
    KEYRING_EPHEMERAL: {
        means: "keyring-file lies where nothing lasts (the job's or the system's temporary folders, memory, a container's own layer); the only CA key would go with it.",
        next: "Use keyring-secret or a path on a disk that lasts, or set keyring-ephemeral: true and store the file yourself in a later step.",
    },
    KEYRING_DAMAGED: {
        means: "The keyring cannot be read; the entry and the reason are named.",
        next: "Restore the keyring from its last good copy. It was left as it is.",
    },
    PASSPHRASE_WRONG: {
        means: "A private key is encrypted and the passphrase is missing or wrong; or a plain key would be added to a keyring that holds an encrypted one.",
        next: "Pass the passphrase the key was encrypted with.",
    },
    KEYRING_LOCKED: {
        means: "Another run holds the lock of the keyring file, and went on holding it for 45 s.",
        next: "Wait for the other run to end, then run again. Use one concurrency group per tenant.",
    },
    KEYRING_WRITE_FAILED: {
        means: "The keyring could not be written, or reading it back did not give what was written.",
        next: "Check the file's folder, rights and free space, or what GitHub said, then start a new run. What needed the write was not done.",
    },
    KEYRING_NOT_PASSED_IN: {
        means: "The secret of keyring-secret exists, but no keyring came in: a write would replace every key in it.",
        next: "Pass the secret's value as keyring, in a job that may read it.",
    },
    KEYRING_STALE: {
        means: "The secret was written after the keyring that came in, or the keyring's place during the run, by somebody else: it may hold keys that this run does not know.",
        next: "Start a new run; a re-run replays the old value. If you stored that keyring by hand, remove its first line, which says when it was written. If GitHub's clocks differed by minutes when it was written: keyring-import: true stamps it anew.",
    },
    KEYRING_SECRET_MISMATCH: {
        means: "The keyring that came in is not from the secret of keyring-secret: that one does not exist, or is older.",
        next: "Name the secret's level and name: keyring-environment for an environment's, none for the repository's. To write the keyring that came in to a new secret, or to stamp one anew that was written while GitHub's clocks differed by minutes, set keyring-import: true.",
    },
    KEYRING_OTHER_TENANT: {
        means: "Every CA of the keyring was made for, or matched in, another tenant.",
        next: "Pass the keyring of this tenant, or correct tenant. A tenant's first run needs an empty keyring of its own.",
    },
    KEYRING_TOO_LARGE: {
        means: "The keyring, with room for one more CA where one would be made, is larger than its place takes: the 48 KB of a GitHub secret, or 1 MiB of a file.",
        next: "Run rotate with retired-keys: drop, which forgets the keys of retired CAs first, or keep the keyring in keyring-file.",
    },
    SECRET_ACCESS_DENIED: {
        means: "GitHub does not let github-token, or this runner, read or write the secret (401, 403), or does not show it the repository or environment (404).",
        next: "Pass the installation token of a GitHub App, or a fine-grained personal access token, with Secrets: write, or Environments: write for keyring-environment. The workflow's own GITHUB_TOKEN can never write secrets.",
    },
    SECRET_UNREACHABLE: {
        means: "GitHub's API could not be reached, failed, or did not answer as documented when it was asked about the secret.",
        next: "Start a new run later: it goes on where this one stopped. On GitHub Enterprise Server check the network and the proxy variables.",
    },
    FILE_EXISTS: {
        means: "A file that would be written is there already; nothing is ever overwritten.",
        next: "Choose an empty directory, or move the file away.",
    },
    DIRECTORY_LOCKED: {
        means: "Another run works in the directory of the agents.",
        next: "Wait for the other run to end, then run again. Use one concurrency group per directory.",
    },
    FILE_FAILED: {
        means: "A file or directory could not be read or written.",
        next: "Check the path, the rights and the free space, then run again.",
    },
    RUNNER_FILE_FAILED: {
        means: "The runner's file for outputs or for the post step (GITHUB_OUTPUT, GITHUB_STATE) cannot be written.",
        next: "Check that the runner's temporary folder exists, is not full and may be written by this step, then run again: it goes on where it stopped.",
    },
    NODE_UNSUPPORTED: {
        means: "The action was started by a Node.js that is older than the one it needs.",
        next: "Update the runner (2.327.1 or later brings Node.js 24), or the tool that runs the workflow in its place. Nothing was run or sent.",
    },
    OPENSSL_NOT_FOUND: {
        means: "The openssl program was not found, could not be started, or cannot load its libraries.",
        next: "Install OpenSSL 1.1.1 or later, or point openssl-path to it.",
    },
    OPENSSL_UNSUPPORTED: {
        means: "The openssl program is LibreSSL or too old; the documented commands are only proven on OpenSSL 1.1.1 and later.",
        next: "Install OpenSSL 1.1.1 or later and set openssl-path (macOS: brew install openssl@3).",
    },
    OPENSSL_FAILED: {
        means: "An OpenSSL command ended with an error, was ended by a signal, or could not be started for lack of resources.",
        next: "See the command and what OpenSSL said in the log, then run again.",
    },
    KEY_MISMATCH: {
        means: "OpenSSL found that a certificate and a private key do not belong together.",
        next: "Pass the private key that the certificate was made with.",
    },
    CERTIFICATE_INVALID: {
        means: "A certificate failed the local check, so it was neither sent to the platform nor handed out.",
        next: "See which check failed; for a certificate of your own, make it as the vendor's page says.",
    },
    TOKEN_EXPIRING: {
        means: "The token ends within 5 minutes: too short to finish what a change would begin.",
        next: "Fetch a new token, or use client-id and client-secret so that the action fetches its own.",
    },
    TOKEN_REFUSED: {
        means: "The platform did not accept the token (401).",
        next: "Check that the token is fresh (they live 30 minutes) and belongs to this environment and region.",
    },
    TOKEN_REQUEST_FAILED: {
        means: "The token endpoint gave no token.",
        next: "Check client-id, client-secret and token-url (or app-name, app-version and host-tenant).",
    },
    ACCESS_DENIED: {
        means: "The platform knows the caller but does not allow this (403).",
        next: "CA certificates are managed by tenant administrators: give the technical user or application that right.",
    },
    PLATFORM_UNREACHABLE: {
        means: "No connection to the platform, or it broke again and again.",
        next: "Check region or gateway-url, the network and the proxy variables, then run again: it goes on where it stopped.",
    },
    PLATFORM_TIMEOUT: {
        means: "The platform did not answer in time (30 s a reply, tried again), or timeout-minutes ended.",
        next: "Check the network and the proxy, then run again: it goes on where it stopped.",
    },
    RATE_LIMITED: {
        means: "The platform's rate limit asks for a longer wait than timeout-minutes leaves.",
        next: "Run again later: it goes on where it stopped. Or raise timeout-minutes.",
    },
    PLATFORM_ERROR: {
        means: "The platform answered with a server error (5xx) each time.",
        next: "Run again later: it goes on where it stopped. The vendor's support asks for the logref.",
    },
    PLATFORM_REFUSED: {
        means: "The platform refused the request (4xx).",
        next: "See what the platform said. The vendor's support asks for the logref.",
    },
    PLATFORM_REPLY_UNEXPECTED: {
        means: "The platform's reply is not what its documentation promises.",
        next: "Check that region or gateway-url names the Insights Hub gateway and nothing in between rewrites replies.",
    },
    CA_SLOTS_FULL: {
        means: "Both CA certificate slots of the environment are taken, by certificates that can neither be used nor resumed here.",
        next: "Free a slot that is no longer needed with tasks/delete, or bring the key of one of them with ca-certificate and ca-private-key.",
    },
    CA_SUBJECT_IN_USE: {
        means: "A CA certificate of the same common name is on the platform. Two CAs of one subject break every agent of one of them.",
        next: "Choose another common-name, bring that CA's own key, or delete that CA if nothing depends on it (tasks/delete; an expired one of yours needs allow-held: true).",
    },
    CA_NOT_FOUND: {
        means: "The platform has no CA certificate of this id.",
        next: "See the ids with tasks/status.",
    },
    UPLOAD_REFUSED: {
        means: "The platform did not accept the CA certificate, now or when one was last asked for in the very same way.",
        next: "See what the platform said. Where the certificate is not to blame, running again uploads the same one; one that was refused for its own sake (400, 409, 422) is remembered in the keyring, and comes back by restore alone.",
    },
    VERIFY_REFUSED: {
        means: "The platform did not accept the verification certificate.",
        next: "Run again: a new registration code is fetched. If it repeats, compare this machine's clock with the platform's.",
    },
    VERIFY_NOT_CONFIRMED: {
        means: "After the verification the platform does not show the certificate as verified, or shows other data than the local certificate.",
        next: "Run again: it reads the slots and goes on. The vendor's support asks for the logref.",
    },
    CLOCK_DOUBTFUL: {
        means: "The clocks of this run differ by more than 5 minutes, or there is no second clock to compare with: no single clock decides over a CA. Or GitHub's own clocks differ so that nothing proves a write of the secret.",
        next: "Set this machine's clock (NTP), or tell the vendor's support where the platform's is wrong, then run again: it goes on where it stopped.",
    },
    CA_LAST_USABLE: {
        means: "This is the last usable CA certificate: without it no agent can be onboarded.",
        next: "Register or rotate first, or set allow-last: true.",
    },
    CA_HELD: {
        means: "The key of this CA certificate is in the keyring: it is in use here.",
        next: "Set allow-held: true if it should go; it is marked retired in the keyring first.",
    },
    CA_NOT_HELD: {
        means: "A usable CA certificate is on the platform whose key is not in the keyring: the keyring may be an old copy, and writing it back would lose that key.",
        next: "Pass the keyring that holds it, or bring its key in with register (ca-certificate, ca-private-key). If it is somebody else's and may stay, name its id in allow-unheld.",
    },
    CA_DOUBTFUL: {
        means: "A certificate on the platform ends in the same second as a CA of ours, and nothing else says whether it is that one: sent again, it might burn the other slot.",
        next: "If it is that CA, name its id in certificate-id. If it is another one, name its id in allow-unheld, or free the slot (tasks/delete).",
    },
    CA_EXPIRES_SOON: {
        means: "The newest usable CA certificate ends within fail-below days, or there is none.",
        next: "Rotate the CA, and give the agents new certificates before the old CA ends.",
    },
    CA_NOT_USABLE: {
        means: "No CA is there that the platform would take agents of: it is not on the platform, not verified, expired or retired.",
        next: "Run register, which finishes what is missing, and pass the keyring it wrote. See both slots with tasks/status. Without the platform's word: offline: true.",
    },
    CA_EXPIRES_BEFORE_AGENT: {
        means: "An agent certificate would outlive its CA: strict-lifetime is true, or the CA has less than a day left.",
        next: "Rotate the CA first, or ask for fewer days.",
    },
    ARCHIVE_PASSPHRASE: {
        means: "An agent's archive that is there already does not open with archive-passphrase.",
        next: "Pass the passphrase that the archives were made with, or move them away to have these agents issued anew. Nothing was issued.",
    },
    SANDBOX_FAILED: {
        means: "The sandbox could not be started.",
        next: "See the reason; a port may be taken.",
    },
    INTERNAL: {
        means: "A mistake in this action.",
        next: "Please open an issue with the log.",
    },
};
/** An error the user can act on: a stable code, what happened, what the platform said, the next step. */
class ActionError extends Error {
    name = "ActionError";
    code;
    platform;
    next;
    log;
    /** Of a call that changes something: an attempt got no clear answer, so it may have been carried out after all. */
    maybeDone = false;
    constructor(code, message, details = {}) {
        super(message, { cause: details.cause });
        this.code = code;
        this.platform = details.platform;
        this.next = details.next ?? ERROR_CODES[code].next;
        this.log = details.log ?? [];
    }
}
/**
 * Turns the problems of all inputs into one error (guarantee 9: all of them at once).
 * @param problems at least one
 * @returns an error of the problems' own code where they share one, else `INPUT_INVALID`
 */
function inputError(problems) {
    const codes = new Set(problems.map((problem) => problem.code ?? "INPUT_INVALID"));
    const [only] = codes;
    const code = codes.size === 1 && only !== undefined ? only : "INPUT_INVALID";
    const lines = problems.map(({ input, message, code: own }) => own === undefined || own === code ? `${input}: ${message}` : `${input}: ${message} [${own}]`);
    return new ActionError(code, lines.join("\n"), { log: problems.flatMap(({ log = [] }) => log) });
}
/** What to do where the system gives this job no more of something. */
const RAISE_LIMITS = "Raise the limits of the runner (ulimit -n and -u, the container's memory and processes) or let it do less at a time, then run again: it goes on where it stopped.";
/** @returns whether an error of the system says that this job, or the machine, has no descriptors left */
function lacksDescriptors(error) {
    const { code } = error;
    return code === "EMFILE" || code === "ENFILE";
}


/***/ }),

/***/ 1738:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
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

/***/ 1930:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ issuingAbility)
/* harmony export */ });
/* harmony import */ var _der_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1166);
/* harmony import */ var _device_key_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6453);
/* harmony import */ var _x509_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2369);



/**
 * Looks at a CA certificate alone, before it takes a slot: a slot is one of two, and a CA whose certificates nobody accepts
 * is noticed in the field. All of these pass `node:crypto`, and none of them passes `openssl verify` or a broker (measured).
 * @param certificate self-signed, CA:TRUE, with the right to sign certificates
 */
function issuingAbility({ x509 }) {
    const extensions = (0,_x509_js__WEBPACK_IMPORTED_MODULE_2__/* .extensionsOf */ .oQ)(x509.raw);
    const problem = versionProblem(x509.raw, extensions) ?? keyProblem(x509.publicKey) ?? extensionProblem(extensions);
    return { problem, warnings: [...keyWarnings(x509.publicKey), ...signatureWarnings(x509.raw)] };
}
function versionProblem(der, extensions) {
    const version = (0,_x509_js__WEBPACK_IMPORTED_MODULE_2__/* .x509Version */ .$6)(der);
    if (version === 3 || extensions.length === 0)
        return undefined;
    return `it is X.509 v${version} and carries extensions, which only v3 may: verifiers refuse it or leave them out`;
}
function keyProblem(key) {
    const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details = {} } = key;
    const { modulusLength = 0, hashAlgorithm } = details;
    if (type.startsWith("rsa") && modulusLength < _device_key_js__WEBPACK_IMPORTED_MODULE_1__/* .LEAST_RSA_BITS */ .o5) {
        return `its RSA key has ${modulusLength} bits, and brokers take no key below ${_device_key_js__WEBPACK_IMPORTED_MODULE_1__/* .LEAST_RSA_BITS */ .o5}`;
    }
    if (type === "rsa-pss" && hashAlgorithm !== undefined && hashAlgorithm !== "sha256") {
        return `its RSA-PSS key signs with ${hashAlgorithm} alone, and the documented commands sign with SHA-256`;
    }
    const unnamed = (0,_device_key_js__WEBPACK_IMPORTED_MODULE_1__/* .curveProblem */ .rm)(key);
    if (unnamed !== undefined)
        return unnamed;
    if (!["rsa", "rsa-pss", "ec", "ed25519", "ed448"].includes(type)) {
        return `its key is ${type}, which signs nothing that a broker takes`;
    }
    return undefined;
}
/** What OpenSSL knows how to obey: RFC 5280, RFC 3779, proxy certificates and Netscape's type. */
const KNOWN = /^(?:2\.5\.29\.(?:14|15|17|18|19|30|31|32|33|35|36|37|54)|1\.3\.6\.1\.5\.5\.7\.1\.(?:7|8|14)|2\.16\.840\.1\.113730\.1\.1)$/;
const NAME_CONSTRAINTS = "2.5.29.30";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";
function extensionProblem(extensions) {
    const unknown = extensions.find(({ oid, critical }) => critical && !KNOWN.test(oid));
    if (unknown !== undefined) {
        return `its extension ${unknown.oid} is critical and not a common one: verifiers that do not know it refuse whatever it issues`;
    }
    const usages = extensions.find(({ oid }) => oid === EXTENDED_KEY_USAGE);
    if (usages !== undefined) {
        const named = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(usages.value).map(_der_js__WEBPACK_IMPORTED_MODULE_0__/* .dottedOid */ .lP);
        if (!named.includes(CLIENT_AUTH) && !named.includes(ANY_USAGE)) {
            return "its extended key usage does not have clientAuth: brokers refuse the agents that it issues";
        }
    }
    const constraints = extensions.find(({ oid }) => oid === NAME_CONSTRAINTS);
    if (constraints !== undefined && excludesCode(constraints.value)) {
        return "its name constraints exclude the subject of the verification certificate, which is a registration code alone";
    }
    return undefined;
}
/** [4] of a GeneralName (RFC 5280 §4.2.1.6). */
const DIRECTORY_NAME = 0xa4;
/** [1] of NameConstraints; [0] has the permitted ones. */
const EXCLUDED = 0xa1;
/** @returns whether a subject of a common name alone is outside of what is permitted, or inside of what is excluded */
function excludesCode(value) {
    return (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(value).some(({ tag, content }) => {
        const bases = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(content).flatMap((subtree) => (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(subtree.content).slice(0, 1));
        const names = bases.filter((base) => base.tag === DIRECTORY_NAME).map(rdnCount);
        if (tag === EXCLUDED)
            return names.includes(0);
        // An empty name permits every one, and no code begins like another name.
        return names.length > 0 && !names.includes(0);
    });
}
function rdnCount(base) {
    return (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(base.content).length;
}
function keyWarnings(key) {
    const { asymmetricKeyType: type = "", asymmetricKeyDetails: { namedCurve = "" } = {} } = key;
    const known = type === "rsa" || (type === "ec" && _device_key_js__WEBPACK_IMPORTED_MODULE_1__/* .CURVES */ .H1.has(namedCurve));
    if (known)
        return [];
    const kind = `${type} ${namedCurve}`.trimEnd();
    return [
        `The CA's key is ${kind}, which common brokers refuse; they take RSA, and EC on P-256, P-384 or P-521.`,
    ];
}
const WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
};
function signatureWarnings(der) {
    const digest = WEAK_SIGNATURES[(0,_x509_js__WEBPACK_IMPORTED_MODULE_2__/* .signatureAlgorithm */ .wO)(der)];
    if (digest === undefined)
        return [];
    return [
        `The CA certificate is signed with ${digest}: some verifiers refuse it, though it is their own trust anchor.`,
    ];
}


/***/ }),

/***/ 4934:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Pe: () => (/* binding */ withoutKeys),
/* harmony export */   ay: () => (/* binding */ withoutKeyDump),
/* harmony export */   gR: () => (/* binding */ holdsKey)
/* harmony export */ });
/**
 * Recognises private keys in texts that should hold none: notes of a keyring, and what programs print. A text is judged by
 * its form, because what it would be as a key is not known.
 */
/** The first or last line of a key's PEM block, also where an editor changed its dashes or quoted it. */
const MARKER = /^\W*(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY\W*$/;
/** A line of a PEM body has 64 digits of base64, rarely 76; one that somebody cut has a few less. */
const BODY = /[A-Za-z0-9+/]{60,}/g;
/** A whole key on one line: DER begins with a SEQUENCE, which is `MA` to `MP` in base64; an Ed25519 key is short. */
const ON_ONE_LINE = /(?<![A-Za-z0-9+/])M[A-P][A-Za-z0-9+/]{98,}|MC4CAQAwBQYDK2V/;
/**
 * @param lines outside of any PEM block
 * @returns whether they hold a private key: a hash in hexadecimal, or the words "private key" in a sentence, are none
 */
function holdsKey(lines) {
    if (lines.some((line) => MARKER.test(line) || ON_ONE_LINE.test(line)))
        return true;
    return lines.flatMap((line) => line.match(BODY) ?? []).filter(isBase64).length > 1;
}
/** @returns whether a run of base64 digits is that: hexadecimal and most paths lack one of these */
function isBase64(run) {
    return /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run) && !/^[0-9a-f]+$/i.test(run);
}
/** `openssl … -text` and `certtool` print a key so: a title, and numbers by name with their bytes below. */
const TITLE = /^\s*(?:[A-Z0-9]+ )?Private-Key:/;
const SECRET_NUMBER = /^\s*(?:private ?exponent|prime\d+|exponent\d+|exp\d|coefficient(?: ?\d+)?|priv)\s*:\s*$/i;
const PUBLIC_NUMBER = /^\s*(?:modulus|public ?exponent|pub|[PQGAB]|prime|order|seed|generator(?: \(\w+\))?)\s*:\s*$/i;
const DETAIL = /^\s*(?:public ?exponent: \d+ \(0x[0-9a-f]+\)|cofactor: .*|ASN1 OID: \S+|NIST CURVE: \S+|Field Type: \S+)$/i;
/** OpenSSL puts 15 bytes into an indented line; where the blanks got lost, a line of another length may be anything. */
const BYTES = /^(?:\s+(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?|(?:[0-9a-f]{2}:){15}|(?:[0-9a-f]{2}:){0,14}[0-9a-f]{2})$/i;
/** `openssl asn1parse` prints a structure so, a value a line. */
const PARSED = /^\s*\d+:d=\d+ +hl=\d+ *l= *(?:\d+|inf) +(?:prim|cons): /;
/** A long number of it, or a structure inside: a public key has one such number, and is no string of bytes. */
const PARSED_NUMBER = /: INTEGER +:[0-9A-F]{64,}$/i;
const PARSED_KEY = /: OCTET STRING +\[HEX DUMP\]:30[0-9A-F]{200,}$/i;
/** @returns the lines without those that spell a private key out, as `openssl rsa -text` and `asn1parse` do */
function withoutKeyDump(lines) {
    // Somebody may have made a comment of it.
    const bare = lines.map((line) => line.replace(/^\s*(?:#|\/\/|;|>)/, ""));
    const kept = [];
    for (let from = 0; from < lines.length;) {
        const to = Math.max(endOfDump(bare, from), endOfParsed(bare, from));
        if (!spellsKey(bare.slice(from, to)))
            kept.push(...lines.slice(from, Math.max(to, from + 1)));
        from = Math.max(to, from + 1);
    }
    return kept;
}
function spellsKey(dump) {
    if (dump.filter((line) => PARSED_NUMBER.test(line)).length > 1)
        return true;
    return dump.some((line, index) => PARSED_KEY.test(line) || (SECRET_NUMBER.test(line) && BYTES.test(dump[index + 1] ?? "")));
}
function endOfParsed(lines, from) {
    const length = lines.slice(from).findIndex((line) => !PARSED.test(line));
    return length < 0 ? lines.length : from + length;
}
/** @returns the index after a dump that begins here; the same index where none does */
function endOfDump(lines, from) {
    const begins = (line = "") => TITLE.test(line) || SECRET_NUMBER.test(line) || PUBLIC_NUMBER.test(line);
    if (!begins(lines[from]))
        return from;
    const rest = lines.slice(from);
    const length = rest.findIndex((line) => !begins(line) && !DETAIL.test(line) && !BYTES.test(line));
    return length < 0 ? lines.length : from + length;
}
/** Long hexadecimal numbers; a registration code, which OpenSSL prints as a name, has 64 digits. */
const HEXADECIMAL = /[0-9a-f]{65,}|(?:[0-9a-f]{2}:){12,}(?:[0-9a-f]{2})?/gi;
/**
 * Takes private keys out of what a program printed: nobody told the runner yet what to mask.
 * @param lines hostile
 * @returns the lines with `***` for what may be a key
 */
function withoutKeys(lines) {
    let inKey = false;
    return lines.flatMap((line) => {
        const begins = /BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY/.test(line);
        const wasInKey = inKey;
        inKey = (inKey || begins) && !/END (?:[A-Z0-9]+ )*PRIVATE KEY/.test(line);
        if (wasInKey)
            return [];
        if (begins)
            return ["*** (a private key)"];
        return [line.replaceAll(BODY, (run) => (isBase64(run) ? "***" : run)).replaceAll(HEXADECIMAL, "***")];
    });
}


/***/ }),

/***/ 7515:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  jO: () => (/* binding */ KeyringEncryptionError),
  Wy: () => (/* binding */ KeyringError),
  L8: () => (/* binding */ formatKeyring),
  Pv: () => (/* binding */ isProvisional),
  WW: () => (/* binding */ parseCertificates),
  ZU: () => (/* binding */ parseKeyring),
  aB: () => (/* binding */ roomForOneMore),
  z2: () => (/* binding */ timeOfWriting)
});

// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var certificate = __nccwpck_require__(8418);
// EXTERNAL MODULE: ./build/ca/key-material.js
var key_material = __nccwpck_require__(4934);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
;// CONCATENATED MODULE: ./build/ca/keyring-lines.js

/** Remembered lines by their label; the other own lines only help a person and are written anew each time. */
const REMEMBERED = {
    Tenant: "tenant",
    "Platform id": "platformId",
    "Verified at": "verifiedAt",
    "Verified by": "verifiedBy",
    "Refused at": "refusedAt",
    "Refused for": "refusedFor",
    "Restored at": "restoredAt",
    "Retired at": "retiredAt",
};
/** What the value of a remembered line looks like: else it is somebody's note that begins like ours. */
const PLAUSIBLE = {
    Tenant: /^[a-z0-9-]{1,63}$/i,
    "Verified by": /^reply$/,
};
/** In a text made by hand; a platform may give ids with blanks in them. */
const PLAUSIBLE_ID = /^\S+$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;
/** @returns the lines of an entry before its key: somebody else's first, then our own ones */
function formatLines(entry) {
    const remembered = Object.entries(REMEMBERED).flatMap(([label, field]) => {
        const value = entry[field];
        return value === undefined ? [] : [`${label}: ${value}`];
    });
    return [...entry.notes, ...informationOf(entry.certificate), ...remembered];
}
/** @returns the three lines that begin what we write of an entry; the last one finds it again */
function informationOf(certificate) {
    return [
        `Common name: ${(0,printable/* printable */.g$)(certificate.commonName)}`,
        `Expiration: ${certificate.expiration}`,
        `SHA-256 fingerprint: ${certificate.fingerprint}`,
    ];
}
/**
 * Tells our own lines of an entry from somebody else's, which are kept as they are whatever they begin like. Ours begin at
 * the last line with the certificate's own fingerprint; where there is none, the text was made by hand.
 */
function readLines(lines, certificate) {
    const written = lines.filter((line) => line.trim() !== "");
    const [, end, anchor] = informationOf(certificate);
    const at = written.lastIndexOf(anchor);
    if (at < 0)
        return readByHand(written, certificate);
    let from = at;
    if (written[from - 1] === end)
        from -= 1;
    if (from < at && written[from - 1]?.startsWith("Common name: "))
        from -= 1;
    const known = {};
    const notes = written.slice(0, from);
    for (const line of written.slice(at + 1)) {
        const [label, value] = labelled(line);
        if (label === undefined || known[REMEMBERED[label]] !== undefined)
            notes.push(line);
        else
            known[REMEMBERED[label]] = value;
    }
    return { ...known, notes };
}
/** Of several lines with one label the last one counts. */
function readByHand(written, certificate) {
    const information = informationOf(certificate);
    const known = {};
    const notes = [];
    for (const line of written.toReversed()) {
        const [label, value] = labelled(line);
        const ours = label === "Platform id" ? PLAUSIBLE_ID.test(value.trim()) : label !== undefined;
        if (label !== undefined && ours && known[REMEMBERED[label]] === undefined)
            known[REMEMBERED[label]] = value.trim();
        else if (!information.includes(line))
            notes.unshift(line);
    }
    return { ...known, notes };
}
function isPlausible(label, value) {
    return (label.endsWith(" at") ? DATE : (PLAUSIBLE[label] ?? /./)).test(value);
}
/** @returns the label of a line that could be ours by its value; anybody may have begun a sentence with one */
function labelled(line) {
    const colon = line.indexOf(": ");
    const label = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 2);
    const ours = Object.hasOwn(REMEMBERED, label) && isPlausible(label, value.trim());
    return [ours ? label : undefined, value];
}

// EXTERNAL MODULE: ./build/ca/passphrases.js
var ca_passphrases = __nccwpck_require__(8644);
// EXTERNAL MODULE: ./build/ca/pem.js
var ca_pem = __nccwpck_require__(9435);
// EXTERNAL MODULE: ./build/ca/pem-hint.js
var pem_hint = __nccwpck_require__(6541);
// EXTERNAL MODULE: ./build/ca/private-key.js + 1 modules
var private_key = __nccwpck_require__(6081);
;// CONCATENATED MODULE: ./build/ca/keyring-text.js







/** A keyring text that cannot be used; `passphrase` where another passphrase would help. */
class KeyringError extends Error {
    name = "KeyringError";
    passphrase;
    constructor(message, passphrase = false) {
        super(message);
        this.passphrase = passphrase;
    }
}
/** A keyring that is whole, with a key whose encryption Node cannot undo whatever the passphrase. */
class KeyringEncryptionError extends KeyringError {
}
const HEADER = /^MindConnect CA keyring, generation (\d+), written (\S{20,30}?)(, provisional)?$/;
/** Said where every key was forgotten: a text that was cut off after its first line must not be taken for that. */
const NOTHING_KEPT = "No CA is kept here.";
/**
 * Reads a keyring: for each CA its private key and its certificate in PEM, with explanatory lines (RFC 7468).
 * A text without those lines, made by hand, is read just as well. Lines that are not ours are kept.
 * @param text the keyring's text; empty or blank means none yet
 * @param passphrases open encrypted keys; every key that is not retired is opened and compared with its certificate
 * @param stayClosed tells of which further entries an encrypted key is not opened
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
function parseKeyring(text, passphrases, stayClosed = () => false) {
    const { header, blocks, after } = splitText(text);
    const opener = ca_passphrases/* Passphrases */.M.of(passphrases);
    const entries = [];
    for (let index = 0; index < blocks.length; index += 2) {
        const [first, second] = blocks.slice(index);
        const number = index / 2 + 1;
        if (first === undefined || second === undefined) {
            throw new KeyringError(`entry ${number} is incomplete: a private key and its certificate belong together`);
        }
        const entry = parseEntry([first, second], number);
        // Deriving an encrypted key takes a fifth of a second: a retired one is opened only where it is used.
        const closed = (0,ca_pem/* isEncrypted */.ph)(entry.privateKey) && (entry.retiredAt !== undefined || stayClosed(entry));
        checkEntry(entry, number, closed ? undefined : opener);
        entries.push(entry);
    }
    refuseStrayKeys([...entries.map(({ notes }) => notes), after]);
    return { ...header, entries, ...(after.length > 0 && { after }) };
}
/**
 * Reads the certificates of a keyring and what is remembered of them. Keys are not opened and may be missing: a workflow
 * that only watches needs none.
 * @throws KeyringError
 */
function parseCertificates(text) {
    const { blocks, empty } = splitText(text, "it holds no certificate");
    const kept = [];
    let lines = [];
    for (const [index, { label, pem, before }] of blocks.entries()) {
        lines.push(...before);
        if ((0,ca_pem/* isPrivateKey */.T_)(label))
            continue;
        const certificate = certificateOf(pem, `PEM block ${index + 1}`);
        kept.push({ certificate, ...readLines(lines, certificate) });
        lines = [];
    }
    if (kept.length === 0 && !empty)
        throw otherText(text, "it holds no certificate");
    return kept;
}
/** @returns the error of a text of which nothing can be read: with what happened to it, where that is recognised */
function otherText(text, reason) {
    const hint = (0,pem_hint/* pemHint */.c)(text);
    return new KeyringError(hint === undefined ? reason : `it ${hint}`);
}
function certificateOf(pem, where) {
    try {
        return (0,certificate/* readCertificate */.w$)(pem);
    }
    catch (error) {
        throw new KeyringError(`${where} ${error.message}`);
    }
}
/**
 * Splits a text into our first line, the blocks with the lines before each, and the lines after the last one.
 * @param reason what is wrong with a text that has no block
 */
function splitText(text, reason = "it holds no PEM block at all") {
    const { blocks, after } = splitBlocks(text);
    const [first, ...others] = blocks;
    const top = (first?.before ?? after).slice();
    while (top[0]?.trim() === "")
        top.shift();
    const [, generation, writtenAt, provisional] = HEADER.exec(top[0] ?? "") ?? [];
    if (writtenAt !== undefined)
        top.shift();
    const saysNothingKept = top[0] === NOTHING_KEPT && (writtenAt !== undefined || first === undefined);
    if (saysNothingKept)
        top.shift();
    const header = {
        generation: Math.min(Number(generation ?? 0), Number.MAX_SAFE_INTEGER),
        ...(writtenAt !== undefined && { writtenAt }),
        ...(provisional !== undefined && { provisional: true }),
    };
    if (first !== undefined) {
        const kept = after.filter(isWritten);
        return { header, blocks: [{ ...first, before: top }, ...others], after: kept, empty: false };
    }
    if (!saysNothingKept && (writtenAt !== undefined || top.some(isWritten)))
        throw otherText(text, reason);
    return { header, blocks, after: top.filter(isWritten), empty: true };
}
function isWritten(line) {
    return line.trim() !== "";
}
function splitBlocks(text) {
    try {
        return (0,ca_pem/* parsePem */.oW)(text);
    }
    catch (error) {
        if (!(error instanceof ca_pem/* PemError */.fd))
            throw error;
        throw new KeyringError(`entry ${Math.floor(error.block / 2) + 1}: ${error.message}`);
    }
}
/** A key whose marker lines are mangled would be taken for explanatory text, and its CA be missed. */
function refuseStrayKeys(notes) {
    const index = notes.findIndex(key_material/* holdsKey */.gR);
    if (index >= 0)
        throw new KeyringError(`entry ${index + 1} has lines of a key outside of its PEM block`);
}
function parseEntry(pair, number) {
    const key = pair.find(({ label }) => (0,ca_pem/* isPrivateKey */.T_)(label));
    const other = pair.find(({ label }) => label === "CERTIFICATE");
    if (key === undefined || other === undefined) {
        throw new KeyringError(`entry ${number} is not one private key and one certificate`);
    }
    const certificate = certificateOf(other.pem, `entry ${number}`);
    const lines = pair.flatMap(({ before }) => before);
    return { privateKey: key.pem, certificate, ...readLines(lines, certificate) };
}
/** @param passphrases undefined where its key stays closed */
function checkEntry(entry, number, passphrases) {
    const named = `entry ${number} (${entry.certificate.commonName})`;
    try {
        const privateKey = passphrases?.open(entry.privateKey);
        const problem = (0,certificate/* foreignCaProblem */.gO)(entry.certificate, {
            now: undefined,
            ...(privateKey && { privateKey }),
        });
        if (problem !== undefined)
            throw new KeyringError(`${named}: its certificate cannot be a CA here: ${problem}`);
    }
    catch (error) {
        if (error instanceof private_key/* KeyEncryptionError */.XN)
            throw new KeyringEncryptionError(`${named}: ${error.message}`);
        if (error instanceof private_key/* PrivateKeyError */.tr)
            throw new KeyringError(`${named}: ${error.message}`, error.passphrase);
        throw error;
    }
}
/**
 * Writes a keyring's text. Reading it back gives the same keyring.
 * @param keyring with its generation and time of writing set (see `nextGeneration`)
 */
function formatKeyring({ generation, writtenAt, provisional, entries, after = [] }) {
    const said = provisional ? ", provisional" : "";
    const header = writtenAt === undefined
        ? ""
        : `MindConnect CA keyring, generation ${generation}, written ${writtenAt}${said}\n`;
    const kept = entries.map((entry) => `\n${formatLines(entry).join("\n")}\n${entry.privateKey}${entry.certificate.pem}`);
    if (kept.length === 0)
        kept.push(`${NOTHING_KEPT}\n`);
    return `${header}${kept.join("")}${after.length === 0 ? "" : `\n${after.join("\n")}\n`}`;
}
/**
 * Reads when a keyring's text was written off its first line alone, without opening a key.
 * @returns milliseconds since 1970; undefined for a text made by hand
 */
function timeOfWriting(text) {
    const at = Date.parse(headerOf(text)?.[2] ?? "");
    return Number.isNaN(at) ? undefined : at;
}
/** @returns whether a text says that its time of writing is provisional (see `Keyring`) */
function isProvisional(text) {
    return headerOf(text)?.[3] !== undefined;
}
function headerOf(text) {
    const first = text.split("\n").find((line) => line.trim() !== "") ?? "";
    return HEADER.exec(first.trim());
}
/**
 * @param keyBits size of a new CA's key
 * @returns bytes that one more CA may need in a keyring: key and certificate grow with the key; subjects, encryption and
 * what is remembered are rounded up
 */
function roomForOneMore(keyBits) {
    return 4096 + Math.ceil(1.5 * keyBits);
}


/***/ }),

/***/ 6796:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Cg: () => (/* binding */ EMPTY_KEYRING),
/* harmony export */   GM: () => (/* binding */ ownKeyring),
/* harmony export */   Lk: () => (/* binding */ noteRefused),
/* harmony export */   Pf: () => (/* binding */ noteVerified),
/* harmony export */   Rj: () => (/* binding */ isSameCa),
/* harmony export */   SP: () => (/* binding */ putEntry),
/* harmony export */   aN: () => (/* binding */ nextGeneration),
/* harmony export */   bV: () => (/* binding */ lostEntries),
/* harmony export */   df: () => (/* binding */ changeEntry),
/* harmony export */   nR: () => (/* binding */ activeEntries),
/* harmony export */   oZ: () => (/* binding */ forgetPast),
/* harmony export */   q: () => (/* binding */ isOfTenant),
/* harmony export */   sT: () => (/* binding */ dropEntry),
/* harmony export */   x0: () => (/* binding */ comesBack),
/* harmony export */   xg: () => (/* binding */ markRetired)
/* harmony export */ });
/* harmony import */ var _time_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7536);

/** None yet. */
const EMPTY_KEYRING = { generation: 0, entries: [] };
/**
 * @param now time of writing, milliseconds since 1970
 * @param provisional whether that clock was not yet compared with the one that stamps the place
 * @returns the keyring with its generation counted on and the time of writing set (ISO 8601 UTC)
 */
function nextGeneration(keyring, now, provisional = false) {
    return {
        ...keyring,
        generation: Math.min(keyring.generation + 1, Number.MAX_SAFE_INTEGER),
        writtenAt: (0,_time_js__WEBPACK_IMPORTED_MODULE_0__/* .iso */ .KH)(now),
        provisional: provisional ? true : undefined,
    };
}
/** @returns whether two entries are the same CA: the certificate decides, byte for byte */
function isSameCa(a, b) {
    return a.certificate.fingerprint === b.certificate.fingerprint;
}
/**
 * @returns the entry without what the platform once showed of it: it begins anew. That it was refused counts until it is
 * seen there
 */
function forgetPast(entry) {
    const { platformId, verifiedAt, verifiedBy, restoredAt, retiredAt, ...kept } = entry;
    return kept;
}
/**
 * @param now milliseconds since 1970
 * @param options.anew it is about to be uploaded, whatever became of it before
 * @returns the keyring with the CA in it and not retired: first where it is new, in its old place where it is known. Of
 * one that comes back after its retirement, or after somebody removed it, what the platform once showed counts no more;
 * that it was refused counts until it is seen there.
 */
function putEntry(keyring, entry, now, { anew = false } = {}) {
    if (!keyring.entries.some((other) => isSameCa(other, entry))) {
        return { ...keyring, entries: [entry, ...keyring.entries] };
    }
    return changeEntry(keyring, entry, (known) => {
        const tenant = known.tenant ?? entry.tenant;
        const tagged = tenant === undefined ? known : { ...known, tenant };
        if (!comesBack(known, anew))
            return tagged;
        return { ...forgetPast(tagged), restoredAt: timeOfChange(known, now) };
    });
}
/**
 * @param anew whether it is about to be uploaded
 * @returns whether a CA comes back: after its retirement, or because somebody removed it where it was verified once
 */
function comesBack({ retiredAt, verifiedAt }, anew) {
    return retiredAt !== undefined || (anew && verifiedAt !== undefined);
}
/** @returns the keyring with one CA's entry changed; the others, and a keyring without it, stay as they are */
function changeEntry(keyring, ca, change) {
    return {
        ...keyring,
        entries: keyring.entries.map((entry) => (isSameCa(entry, ca) ? change(entry) : entry)),
    };
}
/** @returns the keyring without one CA: its key is gone with the next write */
function dropEntry(keyring, ca) {
    return { ...keyring, entries: keyring.entries.filter((entry) => !isSameCa(entry, ca)) };
}
/** @returns whether a CA is this tenant's (a DNS label, in any case), or may be: nothing says whose it is */
function isOfTenant({ tenant: tag }, tenant) {
    return tag === undefined || tag.toLowerCase() === tenant.toLowerCase();
}
/** @returns the keyring as one tenant may use it: the others' CAs are kept, and are no candidates for anything (guarantee 12) */
function ownKeyring(keyring, tenant) {
    return { ...keyring, entries: keyring.entries.filter((entry) => isOfTenant(entry, tenant)) };
}
/** @returns when something happens to a CA, ISO 8601 UTC: never before anything that is remembered of it (guarantee 3) */
function timeOfChange(entry, now) {
    const { certificate, verifiedAt, refusedAt, restoredAt, retiredAt } = entry;
    return (0,_time_js__WEBPACK_IMPORTED_MODULE_0__/* .timeToRemember */ .AE)(now, certificate.notBefore, verifiedAt, refusedAt, restoredAt, retiredAt);
}
/**
 * @param now milliseconds since 1970
 * @returns the entry with its refusal: when it was, not before any time that is remembered of it, and the words
 */
function noteRefused(entry, words, now) {
    return { ...entry, refusedAt: timeOfChange(entry, now), refusedFor: words };
}
/**
 * @returns the entry with what a read-back showed: the id, and the first time it was seen as verified. That time counts
 * the overlap, so it is noted only while the clocks agree, and never changed; a text that is no time counts as none.
 * That it was refused once is over
 */
function noteVerified(entry, slot, { now, standing }) {
    const { refusedAt, refusedFor, ...kept } = entry;
    const unknown = (0,_time_js__WEBPACK_IMPORTED_MODULE_0__/* .rememberedTime */ .Yk)(entry.verifiedAt) === undefined;
    const { verifiedBy } = slot;
    return {
        ...kept,
        platformId: slot.id,
        ...(unknown && standing === "agreed" ? { verifiedAt: timeOfChange(entry, now) } : {}),
        ...(verifiedBy === undefined ? {} : { verifiedBy }),
    };
}
/**
 * @param now milliseconds since 1970
 * @returns the entry marked as retired, at a time not before any that is remembered of it
 */
function markRetired(entry, now) {
    return { ...entry, retiredAt: timeOfChange(entry, now) };
}
/** @returns the entries of `before` that `after` has lost: a write that loses one must not happen (guarantee 3) */
function lostEntries(before, after) {
    return before.entries.filter((entry) => !after.entries.some((other) => isSameCa(entry, other)));
}
/** @returns the entries that may serve: neither retired nor refused (they are *ours*, whatever their subject) */
function activeEntries(keyring) {
    return keyring.entries.filter(({ retiredAt, refusedAt }) => retiredAt === undefined && refusedAt === undefined);
}


/***/ }),

/***/ 3401:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   MK: () => (/* binding */ leafDays),
/* harmony export */   cR: () => (/* binding */ leafProblem),
/* harmony export */   kt: () => (/* binding */ leafFacts),
/* harmony export */   oL: () => (/* binding */ hasSubjectOf),
/* harmony export */   rh: () => (/* binding */ isIssuedBy)
/* harmony export */ });
/* harmony import */ var _certificate_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8418);
/* harmony import */ var _status_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5915);
/* harmony import */ var _subject_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(449);
/* harmony import */ var _x509_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2369);




/** @returns the little that is remembered */
function leafFacts({ expiration, serialNumber, fingerprint, x509 }) {
    return { expiration, serialNumber, fingerprint, x509Version: (0,_x509_js__WEBPACK_IMPORTED_MODULE_3__/* .x509Version */ .$6)(x509.raw) };
}
/** @returns whether a certificate is signed by a CA's key and names it as its issuer */
function isIssuedBy(leaf, ca) {
    return leaf.x509.checkIssued(ca.x509) && leaf.x509.verify(ca.x509.publicKey);
}
/** @returns whether an agent's subject is the CA's own: whoever checks its certificate would take it for the CA's */
function hasSubjectOf(ca, subject) {
    return (0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .sameName */ .q)((0,_subject_js__WEBPACK_IMPORTED_MODULE_2__/* .subjectAttributes */ .qz)(subject), ca.subject);
}
/** @returns why an agent's certificate must not be handed out, or undefined */
function leafProblem(leaf, expected) {
    if (leaf.commonName !== expected.commonName)
        return "its common name is not the agent's name";
    if (!leaf.x509.publicKey.equals(expected.publicKey))
        return "its key is not the agent's";
    if (!isIssuedBy(leaf, expected.ca))
        return "it is not signed by the CA's key";
    if (leaf.notAfter > expected.ca.notAfter)
        return "it would outlive the CA";
    const outdated = (0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .dateProblem */ .sP)(leaf, expected.now);
    if (outdated !== undefined)
        return outdated;
    if ((0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .sameName */ .q)(leaf.subject, expected.ca.subject))
        return "its subject is the CA's own";
    if (expected.subject !== undefined && !(0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .sameName */ .q)(leaf.subject, expected.subject)) {
        return "its subject is not the one that was asked for";
    }
    return undefined;
}
/** From the moment when the days are counted until OpenSSL reads its clock. */
const SIGNING_MS = 60_000;
/**
 * A leaf never outlives its CA.
 * @param days asked for
 * @param ca the one that signs
 * @param now milliseconds since 1970
 * @returns the days that a certificate signed within a minute may have, whole ones: as asked, fewer, or none (0)
 */
function leafDays(days, ca, now) {
    return Math.max(0, Math.min(days, Math.floor((ca.notAfter - now - SIGNING_MS) / _status_js__WEBPACK_IMPORTED_MODULE_1__/* .DAY_MS */ .sO)));
}


/***/ }),

/***/ 8644:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ Passphrases)
/* harmony export */ });
/* harmony import */ var _pem_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9435);
/* harmony import */ var _private_key_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6081);


/**
 * The passphrases of a keyring: any of them may open a key, the first encrypts, so that a passphrase is changed by putting
 * the new one first. Deriving a key takes a fifth of a second: what was opened once is remembered.
 */
class Passphrases {
    #all;
    #opened = new Map();
    /** @param all in their order; none where the keyring's keys are plain */
    constructor(all = []) {
        this.#all = all;
    }
    /** @returns the same, or those that one text or nothing stands for */
    static of(passphrases) {
        if (passphrases instanceof Passphrases)
            return passphrases;
        return new Passphrases(passphrases === undefined ? [] : [passphrases]);
    }
    /** The one that encrypts; undefined where keys stay plain. */
    get first() {
        return this.#all[0];
    }
    /** Whether there is more than one, so that a key may have to change from another one to the first. */
    get several() {
        return this.#all.length > 1;
    }
    /**
     * Opens a private key in PEM, plain or encrypted.
     * @throws PrivateKeyError that never quotes the key or a passphrase
     */
    open(pem) {
        return this.#open(pem).key;
    }
    /** @returns whether a key is encrypted with the first passphrase; what none of them opens is not */
    isUnderFirst(pem) {
        return this.opens(pem) && (0,_pem_js__WEBPACK_IMPORTED_MODULE_0__/* .isEncrypted */ .ph)(pem) && this.#open(pem).by === this.first;
    }
    /** @returns whether a key can be opened */
    opens(pem) {
        try {
            this.#open(pem);
            return true;
        }
        catch (error) {
            if (error instanceof _private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .PrivateKeyError */ .tr)
                return false;
            throw error;
        }
    }
    #open(pem) {
        const known = this.#opened.get(pem);
        if (known !== undefined)
            return known;
        const opened = this.#try(pem);
        this.#opened.set(pem, opened);
        return opened;
    }
    #try(pem) {
        if (!(0,_pem_js__WEBPACK_IMPORTED_MODULE_0__/* .isEncrypted */ .ph)(pem) || this.#all.length <= 1) {
            return { key: (0,_private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .openPrivateKey */ .V9)(pem, this.first), by: this.first };
        }
        for (const by of this.#all) {
            try {
                return { key: (0,_private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .openPrivateKey */ .V9)(pem, by), by };
            }
            catch (error) {
                if (!(error instanceof _private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .PrivateKeyError */ .tr) || !error.passphrase)
                    throw error;
            }
        }
        const count = this.#all.length;
        throw new _private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .PrivateKeyError */ .tr(`none of the ${count} passphrases opens the encrypted private key`, true);
    }
}


/***/ }),

/***/ 6541:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ pemHint),
/* harmony export */   g: () => (/* binding */ pemFromBase64)
/* harmony export */ });
/* harmony import */ var _binary_form_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9475);

/** What base64 consists of, in lines or without; no path is as long. */
const BASE64 = /^\s*[A-Za-z0-9+/][A-Za-z0-9+/=\s]{98,}$/;
/**
 * Reads a text whose base64 came in instead of it, as secrets of several lines are often stored.
 * @param text hostile or secret
 * @returns the PEM text; undefined where the text is no base64 of one in UTF-8
 */
function pemFromBase64(text) {
    if (!BASE64.test(text))
        return undefined;
    const bytes = Buffer.from(text, "base64");
    const decoded = bytes.toString("utf8");
    return decoded.includes("-----BEGIN ") && Buffer.from(decoded).equals(bytes) ? decoded : undefined;
}
/**
 * What happened to a text that should be PEM: secrets and YAML often lose its line breaks.
 * @param text hostile or secret; never quoted
 * @returns what it holds instead, to follow the name of the text; undefined where nothing is recognised
 */
function pemHint(text) {
    if (!text.includes("-----BEGIN "))
        return base64Hint(text);
    if (text.includes("\\n"))
        return "holds the two characters \\n instead of line breaks: pass the PEM unescaped";
    if (/^[ \t]+-----(?:BEGIN|END) /m.test(text))
        return "is indented: every line of a PEM text begins at its left margin";
    if (/-----BEGIN [A-Z0-9 ]+-----[ \t]*[^-\s]/.test(text))
        return "has blanks instead of line breaks: pass the PEM with the lines it had";
    return undefined;
}
function base64Hint(text) {
    if (pemFromBase64(text) !== undefined)
        return "is base64 of a whole PEM text: pass what base64 -d makes of it";
    if (!BASE64.test(text))
        return undefined;
    const bytes = Buffer.from(text, "base64");
    if (bytes.includes(Buffer.from("-----BEGIN ", "utf16le")))
        return "is base64 of a text in UTF-16: pass what base64 -d | iconv -f UTF-16 -t UTF-8 makes of it";
    const form = (0,_binary_form_js__WEBPACK_IMPORTED_MODULE_0__/* .binaryForm */ .m)(bytes);
    if (form?.kind.startsWith("PKCS#12"))
        return `is base64 of ${form.kind}: pass what base64 -d | openssl ${form.argv} makes of it`;
    // DER of a certificate or a key begins so in base64: it is what stands in a PEM text.
    return /^\s*M[A-P]/.test(text)
        ? "holds base64 without its lines -----BEGIN …----- and -----END …-----: pass the whole PEM text"
        : undefined;
}


/***/ }),

/***/ 9435:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E_: () => (/* binding */ withoutMark),
/* harmony export */   T_: () => (/* binding */ isPrivateKey),
/* harmony export */   fd: () => (/* binding */ PemError),
/* harmony export */   oW: () => (/* binding */ parsePem),
/* harmony export */   ph: () => (/* binding */ isEncrypted)
/* harmony export */ });
/** A text that stops being PEM inside a block. */
class PemError extends Error {
    name = "PemError";
    /** How many whole blocks stand before it. */
    block;
    constructor(message, block) {
        super(message);
        this.block = block;
    }
}
const BEGIN = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/;
/** `openssl ecparam -genkey` writes it before a key that names its curve itself (RFC 5915 §3). */
const PARAMETERS = "EC PARAMETERS";
const BODY_LINE = /^(?:[A-Za-z0-9+/]+={0,2}|(?:Proc-Type|DEK-Info): .*|)$/;
/** @returns the text without the byte order mark that some editors put first */
function withoutMark(text) {
    return text.startsWith("\ufeff") ? text.slice(1) : text;
}
/**
 * Splits a text into its PEM blocks (RFC 7468; a byte order mark, CRLF and trailing blanks are accepted). Parameters before a
 * key are left out: the key has them.
 * @param text the text of a file or of an input
 * @returns the blocks in order, and the lines after the last one
 * @throws PemError that says in which line the text stops being PEM, never quoting it
 */
function parsePem(text) {
    const blocks = [];
    let before = [];
    let open;
    for (const [index, raw] of withoutMark(text).split(/\r?\n/).entries()) {
        const line = raw.trimEnd();
        const begin = BEGIN.exec(line)?.[1];
        if (open === undefined) {
            if (begin === undefined)
                before.push(line);
            else
                open = { label: begin, lines: [line] };
            continue;
        }
        open.lines.push(line);
        if (line === `-----END ${open.label}-----`) {
            if (open.label !== PARAMETERS) {
                blocks.push({ label: open.label, pem: `${open.lines.join("\n")}\n`, before });
                before = [];
            }
            open = undefined;
        }
        else if (!BODY_LINE.test(line)) {
            const what = /^\s/.test(line) ? "is indented" : "is not base64";
            throw new PemError(`line ${index + 1} ${what} inside "${open.label}"`, blocks.length);
        }
    }
    if (open !== undefined)
        throw new PemError(`"${open.label}" has no END line`, blocks.length);
    return { blocks, after: before };
}
/** @returns whether a label names a private key of any form */
function isPrivateKey(label) {
    return label.endsWith("PRIVATE KEY");
}
/** @returns whether a PEM private key is encrypted: PKCS#8 (RFC 5958) or the older OpenSSL form */
function isEncrypted(pem) {
    return pem.includes("BEGIN ENCRYPTED PRIVATE KEY") || pem.includes("Proc-Type: 4,ENCRYPTED");
}


/***/ }),

/***/ 654:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   SP: () => (/* binding */ shown),
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   Xq: () => (/* binding */ repeatsSecret),
/* harmony export */   c3: () => (/* binding */ SHORTEST_SECRET),
/* harmony export */   cT: () => (/* binding */ withoutSecrets),
/* harmony export */   g$: () => (/* binding */ printable),
/* harmony export */   jD: () => (/* binding */ hide)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7975);

/** Secrets of this run: hostile text may echo one, and changing that text would hide it from the runner's masks. */
const hidden = new Set();
/** Shorter texts would garble what is printed. */
const SHORTEST_SECRET = 4;
/** Shorter parts of one stand in innocent texts by chance. */
const TELLING_LENGTH = 16;
/** What tokens, secrets and base64 consist of. */
const LONG_WORD = /[\w.~+/=-]{16,}/g;
/** From here on {@link printable} shows `***` instead of this text. */
function hide(secret) {
    for (const form of [secret, readable(secret)])
        if (form.length >= SHORTEST_SECRET)
            hidden.add(form);
}
/** @returns the text without what cannot be seen: it may stand in the middle of a secret */
function readable(text) {
    return (0,node_util__WEBPACK_IMPORTED_MODULE_0__.stripVTControlCharacters)(text).replaceAll(/[\p{Cf}\p{Cs}]/gu, "");
}
/**
 * @param text hostile, such as a name or an id in a reply
 * @returns whether it holds a secret of this run, or a telling part of one
 */
function repeatsSecret(text) {
    return [...hidden].some((secret) => (secret.length >= TELLING_LENGTH / 2 && text.includes(secret)) ||
        (text.length >= TELLING_LENGTH && secret.includes(text)));
}
/**
 * Makes hostile text (a reply, an OpenSSL message, a certificate's name) safe to print. The Actions runner obeys
 * `::cmd::` at the start of a line and `##[cmd]` anywhere in a line, on stdout and on stderr.
 * @param text anything
 * @param limit most characters of the result
 * @returns one line without control, escape and direction characters, in which no workflow command is left. A part of a
 * line may still bring a `::` along (`fe80::1`): whole lines go through this before they are printed
 */
function printable(text, limit = 1000) {
    const line = withoutSecrets(readable(text))
        .split(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        .map(withoutCommand)
        .join(" ")
        .replaceAll("##[", "## [")
        .trim();
    return line.length > limit ? `${line.slice(0, limit).replace(/\p{Cs}$/u, "")}…` : line;
}
/** A line that begins like a command keeps no `::` at all. */
function withoutCommand(line) {
    return line.trimStart().startsWith("::") ? line.replaceAll("::", ": :") : line;
}
/** @returns the text in quotes, cut and safe to print */
function quoted(text) {
    return `"${printable(text, 60)}"`;
}
/**
 * An id, name or common name as it enters a message: hostile, and of many lines it could forge the message's own.
 * @returns one short line
 */
function shown(text) {
    return printable(text, 100);
}
/** @returns the text with `***` for secrets: they may lie inside one another or overlap, and telling parts of one go, too */
function withoutSecrets(text) {
    const found = [...hidden].flatMap((secret) => occurrences(text, secret)).sort(([a], [b]) => a - b);
    let safe = "";
    let end = 0;
    for (const [from, to] of found) {
        if (from >= end)
            safe += `${text.slice(end, from)}***`;
        end = Math.max(end, to);
    }
    return (safe + text.slice(end)).replaceAll(LONG_WORD, (word) => (repeatsSecret(word) ? "***" : word));
}
function occurrences(text, secret) {
    const found = [];
    for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1)) {
        found.push([from, from + secret.length]);
    }
    return found;
}


/***/ }),

/***/ 6081:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  XN: () => (/* binding */ KeyEncryptionError),
  tr: () => (/* binding */ PrivateKeyError),
  V9: () => (/* binding */ openPrivateKey),
  Vj: () => (/* binding */ plainPem)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./build/ca/der.js
var der = __nccwpck_require__(1166);
;// CONCATENATED MODULE: ./build/ca/key-encryption.js

/** What old tools encrypt keys with, by names that people know (RFC 8018 §A, RFC 7914, PKCS#12 §C). */
const NAMES = {
    "1.2.840.113549.1.5.1": "PBE-MD2-DES",
    "1.2.840.113549.1.5.3": "PBE-MD5-DES",
    "1.2.840.113549.1.5.6": "PBE-MD5-RC2-64",
    "1.2.840.113549.1.5.10": "PBE-SHA1-DES",
    "1.2.840.113549.1.5.11": "PBE-SHA1-RC2-64",
    "1.2.840.113549.1.12.1.1": "PBE-SHA1-RC4-128",
    "1.2.840.113549.1.12.1.2": "PBE-SHA1-RC4-40",
    "1.2.840.113549.1.12.1.3": "PBE-SHA1-3DES",
    "1.2.840.113549.1.12.1.5": "PBE-SHA1-RC2-128",
    "1.2.840.113549.1.12.1.6": "PBE-SHA1-RC2-40",
    "1.3.6.1.4.1.11591.4.11": "scrypt",
    "1.2.840.113549.1.5.12": "PBKDF2",
    "2.16.840.1.101.3.4.1.2": "AES-128-CBC",
    "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
    "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
    "1.3.14.3.2.7": "DES-CBC",
    "1.2.840.113549.3.2": "RC2-CBC",
    "1.2.840.113549.3.4": "RC4",
    "1.3.6.1.4.1.3029.1.2": "BF-CBC",
};
const PBES2 = "1.2.840.113549.1.5.13";
/**
 * @param pem an encrypted private key, PKCS#8 or the older form of OpenSSL
 * @returns the algorithm that it is encrypted with, by its name or OID
 */
function keyEncryption(pem) {
    const [, legacy] = /^DEK-Info: ([\w-]+)/m.exec(pem) ?? [];
    if (legacy !== undefined)
        return legacy;
    try {
        const body = pem.replaceAll(/-----[^-]*-----|\s/g, "");
        const [algorithm] = (0,der/* insideDer */.SA)(Buffer.from(body, "base64"));
        return algorithm === undefined ? "an unknown algorithm" : nameOf(algorithm);
    }
    catch {
        return "an unknown algorithm";
    }
}
/** PBES2 names two: how the key is derived, and the cipher. */
function nameOf(algorithm) {
    const [oid, parameters] = (0,der/* readDer */.SU)(algorithm.content);
    const name = (0,der/* dottedOid */.lP)(oid);
    if (name !== PBES2 || parameters === undefined)
        return NAMES[name] ?? name;
    return (0,der/* readDer */.SU)(parameters.content).map(nameOf).join(" with ");
}

// EXTERNAL MODULE: ./build/ca/pem.js
var ca_pem = __nccwpck_require__(9435);
// EXTERNAL MODULE: ./build/ca/pem-hint.js
var pem_hint = __nccwpck_require__(6541);
;// CONCATENATED MODULE: ./build/ca/private-key.js




/** Why a private key could not be opened; `passphrase` where another passphrase would help. */
class PrivateKeyError extends Error {
    name = "PrivateKeyError";
    passphrase;
    constructor(message, passphrase) {
        super(message);
        this.passphrase = passphrase;
    }
}
/** A key whose encryption Node cannot undo, whatever the passphrase. */
class KeyEncryptionError extends PrivateKeyError {
    /** @param algorithm that it is encrypted with */
    constructor(algorithm) {
        super(`the private key is encrypted with ${algorithm}, which Node.js cannot open whatever the passphrase: convert it with ${converter(algorithm)}`, false);
    }
}
/** Of scrypt only what takes more memory than OpenSSL gives it ends here, and no option of its programs gives it more. */
function converter(algorithm) {
    if (!algorithm.startsWith("scrypt")) {
        return "openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key (OpenSSL 3 and later may need -provider default -provider legacy)";
    }
    const script = "import getpass, sys; from cryptography.hazmat.primitives.serialization import *; p = getpass.getpass().encode(); k = load_pem_private_key(sys.stdin.buffer.read(), p); print(k.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(p)).decode())";
    return `python3 -c '${script}' < old.key > new.key (after pip install cryptography; OpenSSL cannot open it either, it takes more than 32 MiB)`;
}
/**
 * Opens a private key in PEM (PKCS#1, PKCS#8 or encrypted PKCS#8) before any process is started.
 * @param pem one private key
 * @param passphrase for an encrypted key; ignored for a plain one
 * @throws PrivateKeyError that never quotes the key or the passphrase
 */
function openPrivateKey(pem, passphrase) {
    const encrypted = (0,ca_pem/* isEncrypted */.ph)(pem);
    if (encrypted && passphrase === undefined) {
        throw new PrivateKeyError("the private key is encrypted and no passphrase is given", true);
    }
    try {
        return (0,external_node_crypto_.createPrivateKey)({ key: (0,ca_pem/* withoutMark */.E_)(pem), format: "pem", passphrase: passphrase ?? "" });
    }
    catch (error) {
        if (encrypted && UNABLE.test(error.code ?? ""))
            throw new KeyEncryptionError(keyEncryption(pem));
        const hint = (0,pem_hint/* pemHint */.c)(pem);
        if (hint !== undefined)
            throw new PrivateKeyError(`the private key ${hint}`, false);
        // Node's own message may differ by version and never says more than this.
        throw encrypted
            ? new PrivateKeyError("the passphrase does not open the encrypted private key", true)
            : new PrivateKeyError("the private key cannot be read", false);
    }
}
/** How Node says that it cannot do an algorithm, whether the passphrase is right or not (measured on 24). */
const UNABLE = /^ERR_OSSL_EVP_UNSUPPORTED$|MEMORY_LIMIT_EXCEEDED$/;
/** @returns the key as plain PKCS#8 PEM: the form the documented commands can read without a prompt */
function plainPem(key) {
    return key.export({ type: "pkcs8", format: "pem" }).toString();
}


/***/ }),

/***/ 1388:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ capital)
/* harmony export */ });
/** @returns the text with a capital letter at its beginning, as a sentence has it */
function capital(text) {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}


/***/ }),

/***/ 8508:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N6: () => (/* binding */ namesAlike),
/* harmony export */   Ng: () => (/* binding */ isUsable),
/* harmony export */   QW: () => (/* binding */ inQuestion),
/* harmony export */   _I: () => (/* binding */ findContradictions),
/* harmony export */   _d: () => (/* binding */ isExpired),
/* harmony export */   hg: () => (/* binding */ findDoubts),
/* harmony export */   io: () => (/* binding */ recallVerified),
/* harmony export */   ji: () => (/* binding */ matchSlots),
/* harmony export */   lJ: () => (/* binding */ confirm),
/* harmony export */   lW: () => (/* binding */ endsTogether),
/* harmony export */   r3: () => (/* binding */ SLOT_LIMIT)
/* harmony export */ });
/* harmony import */ var _certificate_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8418);

/** Per environment; unverified certificates take a slot too. */
const SLOT_LIMIT = 2;
/** @returns whether a slot's certificate ends in the same second as this one: another end is another certificate */
function endsTogether(slot, { notAfter }) {
    const seconds = (milliseconds) => Math.floor(milliseconds / 1000);
    return seconds(Date.parse(slot.expiration)) === seconds(notAfter);
}
/**
 * Compares a common name as a reply renders it with a certificate's. How replies render one is not documented: blanks,
 * case, a `CN=` before it, Unicode forms, or which of several names is shown, tell nothing.
 * @returns false where they differ in more than that, and where the reply says none
 */
function namesAlike(shown, { commonNames }) {
    if (shown === "")
        return false;
    const readings = readingsOf(shown).map(folded);
    return commonNames.some((name) => readings.includes(folded(name)));
}
/** @returns what a rendering may mean: itself, what follows a `CN=`, or that up to the next part of a whole subject */
function readingsOf(shown) {
    const [, rest = shown, first = shown] = /(?:^|[,/])\s*CN\s*=\s*(((?:\\.|[^,/])*).*)/is.exec(shown) ?? [];
    return [shown, rest, first].flatMap((text) => [text, text.replaceAll(/\\(.)/gs, "$1")]);
}
/** @returns a name without what renderings change: Unicode forms, blanks, case */
function folded(name) {
    return name.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();
}
/** How well a slot fits a certificate that ends in the same second. */
const STRENGTH = { id: 3, fingerprint: 2, commonName: 1, date: 0 };
function strengthOf(slot, { certificate, platformId }) {
    if (platformId === slot.id)
        return STRENGTH.id;
    if (slot.name.endsWith((0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .shortFingerprint */ .nE)(certificate)))
        return STRENGTH.fingerprint;
    return namesAlike(slot.commonName, certificate) ? STRENGTH.commonName : STRENGTH.date;
}
/**
 * Pairs slots with certificates, each at most once. Replies carry neither PEM nor fingerprint: the end decides, with the
 * remembered id, else a name that carries the fingerprint, else the common name. The end alone is no match: see
 * {@link findDoubts}.
 * @returns for each matched slot's id the candidate
 */
function matchSlots(slots, candidates) {
    const pairs = slots.flatMap((slot) => candidates
        .filter((candidate) => endsTogether(slot, candidate.certificate))
        .map((candidate) => ({ slot, candidate, strength: strengthOf(slot, candidate) }))
        .filter(({ strength }) => strength > STRENGTH.date));
    pairs.sort((a, b) => b.strength - a.strength);
    const matched = new Map();
    const used = new Set();
    for (const { slot, candidate } of pairs) {
        if (matched.has(slot.id) || used.has(candidate))
            continue;
        matched.set(slot.id, candidate);
        used.add(candidate);
    }
    // The same certificate may lie in both slots: what is left over is the strongest that it could be.
    for (const { slot, candidate } of pairs)
        if (!matched.has(slot.id))
            matched.set(slot.id, candidate);
    return matched;
}
/**
 * @returns the slots that agree with a certificate in nothing but the second of their end, where neither another
 * certificate explains the slot, nor another slot the certificate: each could be it, and none is known to be
 */
function findDoubts(slots, candidates) {
    const matched = matchSlots(slots, candidates);
    const found = new Set(matched.values());
    return slots.flatMap((slot) => {
        const ca = candidates.find((other) => !found.has(other) && endsTogether(slot, other.certificate));
        return matched.has(slot.id) || ca === undefined ? [] : [{ slot, ca }];
    });
}
/**
 * @param wish the one that the user brings along, or offers again
 * @returns the candidates that an unclear slot may be about: of those that were refused, or are not valid yet, only what
 * lies in a slot, for the others are not sent and stand in no one's way (guarantee 4)
 */
function inQuestion(slots, candidates, at, wish) {
    const placed = new Set(matchSlots(slots, candidates).values());
    const maySend = (ca) => ca.refusedAt === undefined && !(0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotValidYet */ .cS)(ca.certificate, at, false);
    return candidates.filter((ca) => ca === wish || placed.has(ca) || maySend(ca));
}
/**
 * @returns the slots that have the remembered id of a certificate, or its fingerprint in their name, and another end, where
 * no other certificate explains them: one of the two is wrong. What is retired has left its id to others
 */
function findContradictions(slots, candidates) {
    const matched = matchSlots(slots, candidates);
    return slots.flatMap((slot) => {
        const ca = candidates.find((other) => other.retiredAt === undefined &&
            strengthOf(slot, other) >= STRENGTH.fingerprint &&
            !endsTogether(slot, other.certificate));
        return matched.has(slot.id) || ca === undefined ? [] : [{ slot, ca }];
    });
}
/**
 * What the user says of a slot, where replies say too little: it holds the candidate that ends in the same second.
 * @returns the candidates, the one found in that way with its id
 */
function confirm(slots, candidates, { id, name }) {
    const doubts = findDoubts(slots, candidates);
    const doubt = doubts.find(({ slot }) => slot.id === id) ??
        doubts.find(({ slot }) => slot.name !== "" && slot.name === name?.trim());
    if (doubt === undefined)
        return candidates;
    return candidates.map((ca) => (ca === doubt.ca ? { ...ca, platformId: doubt.slot.id } : ca));
}
/**
 * Fills in what a list does not say. Absent means not verified, but for a certificate that is remembered as verified under
 * the same id: it counts as verified, and where reads of this platform can say so, as `remembered`.
 */
function recallVerified(slots, candidates) {
    return slots.map(({ isVerified, ...slot }) => {
        if (isVerified !== undefined)
            return { ...slot, isVerified };
        const known = candidates.find(({ certificate, platformId }) => platformId === slot.id && endsTogether(slot, certificate));
        if (known?.verifiedBy !== undefined)
            return { ...slot, isVerified: true };
        // Words instead of a time may be anybody's.
        return Number.isNaN(Date.parse(known?.verifiedAt ?? ""))
            ? { ...slot, isVerified: false }
            : { ...slot, isVerified: true, remembered: true };
    });
}
/** @returns whether a slot is usable: verified, and not expired by the platform's clock (ms since 1970) */
function isUsable(slot, now) {
    return slot.isVerified && !isExpired(slot, now);
}
/** @returns whether a slot's certificate has expired by the platform's clock (ms since 1970) */
function isExpired(slot, now) {
    return Date.parse(slot.expiration) <= now;
}


/***/ }),

/***/ 5915:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Wp: () => (/* binding */ rotationDueAt),
/* harmony export */   _c: () => (/* binding */ endsWithin),
/* harmony export */   gk: () => (/* binding */ RENEW_BEFORE_DAYS),
/* harmony export */   kw: () => (/* binding */ joinKeyring),
/* harmony export */   sO: () => (/* binding */ DAY_MS),
/* harmony export */   v4: () => (/* binding */ newestUsable)
/* harmony export */ });
/* harmony import */ var _certificate_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8418);
/* harmony import */ var _slots_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8508);


/** Milliseconds of a day. */
const DAY_MS = 24 * 60 * 60 * 1000;
/** Days before the end of the newest usable CA from which a rotation is due: longer than the agents' 365 days. */
const RENEW_BEFORE_DAYS = 395;
/**
 * Joins the platform's slots with the keyring.
 * @param entries newest first
 * @param now the platform's clock, milliseconds since 1970
 * @returns the slots in their order
 */
function joinKeyring(slots, entries, now) {
    const held = (0,_slots_js__WEBPACK_IMPORTED_MODULE_1__/* .matchSlots */ .ji)(slots, entries);
    return slots.map(({ id, name, commonName, expiration, isVerified }) => {
        const ca = held.get(id);
        const daysLeft = Math.floor((Date.parse(expiration) - now) / DAY_MS);
        const lifeUsed = ca === undefined ? null : percentUsed(ca, now);
        return {
            slot: {
                id,
                name,
                commonName: commonName || (ca?.certificate.commonName ?? ""),
                expiration,
                isVerified,
                daysLeft,
                held: ca !== undefined,
                lifeUsed,
            },
            ca,
        };
    });
}
function percentUsed({ certificate }, now) {
    const start = Date.parse(certificate.x509.validFrom);
    const share = (now - start) / (certificate.notAfter - start);
    return Math.round(Math.min(1, Math.max(0, share)) * 100);
}
/**
 * @param entries the keyring's, newest first: the newest of ours wins over one that lasts longer and is not ours
 * @returns the newest usable slot, or undefined where none is usable by then; one that is not valid yet counts as none
 */
function newestUsable(joined, entries, at) {
    const usable = joined.filter(({ slot, ca }) => (0,_slots_js__WEBPACK_IMPORTED_MODULE_1__/* .isUsable */ .Ng)(slot, at.now) && (ca === undefined || !(0,_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .isNotValidYet */ .cS)(ca.certificate, at, true)));
    const ours = entries
        .filter((entry) => entry.retiredAt === undefined)
        .flatMap((entry) => usable.filter(({ ca }) => ca === entry));
    const longest = usable.toSorted((a, b) => Date.parse(b.slot.expiration) - Date.parse(a.slot.expiration));
    return [...ours, ...longest][0]?.slot;
}
/** @returns when the rotation of a CA is due, milliseconds since 1970 */
function rotationDueAt({ expiration }, renewBeforeDays = RENEW_BEFORE_DAYS) {
    return Date.parse(expiration) - renewBeforeDays * DAY_MS;
}
/** @returns whether a certificate has fewer than `days` left at `now` (milliseconds since 1970) */
function endsWithin(expiration, days, now) {
    return Date.parse(expiration) - now < days * DAY_MS;
}


/***/ }),

/***/ 449:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ar: () => (/* binding */ SUBJECT_LIMITS),
/* harmony export */   Lg: () => (/* binding */ subjectValueProblem),
/* harmony export */   Pv: () => (/* binding */ needsUtf8),
/* harmony export */   nk: () => (/* binding */ toSubjArgument),
/* harmony export */   qz: () => (/* binding */ subjectAttributes),
/* harmony export */   wy: () => (/* binding */ hasInvisible)
/* harmony export */ });
/** Upper bounds in characters, X.520 / RFC 5280 appendix A.1 (65 are refused by OpenSSL for a common name, measured). */
const SUBJECT_LIMITS = {
    city: 128,
    organization: 64,
    organizationalUnit: 64,
    commonName: 64,
};
/** @returns the attributes of a CA's subject in the order of the vendor's page */
function subjectAttributes(subject) {
    return [
        ["C", subject.countryCode],
        ["ST", subject.city],
        ["O", subject.organization],
        ["OU", subject.organizationalUnit],
        ["CN", subject.commonName],
    ];
}
/**
 * Writes a name as the argument of OpenSSL's `-subj`.
 * Unescaped, a `/` or `+` in a value silently ends it (measured on OpenSSL 3.0: exit 0 with the CN lost).
 * @returns e.g. `/C=DE/ST=MUC/O=A\/S Corp/OU=IT/CN=acme`
 */
function toSubjArgument(attributes) {
    return attributes.map(([type, value]) => `/${type}=${value.replaceAll(/[\\/+]/g, "\\$&")}`).join("");
}
/** @returns whether `-utf8` is needed: without it non-ASCII text is stored garbled (measured) */
function needsUtf8(attributes) {
    return attributes.some(([, value]) => /[^\x20-\x7e]/.test(value));
}
/** @returns whether a text has characters that nobody sees: soft hyphens, zero widths, directions, fillers, tags */
function hasInvisible(text) {
    return INVISIBLE.test(text);
}
/** Unicode's own list of them (UAX #44), with the marks around annotations and musical signs. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
/**
 * What keeps a value out of a subject. Control and invisible direction characters make a name that looks like another.
 * @param value the value as given, blanks included
 * @param limit most characters (Unicode code points)
 * @returns the reason, or undefined for a value that can be issued exactly as asked
 */
function subjectValueProblem(value, limit) {
    if (/\p{Cc}|\p{Zl}|\p{Zp}/u.test(value))
        return "contains a control character or a line break";
    if (hasInvisible(value))
        return "contains an invisible character";
    if (/\p{Cs}/u.test(value) || value.includes("\ufffd"))
        return "is not valid Unicode text";
    const length = [...value].length;
    return length > limit ? `is ${length} characters long; the limit is ${limit}` : undefined;
}


/***/ }),

/***/ 7536:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   AE: () => (/* binding */ timeToRemember),
/* harmony export */   K8: () => (/* binding */ isTime),
/* harmony export */   KH: () => (/* binding */ iso),
/* harmony export */   Yk: () => (/* binding */ rememberedTime),
/* harmony export */   vd: () => (/* binding */ day)
/* harmony export */ });
/** Later times have no four digits for the year, nobody means them, and there is little room to count on from them. */
const LATEST = Date.UTC(9999, 11, 31);
/** @returns whether a number can be a time in milliseconds since 1970: one of the years 1970 to 9999 */
function isTime(time) {
    return time >= 0 && time <= LATEST;
}
/** @returns a time (milliseconds since 1970) as the platform writes it: `2031-05-30T09:22:55.000Z` */
function iso(time) {
    return new Date(time).toISOString();
}
/** @returns the day of a time (milliseconds since 1970), UTC: `2031-05-30` */
function day(time) {
    return iso(time).slice(0, 10);
}
/**
 * Reads a time that the keyring remembers.
 * @param text ISO 8601 UTC, or what somebody made of it; undefined where nothing is remembered
 * @returns milliseconds since 1970, also in the future, where nobody has been yet; undefined for a text that is no time
 */
function rememberedTime(text) {
    const time = Date.parse(text ?? "");
    return isTime(time) ? time : undefined;
}
/**
 * @param now milliseconds since 1970
 * @param remembered what is remembered already, ISO 8601 UTC
 * @returns what to remember as now: never before the certificate's own beginning, nor before what is remembered
 */
function timeToRemember(now, begins, ...remembered) {
    return iso(Math.max(now, begins, ...remembered.map((text) => rememberedTime(text) ?? now)));
}


/***/ }),

/***/ 2369:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $6: () => (/* binding */ x509Version),
/* harmony export */   lr: () => (/* binding */ commonNamesIn),
/* harmony export */   m: () => (/* binding */ commonNames),
/* harmony export */   oQ: () => (/* binding */ extensionsOf),
/* harmony export */   wO: () => (/* binding */ signatureAlgorithm)
/* harmony export */ });
/* harmony import */ var _der_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1166);

/** [3] EXPLICIT, in which the extensions stand. */
const EXTENSIONS = 0xa3;
/** @returns the version of a certificate (RFC 5280 §4.1.2.1), which Node does not tell */
function x509Version(der) {
    const [version] = signedParts(der);
    // [0] EXPLICIT INTEGER, absent for version 1.
    if (version?.tag !== _der_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG */ .Dk.context0)
        return 1;
    return version.content.at(-1) === 2 ? 3 : 2;
}
/** @returns the extensions of a certificate in their order, which Node tells in part */
function extensionsOf(der) {
    const wrapped = signedParts(der).find(({ tag }) => tag === EXTENSIONS);
    if (wrapped === undefined)
        return [];
    return (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(wrapped.content).map(({ content }) => {
        const parts = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(content);
        return {
            oid: (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .dottedOid */ .lP)(parts[0]),
            critical: parts.some(({ tag, content: [octet] }) => tag === _der_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG */ .Dk.boolean && octet !== 0),
            value: parts.find(({ tag }) => tag === _der_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG */ .Dk.octetString)?.content ?? Buffer.alloc(0),
        };
    });
}
/** @returns the algorithm that a certificate is signed with, dotted */
function signatureAlgorithm(der) {
    const [, algorithm] = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(der);
    return algorithm === undefined ? "" : (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .dottedOid */ .lP)((0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(algorithm.content)[0]);
}
/** @returns every common name of a certificate's subject, or of who issued it, as the certificate says */
function commonNames(der, whose) {
    const parts = signedParts(der);
    // Issuer, validity and subject follow the version, which version 1 leaves out, the serial number and the algorithm.
    const [issuer, , subject] = parts.slice(parts[0]?.tag === _der_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG */ .Dk.context0 ? 3 : 2);
    return commonNamesIn(whose === "issuer" ? issuer : subject);
}
function signedParts(der) {
    const [signed] = (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .insideDer */ .SA)(der);
    return signed === undefined ? [] : (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(signed.content);
}
const COMMON_NAME = "2.5.4.3";
/**
 * @param name of a certificate or a CSR (RFC 5280 §4.1.2.4)
 * @returns every common name in its order, those inside a multi-valued RDN too. Node's rendering would have to be taken
 * apart again, and its `toLegacyObject`, called before `node:tls` was loaded, leaves no TLS connection possible (v20, v24)
 */
function commonNamesIn(name) {
    if (name === undefined)
        return [];
    return (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(name.content)
        .flatMap((rdn) => (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(rdn.content))
        .map((attribute) => (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .readDer */ .SU)(attribute.content))
        .filter(([type]) => (0,_der_js__WEBPACK_IMPORTED_MODULE_0__/* .dottedOid */ .lP)(type) === COMMON_NAME)
        .map(([, value]) => textOf(value));
}
/** Those of X.520's string types that do not have one octet for a character. */
const UTF8_STRING = 0x0c;
const UNIVERSAL_STRING = 0x1c;
const BMP_STRING = 0x1e;
function textOf(value) {
    if (value === undefined)
        return "";
    const { tag, content } = value;
    if (tag === BMP_STRING && content.length % 2 === 0)
        return Buffer.from(content).swap16().toString("utf16le");
    if (tag === UNIVERSAL_STRING && content.length % 4 === 0)
        return Array.from({ length: content.length / 4 }, (_, at) => String.fromCodePoint(content.readUInt32BE(at * 4))).join("");
    return content.toString(tag === UTF8_STRING ? "utf8" : "latin1");
}


/***/ }),

/***/ 2325:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ko: () => (/* binding */ readInputs),
/* harmony export */   Os: () => (/* binding */ group),
/* harmony export */   ZZ: () => (/* binding */ field),
/* harmony export */   k4: () => (/* binding */ plainGroup)
/* harmony export */ });
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_pem_hint_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6541);


/** Declares a field, keeping the literal types of `required` and `default`. */
function field(declared) {
    return declared;
}
/** Declares a group. */
function group(fields, resolve) {
    return { fields, resolve };
}
/** @returns a group whose value is its fields' values */
function plainGroup(fields) {
    return group(fields, (values) => values);
}
/**
 * Reads every input of a task and checks it, before any process or request. This does by itself what
 * `core.getInput` does, because `@actions/core` takes longer to load than all the rest and keys are started first.
 * @param environment the runner's: `INPUT_<NAME>` in upper case with hyphens kept; unset is empty
 */
function readInputs(groups, environment) {
    const problems = [];
    const secrets = [];
    const report = (input, message, code, log) => {
        problems.push({ input, message, ...(code && { code }), ...(log && { log }) });
    };
    const inputs = {};
    for (const [name, { fields, resolve }] of Object.entries(groups)) {
        const values = {};
        for (const [input, declared] of Object.entries(fields)) {
            const value = readField(input, declared, environment, report, secrets);
            if (value !== undefined)
                values[input] = value;
        }
        const given = (input) => textOf(input, fields[input], environment);
        const resolved = resolve(values, report, (input) => given(input) !== "", given);
        if (resolved !== undefined)
            inputs[name] = resolved;
    }
    return { inputs: inputs, problems, report, secrets };
}
function readField(input, declared, environment, report, secrets) {
    const text = textOf(input, declared, environment);
    const given = text === "" ? (declared.default ?? "") : text;
    if (given === "") {
        if (declared.required === true)
            report(input, `is missing. ${declared.description}`);
        return undefined;
    }
    try {
        const value = declared.parse(given);
        if (declared.secret !== true)
            return value;
        secrets.push(...[value].flat().filter((text) => typeof text === "string"));
        // A path is no secret; a key in base64 is one in that form, too.
        if ((0,_ca_pem_hint_js__WEBPACK_IMPORTED_MODULE_1__/* .pemFromBase64 */ .g)(given) !== undefined)
            secrets.push(given);
        return value;
    }
    catch (error) {
        if (declared.secret === true)
            secrets.push(given);
        const { message, code = "" } = error;
        report(input, message, code in _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ERROR_CODES */ .OQ ? code : undefined);
        return undefined;
    }
}
/** @returns what was given, without the blanks around it unless they belong to the value; empty where nothing was */
function textOf(input, declared, environment) {
    const raw = environment[`INPUT_${input.toUpperCase()}`] ?? "";
    return declared?.verbatim === true ? raw : raw.trim();
}


/***/ }),

/***/ 5549:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ escapeMarkdown),
/* harmony export */   Q: () => (/* binding */ markdownTable)
/* harmony export */ });
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(654);

/**
 * What Markdown gives a meaning, formulas and the addresses that GitHub makes links of included. Between letters `_` is
 * none: error codes stay readable.
 */
const MEANINGFUL = /[\\`*[\]!|@~$]|:(?=\/\/)|(?<=www)\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu;
/**
 * Escapes hostile text (a certificate's name, a common name) for Markdown on the job's page.
 * @returns one line in which nothing is a tag, a link, emphasis, a mention or a table's border
 */
function escapeMarkdown(text) {
    return (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g$)(text, 300)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll(MEANINGFUL, entity);
}
/** GitHub looks for addresses and mentions in the text that the entities come to, but not across tags. */
function entity(character) {
    const code = `&#${character.codePointAt(0)};`;
    return character === "@" ? `<span>${code}</span>` : code;
}
/** @returns a Markdown table; every cell is escaped here */
function markdownTable(head, rows) {
    const cell = (content) => (typeof content === "string" ? escapeMarkdown(content) : codeSpan(content));
    const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
    return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
/** Nothing can be escaped in it: what would end it, or the cell, becomes an apostrophe. */
function codeSpan({ code }) {
    return `\`${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g$)(code, 300).replaceAll(/[`|]/g, "'")}\``;
}


/***/ }),

/***/ 3220:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A3: () => (/* binding */ reasonOf),
/* harmony export */   lK: () => (/* binding */ requireRunnerFiles),
/* harmony export */   uC: () => (/* binding */ runnerFileFailed)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(654);



/** The files by which a step hands on its results: outputs for later steps, the state for its own post step. */
const NEEDED = ["GITHUB_OUTPUT", "GITHUB_STATE"];
/**
 * Checks, before anything begins, that outputs and state can be written (guarantee 11): a CA that is registered while
 * its id is lost helps nobody. Outside of a workflow there are no such files.
 * @throws ActionError `RUNNER_FILE_FAILED`
 */
function requireRunnerFiles(environment) {
    for (const name of NEEDED) {
        const path = environment[name] ?? "";
        if (path === "")
            continue;
        try {
            if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile())
                throw new Error("it is not a regular file");
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK);
        }
        catch (error) {
            throw runnerFileFailed(`${name}, ${path}, cannot be written`, error);
        }
    }
}
/** @returns the error of a file of the runner's that cannot be written; the reason is the system's code, else its words */
function runnerFileFailed(what, error) {
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ("RUNNER_FILE_FAILED", `${what} (${reasonOf(error)}).`, { cause: error });
}
/** @returns the system's code of an error, else its words: short and safe to print */
function reasonOf(error) {
    const { code, message } = error;
    return (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_2__/* .printable */ .g$)(code ?? message, 200);
}


/***/ }),

/***/ 6418:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  B$: () => (/* binding */ LateRunner),
  oJ: () => (/* binding */ OUTPUT_LIMIT),
  WE: () => (/* binding */ explain)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __nccwpck_require__(1590);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
// EXTERNAL MODULE: ./build/github/markdown.js
var github_markdown = __nccwpck_require__(5549);
// EXTERNAL MODULE: ./build/github/runner-files.js
var runner_files = __nccwpck_require__(3220);
// EXTERNAL MODULE: ./build/ca/pem.js
var pem = __nccwpck_require__(9435);
;// CONCATENATED MODULE: ./build/github/secret-forms.js


/** Shorter lines of a key (the last one of a PEM body) would mask innocent text everywhere. */
const SHORTEST_LINE = 16;
/** Shorter parts of base64 stand in innocent texts by chance. */
const SHORTEST_INSIDE = 8;
/**
 * The forms in which a secret could show up. The runner itself derives base64, JSON and URI forms of what it is told,
 * and masks each line; it does not know a PEM body joined on one line, wrapped base64, or hex, and masks no outputs and
 * files.
 * @param secret a token or passphrase, or a text with private keys in PEM
 * @returns texts to mask; the certificates of a keyring are public and stay readable
 */
function secretForms(secret) {
    const blocks = blocksOf(secret);
    const keys = blocks.filter(({ label }) => (0,pem/* isPrivateKey */.T_)(label)).map(({ pem }) => pem);
    const isPublic = blocks.length > 0 && blocks.every(({ label }) => label === "CERTIFICATE");
    const forms = keys.length > 0 ? keys.flatMap(keyForms) : isPublic ? [] : textForms(secret);
    return [...new Set(forms.map(withoutShortLines))].filter((form) => form !== "");
}
/** The runner masks each line of a text by itself, and a mask of a letter or two would blank the log. */
function withoutShortLines(form) {
    const lines = form.split(/\r?\n/);
    return lines.filter((line) => line.length >= printable/* SHORTEST_SECRET */.c3 && line.trim() !== "").join("\n");
}
function textForms(secret) {
    const bytes = Buffer.from(secret);
    const hex = bytes.toString("hex");
    // Where nothing needs an escape these two are the secret itself.
    const escaped = [encodeURIComponent(bytes.toString()), JSON.stringify(secret).slice(1, -1)];
    return [secret, ...escaped, bytes.toString("base64"), ...insideBase64(bytes), hex, hex.toUpperCase()];
}
/**
 * @returns what is the same in the base64 of every text with these bytes in it, such as an Authorization header; it
 * depends on how many bytes stand before them
 */
function insideBase64(bytes) {
    const forms = [0, 1, 2].flatMap((before) => {
        const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64url");
        // The digits at both ends also say something of the bytes beside.
        const end = (before + bytes.length) % 3 === 0 ? digits.length : digits.length - 1;
        const inside = digits.slice(Math.ceil((before * 8) / 6), end);
        return [inside, inside.replaceAll("-", "+").replaceAll("_", "/")];
    });
    return forms.filter((form) => form.length >= SHORTEST_INSIDE);
}
/** @returns the blocks of a text in PEM; none where it is not, or not whole */
function blocksOf(text) {
    if (!text.includes("-----BEGIN "))
        return [];
    try {
        return (0,pem/* parsePem */.oW)(text).blocks;
    }
    catch {
        return [];
    }
}
function keyForms(pem) {
    const lines = pem.split("\n").filter((line) => /^[A-Za-z0-9+/]+={0,2}$/.test(line));
    const joined = lines.join("");
    const der = Buffer.from(joined, "base64");
    const whole = Buffer.from(pem).toString("base64");
    const blocks = [lines, wrap(joined, 76), wrap(whole, 64), wrap(whole, 76)].map((wrapped) => wrapped.filter((line) => line.length >= SHORTEST_LINE).join("\n"));
    return [...blocks, joined, whole, der.toString("hex"), der.toString("hex").toUpperCase()];
}
function wrap(text, columns) {
    return text.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
}

;// CONCATENATED MODULE: ./build/github/runner.js






/** Annotations are cut at 4,096 characters by GitHub. */
const ANNOTATION_LIMIT = 4000;
const LINE_LIMIT = 1500;
const TITLE = "MindConnect CA";
/** Bytes. Linux starts no step that takes more than 131,072 of them as one variable (`env`), its name included. */
const OUTPUT_LIMIT = 120_000;
/**
 * The runner's side from the first moment on. `@actions/core` takes longer to load than anything else here, so what the
 * runner is told before is kept, and told in the same order once the toolkit is there: until then nothing prints.
 */
class LateRunner {
    #kept = [];
    /** For the job's page, not there yet. */
    #remarks = [];
    #toolkit;
    #loading;
    /** Loads the toolkit, at the first call; to be called when there is time for it, and at the latest at the end. */
    async load() {
        this.#loading ??= Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(942), __nccwpck_require__.e(58)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6058)).then((toolkit) => {
            this.#toolkit = toolkit;
            for (const tell of this.#kept.splice(0))
                tell(toolkit);
            return toolkit;
        });
        return await this.#loading;
    }
    /** To be called at the end: what was kept is told, or that it cannot be, because the toolkit does not load. */
    async finish() {
        try {
            await this.load();
        }
        catch (error) {
            process.exitCode = 1;
            // By hand, and nothing of what was kept: the runner was not told yet what to hide in it.
            const message = `FILE_FAILED: What happened cannot be shown: the action's own files could not be loaded (${(0,runner_files/* reasonOf */.A3)(error)}). Next: Raise the limits of the runner (ulimit -n), or let it fetch the action anew, then run again: it goes on where it stopped.`;
            process.stdout.write(`::error title=${TITLE}%3A FILE_FAILED::${message}\n`);
        }
    }
    mask = (secret) => {
        for (const form of secretForms(secret)) {
            this.#tell((toolkit) => toolkit.setSecret(form));
            for (const line of form.split("\n"))
                (0,printable/* hide */.jD)(line);
        }
    };
    info = (line) => {
        this.#tell((toolkit) => toolkit.info((0,printable/* printable */.g$)(line, 2000)));
    };
    group = (title, lines) => {
        this.#tell((toolkit) => {
            toolkit.startGroup((0,printable/* printable */.g$)(title, 200));
            for (const line of lines)
                toolkit.info((0,printable/* printable */.g$)(line, 2000));
            toolkit.endGroup();
        });
    };
    notice = (message) => {
        this.#tell((toolkit) => toolkit.notice((0,printable/* printable */.g$)(message, ANNOTATION_LIMIT), { title: TITLE }));
    };
    warning = (message) => {
        this.#tell((toolkit) => toolkit.warning((0,printable/* printable */.g$)(message, ANNOTATION_LIMIT), { title: TITLE }));
    };
    remark = (message) => {
        this.warning(message);
        this.#remarks.push(message);
    };
    fail = (error) => {
        process.exitCode = 1;
        this.#tell((toolkit) => toolkit.error(explain(error), { title: `${TITLE}: ${error.code}` }));
    };
    output = (name, text) => {
        const fits = Buffer.byteLength(text) <= OUTPUT_LIMIT;
        if (!fits)
            this.warning(`The output ${name} is empty: it would have more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and a step could not take it as env.`);
        const value = fits ? text : "";
        this.#tell((toolkit) => written(`The output ${name}`, () => toolkit.setOutput(name, value)));
    };
    saveState = async (name, value) => {
        const { saveState } = await this.load();
        written(`The state ${name}`, () => saveState(name, value));
    };
    summary = async (markdown) => {
        // Outside of a workflow there is no page to write to.
        const page = process.env["GITHUB_STEP_SUMMARY"] ?? "";
        if (page === "")
            return;
        const remarks = this.#remarks.splice(0).map((remark) => `\n> ${(0,github_markdown/* escapeMarkdown */.F)(remark)}\n`);
        try {
            const { summary } = await this.load();
            requireReader(page);
            await summary.addRaw([markdown, ...remarks].join(""), true).write();
        }
        catch (error) {
            // Reporting never decides (guarantee 11): what the task did is done.
            this.#toolkit?.summary.emptyBuffer();
            this.warning(`The job summary could not be written (${(0,runner_files/* reasonOf */.A3)(error)}).`);
        }
    };
    #tell(call) {
        if (this.#toolkit === undefined)
            this.#kept.push(call);
        else
            call(this.#toolkit);
    }
}
/** Opening a pipe for writing would wait for whoever reads from it. @throws Error of the system */
function requireReader(path) {
    (0,external_node_fs_.closeSync)((0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_APPEND | (external_node_fs_.constants.O_NONBLOCK ?? 0)));
}
/** @throws ActionError `RUNNER_FILE_FAILED` */
function written(what, write) {
    try {
        write();
    }
    catch (error) {
        throw (0,runner_files/* runnerFileFailed */.uC)(`${what} could not be written`, error);
    }
}
/**
 * @returns code, what happened, what the platform said, the next step: a line each, safe to print. What is too long for
 * an annotation goes from the middle: the next step stays.
 */
function explain(error) {
    const [first = "", ...others] = error.message.split("\n");
    const lines = [
        `${error.code}: ${error.code === "INPUT_INVALID" ? errors/* ERROR_CODES */.OQ.INPUT_INVALID.means : first}`,
    ];
    if (error.code === "INPUT_INVALID")
        others.unshift(first);
    lines.push(...others.map((line) => `- ${line}`));
    if (error.platform !== undefined)
        lines.push(`The platform said: ${said(error.platform)}`);
    const happened = lines.map((line) => (0,printable/* printable */.g$)(line, LINE_LIMIT)).join("\n");
    const next = (0,printable/* printable */.g$)(`Next: ${error.next}`, LINE_LIMIT);
    const room = ANNOTATION_LIMIT - next.length;
    return `${happened.length > room ? `${happened.slice(0, room).replace(/\p{Cs}$/u, "")}…` : happened}\n${next}`;
}
function said({ status, message, logref }) {
    const parts = [status === undefined ? "" : String(status), message === "" ? "(nothing)" : message];
    if (logref !== undefined)
        parts.push(`(logref ${logref})`);
    return parts.filter((part) => part !== "").join(" ");
}


/***/ }),

/***/ 5225:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ isInstallationToken),
/* harmony export */   w: () => (/* binding */ describeSecret)
/* harmony export */ });
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(654);

/** @returns the secret's name for messages: `the secret NAME of owner/repo` */
function describeSecret({ name, environment, owner, repo }) {
    const of = environment === undefined ? "" : `the environment ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g$)(environment, 100)} of `;
    return `the secret ${name} of ${of}${owner}/${repo}`;
}
/** @returns whether the token is one of a GitHub App's installation: the workflow's own GITHUB_TOKEN is such a one too */
function isInstallationToken({ token }) {
    return token.startsWith("ghs_");
}


/***/ }),

/***/ 241:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
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
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ retryAfter)
/* harmony export */ });
/* harmony import */ var _ca_http_date_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1738);

/** Some 30 years: what is longer makes no date any more. */
const MOST_SECONDS = 1e9;
/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the clock of who sent it, milliseconds since 1970
 * @returns milliseconds to wait, at least one second; undefined where it says nothing usable
 */
function retryAfter(header, now) {
    if (header === undefined)
        return undefined;
    const trimmed = header.trim();
    const milliseconds = /^\d+$/.test(trimmed)
        ? Math.min(Number(trimmed), MOST_SECONDS) * 1000
        : (0,_ca_http_date_js__WEBPACK_IMPORTED_MODULE_0__/* .parseHttpDate */ .m)(trimmed) - now;
    return Number.isNaN(milliseconds) ? undefined : Math.max(1000, milliseconds);
}


/***/ }),

/***/ 8427:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ ConnectFailure),
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
/** The connection did not come about, so nothing was sent; the cause says why. */
class ConnectFailure extends Error {
    name = "ConnectFailure";
    constructor(cause) {
        super("no connection", { cause });
    }
}
/** No usable reply came. */
class TransportError extends Error {
    name = "TransportError";
    /** `refused`: this machine's own settings or trust forbid it, so that another try is of no use. */
    kind;
    /** Whether the request may have been carried out. */
    sent;
    next;
    /** @param message may hold hostile text; without a full stop */
    constructor(kind, message, { sent = true, next, cause } = {}) {
        super(message, { cause });
        this.kind = kind;
        this.sent = sent;
        this.next = next;
    }
}


/***/ }),

/***/ 6637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ codeOf),
/* harmony export */   K: () => (/* binding */ DISK)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _ca_encoding_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5720);


/** A link in a file's place could lead the keys elsewhere; Windows has no such flag. */
const NO_FOLLOW = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW ?? 0;
/** A pipe in a file's place would be waited for until somebody writes into it. */
const NO_WAIT = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK ?? 0;
/** What systems say where a disk, mostly one in the network, has no such call, or none for a folder. */
const NOT_SUPPORTED = new Set([
    "EINVAL",
    "ENOTSUP",
    "EOPNOTSUPP",
    "ENOSYS",
    "ENOTTY",
    "EPERM",
    "EACCES",
    "EBADF",
    "EISDIR",
]);
/** The disk of this machine. */
const DISK = {
    makeFolder: async (path) => void (await node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.mkdir(path, { mode: 0o700 })),
    list: (path) => node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.readdir(path),
    read: async (path) => (0,_ca_encoding_js__WEBPACK_IMPORTED_MODULE_1__/* .decodeText */ .g)(await node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.readFile(path, { flag: node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | NO_FOLLOW | NO_WAIT })),
    create: (path, text) => node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.writeFile(path, text, { flag: "wx", mode: 0o600 }),
    async fill(path, text) {
        const file = await node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.open(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDWR | NO_FOLLOW);
        try {
            await file.writeFile(text);
            await whereSupported(file.sync());
        }
        finally {
            await file.close();
        }
    },
    rename: (from, to) => node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.rename(from, to),
    remove: (path) => node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.unlink(path),
    removeFolder: (path) => node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.rmdir(path),
    async settle(folder) {
        await whereSupported(sync(folder));
    },
};
async function sync(folder) {
    const handle = await node_fs__WEBPACK_IMPORTED_MODULE_0__.promises.open(folder, "r");
    try {
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
/** Waits for a disk that can tell when it is done; of any other nothing better can be had. */
async function whereSupported(synced) {
    await synced.catch((error) => {
        if (!NOT_SUPPORTED.has(codeOf(error)))
            throw error;
    });
}
/** @returns the system's code of an error, such as `ENOENT`; empty where it has none */
function codeOf(error) {
    const { code } = error;
    return typeof code === "string" ? code : "";
}


/***/ }),

/***/ 4190:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ KeyringFile),
/* harmony export */   n: () => (/* binding */ KEYRING_FILE_LIMIT_BYTES)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var _ca_encoding_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5720);
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7515);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(654);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6637);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(7579);
/* harmony import */ var _owner_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(9233);








/** Room for two hundred CAs; a device or a log given by mistake is not read. */
const KEYRING_FILE_LIMIT_BYTES = 1024 * 1024;
/** A keyring in a file of this machine: 0600, replaced atomically under a lock and read back. */
class KeyringFile {
    place;
    proof = "read back";
    limit = KEYRING_FILE_LIMIT_BYTES;
    accessEnds = undefined;
    awaitsImport = false;
    provisional = false;
    #path;
    #clock;
    #say;
    #machine;
    /** What it holds as far as this run knows. */
    #text;
    /** What the file says of its time of writing, which never moves backwards. */
    #writtenAt = Number.NEGATIVE_INFINITY;
    /** @param path absolute */
    constructor(path, { text, clock, say, machine = (0,_lock_js__WEBPACK_IMPORTED_MODULE_6__/* .thisMachine */ .g8)() }) {
        this.#path = path;
        this.#clock = clock;
        this.place = `the file ${path}`;
        this.#text = text;
        this.#say = say;
        this.#machine = machine;
    }
    /** Nothing else stamps the file. */
    now() {
        return Math.max(this.#clock(), this.#writtenAt);
    }
    /**
     * The inputs' check has seen the file and its folder, and each write reads the file anew under the lock. Here only goes
     * what killed runs left: a task that reads may not be allowed to, which is no harm.
     */
    async check() {
        await (0,_lock_js__WEBPACK_IMPORTED_MODULE_6__/* .clearLeftBehind */ .DA)(this.#lockPath, this.#machine).catch(() => { });
    }
    async replace(change) {
        const lock = await this.#lock();
        try {
            const current = await this.#read();
            this.#writtenAt = (0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_3__/* .timeOfWriting */ .z2)(current) ?? Number.NEGATIVE_INFINITY;
            const next = await change(current);
            await this.#commit(lock, current, next);
            if ((await this.#read()) !== next) {
                throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `${this.#path} does not hold what was written to it.`);
            }
            this.#text = next;
        }
        catch (error) {
            throw error instanceof _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ ? error : this.#writeFailed(error);
        }
        finally {
            await lock.release();
        }
    }
    async confirm() {
        const text = await this.#read().catch((error) => Promise.reject(this.#writeFailed(error)));
        if (text === this.#text)
            return;
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_STALE", `${this.#path} is not any more as this run knows it: another run, or somebody, has written it since.`, { next: "Run again: it reads the keyring anew and goes on. Use one concurrency group per tenant." });
    }
    get #lockPath() {
        return `${this.#path}.lock`;
    }
    async #lock() {
        const at = this.#lockPath;
        try {
            return await _lock_js__WEBPACK_IMPORTED_MODULE_6__/* .Lock */ .c_.take(at, {
                machine: this.#machine,
                waiting: (holder) => this.#say(`Waiting for ${at}, held by ${(0,_owner_js__WEBPACK_IMPORTED_MODULE_7__/* .describeOwner */ .$S)(holder)}.`),
            });
        }
        catch (error) {
            if (!(error instanceof _lock_js__WEBPACK_IMPORTED_MODULE_6__/* .LockHeld */ .BG))
                throw this.#writeFailed(error);
            const message = `${at} is held by ${(0,_owner_js__WEBPACK_IMPORTED_MODULE_7__/* .describeOwner */ .$S)(error.holder)}.`;
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_LOCKED", message, { cause: error });
        }
    }
    async #read() {
        return await this.#machine.disk.read(this.#path).catch((error) => {
            if ((0,_disk_js__WEBPACK_IMPORTED_MODULE_5__/* .codeOf */ .$)(error) === "ENOENT")
                return "";
            if (!(error instanceof _ca_encoding_js__WEBPACK_IMPORTED_MODULE_1__/* .EncodingError */ .U))
                throw error;
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_DAMAGED", `${this.#path} ${error.message}.`, { cause: error });
        });
    }
    /** Beside the file and then renamed over it: there is no instant without a whole keyring on the disk. */
    async #commit(lock, current, next) {
        const { disk } = this.#machine;
        const lost = (error) => {
            if ((0,_disk_js__WEBPACK_IMPORTED_MODULE_5__/* .codeOf */ .$)(error) !== "ENOENT")
                throw error;
            throw this.#lost(error);
        };
        await disk.fill(lock.draft, next).catch(lost);
        // Somebody with an editor takes no lock.
        if ((await this.#read()) !== current) {
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `${this.#path} was changed while it was to be written.`, {
                next: "Run again: nothing was written or uploaded.",
            });
        }
        await disk.rename(lock.draft, this.#path).catch(lost);
        await disk.settle((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(this.#path));
    }
    /** Another run takes the lock only where this one is gone or stood still for long, as on a machine that slept. */
    #lost(cause) {
        return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `The lock ${this.#lockPath} was lost before ${this.#path} was written: another run has it.`, { cause, next: "Run again: this run wrote and uploaded nothing after that." });
    }
    #writeFailed(error) {
        if ((0,_disk_js__WEBPACK_IMPORTED_MODULE_5__/* .codeOf */ .$)(error) === "EBUSY") {
            return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `${this.#path} is in use as a mount by itself (EBUSY), and so cannot be replaced in one step.`, { cause: error, next: "Mount the folder that the file lies in, not the file, then run again." });
        }
        const reason = (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .printable */ .g$)(error.message, 300);
        return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `${this.#path} could not be written: ${reason}.`, {
            cause: error,
        });
    }
}


/***/ }),

/***/ 7579:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BG: () => (/* binding */ LockHeld),
/* harmony export */   DA: () => (/* binding */ clearLeftBehind),
/* harmony export */   c_: () => (/* binding */ Lock),
/* harmony export */   g8: () => (/* binding */ thisMachine)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_perf_hooks__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(643);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(8500);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6637);
/* harmony import */ var _owner_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(9233);






// A lock is a folder that appears with its content in it: <nonce>.owner, which says who holds it, and <nonce>.draft, an
// empty file that its holder may fill and rename to where the result belongs. Names of two holders are never the same, so
// nobody can remove another lock than the one he looked at. Who takes a lock over removes the draft before he reads
// anything. The system orders this removal and the holder's rename: either the rename came first, and its result is read,
// or the holder has nothing to rename any more and fails. So a holder that stood still, however long and wherever, does no
// harm when it goes on, and no two clocks are compared.
/** How often a holder shows that it goes on. */
const RENEW_MS = 5000;
/** A lock that nobody renewed for so long, by the waiter's own clock, was left behind. */
const STILL_MS = 30_000;
/** A holder that goes on is waited for so long: one that stands still is found out before that. */
const WAIT_MS = 45_000;
const LOOK_MS = 250;
/** A wait shorter than this is nobody's concern. */
const QUIET_MS = 1000;
/** What rename says where the lock is there already; Windows also where the folder is empty. */
const IN_THE_WAY = new Set([
    "ENOTEMPTY",
    "EEXIST",
    "ENOTDIR",
    "EISDIR",
    "EPERM",
    "EACCES",
    "EBUSY",
]);
/** @returns this machine */
function thisMachine() {
    const process = (0,_owner_js__WEBPACK_IMPORTED_MODULE_5__/* .thisProcess */ .WF)();
    return {
        disk: _disk_js__WEBPACK_IMPORTED_MODULE_4__/* .DISK */ .K,
        process,
        isGone: (owner) => (0,_owner_js__WEBPACK_IMPORTED_MODULE_5__/* .isGone */ .ST)(owner, process),
        now: () => node_perf_hooks__WEBPACK_IMPORTED_MODULE_2__.performance.now(),
        pause: async (milliseconds) => void (await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_3__.setTimeout)(milliseconds)),
        every(milliseconds, action) {
            const timer = setInterval(() => void action(), milliseconds).unref();
            return () => clearInterval(timer);
        },
    };
}
/** A lock that another process holds and goes on holding. */
class LockHeld extends Error {
    name = "LockHeld";
    /** Undefined where the lock does not say. */
    holder;
    constructor(at, holder) {
        super(`${at} is held`);
        this.holder = holder;
    }
}
/** A lock that this process holds, until it gives it back or another one takes it over. */
class Lock {
    /** A file to be filled, and renamed in one step to where it belongs: that fails where the lock was lost. */
    draft;
    #owner;
    #at;
    #disk;
    #end;
    constructor(at, nonce, machine) {
        this.#at = at;
        this.draft = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(at, draftOf(nonce));
        this.#owner = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(at, ownerOf(nonce));
        this.#disk = machine.disk;
        let renewed = 0;
        this.#end = machine.every(RENEW_MS, async () => {
            renewed += 1;
            // Whether the lock was lost is asked where it matters.
            await machine.disk.fill(this.#owner, (0,_owner_js__WEBPACK_IMPORTED_MODULE_5__/* .formatOwner */ .Vu)(machine.process, renewed)).catch(() => { });
        });
    }
    /**
     * Takes a lock. One whose holder is gone is taken over at once, one that stands still after 30 s, and one that is in use
     * is waited for.
     * @param at absolute path of the lock itself, in a folder that is there
     * @throws LockHeld after 45 s, or an Error of the system
     */
    static async take(at, { machine, waiting }) {
        const { disk } = machine;
        const nonce = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)();
        const staged = `${at}-${nonce}`;
        try {
            await stage(staged, nonce, machine);
            await moveIn(staged, at, nonce, { machine, waiting });
        }
        catch (error) {
            await clear(disk, staged, [draftOf(nonce), ownerOf(nonce)]);
            throw error;
        }
        await clearStaged(at, machine).catch(() => { });
        return new Lock(at, nonce, machine);
    }
    /** @returns whether this process still holds it */
    async isHeld() {
        return await this.#disk.read(this.#owner).then(() => true, () => false);
    }
    /** Gives it back. One that was lost is another's, and stays. */
    async release() {
        this.#end();
        await clear(this.#disk, this.#at, [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(this.draft), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(this.#owner)]);
    }
}
/**
 * Removes what runs that are surely gone left of a lock, the drafts with keys above all. For tasks that take no lock.
 * @throws Error of the system
 */
async function clearLeftBehind(at, machine) {
    const seen = await look(at, machine.disk);
    if (seen?.owner !== undefined && machine.isGone(seen.owner))
        await clear(machine.disk, at, seen.files);
    await clearStaged(at, machine);
}
const draftOf = (nonce) => `${nonce}.draft`;
const ownerOf = (nonce) => `${nonce}.owner`;
/** Makes the lock elsewhere, so that it is whole when it appears. */
async function stage(staged, nonce, { disk, process }) {
    await disk.makeFolder(staged);
    await disk.create((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(staged, ownerOf(nonce)), (0,_owner_js__WEBPACK_IMPORTED_MODULE_5__/* .formatOwner */ .Vu)(process, 0));
    await disk.create((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(staged, draftOf(nonce)), "");
}
/** Moves the staged lock to its place once that is free. */
async function moveIn(staged, at, nonce, taking) {
    const { machine } = taking;
    const wait = new Wait(at, taking);
    for (;;) {
        const refused = await machine.disk.rename(staged, at).then(() => undefined, refusalOf);
        if (refused === undefined)
            return;
        // Somebody tidied up beside the keyring.
        if (refused.code === "ENOENT")
            await stage(staged, nonce, machine);
        const seen = await look(at, machine.disk);
        // Windows moves nothing to where an empty folder is.
        if (seen === undefined)
            await machine.disk.removeFolder(at).catch(() => { });
        else if (wait.isLeft(seen) && (await clear(machine.disk, at, seen.files)))
            continue;
        await wait.on(seen, refused.error);
    }
}
/** @throws what is no sign of a lock in the way, nor of a staged one that is gone */
function refusalOf(error) {
    const code = (0,_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .codeOf */ .$)(error);
    if (code !== "ENOENT" && !IN_THE_WAY.has(code))
        throw error;
    return { code, error };
}
/** @returns undefined where the lock is free */
async function look(at, disk) {
    let files;
    try {
        files = (await disk.list(at)).toSorted();
    }
    catch (error) {
        const code = (0,_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .codeOf */ .$)(error);
        if (code === "ENOENT")
            return undefined;
        return { files: [], owner: undefined, signature: `${code} ${await disk.read(at).catch(_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .codeOf */ .$)}` };
    }
    const note = files.find((file) => file.endsWith(".owner"));
    if (files.length === 0)
        return undefined;
    const text = note === undefined ? "" : await disk.read((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(at, note)).catch(_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .codeOf */ .$);
    return { files, owner: (0,_owner_js__WEBPACK_IMPORTED_MODULE_5__/* .parseOwner */ .pZ)(text), signature: `${files.join("/")} ${text}` };
}
/** Removes files of a lock by their names, the drafts first, then the lock. @returns whether it is gone */
async function clear(disk, at, files) {
    try {
        for (const file of files.toSorted())
            await disk.remove((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(at, file)).catch(ignoreAbsent);
        // A lock is a folder: what is none goes as a file, and only as one.
        if (files.length === 0)
            await disk.remove(at).catch(ignoreAbsent);
        else
            await disk.removeFolder(at).catch(ignoreAbsent);
        return true;
    }
    catch {
        return false;
    }
}
function ignoreAbsent(error) {
    if ((0,_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .codeOf */ .$)(error) !== "ENOENT")
        throw error;
}
/** Removes what runs left that were killed before their lock was in its place. */
async function clearStaged(at, machine) {
    const { disk } = machine;
    const prefix = `${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(at)}-`;
    const names = (await disk.list((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(at))).filter((name) => name.startsWith(prefix));
    for (const name of names) {
        const staged = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(at), name);
        const seen = await look(staged, disk);
        const ours = seen?.files.every((file) => file.startsWith(name.slice(prefix.length))) === true;
        if (ours && seen.owner !== undefined && machine.isGone(seen.owner))
            await clear(disk, staged, seen.files);
    }
}
/** One wait for a lock: how long it has been, and how long the lock has stayed as it is. */
class Wait {
    #at;
    #taking;
    #began;
    #told = false;
    #signature;
    #lookedAt = 0;
    #stood = 0;
    constructor(at, taking) {
        this.#at = at;
        this.#taking = taking;
        this.#began = taking.machine.now();
    }
    /** @returns whether the lock as it is seen now was left behind */
    isLeft({ owner, signature }) {
        const { machine } = this.#taking;
        const now = machine.now();
        // A time in which this process stood still itself says nothing of the other one.
        const since = Math.min(now - this.#lookedAt, 4 * LOOK_MS);
        this.#stood = signature === this.#signature ? this.#stood + since : 0;
        this.#signature = signature;
        this.#lookedAt = now;
        return (owner !== undefined && machine.isGone(owner)) || this.#stood >= STILL_MS;
    }
    /**
     * Waits until the next look is due.
     * @throws LockHeld after 45 s; where no lock is in the way, what the system said
     */
    async on(seen, error) {
        const { machine, waiting } = this.#taking;
        const waited = machine.now() - this.#began;
        if (waited > WAIT_MS)
            throw seen === undefined ? error : new LockHeld(this.#at, seen.owner);
        if (!this.#told && waited > QUIET_MS && seen !== undefined) {
            this.#told = true;
            waiting(seen.owner);
        }
        await machine.pause(LOOK_MS);
    }
}


/***/ }),

/***/ 9233:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $S: () => (/* binding */ describeOwner),
/* harmony export */   ST: () => (/* binding */ isGone),
/* harmony export */   Vu: () => (/* binding */ formatOwner),
/* harmony export */   WF: () => (/* binding */ thisProcess),
/* harmony export */   dm: () => (/* binding */ isFromEarlierStart),
/* harmony export */   pZ: () => (/* binding */ parseOwner)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8161);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(654);



/** @returns this process; of macOS and Windows host name and process id alone */
function thisProcess() {
    const boot = [told(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim())];
    if (boot[0] !== "")
        boot.push(told(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)("/proc/self/ns/pid")));
    const { pid } = process;
    return { host: (0,node_os__WEBPACK_IMPORTED_MODULE_1__.hostname)(), boot: boot.join(" ").trim(), pid, started: lifeOf(pid)?.started ?? "" };
}
/**
 * Tells whether a process is surely gone: it ran on this machine, and does not any more. Where that is a mistake, as with
 * two machines of one name that tell no boot id, the other one loses its hold and finds out before it changes anything.
 * @param here {@link thisProcess}
 */
function isGone(owner, here) {
    if (owner.host !== here.host || owner.boot !== here.boot)
        return false;
    try {
        process.kill(owner.pid, 0);
    }
    catch (error) {
        // Another user's process may not be asked, but is there.
        if (error.code === "ESRCH")
            return true;
    }
    const life = lifeOf(owner.pid);
    return life !== undefined && (life.ended || life.started !== owner.started);
}
/** @returns whether a process ran on this machine before it was started the last time; for what no other machine reaches */
function isFromEarlierStart(owner, here) {
    const [then = "", now = ""] = [owner.boot, here.boot].map((boot) => boot.split(" ")[0]);
    return owner.host === here.host && then !== "" && now !== "" && then !== now;
}
/** @returns a note of a process, of the same length each time @param renewed how often it was renewed */
function formatOwner(owner, renewed) {
    return `${JSON.stringify({ ...owner, renewed: String(renewed).padStart(9, "0") })}\n`;
}
/** @param text hostile @returns undefined where it is no note of a process */
function parseOwner(text) {
    try {
        const { host, boot, pid, started } = JSON.parse(text);
        if (typeof host !== "string" || typeof boot !== "string" || typeof started !== "string")
            return undefined;
        if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0)
            return undefined;
        return { host, boot, pid, started };
    }
    catch {
        return undefined;
    }
}
/** @returns e.g. `process 4711 on build-7`, safe to print */
function describeOwner(owner) {
    return owner === undefined
        ? "a process that it does not name"
        : `process ${owner.pid} on ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_2__/* .printable */ .g$)(owner.host, 100)}`;
}
/** @returns what Linux tells of a process; undefined where it tells nothing */
function lifeOf(pid) {
    const stat = told(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/stat`, "latin1"));
    // The name before it may have blanks and brackets in it: state is field 3, the start field 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    if (state === undefined || started === undefined)
        return undefined;
    return { started, ended: state === "Z" || state === "X" };
}
function told(ask) {
    try {
        return ask();
    }
    catch {
        return "";
    }
}


/***/ }),

/***/ 8832:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  k: () => (/* binding */ KeyringSecret),
  N: () => (/* binding */ SECRET_LIMIT_BYTES)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __nccwpck_require__(1590);
// EXTERNAL MODULE: ./build/ca/keyring-text.js + 1 modules
var keyring_text = __nccwpck_require__(7515);
// EXTERNAL MODULE: ./build/ca/sentence.js
var sentence = __nccwpck_require__(1388);
// EXTERNAL MODULE: ./build/ca/time.js
var time = __nccwpck_require__(7536);
;// CONCATENATED MODULE: ./build/keyring/secret-judgement.js
/** A text is stamped before it is sent: a secret that shows a time so little later was written with that text. */
const PROMPT_WRITE_MS = 5000;
/** A write whose reply was lost may have taken so long; another write that soon after the first is as likely. */
const SLOW_WRITE_MS = 60_000;
/** Whole seconds, and what GitHub's clocks may differ among each other. */
const CLOCKS_DIFFER_MS = 10_000;
/** What they may differ by where a text says itself that nobody has compared them yet. */
const PROVISIONAL_MS = 90_000;
/** What the user's own word lifts (`keyring-import`); beyond that more must speak for clocks that differ. */
const IMPORT_MS = 300_000;
/** @returns whether a secret's time of writing shows that it was written with the text of that stamp */
function belongTogether(writtenAt, updatedAt) {
    const late = updatedAt - writtenAt;
    return late >= -CLOCKS_DIFFER_MS && late <= PROMPT_WRITE_MS;
}
/** @returns whether two times differ by no more than GitHub's clocks may, as far as the user's own word counts */
function mayBeClocks(writtenAt, updatedAt) {
    if (writtenAt === undefined || updatedAt === undefined)
        return false;
    return Math.abs(updatedAt - writtenAt) <= IMPORT_MS;
}
/**
 * Tells whether `keyring-import: true` may lift a refusal for the sake of the two times. Where they are more than 5 minutes
 * apart, the text must say that nobody compared them, and the run be queued later than the secret was written by as much
 * as they are apart: with the worse of the two clocks it read the secret's value after that write, too.
 * @returns when the run must have been queued at the earliest; undefined where nothing is lifted
 */
function importableFrom({ writtenAt, provisional, updatedAt, }) {
    if (writtenAt === undefined || updatedAt === undefined)
        return undefined;
    if (mayBeClocks(writtenAt, updatedAt))
        return updatedAt;
    return provisional ? updatedAt + Math.abs(updatedAt - writtenAt) : undefined;
}
/**
 * Judges whether the keyring that came in is what the secret holds, so that writing it anew loses no key (guarantee 3).
 * A secret's value is read when a run is queued or its job starts, and a re-run may replay it: so where the keyring's
 * own time does not decide, it counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; `age-unknown` where `queuedAt` would decide and is not known: it must be asked for, and
 * where that was in vain the user is warned; undefined where it may be written
 */
function judgeSecret(facts) {
    const { cameIn, updatedAt, queuedAt, mayImport } = facts;
    if (!cameIn)
        return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
    if (updatedAt === undefined)
        return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
    const verdict = judgeTimes(facts, updatedAt);
    if (verdict !== "open")
        return verdict;
    return queuedAt === undefined ? "age-unknown" : judgeQueueing(facts, updatedAt, queuedAt);
}
/** Judges by the time at which the run was queued what the two times leave open. */
function judgeQueueing(facts, updatedAt, queuedAt) {
    const { writtenAt } = facts;
    if (writtenAt === undefined || mayBeClocks(writtenAt, updatedAt)) {
        if (queuedAt === null)
            return "age-unknown";
        return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
    }
    const from = importableFrom(facts);
    if (from !== undefined && queuedAt !== null && queuedAt >= from)
        return undefined;
    return updatedAt < writtenAt ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}
/** @returns what the two times say by themselves; `open` where they do not decide */
function judgeTimes({ writtenAt, provisional, mayImport }, updatedAt) {
    if (writtenAt === undefined)
        return "open";
    if (belongTogether(writtenAt, updatedAt))
        return undefined;
    const late = updatedAt - writtenAt;
    if (provisional && Math.abs(late) <= PROVISIONAL_MS)
        return "open";
    if (mayImport && importableFrom({ writtenAt, provisional, updatedAt }) !== undefined)
        return "open";
    if (late < 0)
        return "KEYRING_SECRET_MISMATCH";
    return late > SLOW_WRITE_MS ? "KEYRING_STALE" : "open";
}

;// CONCATENATED MODULE: ./build/keyring/secret.js






/** 48 KB, as GitHub documents it. */
const SECRET_LIMIT_BYTES = 48 * 1024;
/** What to do where it may be that the text is the secret's own and GitHub's clocks differed when it was written. */
const STAMP_ANEW = {
    KEYRING_STALE: "Start a new run; a re-run replays the old value. If each new run says this, GitHub's clocks differed when the secret was written:",
    KEYRING_SECRET_MISMATCH: "Name the secret's level and name: keyring-environment for an environment's, none for the repository's. If they are right, GitHub's clocks differed when the secret was written:",
};
/** A text is written anew where its stamp and the secret's time differ: with a clock that is known then, once is enough. */
const MOST_WRITES = 3;
/** Times of writing are whole seconds. */
const SECOND_MS = 1000;
/** When the time of writing is read back after a write: again where a replica has not heard of it yet. */
const READ_BACK_PAUSES_MS = [0, 500, 1500];
/**
 * A keyring in a GitHub secret. Nobody can read a secret back and GitHub has no conditional write, so what came in is
 * compared with the secret's time of writing before a key is made, and again before each write (guarantee 3).
 */
class KeyringSecret {
    proof = "its new time of writing read back";
    limit = SECRET_LIMIT_BYTES;
    place;
    #options;
    #secret;
    /** What the secret holds as far as this run knows. */
    #text;
    /** Its time of writing as this run read it last; undefined where it does not exist. */
    #seenAt;
    /** Whether the text is the secret's, but its stamp and the secret's time do not show that by themselves. */
    #stampIsOff = false;
    /** How far the clock that stamps the secret is ahead of the keeper's; undefined before a write has shown it. */
    #ahead;
    /** Whether that cannot be relied on yet: a text stamped by it was off, or it is more than clocks differ. */
    #unsteady = false;
    constructor(options) {
        this.#options = options;
        this.place = options.place;
        this.#text = options.text;
    }
    now() {
        return this.#opened.now() + (this.#ahead ?? 0);
    }
    get provisional() {
        return this.#ahead === undefined || this.#unsteady;
    }
    get accessEnds() {
        return this.#secret?.accessEnds;
    }
    get awaitsImport() {
        return this.#stampIsOff || (this.#seenAt === undefined && this.#text.trim() !== "");
    }
    async check() {
        const secret = await this.#options.open();
        this.#secret = secret;
        const { text, mayImport } = this.#options;
        const cameIn = text.trim() !== "";
        const writtenAt = (0,keyring_text/* timeOfWriting */.z2)(text);
        const [updatedAt] = await Promise.all([secret.updatedAt(), secret.prepare()]);
        this.#seenAt = updatedAt;
        const provisional = (0,keyring_text/* isProvisional */.Pv)(text);
        const facts = { cameIn, writtenAt, provisional, updatedAt, queuedAt: undefined, mayImport };
        let verdict = judgeSecret(facts);
        if (verdict === "age-unknown")
            verdict = judgeSecret({ ...facts, queuedAt: (await secret.runQueuedAt()) ?? null });
        if (verdict === "age-unknown")
            this.#options.warn(this.#ageUnknown(facts));
        else if (verdict !== undefined)
            throw this.#refusal(verdict, facts);
        const both = writtenAt !== undefined && updatedAt !== undefined;
        this.#stampIsOff = both && !belongTogether(writtenAt, updatedAt);
    }
    async replace(change) {
        for (let writes = 1;; writes += 1) {
            // Where the clocks are known to differ, only another second shows that a write arrived.
            if (this.#stampIsOff)
                await (0,promises_.setTimeout)(SECOND_MS);
            await this.#requireUntouched();
            const text = await change(this.#text);
            const stamp = (0,keyring_text/* timeOfWriting */.z2)(text) ?? this.now();
            const sentAt = stamp - (this.#ahead ?? 0);
            await this.#opened.write(text);
            const answeredAt = this.#opened.now();
            this.#text = text;
            const updatedAt = await this.#readBack(stamp);
            this.#seenAt = updatedAt;
            const fits = belongTogether(stamp, updatedAt);
            this.#stampIsOff = !mayBeClocks(stamp, updatedAt);
            this.#unsteady = !fits && (this.#ahead !== undefined || this.#stampIsOff);
            // The text is inside the secret: it can only be stamped by a time that a write before it has shown.
            this.#ahead = notExplained(updatedAt - answeredAt, updatedAt - sentAt);
            if (fits)
                return;
            if (writes < MOST_WRITES)
                continue;
            if (this.#stampIsOff)
                throw this.#doubtful(sentAt, updatedAt);
            return;
        }
    }
    async confirm() {
        await this.#requireUntouched();
    }
    get #opened() {
        if (this.#secret === undefined)
            throw new Error("the secret was not checked");
        return this.#secret;
    }
    /** Looks whether somebody else wrote since this run read the time of writing. An older time is a replica's. */
    async #requireUntouched() {
        const updatedAt = await this.#opened.updatedAt();
        const seenAt = this.#seenAt;
        if (updatedAt === undefined && seenAt !== undefined) {
            throw new errors/* ActionError */.lZ("KEYRING_STALE", `${(0,sentence/* capital */.N)(this.place)} was deleted during this run.`);
        }
        if (updatedAt === undefined || updatedAt <= (seenAt ?? Number.NEGATIVE_INFINITY))
            return;
        const since = seenAt === undefined ? "" : ` and not, as this run read it, at ${(0,time/* iso */.KH)(seenAt)}`;
        const message = `${(0,sentence/* capital */.N)(this.place)} was written during this run by somebody else: at ${(0,time/* iso */.KH)(updatedAt)}${since}.`;
        throw new errors/* ActionError */.lZ("KEYRING_STALE", message);
    }
    /**
     * A replica that has not heard of the write shows the time before it, as do two writes in one second. A time that is more
     * than 5 minutes off the stamp counts once every replica had its chance, and proves nothing before a text stamped by it
     * fits: see {@link replace}.
     * @returns the time of writing after a write
     * @throws ActionError `KEYRING_WRITE_FAILED`, `CLOCK_DOUBTFUL`
     */
    async #readBack(stamp) {
        let shown;
        for (const wait of READ_BACK_PAUSES_MS) {
            await (0,promises_.setTimeout)(wait);
            shown = await this.#opened.updatedAt().catch((error) => {
                const message = `${(0,sentence/* capital */.N)(this.place)} was written, but that could not be read back. ${error.message}`;
                throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", message, { cause: error });
            });
            if (shown === undefined)
                continue;
            const changed = shown !== this.#seenAt && mayBeClocks(stamp, shown);
            if (changed || (belongTogether(stamp, shown) && !this.#stampIsOff))
                return shown;
        }
        if (shown === undefined || shown === this.#seenAt) {
            const state = shown === undefined ? "does not show it" : `shows that it was last written at ${(0,time/* iso */.KH)(shown)}`;
            throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `GitHub accepted the write of ${this.place}, but ${state}.`);
        }
        // An older time may be that of a replica far behind, unless the clock was found to be off already.
        if (this.#stampIsOff || shown > (this.#seenAt ?? Number.NEGATIVE_INFINITY))
            return shown;
        throw this.#doubtful(stamp, shown);
    }
    /** @param sentAt by the keeper's clock */
    #doubtful(sentAt, updatedAt) {
        return new errors/* ActionError */.lZ("CLOCK_DOUBTFUL", `GitHub accepted the write of ${this.place} at ${(0,time/* iso */.KH)(sentAt)} by the clock of its replies, and shows that it was written at ${(0,time/* iso */.KH)(updatedAt)}: its clocks differ, so nothing proves that this write was the last one. Nothing was done after it.`, {
            next: `Start a new run when GitHub's clocks agree again (githubstatus.com, or the administrator of your Enterprise Server). If that says KEYRING_STALE or KEYRING_SECRET_MISMATCH: ${importing(undefined)}.`,
        });
    }
    #ageUnknown({ writtenAt, updatedAt }) {
        const says = writtenAt === undefined
            ? "does not say when it was written"
            : `says that it was written at ${(0,time/* iso */.KH)(writtenAt)}, and the secret at ${(0,time/* iso */.KH)(updatedAt ?? 0)}`;
        return (`The keyring that came in ${says}; github-token may not ask when this run was queued ("Actions: read"): ` +
            `whether somebody else has written ${this.place} meanwhile cannot be told.`);
    }
    #refusal(code, facts) {
        const { writtenAt, updatedAt } = facts;
        const [place, written] = [(0,sentence/* capital */.N)(this.place), updatedAt === undefined ? "" : (0,time/* iso */.KH)(updatedAt)];
        const stamped = writtenAt === undefined ? "" : `, which says that it was written at ${(0,time/* iso */.KH)(writtenAt)}`;
        if (code === "KEYRING_NOT_PASSED_IN") {
            return new errors/* ActionError */.lZ(code, `${place} exists (written at ${written}), but no keyring came in: a write would replace every key in it.`, { next: `Pass it in, keyring: \${{ secrets.${this.#options.name} }}, in a job that may read it.` });
        }
        const from = importableFrom(facts);
        const way = importing(mayBeClocks(writtenAt, updatedAt) ? undefined : from);
        const next = from === undefined ? undefined : `${STAMP_ANEW[code]} ${way}.`;
        if (code === "KEYRING_STALE") {
            return new errors/* ActionError */.lZ(code, `${place} was written at ${written}, after the keyring that came in${stamped}: it may hold keys that this run does not know.`, { next });
        }
        const happened = updatedAt === undefined
            ? "does not exist"
            : `was written at ${written}, before the keyring that came in${stamped}`;
        return new errors/* ActionError */.lZ(code, `${place} ${happened}: the keyring came from somewhere else.`, { next });
    }
}
/**
 * @param from when the run must have been queued at the earliest; undefined where that does not matter
 * @returns how a text is stamped anew, as the end of a sentence
 */
function importing(from) {
    const when = from === undefined
        ? ""
        : ` that is queued after ${(0,time/* iso */.KH)(from)}, with a github-token that may ask when that was ("Actions: read")`;
    return `set keyring-import: true for one new run${when}, which stamps it anew`;
}
/**
 * A write was carried out at some time between its sending and its answer.
 * @returns of the differences that this allows the one nearest to none: a write that took long is no clock that differs
 */
function notExplained(least, most) {
    return Math.max(least, Math.min(most, 0));
}


/***/ }),

/***/ 9835:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $h: () => (/* binding */ plainKeyProblem),
/* harmony export */   AT: () => (/* binding */ KeyringKeeper)
/* harmony export */ });
/* unused harmony export readKeyring */
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_key_material_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(4934);
/* harmony import */ var _ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6796);
/* harmony import */ var _ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7515);
/* harmony import */ var _ca_passphrases_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(8644);
/* harmony import */ var _ca_pem_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9435);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(654);
/* harmony import */ var _ca_private_key_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(6081);
/* harmony import */ var _ca_sentence_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(1388);









/** The keyring of one run: what came in, and the way to write it. */
class KeyringKeeper {
    #store;
    #passphrases;
    #encrypt;
    /** Whose CAs this run deals with. */
    tenant;
    #remark;
    #keyring;
    #checked;
    /**
     * @param keyring as read from the inputs
     * @param store where to write it; undefined for a keyring that came in to be read only
     * @param passphrases keys are written encrypted with the first one where there is any
     * @param encrypt gives an encrypted key in PEM; what it gives is proven before it is written
     * @param tenant whose CAs the run deals with
     * @param remark tells the user what was done to the keyring that they may not expect
     */
    constructor(keyring, store, passphrases, encrypt, tenant, remark = () => { }) {
        this.#keyring = keyring;
        this.#store = store;
        this.#passphrases = _ca_passphrases_js__WEBPACK_IMPORTED_MODULE_3__/* .Passphrases */ .M.of(passphrases);
        this.#encrypt = encrypt;
        this.tenant = tenant;
        this.#remark = remark;
    }
    /** Another tenant's keys may be under passphrases of its own: they stay closed, and as they are (guarantee 12). */
    #isOthers = (entry) => !(0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__/* .isOfTenant */ .q)(entry, this.tenant);
    /** What there is to work with: the CAs of other tenants are kept, and are not seen here (guarantee 12). */
    get keyring() {
        return (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__/* .ownKeyring */ .GM)(this.#keyring, this.tenant);
    }
    /** @returns an entry's private key, opened @throws PrivateKeyError */
    open({ privateKey }) {
        return this.#passphrases.open(privateKey);
    }
    /** Where it is written; undefined where it is read only. */
    get place() {
        return this.#store?.place;
    }
    /** How a write of it is proven, for messages. */
    get proof() {
        return this.#store?.proof ?? "";
    }
    /** When the right to write ends, milliseconds since 1970, known after {@link check}; undefined where it does not. */
    get accessEnds() {
        return this.#store?.accessEnds;
    }
    /**
     * Proves, before a key is made, that the keyring can be written and that no key would be lost by it (guarantees 2, 3).
     * May be started early and awaited later, any number of times; without a store there is nothing to prove.
     * @throws ActionError of the store's `check`
     */
    check() {
        if (this.#checked === undefined) {
            this.#checked = this.#store?.check() ?? Promise.resolve();
            // Who started it awaits it later; until then a failure is nobody's.
            this.#checked.catch(() => { });
        }
        return this.#checked;
    }
    /**
     * Writes the keyring that came in to a place that does not exist yet (`keyring-import`), or anew where its time of
     * writing is of no use, after {@link check}.
     * @throws ActionError of the store
     */
    async adopt() {
        if (this.#store?.awaitsImport === true)
            await this.update((current) => current);
    }
    /**
     * Proves right before an upload that every key which this run counts on is still kept (guarantees 2, 3).
     * @throws ActionError `KEYRING_STALE`, and those of the store
     */
    async confirm() {
        await this.check();
        await this.#store?.confirm();
    }
    /**
     * Looks, before a key is made, whether one more CA may be put into the place and has room there.
     * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
     */
    requireRoom(keyBits) {
        if (this.#store === undefined)
            return;
        const problem = plainKeyProblem(this.#keyring, this.#passphrases);
        if (problem !== undefined)
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
        const size = Buffer.byteLength((0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .formatKeyring */ .L8)(this.#keyring)) + (0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .roomForOneMore */ .aB)(keyBits);
        requireSize(size, this.#store);
    }
    /**
     * Changes the keyring and writes it before anything else goes on (guarantee 2). Every key of the text that is
     * replaced stays (guarantee 3). Without a store nothing is changed.
     * @param change from the keyring as it stands in the store now, other tenants' CAs included; called again where the write has to be repeated
     * @param options.forget the entries of the replaced text that may go missing: keys that the user wants dropped
     * @throws ActionError of the store, `KEYRING_TOO_LARGE`, or `KEYRING_DAMAGED` / `PASSPHRASE_WRONG` for a text that
     * cannot be read
     */
    async update(change, { forget = () => false } = {}) {
        const store = this.#store;
        if (store === undefined)
            return;
        await this.check();
        let next = this.#keyring;
        const remarks = [];
        await store.replace(async (text) => {
            const current = readKeyring(text, this.#passphrases, this.#isOthers);
            if (text.trim() === "" && this.#keyring.entries.length > 0) {
                const what = `${store.place} was removed or was emptied during this run, perhaps by a disk that is full`;
                throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("KEYRING_DAMAGED", `${(0,_ca_sentence_js__WEBPACK_IMPORTED_MODULE_7__/* .capital */ .N)(what)}.`);
            }
            const changed = change(current);
            const entries = await Promise.all(changed.entries.map((entry) => this.#sealed(entry)));
            const sealed = withoutKeyDumps({ ...changed, entries });
            // A write that has to be repeated finds nothing new any more.
            remarks.push(...this.#plainAdded(current, sealed), ...dumpsDropped(changed, sealed));
            next = (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__/* .nextGeneration */ .aN)(sealed, store.now(), store.provisional);
            const fresh = (0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .formatKeyring */ .L8)(next);
            const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
            requireEveryKey(() => (0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .parseKeyring */ .ZU)(fresh, this.#passphrases, this.#isOthers), [kept, next]);
            requireSize(Buffer.byteLength(fresh), store);
            return fresh;
        });
        this.#keyring = next;
        for (const remark of remarks)
            this.#remark(remark);
    }
    /**
     * Encrypts a key that is plain, or encrypted with another passphrase than the first, and proves that it opens to the
     * same key: whoever does the encrypting may fail without saying so. A retired key that none opens stays as it is.
     * @throws ActionError `KEYRING_WRITE_FAILED`, and those of the encryption
     */
    async #sealed(entry) {
        const passphrases = this.#passphrases;
        const { first } = passphrases;
        if (first === undefined)
            return entry;
        if ((0,_ca_pem_js__WEBPACK_IMPORTED_MODULE_4__/* .isEncrypted */ .ph)(entry.privateKey)) {
            if (!passphrases.several || !passphrases.opens(entry.privateKey))
                return entry;
            if (passphrases.isUnderFirst(entry.privateKey))
                return entry;
        }
        const plain = (0,_ca_private_key_js__WEBPACK_IMPORTED_MODULE_6__/* .plainPem */ .Vj)(passphrases.open(entry.privateKey));
        const privateKey = await this.#encrypt(plain, first);
        // Node.js opens a plain key under the name of an encrypted one, too.
        const renamed = privateKey.replaceAll("ENCRYPTED PRIVATE KEY", "PRIVATE KEY");
        const isSealed = passphrases.isUnderFirst(privateKey) && !new _ca_passphrases_js__WEBPACK_IMPORTED_MODULE_3__/* .Passphrases */ .M().opens(renamed);
        if (isSealed && (0,_ca_private_key_js__WEBPACK_IMPORTED_MODULE_6__/* .plainPem */ .Vj)(passphrases.open(privateKey)) === plain)
            return { ...entry, privateKey };
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `The keyring was not written: encrypted, the key of ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .shown */ .SP)(entry.certificate.commonName)} does not open to what it was, or is not encrypted.`, { next: "Check openssl-path: that OpenSSL does not encrypt as it was asked. Then start a new run." });
    }
    /**
     * @returns a remark where keys are new and plain
     * @throws ActionError `PASSPHRASE_WRONG` where they would lie beside an encrypted one
     */
    #plainAdded(current, next) {
        const names = (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__/* .lostEntries */ .bV)(next, current)
            .filter(({ privateKey }) => !(0,_ca_pem_js__WEBPACK_IMPORTED_MODULE_4__/* .isEncrypted */ .ph)(privateKey))
            .map(({ certificate }) => (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .shown */ .SP)(certificate.commonName));
        if (names.length === 0)
            return [];
        const problem = plainKeyProblem(current, this.#passphrases);
        if (problem !== undefined)
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
        return [
            `The private key of ${names.join(", ")} is stored plain in ${this.#store?.place}: no keyring-passphrase came in. Is its secret set, and may this job read it?`,
        ];
    }
}
/**
 * The rule that no plain key is added to a keyring with an encrypted one: its owner wants them encrypted.
 * @returns why no key may be added without a passphrase, to follow `keyring-passphrase`; undefined where one may
 */
function plainKeyProblem({ entries }, { first }) {
    const sealed = entries.find(({ privateKey }) => (0,_ca_pem_js__WEBPACK_IMPORTED_MODULE_4__/* .isEncrypted */ .ph)(privateKey));
    if (first !== undefined || sealed === undefined)
        return undefined;
    return `is missing: the keyring holds an encrypted key (${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .shown */ .SP)(sealed.certificate.commonName)}), so no plain one is added to it`;
}
/** Where a key is encrypted, nothing may spell it out beside it; see {@link withoutKeyDump}. */
function withoutKeyDumps(keyring) {
    if (!keyring.entries.some(({ privateKey }) => (0,_ca_pem_js__WEBPACK_IMPORTED_MODULE_4__/* .isEncrypted */ .ph)(privateKey)))
        return keyring;
    const entries = keyring.entries.map((entry) => ({ ...entry, notes: (0,_ca_key_material_js__WEBPACK_IMPORTED_MODULE_8__/* .withoutKeyDump */ .ay)(entry.notes) }));
    const { after } = keyring;
    return { ...keyring, entries, ...(after && { after: (0,_ca_key_material_js__WEBPACK_IMPORTED_MODULE_8__/* .withoutKeyDump */ .ay)(after) }) };
}
function dumpsDropped(before, after) {
    const count = notesOf(before).length - notesOf(after).length;
    if (count === 0)
        return [];
    return [
        `${count} lines of the keyring spelled a private key out (as openssl ... -text or asn1parse prints it) beside an encrypted one. They were dropped; copies of the keyring still have them.`,
    ];
}
function notesOf({ entries, after = [] }) {
    return [...entries.flatMap(({ notes }) => notes), ...after];
}
/**
 * Reads a keyring's text.
 * @param how as {@link parseKeyring} takes it
 * @throws ActionError `KEYRING_DAMAGED`, `PASSPHRASE_WRONG`, or `KEYRING_STALE` for a key that cannot be opened and so came there
 * during the run, naming the entry and the reason
 */
function readKeyring(...how) {
    try {
        return (0,_ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .parseKeyring */ .ZU)(...how);
    }
    catch (error) {
        if (!(error instanceof _ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .KeyringError */ .Wy))
            throw error;
        if (error instanceof _ca_keyring_text_js__WEBPACK_IMPORTED_MODULE_2__/* .KeyringEncryptionError */ .jO) {
            throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("KEYRING_STALE", `The keyring has a new key: ${error.message}.`, {
                next: "Convert that key as said above, then start a new run.",
            });
        }
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(error.passphrase ? "PASSPHRASE_WRONG" : "KEYRING_DAMAGED", `The keyring: ${error.message}.`);
    }
}
/**
 * Proves, before it is written, that each key can be had again from a text: it parses, its keys open, none is missing.
 * @param read parses the text
 * @throws ActionError `KEYRING_WRITE_FAILED`
 */
function requireEveryKey(read, expected) {
    let reason = "a key would be lost";
    try {
        const again = read();
        if (expected.every((keyring) => (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_1__/* .lostEntries */ .bV)(keyring, again).length === 0))
            return;
    }
    catch (error) {
        reason = error.message;
    }
    throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("KEYRING_WRITE_FAILED", `The keyring was not written, because it could not be read again: ${reason}.`);
}
/** @throws ActionError `KEYRING_TOO_LARGE` */
function requireSize(size, { limit, place }) {
    if (size <= limit)
        return;
    throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("KEYRING_TOO_LARGE", `The keyring would have up to ${size} bytes; ${place} takes ${limit}.`);
}


/***/ }),

/***/ 4564:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback)
/* harmony export */ });
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** @returns whether a URL's host is this machine: a rehearsal against the sandbox */
function isLoopback({ hostname }) {
    return LOOPBACK.test(hostname);
}


/***/ }),

/***/ 3713:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   JG: () => (/* binding */ VERIFICATION_KEY_FILE),
/* harmony export */   VO: () => (/* binding */ requireUploadable),
/* harmony export */   aA: () => (/* binding */ placeCa),
/* harmony export */   iV: () => (/* binding */ caKeyFile),
/* harmony export */   rZ: () => (/* binding */ createVerificationCertificate),
/* harmony export */   xs: () => (/* binding */ createCa)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _ca_certificate_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8418);
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_issuing_ability_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1930);
/* harmony import */ var _ca_private_key_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6081);
/* harmony import */ var _ca_subject_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(449);
/* harmony import */ var _commands_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(7719);
/* harmony import */ var _made_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(1988);









const VERIFICATION = {
    key: "verificationCert.key",
    csr: "verificationCert.csr",
    certificate: "verificationCert.pem",
};
/** @returns the file of the CA's private key: `$TENANT.key` */
function caKeyFile({ tenant }) {
    return `${tenant}.key`;
}
/** The file of the key that a verification certificate is made with, and that nobody needs afterwards. */
const VERIFICATION_KEY_FILE = VERIFICATION.key;
/**
 * Makes the self-signed CA certificate with the documented command and checks what came out.
 * @param keys where its key is being made, or is from now on
 * @param options.now asked for the check of the dates, milliseconds since 1970
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for
 */
async function createCa(workplace, options) {
    const { openssl, directory, tenant } = workplace;
    const subject = (0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_6__/* .subjectAttributes */ .qz)(options.subject);
    const key = caKeyFile(workplace);
    await options.keys.take(key);
    const out = `${tenant}.pem`;
    const subj = (0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_6__/* .toSubjArgument */ .nk)(subject);
    const utf8 = (0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_6__/* .needsUtf8 */ .Pv)(subject);
    await openssl.run((0,_commands_js__WEBPACK_IMPORTED_MODULE_8__/* .selfSignedCertificate */ .y9)({ key, days: options.days, out, subj, utf8 }));
    const certificate = await (0,_made_js__WEBPACK_IMPORTED_MODULE_7__/* .readMade */ .e)(directory, out, _ca_certificate_js__WEBPACK_IMPORTED_MODULE_2__/* .readCertificate */ .w$);
    const { text, opened } = await (0,_made_js__WEBPACK_IMPORTED_MODULE_7__/* .readMade */ .e)(directory, key, (text) => ({ text, opened: (0,_ca_private_key_js__WEBPACK_IMPORTED_MODULE_5__/* .openPrivateKey */ .V9)(text) }));
    requireUploadable(certificate, { now: options.now(), privateKey: opened, subject });
    return { certificate, privateKey: text.replaceAll("\r\n", "\n") };
}
/**
 * The preflight before an upload, as an error.
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CERTIFICATE_INVALID`
 */
function requireUploadable(certificate, expected, next) {
    const problem = (0,_ca_certificate_js__WEBPACK_IMPORTED_MODULE_2__/* .caProblem */ .G8)(certificate, expected) ?? (0,_ca_issuing_ability_js__WEBPACK_IMPORTED_MODULE_4__/* .issuingAbility */ .R)(certificate).problem;
    if (problem !== undefined) {
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ("CERTIFICATE_INVALID", `The CA certificate was not sent: ${problem}.`, { next });
    }
}
/** Lays a CA that OpenSSL did not just make (from the keyring, or brought along) where the commands expect it. */
async function placeCa({ directory, tenant }, ca) {
    const own = { flag: "wx", mode: 0o600 };
    await Promise.all([
        (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, `${tenant}.key`), ca.privateKey, own),
        (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, `${tenant}.pem`), ca.certificate.pem, own),
    ]);
}
/**
 * Makes the verification certificate for a registration code with the documented commands, signed by the CA whose
 * files lie in the workplace.
 * @param keys where its key is being made, or is from now on
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate would be refused by the platform
 */
async function createVerificationCertificate(workplace, options) {
    const { openssl, directory, tenant } = workplace;
    const { key, csr, certificate: out } = VERIFICATION;
    await options.keys.take(key);
    await openssl.run((0,_commands_js__WEBPACK_IMPORTED_MODULE_8__/* .signingRequest */ .R6)({ key, out: csr, subj: (0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_6__/* .toSubjArgument */ .nk)([["CN", options.registrationCode]]) }));
    await openssl.run((0,_commands_js__WEBPACK_IMPORTED_MODULE_8__/* .signRequest */ .zT)({ csr, ca: `${tenant}.pem`, caKey: `${tenant}.key`, out, days: options.days }));
    const verification = await (0,_made_js__WEBPACK_IMPORTED_MODULE_7__/* .readMade */ .e)(directory, out, _ca_certificate_js__WEBPACK_IMPORTED_MODULE_2__/* .readCertificate */ .w$);
    const problem = (0,_ca_certificate_js__WEBPACK_IMPORTED_MODULE_2__/* .verificationProblem */ .p)(verification, { ...options, now: options.now() });
    if (problem !== undefined) {
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ("CERTIFICATE_INVALID", `The verification certificate was not sent: ${problem}.`);
    }
    return verification;
}


/***/ }),

/***/ 7719:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   R6: () => (/* binding */ signingRequest),
/* harmony export */   Xq: () => (/* binding */ verifyCertificate),
/* harmony export */   ay: () => (/* binding */ commandLine),
/* harmony export */   rh: () => (/* binding */ generateKey),
/* harmony export */   y9: () => (/* binding */ selfSignedCertificate),
/* harmony export */   zT: () => (/* binding */ signRequest)
/* harmony export */ });
/**
 * The documented commands as data, token for token: the LINUX lines of the vendor's page "Managing CA Certificates
 * using MindConnect MQTT API" (last update January 15, 2024). A test compares them with the page's lines.
 */
/**
 * `openssl genrsa -out acme.key 2048`. It overwrites an existing file without a word (measured): give each run a
 * directory of its own.
 */
function generateKey(out, bits) {
    return ["genrsa", "-out", out, String(bits)];
}
/** `openssl req -x509 -new -nodes -key acme.key -sha256 -days 3650 -out acme.pem -subj "/C=…/CN=acme"` */
function selfSignedCertificate(options) {
    const { key, days, out, subj, utf8 } = options;
    const argv = ["req", "-x509", "-new", "-nodes", "-key", key, "-sha256", "-days", String(days), "-out", out];
    return [...argv, "-subj", subj, ...(utf8 ? ["-utf8"] : [])];
}
/** `openssl req -new -key verificationCert.key -out verificationCert.csr -subj /CN=…`; an agent's has its whole subject */
function signingRequest(options) {
    const { key, out, subj, utf8 = false } = options;
    return ["req", "-new", "-key", key, "-out", out, "-subj", subj, ...(utf8 ? ["-utf8"] : [])];
}
/**
 * `openssl x509 -req -in verificationCert.csr -CA acme.pem -CAkey acme.key -CAcreateserial -out verificationCert.pem
 * -days 7 -sha256`. It writes `acme.srl` beside the CA.
 */
function signRequest(options) {
    const { csr, ca, caKey, out, days } = options;
    const signer = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial"];
    return ["x509", "-req", "-in", csr, ...signer, "-out", out, "-days", String(days), "-sha256"];
}
/** `openssl verify -CAfile acme.pem rehearsal.pem`; not on the page, and makes nothing */
function verifyCertificate(ca, certificate) {
    return ["verify", "-CAfile", ca, certificate];
}
/** @returns a command as a person would type it, for the log and the receipt */
function commandLine(argv) {
    const plain = /^[\w@%+=:,./-]+$/;
    return [
        "openssl",
        ...argv.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
    ].join(" ");
}


/***/ }),

/***/ 7612:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ childEnvironment),
/* harmony export */   Y: () => (/* binding */ isWithheld)
/* harmony export */ });
/**
 * Inputs and runner credentials are in this process's environment; OpenSSL has no business with them. What is named like it
 * may be a program of Node.js, which would print what it handles.
 */
const WITHHELD = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG|OPENSSL_CONF$)/i;
/** @returns whether OpenSSL must not inherit a variable */
function isWithheld(name) {
    return WITHHELD.test(name);
}
/** @returns this process's environment without what is withheld, and with variables of OpenSSL's own */
function childEnvironment(own) {
    const inherited = Object.entries(process.env).filter((pair) => pair[1] !== undefined && !isWithheld(pair[0]));
    return { ...Object.fromEntries(inherited), ...own };
}


/***/ }),

/***/ 3751:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CG: () => (/* binding */ unableToRun),
/* harmony export */   Cf: () => (/* binding */ isEndedBySignal),
/* harmony export */   F2: () => (/* binding */ nothingWritten),
/* harmony export */   zr: () => (/* binding */ opensslFailure)
/* harmony export */ });
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(654);
/* harmony import */ var _commands_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7719);



/** What OpenSSL's own words point to. They only choose the hint: the exit code alone decided that it failed. */
const CATEGORIES = [
    {
        says: /private keys? (?:do(?:es)? not match|mismatch)|key values mismatch|do(?:es)? not match.*key/i,
        code: "KEY_MISMATCH",
        hint: "the CA certificate and the CA private key do not belong together",
    },
    {
        says: /bad decrypt|bad password|maybe wrong password|password read/i,
        code: "PASSPHRASE_WRONG",
        hint: "a passphrase is missing or wrong",
    },
    { says: /no space left|disk full/i, code: "FILE_FAILED", hint: "the disk is full" },
    { says: /permission denied/i, code: "FILE_FAILED", hint: "a file or its directory cannot be written" },
    {
        says: /string too (?:long|short)|invalid characters/i,
        code: "OPENSSL_FAILED",
        hint: "a part of the subject is too long or has characters that a certificate cannot hold",
    },
    {
        says: /unknown option|unrecognized flag|invalid command|Use -help/i,
        code: "OPENSSL_UNSUPPORTED",
        hint: "this OpenSSL does not know an option of the documented commands",
    },
];
/** Why the system starts no process, by its own names (POSIX); what there is too little of. */
const SCARCE = {
    EMFILE: "file descriptors",
    ENFILE: "file descriptors",
    EAGAIN: "processes",
    ENOMEM: "memory",
};
/**
 * Maps a failed OpenSSL process to an error with a hint.
 * @param ended its exit code, null where a signal ended it, undefined where it could not be started
 * @param stderr hostile text, or why it could not be started; what decides is shown, made safe to print
 */
function opensslFailure(argv, ended, stderr) {
    const command = `"${(0,_commands_js__WEBPACK_IMPORTED_MODULE_2__/* .commandLine */ .ay)(argv)}"`;
    if (ended === undefined)
        return notStarted(command, stderr);
    if (isEndedBySignal(ended)) {
        return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_FAILED", `${command} ${howItEnded(ended)}.${said(stderr)}`, {
            next: "Something else ended it, most often a runner with too little memory; or this OpenSSL crashed. Give the job more memory, or point openssl-path to another OpenSSL, then run again: it goes on where it stopped.",
        });
    }
    const category = CATEGORIES.find(({ says }) => says.test(stderr));
    const hint = category === undefined ? "" : `: ${category.hint}`;
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(category?.code ?? "OPENSSL_FAILED", `${command} ${howItEnded(ended)}${hint}.${said(stderr, category?.says)}`);
}
/**
 * A program that does not even tell its version can do nothing: it finds libraries of another version, or is no OpenSSL.
 * @param ended as in {@link opensslFailure}
 */
function unableToRun(ended, stderr) {
    const misled = LIBRARY_VARIABLES.filter((name) => (process.env[name] ?? "") !== "");
    const why = misled.length > 0
        ? `${misled.join(" and ")} of this step may lead it to libraries of another version: leave that out for the step, or point openssl-path to an OpenSSL with libraries of its own.`
        : "Install OpenSSL and its libraries in one version, or point openssl-path to another OpenSSL.";
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_NOT_FOUND", `The openssl program does not even tell its version, as where it finds libraries of another one: "openssl version" ${howItEnded(ended)}.${said(stderr)}`, { next: why });
}
/** Where Linux and macOS look for libraries first. */
const LIBRARY_VARIABLES = ["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"];
/**
 * OpenSSL says that it is done, but what it wrote is not there: some versions do not notice a full disk.
 * @param file as the command names it
 * @param found what is there instead: `is empty`
 */
function nothingWritten(file, directory, found) {
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("FILE_FAILED", `OpenSSL ended with exit code 0, but the file ${file} that it should have written in ${directory} ${found}: the disk may be full.`, { next: "Free space on that disk, or let RUNNER_TEMP lie on another one, then run again." });
}
function notStarted(command, reason) {
    const [name = ""] = /\bE[A-Z]+\b/.exec(reason) ?? [];
    const scarce = SCARCE[name];
    if (scarce === undefined) {
        const why = (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g$)(reason, 300);
        return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_NOT_FOUND", `${command} could not be started: ${why}`);
    }
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_FAILED", `${command} could not be started: the system gives this job no more ${scarce} (${name}).`, {
        next: _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RAISE_LIMITS */ .mu,
    });
}
/**
 * @param ended exit code; null where a signal ended the process itself
 * @returns whether a signal ended it, or what a wrapper script ran: shells then exit with 128 and the signal's number (POSIX)
 */
function isEndedBySignal(ended) {
    return ended === null || ended > 128;
}
function howItEnded(ended) {
    if (ended === null)
        return "was ended by a signal before it was done";
    const code = `ended with exit code ${ended}`;
    return isEndedBySignal(ended) ? `${code}: signal ${ended - 128} ended it before it was done` : code;
}
/** Most of OpenSSL's words that a message shows, in characters. */
const SAID_LIMIT = 600;
/**
 * @param decisive what the line that decides has in it
 * @returns a sentence of what OpenSSL said: all of it, or of much the line that decides, else the first, and the last ones
 */
function said(stderr, decisive) {
    // A key that is being made shows itself in dots.
    const lines = stderr.split(/[\r\n]+/).filter((line) => !/^[\s.+*]*$/.test(line));
    const whole = (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g$)(lines.join("\n"), stderr.length);
    if (whole === "")
        return "";
    if (whole.length <= SAID_LIMIT)
        return ` OpenSSL said: ${whole}`;
    const [line = ""] = decisive === undefined ? lines : lines.filter((text) => decisive.test(text));
    return ` OpenSSL said: ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g$)(line, SAID_LIMIT / 2)} … ${whole.slice(-SAID_LIMIT / 2)}`;
}


/***/ }),

/***/ 1988:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ readMade)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3751);



/**
 * Reads a file that a command has made.
 * @param file as the command names it
 * @param read takes its text and throws where it is not what the command makes
 * @throws ActionError `FILE_FAILED` where it is not whole
 */
async function readMade(directory, file, read) {
    const text = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, file), "utf8");
    try {
        return read(text);
    }
    catch {
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .nothingWritten */ .F2)(file, directory, "is not whole");
    }
}


/***/ }),

/***/ 6065:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $C: () => (/* binding */ ARCHIVE_ROUNDS),
/* harmony export */   L$: () => (/* binding */ isFrom),
/* harmony export */   z: () => (/* binding */ supportedVersion)
/* harmony export */ });
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(654);


/** The oldest OpenSSL the documented commands are proven on (the page's own is 1.1.1k). */
const OLDEST = [1, 1, 1];
/** From here on `pkcs12 -export` knows `-iter`. */
const ARCHIVE_ROUNDS = [3, 0, 0];
/**
 * Reads the output of `openssl version`.
 * @param output e.g. `OpenSSL 3.0.19 27 Jan 2026 (Library: …)` or `LibreSSL 3.3.6`
 * @returns the first line without what is in brackets, e.g. `OpenSSL 3.0.19 27 Jan 2026`
 * @throws ActionError `OPENSSL_UNSUPPORTED` for LibreSSL, another program, or an OpenSSL before 1.1.1
 */
function supportedVersion(output) {
    const first = output.split(/\r?\n/, 1)[0] ?? "";
    const line = first.replace(/\s*\(.*/, "").trim();
    // A fork says which OpenSSL it is like: "OpenSSL 1.1.1 (compatible; AWS-LC 1.30.0)".
    if (!VERSION.test(line) || /\(compatible;/.test(first)) {
        const says = first.trim() === "" ? "nothing" : (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(first.trim());
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_UNSUPPORTED", `The openssl found is another program: of its version it says ${says}. OpenSSL 1.1.1 or later is needed.`);
    }
    if (!isFrom(line, OLDEST))
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ("OPENSSL_UNSUPPORTED", `${line} is too old; OpenSSL 1.1.1 or later is needed.`);
    return line;
}
const VERSION = /^OpenSSL (\d+)\.(\d+)\.(\d+)/;
/**
 * @param line as {@link supportedVersion} returns it
 * @returns whether it is this version or a later one
 */
function isFrom(line, [major, minor, patch]) {
    const [, a = 0, b = 0, c = 0] = (VERSION.exec(line) ?? []).map(Number);
    return (a - major || b - minor || c - patch) >= 0;
}


/***/ }),

/***/ 4861:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ openCall),
/* harmony export */   s: () => (/* binding */ CALL_NAMES)
/* harmony export */ });
/** The kinds of request that the sandbox tells apart: what faults, limits and records are counted by. */
const CALL_NAMES = [
    "list",
    "get",
    "upload",
    "code",
    "verify",
    "delete",
    "token",
    "technical-token",
    "agent",
    "other",
];
/**
 * Begins the record of a request.
 * @param method its HTTP method
 * @param path its path without the query
 * @param call what kind it is
 * @param headers its headers; only the scheme of Authorization is kept
 * @param at milliseconds since the epoch
 */
function openCall(method, path, call, headers, at) {
    const scheme = headers.authorization?.split(" ", 1)[0] ?? null;
    return { method, path, call, status: null, carriedOut: false, at, scheme, body: "" };
}


/***/ }),

/***/ 7311:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ FAULT_KINDS),
/* harmony export */   u: () => (/* binding */ createFaultQueue)
/* harmony export */ });
/** What can go wrong on the wire; {@link Fault} says what each one does. */
const FAULT_KINDS = [
    "reset-before",
    "reset",
    "hang",
    "hang-after",
    "rate-limit",
    "status",
    "html",
    "truncated",
    "garbage",
    "wrong-shape",
    "huge",
    "redirect",
    "body",
    "slow",
    "late",
    "trickle",
    "date",
];
/**
 * Makes a queue.
 * @param initial faults that are there from the start
 */
function createFaultQueue(initial = []) {
    const entries = initial.map((fault) => ({ fault, seen: 0 }));
    return {
        add(fault) {
            entries.push({ fault, seen: 0 });
        },
        strike(call) {
            const waiting = entries.filter(({ fault }) => fault.call === call || fault.call === "any");
            for (const entry of waiting)
                entry.seen++;
            return waiting.find(strikes)?.fault;
        },
    };
}
function strikes({ fault, seen }) {
    const first = fault.nth ?? 1;
    return seen >= first && seen < first + (fault.times ?? 1);
}


/***/ }),

/***/ 9386:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Cb: () => (/* binding */ parseLatency),
/* harmony export */   FN: () => (/* binding */ parseQuirks),
/* harmony export */   bZ: () => (/* binding */ parseFaults),
/* harmony export */   kd: () => (/* binding */ parseLimits),
/* harmony export */   pI: () => (/* binding */ parseToken),
/* harmony export */   pz: () => (/* binding */ parsePort)
/* harmony export */ });
/* harmony import */ var _calls_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4861);
/* harmony import */ var _faults_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7311);


/* Parsers of the options. Whoever calls one says in front of its message which option it is about. */
/** Longer than any client waits. */
const MAX_LATENCY = 600_000;
/** Seconds: a thousand years keep to the four digits of an HTTP date. */
const MAX_AHEAD = 1000 * 366 * 86_400;
const LIMITS = ["documented", "smallest", "off"];
/**
 * Reads a port.
 * @param text decimal digits
 * @throws Error that says what is expected
 */
function parsePort(text) {
    return wholeNumber(text, 65_535);
}
/**
 * Reads a latency in milliseconds.
 * @param text decimal digits
 * @throws Error that says what is expected
 */
function parseLatency(text) {
    return wholeNumber(text, MAX_LATENCY);
}
/**
 * Reads a bearer token.
 * @param text the token68 or JWT characters that may follow `Bearer ` (RFC 6750 §2.1)
 * @throws Error that says what is expected
 */
function parseToken(text) {
    if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(text))
        throw new Error("must be one that may follow `Bearer `, without blanks");
    return text;
}
/**
 * Reads the name of a plan of rate limits.
 * @throws Error that lists the names
 */
function parseLimits(text) {
    const found = LIMITS.find((name) => name === text);
    if (!found)
        throw new Error(`must be ${anyOf(LIMITS)}, not ${JSON.stringify(text)}`);
    return found;
}
/**
 * Reads faults.
 * @param text a JSON array of {@link Fault}
 * @throws Error that names the entry and the field, and says what is expected
 */
function parseFaults(text) {
    const value = parseJson(text);
    if (!Array.isArray(value))
        throw new Error("must be a JSON array of objects");
    return value.map((entry, index) => {
        const label = `faults[${index}]`;
        const fault = checkFields(entry, FAULT_CHECKS, label);
        for (const name of ["call", "kind"]) {
            if (!(name in fault))
                throw new Error(`${label}.${name} is missing`);
        }
        return fault;
    });
}
/**
 * Reads quirks.
 * @param text a JSON object with some of the fields of {@link Quirks}
 * @throws Error that names the field and says what is expected
 */
function parseQuirks(text) {
    return checkFields(parseJson(text), QUIRK_CHECKS, "quirks");
}
const oneOf = (...allowed) => (value) => allowed.includes(value) ? undefined : anyOf(allowed);
const integer = (least, most) => (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `a whole number from ${least} to ${most}`;
const string = (value) => (typeof value === "string" ? undefined : "a string");
const status = integer(200, 599);
const FAULT_CHECKS = {
    call: oneOf(..._calls_js__WEBPACK_IMPORTED_MODULE_0__/* .CALL_NAMES */ .s, "any"),
    kind: oneOf(..._faults_js__WEBPACK_IMPORTED_MODULE_1__/* .FAULT_KINDS */ .l),
    nth: integer(1, Number.MAX_SAFE_INTEGER),
    times: integer(1, Number.MAX_SAFE_INTEGER),
    status,
    carriedOut: oneOf(true, false),
    retryAfter: (value) => typeof value === "string" || typeof value === "number" || value === false
        ? undefined
        : "a number, a string or false",
    location: string,
    body: string,
    contentType: string,
    delay: integer(0, MAX_LATENCY),
    after: integer(1, Number.MAX_SAFE_INTEGER),
    ahead: integer(-MAX_AHEAD, MAX_AHEAD),
    date: (value) => value === false || [value].flat().every((each) => typeof each === "string" && /^[ -~]*$/.test(each))
        ? undefined
        : "a string or an array of strings, in printable ASCII, or false",
    age: integer(0, Number.MAX_SAFE_INTEGER),
};
const QUIRK_CHECKS = {
    uploadStatus: oneOf(200, 201),
    deleteStatus: oneOf(200, 202, 204),
    listShape: oneOf("array", "caCertificates", "content", "_embedded"),
    isVerified: oneOf("present", "absent-until-verified", "absent-in-reads"),
    listOmitsVerified: oneOf("none", "newest", "all"),
    commonName: oneOf("exact", "null", "absent", "empty", "trimmed", "lower-case", "prefixed", "decomposed"),
    listHidesMore: oneOf("none", "totalElements", "total", "page", "last", "next", "links"),
    leadingBlank: oneOf(true, false),
    pemInReplies: oneOf(true, false),
    idForm: oneOf("hex", "ulid", "reserved", "reused"),
    thirdUpload: (value) => {
        const { status: code, code: name } = { ...value };
        return (status(code) ?? string(name)) ? 'an object such as {"status":409,"code":"…"}' : undefined;
    },
    duplicateUpload: oneOf("accepted", "refused"),
    verifyAgain: oneOf("accepted", "refused"),
    codeChangesEachTime: oneOf(true, false),
    codeLifetimeSeconds: integer(0, Number.MAX_SAFE_INTEGER),
    errorShape: oneOf("errors", "array", "id", "oauth", "message", "html"),
    retryAfter: oneOf(true, false, "date"),
};
function checkFields(value, checks, label) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new Error(`${label} must be a JSON object`);
    }
    const table = new Map(Object.entries(checks));
    for (const [name, field] of Object.entries(value)) {
        const check = table.get(name);
        if (!check)
            throw new Error(`${label}.${name} is unknown; there are ${[...table.keys()].join(", ")}`);
        const expected = check(field);
        if (expected)
            throw new Error(`${label}.${name} must be ${expected}, not ${JSON.stringify(field)}`);
    }
    return value;
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw new Error("must be valid JSON");
    }
}
function wholeNumber(text, most) {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most))
        throw new Error(`must be a whole number from 0 to ${most}, not ${JSON.stringify(text)}`);
    return value;
}
function anyOf(values) {
    return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
}


/***/ }),

/***/ 8491:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ asActionError)
/* harmony export */ });
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(654);
/* harmony import */ var _openssl_failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3751);



/** @returns any error as one that the user can act on: `FILE_FAILED` where the system said no, else a mistake of ours */
function asActionError(error) {
    if (error instanceof _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ)
        return error;
    const { code, message, syscall } = error;
    // Node throws some of these where @actions/exec awaits nothing: they come up as nobody's.
    if (syscall?.startsWith("spawn"))
        return (0,_openssl_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .opensslFailure */ .zr)([], undefined, message);
    const system = typeof code === "string" && /^E[A-Z]+$/.test(code);
    const next = (0,_ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .lacksDescriptors */ .Ze)(error) ? { next: _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RAISE_LIMITS */ .mu } : {};
    return new _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(system ? "FILE_FAILED" : "INTERNAL", (0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_1__/* .printable */ .g$)(message, 500), {
        ...next,
        cause: error,
    });
}


/***/ }),

/***/ 1076:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   W2: () => (/* binding */ requireWrittenBefore),
/* harmony export */   bE: () => (/* binding */ sayFirstRun),
/* harmony export */   rC: () => (/* binding */ takeKeyring)
/* harmony export */ });
/* harmony import */ var _mindconnect_loopback_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4564);
/* harmony import */ var _inputs_keyring_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4752);


/** What every task does with the keyring that came in. */
/**
 * Opens it for one tenant, and warns where its file may not last.
 * @param options.program the openssl program
 * @param options.connection undefined for a task without the platform: then nothing is a rehearsal
 */
function takeKeyring(tools, input, options) {
    const { program, tenant, connection } = options;
    const keyring = tools.keyring(input, program, tenant);
    (0,_inputs_keyring_js__WEBPACK_IMPORTED_MODULE_0__/* .warnOfVanishingFile */ .JT)(tools.runner, input, connection !== undefined && (0,_mindconnect_loopback_js__WEBPACK_IMPORTED_MODULE_1__/* .isLoopback */ .U)(connection.gateway));
    return keyring;
}
/** Says, wherever no keyring came in, what that is taken for: a mistyped path or secret would look the same. */
function sayFirstRun(runner, text, place) {
    if (place === undefined || text.trim() !== "")
        return;
    runner.notice(`The keyring does not exist yet, or is empty: ${place}. It is taken for that of a first run.`);
}
/**
 * For a task without the platform, which has one clock.
 * @throws ActionError `CLOCK_DOUBTFUL` where it lies before the keyring's time of writing, or before the beginning of a
 * CA that was verified once, and so had begun
 */
function requireWrittenBefore({ clock }, { writtenAt, entries }) {
    for (const { certificate, verifiedAt } of entries) {
        const begins = verifiedAt === undefined ? undefined : certificate.notBefore;
        clock.requireAfter(begins, `the CA ${certificate.commonName} is valid from`);
    }
    clock.requireAfter(Date.parse(writtenAt ?? ""), "the keyring was written at", "Set this machine's clock (NTP), then run again. If it is right, the keyring's first line is not: remove that line.");
}


/***/ }),

/***/ 6847:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ reportLines),
/* harmony export */   s: () => (/* binding */ AgentList)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _ca_agents_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6067);
/* harmony import */ var _ca_encoding_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5720);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(654);
/* harmony import */ var _texts_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9275);





/** A list of 50,000 names has less; a device or a log given by mistake is not read. */
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;
/** A CSR with a key of 4,096 bits has 2 KB. */
const CSR_LIMIT_BYTES = 64 * 1024;
/** Most wrong lines that are named, and most characters they take: an annotation has 4,096. */
const MOST_PROBLEMS = 50;
const MOST_CHARACTERS = 3000;
/** Most wrong lines in the log. */
const MOST_LOGGED = 5000;
/** The list of agents as it came in; its lines and CSR files are read once. */
class AgentList {
    /** Absolute path of the file it came from. */
    file;
    /** The one name that it is, where there is a file of that name, too. */
    alsoFile;
    #text;
    #read;
    constructor(text, from) {
        this.#text = text;
        this.file = from.file;
        this.alsoFile = from.alsoFile;
    }
    /**
     * @param given the list, or the path of a file with it: one line that is no name and no `name=csr`
     * @throws Error that says what is wrong and quotes no line
     */
    static parse(given) {
        const only = asList(given).trim();
        if (/\n/.test(only) || only === "" || only.startsWith("#"))
            return new AgentList(given, {});
        if ((0,_ca_agents_js__WEBPACK_IMPORTED_MODULE_1__/* .isAgentName */ .XL)(only))
            return new AgentList(given, (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .path */ .Ae)(only)) ? { alsoFile: only } : {});
        if (only.includes("=")) {
            const isName = (0,_ca_agents_js__WEBPACK_IMPORTED_MODULE_1__/* .isAgentName */ .XL)(only.slice(0, only.indexOf("=")).trim());
            if (!isName && (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .path */ .Ae)(only)))
                throw new Error(`${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .TL)(only)} is read as name=path/to.csr: give the list of agents a path without =`);
            return new AgentList(given, {});
        }
        const file = (0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .path */ .Ae)(only);
        return new AgentList(asList(readListFile(file, only)), { file });
    }
    /** @param tenant undefined where it is not known: then the CA's own file names are not compared */
    read(tenant) {
        this.#read ??= readList(this.#text, tenant);
        return this.#read;
    }
}
/**
 * Reports wrong lines under `agents`: the first ones, and how many more there are; the log gets all of them.
 * @param problems in the order of their lines
 */
function reportLines(problems, report) {
    const lines = problems.map(({ line, message }) => `line ${line}: ${message}`);
    let characters = 0;
    const last = lines.findIndex((text, index) => {
        characters += text.length + "\n- agents: ".length;
        return index >= MOST_PROBLEMS || (index > 0 && characters > MOST_CHARACTERS);
    });
    const shown = last < 0 ? lines : lines.slice(0, last);
    for (const text of shown)
        report("agents", text);
    const more = lines.length - shown.length;
    if (more === 0)
        return;
    const beyond = lines.length - MOST_LOGGED;
    const log = [...lines.slice(0, MOST_LOGGED), ...(beyond > 0 ? [`and ${beyond} more lines`] : [])];
    report("agents", `and ${more} more lines are wrong; the log names them`, undefined, log);
}
function readListFile(file, given) {
    const problem = (reason) => new Error(`${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .TL)(given)} is neither a name (1 to 64 of A-Z a-z 0-9 : _ -) nor a file that can be read (${reason})`);
    const bytes = (0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .readRegularBytes */ .Of)(file, LIST_LIMIT_BYTES, problem);
    try {
        return (0,_ca_encoding_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeText */ .g)(bytes);
    }
    catch (error) {
        if (!(error instanceof _ca_encoding_js__WEBPACK_IMPORTED_MODULE_2__/* .EncodingError */ .U))
            throw error;
        throw new Error(`names a file that ${error.message}`, { cause: error });
    }
}
/** The lines of a key must not be shown as names that are not valid. */
function asList(text) {
    if (text.includes("-----BEGIN"))
        throw new Error("is a PEM file, not a list of names");
    return text;
}
function readList(text, tenant) {
    const { agents, problems } = (0,_ca_agents_js__WEBPACK_IMPORTED_MODULE_1__/* .parseAgents */ .wG)(text, tenant);
    const read = [];
    for (const agent of agents) {
        try {
            read.push(withCsr(agent));
        }
        catch (error) {
            problems.push({ line: agent.line, message: error.message });
        }
    }
    return { agents: read, problems };
}
function withCsr({ name, csr, line }) {
    if (csr === undefined)
        return { name, line };
    const file = (0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .path */ .Ae)(csr);
    return { name, line, csr: { file, pem: readCsr(name, file) } };
}
/** What looks like a PEM request is OpenSSL's to judge, broken or not: it says why. */
function readCsr(name, file) {
    const problem = (reason) => new Error(`the CSR of ${(0,_ca_agents_js__WEBPACK_IMPORTED_MODULE_1__/* .nameInMessage */ .wN)(name)} cannot be read (${reason})`);
    const text = (0,_texts_js__WEBPACK_IMPORTED_MODULE_4__/* .readRegularBytes */ .Of)(file, CSR_LIMIT_BYTES, problem).toString("utf8");
    if (text.trim() === "")
        throw problem("it is empty");
    // A SEQUENCE of more than 127 bytes, whose length is no UTF-8.
    if (text.startsWith("0\ufffd"))
        throw problem(`it is DER, not PEM: openssl req -inform DER -in ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .TL)(file)} -out …`);
    if (text.includes("\0"))
        throw problem("it is not text in UTF-8: iconv -f UTF-16 -t UTF-8 may help");
    const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g)];
    const [begin] = blocks;
    if (begin === undefined || blocks.length > 1)
        throw problem(`it has ${blocks.length} PEM blocks, not one`);
    if (!/^(?:NEW )?CERTIFICATE REQUEST$/.test(begin[1] ?? ""))
        throw problem(`it is a ${begin[1]}`);
    return text.slice(begin.index).replaceAll("\r\n", "\n");
}


/***/ }),

/***/ 6156:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ requireOwnSubject),
/* harmony export */   g: () => (/* binding */ subjectProblem)
/* harmony export */ });
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_leaf_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3401);


/** @returns the line of an agent that would get the CA's own subject: its certificate would be taken for the CA's */
function subjectProblem(agents, subject, ca) {
    const found = agents.find(({ name, csr }) => csr === undefined && name === ca.commonName);
    if (found === undefined || subject === undefined || !(0,_ca_leaf_js__WEBPACK_IMPORTED_MODULE_1__/* .hasSubjectOf */ .oL)(ca, subject(found.name)))
        return undefined;
    const message = `"${found.name}" would have the subject of the CA itself; give it another name or organizational-unit`;
    return { line: found.line, message };
}
/** @throws ActionError `INPUT_INVALID` where an agent would get the subject of the CA that issues */
function requireOwnSubject(agents, subject, ca) {
    const problem = subjectProblem(agents, subject, ca);
    if (problem === undefined)
        return;
    throw (0,_ca_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .inputError */ .Xu)([{ input: "agents", message: `line ${problem.line}: ${problem.message}` }]);
}


/***/ }),

/***/ 2081:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  iN: () => (/* binding */ emptiedProblem),
  Ac: () => (/* binding */ opensKeys),
  o$: () => (/* binding */ readSource),
  qv: () => (/* binding */ readsCertificates)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./build/ca/keyring.js
var ca_keyring = __nccwpck_require__(6796);
// EXTERNAL MODULE: ./build/ca/keyring-text.js + 1 modules
var keyring_text = __nccwpck_require__(7515);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./build/ca/encoding.js
var encoding = __nccwpck_require__(5720);
// EXTERNAL MODULE: ./build/keyring/file.js
var keyring_file = __nccwpck_require__(4190);
;// CONCATENATED MODULE: ./build/tasks/inputs/keyring-file.js




/** @returns the file's text, empty where it does not exist and need not; undefined where it was reported */
function readKeyringFile(file, absent, report) {
    try {
        const found = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
        if (found === undefined) {
            (0,external_node_fs_.accessSync)((0,external_node_path_.dirname)(file));
            if (absent === "is empty")
                return "";
            report("keyring-file", "does not exist; give the path of the keyring that an earlier run wrote");
        }
        else if (!found.isFile()) {
            report("keyring-file", "is not a regular file; give the path of the file itself, no link or folder");
        }
        else if (found.size > keyring_file/* KEYRING_FILE_LIMIT_BYTES */.n) {
            report("keyring-file", "is larger than 1 MiB, which no keyring is");
        }
        else {
            return decoded((0,external_node_fs_.readFileSync)(file), report);
        }
    }
    catch (error) {
        const { code } = error;
        report("keyring-file", `cannot be read, or its folder cannot be written (${code}); the folder must exist`);
    }
    return undefined;
}
function decoded(bytes, report) {
    try {
        return (0,encoding/* decodeText */.g)(bytes);
    }
    catch (error) {
        report("keyring-file", error.message, "KEYRING_DAMAGED");
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/tasks/inputs/keyring-text.js




const CONFIRM = ", or set keyring-import: true where it was empty from the start";
/** @returns one source's text and what it holds; without either where that was reported */
function readSource(source, values, report, { absentFile, lenient, readText }) {
    const value = values[source];
    const text = value === undefined || source === "keyring" ? value : readKeyringFile(value, absentFile, report);
    if (text === undefined)
        return {};
    if (source === "keyring-file" && lenient !== true && values["keyring-import"] !== true) {
        const problem = emptiedProblem(value, text);
        if (problem !== undefined) {
            // A task that only reads has no such input.
            const confirm = values["keyring-import"] === undefined ? "" : CONFIRM;
            report(source, `${problem}${confirm}`, "KEYRING_DAMAGED");
            return {};
        }
    }
    return { text, content: readText(text, source) };
}
/** @returns what is wrong with a keyring-file that is there and holds nothing; undefined where it holds something */
function emptiedProblem(file, text) {
    if (file === undefined || text.trim() !== "" || !(0,external_node_fs_.existsSync)(file))
        return undefined;
    return "is there and is empty, as a full disk may leave it: restore its last good copy";
}
/**
 * @returns the way to read a keyring with its keys: each that may serve is opened with a passphrase that came in, another
 * tenant's never
 */
function opensKeys(passphrases, report, given) {
    // Passphrases that are not valid by themselves were reported already.
    const reported = passphrases.first === undefined && given("keyring-passphrase");
    return (text, source) => {
        const opened = (stayClosed) => read(() => (0,keyring_text/* parseKeyring */.ZU)(text, passphrases, stayClosed), source, (input, ...problem) => {
            if (input !== "keyring-passphrase" || !reported)
                report(input, ...problem);
        });
        const keyring = opened(({ tenant }) => tenant !== undefined);
        const openOwn = (tenant) => opened((entry) => !(0,ca_keyring/* isOfTenant */.q)(entry, tenant)) !== undefined;
        return keyring && { keyring, openOwn };
    };
}
/** @returns the way to read a keyring's certificates alone: its keys are not opened, and may be missing */
function readsCertificates(report) {
    return (text, source) => {
        const certificates = read(() => (0,keyring_text/* parseCertificates */.WW)(text), source, report);
        return certificates && { keyring: ca_keyring/* EMPTY_KEYRING */.Cg, certificates };
    };
}
function read(parse, source, report) {
    try {
        return parse();
    }
    catch (error) {
        if (!(error instanceof keyring_text/* KeyringError */.Wy))
            throw error;
        if (error instanceof keyring_text/* KeyringEncryptionError */.jO) {
            report(source, `holds a key that cannot be opened: ${error.message}`);
            return undefined;
        }
        const [input, code] = error.passphrase
            ? ["keyring-passphrase", "PASSPHRASE_WRONG"]
            : [source, "KEYRING_DAMAGED"];
        report(input, `the keyring cannot be used: ${error.message}`, code);
        return undefined;
    }
}


/***/ }),

/***/ 4752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  y8: () => (/* binding */ existingKeyringInputs),
  oU: () => (/* binding */ hasTarget),
  Ft: () => (/* binding */ keyringInputs),
  I7: () => (/* binding */ openedKeyringInputs),
  _t: () => (/* binding */ requireLastingFile),
  ek: () => (/* binding */ requirePassphrase),
  hr: () => (/* binding */ requireRoom),
  y_: () => (/* binding */ requireTenant),
  JT: () => (/* binding */ warnOfVanishingFile),
  Zd: () => (/* binding */ watchedKeyringInputs)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./build/ca/keyring.js
var ca_keyring = __nccwpck_require__(6796);
// EXTERNAL MODULE: ./build/ca/keyring-text.js + 1 modules
var keyring_text = __nccwpck_require__(7515);
// EXTERNAL MODULE: ./build/ca/passphrases.js
var ca_passphrases = __nccwpck_require__(8644);
// EXTERNAL MODULE: ./build/ca/pem-hint.js
var pem_hint = __nccwpck_require__(6541);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
// EXTERNAL MODULE: ./build/github/inputs.js
var inputs = __nccwpck_require__(2325);
// EXTERNAL MODULE: ./build/keyring/secret.js + 1 modules
var keyring_secret = __nccwpck_require__(8832);
// EXTERNAL MODULE: ./build/keyring/store.js
var store = __nccwpck_require__(9835);
// EXTERNAL MODULE: ./build/mindconnect/loopback.js
var loopback = __nccwpck_require__(4564);
// EXTERNAL MODULE: ./build/tasks/inputs/texts.js + 3 modules
var texts = __nccwpck_require__(9275);
;// CONCATENATED MODULE: ./build/tasks/inputs/keyring-secret.js




/** Where a workflow runs on github.com, and where nothing else is said. */
const GITHUB_API = "https://api.github.com";
/** The inputs that say which secret keeps the keyring, and how it may be written. */
const keyringSecretFields = {
    "keyring-secret": (0,inputs/* field */.ZZ)({
        description: "The GitHub secret to write the keyring to; pass its value as keyring. Needs github-token.",
        parse: secretName,
    }),
    "github-token": (0,inputs/* field */.ZZ)({
        description: "Token that may write the secret: of a GitHub App, or fine-grained, with Secrets: write (Environments: write with keyring-environment). Never the workflow's own GITHUB_TOKEN.",
        secret: true,
        parse: githubToken,
    }),
    "keyring-environment": (0,inputs/* field */.ZZ)({
        description: "The environment of the repository that keyring-secret belongs to; the repository itself where not given.",
        parse: environmentName,
    }),
    "keyring-import": (0,inputs/* field */.ZZ)({
        description: "true: the keyring passed in may be written to a secret that does not exist yet, or to one that seems to be older or newer only because GitHub's clocks differed when it was written; or a keyring-file that is there and empty was so from the start.",
        default: "false",
        parse: texts/* trueOrFalse */.dt,
    }),
};
/** The same for a task that only reads the keyring, and compares it with the secret. */
const keyringSecretReadingFields = {
    "keyring-secret": {
        ...keyringSecretFields["keyring-secret"],
        description: "The GitHub secret that keyring was read from: an old value of it is noticed. Needs github-token; nothing is written.",
    },
    "github-token": {
        ...keyringSecretFields["github-token"],
        description: "Token that may see when keyring-secret was written: Secrets: read (Environments: read with keyring-environment) is enough.",
    },
    "keyring-environment": keyringSecretFields["keyring-environment"],
};
/** The inputs that name a secret, and so exclude keyring-file. */
function givenForSecret(given) {
    return ["keyring-secret", "github-token", "keyring-environment"].filter(given);
}
/**
 * Composes the secret's address: its token and the repository that the runner names belong to it.
 * @returns undefined where no secret is asked for, `invalid` where something was reported or is not valid by itself
 */
function resolveSecret(values, report, given) {
    if (!given("keyring-secret")) {
        const orphans = givenForSecret(given);
        // Its default is handed over by the runner as if somebody had typed it; with a file it means that one.
        if (values["keyring-import"] === true && !given("keyring-file"))
            orphans.push("keyring-import");
        for (const name of orphans)
            report(name, "is given without keyring-secret, the secret that it is for");
        return orphans.length > 0 ? "invalid" : undefined;
    }
    if (!given("github-token"))
        report("github-token", `is missing: keyring-secret is looked up with it, and GITHUB_TOKEN cannot do that. ${texts/* EMPTY_SECRET */.z4}`);
    const home = repositoryOf(process.env, report);
    const { "keyring-secret": name, "github-token": token, "keyring-environment": environment } = values;
    const environmentIsValid = environment !== undefined || !given("keyring-environment");
    if (home === undefined || name === undefined || token === undefined || !environmentIsValid)
        return "invalid";
    return {
        address: { ...home, name, token, ...(environment === undefined ? {} : { environment }) },
        mayImport: values["keyring-import"] === true,
    };
}
/** Reads what the runner says of the repository, its GitHub (also an Enterprise Server) and the run. */
function repositoryOf({ GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: api, GITHUB_RUN_ID: runId = "" }, report) {
    const [, owner, repo] = /^((?!\.)[\w.-]+)\/((?!\.\.?$)[\w.-]+)$/.exec(repository) ?? [];
    if (owner === undefined || repo === undefined)
        report("keyring-secret", "belongs to a repository, but GITHUB_REPOSITORY, which the runner sets, names none (owner/name)");
    const base = apiBase(api === undefined || api === "" ? GITHUB_API : api);
    if (base === undefined)
        report("keyring-secret", "cannot be reached: GITHUB_API_URL is not a plain https URL such as https://api.github.com");
    if (owner === undefined || repo === undefined || base === undefined)
        return undefined;
    return { api: base, owner, repo, ...(/^\d{1,20}$/.test(runId) ? { runId } : {}) };
}
/** The token goes there: https, or http on loopback alone (a rehearsal). */
function apiBase(text) {
    if (!URL.canParse(text) || /[?#]/.test(text))
        return undefined;
    const url = new URL(text);
    const safe = url.protocol === "https:" || (url.protocol === "http:" && (0,loopback/* isLoopback */.U)(url));
    return safe && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined;
}
/** As GitHub has it, which turns lower case into upper case by itself. */
function secretName(text) {
    if (!/^[A-Z_][A-Z0-9_]{0,254}$/.test(text))
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not the name of a secret: A to Z, 0 to 9 and _, not beginning with a digit`);
    if (text.startsWith("GITHUB_"))
        throw new Error("begins with GITHUB_, which GitHub keeps for itself");
    return text;
}
function githubToken(text) {
    if (!/^[\w.~+/-]{8,}=*$/.test(text))
        throw new Error("is not a GitHub token: it has characters that no token has, or is too short");
    return text;
}
function environmentName(text) {
    (0,texts/* oneLine */.TN)(text);
    // These two would climb out of the path of the request.
    if (text === "." || text === "..")
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not the name of an environment`);
    return text;
}

// EXTERNAL MODULE: ./build/tasks/inputs/keyring-text.js + 1 modules
var inputs_keyring_text = __nccwpck_require__(2081);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
;// CONCATENATED MODULE: ./build/tasks/inputs/vanishing-disk.js



/** Of statfs(2). */
const MEMORY_DISKS = new Map([
    [0x01021994, "tmpfs"],
    [0x858458f6, "ramfs"],
]);
const OVERLAY = 0x794c7630;
/** How the control groups of a container are named. */
const CONTAINER_GROUPS = /docker|containerd|kubepods|libpod|crio|lxc|buildkit/;
/** @returns what this process runs in */
function thisSystem() {
    const { env, platform } = process;
    const windows = platform === "win32";
    return {
        environment: env,
        // /var/tmp outlasts a restart, but not the system's clearing of what is old.
        temporary: [
            (0,external_node_os_.tmpdir)(),
            ...["TMPDIR", "TMP", "TEMP"].map((name) => env[name] ?? ""),
            ...(windows ? [(0,external_node_path_.join)(env["SystemRoot"] ?? "C:\\Windows", "Temp")] : ["/tmp", "/var/tmp"]),
        ],
        diskOf(path) {
            try {
                // A system of 32 bits gives the large ones as negative.
                return (0,external_node_fs_.statfsSync)(path).type >>> 0;
            }
            catch {
                return undefined;
            }
        },
        inContainer: () => (0,external_node_fs_.existsSync)("/.dockerenv") ||
            (0,external_node_fs_.existsSync)("/run/.containerenv") ||
            (env["container"] ?? "") !== "" ||
            (env["KUBERNETES_SERVICE_HOST"] ?? "") !== "" ||
            ["/proc/1/cgroup", "/proc/self/cgroup"].some((file) => CONTAINER_GROUPS.test(textOf(file))),
    };
}
/**
 * Tells whether a keyring file would go with the job, the machine's next start or a container (guarantee 2).
 * @param file absolute; it need not exist
 * @returns undefined where nothing speaks for it
 */
function vanishingDisk(file, system = thisSystem()) {
    const { environment } = system;
    const sure = (says) => ({ says, sure: true });
    if (environment["RUNNER_ENVIRONMENT"] === "github-hosted")
        return sure("lies on the disk of a GitHub-hosted runner");
    const place = (0,external_node_path_.join)(real((0,external_node_path_.dirname)(file)), (0,external_node_path_.basename)(file));
    const within = (folder) => isInside(place, folder ?? "");
    for (const name of ["RUNNER_TEMP", "GITHUB_WORKSPACE"])
        if (within(environment[name]))
            return sure(`lies inside ${name}`);
    if (within(workFolder(environment["RUNNER_TEMP"])))
        return sure("lies inside the folder that the runner works in, the one above RUNNER_TEMP");
    const temporary = system.temporary.find(within);
    if (temporary !== undefined)
        return sure(`lies inside ${temporary}, a folder for temporary files`);
    return onDisk(file, system);
}
/** The file itself may be a mount. */
function onDisk(file, system) {
    const disks = [file, (0,external_node_path_.dirname)(file)].map((path) => system.diskOf(path));
    const memory = disks.flatMap((disk) => MEMORY_DISKS.get(disk ?? 0) ?? [])[0];
    if (memory !== undefined)
        return { says: `lies in the machine's memory (${memory})`, sure: true };
    // What is mounted into a container by itself is on another disk than the container's own.
    if ((disks[0] ?? disks[1]) !== OVERLAY)
        return undefined;
    return system.inContainer()
        ? { says: "lies in a container's own layer (overlay), not in a volume", sure: true }
        : {
            says: "lies on an overlay, which may be there until the next start of the machine only",
            sure: false,
        };
}
/** The runner keeps its tools, actions and workspaces beside its `_temp`, and clears them as it likes. */
function workFolder(runnerTemp = "") {
    return (0,external_node_path_.basename)(runnerTemp) === "_temp" ? (0,external_node_path_.dirname)(runnerTemp) : undefined;
}
/** A root says nothing: everything lies inside it. */
function isInside(place, folder) {
    if (folder === "" || !(0,external_node_path_.isAbsolute)(folder))
        return false;
    const home = real(folder);
    if (home === (0,external_node_path_.parse)(home).root)
        return false;
    const between = (0,external_node_path_.relative)(home, place);
    return between !== ".." && !between.startsWith(`..${external_node_path_.sep}`) && !(0,external_node_path_.isAbsolute)(between);
}
function real(folder) {
    try {
        return (0,external_node_fs_.realpathSync)(folder);
    }
    catch {
        return folder;
    }
}
function textOf(file) {
    try {
        return (0,external_node_fs_.readFileSync)(file, "utf8");
    }
    catch {
        return "";
    }
}

;// CONCATENATED MODULE: ./build/tasks/inputs/keyring.js














const fields = {
    keyring: (0,inputs/* field */.ZZ)({
        description: "The keyring as read from a secret: each CA's private key followed by its certificate, newest first.",
        secret: true,
        // Written back it is PEM.
        parse: (text) => (0,pem_hint/* pemFromBase64 */.g)(text) ?? text,
    }),
    ...keyringSecretFields,
    "keyring-file": (0,inputs/* field */.ZZ)({
        description: "A file to read the keyring from and to write it to, instead of keyring and keyring-secret.",
        parse: texts/* path */.Ae,
    }),
    "keyring-ephemeral": (0,inputs/* field */.ZZ)({
        description: "true: I know that keyring-file lies on a disk that vanishes, and store it myself in a later step.",
        default: "false",
        parse: texts/* trueOrFalse */.dt,
    }),
    "keyring-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrases of the keys inside the keyring, one a line: any of them opens a key, the first encrypts at the next write. Without it a new key is stored plain, with a warning.",
        secret: true,
        verbatim: true,
        parse: passphraseLines,
    }),
};
/** The same where the keyring is only read. */
const readingFields = {
    keyring: fields.keyring,
    ...keyringSecretReadingFields,
    "keyring-file": { ...fields["keyring-file"], description: "A file to read the keyring from, instead." },
};
/** The keyring: at most one source, read and checked before anything runs. */
const keyringInputs = (0,inputs/* group */.Os)(fields, (values, report, given) => openKeyring("is empty", values, report, given));
/**
 * The keyring of a task that never makes the first one, but writes it: a mistyped keyring-file would pass for one that holds
 * nothing.
 */
const existingKeyringInputs = (0,inputs/* group */.Os)(fields, (values, report, given) => openKeyring("is wrong", values, report, given));
/** The keyring of a task that uses a key of it, and never writes it. */
const openedKeyringInputs = (0,inputs/* group */.Os)({
    ...readingFields,
    "keyring-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrases of the keys inside the keyring, one a line: any of them opens a key.",
        secret: true,
        verbatim: true,
        parse: passphraseLines,
    }),
}, (values, report, given) => openKeyring("is wrong", values, report, given));
/** The keyring of a task that only looks: its keys are not opened, and certificates alone will do. */
const watchedKeyringInputs = (0,inputs/* group */.Os)(readingFields, (values, report, given) => resolveKeyring(values, report, given, {
    absentFile: "is empty",
    lenient: true,
    passphrases: new ca_passphrases/* Passphrases */.M(),
    readText: (0,inputs_keyring_text/* readsCertificates */.qv)(report),
}));
function openKeyring(absentFile, values, report, given) {
    const passphrases = new ca_passphrases/* Passphrases */.M(values["keyring-passphrase"]);
    const readText = (0,inputs_keyring_text/* opensKeys */.Ac)(passphrases, report, given);
    return resolveKeyring(values, report, given, { absentFile, passphrases, readText });
}
function resolveKeyring(values, report, given, reading) {
    const { "keyring-file": file, "keyring-ephemeral": ephemeral } = values;
    const twoPlaces = reportTwoPlaces(report, given);
    const secret = twoPlaces ? undefined : resolveSecret(values, report, given);
    const found = ["keyring-file", "keyring"]
        .filter((source) => given(source))
        .map((source) => (0,inputs_keyring_text/* readSource */.o$)(source, values, report, reading));
    if (twoPlaces)
        return undefined;
    // Of no text at all comes an empty keyring.
    const [{ text, content } = { text: "", content: reading.readText("", "keyring") }] = found;
    if (text === undefined)
        return undefined;
    reportSize(text, report, given);
    // Whether a key would be made, and kept, depends on them: no further rule can be judged.
    if (content === undefined || secret === "invalid")
        return undefined;
    const vanishes = file === undefined || ephemeral === true ? undefined : vanishingDisk(file);
    return {
        ...content,
        text,
        ...(file !== undefined && { file }),
        ...(secret !== undefined && { secret }),
        passphrases: reading.passphrases,
        ...(vanishes !== undefined && { vanishes }),
    };
}
/** @returns whether a file and something else are given; each of the others is reported */
function reportTwoPlaces(report, given) {
    if (!given("keyring-file"))
        return false;
    const others = [...(given("keyring") ? ["keyring"] : []), ...givenForSecret(given)];
    for (const name of others)
        report(name, "is given together with keyring-file; the keyring has one place");
    return others.length > 0;
}
/**
 * The rules for a task that writes the keyring: its folder can be written, on a disk that lasts (guarantee 2).
 * @param rehearsal whether the gateway is on loopback; undefined where that cannot be told, for what was given for it was
 * refused itself
 */
function requireLastingFile(keyring, rehearsal, report) {
    if (keyring?.file === undefined)
        return;
    try {
        (0,external_node_fs_.accessSync)((0,external_node_path_.dirname)(keyring.file), external_node_fs_.constants.W_OK);
    }
    catch (error) {
        const { code } = error;
        report("keyring-file", `lies in a folder that cannot be written (${code}); the folder must exist`);
    }
    if (keyring.vanishes?.sure !== true || rehearsal !== false)
        return;
    report("keyring-file", `${keyring.vanishes.says}, which does not last. Use a disk that lasts, or set keyring-ephemeral: true and store the file in a later step`, "KEYRING_EPHEMERAL");
}
/**
 * The rules for a task that works for a tenant: not every CA of the keyring is another one's, none that is brought along
 * is (guarantee 12), and the tenant's own keys open.
 * @param tenant undefined where it is not valid
 * @returns whether there is more to judge: false where the whole keyring is another one's, or its keys do not open
 */
function requireTenant(keyring, tenant, brought, report) {
    if (keyring === undefined || tenant === undefined)
        return true;
    const entries = keyring.certificates ?? keyring.keyring.entries;
    const others = entries.filter((entry) => !(0,ca_keyring/* isOfTenant */.q)(entry, tenant));
    if (others.length > 0 && others.length === entries.length) {
        const whose = [...new Set(others.map((entry) => (0,printable/* quoted */.TL)(entry.tenant ?? "")))].join(", ");
        report(keyring.file === undefined ? "keyring" : "keyring-file", `holds nothing but CAs of another tenant (${whose}), and tenant is ${(0,printable/* quoted */.TL)(tenant)}`, "KEYRING_OTHER_TENANT");
        return false;
    }
    const theirs = brought && others.find((entry) => (0,ca_keyring/* isSameCa */.Rj)(entry, brought));
    if (theirs !== undefined) {
        const whose = (0,printable/* quoted */.TL)(theirs.tenant ?? "");
        report("ca-certificate", `is, as the keyring has it, the CA of tenant ${whose}`, "KEYRING_OTHER_TENANT");
    }
    return keyring.openOwn?.(tenant) ?? true;
}
/**
 * Warns of a file that may not last: of every such file where it is only read, and where it is written of one that was not
 * refused by {@link requireLastingFile}.
 * @param rehearsal whether the gateway is on loopback
 */
function warnOfVanishingFile({ warning }, { vanishes }, rehearsal) {
    if (vanishes === undefined || rehearsal)
        return;
    warning(`keyring-file ${vanishes.says}: a CA key that is kept there alone may be gone one day.`);
}
/** @returns whether there is a place to write the keyring to */
function hasTarget({ file, secret }) {
    return file !== undefined || secret !== undefined;
}
/**
 * The rules for a task that would make a CA key: no plain key goes beside an encrypted one, and a secret must have room for
 * one more CA (guarantee 9).
 * @param keyBits size of the key that would be made
 */
function requireRoom(input, keyBits, report) {
    const { keyring, secret } = input;
    requirePassphrase(input, report);
    if (secret === undefined)
        return;
    const room = (0,keyring_text/* roomForOneMore */.aB)(keyBits);
    const size = Buffer.byteLength((0,keyring_text/* formatKeyring */.L8)(keyring));
    if (size + room <= keyring_secret/* SECRET_LIMIT_BYTES */.N)
        return;
    report("keyring", `has ${size} bytes, and one more CA needs up to ${room}; a GitHub secret takes ${keyring_secret/* SECRET_LIMIT_BYTES */.N}`, "KEYRING_TOO_LARGE");
}
/** The rule for a task that would add a key to the keyring: see {@link plainKeyProblem}. */
function requirePassphrase(input, report) {
    if (!hasTarget(input))
        return;
    const problem = (0,store/* plainKeyProblem */.$h)(input.keyring, input.passphrases);
    if (problem !== undefined)
        report("keyring-passphrase", problem, "PASSPHRASE_WRONG");
}
function reportSize(text, report, given) {
    const size = Buffer.byteLength(text);
    if (!given("keyring-secret") || size <= keyring_secret/* SECRET_LIMIT_BYTES */.N)
        return;
    report("keyring", `has ${size} bytes; a GitHub secret takes ${keyring_secret/* SECRET_LIMIT_BYTES */.N}`, "KEYRING_TOO_LARGE");
}
/** @returns the passphrases, one of each line; a line break at the end aside */
function passphraseLines(text) {
    if (text.includes("-----BEGIN "))
        throw new Error("holds PEM text where passphrases belong");
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
        const problem = passphraseProblem(line, lines.slice(0, index));
        const where = lines.length > 1 ? `, in line ${index + 1}, ` : " ";
        if (problem !== undefined)
            throw new Error(`has${where}a passphrase that ${problem}`);
    }
    return lines;
}
function passphraseProblem(text, others) {
    if (text.trim() === "")
        return "is blank; give one passphrase a line";
    if (/[\r\0]/.test(text))
        return "has a control character; OpenSSL would stop there";
    // Node opens keys with at most this many bytes (measured); OpenSSL would lock them with more.
    if (Buffer.byteLength(text) > 1024)
        return "is longer than 1024 bytes";
    if (others.includes(text))
        return `is that of line ${others.indexOf(text) + 1} once more`;
    return (0,texts/* maskProblem */.o3)(text);
}


/***/ }),

/***/ 9275:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  z4: () => (/* binding */ EMPTY_SECRET),
  kf: () => (/* binding */ countryCode),
  UG: () => (/* binding */ dnsLabel),
  ML: () => (/* binding */ keyBits),
  o3: () => (/* binding */ maskProblem),
  dm: () => (/* binding */ maskable),
  TN: () => (/* binding */ oneLine),
  yL: () => (/* binding */ oneOf),
  Ae: () => (/* binding */ path),
  T8: () => (/* binding */ pathOfPem),
  Tm: () => (/* binding */ pemOrPath),
  DM: () => (/* binding */ program),
  Of: () => (/* binding */ readRegularBytes),
  RD: () => (/* binding */ reportUnfit),
  i2: () => (/* binding */ reportUnwritable),
  m4: () => (/* binding */ subjectValue),
  ad: () => (/* binding */ tenantName),
  dt: () => (/* binding */ trueOrFalse),
  P8: () => (/* binding */ visibleLine),
  rD: () => (/* binding */ wholeNumber)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./node_modules/i18n-iso-countries/codes.json
const codes_namespaceObject = /*#__PURE__*/JSON.parse('[["AF","AFG","004","ISO 3166-2:AF"],["AL","ALB","008","ISO 3166-2:AL"],["DZ","DZA","012","ISO 3166-2:DZ"],["AS","ASM","016","ISO 3166-2:AS"],["AD","AND","020","ISO 3166-2:AD"],["AO","AGO","024","ISO 3166-2:AO"],["AI","AIA","660","ISO 3166-2:AI"],["AQ","ATA","010","ISO 3166-2:AQ"],["AG","ATG","028","ISO 3166-2:AG"],["AR","ARG","032","ISO 3166-2:AR"],["AM","ARM","051","ISO 3166-2:AM"],["AW","ABW","533","ISO 3166-2:AW"],["AU","AUS","036","ISO 3166-2:AU"],["AT","AUT","040","ISO 3166-2:AT"],["AZ","AZE","031","ISO 3166-2:AZ"],["BS","BHS","044","ISO 3166-2:BS"],["BH","BHR","048","ISO 3166-2:BH"],["BD","BGD","050","ISO 3166-2:BD"],["BB","BRB","052","ISO 3166-2:BB"],["BY","BLR","112","ISO 3166-2:BY"],["BE","BEL","056","ISO 3166-2:BE"],["BZ","BLZ","084","ISO 3166-2:BZ"],["BJ","BEN","204","ISO 3166-2:BJ"],["BM","BMU","060","ISO 3166-2:BM"],["BT","BTN","064","ISO 3166-2:BT"],["BO","BOL","068","ISO 3166-2:BO"],["BA","BIH","070","ISO 3166-2:BA"],["BW","BWA","072","ISO 3166-2:BW"],["BV","BVT","074","ISO 3166-2:BV"],["BR","BRA","076","ISO 3166-2:BR"],["IO","IOT","086","ISO 3166-2:IO"],["BN","BRN","096","ISO 3166-2:BN"],["BG","BGR","100","ISO 3166-2:BG"],["BF","BFA","854","ISO 3166-2:BF"],["BI","BDI","108","ISO 3166-2:BI"],["KH","KHM","116","ISO 3166-2:KH"],["CM","CMR","120","ISO 3166-2:CM"],["CA","CAN","124","ISO 3166-2:CA"],["CV","CPV","132","ISO 3166-2:CV"],["KY","CYM","136","ISO 3166-2:KY"],["CF","CAF","140","ISO 3166-2:CF"],["TD","TCD","148","ISO 3166-2:TD"],["CL","CHL","152","ISO 3166-2:CL"],["CN","CHN","156","ISO 3166-2:CN"],["CX","CXR","162","ISO 3166-2:CX"],["CC","CCK","166","ISO 3166-2:CC"],["CO","COL","170","ISO 3166-2:CO"],["KM","COM","174","ISO 3166-2:KM"],["CG","COG","178","ISO 3166-2:CG"],["CD","COD","180","ISO 3166-2:CD"],["CK","COK","184","ISO 3166-2:CK"],["CR","CRI","188","ISO 3166-2:CR"],["CI","CIV","384","ISO 3166-2:CI"],["HR","HRV","191","ISO 3166-2:HR"],["CU","CUB","192","ISO 3166-2:CU"],["CY","CYP","196","ISO 3166-2:CY"],["CZ","CZE","203","ISO 3166-2:CZ"],["DK","DNK","208","ISO 3166-2:DK"],["DJ","DJI","262","ISO 3166-2:DJ"],["DM","DMA","212","ISO 3166-2:DM"],["DO","DOM","214","ISO 3166-2:DO"],["EC","ECU","218","ISO 3166-2:EC"],["EG","EGY","818","ISO 3166-2:EG"],["SV","SLV","222","ISO 3166-2:SV"],["GQ","GNQ","226","ISO 3166-2:GQ"],["ER","ERI","232","ISO 3166-2:ER"],["EE","EST","233","ISO 3166-2:EE"],["ET","ETH","231","ISO 3166-2:ET"],["FK","FLK","238","ISO 3166-2:FK"],["FO","FRO","234","ISO 3166-2:FO"],["FJ","FJI","242","ISO 3166-2:FJ"],["FI","FIN","246","ISO 3166-2:FI"],["FR","FRA","250","ISO 3166-2:FR"],["GF","GUF","254","ISO 3166-2:GF"],["PF","PYF","258","ISO 3166-2:PF"],["TF","ATF","260","ISO 3166-2:TF"],["GA","GAB","266","ISO 3166-2:GA"],["GM","GMB","270","ISO 3166-2:GM"],["GE","GEO","268","ISO 3166-2:GE"],["DE","DEU","276","ISO 3166-2:DE"],["GH","GHA","288","ISO 3166-2:GH"],["GI","GIB","292","ISO 3166-2:GI"],["GR","GRC","300","ISO 3166-2:GR"],["GL","GRL","304","ISO 3166-2:GL"],["GD","GRD","308","ISO 3166-2:GD"],["GP","GLP","312","ISO 3166-2:GP"],["GU","GUM","316","ISO 3166-2:GU"],["GT","GTM","320","ISO 3166-2:GT"],["GN","GIN","324","ISO 3166-2:GN"],["GW","GNB","624","ISO 3166-2:GW"],["GY","GUY","328","ISO 3166-2:GY"],["HT","HTI","332","ISO 3166-2:HT"],["HM","HMD","334","ISO 3166-2:HM"],["VA","VAT","336","ISO 3166-2:VA"],["HN","HND","340","ISO 3166-2:HN"],["HK","HKG","344","ISO 3166-2:HK"],["HU","HUN","348","ISO 3166-2:HU"],["IS","ISL","352","ISO 3166-2:IS"],["IN","IND","356","ISO 3166-2:IN"],["ID","IDN","360","ISO 3166-2:ID"],["IR","IRN","364","ISO 3166-2:IR"],["IQ","IRQ","368","ISO 3166-2:IQ"],["IE","IRL","372","ISO 3166-2:IE"],["IL","ISR","376","ISO 3166-2:IL"],["IT","ITA","380","ISO 3166-2:IT"],["JM","JAM","388","ISO 3166-2:JM"],["JP","JPN","392","ISO 3166-2:JP"],["JO","JOR","400","ISO 3166-2:JO"],["KZ","KAZ","398","ISO 3166-2:KZ"],["KE","KEN","404","ISO 3166-2:KE"],["KI","KIR","296","ISO 3166-2:KI"],["KP","PRK","408","ISO 3166-2:KP"],["KR","KOR","410","ISO 3166-2:KR"],["KW","KWT","414","ISO 3166-2:KW"],["KG","KGZ","417","ISO 3166-2:KG"],["LA","LAO","418","ISO 3166-2:LA"],["LV","LVA","428","ISO 3166-2:LV"],["LB","LBN","422","ISO 3166-2:LB"],["LS","LSO","426","ISO 3166-2:LS"],["LR","LBR","430","ISO 3166-2:LR"],["LY","LBY","434","ISO 3166-2:LY"],["LI","LIE","438","ISO 3166-2:LI"],["LT","LTU","440","ISO 3166-2:LT"],["LU","LUX","442","ISO 3166-2:LU"],["MO","MAC","446","ISO 3166-2:MO"],["MG","MDG","450","ISO 3166-2:MG"],["MW","MWI","454","ISO 3166-2:MW"],["MY","MYS","458","ISO 3166-2:MY"],["MV","MDV","462","ISO 3166-2:MV"],["ML","MLI","466","ISO 3166-2:ML"],["MT","MLT","470","ISO 3166-2:MT"],["MH","MHL","584","ISO 3166-2:MH"],["MQ","MTQ","474","ISO 3166-2:MQ"],["MR","MRT","478","ISO 3166-2:MR"],["MU","MUS","480","ISO 3166-2:MU"],["YT","MYT","175","ISO 3166-2:YT"],["MX","MEX","484","ISO 3166-2:MX"],["FM","FSM","583","ISO 3166-2:FM"],["MD","MDA","498","ISO 3166-2:MD"],["MC","MCO","492","ISO 3166-2:MC"],["MN","MNG","496","ISO 3166-2:MN"],["MS","MSR","500","ISO 3166-2:MS"],["MA","MAR","504","ISO 3166-2:MA"],["MZ","MOZ","508","ISO 3166-2:MZ"],["MM","MMR","104","ISO 3166-2:MM"],["NA","NAM","516","ISO 3166-2:NA"],["NR","NRU","520","ISO 3166-2:NR"],["NP","NPL","524","ISO 3166-2:NP"],["NL","NLD","528","ISO 3166-2:NL"],["NC","NCL","540","ISO 3166-2:NC"],["NZ","NZL","554","ISO 3166-2:NZ"],["NI","NIC","558","ISO 3166-2:NI"],["NE","NER","562","ISO 3166-2:NE"],["NG","NGA","566","ISO 3166-2:NG"],["NU","NIU","570","ISO 3166-2:NU"],["NF","NFK","574","ISO 3166-2:NF"],["MP","MNP","580","ISO 3166-2:MP"],["MK","MKD","807","ISO 3166-2:MK"],["NO","NOR","578","ISO 3166-2:NO"],["OM","OMN","512","ISO 3166-2:OM"],["PK","PAK","586","ISO 3166-2:PK"],["PW","PLW","585","ISO 3166-2:PW"],["PS","PSE","275","ISO 3166-2:PS"],["PA","PAN","591","ISO 3166-2:PA"],["PG","PNG","598","ISO 3166-2:PG"],["PY","PRY","600","ISO 3166-2:PY"],["PE","PER","604","ISO 3166-2:PE"],["PH","PHL","608","ISO 3166-2:PH"],["PN","PCN","612","ISO 3166-2:PN"],["PL","POL","616","ISO 3166-2:PL"],["PT","PRT","620","ISO 3166-2:PT"],["PR","PRI","630","ISO 3166-2:PR"],["QA","QAT","634","ISO 3166-2:QA"],["RE","REU","638","ISO 3166-2:RE"],["RO","ROU","642","ISO 3166-2:RO"],["RU","RUS","643","ISO 3166-2:RU"],["RW","RWA","646","ISO 3166-2:RW"],["SH","SHN","654","ISO 3166-2:SH"],["KN","KNA","659","ISO 3166-2:KN"],["LC","LCA","662","ISO 3166-2:LC"],["PM","SPM","666","ISO 3166-2:PM"],["VC","VCT","670","ISO 3166-2:VC"],["WS","WSM","882","ISO 3166-2:WS"],["SM","SMR","674","ISO 3166-2:SM"],["ST","STP","678","ISO 3166-2:ST"],["SA","SAU","682","ISO 3166-2:SA"],["SN","SEN","686","ISO 3166-2:SN"],["SC","SYC","690","ISO 3166-2:SC"],["SL","SLE","694","ISO 3166-2:SL"],["SG","SGP","702","ISO 3166-2:SG"],["SK","SVK","703","ISO 3166-2:SK"],["SI","SVN","705","ISO 3166-2:SI"],["SB","SLB","090","ISO 3166-2:SB"],["SO","SOM","706","ISO 3166-2:SO"],["ZA","ZAF","710","ISO 3166-2:ZA"],["GS","SGS","239","ISO 3166-2:GS"],["ES","ESP","724","ISO 3166-2:ES"],["LK","LKA","144","ISO 3166-2:LK"],["SD","SDN","729","ISO 3166-2:SD"],["SR","SUR","740","ISO 3166-2:SR"],["SJ","SJM","744","ISO 3166-2:SJ"],["SZ","SWZ","748","ISO 3166-2:SZ"],["SE","SWE","752","ISO 3166-2:SE"],["CH","CHE","756","ISO 3166-2:CH"],["SY","SYR","760","ISO 3166-2:SY"],["TW","TWN","158","ISO 3166-2:TW"],["TJ","TJK","762","ISO 3166-2:TJ"],["TZ","TZA","834","ISO 3166-2:TZ"],["TH","THA","764","ISO 3166-2:TH"],["TL","TLS","626","ISO 3166-2:TL"],["TG","TGO","768","ISO 3166-2:TG"],["TK","TKL","772","ISO 3166-2:TK"],["TO","TON","776","ISO 3166-2:TO"],["TT","TTO","780","ISO 3166-2:TT"],["TN","TUN","788","ISO 3166-2:TN"],["TR","TUR","792","ISO 3166-2:TR"],["TM","TKM","795","ISO 3166-2:TM"],["TC","TCA","796","ISO 3166-2:TC"],["TV","TUV","798","ISO 3166-2:TV"],["UG","UGA","800","ISO 3166-2:UG"],["UA","UKR","804","ISO 3166-2:UA"],["AE","ARE","784","ISO 3166-2:AE"],["GB","GBR","826","ISO 3166-2:GB"],["US","USA","840","ISO 3166-2:US"],["UM","UMI","581","ISO 3166-2:UM"],["UY","URY","858","ISO 3166-2:UY"],["UZ","UZB","860","ISO 3166-2:UZ"],["VU","VUT","548","ISO 3166-2:VU"],["VE","VEN","862","ISO 3166-2:VE"],["VN","VNM","704","ISO 3166-2:VN"],["VG","VGB","092","ISO 3166-2:VG"],["VI","VIR","850","ISO 3166-2:VI"],["WF","WLF","876","ISO 3166-2:WF"],["EH","ESH","732","ISO 3166-2:EH"],["YE","YEM","887","ISO 3166-2:YE"],["ZM","ZMB","894","ISO 3166-2:ZM"],["ZW","ZWE","716","ISO 3166-2:ZW"],["AX","ALA","248","ISO 3166-2:AX"],["BQ","BES","535","ISO 3166-2:BQ"],["CW","CUW","531","ISO 3166-2:CW"],["GG","GGY","831","ISO 3166-2:GG"],["IM","IMN","833","ISO 3166-2:IM"],["JE","JEY","832","ISO 3166-2:JE"],["ME","MNE","499","ISO 3166-2:ME"],["BL","BLM","652","ISO 3166-2:BL"],["MF","MAF","663","ISO 3166-2:MF"],["RS","SRB","688","ISO 3166-2:RS"],["SX","SXM","534","ISO 3166-2:SX"],["SS","SSD","728","ISO 3166-2:SS"],["XK","XKK","983","ISO 3166-2:XK"]]');
// EXTERNAL MODULE: ./build/ca/binary-form.js
var binary_form = __nccwpck_require__(9475);
// EXTERNAL MODULE: ./build/ca/pem-hint.js
var pem_hint = __nccwpck_require__(6541);
;// CONCATENATED MODULE: ./build/ca/foreign-format.js


/**
 * Says what a file holds instead of PEM, with the command that converts it.
 * @param bytes of the file: hostile or secret; never quoted
 * @returns what it is, to follow the name of the input; undefined for PEM
 */
function foreignFormat(bytes) {
    if (bytes.toString("latin1").trim() === "")
        return "names a file that is empty";
    if (isUtf16(bytes)) {
        return "names a file in UTF-16, as PowerShell writes it: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
    }
    if (bytes.includes("-----BEGIN "))
        return undefined;
    const form = (0,binary_form/* binaryForm */.m)(bytes);
    if (form !== undefined) {
        return `names a file in ${form.kind}, not PEM: openssl ${form.argv} -in FILE -out FILE.pem`;
    }
    const hint = (0,pem_hint/* pemHint */.c)(bytes.toString("latin1"));
    if (hint !== undefined)
        return `names a file that ${hint}`;
    return "names a file without PEM text (no -----BEGIN …----- line)";
}
/** With a byte order mark, or without one in a text of ASCII characters. */
function isUtf16(bytes) {
    const [first, second] = bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
        return true;
    return bytes.includes(Buffer.from("-----BEGIN ", "utf16le"));
}

// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
// EXTERNAL MODULE: ./build/ca/subject.js
var subject = __nccwpck_require__(449);
;// CONCATENATED MODULE: ./build/openssl/locate.js


/**
 * Looks a program up on PATH, once. `@actions/exec` would look anew for each process, folder by folder by way of Node's
 * threads, with everybody waiting (4 to 12 ms each time, measured).
 * @param name without a folder
 * @returns its path, the name itself on Windows, which has rules of its own, so that exec looks; undefined for none
 */
function locate(name) {
    if (process.platform === "win32")
        return name;
    const folders = (process.env["PATH"] ?? "").split(external_node_path_.delimiter).filter(external_node_path_.isAbsolute);
    return folders.map((folder) => (0,external_node_path_.join)(folder, name)).find(isExecutable);
}
/** @returns whether a path leads to a file that may be run */
function isExecutable(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
        return (0,external_node_fs_.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/tasks/inputs/texts.js








/** Parsers of input texts. Each throws an Error whose message says what would be valid. */
/** The list has Kosovo's XK, which ISO 3166-1 leaves to its users. */
const ALPHA_2 = new Set(codes_namespaceObject.map(([alpha2]) => alpha2).filter((alpha2) => alpha2 !== "XK"));
/** No file with a certificate or a few keys is larger; a device or a log given by mistake is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** PATH_MAX of Linux; elsewhere the system refuses what is too long for it. */
const LONGEST_PATH = 4096;
/** What surprises most people: GitHub passes a secret that a job may not read as an empty text. */
const EMPTY_SECRET = "What is given as a secret is empty here, then: secrets are empty where the job does not name the environment that they belong to, in runs of a fork's pull request, and in runs of Dependabot";
/** One DNS label (RFC 1123): it becomes part of a host name and of file names. */
function dnsLabel(text) {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(text)) {
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not one DNS label: letters, digits and inner hyphens, at most 63`);
    }
    return text;
}
/** The name of an environment: a DNS label that can name the CA's files beside those of the verification certificate. */
function tenantName(text) {
    if (/^verificationcert$/i.test(text)) {
        throw new Error("is the file name of the verification certificate in the documented commands");
    }
    return dnsLabel(text);
}
/** ISO 3166-1 alpha-2, upper case as OpenSSL stores it. */
function countryCode(text) {
    if (!ALPHA_2.has(text)) {
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not an ISO 3166-1 alpha-2 country code in upper case, such as DE`);
    }
    return text;
}
/** @returns a parser for a value of a subject, issued exactly as given or refused */
function subjectValue(limit) {
    return (text) => {
        const problem = (0,subject/* subjectValueProblem */.Lg)(text, limit);
        if (problem !== undefined)
            throw new Error(problem);
        if (text.trim() === "")
            throw new Error("is blank");
        return text;
    };
}
/** @returns a parser for a whole number in a range, decimal digits alone */
function wholeNumber(least, most) {
    return (text) => {
        const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
        if (!(value >= least && value <= most)) {
            throw new Error(`${(0,printable/* quoted */.TL)(text)} is not a whole number from ${least} to ${most}`);
        }
        return value;
    };
}
/** Sizes of an RSA key that the platform's examples and every broker accept. */
function keyBits(text) {
    if (!["2048", "3072", "4096"].includes(text))
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is none of 2048, 3072, 4096`);
    return Number(text);
}
/** Booleans are written `true` or `false`, as in YAML; nothing else. */
function trueOrFalse(text) {
    if (!/^(?:true|false)$/i.test(text))
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is neither true nor false`);
    return text.toLowerCase() === "true";
}
/** @returns a parser for one of a few words */
function oneOf(...words) {
    return (text) => {
        const found = words.find((word) => word === text);
        if (found === undefined)
            throw new Error(`${(0,printable/* quoted */.TL)(text)} is none of ${words.join(", ")}`);
        return found;
    };
}
/** One line of printable text. */
function oneLine(text) {
    return lineUpTo(256, text);
}
/** The name of a certificate: one line of what can be seen, so that no two look alike. */
function visibleLine(text) {
    if ((0,subject/* hasInvisible */.wy)(text))
        throw new Error("contains an invisible character");
    return oneLine(text);
}
/** @returns why a secret cannot be hidden: a mask of a letter or two would blank the whole log; undefined where it can */
function maskProblem(text) {
    if (text.length >= printable/* SHORTEST_SECRET */.c3)
        return undefined;
    return `is shorter than ${printable/* SHORTEST_SECRET */.c3} characters: hidden wherever it stands, it would blank the log`;
}
/** A secret that can be hidden. */
function maskable(text) {
    const problem = maskProblem(text);
    if (problem !== undefined)
        throw new Error(problem);
    return text;
}
/** A path, made absolute so that it means the same wherever a process runs. */
function path(text) {
    const line = lineUpTo(LONGEST_PATH, text);
    try {
        return (0,external_node_path_.resolve)(line);
    }
    catch {
        throw new Error("is relative to the step's working directory, which is not there any more");
    }
}
function lineUpTo(limit, text) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
        throw new Error("contains a control character or a line break");
    if (text.length > limit)
        throw new Error(`is ${text.length} characters long; the limit is ${limit}`);
    return text;
}
const ODD_PATH = process.platform === "win32" ? /;/ : /["\\:]/;
/**
 * The name `openssl`, looked up on PATH here and now, or the path of a program.
 * @throws Error with the code `OPENSSL_NOT_FOUND`
 */
function program(text) {
    if (text !== "openssl") {
        const file = path(text);
        // Programs are started by a command line, and looked up along PATH.
        if (ODD_PATH.test(file))
            throw notFound(`${(0,printable/* quoted */.TL)(text)} has a quotation mark, a backslash or a colon; link to it elsewhere`);
        if (isProgram(file))
            return file;
        throw notFound(`${(0,printable/* quoted */.TL)(text)} is not a file that can be run`);
    }
    const found = locate(text);
    if (found === undefined)
        throw notFound("openssl is not on PATH");
    return found;
}
function notFound(reason) {
    const code = "OPENSSL_NOT_FOUND";
    return Object.assign(new Error(`${reason}; give the path of OpenSSL 1.1.1 or later`), { code });
}
/** Windows starts a program without its extension too. */
function isProgram(file) {
    return isExecutable(file) || (process.platform === "win32" && isExecutable(`${file}.exe`));
}
/**
 * A text in PEM, or the path of a file with it; base64 of a whole such text is as good.
 * @returns the text
 */
function pemOrPath(text) {
    const file = pathOfPem(text);
    if (file === undefined)
        return (0,pem_hint/* pemFromBase64 */.g)(text) ?? text;
    const problem = (reason) => new Error((0,pem_hint/* pemHint */.c)(text) ?? `is neither PEM text nor a file that can be read (${reason})`);
    const bytes = readRegularBytes(file, FILE_LIMIT_BYTES, problem);
    const decoded = (0,pem_hint/* pemFromBase64 */.g)(bytes.toString("latin1"));
    if (decoded !== undefined)
        return decoded;
    const foreign = foreignFormat(bytes);
    if (foreign !== undefined)
        throw new Error(foreign);
    return bytes.toString("utf8");
}
/** @returns the absolute path that a text for {@link pemOrPath} is, or undefined where it is PEM itself */
function pathOfPem(text) {
    const isText = text.includes("-----BEGIN") || text.includes("\n") || (0,pem_hint/* pemFromBase64 */.g)(text) !== undefined;
    return isText ? undefined : path(text);
}
/**
 * Reads a regular file of moderate size.
 * @param file absolute path
 * @param limit most bytes of the file
 * @param problem makes an error of the reason why not: the system's code, or words
 * @throws what `problem` makes
 */
function readRegularBytes(file, limit, problem) {
    try {
        const found = (0,external_node_fs_.statSync)(file);
        if (!found.isFile())
            throw new Error("it is not a regular file");
        if (found.size > limit) {
            const size = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
            throw new Error(`it is larger than ${size}`);
        }
        return (0,external_node_fs_.readFileSync)(file);
    }
    catch (error) {
        throw problem(error.code ?? error.message);
    }
}
/** Reports a directory that cannot take these files: nothing that is there already is ever overwritten. */
function reportUnfit(directory, names, report) {
    if (directory === undefined || !isWritable(directory, report))
        return;
    for (const name of names) {
        if ((0,external_node_fs_.lstatSync)((0,external_node_path_.join)(directory, name), { throwIfNoEntry: false }) !== undefined) {
            report("directory", `has a file ${(0,printable/* quoted */.TL)(name)} already; nothing is overwritten`, "FILE_EXISTS");
        }
    }
}
/** Reports a directory that cannot be written, or could not be made. */
function reportUnwritable(directory, report) {
    if (directory !== undefined)
        isWritable(directory, report);
}
function isWritable(directory, report) {
    try {
        let there = directory;
        while ((0,external_node_fs_.lstatSync)(there, { throwIfNoEntry: false }) === undefined)
            there = (0,external_node_path_.dirname)(there);
        (0,external_node_fs_.accessSync)(there, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
        if ((0,external_node_fs_.statSync)(there).isDirectory())
            return true;
        report("directory", "is not a directory, or lies under a file", "FILE_FAILED");
    }
    catch (error) {
        const { code } = error;
        report("directory", `cannot be written (${code}); give the path of a directory`, "FILE_FAILED");
    }
    return false;
}


/***/ }),

/***/ 6119:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hs: () => (/* binding */ createAndStore),
/* harmony export */   IO: () => (/* binding */ storeEntry),
/* harmony export */   LM: () => (/* binding */ noteOnPlatform),
/* harmony export */   Se: () => (/* binding */ upload),
/* harmony export */   WY: () => (/* binding */ warnOfRendering),
/* harmony export */   Wx: () => (/* binding */ warnOfSkew),
/* harmony export */   Z2: () => (/* binding */ defaultName),
/* harmony export */   e7: () => (/* binding */ readBack),
/* harmony export */   v8: () => (/* binding */ layOut),
/* harmony export */   zn: () => (/* binding */ prove)
/* harmony export */ });
/* harmony import */ var _ca_certificate_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8418);
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1590);
/* harmony import */ var _ca_issuing_ability_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1930);
/* harmony import */ var _ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6796);
/* harmony import */ var _ca_printable_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(654);
/* harmony import */ var _ca_private_key_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6081);
/* harmony import */ var _ca_slots_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(8508);
/* harmony import */ var _openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(3713);








/** Days that the verification certificate of the documented commands is valid. */
const VERIFICATION_DAYS = 7;
/**
 * Makes the CA key and certificate and stores them, before the platform hears of them (guarantee 2).
 * @returns the keyring's new entry
 */
async function createAndStore({ tools, platform, keyring, workplace, keys }, options) {
    // The inputs were checked by this machine's clock and the keyring; the platform may have decided otherwise.
    if (keyring.place === undefined) {
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ("KEYRING_TARGET_MISSING", "The CA of the keyring has expired, or is not valid yet, by the platform's clock, or is gone from the platform, and a new key has no place.");
    }
    platform.clock.require("make");
    await platform.caCertificates.requireTokenForChange();
    const { certificate, privateKey } = await (0,_openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__/* .createCa */ .xs)(workplace, {
        ...options,
        keys,
        now: () => platform.clock.require("make"),
    });
    tools.runner.mask(privateKey);
    tools.showCommands("Create the CA key and the CA certificate");
    if (keys.exchanged)
        tools.runner.info("Both keys were being made; the one that was ready first is the CA's.");
    const entry = { certificate, privateKey, tenant: keyring.tenant, notes: [] };
    await storeEntry({ tools, clock: platform.clock, keyring }, entry);
    return entry;
}
/**
 * Puts a CA into the keyring, not retired, and reads it back; without a place to write to it says so. One that comes
 * back after its retirement, or its removal, has the overlap anew: from when, takes two clocks to say.
 * @param options.anew it is about to be uploaded, whatever became of it before
 * @throws ActionError `CLOCK_DOUBTFUL`, and those of the keyring
 */
async function storeEntry({ tools, clock, keyring }, entry, { anew = false } = {}) {
    await keyring.update((current) => {
        const known = current.entries.find((other) => (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .isSameCa */ .Rj)(other, entry));
        if (known === undefined)
            clock.require("make");
        else if ((0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .comesBack */ .x0)(known, anew))
            clock.require("end");
        return (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .putEntry */ .SP)(current, entry, clock.now(), { anew });
    });
    tools.runner.info(keyring.place === undefined
        ? "No keyring is written: the CA's key stays where you keep it."
        : `The key of ${entry.certificate.commonName} is in ${keyring.place}, ${keyring.proof}.`);
}
/**
 * Uploads a CA certificate after the local preflight, while its key is still where it was put (guarantee 2).
 * @param procedure without a keyring where the user keeps the key
 * @returns its slot, not verified yet
 */
async function upload({ tools, platform, keyring }, certificate, name) {
    (0,_openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__/* .requireUploadable */ .VO)(certificate, { now: platform.clock.require("make") });
    for (const warning of (0,_ca_issuing_ability_js__WEBPACK_IMPORTED_MODULE_2__/* .issuingAbility */ .R)(certificate).warnings)
        tools.runner.warning(warning);
    await keyring?.confirm();
    const slot = await platform.caCertificates.upload(name, certificate);
    tools.runner.info(`Uploaded as ${slot.id}, "${slot.name}"; it takes a slot and is not verified yet.`);
    return slot;
}
/** @returns the default `name` attribute: the tenant and the start of the fingerprint, which strengthens the matching */
function defaultName(tenant, certificate) {
    return `${tenant}-${(0,_ca_certificate_js__WEBPACK_IMPORTED_MODULE_0__/* .shortFingerprint */ .nE)(certificate)}`;
}
/**
 * Proves possession of the CA's key and reads the outcome back: registration code, verification certificate, verify,
 * get (guarantee 5).
 * @returns the slot as read back, verified
 */
async function prove(procedure, slot, ca) {
    const { tools, platform, workplace, keys } = procedure;
    platform.clock.require("make");
    await platform.caCertificates.requireTokenForChange();
    keys.begin(_openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__/* .VERIFICATION_KEY_FILE */ .JG);
    const [registrationCode] = await Promise.all([
        // Its lifetime is not documented: it is fetched right before use.
        platform.caCertificates.registrationCode(slot.id),
        layOut(procedure, ca),
    ]);
    platform.clock.require("make");
    const verification = await (0,_openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__/* .createVerificationCertificate */ .rZ)(workplace, {
        registrationCode,
        days: VERIFICATION_DAYS,
        keys,
        ca: ca.certificate,
        now: () => platform.clock.require("make"),
    });
    tools.showCommands("Create the verification certificate");
    const verified = await platform.caCertificates.verify(slot.id, verification);
    return await readBack(procedure, slot.id, ca.certificate, verified);
}
/** Warns of clocks that differ by more than 60 s. */
function warnOfSkew({ tools, platform, }) {
    const skew = platform.clock.warning();
    if (skew !== undefined)
        tools.runner.warning(skew);
}
/**
 * Reads a certificate back and compares it with the local one (guarantee 5).
 * @param replySaidVerified what the verify reply said; counts, with a warning, where neither GET nor list says anything
 * @param certificate undefined where there is no local certificate to compare with
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
async function readBack({ tools, platform }, id, certificate, replySaidVerified) {
    const slot = await platform.caCertificates.readBack(id);
    if (certificate !== undefined && !(0,_ca_slots_js__WEBPACK_IMPORTED_MODULE_6__/* .endsTogether */ .lW)(slot, certificate)) {
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ("VERIFY_NOT_CONFIRMED", `Read back, ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(id)} has the expiration ${slot.expiration}: not that of the local certificate, ${certificate.expiration}.`);
    }
    if (certificate !== undefined)
        warnOfRendering(tools.runner, slot, certificate.commonNames);
    if (slot.isVerified === undefined && replySaidVerified) {
        tools.runner.warning(`The platform's reads do not say whether ${id} is verified; its reply to the verify did.`);
        return { ...slot, isVerified: true, verifiedBy: "reply" };
    }
    if (slot.isVerified !== true) {
        throw new _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ("VERIFY_NOT_CONFIRMED", `Read back, ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(id)} is not verified although the verify was accepted.`);
    }
    return { ...slot, isVerified: true };
}
/**
 * How replies render a common name is not documented: another rendering proves nothing, and is told of (guarantee 5).
 * @param commonNames those of the certificate that lies in the slot
 */
function warnOfRendering(runner, { id, commonName }, commonNames) {
    if (commonNames.length === 1 && commonNames[0] === commonName)
        return;
    const names = commonNames.map((name) => `"${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(name)}"`).join(" and ");
    const alike = (0,_ca_slots_js__WEBPACK_IMPORTED_MODULE_6__/* .namesAlike */ .N6)(commonName, { commonNames })
        ? "another rendering of"
        : "not what the certificate says:";
    runner.warning(`The platform shows the common name "${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(commonName)}" for ${(0,_ca_printable_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(id)}: ${alike} ${names || "none"}. Its id and expiration were compared.`);
}
/**
 * Notes in the keyring what is not there yet: the id, the tenant, and the time while the clocks agree. The CA is usable by now and
 * its key is safe: a note that cannot be written is a warning, and the next run writes it.
 */
async function noteOnPlatform({ tools, platform, keyring }, slot, ca) {
    // What the keyring alone remembers is no reason to note it.
    if (slot.remembered === true)
        return;
    const at = platform.clock.agreement();
    const { tenant } = keyring;
    const noted = (entry) => ({ ...(0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .noteVerified */ .Pf)(entry, slot, at), tenant });
    const known = keyring.keyring.entries.find((entry) => (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .isSameCa */ .Rj)(entry, ca));
    // No keyring is written for the tenant's name alone.
    if (known === undefined || isNoted(known, noted(known)))
        return;
    try {
        await keyring.update((current) => (0,_ca_keyring_js__WEBPACK_IMPORTED_MODULE_3__/* .changeEntry */ .df)(current, ca, noted));
    }
    catch (error) {
        if (!(error instanceof _ca_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ))
            throw error;
        tools.runner.warning(`The CA is verified, but that could not be noted in the keyring (${error.code}): ${error.message}`);
    }
}
/** What is remembered is all there: the id, the time, and that it was refused once is over. */
function isNoted(known, noted) {
    const { platformId, verifiedAt, refusedAt } = known;
    return platformId === noted.platformId && verifiedAt === noted.verifiedAt && refusedAt === noted.refusedAt;
}
/** Lays the CA's files where the commands expect them; a CA that was just made lies there already. */
async function layOut({ workplace, keyring, tools }, ca) {
    if (workplace.openssl.made(`${workplace.tenant}.pem`))
        return;
    const privateKey = (0,_ca_private_key_js__WEBPACK_IMPORTED_MODULE_5__/* .plainPem */ .Vj)(keyring.open(ca));
    tools.runner.mask(privateKey);
    await (0,_openssl_ca_js__WEBPACK_IMPORTED_MODULE_7__/* .placeCa */ .aA)(workplace, { certificate: ca.certificate, privateKey });
}


/***/ }),

/***/ 3462:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  m: () => (/* binding */ exec),
  H: () => (/* binding */ getExecOutput)
});

;// CONCATENATED MODULE: external "string_decoder"
const external_string_decoder_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
// EXTERNAL MODULE: external "events"
var external_events_ = __nccwpck_require__(4434);
// EXTERNAL MODULE: external "child_process"
var external_child_process_ = __nccwpck_require__(5317);
// EXTERNAL MODULE: external "path"
var external_path_ = __nccwpck_require__(6928);
// EXTERNAL MODULE: external "assert"
var external_assert_ = __nccwpck_require__(2613);
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return __awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_.constants.O_RDONLY;
function exists(fsPath) {
    return __awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return __awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return __awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_.dirname(filePath);
                        const upperName = external_path_.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_.EOL.length);
                n = s.indexOf(external_os_.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const stderrDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
var __webpack_exports__ = {};

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  nY: () => (/* reexport */ cleanUpAfterMain),
  eF: () => (/* binding */ run),
  ji: () => (/* binding */ serveSandbox),
  aA: () => (/* reexport */ stopSandbox)
});

// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __nccwpck_require__(1590);
;// CONCATENATED MODULE: ./build/github/node-version.js

/** `runs.using: node24` of every action.yml: all tests run on it, and undici does not load on much older ones. */
const NEEDED_MAJOR = 24;
/** @returns whether this action is proven on a version of Node.js, such as `24.18.1`: it is 24 or later */
function isSupportedNode(version) {
    return Number(version.split(".")[0]) >= NEEDED_MAJOR;
}
/**
 * Says in one line what is needed, and lets the process end with 1. It uses nothing that an old Node.js may lack, so the
 * line is written by hand.
 */
function refuseNode(version) {
    process.exitCode = 1;
    const message = `NODE_UNSUPPORTED: this action needs Node.js ${NEEDED_MAJOR} and was started by ${version}. Next: ${errors/* ERROR_CODES */.OQ.NODE_UNSUPPORTED.next}`;
    process.stdout.write(`::error title=MindConnect CA%3A NODE_UNSUPPORTED::${message}\n`);
}

// EXTERNAL MODULE: ./build/github/inputs.js
var github_inputs = __nccwpck_require__(2325);
// EXTERNAL MODULE: ./build/tasks/inputs/agent-list.js
var agent_list = __nccwpck_require__(6847);
// EXTERNAL MODULE: ./build/tasks/inputs/agent-rules.js
var agent_rules = __nccwpck_require__(6156);
// EXTERNAL MODULE: ./build/ca/status.js
var ca_status = __nccwpck_require__(5915);
// EXTERNAL MODULE: ./build/tasks/inputs/texts.js + 3 modules
var texts = __nccwpck_require__(9275);
;// CONCATENATED MODULE: ./build/tasks/inputs/rotation.js



/** A hundred years: OpenSSL makes longer ones, dates beyond 9999 it does not (measured), and nobody means it. */
const MOST_DAYS = 36_500;
/** From when a rotation is due. */
const renewBeforeField = (0,github_inputs/* field */.ZZ)({
    description: "Days before the end of the newest usable CA from which a rotation is due.",
    default: String(ca_status/* RENEW_BEFORE_DAYS */.gk),
    parse: (0,texts/* wholeNumber */.rD)(1, MOST_DAYS),
});
/** How a rotation goes. */
const rotationInputs = (0,github_inputs/* plainGroup */.k4)({
    apply: (0,github_inputs/* field */.ZZ)({
        description: "true: carry the due steps out; false: show the plan and change nothing.",
        default: "false",
        parse: texts/* trueOrFalse */.dt,
    }),
    "renew-before": renewBeforeField,
    overlap: (0,github_inputs/* field */.ZZ)({
        description: "Days that the old CA stays beside its verified successor: the agents' longest life.",
        default: "365",
        parse: (0,texts/* wholeNumber */.rD)(1, MOST_DAYS),
    }),
    retire: (0,github_inputs/* field */.ZZ)({
        description: "When the old CA goes: after-overlap, now (at the next run with apply), or never (expired ones go where a slot is needed).",
        default: "after-overlap",
        parse: (0,texts/* oneOf */.yL)("after-overlap", "now", "never"),
    }),
    "retired-keys": (0,github_inputs/* field */.ZZ)({
        description: "keep: a retired CA's key stays in the keyring until its certificate has expired, for the case that it was retired too early; drop: it is forgotten at once.",
        default: "keep",
        parse: (0,texts/* oneOf */.yL)("keep", "drop"),
    }),
});

;// CONCATENATED MODULE: ./build/tasks/inputs/agents.js




const fields = {
    agents: (0,github_inputs/* field */.ZZ)({
        description: "The agents: a name a line (1 to 64 of A-Z a-z 0-9 : _ -), or name=path/to.csr for a device that keeps its key; or the path of a file with such lines (./fleet where that is a name, too). Paths are relative to the workspace. Blank lines and lines that begin with # are skipped; nothing else stands behind a name.",
        required: true,
        // Lines are counted as they were written.
        verbatim: true,
        parse: agent_list/* AgentList */.s.parse,
    }),
    "strict-lifetime": (0,github_inputs/* field */.ZZ)({
        description: "true: refuse where a certificate of this many days would outlive the CA; false: shorten it, with a warning.",
        default: "false",
        parse: texts/* trueOrFalse */.dt,
    }),
    "renew-before": (0,github_inputs/* field */.ZZ)({
        description: "Days before the end of an agent certificate in directory from which it is issued anew, less than days; 30, or a third of days where that is less.",
        parse: (0,texts/* wholeNumber */.rD)(0, MOST_DAYS),
    }),
    "archive-passphrase": (0,github_inputs/* field */.ZZ)({
        description: "Passphrase of an encrypted PKCS#12 archive for each agent: its key then lies nowhere in plain. The same one in every run on a directory.",
        secret: true,
        verbatim: true,
        parse: archivePassphrase,
    }),
};
/** Which agents, and how; the lines themselves are judged by {@link AgentList}, which needs the tenant. */
const agentsInputs = (0,github_inputs/* plainGroup */.k4)(fields);
/** @returns the days before its end from which a certificate of that many days is issued anew, where none are given */
function defaultRenewBefore(days) {
    return Math.min(30, Math.floor(days / 3));
}
function archivePassphrase(text) {
    if (/[\r\n\0]/.test(text))
        throw new Error("contains a line break; OpenSSL would stop there");
    // What PKCS#12 makes of other characters depends on OpenSSL's version and the host's locale.
    if (!/^[\x20-\x7e]*$/.test(text))
        throw new Error("has characters that are not ASCII");
    if (text.length > 1024)
        throw new Error("is longer than 1024 characters");
    return (0,texts/* maskable */.dm)(text);
}

// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var ca_certificate = __nccwpck_require__(8418);
// EXTERNAL MODULE: ./build/ca/private-key.js + 1 modules
var private_key = __nccwpck_require__(6081);
// EXTERNAL MODULE: ./build/ca/subject.js
var subject = __nccwpck_require__(449);
;// CONCATENATED MODULE: ./build/tasks/inputs/certificate.js






/** A verification certificate is used at once. */
const LONGEST_VERIFICATION_DAYS = 365;
/** The subject of a certificate that is made, but its common name. */
const subjectFields = {
    "country-code": (0,github_inputs/* field */.ZZ)({
        description: "Country of the subject (C): ISO 3166-1 alpha-2, such as DE.",
        required: true,
        parse: texts/* countryCode */.kf,
    }),
    city: (0,github_inputs/* field */.ZZ)({
        description: "Abbreviation of the city, the subject's ST.",
        required: true,
        verbatim: true,
        parse: (0,texts/* subjectValue */.m4)(subject/* SUBJECT_LIMITS */.Ar.city),
    }),
    organization: (0,github_inputs/* field */.ZZ)({
        description: "Abbreviation of the organization, the subject's O.",
        required: true,
        verbatim: true,
        parse: (0,texts/* subjectValue */.m4)(subject/* SUBJECT_LIMITS */.Ar.organization),
    }),
    "organizational-unit": (0,github_inputs/* field */.ZZ)({
        description: "Organizational unit, the subject's OU.",
        default: "IT",
        verbatim: true,
        parse: (0,texts/* subjectValue */.m4)(subject/* SUBJECT_LIMITS */.Ar.organizationalUnit),
    }),
};
/** The subject of a CA certificate. */
const subjectInputs = (0,github_inputs/* plainGroup */.k4)({
    ...subjectFields,
    "common-name": (0,github_inputs/* field */.ZZ)({
        description: "Common name of the CA certificate (CN); the tenant where it is not given.",
        verbatim: true,
        parse: (0,texts/* subjectValue */.m4)(subject/* SUBJECT_LIMITS */.Ar.commonName),
    }),
});
const agentSubjectFields = {
    "country-code": forMadeKeys(subjectFields["country-code"]),
    city: forMadeKeys(subjectFields.city),
    organization: forMadeKeys(subjectFields.organization),
    "organizational-unit": subjectFields["organizational-unit"],
};
/** The subject of agent certificates; whether it is needed depends on the agents. */
const agentSubjectInputs = (0,github_inputs/* group */.Os)(agentSubjectFields, (values, _report, given) => {
    const missing = ["country-code", "city", "organization"].filter((name) => !given(name));
    const { "country-code": countryCode, city, organization, "organizational-unit": unit } = values;
    if (countryCode === undefined || city === undefined || organization === undefined || unit === undefined)
        return { missing, of: undefined };
    const rest = { "country-code": countryCode, city, organization, "organizational-unit": unit };
    return { missing, of: (name) => subjectOf(rest, name) };
});
function forMadeKeys({ required: _, ...declared }) {
    const description = `${declared.description} Required unless every agent has a CSR.`;
    return { ...declared, description };
}
/** Longest prefix of a rotated CA's common name: `-20261231-99` follows. */
const LONGEST_PREFIX = subject/* SUBJECT_LIMITS */.Ar.commonName - "-20261231-99".length;
/** The subject of a rotated CA certificate, which must have a common name of its own. */
const rotatedSubjectInputs = (0,github_inputs/* plainGroup */.k4)({
    ...subjectFields,
    "common-name-prefix": (0,github_inputs/* field */.ZZ)({
        description: "The new CA's common name is this prefix, a hyphen and the date (YYYYMMDD, UTC); the tenant where it is not given.",
        verbatim: true,
        parse: (0,texts/* subjectValue */.m4)(LONGEST_PREFIX),
    }),
});
/** @returns the subject of a certificate from its inputs */
function subjectOf(values, commonName) {
    const { "country-code": countryCode, city, organization, "organizational-unit": organizationalUnit, } = values;
    return { countryCode, city, organization, organizationalUnit, commonName };
}
const keyBitsField = (0,github_inputs/* field */.ZZ)({
    description: "Size of a new RSA key: 2048, 3072 or 4096 bits.",
    default: "2048",
    parse: texts/* keyBits */.ML,
});
/** Where a CA is made. */
const caInputs = (0,github_inputs/* plainGroup */.k4)({
    days: (0,github_inputs/* field */.ZZ)({
        description: "Days that the CA certificate is valid.",
        default: "3650",
        parse: (0,texts/* wholeNumber */.rD)(1, MOST_DAYS),
    }),
    "key-bits": keyBitsField,
});
/** Where agent certificates are made. */
const leafInputs = (0,github_inputs/* plainGroup */.k4)({
    days: (0,github_inputs/* field */.ZZ)({
        description: "Days that an agent certificate is valid; fewer where the CA ends before.",
        default: "365",
        parse: (0,texts/* wholeNumber */.rD)(1, MOST_DAYS),
    }),
    "key-bits": keyBitsField,
});
/** Where a verification certificate is made. */
const verificationInputs = (0,github_inputs/* plainGroup */.k4)({
    days: (0,github_inputs/* field */.ZZ)({
        description: "Days that the verification certificate is valid.",
        default: "7",
        parse: (0,texts/* wholeNumber */.rD)(1, LONGEST_VERIFICATION_DAYS),
    }),
    "key-bits": keyBitsField,
});
/** Where OpenSSL runs. */
const opensslInputs = (0,github_inputs/* plainGroup */.k4)({
    "openssl-path": (0,github_inputs/* field */.ZZ)({
        description: "The OpenSSL program: openssl on PATH, or a path.",
        default: "openssl",
        parse: texts/* program */.DM,
    }),
});
/** The `name` attribute of an upload. */
const certificateNameInputs = (0,github_inputs/* plainGroup */.k4)({
    "certificate-name": (0,github_inputs/* field */.ZZ)({
        description: "Name of the certificate on the platform; the tenant and the first 8 hex digits of the SHA-256 fingerprint where it is not given.",
        parse: texts/* visibleLine */.P8,
    }),
});
const certificateField = (0,github_inputs/* field */.ZZ)({
    description: "A CA certificate of your own or of an earlier step: PEM text or a path. With its key it wins over a keyring.",
    parse: texts/* pemOrPath */.Tm,
});
const privateKeyField = (0,github_inputs/* field */.ZZ)({
    description: "The private key of ca-certificate: PEM text or a path.",
    secret: true,
    parse: texts/* pemOrPath */.Tm,
});
const passphraseField = (0,github_inputs/* field */.ZZ)({
    description: "Passphrase of an encrypted ca-private-key.",
    secret: true,
    verbatim: true,
    parse: texts/* maskable */.dm,
});
const pairFields = {
    "ca-certificate": certificateField,
    "ca-private-key": privateKeyField,
    "ca-private-key-passphrase": passphraseField,
};
/** A CA brought along, or nothing: both certificate and key, or neither. */
const broughtCaInputs = (0,github_inputs/* group */.Os)(pairFields, (values, report, given, text) => {
    reportLonePassphrase(report, given);
    if (!given("ca-certificate") && !given("ca-private-key"))
        return { files: [] };
    const both = ["ca-certificate", "ca-private-key"];
    for (const name of both) {
        if (given(name))
            continue;
        report(name, `is missing: certificate and key are given together or not at all. ${texts/* EMPTY_SECRET */.z4}`);
    }
    const pair = readPair(values, report);
    if (pair === undefined)
        return undefined;
    const files = both.flatMap((input) => {
        const file = (0,texts/* pathOfPem */.T8)(text(input));
        return file === undefined ? [] : [{ input, file }];
    });
    return { pair, files };
});
/** A CA that must be brought along, with its key. */
const requiredCaInputs = (0,github_inputs/* group */.Os)({
    ...pairFields,
    "ca-certificate": { ...certificateField, required: true },
    "ca-private-key": { ...privateKeyField, required: true },
}, (values, report) => readPair(values, report));
/** A CA certificate that must be brought along; its key makes the local check stricter where it is given. */
const certificateToUploadInputs = (0,github_inputs/* group */.Os)({ ...pairFields, "ca-certificate": { ...certificateField, required: true } }, (values, report, given) => {
    reportLonePassphrase(report, given);
    const certificate = given("ca-private-key")
        ? readPair(values, report)?.certificate
        : readCa(values["ca-certificate"], report);
    reportOddCommonName(certificate, report);
    return certificate;
});
/** The rule for a task that may upload a CA that is brought along: it can be found again by its common name. */
function reportOddCommonName(certificate, report) {
    const odd = certificate && (0,ca_certificate/* oddCommonName */.eW)(certificate);
    if (odd !== undefined)
        report("ca-certificate", `cannot be uploaded: ${odd}, so that replies of the platform cannot be mistaken`);
}
function reportLonePassphrase(report, given) {
    if (given("ca-private-key-passphrase") && !given("ca-private-key"))
        report("ca-private-key-passphrase", "is given without ca-private-key");
}
function readPair(values, report) {
    const certificate = readCa(values["ca-certificate"], report);
    const key = values["ca-private-key"];
    if (key === undefined)
        return undefined;
    try {
        const privateKey = (0,private_key/* openPrivateKey */.V9)(key, values["ca-private-key-passphrase"]);
        if (certificate === undefined)
            return undefined;
        if (!certificate.x509.checkPrivateKey(privateKey)) {
            report("ca-private-key", "does not belong to ca-certificate", "KEY_MISMATCH");
            return undefined;
        }
        return { certificate, privateKey: (0,private_key/* plainPem */.Vj)(privateKey) };
    }
    catch (error) {
        reportKey(error, values["ca-private-key-passphrase"] === undefined, report);
        return undefined;
    }
}
function reportKey(error, passphraseMissing, report) {
    if (!(error instanceof private_key/* PrivateKeyError */.tr))
        throw error;
    if (error instanceof private_key/* KeyEncryptionError */.XN)
        report("ca-private-key", error.message);
    else if (!error.passphrase)
        report("ca-private-key", `is not a private key in PEM: ${error.message}`);
    else if (passphraseMissing)
        report("ca-private-key-passphrase", "is missing: ca-private-key is encrypted", "PASSPHRASE_WRONG");
    else
        report("ca-private-key-passphrase", "does not open ca-private-key", "PASSPHRASE_WRONG");
}
function readCa(text, report) {
    if (text === undefined)
        return undefined;
    try {
        const certificate = (0,ca_certificate/* readCertificate */.w$)(text);
        const problem = (0,ca_certificate/* foreignCaProblem */.gO)(certificate, { now: Date.now() });
        if (problem === undefined)
            return certificate;
        report("ca-certificate", `cannot be used: ${problem}`);
    }
    catch (error) {
        report("ca-certificate", error.message);
    }
    return undefined;
}
const directoryFields = {
    directory: (0,github_inputs/* field */.ZZ)({
        description: "Directory where the files go and stay; nothing in it is overwritten. A private one where it is not given.",
        parse: texts/* path */.Ae,
    }),
};
/** Where files go and stay; one that is not valid is not taken for none. */
const directoryInputs = (0,github_inputs/* group */.Os)(directoryFields, (values, _report, given) => given("directory") && values.directory === undefined ? undefined : values);

// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __nccwpck_require__(654);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
;// CONCATENATED MODULE: ./build/http/deadline.js

/** The largest `timeout-minutes`: the longest run of a job on GitHub-hosted runners. */
const LONGEST_TIMEOUT_MINUTES = 360;
/** What is left of `timeout-minutes`: all dealings with the platform and GitHub share it, waits for rate limits included. */
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

// EXTERNAL MODULE: ./build/mindconnect/loopback.js
var loopback = __nccwpck_require__(4564);
;// CONCATENATED MODULE: ./build/tasks/inputs/connection.js





const WAYS = "token, or client-id and client-secret (with app-name and app-version for application credentials)";
/** The name of the environment: `$TENANT` of the vendor's page. */
const tenantField = (0,github_inputs/* field */.ZZ)({
    description: "Name of the Insights Hub environment (tenant); one DNS label.",
    required: true,
    parse: texts/* tenantName */.ad,
});
/** The environment alone, for a task that does not talk to the platform. */
const environmentInputs = (0,github_inputs/* plainGroup */.k4)({ tenant: tenantField });
/** The environment where it only names the files of the documented commands. */
const optionalEnvironmentInputs = (0,github_inputs/* plainGroup */.k4)({
    tenant: (0,github_inputs/* field */.ZZ)({
        description: "Name of the Insights Hub environment: the CA's files are named after it in the documented commands.",
        parse: texts/* tenantName */.ad,
    }),
});
const connection_fields = {
    tenant: tenantField,
    region: (0,github_inputs/* field */.ZZ)({
        description: "Region: the gateway is https://gateway.{region}.mindsphere.io.",
        default: "eu1",
        parse: texts/* dnsLabel */.UG,
    }),
    "gateway-url": (0,github_inputs/* field */.ZZ)({
        description: "Gateway to use instead of region's (private cloud, sandbox): https, without path; http on loopback alone.",
        parse: gatewayUrl,
    }),
    token: (0,github_inputs/* field */.ZZ)({
        description: "A ready bearer token (they live 30 minutes).",
        secret: true,
        parse: bearerToken,
    }),
    "client-id": (0,github_inputs/* field */.ZZ)({
        description: "Client id of a technical user, service or application, to fetch tokens with.",
        parse: clientId,
    }),
    "client-secret": (0,github_inputs/* field */.ZZ)({
        description: "Client secret that belongs to client-id.",
        secret: true,
        parse: (text) => (0,texts/* maskable */.dm)((0,texts/* oneLine */.TN)(text)),
    }),
    "token-url": (0,github_inputs/* field */.ZZ)({
        description: "Token endpoint; made from tenant and region where neither gateway-url nor app-name is given.",
        parse: tokenUrl,
    }),
    "app-name": (0,github_inputs/* field */.ZZ)({ description: "Application name, for application credentials.", parse: texts/* oneLine */.TN }),
    "app-version": (0,github_inputs/* field */.ZZ)({ description: "Application version, for application credentials.", parse: texts/* oneLine */.TN }),
    "host-tenant": (0,github_inputs/* field */.ZZ)({
        description: "Tenant that hosts the application; the tenant where it is not given.",
        parse: texts/* dnsLabel */.UG,
    }),
    "timeout-minutes": (0,github_inputs/* field */.ZZ)({
        description: "Minutes for all dealings with the platform, waits for rate limits included.",
        default: "10",
        parse: minutes,
    }),
};
/** Connection and authentication: every task that talks to the platform has these inputs. */
const connectionInputs = (0,github_inputs/* group */.Os)(connection_fields, (values, report, given) => {
    const authentication = authenticate(values, report, given);
    const { tenant, region, "timeout-minutes": timeout } = values;
    if (tenant === undefined || region === undefined || timeout === undefined)
        return undefined;
    // A gateway that was refused is not the region's.
    if (values["gateway-url"] === undefined && given("gateway-url"))
        return undefined;
    if (authentication === undefined)
        return undefined;
    return { tenant, gateway: gatewayOf(values), authentication, timeout: timeout * 60_000 };
});
/** Connection and authentication of a task that can do without the platform. */
const optionalConnectionInputs = (0,github_inputs/* group */.Os)({
    ...connection_fields,
    offline: (0,github_inputs/* field */.ZZ)({
        description: "true: the platform is not asked whether the CA is usable, and no authentication is needed.",
        default: "false",
        parse: texts/* trueOrFalse */.dt,
    }),
}, (values, report, given, text) => {
    const { tenant, region, offline } = values;
    const connection = offline === true ? undefined : connectionInputs.resolve(values, report, given, text);
    if (tenant === undefined || region === undefined || offline === undefined)
        return undefined;
    if (!offline && connection === undefined)
        return undefined;
    return { home: { tenant, region, gateway: gatewayOf(values) }, connection };
});
function gatewayOf(values) {
    return values["gateway-url"] ?? new URL(`https://gateway.${values.region}.mindsphere.io`);
}
/** Exactly one way of authentication; two or none is an error that names the ways. */
function authenticate(values, report, given) {
    const application = given("app-name") || given("app-version");
    const credentials = application || given("client-id") || given("client-secret");
    if (given("host-tenant") && !application)
        report("host-tenant", "is given without app-name and app-version, the application that it hosts");
    if (given("token-url") && given("token") && !credentials)
        report("token-url", "is given without client-id and client-secret: a ready token is not fetched");
    if (given("token") === credentials) {
        const found = credentials
            ? "is given together with client credentials"
            : "is missing, and so are client-id and client-secret";
        const why = credentials ? "" : `. ${texts/* EMPTY_SECRET */.z4}`;
        report("token", `${found}. Give exactly one way of authentication: ${WAYS}${why}`);
        return undefined;
    }
    if (credentials)
        return readCredentials(values, report, given, application);
    return values.token === undefined ? undefined : { kind: "token", token: values.token };
}
function readCredentials(values, report, given, application) {
    const missing = ["client-id", "client-secret"].filter((name) => !given(name));
    for (const name of missing) {
        const why = name === missing.at(-1) ? `. ${texts/* EMPTY_SECRET */.z4}` : "";
        report(name, `is missing: it belongs to the other credentials given${why}`);
    }
    const tokenUrl = application ? tokenManager(values, report, given) : tokenEndpoint(values, report, given);
    const { tenant, "client-id": clientId, "client-secret": clientSecret } = values;
    if (clientId === undefined || clientSecret === undefined || tokenUrl === undefined)
        return undefined;
    if (!application)
        return { kind: "client", clientId, clientSecret, tokenUrl };
    const { "app-name": appName, "app-version": appVersion, "host-tenant": hostTenant = tenant } = values;
    if (appName === undefined || appVersion === undefined || tenant === undefined || hostTenant === undefined)
        return undefined;
    return {
        kind: "application",
        clientId,
        clientSecret,
        tokenUrl,
        appName,
        appVersion,
        hostTenant,
        userTenant: tenant,
    };
}
function tokenManager(values, report, given) {
    for (const name of ["app-name", "app-version"]) {
        if (!given(name))
            report(name, "is missing: application credentials need app-name and app-version");
    }
    if (given("token-url")) {
        report("token-url", "is not used with application credentials: they go through the gateway's token manager");
    }
    return new URL("/api/technicaltokenmanager/v3/oauth/token", gatewayOf(values));
}
function tokenEndpoint(values, report, given) {
    if (given("token-url"))
        return values["token-url"];
    if (given("gateway-url")) {
        report("token-url", "is required together with gateway-url: a secret never goes to a host you did not name");
        return undefined;
    }
    const { tenant, region } = values;
    if (tenant === undefined || region === undefined)
        return undefined;
    return new URL(`https://${tenant}.piam.${region}.mindsphere.io/oauth/token`);
}
function gatewayUrl(text) {
    const url = secureUrl(text);
    if (url.pathname !== "/")
        throw new Error("has a path; give the origin alone, such as https://gateway.example.com");
    return url;
}
function tokenUrl(text) {
    return secureUrl(text);
}
function secureUrl(text) {
    // What has no host after its slashes is parsed as if it had one slash less: https:///h would be https://h.
    if (!URL.canParse(text) || !/^[a-z][\w+.-]*:\/\/[^/\\]/i.test(text))
        throw new Error("is not a URL such as https://gateway.example.com");
    const url = new URL(text);
    // The user info may be a password: it is not repeated.
    if (url.username !== "" || url.password !== "")
        throw new Error("contains credentials; URLs are not secret");
    if (/[?#]/.test(text))
        throw new Error("has a query or fragment; none is used");
    if (url.protocol === "https:" || (url.protocol === "http:" && (0,loopback/* isLoopback */.U)(url)))
        return url;
    throw new Error(`${(0,printable/* quoted */.TL)(url.origin === "null" ? url.protocol : url.origin)} is not https (http is for loopback alone)`);
}
/** RFC 6750 §2.1. People paste GitHub's own tokens here. */
function bearerToken(text) {
    const token = text.replace(/^Bearer\s+/i, "");
    if (/^(?:gh[a-z]_|github_pat_)/.test(token)) {
        throw new Error("is a GitHub token; a bearer token of Insights Hub is needed");
    }
    if (!/^[\w.~+/-]+=*$/.test(token))
        throw new Error("is not a bearer token: it has characters that no token has");
    return (0,texts/* maskable */.dm)(token);
}
/** RFC 7617: a colon would end the id. */
function clientId(text) {
    if (text.includes(":"))
        throw new Error("contains a colon; that cannot be a client id");
    return (0,texts/* oneLine */.TN)(text);
}
function minutes(text) {
    const value = /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > 0 && value <= LONGEST_TIMEOUT_MINUTES)) {
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not a number of minutes above 0, at most ${LONGEST_TIMEOUT_MINUTES}`);
    }
    return value;
}

// EXTERNAL MODULE: ./build/tasks/inputs/keyring.js + 2 modules
var inputs_keyring = __nccwpck_require__(4752);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./build/ca/agents.js
var agents = __nccwpck_require__(6067);
;// CONCATENATED MODULE: ./build/tasks/inputs/overlap.js




/** What the directory of a fleet holds besides the agents' files. */
const OTHERS = ["agents.json", "agents.csv", "agents.unfinished"];
/**
 * Finds the files given that lie where an agent's files go: the CA's key, a CSR, the keyring. Case is ignored, as some
 * systems do.
 * @param directory absolute; where it does not exist nothing lies in it
 */
function findOverlaps(directory, agents, given) {
    const folder = real(directory)?.toLowerCase();
    const csrs = agents.flatMap(({ csr, line }) => csr === undefined ? [] : [{ input: "agents", file: csr.file, line }]);
    const inside = [...given, ...csrs]
        .map((one) => ({ one, names: placesOf(one.file).filter((place) => (0,external_node_path_.dirname)(place) === folder) }))
        .filter(({ names }) => names.length > 0);
    if (inside.length === 0)
        return [];
    const owners = new Map(OTHERS.map((file) => [file, "the manifest"]));
    for (const agent of agents) {
        for (const file of neededFiles(agent))
            owners.set(file.toLowerCase(), (0,printable/* quoted */.TL)(agent.name));
    }
    return inside.flatMap(({ one, names }) => {
        const owner = names.map((place) => owners.get((0,external_node_path_.basename)(place))).find((found) => found !== undefined);
        return owner === undefined
            ? []
            : [{ ...one, message: `lies where a file of ${owner} goes: ${(0,printable/* quoted */.TL)(one.file)}` }];
    });
}
/** Its key, too, where archives are asked for: one in plain goes aside. */
function neededFiles({ name, csr }) {
    const { key, certificate, chain, archive } = (0,agents/* agentFiles */.VI)(name);
    return csr === undefined ? [key, certificate, chain, archive] : [certificate, chain];
}
/** @returns where a file lies, by its own name and by that of what it may be a link to, in lower case */
function placesOf(file) {
    const folder = real((0,external_node_path_.dirname)(file));
    const places = [folder === undefined ? undefined : (0,external_node_path_.join)(folder, (0,external_node_path_.basename)(file)), real(file)];
    return places.flatMap((place) => place?.toLowerCase() ?? []);
}
function real(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/tasks/task.js
/** Declares a task, inferring its types. */
function defineTask(task) {
    return task;
}

;// CONCATENATED MODULE: ./build/tasks/agent-certificate.js










const INPUTS = {
    agents: agentsInputs,
    connection: optionalConnectionInputs,
    subject: agentSubjectInputs,
    validity: leafInputs,
    brought: broughtCaInputs,
    keyring: inputs_keyring/* openedKeyringInputs */.I7,
    place: (0,github_inputs/* plainGroup */.k4)({
        directory: {
            ...directoryInputs.fields.directory,
            description: "Directory where keys and certificates go and stay, and where an earlier run's are found again; nothing in it is overwritten. A new one under RUNNER_TEMP where it is not given.",
        },
    }),
    program: opensslInputs,
};
/** Issues agent certificates with the CA: what is missing, broken, ending or of an older CA, and nothing twice. */
const agentCertificate = defineTask({
    name: "agent-certificate",
    description: "Issue MindConnect MQTT agent certificates with the CA of an Insights Hub environment, one or thousands, and nothing twice.",
    privateDirectory: true,
    inputs: INPUTS,
    outputs: {
        agents: "JSON array of the agents: name, clientId, certificatePath, privateKeyPath, chainPath, archivePath, expiration. Empty, with a warning, beyond 120,000 bytes (some 300 agents), because no step could take more as env: read the manifest there.",
        directory: "Directory with the files of the agents; also of a run that failed midway.",
        "manifest-path": "Path of the manifest (JSON; agents.csv lies beside it): every agent of the directory, nothing secret.",
        issued: "Number of agents that this run issued a certificate for; the others were good as they were.",
    },
    check(inputs, report) {
        const { agents, subject, validity, brought, keyring, place } = inputs;
        (0,texts/* reportUnwritable */.i2)(place?.directory, report);
        reportAgents(inputs, report);
        if (listOf(inputs)?.agents.some(({ csr }) => csr === undefined)) {
            for (const input of subject?.missing ?? [])
                report(input, "is missing: it is part of the subject of every agent without a CSR");
        }
        const renewBefore = agents?.["renew-before"];
        if (renewBefore !== undefined && validity?.days !== undefined && renewBefore >= validity.days) {
            report("renew-before", "must be less than days: each run would issue every certificate anew");
        }
        (0,inputs_keyring/* requireTenant */.y_)(keyring, inputs.connection?.home.tenant, brought?.pair, report);
        if (keyring === undefined || brought === undefined)
            return;
        if (brought.pair !== undefined || keyring.keyring.entries.length > 0)
            return;
        report("keyring", `is missing or empty, and so are keyring-file and ca-certificate: no CA could issue. ${texts/* EMPTY_SECRET */.z4}`);
    },
    start({ connection, keyring, program }, tools) {
        const workplace = tools.workplace(program["openssl-path"], connection.home.tenant);
        // A keyring that is not the secret's is refused before any process.
        if (keyring.secret === undefined)
            void workplace.openssl.version();
        return { workplace };
    },
    async run(inputs, tools, { workplace }) {
        const { agents, connection, validity } = inputs;
        const list = agents.agents;
        if (list.alsoFile !== undefined)
            tools.runner.notice(`agents is the name "${list.alsoFile}", and a file of that name is there: for its lines give ./${list.alsoFile}`);
        // Where another task runs, nothing of it is loaded.
        const { issueFleet } = await __nccwpck_require__.e(/* import() */ 510).then(__nccwpck_require__.bind(__nccwpck_require__, 1510));
        return await issueFleet(tools, {
            requested: list.read(connection.home.tenant).agents,
            workplace,
            opensslProgram: inputs.program["openssl-path"],
            ...connection,
            keyring: inputs.keyring,
            brought: inputs.brought.pair,
            directory: inputs.place.directory,
            subject: inputs.subject.of,
            days: validity.days,
            strictLifetime: agents["strict-lifetime"],
            renewBefore: agents["renew-before"] ?? defaultRenewBefore(validity.days),
            keyBits: validity["key-bits"],
            archivePassphrase: agents["archive-passphrase"],
        });
    },
});
/** @returns what the list says; undefined where it could not be read */
function listOf({ agents, connection }) {
    const list = agents?.agents;
    return list?.read(connection?.home.tenant);
}
/** Reports what is wrong with the list by itself, and with what the other inputs make of it. */
function reportAgents(inputs, report) {
    const { subject, brought, place } = inputs;
    const list = listOf(inputs);
    if (list === undefined)
        return;
    const { agents, problems } = list;
    const lines = [...problems];
    if (brought?.pair !== undefined)
        lines.push(...[(0,agent_rules/* subjectProblem */.g)(agents, subject?.of, brought.pair.certificate) ?? []].flat());
    if (place?.directory !== undefined) {
        for (const { input, line, message } of findOverlaps(place.directory, agents, filesGiven(inputs))) {
            if (line === undefined)
                report(input, message);
            else
                lines.push({ line, message });
        }
    }
    (0,agent_list/* reportLines */.Q)(lines.toSorted((a, b) => a.line - b.line), report);
    if (agents.length === 0 && problems.length === 0)
        report("agents", "names no agent");
}
function filesGiven({ agents, brought, keyring, program }) {
    const list = agents?.agents;
    const files = {
        agents: list?.file,
        "keyring-file": keyring?.file,
        "openssl-path": program?.["openssl-path"],
    };
    const named = Object.entries(files).flatMap(([input, file]) => file === undefined ? [] : [{ input, file }]);
    return [...named, ...(brought?.files ?? [])];
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __nccwpck_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
// EXTERNAL MODULE: ./build/github/runner-files.js
var runner_files = __nccwpck_require__(3220);
;// CONCATENATED MODULE: ./build/github/private-directory.js






/** Of the user's alone; an existing file, or a link, is never written over. */
const NEW_PRIVATE_FILE = { flag: "wx", mode: 0o600 };
/** What others may do with a file or directory. */
const private_directory_OTHERS = 0o077;
const WORKING_PREFIX = "mindconnect-ca-work-";
const RESULTS_PREFIX = "mindconnect-ca-";
/** The name under which the post step finds the working directory. */
const WORKING_DIRECTORY_STATE = "working-directory";
/**
 * Makes the private working directory (0700) and tells the post step of it, before the first key is written: a main
 * that was killed is cleaned up all the same. The state line is written here because `@actions/core` is not loaded yet.
 * The first key waits for this, so nothing here goes by way of Node's threads.
 * @param files what lies in it from the start, by name
 * @returns its absolute path
 * @throws ActionError `RUNNER_FILE_FAILED`, `FILE_FAILED`
 */
function createWorkingDirectory(files) {
    const directory = privateDirectory(WORKING_PREFIX);
    const state = process.env["GITHUB_STATE"] ?? "";
    try {
        if (state !== "")
            (0,external_node_fs_.appendFileSync)(state, `${WORKING_DIRECTORY_STATE}=${directory}${external_node_os_.EOL}`);
    }
    catch (error) {
        (0,external_node_fs_.rmdirSync)(directory);
        throw (0,runner_files/* runnerFileFailed */.uC)(`The state ${WORKING_DIRECTORY_STATE} could not be written`, error);
    }
    try {
        for (const [name, text] of Object.entries(files)) {
            (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, name), text, NEW_PRIVATE_FILE);
        }
    }
    catch (error) {
        wipe(directory);
        throw new errors/* ActionError */.lZ("FILE_FAILED", `${directory} could not be written (${(0,runner_files/* reasonOf */.A3)(error)}).`, {
            cause: error,
        });
    }
    return directory;
}
/** Makes a directory (0700) for results that later steps read: a certificate, the receipt, agents with their keys. */
function createResultsDirectory() {
    return privateDirectory(RESULTS_PREFIX);
}
/**
 * Makes the user's directory where it does not exist yet, of the user's alone.
 * @param directory undefined where none was asked for
 * @throws Error of the system
 */
function makeDirectory(directory) {
    if (directory !== undefined)
        (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
}
/**
 * Writes a new file of the user's alone (0600); an existing one, or a link, is never written over. What a full disk left
 * of it goes: the next run would take it for somebody's file.
 * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
 */
async function writePrivate(path, text) {
    try {
        const file = await (0,external_node_fs_promises_.open)(path, NEW_PRIVATE_FILE.flag, NEW_PRIVATE_FILE.mode);
        try {
            await file.writeFile(text);
        }
        catch (error) {
            await (0,external_node_fs_promises_.rm)(path, { force: true });
            throw error;
        }
        finally {
            await file.close();
        }
    }
    catch (error) {
        if (error.code === "EEXIST")
            throw new errors/* ActionError */.lZ("FILE_EXISTS", `${path} is there already.`, { cause: error });
        throw new errors/* ActionError */.lZ("FILE_FAILED", `${path} could not be written (${(0,runner_files/* reasonOf */.A3)(error)}).`, {
            cause: error,
        });
    }
}
/** Removes a working directory with the keys in it. */
function wipe(directory) {
    (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
/**
 * @param own absolute path of this run's; undefined where it has none
 * @returns absolute paths of the working directories of this user's other runs: those that go on, and what killed ones left
 */
async function otherWorkingDirectories(own) {
    const parent = await (0,external_node_fs_promises_.realpath)(temporary());
    const found = [];
    for (const name of await (0,external_node_fs_promises_.readdir)(parent)) {
        const path = (0,external_node_path_.join)(parent, name);
        if (path === own || !name.startsWith(WORKING_PREFIX))
            continue;
        const entry = await (0,external_node_fs_promises_.lstat)(path).catch(() => undefined);
        if (entry?.isDirectory() && entry.uid === (process.getuid?.() ?? entry.uid))
            found.push(path);
    }
    return found;
}
/**
 * Checks that what the state names is a working directory of ours before the post step removes it.
 * @throws Error that says why not
 */
async function requireWorkingDirectory(directory) {
    const parent = await (0,external_node_fs_promises_.realpath)((0,external_node_path_.dirname)(directory));
    if (parent !== (await (0,external_node_fs_promises_.realpath)(temporary())) || !(0,external_node_path_.basename)(directory).startsWith(WORKING_PREFIX)) {
        throw new Error("the state does not name a working directory of this action");
    }
    await (0,external_node_fs_promises_.readdir)(directory);
}
function temporary() {
    const runnerTemp = process.env["RUNNER_TEMP"] ?? "";
    return runnerTemp === "" ? (0,external_node_os_.tmpdir)() : runnerTemp;
}
/** mkdtemp makes it 0700, where the disk has modes. @throws ActionError `FILE_FAILED` */
function privateDirectory(prefix) {
    const parent = (0,external_node_fs_.realpathSync)(temporary());
    const directory = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(parent, prefix));
    if (process.platform === "win32" || ((0,external_node_fs_.statSync)(directory).mode & private_directory_OTHERS) === 0)
        return directory;
    (0,external_node_fs_.rmdirSync)(directory);
    throw new errors/* ActionError */.lZ("FILE_FAILED", `The temporary folder ${parent} lies on a disk where files cannot be kept from others: keys would be readable there.`, {
        next: "Point RUNNER_TEMP (or TMPDIR outside of a workflow) to a folder on a disk that has access rights.",
    });
}

// EXTERNAL MODULE: ./build/openssl/ca.js
var openssl_ca = __nccwpck_require__(3713);
// EXTERNAL MODULE: ./build/openssl/commands.js
var commands = __nccwpck_require__(7719);
;// CONCATENATED MODULE: ./build/openssl/key-race.js




/**
 * Private keys that are made at the same time. Until a certificate names one they are alike, and how long one takes is
 * chance (0.05 to 1 s, measured): so whoever takes a key gets the one that is ready first, and with it the file name.
 */
class KeyRace {
    #workplace;
    #bits;
    #begun = new Set();
    #making = new Set();
    #taken = new Set();
    #exchanged = false;
    /** @param bits size of each key, so that they are alike */
    constructor(workplace, bits) {
        this.#workplace = workplace;
        this.#bits = bits;
    }
    /** Whether a key was taken under another name than its command gave it. */
    get exchanged() {
        return this.#exchanged;
    }
    /** Starts the documented command that makes this file, unless it was started before. */
    begin(file) {
        if (this.#begun.has(file))
            return;
        this.#begun.add(file);
        const { openssl, directory: workplace } = this.#workplace;
        const directory = (0,external_node_path_.join)(workplace, `key-${this.#begun.size}`);
        (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
        this.#making.add({ file, directory, ready: openssl.run((0,commands/* generateKey */.rh)(file, this.#bits), directory) });
    }
    /**
     * Lays the key that is ready first into the workplace, where it is not there yet; one at a time.
     * @param file the name that it has there
     * @throws ActionError `OPENSSL_…`
     */
    async take(file) {
        if (this.#taken.has(file))
            return;
        this.#taken.add(file);
        this.begin(file);
        const first = await Promise.race([...this.#making].map((key) => key.ready.then(() => key)));
        this.#making.delete(first);
        this.#exchanged ||= first.file !== file;
        await (0,external_node_fs_promises_.rename)((0,external_node_path_.join)(first.directory, first.file), (0,external_node_path_.join)(this.#workplace.directory, file));
    }
}

// EXTERNAL MODULE: ./build/tasks/given-keyring.js
var given_keyring = __nccwpck_require__(1076);
// EXTERNAL MODULE: ./build/tasks/procedure.js
var tasks_procedure = __nccwpck_require__(6119);
// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __nccwpck_require__(8508);
;// CONCATENATED MODULE: ./build/ca/refused.js





/** Most characters of the platform's words that a keyring remembers: a GitHub secret has room for 48 KB. */
const WORDS_LIMIT = 300;
/** @returns what the platform said to a refused upload, as the keyring remembers it: one short line, safe to print */
function refusalWords({ status, message, logref }) {
    const said = (0,printable/* printable */.g$)(`HTTP ${status ?? "?"} ${message}`, WORDS_LIMIT).replaceAll(/-{2,}/g, "-");
    return logref === undefined ? said : `${said} (logref ${(0,printable/* printable */.g$)(logref, 100)})`;
}
/**
 * Looks for a CA that was asked for in the very same way and was refused. To ask again would fill the keyring with a key
 * a week.
 * @returns the newest such entry
 */
function refusedAlike(entries, wanted) {
    return entries.find(({ certificate, refusedAt }) => refusedAt !== undefined &&
        wanted.isName(certificate.commonName) &&
        wanted.days === Math.round((certificate.notAfter - certificate.notBefore) / ca_status/* DAY_MS */.sO) &&
        wanted.keyBits === certificate.x509.publicKey.asymmetricKeyDetails?.modulusLength &&
        (0,ca_certificate/* sameName */.q)(unnamed(certificate.subject), unnamed((0,subject/* subjectAttributes */.qz)(wanted.subject))));
}
function unnamed(subject) {
    return subject.filter(([type]) => type !== "CN");
}
/** @returns the refused ones that lie in no slot: of one that is seen on the platform the refusal counts no more */
function refusedOnes({ slots, entries, }) {
    const seen = new Set((0,ca_slots/* matchSlots */.ji)(slots, entries).values());
    return entries.filter((entry) => entry.refusedAt !== undefined && !seen.has(entry));
}
/** @returns a sentence that says when a CA was refused and with which words; empty words where none are remembered */
function tellRefused({ certificate, refusedAt, refusedFor }) {
    const words = (0,printable/* printable */.g$)(refusedFor ?? "", WORDS_LIMIT + 100);
    return `The platform refused the CA ${(0,printable/* quoted */.TL)(certificate.commonName)} (expires ${certificate.expiration}) at ${(0,printable/* printable */.g$)(refusedAt ?? "", 40)}${words === "" ? "" : `: ${words}`}`;
}
/** @returns how a refused CA is offered again */
function restoreRefused({ certificate }) {
    return `register with restore: ${certificate.fingerprint}`;
}

// EXTERNAL MODULE: ./build/github/markdown.js
var markdown = __nccwpck_require__(5549);
// EXTERNAL MODULE: ./build/github/runner.js + 1 modules
var github_runner = __nccwpck_require__(6418);
;// CONCATENATED MODULE: ./build/tasks/summaries.js




const HEADLINES = {
    registered: "CA certificate registered",
    resumed: "CA certificate verified (an earlier run's work was finished)",
    unchanged: "CA certificate already registered, nothing to do",
};
/** Shows a registration: a notice with id and expiration, and a table on the job's page with what to do next. */
async function summarizeRegistration(runner, shown) {
    const { outcome, slot, certificate, slotsUsed, place, refused } = shown;
    runner.notice(`${HEADLINES[outcome]}: ${slot.id}, expires ${slot.expiration}.`);
    const rows = [
        ...slotRows(slot),
        ["SHA-256 fingerprint", certificate.fingerprint],
        ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
        ["Slots in use", `${slotsUsed} of ${ca_slots/* SLOT_LIMIT */.r3}`],
        ["Key kept in", place ?? "your own place (no keyring was written)"],
        ...refused.map((entry) => ["Refused", tellRefused(entry)]),
    ];
    const next = [
        "Issue agent certificates with this CA; the first connection of an agent onboards it.",
        `Keep ${place === undefined ? "the CA's private key" : (0,markdown/* escapeMarkdown */.F)(place)} safe: it cannot be had from the platform.`,
        `Rotate well before ${slot.expiration}: old and new CA must overlap for as long as an agent certificate lives.`,
    ];
    const list = next.map((step) => `- ${step}`).join("\n");
    await runner.summary(`### ${HEADLINES[outcome]}\n\n${(0,markdown/* markdownTable */.Q)(["", ""], rows)}\n\n**Next**\n\n${list}\n`);
}
/** @returns rows of a table: what the platform says of one CA certificate */
function slotRows(slot) {
    return [
        ["Id", slot.id],
        ["Name", slot.name],
        ["Common name", slot.commonName],
        ["Expiration", slot.expiration],
    ];
}
/** Shows what a single task did on the job's page: a headline and a table of names and values. */
async function summarizeStep(runner, headline, rows) {
    await runner.summary(`### ${headline}\n\n${(0,markdown/* markdownTable */.Q)(["", ""], rows)}\n`);
}
/** Shows both slots on the job's page and in the log, and warns of what needs somebody's attention. */
async function summarizeStatus(runner, shown) {
    const { certificates, unclearIds, slotsFree, newest, rotationDue, refused } = shown;
    const head = ["Id", "Name", "Common name", "Expiration", "Days left", "Life used", "Verified", "Key held"];
    const rows = certificates.map((slot) => [
        slot.id,
        slot.name,
        slot.commonName,
        slot.expiration,
        String(slot.daysLeft),
        slot.lifeUsed === null ? "–" : `${slot.lifeUsed} %`,
        slot.isVerified ? "yes" : "no",
        unclearIds.has(slot.id) ? "not known" : slot.held ? "yes" : "no",
    ]);
    runner.group(`CA certificate slots: ${certificates.length} in use, ${slotsFree} free`, rows.map((row) => row.join("  ")));
    const newestLine = newest === undefined
        ? "No CA certificate is usable: no agent can be onboarded."
        : `Newest usable: ${newest.id}, expires ${newest.expiration}, ${newest.daysLeft} days left.`;
    runner.notice(newestLine);
    if (rotationDue)
        runner.warning("A rotation is due: the newest usable CA certificate ends soon, or there is none.");
    const told = refused.map((entry) => `${tellRefused(entry)}. To offer it again: ${restoreRefused(entry)}.`);
    for (const warning of told)
        runner.warning(warning);
    const table = rows.length === 0 ? "Both slots are free." : (0,markdown/* markdownTable */.Q)(head, rows);
    const lines = [newestLine, ...told].map(markdown/* escapeMarkdown */.F).join("\n\n");
    await runner.summary(`### CA certificate slots: ${slotsFree} free\n\n${table}\n\n${lines}\n`);
}
/** Shows a failure on the job's page: the same as the annotation says. */
async function summarizeFailure(runner, task, error) {
    const lines = (0,github_runner/* explain */.WE)(error).split("\n").map(markdown/* escapeMarkdown */.F);
    await runner.summary(`### MindConnect CA: ${task} failed\n\n${lines.join("\n\n")}\n`);
}

;// CONCATENATED MODULE: ./build/tasks/create.js












/** Makes a CA key and its self-signed certificate; the platform is not asked. */
const create = defineTask({
    name: "create",
    description: "Create the private key and the self-signed CA certificate of an Insights Hub environment with OpenSSL.",
    privateDirectory: true,
    inputs: {
        environment: environmentInputs,
        subject: subjectInputs,
        validity: caInputs,
        place: directoryInputs,
        keyring: inputs_keyring/* keyringInputs */.Ft,
        program: opensslInputs,
    },
    outputs: {
        "certificate-path": "Path of the CA certificate (PEM).",
        "private-key-path": "Path of the CA's private key (PEM) in directory; empty where the keyring alone keeps it.",
        "common-name": "Common name of the CA certificate.",
        expiration: "When it expires (2031-05-30T09:22:55.000Z).",
        fingerprint: "SHA-256 fingerprint of the CA certificate.",
        "serial-number": "Serial number of the CA certificate, hexadecimal.",
    },
    check({ environment, place, keyring, validity }, report) {
        (0,inputs_keyring/* requireLastingFile */._t)(keyring, false, report);
        const isUsable = (0,inputs_keyring/* requireTenant */.y_)(keyring, environment?.tenant, undefined, report);
        if (isUsable && keyring !== undefined && validity !== undefined)
            (0,inputs_keyring/* requireRoom */.hr)(keyring, validity["key-bits"], report);
        if (place === undefined)
            return;
        (0,texts/* reportUnfit */.RD)(place.directory, environment === undefined ? [] : fileNames(environment.tenant), report);
        if (keyring !== undefined && !(0,inputs_keyring/* hasTarget */.oU)(keyring) && place.directory === undefined) {
            report("directory", "is missing, and so are keyring-secret and keyring-file: the CA key would have no place", "KEYRING_TARGET_MISSING");
        }
    },
    start({ environment, validity, place, keyring, program }, tools) {
        makeDirectory(place.directory);
        const workplace = tools.workplace(program["openssl-path"], environment.tenant);
        const keys = new KeyRace(workplace, validity["key-bits"]);
        // Whether a secret can be written is known only after GitHub was asked: no key is made before (guarantee 3).
        if (keyring.secret !== undefined)
            return { workplace, keys };
        void workplace.openssl.version();
        keys.begin((0,openssl_ca/* caKeyFile */.iV)(workplace));
        return { workplace, keys };
    },
    async run({ environment, subject, validity, place, keyring: input, program }, tools, { workplace, keys }) {
        const { tenant } = environment;
        const keyring = (0,given_keyring/* takeKeyring */.rC)(tools, input, {
            program: program["openssl-path"],
            tenant,
            connection: undefined,
        });
        await keyring.check();
        (0,given_keyring/* sayFirstRun */.bE)(tools.runner, input.text, keyring.place);
        (0,tasks_procedure/* warnOfSkew */.Wx)({ tools, platform: tools });
        tools.clock.require("make");
        (0,given_keyring/* requireWrittenBefore */.W2)(tools, keyring.keyring);
        tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
        const ca = await (0,openssl_ca/* createCa */.xs)(workplace, {
            subject: subjectOf(subject, subject["common-name"] ?? tenant),
            days: validity.days,
            keys,
            now: () => tools.clock.require("make"),
        });
        tools.runner.mask(ca.privateKey);
        tools.showCommands("Create the CA key and the CA certificate");
        const { certificate, privateKey } = ca;
        await (0,tasks_procedure/* storeEntry */.IO)({ tools, clock: tools.clock, keyring }, { certificate, privateKey, tenant, notes: [] });
        // Who uploads the certificate is told of it only while its key is kept.
        await keyring.confirm();
        const [keyFile, certificateFile] = fileNames(tenant);
        const { directory } = place;
        const keyPath = directory === undefined ? "" : await tools.placeFile(directory, keyFile, privateKey);
        const certificatePath = await tools
            .placeFile(directory, certificateFile, certificate.pem)
            .catch(async (error) => {
            // A key without its certificate is of no use to anybody, and would be in the next run's way.
            if (keyPath !== "")
                await (0,external_node_fs_promises_.rm)(keyPath, { force: true });
            throw error;
        });
        tools.runner.notice(`CA certificate created: ${certificate.commonName}, expires ${certificate.expiration}.`);
        await summarizeStep(tools.runner, "CA certificate created", [
            ["Common name", certificate.commonName],
            ["Expiration", certificate.expiration],
            ["SHA-256 fingerprint", certificate.fingerprint],
            ["Certificate", certificatePath],
            ["Key kept in", [keyPath, keyring.place ?? ""].filter((place) => place !== "").join(" and in ")],
        ]);
        return {
            "certificate-path": certificatePath,
            "private-key-path": keyPath,
            "common-name": certificate.commonName,
            expiration: certificate.expiration,
            fingerprint: certificate.fingerprint,
            "serial-number": certificate.serialNumber,
        };
    },
});
/** As on the vendor's page: `$TENANT.key` and `$TENANT.pem`. */
function fileNames(tenant) {
    return [`${tenant}.key`, `${tenant}.pem`];
}

;// CONCATENATED MODULE: ./build/mindconnect/said.js

/** Longest part of a reply that is shown. */
const MESSAGE_LIMIT = 500;
/** And of one that nobody understands. */
const RAW_LIMIT = 200;
/** Fields that carry words, in the order in which they are shown. */
const WORDS = ["code", "error", "id", "message", "error_description"];
/**
 * Understands the error shapes that the platform and what stands before it are known to use:
 * `{"errors":[{code,logref,message}]}`, `[{logref,message}]`, `{id,message}`, `{error,error_description}`,
 * `{message}`, HTML, or anything else.
 * @param text the reply's body, hostile
 * @returns status, message and logref, safe to print
 */
function platformSaid(status, text) {
    const error = firstError(parseJson(text));
    const words = WORDS.flatMap((name) => textOf(error?.[name]));
    if (error === undefined || words.length === 0)
        return { status, message: (0,printable/* printable */.g$)(withoutTags(text), MESSAGE_LIMIT) };
    const [logref] = textOf(error["logref"]);
    return {
        status,
        message: (0,printable/* printable */.g$)(words.join(": "), MESSAGE_LIMIT),
        ...(logref === undefined ? {} : { logref: (0,printable/* printable */.g$)(logref, 100) }),
    };
}
/**
 * The start of a reply that is no error and not what the documentation promises either: words in it mean nothing known.
 * @param text the reply's body, hostile
 * @param mayHoldToken it may hold one under a name that nobody knows: what could be one is left out
 */
function rawReply(status, text, mayHoldToken) {
    const readable = withoutTags(text);
    const open = mayHoldToken ? readable.replaceAll(/[\w.~+/=-]{16,}/g, "…") : readable;
    return { status, message: (0,printable/* printable */.g$)(open, RAW_LIMIT) };
}
/** @returns the value, or undefined where the text is not JSON */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** @returns whether a JSON value is an object: neither null nor an array */
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
function firstError(json) {
    if (Array.isArray(json))
        return json.find(isObject);
    if (!isObject(json))
        return undefined;
    const { errors } = json;
    return (Array.isArray(errors) ? errors.find(isObject) : undefined) ?? json;
}
function textOf(value) {
    return typeof value === "string" && value.trim() !== "" ? [value] : [];
}
function withoutTags(text) {
    // First: what is cut off or taken out would leave a part of a secret that nobody knows any more.
    return (0,printable/* withoutSecrets */.cT)(text)
        .slice(0, 10_000)
        .replaceAll(/<(style|script)[^>]*>[^<]*/gi, " ")
        .replaceAll(/<[^>]*>|\s+/g, " ");
}

;// CONCATENATED MODULE: ./build/mindconnect/shapes.js



/** A reply that is not what the documentation promises. */
class ShapeError extends Error {
    name = "ShapeError";
}
/** More entries than any environment has: the list is not a list of CA certificates. */
const LIST_LIMIT = 100;
/** Names are shown, and compared with ours, which are not longer. */
const LONGEST_NAME = 256;
/** Said of what would be shown, noted and put into requests: a gateway may echo the credentials that it got. */
const REPEATS = "repeats a secret of this run";
const EXPIRATION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;
/**
 * Reads the reply of upload, get and verify.
 * @throws ShapeError that names the field
 */
function readCaCertificate(text) {
    return toSlot(parseJson(text));
}
/**
 * Reads the reply of list. Its shape is not documented: a bare array or one of the usual wrappers is accepted.
 * @throws ShapeError that names the entry and the field
 * @throws ActionError `PLATFORM_REPLY_UNEXPECTED` where it says that there is more than it shows
 */
function readCaCertificates(text) {
    const json = parseJson(text);
    const embedded = isObject(json) && isObject(json["_embedded"]) ? json["_embedded"] : {};
    const list = isObject(json)
        ? [json["caCertificates"], json["content"], embedded["caCertificates"]].find(Array.isArray)
        : json;
    if (!Array.isArray(list))
        throw new ShapeError("it is not a list of CA certificates");
    if (list.length > LIST_LIMIT)
        throw new ShapeError(`it lists ${list.length} certificates`);
    requireWhole(json, list.length);
    return list.map(toListedSlot);
}
/** Where a list may say how many there are, and where it may say that there are more. */
const COUNTS = ["totalElements", "total", "totalCount", "totalResults", "count"];
const MORE = ["next", "nextPage", "nextPageToken", "nextLink", "hasMore", "hasNext"];
const PARTS = ["page", "_page", "pagination", "paging", "meta", "metadata", "_links", "links"];
/** A certificate that is not shown would be taken for a free slot, or be sent once more. */
function requireWhole(json, shown) {
    if (!isObject(json))
        return;
    const parts = [json, ...PARTS.flatMap((name) => json[name] ?? [])].flat().filter(isObject);
    const hint = parts.map((part) => hintOfMore(part, shown)).find((said) => said !== undefined);
    if (hint === undefined)
        return;
    throw new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The list of CA certificates shows ${shown} and says that there are more (${hint}): a slot that is not shown cannot be judged.`, {
        next: "Run again later. If the list stays incomplete, delete in Insights Hub what is not needed, or tell the vendor's support: an environment has two CA certificates at most.",
    });
}
function hintOfMore(part, shown) {
    const count = COUNTS.find((name) => Number(part[name] ?? 0) > shown);
    if (count !== undefined)
        return `${count} ${Number(part[count])}`;
    if (Number(part["totalPages"] ?? 0) > 1)
        return `totalPages ${Number(part["totalPages"])}`;
    if (part["last"] === false)
        return "last false";
    if (part["rel"] === "next")
        return "a next link";
    return MORE.find((name) => (part[name] ?? false) !== false && part[name] !== "");
}
/**
 * Reads the reply of registrationCode.
 * @returns the code: printable ASCII, at most 64 characters, because it becomes a common name
 * @throws ShapeError
 */
function readRegistrationCode(text) {
    const json = parseJson(text);
    const code = isObject(json) ? json["registrationCode"] : undefined;
    if (typeof code !== "string" || !isRegistrationCode(code))
        throw new ShapeError("it has no usable registrationCode");
    if ((0,printable/* repeatsSecret */.Xq)(code))
        throw new ShapeError(`its registrationCode ${REPEATS}`);
    return code;
}
/** @returns whether a text can be a registration code: 64 is the X.509 limit of a common name (65 is refused, measured) */
function isRegistrationCode(code) {
    return /^[\x21-\x7e]{1,64}$/.test(code);
}
/** @returns whether a text can be an id: opaque, but `.` and `..` would climb out of the path they are put into */
function isCertificateId(id) {
    return !/^\.{0,2}$|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(id) && id.length <= 1024;
}
function toListedSlot(entry, index) {
    try {
        return toSlot(entry);
    }
    catch (error) {
        if (!(error instanceof ShapeError))
            throw error;
        throw new ShapeError(`entry ${index + 1}: ${error.message}`);
    }
}
function toSlot(json) {
    if (!isObject(json))
        throw new ShapeError("it is not a CA certificate");
    const id = field(json, "id");
    if (!isCertificateId(id))
        throw new ShapeError("its id is not usable");
    if ((0,printable/* repeatsSecret */.Xq)(id))
        throw new ShapeError(`its id ${REPEATS}`);
    const expiration = field(json, "expiration");
    if (!EXPIRATION.test(expiration) || Number.isNaN(Date.parse(expiration))) {
        throw new ShapeError("its expiration is not an ISO 8601 date");
    }
    const { isVerified } = json;
    if (isVerified !== undefined && isVerified !== null && typeof isVerified !== "boolean") {
        throw new ShapeError("its isVerified is neither true nor false");
    }
    const name = typeof json["name"] === "string" ? withoutEcho(json["name"]).trim().slice(0, LONGEST_NAME) : "";
    // How it is rendered, and whether at all, is not documented: an empty one says nothing.
    const commonName = (json["commonName"] ?? "") === "" ? "" : withoutEcho(field(json, "commonName"));
    return { id, name, expiration, commonName, isVerified: isVerified ?? undefined };
}
/** A name is shown and noted, but decides nothing alone: one that repeats a secret is hidden. */
function withoutEcho(text) {
    return (0,printable/* repeatsSecret */.Xq)(text) ? "***" : text;
}
function field(json, name) {
    const value = json[name];
    if (typeof value !== "string" || value === "" || value.length > 1024)
        throw new ShapeError(`its ${name} is missing`);
    return value;
}

;// CONCATENATED MODULE: ./build/tasks/inputs/identifiers.js





/** The id of one CA certificate, as given by an earlier step. */
const certificateIdInputs = (0,github_inputs/* plainGroup */.k4)({
    "certificate-id": (0,github_inputs/* field */.ZZ)({
        description: "Id of the CA certificate on the platform, as given by upload or status.",
        required: true,
        parse: certificateId,
    }),
});
function certificateId(text) {
    if (!isCertificateId(text))
        throw new Error(`${(0,printable/* quoted */.TL)(text)} cannot be the id of a certificate`);
    return text;
}
/** What the user says of certificates on the platform, where the keyring and the replies do not. */
const knownIdsInputs = (0,github_inputs/* plainGroup */.k4)({
    "allow-unheld": (0,github_inputs/* field */.ZZ)({
        description: "Ids, separated by blanks, commas or lines, of CA certificates that may be on the platform without being in the keyring; where it is not known whose one of them is, it is not taken for yours.",
        parse: certificateIds,
    }),
    "certificate-id": (0,github_inputs/* field */.ZZ)({
        description: "Id of a CA certificate on the platform that is one of yours, where replies show too little to know it (CA_DOUBTFUL).",
        parse: certificateId,
    }),
});
function certificateIds(text) {
    return new Set(text
        .split(/[\s,]+/)
        .filter((id) => id !== "")
        .map(certificateId));
}
/** The registration code of one CA certificate. */
const registrationCodeInputs = (0,github_inputs/* plainGroup */.k4)({
    "registration-code": (0,github_inputs/* field */.ZZ)({
        description: "Registration code of the CA certificate, as given by registration-code.",
        required: true,
        parse(text) {
            if (!isRegistrationCode(text))
                throw new Error("is not a registration code: 1 to 64 printable characters without blanks");
            return text;
        },
    }),
});
/** A verification certificate made by an earlier step. */
const verificationCertificateInputs = (0,github_inputs/* group */.Os)({
    "verification-certificate": (0,github_inputs/* field */.ZZ)({
        description: "The verification certificate: PEM text or a path.",
        required: true,
        parse: texts/* pemOrPath */.Tm,
    }),
}, (values, report) => {
    const text = values["verification-certificate"];
    if (text === undefined)
        return undefined;
    try {
        const certificate = (0,ca_certificate/* readCertificate */.w$)(text);
        const problem = (0,ca_certificate/* verificationProblem */.p)(certificate, { now: Date.now() });
        if (problem === undefined)
            return certificate;
        report("verification-certificate", `cannot be used: ${problem}`);
    }
    catch (error) {
        report("verification-certificate", error.message);
    }
    return undefined;
});

// EXTERNAL MODULE: ./build/ca/keyring.js
var ca_keyring = __nccwpck_require__(6796);
;// CONCATENATED MODULE: ./build/tasks/retire.js




/** Refusals by which nothing was deleted, as long as no earlier attempt ended unclear. */
const NOTHING_DELETED = new Set([
    "CA_LAST_USABLE",
    "CLOCK_DOUBTFUL",
    "TOKEN_EXPIRING",
    "TOKEN_REFUSED",
    "ACCESS_DENIED",
    "PLATFORM_REFUSED",
]);
/**
 * Retires a CA of ours: marks it in the keyring (guarantee 4), reads the slots again (guarantee 6), deletes it. The
 * mark is taken back only where the DELETE was refused for good, no attempt of it ended unclear, and a fresh list shows
 * the certificate: a lost one may be carried out late.
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CA_LAST_USABLE`, …
 */
async function retire(procedure, { id, ca, guard, clock }) {
    const { tools, platform } = procedure;
    const { commonName } = ca.certificate;
    const marks = ca.retiredAt === undefined;
    const agreed = () => clock?.require("end");
    agreed();
    await platform.caCertificates.requireTokenForChange();
    if (marks)
        await mark(procedure, ca, agreed);
    try {
        // Writing took its time: another run may have changed the slots.
        const slots = await platform.caCertificates.list();
        if (!slots.some((slot) => slot.id === id)) {
            tools.runner.info(`${commonName} (${id}) is gone already.`);
            return;
        }
        const allow = (seen) => {
            agreed();
            guard(seen);
        };
        allow(slots);
        await platform.caCertificates.remove(id, allow);
    }
    catch (error) {
        const refused = error instanceof errors/* ActionError */.lZ && NOTHING_DELETED.has(error.code) && !error.maybeDone;
        if (marks && refused && (await isThere(platform, id))) {
            await takeMarkBack(procedure, ca);
        }
        else {
            tools.runner.warning(`${commonName} is marked retired, but may still be there: run again.`);
        }
        throw error;
    }
}
/** @returns whether a list of now shows it; false where none can be had */
async function isThere({ caCertificates }, id) {
    const slots = await caCertificates.list().catch(() => []);
    return slots.some((slot) => slot.id === id);
}
async function mark({ tools, platform, keyring }, ca, agreed) {
    const { commonName } = ca.certificate;
    if (keyring.place === undefined) {
        throw new errors/* ActionError */.lZ("KEYRING_TARGET_MISSING", `${commonName} must be marked retired in the keyring first.`, { next: "Pass the keyring as keyring-file or with keyring-secret, so that it can be written." });
    }
    const { tenant } = keyring;
    await keyring.update((current) => {
        agreed();
        const { clock } = platform;
        return (0,ca_keyring/* changeEntry */.df)(current, ca, (held) => ({ ...(0,ca_keyring/* markRetired */.xg)(held, clock.earliest()), tenant }));
    });
    tools.runner.info(`${commonName} is marked retired in ${keyring.place}.`);
}
/** What went wrong before is what the run tells of: a mark that stays is a warning beside it. */
async function takeMarkBack({ tools, keyring }, ca) {
    const { commonName } = ca.certificate;
    try {
        await keyring.update((current) => (0,ca_keyring/* changeEntry */.df)(current, ca, ({ retiredAt, ...held }) => held));
        tools.runner.info(`${commonName} was not deleted and is no longer marked retired.`);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        tools.runner.warning(`${commonName} was not deleted, and is still marked retired in the keyring (${error.code}): ${error.message}`);
    }
}
/**
 * @param slots those that count
 * @param now the platform's clock, milliseconds since 1970
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CA_LAST_USABLE` where `id` is the only usable one among them
 */
function refuseLastUsable(slots, id, now, next) {
    const usable = slots.filter((slot) => (0,ca_slots/* isUsable */.Ng)(slot, now));
    const leaving = usable.find((slot) => slot.id === id);
    const others = usable.filter((slot) => slot.id !== id);
    // What the keyring alone remembers is too little to let the other one go by.
    if (leaving === undefined || others.some(({ remembered }) => remembered !== true))
        return;
    const silent = others.map((slot) => (0,printable/* shown */.SP)(slot.id)).join(" and ");
    const doubt = `: the platform's list does not say whether ${silent} is verified, as the keyring remembers it`;
    throw new errors/* ActionError */.lZ("CA_LAST_USABLE", `${id} ("${(0,printable/* shown */.SP)(leaving.name)}", expires ${leaving.expiration}) is the last usable one${silent && doubt}.`, { next });
}

;// CONCATENATED MODULE: ./build/tasks/delete.js














/** Deletes one CA certificate named by its id, guarded: there is no way back but an upload of the same certificate. */
const deleteCertificate = defineTask({
    name: "delete",
    description: "Delete one CA certificate of an Insights Hub environment, guarded against cutting off agents.",
    privateDirectory: true,
    inputs: {
        connection: connectionInputs,
        id: certificateIdInputs,
        guards: (0,github_inputs/* plainGroup */.k4)({
            "allow-last": (0,github_inputs/* field */.ZZ)({
                description: "true: delete it even if it is the last usable CA certificate.",
                default: "false",
                parse: texts/* trueOrFalse */.dt,
            }),
            "allow-held": (0,github_inputs/* field */.ZZ)({
                description: "true: delete it even if its key is in the keyring; it is marked retired there first.",
                default: "false",
                parse: texts/* trueOrFalse */.dt,
            }),
        }),
        keyring: inputs_keyring/* existingKeyringInputs */.y8,
        program: opensslInputs,
    },
    outputs: {
        deleted: "true where the certificate was deleted, by this run or by an earlier one that the keyring remembers.",
    },
    check({ connection, keyring }, report) {
        (0,inputs_keyring/* requireLastingFile */._t)(keyring, connection && (0,loopback/* isLoopback */.U)(connection.gateway), report);
        (0,inputs_keyring/* requireTenant */.y_)(keyring, connection?.tenant, undefined, report);
    },
    async run({ connection, id, guards, keyring: input, program }, tools) {
        tools.limit(connection.timeout);
        const { tenant } = connection;
        const keyring = (0,given_keyring/* takeKeyring */.rC)(tools, input, { program: program["openssl-path"], tenant, connection });
        void keyring.check();
        const platform = await tools.connect(connection);
        const wanted = id["certificate-id"];
        const { entries } = keyring.keyring;
        // An old keyring would not know that a certificate is held. It takes its time: the slots are read afterwards, so
        // that what is decided on is what is there right before the DELETE (guarantee 6).
        await keyring.check();
        const listed = await platform.caCertificates.list();
        const slot = listed.find(({ id }) => id === wanted);
        if (slot === undefined) {
            requireDeletedBefore(wanted, entries);
            tools.runner.notice(`CA certificate deleted by an earlier run: ${wanted}.`);
            return { deleted: "true" };
        }
        (0,tasks_procedure/* warnOfSkew */.Wx)({ tools, platform });
        const held = (0,ca_slots/* matchSlots */.ji)(listed, entries);
        // One that could be ours is guarded as ours.
        const entry = held.get(wanted) ?? (0,ca_slots/* findDoubts */.hg)(listed, entries).find((it) => it.slot === slot)?.ca;
        requireAllowedHeld(wanted, entry, guards["allow-held"]);
        // A compromised CA must go: whoever takes the last one asks no clock.
        const clock = guards["allow-last"] ? undefined : platform.clock;
        const guard = (slots) => {
            if (clock === undefined)
                return;
            clock.require("end");
            refuseLastUsable((0,ca_slots/* recallVerified */.io)(slots, entries), wanted, clock.now());
        };
        guard(listed);
        const copy = entry && listed.find((slot) => slot.id !== wanted && held.get(slot.id) === entry);
        if (entry === undefined || entry.retiredAt !== undefined) {
            await platform.caCertificates.remove(wanted, guard);
        }
        else if (copy === undefined) {
            await retire({ tools, platform, keyring }, { id: wanted, ca: entry, guard, clock });
        }
        else {
            // The same certificate lies in the other slot: the CA stays, so it is not marked. Only its id may be another one.
            await platform.caCertificates.remove(wanted, guard);
            const [stays] = (0,ca_slots/* recallVerified */.io)([copy], entries);
            if (stays?.isVerified === true)
                await (0,tasks_procedure/* noteOnPlatform */.LM)({ tools, platform, keyring }, stays, entry);
        }
        tools.runner.notice(`CA certificate deleted: ${wanted}.`);
        tools.runner.info("Whether agents that were onboarded before stay connected is not documented by the platform.");
        await summarizeStep(tools.runner, "CA certificate deleted", [
            ...slotRows(slot),
            ["Key", keptWhere(entry, copy !== undefined && entry?.retiredAt === undefined, keyring.place)],
        ]);
        return { deleted: "true" };
    },
});
function keptWhere(entry, copied, place) {
    if (entry === undefined)
        return "not known here";
    return `kept in ${place ?? "the keyring"}${copied ? ", in use by the other slot" : ", marked retired"}`;
}
/** One that is gone and was marked before went by a run that died, or by one that is run again (guarantee 4). */
function requireDeletedBefore(id, entries) {
    if (entries.some(({ platformId, retiredAt }) => platformId === id && retiredAt !== undefined))
        return;
    throw new errors/* ActionError */.lZ("CA_NOT_FOUND", `There is no CA certificate ${id}.`);
}
function requireAllowedHeld(id, entry, allowed) {
    if (entry === undefined || entry.retiredAt !== undefined || allowed)
        return;
    throw new errors/* ActionError */.lZ("CA_HELD", `The key of ${id} (${entry.certificate.commonName}) is in the keyring.`);
}

// EXTERNAL MODULE: ./build/ca/clocks.js
var clocks = __nccwpck_require__(4158);
;// CONCATENATED MODULE: ./build/ca/decide.js


/**
 * @param candidates newest first
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param usable the one that serves: what is remembered of older ones is of no matter then
 * @returns the first contradiction between the slots and what is remembered, or undefined
 */
function contradiction(slots, candidates, allowed, usable) {
    const newer = usable === undefined ? candidates : candidates.slice(0, candidates.indexOf(usable));
    const found = (0,ca_slots/* findContradictions */._I)(slots, candidates).find(({ slot, ca }) => !allowed.has(slot.id) && newer.includes(ca));
    return found && { kind: "contradiction", ...found };
}
/**
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param now the platform's clock, milliseconds since 1970: what has expired is not sent, whatever lies there
 * @returns the first slot that could hold one of these and agrees with it in its end alone, or undefined
 */
function dateAlone(slots, candidates, allowed, now) {
    const open = ({ slot }) => !allowed.has(slot.id) && !(0,ca_slots/* isExpired */._d)(slot, now);
    const found = (0,ca_slots/* findDoubts */.hg)(slots, candidates).find(open);
    return found && { kind: "date", ...found };
}
/** @returns what there is to say of slots of which it is not known whether they hold one of these: one a slot, none of expired ones */
function unclearSlots(slots, candidates, at) {
    const asked = (0,ca_slots/* inQuestion */.QW)(slots, candidates, at);
    const contradicted = (0,ca_slots/* findContradictions */._I)(slots, asked).map((it) => ({ kind: "contradiction", ...it }));
    const alike = (0,ca_slots/* findDoubts */.hg)(slots, asked).map((it) => ({ kind: "date", ...it }));
    const living = [...contradicted, ...alike].filter(({ slot }) => !(0,ca_slots/* isExpired */._d)(slot, at.now));
    return living.filter(({ slot }, index) => living.findIndex((other) => other.slot === slot) === index);
}
/**
 * Decides what a registration does next, from what two slots and a keyring look like. Pure: running again after a
 * crash observes anew and so goes on where it stopped.
 */
function decideRegistration(seen) {
    const matched = (0,ca_slots/* matchSlots */.ji)(seen.slots, allHeld(seen));
    return goOnWith(seen, matched) ?? begin(seen, matched);
}
/** What is there already, or could be: nothing is made or sent then. */
function goOnWith(seen, matched) {
    const { slots, now, allowUnheld = new Set() } = seen;
    const held = (0,ca_slots/* inQuestion */.QW)(slots, allHeld(seen), seen, seen.brought);
    const placed = ourCandidates(seen)
        .filter(({ certificate }) => !(0,ca_certificate/* isNotValidYet */.cS)(certificate, seen, true))
        .flatMap((ca) => slots.filter((slot) => matched.get(slot.id) === ca).map((slot) => ({ slot, ca })));
    const usable = placed.find(({ slot }) => (0,ca_slots/* isUsable */.Ng)(slot, now));
    const contradicted = contradiction(slots, held, allowUnheld, usable?.ca);
    if (contradicted !== undefined)
        return { step: "doubt", ...contradicted };
    if (usable !== undefined)
        return { step: "unchanged", ...usable };
    const pending = placed.find(({ slot }) => !(0,ca_slots/* isExpired */._d)(slot, now));
    if (pending !== undefined)
        return { step: "resume", ...pending };
    const unclear = dateAlone(slots, held, allowUnheld, now);
    return unclear && { step: "doubt", ...unclear };
}
/** What is made or sent where nothing is there, or what stands in the way. */
function begin(seen, matched) {
    const { slots, brought, gone } = seen;
    const onPlatform = new Set(matched.values());
    const ready = ourCandidates(seen).find((ca) => !onPlatform.has(ca) &&
        canBeSent(ca, seen) &&
        (ca === brought || !gone?.has(ca.certificate.fingerprint)));
    // One that is brought along is never replaced by another; its dates were good by this machine's clock.
    if (ready === undefined && brought !== undefined)
        return refuse("CERTIFICATE_INVALID", []);
    if (slots.length >= ca_slots/* SLOT_LIMIT */.r3)
        return refuse("CA_SLOTS_FULL", slots);
    const commonNames = ready?.certificate.commonNames ?? [seen.commonName];
    const sameSubject = slots.filter((slot) => hasName(slot, matched.get(slot.id), commonNames));
    if (sameSubject.length > 0)
        return refuse("CA_SUBJECT_IN_USE", sameSubject);
    const unheld = unheldUsable(seen);
    // Which CA is meant does not come from the keyring where the user brings it along: there it may be missing or old.
    if (unheld.length > 0 && (brought === undefined || seen.fromKeyring === true))
        return refuse("CA_NOT_HELD", unheld);
    return ready === undefined ? { step: "create" } : { step: "upload", ca: ready };
}
function refuse(code, slots) {
    return { step: "refuse", code, slots };
}
/**
 * @param ca what lies in the slot, where that is known: then its own names count, not the reply's
 * @returns whether a slot's certificate has one of these common names
 */
function hasName(slot, ca, commonNames) {
    return ca === undefined
        ? (0,ca_slots/* namesAlike */.N6)(slot.commonName, { commonNames })
        : ca.certificate.commonNames.some((name) => commonNames.includes(name));
}
/** @returns the usable slots that hold none of ours, and that the user did not allow: the keyring may lack what they hold */
function unheldUsable(seen) {
    const matched = (0,ca_slots/* matchSlots */.ji)(seen.slots, allHeld(seen));
    const { slots, allowUnheld, now } = seen;
    return slots.filter((slot) => (0,ca_slots/* isUsable */.Ng)(slot, now) && !matched.has(slot.id) && !allowUnheld?.has(slot.id));
}
/** @returns whether a registration with these candidates would have to make a key, by this clock */
function wouldCreate(seen) {
    return seen.brought === undefined && !ourCandidates(seen).some((ca) => canBeSent(ca, seen));
}
/**
 * Neither expired nor, as far as anybody can tell, yet to begin; nor refused: what is brought along is the user's explicit
 * wish, and is offered again after a refusal.
 */
function canBeSent({ certificate, refusedAt }, seen) {
    const wanted = seen.brought !== undefined || refusedAt === undefined;
    return wanted && certificate.notAfter > seen.now && !(0,ca_certificate/* isNotValidYet */.cS)(certificate, seen, false);
}
/** What may become or stay the usable CA: the one brought along, else every entry that is not retired. */
function ourCandidates(seen) {
    if (seen.brought !== undefined)
        return [seen.brought];
    return seen.entries.filter((entry) => entry.retiredAt === undefined);
}
/** Retired entries take part in the matching, or a retired CA's slot could be taken for its successor's. */
function allHeld(seen) {
    if (seen.brought === undefined)
        return seen.entries;
    const own = seen.brought.certificate.fingerprint;
    return [seen.brought, ...seen.entries.filter((entry) => entry.certificate.fingerprint !== own)];
}
/** What each step of a registration comes to, as the output `outcome` names it. */
const OUTCOMES = {
    unchanged: "unchanged",
    resume: "resumed",
    upload: "registered",
    create: "registered",
};

// EXTERNAL MODULE: ./build/ca/time.js
var time = __nccwpck_require__(7536);
;// CONCATENATED MODULE: ./build/tasks/access-end.js

/**
 * Warns where the token that writes the keyring ends before it is needed next: nobody would notice until then.
 * @param keyring after its `check`
 * @param dueAt when the keyring is written next, milliseconds since 1970
 */
function warnOfAccessEnd(runner, { accessEnds, place = "" }, dueAt) {
    if (accessEnds === undefined || !(accessEnds < dueAt))
        return;
    runner.warning(`github-token ends on ${(0,time/* day */.vd)(accessEnds)}, before ${place} has to be written next, which is on ${(0,time/* day */.vd)(dueAt)}. Renew it in time.`);
}

;// CONCATENATED MODULE: ./build/tasks/inputs/restore.js






/** A CA of the keyring that comes back after its retirement, or is offered again after a refusal. */
const restoreInputs = (0,github_inputs/* plainGroup */.k4)({
    restore: (0,github_inputs/* field */.ZZ)({
        description: "Common name or SHA-256 fingerprint (with or without colons, in any case) of a CA of the keyring: upload and use it again, because it was retired too early, somebody removed it from the platform, or the platform refused it and takes it now.",
        parse: texts/* oneLine */.TN,
    }),
});
/**
 * Finds the CA that is to come back. One that is neither retired nor refused any more is found as well: a run that died
 * goes on.
 * @param keyring without other tenants' CAs
 * @param name its common name, or its fingerprint: with or without colons, in any case
 * @returns the entry, not retired and without what was remembered of its former life; that it was refused counts until
 * it is seen on the platform. Undefined where there is none
 */
function findRestored({ entries }, name) {
    const named = entries.filter(({ certificate }) => isNamed(certificate, name));
    const found = named.find(({ retiredAt }) => retiredAt !== undefined) ??
        named.find(({ refusedAt }) => refusedAt !== undefined) ??
        named[0];
    return found?.retiredAt === undefined ? found : (0,ca_keyring/* forgetPast */.oZ)(found);
}
function isNamed({ commonName, fingerprint }, name) {
    const bare = (text) => text.replaceAll(":", "").toUpperCase();
    return commonName === name || bare(fingerprint) === bare(name);
}
/** The rules for `restore`: it names a CA that can come back, and the keyring can be written. */
function checkRestored(name, keyring, { pair, tenant = "" }, report) {
    if (pair !== undefined)
        report("restore", "is given together with ca-certificate; give one of the two");
    const own = tenant === "" ? keyring.keyring : (0,ca_keyring/* ownKeyring */.GM)(keyring.keyring, tenant);
    const found = findRestored(own, name);
    const theirs = keyring.keyring.entries.find(({ certificate }) => isNamed(certificate, name));
    if (found === undefined && theirs !== undefined) {
        report("restore", `names the CA of tenant ${(0,printable/* quoted */.TL)(theirs.tenant ?? "")}`, "KEYRING_OTHER_TENANT");
    }
    else if (found === undefined) {
        const names = own.entries.map(({ certificate }) => (0,printable/* quoted */.TL)(certificate.commonName));
        report("restore", `names no CA of the keyring; it holds ${names.join(", ") || "none"}`);
    }
    else if (found.certificate.notAfter <= Date.now()) {
        report("restore", `names a CA that expired on ${found.certificate.expiration}`);
    }
    else {
        reportUnopened(found, name, keyring, report);
    }
    if (!(0,inputs_keyring/* hasTarget */.oU)(keyring)) {
        report("restore", "changes the keyring, so it needs keyring-secret or keyring-file", "KEYRING_TARGET_MISSING");
    }
}
/** Of a retired one the key was not opened yet. */
function reportUnopened({ privateKey }, name, { passphrases }, report) {
    try {
        passphrases.open(privateKey);
    }
    catch (error) {
        if (!(error instanceof private_key/* PrivateKeyError */.tr))
            throw error;
        if (error instanceof private_key/* KeyEncryptionError */.XN)
            report("restore", `names a CA of which ${error.message}`);
        else
            report("keyring-passphrase", `does not open the key of ${(0,printable/* quoted */.TL)(name)}, or is missing`, "PASSPHRASE_WRONG");
    }
}

;// CONCATENATED MODULE: ./build/tasks/odd-upload.js
/**
 * Warns before a CA of the keyring is uploaded that may not be meant for this environment: the keyring may be another's.
 * @param asked the common name that a new CA would have got
 */
function warnOfOddUpload(runner, { certificate: { commonName } }, asked) {
    if (commonName !== asked) {
        runner.warning(`The CA of the keyring that is uploaded has the common name "${commonName}", and "${asked}" was asked for. If the keyring is of another environment, delete that CA again (tasks/delete).`);
    }
}

// EXTERNAL MODULE: ./build/tasks/failure.js
var tasks_failure = __nccwpck_require__(8491);
;// CONCATENATED MODULE: ./build/tasks/receipt.js

/**
 * Writes the receipt: what was proven, in JSON, free of secrets and fit to be attested.
 * @returns its path
 */
async function writeReceipt(tools, { platform, workplace, keys }, proven) {
    const { connection, outcome, slot, certificate, rehearsal } = proven;
    const receipt = {
        action: "mindconnect-ca-action",
        task: "register",
        outcome,
        finishedAt: new Date().toISOString(),
        tenant: connection.tenant,
        gateway: connection.gateway.origin,
        caCertificate: {
            id: slot.id,
            name: slot.name,
            commonName: slot.commonName,
            expiration: slot.expiration,
            isVerified: slot.isVerified,
            fingerprintSha256: certificate.fingerprint,
            serialNumber: certificate.serialNumber,
            subject: certificate.subject.map(([type, value]) => `${type}=${value}`),
        },
        openssl: {
            // A run with nothing to do starts no OpenSSL.
            version: tools.commands.length === 0 ? null : await workplace.openssl.version(),
            commands: tools.commands,
            rehearsal,
            // Whether the two keys changed their file names, because the second one was ready first.
            keysExchanged: keys.exchanged,
        },
        calls: platform.calls,
        clockSkewMilliseconds: platform.clock.skew,
        workflow: workflow(),
    };
    return await tools.writeResult("receipt.json", `${JSON.stringify(receipt, null, 2)}\n`);
}
/** Which run made it, as the runner says; absent outside of a workflow. */
function workflow() {
    const names = {
        repository: "GITHUB_REPOSITORY",
        run: "GITHUB_RUN_ID",
        attempt: "GITHUB_RUN_ATTEMPT",
        commit: "GITHUB_SHA",
    };
    return Object.fromEntries(Object.entries(names).flatMap(([key, name]) => {
        const value = process.env[name] ?? "";
        return value === "" ? [] : [[key, value]];
    }));
}
/**
 * Writes what tells of a registration that is finished: it decides nothing any more (guarantee 11).
 * @param what the name of it, to begin a sentence
 * @returns its path; empty where it could not be written, which is a warning
 */
async function handOut({ warning }, what, write) {
    try {
        return await write();
    }
    catch (error) {
        const { message } = (0,tasks_failure/* asActionError */.z)(error);
        warning(`${what} could not be written, so its output is empty; the CA is verified all the same. ${message}`);
        return "";
    }
}

;// CONCATENATED MODULE: ./build/tasks/refusal.js



const SENTENCES = {
    CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds a CA that can be used or resumed here",
    CERTIFICATE_INVALID: "The CA certificate that was brought along has expired, or is not valid yet, by the platform's clock",
    CA_SUBJECT_IN_USE: "A CA certificate of the same common name is on the platform already",
    CA_NOT_HELD: "A usable CA certificate is on the platform whose key is not in the keyring",
};
/**
 * Explains why nothing can be registered: which certificates stand in the way, and what the user can do.
 * @param now the platform's clock, milliseconds since 1970
 */
function refusal(decision, entries, now) {
    const lines = describeSlots(decision.slots, entries, now);
    return new errors/* ActionError */.lZ(decision.code, [`${SENTENCES[decision.code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n"), decision.code === "CA_NOT_HELD" ? { next: bringOrAllow(decision.slots) } : {});
}
const UPLOAD_SENTENCES = {
    CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds this certificate",
    CERTIFICATE_INVALID: "The CA certificate has expired, or is not valid yet, by the platform's clock",
    CA_SUBJECT_IN_USE: "Another CA certificate of the same common name is on the platform",
};
/** Explains the same to who uploads a certificate without a keyring: whose the others are is not known here. */
function uploadRefusal({ code, slots }, now) {
    const lines = slots.map((slot) => describeSlot(slot, now));
    const next = {
        CA_SLOTS_FULL: `Free a slot that nothing depends on with tasks/delete (${idInputs(slots)}), then run again.`,
        CERTIFICATE_INVALID: "Make a new CA with tasks/create.",
        CA_SUBJECT_IN_USE: `Make a CA of another common name (tasks/create, common-name), or delete that one if nothing depends on it (tasks/delete, ${idInputs(slots)}).`,
    }[code];
    const message = [`${UPLOAD_SENTENCES[code]}${lines.length > 0 ? ":" : "."}`, ...lines].join("\n");
    return new errors/* ActionError */.lZ(code, message, { next });
}
function describeSlots(slots, entries, now) {
    const held = (0,ca_slots/* matchSlots */.ji)(slots, entries);
    return slots.map((slot) => {
        const entry = held.get(slot.id);
        const owner = entry === undefined ? "not in the keyring" : entry.retiredAt === undefined ? "yours" : "yours, retired";
        return `${describeSlot(slot, now)}, ${owner}`;
    });
}
const ROTATION_SENTENCES = {
    CA_NOT_HELD: SENTENCES.CA_NOT_HELD,
    CA_SLOTS_FULL: "A new CA certificate is due and finds no slot: these stand in the way",
};
/** Explains why a rotation that is due cannot go on: which certificates stand in the way, and what the user can do. */
function rotationRefusal(decision, { entries, now }) {
    if (decision.refused === "doubt")
        return doubt(decision, now);
    if (decision.refused === "unsaid")
        return unsaid(decision.slot, decision.newest);
    const { refused, slots } = decision;
    return new errors/* ActionError */.lZ(refused, [`${ROTATION_SENTENCES[refused]}:`, ...describeSlots(slots, entries, now)].join("\n"), { next: refused === "CA_SLOTS_FULL" ? freeASlot(slots) : bringOrAllow(slots) });
}
function bringOrAllow(slots) {
    return `${errors/* ERROR_CODES */.OQ.CA_NOT_HELD.next} If nothing depends on it, delete it with tasks/delete (${idInputs(slots)}).`;
}
function freeASlot(slots) {
    return `Free a slot that nothing depends on with tasks/delete (${idInputs(slots)}; one of yours needs allow-held: true), then run again.`;
}
function idInputs(slots) {
    return slots.map(({ id }) => `certificate-id: ${(0,printable/* shown */.SP)(id)}`).join(", or ");
}
/**
 * Explains why it is not known whether a slot holds a CA, which therefore is neither sent nor used.
 * @param now the platform's clock, milliseconds since 1970
 */
function doubt({ kind, slot, ca }, now) {
    const [id, slotLine] = [(0,printable/* shown */.SP)(slot.id), describeSlot(slot, now)];
    const { commonName, expiration } = ca.certificate;
    const named = `the CA "${(0,printable/* shown */.SP)(commonName)}", which expires ${expiration}`;
    const remedy = `set allow-unheld: ${id}. If nothing depends on it, tasks/delete frees the slot (certificate-id: ${id}, without a keyring).`;
    if (kind === "contradiction") {
        const by = ca.platformId === slot.id ? `the keyring remembers ${id} as` : "its name says that it is";
        return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list contradicts what is known of a CA: it shows\n${slotLine},\nand ${by} ${named}.`, {
            next: `Look at ${id} in Insights Hub. If the keyring is another environment's, pass the right one. If the certificate was replaced by another one there, ${remedy}`,
        });
    }
    return new errors/* ActionError */.lZ("CA_DOUBTFUL", `It is not known whether\n${slotLine}\nis ${named}: they agree in the second of their end, and in nothing else that the platform shows.`, { next: `If it is that CA, set certificate-id: ${id}. If it is another one, ${remedy}` });
}
/** @returns the same as one sentence or two, for who only looks */
function doubtRemark(unclear, now) {
    const { code, message, next } = doubt(unclear, now);
    return `${message.replaceAll("\n", " ")} register and rotate may stop over that (${code}). ${next}`;
}
/** Explains the same to who uploads a certificate: a task later has that id as its input. */
function uploadDoubt(unclear, now) {
    const { code, message } = doubt(unclear, now);
    const id = (0,printable/* shown */.SP)(unclear.slot.id);
    return new errors/* ActionError */.lZ(code, message, {
        next: `If it is this certificate, it is there already: go on with tasks/registration-code (certificate-id: ${id}). If it is another one, make a CA that ends at another time (tasks/create), or free the slot if nothing depends on it (tasks/delete, certificate-id: ${id}).`,
    });
}
/** Explains why a CA stays: its successor is verified by what is remembered alone. */
function unsaid(leaving, newest) {
    const [id, stays] = [(0,printable/* shown */.SP)(leaving.id), (0,printable/* shown */.SP)(newest.id)];
    return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list does not say whether ${stays} ("${(0,printable/* shown */.SP)(newest.commonName)}") is verified, as the keyring remembers it: ${id} ("${(0,printable/* shown */.SP)(leaving.commonName)}") is not retired on that alone.`, {
        next: `Run again later. If the list stays silent, look in Insights Hub: if ${stays} is verified there, delete the other one with tasks/delete (certificate-id: ${id}, allow-held: true, allow-last: true). With retire: never the rotation leaves it where it is.`,
    });
}
/** @returns id, name, common name, expiration, verified or not: one line for a message */
function describeSlot(slot, now) {
    const state = slot.isVerified === true ? "verified" : "not verified";
    const end = `${(0,ca_slots/* isExpired */._d)(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
    const [id, name, commonName] = [slot.id, slot.name, slot.commonName].map(printable/* shown */.SP);
    return `${id} "${name}", common name "${commonName}", ${end}, ${state}`;
}

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
/** Refusals that may be about the certificate; no other status says anything about it. */
const ABOUT_THE_CERTIFICATE = new Set([400, 409, 422]);
/** The platform refused a CA certificate for its own sake: a slot is free, it is not there, and its time has begun. */
class CertificateRefused extends errors/* ActionError */.lZ {
    /** Always given: without a reply nothing was refused. */
    platform;
    constructor(refused, platform) {
        const next = "See what the platform said, and use another certificate.";
        super("UPLOAD_REFUSED", refused.message, { platform, next, cause: refused });
        this.platform = platform;
    }
}
/**
 * @param refused an upload's, while a list shows a free slot and no such certificate
 * @param now the least time that it can be, milliseconds since 1970: one that is not valid there yet may be taken later
 * @returns the error that says so where the certificate is to blame, else the same one
 */
function blameCertificate(refused, { notBefore }, now) {
    const { platform } = refused;
    if (platform === undefined || !ABOUT_THE_CERTIFICATE.has(platform.status))
        return refused;
    return notBefore > now ? refused : new CertificateRefused(refused, platform);
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
    return new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `After the upload the platform shows ${(0,printable/* shown */.SP)(id)} with common name "${(0,printable/* shown */.SP)(commonName)}" and expiration ${expiration}: another end than that of the certificate that was sent.`, { next: `Look at the slots with tasks/status, and delete ${(0,printable/* shown */.SP)(id)} if it is not yours.` });
}

;// CONCATENATED MODULE: ./build/tasks/refused-upload.js





/**
 * Uploads a CA of the keyring. One that the platform refuses for the certificate's own sake is marked there, and so is
 * in no one's way any more (guarantee 4).
 * @returns its slot, not verified yet
 * @throws ActionError `UPLOAD_REFUSED`, …
 */
async function uploadOwn(procedure, ca, name) {
    try {
        return await (0,tasks_procedure/* upload */.Se)(procedure, ca.certificate, name);
    }
    catch (error) {
        if (!(error instanceof CertificateRefused))
            throw error;
        throw await remember(procedure, ca, error);
    }
}
/** What the platform said is what the run tells of: a mark that cannot be written is a warning beside it. */
async function remember({ tools, platform, keyring }, ca, refused) {
    const { message, platform: said } = refused;
    if (keyring.place === undefined)
        return refused;
    try {
        await keyring.update((current) => (0,ca_keyring/* changeEntry */.df)(current, ca, (entry) => (0,ca_keyring/* noteRefused */.Lk)(entry, refusalWords(said), platform.clock.earliest())));
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        tools.runner.warning(`That the CA was refused could not be noted in the keyring (${error.code}): ${error.message}`);
        return refused;
    }
    return new errors/* ActionError */.lZ("UPLOAD_REFUSED", `${message} That is remembered in ${keyring.place}.`, {
        platform: said,
        next: `See what the platform said. ${nextStep(ca)}`,
        cause: refused,
    });
}
/**
 * Looks before a key is begun whether the platform has refused a CA that was asked for in the very same way.
 * @returns `UPLOAD_REFUSED` with the time and the words of then; undefined where a new one may be asked for
 */
function refusedBefore(entries, wanted) {
    const refused = refusedAlike(entries, wanted);
    if (refused === undefined)
        return undefined;
    return new errors/* ActionError */.lZ("UPLOAD_REFUSED", `${tellRefused(refused)}. A new one would be asked for in the very same way: no key is made for it.`, { next: nextStep(refused) });
}
function nextStep(refused) {
    return `For another CA change the subject, days or key-bits, then run again. To offer the refused one again: ${restoreRefused(refused)}.`;
}

;// CONCATENATED MODULE: ./build/tasks/removed.js



/**
 * Decides. A CA that was verified once and is not in the list is asked for by its id before it would be sent: one that is
 * gone was removed by somebody, and is not sent again by itself (guarantee 4).
 * @param gone fingerprints of those that are gone; added to
 * @param decide called anew for each of them; `sends` is the entry that would be uploaded by itself
 * @throws ActionError of the decision; `PLATFORM_REPLY_UNEXPECTED` where it is there although the list does not show it
 */
async function decideKnowingGone({ tools, platform }, gone, slots, decide) {
    for (;;) {
        const { decided, sends } = decide();
        if (sends?.verifiedAt === undefined)
            return decided;
        const { platformId, verifiedAt, certificate } = sends;
        // What the list gives to another one is not this one's any more; where it may not be, it was refused before.
        const elsewhere = slots.some(({ id }) => id === platformId);
        if (platformId !== undefined && !elsewhere)
            await requireGone(platform, platformId, sends);
        gone.add(certificate.fingerprint);
        const as = platformId === undefined ? "" : ` as ${(0,printable/* shown */.SP)(platformId)}`;
        tools.runner.warning(`The CA "${(0,printable/* shown */.SP)(certificate.commonName)}" was verified${as} (${(0,printable/* shown */.SP)(verifiedAt)}) and is gone from the platform: somebody removed it there, or the keyring is another environment's, so it is not sent again by itself. To have it back, run register with restore: ${certificate.fingerprint}. Where a new CA of the same common name is there by then, delete that one first (tasks/delete).`);
    }
}
async function requireGone(platform, id, { certificate }) {
    const there = await platform.caCertificates.find(id);
    if (there === undefined)
        return;
    const what = (0,ca_slots/* endsTogether */.lW)(there, certificate)
        ? `the CA "${(0,printable/* shown */.SP)(certificate.commonName)}"`
        : `another certificate than the CA "${(0,printable/* shown */.SP)(certificate.commonName)}" that the keyring remembers`;
    throw new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list does not show ${(0,printable/* shown */.SP)(id)}, and a GET of it shows ${what}, expiring ${there.expiration}: one of the two replies is wrong, and a slot may be hidden.`, {
        next: "Run again later. If it stays so, look in Insights Hub, and tell the vendor's support: nothing is sent while a slot may be hidden.",
    });
}
/** Warns of CAs that count as verified although the list does not say so. */
function warnOfSilence(runner, slots) {
    for (const { id } of slots.filter(({ remembered }) => remembered === true)) {
        runner.warning(`The platform's list does not say whether ${(0,printable/* shown */.SP)(id)} is verified; the keyring remembers that it was, and that counts. Nothing is retired or deleted on that alone.`);
    }
}

;// CONCATENATED MODULE: ./build/tasks/registration.js







/** What the log says comes next. */
const NEXT = {
    unchanged: "The CA is verified already: nothing is to be done.",
    resume: "An earlier run uploaded the CA certificate: it is verified now.",
    upload: "The CA certificate is uploaded and verified.",
    create: "A CA key and certificate are made, stored, uploaded and verified.",
};
/**
 * Looks at what the platform shows and what is at hand, and decides (guarantee 4).
 * @param shown the platform's list
 * @throws ActionError where nothing can be done
 */
async function decide(procedure, { wanted, brought: along, fromKeyring, word, allowUnheld }, shown) {
    const { runner } = procedure.tools;
    const { clock } = procedure.platform;
    const at = clock.agreement();
    const entries = (0,ca_slots/* confirm */.lJ)(shown, procedure.keyring.keyring.entries, word);
    const [brought] = (0,ca_slots/* confirm */.lJ)(shown, along === undefined ? [] : [along], word);
    const slots = (0,ca_slots/* recallVerified */.io)(shown, entries);
    const { commonName } = wanted.subject;
    const gone = new Set();
    const seen = { slots, entries, brought, fromKeyring, gone, commonName, allowUnheld, ...at };
    runner.info(`Slots in use: ${slots.length} of ${ca_slots/* SLOT_LIMIT */.r3}.`);
    const decision = await decideKnowingGone(procedure, gone, slots, () => {
        const decided = decideRegistration(seen);
        if (decided.step !== "unchanged")
            clock.require("make");
        if (decided.step === "doubt")
            throw doubt(decided, at.now);
        if (decided.step === "refuse")
            throw refusal(decided, entries, at.now);
        const byItself = decided.step === "upload" && brought === undefined;
        return { decided, sends: byItself ? decided.ca : undefined };
    });
    const refused = decision.step === "create" ? refusedBefore(entries, wanted) : undefined;
    if (refused !== undefined)
        throw refused;
    runner.info(NEXT[decision.step]);
    if (decision.step === "unchanged")
        warnOfSilence(runner, [decision.slot]);
    if (decision.step !== "upload")
        return { decision, brought, entries, slots };
    for (const { id } of unheldUsable(seen))
        runner.warning(`A usable CA certificate is on the platform whose key is not in the keyring: ${id}.`);
    // Whatever the platform once said of it: it begins anew.
    return { decision: { ...decision, ca: (0,ca_keyring/* forgetPast */.oZ)(decision.ca) }, brought, entries, slots };
}
/**
 * From the decision's step to the end: each step leaves a state from which the same decision goes on.
 * @returns the slot, verified, and the CA in it
 * @throws ActionError
 */
async function carryOut(procedure, decision, { wanted: { subject, days }, nameOf }) {
    if (decision.step === "unchanged")
        return decision;
    if (decision.step === "resume")
        return { ca: decision.ca, slot: await (0,tasks_procedure/* prove */.zn)(procedure, decision.slot, decision.ca) };
    const ca = decision.step === "upload" ? decision.ca : await (0,tasks_procedure/* createAndStore */.Hs)(procedure, { subject, days });
    const uploaded = await uploadOwn(procedure, ca, nameOf(ca.certificate));
    return { ca, slot: await (0,tasks_procedure/* prove */.zn)(procedure, uploaded, ca) };
}

;// CONCATENATED MODULE: ./build/tasks/rehearsal.js






/** As long as a registration code is: what the CA will be asked to sign has such a subject. */
const SUBJECT = `/CN=${"rehearsal".padEnd(64, "0")}`;
const rehearsal_NEXT = "Bring another CA, made as the vendor's page says. If this one lies in the keyring, take its key and its certificate out of that text (keep a copy): the next run makes a new CA.";
/**
 * Tries a CA that this run did not make, before it is kept or takes one of two slots: it signs a certificate of one day by
 * the documented commands, in a folder of its own that is wiped at once, and `openssl verify` judges the result. The key of
 * that certificate is the one that the verification certificate gets.
 * @param program the openssl program
 * @returns the commands, as a person would type them
 * @throws ActionError `CERTIFICATE_INVALID` with OpenSSL's reason, or `OPENSSL_…`
 */
async function rehearse(tools, procedure, ca, program) {
    (0,openssl_ca/* requireUploadable */.VO)(ca.certificate, { now: Date.now() }, rehearsal_NEXT);
    const { workplace, keys } = procedure;
    const { tenant } = workplace;
    const [place] = tools.workers(program, tenant, 1, Number.POSITIVE_INFINITY);
    if (place === undefined)
        throw new Error("a rehearsal needs a place");
    const { openssl, directory } = place;
    const [csr, out] = ["rehearsal.csr", "rehearsal.pem"];
    try {
        await keys.take(openssl_ca/* VERIFICATION_KEY_FILE */.JG);
        await Promise.all([
            (0,external_node_fs_promises_.copyFile)((0,external_node_path_.join)(workplace.directory, openssl_ca/* VERIFICATION_KEY_FILE */.JG), (0,external_node_path_.join)(directory, openssl_ca/* VERIFICATION_KEY_FILE */.JG)),
            (0,tasks_procedure/* layOut */.v8)({ ...procedure, workplace: place }, ca),
        ]);
        await openssl.run((0,commands/* signingRequest */.R6)({ key: openssl_ca/* VERIFICATION_KEY_FILE */.JG, out: csr, subj: SUBJECT }));
        await openssl.run((0,commands/* signRequest */.zT)({ csr, ca: `${tenant}.pem`, caKey: `${tenant}.key`, out, days: 1 }));
        const refused = await openssl.judge((0,commands/* verifyCertificate */.Xq)(`${tenant}.pem`, out));
        if (refused === undefined)
            return openssl.transcripts.map(({ argv }) => (0,commands/* commandLine */.ay)(argv));
        throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The CA certificate was not sent: OpenSSL does not accept what it issues. ${refused}`, { next: rehearsal_NEXT });
    }
    finally {
        const lines = openssl.transcripts.flatMap((transcript) => transcript.lines);
        tools.runner.group("Rehearse with a CA that was not made here", lines);
        await (0,external_node_fs_promises_.rm)(directory, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./build/tasks/register.js






















const register_INPUTS = {
    connection: connectionInputs,
    subject: subjectInputs,
    validity: caInputs,
    naming: certificateNameInputs,
    brought: broughtCaInputs,
    restored: restoreInputs,
    known: knownIdsInputs,
    keyring: inputs_keyring/* keyringInputs */.Ft,
    program: opensslInputs,
};
/** The main job: the whole documented procedure, and nothing twice. */
const register = defineTask({
    name: "register",
    description: "Create, upload and verify the CA certificate of an Insights Hub environment (MindConnect MQTT), and nothing twice.",
    privateDirectory: true,
    inputs: register_INPUTS,
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform.",
        expiration: "When it expires, as the platform writes it (2031-05-30T09:22:55.000Z).",
        "certificate-name": "Its name on the platform.",
        "common-name": "Its common name.",
        verified: "true: read back from the platform after the verification.",
        fingerprint: "SHA-256 fingerprint of the CA certificate.",
        "serial-number": "Serial number of the CA certificate, hexadecimal.",
        "certificate-path": "Path of the CA certificate (PEM) for later steps of the job; empty where it could not be written.",
        outcome: "registered, resumed or unchanged.",
        "receipt-path": "Path of the receipt (JSON): what was proven, with commands and calls; empty where it could not be written.",
    },
    check({ connection, keyring, brought, restored, validity }, report) {
        (0,inputs_keyring/* requireLastingFile */._t)(keyring, connection && (0,loopback/* isLoopback */.U)(connection.gateway), report);
        if (!(0,inputs_keyring/* requireTenant */.y_)(keyring, connection?.tenant, brought?.pair, report))
            return;
        if (keyring === undefined || brought === undefined)
            return;
        const { tenant } = connection ?? {};
        const own = tenant === undefined ? keyring.keyring : (0,ca_keyring/* ownKeyring */.GM)(keyring.keyring, tenant);
        const along = asEntry(brought.pair, own, tenant);
        // One that the keyring remembers from the platform is there already.
        if (along?.platformId === undefined)
            reportOddCommonName(brought.pair?.certificate, report);
        if (restored?.restore !== undefined) {
            checkRestored(restored.restore, keyring, { ...brought, tenant }, report);
            return;
        }
        if (along !== undefined && !keyring.keyring.entries.some((entry) => (0,ca_keyring/* isSameCa */.Rj)(entry, along)))
            (0,inputs_keyring/* requirePassphrase */.ek)(keyring, report);
        if (!wouldCreate({ entries: own.entries, brought: along, ...(0,clocks/* aloneAt */.XZ)(Date.now()) }))
            return;
        if (validity !== undefined)
            (0,inputs_keyring/* requireRoom */.hr)(keyring, validity["key-bits"], report);
        if ((0,inputs_keyring/* hasTarget */.oU)(keyring))
            return;
        report("keyring-file", "is missing, and so is keyring-secret: a CA key would be made and has no place to be kept", "KEYRING_TARGET_MISSING");
    },
    start(inputs, tools) {
        const { connection, keyring, validity, program } = inputs;
        const workplace = tools.workplace(program["openssl-path"], connection.tenant);
        const { entries } = (0,ca_keyring/* ownKeyring */.GM)(keyring.keyring, connection.tenant);
        const order = orderOf(inputs);
        const creates = wouldCreate({ entries, brought: order.brought, ...(0,clocks/* aloneAt */.XZ)(Date.now()) });
        // No key is begun for what the platform has refused already, or before it is known that it can be kept: whether a
        // secret can be written is known only after GitHub was asked (guarantee 3).
        const refused = creates && refusedAlike(entries, order.wanted) !== undefined;
        const early = keyring.secret === undefined && creates && !refused;
        const keys = new KeyRace(workplace, validity["key-bits"]);
        if (early)
            keys.begin((0,openssl_ca/* caKeyFile */.iV)(workplace));
        return { workplace, keys, early, refused, order };
    },
    async run(inputs, tools, { workplace, keys, early, refused, order }) {
        const { connection, validity } = inputs;
        const { tenant } = connection;
        const program = inputs.program["openssl-path"];
        const keyring = (0,given_keyring/* takeKeyring */.rC)(tools, inputs.keyring, { program, tenant, connection });
        const platform = await tools.connect(connection);
        const listed = platform.caCertificates.list();
        // Where the keyring is refused, what became of the list is of no interest.
        listed.catch(() => { });
        await keyring.check();
        (0,given_keyring/* sayFirstRun */.bE)(tools.runner, inputs.keyring.text, keyring.place);
        // Not at the same time as the other one: three busy processes on two cores would slow both keys (measured).
        if (early || (!refused && !isLikelyUnchanged(order, keyring.keyring))) {
            keys.begin(openssl_ca/* VERIFICATION_KEY_FILE */.JG);
            void workplace.openssl.version();
        }
        const procedure = { tools, platform, keyring, workplace, keys };
        const shown = await listed;
        (0,tasks_procedure/* warnOfSkew */.Wx)(procedure);
        const { decision, brought, entries, slots } = await decide(procedure, order, shown);
        if (decision.step === "create" && !early)
            keyring.requireRoom(validity["key-bits"]);
        if (decision.step !== "unchanged")
            tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
        const rehearsal = decision.step === "upload" ? await rehearse(tools, procedure, decision.ca, program) : [];
        await keyring.adopt();
        if (brought !== undefined) {
            const anew = decision.step === "upload";
            await (0,tasks_procedure/* storeEntry */.IO)({ tools, clock: platform.clock, keyring }, brought, { anew });
        }
        else if (decision.step === "upload") {
            warnOfOddUpload(tools.runner, decision.ca, order.wanted.subject.commonName);
        }
        const { slot: proven, ca } = await carryOut(procedure, decision, order);
        const outcome = OUTCOMES[decision.step];
        const slotsUsed = slots.some(({ id }) => id === proven.id) ? slots.length : slots.length + 1;
        const { certificate } = ca;
        // What a reply makes of the common name is not what it is.
        const slot = { ...proven, commonName: certificate.commonName };
        warnOfAccessEnd(tools.runner, keyring, (0,ca_status/* rotationDueAt */.Wp)(slot));
        const [certificatePath, receiptPath] = await Promise.all([
            handOut(tools.runner, "The copy of the certificate for later steps", () => tools.writeResult(`${tenant}.pem`, certificate.pem)),
            handOut(tools.runner, "The receipt", () => writeReceipt(tools, procedure, { connection, outcome, slot, certificate, rehearsal })),
            (0,tasks_procedure/* noteOnPlatform */.LM)(procedure, slot, ca),
            summarizeRegistration(tools.runner, {
                outcome,
                slot,
                certificate,
                slotsUsed,
                place: keyring.place,
                refused: refusedOnes({ slots: [slot, ...slots], entries }).filter((entry) => !(0,ca_keyring/* isSameCa */.Rj)(entry, ca)),
            }),
        ]);
        return {
            "certificate-id": slot.id,
            expiration: slot.expiration,
            "certificate-name": slot.name,
            "common-name": slot.commonName,
            verified: String(slot.isVerified),
            fingerprint: certificate.fingerprint,
            "serial-number": certificate.serialNumber,
            "certificate-path": certificatePath,
            outcome,
            "receipt-path": receiptPath,
        };
    },
});
/** What these inputs ask for. */
function orderOf({ connection: { tenant }, subject, validity, naming, brought, restored: { restore }, known, keyring, }) {
    const own = (0,ca_keyring/* ownKeyring */.GM)(keyring.keyring, tenant);
    const commonName = subject["common-name"] ?? tenant;
    const name = naming["certificate-name"];
    return {
        wanted: {
            subject: subjectOf(subject, commonName),
            isName: (other) => other === commonName,
            days: validity.days,
            keyBits: validity["key-bits"],
        },
        brought: restore === undefined ? asEntry(brought.pair, own, tenant) : findRestored(own, restore),
        fromKeyring: restore !== undefined,
        word: { id: known["certificate-id"], name },
        allowUnheld: known["allow-unheld"] ?? new Set(),
        nameOf: (certificate) => name ?? (0,tasks_procedure/* defaultName */.Z2)(tenant, certificate),
    };
}
/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged({ brought }, keyring) {
    const [newest] = (0,ca_keyring/* activeEntries */.nR)(keyring);
    return brought === undefined && newest?.verifiedAt !== undefined;
}
/** A CA brought along, with what the keyring remembers of it while it is not retired. */
function asEntry(pair, keyring, tenant) {
    if (pair === undefined)
        return undefined;
    const known = (0,ca_keyring/* activeEntries */.nR)(keyring).find((entry) => (0,ca_keyring/* isSameCa */.Rj)(entry, pair));
    return { notes: [], ...known, ...pair, ...(tenant !== undefined && { tenant }) };
}

;// CONCATENATED MODULE: ./build/tasks/registration-code.js




/** Fetches the registration code of one CA certificate: the common name its verification certificate must have. */
const registrationCode = defineTask({
    name: "registration-code",
    description: "Fetch the registration code of a CA certificate: the common name of its verification certificate.",
    privateDirectory: false,
    inputs: { connection: connectionInputs, id: certificateIdInputs },
    outputs: {
        "registration-code": "The registration code. It is no secret and is not masked.",
    },
    async run({ connection, id }, tools) {
        const platform = await tools.connect(connection);
        const code = await platform.caCertificates.registrationCode(id["certificate-id"]);
        const line = `Registration code of ${id["certificate-id"]}: ${code}`;
        tools.runner.info(line);
        await tools.runner.summary(`${(0,markdown/* escapeMarkdown */.F)(line)}\n`);
        return { "registration-code": code };
    },
});

;// CONCATENATED MODULE: ./build/ca/rotation-view.js



/** @returns who lies where, whatever the policy */
function setScene(view) {
    const { slots, entries, now } = view;
    const held = (0,ca_slots/* matchSlots */.ji)(slots, entries);
    // What a reply makes of the common name is not what it is.
    const placed = entries.flatMap((ca) => slots
        .filter((slot) => held.get(slot.id) === ca)
        .map((slot) => ({ slot: { ...slot, commonName: ca.certificate.commonName }, ca })));
    const newest = placed.find(({ slot, ca }) => ca.retiredAt === undefined && (0,ca_slots/* isUsable */.Ng)(slot, now) && !(0,ca_certificate/* isNotValidYet */.cS)(ca.certificate, view, true));
    // The same certificate may lie in both slots; it is not its own predecessor.
    return { held, placed, newest, others: placed.filter(({ ca }) => ca !== newest?.ca) };
}
/** @returns whether a slot is uploaded and not verified yet, nor expired at `now` (milliseconds since 1970) */
function isPending(slot, now) {
    return !slot.isVerified && !(0,ca_slots/* isExpired */._d)(slot, now);
}
/** @returns since when a CA is verified, milliseconds since 1970, be it in the future; undefined where the keyring does not say */
function verifiedAt({ verifiedAt: text }) {
    return (0,time/* rememberedTime */.Yk)(text);
}
/** @returns when a CA came back after its retirement, milliseconds since 1970, or undefined where it never did */
function restoredAt({ restoredAt: text }) {
    return (0,time/* rememberedTime */.Yk)(text);
}

;// CONCATENATED MODULE: ./build/ca/retiring.js



/** @returns when and why a CA beside the newest one leaves its slot; empty where it does not */
function retirement({ slot, ca }, { newest }, { policy, now }) {
    if (policy.retire === "never")
        return [];
    if (ca.retiredAt !== undefined) {
        const last = (0,ca_slots/* isUsable */.Ng)(slot, now) && newest === undefined;
        return last ? [] : [{ slot, ca, at: now, reason: "interrupted" }];
    }
    // One that is not verified yet is resumed, and only a usable successor can take over.
    if (newest === undefined || isPending(slot, now))
        return [];
    if (policy.retire === "now")
        return [{ slot, ca, at: now, reason: "now" }];
    // One that was brought back after its retirement is given the overlap anew.
    const sideBySide = Math.max(verifiedAt(newest.ca) ?? now, restoredAt(ca) ?? 0);
    return [{ slot, ca, at: sideBySide + policy.overlap * ca_status/* DAY_MS */.sO, reason: "overlap" }];
}
/**
 * The overlap is counted from a time that only the keyring knows; it matters where an old CA waits for its end.
 * @returns the step that notes it where it is not known; empty where it is, or is of no matter
 */
function missingNote({ newest, others }, { policy, now }) {
    if (newest === undefined || policy.retire !== "after-overlap")
        return [];
    // What the keyring alone remembers is no reason to note it.
    if (verifiedAt(newest.ca) !== undefined || newest.slot.remembered === true)
        return [];
    const waits = others.some(({ slot, ca }) => ca.retiredAt === undefined && !isPending(slot, now));
    return waits ? [{ step: "note", ...newest }] : [];
}
/**
 * @param leaving the slots that are left in this run
 * @returns the keys of CAs that have expired, and those of retired ones that are to be dropped; never while one lies in
 * a slot
 */
function forgettable({ placed }, { slots, entries, policy, now }, leaving) {
    // One that may lie in a slot, for all that is known, keeps its key.
    const doubtful = (0,ca_slots/* findDoubts */.hg)(slots, entries);
    const slotsOf = (ca) => placed.filter((it) => it.ca === ca).map(({ slot }) => slot);
    const isUseless = (ca) => {
        const retired = ca.retiredAt !== undefined || slotsOf(ca).length > 0;
        return ca.certificate.notAfter <= now || (retired && policy.retiredKeys === "drop");
    };
    const useless = entries.filter((ca) => slotsOf(ca).every((slot) => leaving.has(slot)) && !doubtful.some((it) => it.ca === ca) && isUseless(ca));
    const steps = (cas) => cas.map((ca) => ({ step: "forget", ca }));
    return {
        gone: steps(useless.filter((ca) => slotsOf(ca).length === 0)),
        leaving: steps(useless.filter((ca) => slotsOf(ca).length > 0)),
    };
}

;// CONCATENATED MODULE: ./build/ca/staging.js






/** @returns the step that leads to a usable CA with a long life, or undefined where there is one */
function stagingStep(scene, view) {
    const { entries, policy, slots, now, gone = new Set() } = view;
    const { newest, held, placed } = scene;
    // Never two in one run: the working directory has room for the files of one CA.
    const pending = placed.find(
    // A copy of the newest one, in the other slot, has nothing to prove.
    ({ slot, ca }) => ca.retiredAt === undefined &&
        ca !== newest?.ca &&
        isPending(slot, now) &&
        !(0,ca_certificate/* isNotValidYet */.cS)(ca.certificate, view, true));
    if (pending !== undefined)
        return { step: "stage", from: "resume", ...pending };
    if (newest !== undefined && !(0,ca_status/* endsWithin */._c)(newest.slot.expiration, policy.renewBefore, now))
        return undefined;
    const onPlatform = new Set(held.values());
    const taken = ({ certificate }) => slots.some((slot) => hasName(slot, held.get(slot.id), certificate.commonNames));
    const newer = newest === undefined ? entries : entries.slice(0, entries.indexOf(newest.ca));
    const ready = newer.find((ca) => ca.retiredAt === undefined &&
        ca.refusedAt === undefined &&
        !onPlatform.has(ca) &&
        !(0,ca_certificate/* isNotValidYet */.cS)(ca.certificate, view, false) &&
        !(0,ca_status/* endsWithin */._c)(ca.certificate.expiration, policy.renewBefore, now) &&
        !gone.has(ca.certificate.fingerprint) &&
        !taken(ca));
    if (ready !== undefined)
        return { step: "stage", from: "upload", ca: ready };
    return { step: "stage", from: "create", commonName: newCommonName(view) };
}
/**
 * With equal subjects the documented agent certificates stop verifying during the overlap (measured), so a new CA's
 * common name differs from every one on the platform, and from those in the keyring, which may be uploaded again.
 */
function newCommonName({ slots, entries, policy, now }) {
    const taken = (name) => slots.some((slot) => hasName(slot, undefined, [name])) ||
        entries.some(({ certificate }) => certificate.commonNames.includes(name));
    const base = `${policy.commonNamePrefix}-${(0,time/* day */.vd)(now).replaceAll("-", "")}`;
    let name = base;
    for (let count = 2; taken(name); count += 1)
        name = `${base}-${count}`;
    return name;
}
/** @returns whether a common name is one that a rotation would give a new CA, on whatever day */
function isRotatedName(commonName, prefix) {
    return commonName.startsWith(prefix) && /^-\d{8}(?:-\d+)?$/.test(commonName.slice(prefix.length));
}
/** A slot is free, or the new CA has one already. */
const HAS_ROOM = { kind: "free" };
/**
 * Looks for a slot for a new CA.
 * @param planned the retirements, those that are due now included
 * @returns whether there is one, what has to go for it, or which slots stand in the way
 */
function makeRoom(planned, { held, newest, others }, { slots, policy, now }) {
    // A keyring that lacks a usable CA may be an old copy: writing it back would lose that CA's key.
    const unheld = slots.filter((slot) => (0,ca_slots/* isUsable */.Ng)(slot, now) && !held.has(slot.id) && !policy.allowUnheld.has(slot.id));
    if (unheld.length > 0)
        return { kind: "refused", code: "CA_NOT_HELD", slots: unheld };
    const leaving = planned.filter(({ at }) => at <= now).length;
    if (slots.length - leaving < ca_slots/* SLOT_LIMIT */.r3)
        return HAS_ROOM;
    const expired = others.findLast(({ slot }) => (0,ca_slots/* isExpired */._d)(slot, now));
    if (expired !== undefined)
        return { kind: "remove", expired };
    if (planned.length > 0)
        return { kind: "wait" };
    const inTheWay = slots.filter(({ id }) => id !== newest?.slot.id);
    return { kind: "refused", code: "CA_SLOTS_FULL", slots: inTheWay };
}
/**
 * @param planned the retirements, those that are due now included
 * @returns from when a new CA finds a slot, milliseconds since 1970; 0 where one is free, or none becomes free by itself
 */
function roomFrom(planned, { placed }, { slots, now }) {
    const leaving = planned.filter(({ at }) => at <= now).length;
    if (slots.length - leaving < ca_slots/* SLOT_LIMIT */.r3 || planned.length === 0)
        return 0;
    // An expired one goes where its slot is needed, whatever the overlap.
    return Math.min(...planned.map(({ at }) => at), ...placed.map(({ slot }) => Date.parse(slot.expiration)));
}

;// CONCATENATED MODULE: ./build/ca/rotation.js






/**
 * Decides the next steps of a rotation inside two slots, from what the slots and the keyring look like. Pure: running
 * again after a crash observes anew and so goes on where it stopped.
 */
function decideRotation(view) {
    const { policy, now } = view;
    const scene = setScene(view);
    const planned = scene.others.flatMap((placed) => retirement(placed, scene, view));
    const stage = stagingStep(scene, view);
    const unclear = cannotJudge(planned, stage, scene, view);
    if (unclear !== undefined)
        return { refused: "doubt", ...unclear };
    const room = stage === undefined || stage.from === "resume" ? HAS_ROOM : makeRoom(planned, scene, view);
    if (room.kind === "refused")
        return { refused: room.code, slots: room.slots };
    const removed = room.kind === "remove" ? room.expired : undefined;
    const retirements = planned.map((it) => it.slot === removed?.slot ? { ...it, at: now, reason: "expired" } : it);
    if (removed !== undefined && !planned.some(({ slot }) => slot === removed.slot)) {
        retirements.push({ ...removed, at: now, reason: "expired" });
    }
    const retiring = retirements.filter(({ at }) => at <= now);
    const staging = room.kind === "wait" ? undefined : stage;
    const upcoming = retirements
        .filter(({ at }) => at > now)
        .map(({ slot, at }) => ({ step: "retire", slot, at }));
    if (staging === undefined && scene.newest !== undefined) {
        const { slot } = scene.newest;
        const due = (0,ca_status/* rotationDueAt */.Wp)(slot, policy.renewBefore);
        upcoming.push({ step: "stage", slot, at: Math.max(due, roomFrom(retirements, scene, view)) });
    }
    const usable = retiring.find(({ slot }) => (0,ca_slots/* isUsable */.Ng)(slot, now));
    if (scene.newest?.slot.remembered === true && usable !== undefined)
        return { refused: "unsaid", slot: usable.slot, newest: scene.newest.slot };
    const forget = forgettable(scene, view, new Set(retiring.map(({ slot }) => slot)));
    return {
        due: [
            // First: a keyring that is nearly full would have no room for a mark or a new key.
            ...forget.gone,
            ...missingNote(scene, view),
            ...retiring.map(({ slot, ca, reason }) => ({ step: "retire", slot, ca, reason })),
            ...(staging === undefined ? [] : [staging]),
            ...forget.leaving,
        ],
        upcoming: upcoming.toSorted((a, b) => a.at - b.at),
        newest: scene.newest,
    };
}
/** @returns what must be known first: a contradiction, or before anything is sent or retired a slot that could be one of ours */
function cannotJudge(planned, stage, { newest }, view) {
    const { slots, entries, policy, now } = view;
    const held = (0,ca_slots/* inQuestion */.QW)(slots, entries, view);
    const contradicted = contradiction(slots, held, policy.allowUnheld, newest?.ca);
    if (contradicted !== undefined)
        return contradicted;
    const sends = stage !== undefined && stage.from !== "resume";
    const acts = sends || planned.some(({ at }) => at <= now);
    return acts ? dateAlone(slots, held, policy.allowUnheld, now) : undefined;
}
/**
 * Asks the decision at each time at which it may change. That a key will be of no use any more is left out: forgetting
 * it waits for the next run, whenever that is.
 * @returns from when something is due if nothing changes until then, milliseconds since 1970: `now` where it is
 * already, or where nothing will be
 */
function nextStepAt(view) {
    const { slots, entries, policy, now } = view;
    const decided = decideRotation(view);
    if (decided.refused !== undefined || decided.due.length > 0)
        return now;
    const ends = slots.map(({ expiration }) => Date.parse(expiration));
    const times = [
        ...ends,
        ...ends.map((end) => end - policy.renewBefore * ca_status/* DAY_MS */.sO),
        ...entries
            .flatMap((ca) => [verifiedAt(ca), restoredAt(ca)])
            .map((start = Number.NaN) => start + policy.overlap * ca_status/* DAY_MS */.sO),
    ].filter((time) => time >= now);
    return times.toSorted((a, b) => a - b).find((time) => needsARun({ ...view, now: time + 1 })) ?? now;
}
function needsARun(view) {
    const decided = decideRotation(view);
    return decided.refused !== undefined || decided.due.some(({ step }) => step !== "forget");
}

;// CONCATENATED MODULE: ./build/ca/rotation-plan.js

const REASONS = {
    overlap: "the overlap with its successor is over",
    now: "retire: now",
    expired: "it has expired and its slot is needed",
    interrupted: "an earlier run marked it retired and did not come to the end",
};
const PROVE = [
    "GET /caCertificates/{id}/registrationCode",
    "POST /caCertificates/{id}/verify",
    "GET /caCertificates/{id}",
];
const STAGE = ["POST /caCertificates", ...PROVE];
const RETIRE = ["GET /caCertificates", "DELETE /caCertificates/{id}"];
/**
 * @param now the platform's clock, milliseconds since 1970
 * @returns every step, due ones first in the order in which they are carried out, then the others by their time
 */
function describePlan({ due, upcoming }, now) {
    const at = (0,time/* iso */.KH)(now);
    return [
        ...due.map((step) => ({ step: step.step, due: true, at, ...describeStep(step) })),
        ...upcoming.map(describeUpcoming),
    ];
}
function describeStep(step) {
    const commonName = step.step === "stage" && step.from === "create" ? step.commonName : nameOf(step);
    const about = { commonName, ...("slot" in step ? { certificateId: step.slot.id } : {}) };
    switch (step.step) {
        case "note":
            return { ...about, does: "Note in the keyring that it is verified as of now.", calls: [] };
        case "retire": {
            const does = `Mark it retired in the keyring, then delete it on the platform: ${REASONS[step.reason]}.`;
            return { ...about, does, calls: RETIRE };
        }
        case "forget":
            return {
                ...about,
                does: "Take its key out of the keyring, where nothing needs it any more.",
                calls: [],
            };
        case "stage":
            return { ...about, ...STAGING[step.from] };
    }
}
const STAGING = {
    create: { does: "Make its key and certificate, store them, upload, verify, read back.", calls: STAGE },
    upload: { does: "Upload it from the keyring, where an earlier run left it, and verify.", calls: STAGE },
    resume: { does: "Verify it: an earlier run uploaded it and did not come to the end.", calls: PROVE },
};
function describeUpcoming({ step, at, slot }) {
    const does = step === "retire"
        ? "Retire it: the overlap with its successor is over then."
        : "Stage a successor for it: its end is near then.";
    const calls = step === "retire" ? RETIRE : STAGE;
    return { step, due: false, at: (0,time/* iso */.KH)(at), commonName: slot.commonName, certificateId: slot.id, does, calls };
}
function nameOf(step) {
    return "ca" in step ? step.ca.certificate.commonName : "";
}
/**
 * @param applied whether the run was to carry the steps out: then it is not a plan, whatever is due next
 * @param carriedOut the steps of this run; empty for a plan
 * @param next what is to do after them
 * @returns what the run came to
 */
function rotationOutcome(applied, carriedOut, next) {
    const did = (name) => carriedOut.some(({ step }) => step === name);
    if (did("stage"))
        return "staged";
    if (did("retire"))
        return "retired";
    if (next !== undefined && next.due.length > 0)
        return applied ? "waiting" : "planned";
    return next?.upcoming.some(({ step }) => step === "retire") === true ? "waiting" : "nothing-due";
}

;// CONCATENATED MODULE: ./build/tasks/rotation-foresight.js





/**
 * @param wanted a new CA as this rotation would ask for it on any day
 * @returns why a rotation that was so decided stops before its first step; undefined where it goes on
 */
function stopOf(decided, view, wanted) {
    if (decided.refused !== undefined)
        return rotationRefusal(decided, view);
    const creates = decided.due.some((step) => step.step === "stage" && step.from === "create");
    return creates ? refusedBefore(view.entries, wanted) : undefined;
}
/**
 * What a rotation will run into if nobody does anything: told years ahead, while it can still be helped.
 * @param view after the run
 * @param wanted as {@link stopOf} takes it
 * @returns one sentence each; the slots' texts are hostile
 */
function foresee(view, wanted) {
    const decided = decideRotation(view);
    if (decided.refused !== undefined)
        return stopAhead(view, wanted, []);
    const { newest } = decided;
    return [
        ...endsBeforeOverlap(decided),
        ...(newest === undefined
            ? []
            : [...longerOneGoes(newest, decided), ...noSlotInTime(newest, decided, view)]),
        ...stopAhead(view, wanted, decided.upcoming),
    ];
}
function endsBeforeOverlap({ upcoming }) {
    return upcoming
        .filter(({ step, slot, at }) => step === "retire" && Date.parse(slot.expiration) < at)
        .map(({ slot }) => `${named(slot)} expires on ${slot.expiration}, before the overlap is over: its agents need new certificates by then.`);
}
const CHOSEN = new Set(["overlap", "now"]);
/** The keyring's order says which one is the newest. One that was filled by hand may have it the wrong way round. */
function longerOneGoes({ slot: newest }, { due, upcoming }) {
    const going = [
        ...due.flatMap((step) => (step.step === "retire" && CHOSEN.has(step.reason) ? [step.slot] : [])),
        ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot] : [])),
    ];
    return going
        .filter(({ expiration }) => Date.parse(expiration) > Date.parse(newest.expiration))
        .map((slot) => `${named(slot)} ends on ${slot.expiration}, later than ${named(newest)} (${newest.expiration}), and is the one to be retired: the newest CA is the first one of the keyring. If it should stay, set retire: never, or put it first in the keyring.`);
}
function noSlotInTime({ slot }, { upcoming }, { policy }) {
    const due = (0,ca_status/* rotationDueAt */.Wp)(slot, policy.renewBefore);
    return upcoming
        .filter(({ step, at }) => step === "stage" && at > due)
        .map(({ at }) => `${named(slot)} ends on ${slot.expiration}. Its successor is due on ${(0,time/* day */.vd)(due)} and finds no free slot before ${(0,time/* day */.vd)(at)}: both are taken. Give the other CA's agents certificates of this one; then retire: now frees a slot.`);
}
/** The first step that is sure to be refused, unless the slots, the keyring or the inputs change until then. */
function stopAhead(view, wanted, upcoming) {
    const stages = upcoming.filter(({ step }) => step === "stage");
    for (const at of [nextStepAt(view), ...stages.map(({ at }) => at)]) {
        const then = { ...view, now: at + 1 };
        const stop = stopOf(decideRotation(then), then, wanted);
        if (stop === undefined)
            continue;
        const { code, message, next } = stop;
        return [
            `On ${(0,time/* day */.vd)(then.now)} the rotation will stop (${code}). ${message.replace(/\.$/, "")}. Next: ${next}`,
        ];
    }
    return [];
}
function named({ id, commonName }) {
    return `${commonName} (${id})`;
}

;// CONCATENATED MODULE: ./build/tasks/rotation-steps.js






/**
 * Carries one step out.
 * @param slots as they are before it
 * @returns the slots as they are afterwards
 * @throws ActionError
 */
async function rotation_steps_carryOut(work, step, slots) {
    const { keyring, platform, tools } = work;
    switch (step.step) {
        case "note": {
            await keyring.update((current) => (0,ca_keyring/* changeEntry */.df)(current, step.ca, (entry) => ({
                ...(0,ca_keyring/* noteVerified */.Pf)(entry, step.slot, platform.clock.agreement()),
                tenant: keyring.tenant,
            })));
            return slots;
        }
        case "retire": {
            const { id } = step.slot;
            await retire(work, {
                id,
                ca: step.ca,
                guard: (seen) => requireSuccessor(work, id, seen),
                clock: platform.clock,
            });
            tools.runner.info(`Deleted ${id} (${step.ca.certificate.commonName}).`);
            return slots.filter((slot) => slot.id !== id);
        }
        case "forget":
            await forget(work, [step.ca]);
            return slots;
        case "stage": {
            const staged = await stage(work, step);
            return [...slots.filter(({ id }) => id !== staged.id), staged];
        }
    }
}
/**
 * Takes keys that are of no use any more out of the keyring, all by one write: a secret that is nearly full may have no
 * room for what a first write adds to the entries that stay.
 * @throws ActionError
 */
async function forget({ keyring, platform, tools }, cas) {
    const drop = (current) => {
        platform.clock.require("end");
        return cas.reduce(ca_keyring/* dropEntry */.sT, current);
    };
    await keyring.update(drop, { forget: (entry) => cas.some((ca) => (0,ca_keyring/* isSameCa */.Rj)(entry, ca)) });
    for (const { certificate } of cas)
        tools.runner.info(`The key of ${certificate.commonName} is forgotten.`);
}
/** The documented procedure from where an earlier run left it, beside the CA that is there. */
async function stage(work, step) {
    const { keyring, workplace, keys, bits, days } = work;
    if (step.from === "create")
        keyring.requireRoom(bits);
    // The two do not depend on each other, nor on the network.
    if (step.from === "create")
        keys.begin((0,openssl_ca/* caKeyFile */.iV)(workplace));
    keys.begin(openssl_ca/* VERIFICATION_KEY_FILE */.JG);
    const entry = step.from === "create"
        ? await (0,tasks_procedure/* createAndStore */.Hs)(work, { subject: work.subjectOf(step.commonName), days })
        : step.ca;
    const uploaded = step.from === "resume" ? step.slot : await uploadOwn(work, entry, work.nameOf(entry.certificate));
    const slot = await (0,tasks_procedure/* prove */.zn)(work, uploaded, entry);
    await (0,tasks_procedure/* noteOnPlatform */.LM)(work, slot, entry);
    return slot;
}
const NO_SUCCESSOR = "Its successor is not usable any more. See both slots with tasks/status, then run again: it decides anew, and stages a successor where one is due.";
/** A CA goes only while another one of ours is usable; an expired one is not missed (guarantee 6). */
function requireSuccessor({ keyring, platform }, id, seen) {
    const { entries } = keyring.keyring;
    const slots = (0,ca_slots/* recallVerified */.io)(seen, entries);
    const held = (0,ca_slots/* matchSlots */.ji)(slots, entries);
    const isOurs = (ca) => ca !== undefined && ca.retiredAt === undefined;
    const counted = slots.filter((slot) => slot.id === id || isOurs(held.get(slot.id)));
    refuseLastUsable(counted, id, platform.clock.now(), NO_SUCCESSOR);
}

;// CONCATENATED MODULE: ./build/tasks/rotation.js









/**
 * One run of a rotation: observe (list the slots, read the keyring), decide, act.
 * @param apply false: only decide
 * @param word what the user says of certificates on the platform
 * @throws ActionError `CA_NOT_HELD`, `CA_SLOTS_FULL`, `UPLOAD_REFUSED` where the next CA would be asked for as one that
 * was refused, and those of the steps
 */
async function rotateOnce(work, policy, apply, word = {}) {
    const { tools, platform, keyring } = work;
    const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
    (0,tasks_procedure/* warnOfSkew */.Wx)(work);
    const entries = () => (0,ca_slots/* confirm */.lJ)(listed, keyring.keyring.entries, word);
    let slots = (0,ca_slots/* recallVerified */.io)(listed, entries());
    warnOfSilence(tools.runner, slots);
    const gone = new Set();
    const observe = () => ({
        slots,
        entries: entries(),
        policy,
        gone,
        ...platform.clock.agreement(),
    });
    const view = observe();
    const wanted = wantedBy(work, policy);
    // By clocks that differ nobody can tell what is due: a plan goes on with the warning, no more.
    if (apply)
        platform.clock.require("make");
    const decided = await decideKnowingGone(work, gone, slots, () => {
        const rotation = decideRotation(view);
        const stop = stopOf(rotation, view, wanted);
        if (rotation.refused !== undefined || stop !== undefined)
            throw stop;
        return { decided: rotation, sends: rotation.due.find(isUpload)?.ca };
    });
    const plan = describePlan(decided, view.now);
    tools.runner.info(`Slots in use: ${slots.length} of ${ca_slots/* SLOT_LIMIT */.r3}.`);
    tools.runner.group("Plan", plan.map(({ step, at, due, commonName, does }) => `${due ? "now" : at} ${step} ${commonName}: ${does}`));
    const toDo = apply ? decided.due : [];
    // Before the first step: nothing is retired, written or sent for a successor that could issue nothing.
    const sent = toDo.find(isUpload);
    if (sent !== undefined)
        await work.rehearse(sent.ca);
    if (apply)
        await keyring.adopt();
    // What the user says of a slot is remembered, so that it need not be said again.
    const { newest } = decided;
    if (apply && newest !== undefined && !keyring.keyring.entries.includes(newest.ca))
        await (0,tasks_procedure/* noteOnPlatform */.LM)(work, newest.slot, newest.ca);
    const steps = view.standing === "agreed" ? toDo : toDo.filter((step) => needsNoSecondClock(step, slots));
    const rest = steps.slice(await forgetFirst(work, steps));
    for (const step of rest)
        slots = await rotation_steps_carryOut(work, step, slots);
    // What was left out says why, once the rest is done; a time that could not be noted harms nobody.
    if (toDo.some((step) => step.step !== "note" && !steps.includes(step)))
        platform.clock.require("end");
    const after = steps.length === 0 ? view : observe();
    const again = decideRotation(after);
    const next = again.refused === undefined ? again : undefined;
    return {
        applied: apply,
        outcome: rotationOutcome(apply, steps, next),
        plan,
        newest: next?.newest,
        upcoming: next?.upcoming ?? [],
        slots,
        retiredId: steps.findLast(isRetirement)?.slot.id,
        nextStepAt: nextStepAt(after),
        foreseen: [...foresee(after, wanted), ...refusedOnes(after).map(tellRefused)],
        now: view.now,
    };
}
/** Where one clock alone is known, a CA may be made and proven; none goes for it, and no time is noted. */
function needsNoSecondClock(step, slots) {
    return step.step === "stage" && (step.from === "resume" || slots.length < ca_slots/* SLOT_LIMIT */.r3);
}
/** @returns how many steps that was: the keys at the beginning of the plan that are to be forgotten */
async function forgetFirst(work, steps) {
    const end = steps.findIndex(({ step }) => step !== "forget");
    const cas = steps.slice(0, end < 0 ? steps.length : end).flatMap((step) => ("ca" in step ? [step.ca] : []));
    if (cas.length > 0)
        await forget(work, cas);
    return cas.length;
}
/** A new CA as this rotation would ask for it on any day. */
function wantedBy({ subjectOf, days, bits }, { commonNamePrefix }) {
    const isName = (commonName) => isRotatedName(commonName, commonNamePrefix);
    return { subject: subjectOf(commonNamePrefix), isName, days, keyBits: bits };
}
function isUpload(step) {
    return step.step === "stage" && step.from === "upload";
}
function isRetirement(step) {
    return step.step === "retire";
}

;// CONCATENATED MODULE: ./build/tasks/timeline.js



/** How Mermaid colours a span. */
const TAGS = { old: "done", new: "active", planned: "", overlap: "crit" };
/** @returns the timeline as a Mermaid Gantt chart, followed by the same in words for where that does not render */
function drawTimeline({ title, spans, next }) {
    const bars = spans.map((span) => {
        const { kind, start, end } = span;
        const fields = [TAGS[kind], (0,time/* day */.vd)(start), (0,time/* day */.vd)(Math.max(end, start + ca_status/* DAY_MS */.sO))];
        return `  ${label(timeline_nameOf(span))} :${fields.filter((field) => field !== "").join(", ")}`;
    });
    const chart = [
        "```mermaid",
        "gantt",
        `  title ${label(title)}`,
        "  dateFormat YYYY-MM-DD",
        "  axisFormat %Y-%m",
        ...bars,
        `  ${label(next.what)} :milestone, ${(0,time/* day */.vd)(next.at)}, 0d`,
        "```",
    ];
    const words = spans.map((span) => `- ${(0,markdown/* escapeMarkdown */.F)(timeline_nameOf(span))}: ${(0,time/* day */.vd)(span.start)} to ${(0,time/* day */.vd)(span.end)}`);
    words.push(`- ${(0,markdown/* escapeMarkdown */.F)(next.what)}: ${(0,time/* day */.vd)(next.at)}`);
    return `${chart.join("\n")}\n\n${words.join("\n")}`;
}
/** A line that began with a common name could begin with a keyword of Mermaid's: `section`, `click`, a date … */
function timeline_nameOf({ what, kind }) {
    return kind === "overlap" ? what : `CA ${what}`;
}
/** Common names come from outside: a colon would end a Gantt label, and a line break or a fence the chart. */
function label(text) {
    return text.replaceAll(/[^\p{L}\p{N} ._()-]/gu, "_").slice(0, 80);
}

;// CONCATENATED MODULE: ./build/tasks/rotation-summary.js





const rotation_summary_HEADLINES = {
    "nothing-due": "CA rotation: nothing is due",
    planned: "CA rotation: planned, nothing was changed",
    staged: "CA rotation: the new CA is verified",
    waiting: "CA rotation: the overlap is running",
    retired: "CA rotation: the old CA is retired",
};
const TODO = {
    "nothing-due": ["Nothing. Keep the schedule running: it finds the day by itself."],
    planned: ["Run again with `apply: true` to carry out what is due now."],
    staged: [
        "Issue agent certificates with the new CA from now on; agents of the old one stay connected during the overlap.",
        "Keep the schedule running: it retires the old CA when the overlap is over.",
    ],
    waiting: ["Give every agent of the old CA a new certificate before the old CA is retired."],
    retired: [
        "Look whether every agent is connected. A CA that was retired too early can be uploaded again while its key is kept: see the rotation guide.",
    ],
};
/** Shows a rotation: a notice, and on the job's page the plan as a table, as a timeline, and what to do next. */
async function summarizeRotation(runner, shown) {
    const { applied, outcome, plan, newest, nextStepAt } = shown;
    const next = `Next step: ${(0,time/* iso */.KH)(nextStepAt)}.`;
    const current = newest === undefined
        ? "No CA certificate of ours is usable yet."
        : `Newest usable: ${newest.slot.id} (${newest.slot.commonName}), expires ${newest.slot.expiration}.`;
    runner.notice(`${rotation_summary_HEADLINES[outcome]}. ${current} ${next}`);
    for (const warning of shown.foreseen)
        runner.warning(warning);
    const rows = plan.map(({ due, at, step, commonName, certificateId = "", does }) => [
        due ? (applied ? "done" : "due now") : at.slice(0, 10),
        step,
        commonName,
        certificateId,
        does,
    ]);
    const parts = [
        `### ${rotation_summary_HEADLINES[outcome]}`,
        `${(0,markdown/* escapeMarkdown */.F)(current)} ${next}`,
        (0,markdown/* markdownTable */.Q)(["When", "Step", "Common name", "Id", "What it does"], rows),
        drawTimeline(timelineOf(shown)),
        `**Next**\n\n${TODO[outcome].map((line) => `- ${line}`).join("\n")}\n`,
    ];
    await runner.summary(parts.join("\n\n"));
}
function timelineOf({ tenant, slots, newest, plan, entries, policy, days, now, ...run }) {
    const held = (0,ca_slots/* matchSlots */.ji)(slots, entries);
    const spans = slots.map(({ id, commonName, expiration }) => {
        const end = Date.parse(expiration);
        const from = held.get(id)?.certificate.x509.validFrom;
        // When one that is not held began is not known.
        const start = from === undefined ? Math.min(now, end) : Date.parse(from);
        return { what: commonName, kind: id === newest?.slot.id ? "new" : "old", start, end };
    });
    const coming = run.outcome === "planned" ? plan.find(({ due, step }) => due && step === "stage") : undefined;
    if (coming !== undefined && coming.certificateId === undefined) {
        spans.push({ what: coming.commonName, kind: "planned", start: now, end: now + days * ca_status/* DAY_MS */.sO });
    }
    const overlapEnd = run.upcoming.find(({ step }) => step === "retire")?.at ??
        (coming === undefined || newest === undefined ? undefined : now + policy.overlap * ca_status/* DAY_MS */.sO);
    if (overlapEnd !== undefined && policy.retire === "after-overlap") {
        spans.push({
            what: "Overlap",
            kind: "overlap",
            start: overlapEnd - policy.overlap * ca_status/* DAY_MS */.sO,
            end: overlapEnd,
        });
    }
    const [step] = run.outcome === "planned" ? plan.filter(({ due }) => due) : run.upcoming;
    return {
        title: `CA certificates of ${tenant}`,
        spans,
        next: { what: `Next step (${step?.step ?? "none"})`, at: run.nextStepAt },
    };
}

;// CONCATENATED MODULE: ./build/github/schedule.js


/** GitHub stops schedules silently after 60 days without activity in a public repository; half of it is a warning. */
const QUIET_DAYS = 30;
/**
 * Looks whether GitHub is about to stop the schedule that started this run.
 * @param environment the runner's: GITHUB_EVENT_NAME and the payload at GITHUB_EVENT_PATH
 * @param now this machine's clock, milliseconds since 1970
 * @returns a sentence, or undefined where there is nothing to warn of, or the payload does not say
 */
function scheduleWarning(environment, now) {
    if (environment["GITHUB_EVENT_NAME"] !== "schedule")
        return undefined;
    const { private: hidden, pushed_at: pushed } = eventRepository(environment["GITHUB_EVENT_PATH"] ?? "");
    const quiet = Math.floor((now - Date.parse(String(pushed))) / ca_status/* DAY_MS */.sO);
    if (hidden !== false || !(quiet >= QUIET_DAYS))
        return undefined;
    return `The last push to this public repository was ${quiet} days ago. GitHub stops its schedules after 60 days without activity, without a word: push something, or start this workflow from elsewhere.`;
}
function eventRepository(path) {
    try {
        // Reading a pipe would wait for whoever writes into it.
        if (!(0,external_node_fs_.statSync)(path).isFile())
            return {};
        const event = JSON.parse((0,external_node_fs_.readFileSync)(path, "utf8"));
        return event?.repository ?? {};
    }
    catch {
        // No payload, no warning: it is not what the run is about.
        return {};
    }
}

;// CONCATENATED MODULE: ./build/tasks/schedule-end.js

/** Warns where GitHub is about to stop the schedule that started this run. */
function warnOfSchedule(runner) {
    const warning = scheduleWarning(process.env, Date.now());
    if (warning !== undefined)
        runner.warning(warning);
}

;// CONCATENATED MODULE: ./build/tasks/rotate.js
















/** Rotates the CA inside the two slots: plans, or carries out, what is due today. */
const rotate = defineTask({
    name: "rotate",
    description: "Plan or carry out the next steps of a CA rotation inside the two slots of an Insights Hub environment.",
    privateDirectory: true,
    inputs: {
        connection: connectionInputs,
        subject: rotatedSubjectInputs,
        validity: caInputs,
        naming: certificateNameInputs,
        rotation: rotationInputs,
        known: knownIdsInputs,
        keyring: inputs_keyring/* keyringInputs */.Ft,
        program: opensslInputs,
    },
    outputs: {
        outcome: "nothing-due, planned, staged, waiting or retired.",
        plan: "JSON array of the steps, as decided before anything was done: step, due, at, commonName, certificateId, does, calls.",
        "certificate-id": "Id of the newest usable CA certificate of ours; empty where there is none yet.",
        expiration: "When that one expires, as the platform writes it.",
        "retired-certificate-id": "Id of the CA certificate that this run deleted; empty where it deleted none.",
        "next-step-at": "When the next step is due (2031-05-30T09:22:55.000Z); not in the future where one is due now. Forgetting a key is no step that it waits for.",
    },
    check({ connection, subject, validity, rotation, keyring }, report) {
        (0,inputs_keyring/* requireTenant */.y_)(keyring, connection?.tenant, undefined, report);
        const tenant = connection?.tenant ?? "";
        if (subject?.["common-name-prefix"] === undefined && tenant.length > LONGEST_PREFIX) {
            const limit = `${LONGEST_PREFIX} characters`;
            report("common-name-prefix", `is missing: the tenant is longer than the ${limit} that leave room for a date`);
        }
        // A plan writes nothing, so it may look at a keyring wherever that lies.
        if (rotation?.apply !== true)
            return;
        (0,inputs_keyring/* requireLastingFile */._t)(keyring, connection && (0,loopback/* isLoopback */.U)(connection.gateway), report);
        if (keyring !== undefined && !(0,inputs_keyring/* hasTarget */.oU)(keyring)) {
            report("keyring-file", "is missing, and so is keyring-secret: apply writes the keyring", "KEYRING_TARGET_MISSING");
        }
        requireOrder(validity?.days, rotation["renew-before"], rotation.overlap, report);
    },
    async run(inputs, tools) {
        const { connection, subject, validity, naming, rotation, known, program } = inputs;
        const { tenant } = connection;
        const keyring = (0,given_keyring/* takeKeyring */.rC)(tools, inputs.keyring, {
            program: program["openssl-path"],
            tenant,
            connection,
        });
        const policy = {
            renewBefore: rotation["renew-before"],
            overlap: rotation.overlap,
            retire: rotation.retire,
            retiredKeys: rotation["retired-keys"],
            allowUnheld: known["allow-unheld"] ?? new Set(),
            commonNamePrefix: subject["common-name-prefix"] ?? tenant,
        };
        (0,given_keyring/* sayFirstRun */.bE)(tools.runner, inputs.keyring.text, keyring.place);
        const workplace = tools.workplace(program["openssl-path"], tenant);
        const procedure = {
            tools,
            platform: await tools.connect(connection),
            keyring,
            workplace,
            keys: new KeyRace(workplace, validity["key-bits"]),
        };
        const work = {
            ...procedure,
            bits: validity["key-bits"],
            days: validity.days,
            subjectOf: (commonName) => subjectOf(subject, commonName),
            nameOf: (certificate) => naming["certificate-name"] ?? (0,tasks_procedure/* defaultName */.Z2)(tenant, certificate),
            rehearse: (ca) => rehearse(tools, procedure, ca, program["openssl-path"]),
        };
        const rotated = await rotateOnce(work, policy, rotation.apply, {
            id: known["certificate-id"],
            name: naming["certificate-name"],
        });
        const { outcome, plan, newest, retiredId, nextStepAt } = rotated;
        const { entries } = keyring.keyring;
        warnOfAccessEnd(tools.runner, keyring, nextStepAt);
        warnOfSchedule(tools.runner);
        await summarizeRotation(tools.runner, { ...rotated, tenant, policy, days: validity.days, entries });
        return {
            outcome,
            plan: JSON.stringify(plan),
            "certificate-id": newest?.slot.id ?? "",
            expiration: newest?.slot.expiration ?? "",
            "retired-certificate-id": retiredId ?? "",
            "next-step-at": (0,time/* iso */.KH)(nextStepAt),
        };
    },
});
/** Otherwise every CA would be due at its birth, or the old one would end before its agents. */
function requireOrder(days, renewBefore, overlap, report) {
    if (days !== undefined && days <= renewBefore)
        report("days", `must be more than renew-before (${renewBefore}): a new CA would be due for rotation at once`);
    if (renewBefore <= overlap)
        report("renew-before", `must be more than overlap (${overlap}): the old CA would end before its agents do`);
}

;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
// EXTERNAL MODULE: ./build/openssl/environment.js
var environment = __nccwpck_require__(7612);
// EXTERNAL MODULE: ./build/sandbox/options.js
var options = __nccwpck_require__(9386);
;// CONCATENATED MODULE: ./build/tasks/sandbox.js








/** The name under which the post step finds the sandbox's process. */
const SANDBOX_STATE = "sandbox-process";
/** It says where it is in a tenth of a second. */
const PATIENCE_MS = 30_000;
/** Starts the sandbox for the rest of the job: a rehearsal of a workflow without a tenant. */
const sandbox = defineTask({
    name: "sandbox",
    description: "Start a sandbox of the MindConnect MQTT API inside the job, to rehearse a workflow without a tenant.",
    privateDirectory: false,
    inputs: {
        options: (0,github_inputs/* plainGroup */.k4)({
            limits: (0,github_inputs/* field */.ZZ)({
                description: "Rate limits: documented, smallest (those of the smallest plan) or off.",
                default: "documented",
                parse: options/* parseLimits */.kd,
            }),
            latency: (0,github_inputs/* field */.ZZ)({
                description: "Milliseconds before each reply.",
                default: "0",
                parse: options/* parseLatency */.Cb,
            }),
            faults: (0,github_inputs/* field */.ZZ)({
                description: 'Faults as a JSON array, such as [{"call":"upload","kind":"reset"}].',
                parse: (text) => JSON.stringify((0,options/* parseFaults */.bZ)(text)),
            }),
        }),
    },
    outputs: {
        "gateway-url": "For the input gateway-url of the other tasks.",
        "token-url": "For the input token-url of the other tasks.",
        token: "A ready bearer token of the sandbox.",
        "client-id": "Client id the sandbox accepts.",
        "client-secret": "Client secret the sandbox accepts.",
    },
    async run({ options: { limits, latency, faults } }, { runner }) {
        const argv = [
            "--limits",
            limits,
            "--latency",
            String(latency),
            ...(faults === undefined ? [] : ["--faults", faults]),
        ];
        const { pid, url, tokenUrl, token, clientId, clientSecret } = await start(argv);
        try {
            await runner.saveState(SANDBOX_STATE, String(pid));
        }
        catch (error) {
            // Nobody would stop it at the job's end.
            process.kill(pid, "SIGKILL");
            throw error;
        }
        runner.mask(token);
        runner.mask(clientSecret);
        runner.notice(`The sandbox listens on ${url}; it is stopped when the job ends.`);
        return {
            "gateway-url": url,
            "token-url": tokenUrl,
            token,
            "client-id": clientId,
            "client-secret": clientSecret,
        };
    },
});
/** Starts the process and waits for its first line, which says where it is. */
async function start(argv) {
    // Beside the main.js that the runner started.
    const script = (0,external_node_path_.join)((0,external_node_path_.dirname)(process.argv[1] ?? ""), "serve.js");
    // It outlives this step: a process of its own, that holds none of the step's pipes.
    const child = (0,external_node_child_process_namespaceObject.spawn)(process.execPath, [script, ...argv, "--quiet"], {
        detached: true,
        // It has no business with inputs and the runner's credentials.
        env: (0,environment/* childEnvironment */.Q)({}),
        stdio: ["ignore", "pipe", "ignore"],
        windowsHide: true,
    });
    const line = await firstLine(child);
    child.removeAllListeners("exit");
    child.stdout.destroy();
    child.unref();
    return { ...JSON.parse(line), pid: child.pid };
}
/** @throws ActionError `SANDBOX_FAILED` where the process ends before it, or says nothing for too long */
async function firstLine(child) {
    let patience;
    try {
        return await new Promise((resolve, reject) => {
            patience = setTimeout(() => {
                child.kill("SIGKILL");
                reject(failed(`its process said nothing for ${PATIENCE_MS / 1000} s`));
            }, PATIENCE_MS);
            child.once("error", (error) => reject(failed(error.message)));
            child.once("exit", (code) => reject(failed(`its process ended with exit code ${code}`)));
            let text = "";
            child.stdout.setEncoding("utf8").on("data", (chunk) => {
                text += chunk;
                if (text.includes("\n"))
                    resolve(text);
            });
        });
    }
    finally {
        clearTimeout(patience);
    }
}
function failed(reason) {
    return new errors/* ActionError */.lZ("SANDBOX_FAILED", `The sandbox did not start: ${(0,printable/* printable */.g$)(reason, 200)}.`);
}

;// CONCATENATED MODULE: ./build/ca/advice.js

/**
 * What needs somebody's attention, slot by slot.
 * @param keyringGiven without a keyring nothing can be said of whose a CA is
 * @param now the platform's clock, milliseconds since 1970
 * @returns one sentence each; the slots' texts are hostile
 */
function advise(joined, keyringGiven, now) {
    const usable = joined.filter(({ slot }) => (0,ca_slots/* isUsable */.Ng)(slot, now));
    const names = usable.map(({ slot }) => slot.commonName).filter((name) => name !== "");
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return [
        ...joined.flatMap((it) => adviseSlot(it, keyringGiven, now)),
        ...(twice === undefined
            ? []
            : [
                `Two usable CA certificates have the common name "${twice}": agents of one of them will be refused.`,
            ]),
    ];
}
function adviseSlot({ slot, ca }, keyringGiven, now) {
    const named = `${slot.id} ("${slot.name}")`;
    const ours = ca !== undefined && ca.retiredAt === undefined;
    if ((0,ca_slots/* isExpired */._d)(slot, now)) {
        return [
            `${named} has expired and takes a slot; rotate removes one of yours when it needs the slot, tasks/delete any.`,
        ];
    }
    if (ca?.retiredAt !== undefined) {
        return [
            `${named} is marked retired in the keyring and still there: rotate with apply (not with retire: never), or delete, ends it.`,
        ];
    }
    if (!slot.isVerified) {
        const next = ours ? "register or rotate verifies it" : "delete it if nobody is about to verify it";
        return [`${named} takes a slot and is not verified: ${next}.`];
    }
    if (keyringGiven && !ours) {
        return [
            `${named} is usable, but its key is not in the keyring: it can be neither rotated nor used to issue agent certificates here.`,
        ];
    }
    return [];
}

// EXTERNAL MODULE: ./build/tasks/inputs/keyring-text.js + 1 modules
var keyring_text = __nccwpck_require__(2081);
;// CONCATENATED MODULE: ./build/tasks/status.js





















/** Looks at both slots and changes nothing. */
const status_status = defineTask({
    name: "status",
    description: "Show both CA certificate slots of an Insights Hub environment: verified or not, held or not, days left, rotation due.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        keyring: inputs_keyring/* watchedKeyringInputs */.Zd,
        limits: (0,github_inputs/* plainGroup */.k4)({
            "renew-before": renewBeforeField,
            "fail-below": (0,github_inputs/* field */.ZZ)({
                description: "Fail the step where the newest usable CA has fewer days left than this, or there is none.",
                parse: (0,texts/* wholeNumber */.rD)(1, MOST_DAYS),
            }),
        }),
    },
    outputs: {
        certificates: "JSON array of the slots: id, name, commonName, expiration, isVerified, daysLeft, held, lifeUsed (percent; null where not held).",
        "slots-free": "Number of free slots.",
        "certificate-id": "Id of the newest usable CA certificate; empty where there is none.",
        expiration: "When that one expires, as the platform writes it.",
        "days-left": "Whole days until then; empty where there is none.",
        "rotation-due": "true where the newest usable CA has fewer days left than renew-before, or none is usable.",
    },
    check({ connection, keyring }, report) {
        (0,inputs_keyring/* requireTenant */.y_)(keyring, connection?.tenant, undefined, report);
    },
    async run({ connection, keyring: input, limits }, tools) {
        const platform = await tools.connect(connection);
        const entries = input.certificates.filter((entry) => (0,ca_keyring/* isOfTenant */.q)(entry, connection.tenant));
        const keyring = (0,given_keyring/* takeKeyring */.rC)(tools, input, { program: "openssl", tenant: connection.tenant, connection });
        const emptied = (0,keyring_text/* emptiedProblem */.iN)(input.file, input.text);
        if (emptied !== undefined)
            tools.runner.warning(`keyring-file ${emptied}.`);
        void keyring.check();
        const slots = (0,ca_slots/* recallVerified */.io)(await platform.caCertificates.list(), entries);
        (0,tasks_procedure/* warnOfSkew */.Wx)({ tools, platform });
        const at = platform.clock.agreement();
        const { now } = at;
        const joined = (0,ca_status/* joinKeyring */.kw)(slots, entries, now);
        const newest = (0,ca_status/* newestUsable */.v4)(joined, entries, at);
        const rotationDue = newest === undefined || (0,ca_status/* endsWithin */._c)(newest.expiration, limits["renew-before"], now);
        const slotsFree = Math.max(0, ca_slots/* SLOT_LIMIT */.r3 - slots.length);
        const certificates = joined.map(({ slot }) => slot);
        const unclear = unclearSlots(slots, entries, at);
        const unclearIds = new Set(unclear.map(({ slot }) => slot.id));
        (0,given_keyring/* sayFirstRun */.bE)(tools.runner, input.text, keyring.place);
        warnOfSilence(tools.runner, slots);
        const refused = refusedOnes({ slots, entries });
        await summarizeStatus(tools.runner, {
            certificates,
            unclearIds,
            slotsFree,
            newest,
            rotationDue,
            refused,
        });
        await keyring.check().catch(warnOfKeyring(tools.runner));
        if (newest !== undefined)
            warnOfAccessEnd(tools.runner, keyring, (0,ca_status/* rotationDueAt */.Wp)(newest, limits["renew-before"]));
        // Where a keyring belongs and nothing is in it, it is gone: then its warnings are needed most.
        const keyringGiven = entries.length > 0 || (0,inputs_keyring/* hasTarget */.oU)(input);
        for (const it of unclear)
            tools.runner.warning(doubtRemark(it, now));
        const clear = joined.filter(({ slot }) => !unclearIds.has(slot.id));
        for (const advice of advise(clear, keyringGiven, now))
            tools.runner.warning(advice);
        warnOfSchedule(tools.runner);
        return {
            certificates: JSON.stringify(certificates),
            "slots-free": String(slotsFree),
            "certificate-id": newest?.id ?? "",
            expiration: newest?.expiration ?? "",
            "days-left": newest === undefined ? "" : String(newest.daysLeft),
            "rotation-due": String(rotationDue),
        };
    },
    verdict({ limits }, outputs) {
        const least = limits["fail-below"];
        const { "certificate-id": id, "days-left": left, expiration } = outputs;
        if (least === undefined || (id !== "" && Number(left) >= least))
            return;
        const what = id === ""
            ? "No usable CA certificate is on the platform"
            : `The newest usable CA certificate ${id} has ${left} days left (${expiration})`;
        throw new errors/* ActionError */.lZ("CA_EXPIRES_SOON", `${what}; fail-below is ${least}.`);
    },
});
/** The look at the slots is what this is about: a secret that could not be written is told of beside it. */
function warnOfKeyring(runner) {
    return (error) => {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        runner.warning(`The next run that writes the keyring would fail (${error.code}): ${error.message} ${error.next}`);
    };
}

;// CONCATENATED MODULE: ./build/tasks/upload.js








/** Uploads a CA certificate; it takes a slot and is not verified yet. One that is there already is not sent again. */
const upload = defineTask({
    name: "upload",
    description: "Upload a CA certificate to an Insights Hub environment. It takes a slot and is not verified yet.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        certificate: certificateToUploadInputs,
        naming: certificateNameInputs,
    },
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform.",
        "certificate-name": "Its name on the platform.",
        expiration: "When it expires, as the platform writes it (2031-05-30T09:22:55.000Z).",
        "common-name": "Its common name.",
        verified: "false for a new one: the proof of possession is still to come.",
    },
    async run({ connection, certificate, naming }, tools) {
        const platform = await tools.connect(connection);
        const slots = (0,ca_slots/* recallVerified */.io)(await platform.caCertificates.list(), []);
        (0,tasks_procedure/* warnOfSkew */.Wx)({ tools, platform });
        const given = naming["certificate-name"];
        const [brought = { certificate }] = (0,ca_slots/* confirm */.lJ)(slots, [{ certificate }], { name: given });
        const decision = decideUpload(brought, slots, platform.clock);
        const name = given ?? (0,tasks_procedure/* defaultName */.Z2)(connection.tenant, certificate);
        const there = "slot" in decision ? decision.slot : undefined;
        const shown = there ?? (await (0,tasks_procedure/* upload */.Se)({ tools, platform }, certificate, name));
        (0,tasks_procedure/* warnOfRendering */.WY)(tools.runner, shown, certificate.commonNames);
        const slot = { ...shown, commonName: certificate.commonName };
        const what = there === undefined ? "uploaded" : "was there already";
        tools.runner.notice(`CA certificate ${what}: ${slot.id}, expires ${slot.expiration}.`);
        await summarizeStep(tools.runner, `CA certificate ${what}`, [
            ...slotRows(slot),
            ["SHA-256 fingerprint", certificate.fingerprint],
            [
                "Verified",
                slot.isVerified ? "yes" : "not yet: registration-code, verification-certificate and verify follow",
            ],
        ]);
        return {
            "certificate-id": slot.id,
            "certificate-name": slot.name,
            expiration: slot.expiration,
            "common-name": slot.commonName,
            verified: String(slot.isVerified),
        };
    },
});
/** @throws ActionError where it can be neither uploaded nor known to be there */
function decideUpload(brought, slots, clock) {
    const { commonName } = brought.certificate;
    const at = clock.agreement();
    const { now } = at;
    const decision = decideRegistration({ slots, entries: [], brought, commonName, ...at });
    if (decision.step !== "unchanged" && decision.step !== "resume")
        clock.require("make");
    if (decision.step === "doubt")
        throw uploadDoubt(decision, now);
    if (decision.step !== "refuse")
        return decision;
    const { code } = decision;
    // Without a keyring nothing is said of whose the others are.
    if (code === "CA_NOT_HELD")
        throw new Error("a certificate that is brought along waits for no keyring");
    throw uploadRefusal({ ...decision, code }, now);
}

;// CONCATENATED MODULE: ./build/tasks/verification-certificate.js









/** As on the vendor's page. */
const CERTIFICATE_FILE = "verificationCert.pem";
/** Makes the verification certificate for a registration code; the platform is not asked. */
const verificationCertificate = defineTask({
    name: "verification-certificate",
    description: "Create the verification certificate for a registration code, signed by the CA, with OpenSSL.",
    privateDirectory: true,
    inputs: {
        environment: optionalEnvironmentInputs,
        ca: requiredCaInputs,
        code: registrationCodeInputs,
        validity: verificationInputs,
        place: directoryInputs,
        program: opensslInputs,
    },
    outputs: {
        "verification-certificate-path": "Path of the verification certificate (PEM).",
    },
    check({ place }, report) {
        (0,texts/* reportUnfit */.RD)(place?.directory, [CERTIFICATE_FILE], report);
    },
    start({ environment, validity, place, program }, tools) {
        makeDirectory(place.directory);
        const workplace = tools.workplace(program["openssl-path"], environment.tenant ?? "ca");
        void workplace.openssl.version();
        const keys = new KeyRace(workplace, validity["key-bits"]);
        keys.begin(openssl_ca/* VERIFICATION_KEY_FILE */.JG);
        return { workplace, keys };
    },
    async run({ ca, code, validity, place }, tools, { workplace, keys }) {
        tools.runner.mask(ca.privateKey);
        tools.runner.info(`Working with ${await workplace.openssl.version()}.`);
        await (0,openssl_ca/* placeCa */.aA)(workplace, ca);
        const verification = await (0,openssl_ca/* createVerificationCertificate */.rZ)(workplace, {
            registrationCode: code["registration-code"],
            days: validity.days,
            keys,
            ca: ca.certificate,
            now: Date.now,
        });
        tools.showCommands("Create the verification certificate");
        const path = await tools.placeFile(place.directory, CERTIFICATE_FILE, verification.pem);
        const line = `Verification certificate for the code ${code["registration-code"]}: ${path}`;
        await tools.runner.summary(`${(0,markdown/* escapeMarkdown */.F)(line)}\n`);
        return { "verification-certificate-path": path };
    },
});

;// CONCATENATED MODULE: ./build/tasks/verify.js









/** Proves possession of the CA's key with a verification certificate, and reads the outcome back. */
const verify = defineTask({
    name: "verify",
    description: "Prove possession of the CA's private key with a verification certificate and read the outcome back.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        id: certificateIdInputs,
        verification: verificationCertificateInputs,
    },
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform.",
        expiration: "When it expires, as the platform writes it (2031-05-30T09:22:55.000Z).",
        "common-name": "Its common name.",
        verified: "true: read back from the platform after the verification.",
    },
    async run({ connection, id, verification }, tools) {
        const platform = await tools.connect(connection);
        const verified = await platform.caCertificates.verify(id["certificate-id"], verification);
        (0,tasks_procedure/* warnOfSkew */.Wx)({ tools, platform });
        const slot = await (0,tasks_procedure/* readBack */.e7)({ tools, platform }, id["certificate-id"], undefined, verified);
        const issuer = (0,ca_certificate/* issuerCommonNames */.Zs)(verification);
        requireIssuer(issuer, slot);
        (0,tasks_procedure/* warnOfRendering */.WY)(tools.runner, slot, issuer);
        tools.runner.notice(`CA certificate verified: ${slot.id}, expires ${slot.expiration}.`);
        await summarizeStep(tools.runner, "CA certificate verified", [
            ...slotRows(slot),
            ["Verified", "yes, read back from the platform"],
        ]);
        return {
            "certificate-id": slot.id,
            expiration: slot.expiration,
            "common-name": slot.commonName || (issuer.at(-1) ?? ""),
            verified: String(slot.isVerified),
        };
    },
});
/**
 * There is no CA at hand to compare with, but the verification certificate names the one that signed it (guarantee 5). No
 * name in the reply, or another rendering of it, says nothing.
 */
function requireIssuer(commonNames, { id, commonName }) {
    if (commonName === "" || (0,ca_slots/* namesAlike */.N6)(commonName, { commonNames }))
        return;
    const issuer = commonNames.map((name) => `"${(0,printable/* shown */.SP)(name)}"`).join(" and ");
    throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `Read back, ${(0,printable/* shown */.SP)(id)} has the common name "${(0,printable/* shown */.SP)(commonName)}", but the verification certificate was issued by ${issuer}.`, { next: "Look at the slots with tasks/status: certificate-id may name another CA than the one meant." });
}

;// CONCATENATED MODULE: ./build/tasks/catalogue.js











/**
 * Every task by its folder under `tasks/`. Declarations and recipes are small and share nearly all of their code, so
 * they are one chunk; what is heavy (the runner's toolkit, undici, the lock, the sandbox) each loads when it needs it.
 */
const TASKS = {
    register: register,
    create: create,
    upload: upload,
    "registration-code": registrationCode,
    "verification-certificate": verificationCertificate,
    verify: verify,
    status: status_status,
    delete: deleteCertificate,
    rotate: rotate,
    "agent-certificate": agentCertificate,
    sandbox: sandbox,
};

// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __nccwpck_require__(8427);
;// CONCATENATED MODULE: ./build/http/proxy.js

/** What undici takes for a proxy. */
const SCHEMES = /^(?:https?|socks5?):$/;
/**
 * Reads the proxy variables that apply to a URL as curl and the runner do: lower case first, and an empty one counts as none.
 * https goes through HTTPS_PROXY, which tunnels it; http, which is for loopback alone, through none: a token would
 * travel in clear.
 * @returns undefined where no proxy is set
 * @throws TransportError that names the variable, never its value, which may hold a password
 */
function proxyFor(target, environment = process.env) {
    if (target.protocol === "http:")
        return undefined;
    const [variable, text] = read("HTTPS_PROXY", environment);
    if (text === "")
        return undefined;
    const [, exempt] = read("NO_PROXY", environment);
    const proxy = parseProxy(text);
    if (proxy !== undefined)
        return { variable, proxy, exempt };
    throw new transport_error/* TransportError */.w("refused", `${variable} is not the URL of a proxy, such as http://proxy.example:8080 (http, https or socks5; what is special in a user name or password percent-encoded)`, { sent: false, next: `Correct ${variable} where the runner or the step sets it, then run again.` });
}
function read(name, environment) {
    const variables = [name.toLowerCase(), name];
    const set = variables.find((variable) => (environment[variable] ?? "").trim() !== "") ?? name;
    return [set, (environment[set] ?? "").trim()];
}
/** `proxy.example:8080` without a scheme is common; a path means nothing, and is left out as curl does. */
function parseProxy(text) {
    const full = text.includes("://") ? text : `http://${text}`;
    if (!URL.canParse(full))
        return undefined;
    const url = Object.assign(new URL(full), { pathname: "", search: "", hash: "" });
    return SCHEMES.test(url.protocol) && url.hostname !== "" && decodes(url.username + url.password)
        ? url
        : undefined;
}
function decodes(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/github/load-failure.js





/**
 * Loads what writes secrets, late: Octokit and libsodium. `@actions/github` reads the event's payload as it is loaded; a
 * pipe there would be waited for.
 * @param api base of GitHub's REST API
 * @throws ActionError `SECRET_UNREACHABLE`; the system's own error where it has no descriptors left
 */
async function loadSecrets(api) {
    try {
        const event = (0,external_node_fs_.statSync)(process.env["GITHUB_EVENT_PATH"] ?? "", { throwIfNoEntry: false });
        if (event?.isFile() === false)
            throw new Error("GITHUB_EVENT_PATH is not a regular file");
        return await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(942), __nccwpck_require__.e(413), __nccwpck_require__.e(791)]).then(__nccwpck_require__.bind(__nccwpck_require__, 4791));
    }
    catch (error) {
        if ((0,errors/* lacksDescriptors */.Ze)(error))
            throw error;
        throw toolkitNotLoaded(api, error);
    }
}
/**
 * Explains why `@actions/github` could not be loaded: it reads the proxy variables and the event's payload at once.
 * @param api base of GitHub's REST API
 * @returns `SECRET_UNREACHABLE` that names the variable
 */
function toolkitNotLoaded(api, error) {
    try {
        proxyFor(api);
    }
    catch (malformed) {
        if (!(malformed instanceof transport_error/* TransportError */.w))
            throw malformed;
        return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `${malformed.message}.`, {
            next: malformed.next,
            cause: error,
        });
    }
    return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `The runner's environment cannot be read to reach GitHub: ${(0,printable/* printable */.g$)(error.message, 200)}.`, {
        next: "Check that GITHUB_EVENT_PATH, if it is set, names a file with JSON, and the proxy variables, then run again.",
        cause: error,
    });
}

// EXTERNAL MODULE: ./build/github/secret-address.js
var secret_address = __nccwpck_require__(5225);
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
/** All others of Node's list; UNSPECIFIED is what OpenSSL has words for and Node no code, such as a key that is too short. */
const trust_OTHERS = new Set([
    "CERT_CHAIN_TOO_LONG",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_REJECTED",
    "CERT_REVOKED",
    "CERT_SIGNATURE_FAILURE",
    "ERROR_IN_CERT_NOT_AFTER_FIELD",
    "ERROR_IN_CERT_NOT_BEFORE_FIELD",
    "ERR_TLS_CERT_ALTNAME_FORMAT",
    "INVALID_CA",
    "INVALID_PURPOSE",
    "PATH_LENGTH_EXCEEDED",
    "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
    "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
    "UNSPECIFIED",
]);
/**
 * Says of a connection that failed for its TLS certificate what is wrong with that, whose it is, and what helps.
 * @param failure why there is no connection
 * @param look for the message alone
 * @returns undefined where the certificate was not the reason
 */
async function explainDistrust(failure, target, settings, look) {
    const { code, words } = reasonIn(failure);
    if (!UNKNOWN_ISSUER.has(code) && !WRONG_NAME.has(code) && !trust_OTHERS.has(code))
        return undefined;
    let host = target.host;
    let certificate = await look(target, settings);
    // The tunnel did not come about either: it is the proxy's own certificate.
    if (certificate === undefined && settings?.proxy.protocol === "https:") {
        host = `the proxy ${settings.proxy.host} of ${settings.variable}`;
        certificate = await look(settings.proxy, undefined);
    }
    const [problem, next] = judge(code, words, host, certificate);
    const message = `the TLS certificate of ${host} ${problem} (${code})`;
    return new transport_error/* TransportError */.w("refused", message, { sent: false, next, cause: failure });
}
/** Code and words of an error, or of what undici wrapped. */
function reasonIn(failure) {
    for (let error = failure; error instanceof Error; error = error.cause) {
        const { code, message } = error;
        if (code !== undefined && !code.startsWith("UND_"))
            return { code, words: (0,printable/* printable */.g$)(message, 200) };
    }
    return { code: "", words: "" };
}
function judge(code, words, host, certificate) {
    const clock = "the clock of this machine (NTP)";
    if (UNKNOWN_ISSUER.has(code))
        return [`is not trusted: it was issued by ${issuer(certificate)}`, TRUST];
    if (WRONG_NAME.has(code)) {
        const names = (0,printable/* printable */.g$)(certificate?.subjectaltname ?? trust_nameOf(certificate?.subject), 300);
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
    return [
        `was refused: ${words}; it was issued by ${issuer(certificate)}`,
        "Ask whoever runs that server or proxy.",
    ];
}
const TRUST = "If that issuer is to be trusted, such as a proxy of your own that inspects TLS, set NODE_EXTRA_CA_CERTS, in the env of the step or of the runner, to the path of a PEM file with its CA certificate.";
function issuer(certificate) {
    return trust_nameOf(certificate?.issuer);
}
/** @returns a distinguished name on one line: `CN=…, O=…` */
function trust_nameOf(name) {
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
    #connections;
    #deadline;
    #longest;
    /** By origin. */
    #ways = new Map();
    /**
     * Loads undici here and not before.
     * @param longest milliseconds for one exchange
     */
    static async open(deadline, longest = REPLY_TIMEOUT_MS) {
        return new Http(await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(710)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2710)), deadline, longest);
    }
    constructor(connections, deadline, longest) {
        this.#connections = connections;
        this.#deadline = deadline;
        this.#longest = longest;
    }
    /**
     * One exchange, never repeated here.
     * @throws TransportError where no whole reply came, or the settings of this machine forbid the exchange
     */
    async send(call) {
        const settings = proxyFor(call.url);
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
            const failure = await toTransportError(error, call.url, settings, this.#look);
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
        const way = new this.#connections.Way(settings);
        this.#ways.set(url.origin, way);
        return way;
    }
    #look = async (origin, settings) => {
        const longest = Math.min(LOOK_MS, Math.max(1, this.#deadline.left));
        return await this.#connections.lookAtCertificate(origin, settings, longest);
    };
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
    const sent = !(error instanceof transport_error/* ConnectFailure */.V);
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

;// CONCATENATED MODULE: ./build/keyring/exposure.js


/**
 * Kinds whose modes are made up, or not looked at: SMB (three kinds), the disks of Windows in WSL (1 and 2), FAT, exFAT,
 * NTFS (two kinds), and FUSE, where the kernel asks the program behind it (linux/magic.h, fs/ntfs3/super.c).
 */
const KINDS_WITHOUT_MODES = new Set([
    0xff534d42, 0xfe534d42, 0x517b, 0x53464846, 0x01021997, 0x4d44, 0x2011bab0, 0x5346544e, 0x7366746e,
    0x65735546,
]);
const ROOT = 0;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
/**
 * @param file absolute path of a keyring; it need not exist
 * @returns a warning where somebody else may change the file or put another one in its place; undefined where not
 */
function exposureOf(file) {
    const folder = (0,external_node_path_.dirname)(file);
    try {
        const kind = process.platform === "linux" ? kindOf((0,external_node_fs_.statfsSync)(folder)) : undefined;
        const place = { platform: process.platform, kind, user: process.getuid?.() };
        const found = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
        const reasons = [
            ...(found === undefined ? [] : exposure(place, `the file ${file}`, found)),
            ...exposure(place, `its folder ${folder}`, (0,external_node_fs_.lstatSync)(folder)),
        ];
        if (reasons.length === 0)
            return undefined;
        return `The keyring is not safe from others: ${reasons.join("; ")}. It belongs to the runner's user alone: the file 0600, its folder 0700.`;
    }
    catch {
        // What cannot be looked at is told by whoever reads it.
        return undefined;
    }
}
/** @returns why one file or folder is not safe; nothing where it is, or where its mode means nothing */
function exposure({ platform, kind, user }, name, { mode, uid }) {
    if (platform === "win32" || user === undefined)
        return [];
    if (kind !== undefined && KINDS_WITHOUT_MODES.has(kind))
        return [];
    const writable = (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
    return [
        ...(uid === user || uid === ROOT ? [] : [`${name} belongs to another user (${uid})`]),
        ...(writable ? [`others may write ${name} (mode ${(mode & 0o7777).toString(8).padStart(4, "0")})`] : []),
    ];
}
/** Its magic number has 32 bits; some systems give it a sign. */
function kindOf({ type }) {
    return Number(type) >>> 0;
}

// EXTERNAL MODULE: ./build/keyring/file.js
var keyring_file = __nccwpck_require__(4190);
// EXTERNAL MODULE: ./build/keyring/secret.js + 1 modules
var keyring_secret = __nccwpck_require__(8832);
// EXTERNAL MODULE: ./build/keyring/store.js
var store = __nccwpck_require__(9835);
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
            read: readCaCertificates,
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
            read: readCaCertificate,
            refused: (said) => this.#notAccepted("UPLOAD_REFUSED", said),
            look: async () => findUploaded(await this.list(), before, name, certificate),
            ready: () => this.#clock.require("make"),
        }).catch((error) => this.#weighRefusal(error, before, name, certificate));
        if (!(0,ca_slots/* endsTogether */.lW)(slot, certificate))
            throw differs(slot);
        return asSlot(slot);
    }
    /**
     * `GET /caCertificates/{id}`, of one that the list does not show.
     * @returns what is there; undefined where the platform says that there is no such certificate
     * @throws ActionError
     */
    async find(id) {
        try {
            return await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
        }
        catch (error) {
            if (error instanceof errors/* ActionError */.lZ && error.code === "CA_NOT_FOUND")
                return undefined;
            throw error;
        }
    }
    /** `GET /caCertificates/{id}/registrationCode`. @returns the code for the verification certificate's common name */
    async registrationCode(id) {
        return await this.#get(id, "/registrationCode", ENDPOINTS.registrationCode, readRegistrationCode);
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
            read: readCaCertificate,
            refused: (said) => {
                const refusal = this.#notAccepted("VERIFY_REFUSED", said);
                return notFound(id, said) ?? (doubtful ? maybeVerified(id, refusal) : refusal);
            },
            look: async () => {
                const slot = (await this.list()).find((other) => other.id === id);
                doubtful = slot !== undefined && slot.isVerified === undefined;
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
        const slot = await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
        requireSame(id, slot, "The read-back");
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
            refused: (said) => notFound(id, said),
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
            throw slotsTaken(slots, error);
        throw blameCertificate(error, certificate, this.#clock.earliest());
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
var http_date = __nccwpck_require__(1738);
// EXTERNAL MODULE: ./build/http/persist.js
var persist = __nccwpck_require__(241);
// EXTERNAL MODULE: ./build/http/retry-after.js
var retry_after = __nccwpck_require__(7344);
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
            if (!(error instanceof ShapeError))
                throw error;
            const unexpected = new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `${describe(call)} was answered with ${reply.status}, but ${error.message}.`, { platform: rawReply(reply.status, reply.text, call.givesToken === true) });
            return { kind: "unclear", waitMs: undefined, error: unexpected };
        }
    }
    #classifyFailure(call, reply, mayRenew) {
        const { status } = reply;
        const said = platformSaid(status, reply.text);
        const fail = (code, message) => new errors/* ActionError */.lZ(code, message, { platform: said });
        const what = `${describe(call)} was answered with ${status}`;
        const header = reply.header("retry-after");
        const asked = (0,retry_after/* retryAfter */.P)(header, this.#clock.now());
        if (status === 429)
            return this.#limited(what, call.endpoint, asked, said);
        // A 408 says that the request did not arrive whole: as unclear as a server error.
        if (status >= 500 || status === 408) {
            const waitMs = header === undefined ? undefined : (asked ?? WINDOW_MS);
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
    /** @param asked milliseconds that the platform asks to wait; undefined where it does not say */
    #limited(what, endpoint, asked, said) {
        const says = asked === undefined
            ? ", and it does not say for how long."
            : `: it asks to wait ${Math.ceil(asked / 1000)} s.`;
        const wait = asked ?? WINDOW_MS;
        const budget = this.#budget.wait(endpoint);
        const used = budget > wait
            ? ` It was sent ${endpoint.perHour} times within an hour, which is all that the platform allows.`
            : "";
        const waitMs = Math.max(wait, budget);
        const error = this.#comeBack(`${what} (rate limit)${says}${used}`, waitMs, said);
        return { kind: "again", waitMs, error };
    }
    /** @returns the error for a wait that may be too long: it says when another try makes sense */
    #comeBack(message, waitMs, platform) {
        const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
        const time = new Date(this.#clock.now() + waitMs).toISOString().replace(/\.\d+Z$/, "Z");
        const larger = minutes < LONGEST_TIMEOUT_MINUTES ? " A larger timeout-minutes waits for that." : "";
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
    const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
    const claim = isObject(claims) ? claims[name] : undefined;
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
    const json = parseJson(text);
    const value = isObject(json) ? json["access_token"] : undefined;
    if (!isObject(json) || typeof value !== "string")
        throw new ShapeError("it has no access_token");
    mask(value);
    // RFC 6750 §2.1; anything else could break out of the header.
    if (!/^[\w.~+/-]+=*$/.test(value) || value.length > 16_384)
        throw new ShapeError("its access_token is not a bearer token");
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
function connect(connection, http, deadline, clock, { mask, notice }) {
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

;// CONCATENATED MODULE: ./build/openssl/config.js
/**
 * The configuration that is in force for every OpenSSL process, through OPENSSL_CONF. Without a `v3_ca` section the
 * documented `req -x509` exits 0 and writes an X.509 v1 certificate that is no CA (measured on OpenSSL 3.0 and
 * LibreSSL). The extensions are those of the openssl.cnf that OpenSSL ships, and a key usage, which the vendor's Certificate
 * Manager asks for and strict verifiers miss (RFC 5280 §4.2.1.3).
 */
const OPENSSL_CONFIGURATION = `[req]
distinguished_name = req_distinguished_name
x509_extensions = v3_ca
string_mask = utf8only

[req_distinguished_name]

[v3_ca]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
`;

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __nccwpck_require__(8474);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __nccwpck_require__(7075);
// EXTERNAL MODULE: ./node_modules/@actions/exec/lib/exec.js + 5 modules
var exec = __nccwpck_require__(3462);
// EXTERNAL MODULE: ./build/ca/key-material.js
var key_material = __nccwpck_require__(4934);
// EXTERNAL MODULE: ./build/openssl/failure.js
var openssl_failure = __nccwpck_require__(3751);
// EXTERNAL MODULE: ./build/openssl/version.js
var version = __nccwpck_require__(6065);
;// CONCATENATED MODULE: ./build/openssl/process.js











/** Starts OpenSSL in one private directory, with a configuration of the action's own. */
class OpenSsl {
    /** The finished processes that make files, oldest first. */
    transcripts = [];
    #keep;
    #program;
    #directory;
    #configuration;
    #running = new Set();
    #echoed = new Set();
    #version;
    /**
     * @param program its path; a name is looked up on PATH for each process
     * @param directory where the commands run and leave their files
     * @param configuration absolute path of the file for OPENSSL_CONF
     * @param keep most transcripts that are kept, besides those of failures: thousands of processes must not fill the memory
     */
    constructor(program, directory, configuration, keep = Number.POSITIVE_INFINITY) {
        this.#program = program;
        this.#directory = directory;
        this.#configuration = configuration;
        this.#keep = keep;
    }
    /**
     * Runs one documented command. The exit code decides, and that its file is there; stderr only chooses the hint.
     * @param directory where it runs, absolute; the common one where it is not given
     * @throws ActionError `OPENSSL_NOT_FOUND`, `OPENSSL_FAILED` or what the failure points to
     */
    run(argv, directory = this.#directory) {
        return this.#watch(this.#spawn(argv, directory).then(async ({ exitCode, stderr, lines }) => {
            const failure = exitCode === 0
                ? await unwritten(argv, directory)
                : await this.#whyFailed((0,openssl_failure/* opensslFailure */.zr)(argv, exitCode, stderr));
            const failed = failure !== undefined;
            if (failed || this.transcripts.length < this.#keep)
                this.transcripts.push({ argv, lines, failed });
            if (failed)
                throw failure;
        }));
    }
    /**
     * Runs a command whose exit code is a verdict.
     * @returns undefined for 0, else what OpenSSL said, as a sentence that is safe to print
     * @throws ActionError where it gave no verdict
     */
    judge(argv) {
        return this.#watch(this.#spawn(argv, this.#directory).then(async ({ exitCode, stderr, lines }) => {
            this.transcripts.push({ argv, lines, failed: exitCode !== 0 });
            if (exitCode === 0)
                return undefined;
            const failure = await this.#whyFailed((0,openssl_failure/* opensslFailure */.zr)(argv, exitCode, stderr));
            if ((0,openssl_failure/* isEndedBySignal */.Cf)(exitCode) || failure.code !== "OPENSSL_FAILED")
                throw failure;
            return failure.message;
        }));
    }
    /** @returns why a command failed; that the program cannot run at all, or is another one, where its version tells so */
    async #whyFailed(failure) {
        try {
            await this.version();
            return failure;
        }
        catch (error) {
            return error instanceof errors/* ActionError */.lZ ? error : failure;
        }
    }
    /**
     * Asks for the version, once.
     * @returns e.g. `OpenSSL 3.0.19 27 Jan 2026`
     * @throws ActionError `OPENSSL_NOT_FOUND` or `OPENSSL_UNSUPPORTED`
     */
    version() {
        this.#version ??= this.#watch(this.#spawn(["version"], this.#directory).then(({ exitCode, stdout, stderr }) => {
            if (exitCode !== 0)
                throw (0,openssl_failure/* unableToRun */.CG)(exitCode, stderr);
            return (0,version/* supportedVersion */.z)(stdout);
        }));
        return this.#version;
    }
    /** @returns whether a finished command wrote this file */
    made(file) {
        return this.transcripts.some(({ argv }) => argv[argv.indexOf("-out") + 1] === file);
    }
    /**
     * Waits until the processes that were asked for are on their way. `@actions/exec` looks at program and directory
     * without blocking, and loading a large module next would keep it from getting that far.
     */
    async launched() {
        await Promise.all(this.#echoed);
        // Between its echo and the start, exec looks at the directory once.
        await (0,external_node_fs_promises_.stat)(this.#directory);
        await (0,promises_.setImmediate)();
    }
    /** How many processes have not ended yet. */
    get running() {
        return this.#running.size;
    }
    /**
     * Waits until no process runs any more: one could still write a key into a directory that is being wiped. Of one that the
     * system did not start for lack of memory `@actions/exec` never hears.
     */
    async settled() {
        const waiting = new AbortController();
        const late = (0,promises_.setTimeout)(SETTLING_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
        await Promise.race([Promise.allSettled(this.#running), late]);
        waiting.abort();
    }
    /** A process that was started early may fail before anybody awaits it; whoever does still gets the error. */
    #watch(running) {
        this.#running.add(running);
        const forget = () => this.#running.delete(running);
        running.then(forget, forget);
        return running;
    }
    async #spawn(argv, directory) {
        // The echo is collected, not printed: commands run at the same time, and secrets are masked before anything prints.
        const echo = collector();
        const stdout = collector();
        const stderr = collector();
        const echoed = (0,external_node_events_.once)(echo.stream, "echo");
        this.#echoed.add(echoed);
        echoed.then(() => this.#echoed.delete(echoed));
        try {
            // null where a signal ended it, whatever the type of exec says.
            // exec splits its first argument like a shell would: quoted, a path with blanks stays whole.
            const exitCode = await (0,exec/* exec */.m)(`"${this.#program}"`, [...argv], {
                cwd: directory,
                env: (0,environment/* childEnvironment */.Q)({
                    OPENSSL_CONF: this.#configuration,
                    // `x509 -req` reads every root the host trusts, trusts none, and takes 30 ms longer (measured on 3.0): this
                    // is a file without any.
                    SSL_CERT_FILE: this.#configuration,
                }),
                ignoreReturnCode: true,
                outStream: echo.stream,
                errStream: echo.stream,
                listeners: {
                    stdout: (data) => stdout.stream.write(data),
                    stderr: (data) => stderr.stream.write(data),
                },
            });
            // exec says first what it starts; what follows is the program's.
            const [command = "", ...printed] = linesOf(echo.text().trimEnd());
            return {
                exitCode,
                stdout: (0,key_material/* withoutKeys */.Pe)(linesOf(stdout.text())).join("\n"),
                stderr: (0,key_material/* withoutKeys */.Pe)(linesOf(stderr.text())).join("\n"),
                lines: [command, ...(0,key_material/* withoutKeys */.Pe)(printed)],
            };
        }
        catch (error) {
            echo.stream.emit("echo");
            throw (0,openssl_failure/* opensslFailure */.zr)(argv, undefined, error instanceof Error ? error.message : String(error));
        }
    }
}
function linesOf(text) {
    return text.split(/\r?\n/);
}
/** @returns the error of a command whose file is not there although it ended well */
async function unwritten(argv, directory) {
    const out = argv.indexOf("-out");
    const file = out < 0 ? undefined : argv[out + 1];
    if (file === undefined)
        return undefined;
    const found = await (0,external_node_fs_promises_.stat)((0,external_node_path_.join)(directory, file)).catch(() => undefined);
    if (found === undefined)
        return (0,openssl_failure/* nothingWritten */.F2)(file, directory, "is not there");
    return found.size === 0 ? (0,openssl_failure/* nothingWritten */.F2)(file, directory, "is empty") : undefined;
}
/** Longest wait for processes at the end. */
const SETTLING_MS = 5000;
/** Most of a process's output that is kept, in characters. */
const OUTPUT_LIMIT = 64 * 1024;
function collector() {
    let collected = "";
    const stream = new external_node_stream_.Writable({
        write(chunk, _encoding, done) {
            if (collected === "")
                stream.emit("echo");
            if (collected.length < OUTPUT_LIMIT)
                collected += chunk.toString("utf8");
            done();
        },
    });
    return { stream, text: () => collected };
}

// EXTERNAL MODULE: ./build/keyring/disk.js
var disk = __nccwpck_require__(6637);
// EXTERNAL MODULE: ./build/keyring/owner.js
var keyring_owner = __nccwpck_require__(9233);
;// CONCATENATED MODULE: ./build/tasks/left-behind.js




/** Says in a working directory whose it is. */
const OWNER = "owner";
/** @returns the file that says whose a working directory is, by name; to be there before any key */
function ownerFile() {
    return { [OWNER]: (0,keyring_owner/* formatOwner */.Vu)((0,keyring_owner/* thisProcess */.WF)(), 0) };
}
/**
 * Wipes the working directories of runs that are surely gone: one whose machine lost its power never came to its post
 * step, and its keys lie there. What cannot be read or removed is let be.
 * @param own absolute path of this run's; undefined where it has none
 */
async function wipeLeftBehind(own) {
    const here = (0,keyring_owner/* thisProcess */.WF)();
    try {
        for (const directory of await otherWorkingDirectories(own)) {
            const text = await disk/* DISK */.K.read((0,external_node_path_.join)(directory, OWNER)).catch(() => "");
            const owner = (0,keyring_owner/* parseOwner */.pZ)(text);
            if (owner !== undefined && ((0,keyring_owner/* isGone */.ST)(owner, here) || (0,keyring_owner/* isFromEarlierStart */.dm)(owner, here)))
                wipe(directory);
        }
    }
    catch {
        // Another run tidies up at the same time, or this one may not.
    }
}

;// CONCATENATED MODULE: ./build/tasks/tools.js


















/** What a recipe works with: made for one run, cleaned up at its end. */
class Tools {
    runner;
    /** Every clock of this run. */
    clock = new clocks/* Clocks */.OP();
    #loadRunner;
    #workingDirectory;
    #tidied;
    #openssl;
    #deadline;
    #connecting = false;
    #platform;
    #results;
    #workers = [];
    #shownCommands = 0;
    constructor(workingDirectory, runner) {
        this.#workingDirectory = workingDirectory;
        this.#tidied = wipeLeftBehind(workingDirectory);
        this.runner = runner;
        this.#loadRunner = () => runner.load();
    }
    /** @param privateDirectory whether the task makes files with secrets */
    static prepare(privateDirectory, runner) {
        if (!privateDirectory)
            return new Tools(undefined, runner);
        return new Tools(createWorkingDirectory({ ...ownerFile(), [CONFIGURATION]: OPENSSL_CONFIGURATION }), runner);
    }
    /** Where secrets lie during the run. */
    get workingDirectory() {
        if (this.#workingDirectory === undefined)
            throw new Error("this task declared no private directory");
        return this.#workingDirectory;
    }
    /** The place where the documented commands run; the same at each call. */
    workplace(program, tenant) {
        const directory = this.workingDirectory;
        this.#openssl ??= new OpenSsl(program, directory, (0,external_node_path_.join)(directory, CONFIGURATION));
        return { openssl: this.#openssl, directory, tenant };
    }
    /**
     * Places of their own for documented commands that run at the same time: each writes its own `<tenant>.srl`.
     * @param keep most transcripts that each of them keeps
     */
    workers(program, tenant, count, keep) {
        return Array.from({ length: count }, (_, index) => {
            const directory = (0,external_node_path_.join)(this.workingDirectory, `worker-${index}`);
            (0,external_node_fs_.mkdirSync)(directory, { mode: 0o700 });
            const openssl = new OpenSsl(program, directory, (0,external_node_path_.join)(this.workingDirectory, CONFIGURATION), keep);
            this.#workers.push(openssl);
            return { openssl, directory, tenant };
        });
    }
    /** Where OpenSSL works in memory. */
    memory(program) {
        const directory = this.workingDirectory;
        return { program, directory, configuration: (0,external_node_path_.join)(directory, CONFIGURATION) };
    }
    /** The directory for results that later steps read, of the user's alone; made at the first call. */
    get results() {
        this.#results ??= createResultsDirectory();
        return this.#results;
    }
    /** Waits until the OpenSSL processes asked for so far are on their way. */
    async launched() {
        await this.#openssl?.launched();
    }
    /** Whether the platform is asked in this run. */
    get connecting() {
        return this.#connecting;
    }
    /**
     * Begins the time for all dealings with the platform and GitHub; the first call counts.
     * @param milliseconds `timeout-minutes`, or its default for a task that has no such input
     */
    limit(milliseconds = DEFAULT_TIMEOUT_MS) {
        this.#deadline ??= new Deadline(milliseconds);
        return this.#deadline;
    }
    /** Prepares the dealings with the platform. */
    async connect(connection) {
        this.#connecting = true;
        const deadline = this.limit(connection.timeout);
        const http = await Http.open(deadline);
        const { mask, info: notice } = this.runner;
        this.#platform = connect(connection, http, deadline, this.clock, { mask, notice });
        void this.#useTheWait();
        return this.#platform;
    }
    /** A reply is awaited: the time to load what is needed later; the runner's side unless the keys have every core. */
    async #useTheWait() {
        await this.launched();
        if ((this.#openssl?.running ?? 0) < (0,external_node_os_.availableParallelism)())
            await this.#loadRunner();
    }
    /** The keyring of a tenant that came in, with the way to write it; its keys are masked from here on. */
    keyring(input, program, tenant) {
        for (const { privateKey } of input.keyring.entries)
            this.runner.mask(privateKey);
        const exposed = input.file === undefined ? undefined : exposureOf(input.file);
        if (exposed !== undefined)
            this.runner.warning(exposed);
        return new store/* KeyringKeeper */.AT(input.keyring, this.#store(input), input.passphrases, async (privateKey, passphrase) => {
            this.runner.mask(privateKey);
            const { encryptPrivateKey } = await __nccwpck_require__.e(/* import() */ 896).then(__nccwpck_require__.bind(__nccwpck_require__, 896));
            return await encryptPrivateKey(privateKey, passphrase, this.memory(program));
        }, tenant, this.runner.remark);
    }
    #store({ file, secret, text }) {
        if (file !== undefined)
            return new keyring_file/* KeyringFile */.O(file, { text, clock: () => this.clock.earliest(), say: this.runner.info });
        if (secret === undefined)
            return undefined;
        const { address, mayImport } = secret;
        return new keyring_secret/* KeyringSecret */.k({
            name: address.name,
            place: (0,secret_address/* describeSecret */.w)(address),
            text,
            mayImport,
            // Octokit and libsodium are loaded here and not before.
            open: async () => {
                const deadline = this.limit();
                const http = await Http.open(deadline);
                const { GitHubSecret } = await loadSecrets(new URL(address.api));
                const dated = (at) => this.clock.note("github", at);
                return new GitHubSecret(address, { http, deadline, notice: this.runner.info, dated });
            },
            warn: this.runner.warning,
        });
    }
    /** Writes a file without secrets that later steps read. @returns its path */
    async writeResult(name, text) {
        const path = (0,external_node_path_.join)(this.results, name);
        await writePrivate(path, text);
        return path;
    }
    /**
     * Writes a file where it goes and stays.
     * @param directory the user's, which is there by now; undefined for a file without secrets that later steps read
     * @returns the file's path
     * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
     */
    async placeFile(directory, name, text) {
        if (directory === undefined)
            return await this.writeResult(name, text);
        const path = (0,external_node_path_.join)(directory, name);
        await writePrivate(path, text);
        return path;
    }
    /** Shows the OpenSSL commands that have run since the last call, as a group of the log. */
    showCommands(title) {
        const fresh = this.transcripts.slice(this.#shownCommands);
        this.#shownCommands += fresh.length;
        if (fresh.length > 0)
            this.runner.group(title, fresh.flatMap(({ lines }) => lines));
    }
    /** The OpenSSL processes so far. */
    get transcripts() {
        return this.#openssl?.transcripts ?? [];
    }
    /** The OpenSSL processes so far as a person would type them. */
    get commands() {
        return this.transcripts.map(({ argv }) => (0,commands/* commandLine */.ay)(argv));
    }
    /** Shows the calls to the platform with their statuses, as a group of the log. */
    showCalls() {
        const calls = this.#platform?.calls ?? [];
        if (calls.length === 0)
            return;
        const lines = calls.map((call) => `${call.method} ${call.url} -> ${call.status} (${call.milliseconds} ms)`);
        this.runner.group(`Calls to the platform (${calls.length})`, lines);
    }
    /** Waits for what still runs and wipes the private directory; connections end with the process. */
    async cleanUp() {
        await Promise.all([this.#openssl, ...this.#workers].map((openssl) => openssl?.settled()));
        await this.#tidied;
        if (this.#workingDirectory !== undefined)
            wipe(this.#workingDirectory);
    }
}
const CONFIGURATION = "openssl.cnf";
/** The default of `timeout-minutes`. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;

;// CONCATENATED MODULE: ./build/tasks/run.js







/** Whoever watches the log sees the first lines by then, whatever still keeps the cores busy. */
const LATEST_LINE_MS = 1000;
/**
 * Runs one task as a step of a workflow: read and check the inputs, mask, start the keys, follow the recipe, hand on
 * the outputs. Whatever fails becomes one annotation, and the exit code 1.
 */
async function runTask(task) {
    // Every file made here or by OpenSSL is the user's alone (0600 in 0700).
    process.umask(0o077);
    const runner = new github_runner/* LateRunner */.B$();
    setTimeout(() => void runner.load(), LATEST_LINE_MS).unref();
    let tools;
    const follow = async (inputs) => {
        tools = Tools.prepare(task.privateDirectory, runner);
        const started = task.start?.(inputs, tools);
        await tools.launched();
        const running = task.run(inputs, tools, started);
        // Where the platform is asked, there is time while it answers.
        if (!tools.connecting)
            void runner.load();
        const outputs = await running;
        await runner.load();
        for (const [name, value] of Object.entries(outputs))
            runner.output(name, value);
        task.verdict?.(inputs, outputs);
    };
    try {
        (0,runner_files/* requireRunnerFiles */.lK)(process.env);
        requireQuietNode(process.env);
        const { inputs, problems, report, secrets } = (0,github_inputs/* readInputs */.Ko)(task.inputs, process.env);
        for (const secret of secrets)
            runner.mask(secret);
        task.check?.(inputs, report);
        if (problems.length > 0)
            throw (0,errors/* inputError */.Xu)(problems);
        const missing = Object.keys(task.inputs).filter((name) => !(name in inputs));
        if (missing.length > 0)
            throw new Error(`inputs were neither read nor reported: ${missing.join(", ")}`);
        await Promise.race([follow(inputs), crash()]);
    }
    catch (error) {
        tools?.showCommands("OpenSSL");
        const failure = (0,tasks_failure/* asActionError */.z)(error);
        if (failure.log.length > 0)
            runner.group("In full", failure.log);
        runner.fail(failure);
        await summarizeFailure(runner, task.name, failure);
    }
    finally {
        tools?.showCalls();
        await tools?.cleanUp().catch((error) => {
            runner.warning(`The working directory could not be removed (${(0,runner_files/* reasonOf */.A3)(error)}): keys may lie in it.`);
        });
        await runner.finish();
    }
}
/**
 * Node.js would print what passes through it before anything can be masked: the environment of children, with passphrases,
 * and what is written to streams. It reads these variables when it starts: to delete them here would be too late.
 * @throws ActionError `INPUT_INVALID`, before a secret is read
 */
function requireQuietNode(environment) {
    const loud = ["NODE_DEBUG", "NODE_DEBUG_NATIVE"].filter((name) => (environment[name] ?? "") !== "");
    if (loud.length === 0)
        return;
    const message = "is set, so Node.js would print secrets into the log: unset it for this step";
    throw (0,errors/* inputError */.Xu)(loud.map((input) => ({ input, message })));
}
/** Rejects with the first error that nobody awaits: Node would print it, and all others, raw, hostile text included. */
function crash() {
    return new Promise((_, reject) => {
        process.on("uncaughtException", reject);
    });
}

;// CONCATENATED MODULE: ./build/tasks/clean-up.js


/**
 * Wipes the working directory that main noted, where main was killed before it could. It loads nothing heavy, prints
 * only where something went wrong, and never fails the job.
 */
async function cleanUpAfterMain() {
    const directory = process.env[`STATE_${WORKING_DIRECTORY_STATE}`] ?? "";
    if (directory === "")
        return;
    try {
        await requireWorkingDirectory(directory);
        wipe(directory);
    }
    catch (error) {
        // Main wiped it already: the usual case.
        if (error.code === "ENOENT")
            return;
        const runner = new github_runner/* LateRunner */.B$();
        runner.warning(`The working directory could not be removed: ${error.message}.`);
        await runner.load();
    }
}

;// CONCATENATED MODULE: ./build/tasks/stop-sandbox.js

/** The post step of the sandbox task: stops the process that main started, and never fails the job. */
function stopSandbox() {
    const pid = Number(process.env[`STATE_${SANDBOX_STATE}`] ?? "");
    if (!Number.isSafeInteger(pid) || pid <= 1)
        return;
    try {
        process.kill(pid, "SIGTERM");
    }
    catch {
        // It has ended already.
    }
}

;// CONCATENATED MODULE: ./build/index.js



/**
 * Runs a task as the step of a workflow; the `main.js` of each folder under `tasks/` is this call.
 * @param name the task's folder
 */
async function run(name) {
    const task = TASKS[name];
    if (isSupportedNode(process.versions.node))
        await runTask(task);
    else
        refuseNode(process.versions.node);
    // Everything is done and wiped: leaving at once spares taking the heap apart, and nothing left over holds the step.
    process.stdout.write("", () => process.exit());
}
/** The process of the sandbox itself; its options are the process's arguments. */
async function serveSandbox() {
    await __nccwpck_require__.e(/* import() */ 470).then(__nccwpck_require__.bind(__nccwpck_require__, 4470));
}
/** The post steps: the `post.js` of a task's folder is one of these calls. */



var __webpack_exports__cleanUp = __webpack_exports__.nY;
var __webpack_exports__run = __webpack_exports__.eF;
var __webpack_exports__serveSandbox = __webpack_exports__.ji;
var __webpack_exports__stopSandbox = __webpack_exports__.aA;
export { __webpack_exports__cleanUp as cleanUp, __webpack_exports__run as run, __webpack_exports__serveSandbox as serveSandbox, __webpack_exports__stopSandbox as stopSandbox };
