export const id = 32;
export const ids = [32];
export const modules = {

/***/ 6032:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Way: () => (/* binding */ Way),
/* harmony export */   lookAtCertificate: () => (/* binding */ lookAtCertificate)
/* harmony export */ });
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1692);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6752);
/* harmony import */ var _transport_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8427);



/** Longest wait for a connection, or for one part of it where a proxy is on the way. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The connections to one origin. HTTP/1.1 alone: a request is on a connection by itself, so what was sent is known. */
class Way {
    dispatcher;
    #connected;
    #closed;
    constructor(settings) {
        // A SOCKS proxy's connections are undici's own affair: whether one came about is not told.
        this.#connected = isSocks(settings);
        this.dispatcher = open(settings, {}, (error, socket, done) => {
            // Without a socket undici leaves it out where its types say null.
            if (!socket)
                return done(new _transport_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ConnectFailure */ .V(error), null);
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
    const looking = open(settings, { rejectUnauthorized: false }, (error, socket, done) => {
        if (socket instanceof node_tls__WEBPACK_IMPORTED_MODULE_0__.TLSSocket)
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
/** @param connected gets each connection, or why there is none, and passes on what the request is to have */
function open(settings, tls, connected) {
    const base = { allowH2: false, timeout: CONNECT_TIMEOUT_MS };
    const options = {
        // One tunnel for all: a request waits for the one before, which takes no longer than another connection.
        connections: 1,
        connect: (0,undici__WEBPACK_IMPORTED_MODULE_1__/* .buildConnector */ .gU)({ ...base, ...tls }),
        factory: (origin, given) => {
            const inner = given.connect;
            const connect = (target, callback) => inner(target, (error, socket) => connected(error, socket, callback));
            return new undici__WEBPACK_IMPORTED_MODULE_1__/* .Pool */ .bC(origin, { ...given, connect });
        },
    };
    if (settings === undefined)
        return new undici__WEBPACK_IMPORTED_MODULE_1__/* .Agent */ .g6(options);
    const { proxy, exempt } = settings;
    const variables = { httpsProxy: proxy.href, httpProxy: "", noProxy: exempt };
    // Given for a SOCKS proxy, proxyTls would mean SOCKS over TLS.
    const proxyTls = isSocks(settings) ? {} : { proxyTls: base };
    return new undici__WEBPACK_IMPORTED_MODULE_1__/* .EnvHttpProxyAgent */ .J2({ ...options, ...variables, ...proxyTls, requestTls: { ...base, ...tls } });
}
function isSocks(settings) {
    return settings?.proxy.protocol.startsWith("socks") === true;
}


/***/ })

};
