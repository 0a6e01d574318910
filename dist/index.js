import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 2544:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var __webpack_unused_export__;


__webpack_unused_export__ = ({
  value: true
});
exports.m0 = undefined;
__webpack_unused_export__ = exec;

var _child_process = __nccwpck_require__(5317);

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

/***/ 9934:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ae: () => (/* binding */ path),
/* harmony export */   ML: () => (/* binding */ keyBits),
/* harmony export */   Of: () => (/* binding */ readRegularBytes),
/* harmony export */   P8: () => (/* binding */ visibleLine),
/* harmony export */   T8: () => (/* binding */ pathOfPem),
/* harmony export */   TN: () => (/* binding */ oneLine),
/* harmony export */   Tm: () => (/* binding */ pemOrPath),
/* harmony export */   US: () => (/* binding */ reportUnfitDirectory),
/* harmony export */   Xm: () => (/* binding */ emptySecretHint),
/* harmony export */   dm: () => (/* binding */ maskable),
/* harmony export */   dt: () => (/* binding */ trueOrFalse),
/* harmony export */   m4: () => (/* binding */ subjectValue),
/* harmony export */   o3: () => (/* binding */ maskProblem),
/* harmony export */   rD: () => (/* binding */ wholeNumber),
/* harmony export */   uQ: () => (/* binding */ EMPTY_SECRETS_HINT),
/* harmony export */   yL: () => (/* binding */ oneOf)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3896);
/* harmony import */ var _ca_subject_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(449);
/* harmony import */ var _messages_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6042);
/* harmony import */ var _messages_printable_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2762);
/* harmony import */ var _messages_secrets_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(8940);
// Parsers of input texts. Each throws an Error whose message says what would be valid.







/** No file with a certificate or a few keys is larger; a device or a log given by mistake is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** PATH_MAX of Linux; elsewhere the system refuses what is too long for it. */
const LONGEST_PATH = 4096;
/** GitHub passes a secret that a job may not read as an empty text, without a word. */
const EMPTY_SECRETS_HINT = {
    next: "If these values are secrets: they are empty where environment of the job is missing or misspelled, and in runs of a fork's pull request and of Dependabot.",
};
/** @returns what to do where a secret is needed, and the input that it comes in by is empty */
function emptySecretHint(input) {
    return {
        next: `The secret of ${input} is empty. Check the name of the secret. Check that the job names the environment of the secret. Then ${_messages_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .NEW_RUN */ .$Y}. If the secret was deleted and nobody knows its value, see docs/recovery.md.`,
    };
}
/** @returns a parser for a value of a subject, issued exactly as given or refused */
function subjectValue(limit) {
    return (text) => {
        const problem = (0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_3__/* .subjectValueProblem */ .Lg)(text, limit);
        if (problem !== undefined)
            throw new Error(`${problem}. Give one line of visible text, for example Acme`);
        if (text.trim() === "")
            throw new Error("is blank. Give one line of visible text, for example Acme");
        return text;
    };
}
/** @returns a parser for a whole number in a range, written in decimal digits only */
function wholeNumber(least, most) {
    return (text) => {
        const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
        if (!(value >= least && value <= most)) {
            throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .TL)(text)} is not valid. Give a whole number from ${least} to ${most}, for example ${Math.min(most, Math.max(least, 365))}`);
        }
        return value;
    };
}
/** Sizes of an RSA key that the platform's examples and every broker accept. */
function keyBits(text) {
    if (!["2048", "3072", "4096"].includes(text))
        throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .TL)(text)} is not a size of a key. Give 2048, 3072 or 4096`);
    return Number(text);
}
/** Booleans are written `true` or `false`, as in YAML; nothing else. */
function trueOrFalse(text) {
    if (!/^(?:true|false)$/i.test(text))
        throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .TL)(text)} is neither true nor false. Give true or false`);
    return text.toLowerCase() === "true";
}
/** @returns a parser for one of a few words */
function oneOf(...words) {
    return (text) => {
        const found = words.find((word) => word === text);
        if (found === undefined)
            throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .TL)(text)} is not valid. Give one of: ${words.join(", ")}`);
        return found;
    };
}
/** One line of printable text. */
function oneLine(text) {
    return lineUpTo(256, text);
}
/** The name of a certificate: one line of visible characters, so that no two names look alike. */
function visibleLine(text) {
    if ((0,_ca_subject_js__WEBPACK_IMPORTED_MODULE_3__/* .hasInvisible */ .wy)(text))
        throw new Error("contains an invisible character. Type the value again instead of copying it");
    return oneLine(text);
}
/** @returns why a secret cannot be hidden: a mask of a letter or two would blank the whole log; undefined where it can */
function maskProblem(text) {
    if (text.length >= _messages_secrets_js__WEBPACK_IMPORTED_MODULE_6__/* .SHORTEST_SECRET */ .c3)
        return undefined;
    return `is shorter than ${_messages_secrets_js__WEBPACK_IMPORTED_MODULE_6__/* .SHORTEST_SECRET */ .c3} characters. So short a secret cannot be masked in the log. Use a longer one`;
}
/** A secret that can be hidden. */
function maskable(text) {
    const problem = maskProblem(text);
    if (problem !== undefined)
        throw new Error(problem);
    return text;
}
/** A path, made absolute so that it means the same in every working directory. */
function path(text) {
    const line = lineUpTo(LONGEST_PATH, text);
    try {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(line);
    }
    catch {
        throw new Error("is relative to the step's working directory, which no longer exists. Give an absolute path");
    }
}
function lineUpTo(limit, text) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
        throw new Error("contains a control character or a line break. Give one line of printable text");
    if (text.length > limit)
        throw new Error(`is ${text.length} characters long. The limit is ${limit} characters`);
    return text;
}
/**
 * A text in PEM, or the path of a file with it. Both may also be base64 of a whole PEM text.
 * @returns the text
 */
function pemOrPath(text) {
    const file = pathOfPem(text);
    if (file === undefined)
        return (0,_ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .pemFromBase64 */ .g_)(text) ?? text;
    const problem = (reason) => new Error((0,_ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .pemHint */ .ct)(text) ??
        `is neither PEM text nor a file that can be read (${reason}). Give the PEM text or the path of a PEM file, for example ca.pem`);
    const bytes = readRegularBytes(file, FILE_LIMIT_BYTES, problem);
    const decoded = (0,_ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .pemFromBase64 */ .g_)(bytes.toString("latin1"));
    if (decoded !== undefined)
        return decoded;
    const foreign = (0,_ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .foreignFormat */ .Ub)(bytes);
    if (foreign !== undefined)
        throw new Error(foreign);
    return bytes.toString("utf8");
}
/** @returns the absolute path that a text for {@link pemOrPath} is, or undefined where it is PEM itself */
function pathOfPem(text) {
    const isText = text.includes("-----BEGIN") || text.includes("\n") || (0,_ca_pem_hints_js__WEBPACK_IMPORTED_MODULE_2__/* .pemFromBase64 */ .g_)(text) !== undefined;
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
        const found = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(file);
        if (!found.isFile())
            throw new Error("it is not a regular file");
        if (found.size > limit) {
            const size = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
            throw new Error(`it is larger than ${size}`);
        }
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file);
    }
    catch (error) {
        throw problem(error.code ?? error.message);
    }
}
/**
 * Reports a directory that cannot be written, or could not be made.
 * @param names of new files, which it must not hold yet: no file is overwritten
 */
function reportUnfitDirectory(directory, report, names = []) {
    if (directory === undefined || !isWritable(directory, report))
        return;
    for (const name of names) {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, name), { throwIfNoEntry: false }) !== undefined) {
            report("directory", `already holds a file ${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_5__/* .quoted */ .TL)(name)}. No file is overwritten. Give another directory, or move the file away`, "FILE_EXISTS");
        }
    }
}
function isWritable(directory, report) {
    try {
        let there = directory;
        while ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(there, { throwIfNoEntry: false }) === undefined)
            there = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(there);
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(there, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK);
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(there).isDirectory())
            return true;
        report("directory", "is not a directory, or lies under a file. Give the path of a directory", "FILE_FAILED");
    }
    catch (error) {
        const { code } = error;
        report("directory", `cannot be written (${code}). Give the path of a directory that the runner can write`, "FILE_FAILED");
    }
    return false;
}


/***/ }),

/***/ 4038:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  ZZ: () => (/* binding */ field),
  Os: () => (/* binding */ group),
  k4: () => (/* binding */ plainGroup),
  Ko: () => (/* binding */ readInputs)
});

// EXTERNAL MODULE: ./build/ca/pem-hints.js
var pem_hints = __nccwpck_require__(3896);
// EXTERNAL MODULE: ./build/messages/errors.js
var errors = __nccwpck_require__(6042);
// EXTERNAL MODULE: ./build/messages/printable.js
var printable = __nccwpck_require__(2762);
;// CONCATENATED MODULE: ./build/action/input-placeholder.js
// Recognises texts that were left where a value belongs, such as <id> or $TENANT.
/** Longer texts are values: PEM, lists, JSON. */
const LONGEST = 300;
/** What our pages, templates and shells put where a value belongs. */
const PLACEHOLDERS = [
    // <id>, <the old id>, https://gateway.<region>.mindsphere.io
    /^\S*<\p{L}[^<>]*>\S*$/u,
    // An expression that GitHub did not evaluate.
    /\$\{\{/,
    // Variables: $TENANT, ${TENANT}, %TENANT%, {region}. No input is read by a shell.
    /^\$\w+$|^\$?\{[\w -]+\}$|^%\w+%$/,
    /^(?:…|\.{3})$/,
    /^your[-_](?:\w+[-_])*(?:tenant|environment|organi[sz]ation|org|company|city|region|gateway|id|name|token|secret|key)$/i,
];
/** Words and patterns that only stand for an id of the platform, and the id on our own pages. */
const ID_PLACEHOLDERS = [
    /^(?:(?:the|your|my|old|new|other|ca|cert|certificate|platform)[-_])*ids?$/i,
    /^[x-]{3,}$|^[0-]{8,}$/i,
    /^c58bdcb6a79957829113d8fa$/,
];
/** One thing in a list: a placeholder with its blanks, or what stands between blanks and commas. */
const LISTED = /<[^<>]*>|\$\{\{.*?\}\}|[^\s,]+/g;
/**
 * Finds what was left in a text instead of a value.
 * @param text as it was given
 * @param ids whether it is one id of the platform, or a list of them
 * @returns the placeholder; undefined where the text is a value
 */
function placeholderIn(text, ids = false) {
    if (text.length <= LONGEST && PLACEHOLDERS.some((pattern) => pattern.test(text)))
        return text;
    if (!ids)
        return undefined;
    const patterns = [...PLACEHOLDERS, ...ID_PLACEHOLDERS];
    return text.match(LISTED)?.find((listed) => patterns.some((pattern) => pattern.test(listed)));
}

;// CONCATENATED MODULE: ./build/action/inputs.js
// Inputs as tasks declare them, and how their texts in the runner's environment become values.




/** Declares a field, keeping the literal types of `required` and `default`. */
function field(declared) {
    return declared;
}
function group(fields, resolve) {
    return { fields, resolve };
}
/** @returns a group whose value is its fields' values */
function plainGroup(fields) {
    return group(fields, (values) => values);
}
/**
 * Reads every input of a task and checks it, before any process or request. Like `core.getInput` it reads the variables
 * `INPUT_<NAME>`, in upper case with hyphens kept; unset is empty.
 */
async function readInputs(groups) {
    const problems = [];
    const secrets = [];
    const report = (input, message, code, more) => {
        problems.push({ input, message, ...(code && { code }), ...more });
    };
    const inputs = {};
    for (const [name, { fields, resolve }] of Object.entries(groups)) {
        const values = {};
        for (const [input, declared] of Object.entries(fields)) {
            const value = await readField(input, declared, report, secrets);
            if (value !== undefined)
                values[input] = value;
        }
        const given = (input) => textOf(input, fields[input]);
        // A private key in a wrong input is masked, too.
        secrets.push(...Object.keys(fields).map(given).filter(pem_hints/* holdsPrivateKey */.jc));
        const resolved = await resolve(values, report, (input) => given(input) !== "", given);
        if (resolved !== undefined)
            inputs[name] = resolved;
    }
    return { inputs: inputs, problems, report, secrets };
}
async function readField(input, declared, report, secrets) {
    const text = textOf(input, declared);
    const given = text === "" ? (declared.default ?? "") : text;
    if (given === "") {
        if (declared.required === true)
            report(input, `is missing. ${declared.description}`);
        return undefined;
    }
    try {
        refusePlaceholder(given, declared);
        const value = await declared.parse(given);
        if (declared.secret !== true)
            return value;
        secrets.push(...[value].flat().filter((text) => typeof text === "string"));
        // A path is no secret. A key in base64 is masked in that form, too.
        if ((0,pem_hints/* pemFromBase64 */.g_)(given) !== undefined)
            secrets.push(given);
        return value;
    }
    catch (error) {
        if (declared.secret === true)
            secrets.push(given);
        const { message, code = "" } = error;
        report(input, message, code in errors/* ERROR_CODES */.OQ ? code : undefined);
        return undefined;
    }
}
/**
 * Refuses a placeholder, except as a passphrase, which may be any text. @throws Error that quotes the
 * placeholder, unless it is a secret
 */
function refusePlaceholder(text, { secret, verbatim, ids, description }) {
    if (secret === true && verbatim === true)
        return;
    const found = placeholderIn(text, ids);
    if (found === undefined)
        return;
    const words = secret === true ? "is a placeholder" : `${(0,printable/* quoted */.TL)(found)} is a placeholder`;
    throw new Error(`${words}. Put the real value in its place: ${description}`);
}
/**
 * @returns the text of an input, without the blanks around it unless they belong to the value; empty if not
 * given
 */
function textOf(input, declared) {
    const raw = process.env[`INPUT_${input.toUpperCase()}`] ?? "";
    return declared?.verbatim === true ? raw : raw.trim();
}


/***/ }),

/***/ 5196:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ax: () => (/* binding */ PRODUCT),
/* harmony export */   o_: () => (/* binding */ NAME),
/* harmony export */   xv: () => (/* binding */ VERSION)
/* harmony export */ });
// Written by `npm run build` and `npm run generate` from package.json.
/** Name of this action. */
const NAME = "mindconnect-ca-action";
/** Version of this action (semver.org). */
const VERSION = "1.0.0";
/** Both as a product of RFC 9110 (section 10.1.5), for the User-Agent of every request. */
const PRODUCT = `${NAME}/${VERSION}`;


/***/ }),

/***/ 1166:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dk: () => (/* binding */ TAG),
/* harmony export */   SA: () => (/* binding */ insideDer),
/* harmony export */   SU: () => (/* binding */ readDer),
/* harmony export */   lP: () => (/* binding */ dottedOid)
/* harmony export */ });
/** Reads DER, as far as certificates, CSRs and keys need it. */
/** Tags that certificates, CSRs and encrypted keys are made of. */
const TAG = {
    boolean: 0x01,
    integer: 0x02,
    bitString: 0x03,
    octetString: 0x04,
    oid: 0x06,
    sequence: 0x30,
    context0: 0xa0,
};
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

/***/ 3896:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ub: () => (/* binding */ foreignFormat),
/* harmony export */   Ug: () => (/* binding */ EncodingError),
/* harmony export */   _$: () => (/* binding */ isKeyForm),
/* harmony export */   _V: () => (/* binding */ isEncryptedKey),
/* harmony export */   ct: () => (/* binding */ pemHint),
/* harmony export */   g7: () => (/* binding */ decodeText),
/* harmony export */   g_: () => (/* binding */ pemFromBase64),
/* harmony export */   jc: () => (/* binding */ holdsPrivateKey),
/* harmony export */   ml: () => (/* binding */ binaryForm)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7975);
/* harmony import */ var _der_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1166);
/**
 * Recognises a file or text that should be PEM or UTF-8 and is not: another format, another encoding, or
 * damaged PEM.
 */



/**
 * The error for bytes that are not UTF-8. The message says what the bytes are, to follow the name of the
 * file.
 */
class EncodingError extends Error {
    name = "EncodingError";
}
/**
 * Reads the bytes of a text file. Bytes that are not UTF-8 are refused: decoded and written back, they would
 * be changed.
 * @throws EncodingError
 */
function decodeText(bytes) {
    if (bytes.includes(0))
        throw new EncodingError(otherThanText(bytes));
    try {
        // The byte order mark is kept: readers of the text expect it.
        return new node_util__WEBPACK_IMPORTED_MODULE_1__.TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    }
    catch {
        throw new EncodingError(otherThanText(bytes));
    }
}
function otherThanText(bytes) {
    const form = binaryForm(Buffer.from(bytes));
    if (form !== undefined)
        return `is in ${convertible(form)}`;
    if (bytes.every((byte) => byte === 0))
        return "contains only zero bytes, as a disk may leave it after a crash. Restore a copy";
    return hasUtf16Mark(bytes) || bytes.includes(0)
        ? "is text in UTF-16, as PowerShell writes it, or is not text. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"
        : "is not text in UTF-8 (it may be Latin-1). Save it as UTF-8";
}
/**
 * Says what a file holds instead of PEM, with the command that converts it.
 * @param bytes of the file: hostile or secret; never quoted
 * @returns what it is, to follow the name of the input; undefined for PEM
 */
function foreignFormat(bytes) {
    const text = bytes.toString("latin1");
    if (text.trim() === "")
        return "names a file that is empty";
    if (hasUtf16Mark(bytes) || bytes.includes(UTF16_BEGIN)) {
        return "names a file in UTF-16, as PowerShell writes it. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
    }
    if (text.includes("-----BEGIN "))
        return undefined;
    const form = binaryForm(bytes);
    if (form !== undefined)
        return `names a file in ${convertible(form)}`;
    const hint = pemHint(text);
    return hint === undefined
        ? "names a file without PEM text (no -----BEGIN …----- line)"
        : `names a file that ${hint}`;
}
/** How PEM begins in UTF-16 without a byte order mark. */
const UTF16_BEGIN = Buffer.from("-----BEGIN ", "utf16le");
function hasUtf16Mark([first, second]) {
    return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
/** Base64, with or without line breaks, of at least 99 characters: a path is shorter. */
const BASE64 = /^\s*[A-Za-z0-9+/][A-Za-z0-9+/=\s]{98,}$/;
/**
 * Decodes a PEM text that was given as base64: secrets of several lines are often stored in this form.
 * @param text hostile or secret
 * @returns the PEM text; undefined where the given text is not base64 of PEM in UTF-8
 */
function pemFromBase64(text) {
    if (!BASE64.test(text))
        return undefined;
    const bytes = Buffer.from(text, "base64");
    const decoded = bytes.toString("utf8");
    return decoded.includes("-----BEGIN ") && Buffer.from(decoded).equals(bytes) ? decoded : undefined;
}
/**
 * Recognises how a PEM text was damaged: secrets and YAML often lose its line breaks.
 * @param text hostile or secret; never quoted
 * @returns what it holds instead, to follow the name of the text; undefined where nothing is recognised
 */
function pemHint(text) {
    if (!text.includes("-----BEGIN "))
        return base64Hint(text);
    if (text.includes("\\n"))
        return "holds the two characters \\n instead of line breaks. Pass the PEM text with real line breaks";
    if (/^[ \t]+-----(?:BEGIN|END) /m.test(text))
        return "is indented. Every line of a PEM text must begin at the left margin";
    if (/-----BEGIN [A-Z0-9 ]+-----[ \t]*[^-\s]/.test(text))
        return "has blanks instead of line breaks. Pass the PEM text with its line breaks";
    return undefined;
}
function base64Hint(text) {
    if (pemFromBase64(text) !== undefined)
        return "is base64 of a whole PEM text. Pass the output of base64 -d";
    if (!BASE64.test(text))
        return undefined;
    const bytes = Buffer.from(text, "base64");
    if (bytes.includes(UTF16_BEGIN))
        return "is base64 of a text in UTF-16. Pass the output of base64 -d | iconv -f UTF-16 -t UTF-8";
    const form = binaryForm(bytes);
    if (form?.kind.startsWith("PKCS#12"))
        return `is base64 of ${form.kind}. Pass the output of base64 -d | openssl ${form.argv}`;
    // The base64 of a certificate's or key's DER begins with MA to MP. It is the body of a PEM text.
    return /^\s*M[A-P]/.test(text)
        ? "holds base64 without the lines -----BEGIN …----- and -----END …-----. Pass the whole PEM text"
        : undefined;
}
const CERTIFICATE_KIND = "DER (a certificate)";
function convertible({ kind, argv }) {
    return `${kind}, not PEM. Convert it: openssl ${argv} -in FILE -out FILE.pem`;
}
/**
 * Recognises certificates and keys that are stored in binary.
 * @param bytes hostile or secret
 * @returns undefined for anything else
 */
function binaryForm(bytes) {
    // X509Certificate reads PEM as well.
    if (parses(() => new node_crypto__WEBPACK_IMPORTED_MODULE_0__.X509Certificate(bytes)) && !bytes.includes("-----BEGIN "))
        return { kind: CERTIFICATE_KIND, argv: "x509 -inform DER" };
    const isKey = ["pkcs8", "pkcs1", "sec1"].some((type) => parses(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: bytes, format: "der", type })));
    if (isKey)
        return { kind: "DER (a private key)", argv: "pkey -inform DER" };
    if (isEncryptedKey(bytes))
        return { kind: "DER (an encrypted private key)", argv: "pkey -aes256 -inform DER" };
    return isPkcs12(bytes) ? { kind: "PKCS#12 (.pfx, .p12)", argv: "pkcs12 -nodes" } : undefined;
}
/**
 * @param text of an input that should hold no key; hostile or secret
 * @returns whether a private key is in it: in PEM, encrypted or not, damaged or in base64, or in base64 of DER or PKCS#12
 */
function holdsPrivateKey(text) {
    if ((pemFromBase64(text) ?? text).includes("PRIVATE KEY-----"))
        return true;
    return BASE64.test(text) && isKeyForm(binaryForm(Buffer.from(text, "base64")));
}
/** @returns whether a binary form may have a private key inside */
function isKeyForm(form) {
    return form !== undefined && form.kind !== CERTIFICATE_KIND;
}
function partsOf(bytes) {
    try {
        return (0,_der_js__WEBPACK_IMPORTED_MODULE_2__/* .insideDer */ .SA)(bytes);
    }
    catch {
        return [];
    }
}
/**
 * EncryptedPrivateKeyInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING } (RFC 5958 §3).
 * @returns whether bytes are one, whole from the first to the last
 */
function isEncryptedKey(bytes) {
    const [algorithm, encrypted, ...others] = partsOf(bytes);
    return algorithm?.tag === 0x30 && encrypted?.tag === _der_js__WEBPACK_IMPORTED_MODULE_2__/* .TAG */ .Dk.octetString && others.length === 0;
}
/** PFX ::= SEQUENCE { version INTEGER 3, … } (RFC 7292 §4). */
function isPkcs12(bytes) {
    const [version, content] = partsOf(bytes);
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
/** The subject of a certificate: its attributes, their limits, and its form as an argument of OpenSSL. */
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
/** @returns whether a text has invisible characters: soft hyphens, zero widths, directions, fillers, tags */
function hasInvisible(text) {
    return INVISIBLE.test(text);
}
/**
 * Unicode's list of invisible characters (UAX #44), which has those of musical notation, and the annotation
 * marks.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
/**
 * Checks a value for a subject. Control characters and invisible ones can make a name look like another name.
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
    return length > limit ? `is ${length} characters long. The limit is ${limit} characters` : undefined;
}


/***/ }),

/***/ 7536:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K8: () => (/* binding */ isTime),
/* harmony export */   KH: () => (/* binding */ iso),
/* harmony export */   Yk: () => (/* binding */ rememberedTime),
/* harmony export */   sO: () => (/* binding */ DAY_MS),
/* harmony export */   vd: () => (/* binding */ day),
/* harmony export */   ye: () => (/* binding */ MOST_DAYS)
/* harmony export */ });
/** Times as the platform and the keyring write them. */
/**
 * The end of the last year with four digits. Later dates are typing errors, and OpenSSL does not make them.
 */
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
 * Reads a time that the keyring notes.
 * @param text ISO 8601 UTC, or any text of a person; undefined where nothing is noted
 * @returns milliseconds since 1970, also one in the future; undefined for a text that is no time
 */
function rememberedTime(text) {
    const time = Date.parse(text ?? "");
    return isTime(time) ? time : undefined;
}
/** Milliseconds of a day. */
const DAY_MS = 24 * 60 * 60 * 1000;
/** A hundred years: OpenSSL makes longer ones, but no dates beyond 9999 (measured). */
const MOST_DAYS = 36_500;


/***/ }),

/***/ 2749:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback),
/* harmony export */   i: () => (/* binding */ proxyFor)
/* harmony export */ });
/* harmony import */ var _transport_error_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8427);
// Decides how requests reach a URL: directly, through the proxy that the environment names, or on this
// machine.

/** The schemes of proxies that undici supports. */
const SCHEMES = /^(?:https?|socks5?):$/;
/**
 * Reads the proxy variables that apply to a URL, as curl and the runner do: lower case comes first, and an
 * empty variable counts as not set. An https request goes through the tunnel of HTTPS_PROXY. An http request
 * uses no proxy: http is for loopback only, and a proxy could read the token.
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
    throw new _transport_error_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w("refused", `${variable} is not the URL of a proxy, such as http://proxy.example:8080. Valid schemes are http, https and socks5. Special characters in a user name or password must be percent-encoded`, { sent: false, next: `Correct ${variable} where the runner or the step sets it. Then run again.` });
}
function read(name, environment) {
    const variables = [name.toLowerCase(), name];
    const set = variables.find((variable) => (environment[variable] ?? "").trim() !== "") ?? name;
    return [set, (environment[set] ?? "").trim()];
}
/**
 * Reads the URL of a proxy. As in curl, the scheme may be missing (`proxy.example:8080`), and a path is
 * dropped.
 */
function parseProxy(text) {
    try {
        const url = new URL(text.includes("://") ? text : `http://${text}`);
        // undici decodes the credentials, so a malformed percent-encoding must fail here.
        decodeURIComponent(url.username + url.password);
        const isProxy = SCHEMES.test(url.protocol) && url.hostname !== "";
        return isProxy ? Object.assign(url, { pathname: "", search: "", hash: "" }) : undefined;
    }
    catch {
        return undefined;
    }
}
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** @returns whether a URL's host is this machine, as in a rehearsal against the sandbox */
function isLoopback({ hostname }) {
    return LOOPBACK.test(hostname);
}


/***/ }),

/***/ 4675:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L5: () => (/* binding */ retry),
/* harmony export */   RR: () => (/* binding */ LONGEST_TIMEOUT_MINUTES),
/* harmony export */   _5: () => (/* binding */ deadlineIn)
/* harmony export */ });
/* unused harmony export backoff */
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);
// Repeats a call, within the time that `timeout-minutes` leaves, and without doing anything twice.

/** The largest `timeout-minutes`: the longest run of a job on GitHub-hosted runners. */
const LONGEST_TIMEOUT_MINUTES = 360;
/** @returns a deadline so many milliseconds from now, measured on the steady clock */
function deadlineIn(milliseconds) {
    const end = performance.now() + milliseconds;
    return {
        get left() {
            return Math.max(0, end - performance.now());
        },
        wait: (time) => (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(time),
    };
}
/** Attempts that end without an answer. They are bounded, because servers answer 5xx to a user's mistake too. */
const FAILED_ATTEMPTS = 3;
const BACKOFF_MS = 500;
/**
 * Repeats a call until it is done, refused, or the bounds are reached. A call that changes something is never
 * repeated before `checkDone` says that it was not carried out (guarantee 7).
 * @throws Error of the last attempt, also where a wait would pass the deadline
 */
async function retry(options) {
    const { attempt, checkDone, checkAllowed } = options;
    let failed = 0;
    for (;;) {
        const result = await attempt();
        if (result.kind === "done")
            return result.value;
        if (result.kind !== "try-later")
            failed += 1;
        const last = failed >= FAILED_ATTEMPTS;
        const check = result.kind === "maybe-done" ? checkDone : undefined;
        if (last && check === undefined)
            throw result.error;
        await pause(result, failed, options);
        const done = await (check ?? checkAllowed)?.();
        if (done !== undefined)
            return done;
        if (last)
            throw result.error;
    }
}
async function pause({ waitMs, error }, failed, { deadline, onWait }) {
    const milliseconds = waitMs ?? backoff(failed, Math.random());
    if (milliseconds >= deadline.left)
        throw error;
    if (milliseconds >= 1000)
        onWait(milliseconds, error);
    await deadline.wait(milliseconds);
}
/**
 * The wait where the server names no time: half a second, doubled with each failure. A random part of up to a
 * quarter is added or taken off, so that parallel runs do not send again at the same moment.
 * @param failed attempts that failed, 1 or more
 * @param random from 0 to 1
 * @returns milliseconds
 */
function backoff(failed, random) {
    return BACKOFF_MS * 2 ** (failed - 1) * (0.75 + random / 2);
}


/***/ }),

/***/ 6067:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P9: () => (/* binding */ retryAfter),
/* harmony export */   bg: () => (/* binding */ timeOfReply)
/* harmony export */ });
/* unused harmony export parseHttpDate */
// Reads the HTTP headers with a time: Date (with Age) and Retry-After.
/**
 * Reads a date of an HTTP header: a single IMF-fixdate of RFC 9110 §5.6.7, `Sun, 06 Nov 1994 08:49:37 GMT`, the weekday
 * included. `Date.parse` itself takes nearly anything: `Mon, 12` would be a day of 2001.
 * @param text hostile text
 * @returns milliseconds since 1970, or NaN
 */
function parseHttpDate(text) {
    const time = Date.parse(text);
    // toUTCString writes exactly this form.
    return new Date(time).toUTCString() === text ? time : Number.NaN;
}
/**
 * Reads the time of a reply from its `Date` header. A reply with an `Age` comes from a cache, so its date is in the past.
 * @param headers by name in lower case; the values of several lines are an array
 * @returns milliseconds since 1970, or NaN where the headers tell no usable time
 */
function timeOfReply({ date, age }) {
    return typeof date === "string" && age === undefined ? parseHttpDate(date) : Number.NaN;
}
/** Some 30 years. A longer wait would not give a valid date. */
const MOST_SECONDS = 1e9;
/**
 * Reads a Retry-After header (RFC 9110 §10.2.3: seconds or a date).
 * @param header hostile text
 * @param now the time by the clock of its sender, milliseconds since 1970
 * @returns milliseconds to wait, at least one second; undefined where it cannot be read
 */
function retryAfter(header, now) {
    if (header === undefined)
        return undefined;
    const trimmed = header.trim();
    const milliseconds = /^\d+$/.test(trimmed)
        ? Math.min(Number(trimmed), MOST_SECONDS) * 1000
        : parseHttpDate(trimmed) - now;
    return Number.isNaN(milliseconds) ? undefined : Math.max(1000, milliseconds);
}


/***/ }),

/***/ 8427:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ ConnectFailure),
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
// The errors of an exchange without a usable reply. They tell whether the request may have been carried out.
/** There was no connection, so nothing was sent; the cause says why. */
class ConnectFailure extends Error {
    name = "ConnectFailure";
    constructor(cause) {
        super("no connection", { cause });
    }
}
/** No usable reply came. */
class TransportError extends Error {
    name = "TransportError";
    /**
     * `refused`: the settings or the trusted CAs of this machine forbid the exchange, so another try is of no
     * use.
     */
    kind;
    /** Whether the request may have been carried out. */
    sent;
    noSuchHost;
    next;
    /** @param message may hold hostile text; without a full stop */
    constructor(kind, message, { sent = true, noSuchHost = false, next, cause } = {}) {
        super(message, { cause });
        this.kind = kind;
        this.sent = sent;
        this.noSuchHost = noSuchHost;
        this.next = next;
    }
}


/***/ }),

/***/ 2568:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gf: () => (/* binding */ secretName),
/* harmony export */   J5: () => (/* binding */ resolveSecret),
/* harmony export */   VE: () => (/* binding */ environmentName),
/* harmony export */   ci: () => (/* binding */ addressOf),
/* harmony export */   eF: () => (/* binding */ isInstallationToken),
/* harmony export */   jZ: () => (/* binding */ givenForSecret),
/* harmony export */   pZ: () => (/* binding */ keyringSecretFields),
/* harmony export */   rg: () => (/* binding */ keyringSecretReadingFields),
/* harmony export */   wr: () => (/* binding */ describeSecret)
/* harmony export */ });
/* harmony import */ var _action_input_parsers_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9934);
/* harmony import */ var _action_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4038);
/* harmony import */ var _http_proxy_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2749);
/* harmony import */ var _messages_printable_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2762);




/** The API of github.com, used where GITHUB_API_URL is not set. */
const GITHUB_API = "https://api.github.com";
/** The inputs that say which secret keeps the keyring, and how it may be written. */
const keyringSecretFields = {
    "keyring-secret": (0,_action_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)({
        description: "Name of the GitHub secret that keeps the keyring, for example MINDCONNECT_CA_KEYRING. The task writes the keyring to it. Pass the secret's value as keyring. Needs github-token.",
        parse: secretName,
    }),
    "github-token": (0,_action_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)({
        description: "GitHub token that may write keyring-secret: of a GitHub App, or a fine-grained personal access token. It needs Secrets: write, or Environments: write with keyring-environment. The workflow's own GITHUB_TOKEN cannot write secrets.",
        secret: true,
        parse: githubToken,
    }),
    "keyring-environment": (0,_action_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)({
        description: "GitHub environment that keyring-secret belongs to. Without it the secret belongs to the repository.",
        parse: environmentName,
    }),
    "keyring-import": (0,_action_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .field */ .ZZ)({
        description: "Set to true to confirm what the task cannot know. For keyring-secret: the keyring may go into a secret that does not exist yet, or that only seems older or newer because GitHub's clocks differed. For keyring-file: the file was empty from the start. Defaults to false.",
        default: "false",
        parse: _action_input_parsers_js__WEBPACK_IMPORTED_MODULE_0__/* .trueOrFalse */ .dt,
    }),
};
/** The inputs of a task that only reads the keyring, and compares it with the secret. */
const keyringSecretReadingFields = {
    "keyring-secret": {
        ...keyringSecretFields["keyring-secret"],
        description: "Name of the GitHub secret that keyring was read from. The task notices if keyring is not the secret's newest value. Needs github-token.",
    },
    "github-token": {
        ...keyringSecretFields["github-token"],
        description: "GitHub token that may see when keyring-secret was written. It needs Secrets: read, or Environments: read with keyring-environment.",
    },
    "keyring-environment": keyringSecretFields["keyring-environment"],
};
/** The inputs that name a secret, and so exclude keyring-file. */
function givenForSecret(given) {
    return ["keyring-secret", "github-token", "keyring-environment"].filter(given);
}
/**
 * Makes the secret's address from the inputs and from the repository that the runner names.
 * @returns undefined where no secret is asked for, `invalid` where something was reported or is not valid by itself
 */
function resolveSecret(values, report, given) {
    if (!given("keyring-secret")) {
        const orphans = givenForSecret(given);
        // The runner passes in the default of keyring-import, too. So only "true" counts; with keyring-file it
        // means the file.
        if (values["keyring-import"] === true && !given("keyring-file"))
            orphans.push("keyring-import");
        for (const name of orphans)
            report(name, "is given without keyring-secret. Give the name of the secret too, or remove this input");
        return orphans.length > 0 ? "invalid" : undefined;
    }
    if (!given("github-token"))
        report("github-token", "is missing. The task needs it for keyring-secret, and the workflow's own GITHUB_TOKEN cannot do that", undefined, _action_input_parsers_js__WEBPACK_IMPORTED_MODULE_0__/* .EMPTY_SECRETS_HINT */ .uQ);
    const { "keyring-secret": name, "github-token": token, "keyring-environment": environment } = values;
    const environmentIsValid = environment !== undefined || !given("keyring-environment");
    const address = addressOf("keyring-secret", { name, token, environment }, report);
    if (address === undefined || !environmentIsValid)
        return "invalid";
    return { address, mayImport: values["keyring-import"] === true };
}
/**
 * @param input the input that names the secret. Problems with the runner's variables are reported for it
 * @returns the address of a secret; undefined where a part of it is not valid, or where something was reported
 */
function addressOf(input, parts, report) {
    const home = repositoryOf(process.env, report, input);
    const { name, token, environment } = parts;
    if (home === undefined || name === undefined || token === undefined)
        return undefined;
    return { ...home, name, token, ...(environment === undefined ? {} : { environment }) };
}
/** Reads the repository, the API (also of an Enterprise Server) and the run from the runner's variables. */
function repositoryOf({ GITHUB_REPOSITORY: repository = "", GITHUB_API_URL: api, GITHUB_RUN_ID: runId = "" }, report, input) {
    const [, owner, repo] = /^((?!\.)[\w.-]+)\/((?!\.\.?$)[\w.-]+)$/.exec(repository) ?? [];
    if (owner === undefined || repo === undefined)
        report(input, "belongs to a repository, but the runner's variable GITHUB_REPOSITORY names none. Set it to owner/name, for example acme/plant");
    const base = apiBase(api === undefined || api === "" ? GITHUB_API : api);
    if (base === undefined)
        report(input, "cannot be reached: the runner's variable GITHUB_API_URL is not a plain https URL. Set it, for example to https://api.github.com");
    if (owner === undefined || repo === undefined || base === undefined)
        return undefined;
    return { api: base, owner, repo, ...(/^\d{1,20}$/.test(runId) ? { runId } : {}) };
}
/** Accepts https, and http only on loopback (a rehearsal), because the token is sent to this URL. */
function apiBase(text) {
    if (!URL.canParse(text) || /[?#]/.test(text))
        return undefined;
    const url = new URL(text);
    const safe = url.protocol === "https:" || (url.protocol === "http:" && (0,_http_proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .isLoopback */ .U)(url));
    return safe && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined;
}
/** Accepts upper case only: GitHub turns lower case in the name of a secret into upper case. */
function secretName(text) {
    if (!/^[A-Z_][A-Z0-9_]{0,254}$/.test(text))
        throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .TL)(text)} is not the name of a secret. Use A to Z, 0 to 9 and _, with no digit at the beginning, for example MINDCONNECT_CA_KEYRING`);
    if (text.startsWith("GITHUB_"))
        throw new Error("begins with GITHUB_, which GitHub reserves for itself. Use another name, for example MINDCONNECT_CA_KEYRING");
    return text;
}
function githubToken(text) {
    if (!/^[\w.~+/-]{8,}=*$/.test(text))
        throw new Error("is not a GitHub token: it contains characters that no token has, or is too short. Give the token of a GitHub App or a fine-grained personal access token");
    return text;
}
function environmentName(text) {
    (0,_action_input_parsers_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(text);
    // As a segment of a URL's path, these two names lead to another path.
    if (text === "." || text === "..")
        throw new Error(`${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .quoted */ .TL)(text)} is not the name of an environment. Give the name as the repository's settings show it, for example production`);
    return text;
}
/** @returns the secret's name for messages: `the secret NAME of owner/repo` */
function describeSecret({ name, environment, owner, repo }) {
    const of = environment === undefined ? "" : `the environment ${(0,_messages_printable_js__WEBPACK_IMPORTED_MODULE_3__/* .printable */ .g$)(environment, 255)} of `;
    return `the secret ${name} of ${of}${owner}/${repo}`;
}
/**
 * @returns whether the token is an installation token of a GitHub App. The workflow's own GITHUB_TOKEN is
 * one, too
 */
function isInstallationToken({ token }) {
    return token.startsWith("ghs_");
}


/***/ }),

/***/ 6042:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $Y: () => (/* binding */ NEW_RUN),
/* harmony export */   OQ: () => (/* binding */ ERROR_CODES),
/* harmony export */   Xu: () => (/* binding */ inputError),
/* harmony export */   Ze: () => (/* binding */ lacksDescriptors),
/* harmony export */   lZ: () => (/* binding */ ActionError),
/* harmony export */   mu: () => (/* binding */ RAISE_LIMITS)
/* harmony export */ });
// The error codes, and the error that a user can act on.
/** The next step where a secret or an input has to change. A re-run uses the old values. */
const NEW_RUN = "start a new run (Actions → Run workflow, not Re-run jobs)";
/**
 * Every error a user can meet: its stable code, what it means and the usual next step.
 * The README's table is this table; a test compares them.
 */
const ERROR_CODES = {
    INPUT_INVALID: {
        means: "One or more inputs are missing or not valid. The error lists each one by its name.",
        next: `Correct the inputs that are named above. Then ${NEW_RUN}. Nothing was run or sent.`,
    },
    KEYRING_TARGET_MISSING: {
        means: "The task would create a CA key, but no input says where to keep it.",
        next: "Set keyring-secret with github-token, or set keyring-file. For tasks/create, directory is enough as well.",
    },
    KEYRING_EPHEMERAL: {
        means: "keyring-file lies on a disk that does not last: a temporary folder of the job or of the system, memory, or a container's own layer. The only CA key would vanish with it.",
        next: "Use keyring-secret, or a keyring-file on a disk that lasts. Or store the file yourself in a later step, and set keyring-ephemeral: true.",
    },
    KEYRING_DAMAGED: {
        means: "The keyring cannot be read. The error names the entry and the reason.",
        next: "Restore the keyring from its last good copy. The run did not change it.",
    },
    PASSPHRASE_WRONG: {
        means: "A private key is encrypted, and its passphrase is missing or wrong. Or a plain key would be added to a keyring that holds an encrypted one.",
        next: `Pass the passphrase that the key was encrypted with. Then ${NEW_RUN}. If it is the right one, the key is damaged: restore it from a copy. If nobody knows the passphrase, see docs/recovery.md.`,
    },
    KEYRING_LOCKED: {
        means: "Another run holds the lock of keyring-file. It did not release the lock within 45 s.",
        next: "Wait until the other run has ended. Then run again. Use one concurrency group per tenant.",
    },
    KEYRING_WRITE_FAILED: {
        means: "The keyring could not be written, or the place does not hold what was written.",
        next: "Check the folder of keyring-file, its rights and its free space, or read what GitHub said. Then start a new run. The run stopped before the step that needed this write.",
    },
    KEYRING_NOT_PASSED_IN: {
        means: "The secret that keyring-secret names exists, but the keyring input is empty. A write would replace every key in the secret. Re-run jobs leads to this, too: it passes in the old value of the secret, which may be empty.",
        next: `Pass the value of that secret as keyring, in a job that may read it. Then ${NEW_RUN}.`,
    },
    KEYRING_STALE: {
        means: "Somebody else wrote the keyring: the secret after the value that came in, or the secret or file during this run. It may hold keys that this run does not know.",
        next: "Start a new run (Actions → Run workflow, not Re-run jobs): a re-run uses the old value of the secret. If you stored that keyring by hand, remove its first line, which says when it was written. If GitHub's clocks differed by minutes when the secret was written, keyring-import: true stores this keyring with a new time.",
    },
    KEYRING_SECRET_MISMATCH: {
        means: "The keyring that came in is not from the secret that keyring-secret names. That secret does not exist, or it is older than the keyring.",
        next: `Check keyring-secret and keyring-environment. Set keyring-environment for a secret of an environment, and leave it empty for a secret of the repository. Then ${NEW_RUN}. To store this keyring in a new secret, set keyring-import: true. Set it also if GitHub's clocks differed by minutes when the secret was written.`,
    },
    KEYRING_OTHER_TENANT: {
        means: "Every CA in the keyring belongs to another tenant.",
        next: "Pass the keyring of this tenant, or correct tenant. The first run of a tenant needs an empty keyring of its own.",
    },
    KEYRING_TOO_LARGE: {
        means: "The keyring is larger than its place allows: 48 KB in a GitHub secret, 1 MiB in a file. Where a CA would be created, room for it is counted.",
        next: "Run rotate with retired-keys: drop, which forgets the keys of retired CAs first. Or keep the keyring in keyring-file.",
    },
    KEYRING_TARGET_HAS_KEYS: {
        means: "The file or secret at the target of a copy holds, or may hold, a key that the copy does not have. The run did not write the copy.",
        next: "Give another keyring-target-file or keyring-target-secret. If nobody needs the keys at the target, you can move the file away or delete the secret instead. Then run again.",
    },
    KEYRING_FORKED: {
        means: "The keyring is used in two places. The text at the target of a copy was written after the one was copied from the other. Another copy would undo what was written there.",
        next: "List both keyrings with tasks/keyring, and decide which one counts. Use only that one from now on. To copy over the other one, move its file away, or delete its secret. Then run again.",
    },
    SECRET_ACCESS_DENIED: {
        means: "GitHub does not allow github-token, or this runner, to read or write the secret (401, 403). Or it does not show the repository or the environment to that token (404).",
        next: `Pass the installation token of a GitHub App, or a fine-grained personal access token, as github-token. It needs Secrets: write, or Environments: write with keyring-environment. The workflow's own GITHUB_TOKEN can never write secrets. Then ${NEW_RUN}.`,
    },
    SECRET_UNREACHABLE: {
        means: "GitHub's API could not be reached, failed, or gave a reply that its documentation does not describe.",
        next: "Start a new run later. It goes on where this one stopped. On GitHub Enterprise Server, check the network and the proxy variables.",
    },
    FILE_EXISTS: {
        means: "A file that the task would write exists already. The action never overwrites a file.",
        next: "Choose an empty directory, or move the file away. Then run again.",
    },
    DIRECTORY_LOCKED: {
        means: "Another run works in the directory of the agents.",
        next: "Wait until the other run has ended. Then run again. Use one concurrency group per directory.",
    },
    FILE_FAILED: {
        means: "A file or directory could not be read or written.",
        next: "Check the path, its rights and the free space. Then run again.",
    },
    RUNNER_FILE_FAILED: {
        means: "The runner's file for outputs or for the post step (GITHUB_OUTPUT, GITHUB_STATE) cannot be written.",
        next: "Check that the temporary folder of the runner exists, has free space, and may be written by this step. Then run again: it goes on where it stopped.",
    },
    RESOURCES_EXHAUSTED: {
        means: "The run used all the memory that it may use, because its list of agents is too long. Or the system had no memory, processes or descriptors left to start the run.",
        next: "Split the list of agents into several lists, and run once with each. The runs may share one directory: certificates that are complete there are not issued again.",
    },
    NODE_UNSUPPORTED: {
        means: "A Node.js that is too old started the action.",
        next: "Update the runner: version 2.327.1 and later have Node.js 24. If another tool runs the workflow, update that tool. Nothing was run or sent.",
    },
    OPENSSL_NOT_FOUND: {
        means: "The openssl program was not found, could not be started, or cannot load its libraries.",
        next: "Install OpenSSL 1.1.1 or later, or set openssl-path to it. Then run again.",
    },
    OPENSSL_UNSUPPORTED: {
        means: "The openssl program is LibreSSL, or it is too old. The documented commands are tested with OpenSSL 1.1.1 and later only.",
        next: "Install OpenSSL 1.1.1 or later (macOS: brew install openssl@3). Set openssl-path to it. Then run again.",
    },
    OPENSSL_FAILED: {
        means: "An OpenSSL command ended with an error, a signal ended it, it did not end within 5 minutes, or the system could not start it for lack of resources.",
        next: "Read the command and what OpenSSL said in the log. Then run again.",
    },
    KEY_MISMATCH: {
        means: "A certificate and a private key do not belong together.",
        next: "Pass the private key that belongs to the certificate.",
    },
    CERTIFICATE_INVALID: {
        means: "A certificate failed a check on the runner. The action neither sent it to the platform nor handed it out.",
        next: "Read which check failed. Create a certificate of your own as the vendor's page says.",
    },
    TOKEN_EXPIRING: {
        means: "The token expires within 5 minutes. That is too short to finish a change.",
        next: `Fetch a new token, or use client-id and client-secret, with which the action fetches its own tokens. Then ${NEW_RUN}.`,
    },
    TOKEN_REFUSED: {
        means: "The platform did not accept the token (401).",
        next: `Check that the token is fresh: a token lives 30 minutes. Check that it belongs to this tenant and region. Then ${NEW_RUN}.`,
    },
    TOKEN_REQUEST_FAILED: {
        means: "The token endpoint did not give a token.",
        next: `Check client-id and client-secret. If client-id is a technical user, give its whole user name as shown after its creation: it begins with the name of your tenant. Then check tenant and region, or token-url. For application credentials, check app-name, app-version and host-tenant. Then ${NEW_RUN}.`,
    },
    ACCESS_DENIED: {
        means: "The platform knows the caller, but does not allow this request (403).",
        next: "Give the technical user or the application the right to manage CA certificates. Tenant administrators have it. Then run again.",
    },
    PLATFORM_UNREACHABLE: {
        means: "No connection to the platform was possible, or it broke each time.",
        next: "Check region or gateway-url. Check the network and the proxy variables of this runner. Then run again: it goes on where it stopped.",
    },
    PLATFORM_TIMEOUT: {
        means: "The platform did not answer in time (30 s for each try), or timeout-minutes was over.",
        next: "Check the network and the proxy. Then run again: it goes on where it stopped.",
    },
    RATE_LIMITED: {
        means: "The rate limit of the platform requires a longer wait than timeout-minutes allows.",
        next: "Run again later: it goes on where it stopped. Or set a larger timeout-minutes.",
    },
    PLATFORM_ERROR: {
        means: "The platform answered with a server error (5xx) each time.",
        next: "Run again later: it goes on where it stopped. If you ask the vendor's support, give them the logref.",
    },
    PLATFORM_REFUSED: {
        means: "The platform refused the request (4xx).",
        next: "Read what the platform said. If you ask the vendor's support, give them the logref.",
    },
    PLATFORM_REPLY_UNEXPECTED: {
        means: "The reply of the platform is not what its documentation describes.",
        next: "Check that region or gateway-url names the gateway of Insights Hub. Check that no proxy changes replies. Then run again.",
    },
    CA_SLOTS_FULL: {
        means: "Both CA certificate slots of the environment are taken. This run can neither use nor finish the certificates in them.",
        next: "If a run has written a keyring for these CAs before, pass that keyring: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have the key of one of them, pass ca-certificate and ca-private-key. If nothing depends on one of them, delete it with tasks/delete.",
    },
    CA_SUBJECT_IN_USE: {
        means: "A CA certificate with the same common name is on the platform, and its key is not here. Two CAs with one subject break the agents of one of them.",
        next: "If a run has written a keyring for that CA before, pass that keyring: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have its key, pass ca-certificate and ca-private-key. If nothing depends on that CA, delete it with tasks/delete (an expired one of yours needs allow-held: true). If it must stay, choose another common-name.",
    },
    CA_NOT_FOUND: {
        means: "The platform has no CA certificate with this id.",
        next: "Run tasks/status, which lists the ids. Then run again with one of them.",
    },
    UPLOAD_REFUSED: {
        means: "The platform did not accept the CA certificate, in this run or in an earlier run with the same certificate.",
        next: "Read what the platform said. If the certificate is not the cause, run again: the run uploads it again. If the platform refused the certificate itself (400, 409, 422), the keyring remembers that. Only restore uploads it again.",
    },
    VERIFY_REFUSED: {
        means: "The platform did not accept the verification certificate.",
        next: "Run register or rotate again: they fetch a new registration code and create a new verification certificate. For tasks/verify, first run tasks/registration-code and tasks/verification-certificate again. If it fails again, compare the clock of this machine with the clock of the platform.",
    },
    VERIFY_NOT_CONFIRMED: {
        means: "After the verification, the platform does not show the certificate as verified. Or it shows other data than the local certificate.",
        next: "Run again: the run reads the slots and goes on. If you ask the vendor's support, give them the logref.",
    },
    CLOCK_DOUBTFUL: {
        means: "The clocks of this run differ by more than 5 minutes, or the run knows no second clock. One clock is not enough to decide over a CA. Or GitHub's own clocks differ, so that nothing proves a write of the secret.",
        next: "Set the clock of this machine (NTP). If the clock of the platform is wrong, tell the vendor's support. Then run again: it goes on where it stopped.",
    },
    CA_LAST_USABLE: {
        means: "This is the last usable CA certificate. Without it, no agent can be onboarded.",
        next: "Run register or rotate first. If the last CA must go, set allow-last: true.",
    },
    CA_HELD: {
        means: "The key of this CA certificate is in the keyring, so the CA is in use here.",
        next: "If the CA must go, set allow-held: true. The run marks it as retired in the keyring before it deletes it.",
    },
    CA_NOT_HELD: {
        means: "The platform has a usable CA certificate whose key is not in the keyring. The keyring may be an old copy, and writing it back would lose that key.",
        next: "Pass the keyring that holds the key: check keyring, keyring-secret or the path of keyring-file. If the key is lost, see docs/recovery.md. If you have the key itself, pass ca-certificate and ca-private-key to register. If the CA is somebody else's and may stay, name its id in allow-unheld.",
    },
    CA_DOUBTFUL: {
        means: "A certificate on the platform expires in the same second as a CA of the keyring. Nothing else says whether it is that CA. A second upload might take the other slot.",
        next: "If it is that CA, name its id in certificate-id. If it is another one, name its id in allow-unheld, or delete it with tasks/delete.",
    },
    CA_EXPIRES_SOON: {
        means: "The newest usable CA certificate expires within fail-below days, or no usable one exists.",
        next: "Rotate the CA. Then give the agents new certificates before the old CA expires.",
    },
    CA_NOT_USABLE: {
        means: "No CA exists for which the platform would accept agents: it is not on the platform, not verified, expired or retired.",
        next: "Run register, which finishes what is missing. Then pass the keyring that it wrote. Run tasks/status to see both slots. To issue without asking the platform, set offline: true.",
    },
    CA_EXPIRES_BEFORE_AGENT: {
        means: "An agent certificate would expire after its CA. Either strict-lifetime is true, or the CA expires in less than a day.",
        next: "Rotate the CA first, or set fewer days.",
    },
    ARCHIVE_PASSPHRASE: {
        means: "An archive of an agent exists already, and archive-passphrase does not open it. No certificate was issued.",
        next: "Pass the passphrase that the archives were created with. Or move them away: the next run then issues these agents again.",
    },
    SANDBOX_FAILED: {
        means: "The sandbox could not be started.",
        next: "Read the reason. If the port is in use, choose another one.",
    },
    INTERNAL: { means: "A mistake in this action.", next: "Open an issue, and add the log of this run." },
};
/** An error the user can act on: a stable code, what happened, what the platform said, the next step. */
class ActionError extends Error {
    name = "ActionError";
    code;
    platform;
    /** What to do, in the order of doing it. */
    steps;
    log;
    /**
     * True if an attempt of a call that changes something got no clear answer. The attempt may have been
     * carried out.
     */
    maybeDone = false;
    constructor(code, message, details = {}) {
        super(message, { cause: details.cause });
        this.code = code;
        this.platform = details.platform;
        this.steps = [details.next ?? ERROR_CODES[code].next].flat();
        this.log = details.log ?? [];
    }
    /** The next steps as one text, for messages that have no lines. */
    get next() {
        return this.steps.join(" ");
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
    const own = [...new Set(problems.flatMap(({ next = [] }) => next))];
    // The usual step of INPUT_INVALID stays, because it is for all inputs. For any other code, the steps of the
    // problems replace the usual step if every problem has one.
    const replaces = code !== "INPUT_INVALID" && problems.every(({ next }) => next !== undefined);
    const next = replaces ? own : [...own, ERROR_CODES[code].next];
    return new ActionError(code, lines.join("\n"), { next, log: problems.flatMap(({ log = [] }) => log) });
}
/** The next step where the system gives this job no more descriptors, processes or memory. */
const RAISE_LIMITS = "Raise the limits of the runner: ulimit -n and -u, and the memory and processes of its container. Or let it run fewer jobs at a time. Then run again: it goes on where it stopped.";
/** @returns whether an error of the system says that this job, or the machine, has no descriptors left */
function lacksDescriptors(error) {
    const { code } = error;
    return code === "EMFILE" || code === "ENFILE";
}


/***/ }),

/***/ 2762:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BA: () => (/* binding */ printableId),
/* harmony export */   Nt: () => (/* binding */ printableName),
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   ZH: () => (/* binding */ capitalize),
/* harmony export */   fw: () => (/* binding */ quotedInFull),
/* harmony export */   g$: () => (/* binding */ printable)
/* harmony export */ });
/* harmony import */ var _secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8940);
// Texts from outside (replies, OpenSSL's words, names in certificates, inputs) made safe to stand in a message.

/** Most characters of a hostile text that the user need not copy; names in certificates have at most 64. */
const NAME_LIMIT = 120;
/** Most characters of an id of the platform. */
const ID_LIMIT = 1024;
/** PATH_MAX of Linux. */
const PATH_LIMIT = 4096;
/**
 * Makes hostile text (a reply, an OpenSSL message, a certificate's name) safe to print. The Actions runner obeys
 * `::cmd::` at the start of a line and `##[cmd]` anywhere in a line, on stdout and on stderr.
 * @param text anything
 * @param limit most characters of the result
 * @returns one line without secrets, control, escape and direction characters, in which no workflow command is left. A part
 * of a line may still have a `::` (`fe80::1`): whole lines go through this before they are printed
 */
function printable(text, limit = 1000) {
    const line = (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .withoutSecrets */ .cT)((0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .visible */ .RK)(text))
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
/**
 * @returns a name or common name for a message: one short line, so that it cannot forge lines of the message
 */
function printableName(text) {
    return printable(text, NAME_LIMIT);
}
/** @returns an id for a message: one line, not cut, because the user copies it */
function printableId(id) {
    return printable(id, ID_LIMIT);
}
/** @returns the text in quotes, cut and safe to print */
function quoted(text) {
    return `"${printableName(text)}"`;
}
/** @returns the text in quotes and safe to print, in full: the user copies it (an agent's name, a path) */
function quotedInFull(text) {
    return `"${printable(text, PATH_LIMIT)}"`;
}
/** @returns the text with a capital letter at its beginning, as a sentence has it */
function capitalize(text) {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}


/***/ }),

/***/ 8940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ck: () => (/* binding */ addSecret),
/* harmony export */   RK: () => (/* binding */ visible),
/* harmony export */   Xq: () => (/* binding */ repeatsSecret),
/* harmony export */   c3: () => (/* binding */ SHORTEST_SECRET),
/* harmony export */   cT: () => (/* binding */ withoutSecrets)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7975);
// The secrets of this run, kept for the whole process, and how they are removed from texts. A text from
// outside may repeat a secret. Such a text is cut, escaped and joined to other texts before the runner masks
// it. The masks would then not find the secret. So each text loses its secrets where it is made printable.

const secrets = new Set();
/** Characters. Shorter texts would garble what is printed. */
const SHORTEST_SECRET = 4;
/** Shorter parts of a secret stand in innocent texts by chance. */
const TELLING_LENGTH = 16;
/** What tokens, secrets and base64 consist of. */
const LONG_WORD = /[\w.~+/=-]{16,}/g;
/**
 * Makes {@link withoutSecrets} put `***` in the place of this text. A text of fewer than 4 characters is not
 * taken.
 */
function addSecret(secret) {
    for (const form of [secret, visible(secret)])
        if (form.length >= SHORTEST_SECRET)
            secrets.add(form);
}
/** @returns the text without escape sequences and characters that cannot be seen: they may stand in the middle of a secret */
function visible(text) {
    return (0,node_util__WEBPACK_IMPORTED_MODULE_0__.stripVTControlCharacters)(text).replaceAll(/[\p{Cf}\p{Cs}]/gu, "");
}
/**
 * @param text hostile, such as a name or an id in a reply
 * @returns whether it holds a secret of this run, or a telling part of one
 */
function repeatsSecret(text) {
    return [...secrets].some((secret) => (secret.length >= TELLING_LENGTH / 2 && text.includes(secret)) ||
        (text.length >= TELLING_LENGTH && secret.includes(text)));
}
/**
 * @returns the text with `***` for each secret and each telling part of one. Secrets may overlap or lie
 * inside one another
 */
function withoutSecrets(text) {
    const found = [...secrets].flatMap((secret) => occurrences(text, secret)).sort(([a], [b]) => a - b);
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

/***/ 4861:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $E: () => (/* binding */ CallEvent),
/* harmony export */   Cu: () => (/* binding */ recordCall),
/* harmony export */   s8: () => (/* binding */ CALL_NAMES)
/* harmony export */ });
/** The kinds of request that faults, limits and records tell apart. */
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
 * Begins the record of a request. Of the header Authorization it keeps only the scheme.
 * @param path without the query
 * @param at milliseconds since the epoch
 */
function recordCall(method, path, call, headers, at) {
    const scheme = headers.authorization?.split(" ", 1)[0] ?? null;
    const userAgent = headers["user-agent"] ?? null;
    return { method, path, call, status: null, carriedOut: false, at, scheme, userAgent, body: "" };
}
/** An event in the life of a request, with its listeners. */
class CallEvent {
    #listeners = new Set();
    /** Adds a listener. @returns a function that removes it */
    on = (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
    };
    /** Calls the listeners one after the other, each awaited. Rejects as soon as one of them does. */
    async notify(call) {
        for (const listener of this.#listeners)
            await listener(call);
    }
}


/***/ }),

/***/ 7311:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Fm: () => (/* binding */ FAULT_FIELDS),
/* harmony export */   _Y: () => (/* binding */ MAX_LATENCY),
/* harmony export */   h3: () => (/* binding */ isCarriedOut),
/* harmony export */   u9: () => (/* binding */ FaultQueue)
/* harmony export */ });
/* unused harmony exports FAULTS, FAULT_KINDS */
/* harmony import */ var _calls_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4861);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8263);
// The faults that a sandbox can be told to show, and which request gets which one.


/** What can go wrong on the wire: whether the request is carried out, and what the client sees (docs/rehearsal.md). */
const FAULTS = {
    "reset-before": { carriedOut: "no", seen: "The connection is reset." },
    reset: { carriedOut: "yes", seen: "The connection is reset: the reply is lost." },
    hang: { carriedOut: "no", seen: "No reply ever comes." },
    "hang-after": { carriedOut: "yes", seen: "No reply ever comes." },
    "rate-limit": { carriedOut: "no", seen: "429, with `Retry-After` as `retryAfter` says." },
    status: { carriedOut: "if asked", seen: "An error of the platform with the status `status`." },
    html: { carriedOut: "if asked", seen: "An HTML page with the status `status`, as a proxy sends it." },
    truncated: { carriedOut: "yes", seen: "Half of the reply, then the connection breaks." },
    garbage: { carriedOut: "yes", seen: "200, and a body that is not JSON." },
    "wrong-shape": { carriedOut: "yes", seen: "200, and JSON of another shape." },
    huge: { carriedOut: "yes", seen: "200, and a body of 32 MiB." },
    redirect: { carriedOut: "if asked", seen: "A redirect to `location`." },
    body: { carriedOut: "if asked", seen: "The body `body`, with `status` and `contentType`." },
    slow: { carriedOut: "yes", seen: "The right reply, `delay` milliseconds late." },
    late: {
        carriedOut: "later",
        seen: "The connection is reset. The platform does what was asked after `after` more requests.",
    },
    trickle: { carriedOut: "yes", seen: "200, and a body that never ends." },
    date: {
        carriedOut: "yes",
        seen: "The right reply, with another `Date` or an `Age`: `ahead`, `date`, `age`.",
    },
};
/** Every kind of fault, in the order of the documentation. */
const FAULT_KINDS = Object.keys(FAULTS);
/** Longer than any client waits, in milliseconds. */
const MAX_LATENCY = 600_000;
/** Limit of `ahead` in seconds: a thousand years from now, the year of an HTTP date still has four digits. */
const MAX_AHEAD = 1000 * 366 * 86_400;
/** The fields of a {@link Fault}. Those that its kind does not use are ignored. */
const FAULT_FIELDS = {
    /** The calls that it strikes. `any` strikes every one. */
    call: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(..._calls_js__WEBPACK_IMPORTED_MODULE_1__/* .CALL_NAMES */ .s8, "any"),
    /** One of the kinds above. */
    kind: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(...FAULT_KINDS),
    /** The first request that it strikes. The count begins with 1 when the fault is added. Defaults to 1. */
    nth: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(1),
    /** How many requests in a row it strikes. Defaults to 1. */
    times: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(1),
    /** HTTP status of `status` (defaults to 503), `html` (502), `redirect` (302) and `body` (200). */
    status: _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .status */ .h5,
    /** Whether the request is carried out, for the kinds that leave it open. Defaults to false. */
    carriedOut: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(true, false),
    /** `rate-limit`: value of the header `Retry-After`, or false for no header. Defaults to 30. */
    retryAfter: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldType */ .pv)("number | string | false", "a number, a string or false", (value) => typeof value === "string" || typeof value === "number" || value === false),
    /** `redirect`: the target. Defaults to a host that cannot exist. */
    location: _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .string */ .Yj,
    /** `body`: the reply's body. Defaults to an empty one. */
    body: _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .string */ .Yj,
    /** `body`: the reply's Content-Type. Defaults to application/json. */
    contentType: _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .string */ .Yj,
    /** `slow`: milliseconds before the reply. Defaults to 1000. */
    delay: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(0, MAX_LATENCY),
    /** `late`: the platform carries the request out after so many more requests of any kind. Defaults to 1. */
    after: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(1),
    /** `date`: seconds that the header `Date` is ahead of the sandbox's clock. Negative for behind. Defaults to 0. */
    ahead: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(-MAX_AHEAD, MAX_AHEAD),
    /** `date`: value of the header `Date`. An array gives several headers, false gives none. Wins over `ahead`. */
    date: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldType */ .pv)("string | string[] | false", "a string or an array of strings, in printable ASCII, or false", (value) => value === false || [value].flat().every((each) => typeof each === "string" && /^[ -~]*$/.test(each))),
    /** `date`: seconds in the header `Age`, which a reply from a cache has. */
    age: (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(0),
};
/** @returns whether the platform carries a request out before its fault shows */
function isCarriedOut({ kind, carriedOut = false }) {
    const carries = FAULTS[kind].carriedOut;
    return carries === "yes" || (carries === "if asked" && carriedOut);
}
/** The faults that wait for their requests. */
class FaultQueue {
    #entries = [];
    /** @param initial faults that are there from the start */
    constructor(initial = []) {
        for (const fault of initial)
            this.add(fault);
    }
    /** Adds a fault; its count of requests starts now. */
    add(fault) {
        this.#entries.push({ fault, seen: 0 });
    }
    /** Counts a request. @returns the first fault added that strikes it */
    next(call) {
        const waiting = this.#entries.filter(({ fault }) => fault.call === call || fault.call === "any");
        for (const entry of waiting)
            entry.seen++;
        return waiting.find(({ fault: { nth = 1, times = 1 }, seen }) => seen >= nth && seen < nth + times)
            ?.fault;
    }
}


/***/ }),

/***/ 8263:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   EB: () => (/* binding */ anyOf),
/* harmony export */   Yj: () => (/* binding */ string),
/* harmony export */   h5: () => (/* binding */ status),
/* harmony export */   nd: () => (/* binding */ integer),
/* harmony export */   oA: () => (/* binding */ checkFields),
/* harmony export */   pv: () => (/* binding */ fieldType),
/* harmony export */   yL: () => (/* binding */ oneOf)
/* harmony export */ });
// What the fields of faults and quirks may hold.
/** A field that `holds` judges. */
function fieldType(type, expected, holds) {
    return { type, expected, holds: holds };
}
/** A field with one of a few values. */
function oneOf(...allowed) {
    const type = allowed.map((value) => JSON.stringify(value)).join(" | ");
    return fieldType(type.replace("true | false", "boolean"), anyOf(allowed), (value) => allowed.includes(value));
}
/** A field with a whole number. */
function integer(least, most = Number.MAX_SAFE_INTEGER) {
    return fieldType("number", `a whole number from ${least} to ${most}`, (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most);
}
/** A field with any text. */
const string = fieldType("string", "a string", (value) => typeof value === "string");
/** The status of a reply. */
const status = integer(200, 599);
/** @returns the values as an error lists them */
function anyOf(values) {
    return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
}
/**
 * Checks each field that an object has.
 * @param at stands before the name of a field in an error
 * @param noObject the message of the error for what is no object
 * @throws Error that names the field and says what is expected
 */
function checkFields(value, fields, at, noObject) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new Error(noObject);
    const known = new Map(Object.entries(fields));
    for (const [name, held] of Object.entries(value)) {
        const field = known.get(name);
        if (!field)
            throw new Error(`"${at}${name}" is unknown. Known are ${[...known.keys()].join(", ")}`);
        if (!field.holds(held))
            throw new Error(`${at}${name} must be ${field.expected}, not ${JSON.stringify(held)}`);
    }
    return value;
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
/* harmony import */ var _faults_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7311);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8263);
/* harmony import */ var _quirks_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7545);
// Parsers of the sandbox's options. Each throws an Error that says what is expected; its caller puts the option's name before it.



const LIMITS = ["documented", "smallest", "off"];
/** Reads a port. */
function parsePort(text) {
    return wholeNumber(text, 65_535);
}
/** Reads a latency in milliseconds. */
function parseLatency(text) {
    return wholeNumber(text, _faults_js__WEBPACK_IMPORTED_MODULE_0__/* .MAX_LATENCY */ ._Y);
}
/** Reads a bearer token: the token68 or JWT characters that may follow `Bearer ` (RFC 6750 §2.1). */
function parseToken(text) {
    if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(text))
        throw new Error("must be one that may follow `Bearer `, without blanks");
    return text;
}
/** Reads the name of a plan of rate limits. */
function parseLimits(text) {
    const found = LIMITS.find((name) => name === text);
    if (!found)
        throw new Error(`must be ${(0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .anyOf */ .EB)(LIMITS)}, not ${JSON.stringify(text)}`);
    return found;
}
/** Reads a JSON array of faults. An error names the entry and the field. */
function parseFaults(text) {
    const example = '[{"call":"upload","kind":"reset"}]';
    const value = parseJson(text, example);
    if (!Array.isArray(value))
        throw new Error(`must be a JSON array of objects, such as ${example}`);
    return value.map((entry, index) => {
        const label = `faults[${index}]`;
        const fault = (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .checkFields */ .oA)(entry, _faults_js__WEBPACK_IMPORTED_MODULE_0__/* .FAULT_FIELDS */ .Fm, `${label}.`, `${label} must be a JSON object`);
        for (const name of ["call", "kind"]) {
            if (!(name in fault))
                throw new Error(`${label}.${name} is missing`);
        }
        return fault;
    });
}
/** Reads a JSON object with some of the quirks. An error names the field. */
function parseQuirks(text) {
    const example = '{"listShape":"content"}';
    return (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .checkFields */ .oA)(parseJson(text, example), _quirks_js__WEBPACK_IMPORTED_MODULE_2__/* .QUIRKS */ .M, "", `must be a JSON object, such as ${example}`);
}
function parseJson(text, example) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw new Error(`must be valid JSON, such as ${example}`);
    }
}
function wholeNumber(text, most) {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most))
        throw new Error(`must be a whole number from 0 to ${most}, not ${JSON.stringify(text)}`);
    return value;
}


/***/ }),

/***/ 7545:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ DEFAULT_QUIRKS),
/* harmony export */   M: () => (/* binding */ QUIRKS)
/* harmony export */ });
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8263);
// The open questions about the platform, each with its possible answers.

function quirk(likeliest, type) {
    return { ...type, likeliest };
}
/**
 * The facts about the platform's replies that nobody outside the vendor knows. Each quirk is one unknown of
 * FACTS §1. Its default, the first argument, is the likeliest reading of the vendor's pages.
 */
const QUIRKS = {
    /** Status of a successful upload. */
    uploadStatus: quirk(201, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(200, 201)),
    /** Status of a successful delete. The reply has no body. */
    deleteStatus: quirk(204, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(200, 202, 204)),
    /** The JSON that holds the list: an array, or an object with the list in this field. */
    listShape: quirk("array", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("array", "caCertificates", "content", "_embedded")),
    /**
     * Where replies have `isVerified`. The upload reply never has it, and the verify reply always has it. `present`: list and
     * get have true or false. `absent-until-verified`: they have it only when it is true. `absent-in-reads`: they never have it.
     */
    isVerified: quirk("absent-until-verified", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("present", "absent-until-verified", "absent-in-reads")),
    /**
     * The certificates of which the list leaves `isVerified` out: none, the one uploaded last, or all. The reply for one
     * certificate still has it.
     */
    listOmitsVerified: quirk("none", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("none", "newest", "all")),
    /**
     * How replies show the common name: as it is, as null, not at all, empty, trimmed, in lower case, after `CN=`, or in
     * another Unicode form (NFD).
     */
    commonName: quirk("exact", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("exact", "null", "absent", "empty", "trimmed", "lower-case", "prefixed", "decomposed")),
    /** The field by which the list tells of one more certificate than it shows. The list is then an object. */
    listHidesMore: quirk("none", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("none", "totalElements", "total", "page", "last", "next", "links")),
    /** Whether replies show `name` with a leading blank, as a sample of the vendor's page does. */
    leadingBlank: quirk(false, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(true, false)),
    /** Whether list, get and verify show the certificate itself as `caCertificate`. */
    pemInReplies: quirk(false, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(true, false)),
    /**
     * Form of new ids: 24 hex digits, a ULID, characters that a path must percent-encode, or the number of the slot. The next
     * certificate in that slot then has the same id.
     */
    idForm: quirk("hex", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("hex", "ulid", "reserved", "reused")),
    /** How the platform refuses an upload when both slots are taken. */
    thirdUpload: quirk({ status: 409, code: "mdsp.core.generic.conflict" }, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .fieldType */ .pv)("{ status: number; code: string }", 'an object such as {"status":409,"code":"…"}', (value) => {
        const fields = { ...value };
        return _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .status */ .h5.holds(fields.status) && _fields_js__WEBPACK_IMPORTED_MODULE_0__/* .string */ .Yj.holds(fields.code);
    })),
    // The default is the harsher one for a client that repeats an upload blindly: it costs a slot.
    /** Whether a certificate that is on the platform may be uploaded again, into the other slot. */
    duplicateUpload: quirk("accepted", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("accepted", "refused")),
    /** Whether a verified certificate may be verified again. */
    verifyAgain: quirk("accepted", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("accepted", "refused")),
    /** Whether each fetch makes a new registration code. The code before is then not valid any more. */
    codeChangesEachTime: quirk(false, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(true, false)),
    /** Seconds that a registration code is valid. The next fetch then makes a new one. */
    codeLifetimeSeconds: quirk(86_400, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .integer */ .nd)(0)),
    /** The form of error bodies. The token endpoint always keeps to RFC 6749. */
    errorShape: quirk("errors", (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)("errors", "array", "id", "oauth", "message", "html")),
    /** Whether a 429 has the header `Retry-After`: in seconds (true), not at all (false), or as an HTTP date. */
    retryAfter: quirk(true, (0,_fields_js__WEBPACK_IMPORTED_MODULE_0__/* .oneOf */ .yL)(true, false, "date")),
};
/** The quirks of a sandbox without the option `quirks`. */
const DEFAULT_QUIRKS = Object.fromEntries(Object.entries(QUIRKS).map(([name, { likeliest }]) => [name, likeliest]));


/***/ }),

/***/ 5781:
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
// EXTERNAL MODULE: ./node_modules/@actions/io/lib/io.js
var io = __nccwpck_require__(8701);
// EXTERNAL MODULE: ./node_modules/@actions/io/lib/io-util.js
var io_util = __nccwpck_require__(90);
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const IS_WINDOWS = process.platform === 'win32';
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
        if (IS_WINDOWS) {
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
        if (IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (IS_WINDOWS) {
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
        return __awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!io_util/* isRooted */.Qh(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield io/* which */.K7(this.toolPath, true);
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
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
                if (this.options.cwd && !(yield io_util/* exists */.t2(this.options.cwd))) {
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

/***/ }),

/***/ 90:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H8: () => (/* binding */ IS_WINDOWS),
/* harmony export */   Qh: () => (/* binding */ isRooted),
/* harmony export */   t2: () => (/* binding */ exists),
/* harmony export */   vr: () => (/* binding */ tryGetExecutablePath)
/* harmony export */ });
/* unused harmony exports chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, symlink, unlink, readlink, UV_FS_O_EXLOCK, READONLY, isDirectory, getCmdPath */
/* harmony import */ var fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9896);
/* harmony import */ var path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6928);
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, symlink, unlink } = fs__WEBPACK_IMPORTED_MODULE_0__.promises;
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
const READONLY = fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY;
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
                const upperExt = path__WEBPACK_IMPORTED_MODULE_1__.extname(filePath).toUpperCase();
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
                        const directory = path__WEBPACK_IMPORTED_MODULE_1__.dirname(filePath);
                        const upperName = path__WEBPACK_IMPORTED_MODULE_1__.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = path__WEBPACK_IMPORTED_MODULE_1__.join(directory, actualName);
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

/***/ }),

/***/ 8701:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K7: () => (/* binding */ which),
/* harmony export */   w6: () => (/* binding */ findInPath)
/* harmony export */ });
/* unused harmony exports cp, mv, rmRF, mkdirP */
/* harmony import */ var assert__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2613);
/* harmony import */ var path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6928);
/* harmony import */ var _io_util_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(90);
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
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
    return __awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
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
            yield copyFile(source, newDest, force);
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
    return __awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
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
    return __awaiter(this, void 0, void 0, function* () {
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
    return __awaiter(this, void 0, void 0, function* () {
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
    return __awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (_io_util_js__WEBPACK_IMPORTED_MODULE_2__/* .IS_WINDOWS */ .H8) {
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
    return __awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (_io_util_js__WEBPACK_IMPORTED_MODULE_2__/* .IS_WINDOWS */ .H8 && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(path__WEBPACK_IMPORTED_MODULE_1__.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (_io_util_js__WEBPACK_IMPORTED_MODULE_2__/* .isRooted */ .Qh(tool)) {
            const filePath = yield _io_util_js__WEBPACK_IMPORTED_MODULE_2__/* .tryGetExecutablePath */ .vr(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(path__WEBPACK_IMPORTED_MODULE_1__.sep)) {
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
            for (const p of process.env.PATH.split(path__WEBPACK_IMPORTED_MODULE_1__.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield _io_util_js__WEBPACK_IMPORTED_MODULE_2__/* .tryGetExecutablePath */ .vr(path__WEBPACK_IMPORTED_MODULE_1__.join(directory, tool), extensions);
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
    return __awaiter(this, void 0, void 0, function* () {
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
                yield copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function copyFile(srcFile, destFile, force) {
    return __awaiter(this, void 0, void 0, function* () {
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

// EXTERNAL MODULE: external "node:worker_threads"
var external_node_worker_threads_ = __nccwpck_require__(5919);
// EXTERNAL MODULE: ./build/messages/secrets.js
var secrets = __nccwpck_require__(8940);
// EXTERNAL MODULE: ./build/action/product.js
var product = __nccwpck_require__(5196);
;// CONCATENATED MODULE: ./build/action/action-ref.js
// Which action and version the workflow named (`uses:`), and where the pages of that version are.


/** `owner/repository`; `.` and `..` are names of folders. */
const REPOSITORY = /^[A-Za-z0-9][\w-]*\/(?!\.{1,2}$)[\w.-]+$/;
/** Branches, tags and commits that need no escape in an address; git allows more. */
const REF = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;
/** GitHub or an Enterprise Server: an origin and nothing else. */
const SERVER = /^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/i;
/** Longest of these texts, in characters. */
const LONGEST = 255;
/**
 * How the workflow named this action, for log and receipt. The runner says it for `uses: owner/name@ref`, and for `$/` in a
 * reusable workflow, with the commit as ref. For `uses: ./` it says nothing (ActionRunner.cs of actions/runner).
 * @returns such as `owner/name@v1`; undefined where the runner does not say it, or says it in another shape
 */
function calledAs() {
    const found = calledFrom();
    return found && `${found.repository}@${found.ref}`;
}
/** @returns the first line of every task's log, one line that is safe to print */
function firstLine(task) {
    const called = calledAs();
    return `${product/* NAME */.o_} ${product/* VERSION */.xv}, task ${task}${called === undefined ? "" : `, called as ${called}`}`;
}
/**
 * @returns where docs/errors.md explains the code, one line that is safe to print: the https address of the version that was
 * called, or words where the runner does not say which one it was
 */
function errorPage(code) {
    const page = `docs/errors.md#${code.toLowerCase()}`;
    const found = calledFrom();
    const server = shaped("GITHUB_SERVER_URL", SERVER);
    return found === undefined || server === undefined
        ? `${page} in the repository of ${product/* NAME */.o_}`
        : `${server}/${found.repository}/blob/${found.ref}/${page}`;
}
function calledFrom() {
    const repository = shaped("GITHUB_ACTION_REPOSITORY", REPOSITORY);
    const ref = shaped("GITHUB_ACTION_REF", REF);
    return repository === undefined || ref === undefined || ref.includes("..")
        ? undefined
        : { repository, ref };
}
/**
 * What the runner says is hostile text. It enters an address and a line of the log only where it has its shape, and holds no
 * secret of this run.
 */
function shaped(variable, shape) {
    const text = process.env[variable];
    if (text === undefined || text.length > LONGEST || !shape.test(text))
        return undefined;
    return (0,secrets/* withoutSecrets */.cT)(text) === text ? text : undefined;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./build/messages/errors.js
var errors = __nccwpck_require__(6042);
// EXTERNAL MODULE: ./build/messages/printable.js
var printable = __nccwpck_require__(2762);
;// CONCATENATED MODULE: ./build/action/markdown.js
// Escapes hostile text for the job's page, in Markdown.

/**
 * Characters that have a meaning in Markdown, in formulas, or in addresses that GitHub turns into links. A
 * `_` between letters has no meaning, so error codes stay readable.
 */
const MEANINGFUL = /[\\`*[\]!|@~$]|:(?=\/\/)|(?<=www)\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu;
/** Most characters of a text: an annotation has no more. */
const LINE_LIMIT = 4096;
/** Most characters of a table's cell. */
const CELL_LIMIT = 300;
/**
 * Escapes hostile text (a certificate's name, a common name) for Markdown on the job's page.
 * @returns one line in which nothing is a tag, a link, emphasis, a mention or a table's border
 */
function escapeMarkdown(text) {
    return escapeUpTo(text, LINE_LIMIT);
}
function escapeUpTo(text, limit) {
    return (0,printable/* printable */.g$)(text, limit)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll(MEANINGFUL, entity);
}
/**
 * GitHub looks for addresses and mentions in the text that entities stand for, but not across tags. So `@`
 * gets a tag.
 */
function entity(character) {
    const code = `&#${character.codePointAt(0)};`;
    return character === "@" ? `<span>${code}</span>` : code;
}
/** @returns a Markdown table; every cell is escaped here */
function markdownTable(head, rows) {
    const cell = (content) => typeof content === "string" ? escapeUpTo(content, CELL_LIMIT) : codeSpan(content.code, CELL_LIMIT);
    const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
    return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
/**
 * Shows a name or a path as code. Nothing can be escaped in a code span. A character that would end the span
 * or a table's cell becomes an apostrophe.
 * @param limit most characters
 */
function codeSpan(code, limit = LINE_LIMIT) {
    return `\`${(0,printable/* printable */.g$)(code, limit).replaceAll(/[`|]/g, "'")}\``;
}

;// CONCATENATED MODULE: ./build/ca/pem.js
/** Splits a text into its PEM blocks (RFC 7468). */
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
/**
 * `openssl ecparam -genkey` writes this block before the key. The key itself also names its curve (RFC 5915
 * §3).
 */
const PARAMETERS = "EC PARAMETERS";
const BODY_LINE = /^(?:[A-Za-z0-9+/]+={0,2}|(?:Proc-Type|DEK-Info): .*|)$/;
/** @returns the text without the byte order mark that some editors put first */
function withoutMark(text) {
    return text.startsWith("\ufeff") ? text.slice(1) : text;
}
/**
 * Splits a text into its PEM blocks (RFC 7468; a byte order mark, CRLF and trailing blanks are accepted). A
 * block of EC parameters is left out: the key has them, too.
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

;// CONCATENATED MODULE: ./build/action/secret-encodings.js
// The forms of a secret that have to be masked.


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
function secretEncodings(secret) {
    const blocks = blocksOf(secret);
    const keys = blocks.filter(({ label }) => isPrivateKey(label)).map(({ pem }) => pem);
    const isPublic = blocks.length > 0 && blocks.every(({ label }) => label === "CERTIFICATE");
    const forms = keys.length > 0 ? keys.flatMap(keyForms) : isPublic ? [] : textForms(secret);
    return [...new Set(forms.map(withoutShortLines))].filter((form) => form !== "");
}
/** The runner masks each line of a text by itself, and a mask of a letter or two would blank the log. */
function withoutShortLines(form) {
    const lines = form.split(/\r?\n/);
    return lines.filter((line) => line.length >= secrets/* SHORTEST_SECRET */.c3 && line.trim() !== "").join("\n");
}
function textForms(secret) {
    const bytes = Buffer.from(secret);
    const hex = bytes.toString("hex");
    // Where nothing needs an escape these two are the secret itself.
    const escaped = [encodeURIComponent(bytes.toString()), JSON.stringify(secret).slice(1, -1)];
    return [secret, ...escaped, bytes.toString("base64"), ...insideBase64(bytes), hex, hex.toUpperCase()];
}
/**
 * @returns the part that is the same in the base64 of every text with these bytes in it, such as an
 * Authorization header. There are several forms, because the part depends on how many bytes stand before
 * these
 */
function insideBase64(bytes) {
    const forms = [0, 1, 2].flatMap((before) => {
        const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64url");
        // The digits at both ends also encode bits of the bytes beside.
        const end = (before + bytes.length) % 3 === 0 ? digits.length : digits.length - 1;
        const inside = digits.slice(Math.ceil((before * 8) / 6), end);
        return [inside, inside.replaceAll("-", "+").replaceAll("_", "/")];
    });
    return forms.filter((form) => form.length >= SHORTEST_INSIDE);
}
/** @returns the blocks of a text in PEM; none where the text is not PEM, or not whole */
function blocksOf(text) {
    if (!text.includes("-----BEGIN "))
        return [];
    try {
        return parsePem(text).blocks;
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

;// CONCATENATED MODULE: ./build/action/runner.js
// The runner's side of a run: log, annotations, masks, outputs, state and the job's page. Nothing else prints.







/** Annotations are cut at 4,096 characters by GitHub. */
const ANNOTATION_LIMIT = 4000;
const runner_LINE_LIMIT = 1500;
/** Most characters of an annotation that the next steps take. */
const NEXT_LIMIT = 3000;
/** Fewest characters of a line among very many: its beginning, with the name of the input. */
const LEAST_SHARE = 60;
const TITLE = "MindConnect CA";
/**
 * Most bytes of an output. Linux starts no step that takes more than 131,072 bytes as one variable (`env`),
 * its name included.
 */
const OUTPUT_LIMIT = 120_000;
/**
 * Loads `@actions/core`, which is a chunk of dist/ of its own: an old Node.js is refused without it, and the post steps do
 * without it.
 * @returns undefined where the chunk cannot be loaded; then the annotation that says so is written, and the exit code is 1
 */
async function loadRunner() {
    try {
        return createRunner(await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(942), __nccwpck_require__.e(58)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6058)));
    }
    catch (error) {
        failToLoad(error);
        return undefined;
    }
}
/** Writes the annotation of an action that could not load its own files, and sets the exit code. */
function failToLoad(error) {
    const message = `The action could not begin, because its own files could not be loaded (${reasonOf(error)}).`;
    const next = "Raise the limits of the runner (ulimit -n). Or let the runner download the action again. Then run again.";
    failWithoutToolkit("FILE_FAILED", message, next);
}
/**
 * Writes the annotation of a failed run where there is no {@link Runner}, and sets the exit code.
 * @param message one line that is safe to print, without `%`
 */
function failWithoutToolkit(code, message, next) {
    process.exitCode = 1;
    process.stdout.write(`::error title=${TITLE}%3A ${code}::${code}: ${message} Next: ${next}%0A${details(code)}\n`);
}
/** The files by which a step hands on its results: outputs for later steps, the state for its own post step. */
const RUNNER_FILES = ["GITHUB_OUTPUT", "GITHUB_STATE"];
/**
 * Checks, before anything begins, that outputs and state can be written (guarantee 11). Otherwise a CA would be registered
 * and its id lost. Outside of a workflow there are no such files.
 * @throws ActionError `RUNNER_FILE_FAILED`
 */
function requireRunnerFiles() {
    for (const name of RUNNER_FILES) {
        const path = process.env[name] ?? "";
        if (path === "")
            continue;
        usingRunnerFile(`${name}, ${path}, cannot be written`, () => {
            if (!(0,external_node_fs_.statSync)(path).isFile())
                throw new Error("it is not a regular file");
            (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.W_OK);
        });
    }
}
/** @returns the runner's side of this run; it prints at once, so secrets are masked first */
function createRunner(toolkit) {
    /** Warnings that the job's page does not show yet. */
    const warned = [];
    const annotate = (warning) => toolkit.warning((0,printable/* printable */.g$)(warning, ANNOTATION_LIMIT), { title: TITLE });
    const info = (line) => toolkit.info((0,printable/* printable */.g$)(line, 2000));
    const warning = (message) => {
        annotate(message);
        warned.push(message);
    };
    return {
        mask(secret) {
            for (const form of secretEncodings(secret)) {
                toolkit.setSecret(form);
                for (const line of form.split("\n"))
                    (0,secrets/* addSecret */.Ck)(line);
            }
        },
        info,
        group(title, lines) {
            toolkit.startGroup((0,printable/* printable */.g$)(title, 200));
            for (const line of lines)
                info(line);
            toolkit.endGroup();
        },
        notice(message) {
            toolkit.notice((0,printable/* printable */.g$)(message, ANNOTATION_LIMIT), { title: TITLE });
        },
        warning,
        fail(error) {
            process.exitCode = 1;
            toolkit.error(explain(error), { title: `${TITLE}: ${error.code}` });
        },
        output(name, text) {
            const fits = Buffer.byteLength(text) <= OUTPUT_LIMIT;
            if (!fits)
                warning(`The output ${name} is empty. Its value has more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step can take that as env.`);
            usingRunnerFile(`The output ${name} could not be written`, () => toolkit.setOutput(name, fits ? text : ""));
        },
        saveState(name, value) {
            usingRunnerFile(`The state ${name} could not be written`, () => toolkit.saveState(name, value));
        },
        async summary(markdown) {
            // Outside of a workflow there is no page to write to.
            const page = process.env["GITHUB_STEP_SUMMARY"] ?? "";
            const warnings = warned.splice(0).map((it) => `\n> **Warning:** ${escapeMarkdown(it)}\n`);
            const text = [markdown, ...warnings].join("");
            if (page === "" || text === "")
                return;
            try {
                requireReader(page);
                await toolkit.summary.addRaw(text, true).write();
            }
            catch (error) {
                // Reporting never decides (guarantee 11): what the task did is done.
                toolkit.summary.emptyBuffer();
                annotate(`The job summary could not be written (${reasonOf(error)}).`);
            }
        },
    };
}
/** Opening a pipe for writing would wait for its reader. @throws Error of the system */
function requireReader(path) {
    (0,external_node_fs_.closeSync)((0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_APPEND | (external_node_fs_.constants.O_NONBLOCK ?? 0)));
}
/** @throws ActionError `RUNNER_FILE_FAILED`: the problem, and the system's code or words as its reason */
function usingRunnerFile(problem, act) {
    try {
        act();
    }
    catch (error) {
        throw new errors/* ActionError */.lZ("RUNNER_FILE_FAILED", `${problem} (${reasonOf(error)}).`, { cause: error });
    }
}
/** @returns the system's code of an error, else its words: short and safe to print */
function reasonOf(error) {
    const { code, message } = error;
    return (0,printable/* printable */.g$)(code ?? message, 200);
}
/**
 * @returns code, what happened, what the platform said, the next steps, where to read more: a line each, safe to print. Where that
 * is too long for an annotation, each line of what happened is cut: every bad input keeps its name, and what to do stays.
 */
function explain(error) {
    const happened = whatHappened(error);
    const end = `\n${cut(nextLines(error.steps), NEXT_LIMIT)}\n${details(error.code)}`;
    const room = ANNOTATION_LIMIT - end.length;
    if (happened.join("\n").length <= room)
        return `${happened.join("\n")}${end}`;
    const share = Math.max(LEAST_SHARE, Math.floor(room / happened.length) - 2);
    return `${cut(happened.map((line) => cut(line, share)).join("\n"), room)}${end}`;
}
/** @returns what {@link explain} cut, whole, a line each; none where it cut nothing */
function cutFromExplanation(error) {
    const explained = explain(error);
    return whatHappened(error).filter((line) => !explained.includes(line));
}
function whatHappened(error) {
    const [first = "", ...others] = error.message.split("\n");
    const lines = [
        `${error.code}: ${error.code === "INPUT_INVALID" ? errors/* ERROR_CODES */.OQ.INPUT_INVALID.means : first}`,
    ];
    if (error.code === "INPUT_INVALID")
        others.unshift(first);
    lines.push(...others.map((line) => `- ${line}`));
    if (error.platform !== undefined)
        lines.push(`The platform said: ${said(error.platform)}`);
    return lines.map((line) => (0,printable/* printable */.g$)(line, runner_LINE_LIMIT));
}
/** @returns the next steps: one step follows the word `Next:`, several are a numbered list, a line each */
function nextLines(steps) {
    const [only = "", ...others] = steps;
    if (others.length === 0)
        return (0,printable/* printable */.g$)(`Next: ${only}`, runner_LINE_LIMIT);
    const numbered = steps.map((step, index) => (0,printable/* printable */.g$)(`${index + 1}. ${step}`, runner_LINE_LIMIT));
    return ["Next:", ...numbered].join("\n");
}
function cut(text, limit) {
    return text.length > limit ? `${text.slice(0, limit).replace(/\p{Cs}$/u, "")}…` : text;
}
/** The last line of an annotation. */
function details(code) {
    return `Details: ${errorPage(code)}`;
}
function said({ status, message, logref }) {
    const parts = [status === undefined ? "" : String(status), message === "" ? "(nothing)" : message];
    if (logref !== undefined)
        parts.push(`(logref ${logref})`);
    return parts.filter((part) => part !== "").join(" ");
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __nccwpck_require__(8474);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __nccwpck_require__(6466);
;// CONCATENATED MODULE: ./build/run/bounded-thread.js
// Runs a task in a thread of its own, whose heap has a limit.





/**
 * Limits of the heap. Without them V8 lets it grow with the length of a run: each collection still finds objects of processes
 * that have just ended, and V8 gives more room where more survived. Node.js takes such limits from its command line, which is
 * the runner's, or for a thread. The heap of a run of 100,000 agents by CSR was measured with 175 MB (EC) and 250 MB (RSA).
 */
const LIMITS = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 };
/**
 * Runs a script in a thread whose heap has a limit, and waits until all that it prints is handed on. The exit code of the
 * thread becomes that of this process. Where the thread does not start, or fills its heap, the annotation says so.
 * @param script absolute path of a JavaScript file
 */
async function runInBoundedThread(script) {
    try {
        // The variables are this process's own: on Windows only those are found in any case (PATH, Path).
        const thread = new external_node_worker_threads_.Worker(script, { env: external_node_worker_threads_.SHARE_ENV, resourceLimits: LIMITS });
        // Reporting never decides (guarantee 11): where nobody reads the log any more, the run goes on without one.
        process.stdout.on("error", () => thread.stdout.resume());
        const printed = (0,promises_.finished)(thread.stdout);
        try {
            const [code] = await (0,external_node_events_.once)(thread, "exit");
            process.exitCode = Number(code);
        }
        finally {
            await printed;
        }
    }
    catch (error) {
        explainEnd(error);
    }
}
/** A task turns its own errors into annotations: what arrives here is about the thread, or came before the task. */
function explainEnd(error) {
    const { code } = error;
    const { next } = errors/* ERROR_CODES */.OQ.RESOURCES_EXHAUSTED;
    if (code === "ERR_WORKER_OUT_OF_MEMORY") {
        const message = `The run filled the ${LIMITS.maxOldGenerationSizeMb} MB of memory that it may use. The list has too many agents for one run.`;
        failWithoutToolkit("RESOURCES_EXHAUSTED", message, next);
    }
    else if (code === "ERR_WORKER_INIT_FAILED") {
        const message = "The system has no memory, processes or descriptors left to start the thread of this run.";
        failWithoutToolkit("RESOURCES_EXHAUSTED", message, errors/* RAISE_LIMITS */.mu);
    }
    else
        failToLoad(error);
}

// EXTERNAL MODULE: ./build/action/inputs.js + 1 modules
var inputs = __nccwpck_require__(4038);
;// CONCATENATED MODULE: ./build/openssl/commands.js
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
    const { csr, tenant, out, days } = options;
    const signer = ["-CA", `${tenant}.pem`, "-CAkey", `${tenant}.key`, "-CAcreateserial"];
    return ["x509", "-req", "-in", csr, ...signer, "-out", out, "-days", String(days), "-sha256"];
}
/** `openssl verify -CAfile acme.pem rehearsal.pem`. The command is not on the page, and writes no file. */
function verifyCertificate(ca, certificate) {
    return ["verify", "-CAfile", ca, certificate];
}
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
/** @returns a command as a person would type it, for the log and the receipt */
function commandLine(argv) {
    const plain = /^[\w@%+=:,./-]+$/;
    return [
        "openssl",
        ...argv.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
    ].join(" ");
}

;// CONCATENATED MODULE: ./build/openssl/failure.js
/** Explains why an OpenSSL process failed: an error with a code, a hint and a next step. */



/**
 * The causes that OpenSSL's messages point to. They only choose the hint. The exit code tells whether it
 * failed.
 */
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
        hint: "a part of the subject is too long, or has characters that a certificate cannot contain",
    },
    {
        says: /unknown option|unrecognized flag|invalid command|Use -help/i,
        code: "OPENSSL_UNSUPPORTED",
        hint: "this OpenSSL does not know an option of the documented commands",
    },
];
/** What the system lacks when it does not start a process, by its error names (POSIX). */
const SCARCE = {
    EMFILE: "file descriptors",
    ENFILE: "file descriptors",
    EAGAIN: "processes",
    ENOMEM: "memory",
};
/**
 * Maps a failed OpenSSL process to an error with a hint.
 * @param exitCode null where a signal ended it, undefined where it could not be started
 * @param stderr hostile text, or why it could not be started. The message shows the decisive part of it, safe
 * to print
 */
function opensslFailure(argv, exitCode, stderr) {
    const command = `"${commandLine(argv)}"`;
    if (exitCode === undefined)
        return notStarted(command, stderr);
    if (isEndedBySignal(exitCode)) {
        return new errors/* ActionError */.lZ("OPENSSL_FAILED", `${command} ${howItEnded(exitCode)}.${failure_said(stderr)}`, {
            next: "Give the job more memory: a system that lacks memory ends processes. Or set openssl-path to another OpenSSL, because this one may have crashed. Then run again: it goes on where it stopped.",
        });
    }
    const category = CATEGORIES.find(({ says }) => says.test(stderr));
    const hint = category === undefined ? "" : `: ${category.hint}`;
    return new errors/* ActionError */.lZ(category?.code ?? "OPENSSL_FAILED", `${command} ${howItEnded(exitCode)}${hint}.${failure_said(stderr, category?.says)}`);
}
/**
 * @param milliseconds the time limit of the process
 * @param stderr hostile text: the output on stderr until then
 * @returns the error of a process that was ended because it exceeded its time limit
 */
function timedOut(argv, milliseconds, stderr) {
    return new errors/* ActionError */.lZ("OPENSSL_FAILED", `"${commandLine(argv)}" did not end within ${milliseconds / 60_000} minutes, so this run ended it.${failure_said(stderr)}`, {
        next: "The program waits for something: a PIN, a device, a network disk. Run the command by hand on this runner to see what, or point openssl-path to another OpenSSL. Then run again: it goes on where it stopped.",
    });
}
/**
 * The error of a program that fails at `openssl version`. It cannot run at all, for example because it loads
 * libraries of another version, or it is not OpenSSL.
 * @param exitCode as in {@link opensslFailure}
 * @param stderr hostile text
 * @returns the error `OPENSSL_NOT_FOUND`
 */
function cannotRun(exitCode, stderr) {
    const misled = LIBRARY_VARIABLES.filter((name) => (process.env[name] ?? "") !== "");
    const next = misled.length > 0
        ? `${misled.join(" and ")} of this step may lead it to libraries of another version. Unset that for this step, or set openssl-path to an OpenSSL with libraries of its own. Then run again.`
        : "Install OpenSSL and its libraries in one version, or set openssl-path to another OpenSSL. Then run again.";
    return new errors/* ActionError */.lZ("OPENSSL_NOT_FOUND", `The openssl program does not run. It may load libraries of another version. "openssl version" ${howItEnded(exitCode)}.${failure_said(stderr)}`, { next });
}
/** Where Linux and macOS look for libraries first. */
const LIBRARY_VARIABLES = ["LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES"];
/**
 * Some versions of OpenSSL do not notice a full disk: they exit with 0, and their file is missing or
 * incomplete.
 * @param file as the command names it
 * @param found what is wrong with it: `is empty`
 * @returns the error `FILE_FAILED`
 */
function incompleteFile(file, directory, found) {
    return new errors/* ActionError */.lZ("FILE_FAILED", `OpenSSL ended with exit code 0, but the file ${file} that it should have written in ${directory} ${found}. The disk may be full.`, { next: "Free space on that disk, or set RUNNER_TEMP to a folder on another disk. Then run again." });
}
function notStarted(command, reason) {
    const [name = ""] = /\bE[A-Z]+\b/.exec(reason) ?? [];
    const scarce = SCARCE[name];
    if (scarce === undefined)
        return new errors/* ActionError */.lZ("OPENSSL_NOT_FOUND", `${command} could not be started: ${(0,printable/* printable */.g$)(reason, 300)}`);
    const message = `${command} could not be started. The system gives this job no more ${scarce} (${name}).`;
    return new errors/* ActionError */.lZ("OPENSSL_FAILED", message, { next: errors/* RAISE_LIMITS */.mu });
}
/**
 * @param exitCode null where a signal ended the process itself
 * @returns whether a signal ended the process, or the program that a wrapper script ran. In the second case a
 * shell exits with 128 plus the signal's number (POSIX)
 */
function isEndedBySignal(exitCode) {
    return exitCode === null || exitCode > 128;
}
function howItEnded(exitCode) {
    if (exitCode === null)
        return "was ended by a signal before it was finished";
    const code = `ended with exit code ${exitCode}`;
    return isEndedBySignal(exitCode)
        ? `${code}: signal ${exitCode - 128} ended it before it was finished`
        : code;
}
/** Most of OpenSSL's words that a message shows, in characters. */
const SAID_LIMIT = 600;
/**
 * @param decisive matches the decisive line
 * @returns a sentence with OpenSSL's output. A long output is shortened to the decisive line, or else the
 * first line, and the last lines
 */
function failure_said(stderr, decisive) {
    // Lines of dots and plus signs show the progress of a new key.
    const lines = stderr.split(/[\r\n]+/).filter((line) => !/^[\s.+*]*$/.test(line));
    const whole = (0,printable/* printable */.g$)(lines.join("\n"), stderr.length);
    if (whole === "")
        return "";
    if (whole.length <= SAID_LIMIT)
        return ` OpenSSL said: ${whole}`;
    const [line = ""] = decisive === undefined ? lines : lines.filter((text) => decisive.test(text));
    return ` OpenSSL said: ${(0,printable/* printable */.g$)(line, SAID_LIMIT / 2)} … ${whole.slice(-SAID_LIMIT / 2)}`;
}

;// CONCATENATED MODULE: ./build/run/backup-messages.js
// What a run says of the encrypted backup of the keyring.




const UPLOAD = "Upload it in a later step with if: always(), for example with actions/upload-artifact. The runner deletes it after the job.";
/** Says where the backup lies, and what to do with it. */
function showBackup(runner, path, recipients) {
    const names = recipients.map(({ commonName }) => (0,printable/* printableName */.Nt)(commonName)).join(", ");
    runner.notice(`Wrote the encrypted backup of the keyring: ${path}. It can be opened by: ${names}. ${UPLOAD}`);
}
/** @returns the text of {@link showBackup} for the job's page; empty where there is no backup */
function backupSummary(path) {
    return path === "" ? "" : `\n**Backup of the keyring**: ${escapeMarkdown(`${path}. ${UPLOAD}`)}\n`;
}
/** @returns the error of a backup whose file could not be written. An error of OpenSSL stays as it is */
function asBackupError(error) {
    if (error instanceof errors/* ActionError */.lZ && error.code !== "FILE_FAILED")
        return error;
    const reason = error instanceof errors/* ActionError */.lZ ? error.message : `A file for it could not be written (${reasonOf(error)}).`;
    return new errors/* ActionError */.lZ("FILE_FAILED", `The encrypted backup of the keyring could not be written. ${reason}`, {
        cause: error,
        next: "Check the temporary folder of the runner (RUNNER_TEMP), its rights and its free space. Then run again. This run stopped before the write of the keyring that the backup was for.",
    });
}
/** Once a recipient's certificate has expired, runs are refused. The warning begins this many days before. */
const WARN_DAYS = 60;
const DAY_MS = 86_400_000;
/** Warns of recipients whose certificate expires within 60 days. */
function warnOfExpiringRecipients(runner, recipients) {
    for (const { commonName, notAfter, expiration } of recipients) {
        if (notAfter > Date.now() + WARN_DAYS * DAY_MS)
            continue;
        runner.warning(`The certificate ${(0,printable/* printableName */.Nt)(commonName)} of keyring-backup-certificate expires ${expiration}. From then on, runs with it are refused. Add a new certificate before that.`);
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __nccwpck_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: ./build/action/private-directory.js
// Directories and files that only the user may read: a run's working directory, its results, and those that an input names.






/** Only the user may read it. An existing file, or a link, is never written over. */
const NEW_PRIVATE_FILE = { flag: "wx", mode: 0o600 };
/** The bits of a mode that give rights to the group and to others. */
const OTHERS = 0o077;
const WORKING_PREFIX = "mindconnect-ca-work-";
const RESULTS_PREFIX = "mindconnect-ca-";
/** The name under which the post step finds the working directory. */
const WORKING_DIRECTORY_STATE = "working-directory";
/**
 * Makes the private working directory (0700) and notes it for the post step before the first key is written. So the post step
 * can remove it after a main step that was killed.
 * @param files its first files, by name
 * @returns its absolute path
 * @throws ActionError `RUNNER_FILE_FAILED`, `FILE_FAILED`
 */
function createWorkingDirectory(files, runner) {
    const directory = privateDirectory(WORKING_PREFIX);
    try {
        runner.saveState(WORKING_DIRECTORY_STATE, directory);
    }
    catch (error) {
        (0,external_node_fs_.rmdirSync)(directory);
        throw error;
    }
    try {
        for (const [name, text] of Object.entries(files)) {
            (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(directory, name), text, NEW_PRIVATE_FILE);
        }
    }
    catch (error) {
        wipe(directory);
        throw new errors/* ActionError */.lZ("FILE_FAILED", `${directory} could not be written (${reasonOf(error)}).`, {
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
 * Makes the user's directory (0700) where it does not exist yet.
 * @param directory undefined where none was asked for
 * @throws Error of the system
 */
function makeDirectory(directory) {
    if (directory !== undefined)
        (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
}
/**
 * Writes a new file that only the user may read (0600). An existing file, or a link, is never written over. What a full disk
 * left of the new file is removed, because the next run would refuse to overwrite it.
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
            throw new errors/* ActionError */.lZ("FILE_EXISTS", `${path} exists already.`, { cause: error });
        throw new errors/* ActionError */.lZ("FILE_FAILED", `${path} could not be written (${reasonOf(error)}).`, {
            cause: error,
        });
    }
}
/**
 * Writes a file that only the user may read (0600), in one step in place of an earlier one of this run: at every instant a
 * whole file is there.
 * @throws ActionError `FILE_FAILED`
 */
async function replacePrivate(path, text) {
    const draft = `${path}.new`;
    try {
        const file = await (0,external_node_fs_promises_.open)(draft, NEW_PRIVATE_FILE.flag, NEW_PRIVATE_FILE.mode);
        try {
            await file.writeFile(text);
        }
        finally {
            await file.close();
        }
        await (0,external_node_fs_promises_.rename)(draft, path);
    }
    catch (error) {
        await (0,external_node_fs_promises_.rm)(draft, { force: true });
        throw new errors/* ActionError */.lZ("FILE_FAILED", `${path} could not be written (${reasonOf(error)}).`, {
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
 * @returns absolute paths of the working directories of this user's other runs: runs that go on, and runs that were killed
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
    return runnerTemp === "" ? (0,external_node_os_namespaceObject.tmpdir)() : runnerTemp;
}
/**
 * Makes a directory. mkdtemp gives it mode 0700, where the disk has modes. @throws ActionError `FILE_FAILED`
 */
function privateDirectory(prefix) {
    const parent = (0,external_node_fs_.realpathSync)(temporary());
    const directory = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(parent, prefix));
    if (process.platform === "win32" || ((0,external_node_fs_.statSync)(directory).mode & OTHERS) === 0)
        return directory;
    (0,external_node_fs_.rmdirSync)(directory);
    throw new errors/* ActionError */.lZ("FILE_FAILED", `The temporary folder ${parent} lies on a disk without access rights. Other users could read the keys there.`, {
        next: "Set RUNNER_TEMP (outside of a workflow: TMPDIR) to a folder on a disk that has access rights. Then run again.",
    });
}

// EXTERNAL MODULE: ./build/ca/time.js
var ca_time = __nccwpck_require__(7536);
;// CONCATENATED MODULE: ./build/ca/clocks.js
/** The clocks of a run (this machine, the platform, GitHub), whether they agree, and what may be decided by them. */


/** Clocks that differ by more than this agree on nothing. */
const CLOCKS_AGREE_MS = 5 * 60_000;
/** A difference worth a warning: what is made by the faster clock may not be valid yet for the other. */
const WARN_MS = 60_000;
/** The longest that a reading of a second clock counts. The machine's clock may jump after it. */
const BELIEVED_MS = 60 * 60_000;
/**
 * The second clocks, in the order in which they count: each one counts only where those before it say
 * nothing.
 */
const SOURCES = {
    platform: "the platform's clock (Date)",
    "token endpoint": "the token endpoint's clock (Date)",
    token: "the token issuer's clock (iat)",
    github: "GitHub's clock (Date)",
};
/** @returns a time that one clock says and no second one confirms */
function unconfirmedAt(now) {
    return { now, standing: "unconfirmed" };
}
/** Every clock of one run, and whether they agree. No single clock decides over a CA (guarantee 3). */
class Clocks {
    #machine;
    #began;
    #readings = new Map();
    constructor(machine = { wall: () => Date.now(), steady: () => performance.now() }) {
        this.#machine = machine;
        this.#began = this.#moment();
    }
    /**
     * Notes the time of a second clock at this moment. The last reading of each source counts.
     * @param at milliseconds since 1970. Undefined, or a number that is no time, is ignored
     */
    note(source, at) {
        if (at === undefined || !(0,ca_time/* isTime */.K8)(at))
            return;
        this.#readings.set(source, { source, at, ...this.#moment() });
    }
    /** @returns the time that decisions go by, milliseconds since 1970 */
    now() {
        return this.agreement().now;
    }
    /**
     * @returns the earliest time that it can be now, whichever clock is right. What has ended by then has
     * surely ended
     */
    earliest() {
        const { now, standing } = this.agreement();
        return standing === "agreed" ? now : Math.min(now, this.#machine.wall());
    }
    /** @returns the time at this moment, and whether the clocks agree on it */
    agreement() {
        const moment = this.#moment();
        const second = this.#second();
        // The skew is that of the same moment. With two moments a millisecond apart, the time could come out
        // before that of a reply which has just arrived.
        const skew = this.#skewAt(moment);
        const now = moment.wall + skew;
        if (this.#hasJumped() || Math.abs(skew) > CLOCKS_AGREE_MS)
            return { now, standing: "doubtful" };
        return { now, standing: second === undefined || this.#isOld(second) ? "unconfirmed" : "agreed" };
    }
    /** Milliseconds that the second clock is ahead of this machine's, to about a second; 0 where there is none. */
    get skew() {
        return this.#skewAt(this.#moment());
    }
    #skewAt({ wall, steady }) {
        const second = this.#second();
        if (second === undefined)
            return 0;
        return Math.round(second.at + (steady - second.steady) - wall);
    }
    /**
     * Requires that the clocks are good enough for an action. Callers ask before an action that depends on the
     * time, and again right before a step that cannot be undone.
     * @param what `make`: a certificate, an upload or a proof of possession is made. One clock is enough where
     * no second one is known. `end`: a CA is retired, deleted or forgotten. Two clocks must agree
     * @returns the time that decisions go by, milliseconds since 1970
     * @throws ActionError `CLOCK_DOUBTFUL` that names each clock with its reading
     */
    require(what) {
        const { now, standing } = this.agreement();
        if (standing === "agreed" || (standing === "unconfirmed" && what === "make"))
            return now;
        throw new errors/* ActionError */.lZ("CLOCK_DOUBTFUL", this.#doubt(standing));
    }
    /**
     * For a task that knows only this machine's clock: a time that was noted earlier must not be more than
     * 5 minutes later than now.
     * @param at the noted time, milliseconds since 1970; undefined or NaN where it is not known
     * @param what a clause that ends before that time: `the keyring was written at`
     * @param next the next step where the usual one does not fit
     * @throws ActionError `CLOCK_DOUBTFUL`
     */
    requireAfter(at, what, next) {
        const now = this.now();
        if (at === undefined || !(at > now + CLOCKS_AGREE_MS))
            return;
        const message = `This machine's clock says ${(0,ca_time/* iso */.KH)(now)}, but ${what} ${(0,ca_time/* iso */.KH)(at)}, which is later.`;
        throw new errors/* ActionError */.lZ("CLOCK_DOUBTFUL", message, { next });
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
            ? `${apart} ahead of ${whose}. For so long, a certificate that is created here is not valid there yet.`
            : `${apart} behind ${whose}. A token or certificate that is valid here may have expired there.`;
        const nothing = Math.abs(this.skew) > CLOCKS_AGREE_MS ? ` ${this.#doubt("doubtful")}` : "";
        return `This machine's clock is ${means}${nothing}`;
    }
    /** Names each clock with its reading. */
    #doubt(standing) {
        const here = `this machine's clock says ${(0,ca_time/* iso */.KH)(this.#machine.wall())}`;
        const second = this.#second();
        if (this.#hasJumped())
            return `The clocks of this run do not agree: ${here}. It was set during this run, or the machine slept.`;
        if (standing !== "doubtful" || second === undefined) {
            const old = second === undefined ? "" : " that was read within the hour";
            return `One clock is not enough to decide over a CA: ${here}, and this run knows no second clock${old} to compare it with.`;
        }
        const there = `${SOURCES[second.source]} says ${(0,ca_time/* iso */.KH)(this.now())}`;
        return `The clocks of this run do not agree: ${here} and ${there}. They differ by ${lasting(this.skew)}.`;
    }
    /**
     * The first second clock that was read within the hour; where there is none, the first that was read at
     * all.
     */
    #second() {
        const readings = Object.keys(SOURCES).flatMap((source) => this.#readings.get(source) ?? []);
        return readings.find((reading) => !this.#isOld(reading)) ?? readings[0];
    }
    #isOld({ steady }) {
        return this.#machine.steady() - steady > BELIEVED_MS;
    }
    /**
     * Whether the wall clock and the steady clock have gone apart by more than 5 minutes since a second clock
     * was read, or since the run began.
     */
    #hasJumped() {
        const since = this.#second() ?? this.#began;
        const { wall, steady } = this.#moment();
        return Math.abs(wall - since.wall - (steady - since.steady)) > CLOCKS_AGREE_MS;
    }
    #moment() {
        return { wall: this.#machine.wall(), steady: this.#machine.steady() };
    }
}
/** @returns a duration for messages: `90 s`, and from two days on `4018 days` */
function lasting(milliseconds) {
    const seconds = Math.round(Math.abs(milliseconds) / 1000);
    return seconds < 2 * 86_400 ? `${seconds} s` : `${Math.round(seconds / 86_400)} days`;
}

// EXTERNAL MODULE: ./build/http/proxy.js
var proxy = __nccwpck_require__(2749);
// EXTERNAL MODULE: ./build/http/transport-error.js
var transport_error = __nccwpck_require__(8427);
;// CONCATENATED MODULE: ./build/http/tls-errors.js


/** Node's codes (OpenSSL's X509_V_ERR_…) for a certificate that no CA trusted here has signed. */
const UNKNOWN_ISSUER = new Set([
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_UNTRUSTED",
]);
const WRONG_NAME = new Set(["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"]);
/** All other codes of Node's list. UNSPECIFIED is a reason for which Node has no code, such as a key that is too short. */
const tls_errors_OTHERS = new Set([
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
 * Explains why a TLS certificate was refused.
 * @param failure why there is no connection
 * @param fetchCertificate fetches the certificate for the message only
 * @returns the error to throw; undefined where the certificate was not the reason
 */
async function explainTlsError(failure, target, settings, fetchCertificate) {
    const { code, words } = reasonIn(failure);
    if (!UNKNOWN_ISSUER.has(code) && !WRONG_NAME.has(code) && !tls_errors_OTHERS.has(code))
        return undefined;
    let host = target.host;
    let certificate = await fetchCertificate(target, settings);
    // There is no tunnel, so the proxy's own certificate was refused.
    if (certificate === undefined && settings?.proxy.protocol === "https:") {
        host = `the proxy ${settings.proxy.host} of ${settings.variable}`;
        certificate = await fetchCertificate(settings.proxy, undefined);
    }
    const [problem, next] = judge(code, words, host, certificate);
    const message = `the TLS certificate of ${host} ${problem} (${code})`;
    return new transport_error/* TransportError */.w("refused", message, { sent: false, next, cause: failure });
}
/** @returns code and words of an error, or of the error that undici wrapped */
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
        return [`is not trusted. Its issuer is ${issuer(certificate)}`, TRUST];
    if (WRONG_NAME.has(code)) {
        const names = (0,printable/* printable */.g$)(certificate?.subjectaltname ?? nameOf(certificate?.subject), 300);
        const next = `Check the host name. Another server answers for ${host}, or its certificate does not contain this name.`;
        return [`is for other names: ${names}`, next];
    }
    if (code === "CERT_HAS_EXPIRED") {
        return [
            `has expired${dated(certificate?.valid_to)}, or that of its issuer ${issuer(certificate)} has`,
            `Check ${clock}. If it is right, ask who runs the server for a new certificate.`,
        ];
    }
    if (code === "CERT_NOT_YET_VALID") {
        const begin = dated(certificate?.valid_from);
        return [`is not valid yet${begin}`, `Set ${clock}, or wait until the certificate is valid.`];
    }
    return [
        `was refused: ${words}. Its issuer is ${issuer(certificate)}`,
        "Ask who runs that server or proxy for another certificate.",
    ];
}
const TRUST = "If you trust that issuer, such as a proxy of your own that inspects TLS, put its CA certificate into a PEM file. Then set NODE_EXTRA_CA_CERTS to the path of that file, in the env of the step or of the runner.";
function issuer(certificate) {
    return nameOf(certificate?.issuer);
}
/** @returns a distinguished name on one line: `CN=…, O=…` */
function nameOf(name) {
    const parts = Object.entries(name ?? {}).flatMap(([type, value]) => [value ?? []].flat().map((one) => `${type}=${one}`));
    return parts.length === 0 ? "unknown" : (0,printable/* printable */.g$)(parts.reverse().join(", "), 300);
}
function dated(date) {
    return date === undefined ? "" : ` (${(0,printable/* printable */.g$)(date, 50)})`;
}

;// CONCATENATED MODULE: ./build/http/http.js





/**
 * Longest exchange, from the connection to the body's last byte. The limit is a third of the time that is
 * left, if that is less. So after a call to a server that hangs there is time to read whether the call was
 * carried out.
 */
const REPLY_TIMEOUT_MS = 30_000;
/** Longest fetch of a certificate that was not trusted. */
const PEER_CERTIFICATE_TIMEOUT_MS = 5000;
/** Largest reply that is read. A list of two certificates has some kilobytes. */
const REPLY_LIMIT_BYTES = 1024 * 1024;
/** @returns a header's first value; undefined where there is none */
function firstValue({ headers }, name) {
    return [headers[name]].flat()[0];
}
/**
 * HTTP over undici, for the platform and for GitHub. It obeys the proxy variables. Node itself reads
 * NODE_EXTRA_CA_CERTS. Each exchange has a time limit, redirects are not followed, and replies have a size
 * limit.
 */
class Http {
    calls = [];
    #connections;
    #deadline;
    /** By origin. */
    #origins = new Map();
    /** Loads undici. */
    static async open(deadline) {
        return new Http(await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(32)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6032)), deadline);
    }
    constructor(connections, deadline) {
        this.#connections = connections;
        this.#deadline = deadline;
    }
    /**
     * One exchange, never repeated here.
     * @throws TransportError where no whole reply came, or the settings of this machine forbid the exchange
     */
    async send(call) {
        const { method, url } = call;
        const settings = (0,proxy/* proxyFor */.i)(url);
        const startedAt = (0,ca_time/* iso */.KH)(Date.now());
        const start = performance.now();
        const record = {
            method,
            url: `${url.origin}${url.pathname}`,
            status: "no reply",
            startedAt,
            milliseconds: 0,
        };
        try {
            return await this.#exchange(call, settings, record);
        }
        catch (error) {
            const failure = await toTransportError(error, url, settings, this.#fetchCertificate);
            record.status = typeof record.status === "number" ? `${record.status}, ${failure.kind}` : failure.kind;
            throw failure;
        }
        finally {
            record.milliseconds = Math.round(performance.now() - start);
            this.calls.push(record);
        }
    }
    /** Limits the time of the whole exchange. A request that waits for a proxy's tunnel takes no AbortSignal. */
    async #exchange(call, settings, record) {
        const connections = this.#connectionsTo(call.url, settings);
        const limit = Math.ceil(Math.min(REPLY_TIMEOUT_MS, Math.max(1, this.#deadline.left / 3)));
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => {
                const error = new transport_error/* TransportError */.w("timeout", "no reply in time", { sent: connections.connected });
                reject(error);
                this.#origins.delete(call.url.origin);
                connections.close(error);
            }, limit);
        });
        try {
            return await Promise.race([late, exchange(connections.dispatcher, call, record)]);
        }
        catch (error) {
            // Another exchange with this origin may have run out of time and closed the connections of both.
            throw connections.closed ?? error;
        }
        finally {
            clearTimeout(timer);
        }
    }
    #connectionsTo(url, settings) {
        const open = this.#origins.get(url.origin);
        if (open !== undefined)
            return open;
        const connections = new this.#connections.OriginConnections(settings);
        this.#origins.set(url.origin, connections);
        return connections;
    }
    #fetchCertificate = async (origin, settings) => {
        const longest = Math.min(PEER_CERTIFICATE_TIMEOUT_MS, Math.max(1, this.#deadline.left));
        return await this.#connections.fetchPeerCertificate(origin, settings, longest);
    };
}
async function exchange(dispatcher, call, record) {
    const reply = await dispatcher.request({
        origin: call.url.origin,
        path: `${call.url.pathname}${call.url.search}`,
        method: call.method,
        headers: { accept: "application/json", "user-agent": product/* PRODUCT */.Ax, ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
    });
    record.status = reply.statusCode;
    return { status: reply.statusCode, text: await readBounded(reply.body), headers: reply.headers };
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
async function toTransportError(error, target, settings, fetchCertificate) {
    if (error instanceof transport_error/* TransportError */.w)
        return error;
    const reason = error instanceof transport_error/* ConnectFailure */.V ? error.cause : error;
    const sent = reason === error;
    const distrust = await explainTlsError(reason, target, settings, fetchCertificate);
    if (distrust !== undefined)
        return distrust;
    // `hostname` is the name that was looked up. For a TLS error, `words` is OpenSSL's reason.
    const { code = "", message = "", reason: words = message, hostname, } = reason;
    const more = { sent, cause: error };
    if (code === "ENOTFOUND" && hostname === target.hostname)
        return new transport_error/* TransportError */.w("broken", `the host ${hostname} does not exist (ENOTFOUND)`, {
            ...more,
            noSuchHost: true,
        });
    if (/TIMEOUT/.test(code))
        return new transport_error/* TransportError */.w("timeout", "no reply in time", more);
    // For TLS errors Node's message is a line of OpenSSL's error queue, with addresses and file names in it.
    const what = [code, words].filter((part) => part !== "").join(": ");
    const through = sent || settings === undefined
        ? ""
        : ` (${settings.variable} names the proxy ${settings.proxy.host}${settings.exempt === "" ? "" : ", NO_PROXY names exceptions"})`;
    const next = code === "ENOTFOUND" && hostname === settings?.proxy.hostname
        ? `Correct ${settings?.variable} where the runner or the step sets it: the host of that proxy does not exist. Then run again: it goes on where it stopped.`
        : undefined;
    return new transport_error/* TransportError */.w("broken", `${what}${through}`, { ...more, next });
}

// EXTERNAL MODULE: ./build/http/retry.js
var retry = __nccwpck_require__(4675);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __nccwpck_require__(7975);
// EXTERNAL MODULE: ./build/ca/der.js
var ca_der = __nccwpck_require__(1166);
// EXTERNAL MODULE: ./build/ca/pem-hints.js
var pem_hints = __nccwpck_require__(3896);
;// CONCATENATED MODULE: ./build/ca/encrypted-key-format.js
/** Recognises how a private key is encrypted, and whether its encrypted block is whole. */


/**
 * The algorithms that old tools encrypt keys with, by OID, with common names (RFC 8018 §A, RFC 7914, PKCS#12
 * §C).
 */
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
/** The block of a private key in a text, without its BEGIN and END lines. */
const BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/;
/** The header lines before the base64 in the older form of OpenSSL (RFC 1421 §4.6), up to the empty line. */
const LEGACY_HEADER = /^\s*Proc-Type: 4,ENCRYPTED\s+DEK-Info: ([\w-]+),(?:[0-9A-F]{2})+[ \t]*\r?\n[ \t]*\r?\n/i;
/** In octets: the smallest block of the ciphers that it is encrypted with. */
const SMALLEST_BLOCK = 8;
/**
 * Looks whether the block of an encrypted private key is whole, as far as that shows without the passphrase.
 * @param pem the key, PKCS#8 or the older form of OpenSSL, perhaps with text around it
 * @returns what is damaged, to follow "the private key is damaged: "; undefined for a block that is whole
 */
function encryptedKeyDamage(pem) {
    const [, , inside] = BLOCK.exec(pem) ?? [];
    if (inside === undefined)
        return "its block has no END line, or the END line of another block";
    const isLegacy = inside.includes("Proc-Type:");
    const [header = ""] = LEGACY_HEADER.exec(inside) ?? [];
    if (isLegacy && header === "")
        return "its lines Proc-Type and DEK-Info, or the empty line after them, are not whole";
    const base64 = inside.slice(header.length).replaceAll(/\s/g, "");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0)
        return "its base64 has a character too few, too many or of another kind";
    const bytes = Buffer.from(base64, "base64");
    const isWhole = isLegacy ? bytes.length % SMALLEST_BLOCK === 0 : (0,pem_hints/* isEncryptedKey */._V)(bytes);
    return isWhole ? undefined : "its block was cut off, or characters in it were changed";
}
/**
 * @param pem an encrypted private key, PKCS#8 or the older form of OpenSSL
 * @returns the algorithm that it is encrypted with
 */
function keyEncryption(pem) {
    const [, , inside = ""] = BLOCK.exec(pem) ?? [];
    const [, legacy] = LEGACY_HEADER.exec(inside) ?? [];
    if (legacy !== undefined)
        return { name: legacy, known: LEGACY_CIPHER.test(legacy) };
    try {
        const [algorithm] = (0,ca_der/* insideDer */.SA)(Buffer.from(inside, "base64"));
        return algorithm === undefined ? UNKNOWN : encryptionOf(algorithm);
    }
    catch {
        return UNKNOWN;
    }
}
const UNKNOWN = { name: "an unknown algorithm", known: false };
/** As OpenSSL names the ciphers of its older form. */
const LEGACY_CIPHER = /^(?:DES|RC2|RC4|BF|CAST5?|IDEA|SEED|AES|CAMELLIA|ARIA)\b/;
/** PBES2 names two: how the key is derived, and the cipher. */
function encryptionOf(algorithm) {
    const [oid, parameters] = (0,ca_der/* readDer */.SU)(algorithm.content);
    const dotted = (0,ca_der/* dottedOid */.lP)(oid);
    if (dotted !== PBES2 || parameters === undefined)
        return { name: NAMES[dotted] ?? dotted, known: NAMES[dotted] !== undefined };
    const parts = (0,ca_der/* readDer */.SU)(parameters.content).map(encryptionOf);
    return { name: parts.map(({ name }) => name).join(" with "), known: parts.every(({ known }) => known) };
}

;// CONCATENATED MODULE: ./build/ca/pbes2.js
/** Reads the block of a private key that is encrypted as the action encrypts keys. */

/** One block as OpenSSL writes it (RFC 7468 §3, strict), with nothing around it. */
const STRICT_BLOCK = /^-----BEGIN ENCRYPTED PRIVATE KEY-----\r?\n((?:[A-Za-z0-9+/]{64}\r?\n)*[A-Za-z0-9+/]{1,64}={0,2}\r?\n)-----END ENCRYPTED PRIVATE KEY-----\s*$/;
/**
 * Reads how a key is encrypted, where it is encrypted in the way of the action and of `openssl pkcs8 -topk8 -v2 aes-256-cbc`.
 * It takes nothing that OpenSSL would not take (RFC 5958 §3, RFC 8018 §A.2, §A.4, §B.1.2, §B.2.5).
 * @param pem an encrypted private key
 * @returns undefined for a key that is encrypted or written otherwise, or whose block is malformed
 */
function readPbes2(pem) {
    const [, inside = ""] = STRICT_BLOCK.exec(pem) ?? [];
    try {
        const [whole] = only(1, (0,ca_der/* readDer */.SU)(Buffer.from(inside, "base64")));
        const [encryption, ciphertext] = sequence(2, whole);
        const [derivation, cipher] = sequence(2, parametersOf(encryption, DER.pbes2));
        const [salt, rounds, hmac] = sequence(3, parametersOf(derivation, DER.pbkdf2));
        const iv = contentOf(parametersOf(cipher, DER.aes256Cbc), ca_der/* TAG */.Dk.octetString);
        if (hexOf(parametersOf(hmac, DER.hmacSha256)) !== DER.null || iv.length !== BLOCK_OF_AES)
            return undefined;
        return {
            salt: contentOf(salt, ca_der/* TAG */.Dk.octetString),
            rounds: roundsOf(contentOf(rounds, ca_der/* TAG */.Dk.integer)),
            iv,
            ciphertext: contentOf(ciphertext, ca_der/* TAG */.Dk.octetString),
        };
    }
    catch {
        return undefined;
    }
}
/** What must stand there to the octet, in hexadecimal (RFC 8018 §C): another spelling is not ours to read. */
const DER = {
    pbes2: "06092a864886f70d01050d",
    pbkdf2: "06092a864886f70d01050c",
    hmacSha256: "06082a864886f70d0209",
    aes256Cbc: "060960864801650304012a",
    null: "0500",
};
/** In octets. */
const BLOCK_OF_AES = 16;
/** They take a second or more, and no program writes so many. A hostile text could ask for 2^31 of them, with each of its keys. */
const MOST_ROUNDS = 10_000_000;
const hexOf = (element) => element?.whole.toString("hex");
/** @returns the parameters of an AlgorithmIdentifier @throws Error for another algorithm */
function parametersOf(identifier, algorithm) {
    const [oid, parameters] = sequence(2, identifier);
    if (hexOf(oid) !== algorithm)
        throw new Error("another algorithm");
    return parameters;
}
/** @throws Error for a number out of range, or with an octet too many in front (X.690 §8.3.2) */
function roundsOf(content) {
    const rounds = content.readIntBE(0, content.length);
    const isPadded = content.length > 1 && rounds < 2 ** (8 * content.length - 9);
    if (isPadded || rounds < 1 || rounds > MOST_ROUNDS)
        throw new Error("not a usual number of rounds");
    return rounds;
}
/** @returns the elements of a SEQUENCE @throws Error where it has another number of them, or is none */
function sequence(count, element) {
    return only(count, (0,ca_der/* readDer */.SU)(contentOf(element, ca_der/* TAG */.Dk.sequence)));
}
function only(count, elements) {
    if (elements.length !== count)
        throw new Error("more or less than there should be");
    return elements;
}
function contentOf(element, tag) {
    if (element?.tag !== tag)
        throw new Error("another type");
    return element.content;
}

;// CONCATENATED MODULE: ./build/ca/private-key.js
/** Opens private keys, encrypted or plain, and writes them as plain PEM. */






/** Why a private key could not be opened; `passphrase` where another passphrase would help. */
class PrivateKeyError extends Error {
    name = "PrivateKeyError";
    passphrase;
    constructor(message, passphrase) {
        super(message);
        this.passphrase = passphrase;
    }
}
/** The error for a key that Node cannot decrypt with any passphrase, because of its algorithm. */
class KeyEncryptionError extends PrivateKeyError {
    /** @param encryption the algorithm that it is encrypted with */
    constructor({ name, known }) {
        const convert = `Convert it with ${converter(name)}`;
        super(known
            ? `the private key is encrypted with ${name}, which Node.js cannot open with any passphrase. ${convert}`
            : `the private key is encrypted with ${name}, which is not known. If its block is damaged, restore a copy. If another program encrypted it, convert it with ${converter(name)}`, false);
    }
}
/**
 * @returns the command that converts the key. A scrypt key comes here only if it needs more memory than
 * OpenSSL allows. No option of OpenSSL's programs allows more, so another program must convert it
 */
function converter(algorithm) {
    if (!algorithm.startsWith("scrypt")) {
        return "openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.key -out new.key (OpenSSL 3 and later may need -provider default -provider legacy)";
    }
    const script = "import getpass, sys; from cryptography.hazmat.primitives.serialization import *; p = getpass.getpass().encode(); k = load_pem_private_key(sys.stdin.buffer.read(), p); print(k.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(p)).decode())";
    return `python3 -c '${script}' < old.key > new.key (after pip install cryptography; OpenSSL cannot open it either, because it takes more than 32 MiB)`;
}
/**
 * Opens a private key in PEM (PKCS#1, PKCS#8 or encrypted PKCS#8) before any process is started.
 * @param pem one private key
 * @param passphrase for an encrypted key; ignored for a plain one
 * @param opening of {@link openInPool}; undefined to derive the key here, which holds up the run for as long
 * @throws PrivateKeyError that never quotes the key or the passphrase. It asks for a passphrase only where one may help
 */
function openPrivateKey(pem, passphrase, opening) {
    return isEncrypted(pem) ? openEncrypted(pem, passphrase, opening) : openPlain(pem);
}
/**
 * Opens a private key that is encrypted as the action encrypts keys. The key from the passphrase is derived in Node's pool
 * of threads: several at the same time, while the run goes on. Node itself opens an encrypted key only while everything else waits.
 * @returns what came of it, for {@link openPrivateKey}; undefined for any other key
 */
async function openInPool(pem, passphrase) {
    const encryption = readPbes2(pem);
    // Node.js opens no key with a longer passphrase (measured).
    if (encryption === undefined || Buffer.byteLength(passphrase) > 1024)
        return undefined;
    const { salt, rounds, iv, ciphertext } = encryption;
    const derived = await derive(passphrase, salt, rounds, 32, "sha256");
    try {
        return openDecrypted(decrypt(ciphertext, derived, iv));
    }
    catch (error) {
        return { code: codeOf(error) };
    }
    finally {
        derived.fill(0);
    }
}
const derive = (0,external_node_util_.promisify)(external_node_crypto_.pbkdf2);
/** @param plain DER of PKCS#8, or what a wrong passphrase made of it; wiped */
function openDecrypted(plain) {
    try {
        return { key: (0,external_node_crypto_.createPrivateKey)({ key: plain, format: "der", type: "pkcs8" }) };
    }
    catch {
        return { code: NO_KEY };
    }
    finally {
        plain.fill(0);
    }
}
/** Node's code for an encrypted key in which there is none (measured on 24). Once in 256 times a wrong passphrase comes this far. */
const NO_KEY = "ERR_OSSL_UNSUPPORTED";
/** @throws Error of Node where the padding shows that the key is another one */
function decrypt(ciphertext, key, iv) {
    const decipher = (0,external_node_crypto_.createDecipheriv)("aes-256-cbc", key, iv);
    const parts = [decipher.update(ciphertext)];
    try {
        parts.push(decipher.final());
        return Buffer.concat(parts);
    }
    finally {
        for (const part of parts)
            part.fill(0);
    }
}
function openPlain(pem) {
    try {
        return (0,external_node_crypto_.createPrivateKey)({ key: withoutMark(pem), format: "pem" });
    }
    catch {
        // Node's own message may differ by version and never says more than this.
        throw new PrivateKeyError(`the private key ${(0,pem_hints/* pemHint */.ct)(pem) ?? "cannot be read"}`, false);
    }
}
/**
 * Opens an encrypted key. Without a passphrase it still looks for damage and for an algorithm that no
 * passphrase opens.
 */
function openEncrypted(pem, passphrase, opening) {
    const damage = encryptedKeyDamage(pem);
    if (damage !== undefined) {
        const hint = (0,pem_hints/* pemHint */.ct)(pem);
        throw hint === undefined ? damaged(damage) : new PrivateKeyError(`the private key ${hint}`, false);
    }
    const opened = opening ?? openHere(pem, passphrase ?? "");
    if ("code" in opened)
        throw whyClosed(pem, opened.code, passphrase);
    if (passphrase === undefined)
        throw passphraseMissing();
    return opened.key;
}
function openHere(pem, passphrase) {
    try {
        return { key: (0,external_node_crypto_.createPrivateKey)({ key: withoutMark(pem), format: "pem", passphrase }) };
    }
    catch (error) {
        return { code: codeOf(error) };
    }
}
function codeOf(error) {
    return error.code ?? "";
}
/** @param code Node's for the reason why the key did not open */
function whyClosed(pem, code, passphrase) {
    if (UNABLE.test(code))
        return new KeyEncryptionError(keyEncryption(pem));
    if (NO_ALGORITHM.test(code))
        return new KeyEncryptionError({ ...keyEncryption(pem), known: false });
    if (MALFORMED.test(code))
        return damaged("what it says of its encryption cannot be read");
    if (passphrase === undefined)
        return passphraseMissing();
    return new PrivateKeyError(`the passphrase does not open the encrypted private key${OR_DAMAGED}`, true);
}
function passphraseMissing() {
    return new PrivateKeyError("the private key is encrypted and no passphrase is given", true);
}
function damaged(what) {
    return new PrivateKeyError(`the private key is damaged: ${what}. No passphrase opens it`, false);
}
/**
 * Added to a message about a wrong passphrase: a key that was changed inside its block gives the same error.
 */
const OR_DAMAGED = ", or the key's block is damaged";
/**
 * Node's codes for an algorithm that it does not support, whether the passphrase is right or not (measured on
 * 24).
 */
const UNABLE = /^ERR_OSSL_EVP_UNSUPPORTED$|MEMORY_LIMIT_EXCEEDED$/;
/** Node's codes for an algorithm that it does not know. The name from the key may still be right. */
const NO_ALGORITHM = /UNKNOWN_PBE_ALGORITHM$|UNSUPPORTED_(?:KEY_DERIVATION_FUNCTION|PRF|SALT_TYPE|ENCRYPTION|CIPHER)$/;
/** Node's codes for a block whose lengths are right, but whose content is malformed. */
const MALFORMED = /^ERR_OSSL_(?:ASN1_|PEM_(?!.*PASSWORD)|EVP_DECODE_ERROR|(?:EVP_)?WRONG_FINAL_BLOCK_LENGTH)/;
/** @returns the key as plain PKCS#8 PEM: the form the documented commands can read without a prompt */
function plainPem(key) {
    return key.export({ type: "pkcs8", format: "pem" }).toString();
}

;// CONCATENATED MODULE: ./build/ca/public-key.js

/** Smallest RSA key that is certified: OpenSSL's security level 2, the default of current brokers, takes no shorter ones. */
const LEAST_RSA_BITS = 2048;
/** P-256, P-384 and P-521 by OpenSSL's names: the curves that TLS and brokers accept. */
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);
/** @returns a public key, DER (SubjectPublicKeyInfo) */
function spkiOf(key) {
    return key.export({ type: "spki", format: "der" });
}
/**
 * Compares two public keys. `KeyObject.equals` would leave an error in Node's OpenSSL where the keys are of
 * two kinds. That error would make the next opening of an encrypted key fail, even with the right passphrase
 * (measured on 24.18).
 * @returns whether they are the same
 */
function isSamePublicKey(one, other) {
    return spkiOf(one).equals(spkiOf(other));
}
/** @returns why a device's public key is not certified, with what would be valid, or undefined */
function deviceKeyProblem(key) {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const { modulusLength = 0, namedCurve = "" } = details ?? {};
    if (type === "rsa" && modulusLength >= LEAST_RSA_BITS)
        return undefined;
    const unnamed = curveProblem(key);
    if (unnamed !== undefined)
        return unnamed;
    if (CURVES.has(namedCurve))
        return undefined;
    const size = modulusLength > 0 ? ` of ${modulusLength} bits` : "";
    return (`its key is ${type ?? "unknown"} ${namedCurve}`.trimEnd() +
        `${size}. Valid keys are RSA from ${LEAST_RSA_BITS} bits, and EC on P-256, P-384 or P-521`);
}
/** @returns why verifiers refuse an EC key that spells its curve out (RFC 5480 §2.1.1 wants the curve's name), or undefined */
function curveProblem(key) {
    if (key.asymmetricKeyType !== "ec")
        return undefined;
    const [algorithm] = (0,ca_der/* insideDer */.SA)(spkiOf(key));
    const [, parameters] = algorithm === undefined ? [] : (0,ca_der/* readDer */.SU)(algorithm.content);
    return parameters?.tag === ca_der/* TAG */.Dk.oid
        ? undefined
        : "its EC key has explicit curve parameters, which verifiers refuse: make the key with a named curve";
}

;// CONCATENATED MODULE: ./build/ca/x509.js
/**
 * Reads the parts of a certificate's DER that Node does not give: version, extensions, signature algorithm,
 * and every common name.
 */

/** The tag [3] EXPLICIT, which holds the extensions. */
const EXTENSIONS = 0xa3;
/** @returns the version of a certificate (RFC 5280 §4.1.2.1) */
function x509Version(der) {
    const [version] = signedParts(der);
    // [0] EXPLICIT INTEGER, absent for version 1.
    if (version?.tag !== ca_der/* TAG */.Dk.context0)
        return 1;
    return version.content.at(-1) === 2 ? 3 : 2;
}
/** @returns all extensions of a certificate, in their order. Node gives only some of them */
function extensionsOf(der) {
    const wrapped = signedParts(der).find(({ tag }) => tag === EXTENSIONS);
    if (wrapped === undefined)
        return [];
    return (0,ca_der/* insideDer */.SA)(wrapped.content).map(({ content }) => {
        const parts = (0,ca_der/* readDer */.SU)(content);
        return {
            oid: (0,ca_der/* dottedOid */.lP)(parts[0]),
            critical: parts.some(({ tag, content: [octet] }) => tag === ca_der/* TAG */.Dk.boolean && octet !== 0),
            value: parts.find(({ tag }) => tag === ca_der/* TAG */.Dk.octetString)?.content ?? Buffer.alloc(0),
        };
    });
}
const KEY_USAGE = "2.5.29.15";
/** @returns the first octet of a certificate's keyUsage, digitalSignature at the left (RFC 5280 §4.2.1.3); undefined without one */
function keyUsageOf(der) {
    const value = extensionsOf(der).find(({ oid }) => oid === KEY_USAGE)?.value;
    // BIT STRING: tag, length, unused bits, bits.
    return value === undefined ? undefined : (value[3] ?? 0);
}
/** @returns the algorithm that a certificate is signed with, dotted */
function signatureAlgorithm(der) {
    const [, algorithm] = (0,ca_der/* insideDer */.SA)(der);
    return algorithm === undefined ? "" : (0,ca_der/* dottedOid */.lP)((0,ca_der/* readDer */.SU)(algorithm.content)[0]);
}
/** @returns every common name of a certificate's subject or issuer */
function commonNames(der, whose) {
    const parts = signedParts(der);
    // Issuer, validity and subject follow the version, which version 1 leaves out, the serial number and the algorithm.
    const [issuer, , subject] = parts.slice(parts[0]?.tag === ca_der/* TAG */.Dk.context0 ? 3 : 2);
    return commonNamesIn(whose === "issuer" ? issuer : subject);
}
function signedParts(der) {
    const [signed] = (0,ca_der/* insideDer */.SA)(der);
    return signed === undefined ? [] : (0,ca_der/* readDer */.SU)(signed.content);
}
const COMMON_NAME = "2.5.4.3";
/**
 * @param name of a certificate or a CSR (RFC 5280 §4.1.2.4)
 * @returns every common name in its order, those inside a multi-valued RDN too. Node's rendering of a name
 * would have to be parsed again. Node's `toLegacyObject` makes TLS connections impossible if it is called
 * before `node:tls` is loaded (v20, v24)
 */
function commonNamesIn(name) {
    if (name === undefined)
        return [];
    return (0,ca_der/* readDer */.SU)(name.content)
        .flatMap((rdn) => (0,ca_der/* readDer */.SU)(rdn.content))
        .map((attribute) => (0,ca_der/* readDer */.SU)(attribute.content))
        .filter(([type]) => (0,ca_der/* dottedOid */.lP)(type) === COMMON_NAME)
        .map(([, value]) => textOf(value));
}
/** The string types of X.520 that do not have one octet for each character. */
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

;// CONCATENATED MODULE: ./build/ca/issuing-ability.js



/**
 * Looks at a CA certificate before it takes one of two slots. Otherwise a CA whose certificates nobody
 * accepts would be noticed only in the field. CAs with these problems pass `node:crypto`, but not
 * `openssl verify` or a broker (measured).
 * @param certificate self-signed, CA:TRUE, with the right to sign certificates
 */
function issuingAbility(x509) {
    const extensions = extensionsOf(x509.raw);
    const problem = versionProblem(x509.raw) ?? keyProblem(x509.publicKey) ?? extensionProblem(extensions);
    return { problem, warnings: [...keyWarnings(x509.publicKey), ...signatureWarnings(x509.raw)] };
}
/** The certificate has CA:TRUE, which is an extension. So it must be v3. */
function versionProblem(der) {
    const version = x509Version(der);
    if (version === 3)
        return undefined;
    return `it is X.509 v${version} and contains extensions, which only v3 may contain. Verifiers refuse it or ignore the extensions`;
}
function keyProblem(key) {
    const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details = {} } = key;
    // An RSA-PSS key may name the one digest that it signs with.
    const { modulusLength = 0, hashAlgorithm = "sha256" } = details;
    if (type.startsWith("rsa") && modulusLength < LEAST_RSA_BITS) {
        return `its RSA key has ${modulusLength} bits, and brokers accept ${LEAST_RSA_BITS} bits or more`;
    }
    if (hashAlgorithm !== "sha256") {
        return `its RSA-PSS key signs with ${hashAlgorithm} only, and the documented commands sign with SHA-256`;
    }
    const unnamed = curveProblem(key);
    if (unnamed !== undefined)
        return unnamed;
    if (!["rsa", "rsa-pss", "ec", "ed25519", "ed448"].includes(type)) {
        return `its key is ${type}, and brokers accept no signature of such a key`;
    }
    return undefined;
}
/**
 * Extensions that OpenSSL processes where they are critical: RFC 5280, RFC 3779, proxy certificates,
 * Netscape's type.
 */
const KNOWN = /^(?:2\.5\.29\.(?:14|15|17|18|19|30|31|32|33|35|36|37|54)|1\.3\.6\.1\.5\.5\.7\.1\.(?:7|8|14)|2\.16\.840\.1\.113730\.1\.1)$/;
const NAME_CONSTRAINTS = "2.5.29.30";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_USAGE = "2.5.29.37.0";
function extensionProblem(extensions) {
    const unknown = extensions.find(({ oid, critical }) => critical && !KNOWN.test(oid));
    if (unknown !== undefined) {
        return `its extension ${unknown.oid} is critical, and few verifiers know it. The others refuse every certificate that the CA issues`;
    }
    const usages = extensionValue(extensions, EXTENDED_KEY_USAGE);
    if (usages !== undefined) {
        const named = (0,ca_der/* insideDer */.SA)(usages).map(ca_der/* dottedOid */.lP);
        if (!named.includes(CLIENT_AUTH) && !named.includes(ANY_USAGE)) {
            return "its extended key usage does not contain clientAuth. Brokers refuse the agents that it issues";
        }
    }
    const constraints = extensionValue(extensions, NAME_CONSTRAINTS);
    if (constraints !== undefined && excludesCode(constraints)) {
        return "its name constraints exclude the subject of the verification certificate, which is only a registration code";
    }
    return undefined;
}
function extensionValue(extensions, wanted) {
    return extensions.find(({ oid }) => oid === wanted)?.value;
}
/** [4] of a GeneralName (RFC 5280 §4.2.1.6). */
const DIRECTORY_NAME = 0xa4;
/** [1] of NameConstraints; [0] has the permitted ones. */
const EXCLUDED = 0xa1;
/** @returns whether a subject that is only a common name is outside of what is permitted, or inside of what is excluded */
function excludesCode(value) {
    return (0,ca_der/* insideDer */.SA)(value).some(({ tag, content }) => {
        const parts = (0,ca_der/* readDer */.SU)(content).flatMap((subtree) => (0,ca_der/* readDer */.SU)(subtree.content));
        const names = parts.filter((base) => base.tag === DIRECTORY_NAME).map(rdnCount);
        if (tag === EXCLUDED)
            return names.includes(0);
        // A permitted name without RDNs permits every subject. Any other one does not permit a subject that is
        // only a code.
        return names.length > 0 && !names.includes(0);
    });
}
function rdnCount(base) {
    return (0,ca_der/* insideDer */.SA)(base.content).length;
}
function keyWarnings(key) {
    const { asymmetricKeyType: type = "", asymmetricKeyDetails: { namedCurve = "" } = {} } = key;
    if (type === "rsa" || CURVES.has(namedCurve))
        return [];
    const kind = `${type} ${namedCurve}`.trimEnd();
    return [
        `The key of the CA is ${kind}, which common brokers refuse. They accept RSA, and EC on P-256, P-384 or P-521.`,
    ];
}
const WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
};
function signatureWarnings(der) {
    const digest = WEAK_SIGNATURES[signatureAlgorithm(der)];
    if (digest === undefined)
        return [];
    return [
        `The CA certificate is signed with ${digest}. Some verifiers refuse it, although they trust the CA.`,
    ];
}
/**
 * Says why OpenSSL does not take a certificate for a CA. OpenSSL has decided that. The DER only decides the
 * message.
 * @param der of the certificate
 */
function notCaReason(der) {
    const version = x509Version(der);
    if (version < 3) {
        return `it is X.509 v${version} and not v3 (basicConstraints CA:TRUE is missing). The documented command creates such a certificate with LibreSSL, and with an OpenSSL configuration that has no v3_ca section`;
    }
    if (!mayBeCa(extensionsOf(der)))
        return "it is not an X.509 v3 CA certificate (basicConstraints CA:TRUE is missing)";
    if (!maySign(der))
        return "its key usage does not allow it to sign certificates (keyCertSign is missing)";
    return "OpenSSL does not take it for a CA certificate, although it has CA:TRUE. Another extension of it is broken";
}
const BASIC_CONSTRAINTS = "2.5.29.19";
/** SEQUENCE { BOOLEAN TRUE … } (RFC 5280 §4.2.1.9). */
function mayBeCa(extensions) {
    const value = extensionValue(extensions, BASIC_CONSTRAINTS);
    return value?.[2] === ca_der/* TAG */.Dk.boolean && value[4] === 0xff;
}
/** keyCertSign is the sixth bit (RFC 5280 §4.2.1.3). */
function maySign(der) {
    const usage = keyUsageOf(der);
    return usage === undefined || (usage & 0x04) !== 0;
}

// EXTERNAL MODULE: ./build/ca/subject.js
var ca_subject = __nccwpck_require__(449);
;// CONCATENATED MODULE: ./build/ca/certificate.js
/** Reads a certificate, and judges it: as a CA before its upload, as a verification certificate, by its dates. */








const NO_PEM = "has no line -----BEGIN CERTIFICATE-----, with which a certificate in PEM begins";
/**
 * Reads one certificate.
 * @param text PEM with exactly one certificate; text around it is ignored (RFC 7468)
 * @throws Error that says what the text holds instead
 */
function readCertificate(text) {
    const { blocks } = parsePem(text);
    const [block] = blocks;
    if (block === undefined)
        throw new Error((0,pem_hints/* pemHint */.ct)(text) ?? NO_PEM);
    if (blocks.some(({ label }) => isPrivateKey(label))) {
        throw new Error("holds a private key where a certificate belongs");
    }
    if (blocks.length > 1)
        throw new Error(`holds ${blocks.length} PEM blocks, but exactly one certificate is valid`);
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
        // OpenSSL also accepts encodings that are not DER (measured). Such a certificate must fail here, not
        // later in the run.
        extensionsOf(x509.raw);
        return { x509, names: commonNames(x509.raw, "subject") };
    }
    catch {
        throw new Error("holds a certificate that cannot be read");
    }
}
/**
 * @returns the first 8 hex digits of the SHA-256 fingerprint, lower case: our certificate names end with them
 */
function shortFingerprint(certificate) {
    return certificate.fingerprint.replaceAll(":", "").slice(0, 8).toLowerCase();
}
/**
 * Nothing documents how replies render a common name. A name that they may change makes a certificate hard to
 * find again.
 * @returns why a CA certificate should not be uploaded because of its common name, or undefined
 */
function oddCommonName({ commonNames }) {
    const [name = "", ...others] = commonNames;
    if (others.length > 0) {
        const names = commonNames.map((each) => (0,printable/* quoted */.TL)(each)).join(", ");
        return `its subject has ${commonNames.length} common names (${names}), but exactly one is valid`;
    }
    if (name.trim() !== name)
        return "its common name begins or ends with a blank";
    const problem = (0,ca_subject/* subjectValueProblem */.Lg)(name, Number.POSITIVE_INFINITY);
    return problem === undefined ? undefined : `its common name ${problem}`;
}
/**
 * The preflight before an upload: the platform has two slots and no way to replace a bad certificate.
 * Under a bare configuration the documented command makes an X.509 v1 certificate and exits with 0
 * (measured).
 * @returns why the certificate must not be uploaded. Undefined for a self-signed X.509 v3 `CA:TRUE`
 * certificate that is valid now, or in 5 minutes at most, because clocks differ
 */
function caProblem(certificate, expected) {
    const { x509 } = certificate;
    const selfIssued = x509.checkIssued(x509);
    if (!x509.ca)
        return notCaReason(x509.raw);
    if (!selfIssued && signsItself(x509)) {
        return "it is self-signed, but its authority key identifier names another key or serial number. Verifiers look for another issuer and refuse what it issues";
    }
    if (!selfIssued)
        return "it is an intermediate CA certificate. The platform supports self-signed CA certificates only";
    if (!x509.verify(x509.publicKey))
        return "its own signature is not valid";
    const outdated = dateProblem(certificate, expected.now);
    if (outdated !== undefined)
        return outdated;
    if (certificate.commonName === "")
        return "its subject has no common name";
    if (expected.privateKey !== undefined && !x509.checkPrivateKey(expected.privateKey)) {
        return "the private key does not belong to it";
    }
    if (expected.subject !== undefined && !sameName(certificate.subject, expected.subject)) {
        return "its subject is not the subject that was asked for";
    }
    return undefined;
}
/** The advice for a CA that agents may use already, although this action cannot work with it. */
const WAY_ON = "If it is on the platform already, it may stay there as long as its agents need it. Run rotate with its id in allow-unheld, which adds a new CA. Move the agents to the new CA. Then delete the old one by its id (tasks/delete)";
/**
 * The check of {@link caProblem} for a CA that was not made here. Other programs may have accepted an unusual
 * CA, so it may be in use: the message about such a CA says how to go on.
 * @returns why the CA cannot be used, and what is possible; undefined where it can be used
 */
function foreignCaProblem(certificate, expected) {
    const { x509 } = certificate;
    const problem = caProblem(certificate, expected);
    const unusual = x509Version(x509.raw) < 3 || (x509.ca && !x509.checkIssued(x509));
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
        return "it is self-signed, so it proves nothing. The CA must issue it";
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
 * @returns why a certificate is not valid now, or undefined. A notBefore up to 5 minutes ahead is accepted:
 * another machine, whose clock is ahead, may have just made the certificate
 */
function dateProblem({ notBefore, notAfter, expiration }, now) {
    if (now === undefined)
        return undefined;
    if (notAfter <= now)
        return `it expired on ${expiration}`;
    return isFuture(notBefore, now) ? `it is not valid before ${new Date(notBefore).toISOString()}` : undefined;
}
function isFuture(notBefore, now) {
    return notBefore > now + CLOCKS_AGREE_MS;
}
/**
 * A certificate that is not valid yet counts as not there (guarantee 4). While the clocks disagree it counts as valid.
 * @param onPlatform whether the certificate is on the platform, which accepted it as valid. A single clock
 * does not outweigh that
 */
function isNotValidYet({ notBefore }, { now, standing }, onPlatform) {
    const known = standing === "agreed" || (standing === "unconfirmed" && !onPlatform);
    return known && isFuture(notBefore, now);
}
/** @returns whether two names have the same attributes in the same order */
function sameName(a, b) {
    return JSON.stringify(a) === JSON.stringify(b);
}
/**
 * Parses Node's multi-line rendering of a name, which escapes as RFC 2253 does.
 * @param rendered undefined for a name without attributes
 */
function nameAttributes(rendered) {
    if (!rendered)
        return [];
    return rendered.split("\n").map((line) => {
        const equals = line.indexOf("=");
        return [line.slice(0, equals), unescapeValue(line.slice(equals + 1))];
    });
}
function unescapeValue(value) {
    // An unescaped " + " joins a multi-valued attribute. It stays in the value, which so never equals a plain
    // value.
    return value.replaceAll(/\\(?:([0-9A-F]{2})|(.))/gu, (_, octet, escaped) => octet === undefined ? escaped : String.fromCharCode(Number.parseInt(octet, 16)));
}

;// CONCATENATED MODULE: ./build/ca/key-material.js
/**
 * Recognises private keys in texts that should hold none: notes of a keyring, and the output of programs.
 * Only the form of a text is judged, because a damaged or partial key cannot be parsed.
 */
/** The first or last line of a key's PEM block, also where an editor changed its dashes or quoted it. */
const MARKER = /^\W*(?:BEGIN|END) (?:[A-Z0-9]+ )*PRIVATE KEY\W*$/;
/** A line of a PEM body has 64 digits of base64, rarely 76. A line that was cut has a few less. */
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
/**
 * @returns whether a run of base64 digits is base64. Hexadecimal and most paths lack one of the three kinds
 * of characters
 */
function isBase64(run) {
    return /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run) && !/^[0-9a-f]+$/i.test(run);
}
/**
 * The form in which `openssl … -text` and `certtool` print a key: a title, and named numbers with their bytes
 * below.
 */
const key_material_TITLE = /^\s*(?:[A-Z0-9]+ )?Private-Key:/;
const SECRET_NUMBER = /^\s*(?:private ?exponent|prime\d+|exponent\d+|exp\d|coefficient(?: ?\d+)?|priv)\s*:\s*$/i;
const PUBLIC_NUMBER = /^\s*(?:modulus|public ?exponent|pub|[PQGAB]|prime|order|seed|generator(?: \(\w+\))?)\s*:\s*$/i;
const DETAIL = /^\s*(?:public ?exponent: \d+ \(0x[0-9a-f]+\)|cofactor: .*|ASN1 OID: \S+|NIST CURVE: \S+|Field Type: \S+)$/i;
/** OpenSSL puts 15 bytes into an indented line; where the blanks got lost, a line of another length may be anything. */
const BYTES = /^(?:\s+(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?|(?:[0-9a-f]{2}:){15}|(?:[0-9a-f]{2}:){0,14}[0-9a-f]{2})$/i;
/** The form in which `openssl asn1parse` prints a structure, one value a line. */
const PARSED = /^\s*\d+:d=\d+ +hl=\d+ *l= *(?:\d+|inf) +(?:prim|cons): /;
/**
 * A long number, or an OCTET STRING with a structure inside. A public key has one such number and no such
 * string.
 */
const PARSED_NUMBER = /: INTEGER +:[0-9A-F]{64,}$/i;
const PARSED_KEY = /: OCTET STRING +\[HEX DUMP\]:30[0-9A-F]{200,}$/i;
/** @returns the lines without those that spell a private key out, as `openssl rsa -text` and `asn1parse` do */
function withoutKeyDump(lines) {
    // Somebody may have put the marks of a comment before the lines.
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
    const begins = (line = "") => key_material_TITLE.test(line) || SECRET_NUMBER.test(line) || PUBLIC_NUMBER.test(line);
    if (!begins(lines[from]))
        return from;
    const rest = lines.slice(from);
    const length = rest.findIndex((line) => !begins(line) && !DETAIL.test(line) && !BYTES.test(line));
    return length < 0 ? lines.length : from + length;
}
/** Long hexadecimal numbers; a registration code, which OpenSSL prints as a name, has 64 digits. */
const HEXADECIMAL = /[0-9a-f]{65,}|(?:[0-9a-f]{2}:){12,}(?:[0-9a-f]{2})?/gi;
/**
 * Takes private keys out of what a program printed. The runner does not mask it yet.
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

;// CONCATENATED MODULE: ./build/ca/keyring-entries.js

/** The keyring before the first CA. */
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
        writtenAt: (0,ca_time/* iso */.KH)(now),
        provisional: provisional ? true : undefined,
    };
}
/** @returns whether two entries are the same CA: the certificate decides, byte for byte */
function isSameCa(a, b) {
    return a.certificate.fingerprint === b.certificate.fingerprint;
}
/** @returns the entry as before its first upload. A refusal still counts until the CA is seen on the platform */
function withoutPlatformHistory(entry) {
    const { platformId, verifiedAt, verifiedBy, restoredAt, retiredAt, ...kept } = entry;
    return kept;
}
/**
 * @param now milliseconds since 1970
 * @param options.uploading whether this run is about to upload it
 * @returns the keyring with the CA in it and not retired. A new CA comes first, a known one keeps its place.
 * A CA that comes back loses its noted platform id and verification
 */
function putEntry(keyring, entry, now, { uploading = false } = {}) {
    if (!keyring.entries.some((other) => isSameCa(other, entry))) {
        return { ...keyring, entries: [entry, ...keyring.entries] };
    }
    return changeEntry(keyring, entry, (known) => {
        const tenant = known.tenant ?? entry.tenant;
        const tagged = tenant === undefined ? known : { ...known, tenant };
        if (!comesBack(known, uploading))
            return tagged;
        return { ...withoutPlatformHistory(tagged), restoredAt: timeOfChange(known, now) };
    });
}
/**
 * @returns whether a CA comes back: it was retired, or it is uploaded although it was verified once. In the
 * second case somebody removed it from the platform
 */
function comesBack({ retiredAt, verifiedAt }, uploading) {
    return retiredAt !== undefined || (uploading && verifiedAt !== undefined);
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
/** @returns whether a CA is this tenant's (a DNS label, in any case), or may be because no tenant is noted */
function isOfTenant({ tenant: tag }, tenant) {
    return tag === undefined || tag.toLowerCase() === tenant.toLowerCase();
}
/**
 * @returns whether a CA is retired. The key of a retired CA is opened only where it is used, because a
 * derivation takes a fifth of a second
 */
function isRetired({ retiredAt }) {
    return retiredAt !== undefined;
}
/**
 * @returns the keyring with the CAs that one tenant may use. Other tenants' CAs are left out (guarantee 12)
 */
function ownKeyring(keyring, tenant) {
    return { ...keyring, entries: keyring.entries.filter((entry) => isOfTenant(entry, tenant)) };
}
/**
 * @returns the time to note for an event, ISO 8601 UTC: `now`, but never before the certificate's notBefore
 * or a time that is already noted (guarantee 3)
 */
function timeOfChange(entry, now) {
    const { certificate, verifiedAt, refusedAt, restoredAt, retiredAt } = entry;
    const remembered = [verifiedAt, refusedAt, restoredAt, retiredAt].map((at) => (0,ca_time/* rememberedTime */.Yk)(at) ?? now);
    return (0,ca_time/* iso */.KH)(Math.max(now, certificate.notBefore, ...remembered));
}
/** @returns the entry with its refusal: the platform's words, and when it was (`now` in milliseconds since 1970) */
function noteRefused(entry, words, now) {
    return { ...entry, refusedAt: timeOfChange(entry, now), refusedFor: words };
}
/**
 * @returns the entry with the facts of a read-back: the id, and the first time that the CA was seen as
 * verified. The overlap is counted from that time, so it is noted only while the clocks agree, and a noted
 * time never changes. A text that is no time counts as none. A noted refusal is removed
 */
function noteVerified(entry, slot, { now, standing }) {
    const { refusedAt, refusedFor, ...kept } = entry;
    const unknown = (0,ca_time/* rememberedTime */.Yk)(entry.verifiedAt) === undefined;
    const { verifiedBy } = slot;
    return {
        ...kept,
        platformId: slot.id,
        ...(unknown && standing === "agreed" ? { verifiedAt: timeOfChange(entry, now) } : {}),
        ...(verifiedBy === undefined ? {} : { verifiedBy }),
    };
}
/** @returns the entry marked as retired at `now` (milliseconds since 1970) */
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

;// CONCATENATED MODULE: ./build/keyring/entry-lines.js

/**
 * The lines before each entry of a keyring: what the action must remember of a CA, what helps a person, and other people's
 * notes, which stay as they are.
 */
/**
 * The facts about a CA that the keyring must keep, by the label of their line. The other lines of ours only
 * help a person: each write makes them again from the certificate.
 */
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
/**
 * The form of a value, by the label of its line. A line with another value is somebody's note that begins
 * like ours.
 */
const PLAUSIBLE = {
    Tenant: /^[a-z0-9-]{1,63}$/i,
    "Verified by": /^reply$/,
};
/**
 * A platform id in a text made by hand. In our own texts an id may have blanks, because a platform may give
 * such ids.
 */
const PLAUSIBLE_ID = /^\S+$/;
const DATE = /^\d{4}-\d{2}-\d{2}/;
/** @returns the lines of an entry before its key: other people's first, then ours */
function formatLines(entry) {
    const remembered = Object.entries(REMEMBERED).flatMap(([label, field]) => {
        const value = entry[field];
        return value === undefined ? [] : [`${label}: ${value}`];
    });
    return [...entry.notes, ...informationOf(entry.certificate), ...remembered];
}
/** @returns the first three of our lines. The fingerprint in the third marks where our lines are */
function informationOf(certificate) {
    return [
        `Common name: ${(0,printable/* printable */.g$)(certificate.commonName)}`,
        `Expiration: ${certificate.expiration}`,
        `SHA-256 fingerprint: ${certificate.fingerprint}`,
    ];
}
/**
 * Separates our lines of an entry from other people's. Ours begin at the last line with the certificate's own fingerprint.
 * Without such a line the text was made by hand.
 * @param lines all lines before the key and before the certificate
 * @returns the values of our lines, and the other lines as notes
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
/** Reads a text made by hand. Where several lines have one label, the last of them counts. */
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
/** @returns the label of a line that may be ours by its value, and the value */
function labelled(line) {
    const colon = line.indexOf(": ");
    const label = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 2);
    const ours = Object.hasOwn(REMEMBERED, label) && isPlausible(label, value.trim());
    return [ours ? label : undefined, value];
}

;// CONCATENATED MODULE: ./build/keyring/passphrases.js


/**
 * The passphrases of a keyring. Any of them may open a key, and the first one encrypts. So a user changes the
 * passphrase by putting the new one first. Deriving a key takes a fifth of a second: each key is tried once,
 * and the result is kept.
 */
class Passphrases {
    #all;
    /** What came of the passphrases that {@link openAll} tried, by the key's PEM. */
    #openings = new Map();
    #tried = new Map();
    /** @param all in their order; none where the keyring's keys are plain */
    constructor(all = []) {
        this.#all = all;
    }
    /** @returns the passphrases themselves; for a text those with only this one; for undefined none */
    static of(passphrases) {
        if (passphrases instanceof Passphrases)
            return passphrases;
        return new Passphrases(passphrases === undefined ? [] : [passphrases]);
    }
    /** The one that encrypts; undefined where keys stay plain. */
    get first() {
        return this.#all[0];
    }
    /**
     * Whether there is more than one passphrase. Then a key may have to be encrypted again, with the first one.
     */
    get several() {
        return this.#all.length > 1;
    }
    /**
     * Opens keys at the same time, while the run goes on, and keeps what came of it for {@link open} and the others.
     * @param pems private keys; what is not encrypted as the action encrypts keys is passed over
     */
    async openAll(pems) {
        const isKnown = (pem) => this.#openings.has(pem) || this.#tried.has(pem);
        const closed = new Set(pems.filter((pem) => isEncrypted(pem) && !isKnown(pem)));
        await Promise.all([...closed].map((pem) => this.#openInPool(pem)));
    }
    async #openInPool(pem) {
        const openings = new Map();
        this.#openings.set(pem, openings);
        for (const by of this.#all) {
            const opening = await openInPool(pem, by);
            if (opening === undefined)
                return;
            openings.set(by, opening);
            if ("key" in opening)
                return;
        }
    }
    /**
     * Opens a private key in PEM, plain or encrypted.
     * @throws PrivateKeyError that never quotes the key or a passphrase
     */
    open(pem) {
        return this.#open(pem).key;
    }
    /** @returns whether a key is encrypted with the first passphrase; false for a key that does not open */
    isUnderFirst(pem) {
        return this.opens(pem) && isEncrypted(pem) && this.#open(pem).by === this.first;
    }
    /** @returns whether a key can be opened */
    opens(pem) {
        try {
            this.#open(pem);
            return true;
        }
        catch (error) {
            if (error instanceof PrivateKeyError)
                return false;
            throw error;
        }
    }
    #open(pem) {
        const tried = this.#tried.get(pem) ?? this.#try(pem);
        this.#tried.set(pem, tried);
        if (tried instanceof PrivateKeyError)
            throw tried;
        return tried;
    }
    #try(pem) {
        const openings = this.#openings.get(pem);
        const candidates = isEncrypted(pem) && this.several ? this.#all : [this.first];
        for (const by of candidates) {
            try {
                return { key: openPrivateKey(pem, by, openings?.get(by)), by };
            }
            catch (error) {
                if (!(error instanceof PrivateKeyError))
                    throw error;
                if (!error.passphrase || candidates.length === 1)
                    return error;
            }
        }
        const count = candidates.length;
        const what = `none of the ${count} passphrases opens the encrypted private key${OR_DAMAGED}`;
        return new PrivateKeyError(what, true);
    }
}

;// CONCATENATED MODULE: ./build/keyring/keyring-format.js









/**
 * The text of a keyring. Its first line has the number of writes and the time of the last one. Then follow
 * the private key and the certificate of each CA in PEM, newest first, with lines before each that say what a
 * run must know of the CA (`entry-lines.ts`).
 */
/** A keyring text that cannot be used; `passphrase` where another passphrase would help. */
class KeyringError extends Error {
    name = "KeyringError";
    passphrase;
    constructor(message, passphrase = false) {
        super(message);
        this.passphrase = passphrase;
    }
}
/**
 * A whole keyring with a key that Node cannot decrypt with any passphrase, because of the key's algorithm.
 */
class KeyringEncryptionError extends KeyringError {
}
const HEADER = /^MindConnect CA keyring, generation (\d+), written (\S{20,30}?)(, provisional)?(?:, copy of generation (\d+)(?: written (\S{20,30}))?)?$/;
/**
 * Marks a keyring whose keys were all forgotten, so that a text that was cut off after its first line looks
 * different.
 */
const NOTHING_KEPT = "No CA is kept here.";
/**
 * Reads a keyring: for each CA its private key and its certificate in PEM, with explanatory lines (RFC 7468).
 * A text without those lines, made by hand, is read just as well. Lines that are not ours are kept.
 * @param text the keyring's text; an empty or blank one means that there is no keyring yet
 * @param passphrases open encrypted keys; an opened key is compared with its certificate
 * @param stayClosed tells of which entries an encrypted key is not opened
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
function parseKeyring(text, passphrases, stayClosed = isRetired) {
    const { header, blocks, after } = splitText(text);
    const opener = Passphrases.of(passphrases);
    const entries = [];
    for (let index = 0; index < blocks.length; index += 2) {
        const [first, second] = blocks.slice(index);
        const number = index / 2 + 1;
        if (first === undefined || second === undefined) {
            throw new KeyringError(`entry ${number} is not complete: a private key and its certificate belong together`);
        }
        const entry = parseEntry([first, second], number);
        checkEntry(entry, number, opener, stayClosed);
        entries.push(entry);
    }
    refuseStrayKeys([...entries.map(({ notes }) => notes), after]);
    return { ...header, entries, ...(after.length > 0 && { after }) };
}
/** Reads a keyring as {@link parseKeyring} does, and opens none of its encrypted keys. @throws KeyringError */
function parseClosed(text) {
    return parseKeyring(text, undefined, () => true);
}
/** How many keys are opened at the same time: as many as Node's pool has threads by default. */
const AT_ONCE = 4;
/**
 * Opens the keys of a keyring that is parsed already: those that {@link parseKeyring} would open, several at the same time.
 * @throws KeyringError that names the entry (counted from 1) and the reason, never quoting a key
 */
async function requireKeysOpen({ entries }, passphrases, stayClosed) {
    for (let at = 0; at < entries.length; at += AT_ONCE) {
        const some = entries.slice(at, at + AT_ONCE);
        await passphrases.openAll(some.filter((entry) => !stayClosed(entry)).map(({ privateKey }) => privateKey));
        for (const [index, entry] of some.entries())
            checkEntry(entry, at + index + 1, passphrases, stayClosed);
    }
}
/**
 * Reads the certificates of a keyring and the lines before them. Keys are not opened and may be missing: a
 * workflow that only watches needs no key.
 * @throws KeyringError
 */
function parseCertificates(text) {
    const { blocks, empty } = splitText(text, "it holds no certificate");
    const entries = [];
    let lines = [];
    for (const [index, { label, pem, before }] of blocks.entries()) {
        lines.push(...before);
        if (isPrivateKey(label))
            continue;
        const certificate = certificateOf(pem, `PEM block ${index + 1}`);
        entries.push({ privateKey: "", certificate, ...readLines(lines, certificate) });
        lines = [];
    }
    if (entries.length === 0 && !empty)
        throw otherText(text, "it holds no certificate");
    return entries;
}
/**
 * @returns the error for a text that is no keyring. It says how the text was damaged, where that is
 * recognised
 */
function otherText(text, reason) {
    const hint = (0,pem_hints/* pemHint */.ct)(text);
    return new KeyringError(hint === undefined ? reason : `it ${hint}`);
}
function certificateOf(pem, where) {
    try {
        return readCertificate(pem);
    }
    catch (error) {
        throw new KeyringError(`${where} ${error.message}`);
    }
}
/**
 * Splits a text into our first line, the blocks with the lines before each, and the lines after the last one.
 * @param reason what is wrong with a text that has no block
 */
function splitText(text, reason = "it holds no PEM block") {
    const { blocks, after } = splitBlocks(text);
    const [first, ...others] = blocks;
    const top = (first?.before ?? after).slice();
    while (top[0]?.trim() === "")
        top.shift();
    const [, generation, writtenAt, provisional, copied, copiedAt] = headerOf(top[0]) ?? [];
    if (writtenAt !== undefined)
        top.shift();
    const saysNothingKept = top[0] === NOTHING_KEPT && (writtenAt !== undefined || first === undefined);
    if (saysNothingKept)
        top.shift();
    const header = {
        ...originOf(generation, writtenAt),
        ...(provisional !== undefined && { provisional: true }),
        ...(copied !== undefined && { copyOf: originOf(copied, copiedAt) }),
    };
    if (first !== undefined) {
        const kept = after.filter(isWritten);
        return { header, blocks: [{ ...first, before: top }, ...others], after: kept, empty: false };
    }
    if (!saysNothingKept && (writtenAt !== undefined || top.some(isWritten)))
        throw otherText(text, reason);
    return { header, blocks, after: top.filter(isWritten), empty: true };
}
function originOf(generation, writtenAt) {
    const count = Math.min(Number(generation ?? 0), Number.MAX_SAFE_INTEGER);
    return { generation: count, ...(writtenAt !== undefined && { writtenAt }) };
}
function isWritten(line) {
    return line.trim() !== "";
}
function splitBlocks(text) {
    try {
        return parsePem(text);
    }
    catch (error) {
        if (!(error instanceof PemError))
            throw error;
        throw new KeyringError(`entry ${Math.floor(error.block / 2) + 1}: ${error.message}`);
    }
}
/**
 * Without this check, a key with a damaged BEGIN or END line would be read as explanatory text, and its CA be
 * lost.
 */
function refuseStrayKeys(notes) {
    const index = notes.findIndex(holdsKey);
    if (index >= 0)
        throw new KeyringError(`entry ${index + 1} has lines of a private key outside of a PEM block`);
}
function parseEntry(pair, number) {
    const key = pair.find(({ label }) => isPrivateKey(label));
    const other = pair.find(({ label }) => label === "CERTIFICATE");
    if (key === undefined || other === undefined) {
        throw new KeyringError(`entry ${number} is not one private key and one certificate`);
    }
    const certificate = certificateOf(other.pem, `entry ${number}`);
    const lines = pair.flatMap(({ before }) => before);
    return { privateKey: key.pem, certificate, ...readLines(lines, certificate) };
}
/** Checks that a certificate can be used as a CA, and that its key opens and belongs to it. */
function checkEntry(entry, number, passphrases, stayClosed) {
    const named = `entry ${number} (${entry.certificate.commonName})`;
    const closed = isEncrypted(entry.privateKey) && stayClosed(entry);
    try {
        const privateKey = closed ? undefined : passphrases.open(entry.privateKey);
        const problem = foreignCaProblem(entry.certificate, {
            now: undefined,
            ...(privateKey && { privateKey }),
        });
        if (problem !== undefined)
            throw new KeyringError(`${named}: its certificate cannot be used as a CA: ${problem}`);
    }
    catch (error) {
        if (error instanceof KeyEncryptionError)
            throw new KeyringEncryptionError(`${named}: ${error.message}`);
        if (error instanceof PrivateKeyError)
            throw new KeyringError(`${named}: ${error.message}`, error.passphrase);
        throw error;
    }
}
/**
 * Writes a keyring's text. Reading it back gives the same keyring.
 * @param keyring with its generation and time of writing set (see `nextGeneration`)
 */
function formatKeyring(keyring) {
    const { generation, writtenAt, provisional, copyOf, entries, after = [] } = keyring;
    const suffix = provisional ? ", provisional" : "";
    const copied = copyOf === undefined ? "" : `, copy of generation ${copyOf.generation}`;
    const from = copyOf?.writtenAt === undefined ? "" : ` written ${copyOf.writtenAt}`;
    const header = writtenAt === undefined
        ? ""
        : `MindConnect CA keyring, generation ${generation}, written ${writtenAt}${suffix}${copied}${from}\n`;
    const kept = entries.map((entry) => `\n${formatLines(entry).join("\n")}\n${entry.privateKey}${entry.certificate.pem}`);
    if (kept.length === 0)
        kept.push(`${NOTHING_KEPT}\n`);
    return `${header}${kept.join("")}${after.length === 0 ? "" : `\n${after.join("\n")}\n`}`;
}
/** @returns what a keyring's text says of its writing; only the first line is read */
function readWrittenAt(text) {
    const [, , writtenAt, provisional] = headerOf(withoutMark(text).split("\n").find(isWritten)) ?? [];
    return { writtenAt: (0,ca_time/* rememberedTime */.Yk)(writtenAt), provisional: provisional !== undefined };
}
/** Blanks around the line do not count. */
function headerOf(line = "") {
    return HEADER.exec(line.trim());
}
/**
 * @param keyBits size of a new CA's key
 * @returns bytes that one more CA may need in a keyring. Key and certificate grow with `keyBits`. The fixed
 * part is for the subject, the encryption and the lines before the key, rounded up
 */
function roomForOneMore(keyBits) {
    return 4096 + Math.ceil(1.5 * keyBits);
}

;// CONCATENATED MODULE: ./build/keyring/backup.js



/**
 * Leaves an encrypted copy of the keyring. The keys inside the copy are plain: a recipient can restore them
 * without the passphrase of the keyring, which may be lost.
 */
class KeyringBackup {
    #passphrases;
    #tools;
    #isLeft = false;
    /** @param passphrases of the keyring's keys */
    constructor(passphrases, tools) {
        this.#passphrases = passphrases;
        this.#tools = tools;
    }
    /** Whether this run has left a backup. */
    get isLeft() {
        return this.#isLeft;
    }
    /**
     * Leaves a copy of this keyring, with its first line and all lines before its entries.
     * @throws ActionError `OPENSSL_…`, `FILE_FAILED`, `RUNNER_FILE_FAILED`
     */
    async leave(keyring) {
        await this.#passphrases.openAll(keyring.entries.map(({ privateKey }) => privateKey));
        const entries = keyring.entries.map((entry) => this.#opened(entry));
        await this.#tools.store(await this.#tools.encrypt(formatKeyring({ ...keyring, entries })));
        const closed = entries.filter(({ privateKey }) => !this.#passphrases.opens(privateKey));
        if (closed.length > 0 && !this.#isLeft)
            this.#tools.remark(staysEncrypted(closed));
        this.#isLeft = true;
    }
    /**
     * A key that no given passphrase opens stays encrypted: it may be another tenant's, or the key of a retired
     * CA.
     */
    #opened(entry) {
        if (!this.#passphrases.opens(entry.privateKey))
            return entry;
        const privateKey = plainPem(this.#passphrases.open(entry.privateKey));
        this.#tools.mask(privateKey);
        return { ...entry, privateKey };
    }
}
function staysEncrypted(entries) {
    const names = entries.map(({ certificate, tenant }) => {
        const whose = tenant === undefined ? "" : ` (tenant ${(0,printable/* printableName */.Nt)(tenant)})`;
        return `${(0,printable/* printableName */.Nt)(certificate.commonName)}${whose}`;
    });
    return `In the backup of the keyring, the private key of ${names.join(", ")} is still encrypted, because no line of keyring-passphrase opens it. To restore that key you also need its passphrase.`;
}

;// CONCATENATED MODULE: ./build/keyring/file-operations.js


/** A link in a file's place could lead the keys elsewhere; Windows has no such flag. */
const NO_FOLLOW = external_node_fs_.constants.O_NOFOLLOW ?? 0;
/** Opening a pipe in a file's place would block until somebody writes into it. */
const NO_WAIT = external_node_fs_.constants.O_NONBLOCK ?? 0;
/** The system's codes where a disk, mostly a network disk, cannot sync at all, or cannot sync a folder. */
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
    makeFolder: async (path) => void (await external_node_fs_.promises.mkdir(path, { mode: 0o700 })),
    list: (path) => external_node_fs_.promises.readdir(path),
    read: async (path) => (0,pem_hints/* decodeText */.g7)(await external_node_fs_.promises.readFile(path, { flag: external_node_fs_.constants.O_RDONLY | NO_FOLLOW | NO_WAIT })),
    create: (path, text) => external_node_fs_.promises.writeFile(path, text, { flag: "wx", mode: 0o600 }),
    async fill(path, text) {
        const file = await external_node_fs_.promises.open(path, external_node_fs_.constants.O_RDWR | NO_FOLLOW);
        try {
            await file.writeFile(text);
            await whereSupported(file.sync());
        }
        finally {
            await file.close();
        }
    },
    rename: (from, to) => external_node_fs_.promises.rename(from, to),
    remove: (path) => external_node_fs_.promises.unlink(path),
    removeFolder: (path) => external_node_fs_.promises.rmdir(path),
    async settle(folder) {
        await whereSupported(sync(folder));
    },
};
async function sync(folder) {
    const handle = await external_node_fs_.promises.open(folder, "r");
    try {
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
/** Waits for a sync; a disk that cannot sync is accepted as it is. */
async function whereSupported(synced) {
    await synced.catch((error) => {
        if (!NOT_SUPPORTED.has(file_operations_codeOf(error)))
            throw error;
    });
}
/** @returns the system's code of an error, such as `ENOENT`; empty where it has none */
function file_operations_codeOf(error) {
    const { code } = error;
    return typeof code === "string" ? code : "";
}

// EXTERNAL MODULE: external "node:perf_hooks"
var external_node_perf_hooks_ = __nccwpck_require__(643);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __nccwpck_require__(8500);
;// CONCATENATED MODULE: ./build/keyring/lock-owner.js



/** @returns the note of this process; on macOS and Windows only host name and process id */
function thisProcess() {
    const boot = [told(() => (0,external_node_fs_.readFileSync)("/proc/sys/kernel/random/boot_id", "utf8").trim())];
    if (boot[0] !== "")
        boot.push(told(() => (0,external_node_fs_.readlinkSync)("/proc/self/ns/pid")));
    const { pid } = process;
    return { host: (0,external_node_os_namespaceObject.hostname)(), boot: boot.join(" ").trim(), pid, started: lifeOf(pid)?.started ?? "" };
}
/**
 * Tells whether a process is surely gone: it ran on this machine, and does not run any more. The answer may
 * be wrong for two machines with one host name and no boot id. Then the other process loses its lock, and
 * notices that before it changes anything.
 * @param here {@link thisProcess}
 */
function isGone(owner, here) {
    if (owner.host !== here.host || owner.boot !== here.boot)
        return false;
    try {
        process.kill(owner.pid, 0);
    }
    catch (error) {
        // Any other error, such as EPERM for another user's process, means that the process exists.
        if (error.code === "ESRCH")
            return true;
    }
    const life = lifeOf(owner.pid);
    return life !== undefined && (life.ended || life.started !== owner.started);
}
/**
 * @returns whether a process ran on this machine before the machine was last started. Only for files that no
 * other machine reaches
 */
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
    return owner === undefined ? "an unknown process" : `process ${owner.pid} on ${(0,printable/* printable */.g$)(owner.host, 100)}`;
}
/** @returns what Linux tells of a process; undefined where it tells nothing */
function lifeOf(pid) {
    const stat = told(() => (0,external_node_fs_.readFileSync)(`/proc/${pid}/stat`, "latin1"));
    // Fields of proc(5): the state is field 3, the start is field 22. Field 2, the name, may have blanks and
    // brackets in it.
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

;// CONCATENATED MODULE: ./build/keyring/lock.js






// A lock for processes that may run on several machines over one disk: it orders their writes of one file.
//
// A lock is a folder that appears with its content in it: <nonce>.owner says who holds the lock, and <nonce>.draft is an empty
// file that the holder may fill and rename to where the result belongs. Names of two holders are never the same, so no
// process removes another lock than the one it looked at.
//
// A process that takes a lock over removes the draft before it reads anything. The system orders this removal and the
// holder's rename. If the rename came first, its result is read. If the removal came first, the holder has nothing to
// rename and fails. So a holder that stood still, for however long, does no harm when it goes on. No two clocks are compared.
/** How often a holder renews its lock. */
const RENEW_MS = 5000;
/** A lock that was not renewed for so long, by the clock of the process that waits, was left behind. */
const STILL_MS = 30_000;
/** How long a process waits for a holder that renews its lock. */
const WAIT_MS = 45_000;
const LOOK_MS = 250;
/** A wait that is shorter is not reported. */
const QUIET_MS = 1000;
/** The codes of a rename onto a lock that exists already. On Windows they may also mean an empty folder. */
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
    const process = thisProcess();
    return {
        disk: DISK,
        process,
        isGone: (owner) => isGone(owner, process),
        now: () => external_node_perf_hooks_.performance.now(),
        pause: async (milliseconds) => void (await (0,external_node_timers_promises_.setTimeout)(milliseconds)),
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
    /** A file to fill and then rename to its final path in one step. Both fail if the lock was lost. */
    draft;
    #owner;
    #at;
    #disk;
    #end;
    constructor(at, nonce, machine) {
        this.#at = at;
        this.draft = (0,external_node_path_.join)(at, draftOf(nonce));
        this.#owner = (0,external_node_path_.join)(at, ownerOf(nonce));
        this.#disk = machine.disk;
        let renewed = 0;
        this.#end = machine.every(RENEW_MS, async () => {
            renewed += 1;
            // An error here needs no report: the rename of the draft notices a lost lock.
            await machine.disk.fill(this.#owner, formatOwner(machine.process, renewed)).catch(() => { });
        });
    }
    /**
     * Takes a lock. A lock whose holder is gone is taken over at once, and a lock that nobody renews after
     * 30 s. For a lock in use this method waits.
     * @param at absolute path of the lock itself, in a folder that exists
     * @throws LockHeld after 45 s, or an Error of the system
     */
    static async take(at, { machine, waiting }) {
        const { disk } = machine;
        const nonce = (0,external_node_crypto_.randomUUID)();
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
    /** @returns whether this process still holds the lock */
    async isHeld() {
        return await this.#disk.read(this.#owner).then(() => true, () => false);
    }
    /** Gives the lock back. A lock that was lost has another holder, and stays. */
    async release() {
        this.#end();
        await clear(this.#disk, this.#at, [(0,external_node_path_.basename)(this.draft), (0,external_node_path_.basename)(this.#owner)]);
    }
}
/**
 * Removes the locks of runs that are surely gone, because their drafts may hold keys. For tasks that take no
 * lock.
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
/** Makes the lock under another name, so that it is complete when it appears in its place. */
async function stage(staged, nonce, { disk, process }) {
    await disk.makeFolder(staged);
    await disk.create((0,external_node_path_.join)(staged, ownerOf(nonce)), formatOwner(process, 0));
    await disk.create((0,external_node_path_.join)(staged, draftOf(nonce)), "");
}
/** Moves the staged lock to its place once that is free. */
async function moveIn(staged, at, nonce, taking) {
    const { machine } = taking;
    const wait = new Wait(at, taking);
    for (;;) {
        const refused = await machine.disk.rename(staged, at).then(() => undefined, refusalOf);
        if (refused === undefined)
            return;
        // Somebody removed the staged lock.
        if (refused.code === "ENOENT")
            await stage(staged, nonce, machine);
        const seen = await look(at, machine.disk);
        // Windows renames nothing onto an empty folder.
        if (seen === undefined)
            await machine.disk.removeFolder(at).catch(() => { });
        else if (wait.isLeft(seen) && (await clear(machine.disk, at, seen.files)))
            continue;
        await wait.on(seen, refused.error);
    }
}
/**
 * @returns the code of a rename that failed because a lock is in the way, or because the staged lock is gone
 * @throws any other error
 */
function refusalOf(error) {
    const code = file_operations_codeOf(error);
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
        const code = file_operations_codeOf(error);
        if (code === "ENOENT")
            return undefined;
        return { files: [], owner: undefined, signature: `${code} ${await disk.read(at).catch(file_operations_codeOf)}` };
    }
    const note = files.find((file) => file.endsWith(".owner"));
    if (files.length === 0)
        return undefined;
    const text = note === undefined ? "" : await disk.read((0,external_node_path_.join)(at, note)).catch(file_operations_codeOf);
    return { files, owner: parseOwner(text), signature: `${files.join("/")} ${text}` };
}
/** Removes files of a lock by their names, the drafts first, then the lock. @returns whether it is gone */
async function clear(disk, at, files) {
    try {
        for (const file of files.toSorted())
            await disk.remove((0,external_node_path_.join)(at, file)).catch(ignoreAbsent);
        // Without files it was seen as a file, not as a folder. remove() deletes a file only, never a lock's
        // folder.
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
    if (file_operations_codeOf(error) !== "ENOENT")
        throw error;
}
/** Removes staged locks of runs that were killed before their lock was in its place. */
async function clearStaged(at, machine) {
    const { disk } = machine;
    const prefix = `${(0,external_node_path_.basename)(at)}-`;
    const names = (await disk.list((0,external_node_path_.dirname)(at))).filter((name) => name.startsWith(prefix));
    for (const name of names) {
        const staged = (0,external_node_path_.join)((0,external_node_path_.dirname)(at), name);
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
        // This process may have stood still itself. Such a time says nothing about the other process, so it does
        // not count.
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

;// CONCATENATED MODULE: ./build/keyring/file-storage.js








/** Room for two hundred CAs. A larger file is no keyring and is not read. */
const KEYRING_FILE_LIMIT_BYTES = 1024 * 1024;
/** A keyring in a file of this machine: 0600, replaced atomically under a lock and read back. */
class KeyringFile {
    location;
    writeCheck = "read back";
    limit = KEYRING_FILE_LIMIT_BYTES;
    accessEnds = undefined;
    needsImport = false;
    provisional = false;
    #path;
    #clock;
    #say;
    #machine;
    /** The text of the file as far as this run knows. */
    #text;
    /** The time of writing that the file says. The next write never gets an earlier one. */
    #writtenAt = Number.NEGATIVE_INFINITY;
    /** @param path absolute */
    constructor(path, { text, clock, say, machine = thisMachine() }) {
        this.#path = path;
        this.#clock = clock;
        this.location = `the file ${path}`;
        this.#text = text;
        this.#say = say;
        this.#machine = machine;
    }
    /**
     * The clock of this machine, which alone stamps the file. Never earlier than the file's own time of
     * writing.
     */
    now() {
        return Math.max(this.#clock(), this.#writtenAt);
    }
    /**
     * The inputs have checked the file and its folder, and each write reads the file again under the lock. So
     * this method only removes the files that killed runs left. A task that only reads may lack the right to
     * remove them: they stay.
     */
    async check() {
        await clearLeftBehind(this.#lockPath, this.#machine).catch(() => { });
    }
    async replace(change) {
        const lock = await this.#lock();
        try {
            const current = await this.#read();
            this.#writtenAt = readWrittenAt(current).writtenAt ?? Number.NEGATIVE_INFINITY;
            const next = await change(current);
            await this.#commit(lock, current, next);
            if ((await this.#read()) !== next) {
                throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `${this.#path} does not hold what was written to it.`);
            }
            this.#text = next;
        }
        catch (error) {
            throw error instanceof errors/* ActionError */.lZ ? error : this.#writeFailed(error);
        }
        finally {
            await lock.release();
        }
    }
    async requireUnchanged() {
        const text = await this.#read().catch((error) => Promise.reject(this.#writeFailed(error)));
        if (text === this.#text)
            return;
        throw new errors/* ActionError */.lZ("KEYRING_STALE", `${this.#path} has changed since this run read it. Another run, or somebody else, has written it.`, {
            next: "Run again: the run reads the keyring again and goes on. Use one concurrency group per tenant.",
        });
    }
    get #lockPath() {
        return `${this.#path}.lock`;
    }
    async #lock() {
        const at = this.#lockPath;
        try {
            return await Lock.take(at, {
                machine: this.#machine,
                waiting: (holder) => this.#say(`Waiting for ${at}, held by ${describeOwner(holder)}.`),
            });
        }
        catch (error) {
            if (!(error instanceof LockHeld))
                throw this.#writeFailed(error);
            const message = `The lock ${at} is held by ${describeOwner(error.holder)}.`;
            throw new errors/* ActionError */.lZ("KEYRING_LOCKED", message, { cause: error });
        }
    }
    async #read() {
        return await this.#machine.disk.read(this.#path).catch((error) => {
            if (file_operations_codeOf(error) === "ENOENT")
                return "";
            if (!(error instanceof pem_hints/* EncodingError */.Ug))
                throw error;
            throw new errors/* ActionError */.lZ("KEYRING_DAMAGED", `${this.#path} ${error.message}.`, { cause: error });
        });
    }
    /** Writes beside the file, then renames over it: at every instant a whole keyring is on the disk. */
    async #commit(lock, current, next) {
        const { disk } = this.#machine;
        const lost = (error) => {
            if (file_operations_codeOf(error) !== "ENOENT")
                throw error;
            throw this.#lost(error);
        };
        await disk.fill(lock.draft, next).catch(lost);
        // An editor takes no lock, so the file may have changed since it was read.
        if ((await this.#read()) !== current) {
            throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `Somebody changed ${this.#path} while this run was about to write it.`, {
                next: "Run again. This run wrote and uploaded nothing.",
            });
        }
        await disk.rename(lock.draft, this.#path).catch(lost);
        await disk.settle((0,external_node_path_.dirname)(this.#path));
    }
    /**
     * The error of a run whose lock another run took over. That happens only to a run that stood still for
     * long, for example on a machine that slept.
     */
    #lost(cause) {
        return new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `This run lost the lock ${this.#lockPath} before it wrote ${this.#path}. Another run has the lock now.`, { cause, next: "Run again. This run wrote and uploaded nothing after that." });
    }
    #writeFailed(error) {
        if (file_operations_codeOf(error) === "EBUSY") {
            return new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `${this.#path} is a mount by itself (EBUSY), so it cannot be replaced in one step.`, { cause: error, next: "Mount the folder that contains the file, not the file. Then run again." });
        }
        const reason = (0,printable/* printable */.g$)(error.message, 300);
        return new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `${this.#path} could not be written: ${reason}.`, {
            cause: error,
        });
    }
}

// EXTERNAL MODULE: ./build/keyring/github-secret-inputs.js
var github_secret_inputs = __nccwpck_require__(2568);
// EXTERNAL MODULE: ./build/action/input-parsers.js
var input_parsers = __nccwpck_require__(9934);
;// CONCATENATED MODULE: ./build/keyring/encryption-rules.js







/**
 * Encrypts a key that is plain, or encrypted with another passphrase than the first. An OpenSSL may fail without saying
 * so: the result is opened once and compared. A retired key that no passphrase opens stays as it is.
 * @returns the key in PEM, as it is to be written
 * @throws ActionError `KEYRING_WRITE_FAILED`, and those of the encryption
 */
async function encryptKey({ privateKey, certificate }, passphrases, encrypt) {
    const { first } = passphrases;
    if (first === undefined)
        return privateKey;
    if (isEncrypted(privateKey)) {
        if (!passphrases.several)
            return privateKey;
        await passphrases.openAll([privateKey]);
        if (!passphrases.opens(privateKey))
            return privateKey;
        if (passphrases.isUnderFirst(privateKey))
            return privateKey;
    }
    const plain = plainPem(passphrases.open(privateKey));
    const encrypted = await encrypt(plain, first);
    await passphrases.openAll([encrypted]);
    // Node.js also opens a plain key whose label says ENCRYPTED PRIVATE KEY. So the key must not open under the
    // plain label.
    const renamed = encrypted.replaceAll("ENCRYPTED PRIVATE KEY", "PRIVATE KEY");
    const isEncryptedNow = passphrases.isUnderFirst(encrypted) && !new Passphrases().opens(renamed);
    if (isEncryptedNow && plainPem(passphrases.open(encrypted)) === plain)
        return encrypted;
    throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `The run did not write the keyring. OpenSSL did not encrypt the key of ${(0,printable/* printableName */.Nt)(certificate.commonName)}, or what it encrypted does not open to the same key.`, {
        next: "Set openssl-path to another OpenSSL: this one does not encrypt as it was asked. Then start a new run.",
    });
}
/**
 * The rule that no plain key is added to a keyring with an encrypted one: its owner wants them encrypted.
 * @returns why no key may be added without a passphrase, to follow `keyring-passphrase`; undefined where one may
 */
function plainKeyProblem({ entries }, { first }) {
    const sealed = entries.find(({ privateKey }) => isEncrypted(privateKey));
    if (first !== undefined || sealed === undefined)
        return undefined;
    return `is missing. The keyring holds an encrypted key (${(0,printable/* printableName */.Nt)(sealed.certificate.commonName)}), so the run adds no plain key to it`;
}
/**
 * The rule for a run that encrypts every key of a keyring: its passphrases must open every encrypted key.
 * Without a passphrase the run encrypts no key, and the rule does not apply.
 * @throws ActionError `PASSPHRASE_WRONG` that names the CA
 */
function requireEveryKeyOpens({ entries }, passphrases) {
    if (passphrases.first === undefined)
        return;
    const closed = entries.find(({ privateKey }) => isEncrypted(privateKey) && !passphrases.opens(privateKey));
    if (closed === undefined)
        return;
    throw new errors/* ActionError */.lZ("PASSPHRASE_WRONG", `keyring-passphrase does not open the private key of ${(0,printable/* printableName */.Nt)(closed.certificate.commonName)}, which came into the keyring during this run.`);
}
/** @throws ActionError `PASSPHRASE_WRONG` as {@link plainKeyProblem} says */
function requireNoPlainKeyBesideEncrypted(keyring, passphrases) {
    const problem = plainKeyProblem(keyring, passphrases);
    if (problem !== undefined)
        throw new errors/* ActionError */.lZ("PASSPHRASE_WRONG", `keyring-passphrase ${problem}.`);
}
/** @returns the CAs in use whose key is not encrypted */
function plainEntries(keyring) {
    return activeEntries(keyring).filter(({ privateKey }) => !isEncrypted(privateKey));
}
/** @returns the common names of CAs, printable */
function namesOf(entries) {
    return entries.map(({ certificate }) => (0,printable/* printableName */.Nt)(certificate.commonName));
}
/**
 * @param names of the CAs whose key is plain
 * @param location of the keyring, for messages; undefined where it is only read
 * @returns a remark on them, with the way to encrypt them
 */
function storedPlain(names, location = "the input keyring") {
    return `The private key of ${names.join(", ")} is stored plain in ${location}, because keyring-passphrase is empty. To encrypt it, check that the secret of the passphrase exists and that this job may read it. Then run register: it encrypts the key.`;
}
/** @returns the keyring without lines that spell a key out, where a key of it is encrypted; see {@link withoutKeyDump} */
function withoutKeyDumps(keyring) {
    if (!keyring.entries.some(({ privateKey }) => isEncrypted(privateKey)))
        return keyring;
    const entries = keyring.entries.map((entry) => ({ ...entry, notes: withoutKeyDump(entry.notes) }));
    const { after } = keyring;
    return { ...keyring, entries, ...(after && { after: withoutKeyDump(after) }) };
}
/** @returns a remark on the lines that {@link withoutKeyDumps} removed; none where it removed nothing */
function dumpsDropped(before, after) {
    const count = notesOf(before).length - notesOf(after).length;
    if (count === 0)
        return [];
    return [
        `${count} lines of the keyring contained a private key in clear (as openssl … -text or asn1parse prints it), beside an encrypted key. The run removed these lines. Copies of the keyring still contain them.`,
    ];
}
function notesOf({ entries, after = [] }) {
    return [...entries.flatMap(({ notes }) => notes), ...after];
}

;// CONCATENATED MODULE: ./build/keyring/read-keyring-input.js








/** Reads the text that came in, from `keyring` or `keyring-file`, and reports what is wrong with it. */
const CONFIRM = ". If it was empty from the start, set keyring-import: true";
/** @returns one source's text and what it holds; without either where that was reported */
async function readSource(source, values, report, { absentFile, lenient, readText }) {
    const value = values[source];
    const text = value === undefined || source === "keyring" ? value : readKeyringFile(value, absentFile, report, source);
    if (text === undefined)
        return {};
    if (source === "keyring-file" && lenient !== true && values["keyring-import"] !== true) {
        const problem = emptiedProblem(value, text);
        if (problem !== undefined) {
            // A task that only reads has no input keyring-import.
            const confirm = values["keyring-import"] === undefined ? "" : CONFIRM;
            report(source, `${problem}${confirm}`, "KEYRING_DAMAGED");
            return {};
        }
    }
    return { text, content: await readText(text, source) };
}
/**
 * @param input the one that names the file
 * @returns the file's text, empty where it does not exist and need not; undefined where it was reported
 */
function readKeyringFile(file, absent, report, input) {
    try {
        const found = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
        if (found === undefined) {
            (0,external_node_fs_.accessSync)((0,external_node_path_.dirname)(file));
            if (absent === "is empty")
                return "";
            report(input, "does not exist. Give the path of the keyring that an earlier run wrote");
        }
        else if (!found.isFile()) {
            report(input, "is not a regular file. Give the path of the file itself, not of a link or a folder");
        }
        else if (found.size > KEYRING_FILE_LIMIT_BYTES) {
            report(input, "is larger than 1 MiB, and no keyring is that large. Give the path of the keyring that an earlier run wrote");
        }
        else {
            return decoded((0,external_node_fs_.readFileSync)(file), report, input);
        }
    }
    catch (error) {
        const { code = "", syscall } = error;
        const itself = syscall === "open" || syscall === "read";
        const unread = `cannot be read (${code}). The user ${userName()} must be able to read the file ${file}`;
        report(input, itself ? unread : folderProblem((0,external_node_path_.dirname)(file), code));
    }
    return undefined;
}
/**
 * @param folder absolute path of the folder of keyring-file
 * @param code the system's code of the attempt to use the folder
 * @param user the name or number of the user who runs this
 * @returns what is wrong with the folder and what repairs it, to follow `keyring-file`
 */
function folderProblem(folder, code, user = userName()) {
    const create = (path) => `sudo install -d -m 700 -o ${user} ${inShell(path)}`;
    if (code === "ENOENT")
        return `needs the folder ${folder}, which does not exist. Create it: ${create(folder)}`;
    // The folder may belong to the system, so the advice is another folder, not another owner.
    if (code === "EACCES" || code === "EPERM")
        return `lies in the folder ${folder}, which the user ${user} may not write (${code}). Use a folder of that user, for example: ${create((0,external_node_path_.join)(folder, "mindconnect-ca"))}`;
    return `lies in the folder ${folder}, which cannot be used (${code}). Use a folder that the user ${user} can write`;
}
/** @returns the name of the user; the number of a user without a name, as in a container */
function userName() {
    try {
        return (0,external_node_os_namespaceObject.userInfo)().username;
    }
    catch {
        return String(process.getuid?.() ?? 0);
    }
}
function inShell(path) {
    return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
function decoded(bytes, report, input) {
    try {
        return (0,pem_hints/* decodeText */.g7)(bytes);
    }
    catch (error) {
        report(input, error.message, "KEYRING_DAMAGED");
        return undefined;
    }
}
/** @returns what is wrong with a keyring-file that exists and is blank; undefined for any other file */
function emptiedProblem(file, text) {
    if (file === undefined || text.trim() !== "" || !(0,external_node_fs_.existsSync)(file))
        return undefined;
    return "exists and is empty. A full disk may have emptied it. Restore its last good copy";
}
/**
 * @param stayClosed tells whether an entry's encrypted key is not opened when the text is read
 * @returns the way to read a keyring with its keys, each opened with a passphrase that came in. Damage anywhere in the text is
 * reported before a passphrase that does not open
 */
function opensKeys(passphrases, report, given, stayClosed) {
    // Passphrases that are not valid by themselves were reported already.
    const none = passphrases.first === undefined;
    const reported = none && given("keyring-passphrase");
    return async (text, source) => {
        const judge = (use) => judged(use, source, (input, message, code) => {
            if (input !== "keyring-passphrase")
                report(input, message, code);
            else if (!reported)
                report(input, message, code, none ? (0,input_parsers/* emptySecretHint */.Xm)(input) : undefined);
        });
        const keyring = await judge(() => parseClosed(text));
        if (keyring === undefined)
            return undefined;
        const openMore = async (closed) => {
            const open = await judge(async () => {
                await requireKeysOpen(keyring, passphrases, closed);
                return true;
            });
            return open ?? false;
        };
        return (await openMore(stayClosed)) ? { keyring, openMore } : undefined;
    };
}
/** @returns the way to read only a keyring's certificates: its keys are not opened, and may be missing */
function readsCertificates(report) {
    return async (text, source) => {
        const certificates = await judged(() => parseCertificates(text), source, report);
        return certificates && { keyring: EMPTY_KEYRING, certificates };
    };
}
/** @returns what `use` returns; undefined where it found the keyring unusable, which is reported */
async function judged(use, source, report) {
    try {
        return await use();
    }
    catch (error) {
        if (!(error instanceof KeyringError))
            throw error;
        if (error instanceof KeyringEncryptionError) {
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

;// CONCATENATED MODULE: ./build/keyring/secret-times.js
/**
 * A text gets its time before it is sent. A secret that was written at most this much later was written with
 * that text.
 */
const PROMPT_WRITE_MS = 5000;
/**
 * A write whose reply was lost may take this long. It is as likely that somebody else wrote within this time.
 */
const SLOW_WRITE_MS = 60_000;
/**
 * The most that a secret's time may be too early: it is in whole seconds, and GitHub's clocks differ a
 * little.
 */
const CLOCKS_DIFFER_MS = 10_000;
/**
 * The most that GitHub's clocks may differ where the keyring is provisional: nobody has compared them yet.
 */
const PROVISIONAL_MS = 90_000;
/** The largest difference of clocks that `keyring-import` accepts for any keyring. */
const IMPORT_MS = 300_000;
/**
 * Judges whether the keyring that came in is what the secret holds, so that a write loses no key (guarantee 3). GitHub reads
 * a secret's value when a run is queued or its job starts, and a re-run gets the old value. So where the two times do not
 * decide, the keyring counts as old if the secret was written after the run was queued.
 * @returns the reason to refuse; undefined where the secret may be written; `age-unknown` where `queuedAt`
 * would decide and is not known. Then the caller asks GitHub for it, and warns where GitHub does not say
 */
function compareWithSecret(facts) {
    const { cameIn, writtenAt, updatedAt, mayImport } = facts;
    if (!cameIn)
        return updatedAt === undefined ? undefined : "KEYRING_NOT_PASSED_IN";
    if (updatedAt === undefined)
        return mayImport ? undefined : "KEYRING_SECRET_MISMATCH";
    if (writtenAt === undefined)
        return compareWithQueueing(facts, updatedAt);
    if (isSameWrite(writtenAt, updatedAt))
        return undefined;
    const late = updatedAt - writtenAt;
    const mayBeProvisional = facts.provisional && Math.abs(late) <= PROVISIONAL_MS;
    const mayBeImported = mayImport && importableFrom(facts) !== undefined;
    const mayBeSlow = late > 0 && late <= SLOW_WRITE_MS;
    if (mayBeProvisional || mayBeImported || mayBeSlow)
        return compareWithQueueing(facts, updatedAt);
    return late < 0 ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}
/** Judges by the time at which the run was queued, where the two times do not decide. */
function compareWithQueueing(facts, updatedAt) {
    const { writtenAt, queuedAt } = facts;
    if (queuedAt === undefined)
        return "age-unknown";
    if (writtenAt === undefined || mayBeClockDifference(writtenAt, updatedAt)) {
        if (queuedAt === null)
            return "age-unknown";
        return updatedAt > queuedAt ? "KEYRING_STALE" : undefined;
    }
    const from = importableFrom(facts);
    if (from !== undefined && queuedAt !== null && queuedAt >= from)
        return undefined;
    return updatedAt < writtenAt ? "KEYRING_SECRET_MISMATCH" : "KEYRING_STALE";
}
/** @returns whether a secret's time shows that it was written with the text of this time */
function isSameWrite(writtenAt, updatedAt) {
    const late = updatedAt - writtenAt;
    return late >= -CLOCKS_DIFFER_MS && late <= PROMPT_WRITE_MS;
}
/**
 * @returns whether two times are at most 5 minutes apart, which `keyring-import` accepts as a difference of
 * clocks
 */
function mayBeClockDifference(writtenAt, updatedAt) {
    if (writtenAt === undefined || updatedAt === undefined)
        return false;
    return Math.abs(updatedAt - writtenAt) <= IMPORT_MS;
}
/**
 * Tells whether `keyring-import: true` may lift a refusal. Where the two times are more than 5 minutes apart,
 * the keyring must be provisional. The run must then be queued later than the secret was written, by as much
 * as the times are apart. By either of the two clocks, such a run read the secret's value after that write.
 * @returns when the run must have been queued at the earliest, milliseconds since 1970; undefined where
 * nothing is lifted
 */
function importableFrom({ writtenAt, provisional, updatedAt, }) {
    if (writtenAt === undefined || updatedAt === undefined)
        return undefined;
    if (mayBeClockDifference(writtenAt, updatedAt))
        return updatedAt;
    return provisional ? updatedAt + Math.abs(updatedAt - writtenAt) : undefined;
}

;// CONCATENATED MODULE: ./build/keyring/secret-times-errors.js




/**
 * The next step where the text may be the secret's own, because GitHub's clocks differed when it was written.
 */
const WRITE_NEW_TIME = {
    KEYRING_STALE: "Start a new run, because a re-run uses the old value of the secret. If each new run says this, GitHub's clocks differed when the secret was written:",
    KEYRING_SECRET_MISMATCH: "Check keyring-secret and keyring-environment. Set keyring-environment for a secret of an environment, and leave it empty for a secret of the repository. If they are right, GitHub's clocks differed when the secret was written:",
};
/** @returns the error for a keyring that is not what the secret holds, as `compareWithSecret` found */
function secretRefusal(code, facts, { name, location }) {
    const { writtenAt, updatedAt } = facts;
    const [secret, written] = [(0,printable/* capitalize */.ZH)(location), updatedAt === undefined ? "" : (0,ca_time/* iso */.KH)(updatedAt)];
    const says = writtenAt === undefined ? "" : `, which says ${(0,ca_time/* iso */.KH)(writtenAt)}`;
    if (code === "KEYRING_NOT_PASSED_IN") {
        return new errors/* ActionError */.lZ(code, `${secret} exists (written at ${written}), but the keyring input is empty. A write would replace every key in the secret.`, {
            next: `If you used Re-run jobs, it passed in the old value of the secret. Set keyring: \${{ secrets.${name} }} in a job that may read that secret. Then ${errors/* NEW_RUN */.$Y}.`,
        });
    }
    const from = importableFrom(facts);
    const way = importing(mayBeClockDifference(writtenAt, updatedAt) ? undefined : from);
    const next = from === undefined ? undefined : `${WRITE_NEW_TIME[code]} ${way}.`;
    if (code === "KEYRING_STALE") {
        return new errors/* ActionError */.lZ(code, `${secret} was written at ${written}, after the keyring that came in${says}. The secret may hold keys that this run does not know.`, { next });
    }
    const happened = updatedAt === undefined
        ? "does not exist"
        : `was written at ${written}, before the keyring that came in${says}`;
    return new errors/* ActionError */.lZ(code, `${secret} ${happened}. So the keyring came from another place.`, { next });
}
/** @returns the warning where nobody can tell how old the keyring that came in is */
function ageUnknown({ writtenAt, updatedAt }, { location }) {
    const says = writtenAt === undefined
        ? "does not say when it was written"
        : `says that it was written at ${(0,ca_time/* iso */.KH)(writtenAt)}, and the secret was written at ${(0,ca_time/* iso */.KH)(updatedAt ?? 0)}`;
    return (`The keyring that came in ${says}. github-token may not ask when this run was queued ("Actions: read"). ` +
        `So the run cannot know whether somebody else has written ${location} since then.`);
}
/**
 * @param sentAt when the write was sent by the clock of GitHub's replies, milliseconds since 1970
 * @param updatedAt when the secret was written by the clock that stamps secrets, milliseconds since 1970
 * @returns `CLOCK_DOUBTFUL` where no difference of clocks that may be relied on explains the two
 */
function clocksDiffer(location, sentAt, updatedAt) {
    return new errors/* ActionError */.lZ("CLOCK_DOUBTFUL", `GitHub accepted the write of ${location} at ${(0,ca_time/* iso */.KH)(sentAt)} by the clock of its replies. It shows that the secret was written at ${(0,ca_time/* iso */.KH)(updatedAt)}. Its clocks differ, so nothing proves that this write was the last one. The run did nothing after it.`, {
        next: `Wait until GitHub's clocks agree (githubstatus.com, or the administrator of your Enterprise Server). Then start a new run. If that run says KEYRING_STALE or KEYRING_SECRET_MISMATCH, ${importing(undefined)}.`,
    });
}
/**
 * @param from when the run must have been queued at the earliest, milliseconds since 1970; undefined where that does not
 * matter
 * @returns how a text gets a new time of writing, as the end of a sentence
 */
function importing(from) {
    const when = from === undefined
        ? ""
        : ` that is queued after ${(0,ca_time/* iso */.KH)(from)}, with a github-token that has "Actions: read"`;
    return `set keyring-import: true for one new run${when}. That run writes a new time into the keyring`;
}

;// CONCATENATED MODULE: ./build/keyring/secret-storage.js







/** 48 KB, as GitHub documents it. */
const SECRET_LIMIT_BYTES = 48 * 1024;
/**
 * The first write shows the difference of the clocks, and one more is then enough. The third is for a
 * difference that changes in between.
 */
const MOST_WRITES = 3;
/** GitHub shows whole seconds. */
const SECOND_MS = 1000;
/** The pauses before each look after a write: a replica may not have heard of it yet. */
const READ_BACK_PAUSES_MS = [0, 500, 1500];
/**
 * A keyring in a GitHub secret. Nobody can read a secret back, and GitHub has no conditional write. So the keyring that came
 * in is compared by times with the secret (`secret-times.ts`) before a key is made, and the secret's time is looked at
 * again before each write (guarantee 3).
 *
 * GitHub has two clocks: replies carry one, secrets are stamped by the other. The time inside a text must be by the second
 * clock, or the next run takes the text for another one. Only a write shows how far the two differ:
 *
 * ```text
 *   look: has somebody else written?  ── yes ──▶ KEYRING_STALE
 *     │ no
 *   text with the time T, by the second clock as far as it is known (until then the text says "provisional")
 *     │
 *   PUT  ── refused by a rate limit ──▶ look again
 *     │
 *   read back U, the secret's new time
 *     ├─ U and T belong together ──▶ done
 *     └─ they do not: the difference is known now ──▶ look, and write once more
 *          after the third write: at most 5 minutes apart ──▶ done; more ──▶ CLOCK_DOUBTFUL
 * ```
 */
class KeyringSecret {
    writeCheck = "its new time of writing was read back";
    limit = SECRET_LIMIT_BYTES;
    location;
    #options;
    #secret;
    /** The text of the secret as far as this run knows. */
    #text;
    /** The secret's time of writing as this run read it last; undefined where the secret does not exist. */
    #seenAt;
    /**
     * Whether the text is the secret's, but its own time does not fit the secret's: it must be written with a
     * new time.
     */
    #needsNewTime = false;
    /** How far the clock that stamps secrets is ahead of the clock of replies; undefined before a write has shown it. */
    #clockDifference;
    /**
     * Whether `#clockDifference` is doubtful: a text that was stamped with it did not fit, or it is
     * larger than clocks may differ.
     */
    #differenceIsDoubtful = false;
    constructor(options) {
        this.#options = options;
        this.location = options.location;
        this.#text = options.text;
    }
    now() {
        return this.#opened.now() + (this.#clockDifference ?? 0);
    }
    get provisional() {
        return this.#clockDifference === undefined || this.#differenceIsDoubtful;
    }
    get accessEnds() {
        return this.#secret?.accessEnds;
    }
    get needsImport() {
        return this.#needsNewTime || (this.#seenAt === undefined && this.#text.trim() !== "");
    }
    async check() {
        const secret = await this.#options.open();
        this.#secret = secret;
        const { text, mayImport } = this.#options;
        const { writtenAt, provisional } = readWrittenAt(text);
        const [updatedAt] = await Promise.all([secret.updatedAt(), secret.prepare()]);
        this.#seenAt = updatedAt;
        const cameIn = text.trim() !== "";
        const facts = { cameIn, writtenAt, provisional, updatedAt, queuedAt: undefined, mayImport };
        let verdict = compareWithSecret(facts);
        if (verdict === "age-unknown")
            verdict = compareWithSecret({ ...facts, queuedAt: (await secret.runQueuedAt()) ?? null });
        if (verdict === "age-unknown")
            this.#options.warn(ageUnknown(facts, this));
        else if (verdict !== undefined)
            throw secretRefusal(verdict, facts, this.#options);
        this.#needsNewTime =
            writtenAt !== undefined && updatedAt !== undefined && !isSameWrite(writtenAt, updatedAt);
    }
    async replace(change) {
        for (let writes = 0; writes < MOST_WRITES;) {
            // Where the clocks are known to differ, only another second shows that a write arrived.
            if (this.#needsNewTime)
                await (0,external_node_timers_promises_.setTimeout)(SECOND_MS);
            await this.requireUnchanged();
            const text = await change(this.#text);
            const writtenAt = readWrittenAt(text).writtenAt ?? this.now();
            const sentAt = writtenAt - (this.#clockDifference ?? 0);
            // A rate limit refused the write, and the wait is over. Somebody else may have written meanwhile, and
            // the time in the text is old. So the loop starts again with a look.
            if (!(await this.#opened.write(text)))
                continue;
            writes += 1;
            const answeredAt = this.#opened.now();
            this.#text = text;
            const updatedAt = await this.#readBack(writtenAt);
            this.#seenAt = updatedAt;
            const fits = isSameWrite(writtenAt, updatedAt);
            this.#needsNewTime = !mayBeClockDifference(writtenAt, updatedAt);
            this.#differenceIsDoubtful = !fits && (this.#clockDifference !== undefined || this.#needsNewTime);
            this.#clockDifference = leastDifference(updatedAt - answeredAt, updatedAt - sentAt);
            if (fits)
                return;
            if (writes === MOST_WRITES && this.#needsNewTime)
                throw clocksDiffer(this.location, sentAt, updatedAt);
        }
    }
    /**
     * Somebody else has written the secret if its time is later than the one that this run read. An earlier
     * time comes from a replica.
     */
    async requireUnchanged() {
        const updatedAt = await this.#opened.updatedAt();
        const seenAt = this.#seenAt;
        if (updatedAt === undefined && seenAt !== undefined) {
            throw new errors/* ActionError */.lZ("KEYRING_STALE", `${(0,printable/* capitalize */.ZH)(this.location)} was deleted during this run.`);
        }
        if (updatedAt === undefined || updatedAt <= (seenAt ?? Number.NEGATIVE_INFINITY))
            return;
        const since = seenAt === undefined ? "" : `. This run had read ${(0,ca_time/* iso */.KH)(seenAt)}`;
        const message = `Somebody else wrote ${this.location} during this run, at ${(0,ca_time/* iso */.KH)(updatedAt)}${since}.`;
        throw new errors/* ActionError */.lZ("KEYRING_STALE", message);
    }
    get #opened() {
        if (this.#secret === undefined)
            throw new Error("the secret was not checked");
        return this.#secret;
    }
    /**
     * Reads the secret's time after a write. A replica that has not heard of the write shows the earlier time.
     * Two writes in one second have the same time. A time that is more than 5 minutes off counts only after the
     * last look. It proves nothing until a text that was stamped with the new difference fits: see
     * {@link replace}.
     * @param writtenAt the time in the text
     * @returns when the secret was written
     * @throws ActionError `KEYRING_WRITE_FAILED`, `CLOCK_DOUBTFUL`
     */
    async #readBack(writtenAt) {
        let updatedAt;
        for (const wait of READ_BACK_PAUSES_MS) {
            await (0,external_node_timers_promises_.setTimeout)(wait);
            updatedAt = await this.#opened.updatedAt().catch((error) => {
                const message = `${(0,printable/* capitalize */.ZH)(this.location)} was written, but the run could not read that back. ${error.message}`;
                throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", message, { cause: error });
            });
            if (updatedAt === undefined)
                continue;
            const changed = updatedAt !== this.#seenAt && mayBeClockDifference(writtenAt, updatedAt);
            if (changed || (isSameWrite(writtenAt, updatedAt) && !this.#needsNewTime))
                return updatedAt;
        }
        if (updatedAt === undefined || updatedAt === this.#seenAt) {
            const state = updatedAt === undefined ? "does not show it" : `shows that it was last written at ${(0,ca_time/* iso */.KH)(updatedAt)}`;
            throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `GitHub accepted the write of ${this.location}, but ${state}.`);
        }
        // An earlier time may come from a replica that is far behind, unless the clocks are known to differ.
        if (this.#needsNewTime || updatedAt > (this.#seenAt ?? Number.NEGATIVE_INFINITY))
            return updatedAt;
        throw clocksDiffer(this.location, writtenAt, updatedAt);
    }
}
/**
 * Estimates how far two clocks differ. A write is carried out at some time between its sending and its
 * answer, so the difference lies between two bounds.
 * @param least the difference in milliseconds if the write was carried out at its answer
 * @param most the difference in milliseconds if the write was carried out at its sending
 * @returns the difference between these bounds that is nearest to 0: a slow write is no sign of clocks that
 * differ
 */
function leastDifference(least, most) {
    return Math.max(least, Math.min(most, 0));
}

;// CONCATENATED MODULE: ./build/keyring/keyring-rules.js










/** The rules of the tasks for the keyring that came in: each depends on how the task uses the keyring. */
/**
 * The rules for a task that writes the keyring: its folder can be written, on a disk that lasts (guarantee 2).
 * @param rehearsal whether the gateway is on loopback; undefined where the gateway's inputs were refused
 * @param input the one that names the file
 */
function requireLastingFile(keyring, rehearsal, report, input = "keyring-file") {
    if (keyring?.file === undefined)
        return;
    try {
        (0,external_node_fs_.accessSync)((0,external_node_path_.dirname)(keyring.file), external_node_fs_.constants.W_OK);
    }
    catch (error) {
        const { code = "" } = error;
        report(input, folderProblem((0,external_node_path_.dirname)(keyring.file), code));
    }
    if (keyring.vanishes?.sure !== true || rehearsal !== false)
        return;
    report(input, `${keyring.vanishes.says}, which does not last. Use a path on a disk that outlasts the job, or set keyring-ephemeral: true and store the file in a later step`, "KEYRING_EPHEMERAL");
}
/**
 * The rules for a task that works for a tenant (guarantee 12): at least one CA of the keyring may be this
 * tenant's, the CA that came in by `ca-certificate` is not another tenant's, and the tenant's own keys open.
 * An empty keyring is fine.
 * @param tenant undefined where it is not valid
 * @param givenCa the CA that came in by `ca-certificate`
 * @returns false where no further rule can be judged: every CA is another tenant's, or a key does not open
 */
async function requireTenant(keyring, tenant, givenCa, report) {
    if (keyring === undefined || tenant === undefined)
        return true;
    const entries = keyring.certificates ?? keyring.keyring.entries;
    const others = entries.filter((entry) => !isOfTenant(entry, tenant));
    if (others.length > 0 && others.length === entries.length) {
        const whose = [...new Set(others.map((entry) => (0,printable/* quoted */.TL)(entry.tenant ?? "")))].join(", ");
        report(keyring.file === undefined ? "keyring" : "keyring-file", `holds only CAs of another tenant (${whose}), and tenant is ${(0,printable/* quoted */.TL)(tenant)}`, "KEYRING_OTHER_TENANT");
        return false;
    }
    const theirs = givenCa && others.find((entry) => isSameCa(entry, givenCa));
    if (theirs !== undefined) {
        const whose = (0,printable/* quoted */.TL)(theirs.tenant ?? "");
        report("ca-certificate", `is the CA of tenant ${whose} in the keyring`, "KEYRING_OTHER_TENANT");
    }
    const open = await keyring.openMore?.((entry) => isRetired(entry) || !isOfTenant(entry, tenant));
    return open ?? true;
}
/**
 * Warns of a file that may not last. A task that writes it has refused the surest cases: see {@link requireLastingFile}.
 * @param rehearsal whether the gateway is on loopback
 * @param input the one that names the file
 */
function warnOfVanishingFile({ warning }, { vanishes }, rehearsal, input = "keyring-file") {
    if (vanishes === undefined || rehearsal)
        return;
    warning(`${input} ${vanishes.says}: a CA key that is kept only there may be lost.`);
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
    const room = roomForOneMore(keyBits);
    const size = Buffer.byteLength(formatKeyring(keyring));
    if (size + room <= SECRET_LIMIT_BYTES)
        return;
    report("keyring", `has ${size} bytes, and one more CA needs up to ${room} bytes. A GitHub secret holds at most ${SECRET_LIMIT_BYTES} bytes`, "KEYRING_TOO_LARGE");
}
/** The rule for a task that would add a key to the keyring: see {@link plainKeyProblem}. */
function requirePassphrase(input, report) {
    if (!hasTarget(input))
        return;
    const problem = plainKeyProblem(input.keyring, input.passphrases);
    if (problem !== undefined)
        report("keyring-passphrase", problem, "PASSPHRASE_WRONG", (0,input_parsers/* emptySecretHint */.Xm)("keyring-passphrase"));
}
/**
 * Finds the CA that `restore` names. A CA that is neither retired nor refused any more is found, too: an
 * earlier run may have restored it and stopped before the upload.
 * @param keyring without other tenants' CAs
 * @param name its common name, or its fingerprint: with or without colons, in any case
 * @returns the entry, no longer marked as retired, and without what it says of its earlier time on the
 * platform. A refusal stays noted until the CA is seen on the platform. Undefined where no CA has that name
 */
function findRestored({ entries }, name) {
    const named = entries.filter(({ certificate }) => isNamed(certificate, name));
    const found = named.find(({ retiredAt }) => retiredAt !== undefined) ??
        named.find(({ refusedAt }) => refusedAt !== undefined) ??
        named[0];
    return found?.retiredAt === undefined ? found : withoutPlatformHistory(found);
}
function isNamed({ commonName, fingerprint }, name) {
    const bare = (text) => text.replaceAll(":", "").toUpperCase();
    return commonName === name || bare(fingerprint) === bare(name);
}
/** The rules for `restore`: it names a CA that can be used again, and the keyring can be written. */
async function checkRestored(name, keyring, { pair, tenant = "" }, report) {
    if (pair !== undefined)
        report("restore", "is given together with ca-certificate. Give one of the two");
    const own = tenant === "" ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
    const found = findRestored(own, name);
    const theirs = keyring.keyring.entries.find(({ certificate }) => isNamed(certificate, name));
    if (found === undefined && theirs !== undefined) {
        report("restore", `names a CA of tenant ${(0,printable/* quoted */.TL)(theirs.tenant ?? "")}. Give a CA of your own tenant`, "KEYRING_OTHER_TENANT");
    }
    else if (found === undefined) {
        const names = own.entries.map(({ certificate }) => (0,printable/* quoted */.TL)(certificate.commonName));
        report("restore", `names no CA of the keyring. ${names.length === 0 ? "The keyring holds none" : `Give one of these: ${names.join(", ")}`}`);
    }
    else if (found.certificate.notAfter <= Date.now()) {
        report("restore", `names a CA that expired on ${found.certificate.expiration}. Give a CA that is still valid`);
    }
    else {
        await keyring.passphrases.openAll([found.privateKey]);
        reportUnopened(found, name, keyring, report);
    }
    if (!hasTarget(keyring)) {
        report("restore", "changes the keyring, so it needs keyring-secret or keyring-file", "KEYRING_TARGET_MISSING");
    }
}
/** Reports a key that does not open. The key of a retired CA was not opened when the keyring was read. */
function reportUnopened({ privateKey }, name, { passphrases }, report) {
    try {
        passphrases.open(privateKey);
    }
    catch (error) {
        if (!(error instanceof PrivateKeyError))
            throw error;
        if (error instanceof KeyEncryptionError)
            report("restore", `names a CA of which ${error.message}`);
        else
            report("keyring-passphrase", `is missing, or does not open the key of ${(0,printable/* quoted */.TL)(name)}. Give the passphrase that the key is encrypted with`, "PASSPHRASE_WRONG", passphrases.first === undefined ? (0,input_parsers/* emptySecretHint */.Xm)("keyring-passphrase") : undefined);
    }
}

;// CONCATENATED MODULE: ./build/keyring/parsed-keyring.js



/**
 * Reads a keyring's text and opens its keys.
 * @param stayClosed tells of which entries an encrypted key is not opened
 * @throws ActionError `KEYRING_DAMAGED`, `PASSPHRASE_WRONG`, or `KEYRING_STALE` for a key that no passphrase
 * can open. The inputs refuse such a key, so it was added during the run. Each error names the entry and the
 * reason
 */
async function readKeyring(text, passphrases, stayClosed) {
    try {
        const keyring = parseClosed(text);
        await requireKeysOpen(keyring, passphrases, stayClosed);
        return keyring;
    }
    catch (error) {
        if (!(error instanceof KeyringError))
            throw error;
        if (error instanceof KeyringEncryptionError) {
            throw new errors/* ActionError */.lZ("KEYRING_STALE", `The keyring has a new key that cannot be opened: ${error.message}.`, {
                next: "Convert that key as described above. Then start a new run.",
            });
        }
        throw new errors/* ActionError */.lZ(error.passphrase ? "PASSPHRASE_WRONG" : "KEYRING_DAMAGED", `The keyring cannot be used: ${error.message}.`);
    }
}
/**
 * Checks, before a text is written, that it parses, that its keys open, and that none is missing.
 * @param expected the keyrings whose every key must be in it
 * @param staysClosed whether a key may stay unopened, as {@link parseKeyring} takes it
 * @returns what was parsed from it
 * @throws ActionError `KEYRING_WRITE_FAILED`
 */
function requireEveryKey(text, expected, passphrases, staysClosed) {
    let reason = "a key would be lost";
    try {
        const parsed = parseKeyring(text, passphrases, staysClosed);
        if (expected.every((keyring) => lostEntries(keyring, parsed).length === 0))
            return parsed;
    }
    catch (error) {
        reason = error.message;
    }
    throw new errors/* ActionError */.lZ("KEYRING_WRITE_FAILED", `The run did not write the keyring, because it could not be read again: ${reason}.`);
}
/** @param size of the keyring, in bytes @throws ActionError `KEYRING_TOO_LARGE` */
function requireSize(size, { limit, location }) {
    if (size <= limit)
        return;
    throw new errors/* ActionError */.lZ("KEYRING_TOO_LARGE", `The keyring would have up to ${size} bytes. The limit of ${location} is ${limit} bytes.`);
}

;// CONCATENATED MODULE: ./build/keyring/keyring-session.js








/**
 * The keyring of one run: what came in, and the way to write it. A text is parsed once. What came in is parsed by the
 * inputs, what this run writes is parsed before the write, and what somebody else wrote is parsed when it is read.
 */
class KeyringSession {
    #storage;
    #passphrases;
    #encrypt;
    #tenant;
    #remark;
    #backup;
    /** The stored keyring as far as this run knows. */
    #stored;
    #checked;
    #cameIn;
    /** Encrypted keys, by the PEM of the key that was encrypted: a repeated write encrypts no key again. */
    #encrypted = new Map();
    /** Whether the user was told that a key is plain because there is no passphrase. */
    #toldPlain = false;
    /**
     * @param cameIn as read from the inputs
     * @param storage where to write it; undefined for a keyring that is only read
     * @param passphrases keys are written encrypted with the first one, where there is one
     * @param encrypt returns an encrypted key in PEM; it is opened and compared before it is written
     * @param tenant whose CAs the run deals with; undefined for every tenant's
     * @param remark tells the user what was done to the keyring that they may not expect
     * @param backup leaves an encrypted copy of what is about to be written; undefined where none is wanted
     */
    constructor(cameIn, storage, passphrases, encrypt, tenant, remark = () => { }, backup) {
        this.#stored = { text: cameIn.text, keyring: cameIn.keyring };
        this.#cameIn = cameIn.keyring;
        this.#storage = storage;
        this.#passphrases = Passphrases.of(passphrases);
        this.#encrypt = encrypt;
        this.#tenant = tenant;
        this.#remark = remark;
        this.#backup = backup;
    }
    /**
     * Tells whether a key stays closed and unchanged. Another tenant's keys may have other passphrases, so they
     * stay closed (guarantee 12). A run for every tenant leaves the keys closed that do not open: the inputs
     * have reported these.
     */
    #staysClosed = (entry) => this.#tenant === undefined
        ? !this.#passphrases.opens(entry.privateKey)
        : isRetired(entry) || !isOfTenant(entry, this.#tenant);
    /** The tenant whose CAs this run deals with. */
    get tenant() {
        if (this.#tenant === undefined)
            throw new Error("this run deals with every tenant's CAs");
        return this.#tenant;
    }
    /** The CAs of this run's tenant; those of other tenants are kept and not shown here (guarantee 12). */
    get keyring() {
        return this.#own(this.#stored.keyring);
    }
    #own(keyring) {
        return this.#tenant === undefined ? keyring : ownKeyring(keyring, this.#tenant);
    }
    /** @returns an entry's private key, opened @throws PrivateKeyError */
    open({ privateKey }) {
        return this.#passphrases.open(privateKey);
    }
    /** Whether the keyring holds no CA at all, also none of another tenant. */
    get isEmpty() {
        return this.#stored.keyring.entries.length === 0;
    }
    /** @returns the CAs in use whose key is plain although there is a passphrase: the next write encrypts it */
    plainKeys() {
        return this.#passphrases.first === undefined ? [] : namesOf(plainEntries(this.keyring));
    }
    /** @returns the CAs whose key came in plain, and is stored encrypted now */
    encryptedKeys() {
        const { entries } = this.keyring;
        const isEncryptedNow = (was) => entries.some((entry) => isSameCa(entry, was) && isEncrypted(entry.privateKey));
        return namesOf(plainEntries(this.#own(this.#cameIn)).filter(isEncryptedNow));
    }
    /**
     * Tells the user, unless this run has done so, that keys in use are plain because there is no passphrase.
     */
    remarkPlainKeys() {
        if (this.#passphrases.first !== undefined || this.#toldPlain)
            return;
        const names = namesOf(plainEntries(this.keyring));
        if (names.length > 0)
            this.#remark(storedPlain(names, this.location));
    }
    /** Where the keyring is written, for messages; undefined where it is only read. */
    get location() {
        return this.#storage?.location;
    }
    /** How a write of the keyring is checked, for messages. */
    get writeCheck() {
        return this.#storage?.writeCheck ?? "";
    }
    /** When the right to write ends, milliseconds since 1970, known after {@link check}; undefined where it does not end. */
    get accessEnds() {
        return this.#storage?.accessEnds;
    }
    /**
     * Checks, before a key is made, that the keyring can be written and that no key would be lost by it (guarantees 2, 3).
     * May be started early and awaited later, any number of times. Without a storage there is nothing to check.
     * @throws ActionError of the storage's `check`
     */
    check() {
        if (this.#checked === undefined) {
            this.#checked = this.#storage?.check() ?? Promise.resolve();
            // The caller awaits it later. A failure before that must not end the process.
            this.#checked.catch(() => { });
        }
        return this.#checked;
    }
    /** Whether {@link writeImport} has something to write, known after {@link check}. */
    get needsImport() {
        return this.#storage?.needsImport === true;
    }
    /**
     * Writes the keyring that came in where the storage needs that, after {@link check}.
     * @throws ActionError of the storage
     */
    async writeImport() {
        if (this.needsImport)
            await this.update((current) => current);
    }
    /**
     * Checks, right before an upload, that every key which this run counts on is still stored (guarantees 2, 3).
     * @throws ActionError `KEYRING_STALE`, and those of the storage
     */
    async requireUnchanged() {
        await this.check();
        await this.#storage?.requireUnchanged();
    }
    /**
     * Checks, before a key is made, that one more CA may be added and has room.
     * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
     */
    requireRoom(keyBits) {
        if (this.#storage === undefined)
            return;
        const { keyring } = this.#stored;
        requireNoPlainKeyBesideEncrypted(keyring, this.#passphrases);
        requireSize(Buffer.byteLength(formatKeyring(keyring)) + roomForOneMore(keyBits), this.#storage);
    }
    /**
     * Checks for a plan that an existing CA may be added and has room. The size is that before its key is
     * encrypted.
     * @throws ActionError `PASSPHRASE_WRONG`, `KEYRING_TOO_LARGE`
     */
    requireRoomFor(entry) {
        if (this.#storage === undefined)
            return;
        const { keyring } = this.#stored;
        requireNoPlainKeyBesideEncrypted(keyring, this.#passphrases);
        requireSize(Buffer.byteLength(formatKeyring(putEntry(keyring, entry, 0))), this.#storage);
    }
    /**
     * Changes the keyring and writes it before the run goes on (guarantee 2). The new text has every key of the
     * replaced text (guarantee 3). Without a storage nothing is changed.
     * @param change from the keyring as it is stored now, other tenants' CAs included; called again where the write has to
     * be repeated
     * @param options.forget the entries of the replaced text that may go missing: keys that the user wants dropped
     * @throws ActionError of the storage, `KEYRING_TOO_LARGE`, or `KEYRING_DAMAGED` / `PASSPHRASE_WRONG` for a text that
     * cannot be read
     */
    async update(change, { forget = () => false } = {}) {
        const storage = this.#storage;
        if (storage === undefined)
            return;
        await this.check();
        let stored = this.#stored;
        // Encryption takes as long as the storage's read, and does not depend on it. So it starts before that
        // read.
        for (const entry of change(stored.keyring).entries)
            this.#encryptKey(entry).catch(() => { });
        const remarks = new Set();
        let toldPlain = false;
        await storage.replace(async (text) => {
            if (text.trim() === "" && this.#stored.keyring.entries.length > 0) {
                const what = `${storage.location} was removed or emptied during this run. The disk may be full`;
                throw new errors/* ActionError */.lZ("KEYRING_DAMAGED", `${(0,printable/* capitalize */.ZH)(what)}.`);
            }
            const current = await this.#parsed(text, [stored, this.#stored]);
            const changed = change(current);
            const entries = await Promise.all(changed.entries.map(async (entry) => ({ ...entry, privateKey: await this.#encryptKey(entry) })));
            const next = withoutKeyDumps({ ...changed, entries });
            // A repeated write finds no new plain keys, or the same as before. So remarks and toldPlain outlast one
            // attempt.
            const plain = this.#plainAdded(current, next);
            toldPlain ||= plain.length > 0;
            for (const remark of [...plain, ...dumpsDropped(changed, next)])
                remarks.add(remark);
            const fresh = formatKeyring(nextGeneration(next, storage.now(), storage.provisional));
            const kept = { ...current, entries: current.entries.filter((entry) => !forget(entry)) };
            stored = {
                text: fresh,
                keyring: requireEveryKey(fresh, [kept, next], this.#passphrases, this.#staysClosed),
            };
            requireSize(Buffer.byteLength(fresh), storage);
            // The backup comes before the write: after a kill in between, the backup has a key too many, not one
            // too few.
            await this.#backup?.leave(stored.keyring);
            return fresh;
        });
        this.#stored = stored;
        for (const remark of remarks)
            this.#remark(remark);
        this.#toldPlain ||= toldPlain;
    }
    /**
     * Leaves an encrypted backup for a task that leaves one in any case. Does nothing where no backup is
     * wanted, or where a write of this run has left it.
     * @throws ActionError as {@link KeyringBackup.leave}
     */
    async leaveBackup() {
        if (this.#backup?.isLeft === false)
            await this.#backup.leave(this.#stored.keyring);
    }
    /**
     * @param known texts that are parsed already; one without entries may come from a task that opens no keys
     * @throws ActionError as {@link readKeyring}
     */
    async #parsed(text, known) {
        const found = known.find((parsed) => parsed.text === text && parsed.keyring.entries.length > 0);
        return found?.keyring ?? (await readKeyring(text, this.#passphrases, this.#staysClosed));
    }
    /**
     * @returns the key as it is written; each key is encrypted once @throws ActionError as {@link encryptKey}
     */
    #encryptKey(entry) {
        const begun = this.#encrypted.get(entry.privateKey);
        if (begun !== undefined)
            return begun;
        const encrypted = encryptKey(entry, this.#passphrases, this.#encrypt);
        this.#encrypted.set(entry.privateKey, encrypted);
        return encrypted;
    }
    /**
     * @returns a remark where new keys are plain. It also names the keys in use that were plain before
     * @throws ActionError `PASSPHRASE_WRONG` where a new plain key would stand beside an encrypted key
     */
    #plainAdded(current, next) {
        const added = namesOf(lostEntries(next, current).filter(({ privateKey }) => !isEncrypted(privateKey)));
        if (added.length === 0)
            return [];
        requireNoPlainKeyBesideEncrypted(current, this.#passphrases);
        const names = new Set([...added, ...namesOf(plainEntries(this.#own(next)))]);
        return [storedPlain([...names], this.location)];
    }
}

;// CONCATENATED MODULE: ./build/keyring/load-github.js





/**
 * Loads the module that writes secrets. Octokit and libsodium are large, so only runs with a secret load
 * them. `@actions/github` reads the proxy variables and the event's payload while it is loaded. A pipe in
 * place of the payload's file would block it.
 * @param api base of GitHub's REST API
 * @throws ActionError `SECRET_UNREACHABLE`; the system's own error where it has no descriptors left
 */
async function loadSecrets(api) {
    try {
        const event = (0,external_node_fs_.statSync)(process.env["GITHUB_EVENT_PATH"] ?? "", { throwIfNoEntry: false });
        if (event?.isFile() === false)
            throw new Error("GITHUB_EVENT_PATH does not name a regular file");
        return await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(942), __nccwpck_require__.e(692), __nccwpck_require__.e(945)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5945));
    }
    catch (error) {
        if ((0,errors/* lacksDescriptors */.Ze)(error))
            throw error;
        throw toolkitNotLoaded(api, error);
    }
}
/**
 * Explains why `@actions/github` could not be loaded.
 * @param api base of GitHub's REST API
 * @returns `SECRET_UNREACHABLE` that names the variable
 */
function toolkitNotLoaded(api, error) {
    try {
        (0,proxy/* proxyFor */.i)(api);
    }
    catch (malformed) {
        if (!(malformed instanceof transport_error/* TransportError */.w))
            throw malformed;
        return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `${malformed.message}.`, {
            next: malformed.next,
            cause: error,
        });
    }
    return new errors/* ActionError */.lZ("SECRET_UNREACHABLE", `The action cannot read the environment of the runner, which it needs to reach GitHub: ${(0,printable/* printable */.g$)(error.message, 200)}.`, {
        next: "If GITHUB_EVENT_PATH is set, check that it names a file with JSON. Check the proxy variables. Then run again.",
        cause: error,
    });
}

;// CONCATENATED MODULE: ./build/keyring/permissions.js


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
function permissionWarning(file) {
    const folder = (0,external_node_path_.dirname)(file);
    try {
        const kind = process.platform === "linux" ? kindOf((0,external_node_fs_.statfsSync)(folder)) : undefined;
        const system = { platform: process.platform, kind, user: process.getuid?.() };
        const found = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
        const reasons = [
            ...(found === undefined ? [] : permissionProblems(system, `the file ${file}`, found)),
            ...permissionProblems(system, `its folder ${folder}`, (0,external_node_fs_.lstatSync)(folder)),
        ];
        if (reasons.length === 0)
            return undefined;
        return `Other users may change the keyring: ${reasons.join(", ")}. Only the user of the runner may have access: mode 0600 for the file, 0700 for its folder.`;
    }
    catch {
        // A file that cannot be read is refused where it is read.
        return undefined;
    }
}
/** @returns why one file or folder is not safe; nothing where it is, or where its mode means nothing */
function permissionProblems({ platform, kind, user }, name, { mode, uid }) {
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
/** @returns the magic number of a file system, 32 bits without a sign. Some systems give it with a sign */
function kindOf({ type }) {
    return Number(type) >>> 0;
}

;// CONCATENATED MODULE: ./build/ca/slots.js
/** The two slots of an environment, and the matching of slots with CAs of the keyring. */

/** The slots of an environment. An unverified certificate takes a slot, too. */
const SLOT_LIMIT = 2;
/**
 * @returns whether a slot's certificate ends in the same second as this one. If not, it is another
 * certificate
 */
function endsTogether(slot, { notAfter }) {
    const seconds = (milliseconds) => Math.floor(milliseconds / 1000);
    return seconds(Date.parse(slot.expiration)) === seconds(notAfter);
}
/**
 * Compares the common name in a reply with those of a certificate. Nothing documents how replies render a
 * common name. So blanks, case, a `CN=` before the name, Unicode forms, and the choice among several names do
 * not count.
 * @returns whether they are alike; false where the reply has no common name
 */
function namesAlike(shown, { commonNames }) {
    if (shown === "")
        return false;
    const readings = readingsOf(shown).map(folded);
    return commonNames.some((name) => readings.includes(folded(name)));
}
/**
 * @returns the names that a rendering may stand for: the text itself, the text after `CN=`, and the text from
 * there to the next part of a subject
 */
function readingsOf(shown) {
    const [, rest = shown, first = shown] = /(?:^|[,/])\s*CN\s*=\s*(((?:\\.|[^,/])*).*)/is.exec(shown) ?? [];
    return [shown, rest, first].flatMap((text) => [text, text.replaceAll(/\\(.)/gs, "$1")]);
}
/** @returns a name in one form, without the differences that renderings make: Unicode forms, blanks, case */
function folded(name) {
    return name.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();
}
/** How well a slot fits a certificate that ends in the same second. */
const STRENGTH = { id: 3, fingerprint: 2, commonName: 1, date: 0 };
function strengthOf(slot, { certificate, platformId }) {
    if (platformId === slot.id)
        return STRENGTH.id;
    if (slot.name.endsWith(shortFingerprint(certificate)))
        return STRENGTH.fingerprint;
    return namesAlike(slot.commonName, certificate) ? STRENGTH.commonName : STRENGTH.date;
}
/**
 * Matches slots with certificates. Replies have neither PEM nor fingerprint. So a slot and a certificate
 * match where they have the same end, and also the noted id, else a name with the fingerprint, else the
 * common name. The same end alone is no match: see {@link findAmbiguousMatches}.
 * @returns the candidate of each matched slot, by the slot's id
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
    // The same certificate may be in both slots. So a slot that is left over gets its strongest candidate a
    // second time.
    for (const { slot, candidate } of pairs)
        if (!matched.has(slot.id))
            matched.set(slot.id, candidate);
    return matched;
}
/**
 * @returns the slots that agree with a certificate only in the second of their end. Slots and certificates
 * that are matched are left out
 */
function findAmbiguousMatches(slots, candidates) {
    const matched = matchSlots(slots, candidates);
    const found = new Set(matched.values());
    return slots.flatMap((slot) => {
        const ca = candidates.find((other) => !found.has(other) && endsTogether(slot, other.certificate));
        return matched.has(slot.id) || ca === undefined ? [] : [{ kind: "date", slot, ca }];
    });
}
/**
 * @param wish the CA that the user provides or restores
 * @returns the candidates that may be in an ambiguous slot. No run uploads by itself a CA that was refused or
 * is not valid yet: such a CA counts only where it is matched with a slot (guarantee 4)
 */
function plausibleCandidates(slots, candidates, at, wish) {
    const placed = new Set(matchSlots(slots, candidates).values());
    const maySend = (ca) => ca.refusedAt === undefined && !isNotValidYet(ca.certificate, at, false);
    return candidates.filter((ca) => ca === wish || placed.has(ca) || maySend(ca));
}
/**
 * @returns the unmatched slots that have the noted id of a certificate, or its fingerprint in their name, but
 * another end. A retired CA does not count: the platform may give its id to another one
 */
function findContradictions(slots, candidates) {
    const matched = matchSlots(slots, candidates);
    return slots.flatMap((slot) => {
        const ca = candidates.find((other) => other.retiredAt === undefined &&
            strengthOf(slot, other) >= STRENGTH.fingerprint &&
            !endsTogether(slot, other.certificate));
        return matched.has(slot.id) || ca === undefined ? [] : [{ kind: "contradiction", slot, ca }];
    });
}
/**
 * Applies the user's hint where replies say too little: the slot that the user names holds the candidate that
 * ends in the same second.
 * @returns the candidates; the candidate in that slot gets the slot's id
 */
function applyUserHint(slots, candidates, { id, name }) {
    const matches = findAmbiguousMatches(slots, candidates);
    const meant = matches.find(({ slot }) => slot.id === id) ??
        matches.find(({ slot }) => slot.name !== "" && slot.name === name?.trim());
    return candidates.map((ca) => (ca === meant?.ca ? { ...ca, platformId: meant.slot.id } : ca));
}
/**
 * Completes a list that leaves `isVerified` out. Absent means not verified. The exception is a certificate
 * that the keyring notes as verified under the same id: it counts as verified. It is also marked
 * `remembered`, unless the reads of this platform never say that a certificate is verified.
 */
function recallVerified(slots, candidates) {
    return slots.map(({ isVerified, ...slot }) => {
        if (isVerified !== undefined)
            return { ...slot, isVerified };
        const known = candidates.find(({ certificate, platformId }) => platformId === slot.id && endsTogether(slot, certificate));
        if (known?.verifiedBy !== undefined)
            return { ...slot, isVerified: true };
        // A text that is no time may come from a person, and proves nothing.
        return Number.isNaN(Date.parse(known?.verifiedAt ?? ""))
            ? { ...slot, isVerified: false }
            : { ...slot, isVerified: true, remembered: true };
    });
}
/** @returns whether a slot is usable: verified, and not expired by the platform's clock (ms since 1970) */
function isUsable(slot, now) {
    return slot.isVerified && !isExpired(slot, now);
}
/**
 * @returns whether an id is that of the only usable slot. A slot that only the keyring notes as verified does
 * not count as another usable one
 */
function isLastUsable(slots, id, now) {
    const usable = slots.filter((slot) => isUsable(slot, now));
    return (usable.some((slot) => slot.id === id) &&
        usable.every((slot) => slot.id === id || slot.remembered === true));
}
/** @returns whether a slot's certificate has expired by the platform's clock (ms since 1970) */
function isExpired(slot, now) {
    return Date.parse(slot.expiration) <= now;
}

;// CONCATENATED MODULE: ./build/mindconnect/ca-certificate-errors.js


/** @returns `CA_NOT_FOUND` for a 404 of a call about one certificate, undefined for other refusals */
function notFound(id, reply) {
    if (reply.status !== 404)
        return undefined;
    const message = `The platform has no CA certificate ${(0,printable/* printableId */.BA)(id)}.`;
    return new errors/* ActionError */.lZ("CA_NOT_FOUND", message, { platform: reply });
}
const REFUSED = { UPLOAD_REFUSED: "CA certificate", VERIFY_REFUSED: "verification certificate" };
/**
 * @param skew a sentence about clocks that differ, which may be the reason; undefined where they agree
 * @returns the error for a certificate that the platform did not accept
 */
function notAccepted(code, reply, skew) {
    const message = `The platform did not accept the ${REFUSED[code]}.`;
    if (skew === undefined)
        return new errors/* ActionError */.lZ(code, message, { platform: reply });
    const next = "Set the clock of this machine (NTP). Then run again: it goes on where it stopped.";
    return new errors/* ActionError */.lZ(code, `${message} ${skew}`, { platform: reply, next });
}
/** Statuses of refusals that may be about the certificate. */
const ABOUT_THE_CERTIFICATE = new Set([400, 409, 422]);
/**
 * The error where the platform refused the CA certificate itself: a slot is free, the list does not show the
 * certificate, and the certificate is valid now.
 */
class CertificateRefused extends errors/* ActionError */.lZ {
    /** Never undefined here: a refusal is a reply. */
    platform;
    constructor(refused, platform) {
        const next = "Read what the platform said. Then use another CA certificate.";
        super("UPLOAD_REFUSED", refused.message, { platform, next, cause: refused });
        this.platform = platform;
    }
}
/**
 * @param refused the error of an upload, while a list shows a free slot and no such certificate
 * @param now the earliest time that it can be now, milliseconds since 1970. The platform may accept a
 * certificate later that is not valid yet
 * @returns {@link CertificateRefused} where the certificate is the cause, else the same error
 */
function blameCertificate(refused, { notBefore }, now) {
    const { platform } = refused;
    if (platform === undefined || !ABOUT_THE_CERTIFICATE.has(platform.status))
        return refused;
    return notBefore > now ? refused : new CertificateRefused(refused, platform);
}
/** @returns the error for an upload that was refused while both slots are taken */
function slotsTaken(slots, refused) {
    const ids = slots.map((slot) => (0,printable/* printableId */.BA)(slot.id)).join(" and ");
    const message = `The platform refused the upload because both slots are taken (${ids}).`;
    return new errors/* ActionError */.lZ("CA_SLOTS_FULL", message, { platform: refused.platform, cause: refused });
}
/**
 * @returns the error for a refused verify that followed a verify without a reply. No read shows whether that
 * earlier verify succeeded
 */
function mayBeVerified(id, refused) {
    const message = `${refused.message} An earlier one got no reply, so the platform may have accepted that one. The replies of this platform do not say whether ${(0,printable/* printableId */.BA)(id)} is verified.`;
    const next = "Look at the CA certificate in Insights Hub. If it is verified there, agents of this CA can connect. If it is not, run again.";
    return new errors/* ActionError */.lZ(refused.code, message, { platform: refused.platform, next, cause: refused });
}
/**
 * Requires a reply to be about the certificate that was asked for. A reply about another one proves nothing
 * (guarantee 5).
 * @param what the reply: `The read-back`
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
function requireSameId(asked, { id }, what) {
    if (id === asked)
        return;
    throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `${what} of ${(0,printable/* printableId */.BA)(asked)} is about ${(0,printable/* printableId */.BA)(id)} instead.`);
}
/**
 * @returns the error for an upload whose slot shows another expiration: the next run would not recognise that
 * slot
 */
function otherExpiration({ id, commonName, expiration }) {
    const message = `After the upload the platform shows ${(0,printable/* printableId */.BA)(id)} with the common name "${(0,printable/* printableName */.Nt)(commonName)}" and the expiration ${expiration}. The certificate that was sent has another expiration.`;
    const next = `Look at the slots with tasks/status. If ${(0,printable/* printableId */.BA)(id)} is not yours, delete it with tasks/delete. Then run again.`;
    return new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", message, { next });
}

;// CONCATENATED MODULE: ./build/mindconnect/rate-limits.js
// The documented rate limits of the platform, and how many requests this run has sent.
const HOUR_MS = 60 * 60_000;
/** The platform counts requests in windows of 30 s. Without a Retry-After a call waits for the next window. */
const WINDOW_MS = 30_000;
/** The limits of the vendor's rate-limit page, by endpoint. */
const ENDPOINTS = {
    list: { perHour: 30 },
    get: { perHour: 30 },
    upload: { perHour: 10 },
    registrationCode: { perHour: 10 },
    verify: { perHour: 10 },
    remove: { perHour: 10 },
    /** No limit is documented. This one is that of the calls that change something. */
    token: { perHour: 10 },
};
/**
 * The requests of this run within the last hour. A run never sends more than the documented number, even if a
 * Retry-After would allow more.
 */
class HourlyBudget {
    #sent = new Map();
    #now;
    /** @param now milliseconds of a monotonic clock */
    constructor(now = () => performance.now()) {
        this.#now = now;
    }
    /** @returns milliseconds until the next request to the endpoint may be sent; 0 for at once */
    wait(endpoint) {
        const sent = this.#sent.get(endpoint) ?? [];
        const first = sent.at(-endpoint.perHour);
        return first === undefined ? 0 : Math.max(0, first + HOUR_MS - this.#now());
    }
    spend(endpoint) {
        this.#sent.set(endpoint, [...(this.#sent.get(endpoint) ?? []), this.#now()]);
    }
}

;// CONCATENATED MODULE: ./build/mindconnect/replies.js


/** A reply that is not what the documentation promises. */
class UnexpectedReply extends Error {
    name = "UnexpectedReply";
}
/** A list with more entries is not a list of CA certificates: an environment has two at most. */
const LIST_LIMIT = 100;
/** Longest part of a name that is kept. Our own names are not longer. */
const LONGEST_NAME = 256;
/**
 * The refusal of a field that is shown, stored and sent again: a gateway may echo the credentials that it
 * got.
 */
const REPEATS = "contains a secret of this run";
const EXPIRATION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;
/**
 * Reads the reply of upload, get and verify.
 * @throws UnexpectedReply that names the field
 */
function readCaCertificate(text) {
    return toSlot(parseJson(text));
}
/**
 * Reads the reply of list. Its shape is not documented: a bare array or one of the usual wrappers is accepted.
 * @throws UnexpectedReply that names the entry and the field
 * @throws ActionError `PLATFORM_REPLY_UNEXPECTED` where the list says that there are more certificates than
 * it shows
 */
function readCaCertificates(text) {
    const json = parseJson(text);
    const embedded = isObject(json) && isObject(json["_embedded"]) ? json["_embedded"] : {};
    const list = isObject(json)
        ? [json["caCertificates"], json["content"], embedded["caCertificates"]].find(Array.isArray)
        : json;
    if (!Array.isArray(list))
        throw new UnexpectedReply("it is not a list of CA certificates");
    if (list.length > LIST_LIMIT)
        throw new UnexpectedReply(`it lists ${list.length} certificates, and an environment has two CA certificates at most`);
    requireWhole(json, list.length);
    return list.map(toListedSlot);
}
/** The fields in which a list may tell how many certificates there are, or that there are more. */
const COUNTS = ["totalElements", "total", "totalCount", "totalResults", "count"];
const MORE = ["next", "nextPage", "nextPageToken", "nextLink", "hasMore", "hasNext"];
const PARTS = ["page", "_page", "pagination", "paging", "meta", "metadata", "_links", "links"];
/**
 * Refuses an incomplete list. The slot of a missing certificate would seem free, or the certificate be sent
 * once more.
 */
function requireWhole(json, shown) {
    if (!isObject(json))
        return;
    const parts = [json, ...PARTS.flatMap((name) => json[name] ?? [])].flat().filter(isObject);
    const hint = parts.map((part) => hintOfMore(part, shown)).find((said) => said !== undefined);
    if (hint === undefined)
        return;
    throw new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The list of CA certificates shows ${shown} and says that more exist (${hint}). The action cannot judge a slot that the list does not show.`, {
        next: "Run again later. If the list stays incomplete, delete the CA certificates that you do not need in Insights Hub, or tell the vendor's support. An environment has two CA certificates at most.",
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
 * @throws UnexpectedReply
 */
function readRegistrationCode(text) {
    const json = parseJson(text);
    const code = isObject(json) ? json["registrationCode"] : undefined;
    if (typeof code !== "string" || !isRegistrationCode(code))
        throw new UnexpectedReply("it has no registrationCode that can be used");
    if ((0,secrets/* repeatsSecret */.Xq)(code))
        throw new UnexpectedReply(`its registrationCode ${REPEATS}`);
    return code;
}
/** @returns whether a text can be a registration code: 64 is the X.509 limit of a common name (65 is refused, measured) */
function isRegistrationCode(code) {
    return /^[\x21-\x7e]{1,64}$/.test(code);
}
/** @returns whether a text can be an id. Ids are opaque, but `.` and `..` would lead out of the path of a request. */
function isCertificateId(id) {
    return !/^\.{0,2}$|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(id) && id.length <= 1024;
}
function toListedSlot(entry, index) {
    try {
        return toSlot(entry);
    }
    catch (error) {
        if (!(error instanceof UnexpectedReply))
            throw error;
        throw new UnexpectedReply(`entry ${index + 1}: ${error.message}`);
    }
}
function toSlot(json) {
    if (!isObject(json))
        throw new UnexpectedReply("it is not a CA certificate");
    const id = textField(json, "id");
    if (!isCertificateId(id))
        throw new UnexpectedReply("its id cannot be used");
    if ((0,secrets/* repeatsSecret */.Xq)(id))
        throw new UnexpectedReply(`its id ${REPEATS}`);
    const expiration = textField(json, "expiration");
    if (!EXPIRATION.test(expiration) || Number.isNaN(Date.parse(expiration))) {
        throw new UnexpectedReply("its expiration is not an ISO 8601 date, such as 2031-05-30T09:22:55.000Z");
    }
    const { isVerified } = json;
    if (isVerified !== undefined && isVerified !== null && typeof isVerified !== "boolean") {
        throw new UnexpectedReply("its isVerified is neither true nor false");
    }
    const name = typeof json["name"] === "string" ? withoutEcho(json["name"]).trim().slice(0, LONGEST_NAME) : "";
    // Nothing documents how the common name is rendered, or that it is there at all. An empty one counts as
    // absent.
    const commonName = (json["commonName"] ?? "") === "" ? "" : withoutEcho(textField(json, "commonName"));
    return { id, name, expiration, commonName, isVerified: isVerified ?? undefined };
}
/** Hides a name that repeats a secret. A name is shown and stored, and decides nothing by itself. */
function withoutEcho(text) {
    return (0,secrets/* repeatsSecret */.Xq)(text) ? "***" : text;
}
function textField(json, name) {
    const value = json[name];
    if (typeof value !== "string" || value === "" || value.length > 1024)
        throw new UnexpectedReply(`its ${name} is missing`);
    return value;
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

;// CONCATENATED MODULE: ./build/mindconnect/ca-certificates.js
// The calls of the MindConnect MQTT API about CA certificates, as methods.






/** Base path of the MindConnect MQTT API v3. */
const BASE_PATH = "/api/mindconnectmqtt/v3/caCertificates";
/** The five calls of the documented procedure, and DELETE. A registration makes each of the five once. */
class CaCertificates {
    #client;
    #origin;
    #tokens;
    #hostFrom;
    #changed = false;
    /** The ids that the last list showed. */
    #listed = new Set();
    /**
     * @param origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`
     * @param hostFrom the inputs that the origin comes from, as {@link Call} has them
     */
    constructor(client, origin, tokens, hostFrom) {
        this.#client = client;
        this.#origin = origin;
        this.#tokens = tokens;
        this.#hostFrom = hostFrom;
    }
    /** Gets the token for a change early, before the first key or slot is touched. @throws ActionError `TOKEN_EXPIRING` */
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
     * `POST /caCertificates`. Where the reply is lost, or is a refusal, the list shows whether the certificate is there.
     * @param name the `name` attribute
     * @returns the new slot, not verified; its expiration equals the certificate's
     * @throws ActionError `UPLOAD_REFUSED` (as `CertificateRefused` where the certificate is to blame), `CA_SLOTS_FULL`, …
     */
    async upload(name, certificate) {
        const before = this.#listed;
        const slot = await this.#change({
            method: "POST",
            url: this.#url(),
            endpoint: ENDPOINTS.upload,
            body: JSON.stringify({ name, caCertificate: certificate.pem }),
            read: readCaCertificate,
            refused: (reply) => notAccepted("UPLOAD_REFUSED", reply, this.#client.clock.warning()),
            checkDone: async () => findUploaded(await this.list(), before, name, certificate),
        }).catch((error) => this.#afterRefusal(error, before, name, certificate));
        if (!endsTogether(slot, certificate))
            throw otherExpiration(slot);
        return { ...slot, isVerified: slot.isVerified === true };
    }
    /**
     * `GET /caCertificates/{id}`, for a certificate that the list does not show.
     * @returns the certificate; undefined where the platform says that there is no such certificate
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
     * `POST /caCertificates/{id}/verify`. Where the reply is lost, the list shows whether the verify succeeded.
     * @param verification the verification certificate
     * @returns whether the reply itself, or the list, says that the certificate is verified
     * @throws ActionError `VERIFY_REFUSED`, `VERIFY_NOT_CONFIRMED` where the reply is about another certificate, …
     */
    async verify(id, verification) {
        // After a lost reply the next attempt may be refused because the first one succeeded. Not every list shows whether it did.
        let mayHaveSucceeded = false;
        const reply = await this.#change({
            method: "POST",
            url: this.#url(id, "/verify"),
            endpoint: ENDPOINTS.verify,
            body: JSON.stringify({ verificationCertificate: verification.pem }),
            read: readCaCertificate,
            refused: (reply) => {
                const refusal = notAccepted("VERIFY_REFUSED", reply, this.#client.clock.warning());
                return notFound(id, reply) ?? (mayHaveSucceeded ? mayBeVerified(id, refusal) : refusal);
            },
            checkDone: async () => {
                const slot = await this.#inList(id);
                mayHaveSucceeded = slot !== undefined && slot.isVerified === undefined;
                return slot?.isVerified === true ? slot : undefined;
            },
        });
        requireSameId(id, reply, "The reply to the verification");
        return reply.isVerified === true;
    }
    /**
     * Reads a certificate back after a verify (guarantee 5): `GET /caCertificates/{id}`, and the list where that reply does
     * not say whether it is verified.
     * @returns the slot; `isVerified` is undefined where neither says
     * @throws ActionError `CA_NOT_FOUND`, `VERIFY_NOT_CONFIRMED` where another certificate is shown, …
     */
    async readBack(id) {
        const slot = await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
        requireSameId(id, slot, "The read-back");
        if (slot.isVerified !== undefined)
            return slot;
        return (await this.#inList(id)) ?? slot;
    }
    /**
     * `DELETE /caCertificates/{id}`. Where the reply is lost, the list shows whether the certificate was
     * deleted.
     * @param guard checks the slots before each repetition, also after a wait for a rate limit (guarantee 6). It throws
     * where the certificate must not be deleted any more.
     * @throws ActionError `CA_NOT_FOUND`, …; its `maybeDone` says whether an attempt may have been carried out
     */
    async remove(id, guard) {
        await this.#change({
            method: "DELETE",
            url: this.#url(id),
            endpoint: ENDPOINTS.remove,
            read: () => true,
            refused: (reply) => notFound(id, reply),
            checkDone: async () => {
                const slots = await this.list();
                if (!slots.some((slot) => slot.id === id))
                    return true;
                guard(slots);
                return undefined;
            },
            checkAllowed: async () => {
                guard(await this.list());
                return undefined;
            },
        });
    }
    async #inList(id) {
        return (await this.list()).find((slot) => slot.id === id);
    }
    async #get(id, suffix, endpoint, read) {
        return await this.#send({
            method: "GET",
            url: this.#url(id, suffix),
            endpoint,
            read,
            refused: (reply) => notFound(id, reply),
        });
    }
    async #change(call) {
        await this.requireTokenForChange();
        this.#changed = true;
        return await this.#send(call);
    }
    async #send(call) {
        return await this.#client.call({
            ...call,
            ...(call.body !== undefined && { headers: { "content-type": "application/json" } }),
            hostFrom: this.#hostFrom,
            authorize: async () => {
                const { value } = await this.#tokens.current();
                // The last look at the clocks before each upload and each verify.
                if (call.method === "POST")
                    this.#client.clock.require("make");
                return { authorization: `Bearer ${value}` };
            },
            unauthorized: () => this.#tokens.discard(),
        });
    }
    #url(id, suffix = "") {
        const path = id === undefined ? BASE_PATH : `${BASE_PATH}/${encodeURIComponent(id)}${suffix}`;
        return new URL(path, this.#origin);
    }
    /**
     * Reads the list after a refused upload, to find the cause: the certificate is there nevertheless, no slot
     * was free, or the certificate itself was refused.
     */
    async #afterRefusal(error, before, name, certificate) {
        if (!(error instanceof errors/* ActionError */.lZ) || error.code !== "UPLOAD_REFUSED")
            throw error;
        const slots = await this.list().catch(() => undefined);
        if (slots === undefined)
            throw error;
        const there = findUploaded(slots, before, name, certificate);
        if (there !== undefined)
            return there;
        if (slots.length >= SLOT_LIMIT)
            throw slotsTaken(slots, error);
        throw blameCertificate(error, certificate, this.#client.clock.earliest());
    }
}
/**
 * Finds the slot of an upload: a slot that was not there before and that ends in the same second as the
 * certificate. Replies may render the name and the common name in other ways, so our name only decides
 * between two such slots.
 * @param before the ids of the list that the upload was decided on
 */
function findUploaded(slots, before, name, certificate) {
    const possible = slots.filter((slot) => !before.has(slot.id) && endsTogether(slot, certificate));
    return (possible.find((slot) => slot.name === name.trim()) ??
        possible.find((slot) => slot.name.endsWith(shortFingerprint(certificate))) ??
        possible[0]);
}

// EXTERNAL MODULE: ./build/http/time-headers.js
var time_headers = __nccwpck_require__(6067);
;// CONCATENATED MODULE: ./build/mindconnect/error-reply.js



/** Longest part of a reply that is shown. */
const MESSAGE_LIMIT = 500;
/** Longest part of a reply that cannot be read. */
const RAW_LIMIT = 200;
/** The fields that are shown, in this order. */
const SHOWN_FIELDS = ["code", "error", "id", "message", "error_description"];
/**
 * Reads the error bodies that the platform and the proxies before it are known to send:
 * `{"errors":[{code,logref,message}]}`, `[{logref,message}]`, `{id,message}`, `{error,error_description}`,
 * `{message}`, HTML, or anything else.
 * @param text the reply's body, hostile
 * @returns status, message and logref, safe to print
 */
function readErrorReply(status, text) {
    const error = firstError(parseJson(text));
    const words = SHOWN_FIELDS.flatMap((name) => error_reply_textOf(error?.[name]));
    if (error === undefined || words.length === 0)
        return { status, message: (0,printable/* printable */.g$)(withoutTags(text), MESSAGE_LIMIT) };
    const [logref] = error_reply_textOf(error["logref"]);
    return {
        status,
        message: (0,printable/* printable */.g$)(words.join(": "), MESSAGE_LIMIT),
        ...(logref === undefined ? {} : { logref: (0,printable/* printable */.g$)(logref, 100) }),
    };
}
/**
 * Quotes the start of a reply that is neither an error nor what the documentation promises.
 * @param text the reply's body, hostile
 * @param mayHoldToken the reply may hold a token in an unknown field, so each text that could be a token is left out
 */
function quoteReply(status, text, mayHoldToken) {
    const readable = withoutTags(text);
    const open = mayHoldToken ? readable.replaceAll(/[\w.~+/=-]{16,}/g, "…") : readable;
    return { status, message: (0,printable/* printable */.g$)(open, RAW_LIMIT) };
}
function firstError(json) {
    if (Array.isArray(json))
        return json.find(isObject);
    if (!isObject(json))
        return undefined;
    const { errors } = json;
    return (Array.isArray(errors) ? errors.find(isObject) : undefined) ?? json;
}
function error_reply_textOf(value) {
    return typeof value === "string" && value.trim() !== "" ? [value] : [];
}
function withoutTags(text) {
    // Secrets are removed before the text is cut: half a secret would not be recognised.
    return (0,secrets/* withoutSecrets */.cT)(text)
        .slice(0, 10_000)
        .replaceAll(/<(style|script)[^>]*>[^<]*/gi, " ")
        .replaceAll(/<[^>]*>|\s+/g, " ");
}

;// CONCATENATED MODULE: ./build/mindconnect/platform-client.js










/** Sends calls within the deadline and the documented limits, and repeats them where that is safe. */
class PlatformClient {
    /** Notes the time of every reply. */
    clock;
    #http;
    #deadline;
    #notice;
    #budget = new HourlyBudget();
    /** @param notice prints a line that says why a call waits */
    constructor(http, deadline, clock, notice) {
        this.#http = http;
        this.#deadline = deadline;
        this.clock = clock;
        this.#notice = notice;
    }
    /** @throws ActionError; its `maybeDone` says whether one of the attempts may have been carried out */
    async call(call) {
        let renewed = false;
        let maybeDone = false;
        const renew = () => {
            const first = !renewed;
            renewed = true;
            return call.unauthorized?.() === true && first;
        };
        try {
            return await (0,retry/* retry */.L5)({
                deadline: this.#deadline,
                attempt: async () => {
                    const result = await this.#attempt(call, renew);
                    maybeDone ||= result.kind === "maybe-done";
                    return result;
                },
                checkDone: call.checkDone,
                checkAllowed: call.checkAllowed,
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
    /** @param renew drops a token that was refused. It returns whether another one is worth a try */
    async #attempt(call, renew) {
        if (this.#deadline.left <= 0) {
            throw new errors/* ActionError */.lZ("PLATFORM_TIMEOUT", `timeout-minutes was over before ${describe(call)} was sent.`);
        }
        const { method, url, endpoint, body } = call;
        const early = this.#budget.wait(endpoint);
        if (early > 0) {
            const message = `This run sent ${describe(call)} ${endpoint.perHour} times within an hour. The platform allows no more (rate limit).`;
            return { kind: "try-later", waitMs: early, error: this.#rateLimited(message, early) };
        }
        let reply;
        try {
            const headers = { ...call.headers, ...(await call.authorize?.()) };
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
            return error.sent ? { kind: "maybe-done", error: failure } : { kind: "not-sent", error: failure };
        }
        const source = call.givesToken === true ? "token endpoint" : "platform";
        this.clock.note(source, (0,time_headers/* timeOfReply */.bg)(reply.headers));
        if (reply.status >= 200 && reply.status < 300)
            return this.#readReply(call, reply);
        return this.#classifyFailure(call, reply, renew);
    }
    #readReply(call, reply) {
        try {
            return { kind: "done", value: call.read(reply.text) };
        }
        catch (error) {
            if (!(error instanceof UnexpectedReply))
                throw error;
            const unexpected = new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform answered ${describe(call)} with ${reply.status}, but ${error.message}.`, { platform: quoteReply(reply.status, reply.text, call.givesToken === true) });
            return { kind: "maybe-done", error: unexpected };
        }
    }
    #classifyFailure(call, reply, renew) {
        const { status } = reply;
        const errorReply = readErrorReply(status, reply.text);
        const fail = (code, message) => new errors/* ActionError */.lZ(code, message, { platform: errorReply });
        const what = `The platform answered ${describe(call)} with ${status}`;
        const header = firstValue(reply, "retry-after");
        const asked = (0,time_headers/* retryAfter */.P9)(header, this.clock.now());
        if (status === 429)
            return this.#tooManyRequests(what, call.endpoint, asked, errorReply);
        // A 408 says that the request did not arrive whole. As after a server error, it may have been carried out.
        if (status >= 500 || status === 408) {
            const waitMs = header === undefined ? undefined : (asked ?? WINDOW_MS);
            return { kind: "maybe-done", waitMs, error: fail("PLATFORM_ERROR", `${what}.`) };
        }
        if (status === 401) {
            const error = fail("TOKEN_REFUSED", `${what}: it did not accept the token or the credentials.`);
            if (renew())
                return { kind: "try-later", waitMs: 0, error };
            throw error;
        }
        if (status >= 300 && status < 400)
            throw redirected(what, reply);
        if (status === 403)
            throw fail("ACCESS_DENIED", `${what}: it does not allow this request.`);
        throw call.refused?.(errorReply) ?? fail("PLATFORM_REFUSED", `${what}.`);
    }
    /** @param asked milliseconds that the platform asks to wait; undefined where it does not say */
    #tooManyRequests(what, endpoint, asked, errorReply) {
        const says = asked === undefined
            ? ". It does not say how long to wait."
            : `. It asks to wait ${Math.ceil(asked / 1000)} s.`;
        const wait = asked ?? WINDOW_MS;
        const budget = this.#budget.wait(endpoint);
        const used = budget > wait
            ? ` This run sent it ${endpoint.perHour} times within an hour. The platform allows no more.`
            : "";
        const waitMs = Math.max(wait, budget);
        const error = this.#rateLimited(`${what} (rate limit)${says}${used}`, waitMs, errorReply);
        return { kind: "try-later", waitMs, error };
    }
    /** @returns the error for a wait that may be too long. It says when another try makes sense. */
    #rateLimited(message, waitMs, platform) {
        const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
        const time = (0,ca_time/* iso */.KH)(this.clock.now() + waitMs).replace(/\.\d+Z$/, "Z");
        const larger = minutes < retry/* LONGEST_TIMEOUT_MINUTES */.RR
            ? " Or set a larger timeout-minutes: the run then waits for that long."
            : "";
        const next = `Run again after ${time}, in about ${minutes} min. The new run goes on where this one stopped.${larger}`;
        return new errors/* ActionError */.lZ("RATE_LIMITED", message, { platform, next });
    }
}
/** @returns a time in seconds, below 10 s with one decimal */
function inSeconds(milliseconds) {
    const seconds = milliseconds / 1000;
    return seconds < 10 ? seconds.toFixed(1) : String(Math.ceil(seconds));
}
/** @returns `POST /api/…/caCertificates`, for messages */
function describe(call) {
    return `${call.method} ${call.url.pathname}`;
}
function noReply(call, error) {
    const { kind } = error;
    const next = error.next ?? (kind === "broken" && !error.sent ? notConnected(call, error) : undefined);
    const host = call.url.host;
    const reason = (0,printable/* printable */.g$)(error.message, 900);
    const [code, message] = {
        timeout: ["PLATFORM_TIMEOUT", `${host} did not answer ${describe(call)} in time.`],
        "too-large": ["PLATFORM_REPLY_UNEXPECTED", `${describe(call)}: ${reason}.`],
        broken: ["PLATFORM_UNREACHABLE", `${describe(call)} to ${host} failed: ${reason}.`],
        refused: ["PLATFORM_UNREACHABLE", `${describe(call)} was not sent: ${reason}.`],
    }[kind];
    return new errors/* ActionError */.lZ(code, message, { next, cause: error });
}
/** @returns the next step where there was no connection. The host is wrong more often than the network. */
function notConnected({ hostFrom }, { noSuchHost }) {
    if (hostFrom === undefined)
        return undefined;
    const network = noSuchHost
        ? "If that is right, check the DNS of this runner, and HTTPS_PROXY where only a proxy leads out."
        : "Check the network and the proxy variables of this runner.";
    return `Check ${hostFrom}. ${network} Then run again: it goes on where it stopped.`;
}
function redirected(what, reply) {
    const location = (0,printable/* printable */.g$)(firstValue(reply, "location")?.replace(/[?#].*$/, "") ?? "elsewhere", 200);
    return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `${what}, a redirect to ${location}. The action follows no redirect, because credentials go to the configured host only.`);
}

;// CONCATENATED MODULE: ./build/mindconnect/tokens.js




/**
 * A token with less time left is renewed. A ready token cannot be renewed, so it is not used to begin a
 * change.
 */
const TOKEN_MARGIN_MS = 5 * 60_000;
/** @returns the source of a ready token, given as an input. It cannot be renewed. */
function readyToken(value, clock) {
    const expiresAt = timeIn(value, "exp");
    return {
        current: async () => ({ value, expiresAt }),
        async requireForChange(first) {
            const needed = first ? TOKEN_MARGIN_MS : 0;
            if (expiresAt === undefined || expiresAt - clock.earliest() >= needed)
                return;
            const message = `The token expires at ${(0,ca_time/* iso */.KH)(expiresAt)}. The run changed nothing more.`;
            throw new errors/* ActionError */.lZ("TOKEN_EXPIRING", message);
        },
        discard: () => false,
    };
}
/**
 * @param fetch fetches a token with credentials; it retries and masks by itself
 * @returns the source of such tokens, renewed with 5 minutes left
 */
function fetchedTokens(fetch, clock) {
    let token;
    const current = async () => {
        const end = token?.expiresAt ?? Number.POSITIVE_INFINITY;
        if (token === undefined || end - clock.earliest() < TOKEN_MARGIN_MS)
            token = await fetch();
        return token;
    };
    return {
        current,
        requireForChange: async () => void (await current()),
        discard() {
            token = undefined;
            return true;
        },
    };
}
/** @returns `Basic …` with the credentials in base64 (RFC 7617). It is as secret as its parts. */
function basicAuthorization({ clientId, clientSecret, }) {
    return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
}
/**
 * Fetches a token. A second request changes nothing, so it is repeated within the bounds.
 * @param mask hides the credentials as they are sent, and the token before anything else sees it
 * @throws ActionError `TOKEN_REQUEST_FAILED`, or one about the connection
 */
async function fetchToken(client, credentials, mask) {
    mask(basicAuthorization(credentials).slice("Basic ".length));
    const call = {
        method: "POST",
        url: credentials.tokenUrl,
        hostFrom: credentials.tokenUrlFrom,
        endpoint: ENDPOINTS.token,
        ...requestWith(credentials),
        givesToken: true,
        read: (text) => readToken(text, client.clock, mask),
    };
    return await client.call(call).catch((error) => {
        throw error instanceof errors/* ActionError */.lZ ? explainRefusal(error, credentials) : error;
    });
}
function explainRefusal(error, { application, tokenUrl, tokenUrlFrom }) {
    const { code, platform } = error;
    if (REFUSALS.has(code)) {
        const message = `The token endpoint ${tokenUrl.host} did not give a token.`;
        return new errors/* ActionError */.lZ("TOKEN_REQUEST_FAILED", message, { platform, cause: error });
    }
    if (application !== undefined || code !== "PLATFORM_REPLY_UNEXPECTED")
        return error;
    // A common mistake: the URL of the page where people log in, which answers but is not the token endpoint.
    const next = `Check ${tokenUrlFrom}. ${tokenUrl.href} must be the token endpoint of the environment.`;
    return new errors/* ActionError */.lZ(code, error.message, { platform, next, cause: error });
}
/** Errors that mean that the credentials are wrong. */
const REFUSALS = new Set(["TOKEN_REFUSED", "ACCESS_DENIED", "PLATFORM_REFUSED"]);
function requestWith(credentials) {
    const { application } = credentials;
    const authorization = basicAuthorization(credentials);
    return application === undefined
        ? {
            headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
            body: "grant_type=client_credentials",
        }
        : {
            headers: { "x-space-auth-key": authorization, "content-type": "application/json" },
            body: JSON.stringify(application),
        };
}
function readToken(text, clock, mask) {
    const json = parseJson(text);
    const value = isObject(json) ? json["access_token"] : undefined;
    if (!isObject(json) || typeof value !== "string")
        throw new UnexpectedReply("it has no access_token");
    mask(value);
    // RFC 6750 §2.1. Any other character could end the header.
    if (!/^[\w.~+/-]+=*$/.test(value) || value.length > 16_384)
        throw new UnexpectedReply("its access_token is not a bearer token");
    const seconds = json["expires_in"];
    const byReply = typeof seconds === "number" && Number.isFinite(seconds) ? clock.earliest() + seconds * 1000 : undefined;
    clock.note("token", timeIn(value, "iat"));
    return { value, expiresAt: timeIn(value, "exp") ?? byReply };
}
/**
 * Reads when a token expires (`exp`) or was issued (`iat`). Tokens are JWTs (RFC 7519), but may be opaque.
 * @returns milliseconds since 1970, or undefined where the token does not tell
 */
function timeIn(token, name) {
    const payload = token.split(".")[1];
    if (payload === undefined)
        return undefined;
    const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
    const claim = isObject(claims) ? claims[name] : undefined;
    return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : undefined;
}

;// CONCATENATED MODULE: ./build/mindconnect/connect.js



/**
 * Prepares the calls to one environment. Nothing is sent yet.
 * @param deadline of all calls
 * @param clock notes the time of each reply
 * @param runner masks a fetched token before anything can print it, and says when a call waits
 */
function connect(connection, http, deadline, clock, runner) {
    const client = new PlatformClient(http, deadline, clock, runner.info);
    const { authentication, gateway, gatewayFrom } = connection;
    const tokens = "token" in authentication
        ? readyToken(authentication.token, clock)
        : fetchedTokens(() => fetchToken(client, authentication, runner.mask), clock);
    const caCertificates = new CaCertificates(client, gateway.origin, tokens, gatewayFrom);
    return { caCertificates, clock, calls: http.calls };
}

// EXTERNAL MODULE: ./node_modules/@actions/exec/lib/exec.js + 3 modules
var exec = __nccwpck_require__(5781);
// EXTERNAL MODULE: external "node:async_hooks"
var external_node_async_hooks_ = __nccwpck_require__(6698);
;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __nccwpck_require__(3053);
;// CONCATENATED MODULE: ./build/openssl/process-timeout.js
/**
 * Ends OpenSSL processes that do not end by themselves. A process gets five minutes. None may outlive the
 * run, because it could write a key into a directory that is being wiped.
 */





/** Longest time of one OpenSSL process. A key of 4096 bits takes some seconds, on a slow and busy machine a minute. */
const LONGEST_COMMAND_MS = 5 * 60_000;
/**
 * Neither @actions/exec nor openssl-wrapper can end a process, and @actions/exec does not hand out the one that it starts.
 * Node.js announces each one on a diagnostics channel. The asynchronous context tells which call it belongs to.
 */
const starting = new external_node_async_hooks_.AsyncLocalStorage();
(0,external_node_diagnostics_channel_.subscribe)("child_process", (message) => {
    starting.getStore()?.(message.process);
});
const running = new Set();
/**
 * Runs one OpenSSL process for five minutes at most. Then the process and all that it started are ended.
 * @param run starts the process and waits for its end
 * @param stderr returns the output on stderr so far, without private keys
 * @param input the bytes for standard input, where `run` does not write them
 * @returns what `run` returns
 * @throws ActionError `OPENSSL_FAILED` where it did not end, `OPENSSL_…` where it did not start, and what `run` throws
 */
async function watched(argv, run, stderr, input) {
    const failed = Promise.withResolvers();
    let watchdog;
    let started;
    const watch = (child) => {
        started = child;
        running.add(child);
        child.once("error", ({ message }) => failed.reject(opensslFailure(argv, undefined, message)));
        child.once("spawn", () => {
            // A process may end without reading its input. The exit code decides whether it failed, not this error.
            child.stdin?.on("error", () => { });
            // The input ends here, so a process that asks for more, such as a passphrase, gets no answer.
            child.stdin?.end(input);
        });
        watchdog = setTimeout(() => {
            end(child);
            failed.reject(timedOut(argv, LONGEST_COMMAND_MS, stderr()));
        }, LONGEST_COMMAND_MS);
    };
    try {
        return await Promise.race([starting.run(watch, run), failed.promise]);
    }
    finally {
        clearTimeout(watchdog);
        if (started !== undefined)
            running.delete(started);
    }
}
/** Ends every process that still runs, before the files that it works with are wiped. */
function endRunning() {
    for (const child of running)
        end(child);
}
/** Ends a process that still runs. The id of a process that has ended may already belong to another one. */
function end({ pid, exitCode, signalCode }) {
    if (pid !== undefined && exitCode === null && signalCode === null)
        endTree(pid);
}
/** Longest time for a command that lists or ends processes. */
const process_timeout_LOOK_MS = 5000;
/** Ends a process and all that it started: openssl-path may name a script, whose end does not end the program it runs. */
function endTree(pid) {
    if (process.platform === "win32") {
        (0,external_node_child_process_namespaceObject.spawnSync)("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", timeout: process_timeout_LOOK_MS });
        return;
    }
    for (const one of [pid, ...startedBy(pid, processes())]) {
        try {
            process.kill(one, "SIGKILL");
        }
        catch {
            // The process has ended already, or this user may not end it.
        }
    }
}
function startedBy(pid, all) {
    const children = all.flatMap(([child, parent]) => (parent === pid ? [child] : []));
    return children.flatMap((child) => [child, ...startedBy(child, all)]);
}
/** @returns every process of this system; many containers have no ps, so Linux is asked by /proc */
function processes() {
    if (process.platform === "linux")
        return (0,external_node_fs_.readdirSync)("/proc").flatMap(withParent);
    const { stdout } = (0,external_node_child_process_namespaceObject.spawnSync)("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8", timeout: process_timeout_LOOK_MS });
    return [...(stdout ?? "").matchAll(/(\d+)\s+(\d+)/g)].map(([, pid, parent]) => [
        Number(pid),
        Number(parent),
    ]);
}
function withParent(pid) {
    if (!/^\d+$/.test(pid))
        return [];
    try {
        const stat = (0,external_node_fs_.readFileSync)(`/proc/${pid}/stat`, "latin1");
        // The name, in brackets, may have blanks and brackets in it. After it come the state and the parent (proc(5)).
        return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
    }
    catch {
        return [];
    }
}

// EXTERNAL MODULE: ./node_modules/@actions/io/lib/io.js
var io = __nccwpck_require__(8701);
;// CONCATENATED MODULE: ./build/openssl/program.js
/**
 * The OpenSSL program: the input that names it, the search for it, the supported versions, and the
 * environment of its processes.
 */






/** The input that names the OpenSSL program. */
const opensslInputs = (0,inputs/* plainGroup */.k4)({
    "openssl-path": (0,inputs/* field */.ZZ)({
        description: "OpenSSL 1.1.1 or later: openssl for the one on PATH, or the path of the program. Defaults to openssl.",
        default: "openssl",
        parse: program,
    }),
});
const ODD_PATH = process.platform === "win32" ? /;/ : /["\\:]/;
/** @returns the absolute path of the program @throws Error with the code `OPENSSL_NOT_FOUND` */
async function program(text) {
    if (text === "openssl")
        return (await findProgram(text)) ?? refuse("openssl is not on PATH");
    const file = (0,input_parsers/* path */.Ae)(text);
    // @actions/exec splits a command line, and openssl-wrapper looks along PATH.
    if (ODD_PATH.test(file))
        refuse(`${(0,printable/* quoted */.TL)(text)} contains a quotation mark, a backslash or a colon. Make a link to the program at another path`);
    return (await findProgram(file)) ?? refuse(`${(0,printable/* quoted */.TL)(text)} is not a program that can be run`);
}
/**
 * @param name a name to look up on PATH, or an absolute path; on Windows without its extension, too
 * @returns the absolute path of a program that may be run; undefined where there is none
 */
async function findProgram(name) {
    // A relative folder on PATH depends on the working directory, which differs between processes.
    return (await (0,io/* findInPath */.w6)(name)).find((found) => (0,external_node_path_.isAbsolute)(found));
}
function refuse(reason) {
    const code = "OPENSSL_NOT_FOUND";
    throw Object.assign(new Error(`${reason}. Give the path of OpenSSL 1.1.1 or later, for example /usr/bin/openssl`), { code });
}
/**
 * The variables that OpenSSL processes do not get: the inputs, the runner's credentials, NODE_DEBUG, and an
 * OPENSSL_CONF of others. NODE_DEBUG would make a substitute for OpenSSL that is written in Node.js print the
 * data that it handles.
 */
const WITHHELD = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG|OPENSSL_CONF$)/i;
/**
 * @param own variables of the child's own
 * @returns the environment of a child: the variables of this process except {@link WITHHELD}, and `own`
 */
function childEnvironment(own) {
    const inherited = Object.entries(process.env).filter((pair) => pair[1] !== undefined && !WITHHELD.test(pair[0]));
    return { ...Object.fromEntries(inherited), ...own };
}
const VERSION = /^OpenSSL (\d+)\.(\d+)\.(\d+)/;
/** The oldest OpenSSL that the documented commands are tested with (the page's own is 1.1.1k). */
const OLDEST = [1, 1, 1];
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
        const says = first.trim() === "" ? "empty" : (0,printable/* quoted */.TL)(first.trim());
        throw unsupported(`The openssl program that was found is not OpenSSL. Its version is ${says}.`);
    }
    if (!isFrom(line, OLDEST))
        throw unsupported(`${line} is too old.`);
    return line;
}
function unsupported(why) {
    return new errors/* ActionError */.lZ("OPENSSL_UNSUPPORTED", `${why} The action needs OpenSSL 1.1.1 or later.`);
}
/**
 * @param line as {@link supportedVersion} returns it
 * @returns whether it is this version or a later one
 */
function isFrom(line, [major, minor, patch]) {
    const [, a = 0, b = 0, c = 0] = (VERSION.exec(line) ?? []).map(Number);
    return (a - major || b - minor || c - patch) >= 0;
}

;// CONCATENATED MODULE: ./build/openssl/process.js
/** Runs the documented commands: in a private directory, with `@actions/exec`, and with a record of each for log and receipt. */









/** Runs OpenSSL in one private directory, with a configuration of the action's own. */
class OpenSsl {
    /** The processes that make files and have ended, oldest first. */
    finished = [];
    #program;
    #keep;
    #running = new Set();
    #version;
    /**
     * @param program its directory is where the commands run and leave their files
     * @param keep most finished commands that are kept, besides those that failed: thousands must not fill the memory
     */
    constructor(program, keep = Number.POSITIVE_INFINITY) {
        this.#program = program;
        this.#keep = keep;
    }
    /**
     * Runs one documented command. It succeeded if the exit code is 0 and its file exists. stderr only chooses
     * the hint.
     * @param directory where it runs, absolute; the common one where it is not given
     * @throws ActionError `OPENSSL_NOT_FOUND`, `OPENSSL_FAILED` or what the failure points to
     */
    run(argv, directory = this.#program.directory) {
        return this.#watch(this.#spawn(argv, directory).then(async ({ exitCode, stderr, lines }) => {
            const failure = exitCode === 0
                ? await unwritten(argv, directory)
                : await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
            const failed = failure !== undefined;
            if (failed || this.finished.length < this.#keep)
                this.finished.push({ argv, lines, failed });
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
        return this.#watch(this.#spawn(argv, this.#program.directory).then(async ({ exitCode, stderr, lines }) => {
            this.finished.push({ argv, lines, failed: exitCode !== 0 });
            if (exitCode === 0)
                return undefined;
            const failure = await this.#whyFailed(opensslFailure(argv, exitCode, stderr));
            if (isEndedBySignal(exitCode) || failure.code !== "OPENSSL_FAILED")
                throw failure;
            return failure.message;
        }));
    }
    /**
     * @returns the failure of a command; the error of {@link version} where the program cannot run or is not
     * supported
     */
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
        this.#version ??= this.#watch(this.#spawn(["version"], this.#program.directory).then(({ exitCode, stdout, stderr }) => {
            if (exitCode !== 0)
                throw cannotRun(exitCode, stderr);
            return supportedVersion(stdout);
        }));
        return this.#version;
    }
    /** @returns whether a finished command wrote this file */
    made(file) {
        return this.finished.some(({ argv }) => argv[argv.indexOf("-out") + 1] === file);
    }
    /**
     * Waits, up to 5 s, until no process runs: a process could still write a key into a directory that is being
     * wiped. The time limit is needed because `@actions/exec` never reports the end of a process that did not
     * start for lack of memory.
     */
    async settled() {
        const waiting = new AbortController();
        const late = (0,external_node_timers_promises_.setTimeout)(SETTLING_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
        await Promise.race([Promise.allSettled(this.#running), late]);
        waiting.abort();
    }
    /** Notes a process until it has ended. One that was started early may fail before it is awaited. */
    #watch(running) {
        this.#running.add(running);
        const forget = () => this.#running.delete(running);
        running.then(forget, forget);
        return running;
    }
    async #spawn(argv, directory) {
        const [stdout, stderr, both] = [new Output(), new Output(), new Output()];
        const exitCode = await runProgram({ ...this.#program, directory }, argv, {
            stdout(data) {
                stdout.add(data);
                both.add(data);
            },
            stderr(data) {
                stderr.add(data);
                both.add(data);
            },
            said: () => stderr.text(),
        });
        // As @actions/exec shows a command.
        const command = `[command]${[this.#program.path, ...argv].join(" ")}`;
        const lines = `${command}\n${both.text()}`.trimEnd().split("\n");
        return { exitCode, stdout: stdout.text(), stderr: stderr.text(), lines };
    }
}
/**
 * Runs one OpenSSL process in the program's directory.
 * @returns its exit code; null where a signal ended it
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, or does not end
 */
async function runProgram({ path, directory, configuration }, argv, { stdout, stderr, said, input }) {
    const start = () => 
    // exec splits its first argument as a shell would: in quotes, a path with blanks stays whole.
    (0,exec/* exec */.m)(`"${path}"`, [...argv], {
        cwd: directory,
        env: childEnvironment({
            OPENSSL_CONF: configuration,
            // `x509 -req` reads every root that the host trusts, and uses none. That takes 30 ms for each
            // certificate of a fleet (measured on 3.0). This file has no roots.
            SSL_CERT_FILE: configuration,
        }),
        ignoreReturnCode: true,
        // Commands run at the same time, and secrets are masked before anything prints: the log shows them later.
        silent: true,
        listeners: { stdout, stderr },
    });
    try {
        return await watched(argv, start, said, input);
    }
    catch (error) {
        if (error instanceof errors/* ActionError */.lZ)
            throw error;
        throw opensslFailure(argv, undefined, error instanceof Error ? error.message : String(error));
    }
}
/**
 * The limit for the kept output of a process, in characters. The chunk that passes the limit is still kept.
 */
const process_OUTPUT_LIMIT = 64 * 1024;
/** The output of a process: hostile text. */
class Output {
    #printed = "";
    add(chunk) {
        if (this.#printed.length < process_OUTPUT_LIMIT)
            this.#printed += chunk.toString("utf8");
    }
    /** @returns the output so far, with LF line ends and without private keys */
    text() {
        return withoutKeys(this.#printed.split(/\r?\n/)).join("\n");
    }
}
/** @returns the error of a command whose file is not there although it ended well */
async function unwritten(argv, directory) {
    const out = argv.indexOf("-out");
    const file = out < 0 ? undefined : argv[out + 1];
    if (file === undefined)
        return undefined;
    const found = await (0,external_node_fs_promises_.stat)((0,external_node_path_.join)(directory, file)).catch(() => undefined);
    if (found === undefined)
        return incompleteFile(file, directory, "is not there");
    return found.size === 0 ? incompleteFile(file, directory, "is empty") : undefined;
}
/**
 * Reads a file that a command has made.
 * @param file as the command names it
 * @param read takes its text and throws where it is not what the command makes
 * @throws ActionError `FILE_FAILED` where it is not whole
 */
async function readMade(directory, file, read) {
    const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(directory, file), "utf8");
    try {
        return read(text);
    }
    catch {
        throw incompleteFile(file, directory, "is not whole");
    }
}
/** Longest wait for processes at the end. */
const SETTLING_MS = 5000;

;// CONCATENATED MODULE: ./build/openssl/cms.js
/** Encrypts a text for the owners of certificates: CMS EnvelopedData (RFC 5652), made in memory. */







/**
 * Options for the `-recip` before them. OpenSSL knows all of them from 1.1.1 on (measured with 1.1.1k,
 * 3.0.19, 3.5.4 and 4.0.3). Without them it uses SHA-1 for both kinds of keys.
 */
const KEY_OPTIONS = {
    rsa: ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"],
    ec: ["-keyopt", "ecdh_kdf_md:sha256"],
};
/**
 * Encrypts a text with AES-256-CBC. The AES key is encrypted by OAEP for an RSA key, and by ECDH for an EC
 * key. OpenSSL reads the text from standard input, so the text is on no disk. The certificates are public,
 * and are in the private directory. openssl-wrapper is not used here: it takes options as an object, and so
 * cannot repeat `-keyopt` after each recipient.
 * @param text secret
 * @param recipients with RSA or EC keys; at least one
 * @returns PEM `CMS`
 * @throws ActionError `OPENSSL_…`, `FILE_FAILED`
 */
async function encryptForRecipients(text, recipients, program) {
    const files = recipients.map((_, index) => `backup-recipient-${index + 1}.crt`);
    await Promise.all(recipients.map(({ pem }, index) => (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(program.directory, files[index]), pem, { mode: 0o600 })));
    const argv = [
        ...["cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "PEM"],
        ...recipients.flatMap(({ x509 }, index) => [
            ...["-recip", files[index]],
            ...(KEY_OPTIONS[x509.publicKey.asymmetricKeyType ?? ""] ?? []),
        ]),
    ];
    const chunks = [];
    const stderr = new Output();
    const exitCode = await runProgram(program, argv, {
        stdout: (data) => chunks.push(data),
        stderr: (data) => stderr.add(data),
        said: () => stderr.text(),
        input: Buffer.from(text),
    });
    if (exitCode !== 0)
        throw opensslFailure(argv, exitCode, stderr.text());
    const pem = envelopeIn(Buffer.concat(chunks).toString("latin1"), recipients.length);
    if (pem === undefined)
        throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL did not write a complete encrypted text for each recipient.");
    return pem;
}
/** ContentInfo of EnvelopedData, and of the content inside (RFC 5652 §6.1). */
const ENVELOPED_DATA = "1.2.840.113549.1.7.3";
/**
 * Checks the output, because OpenSSL may fail and still exit with 0. Only the CMS block is used: a program
 * could also print the secret text.
 * @returns the only PEM block of the output, if it is whole and has this number of recipients; undefined
 * otherwise
 */
function envelopeIn(printed, recipients) {
    try {
        const [block, ...others] = parsePem(printed).blocks;
        if (block?.label !== "CMS" || others.length > 0)
            return undefined;
        const base64 = block.pem.split("\n").slice(1, -2).join("");
        const [type, content] = (0,ca_der/* insideDer */.SA)(Buffer.from(base64, "base64"));
        if ((0,ca_der/* dottedOid */.lP)(type) !== ENVELOPED_DATA || content === undefined)
            return undefined;
        // version, originatorInfo where there is one, recipientInfos SET, encryptedContentInfo
        const opened = (0,ca_der/* insideDer */.SA)(content.content).find(({ tag }) => tag === SET);
        return opened !== undefined && (0,ca_der/* readDer */.SU)(opened.content).length === recipients ? block.pem : undefined;
    }
    catch {
        return undefined;
    }
}
const SET = 0x31;

// EXTERNAL MODULE: ./node_modules/openssl-wrapper/lib/index.js
var lib = __nccwpck_require__(2544);
;// CONCATENATED MODULE: ./build/openssl/memory.js
/**
 * Runs OpenSSL from standard input to standard output, with `openssl-wrapper`: for secrets that must not
 * touch the disk.
 */







/**
 * Runs a command that must succeed.
 * @returns what it writes
 * @throws ActionError `OPENSSL_…`
 */
async function outputInMemory(program, command) {
    const { exitCode, stdout, stderr } = await runInMemory(program, command);
    if (exitCode !== 0)
        throw opensslFailure(argvOf(command), exitCode, stderr);
    return stdout;
}
function argvOf({ action, options }) {
    return [
        action,
        ...Object.entries(options).flatMap(([name, value]) => value === true ? [`-${name}`] : [`-${name}`, String(value)]),
    ];
}
/**
 * Runs one OpenSSL process without a temporary file.
 * @returns how it ended; the caller judges the exit code
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not start for lack of something, does not end
 * or is ended by a signal
 */
async function runInMemory(program, command) {
    const environment = childEnvironment({
        OPENSSL_CONF: program.configuration,
        PATH: `${await folderOf(program)}${external_node_path_.delimiter}${process.env["PATH"] ?? ""}`,
        ...command.variables,
    });
    const argv = argvOf(command);
    const stderr = new Output();
    const run = () => new Promise((resolve, reject) => {
        try {
            let stdout = Buffer.alloc(0);
            const child = startedWith(environment, () => (0,lib/* exec */.m0)(command.action, command.input, { ...command.options }, (_error, written) => {
                stdout = written;
            }));
            child.stderr.on("data", (chunk) => stderr.add(chunk));
            // The exit code decides here. The wrapper takes some texts on stderr for an error, and the end by a
            // signal for none.
            child.on("close", (code) => {
                if (code === null || isEndedBySignal(code))
                    reject(opensslFailure(argv, code, stderr.text()));
                else
                    resolve({ exitCode: code, stdout, stderr: stderr.text() });
            });
        }
        catch (error) {
            // The wrapper throws where the system has no descriptors left. `watched` gets the reason from the
            // child a moment later.
            setImmediate(() => reject(error));
        }
    });
    return await watched(argv, run, () => stderr.text());
}
/**
 * Starts a process with an environment of its own. openssl-wrapper has no option for that: it starts
 * `openssl` from PATH with the environment of this process. So this function replaces `process.env` until
 * `start` returns. `start` is synchronous, so no other code runs meanwhile.
 */
function startedWith(environment, start) {
    const own = process.env;
    process.env = environment;
    try {
        return start();
    }
    finally {
        process.env = own;
    }
}
/** @returns the folder in which `openssl` is this program */
async function folderOf({ path, directory }) {
    if (/^openssl(?:\.exe)?$/i.test((0,external_node_path_.basename)(path)))
        return (0,external_node_path_.dirname)(path);
    await (0,external_node_fs_promises_.symlink)(path, (0,external_node_path_.join)(directory, "openssl")).catch((error) => {
        if (error.code !== "EEXIST")
            throw error;
    });
    return directory;
}

;// CONCATENATED MODULE: ./build/openssl/encrypt-key.js
/** Encrypts the private keys of the keyring. */



/** PBKDF2 rounds of an encrypted keyring key; OpenSSL and Node both default to 2,048 (measured). */
const PBKDF2_ROUNDS = 600_000;
/**
 * The variable with the passphrase, set for one process only. So the passphrase is in neither argv nor a
 * file.
 */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_KEYRING_PASSPHRASE";
/**
 * Encrypts a private key without a temporary file: PKCS#8, AES-256-CBC, PBKDF2 with HMAC-SHA-256.
 * @param privateKey PEM, unencrypted
 * @returns PEM `ENCRYPTED PRIVATE KEY`
 * @throws ActionError `OPENSSL_…`
 */
async function encryptPrivateKey(privateKey, passphrase, program) {
    const output = await outputInMemory(program, {
        action: "pkcs8",
        input: Buffer.from(privateKey),
        options: {
            topk8: true,
            v2: "aes-256-cbc",
            iter: String(PBKDF2_ROUNDS),
            passout: `env:${PASSPHRASE_VARIABLE}`,
        },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    });
    try {
        const { blocks } = parsePem(output.toString("utf8"));
        // Only the encrypted block is used: a program could also print the plain key.
        const encrypted = blocks.find(({ label }) => label === "ENCRYPTED PRIVATE KEY");
        if (encrypted !== undefined)
            return encrypted.pem;
    }
    catch {
        // The output is not PEM. The parser's message is dropped, because it may quote the output.
    }
    throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL did not write an encrypted private key.");
}

;// CONCATENATED MODULE: ./build/run/clean-up.js
// Wipes the working directories of runs that were killed before they could do it.





/** Name of the file that says which process a working directory belongs to. */
const OWNER = "owner";
/** @returns the file that says which process a working directory belongs to, by name; it is written before any key */
function ownerFile() {
    return { [OWNER]: formatOwner(thisProcess(), 0) };
}
/**
 * Wipes the working directories of runs that have surely ended. A run whose machine lost its power had no post step, and its
 * keys are still there. What cannot be read or removed stays.
 * @param own absolute path of this run's; undefined where it has none
 */
async function wipeLeftBehind(own) {
    const here = thisProcess();
    try {
        for (const directory of await otherWorkingDirectories(own)) {
            const text = await DISK.read((0,external_node_path_.join)(directory, OWNER)).catch(() => "");
            const owner = parseOwner(text);
            if (owner !== undefined && (isGone(owner, here) || isFromEarlierStart(owner, here)))
                wipe(directory);
        }
    }
    catch {
        // Another run may wipe the same directories, or this run may not be allowed to.
    }
}
/**
 * The post step: wipes the working directory that main noted, where main was killed before it could. It loads nothing heavy,
 * prints only where something went wrong, and never fails the job.
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
        const runner = await loadRunner();
        runner?.warning(`The working directory could not be removed (${error.message}). It may hold private keys.`);
    }
}

;// CONCATENATED MODULE: ./build/run/run-context.js
// What a recipe works with in one run.
























/** Runner, clocks, OpenSSL, keyring and platform of one run. It is cleaned up at the end. */
class RunContext {
    runner;
    /** Every clock of this run. */
    clock = new Clocks();
    #workingDirectory;
    #tidied;
    #openssl;
    #deadline;
    #platform;
    #results;
    #backupPath = "";
    #workers = [];
    #shownCommands = 0;
    /**
     * @param privateDirectory whether the task makes files with secrets
     * @throws ActionError `RUNNER_FILE_FAILED`, `FILE_FAILED` where the private directory cannot be made
     */
    constructor(privateDirectory, runner) {
        this.runner = runner;
        if (privateDirectory) {
            const files = { ...ownerFile(), [CONFIGURATION]: OPENSSL_CONFIGURATION };
            this.#workingDirectory = createWorkingDirectory(files, runner);
        }
        this.#tidied = wipeLeftBehind(this.#workingDirectory);
    }
    /** The private directory of this run, absolute. */
    get workingDirectory() {
        if (this.#workingDirectory === undefined)
            throw new Error("this task declared no private directory");
        return this.#workingDirectory;
    }
    /** The directory where the documented commands run; the same at each call. */
    commandDirectory(program, tenant) {
        this.#openssl ??= new OpenSsl(this.program(program));
        return { openssl: this.#openssl, directory: this.workingDirectory, tenant };
    }
    /**
     * Makes a directory for each of several documented commands that run at the same time, because each of them
     * writes `<tenant>.srl`.
     * @param keep most finished commands that each of them keeps
     */
    workers(program, tenant, count, keep) {
        return Array.from({ length: count }, (_, index) => {
            const directory = (0,external_node_path_.join)(this.workingDirectory, `worker-${index}`);
            (0,external_node_fs_.mkdirSync)(directory, { mode: 0o700 });
            const openssl = new OpenSsl({ ...this.program(program), directory }, keep);
            this.#workers.push(openssl);
            return { openssl, directory, tenant };
        });
    }
    /** @returns the OpenSSL program at a path, with what its processes are started with */
    program(path) {
        const directory = this.workingDirectory;
        return { path, directory, configuration: (0,external_node_path_.join)(directory, CONFIGURATION) };
    }
    /** The directory (0700) for results that later steps read, absolute; it is made at the first call. */
    get results() {
        this.#results ??= createResultsDirectory();
        return this.#results;
    }
    /**
     * Begins the time for all calls to the platform and GitHub, at the first call.
     * @param milliseconds `timeout-minutes`, or its default for a task that has no such input
     */
    startDeadline(milliseconds = DEFAULT_TIMEOUT_MS) {
        this.#deadline ??= (0,retry/* deadlineIn */._5)(milliseconds);
        return this.#deadline;
    }
    /** Prepares the calls to the platform; sends nothing. */
    async connect(connection) {
        const deadline = this.startDeadline(connection.timeout);
        const http = await Http.open(deadline);
        this.#platform = connect(connection, http, deadline, this.clock, this.runner);
        return this.#platform;
    }
    /** Path of the encrypted backup of the keyring, absolute; empty where this run has left none. */
    get backupPath() {
        return this.#backupPath;
    }
    /**
     * Opens a tenant's keyring from the inputs, or without a tenant all of it. Its keys are masked from here
     * on. Warns where others can read its file, or where the file may not last.
     * @param options.program the openssl program
     * @param options.connection the gateway tells a rehearsal (loopback); undefined for a task without the
     * platform
     * @param options.backup for whom each write leaves an encrypted copy
     * @param options.fileInput the input that names its file; undefined where the file is only read, and may
     * vanish
     */
    keyring(input, options) {
        const { program, tenant, connection, backup, fileInput } = { fileInput: "keyring-file", ...options };
        for (const { privateKey } of input.keyring.entries)
            this.runner.mask(privateKey);
        const permissions = input.file === undefined ? undefined : permissionWarning(input.file);
        if (permissions !== undefined)
            this.runner.warning(permissions);
        warnOfExpiringRecipients(this.runner, backup?.recipients ?? []);
        if (connection !== undefined && backup?.recipients.length && this.#storage(input) === undefined)
            this.runner.warning("This run writes no keyring, so it leaves no backup. keyring-backup-certificate needs keyring-secret or keyring-file.");
        const isRehearsal = connection !== undefined && (0,proxy/* isLoopback */.U)(connection.gateway);
        if (fileInput !== undefined)
            warnOfVanishingFile(this.runner, input, isRehearsal, fileInput);
        return new KeyringSession(input, this.#storage(input), input.passphrases, async (privateKey, passphrase) => {
            this.runner.mask(privateKey);
            return await encryptPrivateKey(privateKey, passphrase, this.program(program));
        }, tenant, this.runner.warning, this.#backup(input, program, backup?.recipients ?? []));
    }
    #backup({ passphrases }, program, recipients) {
        if (recipients.length === 0)
            return undefined;
        const { mask, warning } = this.runner;
        return new KeyringBackup(passphrases, {
            mask,
            remark: warning,
            encrypt: (text) => encryptForRecipients(text, recipients, this.program(program)).catch((error) => {
                throw asBackupError(error);
            }),
            store: async (encrypted) => {
                try {
                    const path = (0,external_node_path_.join)(this.results, "keyring-backup.pem");
                    await replacePrivate(path, encrypted);
                    if (this.#backupPath !== "")
                        return;
                    this.#backupPath = path;
                }
                catch (error) {
                    throw asBackupError(error);
                }
                // The output is set now, so that a run that fails later has it, too.
                this.runner.output("keyring-backup-path", this.#backupPath);
                showBackup(this.runner, this.#backupPath, recipients);
            },
        });
    }
    #storage({ file, secret, text }) {
        if (file !== undefined)
            return new KeyringFile(file, { text, clock: () => this.clock.earliest(), say: this.runner.info });
        if (secret === undefined)
            return undefined;
        const { address, mayImport } = secret;
        return new KeyringSecret({
            name: address.name,
            location: (0,github_secret_inputs/* describeSecret */.wr)(address),
            text,
            mayImport,
            // Octokit and libsodium are loaded here and not before.
            open: async () => {
                const deadline = this.startDeadline();
                const http = await Http.open(deadline);
                const { GitHubSecret } = await loadSecrets(new URL(address.api));
                const dated = (at) => this.clock.note("github", at);
                return new GitHubSecret(address, { http, deadline, notice: this.runner.info, dated });
            },
            warn: this.runner.warning,
        });
    }
    /**
     * Writes a file (0600) that stays.
     * @param directory of the input, which exists; by default {@link results}, for a file without secrets that later steps read
     * @returns the file's path
     * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`
     */
    async writeResult(name, text, directory = this.results) {
        const path = (0,external_node_path_.join)(directory, name);
        await writePrivate(path, text);
        return path;
    }
    /** Shows the OpenSSL commands that have run since the last call, as a group of the log. */
    showCommands(title) {
        const fresh = this.finished.slice(this.#shownCommands);
        this.#shownCommands += fresh.length;
        if (fresh.length > 0)
            this.runner.group(title, fresh.flatMap(({ lines }) => lines));
    }
    /** The documented commands that have ended so far. */
    get finished() {
        return this.#openssl?.finished ?? [];
    }
    /** The documented commands that have ended so far, as a person would type them. */
    get commands() {
        return this.finished.map(({ argv }) => commandLine(argv));
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
        endRunning();
        await this.#tidied;
        if (this.#workingDirectory !== undefined)
            wipe(this.#workingDirectory);
        // Results that were taken back leave an empty folder. A folder with something in it stays.
        if (this.#results !== undefined)
            await (0,external_node_fs_promises_.rmdir)(this.#results).catch(() => { });
    }
}
const CONFIGURATION = "openssl.cnf";
/** The default of `timeout-minutes`. */
const DEFAULT_TIMEOUT_MS = 10 * 60_000;
/** Warns of clocks that differ by more than 60 s. */
function warnOfSkew(runner, clock) {
    const skew = clock.warning();
    if (skew !== undefined)
        runner.warning(skew);
}

;// CONCATENATED MODULE: ./build/run/run-task.js
// One run of a task, from its inputs to its outputs or its error.









/**
 * Runs one task as a step of a workflow: read and check the inputs, mask, start the keys, follow the recipe, hand on
 * the outputs. Whatever fails becomes one annotation, and the exit code 1.
 */
async function runTask(task) {
    const runner = await loadRunner();
    if (runner === undefined)
        return;
    let context;
    const follow = async (inputs) => {
        context = new RunContext(task.privateDirectory, runner);
        const started = task.start?.(inputs, context);
        const outputs = await task.run(inputs, context, started);
        for (const [name, value] of Object.entries(outputs))
            runner.output(name, value);
        task.verdict?.(inputs, outputs);
    };
    try {
        const { inputs, problems, report } = await readMasked(task, runner);
        await task.check?.(inputs, report);
        if (problems.length > 0)
            throw (0,errors/* inputError */.Xu)(problems);
        const missing = Object.keys(task.inputs).filter((name) => !(name in inputs));
        if (missing.length > 0)
            throw new Error(`inputs were neither read nor reported: ${missing.join(", ")}`);
        await Promise.race([follow(inputs), crash()]);
    }
    catch (error) {
        context?.showCommands("OpenSSL");
        const failure = asActionError(error);
        const full = [...cutFromExplanation(failure), ...failure.log];
        if (full.length > 0)
            runner.group("In full", full);
        runner.fail(failure);
        await summarizeFailure(runner, task.name, failure);
    }
    finally {
        context?.showCalls();
        await context?.cleanUp().catch((error) => {
            runner.warning(`The working directory could not be removed (${reasonOf(error)}). It may hold private keys.`);
        });
        // The page shows the warnings that came after its last text.
        await runner.summary(backupSummary(context?.backupPath ?? ""));
    }
}
/**
 * Reads and checks each input by itself, and begins the log: the masks, then the line that names version and task.
 * @throws ActionError `RUNNER_FILE_FAILED`, `INPUT_INVALID`
 */
async function readMasked(task, runner) {
    try {
        requireRunnerFiles();
        requireQuietNode();
        const read = await (0,inputs/* readInputs */.Ko)(task.inputs);
        for (const secret of read.secrets)
            runner.mask(secret);
        return read;
    }
    finally {
        runner.info(firstLine(task.name));
    }
}
/**
 * Node.js would print what passes through it before anything can be masked: the environment of children, with passphrases,
 * and what is written to streams. It reads these variables when it starts: to delete them here would be too late.
 * @throws ActionError `INPUT_INVALID`, before a secret is read
 */
function requireQuietNode() {
    const loud = ["NODE_DEBUG", "NODE_DEBUG_NATIVE"].filter((name) => (process.env[name] ?? "") !== "");
    if (loud.length === 0)
        return;
    const message = "is set, so Node.js would print secrets into the log. Unset it for this step";
    throw (0,errors/* inputError */.Xu)(loud.map((input) => ({ input, message })));
}
/** Rejects with the first error that no code awaits. Node would print every such error raw, hostile text included. */
function crash() {
    return new Promise((_, reject) => {
        process.on("uncaughtException", reject);
    });
}
/**
 * @returns any error as one that the user can act on: `OPENSSL_…` where a process could not be started,
 * `FILE_FAILED` for any other error of the system, else `INTERNAL`
 */
function asActionError(error) {
    if (error instanceof errors/* ActionError */.lZ)
        return error;
    const { code, message, syscall } = error;
    // Node throws some errors of a start where @actions/exec awaits nothing. They reach this process as
    // uncaught.
    if (syscall?.startsWith("spawn"))
        return opensslFailure([], undefined, message);
    const system = typeof code === "string" && /^E[A-Z]+$/.test(code);
    const next = (0,errors/* lacksDescriptors */.Ze)(error) ? errors/* RAISE_LIMITS */.mu : undefined;
    const words = (0,printable/* printable */.g$)(message, 500);
    return new errors/* ActionError */.lZ(system ? "FILE_FAILED" : "INTERNAL", words, { next, cause: error });
}
/** Shows a failure on the job's page: the same as the annotation says, with a link to where the code is explained. */
async function summarizeFailure(runner, task, error) {
    const lines = explain(error).split("\n").map(escapeMarkdown);
    const page = errorPage(error.code);
    if (page.startsWith("https://"))
        lines.splice(-1, 1, `Details: <${page}>`);
    await runner.summary(`### MindConnect CA: ${task} failed\n\n${lines.join("\n\n")}\n`);
}

;// CONCATENATED MODULE: ./build/agents/names.js
/** What a name is, for a message. */
const NAME_RULE = "A name has 1 to 64 characters from A-Z a-z 0-9 : _ -.";
/** The rule of the vendor's page, and X.509's bound for a common name. */
const NAME = /^[A-Za-z0-9:_-]{1,64}$/;
/** @returns whether a text can be the name of an agent, which is its certificate's common name */
function isAgentName(text) {
    return NAME.test(text);
}
/**
 * @returns the names of an agent's files, as on the vendor's page: `$DEVICE_NAME.key`, `.pem`, `_chain.pem`. A colon is
 * written `%3A`, because Windows and artifact uploads refuse it
 */
function agentFiles(name) {
    const stem = name.replaceAll(":", "%3A");
    return {
        key: `${stem}.key`,
        certificate: `${stem}.pem`,
        chain: `${stem}_chain.pem`,
        archive: `${stem}.p12`,
        csr: `${stem}.csr`,
    };
}
/** @returns the files that are handed out for an agent, in their order: a certificate is never there without its key */
function deliveredFiles(name, keyIn) {
    const { key, archive, certificate, chain } = agentFiles(name);
    const others = [certificate, chain];
    if (keyIn === "device")
        return others;
    return [keyIn === "archive" ? archive : key, ...others];
}
/** @returns the names of the CA's own files in the documented commands */
function caFiles(tenant) {
    return [`${tenant}.key`, `${tenant}.pem`, `${tenant}.srl`, `${tenant}_chain.pem`];
}
/** @returns the MQTT client id: `<tenant>_<CN>` on eu1 and private clouds, `<CN>` on eu2 (vendor's page) */
function clientId(name, { tenant, region, gateway }) {
    const eu2 = region.toLowerCase() === "eu2" || gateway.hostname === "gateway.eu2.mindsphere.io";
    return eu2 ? name : `${tenant}_${name}`;
}
/**
 * Where an agent connects by MQTT, port 8883.
 * @returns e.g. `mindconnectmqtt.eu1.mindsphere.io` (vendor's page, for eu1); undefined for a private cloud, whose host is not
 * documented
 */
function brokerHost({ gateway }) {
    const [, region] = /^gateway\.([a-z0-9-]+)\.mindsphere\.io$/.exec(gateway.hostname) ?? [];
    return region === undefined ? undefined : `mindconnectmqtt.${region}.mindsphere.io`;
}

;// CONCATENATED MODULE: ./build/agents/name-problem.js
/** What is wrong with a line of the list of agents that has no valid name, in words that repeat nothing secret. */


/** How several agents are written. */
const AS_LINES = "Write agents: | and below it one name on each line";
const AS_PATHS = "Write agents: | and below it one name=path/to.csr on each line";
/** Names of one line that a message repeats. */
const MOST_REPEATED = 3;
/**
 * @returns a name for a message. A text that may be a line of a key or a token, in a list given by mistake,
 * is not quoted
 */
function nameInMessage(text) {
    if (isSecretive(text))
        return `a text of ${text.length} characters`;
    return isAgentName(text) ? (0,printable/* quotedInFull */.fw)(text) : (0,printable/* quoted */.TL)(text);
}
/** @returns a path for a message, in full. A text that may be a token given by mistake is not quoted */
function pathInMessage(text) {
    const secretive = text.split(/[/\\]/).some((part) => /[A-Za-z0-9+=_-]{40}/.test(part));
    return secretive ? `a text of ${text.length} characters` : (0,printable/* quotedInFull */.fw)(text);
}
function isSecretive(text) {
    return text.length > 64 || /[A-Za-z0-9+/=]{40}/.test(text);
}
/**
 * Recognises agents that are separated by commas or semicolons, also as a JSON array.
 * @param line of a list of agents, or all of it
 * @returns what is wrong and how it is written; undefined where the line is no such list
 */
function listInOneLine(line) {
    if (!/[,;]/.test(line))
        return undefined;
    const parts = line
        .replaceAll(/[[\]"']/g, "")
        .split(/[,;]/)
        .map((part) => part.trim())
        .filter((part) => part !== "");
    // The text after a = is not repeated: a file with passwords has such lines, too.
    const names = parts.map((part) => part.replace(/\s*=.*$/, ""));
    const withPaths = parts.filter((part) => part.includes("=")).length;
    if (!names.every(isAgentName) || (withPaths > 0 && withPaths < parts.length))
        return undefined;
    const [first, second] = names;
    if (first === undefined)
        return undefined;
    if (second === undefined)
        return `${(0,printable/* quoted */.TL)(line)} has a separator. Write only ${nameInMessage(first)}`;
    const shown = names.slice(0, MOST_REPEATED).map(nameInMessage);
    const more = names.length > MOST_REPEATED ? " and so on" : "";
    return `several agents are in one line. ${withPaths > 0 ? AS_PATHS : AS_LINES}: ${shown.join(", ")}${more}`;
}
/**
 * Says why a text is no name, and what is valid.
 * @param text a line of the list, or what stands before its `=`
 * @returns a message that repeats nothing that may be secret
 */
function nameProblem(text) {
    const list = listInOneLine(text);
    if (list !== undefined)
        return list;
    if (isSecretive(text))
        return `${nameInMessage(text)} is not a name. ${NAME_RULE}`;
    const [, item] = /^-\s+(\S+)$/.exec(text) ?? [];
    if (item !== undefined && isAgentName(item))
        return `${(0,printable/* quoted */.TL)(text)} is an item of a YAML list. Write only ${nameInMessage(item)}`;
    const [, name] = /^(\S+)\s/.exec(text) ?? [];
    if (name !== undefined && isAgentName(name)) {
        const joined = text.trim().replaceAll(/\s+/g, "-");
        const write = isAgentName(joined) ? joined : name;
        return `${(0,printable/* quoted */.TL)(text)} has words after the name. A name has no blanks, for example ${nameInMessage(write)}. A comment needs its own line, which begins with #`;
    }
    const wrong = [...new Set(text.replaceAll(/[A-Za-z0-9:_-]/g, ""))].map((one) => (0,printable/* quoted */.TL)(one)).join(" ");
    return `${(0,printable/* quoted */.TL)(text)} is not a name${wrong === "" ? "" : ` because of ${wrong}`}. ${NAME_RULE}`;
}

;// CONCATENATED MODULE: ./build/agents/agent-list.js
/** The list of agents as the input `agents` gives it: its lines, and the CSR files that they name. */








/** A list of 50,000 names has less; a device or a log given by mistake is not read. */
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;
/** A CSR with a key of 4,096 bits has 2 KB. */
const CSR_LIMIT_BYTES = 64 * 1024;
/** Windows takes these names for devices, with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
/** Most wrong lines that are named, and most characters they take: an annotation has 4,096. */
const MOST_PROBLEMS = 50;
const MOST_CHARACTERS = 3000;
/** Most wrong lines in the log. */
const MOST_LOGGED = 5000;
/** The input `agents`. Its lines and CSR files are read once. */
class AgentList {
    /** Absolute path of the file it came from. */
    file;
    /** The only name of the list, where a file of that name exists, too. */
    alsoFile;
    #text;
    #read;
    constructor(text, { file, alsoFile } = {}) {
        this.#text = text;
        this.file = file;
        this.alsoFile = alsoFile;
    }
    /**
     * @param given the list, or the path of a file with it: one line that is no name and no `name=csr`
     * @throws Error that says what is wrong and quotes no line
     */
    static parse(given) {
        const only = asList(given).trim();
        if (/\n/.test(only) || only === "" || only.startsWith("#"))
            return new AgentList(given);
        if (isAgentName(only))
            return new AgentList(given, (0,external_node_fs_.existsSync)((0,input_parsers/* path */.Ae)(only)) ? { alsoFile: only } : {});
        if (only.includes("=")) {
            const isName = isAgentName(only.slice(0, only.indexOf("=")).trim());
            if (!isName && (0,external_node_fs_.existsSync)((0,input_parsers/* path */.Ae)(only)))
                throw new Error(`${(0,printable/* quotedInFull */.fw)(only)} is a file, but a text with = means name=path/to.csr. Give the list a path without =`);
            return new AgentList(given);
        }
        // Words with tabs between them are no path.
        if (/\t/.test(only))
            throw new Error(nameProblem(only));
        const file = (0,input_parsers/* path */.Ae)(only);
        return new AgentList(asList(readListFile(file, only)), { file });
    }
    /** @param tenant undefined where it is not known: then the CA's own file names are not compared */
    read(tenant) {
        this.#read ??= readList(this.#text, tenant);
        return this.#read;
    }
}
/** Reports wrong lines under `agents`: the first ones, and how many more there are. The log gets all of them. */
function reportLines(problems, report) {
    const lines = problems
        .toSorted((a, b) => a.line - b.line)
        .map(({ line, message }) => `line ${line}: ${message}`);
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
    report("agents", `${more} more lines are wrong. The log names them`, undefined, { log });
}
/** @returns the error of lines that are found to be wrong after the check of the inputs @param next the next step */
function linesError(lines, next) {
    const problems = [];
    reportLines(lines, (input, message, _code, more) => problems.push({ input, message, ...more }));
    const { code, message, log } = (0,errors/* inputError */.Xu)(problems);
    return new errors/* ActionError */.lZ(code, message, { log, next });
}
function readListFile(file, given) {
    const problem = (reason) => new Error(noList(given, reason));
    const bytes = (0,input_parsers/* readRegularBytes */.Of)(file, LIST_LIMIT_BYTES, problem);
    try {
        return (0,pem_hints/* decodeText */.g7)(bytes);
    }
    catch (error) {
        if (!(error instanceof pem_hints/* EncodingError */.Ug))
            throw error;
        throw new Error(`names a file that ${error.message}`, { cause: error });
    }
}
/** @returns why a path cannot be read as a list. Words without a slash are meant as names */
function noList(given, reason) {
    const list = listInOneLine(given);
    if (list !== undefined)
        return list;
    if (!/[/\\]/.test(given) && /\s/.test(given))
        return nameProblem(given);
    return `${pathInMessage(given)} is neither a name nor a file that can be read (${reason}). ${NAME_RULE} A path is relative to ${(0,printable/* quotedInFull */.fw)((0,input_parsers/* path */.Ae)("."))}`;
}
/** Refuses PEM. The lines of a key must not be printed as names that are not valid. */
function asList(text) {
    if (text.includes("-----BEGIN"))
        throw new Error("is a PEM text, not a list of names. Give one name on each line");
    return text;
}
/**
 * Reads a list of agents: a name a line, or `name=path/to.csr`; blank lines and lines that start with `#` are skipped.
 * @param tenant names the CA's files, which no agent may take: `genrsa -out` overwrites without a word (measured);
 * undefined where it is not known
 * @returns the agents in their order, and every line that is wrong
 */
function readList(text, tenant) {
    const agents = [];
    const problems = [];
    const taken = new Map(tenant === undefined ? [] : caFiles(tenant).map((file) => [file.toLowerCase(), "the CA"]));
    for (const [index, raw] of withoutMark(text).split(/\r?\n/).entries()) {
        const content = raw.trim();
        if (content === "" || content.startsWith("#"))
            continue;
        const line = index + 1;
        try {
            agents.push(readLine(content, line, taken));
        }
        catch (error) {
            problems.push({ line, message: error.message });
        }
    }
    return { agents, problems };
}
/** @throws Error that says what is wrong with the line, or with the CSR that it names */
function readLine(content, line, taken) {
    const equals = content.indexOf("=");
    const name = (equals < 0 ? content : content.slice(0, equals)).trim();
    const csr = equals < 0 ? undefined : content.slice(equals + 1).trim();
    if (!isAgentName(name))
        throw new Error(nameProblem(name));
    if (WINDOWS_DEVICE.test(name))
        throw new Error(`${nameInMessage(name)} cannot name a file on Windows. Give the agent another name`);
    if (csr === "")
        throw new Error(`${nameInMessage(name)} has no path after the =. Write name=path/to.csr, or only the name`);
    takeFiles(name, line, taken);
    if (csr === undefined)
        return { name, line };
    const file = (0,input_parsers/* path */.Ae)(csr);
    return { name, line, csr: { file, pem: readCsr(name, csr, file) } };
}
/** Notes an agent's files. @throws Error where one of them is another's, also on a system that ignores case */
function takeFiles(name, line, taken) {
    const files = Object.values(agentFiles(name)).map((file) => file.toLowerCase());
    const [other] = files.flatMap((file) => taken.get(file) ?? []);
    const shown = nameInMessage(name);
    if (other === "the CA")
        throw new Error(`${shown} would get a file name of the CA. Give the agent another name`);
    if (other?.name === name)
        throw new Error(`${shown} is in the list twice (also in line ${other.line}). Remove one of the lines`);
    if (other !== undefined)
        throw new Error(`${shown} and ${nameInMessage(other.name)} (line ${other.line}) would share a file name. Give one of them another name`);
    for (const file of files)
        taken.set(file, { name, line });
}
/** Reads a CSR file and checks that it holds one PEM request. OpenSSL checks the request later. */
function readCsr(name, given, file) {
    const whose = `the CSR of ${nameInMessage(name)}`;
    // A file with passwords has such lines, too: a text that is no path is not repeated.
    const unread = (reason) => new Error(listInOneLine(`${name}=${given}`) ??
        `${whose} cannot be read (${reason}). Its path is relative to ${(0,printable/* quotedInFull */.fw)((0,input_parsers/* path */.Ae)("."))}`);
    const text = (0,input_parsers/* readRegularBytes */.Of)(file, CSR_LIMIT_BYTES, unread).toString("utf8");
    const unfit = (reason) => new Error(`${whose} cannot be used: ${(0,printable/* quotedInFull */.fw)(file)} ${reason}`);
    if (text.trim() === "")
        throw unfit("is empty");
    // DER begins with a SEQUENCE. If it has more than 127 bytes, its length is not valid UTF-8.
    if (text.startsWith("0\ufffd"))
        throw unfit("is DER, not PEM. Convert it: openssl req -inform DER -in FILE -out FILE.pem");
    if (text.includes("\0"))
        throw unfit("is not text in UTF-8. If it is UTF-16, convert it: iconv -f UTF-16 -t UTF-8");
    const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g)];
    const [begin] = blocks;
    if (begin === undefined || blocks.length > 1)
        throw unfit(`has ${blocks.length} PEM blocks instead of one`);
    if (!/^(?:NEW )?CERTIFICATE REQUEST$/.test(begin[1] ?? ""))
        throw unfit(`is a ${begin[1]}, not a CERTIFICATE REQUEST`);
    return text.slice(begin.index).replaceAll("\r\n", "\n");
}

;// CONCATENATED MODULE: ./build/agents/agent-inputs.js
/** The inputs of agent-certificate that are about the agents themselves. */




/** Which agents, and how. {@link AgentList} checks the lines themselves, because that needs the tenant. */
const agentsInputs = (0,inputs/* plainGroup */.k4)({
    agents: (0,inputs/* field */.ZZ)({
        description: "The agents, one on each line: a name (1 to 64 characters from A-Z a-z 0-9 : _ -), or name=path/to.csr for a device that keeps its private key. Or the path of a file with such lines. Write ./fleet for a file whose name could be an agent's. Paths are relative to the workspace. Blank lines, and lines that begin with #, are skipped.",
        required: true,
        // Lines are counted as they were written.
        verbatim: true,
        parse: AgentList.parse,
    }),
    "strict-lifetime": (0,inputs/* field */.ZZ)({
        description: "Set to true to fail where a certificate of that many days would outlive the CA. Otherwise the task shortens it, with a warning. Defaults to false.",
        default: "false",
        parse: input_parsers/* trueOrFalse */.dt,
    }),
    "renew-before": (0,inputs/* field */.ZZ)({
        description: "Days before its expiration from which an agent certificate is issued again. Must be less than days. Defaults to 30, or to a third of days where that is less.",
        parse: (0,input_parsers/* wholeNumber */.rD)(0, ca_time/* MOST_DAYS */.ye),
    }),
    "archive-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrase of an encrypted PKCS#12 archive for each agent, which replaces the plain private key. Up to 1024 printable ASCII characters. Use the same one in every run on a directory.",
        secret: true,
        verbatim: true,
        parse: archivePassphrase,
    }),
});
/** @returns the default of `renew-before` for certificates of so many days */
function defaultRenewBefore(days) {
    return Math.min(30, Math.floor(days / 3));
}
function archivePassphrase(text) {
    if (/[\r\n\0]/.test(text))
        throw new Error("contains a line break. Give one line of printable ASCII characters");
    // The encoding of other characters in PKCS#12 depends on OpenSSL's version and the host's locale.
    if (!/^[\x20-\x7e]*$/.test(text))
        throw new Error("has characters that are not printable ASCII. Give one line of printable ASCII characters");
    if (text.length > 1024)
        throw new Error("is longer than 1024 characters. Give a shorter one");
    return (0,input_parsers/* maskable */.dm)(text);
}

;// CONCATENATED MODULE: ./build/run/keyring-upkeep.js


/**
 * Says that a run without a keyring is taken for a first run: a mistyped path or secret looks the same.
 * @param location where the keyring would be; undefined where it is only read
 */
function sayFirstRun(runner, text, location) {
    if (location === undefined || text.trim() !== "")
        return;
    runner.notice(`The keyring does not exist yet, or is empty: ${location}. This is right for a first run. After that, check the path or the secret.`);
}
/**
 * Encrypts keys that are plain although a passphrase is set, by one write of the keyring. The secret of the
 * passphrase was set after the run that made the keys, and a CA that is used for years may see no other
 * write. If the write fails, the run goes on and warns. Without a passphrase the run warns that keys are
 * plain.
 * @param options.write whether this run may write the keyring
 * @returns where keys were encrypted, also by an earlier write of this run: what was done, and what to do
 * next
 */
async function encryptPlainKeys(runner, keyring, { write }) {
    keyring.remarkPlainKeys();
    const plain = keyring.plainKeys().join(", ");
    let why = "";
    try {
        if (plain !== "" && write)
            await keyring.update((current) => current);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        why = ` This run could not encrypt it (${error.code}): ${error.message}`;
    }
    if (keyring.plainKeys().length > 0) {
        const place = keyring.location === undefined ? " with keyring-file or keyring-secret" : "";
        const next = why === "" ? `Run register once${place}` : "Correct that. Then run register again";
        runner.warning(`The private key of ${plain} is stored plain, although keyring-passphrase is set.${why} ${next}: it encrypts the key.`);
    }
    const names = keyring.encryptedKeys().join(", ");
    if (names === "")
        return undefined;
    const done = `Encrypted the private key of ${names} in ${keyring.location} with keyring-passphrase.`;
    const next = "Replace your copies of the keyring. They still hold the key plain.";
    runner.notice(`${done} ${next}`);
    return { done, next };
}
/**
 * Checks this machine's clock by what the keyring remembers, for a task without the platform: it has no other clock.
 * @throws ActionError `CLOCK_DOUBTFUL` where the clock is before the keyring's time of writing, or before the start of the
 * validity of a CA that was verified once
 */
function requireWrittenBefore({ clock }, { writtenAt, entries }) {
    for (const { certificate, verifiedAt } of entries) {
        const begins = verifiedAt === undefined ? undefined : certificate.notBefore;
        clock.requireAfter(begins, `the CA ${certificate.commonName} is not valid before`);
    }
    clock.requireAfter((0,ca_time/* rememberedTime */.Yk)(writtenAt), "the keyring was written at", "Set this machine's clock (NTP), then run again. If the clock is right, the time in the keyring's first line is wrong: remove that line.");
}

;// CONCATENATED MODULE: ./build/agents/concurrency.js
/** Works on the thousands of agents of a fleet: several at a time, with lines in the log that tell how far it is. */

/** How many OpenSSL processes work on a fleet at a time. */
const OPENSSL_PROCESSES = (0,external_node_os_namespaceObject.availableParallelism)();
/**
 * Does work on items in their order, several at a time.
 * @param limit how many at a time
 * @param work is told which of the workers it is, from 0 to `limit - 1`
 * @throws the first error, after everything that was begun has ended; nothing new is begun after it
 */
async function forEachConcurrently(limit, items, work) {
    const failures = [];
    let next = 0;
    const runWorker = async (worker) => {
        while (next < items.length && failures.length === 0) {
            const item = items[next];
            next += 1;
            try {
                await work(item, worker);
            }
            catch (error) {
                failures.push(error);
            }
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, (_, worker) => runWorker(worker)));
    if (failures.length > 0)
        throw failures[0];
}
/** A line of progress at least this often. */
const INTERVAL_MS = 10_000;
/**
 * Shortest time between two such lines. Each agent of a small fleet is a percent or more and would get a
 * line.
 */
const PAUSE_MS = 1000;
/**
 * Tells how far the work on a fleet is: a line a percent, at least every 10 s, at most every second, and one
 * at the end.
 * @param verb what is done to each: `Issued`
 * @param clock in milliseconds, never goes back
 * @returns a function to call when one more is done. It returns how many are done
 */
function progressOf(verb, total, print, clock = () => performance.now()) {
    const began = clock();
    let done = 0;
    let shownPercent = 0;
    let shownAt = began;
    return () => {
        done += 1;
        const now = clock();
        const percent = Math.floor((done / total) * 100);
        const since = now - shownAt;
        if ((percent > shownPercent && since >= PAUSE_MS) || since >= INTERVAL_MS || done >= total) {
            shownPercent = percent;
            shownAt = now;
            const seconds = (now - began) / 1000;
            const left = Math.round((seconds / done) * (total - done));
            const pace = seconds < 1 ? "" : `, ${(done / seconds).toFixed(1)} a second, ${left} s left`;
            print(`${verb} ${done} of ${total} (${percent} %)${pace}`);
        }
        return done;
    };
}

;// CONCATENATED MODULE: ./build/ca/slot-status.js
/**
 * The status of each slot: days left, share of its life, whether its key is in the keyring, and advice. Also
 * finds the newest usable CA.
 */




/** Days before the end of the newest usable CA from which a rotation is due: longer than the agents' 365 days. */
const RENEW_BEFORE_DAYS = 395;
/**
 * Joins the platform's slots with the keyring.
 * @param entries newest first
 * @param now the platform's clock, milliseconds since 1970
 * @returns the slots in their order
 */
function joinKeyring(slots, entries, now) {
    const held = matchSlots(slots, entries);
    return slots.map(({ id, name, commonName, expiration, isVerified }) => {
        const ca = held.get(id);
        const daysLeft = Math.floor((Date.parse(expiration) - now) / ca_time/* DAY_MS */.sO);
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
    const { notBefore, notAfter } = certificate;
    const share = (now - notBefore) / (notAfter - notBefore);
    return Math.round(Math.min(1, Math.max(0, share)) * 100);
}
/**
 * @param entries the keyring's, newest first. The newest CA of the keyring wins over a CA that is not in it
 * and lasts longer
 * @returns the newest usable slot, or undefined where none is usable. A CA that is not valid yet does not
 * count
 */
function newestUsable(joined, entries, at) {
    const usable = joined.filter(({ slot, ca }) => isUsable(slot, at.now) && (ca === undefined || !isNotValidYet(ca.certificate, at, true)));
    const ours = entries
        .filter((entry) => entry.retiredAt === undefined)
        .flatMap((entry) => usable.filter(({ ca }) => ca === entry));
    const longest = usable.toSorted((a, b) => Date.parse(b.slot.expiration) - Date.parse(a.slot.expiration));
    return [...ours, ...longest][0]?.slot;
}
/** @returns when the rotation of a CA is due, milliseconds since 1970 */
function rotationDueAt({ expiration }, renewBeforeDays = RENEW_BEFORE_DAYS) {
    return Date.parse(expiration) - renewBeforeDays * ca_time/* DAY_MS */.sO;
}
/** @returns whether a certificate has fewer than `days` left at `now` (milliseconds since 1970) */
function endsWithin(expiration, days, now) {
    return Date.parse(expiration) - now < days * ca_time/* DAY_MS */.sO;
}
/**
 * Finds what needs a person's attention, slot by slot.
 * @param keyringKnown whether a keyring came in. Without one, nobody can tell which CAs are ours
 * @param now the platform's clock, milliseconds since 1970
 * @returns one text for each problem, with its solution. It may hold hostile text of the slots
 */
function advise(joined, keyringKnown, now) {
    const usable = joined.filter(({ slot }) => isUsable(slot, now));
    const names = usable.map(({ slot }) => slot.commonName).filter((name) => name !== "");
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return [
        ...joined.flatMap((it) => adviseSlot(it, keyringKnown, now)),
        ...(twice === undefined
            ? []
            : [
                `Two usable CA certificates have the common name "${twice}". Brokers refuse the agents of one of them. Delete the one that no agent needs (tasks/delete).`,
            ]),
    ];
}
function adviseSlot({ slot, ca }, keyringKnown, now) {
    const id = (0,printable/* printableId */.BA)(slot.id);
    const named = `${id} ("${slot.name}")`;
    if (isExpired(slot, now)) {
        return [
            ca === undefined
                ? `${named} has expired and takes a slot. Delete it with tasks/delete (certificate-id: ${id}).`
                : `${named} has expired and takes a slot. tasks/rotate deletes it when it needs the slot.`,
        ];
    }
    if (ca?.retiredAt !== undefined) {
        return [
            `${named} is marked retired in the keyring and is still on the platform. Run tasks/rotate with apply: true (without retire: never), or tasks/delete (certificate-id: ${id}).`,
        ];
    }
    if (!slot.isVerified) {
        const next = ca === undefined
            ? `If nobody is about to verify it, delete it with tasks/delete (certificate-id: ${id})`
            : "Run register or tasks/rotate to verify it";
        return [`${named} takes a slot and is not verified. ${next}.`];
    }
    if (keyringKnown && ca === undefined) {
        return [
            `${named} is usable, but its key is not in the keyring. This workflow cannot rotate it, and cannot issue agent certificates with it. If the key is lost, see docs/recovery.md.`,
        ];
    }
    return [];
}

;// CONCATENATED MODULE: ./build/agents/leaf.js







/** @returns what a run keeps of a certificate */
function leafFacts({ expiration, serialNumber, fingerprint, x509 }) {
    return { expiration, serialNumber, fingerprint, x509Version: x509Version(x509.raw) };
}
/** @returns whether a certificate is signed by a CA's key and names it as its issuer */
function isIssuedBy(leaf, ca) {
    return leaf.x509.checkIssued(ca.x509) && leaf.x509.verify(ca.x509.publicKey);
}
/** @returns the text of a chain file, `$DEVICE_NAME.pem` followed by `$TENANT.pem`; LF line ends */
function chainOf(leaf, ca) {
    return `${leaf.pem}${ca.pem}`;
}
/** @returns the line of an agent that would get the CA's own subject: its certificate would be taken for the CA's */
function subjectProblem(agents, subject, ca) {
    const found = agents.find(({ name, csr }) => csr === undefined && name === ca.commonName);
    if (found === undefined || subject === undefined)
        return undefined;
    if (!sameName((0,ca_subject/* subjectAttributes */.qz)(subject(found.name)), ca.subject))
        return undefined;
    const message = `"${found.name}" would get the subject of the CA itself. Give the agent another name, or set another organizational-unit`;
    return { line: found.line, message };
}
/** @throws ActionError `INPUT_INVALID` where an agent would get the subject of the CA that issues */
function requireOwnSubject(agents, subject, ca) {
    const problem = subjectProblem(agents, subject, ca);
    if (problem !== undefined)
        throw linesError([problem], "Correct the inputs named above. Nothing was issued.");
}
/** @returns why an agent's certificate must not be handed out, or undefined */
function leafProblem(leaf, expected) {
    if (leaf.commonName !== expected.commonName)
        return "its common name is not the agent's name";
    if (!isSamePublicKey(leaf.x509.publicKey, expected.publicKey))
        return "its key is not the agent's";
    if (!isIssuedBy(leaf, expected.ca))
        return "it is not signed by the CA's key";
    if (leaf.notAfter > expected.ca.notAfter)
        return "it would outlive the CA";
    const outdated = dateProblem(leaf, expected.now);
    if (outdated !== undefined)
        return outdated;
    if (sameName(leaf.subject, expected.ca.subject))
        return "its subject is the CA's own";
    if (expected.subject !== undefined && !sameName(leaf.subject, expected.subject)) {
        return "its subject is not the one that was asked for";
    }
    return undefined;
}
/** Longest time from the counting of the days until OpenSSL reads its clock. */
const SIGNING_MS = 60_000;
/**
 * A leaf never outlives its CA.
 * @param days asked for
 * @param ca the one that signs
 * @param now milliseconds since 1970
 * @returns the days that a certificate signed within a minute may have, whole ones: as asked, fewer, or none (0)
 */
function leafDays(days, ca, now) {
    return Math.max(0, Math.min(days, Math.floor((ca.notAfter - now - SIGNING_MS) / ca_time/* DAY_MS */.sO)));
}
const ROTATE = "Run rotate with apply: true, then run this task again with the new keyring.";
/**
 * @returns the days of a certificate that is signed now
 * @throws ActionError `CA_EXPIRES_BEFORE_AGENT` where it has none, or fewer than asked for and `strictLifetime` is set
 */
function daysUntilCaEnds({ days: asked, strictLifetime }, ca) {
    const possible = leafDays(asked, ca, Date.now());
    if (possible >= 1 && (!strictLifetime || possible === asked))
        return possible;
    throw new errors/* ActionError */.lZ("CA_EXPIRES_BEFORE_AGENT", `The CA ${ca.commonName} expires ${ca.expiration}. An agent certificate can be valid for only ${possible} days, not ${asked}.`, { next: possible >= 1 ? `${ROTATE} Or set days: ${possible}.` : ROTATE });
}

;// CONCATENATED MODULE: ./build/agents/due-reason.js





/** @returns why an agent whose files are all there needs new ones, or undefined where it does not */
function dueReason(name, stored, required) {
    const { certificate, publicKey, chain } = stored;
    if (certificate === undefined || publicKey === undefined)
        return "broken";
    if (certificate.commonName !== name)
        return "broken";
    if (publicKey !== "unknown" && !isSamePublicKey(certificate.x509.publicKey, publicKey))
        return "broken";
    if (!isIssuedBy(certificate, required.ca))
        return "old-ca";
    if (chain !== chainOf(certificate, required.ca))
        return "broken";
    if (isNotValidYet(certificate, required, true))
        return "not-yet-valid";
    return isEnding(certificate, required) ? "ending" : undefined;
}
/**
 * Judges files that no record names. Only files with this proof may be moved away.
 * @param plainKey the public half of the plain key beside the certificate; `none` where there is none,
 * undefined where it cannot be read
 * @returns whether the files prove that they are the agent's: a certificate with its name that is not a CA's,
 * and the key of that certificate
 */
function provesAgent(name, certificate, plainKey) {
    if (certificate === undefined || certificate.x509.ca || certificate.commonName !== name)
        return false;
    return (plainKey === "none" || (plainKey !== undefined && isSamePublicKey(certificate.x509.publicKey, plainKey)));
}
/** A certificate that expires with its CA would gain less than a day, so it is not issued again. */
function isEnding(certificate, { renewBefore, days, now }) {
    const gained = now + days * ca_time/* DAY_MS */.sO - certificate.notAfter;
    return endsWithin(certificate.expiration, renewBefore, now) && gained >= ca_time/* DAY_MS */.sO;
}

;// CONCATENATED MODULE: ./build/agents/fleet.js
/** What the inputs ask for a fleet, and what a run knows before it looks into the directory. */

/** @returns the public key of a device that sent a CSR; undefined where the key is made here */
function deviceKey({ csr }) {
    return csr && (0,external_node_crypto_.createPublicKey)({ key: Buffer.from(csr.publicKey, "base64"), format: "der", type: "spki" });
}

;// CONCATENATED MODULE: ./build/agents/manifest-lines.js
/**
 * Reads and writes the files that list agents, one agent a line: the manifest, and the list of an unfinished
 * run.
 */





/** The first value of a file that lists agents. */
const GENERATOR = "mindconnect-ca-action";
/** The action writes no longer line: another program's file is not read to its end. */
const manifest_lines_LINE_LIMIT = 16 * 1024;
/** The values of an agent in a file that lists agents. */
const COLUMNS = [
    "name",
    "clientId",
    "expiration",
    "serialNumber",
    "fingerprint",
    "certificate",
    "privateKey",
    "chain",
    "archive",
];
/**
 * @param leaf facts of the certificate; without it they are empty, because the certificate is not issued yet
 * @returns an agent as outputs and manifest show it
 */
function issuedAgent(name, environment, keyIn, { expiration, serialNumber, fingerprint, x509Version } = NOT_ISSUED) {
    const { certificate, key, chain, archive } = agentFiles(name);
    return {
        name,
        clientId: clientId(name, environment),
        expiration,
        serialNumber,
        fingerprint,
        certificate,
        privateKey: keyIn === "file" ? key : "",
        chain,
        archive: keyIn === "archive" ? archive : "",
        x509Version,
    };
}
const NOT_ISSUED = { expiration: "", serialNumber: "", fingerprint: "" };
/** @returns where an agent's key is kept */
function keyPlaceOf({ privateKey, archive }) {
    if (privateKey !== "")
        return "file";
    return archive !== "" ? "archive" : "device";
}
/** @returns the names of an agent's files, the key first */
function filesOf(agent) {
    return deliveredFiles(agent.name, keyPlaceOf(agent));
}
/**
 * @param head what stands before the agents, besides the tenant
 * @returns agents as JSON, a line each, in parts
 */
async function* linesOfAgents(tenant, head, agents) {
    yield `${JSON.stringify({ generator: GENERATOR, tenant, ...head }).slice(0, -1)},"agents":[`;
    let first = true;
    for await (const agent of agents) {
        yield `${first ? "" : ","}\n${JSON.stringify(agent)}`;
        first = false;
    }
    yield "\n]}\n";
}
/**
 * Reads a file that lists agents line by line, so that the file is never whole in memory. A file that does
 * not exist lists no agent.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where the file is not as {@link linesOfAgents} writes it, or of another
 * tenant
 */
async function* readAgents(directory, file, tenant) {
    const path = directory.at(file);
    const lines = linesOf(path);
    const head = await lines.next();
    if (head.done === true)
        return;
    const owner = parseHead(head.value);
    if (owner === undefined)
        throw notManifestError(path);
    if (owner !== tenant)
        throw new errors/* ActionError */.lZ("FILE_EXISTS", `${path} belongs to the tenant ${(0,printable/* quoted */.TL)(owner)}. A directory holds the agents of one tenant.`, { next: `Set directory to another one for the tenant ${(0,printable/* quoted */.TL)(tenant)}.` });
    for await (const line of lines) {
        if (line === "]}")
            return;
        const agent = parseAgent(line.replace(/,$/, ""));
        if (agent === undefined)
            throw notManifestError(path);
        yield agent;
    }
}
/** @returns the error of a file under a name of the manifest that this action did not write */
function notManifestError(path) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
        next: "Move that file away, or set directory to another one.",
    });
}
/**
 * @returns a file's lines; none where it does not exist
 * @throws ActionError `FILE_EXISTS` where it is no regular file, or has a line that is too long for a list of
 * agents
 */
async function* linesOf(path) {
    let rest = "";
    try {
        // Opening a pipe would wait for its writer.
        if (!(await (0,external_node_fs_promises_.stat)(path)).isFile())
            throw notManifestError(path);
        for await (const chunk of (0,external_node_fs_.createReadStream)(path, "utf8")) {
            const lines = `${rest}${chunk}`.split("\n");
            rest = lines.pop() ?? "";
            if (rest.length > manifest_lines_LINE_LIMIT)
                throw notManifestError(path);
            yield* lines;
        }
        yield rest;
    }
    catch (error) {
        if (error.code === "ENOENT")
            return;
        throw error;
    }
}
/** @returns the tenant whose agents follow, or undefined where the action did not write the line */
function parseHead(line) {
    if (!line.endsWith(',"agents":['))
        return undefined;
    const { generator, tenant } = parseObject(`${line}]}`);
    return generator === GENERATOR && typeof tenant === "string" ? tenant : undefined;
}
/**
 * Reads the line of an agent. The action writes only these characters, and none of them needs an escape in
 * CSV.
 */
function parseAgent(line) {
    const read = parseObject(line);
    const values = COLUMNS.map((column) => read[column]);
    if (!values.every((value) => typeof value === "string" && /^[\w:.%-]*$/.test(value)))
        return undefined;
    if (!isAgentName(String(read["name"])))
        return undefined;
    const record = Object.fromEntries(COLUMNS.map((column) => [column, read[column]]));
    const x509Version = read["x509Version"] === 1 || read["x509Version"] === 3 ? read["x509Version"] : undefined;
    return { ...record, x509Version };
}
function parseObject(text) {
    try {
        const value = JSON.parse(text);
        return typeof value === "object" && value !== null ? value : {};
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./build/agents/manifest.js
/**
 * The records of a directory: the manifest, as JSON and as a table, and the list of what a run is about to write. They show
 * which files this action wrote.
 */





/** File name of the manifest in JSON. */
const MANIFEST = "agents.json";
const CSV = "agents.csv";
/** Lists the agents that a run is about to write. A killed run has written this list, but no manifest. */
const UNFINISHED = "agents.unfinished";
/** File names of the records. No file of an agent has one of these names. */
const RECORDS = [MANIFEST, CSV, UNFINISHED];
/** Most files that a message names. */
const MOST_NAMED = 10;
const CSV_HEAD = COLUMNS.join(",");
/**
 * Checks that a file under the name of the CSV is an earlier one. The JSON is checked when it is read.
 * @throws ActionError `FILE_EXISTS`
 */
async function requireOwnCsv(directory) {
    const path = directory.at(CSV);
    for await (const head of linesOf(path)) {
        if (head.startsWith(CSV_HEAD))
            return;
        throw notManifestError(path);
    }
}
/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @param ca the CA that issues now
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
async function writeManifest(directory, tenant, { commonName, expiration, fingerprint }, agents) {
    const mine = new Set(agents.map(({ name }) => name));
    const all = async function* () {
        yield* agents;
        for await (const agent of readAgents(directory, MANIFEST, tenant))
            if (!mine.has(agent.name) && (await directory.has(agent.certificate)))
                yield agent;
    };
    await directory.writeList(CSV, csvParts(all()));
    const head = { ca: { commonName, expiration, fingerprint } };
    await directory.writeList(MANIFEST, linesOfAgents(tenant, head, all()));
}
/** @returns CSV (RFC 4180); no value has a comma, a quote or a line break in it */
async function* csvParts(agents) {
    yield `${CSV_HEAD}\r\n`;
    for await (const agent of agents)
        yield `${COLUMNS.map((column) => agent[column]).join(",")}\r\n`;
}
/**
 * Reads what the directory's records say of this run's agents.
 * @returns the names of the files that this action wrote: those may be moved away
 * @throws ActionError `FILE_EXISTS` where a name that is needed belongs to another agent, where the records are of another
 * tenant, or where this action did not write them
 */
async function ownFiles(directory, tenant, agents) {
    const wanted = new Map(agents.map(({ name }) => [name.toLowerCase(), name]));
    const own = new Set();
    const taken = [];
    for (const list of [MANIFEST, UNFINISHED]) {
        for await (const listed of readAgents(directory, list, tenant)) {
            if (wanted.get(listed.name.toLowerCase()) === listed.name) {
                for (const file of filesOf(listed))
                    own.add(file);
            }
            else
                taken.push(...(await conflictsWith(directory, listed, wanted)));
        }
    }
    if (taken.length === 0)
        return own;
    throw new errors/* ActionError */.lZ("FILE_EXISTS", `${directory.path} has files of other agents under names that this run needs: ${named(taken)}.`, { next: "Give one of these agents another name, or set directory to another one." });
}
/**
 * Removes the half-made files that killed runs left of any agent in the directory. Perhaps no later run
 * issues that agent.
 * @throws Error of the system, and as {@link ownFiles}
 */
async function removeHalfMade(directory, tenant) {
    const names = [...(await directory.entries()).keys()];
    if (!names.some((name) => name.endsWith(".part")))
        return;
    for await (const agent of readAgents(directory, UNFINISHED, tenant))
        await directory.removeParts(filesOf(agent));
}
/**
 * Lists the agents that a run is about to write, beside those that earlier runs left unfinished.
 * @param agents the agents that are due. The facts of their certificates are empty
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function listUnfinished(directory, tenant, agents) {
    const all = async function* () {
        yield* readAgents(directory, UNFINISHED, tenant);
        yield* agents;
    };
    await directory.writeList(UNFINISHED, linesOfAgents(tenant, {}, all()));
}
/**
 * Removes a run's agents from the list of unfinished agents once the manifest lists them. Agents that other
 * runs left unfinished stay in the list.
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function unlistFinished(directory, tenant, agents) {
    const names = new Set(agents.map(({ name }) => name));
    const others = [];
    for await (const agent of readAgents(directory, UNFINISHED, tenant))
        if (!names.has(agent.name))
            others.push(agent);
    if (others.length === 0)
        return await (0,external_node_fs_promises_.rm)(directory.at(UNFINISHED), { force: true });
    await directory.writeList(UNFINISHED, linesOfAgents(tenant, {}, others));
}
/** @returns the error of files that nothing shows to be from this action: they are neither moved nor replaced */
function foreignFilesError(files, directory) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `This run needs the names of these files in ${directory.path}: ${named(files.map(printable/* quotedInFull */.fw))}. Nothing shows that this action wrote them.`, {
        next: "Move these files away, or set directory to another one, then run again. Nothing was overwritten.",
    });
}
/**
 * Names collide where they differ only in case, as on a system that ignores it, or where one is the other's
 * chain file.
 * @returns the existing files of another agent whose names this run needs, each in words for a message
 */
async function conflictsWith(directory, listed, wanted) {
    const name = listed.name.toLowerCase();
    const near = [name, `${name}_chain`, name.replace(/_chain$/, "")];
    const found = [];
    for (const agent of new Set(near.flatMap((one) => wanted.get(one) ?? []))) {
        const needed = new Set(Object.values(agentFiles(agent)).map((file) => file.toLowerCase()));
        for (const file of filesOf(listed)) {
            if (needed.has(file.toLowerCase()) && (await directory.has(file)))
                found.push(`${(0,printable/* quotedInFull */.fw)(file)} of ${(0,printable/* quotedInFull */.fw)(listed.name)}, needed by ${(0,printable/* quotedInFull */.fw)(agent)}`);
        }
    }
    return found;
}
function named(items) {
    const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : "";
    return `${items.slice(0, MOST_NAMED).join(", ")}${more}`;
}

;// CONCATENATED MODULE: ./build/agents/find-due.js
/** Finds in the directory which agents of the list need a certificate, and which keep theirs. */








/** Agents whose files are read at the same time. */
const CONCURRENCY = 16;
/**
 * Reads what the directory has for each agent. Good files stay, no matter who wrote them. Files are moved away
 * only if this action wrote them.
 * @returns what is due, in the order of the list, and what stays
 * @throws ActionError `FILE_EXISTS` where nothing shows that this action wrote a file whose name is needed
 */
async function findDue(agents, search) {
    const entries = await search.directory.entries();
    const states = new Map();
    const foreign = [];
    await forEachConcurrently(CONCURRENCY, agents, async (agent) => {
        const state = await stateOf(agent, entries, search);
        if (Array.isArray(state))
            foreign.push(...state);
        else
            states.set(agent, state);
    });
    if (foreign.length > 0)
        throw foreignFilesError(foreign.toSorted(), search.directory);
    const due = new Map();
    const kept = new Map();
    for (const agent of agents) {
        const state = states.get(agent);
        if (state !== undefined && "reason" in state)
            due.set(agent, state);
        else if (state !== undefined)
            kept.set(agent.name, state);
    }
    return { due, kept };
}
/** @returns the certificate that stays, why one is due, or the files that are in the way */
async function stateOf(agent, entries, { directory, own, required }) {
    const { name, keyIn } = agent;
    const files = agentFiles(name);
    // A file with the name of a device's key belongs to the device.
    const possible = [
        files.chain,
        files.certificate,
        ...(keyIn === "device" ? [] : [files.archive, files.key]),
    ];
    const existing = possible.filter((file) => entries.has(file));
    const irregular = existing.filter((file) => entries.get(file) !== true);
    if (irregular.length > 0)
        return irregular;
    const text = (file) => (existing.includes(file) ? readText(directory, file) : undefined);
    const certificate = attempt(readCertificate, await text(files.certificate));
    const plainKey = existing.includes(files.key) ? attempt(publicHalf, await text(files.key)) : "none";
    let reason = "missing";
    if (deliveredFiles(name, keyIn).every((file) => existing.includes(file))) {
        const publicKey = deviceKey(agent) ?? publicKeyOf(plainKey, keyIn);
        const stored = { certificate, publicKey, chain: (await text(files.chain)) ?? "" };
        reason = dueReason(name, stored, required);
    }
    if (reason === undefined && certificate !== undefined)
        return leafFacts(certificate);
    const foreign = foreignFiles(existing, own, provesAgent(name, certificate, plainKey));
    return foreign.length > 0 ? foreign : { reason: reason ?? "broken", existing };
}
/**
 * @param proven whether an agent's files prove by themselves to be the agent's; counts only where no record
 * names any of them
 * @returns the agent's files of which nothing shows that this action wrote them
 */
function foreignFiles(existing, own, proven) {
    const unrecorded = existing.filter((file) => !own.has(file));
    return proven && unrecorded.length === existing.length ? [] : unrecorded;
}
/** A plain key beside an archive makes its agent due. */
function publicKeyOf(plainKey, keyIn) {
    if (keyIn === "archive")
        return plainKey === "none" ? "unknown" : undefined;
    return plainKey === "none" ? undefined : plainKey;
}
/** @returns a file's text with LF line ends; undefined where it is too large to be an agent's */
async function readText(directory, file) {
    return (await directory.read(file))?.toString("utf8").replaceAll("\r\n", "\n");
}
function publicHalf(pem) {
    return (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(pem));
}
function attempt(read, text) {
    if (text === undefined)
        return undefined;
    try {
        return read(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/agents/pkcs12.js




/**
 * PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. OpenSSL 1.1.1
 * has no option for them and takes 2,048.
 */
const pkcs12_PBKDF2_ROUNDS = 100_000;
/** Set for that one process: the passphrase is in neither argv nor a file. */
const pkcs12_PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";
/** @returns whether an OpenSSL has the option for the rounds: `pkcs12 -export -iter` */
function makesStrongArchives(version) {
    return isFrom(version, [3, 0, 0]);
}
/**
 * Makes an encrypted PKCS#12 archive: AES-256-CBC, PBKDF2, HMAC-SHA-256. The algorithms are named because OpenSSL 1.1.1 would
 * take RC2 with 40 bits.
 * @param name the entry's friendly name
 * @param privateKey PEM
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
async function makeArchive({ program, passphrase, version }, name, privateKey, certificate, ca) {
    const archive = await outputInMemory(program, {
        action: "pkcs12",
        // The key comes first: OpenSSL reads stdin for the key, and what is left of it for the certificates.
        input: Buffer.from(`${privateKey}${certificate.pem}${ca.pem}`),
        options: {
            export: true,
            name,
            keypbe: "AES-256-CBC",
            certpbe: "AES-256-CBC",
            macalg: "sha256",
            ...(makesStrongArchives(version) ? { iter: String(pkcs12_PBKDF2_ROUNDS) } : {}),
            passout: `env:${pkcs12_PASSPHRASE_VARIABLE}`,
        },
        variables: { [pkcs12_PASSPHRASE_VARIABLE]: passphrase },
    });
    if (isWholeSequence(archive))
        return archive;
    throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL did not write a complete archive.");
}
/**
 * Opens an archive and reads the certificate that its key belongs to. The key itself comes out nowhere.
 * @param archive DER
 * @returns what OpenSSL prints of it, PEM with lines around it; undefined where it does not open
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
async function openArchive({ program, passphrase }, archive) {
    const { exitCode, stdout } = await runInMemory(program, {
        action: "pkcs12",
        input: archive,
        options: { nokeys: true, clcerts: true, passin: `env:${pkcs12_PASSPHRASE_VARIABLE}` },
        variables: { [pkcs12_PASSPHRASE_VARIABLE]: passphrase },
    });
    return exitCode === 0 ? stdout.toString("utf8") : undefined;
}
/** DER's tag (X.690). */
const SEQUENCE = 0x30;
/**
 * @returns whether bytes are one whole DER SEQUENCE, as a PKCS#12 is (RFC 7292). A PKCS#12 that was cut off
 * is not
 */
function isWholeSequence(der) {
    try {
        const [only, ...others] = (0,ca_der/* readDer */.SU)(der);
        return only?.tag === SEQUENCE && others.length === 0;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/agents/check-archives.js
/**
 * Opens the archives of agents that would keep their certificates. An agent with a damaged archive is issued
 * again.
 */







/** From that many archives that do not open, the passphrase is wrong. Opening the others would take minutes. */
const MOST_CLOSED = 10;
/**
 * Opens the archives of the agents that would stay as they are.
 * @param print prints a line of progress, because thousands of archives take minutes
 * @returns the state in which agents whose archives are damaged, or hold another certificate, are due
 * @throws ActionError `ARCHIVE_PASSPHRASE`: a wrong passphrase must not issue a whole fleet again;
 * `FILE_EXISTS` where nothing shows that this action wrote a damaged archive
 */
async function checkArchives(agents, { directory, own }, { due, kept }, archives, print) {
    const stored = agents.filter(({ name, keyIn }) => keyIn === "archive" && kept.has(name));
    const count = progressOf("Opened archives:", stored.length, print);
    const broken = new Map();
    const closed = [];
    await forEachConcurrently(OPENSSL_PROCESSES, stored, async (agent) => {
        if (closed.length >= MOST_CLOSED)
            return;
        const files = agentFiles(agent.name);
        const state = await check_archives_stateOf(files, directory, archives);
        if (state === "closed")
            closed.push(agent.name);
        if (state === "broken")
            broken.set(agent, { reason: "broken", existing: [files.chain, files.certificate, files.archive] });
        count();
    });
    if (closed.length > 0)
        throw closedError(closed, directory);
    // The certificate beside each damaged archive is good and names the agent, and no plain key is there. So
    // these files prove that they are the agent's.
    const foreign = [...broken.values()].flatMap(({ existing }) => foreignFiles(existing, own, true));
    if (foreign.length > 0)
        throw foreignFilesError(foreign, directory);
    const rest = new Map(kept);
    for (const { name } of broken.keys())
        rest.delete(name);
    return { due: new Map([...due, ...broken]), kept: rest };
}
async function check_archives_stateOf(files, directory, archives) {
    const archive = await directory.read(files.archive);
    if (archive === undefined || !isWholeSequence(archive))
        return "broken";
    const text = await openArchive(archives, archive);
    if (text === undefined)
        return "closed";
    try {
        const { fingerprint } = readCertificate(String(await directory.read(files.certificate)));
        return readCertificate(text).fingerprint === fingerprint ? "good" : "broken";
    }
    catch {
        return "broken";
    }
}
function closedError(names, directory) {
    const shown = names.toSorted().slice(0, MOST_CLOSED).join(", ");
    const more = names.length >= MOST_CLOSED ? " and perhaps more" : "";
    return new errors/* ActionError */.lZ("ARCHIVE_PASSPHRASE", `archive-passphrase does not open the archives of these agents in ${directory.path}: ${shown}${more}.`, {
        next: "Set archive-passphrase to the passphrase that these archives were made with. Or move the archives away and run again: the run then issues these agents again. This run issued nothing.",
    });
}

;// CONCATENATED MODULE: ./build/agents/csr.js
/** Checks the certificate signing requests (CSR, PKCS#10, RFC 2986) of devices that keep their keys, before anything is issued. */









/**
 * Checks every CSR: its signature, its key, and that its common name is the agent's.
 * @param keyIn where keys that are made here are kept
 * @param print prints a line of progress, because thousands of CSRs take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
async function checkCsrs(requested, keyIn, program, print) {
    const planned = requested.map(({ name }) => ({ name, keyIn }));
    const wrong = [];
    const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
    const count = progressOf("Checked CSRs:", withCsr.length, print);
    await forEachConcurrently(OPENSSL_PROCESSES, withCsr, async ([index, { name, csr, line }]) => {
        const pem = csr?.pem ?? "";
        const read = await csr_readCsr(program, pem);
        if (typeof read === "string")
            wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
        else if (read.commonName !== name) {
            const message = `the CSR of "${name}" has the common name ${(0,printable/* quoted */.TL)(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
            wrong.push({ line, message });
        }
        else {
            const publicKey = spkiOf(read.publicKey).toString("base64");
            planned[index] = { name, keyIn: "device", csr: { pem, publicKey } };
        }
        count();
    });
    if (wrong.length === 0)
        return planned;
    throw linesError(wrong, "Correct the CSRs named above. Nothing was issued or sent.");
}
/**
 * Reads a CSR with OpenSSL, as the documented command will, and checks its signature.
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
async function csr_readCsr(program, pem) {
    const { exitCode, stdout, stderr } = await runInMemory(program, {
        action: "req",
        input: Buffer.from(pem),
        options: { outform: "DER" },
    });
    if (exitCode !== 0)
        return `OpenSSL refuses it: ${(0,printable/* printable */.g$)(stderr.trim(), 200) || `exit code ${exitCode}`}`;
    if (stdout.length === 0)
        throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL ended with exit code 0, but did not write the CSR.");
    return parseCsr(stdout);
}
/**
 * Reads a CSR (RFC 2986) and checks its signature, which is the proof of possession of the key. OpenSSL's own
 * check is not used: its words, the stream that they go to and its exit code differ by version (measured on
 * 1.1.1, 3.0, 3.5 and 4.0).
 * @param der hostile
 * @returns what the CSR says, or why it cannot be used
 */
function parseCsr(der) {
    const parts = partsOf(der);
    if (parts === undefined)
        return "it is not a certificate signing request (PKCS#10)";
    const [commonName, ...others] = parts.commonNames;
    if (commonName === undefined || others.length > 0)
        return `it has ${parts.commonNames.length} common names instead of one`;
    const problem = deviceKeyProblem(parts.publicKey) ?? signatureProblem(parts);
    return problem ?? { commonName, publicKey: parts.publicKey };
}
function partsOf(der) {
    try {
        const [info, algorithm, signature] = (0,ca_der/* insideDer */.SA)(der);
        if (info === undefined || algorithm === undefined || signature?.tag !== ca_der/* TAG */.Dk.bitString)
            return undefined;
        const [, subject, key] = (0,ca_der/* readDer */.SU)(info.content);
        if (subject === undefined || key === undefined)
            return undefined;
        return {
            signed: info.whole,
            algorithm,
            // The first octet of a BIT STRING counts the bits of the last one that are not used.
            signature: signature.content.subarray(1),
            commonNames: commonNamesIn(subject),
            publicKey: (0,external_node_crypto_.createPublicKey)({ key: key.whole, format: "der", type: "spki" }),
        };
    }
    catch {
        return undefined;
    }
}
/** Signature algorithms of RSA (RFC 8017) and ECDSA (RFC 5758) and the digest of each, by Node's names. */
const SIGNATURES = {
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
};
const RSA_PSS = "1.2.840.113549.1.1.10";
const DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
};
function signatureProblem({ signed, algorithm, signature, publicKey }) {
    const broken = "its signature is not valid. It was changed after it was signed, or signed by another key";
    try {
        const [oid, parameters] = (0,ca_der/* readDer */.SU)(algorithm.content);
        const name = (0,ca_der/* dottedOid */.lP)(oid);
        const pss = name === RSA_PSS;
        const digest = pss ? pssDigest(parameters) : SIGNATURES[name];
        if (digest === undefined) {
            return `its signature algorithm is ${name}. Valid are RSA and ECDSA with SHA-256, SHA-384 or SHA-512: make the CSR with -sha256`;
        }
        const padding = pss
            ? { padding: external_node_crypto_.constants.RSA_PKCS1_PSS_PADDING, saltLength: external_node_crypto_.constants.RSA_PSS_SALTLEN_AUTO }
            : {};
        return (0,external_node_crypto_.verify)(digest, signed, { key: publicKey, ...padding }, signature) ? undefined : broken;
    }
    catch {
        return broken;
    }
}
/** @returns the digest in the parameters of RSASSA-PSS, SHA-1 where they name none (RFC 8017 §A.2.3) */
function pssDigest(parameters) {
    const fields = parameters === undefined ? [] : (0,ca_der/* readDer */.SU)(parameters.content);
    const named = fields.find(({ tag }) => tag === ca_der/* TAG */.Dk.context0);
    if (named === undefined)
        return "sha1";
    const [oid] = (0,ca_der/* insideDer */.SA)(named.content);
    return DIGESTS[(0,ca_der/* dottedOid */.lP)(oid)];
}

;// CONCATENATED MODULE: ./build/agents/directory.js
/** The directory of a fleet on disk: its lock, files that appear whole or not at all, and the folder of what was replaced. */






/** A file of an agent is never larger. A larger file is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** The lock lies in the directory itself, because the folder around it may belong to somebody else. */
const LOCK = ".lock";
/** The folder of what renewals replaced. */
const SUPERSEDED = "superseded";
/** Characters that are written at once. */
const CHUNK = 64 * 1024;
/**
 * Error codes of a system that cannot give a file a second name: on another disk, or on a disk without links.
 */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
/**
 * The directory where agents' files go and stay. One run at a time holds its lock. A file with its final name
 * is complete.
 */
class AgentDirectory {
    /** Absolute. */
    path;
    #made;
    #lock;
    #superseded;
    constructor(path, made, lock) {
        this.path = path;
        this.#made = made;
        this.#lock = lock;
    }
    /**
     * Makes the directory where it does not exist, readable only by the user, and takes its lock until {@link close}.
     * @param path absolute
     * @param say prints a line
     * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system where it cannot be written
     */
    static async open(path, say) {
        const made = (await (0,external_node_fs_promises_.mkdir)(path, { recursive: true, mode: 0o700 })) !== undefined;
        await (0,external_node_fs_promises_.access)(path, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
        return new AgentDirectory(path, made, await takeLock((0,external_node_path_.join)(path, LOCK), say));
    }
    /** Releases the lock, and removes the directory if this run made it and it is empty. */
    async close() {
        await this.#lock.release();
        if (this.#made)
            await (0,external_node_fs_promises_.rmdir)(this.path).catch(() => { });
    }
    /** @returns the names in it, and whether each is a regular file */
    async entries() {
        const found = await (0,external_node_fs_promises_.readdir)(this.path, { withFileTypes: true });
        return new Map(found.map((entry) => [entry.name, entry.isFile()]));
    }
    async has(file) {
        return await (0,external_node_fs_promises_.access)(this.at(file)).then(() => true, () => false);
    }
    /** @returns what a file in it holds; undefined where it is too large to be an agent's */
    async read(file) {
        const path = this.at(file);
        return (await (0,external_node_fs_promises_.lstat)(path)).size > FILE_LIMIT_BYTES ? undefined : await (0,external_node_fs_promises_.readFile)(path);
    }
    at(file) {
        return (0,external_node_path_.join)(this.path, file);
    }
    /** The folder of what this run replaced, absolute; undefined where it has replaced nothing. */
    get superseded() {
        return this.#superseded;
    }
    /**
     * Puts complete files in the place of old ones, which are kept in `superseded/<time of the run>/`. All new ones are on this
     * disk before an old one moves: a full disk leaves the old ones in their place.
     * @param old names of files in it
     * @param fresh absolute paths, elsewhere, in the order in which they get their final names; they stay where they are
     * @throws ActionError `FILE_EXISTS`: nothing is overwritten; `DIRECTORY_LOCKED`
     */
    async replaceFiles(old, fresh) {
        const names = fresh.map((file) => (0,external_node_path_.basename)(file));
        try {
            for (const file of fresh)
                await this.#stage(file);
            await this.#requireLock();
            await this.#moveAway(old);
            for (const name of names)
                await this.#giveFinalName(name);
        }
        finally {
            await this.removeParts(names);
        }
    }
    /**
     * Writes a file that lists agents, in one step.
     * @param parts its text: in parts, so that it is never whole in memory
     * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
     */
    async writeList(name, parts) {
        await this.#requireLock();
        const part = this.#part(name);
        try {
            await (0,external_node_fs_promises_.rm)(part, { force: true });
            await (0,external_node_fs_promises_.writeFile)(part, inChunks(parts), { flag: "wx", mode: 0o600 });
            await (0,external_node_fs_promises_.rename)(part, this.at(name));
        }
        catch (error) {
            await (0,external_node_fs_promises_.rm)(part, { force: true });
            if (error instanceof errors/* ActionError */.lZ)
                throw error;
            // The system's error of a failed write names no path.
            const reason = `${this.at(name)} could not be written (${error.message}).`;
            throw new errors/* ActionError */.lZ("FILE_FAILED", reason, { cause: error });
        }
    }
    /**
     * Removes the half-made files that did not get these final names. Such a file may be a key for which no
     * certificate was handed out.
     */
    async removeParts(files) {
        for (const file of files)
            await (0,external_node_fs_promises_.rm)(this.#part(file), { force: true });
    }
    /** @throws ActionError `DIRECTORY_LOCKED` where the lock was lost: this process stood still, or somebody removed it */
    async #requireLock() {
        if (await this.#lock.isHeld())
            return;
        throw new errors/* ActionError */.lZ("DIRECTORY_LOCKED", `This run lost the lock ${this.at(LOCK)}. Another run may hold it.`);
    }
    /** Gives a file a second name here where the disk is the same, else copies it. */
    async #stage(file) {
        const part = this.#part((0,external_node_path_.basename)(file));
        // A run that was killed may have left such a file.
        await (0,external_node_fs_promises_.rm)(part, { force: true });
        await (0,external_node_fs_promises_.link)(file, part).catch(async (error) => {
            if (!NO_LINK.has(error.code ?? ""))
                throw error;
            await (0,external_node_fs_promises_.copyFile)(file, part, external_node_fs_.constants.COPYFILE_EXCL);
        });
    }
    async #moveAway(files) {
        if (files.length === 0)
            return;
        // Several agents are replaced at the same time. The folder is made without an await, so all of them share
        // one folder.
        this.#superseded ??= makeSuperseded(this.path);
        for (const file of files)
            await (0,external_node_fs_promises_.rename)(this.at(file), (0,external_node_path_.join)(this.#superseded, file));
    }
    /** A link, unlike a rename, never replaces what is there. */
    async #giveFinalName(name) {
        const [part, final] = [this.#part(name), this.at(name)];
        try {
            await (0,external_node_fs_promises_.link)(part, final);
        }
        catch (error) {
            const { code = "" } = error;
            if (code === "EEXIST")
                throw inTheWay(final);
            if (!NO_LINK.has(code))
                throw error;
            const there = await (0,external_node_fs_promises_.lstat)(final).catch(() => undefined);
            if (there !== undefined)
                throw inTheWay(final);
            await (0,external_node_fs_promises_.rename)(part, final);
        }
    }
    #part(name) {
        return this.at(`.${name}.part`);
    }
}
/**
 * Takes the lock, and waits for a while if another run holds it. @throws ActionError `DIRECTORY_LOCKED`, or
 * an Error of the system
 */
async function takeLock(path, say) {
    try {
        return await Lock.take(path, {
            machine: thisMachine(),
            waiting: (holder) => say(`Waiting for the lock ${path}, held by ${describeOwner(holder)}.`),
        });
    }
    catch (error) {
        if (!(error instanceof LockHeld))
            throw error;
        const message = `The lock ${path} is held by ${describeOwner(error.holder)}.`;
        throw new errors/* ActionError */.lZ("DIRECTORY_LOCKED", message, { cause: error });
    }
}
/** Makes a new folder for what a run replaces, named after the time: no run finds another's files in its way. */
function makeSuperseded(directory) {
    const parent = (0,external_node_path_.join)(directory, SUPERSEDED);
    (0,external_node_fs_.mkdirSync)(parent, { recursive: true, mode: 0o700 });
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
    for (let count = 1;; count += 1) {
        const path = (0,external_node_path_.join)(parent, count === 1 ? stamp : `${stamp}-${count}`);
        try {
            (0,external_node_fs_.mkdirSync)(path, { mode: 0o700 });
            return path;
        }
        catch (error) {
            if (error.code !== "EEXIST")
                throw error;
        }
    }
}
/** Joins parts into longer chunks, because each chunk is one write. */
async function* inChunks(parts) {
    let chunk = "";
    for await (const part of parts) {
        chunk += part;
        if (chunk.length < CHUNK)
            continue;
        yield chunk;
        chunk = "";
    }
    yield chunk;
}
function inTheWay(path) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${path} exists. Another program wrote it during this run.`, {
        next: "Move that file away, then run again. Let no other program write into the directory.",
    });
}

;// CONCATENATED MODULE: ./build/keyring/vanishing-disk.js



/** File systems in memory, by their magic numbers (statfs(2)). */
const MEMORY_DISKS = new Map([
    [0x01021994, "tmpfs"],
    [0x858458f6, "ramfs"],
]);
const OVERLAY = 0x794c7630;
/** How the control groups of a container are named. */
const CONTAINER_GROUPS = /docker|containerd|kubepods|libpod|crio|lxc|buildkit/;
/** @returns the facts about the system that this process runs on */
function thisSystem() {
    const { env, platform } = process;
    const windows = platform === "win32";
    return {
        environment: env,
        // /var/tmp outlasts a restart, but systems delete old files in it.
        temporary: [
            (0,external_node_os_namespaceObject.tmpdir)(),
            ...["TMPDIR", "TMP", "TEMP"].map((name) => env[name] ?? ""),
            ...(windows ? [(0,external_node_path_.join)(env["SystemRoot"] ?? "C:\\Windows", "Temp")] : ["/tmp", "/var/tmp"]),
        ],
        diskOf(path) {
            try {
                // A system of 32 bits gives large magic numbers as negative ones.
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
            ["/proc/1/cgroup", "/proc/self/cgroup"].some((file) => CONTAINER_GROUPS.test(vanishing_disk_textOf(file))),
    };
}
/**
 * Tells whether a keyring file would go with the job, the machine's next start or a container (guarantee 2).
 * @param file absolute; it need not exist
 * @returns why the file may not last; undefined where there is no sign of that
 */
function vanishingDisk(file, system = thisSystem()) {
    const { environment } = system;
    const sure = (says) => ({ says, sure: true });
    if (environment["RUNNER_ENVIRONMENT"] === "github-hosted")
        return sure("lies on the disk of a GitHub-hosted runner");
    const ofRunner = inRunnersFolders(file, environment);
    if (ofRunner !== undefined)
        return sure(ofRunner);
    const place = placeOf(file);
    const temporary = system.temporary.find((folder) => isInside(place, folder));
    if (temporary !== undefined)
        return sure(`lies inside ${temporary}, a folder for temporary files`);
    return onDisk(file, system);
}
/**
 * @param file absolute; it need not exist
 * @returns the folder of the runner that the file lies in, as {@link Vanishing.says}: the runner clears these
 * folders between jobs. Undefined where the file is in none of them
 */
function inRunnersFolders(file, environment) {
    const place = placeOf(file);
    for (const name of ["RUNNER_TEMP", "GITHUB_WORKSPACE"])
        if (isInside(place, environment[name] ?? ""))
            return `lies inside ${name}`;
    if (!isInside(place, workFolder(environment["RUNNER_TEMP"]) ?? ""))
        return undefined;
    return "lies inside the folder that the runner works in, the one above RUNNER_TEMP";
}
function placeOf(file) {
    return (0,external_node_path_.join)(real((0,external_node_path_.dirname)(file)), (0,external_node_path_.basename)(file));
}
/** Looks at the disk of the file and at that of its folder: the file itself may be a mount. */
function onDisk(file, system) {
    const disks = [file, (0,external_node_path_.dirname)(file)].map((path) => system.diskOf(path));
    const memory = disks.flatMap((disk) => MEMORY_DISKS.get(disk ?? 0) ?? [])[0];
    if (memory !== undefined)
        return { says: `lies in the machine's memory (${memory})`, sure: true };
    // A file or folder that is mounted into a container is on another disk than the container's own layer.
    if ((disks[0] ?? disks[1]) !== OVERLAY)
        return undefined;
    return system.inContainer()
        ? { says: "lies in a container's own layer (overlay), not in a volume", sure: true }
        : {
            says: "lies on an overlay, which may exist only until the machine restarts",
            sure: false,
        };
}
/** The runner keeps its tools, actions and workspaces beside its `_temp`, and clears them as it likes. */
function workFolder(runnerTemp = "") {
    return (0,external_node_path_.basename)(runnerTemp) === "_temp" ? (0,external_node_path_.dirname)(runnerTemp) : undefined;
}
/** The root of a disk does not count: everything lies inside it. */
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
function vanishing_disk_textOf(file) {
    try {
        return (0,external_node_fs_.readFileSync)(file, "utf8");
    }
    catch {
        return "";
    }
}

;// CONCATENATED MODULE: ./build/openssl/make-certificates.js
/** The CA and the verification certificate: made with the documented commands, and checked before anything is sent. */









/** @returns the file of the CA's private key: `$TENANT.key` */
function caKeyFile({ tenant }) {
    return `${tenant}.key`;
}
/** The file of the verification certificate's private key. */
const VERIFICATION_KEY_FILE = "verificationCert.key";
/**
 * Makes the self-signed CA certificate with the documented command and checks what came out.
 * @param options.keys makes its private key, or has begun to
 * @param options.now asked for the check of the dates, milliseconds since 1970
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for
 */
async function createCa(commandDirectory, options) {
    const { openssl, directory, tenant } = commandDirectory;
    const subject = (0,ca_subject/* subjectAttributes */.qz)(options.subject);
    const key = caKeyFile(commandDirectory);
    await options.keys.take(key);
    const out = `${tenant}.pem`;
    const subj = (0,ca_subject/* toSubjArgument */.nk)(subject);
    const utf8 = (0,ca_subject/* needsUtf8 */.Pv)(subject);
    await openssl.run(selfSignedCertificate({ key, days: options.days, out, subj, utf8 }));
    const certificate = await readMade(directory, out, readCertificate);
    const { text, opened } = await readMade(directory, key, (text) => ({ text, opened: openPrivateKey(text) }));
    requireUploadable(certificate, { now: options.now(), privateKey: opened, subject });
    return { certificate, privateKey: text.replaceAll("\r\n", "\n") };
}
/**
 * The preflight before an upload, as an error.
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CERTIFICATE_INVALID`
 */
function requireUploadable(certificate, expected, next) {
    const problem = caProblem(certificate, expected) ?? issuingAbility(certificate.x509).problem;
    if (problem !== undefined) {
        const message = `The action did not send the CA certificate: ${problem}.`;
        throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", message, { next });
    }
}
/** Writes the files of a CA from the keyring or from the inputs where the commands expect them. */
async function placeCa({ directory, tenant }, ca) {
    const own = { flag: "wx", mode: 0o600 };
    await Promise.all([
        (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(directory, `${tenant}.key`), ca.privateKey, own),
        (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(directory, `${tenant}.pem`), ca.certificate.pem, own),
    ]);
}
/**
 * Makes the verification certificate for a registration code with the documented commands. The CA whose files are in the
 * command directory signs it.
 * @param options.keys makes its private key, or has begun to
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_INVALID` where the certificate would be refused by the platform
 */
async function createVerificationCertificate(commandDirectory, options) {
    const { openssl, directory, tenant } = commandDirectory;
    const [key, csr, out] = [VERIFICATION_KEY_FILE, "verificationCert.csr", "verificationCert.pem"];
    await options.keys.take(key);
    await openssl.run(signingRequest({ key, out: csr, subj: (0,ca_subject/* toSubjArgument */.nk)([["CN", options.registrationCode]]) }));
    await openssl.run(signRequest({ csr, tenant, out, days: options.days }));
    const verification = await readMade(directory, out, readCertificate);
    const problem = verificationProblem(verification, { ...options, now: options.now() });
    if (problem === undefined)
        return verification;
    throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The action did not send the verification certificate: ${problem}.`);
}

;// CONCATENATED MODULE: ./build/agents/issue-certificates.js
/**
 * Issues agents' certificates. The documented commands make keys and certificates. The action adds chains and
 * archives, and puts the files into place.
 */














/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces is moved away right before.
 * @throws ActionError or Error of the first failure, after everything that was begun has ended
 */
async function issueAgents(due, options) {
    const { workers, ca } = options;
    await Promise.all(workers.map((worker) => placeCa(worker, ca)));
    await forEachConcurrently(workers.length, [...due], async ([agent, { existing }], index) => {
        const leaf = await issueInto(workers[index], agent, existing, options);
        options.issued(agent.name, leaf, index);
    });
}
async function issueInto(worker, agent, existing, options) {
    const leaf = await issueLeaf(worker, agent, options);
    await addChainAndArchive(worker, agent.name, leaf, options);
    const at = (file) => (0,external_node_path_.join)(worker.directory, file);
    const fresh = deliveredFiles(agent.name, agent.keyIn);
    await options.directory.replaceFiles(existing, fresh.map(at));
    // The directory of a worker stays small, however many agents it makes.
    await Promise.all(Object.values(agentFiles(agent.name)).map((file) => (0,external_node_fs_promises_.rm)(at(file), { force: true })));
    return leafFacts(leaf.certificate);
}
/**
 * Issues one agent's certificate with the documented commands and checks it.
 * @throws ActionError `OPENSSL_…`, `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for, and what
 * `days` and `now` throw
 */
async function issueLeaf({ openssl, directory, tenant }, agent, { ca, subject: subjectOf, keyBits, days, now }) {
    const { name, csr: given } = agent;
    const { key, csr, certificate: out } = agentFiles(name);
    const at = (file) => (0,external_node_path_.join)(directory, file);
    const subject = given === undefined && subjectOf ? (0,ca_subject/* subjectAttributes */.qz)(subjectOf(name)) : undefined;
    if (given !== undefined)
        await (0,external_node_fs_promises_.writeFile)(at(csr), given.pem, { flag: "wx", mode: 0o600 });
    if (subject !== undefined) {
        const subj = (0,ca_subject/* toSubjArgument */.nk)(subject);
        await openssl.run(generateKey(key, keyBits));
        await openssl.run(signingRequest({ key, out: csr, subj, utf8: (0,ca_subject/* needsUtf8 */.Pv)(subject) }));
    }
    await openssl.run(signRequest({ csr, tenant, out, days: days() }));
    const certificate = await readMade(directory, out, readCertificate);
    const device = deviceKey(agent);
    const { publicKey, privateKey } = device
        ? { publicKey: device, privateKey: undefined }
        : await readMade(directory, key, keyPairOf);
    const expected = {
        commonName: name,
        ca: ca.certificate,
        publicKey,
        now: now(),
        ...(subject && { subject }),
    };
    const problem = leafProblem(certificate, expected);
    if (problem === undefined)
        return { certificate, privateKey };
    throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The action did not hand out the certificate of ${name}: ${problem}.`);
}
function keyPairOf(privateKey) {
    return { publicKey: (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(privateKey)), privateKey };
}
/** Makes what the documented commands do not make: the chain, the archive. */
async function addChainAndArchive({ directory }, name, { certificate, privateKey }, { ca, archives }) {
    const files = agentFiles(name);
    const own = { flag: "wx", mode: 0o600 };
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(directory, files.chain), chainOf(certificate, ca.certificate), own);
    if (privateKey === undefined || archives === undefined)
        return;
    const archive = await makeArchive(archives, name, privateKey, certificate, ca.certificate);
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(directory, files.archive), archive, own);
}

;// CONCATENATED MODULE: ./build/agents/summary.js
/** Shows what a run did and what is to do next: a notice, the job summary, and the output `agents`. */







/** Rows of the job summary: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;
/** An agent takes more than 120 bytes of the output: of a larger fleet no text is made that could not be handed on. */
const MOST_IN_OUTPUT = OUTPUT_LIMIT / 120;
/** Shows what a run issued: a notice, a table of the first agents, and what to do next. */
async function summarizeAgents(runner, situation) {
    const { fleet, agents, issued } = situation;
    const ca = fleet.ca.certificate;
    const directory = situation.directory.path;
    const headline = `Agent certificates: ${issued.size} issued, ${agents.length - issued.size} unchanged`;
    runner.notice(`${headline}. Issuing CA: ${ca.commonName}. Directory: ${directory}`);
    const steps = nextSteps(situation);
    const remarks = remarksOf(situation);
    for (const remark of remarks)
        runner.info(remark);
    for (const step of steps)
        runner.info(`Next: ${step.map(plain).join("")}`);
    const parts = [
        `### ${headline}`,
        `Issuing CA: ${codeSpan(ca.commonName)}, expires ${ca.expiration}.\\\nDirectory: ${codeSpan(directory)}`,
        ...remarks.map(escapeMarkdown),
        tableOf(agents, issued),
        "**Next**",
        steps.map((step) => `- ${step.map(marked).join("")}`).join("\n"),
    ];
    await runner.summary(`${parts.join("\n\n")}\n`);
}
/**
 * @returns what a newer OpenSSL would do better: facts for log and summary, not worth an annotation on every
 * run
 */
function remarksOf({ agents, fleet: { archives } }) {
    const old = agents.filter(({ x509Version }) => x509Version === 1).length;
    const instead = (release) => `openssl-path to OpenSSL ${release} or later`;
    const remarks = [];
    if (old > 0)
        remarks.push(`${old} of ${agents.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`);
    if (archives !== undefined && !makesStrongArchives(archives.version))
        remarks.push(`${archives.version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`);
    return remarks;
}
const plain = (part) => (typeof part === "string" ? part : part.code);
/** The words are the action's: only code needs to be made safe. */
const marked = (part) => (typeof part === "string" ? part : codeSpan(part.code));
/** Agents that this run issued come first, because their files go to devices. */
function tableOf(agents, issued) {
    const isIssued = ({ name }) => issued.has(name);
    const ordered = [...agents.filter(isIssued), ...agents.filter((agent) => !isIssued(agent))];
    const rows = ordered.slice(0, MOST_ROWS).map((agent) => {
        const { name, clientId, expiration, serialNumber } = agent;
        const state = isIssued(agent) ? "issued" : "unchanged";
        return [{ code: name }, { code: clientId }, expiration, serialNumber, state];
    });
    const table = markdownTable(["Agent", "MQTT client id", "Expires (UTC)", "Serial number", "This run"], rows);
    const more = agents.length - MOST_ROWS;
    return more > 0 ? `${table}\n\n… and ${more} more. The file agents.csv lists all of them.` : table;
}
/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`; empty, with a warning, beyond 120,000 bytes: an empty text fails in a
 * fromJSON, an empty array would silently do nothing
 */
function agentsOutput(runner, agents, directory) {
    const path = (file) => (file === "" ? "" : (0,external_node_path_.join)(directory, file));
    const shown = agents.slice(0, MOST_IN_OUTPUT).map(({ name, clientId, expiration, ...files }) => ({
        name,
        clientId,
        certificatePath: path(files.certificate),
        privateKeyPath: path(files.privateKey),
        chainPath: path(files.chain),
        archivePath: path(files.archive),
        expiration,
    }));
    const text = JSON.stringify(shown);
    if (agents.length <= MOST_IN_OUTPUT && Buffer.byteLength(text) <= OUTPUT_LIMIT)
        return text;
    runner.warning(`The output agents is empty. For ${agents.length} agents it would have more than ${OUTPUT_LIMIT.toLocaleString("en")} bytes, and no step could take it as env. Read the manifest instead: its path is the output manifest-path.`);
    return "";
}
const [KEY, CHAIN, ARCHIVE] = [{ code: "<name>.key" }, { code: "<name>_chain.pem" }, { code: "<name>.p12" }];
/** The only region whose broker the vendor's page names. */
const DOCUMENTED = "mindconnectmqtt.eu1.mindsphere.io";
const KEEP = [
    "Store the files elsewhere in a later step, before this job ends. A later run does not find them and issues all agents again. To issue only what is due, use a runner whose disk lasts and set ",
    { code: "directory" },
    ".",
];
const NOTHING_NEW = ["Leave the devices as they are: no agent needs a new certificate."];
/** @returns what goes onto a device, where it connects, and when to run again, in the order in which it is done */
function nextSteps(situation) {
    const { fleet, agents, issued } = situation;
    const { superseded } = situation.directory;
    const fresh = agents.filter(({ name }) => issued.has(name));
    const replaced = [];
    if (superseded !== undefined)
        replaced.push([
            "Remove ",
            { code: superseded },
            " when the devices have their new files. It holds what this run replaced, private keys included.",
        ]);
    const devices = fresh.length === 0
        ? [NOTHING_NEW, ...replaced]
        : [...handOver(fresh), summary_connect(fresh, fleet.inputs.environment), ...replaced];
    // Files that vanish with the job are copied first.
    return situation.lasting ? [...devices, runAgain(situation)] : [KEEP, ...devices];
}
function handOver(fresh) {
    const steps = [];
    const keyPlaces = new Set(fresh.map(keyPlaceOf));
    if (keyPlaces.has("file"))
        steps.push(["Copy to each device its private key ", KEY, " and its certificate chain ", CHAIN, "."]);
    if (keyPlaces.has("archive"))
        steps.push([
            "Copy to each device its archive ",
            ARCHIVE,
            ". It holds the private key and the certificates. It opens with archive-passphrase.",
        ]);
    if (keyPlaces.has("device"))
        steps.push([
            "Copy to each device that sent a CSR only its certificate chain ",
            CHAIN,
            ". Its private key is on the device.",
        ]);
    const [first, ...others] = steps;
    const colon = fresh.some(({ name }) => name.includes(":"));
    if (!colon || first === undefined)
        return steps;
    return [[...first, " In file names a colon is written ", { code: "%3A" }, "."], ...others];
}
function summary_connect(fresh, environment) {
    const host = brokerHost(environment);
    const broker = host === undefined ? "the MQTT broker of your environment" : { code: host };
    const keyPlaces = new Set(fresh.map(keyPlaceOf));
    const archive = ["the certificates in ", ARCHIVE];
    let presents = [CHAIN];
    if (keyPlaces.has("archive"))
        presents = keyPlaces.size === 1 ? archive : [CHAIN, " or ", ...archive];
    const unproven = host === undefined || host === DOCUMENTED
        ? ""
        : " The vendor's page names only the broker of eu1: check this one.";
    return [
        "Let each device connect by TLS to ",
        broker,
        ", port 8883, and present ",
        ...presents,
        ` as its client certificate. The table has its MQTT client id. The first connection onboards the agent.${unproven}`,
    ];
}
function runAgain({ fleet, directory: { path }, agents }) {
    const ca = fleet.ca.certificate;
    const first = agents.reduce((least, { expiration }) => Math.min(least, Date.parse(expiration)), Infinity);
    // If the certificate were issued again now, it would not last longer, because the CA expires at the same
    // time.
    if (ca.notAfter - first < 2 * ca_time/* DAY_MS */.sO)
        return [
            "Rotate the CA ",
            { code: ca.commonName },
            `, because it expires ${ca.expiration} and no agent certificate outlives it. Then run this task again with directory `,
            { code: path },
            ".",
        ];
    const due = new Date(first - fleet.inputs.renewBefore * ca_time/* DAY_MS */.sO).toISOString().slice(0, 10);
    return [
        "Run this task again on a schedule, with directory ",
        { code: path },
        `. It issues only what is due: the first certificate from ${due} on, and every certificate after a rotation of the CA.`,
    ];
}

;// CONCATENATED MODULE: ./build/agents/issue-due.js









/** Commands for one agent. The log shows the commands of the first agent of a fleet. */
const SHOWN_COMMANDS = 3;
/** Names of agents that the error of a partial failure has room for. */
const issue_due_MOST_NAMED = 5;
/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says which agents were issued before the failure
 */
async function issueDue(context, fleet, directory, { due, kept }) {
    const { inputs, planned, ca } = fleet;
    const { runner } = context;
    const { environment } = inputs;
    runner.info(`${due.size} of ${planned.length} agents need a certificate${reasons(due)}.`);
    const manifest = directory.at(MANIFEST);
    // The next job on a hosted runner has another disk. On any runner, the runner's own folders are empty for
    // the next job.
    const lasting = inputs.directory !== undefined &&
        process.env["RUNNER_ENVIRONMENT"] !== "github-hosted" &&
        inRunnersFolders(manifest, process.env) === undefined;
    if (due.size > 0) {
        context.clock.require("make");
        warnOfCaEnd(runner, fleet);
    }
    const leaves = new Map(kept);
    const issued = new Set();
    const failure = await failureOf(async () => {
        if (due.size > 0)
            await listUnfinished(directory, environment.tenant, unissued(due, environment));
        await issue(context, fleet, directory, due, (name, leaf) => {
            leaves.set(name, leaf);
            issued.add(name);
        });
    });
    const agents = planned.flatMap(({ name, keyIn }) => {
        const leaf = leaves.get(name);
        return leaf === undefined ? [] : [issuedAgent(name, environment, keyIn, leaf)];
    });
    const manifestFailure = await failureOf(async () => {
        await writeManifest(directory, environment.tenant, ca.certificate, agents);
        if (failure === undefined)
            await unlistFinished(directory, environment.tenant, planned);
    });
    warnOfPlainKeys(runner, fleet, directory, due);
    const { path } = directory;
    const common = { directory: path, issued: String(issued.size) };
    if (failure !== undefined || manifestFailure !== undefined) {
        for (const [name, value] of Object.entries(common))
            runner.output(name, value);
        if (manifestFailure === undefined)
            runner.output("manifest-path", manifest);
        throw partialFailure({ failure, manifestFailure, directory, issued, total: due.size, lasting });
    }
    await summarizeAgents(runner, { fleet, directory, agents, issued, lasting });
    return { agents: agentsOutput(runner, agents, path), ...common, "manifest-path": manifest };
}
/** Yields what a list of unfinished agents says of each: an array would stay in memory for as long as the run issues. */
function* unissued(due, environment) {
    for (const { name, keyIn } of due.keys())
        yield issuedAgent(name, environment, keyIn);
}
async function issue(context, { inputs, ca, archives }, directory, due, issued) {
    const { runner, clock } = context;
    const { opensslProgram, environment, subject, keyBits } = inputs;
    const count = progressOf("Issued", due.size, runner.info);
    const processes = Math.min(OPENSSL_PROCESSES, due.size);
    const workers = context.workers(opensslProgram, environment.tenant, processes, SHOWN_COMMANDS);
    try {
        await issueAgents(due, {
            ca,
            workers,
            directory,
            subject,
            keyBits,
            days() {
                clock.require("make");
                return daysUntilCaEnds(inputs, ca.certificate);
            },
            now: () => clock.require("make"),
            archives,
            issued(name, leaf, worker) {
                if (count() === 1)
                    showCommands(runner, `Commands for ${name}, the first of ${due.size}`, workers.slice(worker, worker + 1));
                issued(name, leaf);
            },
        });
    }
    catch (error) {
        showCommands(runner, "OpenSSL commands that failed", workers, true);
        throw error;
    }
}
function showCommands(runner, title, workers, failedOnly = false) {
    const lines = workers
        .flatMap(({ openssl }) => openssl.finished)
        .flatMap(({ failed, lines }) => (failed || !failedOnly ? lines : []));
    if (lines.length > 0)
        runner.group(title, lines);
}
/** @throws ActionError `CA_EXPIRES_BEFORE_AGENT` */
function warnOfCaEnd(runner, { inputs, ca: { certificate } }) {
    const days = daysUntilCaEnds(inputs, certificate);
    if (days === inputs.days)
        return;
    runner.warning(`The CA ${certificate.commonName} expires ${certificate.expiration}. The new agent certificates are valid for ${days} days instead of ${inputs.days}, because none outlives the CA. Rotate the CA.`);
}
function warnOfPlainKeys(runner, { archives }, { superseded }, due) {
    const plain = [...due.values()].some(({ existing }) => existing.some((file) => file.endsWith(".key")));
    if (archives === undefined || !plain || superseded === undefined)
        return;
    runner.warning(`This run moved plain private keys of earlier runs to ${superseded}. Remove that folder when the devices have their new archives.`);
}
/** @returns what was thrown */
async function failureOf(work) {
    try {
        await work();
        return undefined;
    }
    catch (error) {
        return error;
    }
}
/** @returns e.g. ` (120 missing, 3 ending)` */
function reasons(due) {
    const words = {
        missing: "missing",
        broken: "broken",
        "not-yet-valid": "not valid yet",
        ending: "expiring soon",
        "old-ca": "of another CA",
    };
    const counted = Object.keys(words).flatMap((reason) => {
        const count = [...due.values()].filter((one) => one.reason === reason).length;
        return count === 0 ? [] : [`${count} ${words[reason]}`];
    });
    return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}
/** @returns the error of a run that failed midway: what is there by then, where, and whether a later run goes on from it */
function partialFailure(run) {
    const { failure, manifestFailure, directory, issued, total, lasting } = run;
    const { code, message, next } = asActionError(failure ?? manifestFailure);
    const names = [...issued].slice(0, issue_due_MOST_NAMED).join(", ");
    const more = issued.size > issue_due_MOST_NAMED ? " …" : "";
    const some = issued.size > 0;
    const which = some ? ` and are complete in ${directory.path} (${names}${more})` : "";
    const done = `${issued.size} of ${total} agents were issued by then${which}.`;
    const unlisted = some && manifestFailure !== undefined
        ? ` The manifest ${directory.at(MANIFEST)} does not list them: ${sentence(asActionError(manifestFailure).message)}`
        : "";
    const later = lasting
        ? " Running again issues the others."
        : " A later run does not find these files, and issues all agents again: set directory to a path that lasts.";
    const text = failure === undefined ? "" : `${sentence(message)} `;
    return new errors/* ActionError */.lZ(code, `${text}${done}${unlisted}${later}`, {
        next,
        cause: failure ?? manifestFailure,
    });
}
/** The system's own words have no full stop. */
function sentence(text) {
    return /[.!?]$/.test(text) ? text : `${text}.`;
}

;// CONCATENATED MODULE: ./build/agents/issuing-ca.js
/** Chooses the CA that issues the agents' certificates, and opens its key. */









/**
 * @param connection undefined for offline
 * @param givenCa the CA of `ca-certificate`: it wins over the keyring
 * @returns the CA with its key in plain PEM, masked
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
async function issuingCa(context, connection, keeper, givenCa) {
    const { entries } = keeper.keyring;
    // The keyring may remember more of the given CA, such as its id on the platform.
    const given = givenCa && {
        ...entries.find((entry) => isSameCa(entry, givenCa)),
        notes: [],
        ...givenCa,
    };
    const chosen = connection === undefined
        ? offline(context, keeper.keyring, given)
        : await online(context, connection, entries, given);
    if ("refused" in chosen) {
        // If the clocks differ, the run fails with that, because the clocks are then the cause.
        context.clock.require("make");
        throw new errors/* ActionError */.lZ("CA_NOT_USABLE", `${chosen.refused}.`, { next: chosen.next });
    }
    const { certificate } = chosen.ca;
    const { unheld = [] } = chosen;
    if (unheld.length > 0) {
        context.runner.warning(`The platform has a usable CA (${unheld.join(", ")}) that expires later than the issuing CA ${certificate.commonName}. Its key is not in the keyring. The keyring may be an old copy: pass the newest one.`);
    }
    const id = chosen.id === undefined ? "" : `, id ${chosen.id}`;
    context.runner.info(`Issuing CA: ${certificate.commonName}${id}, expires ${certificate.expiration}.`);
    const plain = plainPem(keeper.open(chosen.ca));
    context.runner.mask(plain);
    return { certificate, privateKey: plain };
}
async function online(context, connection, entries, given) {
    const platform = await context.connect(connection);
    const listed = await platform.caCertificates.list();
    warnOfSkew(context.runner, platform.clock);
    return chooseIssuingCa({ entries, given, ...platform.clock.agreement() }, listed);
}
function offline(context, keyring, given) {
    context.runner.notice("offline is true: the platform was not asked whether the CA is usable. It accepts agents only of a verified CA.");
    warnOfSkew(context.runner, context.clock);
    requireWrittenBefore(context, keyring);
    const chosen = chooseOffline({ entries: keyring.entries, given, ...context.clock.agreement() });
    if ("ca" in chosen) {
        const { commonName, notBefore } = chosen.ca.certificate;
        context.clock.requireAfter(notBefore, `the CA ${commonName} is valid from`);
    }
    return chosen;
}
/**
 * Chooses the CA that issues agent certificates: the one of ca-certificate, else the newest usable one of the keyring.
 * @param listed the platform's slots: the platform takes agents of a verified, unexpired CA only
 * @returns the CA, or why none can issue
 */
function chooseIssuingCa(available, listed) {
    const { entries, given, now } = available;
    const candidates = given === undefined ? entries : [given];
    // The keyring remembers ids, and for which CA only a reply said that it is verified.
    const slots = recallVerified(listed, entries);
    const joined = joinKeyring(slots, candidates, now);
    const usable = joined.filter(({ slot, ca }) => ca !== undefined && isUsable(slot, now));
    const newest = newestUsable(usable, candidates, available);
    const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
    const newer = ca === undefined ? candidates : candidates.slice(0, candidates.indexOf(ca));
    const doubt = findAmbiguousMatches(slots.filter((slot) => isUsable(slot, now)), plausibleCandidates(slots, candidates, available, given)).find((it) => it.ca.retiredAt === undefined && newer.includes(it.ca));
    if (doubt !== undefined)
        return doubtful(doubt);
    if (ca === undefined || newest === undefined) {
        const whose = given === undefined ? "No CA of the keyring is" : "The CA of ca-certificate is not";
        return { refused: `${whose} usable on the platform. A usable CA is verified there and not expired` };
    }
    if (ca.retiredAt !== undefined)
        return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
    const held = joinKeyring(slots, given === undefined ? entries : [...entries, given], now);
    const later = held.filter(({ slot, ca: known }) => known === undefined && isUsable(slot, now) && Date.parse(slot.expiration) > ca.certificate.notAfter);
    return { ca, id: newest.id, unheld: later.map(({ slot }) => slot.id) };
}
/**
 * @returns the refusal of a doubtful CA. Certificates of a CA that is not on the platform are useless.
 * Certificates of an older CA would all be issued again later
 */
function doubtful({ slot, ca }) {
    const id = (0,printable/* printableName */.Nt)(slot.id);
    return {
        refused: `The certificate ${id} on the platform may be the CA "${(0,printable/* printableName */.Nt)(ca.certificate.commonName)}" of the keyring. Both expire ${slot.expiration}, and the platform shows nothing else that tells`,
        next: `If it is that CA, run register with certificate-id: ${id}, then run this task again with the new keyring. To issue without asking the platform, set offline: true.`,
    };
}
/**
 * Chooses without asking the platform. A CA that the keyring remembers as verified comes first.
 * @returns the CA, or why none can issue
 */
function chooseOffline({ entries, given, now }) {
    if (given?.retiredAt !== undefined)
        return { refused: `The CA of ca-certificate was retired at ${given.retiredAt}` };
    if (given?.refusedAt !== undefined)
        return { refused: `The platform refused the CA of ca-certificate at ${given.refusedAt}` };
    if (given !== undefined)
        return { ca: given };
    const living = entries.filter(({ retiredAt, refusedAt, certificate }) => retiredAt === undefined && refusedAt === undefined && certificate.notAfter > now);
    // A CA was valid when it was verified. If the clock says that it is not valid yet, the clock is wrong, and
    // the caller says so.
    const ca = living.find(({ verifiedAt }) => verifiedAt !== undefined) ??
        living.find(({ certificate }) => dateProblem(certificate, now) === undefined) ??
        living[0];
    const refused = "Every CA of the keyring is retired, refused by the platform, or expired";
    return ca === undefined ? { refused } : { ca };
}

;// CONCATENATED MODULE: ./build/agents/fleet-run.js
/** Issues the certificates of a fleet: checks what was asked for, finds what is due, and issues it. */









/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
async function issueFleet(context, inputs) {
    const fleet = await prepare(context, inputs);
    const directory = await AgentDirectory.open(inputs.directory ?? context.results, context.runner.info);
    try {
        return await issueDue(context, fleet, directory, await inspect(context, fleet, directory));
    }
    finally {
        await directory.close();
    }
}
/** The keyring is compared with the place it is written to: an old copy would issue with an old CA. */
async function prepare(context, inputs) {
    const { runner } = context;
    const { requested, opensslProgram, connection, archivePassphrase: passphrase } = inputs;
    // GitHub is asked before the platform, within the same time.
    context.startDeadline(connection?.timeout);
    const { tenant } = inputs.environment;
    const keyring = context.keyring(inputs.keyring, { program: opensslProgram, tenant, connection });
    await keyring.check();
    const version = await context.commandDirectory(opensslProgram, tenant).openssl.version();
    runner.info(`Working with ${version}.`);
    const program = context.program(opensslProgram);
    const archives = passphrase === undefined ? undefined : { program, passphrase, version };
    const planned = await checkCsrs(requested, archives ? "archive" : "file", program, runner.info);
    const ca = await issuingCa(context, connection, keyring, inputs.givenCa);
    requireOwnSubject(requested, inputs.subject, ca.certificate);
    // Without a passphrase the keys are plain on purpose. A warning in each daily run would not help.
    if (keyring.plainKeys().length > 0)
        await encryptPlainKeys(runner, keyring, { write: false });
    return { inputs, planned, ca, archives };
}
async function inspect({ runner, clock }, { inputs, planned, ca, archives }, directory) {
    await requireOwnCsv(directory);
    const { environment, renewBefore } = inputs;
    const at = clock.agreement();
    const days = leafDays(inputs.days, ca.certificate, at.now);
    const search = {
        directory,
        own: await ownFiles(directory, environment.tenant, planned),
        required: { ca: ca.certificate, renewBefore, days, ...at },
    };
    await removeHalfMade(directory, environment.tenant);
    const state = await findDue(planned, search);
    return archives === undefined ? state : checkArchives(planned, search, state, archives, runner.info);
}

;// CONCATENATED MODULE: ./build/agents/path-conflicts.js
/** Finds files that other inputs name and that lie where a run writes an agent's files. */





/**
 * Finds the given files that lie where an agent's files go: the CA's key, a CSR, the keyring. Case is ignored, as some
 * systems do.
 * @param directory absolute; where it does not exist nothing lies in it
 */
function findPathConflicts(directory, agents, given) {
    const folder = path_conflicts_real(directory)?.toLowerCase();
    const csrs = agents.flatMap(({ csr, line }) => csr === undefined ? [] : [{ input: "agents", file: csr.file, line }]);
    const owners = new Map(RECORDS.map((file) => [file, "the manifest"]));
    for (const agent of agents) {
        for (const file of neededFiles(agent))
            owners.set(file.toLowerCase(), (0,printable/* quotedInFull */.fw)(agent.name));
    }
    return [...given, ...csrs].flatMap((one) => {
        const inside = placesOf(one.file).filter((place) => (0,external_node_path_.dirname)(place) === folder);
        const [owner] = inside.flatMap((place) => owners.get((0,external_node_path_.basename)(place)) ?? []);
        if (owner === undefined)
            return [];
        const message = `${(0,printable/* quotedInFull */.fw)(one.file)} lies where a file of ${owner} goes. Move it out of directory`;
        return [{ ...one, message }];
    });
}
/**
 * @returns the names of an agent's files. The plain key is one also where archives are asked for: a run moves
 * it away
 */
function neededFiles({ name, csr }) {
    const { key, certificate, chain, archive } = agentFiles(name);
    return csr === undefined ? [key, certificate, chain, archive] : [certificate, chain];
}
/** @returns where a file lies, in lower case: its own path, and the path that it leads to if it is a link */
function placesOf(file) {
    const folder = path_conflicts_real((0,external_node_path_.dirname)(file));
    const places = [folder === undefined ? undefined : (0,external_node_path_.join)(folder, (0,external_node_path_.basename)(file)), path_conflicts_real(file)];
    return places.flatMap((place) => place?.toLowerCase() ?? []);
}
function path_conflicts_real(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/keyring/target-inputs.js








/** The inputs that say where a copy of the keyring goes. */
const keyringTargetFields = {
    "keyring-target-file": (0,inputs/* field */.ZZ)({
        description: "Path of a file that gets a copy of the keyring. Its folder must exist, on a disk that outlasts the job. If the file exists, the task overwrites it only with a copy that has every key of it.",
        parse: input_parsers/* path */.Ae,
    }),
    "keyring-target-secret": (0,inputs/* field */.ZZ)({
        description: "Name of a GitHub secret that gets a copy of the keyring. It must not exist yet, because nobody can read which keys it holds. Needs github-token.",
        parse: github_secret_inputs/* secretName */.Gf,
    }),
    "keyring-target-environment": (0,inputs/* field */.ZZ)({
        description: "GitHub environment that keyring-target-secret belongs to. Without it the secret belongs to the repository.",
        parse: github_secret_inputs/* environmentName */.VE,
    }),
};
/**
 * @returns whether an input was given for the keyring itself. A token without keyring-secret belongs to the
 * target
 */
function givenForSource(given) {
    const isTargets = given("keyring-target-secret") && !given("keyring-secret");
    return (input) => given(input) && !(input === "github-token" && isTargets);
}
/** @returns undefined where no copy is asked for, `invalid` where something was reported or is not valid by itself */
function resolveTarget(values, report, given) {
    const [inFile, inSecret] = [given("keyring-target-file"), given("keyring-target-secret")];
    if (inFile && inSecret) {
        report("keyring-target-secret", "is given together with keyring-target-file. Give one of the two");
        return "invalid";
    }
    if (given("keyring-target-environment") && !inSecret) {
        report("keyring-target-environment", "is given without keyring-target-secret. Give the name of the secret too, or remove this input");
        return "invalid";
    }
    if (inFile)
        return fileTarget(values, report) ?? "invalid";
    if (inSecret)
        return secretTarget(values, report, given) ?? "invalid";
    return undefined;
}
function fileTarget({ "keyring-target-file": file, "keyring-ephemeral": ephemeral }, report) {
    if (file === undefined)
        return undefined;
    const text = readKeyringFile(file, "is empty", asTarget(report), "keyring-target-file");
    const keyring = text === undefined ? undefined : readTarget(text, report);
    if (text === undefined || keyring === undefined)
        return undefined;
    const vanishes = ephemeral === true ? undefined : vanishingDisk(file);
    return { keyring, text, file, ...(vanishes !== undefined && { vanishes }) };
}
/** Changes the code for a text that cannot be read: at a target it may be any file, perhaps with keys. */
function asTarget(report) {
    return (input, message, code, more) => report(input, message, code === "KEYRING_DAMAGED" ? "KEYRING_TARGET_HAS_KEYS" : code, more);
}
/**
 * Reads the keyring at the target without opening its keys: its certificates are enough to compare the CAs.
 */
function readTarget(text, report) {
    try {
        return parseClosed(text);
    }
    catch (error) {
        if (!(error instanceof KeyringError))
            throw error;
        report("keyring-target-file", `exists and cannot be read as a keyring: ${error.message}. It may hold keys, so the run does not overwrite it. Give another path, or move the file away`, "KEYRING_TARGET_HAS_KEYS");
        return undefined;
    }
}
function secretTarget(values, report, given) {
    // Where keyring-secret is given, the source has reported the missing token already.
    if (!given("github-token") && !given("keyring-secret"))
        report("github-token", "is missing. The task needs it for keyring-target-secret, and the workflow's own GITHUB_TOKEN cannot do that");
    const { "keyring-target-secret": name, "github-token": token, "keyring-target-environment": environment, } = values;
    if (environment === undefined && given("keyring-target-environment"))
        return undefined;
    const address = (0,github_secret_inputs/* addressOf */.ci)("keyring-target-secret", { name, token, environment }, report);
    if (address === undefined)
        return undefined;
    return { keyring: EMPTY_KEYRING, text: "", secret: { address, mayImport: false } };
}
/** The rule that a keyring is not copied onto itself. */
function reportSamePlace(source, target, report) {
    if (source.file !== undefined && target.file !== undefined && isSameFile(source.file, target.file))
        report("keyring-target-file", "is the same file as keyring-file. Give another path");
    if (source.secret && target.secret && isSameSecret(source.secret.address, target.secret.address))
        report("keyring-target-secret", "is the same secret as keyring-secret. Give another name, or another keyring-target-environment");
}
/** Compares the files themselves: a path may lead through a link, and a file may have two names. */
function isSameFile(a, b) {
    if (a === b)
        return true;
    const [one, other] = [a, b].map((file) => (0,external_node_fs_.statSync)(file, { throwIfNoEntry: false, bigint: true }));
    return one !== undefined && one.ino !== 0n && one.dev === other?.dev && one.ino === other.ino;
}
/** Compares names of environments without case, as GitHub does. */
function isSameSecret(a, b) {
    return a.name === b.name && a.environment?.toLowerCase() === b.environment?.toLowerCase();
}

;// CONCATENATED MODULE: ./build/keyring/keyring-inputs.js










const fields = {
    keyring: (0,inputs/* field */.ZZ)({
        description: "Text of the keyring, as read from a secret: the private key and the certificate of each CA, newest first. Empty before the first registration.",
        secret: true,
        // The value may be base64 of the PEM text. The run writes it back as PEM.
        parse: (text) => (0,pem_hints/* pemFromBase64 */.g_)(text) ?? text,
    }),
    ...github_secret_inputs/* keyringSecretFields */.pZ,
    "keyring-file": (0,inputs/* field */.ZZ)({
        description: "Path of the file that keeps the keyring, instead of keyring and keyring-secret. Its folder must exist, on a disk that outlasts the job.",
        parse: input_parsers/* path */.Ae,
    }),
    "keyring-ephemeral": (0,inputs/* field */.ZZ)({
        description: "Set to true if keyring-file lies on a disk that vanishes and a later step stores the file. Defaults to false.",
        default: "false",
        parse: input_parsers/* trueOrFalse */.dt,
    }),
    "keyring-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrases of the private keys in the keyring, one a line. Each may open a key. The task encrypts with the first one. register, and rotate with apply: true, also encrypt a key that an earlier run stored unencrypted. Without a passphrase the task stores a new key unencrypted, with a warning.",
        secret: true,
        verbatim: true,
        parse: passphraseLines,
    }),
};
/** The inputs of a task that only reads the keyring. */
const readingFields = {
    keyring: fields.keyring,
    ...github_secret_inputs/* keyringSecretReadingFields */.rg,
    "keyring-file": {
        ...fields["keyring-file"],
        description: "Path of the file to read the keyring from, instead of keyring.",
    },
};
/** The keyring: at most one source, read and checked before anything runs. */
const keyringInputs = (0,inputs/* group */.Os)(fields, (values, report, given) => openKeyring("is empty", values, report, given));
/**
 * The keyring of a task that writes it but never makes the first one: a keyring-file that does not exist is a mistyped
 * path.
 */
const existingKeyringInputs = (0,inputs/* group */.Os)(fields, (values, report, given) => openKeyring("is wrong", values, report, given));
/** The keyring of a task that uses a key of it, and never writes it. */
const openedKeyringInputs = (0,inputs/* group */.Os)({
    ...readingFields,
    "keyring-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrases of the private keys in the keyring, one a line. Each may open a key.",
        secret: true,
        verbatim: true,
        parse: passphraseLines,
    }),
}, (values, report, given) => openKeyring("is wrong", values, report, given));
/** The keyring of a task that only shows it: no key is opened, and certificates without keys are enough. */
const watchedKeyringInputs = (0,inputs/* group */.Os)(readingFields, (values, report, given) => resolveKeyring(values, report, given, {
    absentFile: "is empty",
    lenient: true,
    passphrases: new Passphrases(),
    readText: readsCertificates(report),
}));
/** The keyring of a task that looks after it: where it is, and where a copy of it goes. No key is opened here. */
const keptKeyringInputs = (0,inputs/* group */.Os)({
    ...fields,
    "github-token": {
        ...fields["github-token"],
        description: "GitHub token that may write keyring-secret or keyring-target-secret: of a GitHub App, or a fine-grained personal access token. It needs Secrets: write, or Environments: write for a secret of an environment. The workflow's own GITHUB_TOKEN cannot write secrets.",
    },
    "keyring-ephemeral": {
        ...fields["keyring-ephemeral"],
        description: "Set to true if keyring-file or keyring-target-file lies on a disk that vanishes and a later step stores the file. Defaults to false.",
    },
    "keyring-passphrase": {
        ...fields["keyring-passphrase"],
        description: "Passphrases of the private keys in the keyring, one a line. Each may open a key, and together they must open every key. The task encrypts each key that is plain, or that another passphrase opens, with the first one. Without a passphrase it opens and encrypts no key.",
    },
    ...keyringTargetFields,
}, async (values, report, given) => {
    const source = await openKeyring("is wrong", values, report, givenForSource(given), () => true);
    const target = resolveTarget(values, report, given);
    if (!given("keyring") && !given("keyring-file"))
        report("keyring", "is missing, and so is keyring-file. Give one of them", undefined, input_parsers/* EMPTY_SECRETS_HINT */.uQ);
    if (source === undefined || target === "invalid")
        return undefined;
    if (target === undefined)
        return source;
    reportSamePlace(source, target, report);
    // The source's Passphrases remember the keys that they have opened, so no key is derived twice.
    return { ...source, target: { ...target, passphrases: source.passphrases } };
});
/**
 * The input that names a CA to use again: one that was retired, removed from the platform, or refused by it.
 */
const restoreInputs = (0,inputs/* plainGroup */.k4)({
    restore: (0,inputs/* field */.ZZ)({
        description: "CA of the keyring to upload and use again: its common name, or its SHA-256 fingerprint with or without colons. Use it for a CA that was retired too early, that somebody removed from the platform, or that the platform refused before.",
        parse: input_parsers/* oneLine */.TN,
    }),
});
function openKeyring(absentFile, values, report, given, stayClosed = (entry) => isRetired(entry) || entry.tenant !== undefined) {
    const passphrases = new Passphrases(values["keyring-passphrase"]);
    const readText = opensKeys(passphrases, report, given, stayClosed);
    return resolveKeyring(values, report, given, { absentFile, passphrases, readText });
}
async function resolveKeyring(values, report, given, reading) {
    const { "keyring-file": file, "keyring-ephemeral": ephemeral } = values;
    const twoPlaces = reportTwoPlaces(report, given);
    const secret = twoPlaces ? undefined : (0,github_secret_inputs/* resolveSecret */.J5)(values, report, given);
    const found = [];
    // One after the other: the errors keep their order.
    for (const source of ["keyring-file", "keyring"])
        if (given(source))
            found.push(await readSource(source, values, report, reading));
    if (twoPlaces)
        return undefined;
    // Without a text the keyring is empty.
    const [{ text, content } = { text: "", content: await reading.readText("", "keyring") }] = found;
    if (text === undefined)
        return undefined;
    reportSize(text, report, given);
    // The rules of the task need both.
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
/** Reports each input that excludes keyring-file. @returns whether there was one */
function reportTwoPlaces(report, given) {
    if (!given("keyring-file"))
        return false;
    const others = [...(given("keyring") ? ["keyring"] : []), ...(0,github_secret_inputs/* givenForSecret */.jZ)(given)];
    for (const name of others)
        report(name, "is given together with keyring-file. The keyring has one place: give either keyring-file, or keyring with keyring-secret");
    return others.length > 0;
}
function reportSize(text, report, given) {
    const size = Buffer.byteLength(text);
    if (!given("keyring-secret") || size <= SECRET_LIMIT_BYTES)
        return;
    report("keyring", `has ${size} bytes. A GitHub secret holds at most ${SECRET_LIMIT_BYTES} bytes`, "KEYRING_TOO_LARGE");
}
/** @returns the passphrases, one of each line; a line break at the end aside */
function passphraseLines(text) {
    if (text.includes("-----BEGIN "))
        throw new Error("holds PEM text instead of passphrases. Give one passphrase a line");
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
        const problem = passphraseProblem(line, lines.slice(0, index));
        const where = lines.length > 1 ? ` in line ${index + 1}` : "";
        if (problem !== undefined)
            throw new Error(`has a passphrase${where} that ${problem}`);
    }
    return lines;
}
function passphraseProblem(text, others) {
    if (text.trim() === "")
        return "is blank. Give one passphrase a line";
    if (/[\r\0]/.test(text))
        return "contains a control character. OpenSSL would ignore what follows it. Use another passphrase";
    // Node opens keys with a passphrase of at most 1024 bytes (measured). OpenSSL encrypts with longer ones,
    // too.
    if (Buffer.byteLength(text) > 1024)
        return "is longer than 1024 bytes. Use a shorter one";
    if (others.includes(text))
        return `is the same as in line ${others.indexOf(text) + 1}. Give each passphrase once`;
    return (0,input_parsers/* maskProblem */.o3)(text);
}

;// CONCATENATED MODULE: ./build/mindconnect/connection-parsers.js
// Parsers of a connection's input texts. Each throws an Error whose message says what would be valid.




/** One DNS label (RFC 1123). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TENANT_IN_ADDRESS = /^(?:https?:\/\/)?(?!gateway\.)([a-z0-9-]+)\.[a-z0-9-]+\.mindsphere\.io(?:[:/]|$)/i;
const REGION_IN_ADDRESS = /(?:^|[./])([a-z0-9-]+)\.mindsphere\.io(?:[:/]|$)/i;
/** Reads a tenant, which becomes part of a host name and of file names. */
function hostTenantName(text) {
    if (LABEL.test(text.toLowerCase()))
        return text;
    const [, meant] = TENANT_IN_ADDRESS.exec(text) ?? [];
    throw new Error(`${(0,printable/* quoted */.TL)(text)} is not a tenant. A tenant is one DNS label: letters, digits and inner hyphens, at most 63 characters, for example acme${probably(meant)}`);
}
/**
 * Reads the name of an environment. It names the CA's files, so it must differ from the name of the
 * verification certificate's files.
 */
function tenantName(text) {
    if (/^verificationcert$/i.test(text)) {
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is the name of the verification certificate's files in the documented commands. Give the tenant of your environment, for example acme`);
    }
    return hostTenantName(text);
}
/** Reads a region: one label of the platform's host names. */
function regionName(text) {
    if (LABEL.test(text))
        return text;
    const [, inAddress] = REGION_IN_ADDRESS.exec(text) ?? [];
    const meant = [inAddress, text]
        .map((label) => label?.toLowerCase())
        .find((label) => LABEL.test(label ?? ""));
    const elsewhere = meant === undefined && /[./]/.test(text)
        ? ". For a cloud with its own domain, set gateway-url instead"
        : "";
    throw new Error(`${(0,printable/* quoted */.TL)(text)} is not a region. A region is one DNS label in lower case, for example eu1${probably(meant)}${elsewhere}`);
}
function probably(meant) {
    return meant === undefined ? "" : `. Here it is probably ${meant.toLowerCase()}`;
}
/** The gateway's origin. */
function gatewayUrl(text) {
    const url = secureUrl(text);
    if (url.pathname !== "/")
        throw new Error("has a path. Give only the origin, for example https://gateway.example.com");
    return url;
}
/** An https URL without credentials, query and fragment; http only on loopback. */
function secureUrl(text) {
    // The URL parser ignores a third slash: it would read https:///h as https://h.
    if (!URL.canParse(text) || !/^[a-z][\w+.-]*:\/\/[^/\\]/i.test(text))
        throw new Error("is not a URL. Give an https URL, for example https://gateway.example.com");
    const url = new URL(text);
    // The user info may be a password: it is not repeated.
    if (url.username !== "" || url.password !== "")
        throw new Error("contains credentials. URLs are not secret: use client-id and client-secret, for example with https://gateway.example.com");
    if (/[?#]/.test(text))
        throw new Error("has a query or fragment. Remove the part from ? or # on, for example https://gateway.example.com");
    if (url.protocol === "https:" || (url.protocol === "http:" && (0,proxy/* isLoopback */.U)(url)))
        return url;
    throw new Error(`${(0,printable/* quoted */.TL)(url.origin === "null" ? url.protocol : url.origin)} is not https. Give an https URL, for example https://gateway.example.com. http is accepted only on loopback`);
}
/**
 * Reads a bearer token (RFC 6750 §2.1), with or without `Bearer`. GitHub's own tokens are refused: people
 * paste them here by mistake.
 */
function bearerToken(text) {
    const token = text.replace(/^Bearer\s+/i, "");
    if (/^(?:gh[a-z]_|github_pat_)/.test(token)) {
        throw new Error("is a GitHub token. Give a bearer token of Insights Hub, or client-id and client-secret");
    }
    if (!/^[\w.~+/-]+=*$/.test(token))
        throw new Error("is not a bearer token: it contains characters that no token has. Give the value of access_token, one line without blanks");
    return (0,input_parsers/* maskable */.dm)(token);
}
/** Reads a client id. A colon in it would end the id in the header (RFC 7617). */
function connection_parsers_clientId(text) {
    if (text.includes(":"))
        throw new Error("contains a colon. A client id has none, for example acme-technical-user");
    return (0,input_parsers/* oneLine */.TN)(text);
}
/** A number of minutes above 0, at most 360; fractions are allowed. */
function timeoutMinutes(text) {
    const value = /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value > 0 && value <= retry/* LONGEST_TIMEOUT_MINUTES */.RR)) {
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not valid. Give a number of minutes above 0, at most ${retry/* LONGEST_TIMEOUT_MINUTES */.RR}, for example 10`);
    }
    return value;
}

;// CONCATENATED MODULE: ./build/mindconnect/connection-inputs.js
// The inputs of a connection to the platform: environment, gateway, one way of authentication, and timeout.



const WAYS = "token, or client-id and client-secret (with app-name and app-version for application credentials)";
/** The name of the environment: `$TENANT` of the vendor's page. */
const tenantField = (0,inputs/* field */.ZZ)({
    description: "Tenant: the name of your Insights Hub environment, the first part of the address at which you log in. One DNS label, for example acme.",
    required: true,
    parse: tenantName,
});
/** The environment of a task that does not talk to the platform. */
const environmentInputs = (0,inputs/* plainGroup */.k4)({ tenant: tenantField });
/** The environment where it only names the files of the documented commands. */
const optionalEnvironmentInputs = (0,inputs/* plainGroup */.k4)({
    tenant: (0,inputs/* field */.ZZ)({
        description: "Tenant: the name of your Insights Hub environment, one DNS label, for example acme. It names the CA's files in the documented commands. Defaults to ca.",
        parse: tenantName,
    }),
});
const connection_inputs_fields = {
    tenant: tenantField,
    region: (0,inputs/* field */.ZZ)({
        description: "Region of your environment: the part before .mindsphere.io in the address at which you log in. One DNS label in lower case. The gateway is https://gateway.{region}.mindsphere.io. Defaults to eu1.",
        default: "eu1",
        parse: regionName,
    }),
    "gateway-url": (0,inputs/* field */.ZZ)({
        description: "Gateway of a private cloud or of the sandbox, instead of the region's. An https URL without a path, for example https://gateway.example.com. http is accepted only on loopback.",
        parse: gatewayUrl,
    }),
    token: (0,inputs/* field */.ZZ)({
        description: "Bearer token of Insights Hub that you fetched yourself, instead of client-id and client-secret. It is valid for 30 minutes.",
        secret: true,
        parse: bearerToken,
    }),
    "client-id": (0,inputs/* field */.ZZ)({
        description: "Client id of service or application credentials, or the name of a technical user. The task fetches its tokens with it. Needs client-secret.",
        parse: connection_parsers_clientId,
    }),
    "client-secret": (0,inputs/* field */.ZZ)({
        description: "Client secret of client-id. For a technical user it is the password.",
        secret: true,
        parse: (text) => (0,input_parsers/* maskable */.dm)((0,input_parsers/* oneLine */.TN)(text)),
    }),
    "token-url": (0,inputs/* field */.ZZ)({
        description: "Token endpoint for client-id and client-secret, an https URL. Defaults to https://{tenant}.piam.{region}.mindsphere.io/oauth/token. Required with gateway-url. Not used with app-name.",
        parse: secureUrl,
    }),
    "app-name": (0,inputs/* field */.ZZ)({
        description: "Name of the application, for application credentials. Needs app-version, client-id and client-secret.",
        parse: input_parsers/* oneLine */.TN,
    }),
    "app-version": (0,inputs/* field */.ZZ)({
        description: "Version of the application, for application credentials. Needs app-name, client-id and client-secret.",
        parse: input_parsers/* oneLine */.TN,
    }),
    "host-tenant": (0,inputs/* field */.ZZ)({
        description: "Tenant that hosts the application, one DNS label. Defaults to tenant. Needs app-name and app-version.",
        parse: hostTenantName,
    }),
    "timeout-minutes": (0,inputs/* field */.ZZ)({
        description: "Longest time for all requests to the platform in minutes, including waits for rate limits. A number above 0, at most 360. Defaults to 10.",
        default: "10",
        parse: timeoutMinutes,
    }),
};
/** Connection and authentication: every task that talks to the platform has these inputs. */
const connectionInputs = (0,inputs/* group */.Os)(connection_inputs_fields, (values, report, given) => {
    const authentication = authenticate(values, report, given);
    const { tenant, region, "timeout-minutes": timeout } = values;
    if (tenant === undefined || region === undefined || timeout === undefined)
        return undefined;
    // A gateway-url that was refused must not be replaced by the gateway of the region.
    if (values["gateway-url"] === undefined && given("gateway-url"))
        return undefined;
    if (authentication === undefined)
        return undefined;
    return {
        tenant,
        gateway: gatewayOf(values),
        gatewayFrom: gatewayFrom(values),
        authentication,
        timeout: timeout * 60_000,
    };
});
/** Connection and authentication of a task that can do without the platform. */
const optionalConnectionInputs = (0,inputs/* group */.Os)({
    ...connection_inputs_fields,
    offline: (0,inputs/* field */.ZZ)({
        description: "Set to true to issue without asking the platform whether the CA is usable. The task then needs no authentication. Defaults to false.",
        default: "false",
        parse: input_parsers/* trueOrFalse */.dt,
    }),
}, (values, report, given, text) => {
    const { tenant, region, offline } = values;
    const connection = offline === true ? undefined : connectionInputs.resolve(values, report, given, text);
    if (tenant === undefined || region === undefined || offline === undefined)
        return undefined;
    if (!offline && connection === undefined)
        return undefined;
    return { environment: { tenant, region, gateway: gatewayOf(values) }, connection };
});
function gatewayOf(values) {
    return values["gateway-url"] ?? new URL(`https://gateway.${values.region}.mindsphere.io`);
}
const AT_LOGIN = "against the address where you log in to Insights Hub";
/** @returns the inputs that the gateway comes from, for the next step of an error: `Check …` */
function gatewayFrom(values) {
    const url = values["gateway-url"];
    return url === undefined
        ? `region, which is ${values.region} here, ${AT_LOGIN}`
        : `gateway-url, which is ${url.origin} here`;
}
/** @returns the inputs that the token endpoint comes from, for the next step of an error: `Check …` */
function tokenUrlFrom(values, application) {
    if (application)
        return gatewayFrom(values);
    const url = values["token-url"];
    return url === undefined
        ? `tenant and region, which are ${values.tenant} and ${values.region} here, ${AT_LOGIN}`
        : `token-url, which is ${url.href} here`;
}
/** Exactly one way of authentication; two or none is an error that names the ways. */
function authenticate(values, report, given) {
    const application = given("app-name") || given("app-version");
    const credentials = application || given("client-id") || given("client-secret");
    if (given("host-tenant") && !application)
        report("host-tenant", "is given without app-name and app-version. Give them too, or remove host-tenant");
    if (given("token-url") && given("token") && !credentials)
        report("token-url", "is given without client-id and client-secret. Remove token-url: the task fetches no token if token is given");
    if (given("token") === credentials) {
        const found = credentials
            ? "is given together with client credentials"
            : "is missing, and so are client-id and client-secret";
        const why = credentials ? undefined : input_parsers/* EMPTY_SECRETS_HINT */.uQ;
        report("token", `${found}. Give exactly one way of authentication: ${WAYS}`, undefined, why);
        return undefined;
    }
    if (credentials)
        return readCredentials(values, report, given, application);
    return values.token === undefined ? undefined : { token: values.token };
}
function readCredentials(values, report, given, application) {
    const missing = ["client-id", "client-secret"].filter((name) => !given(name));
    for (const name of missing)
        report(name, "is missing. The other credentials given need it", undefined, input_parsers/* EMPTY_SECRETS_HINT */.uQ);
    const tokenUrl = application ? tokenManager(values, report, given) : tokenEndpoint(values, report, given);
    const { tenant, "client-id": clientId, "client-secret": clientSecret } = values;
    if (clientId === undefined || clientSecret === undefined || tokenUrl === undefined)
        return undefined;
    const client = { clientId, clientSecret, tokenUrl, tokenUrlFrom: tokenUrlFrom(values, application) };
    if (!application)
        return client;
    const { "app-name": appName, "app-version": appVersion, "host-tenant": hostTenant = tenant } = values;
    if (appName === undefined || appVersion === undefined || tenant === undefined || hostTenant === undefined)
        return undefined;
    return { ...client, application: { appName, appVersion, hostTenant, userTenant: tenant } };
}
function tokenManager(values, report, given) {
    for (const name of ["app-name", "app-version"]) {
        if (!given(name))
            report(name, "is missing. Application credentials need app-name and app-version, for example myapp and v1.0.0");
    }
    if (given("token-url")) {
        report("token-url", "is given together with app-name or app-version. Remove token-url: application credentials use the gateway's token manager");
    }
    return new URL("/api/technicaltokenmanager/v3/oauth/token", gatewayOf(values));
}
function tokenEndpoint(values, report, given) {
    if (given("token-url"))
        return values["token-url"];
    if (given("gateway-url")) {
        report("token-url", "is missing. With gateway-url, client-secret is sent only to a token endpoint that you name, for example https://login.example.com/oauth/token");
        return undefined;
    }
    const { tenant, region } = values;
    if (tenant === undefined || region === undefined)
        return undefined;
    return new URL(`https://${tenant}.piam.${region}.mindsphere.io/oauth/token`);
}

;// CONCATENATED MODULE: ./build/run/task.js
/** Declares a task, inferring its types. */
function defineTask(task) {
    return task;
}

;// CONCATENATED MODULE: ./node_modules/i18n-iso-countries/codes.json
const codes_namespaceObject = /*#__PURE__*/JSON.parse('[["AF","AFG","004","ISO 3166-2:AF"],["AL","ALB","008","ISO 3166-2:AL"],["DZ","DZA","012","ISO 3166-2:DZ"],["AS","ASM","016","ISO 3166-2:AS"],["AD","AND","020","ISO 3166-2:AD"],["AO","AGO","024","ISO 3166-2:AO"],["AI","AIA","660","ISO 3166-2:AI"],["AQ","ATA","010","ISO 3166-2:AQ"],["AG","ATG","028","ISO 3166-2:AG"],["AR","ARG","032","ISO 3166-2:AR"],["AM","ARM","051","ISO 3166-2:AM"],["AW","ABW","533","ISO 3166-2:AW"],["AU","AUS","036","ISO 3166-2:AU"],["AT","AUT","040","ISO 3166-2:AT"],["AZ","AZE","031","ISO 3166-2:AZ"],["BS","BHS","044","ISO 3166-2:BS"],["BH","BHR","048","ISO 3166-2:BH"],["BD","BGD","050","ISO 3166-2:BD"],["BB","BRB","052","ISO 3166-2:BB"],["BY","BLR","112","ISO 3166-2:BY"],["BE","BEL","056","ISO 3166-2:BE"],["BZ","BLZ","084","ISO 3166-2:BZ"],["BJ","BEN","204","ISO 3166-2:BJ"],["BM","BMU","060","ISO 3166-2:BM"],["BT","BTN","064","ISO 3166-2:BT"],["BO","BOL","068","ISO 3166-2:BO"],["BA","BIH","070","ISO 3166-2:BA"],["BW","BWA","072","ISO 3166-2:BW"],["BV","BVT","074","ISO 3166-2:BV"],["BR","BRA","076","ISO 3166-2:BR"],["IO","IOT","086","ISO 3166-2:IO"],["BN","BRN","096","ISO 3166-2:BN"],["BG","BGR","100","ISO 3166-2:BG"],["BF","BFA","854","ISO 3166-2:BF"],["BI","BDI","108","ISO 3166-2:BI"],["KH","KHM","116","ISO 3166-2:KH"],["CM","CMR","120","ISO 3166-2:CM"],["CA","CAN","124","ISO 3166-2:CA"],["CV","CPV","132","ISO 3166-2:CV"],["KY","CYM","136","ISO 3166-2:KY"],["CF","CAF","140","ISO 3166-2:CF"],["TD","TCD","148","ISO 3166-2:TD"],["CL","CHL","152","ISO 3166-2:CL"],["CN","CHN","156","ISO 3166-2:CN"],["CX","CXR","162","ISO 3166-2:CX"],["CC","CCK","166","ISO 3166-2:CC"],["CO","COL","170","ISO 3166-2:CO"],["KM","COM","174","ISO 3166-2:KM"],["CG","COG","178","ISO 3166-2:CG"],["CD","COD","180","ISO 3166-2:CD"],["CK","COK","184","ISO 3166-2:CK"],["CR","CRI","188","ISO 3166-2:CR"],["CI","CIV","384","ISO 3166-2:CI"],["HR","HRV","191","ISO 3166-2:HR"],["CU","CUB","192","ISO 3166-2:CU"],["CY","CYP","196","ISO 3166-2:CY"],["CZ","CZE","203","ISO 3166-2:CZ"],["DK","DNK","208","ISO 3166-2:DK"],["DJ","DJI","262","ISO 3166-2:DJ"],["DM","DMA","212","ISO 3166-2:DM"],["DO","DOM","214","ISO 3166-2:DO"],["EC","ECU","218","ISO 3166-2:EC"],["EG","EGY","818","ISO 3166-2:EG"],["SV","SLV","222","ISO 3166-2:SV"],["GQ","GNQ","226","ISO 3166-2:GQ"],["ER","ERI","232","ISO 3166-2:ER"],["EE","EST","233","ISO 3166-2:EE"],["ET","ETH","231","ISO 3166-2:ET"],["FK","FLK","238","ISO 3166-2:FK"],["FO","FRO","234","ISO 3166-2:FO"],["FJ","FJI","242","ISO 3166-2:FJ"],["FI","FIN","246","ISO 3166-2:FI"],["FR","FRA","250","ISO 3166-2:FR"],["GF","GUF","254","ISO 3166-2:GF"],["PF","PYF","258","ISO 3166-2:PF"],["TF","ATF","260","ISO 3166-2:TF"],["GA","GAB","266","ISO 3166-2:GA"],["GM","GMB","270","ISO 3166-2:GM"],["GE","GEO","268","ISO 3166-2:GE"],["DE","DEU","276","ISO 3166-2:DE"],["GH","GHA","288","ISO 3166-2:GH"],["GI","GIB","292","ISO 3166-2:GI"],["GR","GRC","300","ISO 3166-2:GR"],["GL","GRL","304","ISO 3166-2:GL"],["GD","GRD","308","ISO 3166-2:GD"],["GP","GLP","312","ISO 3166-2:GP"],["GU","GUM","316","ISO 3166-2:GU"],["GT","GTM","320","ISO 3166-2:GT"],["GN","GIN","324","ISO 3166-2:GN"],["GW","GNB","624","ISO 3166-2:GW"],["GY","GUY","328","ISO 3166-2:GY"],["HT","HTI","332","ISO 3166-2:HT"],["HM","HMD","334","ISO 3166-2:HM"],["VA","VAT","336","ISO 3166-2:VA"],["HN","HND","340","ISO 3166-2:HN"],["HK","HKG","344","ISO 3166-2:HK"],["HU","HUN","348","ISO 3166-2:HU"],["IS","ISL","352","ISO 3166-2:IS"],["IN","IND","356","ISO 3166-2:IN"],["ID","IDN","360","ISO 3166-2:ID"],["IR","IRN","364","ISO 3166-2:IR"],["IQ","IRQ","368","ISO 3166-2:IQ"],["IE","IRL","372","ISO 3166-2:IE"],["IL","ISR","376","ISO 3166-2:IL"],["IT","ITA","380","ISO 3166-2:IT"],["JM","JAM","388","ISO 3166-2:JM"],["JP","JPN","392","ISO 3166-2:JP"],["JO","JOR","400","ISO 3166-2:JO"],["KZ","KAZ","398","ISO 3166-2:KZ"],["KE","KEN","404","ISO 3166-2:KE"],["KI","KIR","296","ISO 3166-2:KI"],["KP","PRK","408","ISO 3166-2:KP"],["KR","KOR","410","ISO 3166-2:KR"],["KW","KWT","414","ISO 3166-2:KW"],["KG","KGZ","417","ISO 3166-2:KG"],["LA","LAO","418","ISO 3166-2:LA"],["LV","LVA","428","ISO 3166-2:LV"],["LB","LBN","422","ISO 3166-2:LB"],["LS","LSO","426","ISO 3166-2:LS"],["LR","LBR","430","ISO 3166-2:LR"],["LY","LBY","434","ISO 3166-2:LY"],["LI","LIE","438","ISO 3166-2:LI"],["LT","LTU","440","ISO 3166-2:LT"],["LU","LUX","442","ISO 3166-2:LU"],["MO","MAC","446","ISO 3166-2:MO"],["MG","MDG","450","ISO 3166-2:MG"],["MW","MWI","454","ISO 3166-2:MW"],["MY","MYS","458","ISO 3166-2:MY"],["MV","MDV","462","ISO 3166-2:MV"],["ML","MLI","466","ISO 3166-2:ML"],["MT","MLT","470","ISO 3166-2:MT"],["MH","MHL","584","ISO 3166-2:MH"],["MQ","MTQ","474","ISO 3166-2:MQ"],["MR","MRT","478","ISO 3166-2:MR"],["MU","MUS","480","ISO 3166-2:MU"],["YT","MYT","175","ISO 3166-2:YT"],["MX","MEX","484","ISO 3166-2:MX"],["FM","FSM","583","ISO 3166-2:FM"],["MD","MDA","498","ISO 3166-2:MD"],["MC","MCO","492","ISO 3166-2:MC"],["MN","MNG","496","ISO 3166-2:MN"],["MS","MSR","500","ISO 3166-2:MS"],["MA","MAR","504","ISO 3166-2:MA"],["MZ","MOZ","508","ISO 3166-2:MZ"],["MM","MMR","104","ISO 3166-2:MM"],["NA","NAM","516","ISO 3166-2:NA"],["NR","NRU","520","ISO 3166-2:NR"],["NP","NPL","524","ISO 3166-2:NP"],["NL","NLD","528","ISO 3166-2:NL"],["NC","NCL","540","ISO 3166-2:NC"],["NZ","NZL","554","ISO 3166-2:NZ"],["NI","NIC","558","ISO 3166-2:NI"],["NE","NER","562","ISO 3166-2:NE"],["NG","NGA","566","ISO 3166-2:NG"],["NU","NIU","570","ISO 3166-2:NU"],["NF","NFK","574","ISO 3166-2:NF"],["MP","MNP","580","ISO 3166-2:MP"],["MK","MKD","807","ISO 3166-2:MK"],["NO","NOR","578","ISO 3166-2:NO"],["OM","OMN","512","ISO 3166-2:OM"],["PK","PAK","586","ISO 3166-2:PK"],["PW","PLW","585","ISO 3166-2:PW"],["PS","PSE","275","ISO 3166-2:PS"],["PA","PAN","591","ISO 3166-2:PA"],["PG","PNG","598","ISO 3166-2:PG"],["PY","PRY","600","ISO 3166-2:PY"],["PE","PER","604","ISO 3166-2:PE"],["PH","PHL","608","ISO 3166-2:PH"],["PN","PCN","612","ISO 3166-2:PN"],["PL","POL","616","ISO 3166-2:PL"],["PT","PRT","620","ISO 3166-2:PT"],["PR","PRI","630","ISO 3166-2:PR"],["QA","QAT","634","ISO 3166-2:QA"],["RE","REU","638","ISO 3166-2:RE"],["RO","ROU","642","ISO 3166-2:RO"],["RU","RUS","643","ISO 3166-2:RU"],["RW","RWA","646","ISO 3166-2:RW"],["SH","SHN","654","ISO 3166-2:SH"],["KN","KNA","659","ISO 3166-2:KN"],["LC","LCA","662","ISO 3166-2:LC"],["PM","SPM","666","ISO 3166-2:PM"],["VC","VCT","670","ISO 3166-2:VC"],["WS","WSM","882","ISO 3166-2:WS"],["SM","SMR","674","ISO 3166-2:SM"],["ST","STP","678","ISO 3166-2:ST"],["SA","SAU","682","ISO 3166-2:SA"],["SN","SEN","686","ISO 3166-2:SN"],["SC","SYC","690","ISO 3166-2:SC"],["SL","SLE","694","ISO 3166-2:SL"],["SG","SGP","702","ISO 3166-2:SG"],["SK","SVK","703","ISO 3166-2:SK"],["SI","SVN","705","ISO 3166-2:SI"],["SB","SLB","090","ISO 3166-2:SB"],["SO","SOM","706","ISO 3166-2:SO"],["ZA","ZAF","710","ISO 3166-2:ZA"],["GS","SGS","239","ISO 3166-2:GS"],["ES","ESP","724","ISO 3166-2:ES"],["LK","LKA","144","ISO 3166-2:LK"],["SD","SDN","729","ISO 3166-2:SD"],["SR","SUR","740","ISO 3166-2:SR"],["SJ","SJM","744","ISO 3166-2:SJ"],["SZ","SWZ","748","ISO 3166-2:SZ"],["SE","SWE","752","ISO 3166-2:SE"],["CH","CHE","756","ISO 3166-2:CH"],["SY","SYR","760","ISO 3166-2:SY"],["TW","TWN","158","ISO 3166-2:TW"],["TJ","TJK","762","ISO 3166-2:TJ"],["TZ","TZA","834","ISO 3166-2:TZ"],["TH","THA","764","ISO 3166-2:TH"],["TL","TLS","626","ISO 3166-2:TL"],["TG","TGO","768","ISO 3166-2:TG"],["TK","TKL","772","ISO 3166-2:TK"],["TO","TON","776","ISO 3166-2:TO"],["TT","TTO","780","ISO 3166-2:TT"],["TN","TUN","788","ISO 3166-2:TN"],["TR","TUR","792","ISO 3166-2:TR"],["TM","TKM","795","ISO 3166-2:TM"],["TC","TCA","796","ISO 3166-2:TC"],["TV","TUV","798","ISO 3166-2:TV"],["UG","UGA","800","ISO 3166-2:UG"],["UA","UKR","804","ISO 3166-2:UA"],["AE","ARE","784","ISO 3166-2:AE"],["GB","GBR","826","ISO 3166-2:GB"],["US","USA","840","ISO 3166-2:US"],["UM","UMI","581","ISO 3166-2:UM"],["UY","URY","858","ISO 3166-2:UY"],["UZ","UZB","860","ISO 3166-2:UZ"],["VU","VUT","548","ISO 3166-2:VU"],["VE","VEN","862","ISO 3166-2:VE"],["VN","VNM","704","ISO 3166-2:VN"],["VG","VGB","092","ISO 3166-2:VG"],["VI","VIR","850","ISO 3166-2:VI"],["WF","WLF","876","ISO 3166-2:WF"],["EH","ESH","732","ISO 3166-2:EH"],["YE","YEM","887","ISO 3166-2:YE"],["ZM","ZMB","894","ISO 3166-2:ZM"],["ZW","ZWE","716","ISO 3166-2:ZW"],["AX","ALA","248","ISO 3166-2:AX"],["BQ","BES","535","ISO 3166-2:BQ"],["CW","CUW","531","ISO 3166-2:CW"],["GG","GGY","831","ISO 3166-2:GG"],["IM","IMN","833","ISO 3166-2:IM"],["JE","JEY","832","ISO 3166-2:JE"],["ME","MNE","499","ISO 3166-2:ME"],["BL","BLM","652","ISO 3166-2:BL"],["MF","MAF","663","ISO 3166-2:MF"],["RS","SRB","688","ISO 3166-2:RS"],["SX","SXM","534","ISO 3166-2:SX"],["SS","SSD","728","ISO 3166-2:SS"],["XK","XKK","983","ISO 3166-2:XK"]]');
;// CONCATENATED MODULE: ./node_modules/i18n-iso-countries/langs/de.json
const de_namespaceObject = /*#__PURE__*/JSON.parse('{"X":{"AF":"Afghanistan","EG":"Ägypten","AX":"Åland","AL":"Albanien","DZ":"Algerien","AS":"Amerikanisch-Samoa","VI":"Amerikanische Jungferninseln","AD":"Andorra","AO":"Angola","AI":"Anguilla","AQ":"Antarktis","AG":"Antigua und Barbuda","GQ":"Äquatorialguinea","AR":"Argentinien","AM":"Armenien","AW":"Aruba","AZ":"Aserbaidschan","ET":"Äthiopien","AU":"Australien","BS":"Bahamas","BH":"Bahrain","BD":"Bangladesch","BB":"Barbados","BY":"Belarus","BE":"Belgien","BZ":"Belize","BJ":"Benin","BM":"Bermuda","BT":"Bhutan","BO":"Bolivien","BQ":"Bonaire","BA":"Bosnien und Herzegowina","BW":"Botswana","BV":"Bouvetinsel","BR":"Brasilien","VG":"Britische Jungferninseln","IO":"Britisches Territorium im Indischen Ozean","BN":"Brunei Darussalam","BG":"Bulgarien","BF":"Burkina Faso","BI":"Burundi","CL":"Chile","CN":"China","CK":"Cookinseln","CR":"Costa Rica","CI":"Elfenbeinküste","CW":"Curaçao","DK":"Dänemark","DE":"Deutschland","DM":"Dominica","DO":"Dominikanische Republik","DJ":"Dschibuti","EC":"Ecuador","SV":"El Salvador","ER":"Eritrea","EE":"Estland","FK":"Falklandinseln","FO":"Färöer","FJ":"Fidschi","FI":"Finnland","FR":"Frankreich","GF":"Französisch-Guayana","PF":"Französisch-Polynesien","TF":"Französische Süd- und Antarktisgebiete","GA":"Gabun","GM":"Gambia","GE":"Georgien","GH":"Ghana","GI":"Gibraltar","GD":"Grenada","GR":"Griechenland","GL":"Grönland","GP":"Guadeloupe","GU":"Guam","GT":"Guatemala","GG":"Guernsey","GN":"Guinea","GW":"Guinea-Bissau","GY":"Guyana","HT":"Haiti","HM":"Heard und McDonaldinseln","HN":"Honduras","HK":["Hongkong","Hong Kong"],"IN":"Indien","ID":"Indonesien","IM":"Insel Man","IQ":"Irak","IR":"Iran","IE":"Irland","IS":"Island","IL":"Israel","IT":"Italien","JM":"Jamaika","JP":"Japan","YE":"Jemen","JE":"Jersey","JO":"Jordanien","KY":"Kaimaninseln","KH":"Kambodscha","CM":"Kamerun","CA":"Kanada","CV":"Kap Verde","KZ":"Kasachstan","QA":"Katar","KE":"Kenia","KG":"Kirgisistan","KI":"Kiribati","CC":"Kokosinseln","CO":"Kolumbien","KM":"Komoren","CD":"Kongo","KP":"Nordkorea","KR":"Südkorea","HR":"Kroatien","CU":"Kuba","KW":"Kuwait","LA":"Laos","LS":"Lesotho","LV":"Lettland","LB":"Libanon","LR":"Liberia","LY":"Libyen","LI":"Liechtenstein","LT":"Litauen","LU":"Luxemburg","MO":"Macao","MG":"Madagaskar","MW":"Malawi","MY":"Malaysia","MV":"Malediven","ML":"Mali","MT":"Malta","MA":"Marokko","MH":"Marshallinseln","MQ":"Martinique","MR":"Mauretanien","MU":"Mauritius","YT":"Mayotte","MX":"Mexiko","FM":"Mikronesien","MD":"Moldawien","MC":"Monaco","MN":"Mongolei","ME":"Montenegro","MS":"Montserrat","MZ":"Mosambik","MM":"Myanmar","NA":"Namibia","NR":"Nauru","NP":"Nepal","NC":"Neukaledonien","NZ":"Neuseeland","NI":"Nicaragua","NL":"Niederlande","NE":"Niger","NG":"Nigeria","NU":"Niue","MK":"Nordmazedonien","MP":"Nördliche Marianen","NF":"Norfolkinsel","NO":"Norwegen","OM":"Oman","AT":"Österreich","TL":"Osttimor","PK":"Pakistan","PS":"Staat Palästina","PW":"Palau","PA":"Panama","PG":"Papua-Neuguinea","PY":"Paraguay","PE":"Peru","PH":"Philippinen","PN":"Pitcairninseln","PL":"Polen","PT":"Portugal","PR":"Puerto Rico","TW":"Taiwan","CG":"Republik Kongo","RE":"Réunion","RW":"Ruanda","RO":"Rumänien","RU":["Russische Föderation","Russland"],"BL":"Saint-Barthélemy","MF":"Saint-Martin","SB":"Salomonen","ZM":"Sambia","WS":"Samoa","SM":"San Marino","ST":"São Tomé und Príncipe","SA":"Saudi-Arabien","SE":"Schweden","CH":"Schweiz","SN":"Senegal","RS":"Serbien","SC":"Seychellen","SL":"Sierra Leone","ZW":"Simbabwe","SG":"Singapur","SX":"Sint Maarten","SK":"Slowakei","SI":"Slowenien","SO":"Somalia","ES":"Spanien","LK":"Sri Lanka","SH":"St. Helena","KN":"St. Kitts und Nevis","LC":"St. Lucia","PM":"Saint-Pierre und Miquelon","VC":"St. Vincent und die Grenadinen","ZA":"Südafrika","SD":"Sudan","GS":"Südgeorgien und die Südlichen Sandwichinseln","SS":"Südsudan","SR":"Suriname","SJ":"Svalbard und Jan Mayen","SZ":"Eswatini","SY":"Syrien, Arabische Republik","TJ":"Tadschikistan","TZ":["Tansania, Vereinigte Republik","Tansania"],"TH":"Thailand","TG":"Togo","TK":"Tokelau","TO":"Tonga","TT":"Trinidad und Tobago","TD":"Tschad","CZ":["Tschechische Republik","Tschechien"],"TN":"Tunesien","TR":"Türkei","TM":"Turkmenistan","TC":"Turks- und Caicosinseln","TV":"Tuvalu","UG":"Uganda","UA":"Ukraine","HU":"Ungarn","UM":"United States Minor Outlying Islands","UY":"Uruguay","UZ":"Usbekistan","VU":"Vanuatu","VA":"Vatikanstadt","VE":"Venezuela","AE":"Vereinigte Arabische Emirate","US":["Vereinigte Staaten von Amerika","Vereinigte Staaten","USA"],"GB":["Vereinigtes Königreich","Großbritannien"],"VN":"Vietnam","WF":"Wallis und Futuna","CX":"Weihnachtsinsel","EH":"Westsahara","CF":"Zentralafrikanische Republik","CY":"Zypern","XK":"Kosovo"}}');
;// CONCATENATED MODULE: ./node_modules/i18n-iso-countries/langs/en.json
const en_namespaceObject = /*#__PURE__*/JSON.parse('{"X":{"AF":"Afghanistan","AL":"Albania","DZ":"Algeria","AS":"American Samoa","AD":"Andorra","AO":"Angola","AI":"Anguilla","AQ":"Antarctica","AG":"Antigua and Barbuda","AR":"Argentina","AM":"Armenia","AW":"Aruba","AU":"Australia","AT":"Austria","AZ":"Azerbaijan","BS":"Bahamas","BH":"Bahrain","BD":"Bangladesh","BB":"Barbados","BY":"Belarus","BE":"Belgium","BZ":"Belize","BJ":"Benin","BM":"Bermuda","BT":"Bhutan","BO":"Bolivia","BA":"Bosnia and Herzegovina","BW":"Botswana","BV":"Bouvet Island","BR":"Brazil","IO":"British Indian Ocean Territory","BN":"Brunei Darussalam","BG":"Bulgaria","BF":"Burkina Faso","BI":"Burundi","KH":"Cambodia","CM":"Cameroon","CA":"Canada","CV":"Cape Verde","KY":"Cayman Islands","CF":"Central African Republic","TD":"Chad","CL":"Chile","CN":["People\'s Republic of China","China"],"CX":"Christmas Island","CC":"Cocos (Keeling) Islands","CO":"Colombia","KM":"Comoros","CG":["Republic of the Congo","Congo"],"CD":["Democratic Republic of the Congo","Congo"],"CK":"Cook Islands","CR":"Costa Rica","CI":["Cote d\'Ivoire","Côte d\'Ivoire","Ivory Coast"],"HR":"Croatia","CU":"Cuba","CY":"Cyprus","CZ":["Czech Republic","Czechia"],"DK":"Denmark","DJ":"Djibouti","DM":"Dominica","DO":"Dominican Republic","EC":"Ecuador","EG":"Egypt","SV":"El Salvador","GQ":"Equatorial Guinea","ER":"Eritrea","EE":"Estonia","ET":"Ethiopia","FK":"Falkland Islands (Malvinas)","FO":"Faroe Islands","FJ":"Fiji","FI":"Finland","FR":"France","GF":"French Guiana","PF":"French Polynesia","TF":"French Southern Territories","GA":"Gabon","GM":["Republic of The Gambia","The Gambia","Gambia"],"GE":"Georgia","DE":"Germany","GH":"Ghana","GI":"Gibraltar","GR":"Greece","GL":"Greenland","GD":"Grenada","GP":"Guadeloupe","GU":"Guam","GT":"Guatemala","GN":"Guinea","GW":"Guinea-Bissau","GY":"Guyana","HT":"Haiti","HM":"Heard Island and McDonald Islands","VA":"Holy See (Vatican City State)","HN":"Honduras","HK":"Hong Kong","HU":"Hungary","IS":"Iceland","IN":"India","ID":"Indonesia","IR":["Islamic Republic of Iran","Iran"],"IQ":"Iraq","IE":"Ireland","IL":"Israel","IT":"Italy","JM":"Jamaica","JP":"Japan","JO":"Jordan","KZ":"Kazakhstan","KE":"Kenya","KI":"Kiribati","KP":"North Korea","KR":["South Korea","Korea, Republic of","Republic of Korea"],"KW":"Kuwait","KG":"Kyrgyzstan","LA":"Lao People\'s Democratic Republic","LV":"Latvia","LB":"Lebanon","LS":"Lesotho","LR":"Liberia","LY":"Libya","LI":"Liechtenstein","LT":"Lithuania","LU":"Luxembourg","MO":"Macao","MG":"Madagascar","MW":"Malawi","MY":"Malaysia","MV":"Maldives","ML":"Mali","MT":"Malta","MH":"Marshall Islands","MQ":"Martinique","MR":"Mauritania","MU":"Mauritius","YT":"Mayotte","MX":"Mexico","FM":"Micronesia, Federated States of","MD":"Moldova, Republic of","MC":"Monaco","MN":"Mongolia","MS":"Montserrat","MA":"Morocco","MZ":"Mozambique","MM":"Myanmar","NA":"Namibia","NR":"Nauru","NP":"Nepal","NL":["Netherlands","The Netherlands","Netherlands (Kingdom of the)"],"NC":"New Caledonia","NZ":"New Zealand","NI":"Nicaragua","NE":"Niger","NG":"Nigeria","NU":"Niue","NF":"Norfolk Island","MK":["The Republic of North Macedonia","North Macedonia"],"MP":"Northern Mariana Islands","NO":"Norway","OM":"Oman","PK":"Pakistan","PW":"Palau","PS":["State of Palestine","Palestine"],"PA":"Panama","PG":"Papua New Guinea","PY":"Paraguay","PE":"Peru","PH":"Philippines","PN":["Pitcairn","Pitcairn Islands"],"PL":"Poland","PT":"Portugal","PR":"Puerto Rico","QA":"Qatar","RE":"Reunion","RO":"Romania","RU":["Russian Federation","Russia"],"RW":"Rwanda","SH":"Saint Helena","KN":"Saint Kitts and Nevis","LC":"Saint Lucia","PM":"Saint Pierre and Miquelon","VC":"Saint Vincent and the Grenadines","WS":"Samoa","SM":"San Marino","ST":"Sao Tome and Principe","SA":"Saudi Arabia","SN":"Senegal","SC":"Seychelles","SL":"Sierra Leone","SG":"Singapore","SK":"Slovakia","SI":"Slovenia","SB":"Solomon Islands","SO":"Somalia","ZA":"South Africa","GS":"South Georgia and the South Sandwich Islands","ES":"Spain","LK":"Sri Lanka","SD":"Sudan","SR":"Suriname","SJ":"Svalbard and Jan Mayen","SZ":"Eswatini","SE":"Sweden","CH":"Switzerland","SY":"Syrian Arab Republic","TW":["Taiwan, Province of China","Taiwan"],"TJ":"Tajikistan","TZ":["United Republic of Tanzania","Tanzania"],"TH":"Thailand","TL":"Timor-Leste","TG":"Togo","TK":"Tokelau","TO":"Tonga","TT":"Trinidad and Tobago","TN":"Tunisia","TR":["Türkiye","Turkey"],"TM":"Turkmenistan","TC":"Turks and Caicos Islands","TV":"Tuvalu","UG":"Uganda","UA":"Ukraine","AE":["United Arab Emirates","UAE"],"GB":["United Kingdom","UK","Great Britain"],"US":["United States of America","United States","USA","U.S.A.","US","U.S."],"UM":"United States Minor Outlying Islands","UY":"Uruguay","UZ":"Uzbekistan","VU":"Vanuatu","VE":"Venezuela","VN":"Vietnam","VG":"Virgin Islands, British","VI":"Virgin Islands, U.S.","WF":"Wallis and Futuna","EH":"Western Sahara","YE":"Yemen","ZM":"Zambia","ZW":"Zimbabwe","AX":["Åland Islands","Aland Islands"],"BQ":"Bonaire, Sint Eustatius and Saba","CW":"Curaçao","GG":"Guernsey","IM":"Isle of Man","JE":"Jersey","ME":"Montenegro","BL":"Saint Barthélemy","MF":"Saint Martin (French part)","RS":"Serbia","SX":"Sint Maarten (Dutch part)","SS":"South Sudan","XK":"Kosovo"}}');
;// CONCATENATED MODULE: ./build/tasks/certificate-inputs.js
/** The inputs of a new certificate: subject, validity, key size, name, directory, and when its successor is due. */









/** Longest validity. A verification certificate is used at once, so a year is enough. */
const LONGEST_VERIFICATION_DAYS = 365;
/** The subject of a new certificate without its common name. */
const subjectFields = {
    "country-code": (0,inputs/* field */.ZZ)({
        description: "Country of the certificate's subject (C): the two letters of ISO 3166-1 alpha-2 in upper case, for example DE.",
        required: true,
        parse: countryCode,
    }),
    city: (0,inputs/* field */.ZZ)({
        description: `City of the certificate's subject (ST), usually abbreviated, for example MUC. At most ${ca_subject/* SUBJECT_LIMITS */.Ar.city} characters.`,
        required: true,
        verbatim: true,
        parse: (0,input_parsers/* subjectValue */.m4)(ca_subject/* SUBJECT_LIMITS */.Ar.city),
    }),
    organization: (0,inputs/* field */.ZZ)({
        description: `Organization of the certificate's subject (O), usually abbreviated, for example Acme. At most ${ca_subject/* SUBJECT_LIMITS */.Ar.organization} characters.`,
        required: true,
        verbatim: true,
        parse: (0,input_parsers/* subjectValue */.m4)(ca_subject/* SUBJECT_LIMITS */.Ar.organization),
    }),
    "organizational-unit": (0,inputs/* field */.ZZ)({
        description: `Organizational unit of the certificate's subject (OU). At most ${ca_subject/* SUBJECT_LIMITS */.Ar.organizationalUnit} characters. Defaults to IT.`,
        default: "IT",
        verbatim: true,
        parse: (0,input_parsers/* subjectValue */.m4)(ca_subject/* SUBJECT_LIMITS */.Ar.organizationalUnit),
    }),
};
/** The subject of a CA certificate. */
const subjectInputs = (0,inputs/* plainGroup */.k4)({
    ...subjectFields,
    "common-name": (0,inputs/* field */.ZZ)({
        description: `Common name of the CA certificate (CN). At most ${ca_subject/* SUBJECT_LIMITS */.Ar.commonName} characters. Defaults to tenant.`,
        verbatim: true,
        parse: (0,input_parsers/* subjectValue */.m4)(ca_subject/* SUBJECT_LIMITS */.Ar.commonName),
    }),
});
const agentSubjectFields = {
    "country-code": forMadeKeys(subjectFields["country-code"]),
    city: forMadeKeys(subjectFields.city),
    organization: forMadeKeys(subjectFields.organization),
    "organizational-unit": subjectFields["organizational-unit"],
};
/** The subject of agent certificates; whether it is needed depends on the agents. */
const agentSubjectInputs = (0,inputs/* group */.Os)(agentSubjectFields, (values, _report, given) => {
    const missing = ["country-code", "city", "organization"].filter((name) => !given(name));
    const { "country-code": countryCode, city, organization, "organizational-unit": unit } = values;
    if (countryCode === undefined || city === undefined || organization === undefined || unit === undefined)
        return { missing, of: undefined };
    const rest = { countryCode, city, organization, organizationalUnit: unit };
    return { missing, of: (commonName) => ({ ...rest, commonName }) };
});
function forMadeKeys({ required: _, ...declared }) {
    const description = `${declared.description} Required if an agent has no CSR.`;
    return { ...declared, description };
}
/** Longest prefix of a rotated CA's common name: `-20261231-99` follows. */
const LONGEST_PREFIX = ca_subject/* SUBJECT_LIMITS */.Ar.commonName - "-20261231-99".length;
/** The subject of a rotated CA certificate, which must have a common name of its own. */
const rotatedSubjectInputs = (0,inputs/* plainGroup */.k4)({
    ...subjectFields,
    "common-name-prefix": (0,inputs/* field */.ZZ)({
        description: `Beginning of the new CA's common name. A hyphen and the date in UTC follow, for example acme-20310530. At most ${LONGEST_PREFIX} characters. Defaults to tenant.`,
        verbatim: true,
        parse: (0,input_parsers/* subjectValue */.m4)(LONGEST_PREFIX),
    }),
});
/** @returns the subject of a certificate from its inputs */
function subjectOf(values, commonName) {
    const { "country-code": countryCode, city, organization, "organizational-unit": unit } = values;
    return { countryCode, city, organization, organizationalUnit: unit, commonName };
}
const keyBitsField = (0,inputs/* field */.ZZ)({
    description: "Size of a new RSA key in bits: 2048, 3072 or 4096. Defaults to 2048.",
    default: "2048",
    parse: input_parsers/* keyBits */.ML,
});
/** @returns the validity in days and the key size of a certificate that a task makes */
function validityInputs(description, defaultDays, most) {
    return (0,inputs/* plainGroup */.k4)({
        days: (0,inputs/* field */.ZZ)({ description, default: defaultDays, parse: (0,input_parsers/* wholeNumber */.rD)(1, most) }),
        "key-bits": keyBitsField,
    });
}
const caInputs = validityInputs(`Days that a new CA certificate is valid, from 1 to ${ca_time/* MOST_DAYS */.ye}. Defaults to 3650.`, "3650", ca_time/* MOST_DAYS */.ye);
const leafInputs = validityInputs(`Days that an agent certificate is valid, from 1 to ${ca_time/* MOST_DAYS */.ye}. It gets fewer if the CA expires earlier. Defaults to 365.`, "365", ca_time/* MOST_DAYS */.ye);
const verificationInputs = validityInputs(`Days that the verification certificate is valid, from 1 to ${LONGEST_VERIFICATION_DAYS}. Defaults to 7.`, "7", LONGEST_VERIFICATION_DAYS);
const renewBeforeField = (0,inputs/* field */.ZZ)({
    description: "Days before the newest usable CA expires. From then on a rotation is due. Defaults to 395.",
    default: String(RENEW_BEFORE_DAYS),
    parse: (0,input_parsers/* wholeNumber */.rD)(1, ca_time/* MOST_DAYS */.ye),
});
/** The `name` attribute of an upload. */
const certificateNameInputs = (0,inputs/* plainGroup */.k4)({
    "certificate-name": (0,inputs/* field */.ZZ)({
        description: "Name of the CA certificate on the platform, one line. Defaults to the tenant, a hyphen and the first 8 hex digits of the SHA-256 fingerprint.",
        parse: input_parsers/* visibleLine */.P8,
    }),
});
const directoryFields = {
    directory: (0,inputs/* field */.ZZ)({
        description: "Directory that the files are written to and stay in. It is created if needed, and no file in it is overwritten. Without it the files go to a private directory of the job.",
        parse: input_parsers/* path */.Ae,
    }),
};
/**
 * The directory for files that stay. An invalid directory resolves to undefined, so it is not taken for a
 * missing one.
 */
const directoryInputs = (0,inputs/* group */.Os)(directoryFields, (values, _report, given) => given("directory") && values.directory === undefined ? undefined : values);
/**
 * Alpha-2 and alpha-3 codes of each country. The package also lists XK for Kosovo. ISO 3166-1 leaves that
 * code to its users, so it is left out.
 */
const COUNTRIES = codes_namespaceObject.filter(([alpha2]) => alpha2 !== "XK");
const ALPHA_2 = new Set(COUNTRIES.map(([alpha2]) => alpha2));
/** @throws Error for a text that is no code of ISO 3166-1 alpha-2 in upper case, as OpenSSL stores it */
function countryCode(text) {
    if (ALPHA_2.has(text))
        return text;
    const meant = countriesMeantBy(text).map((alpha2) => `${alpha2} for ${certificate_inputs_nameOf(alpha2)}`);
    const example = meant.length === 0
        ? "for example DE for Germany"
        : `here ${meant.length > 1 ? "perhaps " : ""}${meant.join(", ")}`;
    throw new Error(`${(0,printable/* quoted */.TL)(text)} is not a country code. Give the two letters of ISO 3166-1 alpha-2 in upper case, ${example}`);
}
/**
 * @returns the alpha-2 codes that a text may stand for. The text may be another form of a code, a country's
 * name or its beginning, or the first letter of a code
 */
function countriesMeantBy(text) {
    const wanted = text.toUpperCase();
    const named = (fits) => COUNTRIES.filter(([alpha2]) => certificate_inputs_namesOf(alpha2).some(fits)).map(([alpha2]) => alpha2);
    const ways = [
        () => COUNTRIES.filter((forms) => forms.includes(wanted)).map(([alpha2]) => alpha2),
        () => named((name) => name === wanted),
        () => (wanted.length < 3 ? [] : named((name) => name.startsWith(wanted))),
        () => /^[A-Z]$/.test(wanted) ? [...ALPHA_2].filter((alpha2) => alpha2.startsWith(wanted)).toSorted() : [],
    ];
    return ways.map((way) => way()).find((found) => found.length > 0) ?? [];
}
/** @returns a country's names in English and German, in upper case. `UK` is one of them */
function certificate_inputs_namesOf(alpha2) {
    return [en_namespaceObject.X, de_namespaceObject.X].flatMap((names) => [names[alpha2] ?? []].flat().map((name) => name.toUpperCase()));
}
function certificate_inputs_nameOf(alpha2) {
    const [name = alpha2] = [en_namespaceObject.X[alpha2] ?? []].flat();
    return name;
}

;// CONCATENATED MODULE: ./build/tasks/provided-ca-inputs.js
/** The inputs of a CA that the user provides: its certificate, its key and the key's passphrase. */





const pairFields = {
    "ca-certificate": (0,inputs/* field */.ZZ)({
        description: "CA certificate of your own or of an earlier step: PEM text or the path of a file. Needs ca-private-key. The task uses this CA instead of one of the keyring.",
        parse: input_parsers/* pemOrPath */.Tm,
    }),
    "ca-private-key": (0,inputs/* field */.ZZ)({
        description: "Private key of ca-certificate: PEM text or the path of a file.",
        secret: true,
        parse: input_parsers/* pemOrPath */.Tm,
    }),
    "ca-private-key-passphrase": (0,inputs/* field */.ZZ)({
        description: "Passphrase of ca-private-key, if that key is encrypted.",
        secret: true,
        verbatim: true,
        parse: input_parsers/* maskable */.dm,
    }),
};
/** A CA that the user provides, or none: both certificate and key, or neither. */
const providedCaInputs = (0,inputs/* group */.Os)(pairFields, async (values, report, given, text) => {
    reportLonePassphrase(report, given);
    if (!given("ca-certificate") && !given("ca-private-key"))
        return { files: [] };
    const both = ["ca-certificate", "ca-private-key"];
    for (const name of both.filter((name) => !given(name)))
        report(name, "is missing. Give ca-certificate and ca-private-key together, or neither", undefined, input_parsers/* EMPTY_SECRETS_HINT */.uQ);
    const pair = await readPair(values, report);
    if (pair === undefined)
        return undefined;
    const files = both.flatMap((input) => {
        const file = (0,input_parsers/* pathOfPem */.T8)(text(input));
        return file === undefined ? [] : [{ input, file }];
    });
    return { pair, files };
});
/** A CA that the user must provide, with its key. */
const requiredCaInputs = (0,inputs/* group */.Os)({
    ...pairFields,
    "ca-certificate": {
        ...pairFields["ca-certificate"],
        description: "CA certificate that signs: PEM text or the path of a file.",
        required: true,
    },
    "ca-private-key": { ...pairFields["ca-private-key"], required: true },
}, (values, report) => readPair(values, report));
/** A CA certificate that the user must provide. With its key the local check is stricter. */
const certificateToUploadInputs = (0,inputs/* group */.Os)({
    ...pairFields,
    "ca-certificate": {
        ...pairFields["ca-certificate"],
        description: "CA certificate to upload: PEM text or the path of a file.",
        required: true,
    },
    "ca-private-key": {
        ...pairFields["ca-private-key"],
        description: "Private key of ca-certificate: PEM text or the path of a file. The task only checks that the two belong together, and sends the key nowhere.",
    },
}, async (values, report, given) => {
    reportLonePassphrase(report, given);
    const certificate = given("ca-private-key")
        ? (await readPair(values, report))?.certificate
        : readCa(values["ca-certificate"], report);
    reportOddCommonName(certificate, report);
    return certificate;
});
/**
 * Reports a provided CA that cannot be uploaded. The platform's replies show a CA by its common name, so the
 * CA needs one plain common name.
 */
function reportOddCommonName(certificate, report) {
    const odd = certificate && oddCommonName(certificate);
    if (odd !== undefined)
        report("ca-certificate", `cannot be uploaded: ${odd}. The platform's replies could not be matched with it. Give a CA certificate with one plain common name, for example acme-2031`);
}
function reportLonePassphrase(report, given) {
    if (given("ca-private-key-passphrase") && !given("ca-private-key"))
        report("ca-private-key-passphrase", "is given without ca-private-key. Give both, or remove the passphrase");
}
async function readPair(values, report) {
    const certificate = readCa(values["ca-certificate"], report);
    const key = values["ca-private-key"];
    if (key === undefined)
        return undefined;
    const passphrases = Passphrases.of(values["ca-private-key-passphrase"]);
    await passphrases.openAll([key]);
    try {
        const privateKey = passphrases.open(key);
        if (certificate === undefined)
            return undefined;
        if (!certificate.x509.checkPrivateKey(privateKey)) {
            report("ca-private-key", "does not belong to ca-certificate. Give the private key that the certificate was made with", "KEY_MISMATCH");
            return undefined;
        }
        return { certificate, privateKey: plainPem(privateKey) };
    }
    catch (error) {
        reportKey(error, values["ca-private-key-passphrase"] === undefined, report);
        return undefined;
    }
}
function reportKey(error, passphraseMissing, report) {
    if (!(error instanceof PrivateKeyError))
        throw error;
    if (!error.passphrase) {
        // The subject of these messages is the key. A reported problem has its input as the subject.
        const problem = error.message.replace(/^the private key /, "");
        report("ca-private-key", problem === "cannot be read" ? "is not a private key in PEM, or is damaged" : problem);
    }
    else if (passphraseMissing)
        report("ca-private-key-passphrase", "is missing. ca-private-key is encrypted, and this passphrase must open it", "PASSPHRASE_WRONG", (0,input_parsers/* emptySecretHint */.Xm)("ca-private-key-passphrase"));
    else
        report("ca-private-key-passphrase", "does not open ca-private-key. Give its passphrase exactly as it was set, including blanks", "PASSPHRASE_WRONG");
}
function readCa(text, report) {
    if (text === undefined)
        return undefined;
    try {
        const certificate = readCertificate(text);
        const problem = foreignCaProblem(certificate, { now: Date.now() });
        if (problem === undefined)
            return certificate;
        report("ca-certificate", `cannot be used: ${problem}`);
    }
    catch (error) {
        report("ca-certificate", error.message);
    }
    return undefined;
}

;// CONCATENATED MODULE: ./build/tasks/agent-certificate.js
/**
 * The task agent-certificate: its inputs and outputs, the rules between them, and the call that issues the fleet. It
 * issues what is missing, broken, expiring or of an older CA, and nothing twice.
 */














const INPUTS = {
    agents: agentsInputs,
    connection: optionalConnectionInputs,
    subject: agentSubjectInputs,
    validity: leafInputs,
    givenCa: providedCaInputs,
    keyring: openedKeyringInputs,
    place: (0,inputs/* plainGroup */.k4)({
        directory: {
            ...directoryInputs.fields.directory,
            description: "Directory where keys and certificates go and stay. A later run finds them there and issues only what is due. Nothing in it is overwritten. Defaults to a new directory under RUNNER_TEMP, which the runner removes.",
        },
    }),
    program: opensslInputs,
};
const agentCertificate = defineTask({
    name: "agent-certificate",
    description: "Issue MindConnect MQTT agent certificates with the CA of an Insights Hub environment, one or thousands. A run issues only what is due.",
    privateDirectory: true,
    boundedHeap: true,
    inputs: INPUTS,
    outputs: {
        agents: "JSON array of the agents: name, clientId, certificatePath, privateKeyPath, chainPath, archivePath, expiration. Empty, with a warning, beyond 120,000 bytes (about 300 agents), because no step could take more as env. Read the manifest then.",
        directory: "Directory with the files of the agents. A run that fails midway sets it, too.",
        "manifest-path": "Path of the manifest agents.json, which lists every agent of the directory and holds no secret. The table agents.csv lies beside it.",
        issued: "Number of agents that this run issued a certificate for.",
    },
    async check(inputs, report) {
        const { agents, subject, validity, givenCa, keyring, place } = inputs;
        (0,input_parsers/* reportUnfitDirectory */.US)(place?.directory, report);
        reportAgents(inputs, report);
        if (listOf(inputs)?.agents.some(({ csr }) => csr === undefined)) {
            for (const input of subject?.missing ?? [])
                report(input, "is missing. Every agent without a CSR needs it in its subject");
        }
        const renewBefore = agents?.["renew-before"];
        if (renewBefore !== undefined && validity?.days !== undefined && renewBefore >= validity.days) {
            report("renew-before", `must be less than days (${validity.days}). Otherwise each run would issue every certificate again`);
        }
        await requireTenant(keyring, inputs.connection?.environment.tenant, givenCa?.pair, report);
        if (keyring === undefined || givenCa === undefined)
            return;
        if (givenCa.pair !== undefined || keyring.keyring.entries.length > 0)
            return;
        report("keyring", "is missing or empty. Run register first: it creates the keyring. Then give keyring, keyring-file, or ca-certificate with ca-private-key. One of them has the CA that issues", undefined, input_parsers/* EMPTY_SECRETS_HINT */.uQ);
    },
    async run(inputs, context) {
        const { agents, connection, validity } = inputs;
        const list = agents.agents;
        if (list.alsoFile !== undefined)
            context.runner.notice(`agents is read as the name "${list.alsoFile}". A file of that name exists, too. To read the agents from it, set agents: ./${list.alsoFile}`);
        return await issueFleet(context, {
            requested: list.read(connection.environment.tenant).agents,
            opensslProgram: inputs.program["openssl-path"],
            ...connection,
            keyring: inputs.keyring,
            givenCa: inputs.givenCa.pair,
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
/** @returns the list's agents and wrong lines; undefined where the list could not be read */
function listOf({ agents, connection }) {
    const list = agents?.agents;
    return list?.read(connection?.environment.tenant);
}
/** Reports what is wrong with the list by itself, and with the list and other inputs together. */
function reportAgents(inputs, report) {
    const { subject, givenCa, place } = inputs;
    const list = listOf(inputs);
    if (list === undefined)
        return;
    const { agents, problems } = list;
    const lines = [...problems];
    const ownSubject = givenCa?.pair && subjectProblem(agents, subject?.of, givenCa.pair.certificate);
    if (ownSubject !== undefined)
        lines.push(ownSubject);
    if (place?.directory !== undefined) {
        for (const { input, line, message } of findPathConflicts(place.directory, agents, filesGiven(inputs))) {
            if (line === undefined)
                report(input, message);
            else
                lines.push({ line, message });
        }
    }
    reportLines(lines, report);
    if (agents.length === 0 && problems.length === 0)
        report("agents", "names no agent. Give one name on each line");
}
function filesGiven({ agents, givenCa, keyring, program }) {
    const list = agents?.agents;
    const files = {
        agents: list?.file,
        "keyring-file": keyring?.file,
        "openssl-path": program?.["openssl-path"],
    };
    const named = Object.entries(files).flatMap(([input, file]) => file === undefined ? [] : [{ input, file }]);
    return [...named, ...(givenCa?.files ?? [])];
}

;// CONCATENATED MODULE: ./build/ca/backup-recipient.js



/** As strong as the shortest RSA key that is taken (NIST SP 800-57 part 1, table 2). */
const LEAST_CURVE_BITS = 224;
/** Bits of keyUsage, from the left (RFC 5280 §4.2.1.3). */
const KEY_ENCIPHERMENT = 0x20;
const KEY_AGREEMENT = 0x08;
/**
 * @param now milliseconds since 1970
 * @returns why nothing should be encrypted for this certificate, or undefined
 */
function recipientProblem(certificate, now) {
    return dateProblem(certificate, now) ?? backup_recipient_keyProblem(certificate);
}
function backup_recipient_keyProblem({ x509 }) {
    const key = backup_recipient_publicKeyOf(x509);
    const { asymmetricKeyType: type = "unknown" } = key ?? {};
    if (key === undefined || (type !== "rsa" && type !== "ec"))
        return `its key is ${type}. Nothing can be encrypted for such a key. Valid keys are RSA and EC`;
    const size = sizeProblem(key);
    if (size !== undefined)
        return size;
    const [usage, bit] = type === "rsa"
        ? ["keyEncipherment", KEY_ENCIPHERMENT]
        : ["keyAgreement", KEY_AGREEMENT];
    const allowed = keyUsageOf(x509.raw);
    if (allowed === undefined || (allowed & bit) !== 0)
        return undefined;
    return `its key usage does not allow ${usage}, which an ${type.toUpperCase()} key needs here`;
}
function sizeProblem(key) {
    const { modulusLength, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
    if (modulusLength !== undefined) {
        return modulusLength < LEAST_RSA_BITS
            ? `its RSA key has ${modulusLength} bits. The least are ${LEAST_RSA_BITS} bits`
            : undefined;
    }
    const unnamed = curveProblem(key);
    if (unnamed !== undefined)
        return unnamed;
    // Every curve that can be named has its size in its name: prime256v1, secp384r1, brainpoolP512r1.
    const bits = Number(/\d{3}/.exec(namedCurve)?.[0]);
    if (bits >= LEAST_CURVE_BITS)
        return undefined;
    return `its EC key is on the curve ${namedCurve}. Valid curves have ${LEAST_CURVE_BITS} bits or more, for example P-256`;
}
function backup_recipient_publicKeyOf(x509) {
    try {
        return x509.publicKey;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/keyring/backup-inputs.js










/** The input that says who can open the encrypted backup of the keyring, and its rules. */
const INPUT = "keyring-backup-certificate";
const VALID = `Give certificates in PEM, or the path of a PEM file, for example backup.crt`;
const HOLDS_KEY = "holds a private key. Give only certificates: a private key stays with the person who restores. If others could read that key, create a new one";
/** The inputs for the backup, for a task that writes the keyring. */
const backupInputs = (0,inputs/* group */.Os)({
    [INPUT]: (0,inputs/* field */.ZZ)({
        description: "X.509 certificates of the people who can restore the keyring: PEM text, or paths of PEM files, one a line. Their keys must be RSA (2048 bits or more) or EC. With them, the task writes an encrypted backup before each write of the keyring. The backup needs no passphrase, only the private key of one of these certificates.",
        parse: sourcesIn,
    }),
}, (values, report) => {
    const found = (values[INPUT] ?? []).map((source) => certificatesIn(source));
    const problems = found.flatMap((piece) => piece.problems);
    for (const problem of problems)
        report(INPUT, problem);
    if (problems.length > 0)
        return undefined;
    const unique = new Map(found.flatMap(({ certificates }) => certificates).map((each) => [each.fingerprint, each]));
    return { recipients: [...unique.values()] };
});
/** The output of a task that writes the keyring. */
const backupOutput = {
    "keyring-backup-path": "Path of the encrypted backup of the keyring (CMS in PEM), set as soon as the file exists. Upload it in a later step with if: always(). Empty if the run did not write the keyring, or without keyring-backup-certificate.",
};
/**
 * The rule for a task that writes the keyring: no recipient has the key of a CA in the keyring. The keys of
 * these CAs are lost together with the keyring, and then nobody could open the backup.
 * @param more CAs that come into the keyring
 */
function checkRecipients(backup, keyring, report, more = []) {
    const cas = [...(keyring?.keyring.entries ?? []), ...more].map(({ certificate }) => certificate);
    for (const recipient of backup?.recipients ?? []) {
        const ca = cas.find(({ x509 }) => isSamePublicKey(x509.publicKey, recipient.x509.publicKey));
        if (ca !== undefined)
            report(INPUT, `holds the certificate of a CA (${(0,printable/* quoted */.TL)(ca.commonName)}) that is in the keyring, or another certificate of its key. If the keyring is lost, that key is lost too, and nobody could open the backup. Give a certificate of another key`);
    }
}
/**
 * The rule for a task that makes a CA in any case: a backup needs a place to write the keyring to. A backup
 * is made only at a write of the keyring, so without that place the new key would be in no backup.
 */
function requireBackupTarget(backup, keyring, report) {
    if (backup === undefined || backup.recipients.length === 0 || keyring === undefined)
        return;
    if (!hasTarget(keyring))
        report(INPUT, "needs keyring-secret or keyring-file. The backup is a copy of the keyring, and without one of them the task writes none");
}
/** @returns the pieces of what was given: a text in PEM, else one file a line */
function sourcesIn(text) {
    const isText = text.includes("-----BEGIN") || (0,pem_hints/* pemHint */.ct)(text) !== undefined || (0,pem_hints/* holdsPrivateKey */.jc)(text);
    const pieces = isText ? [text] : text.split(/\r?\n/).map((line) => line.trim());
    return pieces.filter((piece) => piece !== "").map(readPiece);
}
function readPiece(piece) {
    if ((0,pem_hints/* holdsPrivateKey */.jc)(piece))
        return { problem: HOLDS_KEY };
    try {
        const file = (0,input_parsers/* pathOfPem */.T8)(piece);
        if (file !== undefined && isKeyFile(file))
            return { problem: HOLDS_KEY };
        return { text: (0,input_parsers/* pemOrPath */.Tm)(piece) };
    }
    catch (error) {
        return { problem: error.message };
    }
}
/**
 * A key in binary form must be refused here. Otherwise the message would say how to convert the key to PEM.
 */
function isKeyFile(file) {
    try {
        return (0,pem_hints/* isKeyForm */._$)((0,pem_hints/* binaryForm */.ml)((0,input_parsers/* readRegularBytes */.Of)(file, 1024 * 1024, (reason) => new Error(reason))));
    }
    catch {
        // pemOrPath reads the file next, and reports a file that cannot be read.
        return false;
    }
}
function certificatesIn(source) {
    if ("problem" in source)
        return { certificates: [], problems: [source.problem] };
    const { text } = source;
    if ((0,pem_hints/* holdsPrivateKey */.jc)(text))
        return { certificates: [], problems: [HOLDS_KEY] };
    let blocks;
    try {
        blocks = parsePem(text);
    }
    catch (error) {
        return { certificates: [], problems: [`is no whole PEM text: ${error.message}. ${VALID}`] };
    }
    const { blocks: pems, after } = blocks;
    if (holdsKey([...pems.flatMap(({ before }) => before), ...after]))
        return { certificates: [], problems: [HOLDS_KEY] };
    if (pems.length === 0) {
        const hint = (0,pem_hints/* pemHint */.ct)(text) ?? "holds no certificate (no line -----BEGIN CERTIFICATE-----)";
        return { certificates: [], problems: [`${hint}. ${VALID}`] };
    }
    const judged = pems.map(({ pem }, index) => backup_inputs_judge(pem, pems.length > 1 ? ` ${index + 1}` : ""));
    return {
        certificates: judged.flatMap(({ certificate }) => certificate ?? []),
        problems: judged.flatMap(({ problem }) => problem ?? []),
    };
}
/**
 * @param number the number of the certificate with a blank before it, as in ` 2`; empty where there is only
 * one
 */
function backup_inputs_judge(pem, number) {
    let certificate;
    try {
        certificate = readCertificate(pem);
    }
    catch (error) {
        const which = number === "" ? "" : `, in PEM block${number},`;
        return { problem: `${error.message.replace(/^holds/, `holds${which}`)}. ${VALID}` };
    }
    const problem = recipientProblem(certificate, Date.now());
    if (problem === undefined)
        return { certificate };
    return {
        problem: `holds a certificate${number} (${(0,printable/* quoted */.TL)(certificate.commonName)}) that no backup can be encrypted for: ${problem}. Give a certificate that is valid now, with an RSA or EC key`,
    };
}

;// CONCATENATED MODULE: ./build/openssl/key-making.js
/**
 * Makes private keys while the run does other work, because that takes longer than any other step on this
 * machine.
 */




/**
 * The private keys of one run. It takes 0.05 to 1 s to make one (measured). Each key is made in a directory
 * of its own: a key that is not needed in the end must not be in the command directory.
 */
class KeyMaking {
    #commandDirectory;
    #bits;
    #begun = new Map();
    #taken = new Map();
    /** @param bits size of each key */
    constructor(commandDirectory, bits) {
        this.#commandDirectory = commandDirectory;
        this.#bits = bits;
    }
    /** Starts the documented command that makes this file, unless it was started before. */
    begin(file) {
        void this.#ready(file);
    }
    /**
     * Waits for the key and moves it into the command directory, under the name that its command gave it. A key that was taken
     * before stays where it is.
     * @throws ActionError `OPENSSL_…`
     */
    async take(file) {
        const taken = this.#taken.get(file) ?? this.#move(file);
        this.#taken.set(file, taken);
        await taken;
    }
    async #move(file) {
        await this.#ready(file);
        await (0,external_node_fs_promises_.rename)((0,external_node_path_.join)(this.#madeIn(file), file), (0,external_node_path_.join)(this.#commandDirectory.directory, file));
    }
    #ready(file) {
        const begun = this.#begun.get(file);
        if (begun !== undefined)
            return begun;
        const directory = this.#madeIn(file);
        (0,external_node_fs_.mkdirSync)(directory, { recursive: true, mode: 0o700 });
        const ready = this.#commandDirectory.openssl.run(generateKey(file, this.#bits), directory);
        this.#begun.set(file, ready);
        return ready;
    }
    #madeIn(file) {
        return (0,external_node_path_.join)(this.#commandDirectory.directory, `making-${file}`);
    }
}

;// CONCATENATED MODULE: ./build/tasks/warnings.js



/**
 * Warns if the token that writes the keyring expires before the next write. Otherwise that write would be the first to fail.
 * @param keyring after its `check`
 * @param dueAt when the keyring is written next, milliseconds since 1970
 */
function warnOfTokenEnd(runner, { accessEnds, location = "" }, dueAt) {
    if (accessEnds === undefined || !(accessEnds < dueAt))
        return;
    runner.warning(`github-token expires on ${(0,ca_time/* day */.vd)(accessEnds)}. A run has to write ${location} on ${(0,ca_time/* day */.vd)(dueAt)}, after that. Replace the token before it expires.`);
}
/**
 * Warns before a CA of the keyring is uploaded if its common name is not the requested one: the keyring may belong to
 * another environment.
 * @param wanted the common name that a new CA would get
 * @param options.apply whether this run uploads it; otherwise it only plans to
 */
function warnOfOtherCommonName(runner, { certificate: { commonName } }, wanted, { apply = true } = {}) {
    if (commonName !== wanted) {
        runner.warning(`${apply ? "This run uploads" : "A run with apply: true uploads"} a CA of the keyring. Its common name is "${commonName}", but the input common-name (or tenant) asks for "${wanted}". If the keyring belongs to another environment, delete that CA again (tasks/delete).`);
    }
}
/** Warns of CAs that count as verified only because the keyring remembers it. */
function warnOfUnstatedVerification(runner, slots) {
    for (const { id } of slots.filter(({ remembered }) => remembered === true)) {
        runner.warning(`The platform's list does not say whether ${(0,printable/* printableId */.BA)(id)} is verified. The keyring remembers that it was, so it counts as verified. No CA is retired or deleted because of that alone.`);
    }
}
/**
 * Warns if a reply shows another common name than the certificate has. How replies render one is not documented, so this
 * proves nothing (guarantee 5).
 * @param commonNames of the certificate in the slot
 */
function warnOfCommonNameForm(runner, { id, commonName }, commonNames) {
    if (commonNames.length === 1 && commonNames[0] === commonName)
        return;
    const names = commonNames.map((name) => `"${(0,printable/* printableName */.Nt)(name)}"`).join(" and ");
    const alike = namesAlike(commonName, { commonNames })
        ? "The certificate says the same in another form:"
        : "The certificate says";
    runner.warning(`The platform shows the common name "${(0,printable/* printableName */.Nt)(commonName)}" for ${(0,printable/* printableId */.BA)(id)}. ${alike} ${names || "none"}. Id and expiration decide.`);
}

;// CONCATENATED MODULE: ./build/tasks/documented-steps.js









/** Days that the verification certificate of the documented commands is valid. */
const VERIFICATION_DAYS = 7;
/**
 * Makes the CA key and certificate and stores them before the certificate is uploaded (guarantee 2).
 * @returns the keyring's new entry
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CLOCK_DOUBTFUL`, `OPENSSL_…`, and those of the keyring
 */
async function createAndStore({ context, platform, keyring, commandDirectory, keys }, options) {
    requireTarget(keyring);
    platform.clock.require("make");
    await platform.caCertificates.requireTokenForChange();
    const { certificate, privateKey } = await createCa(commandDirectory, {
        ...options,
        keys,
        now: () => platform.clock.require("make"),
    });
    context.runner.mask(privateKey);
    context.showCommands("Create the CA key and the CA certificate");
    const entry = { certificate, privateKey, tenant: keyring.tenant, notes: [] };
    await storeEntry({ context, clock: platform.clock, keyring }, entry);
    return entry;
}
/**
 * Checks again that the key of a new CA can be kept. The check of the inputs used this machine's clock and
 * the keyring. By the platform's clock or slots a new CA may be needed all the same.
 * @throws ActionError `KEYRING_TARGET_MISSING` where the key of a new CA could not be kept
 */
function requireTarget({ location }) {
    if (location !== undefined)
        return;
    throw new errors/* ActionError */.lZ("KEYRING_TARGET_MISSING", "A new CA is needed, but its key would have no place to be kept. By the platform's clock, the CA of the keyring has expired or is not valid yet, or it is gone from the platform.");
}
/**
 * Puts a CA into the keyring as not retired, and reads it back. Without a place to write to, the log says
 * that no keyring was written. A CA that comes back after its retirement or its removal starts a new overlap.
 * Two clocks must agree on the start.
 * @param options.uploading whether this run is about to upload the CA
 * @throws ActionError `CLOCK_DOUBTFUL`, and those of the keyring
 */
async function storeEntry({ context, clock, keyring, }, entry, { uploading = false } = {}) {
    await keyring.update((current) => {
        const takes = storingTakes(current, entry, uploading);
        if (takes !== undefined)
            clock.require(takes);
        return putEntry(current, entry, clock.now(), { uploading });
    });
    context.runner.info(keyring.location === undefined
        ? "Wrote no keyring. You keep the CA's private key."
        : `Stored the key of ${entry.certificate.commonName} in ${keyring.location} (${keyring.writeCheck}).`);
}
/**
 * @returns what {@link Clocks.require} must allow before the CA is stored; undefined where the keyring has
 * the CA already and it does not come back
 */
function storingTakes({ entries }, ca, uploading) {
    const known = entries.find((other) => isSameCa(other, ca));
    if (known === undefined)
        return "make";
    return comesBack(known, uploading) ? "end" : undefined;
}
/**
 * Uploads a CA certificate after the local preflight, while its key is still where it was put (guarantee 2).
 * @param steps the keyring is undefined where the user keeps the key
 * @returns its slot, not verified yet
 * @throws ActionError `CERTIFICATE_INVALID`, `KEYRING_STALE`, and those of the call
 */
async function upload({ context, platform, keyring }, certificate, name) {
    requireUploadable(certificate, { now: platform.clock.require("make") });
    for (const warning of issuingAbility(certificate.x509).warnings)
        context.runner.warning(warning);
    await keyring?.requireUnchanged();
    const slot = await platform.caCertificates.upload(name, certificate);
    context.runner.info(`Uploaded the CA certificate ${(0,printable/* printableId */.BA)(slot.id)} ("${slot.name}"). It takes a slot and is not verified yet.`);
    return slot;
}
/** @returns the default `name` attribute: the tenant and the start of the fingerprint, by which a slot is recognised */
function defaultName(tenant, certificate) {
    return `${tenant}-${shortFingerprint(certificate)}`;
}
/**
 * Proves possession of the CA's key and reads the outcome back: registration code, verification certificate, verify,
 * get (guarantee 5).
 * @returns the slot as read back, verified
 */
async function prove(procedure, slot, ca) {
    const { context, platform, commandDirectory, keys } = procedure;
    platform.clock.require("make");
    await platform.caCertificates.requireTokenForChange();
    keys.begin(VERIFICATION_KEY_FILE);
    const [registrationCode] = await Promise.all([
        // The lifetime of a code is not documented, so it is fetched right before use.
        platform.caCertificates.registrationCode(slot.id),
        writeCaFiles(procedure, ca),
    ]);
    platform.clock.require("make");
    const verification = await createVerificationCertificate(commandDirectory, {
        registrationCode,
        days: VERIFICATION_DAYS,
        keys,
        ca: ca.certificate,
        now: () => platform.clock.require("make"),
    });
    context.showCommands("Create the verification certificate");
    const verified = await platform.caCertificates.verify(slot.id, verification);
    return await readBack(procedure, slot.id, ca.certificate, verified);
}
/**
 * Reads a certificate back and compares it with the local one (guarantee 5).
 * @param replySaidVerified whether the reply to verify said verified. It counts, with a warning, where
 * neither GET nor list says anything
 * @param certificate undefined where there is no local certificate to compare with
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
async function readBack({ context, platform }, id, certificate, replySaidVerified) {
    const slot = await platform.caCertificates.readBack(id);
    if (certificate !== undefined && !endsTogether(slot, certificate)) {
        throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `The platform shows that ${(0,printable/* printableId */.BA)(id)} expires ${slot.expiration}. The local certificate expires ${certificate.expiration}.`);
    }
    if (certificate !== undefined)
        warnOfCommonNameForm(context.runner, slot, certificate.commonNames);
    if (slot.isVerified === undefined && replySaidVerified) {
        context.runner.warning(`Read back, the platform does not say whether ${(0,printable/* printableId */.BA)(id)} is verified. Its reply to the verification said so, and that counts.`);
        return { ...slot, isVerified: true, verifiedBy: "reply" };
    }
    if (slot.isVerified !== true) {
        throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `The platform accepted the verification, but does not show ${(0,printable/* printableId */.BA)(id)} as verified.`);
    }
    return { ...slot, isVerified: true };
}
/**
 * Notes a verified CA in the keyring: its id, its tenant, and the time if the clocks agree. A keyring that
 * has id and time already is not written. The CA is usable and its key is stored, so a note that cannot be
 * written is a warning. The next run writes it.
 */
async function noteOnPlatform({ context, platform, keyring }, slot, ca) {
    // Only the keyring says that the CA is verified, so there is nothing new to note.
    if (slot.remembered === true)
        return;
    const at = platform.clock.agreement();
    const { tenant } = keyring;
    const noted = (entry) => ({ ...noteVerified(entry, slot, at), tenant });
    const known = keyring.keyring.entries.find((entry) => isSameCa(entry, ca));
    if (known === undefined)
        return;
    // A missing name of the tenant is no reason to write the keyring.
    const { platformId, verifiedAt, refusedAt } = noted(known);
    if (known.platformId === platformId && known.verifiedAt === verifiedAt && known.refusedAt === refusedAt)
        return;
    try {
        await keyring.update((current) => changeEntry(current, ca, noted));
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        context.runner.warning(`The CA is verified, but the keyring could not be written to note that (${error.code}): ${error.message}`);
    }
}
/** Writes the CA's files where the commands expect them. The files of a CA that this run made exist already. */
async function writeCaFiles({ commandDirectory, keyring, context }, ca) {
    if (commandDirectory.openssl.made(`${commandDirectory.tenant}.pem`))
        return;
    const privateKey = plainPem(keyring.open(ca));
    context.runner.mask(privateKey);
    await placeCa(commandDirectory, { certificate: ca.certificate, privateKey });
}

;// CONCATENATED MODULE: ./build/tasks/summary-parts.js
/** What the summaries on the job's page are made of. */

/** @returns rows of {@link factsTable}: what the platform says of one CA certificate */
function slotRows(slot) {
    return [
        ["Id", slot.id],
        ["Name", slot.name],
        ["Common name", slot.commonName],
        ["Expires (UTC)", slot.expiration],
    ];
}
/** Shows what a single task did on the job's page: a headline and a table of names and values. */
async function summarizeStep(runner, headline, rows) {
    await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n`);
}
/** @returns a table of names and values */
function factsTable(rows) {
    return markdownTable(["Property", "Value"], rows);
}
/** @returns what to do next as a list; the steps are escaped here */
function nextList(steps) {
    return `**Next**\n\n${steps.map((step) => `- ${escapeMarkdown(step)}`).join("\n")}\n`;
}

;// CONCATENATED MODULE: ./build/tasks/create.js
/** The task create: makes a CA key and its self-signed certificate. The platform is not asked. */
















const create = defineTask({
    name: "create",
    description: "Create the private key and the self-signed CA certificate of an Insights Hub environment with OpenSSL.",
    privateDirectory: true,
    inputs: {
        environment: environmentInputs,
        subject: subjectInputs,
        validity: caInputs,
        place: directoryInputs,
        keyring: keyringInputs,
        backup: backupInputs,
        program: opensslInputs,
    },
    outputs: {
        "certificate-path": "Path of the CA certificate (PEM).",
        "private-key-path": "Path of the CA's private key (PEM) in directory. Empty if only the keyring keeps the key.",
        "common-name": "Common name of the CA certificate.",
        expiration: "When the CA certificate expires, for example 2031-05-30T09:22:55.000Z.",
        fingerprint: "SHA-256 fingerprint of the CA certificate.",
        "serial-number": "Serial number of the CA certificate in hexadecimal.",
        ...backupOutput,
    },
    async check({ environment, place, keyring, backup, validity }, report) {
        checkRecipients(backup, keyring, report);
        requireBackupTarget(backup, keyring, report);
        requireLastingFile(keyring, false, report);
        const isUsable = await requireTenant(keyring, environment?.tenant, undefined, report);
        if (isUsable && keyring !== undefined && validity !== undefined)
            requireRoom(keyring, validity["key-bits"], report);
        if (place === undefined)
            return;
        (0,input_parsers/* reportUnfitDirectory */.US)(place.directory, report, environment && fileNames(environment.tenant));
        if (keyring !== undefined && !hasTarget(keyring) && place.directory === undefined) {
            report("directory", "is missing, and so are keyring-secret and keyring-file. The CA key would have no place. Give one of them, for example directory: /srv/mindconnect/ca", "KEYRING_TARGET_MISSING");
        }
    },
    start({ environment, validity, place, keyring, program }, context) {
        makeDirectory(place.directory);
        const commandDirectory = context.commandDirectory(program["openssl-path"], environment.tenant);
        const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
        // Whether a secret can be written is known only after GitHub was asked: no key is made before (guarantee 3).
        if (keyring.secret !== undefined)
            return { commandDirectory, keys };
        void commandDirectory.openssl.version();
        keys.begin(caKeyFile(commandDirectory));
        return { commandDirectory, keys };
    },
    async run({ environment, subject, validity, place, keyring: input, backup, program }, context, { commandDirectory, keys }) {
        const { tenant } = environment;
        const keyring = context.keyring(input, {
            program: program["openssl-path"],
            tenant,
            connection: undefined,
            backup,
        });
        await keyring.check();
        sayFirstRun(context.runner, input.text, keyring.location);
        warnOfSkew(context.runner, context.clock);
        context.clock.require("make");
        requireWrittenBefore(context, keyring.keyring);
        context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
        const ca = await createCa(commandDirectory, {
            subject: subjectOf(subject, subject["common-name"] ?? tenant),
            days: validity.days,
            keys,
            now: () => context.clock.require("make"),
        });
        context.runner.mask(ca.privateKey);
        context.showCommands("Create the CA key and the CA certificate");
        const { certificate, privateKey } = ca;
        const { keyPath, certificatePath } = await placeBoth(context, place.directory, { ...ca, tenant }, async () => {
            await storeEntry({ context, clock: context.clock, keyring }, { certificate, privateKey, tenant, notes: [] });
            // A later step uploads the certificate. The outputs name it only if its key is still in the keyring.
            await keyring.requireUnchanged();
        });
        await encryptPlainKeys(context.runner, keyring, { write: false });
        context.runner.notice(`Created the CA certificate ${certificate.commonName}. It expires ${certificate.expiration}.`);
        await summarizeStep(context.runner, "CA certificate created", [
            ["Common name", certificate.commonName],
            ["Expires (UTC)", certificate.expiration],
            ["SHA-256 fingerprint", certificate.fingerprint],
            ["Certificate file", certificatePath],
            [
                "Private key kept in",
                [keyPath, keyring.location ?? ""].filter((place) => place !== "").join(" and in "),
            ],
        ]);
        return {
            "certificate-path": certificatePath,
            "private-key-path": keyPath,
            "common-name": certificate.commonName,
            expiration: certificate.expiration,
            fingerprint: certificate.fingerprint,
            "serial-number": certificate.serialNumber,
            "keyring-backup-path": context.backupPath,
        };
    },
});
/**
 * Writes the files of a CA, and then puts its key into the keyring. The CA is not on the platform yet, so a
 * failure may remove all of it. The key goes into the keyring last: a full disk must not add a useless key
 * with each run. A failure removes the files, which would be in the way of the next run.
 * @param directory the user's; undefined where the keyring alone keeps the key
 * @param store puts the key into the keyring
 * @returns the paths; the key's is empty without a directory
 * @throws ActionError `FILE_EXISTS`, `FILE_FAILED`, and what `store` throws
 */
async function placeBoth(context, directory, { certificate, privateKey, tenant }, store) {
    const [keyFile, certificateFile] = fileNames(tenant);
    const placed = [];
    const put = async (name, text) => {
        const path = await context.writeResult(name, text, directory);
        placed.push(path);
        return path;
    };
    try {
        const keyPath = directory === undefined ? "" : await put(keyFile, privateKey);
        const certificatePath = await put(certificateFile, certificate.pem);
        await store();
        return { keyPath, certificatePath };
    }
    catch (error) {
        await Promise.all(placed.map((path) => (0,external_node_fs_promises_.rm)(path, { force: true })));
        throw error;
    }
}
/** @returns the file names of the vendor's page: `$TENANT.key` and `$TENANT.pem` */
function fileNames(tenant) {
    return [`${tenant}.key`, `${tenant}.pem`];
}

;// CONCATENATED MODULE: ./build/mindconnect/id-inputs.js
// The inputs that name things on the platform: ids of CA certificates, registration codes, verification certificates.





/** The id of one CA certificate, as given by an earlier step. */
const certificateIdInputs = (0,inputs/* plainGroup */.k4)({
    "certificate-id": (0,inputs/* field */.ZZ)({
        description: "Id of the CA certificate on the platform: an output of upload, and in the summary of status.",
        required: true,
        ids: true,
        parse: certificateId,
    }),
});
function certificateId(text) {
    if (!isCertificateId(text))
        throw new Error(`${(0,printable/* quoted */.TL)(text)} is not the id of a certificate. Give an id exactly as the platform shows it, for example the output certificate-id of an earlier step`);
    return text;
}
/** The user's facts about certificates on the platform that neither the keyring nor the replies have. */
const knownIdsInputs = (0,inputs/* plainGroup */.k4)({
    "allow-unheld": (0,inputs/* field */.ZZ)({
        description: "Ids of CA certificates on the platform that may stay although the keyring does not hold them. Separate several ids by commas, blanks or lines. If it is unclear whose certificate has such an id, the task does not take it for yours.",
        ids: true,
        parse: certificateIds,
    }),
    "certificate-id": (0,inputs/* field */.ZZ)({
        description: "Id of a CA certificate on the platform that is yours. Needed only after the error CA_DOUBTFUL, if the platform's replies do not show whose it is.",
        ids: true,
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
const registrationCodeInputs = (0,inputs/* plainGroup */.k4)({
    "registration-code": (0,inputs/* field */.ZZ)({
        description: "Registration code of the CA certificate: the output of the task registration-code.",
        required: true,
        parse(text) {
            if (!isRegistrationCode(text))
                throw new Error("is not a registration code. A code has 1 to 64 printable characters and no blanks. Give the output of the task registration-code");
            return text;
        },
    }),
});
/** A verification certificate made by an earlier step. */
const verificationCertificateInputs = (0,inputs/* group */.Os)({
    "verification-certificate": (0,inputs/* field */.ZZ)({
        description: "Verification certificate for the registration code: PEM text or the path of a file.",
        required: true,
        parse: input_parsers/* pemOrPath */.Tm,
    }),
}, (values, report) => {
    const text = values["verification-certificate"];
    if (text === undefined)
        return undefined;
    try {
        const certificate = readCertificate(text);
        const problem = verificationProblem(certificate, { now: Date.now() });
        if (problem === undefined)
            return certificate;
        report("verification-certificate", `cannot be used: ${problem}`);
    }
    catch (error) {
        report("verification-certificate", error.message);
    }
    return undefined;
});

;// CONCATENATED MODULE: ./build/tasks/delete-guards.js


/** @returns everything that is needed to delete one certificate */
function deletionOf(id, { slots, entries, now }) {
    const ca = matchSlots(slots, entries).get(id) ??
        findAmbiguousMatches(slots, entries).find(({ slot }) => slot.id === id)?.ca;
    const held = ca?.retiredAt === undefined ? ca : undefined;
    const last = isLastUsable(slots, id, now);
    const flags = [...(held === undefined ? [] : ["allow-held: true"]), ...(last ? ["allow-last: true"] : [])];
    return { ca, held, last, flags };
}
/** @returns `tasks/delete` with the inputs that it needs for one of these certificates */
function deleteTask(ids, observed) {
    const inputs = ids.map((id) => [`certificate-id: ${(0,printable/* printableId */.BA)(id)}`, ...deletionOf(id, observed).flags].join(", "));
    return `tasks/delete (${inputs.join("; or ")})`;
}
/**
 * No run retires a CA whose key is not in the keyring, nor any CA under `retire: never`.
 * @param kept ids of CAs that are left out
 * @returns for each other usable CA, how to delete it once no agent needs it: a few sentences, for the
 * summary of a success
 */
function describeRemaining(observed, kept) {
    const { slots, entries, now } = observed;
    const matched = matchSlots(slots, entries);
    return slots
        .filter((slot) => isUsable(slot, now) && !kept.has(slot.id))
        .map(({ id, commonName }) => {
        const why = matched.has(id)
            ? "No run retires it while retire is never"
            : "Its key is not in the keyring, so no run of this workflow retires it";
        return `The CA ${commonName} (${(0,printable/* printableId */.BA)(id)}) stays on the platform. ${why}. When no agent needs it any more, delete it with ${deleteTask([id], observed)}.`;
    });
}
/**
 * Two first runs at the same time leave two CAs of one name, and each run knows only its own.
 * @param allowed ids that the user allows (`allow-unheld`)
 * @returns a warning of a few sentences for each CA on the platform whose key is not in the keyring, but
 * whose common name is that of a CA of the keyring
 */
function describeSameNamed(observed, allowed) {
    const { slots, entries, now } = observed;
    const held = matchSlots(slots, entries);
    const ours = [...held.values()];
    return slots
        .filter((slot) => !held.has(slot.id) && !allowed.has(slot.id) && !isExpired(slot, now))
        .filter(({ commonName }) => ours.some(({ certificate }) => namesAlike(commonName, certificate)))
        .map(({ id, commonName, isVerified }) => `Another CA with the common name ${(0,printable/* quoted */.TL)(commonName)} is on the platform: ${(0,printable/* printableId */.BA)(id)}, ${isVerified ? "verified" : "not verified"}. Its key is not in the keyring. Two CAs with one subject break the agents of one of them. If no agent needs it, delete it with ${deleteTask([id], observed)}.`);
}

;// CONCATENATED MODULE: ./build/tasks/retire-ca.js




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
 * Retires a CA of the keyring: marks it in the keyring (guarantee 4), reads the slots again (guarantee 6),
 * deletes it. The mark is taken back only where the DELETE was refused for good, no attempt of it ended
 * unclear, and a fresh list shows the certificate: a DELETE whose reply was lost may be carried out late.
 * @throws ActionError `KEYRING_TARGET_MISSING`, `CA_LAST_USABLE`, …
 */
async function retire(steps, retirement) {
    const { context, platform } = steps;
    const { id, ca, guard, clock } = retirement;
    const { commonName } = ca.certificate;
    const needsMark = ca.retiredAt === undefined;
    clock?.require("end");
    await platform.caCertificates.requireTokenForChange();
    if (needsMark)
        await mark(steps, retirement);
    try {
        // Writing took its time: another run may have changed the slots.
        const listed = await platform.caCertificates.list();
        if (!listed.some((slot) => slot.id === id)) {
            context.runner.info(`The CA ${commonName} (${id}) is not on the platform any more.`);
            return;
        }
        guard(listed);
        await platform.caCertificates.remove(id, guard);
    }
    catch (error) {
        const refused = error instanceof errors/* ActionError */.lZ && NOTHING_DELETED.has(error.code) && !error.maybeDone;
        if (needsMark && refused && (await isListed(steps, id))) {
            await takeMarkBack(steps, ca);
        }
        else {
            context.runner.warning(`The CA ${commonName} (${(0,printable/* printableId */.BA)(id)}) is marked retired in the keyring, but may still be on the platform. Run again.`);
        }
        throw error;
    }
}
/** @returns whether the platform's list shows the id; false also where the list fails */
async function isListed({ platform }, id) {
    const slots = await platform.caCertificates.list().catch(() => []);
    return slots.some((slot) => slot.id === id);
}
async function mark({ context, platform, keyring }, { ca, clock }) {
    const { commonName } = ca.certificate;
    if (keyring.location === undefined) {
        throw new errors/* ActionError */.lZ("KEYRING_TARGET_MISSING", `The CA ${commonName} must be marked retired in the keyring before it is deleted. This run has no place to write the keyring to.`, { next: "Set keyring-file, or keyring-secret with github-token. Then run again." });
    }
    const { tenant } = keyring;
    await keyring.update((current) => {
        clock?.require("end");
        return changeEntry(current, ca, (held) => ({ ...markRetired(held, platform.clock.earliest()), tenant }));
    });
    context.runner.info(`Marked the CA ${commonName} retired in ${keyring.location}.`);
}
/** Takes the mark back. The run fails with its earlier error, so a mark that stays is only a warning. */
async function takeMarkBack({ context, keyring }, ca) {
    const { commonName } = ca.certificate;
    try {
        await keyring.update((current) => changeEntry(current, ca, ({ retiredAt, ...held }) => held));
        context.runner.info(`The CA ${commonName} was not deleted. It is no longer marked retired.`);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        context.runner.warning(`The CA ${commonName} was not deleted, and is still marked retired in the keyring (${error.code}): ${error.message}`);
    }
}
/**
 * @param slots the slots that count
 * @param now the platform's clock, milliseconds since 1970
 * @param next the next step, where the usual one does not fit
 * @throws ActionError `CA_LAST_USABLE` where `id` is the only usable one among them
 */
function requireNotLastUsable(slots, id, now, next) {
    const leaving = slots.find((slot) => slot.id === id);
    if (leaving === undefined || !isLastUsable(slots, id, now))
        return;
    const others = slots.filter((slot) => slot.id !== id && isUsable(slot, now));
    const silent = others.map((slot) => (0,printable/* printableId */.BA)(slot.id)).join(" and ");
    const doubt = ` The platform's list does not say whether ${silent} is verified. Only the keyring remembers that it is.`;
    throw new errors/* ActionError */.lZ("CA_LAST_USABLE", `${(0,printable/* printableId */.BA)(id)} ("${(0,printable/* printableName */.Nt)(leaving.name)}", expires ${leaving.expiration}) is the last usable CA certificate.${silent && doubt}`, { next });
}

;// CONCATENATED MODULE: ./build/tasks/delete.js
/** The task delete: deletes one CA certificate by its id. Only another upload of the same certificate undoes that. */


















const deleteCertificate = defineTask({
    name: "delete",
    description: "Delete one CA certificate of an Insights Hub environment. Guards protect the agents from being cut off.",
    privateDirectory: true,
    inputs: {
        connection: connectionInputs,
        id: certificateIdInputs,
        guards: (0,inputs/* plainGroup */.k4)({
            "allow-last": (0,inputs/* field */.ZZ)({
                description: "Set to true to delete the certificate even if it is the last usable CA. Defaults to false.",
                default: "false",
                parse: input_parsers/* trueOrFalse */.dt,
            }),
            "allow-held": (0,inputs/* field */.ZZ)({
                description: "Set to true to delete the certificate even if the keyring holds its key. The task first marks the CA as retired in the keyring. Defaults to false.",
                default: "false",
                parse: input_parsers/* trueOrFalse */.dt,
            }),
        }),
        keyring: existingKeyringInputs,
        program: opensslInputs,
    },
    outputs: {
        deleted: "true: this run deleted the certificate, or an earlier run did and the keyring remembers it.",
    },
    async check({ connection, keyring }, report) {
        requireLastingFile(keyring, connection && (0,proxy/* isLoopback */.U)(connection.gateway), report);
        await requireTenant(keyring, connection?.tenant, undefined, report);
    },
    async run({ connection, id, guards, keyring: input, program }, context) {
        context.startDeadline(connection.timeout);
        const { tenant } = connection;
        const keyring = context.keyring(input, { program: program["openssl-path"], tenant, connection });
        void keyring.check();
        const platform = await context.connect(connection);
        const wanted = id["certificate-id"];
        const { entries } = keyring.keyring;
        // An old keyring does not show that a certificate is held. The check takes time, so the slots are listed
        // after it. The task decides on the slots as they are right before the DELETE (guarantee 6).
        await keyring.check();
        const listed = await platform.caCertificates.list();
        const slot = listed.find(({ id }) => id === wanted);
        if (slot === undefined) {
            requireDeletedBefore(wanted, entries);
            await encryptPlainKeys(context.runner, keyring, { write: false });
            context.runner.notice(`An earlier run deleted the CA certificate ${wanted}.`);
            await summarizeStep(context.runner, "CA certificate deleted by an earlier run", [["Id", wanted]]);
            return { deleted: "true" };
        }
        warnOfSkew(context.runner, platform.clock);
        const deletion = deletionOf(wanted, {
            slots: recallVerified(listed, entries),
            entries,
            now: platform.clock.now(),
        });
        const { ca, held } = deletion;
        if (!guards["allow-held"])
            requireNotHeld(wanted, deletion);
        // A compromised CA must go, so with allow-last no clock is asked.
        const clock = guards["allow-last"] ? undefined : platform.clock;
        const guard = (slots) => {
            if (clock === undefined)
                return;
            clock.require("end");
            requireNotLastUsable(recallVerified(slots, entries), wanted, clock.now());
        };
        guard(listed);
        const matched = matchSlots(listed, entries);
        const copy = held && listed.find(({ id }) => id !== wanted && matched.get(id) === held);
        if (held === undefined) {
            await platform.caCertificates.remove(wanted, guard);
        }
        else if (copy === undefined) {
            await retire({ context, platform, keyring }, { id: wanted, ca: held, guard, clock });
        }
        else {
            // The other slot has the same certificate. The CA stays, so it is not marked; only its id may change.
            await platform.caCertificates.remove(wanted, guard);
            const [stays] = recallVerified([copy], entries);
            if (stays?.isVerified === true)
                await noteOnPlatform({ context, platform, keyring }, stays, held);
        }
        await encryptPlainKeys(context.runner, keyring, { write: false });
        context.runner.notice(`Deleted the CA certificate ${wanted}.`);
        context.runner.info("The platform does not document whether agents that were onboarded with it stay connected.");
        const kept = copy === undefined ? ", marked retired" : ". The other slot holds the same certificate";
        await summarizeStep(context.runner, "CA certificate deleted", [
            ...slotRows(slot),
            [
                "Private key",
                ca === undefined ? "not in the keyring" : `kept in ${keyring.location ?? "the keyring"}${kept}`,
            ],
        ]);
        return { deleted: "true" };
    },
});
/**
 * A CA that is gone and is marked retired was deleted by an earlier run (guarantee 4).
 * @throws ActionError `CA_NOT_FOUND` for any other id that is not listed
 */
function requireDeletedBefore(id, entries) {
    if (entries.some(({ platformId, retiredAt }) => platformId === id && retiredAt !== undefined))
        return;
    throw new errors/* ActionError */.lZ("CA_NOT_FOUND", `The platform has no CA certificate ${(0,printable/* printableId */.BA)(id)}.`);
}
/**
 * Names every input that the deletion needs in one message.
 * @throws ActionError `CA_HELD`
 */
function requireNotHeld(id, { held, last, flags }) {
    if (held === undefined)
        return;
    const key = `The key of ${id} (${held.certificate.commonName}) is in the keyring`;
    const message = last ? `${key}, and it is the last usable CA certificate.` : `${key}.`;
    const first = last ? "Register or rotate first. If it has to go without a successor" : "If it has to go";
    throw new errors/* ActionError */.lZ("CA_HELD", message, {
        next: `${first}, set ${flags.join(" and ")}. The CA is marked retired in the keyring first.`,
    });
}

;// CONCATENATED MODULE: ./build/ca/copy-state.js
/** @returns the keyring as a copy has it, before its write is counted */
function copyOf(source) {
    return { ...source, copyOf: copy_state_originOf(source) };
}
/**
 * Compares a keyring with the text that a copy of it would replace, by their generations. The generation of a
 * new copy is that of its origin plus one, and each further write of the copy adds one.
 */
function compareCopies(source, target) {
    const [sourceWentOn, targetWentOn] = wentOn(source, target);
    if (!targetWentOn)
        return "older";
    return sourceWentOn ? "forked" : "newer";
}
/**
 * @returns for each of the two whether it was written since one was copied from the other, or since they were
 * the same
 */
function wentOn(source, target) {
    if (target.copyOf !== undefined)
        return [isAfter(source, target.copyOf), isUsed(target, target.copyOf) || isAfter(target.copyOf, source)];
    if (source.copyOf !== undefined)
        return [isUsed(source, source.copyOf), isAfter(target, source.copyOf)];
    return [isAfter(source, target), isAfter(target, source)];
}
/** @returns whether a copy was written again after it was made */
function isUsed(copy, origin) {
    return copy.generation > origin.generation + 1;
}
/**
 * @returns whether a text was written after another one. Two different texts of one generation count as
 * written after each other: both are later than their common origin
 */
function isAfter(later, earlier) {
    return later.generation >= earlier.generation && !isSame(later, earlier);
}
/** @returns whether the target holds every CA of the source and no other one, in the same order and with the same marks */
function holdsSame(source, target) {
    return copy_state_describe(source) === copy_state_describe(target);
}
/** The content of a keyring without its keys and its first line. */
function copy_state_describe({ entries, after = [] }) {
    return JSON.stringify([
        entries.map(({ privateKey, certificate, ...marks }) => [
            certificate.fingerprint,
            Object.entries(marks).toSorted(),
        ]),
        after,
    ]);
}
function copy_state_originOf({ generation, writtenAt }) {
    return { generation, ...(writtenAt !== undefined && { writtenAt }) };
}
function isSame(a, b) {
    return a.generation === b.generation && a.writtenAt === b.writtenAt;
}

;// CONCATENATED MODULE: ./build/keyring/copy-decision.js






/**
 * Judges whether a copy may replace the text at the target. Three things must hold: the copy has every key of
 * the target, no encrypted key becomes plain, and nobody has written the target since it was copied from this
 * keyring.
 * @returns why the copy may not be written; undefined where it may
 */
function copyProblem(source, target, { first }) {
    if (target.entries.length === 0)
        return undefined;
    const state = holdsSame(source, target) ? "older" : compareCopies(source, target);
    const lost = lostEntries(target, source).map(({ certificate }) => `${(0,printable/* quoted */.TL)(certificate.commonName)} (${certificate.fingerprint})`);
    const apart = `The keyring is used in two places: this one says ${written(source)}, the target says ${written(target)}`;
    if (lost.length > 0) {
        const also = state === "older" ? "" : `. ${apart}`;
        return {
            code: "KEYRING_TARGET_HAS_KEYS",
            message: `holds keys that the copy would not have: ${lost.join(", ")}${also}`,
        };
    }
    if (state !== "older") {
        const also = state === "newer" ? "" : ", and so was this keyring";
        return {
            code: "KEYRING_FORKED",
            message: `was written after the one was copied from the other${also}. A copy would undo what was written there. ${apart}`,
        };
    }
    const plain = target.entries.find((entry) => isEncrypted(entry.privateKey) &&
        source.entries.some(({ certificate, privateKey }) => certificate.fingerprint === entry.certificate.fingerprint && !isEncrypted(privateKey)));
    if (first !== undefined || plain === undefined)
        return undefined;
    return {
        code: "PASSPHRASE_WRONG",
        message: `holds the key of ${(0,printable/* quoted */.TL)(plain.certificate.commonName)} encrypted, and without keyring-passphrase the copy would hold it plain`,
    };
}
function written({ generation, writtenAt }) {
    return `generation ${generation}${writtenAt === undefined ? "" : `, written ${writtenAt}`}`;
}
/** @returns whether the target holds the copy already, with each key as the copy would have it */
function holdsCopy(source, target, passphrases) {
    if (!holdsSame(source, target))
        return false;
    return target.entries.every(({ privateKey }, index) => passphrases.first === undefined
        ? privateKey === source.entries[index]?.privateKey
        : passphrases.isUnderFirst(privateKey));
}
/**
 * Checks, before anything is written, that the target can be written and that nothing is lost there. Nobody can read a
 * secret, and its times say only when it was written, not with which text. So a secret that exists is never replaced.
 * @throws ActionError `KEYRING_TARGET_HAS_KEYS`, and those of the storage's check
 */
async function requireFreeTarget(target, secret) {
    try {
        await target.check();
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ) || error.code !== "KEYRING_NOT_PASSED_IN" || secret === undefined)
            throw error;
        const { name, environment } = secret;
        const of = environment === undefined ? "" : ` --env ${(0,printable/* quoted */.TL)(environment)}`;
        throw new errors/* ActionError */.lZ("KEYRING_TARGET_HAS_KEYS", `${(0,printable/* capitalize */.ZH)((0,github_secret_inputs/* describeSecret */.wr)(secret))} exists. Nobody can read a secret, so it may hold keys that the copy would not have.`, {
            next: [
                `See what it holds: run tasks/keyring with keyring: \${{ secrets.${name} }}. It may be the copy that an earlier run wrote.`,
                `If this keyring has every CA of it, and no workflow uses it, delete it: gh secret delete ${name}${of}. Then run again.`,
                "If not, give another keyring-target-secret.",
            ],
            cause: error,
        });
    }
}
/**
 * Writes the copy in one atomic write. Its keys are encrypted with the first passphrase, the source stays as it is.
 * @throws ActionError as {@link copyProblem} says, and those of the write
 */
async function copyTo(target, source, passphrases) {
    await target.update((current) => {
        const problem = copyProblem(source, current, passphrases);
        if (problem === undefined)
            return copyOf(source);
        throw new errors/* ActionError */.lZ(problem.code, `${(0,printable/* capitalize */.ZH)(target.location ?? "")} ${problem.message}.`);
    });
}

;// CONCATENATED MODULE: ./build/keyring/forget-entry.js





/** Forgets CAs of the keyring: the input that names them, its rules, and the change of the keyring. */
/**
 * The CAs to forget, by their whole fingerprints. Two CAs may share a common name, or a part of a
 * fingerprint.
 */
const forgetField = (0,inputs/* field */.ZZ)({
    description: "SHA-256 fingerprint of a CA of the keyring to forget: all 64 hexadecimal digits, with or without colons. Separate several by commas or lines. The keyring must mark the CA as retired or refused. Its private key is gone for good.",
    parse: fingerprints,
});
/** @returns the fingerprints as certificates show them */
function fingerprints(text) {
    const words = text.split(/[\s,]+/).filter((word) => word !== "");
    return new Set(words.map((word) => {
        if (!/^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i.test(word))
            throw new Error(`${(0,printable/* quoted */.TL)(word)} is not a whole SHA-256 fingerprint. Give all 64 hexadecimal digits, with or without colons, as the summary of tasks/keyring shows them`);
        return (word.replaceAll(":", "").toUpperCase().match(/../g) ?? []).join(":");
    }));
}
/** @returns whether an entry may be forgotten. No run uses a retired or refused CA again by itself */
function mayGo(entry) {
    return isRetired(entry) || entry.refusedAt !== undefined;
}
/**
 * The rules for `forget`: each fingerprint names a CA that may be forgotten, and the keyring can be written.
 */
function requireForgettable(forget, input, report) {
    const { entries } = input.keyring;
    for (const fingerprint of forget) {
        const named = entries.filter(({ certificate }) => certificate.fingerprint === fingerprint);
        const inUse = named.find((entry) => !mayGo(entry));
        if (named.length === 0)
            report("forget", `names no CA of the keyring (${fingerprint}). ${whichMayGo(entries)}`);
        else if (inUse !== undefined)
            report("forget", `names the CA ${(0,printable/* quoted */.TL)(inUse.certificate.commonName)}, which is neither retired nor refused. ${whichMayGo(entries)}`);
    }
    if (input.target !== undefined)
        report("forget", "is given together with a target, and a copy leaves the keyring as it is. Run once with forget, and then once with the target");
    else if (!hasTarget(input))
        report("forget", "changes the keyring, so it needs keyring-secret or keyring-file", "KEYRING_TARGET_MISSING");
}
function whichMayGo(entries) {
    const names = entries
        .filter(mayGo)
        .map(({ certificate }) => `${(0,printable/* quoted */.TL)(certificate.commonName)} (${certificate.fingerprint})`);
    if (names.length === 0)
        return "The keyring has no CA that is retired or refused";
    return `Give one of these: ${names.join(", ")}`;
}
/**
 * @param current the keyring as it is stored right before the write
 * @returns the keyring without the CAs to forget
 * @throws ActionError `KEYRING_STALE` where another run has meanwhile put one of these CAs to use again
 */
function withoutForgotten(current, forget) {
    const [gone, kept] = [true, false].map((goes) => current.entries.filter(({ certificate }) => forget.has(certificate.fingerprint) === goes));
    const back = gone.find((entry) => !mayGo(entry));
    if (back === undefined)
        return { ...current, entries: kept };
    throw new errors/* ActionError */.lZ("KEYRING_STALE", `The CA ${(0,printable/* quoted */.TL)(back.certificate.commonName)} came back while this run was about to forget it. The run forgot nothing.`, { next: "List the keyring with tasks/keyring. Remove from forget what is in use." });
}

;// CONCATENATED MODULE: ./build/tasks/keyring-summary.js
/** Plans the changes of the task keyring, and shows them with the CAs in the log and on the job's page. */




/** @returns the plan: a copy if there is a target, otherwise the changes of the keyring itself */
function planOf(keyring, { passphrases, isForgotten, target, isCopied }) {
    const { entries } = keyring.keyring;
    const { first } = passphrases;
    const gone = entries.filter(isForgotten);
    const toEncrypt = first === undefined
        ? []
        : entries.filter((entry) => !isForgotten(entry) && !passphrases.isUnderFirst(entry.privateKey));
    const warnings = first === undefined && entries.some(({ privateKey }) => isEncrypted(privateKey)) ? [NOT_OPENED] : [];
    if (target !== undefined)
        return { steps: isCopied ? [] : [copyStep(keyring, target, toEncrypt)], warnings };
    if (toEncrypt.length > 0 && keyring.location === undefined)
        return { steps: [], warnings: [...warnings, notEncrypted(toEncrypt)] };
    return {
        steps: [
            ...(gone.length === 0 ? [] : [forgetStep(gone)]),
            ...(toEncrypt.length === 0 ? [] : [encryptStep(toEncrypt, passphrases)]),
            ...(keyring.needsImport ? [storeStep(keyring)] : []),
        ],
        warnings,
    };
}
const NOT_OPENED = "keyring-passphrase is empty, so this run opens and encrypts no key. Encrypted keys stay as they are.";
function notEncrypted(entries) {
    return `The private key of ${keyring_summary_namesOf(entries)} is not encrypted with the first passphrase. This run cannot write the keyring. Give keyring-secret or keyring-file, and run again.`;
}
function forgetStep(entries) {
    const what = entries
        .map(({ certificate }) => `${(0,printable/* printableName */.Nt)(certificate.commonName)} (${certificate.fingerprint})`)
        .join(", ");
    return {
        done: `Forgot ${what}. The private key is gone from the keyring.`,
        planned: `Would forget ${what}. The private key would be gone.`,
        next: ["Old copies of the keyring still hold the private key. Remove them if nobody needs it."],
    };
}
function encryptStep(entries, { several }) {
    const what = `the private key of ${keyring_summary_namesOf(entries)} with the first passphrase`;
    return {
        done: `Encrypted ${what}.`,
        planned: `Would encrypt ${what}.`,
        next: [
            ...(several
                ? ["The first passphrase opens every key now. Remove the other lines of keyring-passphrase."]
                : []),
            "Replace your copies of the keyring. They still hold the keys as they were before.",
        ],
    };
}
function storeStep({ location = "" }) {
    return {
        done: `Wrote the keyring to ${location}.`,
        planned: `Would write the keyring to ${location}.`,
        next: [],
    };
}
function copyStep(keyring, { location = "" }, toEncrypt) {
    const from = keyring.location ?? "the input keyring";
    const fresh = `the private key of ${keyring_summary_namesOf(toEncrypt)} is encrypted with the first passphrase`;
    const [done, planned] = toEncrypt.length === 0
        ? ["", ""]
        : [` There ${fresh}.`, ` There ${fresh.replace("is enc", "would be enc")}.`];
    return {
        done: `Copied the keyring to ${location}.${done} Nothing changed in ${from}.`,
        planned: `Would copy the keyring to ${location}.${planned} Nothing would change in ${from}.`,
        next: [
            `Use the keyring in one place only. To move it, name ${location} in every workflow, run tasks/keyring with it, and then delete the old one (docs/keyring.md).`,
        ],
    };
}
function keyring_summary_namesOf(entries) {
    return entries.map(({ certificate }) => (0,printable/* printableName */.Nt)(certificate.commonName)).join(", ");
}
/** @returns the CAs for the output `entries`, newest first */
function listEntries({ entries }) {
    return entries.map(({ privateKey, certificate, tenant, platformId, verifiedAt, refusedAt, retiredAt }) => ({
        tenant: tenant ?? null,
        commonName: certificate.commonName,
        expiration: certificate.expiration,
        fingerprint: certificate.fingerprint,
        platformId: platformId ?? null,
        verifiedAt: verifiedAt ?? null,
        refusedAt: refusedAt ?? null,
        retiredAt: retiredAt ?? null,
        encrypted: isEncrypted(privateKey),
    }));
}
/** Shows the CAs in the log and on the job's page, with what was done, or would be. */
async function summarizeKeyring(runner, shown) {
    const { steps, warnings, changed } = shown;
    const listed = listEntries(shown);
    for (const warning of warnings)
        runner.warning(warning);
    const did = steps.map(({ done, planned }) => (changed ? done : planned));
    const count = `${listed.length} ${listed.length === 1 ? "CA" : "CAs"}`;
    const state = steps.length === 0 ? "nothing to change" : changed ? "changed" : "planned, nothing was changed";
    runner.group(`CAs of the keyring: ${listed.length}`, listed.map(lineOf));
    runner.notice([`Keyring with ${count}: ${state}.`, ...did].join(" "));
    const next = changed ? steps.flatMap((step) => step.next) : steps.length === 0 ? [] : [APPLY];
    const parts = [
        `### Keyring with ${count}: ${state}`,
        listed.length === 0 ? "The keyring holds no CA." : markdownTable(HEADS, listed.map(rowOf)),
        ...did.map(escapeMarkdown),
        ...(next.length === 0 ? [] : [nextList(next)]),
    ];
    await runner.summary(`${parts.join("\n\n").trimEnd()}\n`);
}
const APPLY = "Run again with apply: true to carry this out.";
const HEADS = [
    "Common name",
    "Tenant",
    "Expires (UTC)",
    "State",
    "Private key",
    "Platform id",
    "SHA-256 fingerprint",
];
function rowOf(entry) {
    const { commonName, tenant, expiration, encrypted, platformId, fingerprint } = entry;
    return [
        commonName,
        tenant ?? "not known",
        expiration,
        keyring_summary_stateOf(entry),
        encrypted ? "encrypted" : "plain",
        platformId ?? "none",
        fingerprint,
    ];
}
function keyring_summary_stateOf({ verifiedAt, refusedAt, retiredAt }) {
    if (retiredAt !== null)
        return `retired ${retiredAt}`;
    if (refusedAt !== null)
        return `refused ${refusedAt}`;
    return verifiedAt === null ? "not verified" : `verified ${verifiedAt}`;
}
function lineOf(entry) {
    const { commonName, tenant, expiration, encrypted, fingerprint } = entry;
    const whose = tenant === null ? "tenant not known" : `tenant ${(0,printable/* printable */.g$)(tenant)}`;
    return `${(0,printable/* printableName */.Nt)(commonName)}, ${whose}, expires ${expiration}, ${(0,printable/* printable */.g$)(keyring_summary_stateOf(entry))}, private key ${encrypted ? "encrypted" : "plain"}, ${fingerprint}`;
}

;// CONCATENATED MODULE: ./build/tasks/keyring.js
/**
 * The task keyring: lists the CAs of every tenant in the keyring, encrypts their keys, copies the keyring,
 * and forgets CAs. The platform is not asked.
 */













const keyring = defineTask({
    name: "keyring",
    description: "Look after the keyring: list its CAs, change its passphrase, copy it to another place, and forget CAs that are retired or refused.",
    privateDirectory: true,
    inputs: {
        keyring: keptKeyringInputs,
        changes: (0,inputs/* plainGroup */.k4)({
            forget: forgetField,
            apply: (0,inputs/* field */.ZZ)({
                description: "true changes the keyring or writes the copy. false only says what would be done. Defaults to true.",
                default: "true",
                parse: input_parsers/* trueOrFalse */.dt,
            }),
        }),
        backup: backupInputs,
        program: opensslInputs,
    },
    outputs: {
        entries: "JSON array with an object for each CA, newest first: tenant, commonName, expiration, fingerprint, platformId, verifiedAt, refusedAt, retiredAt, encrypted. What is not known is null. It shows the copy if this run wrote one.",
        changed: "true: this run wrote the keyring or the copy. Otherwise false.",
        "keyring-backup-path": "Path of the encrypted backup of the keyring (CMS in PEM), set as soon as the file exists. Each run leaves one, changed or not. Upload it in a later step with if: always(). Empty with apply: false, or without keyring-backup-certificate.",
    },
    async check({ keyring: input, changes, backup }, report) {
        checkRecipients(backup, input, report);
        const forget = changes?.forget ?? NONE;
        const target = input?.target;
        // A run that copies only reads the source. So the source may lie on a disk that does not last, such as a
        // restored backup.
        if (target === undefined)
            requireLastingFile(input, false, report);
        requireLastingFile(target, false, report, "keyring-target-file");
        if (input === undefined)
            return;
        if (forget.size > 0)
            requireForgettable(forget, input, report);
        // The passphrase of a CA that is forgotten may be lost, so its key may stay closed.
        const staysClosed = input.passphrases.first === undefined ? () => true : isForgotten(forget);
        if (!(await input.openMore(staysClosed)) || target === undefined)
            return;
        const problem = copyProblem(input.keyring, target.keyring, input.passphrases);
        if (problem !== undefined)
            report("keyring-target-file", problem.message, problem.code);
    },
    async run({ keyring: input, changes, backup, program }, context) {
        const { passphrases } = input;
        const forget = changes.forget ?? NONE;
        const options = { program: program["openssl-path"], tenant: undefined, connection: undefined };
        const source = input.target === undefined
            ? context.keyring(input, { ...options, backup })
            : context.keyring(input, { ...options, fileInput: undefined });
        const target = input.target && context.keyring(input.target, { ...options, backup, fileInput: "keyring-target-file" });
        await source.check();
        if (target !== undefined)
            await requireFreeTarget(target, input.target?.secret?.address);
        warnOfSkew(context.runner, context.clock);
        context.clock.require("make");
        requireWrittenBefore(context, source.keyring);
        const plan = planOf(source, {
            passphrases,
            isForgotten: isForgotten(forget),
            target,
            isCopied: target !== undefined && holdsCopy(source.keyring, target.keyring, passphrases),
        });
        const changed = changes.apply && plan.steps.length > 0;
        if (changed && target !== undefined) {
            await source.requireUnchanged();
            await copyTo(target, source.keyring, passphrases);
        }
        else if (changed) {
            const change = (current) => {
                const kept = withoutForgotten(current, forget);
                requireEveryKeyOpens(kept, passphrases);
                return kept;
            };
            await source.update(change, { forget: isForgotten(forget) });
        }
        if (changes.apply)
            await (target ?? source).leaveBackup();
        const shown = changed && target !== undefined ? target : source;
        if (target === undefined)
            source.remarkPlainKeys();
        await summarizeKeyring(context.runner, { ...plan, entries: shown.keyring.entries, changed });
        return {
            entries: JSON.stringify(listEntries(shown.keyring)),
            changed: String(changed),
            "keyring-backup-path": context.backupPath,
        };
    },
});
const NONE = new Set();
function isForgotten(forget) {
    return ({ certificate }) => forget.has(certificate.fingerprint);
}

;// CONCATENATED MODULE: ./build/ca/refused-cas.js





/** Most characters of the platform's words that a keyring remembers: a GitHub secret has room for 48 KB. */
const WORDS_LIMIT = 300;
/**
 * @returns the platform's words about a refused upload, as the keyring notes them: one short line, safe to
 * print
 */
function refusalWords({ status, message, logref }) {
    const said = (0,printable/* printable */.g$)(`HTTP ${status ?? "?"} ${message}`, WORDS_LIMIT).replaceAll(/-{2,}/g, "-");
    return logref === undefined ? said : `${said} (logref ${(0,printable/* printable */.g$)(logref, 100)})`;
}
/**
 * Looks for a refused CA of the same request. To request it again would add a useless key to the keyring in each run.
 * @returns the newest such entry
 */
function findRefusedLike(entries, wanted) {
    return entries.find(({ certificate, refusedAt }) => refusedAt !== undefined &&
        wanted.isName(certificate.commonName) &&
        wanted.days === Math.round((certificate.notAfter - certificate.notBefore) / ca_time/* DAY_MS */.sO) &&
        wanted.keyBits === certificate.x509.publicKey.asymmetricKeyDetails?.modulusLength &&
        sameName(unnamed(certificate.subject), unnamed((0,ca_subject/* subjectAttributes */.qz)(wanted.subject))));
}
function unnamed(subject) {
    return subject.filter(([type]) => type !== "CN");
}
/** @returns the refused CAs that are in no slot. A CA that is on the platform is not refused any more */
function refusedEntries(slots, entries) {
    const seen = new Set(matchSlots(slots, entries).values());
    return entries.filter((entry) => entry.refusedAt !== undefined && !seen.has(entry));
}
/** @returns a sentence that says when a CA was refused and with which words; empty words where none are remembered */
function describeRefusal({ certificate, refusedAt, refusedFor }) {
    const words = (0,printable/* printable */.g$)(refusedFor ?? "", WORDS_LIMIT + 100);
    return `The platform refused the CA ${(0,printable/* quoted */.TL)(certificate.commonName)} (expires ${certificate.expiration}) at ${(0,printable/* printable */.g$)(refusedAt ?? "", 40)}${words === "" ? "" : `. It said: ${words}`}`;
}
/** @returns how a refused CA is uploaded again, to be part of a sentence */
function restoreAdvice({ certificate }) {
    return `run register with restore: ${certificate.fingerprint}`;
}

;// CONCATENATED MODULE: ./build/ca/registration-decision.js
/** Decides the next step of a registration. Pure: the same state gives the same decision. */


/**
 * @param candidates newest first
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param usable the usable CA, where there is one. Contradictions about older CAs then do not matter
 * @returns the first contradiction between the slots and the facts that the keyring notes, or undefined
 */
function firstContradiction(slots, candidates, allowed, usable) {
    const newer = usable === undefined ? candidates : candidates.slice(0, candidates.indexOf(usable));
    return findContradictions(slots, candidates).find(({ slot, ca }) => !allowed.has(slot.id) && newer.includes(ca));
}
/**
 * @param allowed ids of certificates that are none of ours, as the user says
 * @param now the platform's clock, milliseconds since 1970: expired slots do not count
 * @returns the first slot that agrees with a candidate only in its expiration, or undefined
 */
function firstDateMatch(slots, candidates, allowed, now) {
    return findAmbiguousMatches(slots, candidates).find(({ slot }) => !allowed.has(slot.id) && !isExpired(slot, now));
}
/** @returns each slot that may or may not hold one of the candidates, once; expired slots are left out */
function ambiguousMatches(slots, candidates, at) {
    const asked = plausibleCandidates(slots, candidates, at);
    const found = [...findContradictions(slots, asked), ...findAmbiguousMatches(slots, asked)];
    const living = found.filter(({ slot }) => !isExpired(slot, at.now));
    return living.filter(({ slot }, index) => living.findIndex((other) => other.slot === slot) === index);
}
/**
 * Decides the next step of a registration. A run after a crash reads the state again, and so goes on where it
 * stopped.
 */
function decideRegistration(state) {
    const matched = matchSlots(state.slots, allHeld(state));
    return goOnWith(state, matched) ?? begin(state, matched);
}
/**
 * Decides where a CA is on the platform already, or may be: then nothing is created or uploaded. Undefined
 * otherwise.
 */
function goOnWith(state, matched) {
    const { slots, now, allowUnheld = new Set() } = state;
    const held = plausibleCandidates(slots, allHeld(state), state, state.provided);
    const inSlots = ourCandidates(state)
        .filter(({ certificate }) => !isNotValidYet(certificate, state, true))
        .flatMap((ca) => slots.filter((slot) => matched.get(slot.id) === ca).map((slot) => ({ slot, ca })));
    const usable = inSlots.find(({ slot }) => isUsable(slot, now));
    const contradicted = firstContradiction(slots, held, allowUnheld, usable?.ca);
    if (contradicted !== undefined)
        return { step: "ambiguous", ...contradicted };
    if (usable !== undefined)
        return { step: "unchanged", ...usable };
    const pending = inSlots.find(({ slot }) => !isExpired(slot, now));
    if (pending !== undefined)
        return { step: "resume", ...pending };
    const ambiguous = firstDateMatch(slots, held, allowUnheld, now);
    return ambiguous && { step: "ambiguous", ...ambiguous };
}
/** Decides where no CA is on the platform: one is created or uploaded, or the registration is refused. */
function begin(state, matched) {
    const { slots, provided, removed } = state;
    const onPlatform = new Set(matched.values());
    const ready = ourCandidates(state).find((ca) => !onPlatform.has(ca) &&
        canBeSent(ca, state) &&
        (ca === provided || !removed?.has(ca.certificate.fingerprint)));
    // A provided CA is never replaced by another one. Its dates were checked by this machine's clock.
    if (ready === undefined && provided !== undefined)
        return registration_decision_refuse("CERTIFICATE_INVALID", []);
    if (slots.length >= SLOT_LIMIT)
        return registration_decision_refuse("CA_SLOTS_FULL", slots);
    const commonNames = ready?.certificate.commonNames ?? [state.commonName];
    const sameSubject = slots.filter((slot) => hasName(slot, matched.get(slot.id), commonNames));
    if (sameSubject.length > 0)
        return registration_decision_refuse("CA_SUBJECT_IN_USE", sameSubject);
    const unheld = unheldUsable(state);
    // A provided CA does not depend on the keyring, which may be missing or old.
    if (unheld.length > 0 && (provided === undefined || state.fromKeyring === true))
        return registration_decision_refuse("CA_NOT_HELD", unheld);
    return ready === undefined ? { step: "create" } : { step: "upload", ca: ready };
}
function registration_decision_refuse(code, slots) {
    return { step: "refuse", code, slots };
}
/**
 * @param ca the CA in the slot, where it is known. Then its own common names count, not that in the reply
 * @returns whether a slot's certificate has one of these common names
 */
function hasName(slot, ca, commonNames) {
    return ca === undefined
        ? namesAlike(slot.commonName, { commonNames })
        : ca.certificate.commonNames.some((name) => commonNames.includes(name));
}
/**
 * @returns the usable slots whose CA is not in the keyring and was not allowed by the user: the keyring may
 * be an old copy
 */
function unheldUsable(state) {
    const matched = matchSlots(state.slots, allHeld(state));
    const { slots, allowUnheld, now } = state;
    return slots.filter((slot) => isUsable(slot, now) && !matched.has(slot.id) && !allowUnheld?.has(slot.id));
}
/** @returns whether a registration with these CAs would have to make a key at this time */
function wouldCreate(state) {
    return state.provided === undefined && !ourCandidates(state).some((ca) => canBeSent(ca, state));
}
/**
 * @returns whether a CA may be uploaded: it has not expired, is valid already, and was not refused. A
 * provided CA is uploaded again after a refusal, because the user wants that
 */
function canBeSent({ certificate, refusedAt }, state) {
    const wanted = state.provided !== undefined || refusedAt === undefined;
    return wanted && certificate.notAfter > state.now && !isNotValidYet(certificate, state, false);
}
/** The CAs that may become or stay the usable one: the provided one, else every entry that is not retired. */
function ourCandidates(state) {
    if (state.provided !== undefined)
        return [state.provided];
    return state.entries.filter((entry) => entry.retiredAt === undefined);
}
/**
 * The CAs to match with slots. Without retired ones, the slot of a retired CA could be taken for its
 * successor's.
 */
function allHeld(state) {
    if (state.provided === undefined)
        return state.entries;
    const own = state.provided.certificate.fingerprint;
    return [state.provided, ...state.entries.filter((entry) => entry.certificate.fingerprint !== own)];
}
/** The result of each step of a registration, as the output `outcome` names it. */
const REGISTRATION_OUTCOMES = {
    unchanged: "unchanged",
    resume: "resumed",
    upload: "registered",
    create: "registered",
};

;// CONCATENATED MODULE: ./build/tasks/receipt.js
/** The receipt of a registration. Its shape is docs/receipt.schema.json. */



/** Version of docs/receipt.schema.json. Every change of the shape gets a new version. */
const SCHEMA_VERSION = 1;
/**
 * Writes the receipt: what was proven, in JSON, free of secrets and fit to be attested. Its shape is
 * docs/receipt.schema.json.
 * @returns its path
 */
async function writeReceipt(context, { platform, commandDirectory }, connection, { outcome, slot, ca: { certificate }, rehearsal }) {
    const receipt = {
        schemaVersion: SCHEMA_VERSION,
        action: product/* NAME */.o_,
        actionVersion: product/* VERSION */.xv,
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
            version: context.commands.length === 0 ? null : await commandDirectory.openssl.version(),
            commands: context.commands,
            rehearsal,
        },
        calls: platform.calls,
        clockSkewMilliseconds: platform.clock.skew,
        workflow: workflow(),
    };
    return await context.writeResult("receipt.json", `${JSON.stringify(receipt, null, 2)}\n`);
}
/**
 * The runner's variables about the run, and the shape that each must have. Their values come from outside.
 */
const RUN = {
    repository: ["GITHUB_REPOSITORY", /^[\w-]+\/[\w.-]+$/],
    run: ["GITHUB_RUN_ID", /^\d+$/],
    attempt: ["GITHUB_RUN_ATTEMPT", /^\d+$/],
    commit: ["GITHUB_SHA", /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/],
};
/**
 * @returns which run made the receipt, and how the workflow named the action. A value that the runner does
 * not give, or gives in another shape, is left out
 */
function workflow() {
    const said = Object.entries(RUN).map(([key, [name, shape]]) => {
        const value = process.env[name] ?? "";
        return [key, shape.test(value) ? value : undefined];
    });
    return Object.fromEntries([...said, ["action", calledAs()]].filter(([, value]) => value !== undefined));
}
/**
 * Writes a file about a registration that is finished. A failure is only a warning, because the file decides
 * nothing any more (guarantee 11).
 * @param what the name of the file, to begin a sentence
 * @returns the path of the file; empty where it could not be written
 */
async function writeOptional({ warning }, what, write) {
    try {
        return await write();
    }
    catch (error) {
        const { message } = asActionError(error);
        warning(`${what} could not be written, so its output is empty. The CA is verified. ${message}`);
        return "";
    }
}

;// CONCATENATED MODULE: ./build/tasks/registration-summary.js
/** What a registration shows on the job's page and in the log. */




const HEADLINES = {
    registered: "CA certificate registered",
    resumed: "CA certificate verified (an earlier run had uploaded it)",
    unchanged: "CA certificate already registered",
};
/** Shows a registration: a notice with id and expiration, and a table on the job's page with what to do next. */
async function summarizeRegistration(runner, { outcome, slot, ca: { certificate }, slots, ahead }, 
// What to say of keys that this run encrypted.
{ place, refused, stays, encrypted }) {
    const nothingElse = encrypted === undefined && ahead.writes.length === 0;
    const headline = `${HEADLINES[outcome]}${outcome === "unchanged" && nothingElse ? ", nothing to do" : ""}`;
    runner.notice(`${headline}: ${slot.id}, expires ${slot.expiration}.`);
    const rows = [
        ...slotRows(slot),
        ["SHA-256 fingerprint", certificate.fingerprint],
        ["Verified", slot.isVerified ? "yes, read back from the platform" : "no"],
        ["Slots in use", `${slots.length} of ${SLOT_LIMIT}`],
        ["Private key kept in", place ?? "your own place (this run wrote no keyring)"],
        ...(encrypted === undefined ? [] : [["Changed in the keyring", encrypted.done]]),
        ...aheadRows(ahead),
        ...refused.map((entry) => ["Refused CA", describeRefusal(entry)]),
    ];
    const next = [
        ...(ahead.writes.length === 0 ? [] : whatToDo(ahead)),
        ...(encrypted === undefined ? [] : [encrypted.next]),
        "Issue agent certificates with this CA (tasks/agent-certificate). An agent is onboarded when it connects for the first time.",
        `Back up ${place ?? "the CA's private key"}. The platform does not have the private key.`,
        `Rotate the CA long before ${slot.expiration} (tasks/rotate, on a schedule). The old and the new CA must overlap for as long as an agent certificate is valid.`,
        ...stays,
    ];
    await runner.summary(`### ${headline}\n\n${factsTable(rows)}\n\n${nextList(next)}`);
}
/** Shows a plan: a notice, and on the job's page its steps with their calls, and what to do next. */
async function summarizeRegistrationPlan(runner, { plan, slots, ahead }, { place, refused, stays }) {
    const headline = "CA registration: planned, nothing was changed";
    const due = plan.map(({ commonName, does }) => `Due now for ${commonName}: ${does}`);
    runner.notice([`${headline}.`, ...due].join(" "));
    const steps = plan.map(({ step, commonName, certificateId = "–", does, calls }) => [
        "due now",
        step,
        commonName,
        certificateId,
        does,
        calls.join(", "),
    ]);
    const rows = [
        ["Slots in use", `${slots.length} of ${SLOT_LIMIT}`],
        ["Private key kept in", place ?? "your own place (no keyring is written)"],
        ...aheadRows(ahead),
        ...refused.map((entry) => ["Refused CA", describeRefusal(entry)]),
    ];
    const parts = [
        `### ${headline}`,
        markdownTable(registration_summary_HEADS, steps),
        factsTable(rows),
        nextList([...whatToDo(ahead), ...stays]),
    ];
    await runner.summary(parts.join("\n\n"));
}
const registration_summary_HEADS = ["When (UTC)", "Step", "Common name", "Id", "What it does", "Calls to the platform"];
function aheadRows({ writes }) {
    return writes.map((said) => ["To be changed in the keyring", said]);
}
/** @returns what to correct before a run with `apply: true`, or that such a run does what was planned */
function whatToDo({ refused }) {
    return refused.length > 0 ? refused : ["Run again with apply: true to carry out what is due now."];
}

;// CONCATENATED MODULE: ./build/tasks/registration-results.js
/** Hands on the results of a registration: outputs and summary, and the receipt if it was carried out. */











/** Shows and hands on what was registered, and notes it in the keyring. */
async function handOn(context, procedure, { allowUnheld }, run, connection) {
    const { runner } = context;
    const { keyring, platform } = procedure;
    const { slot, ca, outcome, plan } = run;
    const { certificate } = ca;
    warnOfTokenEnd(runner, keyring, rotationDueAt(slot));
    const place = registration_results_placeOf(run, procedure);
    for (const warning of describeSameNamed(place, allowUnheld))
        runner.warning(warning);
    const [certificatePath, receiptPath] = await Promise.all([
        writeOptional(runner, "The certificate file for later steps", () => context.writeResult(`${connection.tenant}.pem`, certificate.pem)),
        run.applied
            ? writeOptional(runner, "The receipt", () => writeReceipt(context, procedure, connection, run))
            : "",
        run.applied ? noteOnPlatform(procedure, slot, ca) : undefined,
    ]);
    // The write carries a time, so two clocks must agree on it.
    const write = run.applied && platform.clock.agreement().standing === "agreed";
    await summarizeRegistration(runner, run, {
        place: keyring.location,
        refused: refusedEntries(run.slots, run.entries).filter((entry) => !isSameCa(entry, ca)),
        stays: describeUnheld(place),
        encrypted: await encryptPlainKeys(runner, keyring, { write }),
    });
    return {
        ...outputsOf(run),
        "certificate-path": certificatePath,
        outcome,
        plan: JSON.stringify(plan),
        "receipt-path": receiptPath,
    };
}
/** Shows and hands on what is planned. */
async function handOnPlan(procedure, { allowUnheld }, run, { passphrases }) {
    const { context, keyring } = procedure;
    const { runner } = context;
    const { storesKeyOf } = run.ahead;
    const place = registration_results_placeOf(run, procedure);
    for (const warning of describeSameNamed(place, allowUnheld))
        runner.warning(warning);
    await encryptPlainKeys(runner, keyring, { write: false });
    if (storesKeyOf !== undefined && passphrases.first === undefined)
        runner.warning(`keyring-passphrase is empty. A run with apply: true stores the key of ${(0,printable/* printableName */.Nt)(storesKeyOf)} plain in ${keyring.location}.`);
    await summarizeRegistrationPlan(runner, run, {
        place: keyring.location,
        refused: refusedEntries(run.slots, run.entries),
        stays: describeUnheld(place),
    });
    return {
        ...outputsOf(run),
        "certificate-path": "",
        outcome: run.outcome,
        plan: JSON.stringify(run.plan),
        "receipt-path": "",
    };
}
/** @returns the outputs about the CA. Id and name are empty while the CA is not on the platform */
function outputsOf({ outcome, slot, ca, plan }) {
    const certificate = ca?.certificate;
    return {
        "certificate-id": slot?.id ?? "",
        expiration: slot?.expiration ?? certificate?.expiration ?? "",
        "certificate-name": slot?.name ?? "",
        "common-name": certificate?.commonName ?? plan[0]?.commonName ?? "",
        verified: String(outcome !== "planned" && slot?.isVerified),
        fingerprint: certificate?.fingerprint ?? "",
        "serial-number": certificate?.serialNumber ?? "",
    };
}
/** @returns what to do with usable CAs that no run of this keyring will ever retire */
function describeUnheld(place) {
    return describeRemaining(place, new Set(matchSlots(place.slots, place.entries).keys()));
}
function registration_results_placeOf({ slots }, { keyring, platform }) {
    return { slots, entries: keyring.keyring.entries, now: platform.clock.now() };
}

;// CONCATENATED MODULE: ./build/ca/rotation-state.js
/** The state from which a rotation is decided (slots, keyring, policy), and the types of the decision. */


/** @returns whether a run would do anything now */
function isDue({ forgetFirst, due, forgetLast }) {
    return forgetFirst.length + due.length + forgetLast.length > 0;
}
/** @returns which CA is in which slot */
function occupancyOf(state) {
    const { slots, entries, now } = state;
    const held = matchSlots(slots, entries);
    // A reply may render the common name in another form.
    const inSlots = entries.flatMap((ca) => slots
        .filter((slot) => held.get(slot.id) === ca)
        .map((slot) => ({ slot: { ...slot, commonName: ca.certificate.commonName }, ca })));
    const newest = inSlots.find(({ slot, ca }) => ca.retiredAt === undefined && isUsable(slot, now) && !isNotValidYet(ca.certificate, state, true));
    // The same certificate may be in both slots. It is not its own predecessor.
    return { held, inSlots, newest, others: inSlots.filter(({ ca }) => ca !== newest?.ca) };
}
/** @returns whether a slot is uploaded and not verified yet, nor expired at `now` (milliseconds since 1970) */
function isPending(slot, now) {
    return !slot.isVerified && !isExpired(slot, now);
}

;// CONCATENATED MODULE: ./build/ca/plan-output.js
/**
 * Describes a decided registration or rotation for the output `plan`, and the result of a rotation for
 * `outcome`.
 */



const REASONS = {
    overlap: "The overlap with its successor is over.",
    now: "The input retire is now.",
    expired: "It has expired, and a new CA needs its slot.",
    interrupted: "An earlier run marked it retired, but did not delete it.",
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
function describeRotation(plan, now) {
    const at = (0,ca_time/* iso */.KH)(now);
    return [
        ...plan.forgetFirst.map((ca) => describeForgetting(ca, at)),
        ...plan.due.map((step) => ({ step: step.step, due: true, at, ...describeStep(step) })),
        ...plan.forgetLast.map((ca) => describeForgetting(ca, at)),
        ...plan.upcoming.map(describeUpcoming),
    ];
}
function describeForgetting({ certificate: { commonName } }, at) {
    const does = "Remove its key from the keyring. Nothing needs it any more.";
    return { step: "forget", due: true, at, commonName, does, calls: [] };
}
function describeStep(step) {
    const commonName = "ca" in step ? step.ca.certificate.commonName : step.commonName;
    const about = { commonName, ...("slot" in step ? { certificateId: step.slot.id } : {}) };
    switch (step.step) {
        case "note":
            return {
                ...about,
                does: "Note in the keyring that it is verified. The overlap is counted from now.",
                calls: [],
            };
        case "retire": {
            const does = `${REASONS[step.reason]} Mark it retired in the keyring, then delete it on the platform.`;
            return { ...about, does, calls: RETIRE };
        }
        case "stage":
            return { ...about, ...STAGING[step.from] };
    }
}
/**
 * The action and the calls of a stage, by its first part: the CA is created, only uploaded, or only verified.
 */
const STAGING = {
    create: {
        does: "Create its key and certificate, store them, upload the certificate, verify it and read it back.",
        calls: STAGE,
    },
    upload: { does: "Upload it from the keyring, where an earlier run left it, and verify it.", calls: STAGE },
    resume: { does: "Verify it. An earlier run uploaded it, but did not verify it.", calls: PROVE },
};
function describeUpcoming({ step, at, slot }) {
    const does = step === "retire"
        ? "Retire it. The overlap with its successor is over then."
        : `Stage a successor of ${(0,printable/* printableName */.Nt)(slot.commonName)}: create it, upload it and verify it.`;
    const calls = step === "retire" ? RETIRE : STAGE;
    return { step, due: false, at: (0,ca_time/* iso */.KH)(at), commonName: slot.commonName, certificateId: slot.id, does, calls };
}
/**
 * @param applied whether the run had `apply: true`. Its outcome is then never `planned`
 * @param carriedOut the steps of this run; empty for a plan
 * @param next the plan after these steps
 * @returns the result of the run
 */
function rotationOutcome(applied, carriedOut, next) {
    const did = (name) => carriedOut.some(({ step }) => step === name);
    if (did("stage"))
        return "staged";
    if (did("retire"))
        return "retired";
    if (next !== undefined && isDue(next))
        return applied ? "waiting" : "planned";
    return next?.upcoming.some(({ step }) => step === "retire") === true ? "waiting" : "nothing-due";
}
const UPLOADING = {
    "earlier run": STAGING.upload.does,
    restore: "Upload it from the keyring again, and verify it.",
    "ca-certificate": "Upload the CA that came in as ca-certificate, and verify it.",
};
/** @returns the steps of a registration on the platform: one, or none where the CA is usable already */
function describeRegistration(decision, { now, commonName, source }) {
    const due = { step: "stage", due: true, at: (0,ca_time/* iso */.KH)(now) };
    switch (decision.step) {
        case "unchanged":
            return [];
        case "create":
            return [{ ...due, commonName, ...STAGING.create }];
        case "upload": {
            const about = { commonName: decision.ca.certificate.commonName };
            return [{ ...due, ...about, ...STAGING.upload, does: UPLOADING[source] }];
        }
        case "resume": {
            const about = { commonName: decision.ca.certificate.commonName, certificateId: decision.slot.id };
            return [{ ...due, ...about, ...STAGING.resume }];
        }
    }
}

;// CONCATENATED MODULE: ./build/tasks/refusal-messages.js




const SENTENCES = {
    CA_SLOTS_FULL: "Both CA certificate slots are taken. Neither holds a CA that this run can use or resume",
    CERTIFICATE_INVALID: "The CA certificate to upload has expired, or is not valid yet, by the platform's clock",
    CA_SUBJECT_IN_USE: "A CA certificate with the same common name is on the platform",
    CA_NOT_HELD: "A usable CA certificate is on the platform, but its key is not in the keyring",
};
/** Explains why nothing can be registered: which certificates stand in the way, and what the user can do. */
function registrationRefusal({ code, slots }, situation) {
    const refuse = (next) => refusal(code, SENTENCES[code], describeSlots(slots, situation), next);
    if (code === "CERTIFICATE_INVALID")
        return refuse(undefined);
    const held = matchSlots(situation.slots, situation.entries);
    const unheld = slots.filter(({ id }) => !held.has(id));
    if (unheld.length > 0)
        return refuse(findKeyring(unheld, situation));
    const remove = deleteTask(idsOf(slots), situation);
    return code === "CA_SUBJECT_IN_USE"
        ? refuse([
            `If no agent needs it, delete it with ${remove}. Otherwise choose another common-name.`,
            RUN_AGAIN,
        ])
        : refuse([`Delete one that no agent needs with ${remove}.`, RUN_AGAIN]);
}
/** @param slotLines the certificates in the way, a line each */
function refusal(code, sentence, slotLines, next) {
    const message = [`${sentence}${slotLines.length > 0 ? ":" : "."}`, ...slotLines].join("\n");
    return new errors/* ActionError */.lZ(code, message, { next });
}
const RUN_AGAIN = "Run again.";
const KEPT_ELSEWHERE = "If you have a backup or a copy of the keyring, put it back (docs/recovery.md). If you keep the key itself elsewhere, pass it to register (ca-certificate, ca-private-key).";
/**
 * A wrong path, a wrong secret and a lost keyring look the same, so the first advice is to check the keyring.
 * @param unheld the certificates in the way whose key is not in the keyring
 */
function findKeyring(unheld, situation) {
    const { keyring, slots, now } = situation;
    const { location = "the input keyring" } = keyring;
    const usable = idsOf(unheld.filter((slot) => isUsable(slot, now)));
    const remove = deleteTask(idsOf(unheld), situation);
    const [it, belongs] = unheld.length > 1 ? ["them", "the certificates belong"] : ["it", "the certificate belongs"];
    const beside = `run tasks/rotate with apply: true and allow-unheld: ${usable.join(",")}`;
    const lost = usable.length === 0
        ? [
            `If the key is lost (docs/recovery.md), or ${belongs} to somebody else, delete ${it} with ${remove}.`,
        ]
        : slots.length < SLOT_LIMIT
            ? [
                `If the key is lost (docs/recovery.md), or ${belongs} to somebody else and may stay, ${beside}.`,
                `If no agent needs ${it}, delete ${it} with ${remove}.`,
            ]
            : [
                `If the key is lost (docs/recovery.md), delete a certificate that no agent needs with ${remove}. Then ${beside}.`,
            ];
    if (keyring.isEmpty) {
        const check = keyring.location === undefined
            ? "The input keyring is empty. Check the secret's name and the job's environment, or pass keyring-file."
            : `Check why ${location} holds no CA. If the path, the secret's name or the job's environment is wrong, correct it. If the keyring is a file, pass keyring-file.`;
        // A mistyped secret looks the same, so the advice to delete a CA is left out where there is other advice.
        return [`${check} Then ${errors/* NEW_RUN */.$Y}.`, KEPT_ELSEWHERE, ...lost.slice(0, 1)];
    }
    return [
        `Check that ${location} is the keyring of this environment: it does not hold the key of ${usable.length > 0 ? usable.join(" and ") : idsOf(unheld).join(" and ")}. If the path or the secret is wrong, correct it and ${errors/* NEW_RUN */.$Y}.`,
        KEPT_ELSEWHERE,
        ...lost,
    ];
}
const UPLOAD_SENTENCES = {
    CA_SLOTS_FULL: "Both CA certificate slots are taken, and neither holds this certificate",
    CERTIFICATE_INVALID: "The CA certificate has expired, or is not valid yet, by the platform's clock",
    CA_SUBJECT_IN_USE: "Another CA certificate with the same common name is on the platform",
};
/**
 * Explains why tasks/upload cannot upload a certificate. The task has no keyring, so the message says nothing
 * of keys.
 */
function uploadRefusal({ code, slots }, observed) {
    const remove = deleteTask(idsOf(slots), observed);
    const next = {
        CA_SLOTS_FULL: [`Delete a certificate that no agent needs with ${remove}.`, RUN_AGAIN],
        CERTIFICATE_INVALID: "Create a new CA with tasks/create.",
        CA_SUBJECT_IN_USE: [
            `If no agent needs the other one, delete it with ${remove}. Then run again.`,
            "Otherwise create a CA with another common-name (tasks/create).",
        ],
    }[code];
    const lines = slots.map((slot) => describeSlot(slot, observed.now));
    return refusal(code, UPLOAD_SENTENCES[code], lines, next);
}
function describeSlots(inTheWay, { slots, entries, now }) {
    const held = matchSlots(slots, entries);
    return inTheWay.map((slot) => {
        const entry = held.get(slot.id);
        const owner = entry === undefined
            ? "key not in the keyring"
            : `key in the keyring${entry.retiredAt === undefined ? "" : ", marked retired"}`;
        return `${describeSlot(slot, now)}, ${owner}`;
    });
}
/** Explains why a rotation that is due cannot go on: which certificates stand in the way, and what the user can do. */
function rotationRefusal(decision, situation) {
    if (decision.refused === "ambiguous")
        return doubtRefusal(decision, situation.now);
    if (decision.refused === "unconfirmed-successor")
        return unconfirmedSuccessor(decision.slot, decision.newest);
    const { refused, slots } = decision;
    const lines = describeSlots(slots, situation);
    if (refused === "CA_NOT_HELD")
        return refusal(refused, SENTENCES[refused], lines, findKeyring(slots, situation));
    return refusal(refused, "A new CA certificate is due, but both slots are taken. In the way", lines, [
        `Delete a certificate that no agent needs with ${deleteTask(idsOf(slots), situation)}.`,
        RUN_AGAIN,
    ]);
}
function idsOf(slots) {
    return slots.map(({ id }) => (0,printable/* printableId */.BA)(id));
}
/**
 * Explains why it is not known whether a slot holds a CA. The CA is neither uploaded nor used then.
 * @param now the platform's clock, milliseconds since 1970
 */
function doubtRefusal({ kind, slot, ca }, now) {
    const [id, slotLine] = [(0,printable/* printableId */.BA)(slot.id), describeSlot(slot, now)];
    const { commonName, expiration } = ca.certificate;
    const named = `the CA "${(0,printable/* printableName */.Nt)(commonName)}", which expires ${expiration}`;
    const remedy = `set allow-unheld: ${id} and run again. If no agent needs it, delete it with tasks/delete (certificate-id: ${id}, without a keyring).`;
    if (kind === "contradiction") {
        const by = ca.platformId === slot.id ? `the keyring remembers ${id} as` : "its name says that it is";
        return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list contradicts what is known of a CA. It shows\n${slotLine},\nbut ${by} ${named}.`, {
            next: `Look at ${id} in Insights Hub. If the keyring belongs to another environment, pass the right one. If somebody replaced the certificate there, ${remedy}`,
        });
    }
    return new errors/* ActionError */.lZ("CA_DOUBTFUL", `It is not known whether\n${slotLine}\nis ${named}. Both expire in the same second. Nothing else that the platform shows is the same.`, { next: `If it is that CA, set certificate-id: ${id} and run again. If it is another one, ${remedy}` });
}
/** @returns the text of {@link doubtRefusal} as one line, for a task that only looks */
function describeDoubt(doubtful, now) {
    const { code, message, next } = doubtRefusal(doubtful, now);
    return `${message.replaceAll("\n", " ")} register and tasks/rotate may stop because of that (${code}). ${next}`;
}
/**
 * Explains the doubt of {@link doubtRefusal} for tasks/upload. The tasks that follow take the id as an input.
 */
function uploadDoubtRefusal(doubtful, now) {
    const { code, message } = doubtRefusal(doubtful, now);
    const id = (0,printable/* printableId */.BA)(doubtful.slot.id);
    return new errors/* ActionError */.lZ(code, message, {
        next: `If it is this certificate, it is on the platform already: go on with tasks/registration-code (certificate-id: ${id}). If it is another one, create a CA that expires at another time (tasks/create). Or, if no agent needs it, free the slot with tasks/delete (certificate-id: ${id}).`,
    });
}
/** Explains why a CA stays: only the keyring remembers that its successor is verified. */
function unconfirmedSuccessor(leaving, newest) {
    const [id, stays] = [(0,printable/* printableId */.BA)(leaving.id), (0,printable/* printableId */.BA)(newest.id)];
    return new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list does not say whether ${stays} ("${(0,printable/* printableName */.Nt)(newest.commonName)}") is verified. Only the keyring remembers that it is. So ${id} ("${(0,printable/* printableName */.Nt)(leaving.commonName)}") is not retired.`, {
        next: `Run again later. If the list still does not say it, look in Insights Hub. If ${stays} is verified there, delete the other one with tasks/delete (certificate-id: ${id}, allow-held: true, allow-last: true). With retire: never, tasks/rotate leaves it on the platform.`,
    });
}
/** @returns id, name, common name, expiration, verified or not: one line for a message */
function describeSlot(slot, now) {
    const state = slot.isVerified === true ? "verified" : "not verified";
    const end = `${isExpired(slot, now) ? "expired" : "expires"} ${slot.expiration}`;
    return `${(0,printable/* printableId */.BA)(slot.id)} "${(0,printable/* printableName */.Nt)(slot.name)}", common name "${(0,printable/* printableName */.Nt)(slot.commonName)}", ${end}, ${state}`;
}

;// CONCATENATED MODULE: ./build/tasks/try-ca.js
/** Tries a CA that this run did not create, before it is stored or uploaded. */






/**
 * The common name is as long as a registration code, because the CA will sign a certificate with such a
 * subject.
 */
const SUBJECT = `/CN=${"rehearsal".padEnd(64, "0")}`;
const NEXT = "Pass another CA as ca-certificate, created as the vendor's page says. If this one is in the keyring, remove its key and its certificate from that text and keep a copy. The next run creates a new CA.";
/**
 * Checks a CA that this run did not make, as far as no process has to start.
 * @throws ActionError `CERTIFICATE_INVALID`
 */
function requireSendable({ certificate }) {
    requireUploadable(certificate, { now: Date.now() }, NEXT);
}
/**
 * Tries a CA that this run did not make, before it is kept or takes one of two slots. The CA signs a
 * certificate of one day by the documented commands, in a folder of its own that is wiped at once. Then
 * `openssl verify` judges that certificate, which has the key of the later verification certificate.
 * @param program the openssl program
 * @returns the commands, as a person would type them
 * @throws ActionError `CERTIFICATE_INVALID` with OpenSSL's reason, or `OPENSSL_…`
 */
async function tryCa(context, procedure, ca, program) {
    requireSendable(ca);
    const { commandDirectory, keys } = procedure;
    const { tenant } = commandDirectory;
    const [worker] = context.workers(program, tenant, 1, Number.POSITIVE_INFINITY);
    if (worker === undefined)
        throw new Error("a trial needs a directory");
    const { openssl, directory } = worker;
    const [csr, out] = ["rehearsal.csr", "rehearsal.pem"];
    try {
        await keys.take(VERIFICATION_KEY_FILE);
        await Promise.all([
            (0,external_node_fs_promises_.copyFile)((0,external_node_path_.join)(commandDirectory.directory, VERIFICATION_KEY_FILE), (0,external_node_path_.join)(directory, VERIFICATION_KEY_FILE)),
            writeCaFiles({ ...procedure, commandDirectory: worker }, ca),
        ]);
        await openssl.run(signingRequest({ key: VERIFICATION_KEY_FILE, out: csr, subj: SUBJECT }));
        await openssl.run(signRequest({ csr, tenant, out, days: 1 }));
        const refused = await openssl.judge(verifyCertificate(`${tenant}.pem`, out));
        if (refused === undefined)
            return openssl.finished.map(({ argv }) => commandLine(argv));
        throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The CA certificate was not uploaded: OpenSSL does not accept what it issues. ${refused}`, { next: NEXT });
    }
    finally {
        const lines = openssl.finished.flatMap(({ lines }) => lines);
        context.runner.group("Try a CA that this run did not create", lines);
        await (0,external_node_fs_promises_.rm)(directory, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./build/tasks/registration-plan.js





/** For a run that carries out every step. */
const NOTHING_AHEAD = { writes: [], refused: [], storesKeyOf: undefined };
/**
 * Checks what a run with `apply: true` needs for the decision. The check starts no process, writes nothing,
 * and sends at most the request for a token.
 * @param commonName of a new CA
 * @throws ActionError that would stop such a run before its first change. Clocks that differ are only a
 * warning
 */
async function lookAhead(looking, decided, commonName) {
    await requireFeasible(looking, decided, commonName);
    const { context, platform, keyring } = looking;
    const { decision, provided } = decided;
    const stored = keyring.location === undefined ? undefined : provided;
    const storing = stored && storingTakes(keyring.keyring, stored, decision.step === "upload");
    if (stored !== undefined && storing === "make")
        keyring.requireRoomFor(stored);
    const takes = storing ?? (decision.step === "unchanged" ? undefined : "make");
    const refused = takes === undefined ? [] : clockRefusal(() => platform.clock.require(takes));
    for (const said of refused)
        context.runner.warning(said);
    const name = stored?.certificate.commonName ?? "";
    const writes = describeWrites(keyring, storing, (0,printable/* printableName */.Nt)(name));
    for (const said of writes)
        context.runner.info(`With apply: true this run also changes the keyring: ${said}`);
    const added = storing === "make" ? name : undefined;
    return { writes, refused, storesKeyOf: decision.step === "create" ? commonName : added };
}
/**
 * @param storing the result of {@link storingTakes} for the CA that came in
 * @param name the common name of that CA
 */
function describeWrites(keyring, storing, name) {
    const { location, needsImport } = keyring;
    if (location === undefined)
        return [];
    const plain = keyring.plainKeys().join(", ");
    return [
        ...(needsImport ? [`Write the keyring that came in to ${location}.`] : []),
        ...(storing === "make" ? [`Store the key of ${name} in ${location}.`] : []),
        ...(storing === "end" ? [`Note in ${location} that ${name} is used again.`] : []),
        ...(plain === "" ? [] : [`Encrypt the private key of ${plain} in ${location}.`]),
    ];
}
/** Checks what a run needs before its first change, as far as no process has to start. */
async function requireFeasible({ context, platform, keyring }, { decision, provided }, commonName) {
    if (decision.step === "unchanged")
        return;
    if (decision.step === "create")
        requireTarget(keyring);
    if (decision.step === "upload")
        requireSendable(decision.ca);
    if (decision.step === "upload" && provided === undefined)
        warnOfOtherCommonName(context.runner, decision.ca, commonName, { apply: false });
    await platform.caCertificates.requireTokenForChange();
}
/** @returns in one sentence or two why a run is refused while the clocks differ; nothing where they agree */
function clockRefusal(require) {
    try {
        require();
        return [];
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        return [`With apply: true this run is refused (${error.code}). ${error.message}`];
    }
}
/** Shows the steps in the log. */
function showPlan(runner, plan) {
    const lines = plan.map(({ step, commonName, certificateId, does }) => {
        const which = certificateId === undefined ? commonName : `${commonName} (${certificateId})`;
        return `now ${step} ${which}: ${does}`;
    });
    if (lines.length > 0)
        runner.group("Plan", lines);
}

;// CONCATENATED MODULE: ./build/ca/removed-cas.js
/** CAs of the keyring that were verified once, and that somebody removed from the platform without the keyring. */

/**
 * @param joined every slot, with the entry that it matches
 * @param now the platform's clock, milliseconds since 1970
 * @returns the entries that the platform would still accept, and that are in no slot
 */
function removedEntries(joined, entries, now) {
    return entries.filter((entry) => entry.verifiedAt !== undefined &&
        entry.retiredAt === undefined &&
        entry.refusedAt === undefined &&
        entry.certificate.notAfter > now &&
        !joined.some(({ ca }) => ca === entry));
}
/** @returns two sentences about a removed CA */
function describeRemoved({ certificate, platformId, verifiedAt = "" }) {
    const as = platformId === undefined ? "" : ` as ${(0,printable/* printableId */.BA)(platformId)}`;
    return `The CA "${(0,printable/* printableName */.Nt)(certificate.commonName)}" was verified${as} (${(0,printable/* printableName */.Nt)(verifiedAt)}) and is gone from the platform. Somebody removed it there, or the keyring belongs to another environment.`;
}

;// CONCATENATED MODULE: ./build/tasks/upload-stored-ca.js
/**
 * Uploads a CA of the keyring. No run uploads by itself a CA that somebody removed from the platform, or one
 * that the platform refused.
 */








/**
 * Decides. If the decision would upload a CA that a person removed from the platform, decides again without
 * that CA: no run uploads it again by itself (guarantee 4). A removed CA was verified once, is not in the
 * list, and a GET of its id does not find it either.
 * @param removed fingerprints of removed CAs; added to
 * @param decide `sends` is the CA that the decision would upload without the user's request
 * @throws ActionError of the decision; `PLATFORM_REPLY_UNEXPECTED` where the GET finds what the list does not
 * show
 */
async function decideWithoutRemoved({ context, platform }, removed, slots, decide) {
    for (;;) {
        const { decided, sends } = decide();
        if (sends?.verifiedAt === undefined)
            return decided;
        const { platformId, certificate } = sends;
        // If the list shows another certificate under the id, the id does not belong to this CA any more. A
        // doubtful match was refused before.
        const elsewhere = slots.some(({ id }) => id === platformId);
        if (platformId !== undefined && !elsewhere)
            await requireGone(platform, platformId, sends);
        removed.add(certificate.fingerprint);
        context.runner.warning(`${describeRemoved(sends)} This run does not upload it again. To upload it again, ${restoreAdvice(sends)}. If a new CA with the same common name is on the platform by then, delete that one first (tasks/delete).`);
    }
}
async function requireGone({ caCertificates }, id, { certificate }) {
    const there = await caCertificates.find(id);
    if (there === undefined)
        return;
    const ca = `the CA "${(0,printable/* printableName */.Nt)(certificate.commonName)}"`;
    const what = endsTogether(there, certificate)
        ? ca
        : `a certificate other than ${ca} that the keyring remembers`;
    throw new errors/* ActionError */.lZ("PLATFORM_REPLY_UNEXPECTED", `The platform's list does not show ${(0,printable/* printableId */.BA)(id)}, but a GET of it shows ${what}, which expires ${there.expiration}. One of the two replies is wrong. A slot may be hidden.`, {
        next: "Run again later. If the replies still differ, look in Insights Hub and tell the vendor's support. No run uploads anything while a slot may be hidden.",
    });
}
/**
 * Uploads a CA of the keyring. If the platform refuses the certificate itself, the keyring marks the CA as
 * refused, so that it does not prevent the next CA (guarantee 4). If the mark cannot be written, the run
 * warns and fails with the refusal.
 * @returns its slot, not verified yet
 * @throws ActionError `UPLOAD_REFUSED`, …
 */
async function uploadOrMarkRefused(steps, ca, name) {
    const { context, platform, keyring } = steps;
    try {
        return await upload(steps, ca.certificate, name);
    }
    catch (refused) {
        if (!(refused instanceof CertificateRefused) || keyring.location === undefined)
            throw refused;
        const { message, platform: said } = refused;
        try {
            await keyring.update((current) => changeEntry(current, ca, (entry) => noteRefused(entry, refusalWords(said), platform.clock.earliest())));
        }
        catch (error) {
            if (!(error instanceof errors/* ActionError */.lZ))
                throw error;
            context.runner.warning(`The keyring could not be written to note that the platform refused the CA (${error.code}): ${error.message}`);
            throw refused;
        }
        throw new errors/* ActionError */.lZ("UPLOAD_REFUSED", `${message} This is noted in ${keyring.location}.`, {
            platform: said,
            next: `See what the platform said. ${nextStep(ca)}`,
            cause: refused,
        });
    }
}
/**
 * Looks, before a key is begun, whether the platform has refused a CA of the same request.
 * @returns `UPLOAD_REFUSED` with the time and the words of that refusal; undefined where a new CA may be requested
 */
function earlierRefusal(entries, wanted) {
    const refused = findRefusedLike(entries, wanted);
    if (refused === undefined)
        return undefined;
    return new errors/* ActionError */.lZ("UPLOAD_REFUSED", `${describeRefusal(refused)}. A new CA would have the same subject, days and key-bits, so this run creates no key for it.`, { next: nextStep(refused) });
}
function nextStep(refused) {
    return `To create another CA, change the subject, days or key-bits and run again. To upload the refused one again, ${restoreAdvice(refused)}.`;
}

;// CONCATENATED MODULE: ./build/tasks/registration-run.js











/** What the log says comes next. */
const registration_run_NEXT = {
    unchanged: "The CA is verified already. This run changes nothing on the platform.",
    resume: "An earlier run uploaded the CA certificate. This run verifies it.",
    upload: "The CA exists, but is not on the platform. This run uploads and verifies it.",
    create: "This run creates a CA key and certificate, stores them, uploads the certificate and verifies it.",
};
/**
 * One registration: observe (list the slots, read the keyring), decide, act.
 * @param listing the platform's list; it was asked for early
 * @param apply false: only decide, and check what the steps need
 * @throws ActionError where nothing can be done, and those of the steps
 */
async function runRegistration(procedure, order, listing, apply) {
    const { context, platform, keyring, commandDirectory } = procedure;
    const listed = await listing;
    warnOfSkew(context.runner, platform.clock);
    const { now } = platform.clock.agreement();
    const decided = await observeAndDecide(procedure, order, listed, apply);
    const { decision, entries, slots } = decided;
    const { commonName } = order.wanted.subject;
    const plan = describeRegistration(decision, {
        now,
        commonName,
        source: order.provided === undefined ? "earlier run" : order.fromKeyring ? "restore" : "ca-certificate",
    });
    if (decision.step === "create")
        keyring.requireRoom(order.wanted.keyBits);
    if (decision.step !== "unchanged")
        context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
    if (!apply) {
        const ahead = await lookAhead(procedure, decided, commonName);
        showPlan(context.runner, plan);
        const observed = { applied: false, plan, entries, slots, ahead };
        if (decision.step === "unchanged")
            return { ...observed, outcome: "unchanged", ...registration_run_named(decision), rehearsal: [] };
        const { slot, ca } = { slot: undefined, ca: undefined, ...decision };
        return { ...observed, outcome: "planned", slot, ca };
    }
    const rehearsal = decision.step === "upload" ? await procedure.tryCa(decision.ca) : [];
    const done = registration_run_named(await carryOut(procedure, decided, order));
    return {
        applied: true,
        plan,
        entries,
        slots: [...slots.filter(({ id }) => id !== done.slot.id), done.slot],
        ahead: NOTHING_AHEAD,
        outcome: REGISTRATION_OUTCOMES[decision.step],
        ...done,
        rehearsal,
    };
}
/** Takes the common name from the certificate. A reply may show it in another form. */
function registration_run_named({ slot, ca }) {
    return { slot: { ...slot, commonName: ca.certificate.commonName }, ca };
}
/**
 * Reads the platform's list and the keyring, and decides (guarantee 4).
 * @param listed the platform's list
 * @param apply false: goes on while the clocks differ. A run with true does not, because it is not known what
 * is due (guarantee 3)
 * @throws ActionError where nothing can be done
 */
async function observeAndDecide(procedure, order, listed, apply) {
    const { wanted, fromKeyring, hint, allowUnheld } = order;
    const { runner } = procedure.context;
    const { clock } = procedure.platform;
    const at = clock.agreement();
    const entries = applyUserHint(listed, procedure.keyring.keyring.entries, hint);
    const [provided] = applyUserHint(listed, order.provided === undefined ? [] : [order.provided], hint);
    const slots = recallVerified(listed, entries);
    const { commonName } = wanted.subject;
    const removed = new Set();
    const seen = { slots, entries, provided, fromKeyring, removed, commonName, allowUnheld, ...at };
    runner.info(`Slots in use: ${slots.length} of ${SLOT_LIMIT}.`);
    const decision = await decideWithoutRemoved(procedure, removed, slots, () => {
        const decided = decideRegistration(seen);
        if (apply && decided.step !== "unchanged")
            clock.require("make");
        if (decided.step === "ambiguous")
            throw doubtRefusal(decided, at.now);
        if (decided.step === "refuse")
            throw registrationRefusal(decided, {
                slots,
                entries,
                now: at.now,
                keyring: procedure.keyring,
            });
        const byItself = decided.step === "upload" && provided === undefined;
        return { decided, sends: byItself ? decided.ca : undefined };
    });
    const refused = decision.step === "create" ? earlierRefusal(entries, wanted) : undefined;
    if (refused !== undefined)
        throw refused;
    if (apply || decision.step === "unchanged")
        runner.info(registration_run_NEXT[decision.step]);
    if (decision.step === "unchanged")
        warnOfUnstatedVerification(runner, [decision.slot]);
    if (decision.step !== "upload")
        return { decision, provided, entries, slots };
    for (const { id } of unheldUsable(seen))
        runner.warning(`${(0,printable/* printableId */.BA)(id)} is usable on the platform, but its key is not in the keyring.`);
    // What the platform said of an earlier upload does not count any more.
    return { decision: { ...decision, ca: withoutPlatformHistory(decision.ca) }, provided, entries, slots };
}
/**
 * Stores what came in, then carries out the decision's step and all steps after it. Each step leaves a state
 * from which the next run goes on.
 * @returns the slot, verified, and the CA in it
 * @throws ActionError
 */
async function carryOut(procedure, { decision, provided }, { wanted: { subject, days }, nameOf }) {
    const { context, platform, keyring } = procedure;
    await keyring.writeImport();
    if (provided !== undefined) {
        const uploading = decision.step === "upload";
        await storeEntry({ context, clock: platform.clock, keyring }, provided, { uploading });
    }
    else if (decision.step === "upload") {
        warnOfOtherCommonName(context.runner, decision.ca, subject.commonName);
    }
    if (decision.step === "unchanged")
        return decision;
    if (decision.step === "resume")
        return { ca: decision.ca, slot: await prove(procedure, decision.slot, decision.ca) };
    const ca = decision.step === "upload" ? decision.ca : await createAndStore(procedure, { subject, days });
    const uploaded = await uploadOrMarkRefused(procedure, ca, nameOf(ca.certificate));
    return { ca, slot: await prove(procedure, uploaded, ca) };
}

;// CONCATENATED MODULE: ./build/tasks/register.js
/** The task register: the whole documented procedure (create, upload, verify). It does nothing twice. */























const register_INPUTS = {
    connection: connectionInputs,
    subject: subjectInputs,
    validity: caInputs,
    naming: certificateNameInputs,
    running: (0,inputs/* plainGroup */.k4)({
        apply: (0,inputs/* field */.ZZ)({
            description: "Set to false to only show the plan: what the task would do, and what stands in the way. It then changes nothing. Defaults to true.",
            default: "true",
            parse: input_parsers/* trueOrFalse */.dt,
        }),
    }),
    provided: providedCaInputs,
    restored: restoreInputs,
    known: knownIdsInputs,
    keyring: keyringInputs,
    backup: backupInputs,
    program: opensslInputs,
};
const register = defineTask({
    name: "register",
    description: "Create, upload and verify the CA certificate of an Insights Hub environment (MindConnect MQTT). It does nothing twice.",
    privateDirectory: true,
    inputs: register_INPUTS,
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform. Empty if outcome is planned and it is not on the platform yet.",
        expiration: "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z. Empty if outcome is planned and it does not exist yet.",
        "certificate-name": "Name of the CA certificate on the platform. Empty if outcome is planned and it is not on the platform yet.",
        "common-name": "Common name of the CA certificate.",
        verified: "true: the platform showed the CA certificate as verified when it was read back. false if outcome is planned.",
        fingerprint: "SHA-256 fingerprint of the CA certificate. Empty if outcome is planned and it does not exist yet.",
        "serial-number": "Serial number of the CA certificate in hexadecimal. Empty if outcome is planned and it does not exist yet.",
        "certificate-path": "Path of the CA certificate (PEM) for later steps of the job. Empty if it could not be written, or if outcome is planned.",
        outcome: "registered (a CA was uploaded and verified), resumed (an earlier upload was verified), unchanged (the CA was verified before) or planned (a step is due, but apply is false).",
        plan: "JSON array with an object for each step, as planned before anything was done: step, due, at, commonName, certificateId, does, calls. Empty array if nothing is due.",
        "receipt-path": "Path of the receipt (JSON): what was proven, with commands and calls. Empty if it could not be written, or if apply is false.",
        ...backupOutput,
    },
    async check({ connection, keyring, backup, provided, restored, validity }, report) {
        checkRecipients(backup, keyring, report, provided?.pair && [provided.pair]);
        requireLastingFile(keyring, connection && (0,proxy/* isLoopback */.U)(connection.gateway), report);
        if (!(await requireTenant(keyring, connection?.tenant, provided?.pair, report)))
            return;
        if (keyring === undefined || provided === undefined)
            return;
        const { tenant } = connection ?? {};
        const own = tenant === undefined ? keyring.keyring : ownKeyring(keyring.keyring, tenant);
        const ca = asEntry(provided.pair, own, tenant);
        // A CA whose platform id the keyring remembers is on the platform already.
        if (ca?.platformId === undefined)
            reportOddCommonName(provided.pair?.certificate, report);
        if (restored?.restore !== undefined) {
            await checkRestored(restored.restore, keyring, { ...provided, tenant }, report);
            return;
        }
        if (ca !== undefined && !keyring.keyring.entries.some((entry) => isSameCa(entry, ca)))
            requirePassphrase(keyring, report);
        if (!wouldCreate({ entries: own.entries, provided: ca, ...unconfirmedAt(Date.now()) }))
            return;
        if (validity !== undefined)
            requireRoom(keyring, validity["key-bits"], report);
        if (hasTarget(keyring))
            return;
        report("keyring-file", "is missing, and so is keyring-secret. The task would make a CA key and could not keep it. Give one of them, for example keyring-file: /srv/mindconnect/keyring.pem", "KEYRING_TARGET_MISSING");
    },
    start(inputs, context) {
        const { connection, running, keyring, validity, program } = inputs;
        const commandDirectory = context.commandDirectory(program["openssl-path"], connection.tenant);
        const { entries } = ownKeyring(keyring.keyring, connection.tenant);
        const order = orderOf(inputs);
        const creates = wouldCreate({ entries, provided: order.provided, ...unconfirmedAt(Date.now()) });
        // No key is begun for a request that the platform has refused already. No key is begun before it is known
        // that it can be kept: only GitHub's reply tells whether a secret can be written (guarantee 3). A plan
        // begins no key.
        const refused = creates && findRefusedLike(entries, order.wanted) !== undefined;
        const early = running.apply && keyring.secret === undefined && creates && !refused;
        const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
        if (early)
            keys.begin(caKeyFile(commandDirectory));
        return { commandDirectory, keys, early, refused, order };
    },
    async run(inputs, context, { commandDirectory, keys, early, refused, order }) {
        const { connection, running, backup } = inputs;
        const { tenant } = connection;
        const { runner } = context;
        const program = inputs.program["openssl-path"];
        const keyring = context.keyring(inputs.keyring, { program, tenant, connection, backup });
        const platform = await context.connect(connection);
        const listing = platform.caCertificates.list();
        // If the keyring is refused, the run fails with that and not with an error of the list.
        listing.catch(() => { });
        await keyring.check();
        sayFirstRun(runner, inputs.keyring.text, keyring.location);
        // The verification key begins later than the CA key: three busy processes on two cores would slow both
        // keys (measured).
        if (running.apply && (early || (!refused && !isLikelyUnchanged(order, keyring.keyring)))) {
            keys.begin(VERIFICATION_KEY_FILE);
            void commandDirectory.openssl.version();
        }
        const procedure = { context, platform, keyring, commandDirectory, keys };
        const registration = {
            ...procedure,
            tryCa: (ca) => tryCa(context, procedure, ca, program),
        };
        const run = await runRegistration(registration, order, listing, running.apply);
        const outputs = run.outcome === "planned"
            ? await handOnPlan(procedure, order, run, inputs.keyring)
            : await handOn(context, procedure, order, run, connection);
        return { ...outputs, "keyring-backup-path": context.backupPath };
    },
});
/** What these inputs ask for. */
function orderOf({ connection: { tenant }, subject, validity, naming, provided, restored: { restore }, known, keyring, }) {
    const own = ownKeyring(keyring.keyring, tenant);
    const commonName = subject["common-name"] ?? tenant;
    const name = naming["certificate-name"];
    return {
        wanted: {
            subject: subjectOf(subject, commonName),
            isName: (other) => other === commonName,
            days: validity.days,
            keyBits: validity["key-bits"],
        },
        provided: restore === undefined ? asEntry(provided.pair, own, tenant) : findRestored(own, restore),
        fromKeyring: restore !== undefined,
        hint: { id: known["certificate-id"], name },
        allowUnheld: known["allow-unheld"] ?? new Set(),
        nameOf: (certificate) => name ?? defaultName(tenant, certificate),
    };
}
/** @returns whether the keyring remembers a verified CA, so that a verification key is not likely to be needed */
function isLikelyUnchanged({ provided }, keyring) {
    const [newest] = activeEntries(keyring);
    return provided === undefined && newest?.verifiedAt !== undefined;
}
/** @returns a provided CA, with what the keyring remembers of it while it is not retired */
function asEntry(pair, keyring, tenant) {
    if (pair === undefined)
        return undefined;
    const known = activeEntries(keyring).find((entry) => isSameCa(entry, pair));
    return { notes: [], ...known, ...pair, ...(tenant !== undefined && { tenant }) };
}

;// CONCATENATED MODULE: ./build/tasks/registration-code.js
/** The task registration-code: fetches the common name that a verification certificate must have. */




const registrationCode = defineTask({
    name: "registration-code",
    description: "Fetch the registration code of a CA certificate. It becomes the common name of the verification certificate.",
    privateDirectory: false,
    inputs: { connection: connectionInputs, id: certificateIdInputs },
    outputs: {
        "registration-code": "Registration code of the CA certificate. It is not secret and is not masked.",
    },
    async run({ connection, id }, context) {
        const platform = await context.connect(connection);
        const code = await platform.caCertificates.registrationCode(id["certificate-id"]);
        context.runner.info(`Registration code of ${id["certificate-id"]}: ${code}`);
        await summarizeStep(context.runner, "Registration code fetched", [
            ["Id of the CA certificate", id["certificate-id"]],
            ["Registration code", code],
        ]);
        return { "registration-code": code };
    },
});

;// CONCATENATED MODULE: ./build/ca/rotation-staging.js
/**
 * Decides which CA becomes the successor (one already uploaded, one of the keyring, or a new one), and finds
 * its slot.
 */






/** @returns the step that leads to a usable CA with a long life, or undefined where there is one */
function stagingStep(occupancy, state) {
    const { entries, policy, slots, now, removed = new Set() } = state;
    const { newest, held, inSlots } = occupancy;
    // A run stages at most one CA, because the working directory has room for the files of one CA.
    const pending = inSlots.find(
    // The newest CA may be in both slots. Then its unverified copy in the other slot needs no verify.
    ({ slot, ca }) => ca.retiredAt === undefined &&
        ca !== newest?.ca &&
        isPending(slot, now) &&
        !isNotValidYet(ca.certificate, state, true));
    if (pending !== undefined)
        return { step: "stage", from: "resume", ...pending };
    if (newest !== undefined && !endsWithin(newest.slot.expiration, policy.renewBefore, now))
        return undefined;
    const onPlatform = new Set(held.values());
    const taken = ({ certificate }) => slots.some((slot) => hasName(slot, held.get(slot.id), certificate.commonNames));
    const newer = newest === undefined ? entries : entries.slice(0, entries.indexOf(newest.ca));
    const ready = newer.find((ca) => ca.retiredAt === undefined &&
        ca.refusedAt === undefined &&
        !onPlatform.has(ca) &&
        !isNotValidYet(ca.certificate, state, false) &&
        !endsWithin(ca.certificate.expiration, policy.renewBefore, now) &&
        !removed.has(ca.certificate.fingerprint) &&
        !taken(ca));
    if (ready !== undefined)
        return { step: "stage", from: "upload", ca: ready };
    return { step: "stage", from: "create", commonName: newCommonName(state) };
}
/**
 * With equal subjects the documented agent certificates stop verifying during the overlap (measured), so a new CA's
 * common name differs from every one on the platform, and from those in the keyring, which may be uploaded again.
 */
function newCommonName({ slots, entries, policy, now }) {
    const taken = (name) => slots.some((slot) => hasName(slot, undefined, [name])) ||
        entries.some(({ certificate }) => certificate.commonNames.includes(name));
    const base = `${policy.commonNamePrefix}-${(0,ca_time/* day */.vd)(now).replaceAll("-", "")}`;
    let name = base;
    for (let count = 2; taken(name); count += 1)
        name = `${base}-${count}`;
    return name;
}
/** @returns whether a common name is one that a rotation would give a new CA, on any day */
function isRotatedName(commonName, prefix) {
    return commonName.startsWith(prefix) && /^-\d{8}(?:-\d+)?$/.test(commonName.slice(prefix.length));
}
/** A slot is free, or the new CA has one already. */
const SLOT_IS_FREE = { kind: "free" };
/**
 * Looks for a slot for a new CA.
 * @param planned the retirements, those that are due now included
 * @returns whether there is a slot, which CA must be deleted for it, or which slots stand in the way
 */
function findSlotForNewCa(planned, { held, newest, others }, { slots, policy, now }) {
    // A keyring that lacks a usable CA may be an old copy. A write of this copy would lose that CA's key.
    const unheld = slots.filter((slot) => isUsable(slot, now) && !held.has(slot.id) && !policy.allowUnheld.has(slot.id));
    if (unheld.length > 0)
        return { kind: "refused", code: "CA_NOT_HELD", slots: unheld };
    const leaving = planned.filter(({ at }) => at <= now).length;
    if (slots.length - leaving < SLOT_LIMIT)
        return SLOT_IS_FREE;
    const expired = others.findLast(({ slot }) => isExpired(slot, now));
    if (expired !== undefined)
        return { kind: "remove", expired };
    if (planned.length > 0)
        return { kind: "wait" };
    const inTheWay = slots.filter(({ id }) => id !== newest?.slot.id);
    return { kind: "refused", code: "CA_SLOTS_FULL", slots: inTheWay };
}
/**
 * @param planned the retirements, those that are due now included
 * @returns from when a slot is free for a new CA, milliseconds since 1970. The time is not after now where a
 * CA leaves now. 0 where no CA is to leave: then a slot is free already, or no slot becomes free by itself
 */
function slotFreeFrom(planned, { inSlots }) {
    if (planned.length === 0)
        return 0;
    // An expired CA is deleted as soon as its slot is needed, also during the overlap.
    return Math.min(...planned.map(({ at }) => at), ...inSlots.map(({ slot }) => Date.parse(slot.expiration)));
}

;// CONCATENATED MODULE: ./build/ca/rotation-retirement.js



/** @returns when and why a CA beside the newest one leaves its slot; empty where it does not */
function retirement({ slot, ca }, { newest }, { policy, now }) {
    if (policy.retire === "never")
        return [];
    if (ca.retiredAt !== undefined) {
        const last = isUsable(slot, now) && newest === undefined;
        return last ? [] : [{ slot, ca, at: now, reason: "interrupted" }];
    }
    // A CA that is not verified yet is resumed. An old CA stays as long as there is no usable successor.
    if (newest === undefined || isPending(slot, now))
        return [];
    if (policy.retire === "now")
        return [{ slot, ca, at: now, reason: "now" }];
    // A CA that was restored after its retirement gets a whole overlap again.
    const sideBySide = Math.max((0,ca_time/* rememberedTime */.Yk)(newest.ca.verifiedAt) ?? now, (0,ca_time/* rememberedTime */.Yk)(ca.restoredAt) ?? 0);
    return [{ slot, ca, at: sideBySide + policy.overlap * ca_time/* DAY_MS */.sO, reason: "overlap" }];
}
/**
 * The overlap is counted from the time at which the newest CA was verified. Only the keyring has that time,
 * and it is needed while an old CA waits for the end of the overlap.
 * @returns the step that notes the time; empty where the time is known or not needed
 */
function missingNote({ newest, others }, { policy, now }) {
    if (newest === undefined || policy.retire !== "after-overlap")
        return [];
    // A remembered slot: the list does not say that the CA is verified, so there is nothing to note.
    if ((0,ca_time/* rememberedTime */.Yk)(newest.ca.verifiedAt) !== undefined || newest.slot.remembered === true)
        return [];
    const waits = others.some(({ slot, ca }) => ca.retiredAt === undefined && !isPending(slot, now));
    return waits ? [{ step: "note", ...newest }] : [];
}
/**
 * @param leaving the slots that CAs leave in this run
 * @returns the CAs whose keys nobody needs any more. Such a CA has expired, or it is retired and
 * `policy.retiredKeys` is `drop`. It is in no slot, or leaves its slot in this run
 */
function forgettable({ inSlots }, { slots, entries, policy, now }, leaving) {
    // A CA that may be in a slot keeps its key.
    const ambiguous = findAmbiguousMatches(slots, entries);
    const slotsOf = (ca) => inSlots.filter((it) => it.ca === ca).map(({ slot }) => slot);
    const isUseless = (ca) => {
        const retired = ca.retiredAt !== undefined || slotsOf(ca).length > 0;
        return ca.certificate.notAfter <= now || (retired && policy.retiredKeys === "drop");
    };
    const useless = entries.filter((ca) => slotsOf(ca).every((slot) => leaving.has(slot)) &&
        !ambiguous.some((it) => it.ca === ca) &&
        isUseless(ca));
    return {
        forgetFirst: useless.filter((ca) => slotsOf(ca).length === 0),
        forgetLast: useless.filter((ca) => slotsOf(ca).length > 0),
    };
}

;// CONCATENATED MODULE: ./build/ca/rotation-decision.js
/** Decides the steps of a rotation and when the next one is due. Pure: the same state gives the same decision. */







/**
 * Decides the next steps of a rotation in two slots. A run after a crash reads the state again, and so goes
 * on where it stopped.
 */
function decideRotation(state) {
    const { policy, now } = state;
    const occupancy = occupancyOf(state);
    const planned = occupancy.others.flatMap((inSlot) => retirement(inSlot, occupancy, state));
    const stage = stagingStep(occupancy, state);
    const ambiguous = findAmbiguity(planned, stage, occupancy, state);
    if (ambiguous !== undefined)
        return { refused: "ambiguous", ...ambiguous };
    const slotForNew = stage === undefined || stage.from === "resume"
        ? SLOT_IS_FREE
        : findSlotForNewCa(planned, occupancy, state);
    if (slotForNew.kind === "refused")
        return { refused: slotForNew.code, slots: slotForNew.slots };
    const removed = slotForNew.kind === "remove" ? slotForNew.expired : undefined;
    const retirements = planned.filter(({ slot }) => slot !== removed?.slot);
    if (removed !== undefined)
        retirements.push({ ...removed, at: now, reason: "expired" });
    const retiring = retirements.filter(({ at }) => at <= now);
    const staging = slotForNew.kind === "wait" ? undefined : stage;
    const upcoming = retirements
        .filter(({ at }) => at > now)
        .map(({ slot, at }) => ({ step: "retire", slot, at }));
    if (staging === undefined && occupancy.newest !== undefined) {
        const { slot } = occupancy.newest;
        const due = rotationDueAt(slot, policy.renewBefore);
        upcoming.push({ step: "stage", slot, at: Math.max(due, slotFreeFrom(retirements, occupancy)) });
    }
    const usable = retiring.find(({ slot }) => isUsable(slot, now));
    if (occupancy.newest?.slot.remembered === true && usable !== undefined)
        return { refused: "unconfirmed-successor", slot: usable.slot, newest: occupancy.newest.slot };
    return {
        ...forgettable(occupancy, state, new Set(retiring.map(({ slot }) => slot))),
        due: [
            ...missingNote(occupancy, state),
            ...retiring.map(({ slot, ca, reason }) => ({ step: "retire", slot, ca, reason })),
            ...(staging === undefined ? [] : [staging]),
        ],
        upcoming: upcoming.toSorted((a, b) => a.at - b.at),
        newest: occupancy.newest,
    };
}
/**
 * @returns the match that a person must clear up first: a contradiction, or, before anything is sent or
 * retired, a slot that may hold one of our CAs
 */
function findAmbiguity(planned, stage, { newest }, state) {
    const { slots, entries, policy, now } = state;
    const held = plausibleCandidates(slots, entries, state);
    const contradicted = firstContradiction(slots, held, policy.allowUnheld, newest?.ca);
    if (contradicted !== undefined)
        return contradicted;
    const sends = stage !== undefined && stage.from !== "resume";
    const acts = sends || planned.some(({ at }) => at <= now);
    return acts ? firstDateMatch(slots, held, policy.allowUnheld, now) : undefined;
}
/**
 * Finds the next time at which a run has something to do: it decides for each time at which the decision may
 * change. No run is needed when a key becomes useless, because the next run forgets it.
 * @returns from when something is due, milliseconds since 1970; `now` where something is due already, or
 * never will be
 */
function nextStepAt(state) {
    const { slots, entries, policy, now } = state;
    const decided = decideRotation(state);
    if (decided.refused !== undefined || isDue(decided))
        return now;
    const ends = slots.map(({ expiration }) => Date.parse(expiration));
    const times = [
        ...ends,
        ...ends.map((end) => end - policy.renewBefore * ca_time/* DAY_MS */.sO),
        ...entries
            .flatMap(({ verifiedAt, restoredAt }) => [(0,ca_time/* rememberedTime */.Yk)(verifiedAt), (0,ca_time/* rememberedTime */.Yk)(restoredAt)])
            .map((start = Number.NaN) => start + policy.overlap * ca_time/* DAY_MS */.sO),
    ].filter((time) => time >= now);
    return times.toSorted((a, b) => a - b).find((time) => needsARun({ ...state, now: time + 1 })) ?? now;
}
function needsARun(state) {
    const decided = decideRotation(state);
    return decided.refused !== undefined || decided.due.length > 0;
}

;// CONCATENATED MODULE: ./build/tasks/rotation-forecast.js






/**
 * @param wanted a new CA as this rotation would ask for it on any day
 * @returns why a rotation with this decision stops before its first step; undefined where it goes on
 */
function findRefusal(decided, state, wanted, keyring) {
    if (decided.refused !== undefined)
        return rotationRefusal(decided, { ...state, keyring });
    const creates = decided.due.some((step) => step.step === "stage" && step.from === "create");
    return creates ? earlierRefusal(state.entries, wanted) : undefined;
}
/**
 * @param state after the run
 * @param wanted as {@link findRefusal} takes it
 * @returns problems that a rotation will have if nothing changes, also years ahead: one text each, with
 * hostile text of the slots
 */
function forecastProblems(state, wanted, keyring) {
    const decided = decideRotation(state);
    if (decided.refused !== undefined)
        return refusalAhead(state, wanted, keyring, []);
    const { newest } = decided;
    return [
        ...endsBeforeOverlap(decided),
        ...(newest === undefined
            ? []
            : [...longerOneGoes(newest, decided), ...noSlotInTime(newest, decided, state)]),
        ...refusalAhead(state, wanted, keyring, decided.upcoming),
    ];
}
function endsBeforeOverlap({ upcoming }) {
    return upcoming
        .filter(({ step, slot, at }) => step === "retire" && Date.parse(slot.expiration) < at)
        .map(({ slot }) => `${rotation_forecast_named(slot)} expires ${slot.expiration}, before the overlap is over. Give its agents new certificates before that.`);
}
/** The keyring's order says which CA is the newest. A keyring that was filled by hand may have the wrong order. */
function longerOneGoes({ slot: newest }, { due, upcoming }) {
    const going = [
        ...due.flatMap((step) => step.step === "retire" && ["overlap", "now"].includes(step.reason) ? [step.slot] : []),
        ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot] : [])),
    ];
    return going
        .filter(({ expiration }) => Date.parse(expiration) > Date.parse(newest.expiration))
        .map((slot) => `${rotation_forecast_named(slot)} expires ${slot.expiration}, later than ${rotation_forecast_named(newest)} (${newest.expiration}), but is the one to be retired. The first CA of the keyring counts as the newest. To keep it, set retire: never, or put it first in the keyring.`);
}
function noSlotInTime({ slot }, { upcoming }, { policy, now }) {
    const due = rotationDueAt(slot, policy.renewBefore);
    return upcoming
        .filter(({ step, at }) => step === "stage" && at > due)
        .map(({ at }) => `${rotation_forecast_named(slot)} expires ${slot.expiration}. Its successor ${due <= now ? "was" : "is"} due on ${(0,ca_time/* day */.vd)(due)}, but both slots are taken and none is free before ${(0,ca_time/* day */.vd)(at)}. Give the agents of the other CA certificates of this one. Then run again with apply: true and retire: now to free a slot.`);
}
/** The first step that is sure to be refused, unless the slots, the keyring or the inputs change until then. */
function refusalAhead(state, wanted, keyring, upcoming) {
    const stages = upcoming.filter(({ step }) => step === "stage");
    for (const at of [nextStepAt(state), ...stages.map(({ at }) => at)]) {
        const then = { ...state, now: at + 1 };
        // The message gets today's state. So a CA that will have expired by then is shown as one that expires
        // later.
        const stop = findRefusal(decideRotation(then), state, wanted, keyring);
        if (stop === undefined)
            continue;
        const { code, message, next } = stop;
        const when = at <= state.now ? "The next run of the rotation" : `On ${(0,ca_time/* day */.vd)(at)} the rotation`;
        return [`${when} will stop (${code}). ${message.replace(/\.$/, "")}. Next: ${next}`];
    }
    return [];
}
function rotation_forecast_named({ id, commonName }) {
    return `${commonName} (${(0,printable/* printableId */.BA)(id)})`;
}

;// CONCATENATED MODULE: ./build/tasks/rotation-run.js













/**
 * One run of a rotation: observe (list the slots, read the keyring), decide, act.
 * @throws ActionError `CA_NOT_HELD`, `CA_SLOTS_FULL`, `UPLOAD_REFUSED` where the next CA would repeat a
 * request that the platform refused, and those of the steps
 */
async function runRotation(procedure, order) {
    const { context, platform, keyring } = procedure;
    const { policy, apply, hint, wanted } = order;
    const [listed] = await Promise.all([platform.caCertificates.list(), keyring.check()]);
    warnOfSkew(context.runner, platform.clock);
    const removed = new Set();
    const hintedEntries = () => applyUserHint(listed, keyring.keyring.entries, hint);
    const observe = (slots) => ({
        slots,
        entries: hintedEntries(),
        policy,
        removed,
        ...platform.clock.agreement(),
    });
    const state = observe(recallVerified(listed, hintedEntries()));
    warnOfUnstatedVerification(context.runner, state.slots);
    // While the clocks differ it is not known what is due. A plan goes on with a warning.
    if (apply)
        platform.clock.require("make");
    const decided = await decideWithoutRemoved(procedure, removed, state.slots, () => {
        const rotation = decideRotation(state);
        const refusal = findRefusal(rotation, state, wanted, keyring);
        if (rotation.refused !== undefined || refusal !== undefined)
            throw refusal;
        return { decided: rotation, sends: findUpload(rotation) };
    });
    const plan = describeRotation(decided, state.now);
    context.runner.info(`Slots in use: ${state.slots.length} of ${SLOT_LIMIT}.`);
    context.runner.group("Plan", plan.map(({ step, at, due, commonName, certificateId, does }) => {
        const which = certificateId === undefined ? commonName : `${commonName} (${certificateId})`;
        return `${due ? "now" : at} ${step} ${which}: ${does}`;
    }));
    const { steps, slots } = apply
        ? await applyPlan(procedure, order, decided, state)
        : { steps: [], slots: state.slots };
    const after = apply && isDue(decided) ? observe(slots) : state;
    const decidedAfter = decideRotation(after);
    const next = decidedAfter.refused === undefined ? decidedAfter : undefined;
    return {
        applied: apply,
        outcome: rotationOutcome(apply, steps, next),
        plan,
        newest: next?.newest,
        upcoming: next?.upcoming ?? [],
        slots,
        retiredId: steps.findLast((step) => step.step === "retire")?.slot.id,
        nextStepAt: nextStepAt(after),
        forecast: [
            ...forecastProblems(after, wanted, keyring),
            ...refusedEntries(after.slots, after.entries).map(describeRefusal),
        ],
        now: after.now,
    };
}
/** @returns the CA that is due to be uploaded from the keyring */
function findUpload({ due }) {
    return due.find((step) => step.step === "stage" && step.from === "upload")?.ca;
}
/**
 * Carries out what is due.
 * @returns the steps that were carried out, and the slots after them
 * @throws ActionError of the steps; `CLOCK_DOUBTFUL`, after the other steps, where a step needs a second
 * clock
 */
async function applyPlan(procedure, order, plan, state) {
    const { keyring, platform } = procedure;
    // The CA is tried before the first step. So nothing is retired, written or sent for a successor that cannot
    // issue.
    const upload = findUpload(plan);
    if (upload !== undefined)
        await order.tryCa(upload);
    await keyring.writeImport();
    // The keyring remembers what the user says of a slot. So a later run does not need the hint.
    const { newest } = plan;
    if (newest !== undefined && !keyring.keyring.entries.includes(newest.ca))
        await noteOnPlatform(procedure, newest.slot, newest.ca);
    const agreed = state.standing === "agreed";
    const steps = agreed ? plan.due : plan.due.filter((step) => needsNoSecondClock(step, state.slots));
    let { slots } = state;
    if (agreed)
        await forget(procedure, plan.forgetFirst);
    for (const step of steps)
        slots = await applyStep(procedure, order, step, slots);
    if (agreed) {
        await forget(procedure, plan.forgetLast);
        return { steps, slots };
    }
    // A missing note of the time does no harm: the next run writes it.
    const left = plan.due.filter((step) => step.step !== "note" && !steps.includes(step));
    if (isDue({ ...plan, due: left }))
        platform.clock.require("end");
    return { steps, slots };
}
/** With one clock a CA may be made and verified, but none is retired for it and no time is noted. */
function needsNoSecondClock(step, slots) {
    return step.step === "stage" && (step.from === "resume" || slots.length < SLOT_LIMIT);
}
/**
 * @param slots as they are before the step
 * @returns the slots as they are after it
 * @throws ActionError
 */
async function applyStep(procedure, order, step, slots) {
    const { keyring, platform, context } = procedure;
    switch (step.step) {
        case "note": {
            const { tenant } = keyring;
            await keyring.update((current) => changeEntry(current, step.ca, (entry) => ({
                ...noteVerified(entry, step.slot, platform.clock.agreement()),
                tenant,
            })));
            return slots;
        }
        case "retire": {
            const { id } = step.slot;
            await retire(procedure, {
                id,
                ca: step.ca,
                guard: (listed) => requireSuccessor(procedure, id, listed),
                clock: platform.clock,
            });
            context.runner.info(`Deleted the CA certificate ${id} (${step.ca.certificate.commonName}).`);
            return slots.filter((slot) => slot.id !== id);
        }
        case "stage": {
            const staged = await rotation_run_stage(procedure, order, step);
            return [...slots.filter(({ id }) => id !== staged.id), staged];
        }
    }
}
/**
 * Removes keys that are of no use any more from the keyring, all in one write. The first of several writes
 * might add to the entries that stay, and a secret that is nearly full may have no room for that.
 * @throws ActionError
 */
async function forget({ keyring, platform, context }, cas) {
    if (cas.length === 0)
        return;
    const drop = (current) => {
        platform.clock.require("end");
        return cas.reduce(dropEntry, current);
    };
    await keyring.update(drop, { forget: (entry) => cas.some((ca) => isSameCa(entry, ca)) });
    for (const { certificate } of cas)
        context.runner.info(`Removed the key of ${certificate.commonName} from the keyring.`);
}
/**
 * Creates, uploads and verifies the new CA beside the CA in use. It leaves out the steps that an earlier run
 * has done.
 */
async function rotation_run_stage(procedure, { wanted, nameOf }, step) {
    const { keyring, commandDirectory, keys } = procedure;
    if (step.from === "create") {
        keyring.requireRoom(wanted.keyBits);
        keys.begin(caKeyFile(commandDirectory));
    }
    keys.begin(VERIFICATION_KEY_FILE);
    const ca = step.from === "create"
        ? await createAndStore(procedure, {
            subject: { ...wanted.subject, commonName: step.commonName },
            days: wanted.days,
        })
        : step.ca;
    const uploaded = step.from === "resume" ? step.slot : await uploadOrMarkRefused(procedure, ca, nameOf(ca.certificate));
    const slot = await prove(procedure, uploaded, ca);
    await noteOnPlatform(procedure, slot, ca);
    return slot;
}
const NO_SUCCESSOR = "Its successor is not usable any more. See both slots with tasks/status, then run again. The next run creates a successor if one is due.";
/**
 * Lets a CA go only while two clocks agree and another CA of the keyring is usable (guarantee 6). An expired
 * CA needs no successor.
 */
function requireSuccessor({ keyring, platform }, id, listed) {
    platform.clock.require("end");
    const { entries } = keyring.keyring;
    const slots = recallVerified(listed, entries);
    const held = matchSlots(slots, entries);
    const isActive = (ca) => ca !== undefined && ca.retiredAt === undefined;
    const counted = slots.filter((slot) => slot.id === id || isActive(held.get(slot.id)));
    requireNotLastUsable(counted, id, platform.clock.now(), NO_SUCCESSOR);
}

;// CONCATENATED MODULE: ./build/tasks/rotation-summary.js
/** What a rotation shows on the job's page and in the log. */





const rotation_summary_HEADLINES = {
    "nothing-due": "CA rotation: nothing is due",
    planned: "CA rotation: planned, nothing was changed",
    staged: "CA rotation: the new CA is verified",
    waiting: "CA rotation: the overlap is running",
    retired: "CA rotation: the old CA is retired",
};
/** Shows a rotation: a notice, and on the job's page the plan as a table, as a timeline, and what to do next. */
async function summarizeRotation(runner, rotation) {
    const { applied, outcome, plan, newest, nextStepAt, now, encrypted } = rotation;
    const next = `Next step: ${nextStepAt <= now ? "now" : (0,ca_time/* iso */.KH)(nextStepAt)}.`;
    const current = newest === undefined
        ? "No CA certificate of this keyring is usable yet."
        : `Newest usable CA: ${newest.slot.id} (${newest.slot.commonName}), expires ${newest.slot.expiration}.`;
    runner.notice(`${rotation_summary_HEADLINES[outcome]}. ${current} ${next}`);
    for (const warning of rotation.forecast)
        runner.warning(warning);
    const rows = plan.map(({ due, at, step, commonName, certificateId = "–", does }) => [
        due ? (applied ? "done" : "due now") : at.slice(0, 10),
        step,
        commonName,
        certificateId,
        does,
    ]);
    const parts = [
        `### ${rotation_summary_HEADLINES[outcome]}`,
        `${escapeMarkdown(current)} ${next}`,
        ...(encrypted === undefined ? [] : [escapeMarkdown(encrypted.done)]),
        rows.length === 0 ? "No step is due or planned." : markdownTable(rotation_summary_COLUMNS, rows),
        drawTimeline(timelineOf(rotation)),
        nextList([...(encrypted === undefined ? [] : [encrypted.next]), ...rotation_summary_nextSteps(rotation)]),
    ];
    await runner.summary(parts.join("\n\n"));
}
const rotation_summary_COLUMNS = ["When (UTC)", "Step", "Common name", "Id", "What it does"];
/**
 * @returns what the user does next. It says that a later run deletes a CA only if the retirement of that CA
 * is planned
 */
function rotation_summary_nextSteps(rotation) {
    const { outcome, newest, upcoming, plan, refusedToApply } = rotation;
    const leaving = [
        ...upcoming.flatMap(({ step, slot }) => (step === "retire" ? [slot.id] : [])),
        ...plan.flatMap(({ step, certificateId = "" }) => (step === "retire" ? [certificateId] : [])),
    ];
    const stays = describeRemaining(rotation, new Set([...leaving, newest?.slot.id ?? ""]));
    const retirement = upcoming.find(({ step }) => step === "retire");
    const old = retirement && `${retirement.slot.commonName} (${retirement.slot.id})`;
    const duringOverlap = retirement && [
        `Give every agent of ${old} a new certificate before that CA is retired.`,
        `Keep the schedule running. It retires the old CA ${old} on ${(0,ca_time/* day */.vd)(retirement.at)}.`,
    ];
    const schedule = ["Keep the schedule running. It creates the next CA when that is due."];
    const steps = {
        planned: refusedToApply.length > 0
            ? refusedToApply
            : ["Run again with apply: true to carry out what is due now."],
        staged: [
            "From now on, issue agent certificates with the new CA (tasks/agent-certificate).",
            ...(duringOverlap ?? schedule),
        ],
        waiting: duringOverlap ?? ["Run again: steps are still due."],
        retired: [
            "Check that every agent is connected. A CA that was retired too early can be uploaded again while its key is kept (docs/recovery.md).",
        ],
        "nothing-due": schedule,
    };
    return [...steps[outcome], ...stays];
}
function timelineOf(rotation) {
    const { slots, newest, plan, policy, now, upcoming, nextStepAt } = rotation;
    const held = matchSlots(slots, rotation.entries);
    const spans = slots.map(({ id, commonName, expiration }) => {
        const end = Date.parse(expiration);
        const from = held.get(id)?.certificate.x509.validFrom;
        // The beginning of a certificate that is not in the keyring is not known.
        const start = from === undefined ? Math.min(now, end) : Date.parse(from);
        return { what: commonName, kind: id === newest?.slot.id ? "new" : "old", start, end };
    });
    const due = rotation.outcome === "planned" ? plan.filter((step) => step.due) : [];
    const staged = due.find(({ step }) => step === "stage");
    if (staged !== undefined && staged.certificateId === undefined) {
        const end = now + rotation.days * ca_time/* DAY_MS */.sO;
        spans.push({ what: staged.commonName, kind: "planned", start: now, end });
    }
    const overlap = policy.overlap * ca_time/* DAY_MS */.sO;
    const overlapEnd = upcoming.find(({ step }) => step === "retire")?.at ??
        (staged === undefined || newest === undefined ? undefined : now + overlap);
    if (overlapEnd !== undefined && policy.retire === "after-overlap")
        spans.push({ what: "Overlap", kind: "overlap", start: overlapEnd - overlap, end: overlapEnd });
    const [next] = rotation.outcome === "planned" ? due : upcoming;
    const what = next === undefined ? "Next step" : `Next step (${next.step})`;
    return {
        title: `CA certificates of ${rotation.tenant}`,
        spans,
        next: { what, at: nextStepAt, now: nextStepAt <= now },
    };
}
/** How Mermaid colours a span. */
const TAGS = { old: "done", new: "active", planned: "", overlap: "crit" };
/** @returns the timeline as a Mermaid Gantt chart, followed by the same in words for where that does not render */
function drawTimeline({ title, spans, next }) {
    const bars = spans.map((span) => {
        const { kind, start, end } = span;
        const fields = [TAGS[kind], (0,ca_time/* day */.vd)(start), (0,ca_time/* day */.vd)(Math.max(end, start + ca_time/* DAY_MS */.sO))];
        return `  ${label(rotation_summary_nameOf(span))} :${fields.filter((field) => field !== "").join(", ")}`;
    });
    const chart = [
        "```mermaid",
        "gantt",
        `  title ${label(title)}`,
        "  dateFormat YYYY-MM-DD",
        "  axisFormat %Y-%m",
        ...bars,
        `  ${label(next.what)} :milestone, ${(0,ca_time/* day */.vd)(next.at)}, 0d`,
        "```",
    ];
    const words = spans.map((span) => `- ${escapeMarkdown(rotation_summary_nameOf(span))}: ${(0,ca_time/* day */.vd)(span.start)} to ${(0,ca_time/* day */.vd)(span.end)}`);
    words.push(`- ${escapeMarkdown(next.what)}: ${next.now ? "now" : (0,ca_time/* day */.vd)(next.at)}`);
    return `${chart.join("\n")}\n\n${words.join("\n")}`;
}
/** A common name at the start of a line could be a keyword of Mermaid: `section`, `click`, a date … */
function rotation_summary_nameOf({ what, kind }) {
    return kind === "overlap" ? what : `CA ${what}`;
}
/** Common names are hostile text. A colon would end a Gantt label, and a line break or a fence the chart. */
function label(text) {
    return text.replaceAll(/[^\p{L}\p{N} ._()-]/gu, "_").slice(0, 80);
}

;// CONCATENATED MODULE: ./build/tasks/rotate.js
/** The task rotate: plans, or carries out, what is due today of a CA rotation inside the two slots. */





















/** How a rotation goes. */
const rotationInputs = (0,inputs/* plainGroup */.k4)({
    apply: (0,inputs/* field */.ZZ)({
        description: "Set to true to carry out the steps that are due. Otherwise the task only shows the plan. Defaults to false.",
        default: "false",
        parse: input_parsers/* trueOrFalse */.dt,
    }),
    "renew-before": renewBeforeField,
    overlap: (0,inputs/* field */.ZZ)({
        description: "Days that the old CA stays beside its verified successor: the longest life of your agent certificates. Defaults to 365.",
        default: "365",
        parse: (0,input_parsers/* wholeNumber */.rD)(1, ca_time/* MOST_DAYS */.ye),
    }),
    retire: (0,inputs/* field */.ZZ)({
        description: "When the old CA is deleted: after-overlap, now (in the next run with apply: true) or never (only once it has expired and its slot is needed). Defaults to after-overlap.",
        default: "after-overlap",
        parse: (0,input_parsers/* oneOf */.yL)("after-overlap", "now", "never"),
    }),
    "retired-keys": (0,inputs/* field */.ZZ)({
        description: "What happens to the private key of a retired CA. keep: it stays in the keyring until the certificate has expired, so that restore can bring the CA back. drop: it is removed at once. Defaults to keep.",
        default: "keep",
        parse: (0,input_parsers/* oneOf */.yL)("keep", "drop"),
    }),
});
const rotate_INPUTS = {
    connection: connectionInputs,
    subject: rotatedSubjectInputs,
    validity: caInputs,
    naming: certificateNameInputs,
    rotation: rotationInputs,
    known: knownIdsInputs,
    keyring: keyringInputs,
    backup: backupInputs,
    program: opensslInputs,
};
const rotate = defineTask({
    name: "rotate",
    description: "Plan or carry out the next steps of a CA rotation in the two slots of an Insights Hub environment.",
    privateDirectory: true,
    inputs: rotate_INPUTS,
    outputs: {
        outcome: "nothing-due, planned (steps are due, but apply is false), staged (a new CA is verified), waiting (for the overlap to pass) or retired (the old CA was deleted).",
        plan: "JSON array with an object for each step, as planned before anything was done: step, due, at, commonName, certificateId, does, calls.",
        "certificate-id": "Id of your newest usable CA certificate. Empty if you have none yet.",
        expiration: "When your newest usable CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
        "retired-certificate-id": "Id of the CA certificate that this run deleted. Empty if it deleted none.",
        "next-step-at": "When the next step is due, for example 2031-05-30T09:22:55.000Z. A time that has passed if a step is due now. The removal of a retired key is not counted as a step.",
        ...backupOutput,
    },
    async check(inputs, report) {
        const { connection, subject, rotation, keyring, backup } = inputs;
        checkRecipients(backup, keyring, report);
        await requireTenant(keyring, connection?.tenant, undefined, report);
        const tenant = connection?.tenant ?? "";
        if (subject?.["common-name-prefix"] === undefined && tenant.length > LONGEST_PREFIX) {
            report("common-name-prefix", `is missing. The tenant is too long to be the prefix: a date must fit behind it. Give at most ${LONGEST_PREFIX} characters, for example acme`);
        }
        // A plan writes nothing, so it may look at a keyring in any place.
        if (rotation?.apply === true)
            requireApplicable(inputs, report);
    },
    async run(inputs, context) {
        const { connection, subject, validity, naming, rotation, known } = inputs;
        const { tenant } = connection;
        const openssl = inputs.program["openssl-path"];
        const keyring = context.keyring(inputs.keyring, {
            program: openssl,
            tenant,
            connection,
            backup: inputs.backup,
        });
        const prefix = subject["common-name-prefix"] ?? tenant;
        const policy = {
            renewBefore: rotation["renew-before"],
            overlap: rotation.overlap,
            retire: rotation.retire,
            retiredKeys: rotation["retired-keys"],
            allowUnheld: known["allow-unheld"] ?? new Set(),
            commonNamePrefix: prefix,
        };
        sayFirstRun(context.runner, inputs.keyring.text, keyring.location);
        const commandDirectory = context.commandDirectory(openssl, tenant);
        const procedure = {
            context,
            platform: await context.connect(connection),
            keyring,
            commandDirectory,
            keys: new KeyMaking(commandDirectory, validity["key-bits"]),
        };
        const rotated = await runRotation(procedure, {
            policy,
            apply: rotation.apply,
            hint: { id: known["certificate-id"], name: naming["certificate-name"] },
            wanted: {
                subject: subjectOf(subject, prefix),
                isName: (commonName) => isRotatedName(commonName, prefix),
                days: validity.days,
                keyBits: validity["key-bits"],
            },
            nameOf: (certificate) => naming["certificate-name"] ?? defaultName(tenant, certificate),
            tryCa: (ca) => tryCa(context, procedure, ca, openssl),
        });
        const { outcome, newest, nextStepAt } = rotated;
        const refusedToApply = rotation.apply ? [] : reportApplyProblems(context.runner, inputs);
        // A write of the keyring carries a time, so two clocks must agree on it.
        const write = rotation.apply && procedure.platform.clock.agreement().standing === "agreed";
        const encrypted = await encryptPlainKeys(context.runner, keyring, { write });
        const { entries } = keyring.keyring;
        warnOfTokenEnd(context.runner, keyring, nextStepAt);
        for (const warning of describeSameNamed({ ...rotated, entries }, policy.allowUnheld))
            context.runner.warning(warning);
        const { days } = validity;
        const summary = { ...rotated, tenant, policy, days, entries, refusedToApply, encrypted };
        await summarizeRotation(context.runner, summary);
        return {
            outcome,
            plan: JSON.stringify(rotated.plan),
            "certificate-id": newest?.slot.id ?? "",
            expiration: newest?.slot.expiration ?? "",
            "retired-certificate-id": rotated.retiredId ?? "",
            "next-step-at": (0,ca_time/* iso */.KH)(nextStepAt),
            "keyring-backup-path": context.backupPath,
        };
    },
});
/** The rules for a run that carries the steps out. A plan needs less. */
function requireApplicable({ connection, validity, rotation, keyring }, report) {
    requireLastingFile(keyring, connection && (0,proxy/* isLoopback */.U)(connection.gateway), report);
    if (keyring !== undefined && !hasTarget(keyring)) {
        report("keyring-file", "is missing, and so is keyring-secret. With apply: true the task writes the keyring. Give one of them, for example keyring-file: /srv/mindconnect/keyring.pem", "KEYRING_TARGET_MISSING");
    }
    if (rotation === undefined)
        return;
    const { "renew-before": renewBefore, overlap } = rotation;
    if (validity !== undefined && validity.days <= renewBefore)
        report("days", `must be more than renew-before (${renewBefore}), or every new CA would be due for rotation at once. Give at least ${renewBefore + 1}, for example ${renewBefore * 10}`);
    if (renewBefore <= overlap)
        report("renew-before", `must be more than overlap (${overlap}), or the old CA would expire before its agents do. Give at least ${overlap + 1}, for example ${overlap + 30}`);
}
/**
 * Checks a plan's inputs as a run with `apply: true` would. Inputs that contradict each other are a warning.
 * A plan without a place to write to gets no warning, because that may be intended.
 * @returns what to correct before the run with `apply: true`
 */
function reportApplyProblems(runner, inputs) {
    const problems = [];
    requireApplicable(inputs, (input, message, code = "INPUT_INVALID") => {
        const problem = `With apply: true this run is refused (${code}). ${input}: ${message}. Correct that first.`;
        if (code === "INPUT_INVALID")
            runner.warning(problem);
        problems.push(problem);
    });
    return problems;
}

// EXTERNAL MODULE: ./build/sandbox/options.js
var options = __nccwpck_require__(9386);
;// CONCATENATED MODULE: ./build/tasks/sandbox.js
/** The task sandbox, which starts the sandbox for the rest of the job, and its post step, which stops it. */








/** The name under which the post step finds the sandbox's process. */
const SANDBOX_STATE = "sandbox-process";
/** Longest wait for the sandbox's address. The process prints the address in a tenth of a second. */
const START_TIMEOUT_MS = 30_000;
const sandbox = defineTask({
    name: "sandbox",
    description: "Start a sandbox of the MindConnect MQTT API in the job, to rehearse a workflow without a tenant.",
    privateDirectory: false,
    inputs: {
        options: (0,inputs/* plainGroup */.k4)({
            limits: (0,inputs/* field */.ZZ)({
                description: "Rate limits of the sandbox: documented, smallest (those of the smallest plan) or off. Defaults to documented.",
                default: "documented",
                parse: options/* parseLimits */.kd,
            }),
            latency: (0,inputs/* field */.ZZ)({
                description: "Delay before each reply in milliseconds, from 0 to 600000. Defaults to 0.",
                default: "0",
                parse: options/* parseLatency */.Cb,
            }),
            faults: (0,inputs/* field */.ZZ)({
                description: 'What goes wrong, as a JSON array of faults, such as [{"call":"upload","kind":"reset"}]. docs/rehearsal.md lists them. Defaults to none.',
                parse: (text) => JSON.stringify((0,options/* parseFaults */.bZ)(text)),
            }),
            quirks: (0,inputs/* field */.ZZ)({
                description: 'How the platform answers where its documentation does not tell, as a JSON object of quirks, such as {"listShape":"content"}. docs/rehearsal.md lists them with their defaults.',
                parse: (text) => JSON.stringify((0,options/* parseQuirks */.FN)(text)),
            }),
        }),
    },
    outputs: {
        "gateway-url": "URL of the sandbox, for the input gateway-url of the other tasks.",
        "token-url": "URL of the sandbox's token endpoint, for the input token-url of the other tasks.",
        token: "Bearer token that the sandbox accepts, for the input token of the other tasks.",
        "client-id": "Client id that the sandbox accepts.",
        "client-secret": "Client secret that the sandbox accepts.",
    },
    async run({ options: { limits, latency, faults, quirks } }, { runner }) {
        const given = Object.entries({ limits, latency: String(latency), faults, quirks });
        const { pid, url, tokenUrl, token, clientId, clientSecret } = await start(given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])));
        try {
            runner.saveState(SANDBOX_STATE, String(pid));
        }
        catch (error) {
            // Without the state the post step could not stop the sandbox.
            process.kill(pid, "SIGKILL");
            throw error;
        }
        runner.mask(token);
        runner.mask(clientSecret);
        runner.notice(`The sandbox listens on ${url} until the job ends. Pass its outputs gateway-url and token to the other tasks, or gateway-url, token-url, client-id and client-secret.`);
        return {
            "gateway-url": url,
            "token-url": tokenUrl,
            token,
            "client-id": clientId,
            "client-secret": clientSecret,
        };
    },
});
/** Starts the process and waits for its first line: its addresses and credentials in JSON. */
async function start(argv) {
    // serve.js lies beside the main.js that the runner started.
    const script = (0,external_node_path_.join)((0,external_node_path_.dirname)(process.argv[1] ?? ""), "serve.js");
    // The sandbox outlives this step, so it is detached and holds none of the step's pipes.
    const child = (0,external_node_child_process_namespaceObject.spawn)(process.execPath, [script, ...argv, "--quiet"], {
        detached: true,
        // The sandbox gets neither the inputs nor the runner's credentials.
        env: childEnvironment({}),
        stdio: ["ignore", "pipe", "ignore"],
        windowsHide: true,
    });
    const line = await sandbox_firstLine(child);
    child.removeAllListeners("exit");
    child.stdout.destroy();
    child.unref();
    return { ...JSON.parse(line), pid: child.pid };
}
/** @throws ActionError `SANDBOX_FAILED` where the process ends without a line, or prints none within {@link START_TIMEOUT_MS} */
async function sandbox_firstLine(child) {
    let timer;
    try {
        return await new Promise((resolve, reject) => {
            timer = setTimeout(() => {
                child.kill("SIGKILL");
                reject(failed(`its process did not say its address within ${START_TIMEOUT_MS / 1000} s`));
            }, START_TIMEOUT_MS);
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
        clearTimeout(timer);
    }
}
function failed(reason) {
    return new errors/* ActionError */.lZ("SANDBOX_FAILED", `The sandbox did not start: ${(0,printable/* printable */.g$)(reason, 200)}.`);
}
/** The post step of the sandbox task: stops the process that main started, and never fails the job. */
function stopSandbox() {
    const pid = Number(process.env[`STATE_${SANDBOX_STATE}`] ?? "");
    if (!Number.isSafeInteger(pid) || pid <= 1)
        return;
    try {
        process.kill(pid, "SIGTERM");
    }
    catch {
        // The process has ended already.
    }
}

;// CONCATENATED MODULE: ./build/tasks/status.js
/** The task status: looks at both slots and changes nothing. */






















const status_status = defineTask({
    name: "status",
    description: "Show both CA certificate slots of an Insights Hub environment, the days left and whether a rotation is due.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        keyring: watchedKeyringInputs,
        limits: (0,inputs/* plainGroup */.k4)({
            "renew-before": renewBeforeField,
            "fail-below": (0,inputs/* field */.ZZ)({
                description: "Fewest days that the newest usable CA may have left. With fewer, or without a usable CA, the step fails. Without this input it never fails for that reason.",
                parse: (0,input_parsers/* wholeNumber */.rD)(1, ca_time/* MOST_DAYS */.ye),
            }),
        }),
    },
    outputs: {
        certificates: "JSON array with an object for each slot in use: id, name, commonName, expiration, isVerified, daysLeft, held, lifeUsed (in percent, null if not held).",
        "slots-free": "Number of free slots.",
        "certificate-id": "Id of the newest usable CA certificate. Empty if no CA is usable.",
        expiration: "When the newest usable CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
        "days-left": "Whole days until the newest usable CA certificate expires. Empty if no CA is usable.",
        "rotation-due": "true if the newest usable CA has fewer days left than renew-before, or if no CA is usable. Otherwise false.",
    },
    async check({ connection, keyring }, report) {
        await requireTenant(keyring, connection?.tenant, undefined, report);
    },
    async run({ connection, keyring: input, limits }, context) {
        const platform = await context.connect(connection);
        const entries = input.certificates.filter((entry) => isOfTenant(entry, connection.tenant));
        const { tenant } = connection;
        const keyring = context.keyring(input, { program: "openssl", tenant, connection });
        const emptied = emptiedProblem(input.file, input.text);
        if (emptied !== undefined)
            context.runner.warning(`keyring-file ${emptied}.`);
        void keyring.check();
        const slots = recallVerified(await platform.caCertificates.list(), entries);
        warnOfSkew(context.runner, platform.clock);
        const at = platform.clock.agreement();
        const { now } = at;
        const joined = joinKeyring(slots, entries, now);
        const newest = newestUsable(joined, entries, at);
        const renewBefore = limits["renew-before"];
        const rotationDue = newest === undefined || endsWithin(newest.expiration, renewBefore, now);
        const slotsFree = Math.max(0, SLOT_LIMIT - slots.length);
        const doubtful = ambiguousMatches(slots, entries, at);
        const doubtfulIds = new Set(doubtful.map(({ slot }) => slot.id));
        // Without the text of a keyring nothing is known of keys, whatever place the inputs name.
        const keyringKnown = input.text.trim() !== "";
        const { runner } = context;
        if (!slots.some((slot) => isUsable(slot, now)))
            sayFirstRun(runner, input.text, keyring.location);
        else if (!keyringKnown && keyring.location !== undefined)
            // A wrong path, a wrong secret and a lost keyring look the same.
            runner.warning(`The keyring does not exist, or is empty: ${keyring.location}. So it is not known which private keys are held. Check the path or the secret. If the keyring is lost, see docs/recovery.md.`);
        warnOfUnstatedVerification(runner, slots);
        await keyring.check().catch(warnOfKeyring(runner));
        if (newest !== undefined) {
            const { id, expiration, daysLeft } = newest;
            if (rotationDue)
                runner.warning(`A rotation is due: the newest usable CA certificate ${id} has ${daysLeft} days left, and renew-before is ${renewBefore}. Run tasks/rotate with apply: true.`);
            warnOfTokenEnd(runner, keyring, rotationDueAt({ expiration }, renewBefore));
        }
        // While a CA is usable, perhaps no agent needs a CA that is gone from the platform.
        const noneUsable = newest === undefined && doubtful.length === 0;
        const removed = noneUsable ? removedEntries(joined, entries, now) : [];
        const clear = joined.filter(({ slot }) => !doubtfulIds.has(slot.id));
        const warnings = [
            ...removed.map(removedWarning),
            ...doubtful.map((it) => describeDoubt(it, now)),
            ...advise(clear, keyringKnown, now),
            ...refusedEntries(slots, entries).map((refused) => `${describeRefusal(refused)}. To upload it again, ${restoreAdvice(refused)}.`),
        ];
        for (const warning of warnings)
            runner.warning(warning);
        const rows = joined.map(({ slot }) => ({
            ...slot,
            held: keyringKnown && !doubtfulIds.has(slot.id) ? slot.held : undefined,
        }));
        const remarks = [...remarksOn(input), ...status_nextSteps(newest, slots, removed)];
        await summarizeStatus(runner, rows, slotsFree, newest, remarks);
        return {
            certificates: JSON.stringify(joined.map(({ slot }) => slot)),
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
            : `The newest usable CA certificate ${id} has ${left} days left (it expires ${expiration})`;
        const message = `${what}, and fail-below is ${least}.`;
        throw new errors/* ActionError */.lZ("CA_EXPIRES_SOON", message, id === "" ? { next: WITHOUT_USABLE } : {});
    },
});
const WITHOUT_USABLE = "If the warnings of this run name a CA that was removed, see docs/recovery.md first. Otherwise run register, which verifies or creates a CA.";
const NO_KEYRING = "No keyring came in, so it is not known which private keys are held. Set keyring or keyring-file to see that.";
/** This task takes no passphrase, so it is not known whether one is set. */
const PLAIN_KEY = "The keyring holds a private key that is not encrypted. To encrypt the key of the CA in use, run register with keyring-passphrase.";
function removedWarning(entry) {
    return `${describeRemoved(entry)} register and tasks/rotate create a new CA and do not upload it again. To upload it again, ${restoreAdvice(entry)}. See docs/recovery.md.`;
}
/** @returns what to do while no CA is usable; nothing while one is */
function status_nextSteps(newest, slots, removed) {
    if (newest !== undefined)
        return [];
    if (removed.length > 0)
        return [NEXT_WITH_REMOVED];
    return [slots.length === 0 ? NEXT_WITHOUT_CA : NEXT_WITHOUT_USABLE];
}
/** @returns what the summary says of the keyring, a sentence or two each */
function remarksOn(input) {
    const isKnown = input.text.trim() !== "" || hasTarget(input);
    const holdsPlainKey = parsePem(input.text).blocks.some(({ label, pem }) => isPrivateKey(label) && !isEncrypted(pem));
    return [...(isKnown ? [] : [NO_KEYRING]), ...(holdsPlainKey ? [PLAIN_KEY] : [])];
}
/** The task only looks at the slots, so a keyring that could not be written is a warning. */
function warnOfKeyring(runner) {
    return (error) => {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        runner.warning(`The next run that writes the keyring will fail (${error.code}). ${error.message} Next: ${error.next}`);
    };
}
const NEXT_WITH_REMOVED = "Next: if the CA that was removed shall come back, run register with restore, as the warning says. Without restore, register creates a new CA.";
const NEXT_WITHOUT_CA = "Next: run register. It creates the first CA.";
const NEXT_WITHOUT_USABLE = "Next: run register, which verifies or creates a CA. An expired or unverified certificate takes a slot until it is deleted.";
const status_COLUMNS = [
    "Id",
    "Name",
    "Common name",
    "Expires (UTC)",
    "Days left",
    "Life used (%)",
    "Verified",
    "Key in the keyring",
];
/**
 * Shows both slots on the job's page and in the log, with the newest usable one.
 * @param remarks of the keyring, and what to do next: a sentence or two each
 */
async function summarizeStatus(runner, slots, slotsFree, newest, remarks) {
    const rows = slots.map((slot) => [
        slot.id,
        slot.name,
        slot.commonName,
        slot.expiration,
        String(slot.daysLeft),
        slot.lifeUsed === null ? "not known" : String(slot.lifeUsed),
        slot.isVerified ? "yes" : "no",
        slot.held === undefined ? "not known" : slot.held ? "yes" : "no",
    ]);
    runner.group(`CA certificate slots: ${slots.length} in use, ${slotsFree} free`, slots.map(describeSlotRow));
    const newestLine = newest === undefined
        ? "No CA certificate is usable, so no agent can be onboarded."
        : `Newest usable CA certificate: ${newest.id}, expires ${newest.expiration}, ${newest.daysLeft} days left.`;
    runner.notice(newestLine);
    const table = rows.length === 0 ? "Both slots are free." : markdownTable(status_COLUMNS, rows);
    const lines = [newestLine, ...remarks].map(escapeMarkdown).join("\n\n");
    await runner.summary(`### CA certificate slots: ${slotsFree} free\n\n${table}\n\n${lines}\n`);
}
/** @returns a line of the log. It has no table head above it, so it names what it shows */
function describeSlotRow({ id, name, commonName, expiration, daysLeft, isVerified, held }) {
    const end = daysLeft < 0 ? `expired ${expiration}` : `expires ${expiration} (${daysLeft} days left)`;
    const key = held === undefined ? "not known whether the key is held" : held ? "key held" : "key not held";
    return `${id} "${name}", common name "${commonName}", ${end}, ${isVerified ? "verified" : "not verified"}, ${key}`;
}

;// CONCATENATED MODULE: ./build/tasks/upload.js











const upload_upload = defineTask({
    name: "upload",
    description: "Upload a CA certificate to an Insights Hub environment. It takes one of two slots and is not verified yet.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        certificate: certificateToUploadInputs,
        naming: certificateNameInputs,
    },
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform.",
        "certificate-name": "Name of the CA certificate on the platform.",
        expiration: "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
        "common-name": "Common name of the CA certificate.",
        verified: "Whether the CA certificate is verified. false after a new upload: verify it next.",
    },
    async run({ connection, certificate, naming }, context) {
        const platform = await context.connect(connection);
        const slots = recallVerified(await platform.caCertificates.list(), []);
        warnOfSkew(context.runner, platform.clock);
        const name = naming["certificate-name"];
        const provided = { privateKey: "", certificate, notes: [] };
        const [entry = provided] = applyUserHint(slots, [provided], { name });
        const found = upload_findUploaded(entry, slots, platform.clock);
        const listed = found ??
            (await upload({ context, platform }, certificate, name ?? defaultName(connection.tenant, certificate)));
        warnOfCommonNameForm(context.runner, listed, certificate.commonNames);
        const slot = { ...listed, commonName: certificate.commonName };
        const headline = found === undefined ? "CA certificate uploaded" : "CA certificate already on the platform";
        context.runner.notice(`${headline}: ${slot.id}, expires ${slot.expiration}.`);
        await summarizeStep(context.runner, headline, [
            ...slotRows(slot),
            ["SHA-256 fingerprint", certificate.fingerprint],
            [
                "Verified",
                slot.isVerified
                    ? "yes"
                    : "not yet. Next: tasks/registration-code, tasks/verification-certificate, tasks/verify",
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
/**
 * @returns the slot that holds the certificate; undefined where it is to be uploaded
 * @throws ActionError where it can be neither uploaded nor known to be on the platform
 */
function upload_findUploaded(provided, slots, clock) {
    const { commonName } = provided.certificate;
    const at = clock.agreement();
    const decision = decideRegistration({ slots, entries: [], provided, commonName, ...at });
    if (decision.step === "unchanged" || decision.step === "resume")
        return decision.slot;
    clock.require("make");
    if (decision.step === "ambiguous")
        throw uploadDoubtRefusal(decision, at.now);
    if (decision.step !== "refuse")
        return undefined;
    const { code } = decision;
    if (code === "CA_NOT_HELD")
        throw new Error("a provided certificate is not refused because of a keyring");
    throw uploadRefusal({ ...decision, code }, { slots, entries: [], now: at.now });
}

;// CONCATENATED MODULE: ./build/tasks/verification-certificate.js
/** The task verification-certificate: makes the certificate for a registration code. The platform is not asked. */











/** The file's name on the vendor's page. */
const CERTIFICATE_FILE = "verificationCert.pem";
const verificationCertificate = defineTask({
    name: "verification-certificate",
    description: "Create the verification certificate for a registration code with OpenSSL. The CA signs it.",
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
        (0,input_parsers/* reportUnfitDirectory */.US)(place?.directory, report, [CERTIFICATE_FILE]);
    },
    start({ environment, validity, place, program }, context) {
        makeDirectory(place.directory);
        const commandDirectory = context.commandDirectory(program["openssl-path"], environment.tenant ?? "ca");
        void commandDirectory.openssl.version();
        const keys = new KeyMaking(commandDirectory, validity["key-bits"]);
        keys.begin(VERIFICATION_KEY_FILE);
        return { commandDirectory, keys };
    },
    async run({ ca, code, validity, place }, context, { commandDirectory, keys }) {
        context.runner.mask(ca.privateKey);
        context.runner.info(`Using ${await commandDirectory.openssl.version()}.`);
        await placeCa(commandDirectory, ca);
        const verification = await createVerificationCertificate(commandDirectory, {
            registrationCode: code["registration-code"],
            days: validity.days,
            keys,
            ca: ca.certificate,
            now: Date.now,
        });
        context.showCommands("Create the verification certificate");
        const path = await context.writeResult(CERTIFICATE_FILE, verification.pem, place.directory);
        await summarizeStep(context.runner, "Verification certificate created", [
            ["Registration code", code["registration-code"]],
            ["Certificate file", path],
        ]);
        return { "verification-certificate-path": path };
    },
});

;// CONCATENATED MODULE: ./build/tasks/verify.js
/** The task verify: proves possession of the CA's key with a verification certificate, and reads the outcome back. */











const verify = defineTask({
    name: "verify",
    description: "Prove with a verification certificate that you hold the CA's private key. The outcome is read back.",
    privateDirectory: false,
    inputs: {
        connection: connectionInputs,
        id: certificateIdInputs,
        verification: verificationCertificateInputs,
    },
    outputs: {
        "certificate-id": "Id of the CA certificate on the platform.",
        expiration: "When the CA certificate expires, as the platform writes it, for example 2031-05-30T09:22:55.000Z.",
        "common-name": "Common name of the CA certificate.",
        verified: "true: the platform showed the CA certificate as verified when it was read back.",
    },
    async run({ connection, id, verification }, context) {
        const platform = await context.connect(connection);
        const verified = await platform.caCertificates.verify(id["certificate-id"], verification);
        warnOfSkew(context.runner, platform.clock);
        const slot = await readBack({ context, platform }, id["certificate-id"], undefined, verified);
        const issuer = commonNames(verification.x509.raw, "issuer");
        requireIssuer(issuer, slot);
        warnOfCommonNameForm(context.runner, slot, issuer);
        context.runner.notice(`CA certificate verified: ${slot.id}, expires ${slot.expiration}.`);
        await summarizeStep(context.runner, "CA certificate verified", [
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
 * This task has no CA certificate to compare with, but the verification certificate names its issuer (guarantee 5). A
 * reply without a name, or with another rendering of it, passes.
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
function requireIssuer(commonNames, { id, commonName }) {
    if (commonName === "" || namesAlike(commonName, { commonNames }))
        return;
    const issuer = commonNames.map((name) => `"${(0,printable/* printableName */.Nt)(name)}"`).join(" and ");
    throw new errors/* ActionError */.lZ("VERIFY_NOT_CONFIRMED", `The platform shows the common name "${(0,printable/* printableName */.Nt)(commonName)}" for ${(0,printable/* printableId */.BA)(id)}. The verification certificate was issued by ${issuer}.`, { next: "See the slots with tasks/status, and correct certificate-id: it may name another CA." });
}

;// CONCATENATED MODULE: ./build/tasks/all-tasks.js












const TASKS = {
    register: register,
    create: create,
    upload: upload_upload,
    "registration-code": registrationCode,
    "verification-certificate": verificationCertificate,
    verify: verify,
    status: status_status,
    delete: deleteCertificate,
    rotate: rotate,
    "agent-certificate": agentCertificate,
    keyring: keyring,
    sandbox: sandbox,
};

;// CONCATENATED MODULE: ./build/index.js
// What the main.js and post.js of each folder under tasks/ call; the entry of the bundle.







/** `runs.using: node24` of every action.yml: all tests run on it, and undici does not load on much older ones. */
const NEEDED_NODE = 24;
/**
 * Runs a task as the step of a workflow; the `main.js` of each folder under `tasks/` is this call.
 * @param name the task's folder
 */
async function run(name) {
    const task = TASKS[name];
    const { node } = process.versions;
    // Every file made here or by OpenSSL can be read by the user only (0600 in 0700). A thread may not set this.
    if (external_node_worker_threads_.isMainThread)
        process.umask(0o077);
    if (Number(node.split(".")[0]) < NEEDED_NODE)
        refuseNode(node, name);
    else if (task.boundedHeap && external_node_worker_threads_.isMainThread)
        await runInBoundedThread(process.argv[1] ?? "");
    else
        await runTask(task);
    // Everything is done and wiped: leaving at once spares taking the heap apart, and nothing left over holds the step.
    process.stdout.write("", () => process.exit());
}
/** Says what is needed, with nothing that an old Node.js may lack. */
function refuseNode(version, task) {
    process.stdout.write(`${firstLine(task)}\n`);
    const message = `This action needs Node.js ${NEEDED_NODE}, and Node.js ${version} started it.`;
    failWithoutToolkit("NODE_UNSUPPORTED", message, errors/* ERROR_CODES */.OQ.NODE_UNSUPPORTED.next);
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
