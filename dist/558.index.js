export const id = 558;
export const ids = [558];
export const modules = {

/***/ 2544:
/***/ ((__unused_webpack_module, exports, __webpack_require__) => {

var __webpack_unused_export__;


__webpack_unused_export__ = ({
  value: true
});
exports.m0 = undefined;
__webpack_unused_export__ = exec;

var _child_process = __webpack_require__(5317);

var isFunction = function isFunction(maybeFunction) {
  return typeof maybeFunction === 'function';
};

var expectedStderrForAction = {
  'cms.verify': /^verification successful/i,
  'genrsa': /^generating/i,
  'pkcs12': /^mac verified ok/i,
  'req.new': /^generating/i,
  'req.verify': /^verify ok/i,
  'rsa': /^writing rsa key/i,
  'smime.verify': /^verification successful/i,
  'x509.req': /^signature ok/i
};

function exec(action, maybeBuffer, maybeOptions, maybeCallback) {
  // Support option re-ordering
  var buffer = maybeBuffer;
  var options = maybeOptions;
  var callback = maybeCallback;
  if (!Buffer.isBuffer(buffer)) {
    callback = options;
    options = buffer;
    buffer = false;
  }
  if (isFunction(options)) {
    callback = options;
    options = {};
  }

  // Build initial params with passed action
  var params = action.split('.').map(function (value, key) {
    return !key ? value : '-' + value;
  });
  var lastParams = [];
  Object.keys(options).forEach(function (key) {
    if (options[key] === false) {
      lastParams.push(key);
    } else if (options[key] === true) {
      params.push('-' + key);
    } else {
      if (Array.isArray(options[key])) {
        options[key].forEach(function (value) {
          params.push('-' + key, value);
        });
      } else {
        params.push('-' + key, options[key]);
      }
    }
  });
  // Append last params
  params = params.concat(lastParams);

  // Actually spawn openssl command
  var openssl = (0, _child_process.spawn)('openssl', params);
  var outResult = [];
  var outLength = 0;
  var errResult = [];
  var errLength = 0;

  openssl.stdout.on('data', function (data) {
    outLength += data.length;
    outResult.push(data);
  });

  openssl.stderr.on('data', function (data) {
    errLength += data.length;
    errResult.push(data);
  });

  openssl.on('close', function (code) {
    var stdout = Buffer.concat(outResult, outLength);
    var stderr = Buffer.concat(errResult, errLength).toString('utf8');
    var expectedStderr = expectedStderrForAction[action];
    var err = null;

    if (code || stderr && expectedStderr && !stderr.match(expectedStderr)) {
      err = new Error(stderr);
      err.code = code;
    }

    if (isFunction(callback)) {
      callback.apply(null, [err, stdout]);
    }
  });

  if (buffer) {
    openssl.stdin.write(buffer);
  }

  openssl.stdin.end();

  return openssl;
}

exports.m0 = exec;
//# sourceMappingURL=index.js.map

/***/ }),

/***/ 6558:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   argvOf: () => (/* binding */ argvOf),
/* harmony export */   runInMemory: () => (/* binding */ runInMemory)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var openssl_wrapper__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2544);
/* harmony import */ var _ca_key_material_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4934);
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7612);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3751);
/* harmony import */ var _watchdog_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4195);







// Its users load it late: it is one chunk of dist/ then, where their own chunks would hold it once each.
/** Most of a process's words that is kept, in characters, but for the chunk that passes it. */
const STDERR_LIMIT = 64 * 1024;
/** @returns the arguments that a task's process gets */
function argvOf({ action, options }) {
    return [
        action,
        ...Object.entries(options).flatMap(([name, value]) => value === true ? [`-${name}`] : [`-${name}`, String(value)]),
    ];
}
/**
 * Runs one OpenSSL process in memory: no temporary file.
 * @returns how it ended; the caller judges the exit code
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, does not end
 * or is ended by a signal
 */
async function runInMemory(place, task) {
    const folder = await folderOf(place);
    const argv = argvOf(task);
    let stderr = "";
    const said = () => (0,_ca_key_material_js__WEBPACK_IMPORTED_MODULE_5__/* .withoutKeys */ .Pe)(stderr.split(/\r?\n/)).join("\n");
    const run = () => new Promise((resolve, reject) => {
        // openssl-wrapper looks on PATH, takes no environment and copies ours at the call: set, start, restore at once.
        const restore = setEnvironment({
            ...Object.fromEntries(Object.keys(process.env)
                .filter(_environment_js__WEBPACK_IMPORTED_MODULE_6__/* .isWithheld */ .Y)
                .map((name) => [name, undefined])),
            OPENSSL_CONF: place.configuration,
            PATH: folder === undefined ? process.env["PATH"] : `${folder}${node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter}${process.env["PATH"] ?? ""}`,
            ...task.variables,
        });
        try {
            let stdout = Buffer.alloc(0);
            const child = (0,openssl_wrapper__WEBPACK_IMPORTED_MODULE_2__/* .exec */ .m0)(task.action, task.input, { ...task.options }, (_error, written) => {
                stdout = written;
            });
            child.stderr.on("data", (chunk) => {
                if (stderr.length < STDERR_LIMIT)
                    stderr += chunk.toString("utf8");
            });
            // It takes words on stderr for an error in some cases, and the end by a signal for none: the exit code decides.
            child.on("close", (code) => {
                if (code === null || (0,_failure_js__WEBPACK_IMPORTED_MODULE_3__/* .isEndedBySignal */ .Cf)(code))
                    reject((0,_failure_js__WEBPACK_IMPORTED_MODULE_3__/* .opensslFailure */ .zr)(argv, code, said()));
                else
                    resolve({ exitCode: code, stdout, stderr: said() });
            });
            // One that never reads its input.
            child.stdin.on("error", () => { });
        }
        catch (error) {
            // For lack of descriptors the wrapper does not get that far. The child that did not start says why in a moment, and is
            // heard first.
            setImmediate(() => reject(error));
        }
        finally {
            restore();
        }
    });
    return await (0,_watchdog_js__WEBPACK_IMPORTED_MODULE_4__/* .watched */ .V)(argv, run, said);
}
/** @returns the folder to put before PATH so that `openssl` means this program, or undefined for PATH as it is */
async function folderOf({ program, directory }) {
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(program))
        return undefined;
    if (/^openssl(?:\.exe)?$/i.test((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(program)))
        return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(program);
    const link = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, "openssl");
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.symlink)(program, link).catch((error) => {
        if (error.code !== "EEXIST")
            throw error;
    });
    return directory;
}
function setEnvironment(values) {
    const before = Object.keys(values).map((name) => [name, process.env[name]]);
    const apply = (pairs) => {
        for (const [name, value] of pairs) {
            if (value === undefined)
                delete process.env[name];
            else
                process.env[name] = value;
        }
    };
    apply(Object.entries(values));
    return () => apply(before);
}


/***/ })

};
