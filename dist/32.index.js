export const id = 32;
export const ids = [32];
export const modules = {

/***/ 6032:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   OriginConnections: () => (/* binding */ OriginConnections),
/* harmony export */   fetchPeerCertificate: () => (/* binding */ fetchPeerCertificate)
/* harmony export */ });
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1692);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6752);
/* harmony import */ var _transport_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8427);
// Opens connections to an origin with undici, directly or through a proxy.



/** Longest wait for a connection. With a proxy, each part of the way has this limit. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * The connections to one origin. They use HTTP/1.1 only: a request has its connection to itself, so the run
 * knows whether it was sent.
 */
class OriginConnections {
    dispatcher;
    /** Whether there ever was a connection to the origin. Without one nothing can have been sent. */
    connected;
    /**
     * Why they were closed; undefined while they are open. Not every dispatcher gives this reason to the
     * requests it ends.
     */
    closed;
    constructor(settings) {
        // undici does not tell whether a connection through a SOCKS proxy was made.
        this.connected = isSocks(settings);
        this.dispatcher = open(settings, {}, (error, socket, done) => {
            // Without a socket undici leaves it out where its types say null.
            if (!socket)
                return done(new _transport_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ConnectFailure */ .V(error), null);
            this.connected = true;
            done(null, socket);
        });
    }
    /** Ends every request. An AbortSignal would not end a request that waits for its tunnel. */
    close(reason) {
        this.closed = reason;
        void this.dispatcher.destroy(reason).catch(() => { });
    }
}
/**
 * Fetches the TLS certificate of an origin without verifying it. It opens a connection for this only, and sends nothing
 * on it. The connections that carry requests always verify.
 * @param milliseconds the longest that this may take
 * @returns undefined where the server showed none in time
 */
async function fetchPeerCertificate(origin, settings, milliseconds) {
    let seen;
    const dispatcher = open(settings, { rejectUnauthorized: false }, (error, socket, done) => {
        if (socket instanceof node_tls__WEBPACK_IMPORTED_MODULE_0__.TLSSocket)
            seen = socket.getPeerCertificate();
        socket?.destroy();
        done(error ?? new Error("the certificate was read"), null);
    });
    const timer = setTimeout(() => void dispatcher.destroy(), milliseconds);
    // The connection always fails, by the error above, so nothing is sent.
    await dispatcher.request({ origin: origin.origin, path: "/", method: "GET" }).catch(() => { });
    clearTimeout(timer);
    void dispatcher.destroy();
    return seen;
}
/**
 * @param connected gets each connection, or the error where there is none, and calls `done` with the
 * request's result
 */
function open(settings, tls, connected) {
    const base = { allowH2: false, timeout: CONNECT_TIMEOUT_MS };
    const options = {
        // All requests share one tunnel. A wait for the previous request takes no longer than another connection
        // would.
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
    // For a SOCKS proxy, the option proxyTls would mean SOCKS over TLS.
    const proxyTls = isSocks(settings) ? {} : { proxyTls: base };
    return new undici__WEBPACK_IMPORTED_MODULE_1__/* .EnvHttpProxyAgent */ .J2({ ...options, ...variables, ...proxyTls, requestTls: { ...base, ...tls } });
}
function isSocks(settings) {
    return settings?.proxy.protocol.startsWith("socks") === true;
}


/***/ })

};
