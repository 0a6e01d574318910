export const id = 29;
export const ids = [29];
export const modules = {

/***/ 4029:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  issueFleet: () => (/* binding */ issueFleet)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./build/run/given-keyring.js
var given_keyring = __webpack_require__(4843);
// EXTERNAL MODULE: ./build/ca/certificate.js
var ca_certificate = __webpack_require__(9822);
// EXTERNAL MODULE: ./build/messages/errors.js
var errors = __webpack_require__(6042);
;// CONCATENATED MODULE: ./build/agents/concurrency.js
/** Work on the thousands of agents of a fleet: several at a time, with lines in the log that tell how far it is. */
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
/** And never more often: a percent of a small fleet would be a line an agent. */
const PAUSE_MS = 1000;
/** Tells how far the work on a fleet is: a line a percent, at least every 10 s, at most every second, and one at the end. */
class Progress {
    #verb;
    #total;
    #print;
    #now;
    #began;
    #done = 0;
    #shownPercent = 0;
    #shownAt;
    /**
     * @param verb what is done to each: `Issued`
     * @param now a clock in milliseconds that never goes back
     */
    constructor(verb, total, print, now = () => performance.now()) {
        this.#verb = verb;
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
        this.#print(`${this.#verb} ${this.#done} of ${this.#total} (${percent} %)${this.#pace(now)}`);
    }
    #pace(now) {
        const seconds = (now - this.#began) / 1000;
        if (seconds < 1)
            return "";
        const left = Math.round((seconds / this.#done) * (this.#total - this.#done));
        return `, ${(this.#done / seconds).toFixed(1)} a second, ${left} s left`;
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/ca/slot-status.js
var slot_status = __webpack_require__(632);
// EXTERNAL MODULE: ./build/agents/leaf.js
var agents_leaf = __webpack_require__(4951);
;// CONCATENATED MODULE: ./build/agents/due-reason.js



/** @returns why an agent whose files are all there needs new ones, or undefined where it does not */
function dueReason(name, stored, required) {
    const { certificate, publicKey, chain } = stored;
    if (certificate === undefined || publicKey === undefined)
        return "broken";
    if (certificate.commonName !== name)
        return "broken";
    if (publicKey !== "unknown" && !certificate.x509.publicKey.equals(publicKey))
        return "broken";
    if (!(0,agents_leaf/* isIssuedBy */.rh)(certificate, required.ca))
        return "old-ca";
    if (chain !== chainOf(certificate.pem, required.ca))
        return "broken";
    if ((0,ca_certificate/* isNotValidYet */.cS)(certificate, required, true))
        return "not-yet-valid";
    return isEnding(certificate, required) ? "ending" : undefined;
}
/**
 * Judges files that no record names: only with this proof may they be moved away.
 * @param plainKey the public half of the plain key beside the certificate; `none` where there is none, undefined where
 * it cannot be read
 * @returns whether they prove by themselves to be an agent's: a certificate of its name, no CA's, and the key to it
 */
function isAgentsByItself(name, certificate, plainKey) {
    if (certificate === undefined || certificate.x509.ca || certificate.commonName !== name)
        return false;
    return plainKey === "none" || (plainKey !== undefined && certificate.x509.publicKey.equals(plainKey));
}
/** @returns the text of a chain file, `$DEVICE_NAME.pem` followed by `$TENANT.pem`; LF line ends */
function chainOf(certificate, ca) {
    return `${certificate.replaceAll("\r\n", "\n")}${ca.pem}`;
}
/** A certificate that the CA's own end cut short is not issued again each day for nothing. */
function isEnding(certificate, { renewBefore, days, now }) {
    const gained = now + days * slot_status/* DAY_MS */.sO - certificate.notAfter;
    return (0,slot_status/* endsWithin */._c)(certificate.expiration, renewBefore, now) && gained >= slot_status/* DAY_MS */.sO;
}

// EXTERNAL MODULE: ./build/agents/names.js
var names = __webpack_require__(4687);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./build/messages/printable.js
var printable = __webpack_require__(2762);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./build/agents/issued-agent.js
/** An issued agent, and the files that list such agents, a line each: the manifest, and the list of an unfinished run. */





/** The first value of such a file. */
const GENERATOR = "mindconnect-ca-action";
/** Longest line that the action writes: another program's file is not read to its end. */
const LINE_LIMIT = 16 * 1024;
/** @returns an agent as outputs and manifest show it */
function issuedAgent(name, clientId, { expiration, serialNumber, fingerprint, x509Version }, keyIn) {
    const { certificate, key, chain, archive } = (0,names/* agentFiles */.VI)(name);
    return {
        name,
        clientId,
        expiration,
        serialNumber,
        fingerprint,
        certificate,
        privateKey: keyIn === "file" ? key : "",
        chain,
        archive: keyIn === "archive" ? archive : "",
        ...(x509Version === undefined ? {} : { x509Version }),
    };
}
/** @returns the names of an agent's files, the key first */
function filesOf({ name, privateKey, archive }) {
    if (privateKey !== "")
        return (0,names/* handedOut */.r)(name, "file");
    return (0,names/* handedOut */.r)(name, archive !== "" ? "archive" : "device");
}
/**
 * Writes agents as JSON, a line each: a fleet can be read, compared and searched line by line.
 * @param head what stands before them, besides the tenant
 * @returns the text in parts
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
 * Reads such a file line by line, so that it is never whole in memory. No agent comes where the file is not there.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where it is not as {@link linesOfAgents} writes it, or of another tenant
 */
async function* readAgents(directory, file, tenant) {
    const path = directory.at(file);
    const lines = linesOf(path);
    const head = await lines.next();
    if (head.done === true)
        return;
    requireOwner(head.value, tenant, path);
    for await (const line of lines) {
        if (line === "]}")
            return;
        const agent = parseAgent(line.replace(/,$/, ""));
        if (agent === undefined)
            throw notManifestError(path);
        yield agent;
    }
}
/** @throws ActionError `FILE_EXISTS` where the action did not write the first line, or wrote it for another tenant */
function requireOwner(head, tenant, path) {
    const owner = parseHead(head);
    if (owner === undefined)
        throw notManifestError(path);
    if (owner === tenant)
        return;
    throw new errors/* ActionError */.lZ("FILE_EXISTS", `${path} belongs to the tenant ${(0,printable/* quoted */.TL)(owner)}. A directory holds the agents of one tenant.`, { next: `Set directory to another one for the tenant ${(0,printable/* quoted */.TL)(tenant)}.` });
}
/** @returns the error of a file under a name of the manifest that this action did not write */
function notManifestError(path) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
        next: "Move that file away, or set directory to another one.",
    });
}
/** @returns a file's lines; none where it is not there */
async function* linesOf(path) {
    let rest = "";
    try {
        // Opening a pipe would wait for its writer.
        if (!(await (0,promises_.stat)(path)).isFile())
            throw notManifestError(path);
        for await (const chunk of (0,external_node_fs_.createReadStream)(path, "utf8")) {
            const lines = `${rest}${chunk}`.split("\n");
            rest = lines.pop() ?? "";
            if (rest.length > LINE_LIMIT)
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
/** The action writes no other characters; none of them needs an escape in CSV either. */
function parseAgent(line) {
    const read = parseObject(line);
    const value = (key) => {
        const text = read[key];
        return typeof text === "string" && /^[\w:.%-]*$/.test(text) ? text : undefined;
    };
    const name = value("name");
    const record = {
        name,
        clientId: value("clientId"),
        expiration: value("expiration"),
        serialNumber: value("serialNumber"),
        fingerprint: value("fingerprint"),
        certificate: value("certificate"),
        privateKey: value("privateKey"),
        chain: value("chain"),
        archive: value("archive"),
    };
    const complete = Object.values(record).every((text) => text !== undefined);
    if (!complete || name === undefined || !(0,names/* isAgentName */.XL)(name))
        return undefined;
    const { x509Version } = read;
    // Earlier releases did not write it.
    return { ...record, ...(x509Version === 1 || x509Version === 3 ? { x509Version } : {}) };
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
/** The manifest of a directory, as JSON and as a table: every agent that has a certificate there. */


/** The manifest's files; no agent's file has such a name. */
const MANIFEST = "agents.json";
const CSV = "agents.csv";
const CSV_HEAD = "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive";
/**
 * Checks that a file under the table's name is an earlier table: nothing else is replaced. The JSON is checked when it is
 * read.
 * @throws ActionError `FILE_EXISTS`
 */
async function requireOwnTable(directory) {
    const begin = await beginning(directory.at(CSV), CSV_HEAD.length);
    if (begin === undefined || begin === CSV_HEAD)
        return;
    throw notManifestError(directory.at(CSV));
}
/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @returns the path of the JSON
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
async function writeManifest(directory, { tenant, ca }, agents) {
    const mine = new Set(agents.map(({ name }) => name));
    const all = () => withEarlier(directory, tenant, agents, mine);
    const { commonName, expiration, fingerprint } = ca;
    await directory.replace(CSV, csvParts(all()));
    return await directory.replace(MANIFEST, linesOfAgents(tenant, { ca: { commonName, expiration, fingerprint } }, all()));
}
async function* withEarlier(directory, tenant, agents, mine) {
    yield* agents;
    for await (const agent of readAgents(directory, MANIFEST, tenant)) {
        if (!mine.has(agent.name) && (await directory.has(agent.certificate)))
            yield agent;
    }
}
/** RFC 4180; no value has a comma, a quote or a line break in it. */
async function* csvParts(agents) {
    yield `${CSV_HEAD}\r\n`;
    for await (const agent of agents) {
        const { name, clientId, expiration, serialNumber, fingerprint } = agent;
        const { certificate, privateKey, chain, archive } = agent;
        const own = [name, clientId, expiration, serialNumber, fingerprint];
        yield `${[...own, certificate, privateKey, chain, archive].join(",")}\r\n`;
    }
}
/** @returns a file's first characters; undefined where it is not there, empty where it is no file */
async function beginning(path, length) {
    try {
        // Opening a pipe would wait for its writer.
        if (!(await (0,promises_.stat)(path)).isFile())
            return "";
        const file = await (0,promises_.open)(path);
        try {
            const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
            return buffer.toString("utf8", 0, bytesRead);
        }
        finally {
            await file.close();
        }
    }
    catch (error) {
        if (error.code === "ENOENT")
            return undefined;
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/agents/own-files.js
/** Which files of the directory this action wrote, by its own records there: the manifest, and the list of an unfinished run. */






/** Lists the agents that a run is about to write, until the manifest lists them: a killed run has written no manifest. */
const UNFINISHED = "agents.unfinished";
/** Most files that a message names. */
const MOST_NAMED = 10;
/**
 * Reads what the directory's own records, the manifest and the list of an unfinished run, say of this run's agents.
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
 * Removes the half-made files of killed runs, of any agent of the directory: that agent's next run may never come.
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
 * @param agents those that are due; what is not known of their certificates yet is empty
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function listUnfinished(directory, tenant, agents) {
    const all = async function* () {
        yield* readAgents(directory, UNFINISHED, tenant);
        yield* agents;
    };
    await directory.replace(UNFINISHED, linesOfAgents(tenant, {}, all()));
}
/**
 * Removes a run's agents from that list when the manifest lists them; what other runs left unfinished stays.
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function unlistFinished(directory, tenant, agents) {
    const names = new Set(agents.map(({ name }) => name));
    let left = false;
    for await (const { name } of readAgents(directory, UNFINISHED, tenant))
        left ||= !names.has(name);
    if (!left)
        return await (0,promises_.rm)(directory.at(UNFINISHED), { force: true });
    const others = async function* () {
        for await (const agent of readAgents(directory, UNFINISHED, tenant))
            if (!names.has(agent.name))
                yield agent;
    };
    await directory.replace(UNFINISHED, linesOfAgents(tenant, {}, others()));
}
/** @returns the error of files that nothing shows to be from this action: they are neither moved nor replaced */
function foreignFilesError(files, directory) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `This run needs the names of these files in ${directory.path}: ${named(files.map(printable/* quotedInFull */.fw))}. Nothing shows that this action wrote them.`, {
        next: "Move these files away, or set directory to another one, then run again. Nothing was overwritten.",
    });
}
/**
 * Names collide where they differ only in case, as on a system that ignores it, or where one is the other's chain file.
 * @returns what of another agent is there under a name that one of this run needs
 */
async function conflictsWith(directory, listed, wanted) {
    const name = listed.name.toLowerCase();
    const near = [name, `${name}_chain`, name.replace(/_chain$/, "")];
    const found = [];
    for (const agent of new Set(near.flatMap((one) => wanted.get(one) ?? []))) {
        const needed = new Set(Object.values((0,names/* agentFiles */.VI)(agent)).map((file) => file.toLowerCase()));
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
/** @returns where an agent's key is kept */
function keyPlace({ csr }, archived) {
    if (csr !== undefined)
        return "device";
    return archived ? "archive" : "file";
}
/** @returns the public key of a device that sent a CSR; undefined where the key is made here */
function deviceKey({ csr }) {
    return csr && (0,external_node_crypto_.createPublicKey)({ key: csr.publicKey, format: "der", type: "spki" });
}
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
async function stateOf(agent, entries, { directory, own, required, archived }) {
    const { name, csr } = agent;
    const files = (0,names/* agentFiles */.VI)(name);
    // A file with the name of a device's key belongs to the device.
    const possible = [files.chain, files.certificate, ...(csr === undefined ? [files.archive, files.key] : [])];
    const existing = possible.filter((file) => entries.has(file));
    const irregular = existing.filter((file) => entries.get(file) !== true);
    if (irregular.length > 0)
        return irregular;
    const text = (file) => (existing.includes(file) ? readText(directory, file) : undefined);
    const certificate = attempt(ca_certificate/* readCertificate */.w$, await text(files.certificate));
    const plainKey = existing.includes(files.key) ? attempt(publicHalf, await text(files.key)) : "none";
    const missing = !(0,names/* handedOut */.r)(name, keyPlace(agent, archived)).every((file) => existing.includes(file));
    const judge = async () => {
        if (missing)
            return "missing";
        const publicKey = deviceKey(agent) ?? publicKeyOf(plainKey, archived);
        const stored = { certificate, publicKey, chain: (await text(files.chain)) ?? "" };
        return dueReason(name, stored, required) ?? (certificate ? (0,agents_leaf/* leafFacts */.kt)(certificate) : "broken");
    };
    const state = await judge();
    if (typeof state !== "string")
        return state;
    const foreign = foreignAmong(existing, own, isAgentsByItself(name, certificate, plainKey));
    return foreign.length > 0 ? foreign : { reason: state, existing };
}
/**
 * @param proven whether an agent's files prove by themselves to be the agent's; counts only where no record names any of them
 * @returns those of an agent's files that nothing shows to be from this action
 */
function foreignAmong(existing, own, proven) {
    const unrecorded = existing.filter((file) => !own.has(file));
    return proven && unrecorded.length === existing.length ? [] : unrecorded;
}
/** A plain key beside an archive makes its agent due. */
function publicKeyOf(plainKey, archived) {
    if (archived)
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

// EXTERNAL MODULE: ./build/openssl/failure.js
var failure = __webpack_require__(3751);
// EXTERNAL MODULE: ./build/openssl/memory.js
var memory = __webpack_require__(6558);
// EXTERNAL MODULE: ./build/openssl/program.js
var program = __webpack_require__(8005);
;// CONCATENATED MODULE: ./build/agents/pkcs12.js
/** PKCS#12 archives of agents, made and opened in OpenSSL's memory. */




/**
 * PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. OpenSSL 1.1.1
 * has no option for them and takes 2,048.
 */
const PBKDF2_ROUNDS = 100_000;
/** Set for that one process: the passphrase is in neither argv nor a file. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";
/** @returns whether an OpenSSL's archives have many rounds between a guess and the key */
function makesStrongArchives(version) {
    return (0,program/* isFrom */.L$)(version, program/* ARCHIVE_ROUNDS */.$C);
}
/**
 * Makes an encrypted PKCS#12 archive in OpenSSL's memory (stdin to stdout): AES-256-CBC, PBKDF2, HMAC-SHA-256. The
 * algorithms are named because OpenSSL 1.1.1 would take RC2 with 40 bits.
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
async function makeArchive({ program, passphrase, version }, { name, privateKey, certificate, ca }) {
    const command = {
        action: "pkcs12",
        // The key comes first: OpenSSL reads stdin for the key, and what is left of it for the certificates.
        input: Buffer.from(`${privateKey}${certificate}${ca}`),
        options: {
            export: true,
            name,
            keypbe: "AES-256-CBC",
            certpbe: "AES-256-CBC",
            macalg: "sha256",
            ...(makesStrongArchives(version) ? { iter: String(PBKDF2_ROUNDS) } : {}),
            passout: `env:${PASSPHRASE_VARIABLE}`,
        },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    };
    const { exitCode, stdout, stderr } = await (0,memory.runInMemory)(program, command);
    if (exitCode !== 0)
        throw (0,failure/* opensslFailure */.zr)((0,memory/* argvOf */.U)(command), exitCode, stderr);
    if (!isWholeSequence(stdout))
        throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL did not write a complete archive.");
    return stdout;
}
/**
 * Opens an archive in OpenSSL's memory and reads the certificate that its key belongs to. The key itself comes out nowhere.
 * @param archive DER
 * @returns what OpenSSL prints of it, PEM with lines around it; undefined where it does not open
 * @throws ActionError `OPENSSL_NOT_FOUND`
 */
async function openArchive(program, archive, passphrase) {
    const { exitCode, stdout } = await (0,memory.runInMemory)(program, {
        action: "pkcs12",
        input: archive,
        options: { nokeys: true, clcerts: true, passin: `env:${PASSPHRASE_VARIABLE}` },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    });
    return exitCode === 0 ? stdout.toString("utf8") : undefined;
}
/** @returns whether bytes are one whole DER SEQUENCE: the outermost of a PKCS#12, of a length that it says itself */
function isWholeSequence(der) {
    const [tag, length = 0] = der;
    if (tag !== 0x30)
        return false;
    if (length < 0x80)
        return der.length === 2 + length;
    const bytes = length - 0x80;
    if (bytes < 1 || bytes > 4 || der.length < 2 + bytes)
        return false;
    return der.length === 2 + bytes + der.readUIntBE(2, bytes);
}

;// CONCATENATED MODULE: ./build/agents/check-archives.js
/** Opens the archives of agents that would keep their certificates: a damaged one is issued again. */







/** From that many archives that do not open, the passphrase is wrong. Opening the others would take minutes. */
const MOST_CLOSED = 10;
/**
 * Opens the archives of the agents that would stay as they are, in memory.
 * @returns the state in which agents whose archives are damaged, or hold another certificate, are due
 * @throws ActionError `ARCHIVE_PASSPHRASE`: a wrong passphrase must not issue a whole fleet again; `FILE_EXISTS` where a damaged
 * one is not shown to be from this action
 */
async function checkArchives(agents, { directory, own }, { due, kept }, { program, passphrase, concurrency, print }) {
    const stored = agents.filter(({ name, csr }) => csr === undefined && kept.has(name));
    const progress = new Progress("Opened archives:", stored.length, print);
    const broken = new Map();
    const closed = [];
    await forEachConcurrently(concurrency, stored, async (agent) => {
        if (closed.length >= MOST_CLOSED)
            return;
        const state = await check_archives_stateOf(agent.name, directory, program, passphrase);
        if (state === "closed")
            closed.push(agent.name);
        if (state === "broken")
            broken.set(agent, { reason: "broken", existing: existingOf(agent.name) });
        progress.count();
    });
    if (closed.length > 0)
        throw closedError(closed, directory);
    // The certificate beside it is good and of the agent's name, and no plain key is there.
    const foreign = [...broken.values()].flatMap(({ existing }) => foreignAmong(existing, own, true));
    if (foreign.length > 0)
        throw foreignFilesError(foreign, directory);
    const rest = new Map(kept);
    for (const { name } of broken.keys())
        rest.delete(name);
    return { due: new Map([...due, ...broken]), kept: rest };
}
async function check_archives_stateOf(name, directory, program, passphrase) {
    const files = (0,names/* agentFiles */.VI)(name);
    const archive = await directory.read(files.archive);
    if (archive === undefined || !isWholeSequence(archive))
        return "broken";
    const text = await openArchive(program, archive, passphrase);
    if (text === undefined)
        return "closed";
    try {
        const { fingerprint } = (0,ca_certificate/* readCertificate */.w$)(String(await directory.read(files.certificate)));
        return (0,ca_certificate/* readCertificate */.w$)(text).fingerprint === fingerprint ? "good" : "broken";
    }
    catch {
        return "broken";
    }
}
/** What an agent in an archive has, in the order in which it is moved away. */
function existingOf(name) {
    const { chain, certificate, archive } = (0,names/* agentFiles */.VI)(name);
    return [chain, certificate, archive];
}
function closedError(names, directory) {
    const shown = names.toSorted().slice(0, MOST_CLOSED).join(", ");
    const more = names.length >= MOST_CLOSED ? " and perhaps more" : "";
    return new errors/* ActionError */.lZ("ARCHIVE_PASSPHRASE", `archive-passphrase does not open the archives of these agents in ${directory.path}: ${shown}${more}.`, {
        next: "Set archive-passphrase to the passphrase that these archives were made with. Or move the archives away and run again: the run then issues these agents again. This run issued nothing.",
    });
}

// EXTERNAL MODULE: ./build/agents/agent-list.js + 1 modules
var agent_list = __webpack_require__(3802);
// EXTERNAL MODULE: ./build/ca/der.js
var ca_der = __webpack_require__(1166);
// EXTERNAL MODULE: ./build/ca/public-key.js
var public_key = __webpack_require__(3474);
// EXTERNAL MODULE: ./build/ca/x509.js
var x509 = __webpack_require__(2369);
;// CONCATENATED MODULE: ./build/agents/csr.js
/** Reads certificate signing requests (CSR, PKCS#10, RFC 2986) and checks their signatures. */




/**
 * Reads a CSR (RFC 2986) and checks its signature: that its maker has the key. OpenSSL's own check is not used:
 * its words, where it prints them, and its exit code differ by version (measured on 1.1.1, 3.0, 3.5 and 4.0).
 * @param der hostile
 * @returns what it says, or why it cannot be used
 */
function parseCsr(der) {
    const parts = partsOf(der);
    if (parts === undefined)
        return "it is not a certificate signing request (PKCS#10)";
    const [commonName, ...others] = parts.commonNames;
    if (commonName === undefined || others.length > 0)
        return `it has ${parts.commonNames.length} common names instead of one`;
    const problem = (0,public_key/* deviceKeyProblem */.vj)(parts.publicKey) ?? signatureProblem(parts);
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
            commonNames: (0,x509/* commonNamesIn */.lr)(subject),
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

;// CONCATENATED MODULE: ./build/agents/check-csrs.js
/** Checks the CSRs of devices that keep their keys, before anything is issued. */





/**
 * Checks every CSR in OpenSSL's memory: its signature, its key, and that its common name is the agent's.
 * @param concurrency how many at a time
 * @param print for the log: thousands take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
async function checkCsrs(requested, program, concurrency, print) {
    const planned = requested.map(({ name }) => ({ name }));
    const wrong = [];
    const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
    const progress = new Progress("Checked CSRs:", withCsr.length, print);
    await forEachConcurrently(concurrency, withCsr, async ([index, { name, csr, line }]) => {
        const pem = csr?.pem ?? "";
        const read = await readCsr(program, pem);
        if (typeof read === "string")
            wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
        else if (read.commonName !== name) {
            const message = `the CSR of "${name}" has the common name ${(0,printable/* quoted */.TL)(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
            wrong.push({ line, message });
        }
        else {
            const publicKey = read.publicKey.export({ type: "spki", format: "der" });
            planned[index] = { name, csr: { pem, publicKey } };
        }
        progress.count();
    });
    if (wrong.length === 0)
        return planned;
    const problems = [];
    (0,agent_list/* reportLines */.QS)(wrong.toSorted((a, b) => a.line - b.line), (input, message, _code, more) => problems.push({ input, message, ...more }));
    const { code, message, log } = (0,errors/* inputError */.Xu)(problems);
    throw new errors/* ActionError */.lZ(code, message, {
        log,
        next: "Correct the CSRs named above. Nothing was issued or sent.",
    });
}
/**
 * Reads a CSR in OpenSSL's memory, as the documented command will, and checks its signature.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
async function readCsr(place, pem) {
    const { runInMemory } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 6558));
    const { exitCode, stdout, stderr } = await runInMemory(place, {
        action: "req",
        input: Buffer.from(pem),
        options: { outform: "DER" },
    });
    if (exitCode !== 0) {
        return `OpenSSL refuses it: ${(0,printable/* printable */.g$)(stderr.trim(), 200) || `exit code ${exitCode}`}`;
    }
    if (stdout.length === 0)
        throw new errors/* ActionError */.lZ("OPENSSL_FAILED", "OpenSSL ended with exit code 0, but did not write the CSR.");
    return parseCsr(stdout);
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/keyring/lock.js
var lock = __webpack_require__(7579);
// EXTERNAL MODULE: ./build/keyring/lock-owner.js
var lock_owner = __webpack_require__(7585);
;// CONCATENATED MODULE: ./build/agents/directory.js
/** The directory of a fleet on disk: its lock, files that appear whole or not at all, and the folder of what was replaced. */






/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
/** In the directory itself: the folder around it may be somebody else's. */
const LOCK = ".lock";
/** The folder of what renewals replaced. */
const SUPERSEDED = "superseded";
/** Characters that are written at once. */
const CHUNK = 64 * 1024;
/** What a system says where a file cannot have a second name there: another disk, or one without links. */
const NO_LINK = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
/**
 * The directory where agents' files go and stay, held by one run at a time. A final name only ever appears with its whole
 * content behind it.
 */
class AgentDirectory {
    /** Absolute. */
    path;
    #made;
    #lock;
    #makingSuperseded;
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
        const made = (await (0,promises_.mkdir)(path, { recursive: true, mode: 0o700 })) !== undefined;
        await (0,promises_.access)(path, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
        return new AgentDirectory(path, made, await takeLock((0,external_node_path_.join)(path, LOCK), say));
    }
    /** Releases the lock, and removes the directory if this run made it and it is empty. */
    async close() {
        await this.#lock.release();
        if (this.#made)
            await (0,promises_.rmdir)(this.path).catch(() => { });
    }
    /** @returns what lies in it by name, and whether it is a regular file */
    async entries() {
        const found = await (0,promises_.readdir)(this.path, { withFileTypes: true });
        return new Map(found.map((entry) => [entry.name, entry.isFile()]));
    }
    /** @returns whether a file of this name is in it */
    async has(file) {
        return await (0,promises_.access)(this.at(file)).then(() => true, () => false);
    }
    /** @returns what a file in it holds; undefined where it is too large to be an agent's */
    async read(file) {
        const path = this.at(file);
        return (await (0,promises_.lstat)(path)).size > FILE_LIMIT_BYTES ? undefined : await (0,promises_.readFile)(path);
    }
    /** @returns the path of a file in it */
    at(file) {
        return (0,external_node_path_.join)(this.path, file);
    }
    /** The folder of what this run replaced, absolute; undefined where it has replaced nothing so far. */
    get superseded() {
        return this.#superseded;
    }
    /**
     * Puts complete files in the place of old ones. All of them are on this disk under names of their own before an old one
     * moves: a full disk leaves the old ones in their place. The old ones are kept, in `superseded/<time of the run>/`.
     * @param old names of files in it
     * @param fresh absolute paths, elsewhere, in the order in which they get their final names; they stay where they are
     * @throws ActionError `FILE_EXISTS`: nothing is overwritten; `DIRECTORY_LOCKED`
     */
    async exchange(old, fresh) {
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
     * Replaces a file that lists agents in one step.
     * @param parts its text: in parts, so that it is never whole in memory
     * @returns its path
     * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
     */
    async replace(name, parts) {
        await this.#requireLock();
        const part = this.#part(name);
        try {
            await (0,promises_.rm)(part, { force: true });
            await (0,promises_.writeFile)(part, inChunks(parts), { flag: "wx", mode: 0o600 });
            await (0,promises_.rename)(part, this.at(name));
        }
        catch (error) {
            await (0,promises_.rm)(part, { force: true });
            if (error instanceof errors/* ActionError */.lZ)
                throw error;
            // The system names no path where a write fails.
            const reason = `${this.at(name)} could not be written (${error.message}).`;
            throw new errors/* ActionError */.lZ("FILE_FAILED", reason, { cause: error });
        }
        return this.at(name);
    }
    /**
     * Removes what a killed run was about to give its final name: it may be a key that no certificate was handed out for.
     * @param files the final names
     */
    async removeParts(files) {
        for (const file of files)
            await (0,promises_.rm)(this.#part(file), { force: true });
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
        // A run that was killed here left it.
        await (0,promises_.rm)(part, { force: true });
        await (0,promises_.link)(file, part).catch(async (error) => {
            if (!NO_LINK.has(error.code ?? ""))
                throw error;
            await (0,promises_.copyFile)(file, part, external_node_fs_.constants.COPYFILE_EXCL);
        });
    }
    async #moveAway(files) {
        if (files.length === 0)
            return;
        this.#makingSuperseded ??= makeSuperseded(this.path);
        const superseded = await this.#makingSuperseded;
        this.#superseded = superseded;
        for (const file of files)
            await (0,promises_.rename)(this.at(file), (0,external_node_path_.join)(superseded, file));
    }
    /** A link, unlike a rename, never replaces what is there. */
    async #giveFinalName(name) {
        const [part, final] = [this.#part(name), this.at(name)];
        try {
            await (0,promises_.link)(part, final);
        }
        catch (error) {
            const { code = "" } = error;
            if (code === "EEXIST")
                throw inTheWay(final);
            if (!NO_LINK.has(code))
                throw error;
            const there = await (0,promises_.lstat)(final).catch(() => undefined);
            if (there !== undefined)
                throw inTheWay(final);
            await (0,promises_.rename)(part, final);
        }
    }
    #part(name) {
        return this.at(`.${name}.part`);
    }
}
/**
 * Takes the lock of a directory. Where another run holds it, it waits for a moment.
 * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system
 */
async function takeLock(path, say) {
    try {
        return await lock/* Lock */.c_.take(path, {
            machine: (0,lock/* thisMachine */.g8)(),
            waiting: (holder) => say(`Waiting for the lock ${path}, held by ${(0,lock_owner/* describeOwner */.$S)(holder)}.`),
        });
    }
    catch (error) {
        if (!(error instanceof lock/* LockHeld */.BG))
            throw error;
        const message = `The lock ${path} is held by ${(0,lock_owner/* describeOwner */.$S)(error.holder)}.`;
        throw new errors/* ActionError */.lZ("DIRECTORY_LOCKED", message, { cause: error });
    }
}
/** Makes a new folder for what a run replaces, named after the time, so that no run finds another's files in its way. */
async function makeSuperseded(directory) {
    const parent = (0,external_node_path_.join)(directory, SUPERSEDED);
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
/** A line at a time would be a write each. */
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

// EXTERNAL MODULE: ./build/agents/input-rules.js
var input_rules = __webpack_require__(7989);
// EXTERNAL MODULE: ./build/keyring/vanishing-disk.js
var vanishing_disk = __webpack_require__(5997);
;// CONCATENATED MODULE: ./build/agents/fleet.js



/** @returns a planned agent as the manifest lists it; what is not known of its certificate yet is empty */
function listedAs({ inputs }, agent, leaf = { expiration: "", serialNumber: "", fingerprint: "" }) {
    const keyIn = keyPlace(agent, inputs.archivePassphrase !== undefined);
    return issuedAgent(agent.name, (0,names/* clientId */.L2)(agent.name, inputs.home), leaf, keyIn);
}

// EXTERNAL MODULE: ./build/ca/subject.js
var ca_subject = __webpack_require__(449);
// EXTERNAL MODULE: ./build/openssl/commands.js
var commands = __webpack_require__(7719);
// EXTERNAL MODULE: ./build/openssl/make-certificates.js
var make_certificates = __webpack_require__(5644);
// EXTERNAL MODULE: ./build/openssl/process.js
var openssl_process = __webpack_require__(3428);
;// CONCATENATED MODULE: ./build/agents/issue-agents.js
/** Issues agents' certificates: keys and certificates by the documented commands, then chain and archive, then into place. */















/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces is moved away right before.
 * @throws ActionError or Error of the first failure, after everything that was begun has ended
 */
async function issueAgents(due, options) {
    const { workers, ca } = options;
    await Promise.all(workers.map((worker) => (0,make_certificates/* placeCa */.aA)(worker, ca)));
    await forEachConcurrently(workers.length, [...due], async ([agent, { existing }], index) => {
        const leaf = await issueInto(workers[index], agent, existing, options);
        options.issued(agent.name, leaf, index);
    });
}
async function issueInto(worker, agent, existing, options) {
    const leaf = await issueLeaf(worker, agent, options);
    await addChainAndArchive(worker, agent.name, leaf, options);
    const keyIn = keyPlace(agent, options.archive !== undefined);
    const fresh = (0,names/* handedOut */.r)(agent.name, keyIn).map((file) => (0,external_node_path_.join)(worker.directory, file));
    await options.directory.exchange(existing, fresh);
    await clear(worker, agent.name);
    return (0,agents_leaf/* leafFacts */.kt)(leaf.certificate);
}
/**
 * Issues one agent's certificate with the documented commands and checks it.
 * @throws ActionError `OPENSSL_…`, `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for, and what
 * `days` and `now` throw
 */
async function issueLeaf({ openssl, directory, tenant }, agent, { ca, subject: subjectOf, keyBits, days, now }) {
    const { name, csr: given } = agent;
    const { key, csr, certificate: out } = (0,names/* agentFiles */.VI)(name);
    const at = (file) => (0,external_node_path_.join)(directory, file);
    const subject = given === undefined ? (0,ca_subject/* subjectAttributes */.qz)(required(subjectOf)(name)) : undefined;
    if (given !== undefined)
        await (0,promises_.writeFile)(at(csr), given.pem, { flag: "wx", mode: 0o600 });
    if (subject !== undefined) {
        const subj = (0,ca_subject/* toSubjArgument */.nk)(subject);
        await openssl.run((0,commands/* generateKey */.rh)(key, keyBits));
        await openssl.run((0,commands/* signingRequest */.R6)({ key, out: csr, subj, utf8: (0,ca_subject/* needsUtf8 */.Pv)(subject) }));
    }
    const signer = { ca: `${tenant}.pem`, caKey: `${tenant}.key` };
    await openssl.run((0,commands/* signRequest */.zT)({ csr, ...signer, out, days: days() }));
    const issued = await (0,openssl_process/* readMade */.eE)(directory, out, (pem) => ({ pem, certificate: (0,ca_certificate/* readCertificate */.w$)(pem) }));
    const device = deviceKey(agent);
    const { publicKey, privateKey } = device
        ? { publicKey: device, privateKey: undefined }
        : await (0,openssl_process/* readMade */.eE)(directory, key, keyPairOf);
    const expected = {
        commonName: name,
        ca: ca.certificate,
        publicKey,
        now: now(),
        ...(subject && { subject }),
    };
    const problem = (0,agents_leaf/* leafProblem */.cR)(issued.certificate, expected);
    if (problem === undefined)
        return { ...issued, privateKey };
    throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The action did not hand out the certificate of ${name}: ${problem}.`);
}
function required(subjectOf) {
    if (subjectOf === undefined)
        throw new Error("an agent without CSR needs a subject");
    return subjectOf;
}
function keyPairOf(privateKey) {
    return { publicKey: (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(privateKey)), privateKey };
}
/** Adds what the documented commands do not make: the chain, the archive. */
async function addChainAndArchive({ directory }, name, { pem, certificate, privateKey }, { ca, archive }) {
    const files = (0,names/* agentFiles */.VI)(name);
    const own = { flag: "wx", mode: 0o600 };
    await (0,promises_.writeFile)((0,external_node_path_.join)(directory, files.chain), chainOf(pem, ca.certificate), own);
    if (privateKey === undefined || archive === undefined)
        return;
    const content = { name, privateKey, certificate: certificate.pem, ca: ca.certificate.pem };
    const made = await makeArchive(archive, content);
    await (0,promises_.writeFile)((0,external_node_path_.join)(directory, files.archive), made, own);
}
/** A worker's directory stays small, however many agents it makes. */
async function clear({ directory }, name) {
    await Promise.all(Object.values((0,names/* agentFiles */.VI)(name)).map((file) => (0,promises_.rm)((0,external_node_path_.join)(directory, file), { force: true })));
}

// EXTERNAL MODULE: ./build/run/action-error.js
var action_error = __webpack_require__(929);
;// CONCATENATED MODULE: ./build/agents/partial-failure.js
/** The error of a run that failed after it had issued some of its agents. */


/** Names of agents that a message has room for. */
const partial_failure_MOST_NAMED = 5;
/** @returns the error of a run that failed midway: what is there by then, where, and whether a later run goes on from it */
function partialFailureError(partial) {
    const { failure, manifestFailure, manifest, directory, issued, total, lasting } = partial;
    const { code, message, next } = (0,action_error/* asActionError */.z)(failure ?? manifestFailure);
    const names = issued.slice(0, partial_failure_MOST_NAMED).join(", ");
    const more = issued.length > partial_failure_MOST_NAMED ? " …" : "";
    const some = issued.length > 0;
    const which = some ? ` and are complete in ${directory} (${names}${more})` : "";
    const done = `${issued.length} of ${total} agents were issued by then${which}.`;
    const unlisted = some && manifestFailure !== undefined
        ? ` The manifest ${manifest} does not list them: ${sentence((0,action_error/* asActionError */.z)(manifestFailure).message)}`
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

// EXTERNAL MODULE: ./build/action/markdown.js
var markdown = __webpack_require__(2714);
// EXTERNAL MODULE: ./build/action/runner.js + 1 modules
var action_runner = __webpack_require__(4859);
;// CONCATENATED MODULE: ./build/agents/next-steps.js


const [KEY, CHAIN, ARCHIVE] = [{ code: "<name>.key" }, { code: "<name>_chain.pem" }, { code: "<name>.p12" }];
/** The only region whose broker the vendor's page names. */
const DOCUMENTED = "mindconnectmqtt.eu1.mindsphere.io";
const KEEP = [
    "Store the files elsewhere in a later step, before this job ends. A later run does not find them and issues all agents again. To issue only what is due, use a runner whose disk lasts and set ",
    { code: "directory" },
    ".",
];
/** @returns what goes onto a device, where it connects, and when to run again, in the order in which it is done */
function nextSteps(situation) {
    const { agents, issued, superseded } = situation;
    const fresh = agents.filter(({ name }) => issued.has(name));
    const replaced = superseded === undefined
        ? []
        : [
            [
                "Remove ",
                { code: superseded },
                " when the devices have their new files. It holds what this run replaced, private keys included.",
            ],
        ];
    const devices = [...handOver(fresh), ...connect(fresh, situation.home), ...replaced];
    // What vanishes with the job is copied first.
    return situation.lasting ? [...devices, runAgain(situation)] : [KEEP, ...devices];
}
function handOver(fresh) {
    if (fresh.length === 0)
        return [["Leave the devices as they are: no agent needs a new certificate."]];
    const steps = [];
    const kinds = kindsOf(fresh);
    if (kinds.file)
        steps.push(["Copy to each device its private key ", KEY, " and its certificate chain ", CHAIN, "."]);
    if (kinds.archive)
        steps.push([
            "Copy to each device its archive ",
            ARCHIVE,
            ". It holds the private key and the certificates. It opens with archive-passphrase.",
        ]);
    if (kinds.device)
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
function connect(fresh, home) {
    if (fresh.length === 0)
        return [];
    const host = (0,names/* brokerHost */.UU)(home);
    const broker = host === undefined ? ["the MQTT broker of your environment"] : [{ code: host }];
    const kinds = kindsOf(fresh);
    const chain = kinds.file || kinds.device ? [[CHAIN]] : [];
    const archive = kinds.archive ? [["the certificates in ", ARCHIVE]] : [];
    const presents = [...chain, ...archive].flatMap((one, index) => (index === 0 ? one : [" or ", ...one]));
    const unproven = host === undefined || host === DOCUMENTED
        ? ""
        : " The vendor's page names only the broker of eu1: check this one.";
    return [
        [
            "Let each device connect by TLS to ",
            ...broker,
            ", port 8883, and present ",
            ...presents,
            ` as its client certificate. The table has its MQTT client id. The first connection onboards the agent.${unproven}`,
        ],
    ];
}
function runAgain({ agents, ca, directory, renewBefore }) {
    const first = Math.min(...agents.map(({ expiration }) => Date.parse(expiration)));
    // Issued again now, it would not last longer: its CA expires at the same time.
    if (ca.notAfter - first < 2 * slot_status/* DAY_MS */.sO)
        return [
            "Rotate the CA ",
            { code: ca.commonName },
            `, because it expires ${ca.expiration} and no agent certificate outlives it. Then run this task again with directory `,
            { code: directory },
            ".",
        ];
    const due = new Date(first - renewBefore * slot_status/* DAY_MS */.sO).toISOString().slice(0, 10);
    return [
        "Run this task again on a schedule, with directory ",
        { code: directory },
        `. It issues only what is due: the first certificate from ${due} on, and every certificate after a rotation of the CA.`,
    ];
}
function kindsOf(agents) {
    return {
        file: agents.some(({ privateKey }) => privateKey !== ""),
        archive: agents.some(({ archive }) => archive !== ""),
        device: agents.some(({ privateKey, archive }) => privateKey === "" && archive === ""),
    };
}

;// CONCATENATED MODULE: ./build/agents/summary.js
/** What a run shows at its end: a notice, the page of the job, and the output `agents`. */




/** Rows of the job's page: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;
/** Shows what a run issued: a notice, a table of the first agents, and what to do next. */
async function summarizeAgents(runner, shown) {
    const { agents, issued, ca, directory, remarks } = shown;
    const headline = `Agent certificates: ${issued.size} issued, ${agents.length - issued.size} unchanged`;
    runner.notice(`${headline}. Issuing CA: ${ca.commonName}. Directory: ${directory}`);
    const steps = nextSteps(shown);
    for (const remark of remarks)
        runner.info(remark);
    for (const step of steps)
        runner.info(`Next: ${step.map(plain).join("")}`);
    const parts = [
        `### ${headline}`,
        `Issuing CA: ${(0,markdown/* codeSpan */.SS)(ca.commonName)}, expires ${ca.expiration}.\\\nDirectory: ${(0,markdown/* codeSpan */.SS)(directory)}`,
        ...remarks.map((remark) => (0,markdown/* escapeMarkdown */.FV)(remark)),
        tableOf(agents, issued),
        "**Next**",
        steps.map((step) => `- ${step.map(marked).join("")}`).join("\n"),
    ];
    await runner.summary(`${parts.join("\n\n")}\n`);
}
const plain = (part) => (typeof part === "string" ? part : part.code);
/** The words are the action's: only code needs to be made safe. */
const marked = (part) => (typeof part === "string" ? part : (0,markdown/* codeSpan */.SS)(part.code));
/** Those that were issued come first: their files go to devices. */
function tableOf(agents, issued) {
    const isIssued = ({ name }) => issued.has(name);
    const ordered = [...agents.filter(isIssued), ...agents.filter((agent) => !isIssued(agent))];
    const rows = ordered.slice(0, MOST_ROWS).map((agent) => {
        const { name, clientId, expiration, serialNumber } = agent;
        const state = isIssued(agent) ? "issued" : "unchanged";
        return [{ code: name }, { code: clientId }, expiration, serialNumber, state];
    });
    const table = (0,markdown/* markdownTable */.Qj)(["Agent", "MQTT client id", "Expires (UTC)", "Serial number", "This run"], rows);
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
    const texts = [];
    let size = 2;
    for (const { name, clientId, expiration, ...files } of agents) {
        const shown = {
            name,
            clientId,
            certificatePath: path(files.certificate),
            privateKeyPath: path(files.privateKey),
            chainPath: path(files.chain),
            archivePath: path(files.archive),
            expiration,
        };
        const text = JSON.stringify(shown);
        size += Buffer.byteLength(text) + 1;
        if (size > action_runner/* OUTPUT_LIMIT */.oJ) {
            runner.warning(`The output agents is empty. For ${agents.length} agents it would have more than ${action_runner/* OUTPUT_LIMIT */.oJ.toLocaleString("en")} bytes, and no step could take it as env. Read the manifest instead: its path is the output manifest-path.`);
            return "";
        }
        texts.push(text);
    }
    return `[${texts.join(",")}]`;
}

;// CONCATENATED MODULE: ./build/agents/issue-due.js










/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;
/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says what is there by then
 */
async function issueDue(context, fleet, directory, { due, kept }) {
    const { inputs, planned, ca } = fleet;
    const { runner } = context;
    const { tenant } = inputs.home;
    runner.info(`${due.size} of ${planned.length} agents need a certificate${reasons(due)}.`);
    // The next job on a hosted runner has another disk, and finds the runner's own folders empty.
    const lasting = inputs.directory !== undefined &&
        process.env["RUNNER_ENVIRONMENT"] !== "github-hosted" &&
        (0,vanishing_disk/* inRunnersFolders */.Am)(directory.at(MANIFEST), process.env) === undefined;
    if (due.size > 0) {
        context.clock.require("make");
        warnOfCaEnd(runner, fleet);
    }
    const leaves = new Map(kept);
    const issued = [];
    const failure = await failureOf(async () => {
        if (due.size > 0)
            await listUnfinished(directory, tenant, unfinished(fleet, due));
        await issue(context, fleet, directory, due, (name, leaf) => {
            leaves.set(name, leaf);
            issued.push(name);
        });
    });
    const agents = planned.flatMap((agent) => {
        const leaf = leaves.get(agent.name);
        return leaf === undefined ? [] : [listedAs(fleet, agent, leaf)];
    });
    const manifest = directory.at(MANIFEST);
    const manifestFailure = await failureOf(async () => {
        await writeManifest(directory, { tenant, ca: ca.certificate }, agents);
        if (failure === undefined)
            await unlistFinished(directory, tenant, planned);
    });
    warnOfPlainKeys(runner, fleet, directory, due);
    const { path } = directory;
    const common = { directory: path, issued: String(issued.length) };
    const outputs = manifestFailure === undefined ? { ...common, "manifest-path": manifest } : common;
    if (failure !== undefined || manifestFailure !== undefined) {
        for (const [name, value] of Object.entries(outputs))
            runner.output(name, value);
        const left = { manifest, directory: path, issued, total: due.size, lasting };
        throw partialFailureError({ failure, manifestFailure, ...left });
    }
    await summarizeAgents(runner, {
        agents,
        issued: new Set(issued),
        home: inputs.home,
        ca: ca.certificate,
        directory: path,
        lasting,
        superseded: directory.superseded,
        renewBefore: inputs.renewBefore,
        remarks: remarks(fleet, agents),
    });
    return { agents: agentsOutput(runner, agents, path), ...common, "manifest-path": manifest };
}
/** @returns what this OpenSSL leaves to be desired: facts for log and summary, not worth an annotation on every run */
function remarks({ inputs, version }, agents) {
    const old = agents.filter(({ x509Version }) => x509Version === 1).length;
    const instead = (release) => `openssl-path to OpenSSL ${release} or later`;
    const v1 = old === 0
        ? []
        : [
            `${old} of ${agents.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
        ];
    const weak = inputs.archivePassphrase === undefined || makesStrongArchives(version)
        ? []
        : [
            `${version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
        ];
    return [...v1, ...weak];
}
/** One at a time: those of a whole fleet would fill the memory. */
function* unfinished(fleet, due) {
    for (const agent of due.keys())
        yield listedAs(fleet, agent);
}
async function issue(context, { inputs, ca, program, version, concurrency }, directory, due, issued) {
    const { runner, clock } = context;
    const { opensslProgram, archivePassphrase: passphrase, subject, keyBits } = inputs;
    const progress = new Progress("Issued", due.size, runner.info);
    const workers = context.workers(opensslProgram, inputs.home.tenant, Math.min(concurrency, due.size), SHOWN_COMMANDS);
    try {
        await issueAgents(due, {
            ca,
            workers,
            directory,
            subject,
            keyBits,
            days() {
                clock.require("make");
                return (0,agents_leaf/* daysUntilCaEnds */.qW)(inputs, ca.certificate);
            },
            now: () => clock.require("make"),
            archive: passphrase === undefined ? undefined : { program, passphrase, version },
            issued(name, leaf, worker) {
                progress.count();
                if (progress.done === 1)
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
    const shown = workers
        .flatMap(({ openssl }) => openssl.finished)
        .filter(({ failed }) => failed || !failedOnly);
    if (shown.length > 0)
        runner.group(title, shown.flatMap(({ lines }) => lines));
}
/** @throws ActionError `CA_EXPIRES_BEFORE_AGENT` */
function warnOfCaEnd(runner, { inputs, ca: { certificate } }) {
    const days = (0,agents_leaf/* daysUntilCaEnds */.qW)(inputs, certificate);
    if (days === inputs.days)
        return;
    runner.warning(`The CA ${certificate.commonName} expires ${certificate.expiration}. The new agent certificates are valid for ${days} days instead of ${inputs.days}, because none outlives the CA. Rotate the CA.`);
}
function warnOfPlainKeys(runner, { inputs }, { superseded }, due) {
    const plain = [...due.values()].some(({ existing }) => existing.some((file) => file.endsWith(".key")));
    if (inputs.archivePassphrase === undefined || !plain || superseded === undefined)
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

// EXTERNAL MODULE: ./build/ca/keyring.js
var keyring = __webpack_require__(6796);
// EXTERNAL MODULE: ./build/ca/private-key.js + 1 modules
var private_key = __webpack_require__(6081);
// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __webpack_require__(8508);
// EXTERNAL MODULE: ./build/run/run-context.js + 12 modules
var run_context = __webpack_require__(3142);
;// CONCATENATED MODULE: ./build/agents/issuing-ca.js
/** Chooses the CA that issues the agents' certificates, and opens its key. */









/**
 * Chooses the CA that issues, with one list call unless offline, and opens its key.
 * @param connection undefined for offline
 * @param givenCa the CA of `ca-certificate`: it wins over the keyring
 * @returns the CA with its key in plain PEM, masked
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
async function issuingCa(context, connection, keeper, givenCa) {
    const { entries } = keeper.keyring;
    // The keyring may remember more of it.
    const given = givenCa && {
        ...entries.find((entry) => (0,keyring/* isSameCa */.Rj)(entry, givenCa)),
        notes: [],
        ...givenCa,
    };
    const chosen = connection === undefined
        ? offline(context, keeper.keyring, given)
        : await online(context, connection, entries, given);
    if ("refused" in chosen) {
        // Where the clocks differ, they are to blame.
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
    const plain = (0,private_key/* plainPem */.Vj)(keeper.open(chosen.ca));
    context.runner.mask(plain);
    return { certificate, privateKey: plain };
}
async function online(context, connection, entries, given) {
    const platform = await context.connect(connection);
    const listed = await platform.caCertificates.list();
    (0,run_context/* warnOfSkew */.W)({ context, platform });
    return chooseIssuingCa({ entries, given, ...platform.clock.agreement() }, listed);
}
function offline(context, keyring, given) {
    context.runner.notice("offline is true: the platform was not asked whether the CA is usable. It accepts agents only of a verified CA.");
    const { clock } = context;
    (0,run_context/* warnOfSkew */.W)({ context, platform: context });
    (0,given_keyring/* requireWrittenBefore */.W2)(context, keyring);
    const chosen = chooseOffline({ entries: keyring.entries, given, ...clock.agreement() });
    if ("ca" in chosen) {
        const { commonName, notBefore } = chosen.ca.certificate;
        clock.requireAfter(notBefore, `the CA ${commonName} is valid from`);
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
    // The keyring remembers ids, and which CA only a reply said is verified.
    const slots = (0,ca_slots/* recallVerified */.io)(listed, entries);
    const joined = (0,slot_status/* joinKeyring */.kw)(slots, candidates, now);
    const usable = joined.filter(({ slot, ca }) => ca !== undefined && (0,ca_slots/* isUsable */.Ng)(slot, now));
    const newest = (0,slot_status/* newestUsable */.v4)(usable, candidates, available);
    const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
    const newer = ca === undefined ? candidates : candidates.slice(0, candidates.indexOf(ca));
    const doubt = (0,ca_slots/* findDoubts */.hg)(slots.filter((slot) => (0,ca_slots/* isUsable */.Ng)(slot, now)), (0,ca_slots/* inQuestion */.QW)(slots, candidates, available, given)).find((it) => it.ca.retiredAt === undefined && newer.includes(it.ca));
    if (doubt !== undefined)
        return doubtful(doubt);
    if (ca === undefined || newest === undefined) {
        const whose = given === undefined ? "No CA of the keyring is" : "The CA of ca-certificate is not";
        return { refused: `${whose} usable on the platform. A usable CA is verified there and not expired` };
    }
    if (ca.retiredAt !== undefined)
        return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
    const held = (0,slot_status/* joinKeyring */.kw)(slots, given === undefined ? entries : [...entries, given], now);
    const later = held.filter(({ slot, ca: known }) => known === undefined && (0,ca_slots/* isUsable */.Ng)(slot, now) && endsAfter(slot, ca.certificate));
    return { ca, id: newest.id, unheld: later.map(({ slot }) => slot.id) };
}
/** Agents of a CA that is not there are useless, and those of an older one would all be issued again later. */
function doubtful({ slot, ca }) {
    const id = (0,printable/* printableName */.Nt)(slot.id);
    return {
        refused: `The certificate ${id} on the platform may be the CA "${(0,printable/* printableName */.Nt)(ca.certificate.commonName)}" of the keyring. Both expire ${slot.expiration}, and the platform shows nothing else that tells`,
        next: `If it is that CA, run register with certificate-id: ${id}, then run this task again with the new keyring. To issue without asking the platform, set offline: true.`,
    };
}
function endsAfter({ expiration }, { notAfter }) {
    return Date.parse(expiration) > notAfter;
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
    // A verified CA was valid then. Where it seems not to be valid yet, the clock is wrong, and the caller says so.
    const ca = living.find(({ verifiedAt }) => verifiedAt !== undefined) ??
        living.find(({ certificate }) => (0,ca_certificate/* dateProblem */.sP)(certificate, now) === undefined) ??
        living[0];
    const refused = "Every CA of the keyring is retired, refused by the platform, or expired";
    return ca === undefined ? { refused } : { ca };
}

;// CONCATENATED MODULE: ./build/agents/issue-fleet.js
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
    // GitHub is asked before the platform, within the same time.
    context.limit(inputs.connection?.timeout);
    const { opensslProgram, connection } = inputs;
    const program = context.program(opensslProgram);
    const keeper = (0,given_keyring/* takeKeyring */.rC)(context, inputs.keyring, {
        program: opensslProgram,
        tenant: inputs.home.tenant,
        connection,
    });
    await keeper.check();
    const version = await inputs.commandDirectory.openssl.version();
    runner.info(`Working with ${version}.`);
    const concurrency = (0,external_node_os_.availableParallelism)();
    const planned = await checkCsrs(inputs.requested, program, concurrency, runner.info);
    const ca = await issuingCa(context, connection, keeper, inputs.givenCa);
    (0,input_rules/* requireOwnSubject */.K)(inputs.requested, inputs.subject, ca.certificate);
    return { inputs, planned, ca, program, version, concurrency };
}
async function inspect({ runner, clock }, { inputs, planned, ca, program, concurrency }, directory) {
    await requireOwnTable(directory);
    const { renewBefore, archivePassphrase: passphrase } = inputs;
    const at = clock.agreement();
    const days = (0,agents_leaf/* leafDays */.MK)(inputs.days, ca.certificate, at.now);
    const search = {
        directory,
        own: await ownFiles(directory, inputs.home.tenant, planned),
        required: { ca: ca.certificate, renewBefore, days, ...at },
        archived: passphrase !== undefined,
    };
    await removeHalfMade(directory, inputs.home.tenant);
    const state = await findDue(planned, search);
    if (passphrase === undefined)
        return state;
    return await checkArchives(planned, search, state, {
        program,
        passphrase,
        concurrency,
        print: runner.info,
    });
}


/***/ })

};
