export const id = 549;
export const ids = [549];
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
/* harmony export */   U: () => (/* binding */ argvOf),
/* harmony export */   Y: () => (/* binding */ runInMemory)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var openssl_wrapper__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2544);
/* harmony import */ var _ca_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1590);
/* harmony import */ var _commands_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7719);
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7612);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3751);







/** A program that never ends must not hold up the job. */
const TIMEOUT_MS = 60_000;
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
 * @throws ActionError `OPENSSL_NOT_FOUND`, or `OPENSSL_FAILED` where it does not end
 */
async function runInMemory(place, task) {
    const folder = await folderOf(place);
    const argv = argvOf(task);
    return await new Promise((resolve, reject) => {
        // openssl-wrapper looks on PATH, takes no environment and copies ours at the call: set, start, restore at once.
        const restore = setEnvironment({
            ...Object.fromEntries(Object.keys(process.env)
                .filter(_environment_js__WEBPACK_IMPORTED_MODULE_5__/* .isWithheld */ .Y)
                .map((name) => [name, undefined])),
            PATH: folder === undefined ? process.env["PATH"] : `${folder}${node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter}${process.env["PATH"] ?? ""}`,
            ...task.variables,
        });
        try {
            let stdout = Buffer.alloc(0);
            let stderr = "";
            const child = (0,openssl_wrapper__WEBPACK_IMPORTED_MODULE_2__/* .exec */ .m0)(task.action, task.input, { ...task.options }, (_error, written) => {
                stdout = written;
            });
            const watchdog = setTimeout(() => {
                child.kill("SIGKILL");
                reject(new _ca_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ("OPENSSL_FAILED", `"${(0,_commands_js__WEBPACK_IMPORTED_MODULE_6__/* .commandLine */ .ay)(argv)}" did not end within ${TIMEOUT_MS / 1000} s.`));
            }, TIMEOUT_MS);
            child.stderr.on("data", (chunk) => {
                stderr += chunk.toString("utf8");
            });
            // It takes words on stderr for an error in some cases, and the end by a signal for none: the exit code decides.
            child.on("close", (code) => {
                clearTimeout(watchdog);
                resolve({ exitCode: code ?? 1, stdout, stderr });
            });
            // Without listeners a missing binary, or one that never reads its input, would end the whole process.
            child.on("error", (error) => {
                clearTimeout(watchdog);
                reject((0,_failure_js__WEBPACK_IMPORTED_MODULE_4__/* .opensslFailure */ .z)(argv, undefined, error.message));
            });
            child.stdin.on("error", () => { });
        }
        finally {
            restore();
        }
    });
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


/***/ }),

/***/ 8549:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  issueFleet: () => (/* binding */ issueFleet)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./build/ca/agents.js
var ca_agents = __webpack_require__(6067);
// EXTERNAL MODULE: ./build/ca/errors.js
var errors = __webpack_require__(1590);
// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var ca_certificate = __webpack_require__(8418);
// EXTERNAL MODULE: ./build/ca/status.js
var ca_status = __webpack_require__(5915);
;// CONCATENATED MODULE: ./build/ca/leaf.js


/** @returns the little that is remembered */
function leafFacts({ expiration, serialNumber, fingerprint }) {
    return { expiration, serialNumber, fingerprint };
}
/** @returns whether a certificate is signed by a CA's key and names it as its issuer */
function isIssuedBy(leaf, ca) {
    return leaf.x509.checkIssued(ca.x509) && leaf.x509.verify(ca.x509.publicKey);
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
    if (expected.subject !== undefined && !(0,ca_certificate/* sameName */.q)(leaf.subject, expected.subject)) {
        return "its subject is not the one that was asked for";
    }
    return undefined;
}
/**
 * A leaf never outlives its CA.
 * @param days asked for
 * @param ca the one that signs
 * @param now milliseconds since 1970
 * @returns the days that a certificate issued now may have, whole ones: as asked, fewer, or none (0)
 */
function leafDays(days, ca, now) {
    return Math.max(0, Math.min(days, Math.floor((ca.notAfter - now) / ca_status/* DAY_MS */.sO)));
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/ca/printable.js
var printable = __webpack_require__(654);
// EXTERNAL MODULE: ./build/openssl/memory.js
var memory = __webpack_require__(6558);
;// CONCATENATED MODULE: ./build/openssl/signing-request.js



/**
 * Reads a CSR in OpenSSL's memory and checks its signature: that whoever made it has the key.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
async function readSigningRequest(place, pem) {
    const { exitCode, stdout, stderr } = await (0,memory/* runInMemory */.Y)(place, {
        action: "req",
        input: Buffer.from(pem),
        options: { verify: true, noout: true, subject: true, pubkey: true, nameopt: "multiline" },
        variables: { OPENSSL_CONF: place.configuration },
    });
    // A signature that does not hold ends with exit code 0 on OpenSSL 3.0 (measured): it has to say that it does.
    if (exitCode !== 0 || !/\bverify OK\b/i.test(stderr)) {
        return `OpenSSL refuses it: ${(0,printable/* printable */.g$)(stderr.trim(), 200) || `exit code ${exitCode}`}`;
    }
    const text = stdout.toString("utf8");
    const names = [...text.matchAll(/^ {4}commonName += (.*)$/gm)].map(([, name = ""]) => name.trimEnd());
    const [commonName] = names;
    if (commonName === undefined || names.length > 1)
        return `it has ${names.length} common names`;
    return { commonName, publicKey: (0,external_node_crypto_.createPublicKey)(text.slice(text.indexOf("-----BEGIN"))) };
}

// EXTERNAL MODULE: ./build/tasks/inputs/agents.js
var agents = __webpack_require__(7069);
;// CONCATENATED MODULE: ./build/tasks/agents/pool.js
/**
 * Carries out work on items in their order, several at a time.
 * @param lanes how many at a time; the work is told which lane it is in, counted from 0
 * @throws the first error, once everything that was begun has ended; nothing new is begun after it
 */
async function pool(lanes, items, work) {
    const failures = [];
    let next = 0;
    const drive = async (lane) => {
        while (next < items.length && failures.length === 0) {
            const item = items[next];
            next += 1;
            try {
                await work(item, lane);
            }
            catch (error) {
                failures.push(error);
            }
        }
    };
    await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, (_, lane) => drive(lane)));
    if (failures.length > 0)
        throw failures[0];
}

;// CONCATENATED MODULE: ./build/tasks/agents/devices.js




/**
 * Checks every CSR in OpenSSL's memory: its signature, and that its common name is the agent's.
 * @param lanes how many at a time
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
async function checkDevices(requested, memory, lanes) {
    const planned = requested.map(({ name }) => ({ name }));
    const wrong = [];
    await pool(lanes, [...requested.entries()], async ([index, { name, csr, line }]) => {
        if (csr === undefined)
            return;
        const read = await readSigningRequest(memory, csr);
        if (typeof read === "string")
            wrong.push({ line, message: `the CSR of "${name}": ${read}` });
        else if (read.commonName !== name) {
            wrong.push({
                line,
                message: `the CSR of "${name}" is for the common name "${read.commonName.slice(0, 64)}"`,
            });
        }
        else
            planned[index] = { name, device: { pem: csr, publicKey: read.publicKey } };
    });
    if (wrong.length > 0) {
        const problems = [];
        (0,agents/* reportLines */.QS)(wrong.toSorted((a, b) => a.line - b.line), (input, message) => problems.push({ input, message }));
        throw (0,errors/* inputError */.Xu)(problems);
    }
    return planned;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/tasks/agents/directory.js




/** Where what a renewal replaces goes. */
const SUPERSEDED = "superseded";
/** What a system says where a file cannot have a second name there: another disk, or one without links. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
/** The directory where agents' files go and stay. A final name only ever appears with its whole content behind it. */
class AgentDirectory {
    /** Absolute. */
    path;
    #aside;
    /** @param path absolute; made by {@link open} */
    constructor(path) {
        this.path = path;
    }
    /**
     * Makes the directory where it does not exist, of the user's alone.
     * @throws Error of the system where it cannot be written
     */
    async open() {
        await (0,promises_.mkdir)(this.path, { recursive: true, mode: 0o700 });
        await (0,promises_.access)(this.path, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
    }
    /** @returns what lies in it by name, and whether it is a regular file */
    async entries() {
        const found = await (0,promises_.readdir)(this.path, { withFileTypes: true });
        return new Map(found.map((entry) => [entry.name, entry.isFile()]));
    }
    /** @returns the path of a file in it */
    at(file) {
        return (0,external_node_path_.join)(this.path, file);
    }
    /**
     * Gives a complete file its final name.
     * @param file absolute path, elsewhere; stays where it is
     * @throws ActionError `FILE_EXISTS`: nothing is overwritten
     */
    async put(file) {
        const name = (0,external_node_path_.basename)(file);
        try {
            await (0,promises_.link)(file, this.at(name));
        }
        catch (error) {
            const { code = "" } = error;
            if (code === "EEXIST")
                throw inTheWay(this.at(name));
            if (!NO_LINK.has(code))
                throw error;
            await this.#copy(file, name);
        }
    }
    /** Across disks: under a name of its own until it is whole. */
    async #copy(file, name) {
        const part = this.#part(name);
        await (0,promises_.rm)(part, { force: true });
        await (0,promises_.copyFile)(file, part, external_node_fs_.constants.COPYFILE_EXCL);
        const there = await (0,promises_.lstat)(this.at(name)).catch(() => undefined);
        if (there !== undefined)
            throw inTheWay(this.at(name));
        await (0,promises_.rename)(part, this.at(name));
    }
    /** Moves files, each once in a run, to where what was replaced is kept: `superseded/<time of the run>/`. */
    async setAside(files) {
        if (files.length === 0)
            return;
        this.#aside ??= makeAside(this.at(SUPERSEDED));
        const aside = await this.#aside;
        for (const file of files)
            await (0,promises_.rename)(this.at(file), (0,external_node_path_.join)(aside, file));
    }
    /** Replaces a file of ours at once: the manifest. Its text comes in parts, so that it is never whole in memory. */
    async replace(name, parts) {
        const part = this.#part(name);
        await (0,promises_.rm)(part, { force: true });
        await (0,promises_.writeFile)(part, parts, { flag: "wx", mode: 0o600 });
        await (0,promises_.rename)(part, this.at(name));
        return this.at(name);
    }
    #part(name) {
        return this.at(`.${name}.part`);
    }
}
/** @returns a new directory, named after the time: a run never finds the files of another in its way */
async function makeAside(parent) {
    await (0,promises_.mkdir)(parent, { recursive: true, mode: 0o700 });
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
    for (let count = 1;; count += 1) {
        const path = (0,external_node_path_.join)(parent, count === 1 ? stamp : `${stamp}-${count}`);
        try {
            await (0,promises_.mkdir)(path, { mode: 0o700 });
            return path;
        }
        catch (error) {
            if (error.code !== "EEXIST")
                throw error;
        }
    }
}
function inTheWay(path) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${path} is there already.`);
}

;// CONCATENATED MODULE: ./build/ca/agent-due.js


/** @returns why an agent whose files are all there needs new ones, or undefined where it does not */
function dueReason(found, wanted) {
    const { certificate, publicKey } = found;
    if (certificate === undefined || publicKey === undefined)
        return "broken";
    if (certificate.commonName !== wanted.name)
        return "broken";
    if (publicKey !== "unknown" && !certificate.x509.publicKey.equals(publicKey))
        return "broken";
    if (!isIssuedBy(certificate, wanted.ca))
        return "old-ca";
    if (found.chain !== chainOf(certificate.pem, wanted.ca))
        return "broken";
    return isEnding(certificate, wanted) ? "ending" : undefined;
}
/** @returns the text of a chain file, `$DEVICE_NAME.pem` followed by `$TENANT.pem`; LF line ends */
function chainOf(certificate, ca) {
    return `${certificate.replaceAll("\r\n", "\n")}${ca.pem}`;
}
/** One that the CA's own end cut short is not issued anew each day for nothing. */
function isEnding(certificate, { renewBefore, days, now }) {
    const gained = now + days * ca_status/* DAY_MS */.sO - certificate.notAfter;
    return (0,ca_status/* endsWithin */._c)(certificate.expiration, renewBefore, now) && gained >= ca_status/* DAY_MS */.sO;
}

// EXTERNAL MODULE: ./build/ca/subject.js
var ca_subject = __webpack_require__(449);
// EXTERNAL MODULE: ./build/openssl/commands.js
var commands = __webpack_require__(7719);
;// CONCATENATED MODULE: ./build/openssl/agent.js









/**
 * Issues one agent certificate with the documented commands and checks what came out.
 * @throws ActionError `OPENSSL_…`, or `CERTIFICATE_REFUSED` where the certificate is not exactly what was asked for
 */
async function issueAgent(workplace, order) {
    const { openssl, directory, tenant } = workplace;
    const { key, csr, certificate: out } = workFiles(order.name);
    const at = (file) => (0,external_node_path_.join)(directory, file);
    if ("pem" in order.by) {
        await (0,promises_.writeFile)(at(csr), order.by.pem, { flag: "wx", mode: 0o600 });
    }
    else {
        const subject = (0,ca_subject/* subjectAttributes */.qz)(order.by.subject);
        const subj = (0,ca_subject/* toSubjArgument */.nk)(subject);
        await openssl.run((0,commands/* generateKey */.rh)(key, order.by.keyBits));
        await openssl.run((0,commands/* signingRequest */.R6)({ key, out: csr, subj, utf8: (0,ca_subject/* needsUtf8 */.Pv)(subject) }));
    }
    const signer = { ca: `${tenant}.pem`, caKey: `${tenant}.key` };
    await openssl.run((0,commands/* signRequest */.zT)({ csr, ...signer, out, days: order.days }));
    const pem = await (0,promises_.readFile)(at(out), "utf8");
    const certificate = (0,ca_certificate/* readCertificate */.w$)(pem);
    const privateKey = "pem" in order.by ? undefined : await (0,promises_.readFile)(at(key), "utf8");
    requireAsOrdered(certificate, order, privateKey);
    return { certificate, pem, privateKey };
}
function workFiles(name) {
    const stem = (0,ca_agents/* fileStem */.E8)(name);
    return { key: `${stem}.key`, csr: `${stem}.csr`, certificate: `${stem}.pem` };
}
function requireAsOrdered(certificate, { name, by, ca }, privateKey) {
    const expected = "pem" in by
        ? { publicKey: by.publicKey }
        : {
            publicKey: (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(privateKey ?? "")),
            subject: (0,ca_subject/* subjectAttributes */.qz)(by.subject),
        };
    const problem = leafProblem(certificate, { commonName: name, ca, ...expected });
    if (problem === undefined)
        return;
    throw new errors/* ActionError */.lZ("CERTIFICATE_REFUSED", `The certificate of ${name} was not handed out: ${problem}.`);
}

// EXTERNAL MODULE: ./build/openssl/failure.js
var failure = __webpack_require__(3751);
;// CONCATENATED MODULE: ./build/openssl/archive.js



/** PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. */
const PBKDF2_ROUNDS = 100_000;
/** For the moment of the call alone: neither argv nor a file ever holds the passphrase. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";
/**
 * Makes an encrypted PKCS#12 archive in OpenSSL's memory (stdin to stdout): AES-256-CBC, PBKDF2, HMAC-SHA-256. The
 * algorithms are named because OpenSSL 1.1.1 would take RC2 with 40 bits.
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
async function makeArchive(place, { name, privateKey, certificate, ca }, passphrase) {
    const task = {
        action: "pkcs12",
        // The key comes first: OpenSSL reads stdin for the key, and what is left of it for the certificates.
        input: Buffer.from(`${privateKey}${certificate}${ca}`),
        options: {
            export: true,
            name,
            keypbe: "AES-256-CBC",
            certpbe: "AES-256-CBC",
            macalg: "sha256",
            iter: String(PBKDF2_ROUNDS),
            passout: `env:${PASSPHRASE_VARIABLE}`,
        },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    };
    const { exitCode, stdout, stderr } = await (0,memory/* runInMemory */.Y)(place, task);
    if (exitCode !== 0)
        throw (0,failure/* opensslFailure */.z)((0,memory/* argvOf */.U)(task), exitCode, stderr);
    if (stdout.length === 0)
        throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL gave no archive.");
    return stdout;
}

// EXTERNAL MODULE: ./build/openssl/ca.js
var openssl_ca = __webpack_require__(3713);
// EXTERNAL MODULE: ./build/tasks/failure.js
var tasks_failure = __webpack_require__(8491);
// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
// EXTERNAL MODULE: external "node:vm"
var external_node_vm_ = __webpack_require__(714);
;// CONCATENATED MODULE: ./build/tasks/agents/heap.js


/** Agents between two collections: one takes some 20 ms (measured), an agent a fifth of a second. */
const EVERY = 8;
/**
 * Keeps the process of a large fleet as small as that of a small one. What lives stays at some 12 MiB, but V8, which
 * sees memory in plenty, would rather grow its heap for minutes than collect what the agents before have left (92 MiB
 * for 200, 220 for 2,000, measured; with this 80 and 85). A V8 that knows a flag no more says so and goes on.
 * @returns call it once an agent
 */
function tidyHeap() {
    (0,external_node_v8_.setFlagsFromString)("--semi-space-growth-factor=1");
    (0,external_node_v8_.setFlagsFromString)("--expose-gc");
    const collect = (0,external_node_vm_.runInNewContext)("globalThis.gc");
    let count = 0;
    return () => {
        count += 1;
        if (count % EVERY === 0 && typeof collect === "function")
            collect();
    };
}

;// CONCATENATED MODULE: ./build/tasks/agents/issue.js












/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces goes aside right before.
 * @throws ActionError of the first failure, with how many were issued before
 */
async function issueAll(due, issuing) {
    const { workers, ca, progress } = issuing;
    try {
        await Promise.all(workers.map((worker) => (0,openssl_ca/* placeCa */.aA)(worker, ca)));
        const tidy = tidyHeap();
        await pool(workers.length, due, async (one, lane) => {
            const worker = workers[lane];
            const leaf = await issueOne(worker, one, issuing);
            tidy();
            progress.count();
            issuing.issued(one.agent.name, leaf, lane);
        });
    }
    catch (error) {
        const { code, message, next } = (0,tasks_failure/* asActionError */.z)(error);
        const so = `${progress.done} of ${due.length} agents were issued by then and are complete in ${issuing.directory.path}; running again issues the others.`;
        throw new errors/* ActionError */.lZ(code, `${message} ${so}`, { next, cause: error });
    }
}
async function issueOne(worker, { agent, existing }, issuing) {
    const leaf = await issueAgent(worker, orderOf(agent, issuing));
    const complete = await complement(worker, agent.name, leaf, issuing);
    await issuing.directory.setAside(existing);
    for (const file of complete)
        await issuing.directory.put(file);
    await clear(worker, agent.name);
    return leafFacts(leaf.certificate);
}
function orderOf({ name, device }, { ca, days, subject, keyBits }) {
    const common = { name, days: days(), ca: ca.certificate };
    if (device !== undefined)
        return { ...common, by: device };
    if (subject === undefined)
        throw new Error("an agent without CSR needs a subject");
    return { ...common, by: { subject: { ...subject, commonName: name }, keyBits } };
}
/**
 * Adds what the documented commands do not make: the chain, the archive.
 * @returns the files to hand out, in the order in which they are: a certificate is never there without its key
 */
async function complement({ directory }, name, { pem, certificate, privateKey }, { ca, archive }) {
    const files = (0,ca_agents/* agentFiles */.VI)(name);
    const own = { flag: "wx", mode: 0o600 };
    const at = (file) => (0,external_node_path_.join)(directory, file);
    await (0,promises_.writeFile)(at(files.chain), chainOf(pem, ca.certificate), own);
    const others = [at(files.certificate), at(files.chain)];
    if (privateKey === undefined)
        return others;
    if (archive === undefined)
        return [at(files.key), ...others];
    const content = { name, privateKey, certificate: certificate.pem, ca: ca.certificate.pem };
    await (0,promises_.writeFile)(at(files.archive), await makeArchive(archive.memory, content, archive.passphrase), own);
    return [at(files.archive), ...others];
}
/** A worker's directory stays small, however many agents it makes. */
async function clear({ directory }, name) {
    const files = [...Object.values((0,ca_agents/* agentFiles */.VI)(name)), `${(0,ca_agents/* fileStem */.E8)(name)}.csr`];
    await Promise.all(files.map((file) => (0,promises_.rm)((0,external_node_path_.join)(directory, file), { force: true })));
}

// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __webpack_require__(8508);
;// CONCATENATED MODULE: ./build/ca/issuer.js


/**
 * Chooses the CA that issues agent certificates: the one brought along, else the newest usable one of the keyring.
 * @param listed the platform's slots: the platform takes agents of a verified, unexpired CA only
 */
function chooseIssuer({ entries, brought, now }, listed) {
    const candidates = brought === undefined ? entries : [brought];
    // Of one that is in the keyring too, more may be remembered: its id, and that only a reply said it is verified.
    const slots = (0,ca_slots/* recallVerified */.io)(listed, entries);
    const joined = (0,ca_status/* joinKeyring */.kw)(slots, candidates, now);
    const usable = joined.filter(({ slot, ca }) => ca !== undefined && (0,ca_slots/* isUsable */.Ng)(slot, now));
    const newest = (0,ca_status/* newestUsable */.v4)(usable, candidates, now);
    const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
    if (ca === undefined || newest === undefined) {
        const whose = brought === undefined ? "No CA of the keyring" : "The CA brought along";
        const how = brought === undefined ? "is" : "is not";
        return { refused: `${whose} ${how} usable on the platform: verified there and not expired` };
    }
    if (ca.retiredAt !== undefined)
        return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
    return { ca, id: newest.id };
}
/** Chooses without asking the platform: what the keyring remembers as verified counts before what it does not. */
function chooseOffline({ entries, brought, now, }) {
    if (brought !== undefined)
        return { ca: brought };
    const living = entries.filter(({ retiredAt, certificate }) => retiredAt === undefined && certificate.notAfter > now);
    const ca = living.find(({ verifiedAt }) => verifiedAt !== undefined) ?? living[0];
    return ca === undefined ? { refused: "Every CA of the keyring is retired or has expired" } : { ca };
}

// EXTERNAL MODULE: ./build/ca/keyring.js
var keyring = __webpack_require__(6796);
// EXTERNAL MODULE: ./build/ca/private-key.js
var private_key = __webpack_require__(9480);
// EXTERNAL MODULE: ./build/tasks/procedure.js
var procedure = __webpack_require__(6119);
;// CONCATENATED MODULE: ./build/tasks/agents/issuing-ca.js





/**
 * Chooses the CA that issues, with one list call unless offline, and opens its key.
 * @param connection undefined for offline
 * @param options.brought wins over the keyring
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
async function issuingCa(tools, connection, options) {
    const { entries } = options.keyring;
    const known = options.brought && entries.find((entry) => (0,keyring/* isSameCa */.Rj)(entry, options.brought));
    const brought = options.brought && {
        ...known,
        notes: [],
        ...options.brought,
    };
    const chosen = connection === undefined
        ? offline(tools, entries, brought)
        : await online(tools, connection, entries, brought);
    if ("refused" in chosen)
        throw new errors/* ActionError */.lZ("CA_NOT_USABLE", `${chosen.refused}.`);
    const { certificate, privateKey } = chosen.ca;
    const named = `${certificate.commonName}, expires ${certificate.expiration}`;
    const as = chosen.id === undefined ? "" : `, on the platform as ${chosen.id}`;
    tools.runner.info(`Issuing with the CA ${named}${as}.`);
    const passphrase = options.brought === undefined ? options.passphrase : undefined;
    const plain = (0,private_key/* plainPem */.Vj)((0,private_key/* openPrivateKey */.V9)(privateKey, passphrase));
    tools.runner.mask(plain);
    return { certificate, privateKey: plain };
}
async function online(tools, connection, entries, brought) {
    const platform = await tools.connect(connection);
    const listed = await platform.caCertificates.list();
    (0,procedure/* warnOfSkew */.Wx)({ tools, platform });
    return chooseIssuer({ entries, brought, now: platform.clock.now() }, listed);
}
function offline(tools, entries, brought) {
    tools.runner.notice("Offline: the platform was not asked whether the CA is usable there. It takes agents of a verified CA only.");
    return chooseOffline({ entries, brought, now: Date.now() });
}

;// CONCATENATED MODULE: ./build/tasks/agents/manifest.js



/** The manifest's files; no agent's file has such a name. */
const JSON_FILE = "agents.json";
const CSV_FILE = "agents.csv";
/** How a manifest of ours begins. */
const GENERATOR = "mindconnect-ca-action";
/** @returns an agent's record; `keyIn` is where its key is kept: nowhere here where the device has it */
function recordOf(name, clientId, { expiration, serialNumber, fingerprint }, keyIn) {
    const files = (0,ca_agents/* agentFiles */.VI)(name);
    return {
        name,
        clientId,
        files: {
            certificate: files.certificate,
            privateKey: keyIn === "key" ? files.key : "",
            chain: files.chain,
            archive: keyIn === "archive" ? files.archive : "",
        },
        expiration,
        serialNumber,
        fingerprint,
    };
}
/**
 * Checks that files under the manifest's names are earlier manifests: those are replaced, nothing else is.
 * @throws ActionError `FILE_EXISTS`
 */
async function requireOwnManifest(directory) {
    const begins = { [JSON_FILE]: `{"generator":"${GENERATOR}"`, [CSV_FILE]: CSV_HEAD };
    for (const [file, begin] of Object.entries(begins)) {
        const text = await (0,promises_.readFile)(directory.at(file), "utf8").catch((error) => {
            if (error.code === "ENOENT")
                return begin;
            throw error.code === "EISDIR" ? notOurs(directory, file) : error;
        });
        if (!text.startsWith(begin))
            throw notOurs(directory, file);
    }
}
/**
 * Writes the manifest of this run's agents as JSON and CSV, without secrets.
 * @returns the path of the JSON
 */
async function writeManifest(directory, tenant, ca, records) {
    const { commonName, expiration, fingerprint } = ca;
    const head = JSON.stringify({ generator: GENERATOR, tenant, ca: { commonName, expiration, fingerprint } });
    await directory.replace(CSV_FILE, csvParts(records));
    return await directory.replace(JSON_FILE, jsonParts(head, records));
}
/** A line an agent: a fleet's manifest can be read, compared and searched line by line. */
function* jsonParts(head, records) {
    yield `${head.slice(0, -1)},"agents":[`;
    for (const [index, { files, ...record }] of records.entries())
        yield `${index === 0 ? "" : ","}\n${JSON.stringify({ ...record, ...files })}`;
    yield "\n]}\n";
}
function* csvParts(records) {
    yield `${CSV_HEAD}\r\n`;
    for (const record of records)
        yield `${csvLine(record)}\r\n`;
}
const CSV_HEAD = "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive";
/** RFC 4180; no value has a comma, a quote or a line break in it. */
function csvLine({ name, clientId, expiration, serialNumber, fingerprint, files }) {
    const { certificate, privateKey, chain, archive } = files;
    const own = [name, clientId, expiration, serialNumber, fingerprint];
    return [...own, certificate, privateKey, chain, archive].join(",");
}
function notOurs(directory, file) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${directory.at(file)} is there already and is no manifest of ours.`);
}

;// CONCATENATED MODULE: ./build/tasks/agents/progress.js
/** A line at least this often. */
const INTERVAL_MS = 10_000;
/** And never more often: a percent of a small fleet would be a line an agent. */
const PAUSE_MS = 1000;
/** Shows how far a fleet is: a line a percent, at least every 10 s, at most every second, and one at the end. */
class Progress {
    #total;
    #print;
    #now;
    #began;
    #done = 0;
    #shownPercent = 0;
    #shownAt;
    /** @param now a clock in milliseconds that never goes back */
    constructor(total, print, now = () => performance.now()) {
        this.#total = total;
        this.#print = print;
        this.#now = now;
        this.#began = now();
        this.#shownAt = this.#began;
    }
    /** How many are done. */
    get done() {
        return this.#done;
    }
    /** One more is done. */
    count() {
        this.#done += 1;
        const now = this.#now();
        const percent = Math.floor((this.#done / this.#total) * 100);
        const since = now - this.#shownAt;
        const due = percent > this.#shownPercent && since >= PAUSE_MS;
        if (!due && since < INTERVAL_MS && this.#done < this.#total)
            return;
        this.#shownPercent = percent;
        this.#shownAt = now;
        this.#print(`Issued ${this.#done} of ${this.#total} (${percent} %)${this.#pace(now)}`);
    }
    #pace(now) {
        const seconds = (now - this.#began) / 1000;
        if (seconds < 1)
            return "";
        const left = Math.round((seconds / this.#done) * (this.#total - this.#done));
        return `, ${(this.#done / seconds).toFixed(1)} a second, ${left} s left`;
    }
}

;// CONCATENATED MODULE: ./build/tasks/agents/scan.js








/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** Files read at the same time. */
const LANES = 16;
/**
 * Looks at what lies in the directory for each agent.
 * @param archived whether keys are kept in archives alone
 * @throws ActionError `FILE_EXISTS` where something under a name that is needed is not from this action
 */
async function scan(agents, directory, wanted, archived) {
    const entries = await directory.entries();
    const found = new Map();
    const foreign = [];
    await pool(LANES, agents, async (agent) => {
        const files = (0,ca_agents/* agentFiles */.VI)(agent.name);
        const existing = [files.chain, files.certificate, files.archive, files.key].filter((file) => entries.has(file));
        const strange = await foreignFiles(existing, entries, directory);
        foreign.push(...strange);
        if (strange.length > 0)
            return;
        const state = await look(agent, files, { existing, directory, wanted, archived });
        found.set(agent.name, typeof state === "string" ? { agent, reason: state, existing } : state);
    });
    if (foreign.length > 0)
        throw scan_notOurs(foreign, directory);
    const states = agents.map(({ name }) => [name, found.get(name)]);
    return {
        due: states.flatMap(([, state]) => (state !== undefined && "reason" in state ? [state] : [])),
        kept: new Map(states.flatMap(([name, state]) => state !== undefined && "fingerprint" in state ? [[name, state]] : [])),
    };
}
async function look({ name, device }, files, { existing, directory, wanted, archived, }) {
    const made = archived ? files.archive : files.key;
    const needed = [files.certificate, files.chain, ...(device === undefined ? [made] : [])];
    if (!needed.every((file) => existing.includes(file)))
        return "missing";
    // The key of an archive lies nowhere in plain beside it.
    if (archived && device === undefined && existing.includes(files.key))
        return "broken";
    const text = async (file) => (await (0,promises_.readFile)(directory.at(file), "utf8")).replaceAll("\r\n", "\n");
    const certificate = attempt(ca_certificate/* readCertificate */.w$, await text(files.certificate));
    const here = async () => (archived ? "unknown" : attempt(publicHalf, await text(files.key)));
    const publicKey = device?.publicKey ?? (await here());
    const found = { certificate, publicKey, chain: await text(files.chain) };
    return dueReason(found, { ...wanted, name }) ?? (certificate ? leafFacts(certificate) : "broken");
}
function publicHalf(pem) {
    return (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(pem));
}
function attempt(read, text) {
    try {
        return read(text);
    }
    catch {
        return undefined;
    }
}
/** @returns those that no run of this action can have made: they are not moved, let alone replaced */
async function foreignFiles(existing, entries, directory) {
    const strange = [];
    for (const file of existing) {
        if (entries.get(file) !== true || (await isForeign(directory.at(file))))
            strange.push(file);
    }
    return strange;
}
/** A damaged file of ours is empty or begins as it should: PEM, or the SEQUENCE of a PKCS#12. */
async function isForeign(path) {
    if ((await (0,promises_.lstat)(path)).size > FILE_LIMIT_BYTES)
        return true;
    const content = await (0,promises_.readFile)(path);
    if (content.length === 0)
        return false;
    return path.endsWith(".p12") ? content[0] !== 0x30 : !content.toString("latin1").startsWith("-----BEGIN ");
}
function scan_notOurs(files, directory) {
    const shown = files
        .slice(0, 10)
        .map((file) => `"${file}"`)
        .join(", ");
    const more = files.length > 10 ? ` and ${files.length - 10} more` : "";
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${directory.path} has what this action did not write under names that it needs: ${shown}${more}.`);
}

// EXTERNAL MODULE: ./build/github/markdown.js
var markdown = __webpack_require__(5549);
;// CONCATENATED MODULE: ./build/tasks/agents/summary.js


/** Rows of the job's page: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;
/** Characters; outputs of a job have 1 MB together (GitHub's limit). */
const OUTPUT_LIMIT = 900_000;
/** Shows what a run issued: a notice, and a table of the first agents. */
async function summarizeAgents(runner, shown) {
    const { records, issued, ca, directory } = shown;
    const headline = `Agent certificates: ${issued} issued, ${records.length - issued} unchanged`;
    runner.notice(`${headline}, by the CA ${ca.commonName}, in ${directory}.`);
    const rows = records
        .slice(0, MOST_ROWS)
        .map(({ name, clientId, expiration, serialNumber }) => [name, clientId, expiration, serialNumber]);
    const more = records.length > MOST_ROWS ? `\n\n… and ${records.length - MOST_ROWS} more.` : "";
    const table = (0,markdown/* markdownTable */.Q)(["Agent", "Client id", "Expiration", "Serial number"], rows);
    const by = `Issued by ${ca.commonName}, which expires ${ca.expiration}. Directory: ${directory}`;
    await runner.summary(`### ${headline}\n\n${(0,markdown/* escapeMarkdown */.F)(by)}\n\n${table}${more}\n`);
}
/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`, or empty, with a warning, where a job's outputs would not hold it
 */
function agentsOutput(runner, records, directory) {
    const path = (file) => (file === "" ? "" : (0,external_node_path_.join)(directory, file));
    let json = "[";
    for (const { name, clientId, files, expiration } of records) {
        const agent = {
            name,
            clientId,
            certificatePath: path(files.certificate),
            privateKeyPath: path(files.privateKey),
            chainPath: path(files.chain),
            archivePath: path(files.archive),
            expiration,
        };
        json += `${json === "[" ? "" : ","}${JSON.stringify(agent)}`;
        if (json.length > OUTPUT_LIMIT)
            break;
    }
    if (json.length <= OUTPUT_LIMIT)
        return `${json}]`;
    runner.warning("The output agents is empty: it would be larger than a job's outputs may be. The manifest (manifest-path) has it all.");
    return "";
}

;// CONCATENATED MODULE: ./build/tasks/agents/fleet.js












/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;
/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
async function issueFleet(tools, order) {
    const { tenant, opensslProgram, archivePassphrase } = order;
    const { runner } = tools;
    const lanes = (0,external_node_os_.availableParallelism)();
    const { keyring } = tools.keyring(order.keyring, opensslProgram);
    runner.info(`Working with ${await order.workplace.openssl.version()}.`);
    const memory = tools.memory(opensslProgram);
    const planned = await checkDevices(order.requested, memory, lanes);
    const { passphrase } = order.keyring;
    const ca = await issuingCa(tools, order.connection, { keyring, passphrase, brought: order.brought });
    const days = lifetime(order, ca.certificate, tools);
    const directory = new AgentDirectory(order.directory ?? tools.results);
    await directory.open();
    await requireOwnManifest(directory);
    const { renewBefore } = order;
    const wanted = { ca: ca.certificate, renewBefore, days: days(), now: Date.now() };
    const archived = archivePassphrase !== undefined;
    const { due, kept } = await scan(planned, directory, wanted, archived);
    runner.info(`${due.length} of ${planned.length} agents need a certificate${reasons(due)}.`);
    const leaves = new Map(kept);
    const progress = new Progress(due.length, runner.info);
    const workers = tools.workers(opensslProgram, tenant, Math.min(lanes, due.length), SHOWN_COMMANDS);
    await issueAll(due, {
        ca,
        workers,
        directory,
        subject: order.subject,
        keyBits: order.keyBits,
        days,
        archive: archivePassphrase === undefined ? undefined : { memory, passphrase: archivePassphrase },
        progress,
        issued(name, leaf, lane) {
            const shown = progress.done === 1 ? (workers[lane]?.openssl.transcripts ?? []) : [];
            if (shown.length > 0)
                runner.group(`Issue ${name}, the first of ${due.length}`, shown.flatMap(({ lines }) => lines));
            leaves.set(name, leaf);
        },
    });
    const records = planned.flatMap(({ name, device }) => {
        const leaf = leaves.get(name);
        const keyIn = device === undefined ? (archived ? "archive" : "key") : "device";
        return leaf === undefined ? [] : [recordOf(name, (0,ca_agents/* clientId */.L2)(name, tenant, order.gateway), leaf, keyIn)];
    });
    const manifestPath = await writeManifest(directory, tenant, ca.certificate, records);
    const { path } = directory;
    await summarizeAgents(runner, { records, issued: due.length, ca: ca.certificate, directory: path });
    return {
        agents: agentsOutput(runner, records, path),
        directory: path,
        "manifest-path": manifestPath,
        issued: String(due.length),
    };
}
/**
 * A leaf never outlives its CA: says so once where it has to be shortened.
 * @returns the days of a certificate issued at the moment of the call
 * @throws ActionError `CA_ENDS_FIRST`, also by what it returns
 */
function lifetime({ days: asked, strictLifetime }, ca, tools) {
    const days = () => {
        const possible = leafDays(asked, ca, Date.now());
        if (possible < 1 || (strictLifetime && possible < asked)) {
            throw new errors/* ActionError */.lZ("CA_ENDS_FIRST", `The CA ${ca.commonName} ends ${ca.expiration}: an agent certificate may have ${possible} days, not ${asked}.`);
        }
        return possible;
    };
    const first = days();
    if (first < asked) {
        tools.runner.warning(`The CA ends ${ca.expiration}: agent certificates are valid for ${first} days instead of ${asked}. Rotate the CA.`);
    }
    return days;
}
/** @returns e.g. ` (120 missing, 3 ending)` */
function reasons(due) {
    const words = {
        missing: "missing",
        broken: "broken",
        ending: "ending",
        "old-ca": "of another CA",
    };
    const counted = Object.keys(words).flatMap((reason) => {
        const count = due.filter((one) => one.reason === reason).length;
        return count === 0 ? [] : [`${count} ${words[reason]}`];
    });
    return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}


/***/ })

};
