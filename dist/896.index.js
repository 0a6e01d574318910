export const id = 896;
export const ids = [896];
export const modules = {

/***/ 896:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   encryptPrivateKey: () => (/* binding */ encryptPrivateKey)
/* harmony export */ });
/* harmony import */ var _ca_pem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9435);
/* harmony import */ var _messages_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6042);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3751);



/** PBKDF2 rounds of an encrypted keyring key; OpenSSL and Node both default to 2,048 (measured). */
const PBKDF2_ROUNDS = 600_000;
/** For the moment of the call alone: neither argv nor a file ever holds the passphrase. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_KEYRING_PASSPHRASE";
/**
 * Encrypts a private key in OpenSSL's memory (stdin to stdout, no temporary file): PKCS#8, AES-256-CBC, PBKDF2 with
 * HMAC-SHA-256.
 * @param privateKey PEM, unencrypted
 * @returns PEM `ENCRYPTED PRIVATE KEY`
 * @throws ActionError `OPENSSL_…`
 */
async function encryptPrivateKey(privateKey, passphrase, place) {
    const task = {
        action: "pkcs8",
        input: Buffer.from(privateKey),
        options: {
            topk8: true,
            v2: "aes-256-cbc",
            iter: String(PBKDF2_ROUNDS),
            passout: `env:${PASSPHRASE_VARIABLE}`,
        },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    };
    const { argvOf, runInMemory } = await __webpack_require__.e(/* import() */ 558).then(__webpack_require__.bind(__webpack_require__, 6558));
    const { exitCode, stdout, stderr } = await runInMemory(place, task);
    if (exitCode !== 0)
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .opensslFailure */ .zr)(argvOf(task), exitCode, stderr);
    // The block alone: what else a program prints may be the key itself.
    const block = blocksIn(stdout.toString("utf8")).find(({ label }) => label === "ENCRYPTED PRIVATE KEY");
    if (block !== undefined)
        return block.pem;
    throw new _messages_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ("OPENSSL_FAILED", "OpenSSL did not write an encrypted private key.");
}
function blocksIn(text) {
    try {
        return (0,_ca_pem_js__WEBPACK_IMPORTED_MODULE_0__/* .parsePem */ .oW)(text).blocks;
    }
    catch {
        return [];
    }
}


/***/ })

};
