export const id = 68;
export const ids = [68];
export const modules = {

/***/ 7068:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openSealedBox: () => (/* binding */ openSealedBox)
/* harmony export */ });
/* harmony import */ var libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4768);

/**
 * Reads a public key (X25519, libsodium's `crypto_box_seal`).
 * @param publicKey base64, as GitHub gives it
 * @throws Error for anything that is not such a key
 */
async function openSealedBox(publicKey) {
    await libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"].ready */ .Ay.ready;
    const key = libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"].from_base64 */ .Ay.from_base64(publicKey, libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"].base64_variants */ .Ay.base64_variants.ORIGINAL);
    const seal = (text) => libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .Ay.crypto_box_seal(text, key);
    // A key of the wrong length, or one that no message can be sealed for, shows here and not at the write.
    seal("");
    return { seal: (text) => libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"].to_base64 */ .Ay.to_base64(seal(text), libsodium_wrappers__WEBPACK_IMPORTED_MODULE_0__/* ["default"].base64_variants */ .Ay.base64_variants.ORIGINAL) };
}


/***/ })

};
