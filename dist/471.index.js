export const id = 471;
export const ids = [471];
export const modules = {

/***/ 5471:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  issueFleet: () => (/* binding */ issueFleet)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./build/run/given-keyring.js
var given_keyring = __webpack_require__(4843);
// EXTERNAL MODULE: ./build/ca/certificate.js + 1 modules
var ca_certificate = __webpack_require__(8418);
// EXTERNAL MODULE: ./build/messages/errors.js
var errors = __webpack_require__(6042);
// EXTERNAL MODULE: ./build/agents/names.js
var names = __webpack_require__(4687);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./build/messages/printable.js
var printable = __webpack_require__(2762);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./build/agents/name-input.js
var name_input = __webpack_require__(4657);
;// CONCATENATED MODULE: ./build/agents/agent-record.js






/** How a list of records of ours begins. */
const GENERATOR = "mindconnect-ca-action";
/** Longest line of ours; somebody else's file is not read to its end. */
const LINE_LIMIT = 16 * 1024;
/** @returns an agent's record */
function recordOf(name, clientId, { expiration, serialNumber, fingerprint, x509Version }, keyIn) {
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
/** @returns the names of a record's files, the key first */
function filesOf({ name, privateKey, archive }) {
    if (privateKey !== "")
        return (0,names/* handedOut */.r)(name, "file");
    return (0,names/* handedOut */.r)(name, archive !== "" ? "archive" : "device");
}
/**
 * Writes records as JSON, a line each: a fleet's can be read, compared and searched line by line.
 * @param head what stands before them, besides the tenant
 */
async function* recordsText(tenant, head, records) {
    yield `${JSON.stringify({ generator: GENERATOR, tenant, ...head }).slice(0, -1)},"agents":[`;
    let first = true;
    for await (const record of records) {
        yield `${first ? "" : ","}\n${JSON.stringify(record)}`;
        first = false;
    }
    yield "\n]}\n";
}
/**
 * Reads a list of records line by line, so that it is never whole in memory; none where the file is not there.
 * @param file its name in the directory
 * @throws ActionError `FILE_EXISTS` where it is not as {@link recordsText} writes it, or of another tenant
 */
async function* readRecords(directory, file, tenant) {
    const path = directory.at(file);
    const lines = linesOf(path);
    const head = await lines.next();
    if (head.done === true)
        return;
    requireOwner(head.value, tenant, path);
    for await (const line of lines) {
        if (line === "]}")
            return;
        const record = parseRecord(line.replace(/,$/, ""));
        if (record === undefined)
            throw notOurs(path);
        yield record;
    }
}
/** @throws ActionError `FILE_EXISTS` where the first line is not ours, or of another tenant */
function requireOwner(head, tenant, path) {
    const owner = parseHead(head);
    if (owner === undefined)
        throw notOurs(path);
    if (owner === tenant)
        return;
    throw new errors/* ActionError */.lZ("FILE_EXISTS", `${path} belongs to the tenant ${(0,printable/* quoted */.TL)(owner)}. A directory holds the agents of one tenant.`, { next: `Set directory to another one for the tenant ${(0,printable/* quoted */.TL)(tenant)}.` });
}
function notOurs(path) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `${path} exists and is no manifest of this action.`, {
        next: "Move that file away, or set directory to another one.",
    });
}
/** @returns a file's lines; none where it is not there */
async function* linesOf(path) {
    let rest = "";
    try {
        // Opening a pipe would wait for whoever writes into it.
        if (!(await (0,promises_.stat)(path)).isFile())
            throw notOurs(path);
        for await (const chunk of (0,external_node_fs_.createReadStream)(path, "utf8")) {
            const lines = `${rest}${chunk}`.split("\n");
            rest = lines.pop() ?? "";
            if (rest.length > LINE_LIMIT)
                throw notOurs(path);
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
/** @returns whose records follow, or undefined where the line is not ours */
function parseHead(line) {
    if (!line.endsWith(',"agents":['))
        return undefined;
    const { generator, tenant } = parseObject(`${line}]}`);
    return generator === GENERATOR && typeof tenant === "string" ? tenant : undefined;
}
/** No value of ours has other characters: none of them needs an escape in CSV either. */
function parseRecord(line) {
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
    if (!complete || name === undefined || !(0,name_input/* isAgentName */.XL)(name))
        return undefined;
    const { x509Version } = read;
    // One of an earlier release does not have it.
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



/** The manifest's files; no agent's file has such a name. */
const MANIFEST = "agents.json";
const CSV = "agents.csv";
const CSV_HEAD = "name,clientId,expiration,serialNumber,fingerprint,certificate,privateKey,chain,archive";
/**
 * Checks that a file under the table's name is an earlier one: that is replaced, nothing else is. The JSON is checked by
 * whoever reads it.
 * @throws ActionError `FILE_EXISTS`
 */
async function requireOwnTable(directory) {
    const begin = await beginning(directory.at(CSV), CSV_HEAD.length);
    if (begin === undefined || begin === CSV_HEAD)
        return;
    throw new errors/* ActionError */.lZ("FILE_EXISTS", `${directory.at(CSV)} exists and is no manifest of this action.`, {
        next: "Move that file away, or set directory to another one.",
    });
}
/**
 * Writes the manifest as JSON and CSV, without secrets: this run's agents, then those of earlier runs whose certificates
 * are still there.
 * @returns the path of the JSON
 * @throws ActionError `FILE_FAILED`; the earlier manifest stays
 */
async function writeManifest(directory, { tenant, ca }, records) {
    const mine = new Set(records.map(({ name }) => name));
    const all = () => withEarlier(directory, tenant, records, mine);
    const { commonName, expiration, fingerprint } = ca;
    await directory.replace(CSV, csvParts(all()));
    return await directory.replace(MANIFEST, recordsText(tenant, { ca: { commonName, expiration, fingerprint } }, all()));
}
async function* withEarlier(directory, tenant, records, mine) {
    yield* records;
    for await (const record of readRecords(directory, MANIFEST, tenant)) {
        if (!mine.has(record.name) && (await directory.has(record.certificate)))
            yield record;
    }
}
/** RFC 4180; no value has a comma, a quote or a line break in it. */
async function* csvParts(records) {
    yield `${CSV_HEAD}\r\n`;
    for await (const record of records) {
        const { name, clientId, expiration, serialNumber, fingerprint } = record;
        const { certificate, privateKey, chain, archive } = record;
        const own = [name, clientId, expiration, serialNumber, fingerprint];
        yield `${[...own, certificate, privateKey, chain, archive].join(",")}\r\n`;
    }
}
/** @returns a file's first characters; undefined where it is not there, empty where it is no file */
async function beginning(path, length) {
    try {
        // Opening a pipe would wait for whoever writes into it.
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

;// CONCATENATED MODULE: ./build/agents/ownership.js






/** Names what a run is about to write, until its manifest does: a run that was killed has written no manifest. */
const UNFINISHED = "agents.unfinished";
/** Most files that a message names. */
const MOST_NAMED = 10;
/**
 * Reads what the directory's own records, the manifest and the list of an unfinished run, say of this run's agents.
 * @returns the names of the files that are ours: those may be set aside
 * @throws ActionError `FILE_EXISTS` where a name that is needed belongs to another agent, where the records are of another
 * tenant, or where they are not ours
 */
async function ownFiles(directory, tenant, agents) {
    const wanted = new Map(agents.map(({ name }) => [name.toLowerCase(), name]));
    const own = new Set();
    const taken = [];
    for (const list of [MANIFEST, UNFINISHED]) {
        for await (const record of readRecords(directory, list, tenant)) {
            if (wanted.get(record.name.toLowerCase()) === record.name) {
                for (const file of filesOf(record))
                    own.add(file);
            }
            else
                taken.push(...(await rivalry(directory, record, wanted)));
        }
    }
    if (taken.length === 0)
        return own;
    throw new errors/* ActionError */.lZ("FILE_EXISTS", `${directory.path} has files of other agents under names that this run needs: ${named(taken)}.`, { next: "Give one of these agents another name, or set directory to another one." });
}
/**
 * Removes the half-made files of runs that were killed: of any agent of the directory, for its next run may never come.
 * @throws Error of the system, and as {@link ownFiles}
 */
async function removeHalfMade(directory, tenant) {
    const names = [...(await directory.entries()).keys()];
    if (!names.some((name) => name.endsWith(".part")))
        return;
    for await (const record of readRecords(directory, UNFINISHED, tenant))
        await directory.removeParts(filesOf(record));
}
/**
 * Notes what a run is about to write, before it does, beside what earlier runs left unfinished.
 * @param records of the agents that are due; what is not known yet is empty
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function noteUnfinished(directory, tenant, records) {
    const all = async function* () {
        yield* readRecords(directory, UNFINISHED, tenant);
        yield* records;
    };
    await directory.replace(UNFINISHED, recordsText(tenant, {}, all()));
}
/**
 * Forgets what a run noted, once its manifest tells of it; what other agents' runs left unfinished stays noted.
 * @throws ActionError `FILE_FAILED`, and as {@link ownFiles}
 */
async function noteFinished(directory, tenant, agents) {
    const names = new Set(agents.map(({ name }) => name));
    let left = false;
    for await (const { name } of readRecords(directory, UNFINISHED, tenant))
        left ||= !names.has(name);
    if (!left)
        return await (0,promises_.rm)(directory.at(UNFINISHED), { force: true });
    const others = async function* () {
        for await (const record of readRecords(directory, UNFINISHED, tenant))
            if (!names.has(record.name))
                yield record;
    };
    await directory.replace(UNFINISHED, recordsText(tenant, {}, others()));
}
/** @returns the error of files that nothing shows to be ours: they are not moved, let alone replaced */
function ownership_notOurs(files, directory) {
    return new errors/* ActionError */.lZ("FILE_EXISTS", `This run needs the names of these files in ${directory.path}: ${named(files.map(printable/* quotedInFull */.fw))}. Nothing shows that this action wrote them.`, {
        next: "Move these files away, or set directory to another one, then run again. Nothing was overwritten.",
    });
}
/**
 * Names meet where they differ in case alone, as on a system that ignores it, or where one is the other's chain file.
 * @returns what of another agent is there under a name that one of this run needs
 */
async function rivalry(directory, record, wanted) {
    const name = record.name.toLowerCase();
    const near = [name, `${name}_chain`, name.replace(/_chain$/, "")];
    const found = [];
    for (const agent of new Set(near.flatMap((one) => wanted.get(one) ?? []))) {
        const needed = new Set(Object.values((0,names/* agentFiles */.VI)(agent)).map((file) => file.toLowerCase()));
        for (const file of filesOf(record)) {
            if (needed.has(file.toLowerCase()) && (await directory.has(file)))
                found.push(`${(0,printable/* quotedInFull */.fw)(file)} of ${(0,printable/* quotedInFull */.fw)(record.name)}, needed by ${(0,printable/* quotedInFull */.fw)(agent)}`);
        }
    }
    return found;
}
function named(items) {
    const more = items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : "";
    return `${items.slice(0, MOST_NAMED).join(", ")}${more}`;
}

// EXTERNAL MODULE: ./build/openssl/failure.js
var failure = __webpack_require__(3751);
// EXTERNAL MODULE: ./build/openssl/version.js
var openssl_version = __webpack_require__(6065);
;// CONCATENATED MODULE: ./build/agents/pkcs12.js



/**
 * PBKDF2 rounds of an archive: a fleet has thousands, and each takes three derivations to make and to open. OpenSSL 1.1.1
 * has no option for them and takes 2,048.
 */
const PBKDF2_ROUNDS = 100_000;
/** For the moment of the call alone: neither argv nor a file ever holds the passphrase. */
const PASSPHRASE_VARIABLE = "MINDCONNECT_CA_ARCHIVE_PASSPHRASE";
/** @returns whether an OpenSSL's archives have many rounds between a guess and the key */
function makesStrongArchives(version) {
    return (0,openssl_version/* isFrom */.L$)(version, openssl_version/* ARCHIVE_ROUNDS */.$C);
}
/**
 * Makes an encrypted PKCS#12 archive in OpenSSL's memory (stdin to stdout): AES-256-CBC, PBKDF2, HMAC-SHA-256. The
 * algorithms are named because OpenSSL 1.1.1 would take RC2 with 40 bits.
 * @returns the archive, DER
 * @throws ActionError `OPENSSL_…`
 */
async function makeArchive({ memory, passphrase, version }, { name, privateKey, certificate, ca }) {
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
            ...(makesStrongArchives(version) ? { iter: String(PBKDF2_ROUNDS) } : {}),
            passout: `env:${PASSPHRASE_VARIABLE}`,
        },
        variables: { [PASSPHRASE_VARIABLE]: passphrase },
    };
    const { argvOf, runInMemory } = await __webpack_require__.e(/* import() */ 558).then(__webpack_require__.bind(__webpack_require__, 6558));
    const { exitCode, stdout, stderr } = await runInMemory(memory, task);
    if (exitCode !== 0)
        throw (0,failure/* opensslFailure */.zr)(argvOf(task), exitCode, stderr);
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
async function openArchive(place, archive, passphrase) {
    const { runInMemory } = await __webpack_require__.e(/* import() */ 558).then(__webpack_require__.bind(__webpack_require__, 6558));
    const { exitCode, stdout } = await runInMemory(place, {
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

;// CONCATENATED MODULE: ./build/agents/pool.js
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

;// CONCATENATED MODULE: ./build/agents/progress.js
/** A line at least this often. */
const INTERVAL_MS = 10_000;
/** And never more often: a percent of a small fleet would be a line an agent. */
const PAUSE_MS = 1000;
/** Shows how far the work on a fleet is: a line a percent, at least every 10 s, at most every second, and one at the end. */
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
;// CONCATENATED MODULE: ./build/agents/due.js



/** @returns why an agent whose files are all there needs new ones, or undefined where it does not */
function dueReason(found, wanted) {
    const { certificate, publicKey } = found;
    if (certificate === undefined || publicKey === undefined)
        return "broken";
    if (certificate.commonName !== wanted.name)
        return "broken";
    if (publicKey !== "unknown" && !certificate.x509.publicKey.equals(publicKey))
        return "broken";
    if (!(0,agents_leaf/* isIssuedBy */.rh)(certificate, wanted.ca))
        return "old-ca";
    if (found.chain !== chainOf(certificate.pem, wanted.ca))
        return "broken";
    if ((0,ca_certificate/* isNotValidYet */.cS)(certificate, wanted, true))
        return "not-yet-valid";
    return isEnding(certificate, wanted) ? "ending" : undefined;
}
/**
 * Judges files that no record tells of: with this proof they may be set aside.
 * @param keyBeside the public half of the plain key beside the certificate; `none` where there is none, undefined where
 * it cannot be read
 * @returns whether they prove by themselves to be an agent's: a certificate of its name, no CA's, and the key to it
 */
function provesItself(name, certificate, keyBeside) {
    if (certificate === undefined || certificate.x509.ca || certificate.commonName !== name)
        return false;
    return keyBeside === "none" || (keyBeside !== undefined && certificate.x509.publicKey.equals(keyBeside));
}
/** @returns the text of a chain file, `$DEVICE_NAME.pem` followed by `$TENANT.pem`; LF line ends */
function chainOf(certificate, ca) {
    return `${certificate.replaceAll("\r\n", "\n")}${ca.pem}`;
}
/** One that the CA's own end cut short is not issued anew each day for nothing. */
function isEnding(certificate, { renewBefore, days, now }) {
    const gained = now + days * slot_status/* DAY_MS */.sO - certificate.notAfter;
    return (0,slot_status/* endsWithin */._c)(certificate.expiration, renewBefore, now) && gained >= slot_status/* DAY_MS */.sO;
}

;// CONCATENATED MODULE: ./build/agents/scan-directory.js







/** Files read at the same time. */
const LANES = 16;
/** @returns where an agent's key is kept */
function keyPlace({ device }, archived) {
    if (device !== undefined)
        return "device";
    return archived ? "archive" : "file";
}
/**
 * Looks at what lies in the directory for each agent. What is good stays, whoever put it there; what would have to go
 * aside must be ours.
 * @throws ActionError `FILE_EXISTS` where something under a name that is needed cannot be shown to be ours
 */
async function scan(agents, looking) {
    const entries = await looking.directory.entries();
    const found = new Map();
    const strange = [];
    await pool(LANES, agents, async (agent) => {
        const state = await look(agent, entries, looking);
        if (Array.isArray(state))
            strange.push(...state);
        else
            found.set(agent.name, state);
    });
    if (strange.length > 0)
        throw ownership_notOurs(strange.toSorted(), looking.directory);
    const due = [];
    const kept = new Map();
    for (const { name } of agents) {
        const state = found.get(name);
        if (state !== undefined && "reason" in state)
            due.push(state);
        else if (state !== undefined)
            kept.set(name, state);
    }
    return { due, kept };
}
/** @returns the certificate that stays, what is due, or the files that are in the way */
async function look(agent, entries, { directory, own, wanted, archived }) {
    const { name, device } = agent;
    const files = (0,names/* agentFiles */.VI)(name);
    // Whatever has the name of a device's key is the device's.
    const possible = [
        files.chain,
        files.certificate,
        ...(device === undefined ? [files.archive, files.key] : []),
    ];
    const existing = possible.filter((file) => entries.has(file));
    const odd = existing.filter((file) => entries.get(file) !== true);
    if (odd.length > 0)
        return odd;
    const text = (file) => (existing.includes(file) ? readText(directory, file) : undefined);
    const certificate = attempt(ca_certificate/* readCertificate */.w$, await text(files.certificate));
    const keyBeside = existing.includes(files.key) ? attempt(publicHalf, await text(files.key)) : "none";
    const missing = !(0,names/* handedOut */.r)(name, keyPlace(agent, archived)).every((file) => existing.includes(file));
    const judge = async () => {
        if (missing)
            return "missing";
        const publicKey = device?.publicKey ?? publicKeyOf(keyBeside, archived);
        const agentFound = { certificate, publicKey, chain: (await text(files.chain)) ?? "" };
        return dueReason(agentFound, { ...wanted, name }) ?? (certificate ? (0,agents_leaf/* leafFacts */.kt)(certificate) : "broken");
    };
    const state = await judge();
    if (typeof state !== "string")
        return state;
    const strange = notShownOurs(existing, own, provesItself(name, certificate, keyBeside));
    return strange.length > 0 ? strange : { agent, reason: state, existing };
}
/**
 * @param proven whether an agent's files prove by themselves to be ours: where a record tells of the agent, that counts
 * @returns those of an agent's files that nothing shows to be ours
 */
function notShownOurs(existing, own, proven) {
    const unrecorded = existing.filter((file) => !own.has(file));
    return proven && unrecorded.length === existing.length ? [] : unrecorded;
}
/** The key of an archive lies nowhere in plain beside it. */
function publicKeyOf(keyBeside, archived) {
    if (archived)
        return keyBeside === "none" ? "unknown" : undefined;
    return keyBeside === "none" ? undefined : keyBeside;
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

;// CONCATENATED MODULE: ./build/agents/archives.js








/** Archives that do not open: from that many on the passphrase is wrong, and opening the others would take minutes. */
const MOST_CLOSED = 10;
/**
 * Opens the archives of the agents that would stay as they are, in memory.
 * @returns the scan, with those that are damaged or hold another certificate among what is due
 * @throws ActionError `ARCHIVE_PASSPHRASE`: a wrong passphrase must not issue a fleet anew; `FILE_EXISTS` where a damaged
 * one cannot be shown to be ours
 */
async function checkArchives(agents, { directory, own }, { due, kept }, { memory, passphrase, lanes, print }) {
    const stored = agents.filter(({ name, device }) => device === undefined && kept.has(name));
    const progress = new Progress("Opened archives:", stored.length, print);
    const broken = [];
    const closed = [];
    await pool(lanes, stored, async (agent) => {
        if (closed.length >= MOST_CLOSED)
            return;
        const state = await stateOf(agent.name, directory, memory, passphrase);
        if (state === "closed")
            closed.push(agent.name);
        if (state === "broken")
            broken.push({ agent, reason: "broken", existing: existingOf(agent.name) });
        progress.count();
    });
    if (closed.length > 0)
        throw closedError(closed, directory);
    // The certificate beside it is good and of the agent's name, and no plain key is there.
    const strange = broken.flatMap(({ existing }) => notShownOurs(existing, own, true));
    if (strange.length > 0)
        throw ownership_notOurs(strange, directory);
    const rest = new Map(kept);
    for (const { agent } of broken)
        rest.delete(agent.name);
    return { due: [...due, ...broken], kept: rest };
}
async function stateOf(name, directory, memory, passphrase) {
    const files = (0,names/* agentFiles */.VI)(name);
    const archive = await directory.read(files.archive);
    if (archive === undefined || !isWholeSequence(archive))
        return "broken";
    const text = await openArchive(memory, archive, passphrase);
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
/** What an agent in an archive has, in the order in which it goes aside. */
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

// EXTERNAL MODULE: ./build/ca/der.js
var ca_der = __webpack_require__(1166);
// EXTERNAL MODULE: ./build/ca/public-key.js
var public_key = __webpack_require__(3474);
// EXTERNAL MODULE: ./build/ca/x509.js
var x509 = __webpack_require__(2369);
;// CONCATENATED MODULE: ./build/agents/csr.js




/**
 * Reads a CSR (RFC 2986) and checks its signature: that whoever made it has the key. What OpenSSL says of a signature, where
 * it says it and whether its exit code tells, differs by version (measured on 1.1.1, 3.0, 3.5 and 4.0).
 * @param der hostile
 * @returns what it says, or why it cannot be used
 */
function parseSigningRequest(der) {
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

;// CONCATENATED MODULE: ./build/agents/csr-signature.js



/**
 * Reads a CSR in OpenSSL's memory, as the documented command will, and checks its signature.
 * @param pem what is between and with its BEGIN and END lines
 * @returns what it says, or why it cannot be used, with OpenSSL's words made safe to print
 * @throws ActionError `OPENSSL_…` where OpenSSL cannot be run
 */
async function readSigningRequest(place, pem) {
    const { runInMemory } = await __webpack_require__.e(/* import() */ 558).then(__webpack_require__.bind(__webpack_require__, 6558));
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
    return parseSigningRequest(stdout);
}

// EXTERNAL MODULE: ./build/agents/list-input.js
var list_input = __webpack_require__(1582);
;// CONCATENATED MODULE: ./build/agents/check-csrs.js






/**
 * Checks every CSR in OpenSSL's memory: its signature, its key, and that its common name is the agent's.
 * @param lanes how many at a time
 * @param print for the log: thousands take minutes
 * @throws ActionError `INPUT_INVALID` that names every line with a bad one
 */
async function checkDevices(requested, memory, lanes, print) {
    const planned = requested.map(({ name }) => ({ name }));
    const wrong = [];
    const withCsr = [...requested.entries()].filter(([, { csr }]) => csr !== undefined);
    const progress = new Progress("Checked CSRs:", withCsr.length, print);
    await pool(lanes, withCsr, async ([index, { name, csr, line }]) => {
        const pem = csr?.pem ?? "";
        const read = await readSigningRequest(memory, pem);
        if (typeof read === "string")
            wrong.push({ line, message: `the CSR of "${name}" cannot be used: ${read}` });
        else if (read.commonName !== name) {
            const message = `the CSR of "${name}" has the common name ${(0,printable/* quoted */.TL)(read.commonName)}. Make the CSR with the subject /CN=${name}, or give the agent the name of its CSR`;
            wrong.push({ line, message });
        }
        else
            planned[index] = { name, device: { pem, publicKey: read.publicKey } };
        progress.count();
    });
    if (wrong.length === 0)
        return planned;
    const problems = [];
    (0,list_input/* reportLines */.Q)(wrong.toSorted((a, b) => a.line - b.line), (input, message, _code, log) => problems.push({ input, message, ...(log && { log }) }));
    const { code, message, log } = (0,errors/* inputError */.Xu)(problems);
    throw new errors/* ActionError */.lZ(code, message, {
        log,
        next: "Correct the CSRs named above. Nothing was issued or sent.",
    });
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/keyring/lock.js
var keyring_lock = __webpack_require__(7579);
// EXTERNAL MODULE: ./build/keyring/lock-owner.js
var lock_owner = __webpack_require__(7585);
;// CONCATENATED MODULE: ./build/agents/directory-lock.js




/** In the directory itself: the folder around it may be somebody else's. */
const LOCK = ".lock";
/** Keeps other runs out of a directory of agents. */
class DirectoryLock {
    #path;
    #lock;
    constructor(path, lock) {
        this.#path = path;
        this.#lock = lock;
    }
    /**
     * Takes the lock, and waits for a moment where another run has it.
     * @param directory absolute, there already
     * @param say prints a line
     * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system
     */
    static async take(directory, say) {
        const path = (0,external_node_path_.join)(directory, LOCK);
        try {
            const lock = await keyring_lock/* Lock */.c_.take(path, {
                machine: (0,keyring_lock/* thisMachine */.g8)(),
                waiting: (holder) => say(`Waiting for the lock ${path}, held by ${(0,lock_owner/* describeOwner */.$S)(holder)}.`),
            });
            return new DirectoryLock(path, lock);
        }
        catch (error) {
            if (!(error instanceof keyring_lock/* LockHeld */.BG))
                throw error;
            const message = `The lock ${path} is held by ${(0,lock_owner/* describeOwner */.$S)(error.holder)}.`;
            throw new errors/* ActionError */.lZ("DIRECTORY_LOCKED", message, { cause: error });
        }
    }
    /** @throws ActionError `DIRECTORY_LOCKED` where it was lost: this process stood still, or somebody removed it */
    async require() {
        if (await this.#lock.isHeld())
            return;
        throw new errors/* ActionError */.lZ("DIRECTORY_LOCKED", `This run lost the lock ${this.#path}. Another run may hold it.`);
    }
    /** Gives it back; one that was lost is another's. */
    async release() {
        await this.#lock.release();
    }
}

;// CONCATENATED MODULE: ./build/agents/superseded.js


/** Where what a renewal replaces goes. */
const SUPERSEDED = "superseded";
/**
 * Makes a new directory for what a run replaces, named after the time: a run never finds the files of another in its way.
 * @param directory the agents', absolute
 * @returns its path
 * @throws Error of the system
 */
async function makeAside(directory) {
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

;// CONCATENATED MODULE: ./build/agents/directory.js






/** A file of an agent is never larger; another is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;
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
    #aside;
    #asidePath;
    constructor(path, made, lock) {
        this.path = path;
        this.#made = made;
        this.#lock = lock;
    }
    /**
     * Makes the directory where it does not exist, of the user's alone, and takes its lock until {@link close}.
     * @param path absolute
     * @param say prints a line
     * @throws ActionError `DIRECTORY_LOCKED`, or an Error of the system where it cannot be written
     */
    static async open(path, say) {
        const made = (await (0,promises_.mkdir)(path, { recursive: true, mode: 0o700 })) !== undefined;
        await (0,promises_.access)(path, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
        return new AgentDirectory(path, made, await DirectoryLock.take(path, say));
    }
    /** Gives the lock back; a directory that was made for nothing goes. */
    async close() {
        await this.#lock.release();
        // It stays where something is in it.
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
    /** Where this run's replaced files went, by now; undefined where it replaced none. */
    get aside() {
        return this.#asidePath;
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
                await this.#bring(file);
            await this.#lock.require();
            await this.#setAside(old);
            for (const name of names)
                await this.#finish(name);
        }
        finally {
            await this.removeParts(names);
        }
    }
    /**
     * Replaces a record of ours at once.
     * @param parts its text: in parts, so that it is never whole in memory
     * @returns its path
     * @throws ActionError `FILE_FAILED`, and those of the parts; what was there stays
     */
    async replace(name, parts) {
        await this.#lock.require();
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
    /** By a second name where the disk is the same, else as a copy. */
    async #bring(file) {
        const part = this.#part((0,external_node_path_.basename)(file));
        // A run that was killed here left it.
        await (0,promises_.rm)(part, { force: true });
        await (0,promises_.link)(file, part).catch(async (error) => {
            if (!NO_LINK.has(error.code ?? ""))
                throw error;
            await (0,promises_.copyFile)(file, part, external_node_fs_.constants.COPYFILE_EXCL);
        });
    }
    async #setAside(files) {
        if (files.length === 0)
            return;
        this.#aside ??= makeAside(this.path);
        const aside = await this.#aside;
        this.#asidePath = aside;
        for (const file of files)
            await (0,promises_.rename)(this.at(file), (0,external_node_path_.join)(aside, file));
    }
    /** A link, unlike a rename, never replaces what is there. */
    async #finish(name) {
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
// EXTERNAL MODULE: ./build/openssl/make-certificates.js
var make_certificates = __webpack_require__(5644);
// EXTERNAL MODULE: ./build/ca/subject.js
var ca_subject = __webpack_require__(449);
// EXTERNAL MODULE: ./build/openssl/commands.js
var commands = __webpack_require__(7719);
// EXTERNAL MODULE: ./build/openssl/read-output.js
var read_output = __webpack_require__(3539);
;// CONCATENATED MODULE: ./build/agents/documented-commands.js










/**
 * Issues one agent certificate with the documented commands and checks what came out.
 * @throws ActionError `OPENSSL_…`, `CERTIFICATE_INVALID` where the certificate is not exactly what was asked for, and what
 * the order's `days` throws
 */
async function issueAgent(workplace, order) {
    const { openssl, directory, tenant } = workplace;
    const { key, csr, certificate: out } = (0,names/* agentFiles */.VI)(order.name);
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
    await openssl.run((0,commands/* signRequest */.zT)({ csr, ...signer, out, days: order.days() }));
    const issued = await (0,read_output/* readMade */.e)(directory, out, (pem) => ({ pem, certificate: (0,ca_certificate/* readCertificate */.w$)(pem) }));
    const made = "pem" in order.by
        ? { publicKey: order.by.publicKey, privateKey: undefined }
        : await (0,read_output/* readMade */.e)(directory, key, (privateKey) => ({
            publicKey: (0,external_node_crypto_.createPublicKey)((0,external_node_crypto_.createPrivateKey)(privateKey)),
            privateKey,
        }));
    requireAsOrdered(issued.certificate, order, made.publicKey);
    return { ...issued, privateKey: made.privateKey };
}
function requireAsOrdered(certificate, { name, by, ca, now }, publicKey) {
    const subject = "pem" in by ? {} : { subject: (0,ca_subject/* subjectAttributes */.qz)(by.subject) };
    const problem = (0,agents_leaf/* leafProblem */.cR)(certificate, { commonName: name, ca, publicKey, now: now(), ...subject });
    if (problem === undefined)
        return;
    throw new errors/* ActionError */.lZ("CERTIFICATE_INVALID", `The action did not hand out the certificate of ${name}: ${problem}.`);
}

// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
// EXTERNAL MODULE: external "node:vm"
var external_node_vm_ = __webpack_require__(714);
;// CONCATENATED MODULE: ./build/agents/heap.js


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

;// CONCATENATED MODULE: ./build/agents/issue.js











/**
 * Issues agents, as many at a time as there are workers. Each is made in its worker's private directory and moved to its
 * place when it is complete; what it replaces goes aside right before.
 * @throws ActionError or Error of the first failure, once everything that was begun has ended
 */
async function issueAll(due, issuing) {
    const { workers, ca } = issuing;
    await Promise.all(workers.map((worker) => (0,make_certificates/* placeCa */.aA)(worker, ca)));
    const tidy = tidyHeap();
    await pool(workers.length, due, async (one, lane) => {
        const worker = workers[lane];
        const leaf = await issueOne(worker, one, issuing);
        tidy();
        issuing.issued(one.agent.name, leaf, lane);
    });
}
async function issueOne(worker, { agent, existing }, issuing) {
    const leaf = await issueAgent(worker, orderOf(agent, issuing));
    await complement(worker, agent.name, leaf, issuing);
    const keyIn = keyPlace(agent, issuing.archive !== undefined);
    const fresh = (0,names/* handedOut */.r)(agent.name, keyIn).map((file) => (0,external_node_path_.join)(worker.directory, file));
    await issuing.directory.exchange(existing, fresh);
    await clear(worker, agent.name);
    return (0,agents_leaf/* leafFacts */.kt)(leaf.certificate);
}
function orderOf({ name, device }, { ca, days, now, subject, keyBits }) {
    const common = { name, days, now, ca: ca.certificate };
    if (device !== undefined)
        return { ...common, by: device };
    if (subject === undefined)
        throw new Error("an agent without CSR needs a subject");
    return { ...common, by: { subject: subject(name), keyBits } };
}
/** Adds what the documented commands do not make: the chain, the archive. */
async function complement({ directory }, name, { pem, certificate, privateKey }, { ca, archive }) {
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

;// CONCATENATED MODULE: ./build/agents/lifetime.js


const ROTATE = "Run rotate with apply: true, then run this task again with the new keyring.";
/**
 * A leaf never outlives its CA.
 * @returns the days of a certificate that is signed at the moment of the call
 * @throws ActionError `CA_EXPIRES_BEFORE_AGENT`, by what it returns
 */
function daysUntilCaEnds({ days: asked, strictLifetime }, ca) {
    return () => {
        const possible = (0,agents_leaf/* leafDays */.MK)(asked, ca, Date.now());
        if (possible >= 1 && (!strictLifetime || possible === asked))
            return possible;
        throw new errors/* ActionError */.lZ("CA_EXPIRES_BEFORE_AGENT", `The CA ${ca.commonName} expires ${ca.expiration}. An agent certificate can be valid for only ${possible} days, not ${asked}.`, { next: possible >= 1 ? `${ROTATE} Or set days: ${possible}.` : ROTATE });
    };
}

;// CONCATENATED MODULE: ./build/agents/order.js



/** @returns an agent's record; what is not known of its certificate yet is empty */
function recordIn({ order }, agent, leaf = { expiration: "", serialNumber: "", fingerprint: "" }) {
    const keyIn = keyPlace(agent, order.archivePassphrase !== undefined);
    return recordOf(agent.name, (0,names/* clientId */.L2)(agent.name, order.home), leaf, keyIn);
}

// EXTERNAL MODULE: ./build/run/failure.js
var run_failure = __webpack_require__(1076);
;// CONCATENATED MODULE: ./build/agents/partial-failure.js


/** Names of agents that a message has room for. */
const partial_failure_MOST_NAMED = 5;
/** @returns the error of a run that failed midway: what is there by then, where, and whether a later run goes on from it */
function setbackError(setback) {
    const { failure, manifestFailure, manifest, directory, issued, total, lasting } = setback;
    const { code, message, next } = (0,run_failure/* asActionError */.z)(failure ?? manifestFailure);
    const names = issued.slice(0, partial_failure_MOST_NAMED).join(", ");
    const more = issued.length > partial_failure_MOST_NAMED ? " …" : "";
    const some = issued.length > 0;
    const which = some ? ` and are complete in ${directory} (${names}${more})` : "";
    const done = `${issued.length} of ${total} agents were issued by then${which}.`;
    const unlisted = some && manifestFailure !== undefined
        ? ` The manifest ${manifest} does not list them: ${sentence((0,run_failure/* asActionError */.z)(manifestFailure).message)}`
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
    const { records, issued, aside } = situation;
    const fresh = records.filter(({ name }) => issued.has(name));
    const replaced = aside === undefined
        ? []
        : [
            [
                "Remove ",
                { code: aside },
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
function runAgain({ records, ca, directory, renewBefore }) {
    const first = Math.min(...records.map(({ expiration }) => Date.parse(expiration)));
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
function kindsOf(records) {
    return {
        file: records.some(({ privateKey }) => privateKey !== ""),
        archive: records.some(({ archive }) => archive !== ""),
        device: records.some(({ privateKey, archive }) => privateKey === "" && archive === ""),
    };
}

;// CONCATENATED MODULE: ./build/agents/summary.js




/** Rows of the job's page: GitHub takes 1 MiB, and nobody reads a thousand. */
const MOST_ROWS = 50;
/** Shows what a run issued: a notice, a table of the first agents, and what to do next. */
async function summarizeAgents(runner, shown) {
    const { records, issued, ca, directory, remarks } = shown;
    const headline = `Agent certificates: ${issued.size} issued, ${records.length - issued.size} unchanged`;
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
        tableOf(records, issued),
        "**Next**",
        steps.map((step) => `- ${step.map(marked).join("")}`).join("\n"),
    ];
    await runner.summary(`${parts.join("\n\n")}\n`);
}
const plain = (part) => (typeof part === "string" ? part : part.code);
/** Words are ours. */
const marked = (part) => (typeof part === "string" ? part : (0,markdown/* codeSpan */.SS)(part.code));
/** Those that were issued come first: their files go to devices. */
function tableOf(records, issued) {
    const isIssued = ({ name }) => issued.has(name);
    const ordered = [...records.filter(isIssued), ...records.filter((record) => !isIssued(record))];
    const rows = ordered.slice(0, MOST_ROWS).map((record) => {
        const { name, clientId, expiration, serialNumber } = record;
        const state = isIssued(record) ? "issued" : "unchanged";
        return [{ code: name }, { code: clientId }, expiration, serialNumber, state];
    });
    const table = (0,markdown/* markdownTable */.Qj)(["Agent", "MQTT client id", "Expires (UTC)", "Serial number", "This run"], rows);
    const more = records.length - MOST_ROWS;
    return more > 0 ? `${table}\n\n… and ${more} more. The file agents.csv lists all of them.` : table;
}
/**
 * @param directory absolute, where the files are
 * @returns the JSON array of the output `agents`; empty, with a warning, beyond 120,000 bytes: an empty text fails in a
 * fromJSON, an empty array would silently do nothing
 */
function agentsOutput(runner, records, directory) {
    const path = (file) => (file === "" ? "" : (0,external_node_path_.join)(directory, file));
    const agents = [];
    let size = 2;
    for (const { name, clientId, expiration, ...files } of records) {
        const agent = {
            name,
            clientId,
            certificatePath: path(files.certificate),
            privateKeyPath: path(files.privateKey),
            chainPath: path(files.chain),
            archivePath: path(files.archive),
            expiration,
        };
        const text = JSON.stringify(agent);
        size += Buffer.byteLength(text) + 1;
        if (size > action_runner/* OUTPUT_LIMIT */.oJ) {
            runner.warning(`The output agents is empty. For ${records.length} agents it would have more than ${action_runner/* OUTPUT_LIMIT */.oJ.toLocaleString("en")} bytes, and no step could take it as env. Read the manifest instead: its path is the output manifest-path.`);
            return "";
        }
        agents.push(text);
    }
    return `[${agents.join(",")}]`;
}

;// CONCATENATED MODULE: ./build/agents/issue-due.js









/** The commands of one agent: of a fleet, the first one's are shown. */
const SHOWN_COMMANDS = 3;
/**
 * Issues what is due and writes the manifest, also of a run that fails midway.
 * @returns the outputs of the task
 * @throws ActionError that says what is there by then
 */
async function carryOut(tools, prepared, directory, { due, kept }) {
    const { order, planned, ca } = prepared;
    const { runner } = tools;
    const { tenant } = order.home;
    runner.info(`${due.length} of ${planned.length} agents need a certificate${reasons(due)}.`);
    // The next job on a hosted runner has another disk.
    const lasting = order.directory !== undefined && process.env["RUNNER_ENVIRONMENT"] !== "github-hosted";
    if (due.length > 0) {
        tools.clock.require("make");
        warnOfCaEnd(runner, prepared);
    }
    const leaves = new Map(kept);
    const issued = [];
    const failure = await failureOf(async () => {
        if (due.length > 0)
            await noteUnfinished(directory, tenant, coming(prepared, due));
        await issue(tools, prepared, directory, due, (name, leaf) => {
            leaves.set(name, leaf);
            issued.push(name);
        });
    });
    const records = planned.flatMap((agent) => {
        const leaf = leaves.get(agent.name);
        return leaf === undefined ? [] : [recordIn(prepared, agent, leaf)];
    });
    const manifest = directory.at(MANIFEST);
    const manifestFailure = await failureOf(async () => {
        await writeManifest(directory, { tenant, ca: ca.certificate }, records);
        if (failure === undefined)
            await noteFinished(directory, tenant, planned);
    });
    warnOfPlainKeys(runner, prepared, directory, due);
    const { path } = directory;
    const common = { directory: path, issued: String(issued.length) };
    const outputs = manifestFailure === undefined ? { ...common, "manifest-path": manifest } : common;
    if (failure !== undefined || manifestFailure !== undefined) {
        for (const [name, value] of Object.entries(outputs))
            runner.output(name, value);
        const left = { manifest, directory: path, issued, total: due.length, lasting };
        throw setbackError({ failure, manifestFailure, ...left });
    }
    await summarizeAgents(runner, {
        records,
        issued: new Set(issued),
        home: order.home,
        ca: ca.certificate,
        directory: path,
        lasting,
        aside: directory.aside,
        renewBefore: order.renewBefore,
        remarks: remarks(prepared, records),
    });
    return { agents: agentsOutput(runner, records, path), ...common, "manifest-path": manifest };
}
/** @returns what this OpenSSL leaves to be desired: facts for log and summary, not worth an annotation on every run */
function remarks({ order, version }, records) {
    const old = records.filter(({ x509Version }) => x509Version === 1).length;
    const instead = (release) => `openssl-path to OpenSSL ${release} or later`;
    const v1 = old === 0
        ? []
        : [
            `${old} of ${records.length} agent certificates are X.509 v1, because OpenSSL before 3.2 makes v1 with the documented command. Verifiers written in Rust (rustls) and Python (cryptography) refuse v1. If you need v3, set ${instead("3.2")}, move the agents' files away and run this task again.`,
        ];
    const weak = order.archivePassphrase === undefined || makesStrongArchives(version)
        ? []
        : [
            `${version} encrypts archives with 2,048 rounds of PBKDF2. OpenSSL 3.0 and later use 100,000. Choose a long archive-passphrase, or set ${instead("3.0")}.`,
        ];
    return [...v1, ...weak];
}
/** One at a time: the records of a whole fleet would lie in the memory for nothing. */
function* coming(prepared, due) {
    for (const { agent } of due)
        yield recordIn(prepared, agent);
}
async function issue(tools, { order, ca, memory, version, lanes }, directory, due, issued) {
    const { runner, clock } = tools;
    const { opensslProgram, archivePassphrase: passphrase, subject, keyBits } = order;
    const daysPossible = daysUntilCaEnds(order, ca.certificate);
    const progress = new Progress("Issued", due.length, runner.info);
    const workers = tools.workers(opensslProgram, order.home.tenant, Math.min(lanes, due.length), SHOWN_COMMANDS);
    try {
        await issueAll(due, {
            ca,
            workers,
            directory,
            subject,
            keyBits,
            days() {
                clock.require("make");
                return daysPossible();
            },
            now: () => clock.require("make"),
            archive: passphrase === undefined ? undefined : { memory, passphrase, version },
            issued(name, leaf, lane) {
                progress.count();
                if (progress.done === 1)
                    showCommands(runner, `Commands for ${name}, the first of ${due.length}`, workers.slice(lane, lane + 1));
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
        .flatMap(({ openssl }) => openssl.transcripts)
        .filter(({ failed }) => failed || !failedOnly);
    if (shown.length > 0)
        runner.group(title, shown.flatMap(({ lines }) => lines));
}
/** @throws ActionError `CA_EXPIRES_BEFORE_AGENT` */
function warnOfCaEnd(runner, { order, ca: { certificate } }) {
    const days = daysUntilCaEnds(order, certificate)();
    if (days === order.days)
        return;
    runner.warning(`The CA ${certificate.commonName} expires ${certificate.expiration}. The new agent certificates are valid for ${days} days instead of ${order.days}, because none outlives the CA. Rotate the CA.`);
}
function warnOfPlainKeys(runner, { order }, { aside }, due) {
    const plain = due.some(({ existing }) => existing.some((file) => file.endsWith(".key")));
    if (order.archivePassphrase === undefined || !plain || aside === undefined)
        return;
    runner.warning(`This run moved plain private keys of earlier runs to ${aside}. Remove that folder when the devices have their new archives.`);
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
        const count = due.filter((one) => one.reason === reason).length;
        return count === 0 ? [] : [`${count} ${words[reason]}`];
    });
    return counted.length === 0 ? "" : ` (${counted.join(", ")})`;
}

// EXTERNAL MODULE: ./build/ca/keyring.js
var keyring = __webpack_require__(6796);
// EXTERNAL MODULE: ./build/ca/private-key.js + 1 modules
var private_key = __webpack_require__(6081);
// EXTERNAL MODULE: ./build/run/tools.js + 14 modules
var run_tools = __webpack_require__(9582);
// EXTERNAL MODULE: ./build/ca/slots.js
var ca_slots = __webpack_require__(8508);
;// CONCATENATED MODULE: ./build/agents/issuer.js




/**
 * Chooses the CA that issues agent certificates: the one of ca-certificate, else the newest usable one of the keyring.
 * @param listed the platform's slots: the platform takes agents of a verified, unexpired CA only
 */
function chooseIssuer(issuers, listed) {
    const { entries, brought, now } = issuers;
    const candidates = brought === undefined ? entries : [brought];
    // Of one that is in the keyring too, more may be remembered: its id, and that only a reply said it is verified.
    const slots = (0,ca_slots/* recallVerified */.io)(listed, entries);
    const joined = (0,slot_status/* joinKeyring */.kw)(slots, candidates, now);
    const usable = joined.filter(({ slot, ca }) => ca !== undefined && (0,ca_slots/* isUsable */.Ng)(slot, now));
    const newest = (0,slot_status/* newestUsable */.v4)(usable, candidates, issuers);
    const ca = usable.find(({ slot }) => slot.id === newest?.id)?.ca;
    const newer = ca === undefined ? candidates : candidates.slice(0, candidates.indexOf(ca));
    const doubt = (0,ca_slots/* findDoubts */.hg)(slots.filter((slot) => (0,ca_slots/* isUsable */.Ng)(slot, now)), (0,ca_slots/* inQuestion */.QW)(slots, candidates, issuers, brought)).find((it) => it.ca.retiredAt === undefined && newer.includes(it.ca));
    if (doubt !== undefined)
        return unknown(doubt);
    if (ca === undefined || newest === undefined) {
        const whose = brought === undefined ? "No CA of the keyring is" : "The CA of ca-certificate is not";
        return { refused: `${whose} usable on the platform. A usable CA is verified there and not expired` };
    }
    if (ca.retiredAt !== undefined)
        return { refused: `The only usable CA was retired at ${ca.retiredAt}` };
    const held = (0,slot_status/* joinKeyring */.kw)(slots, brought === undefined ? entries : [...entries, brought], now);
    const later = held.filter(({ slot, ca: kept }) => kept === undefined && (0,ca_slots/* isUsable */.Ng)(slot, now) && endsAfter(slot, ca.certificate));
    return { ca, id: newest.id, unheld: later.map(({ slot }) => slot.id) };
}
/** Agents of a CA that is not there are useless, and those of an older one would be issued anew by and by. */
function unknown({ slot, ca }) {
    const id = (0,printable/* shown */.SP)(slot.id);
    return {
        refused: `The certificate ${id} on the platform may be the CA "${(0,printable/* shown */.SP)(ca.certificate.commonName)}" of the keyring. Both expire ${slot.expiration}, and the platform shows nothing else that tells`,
        next: `If it is that CA, run register with certificate-id: ${id}, then run this task again with the new keyring. To issue without asking the platform, set offline: true.`,
    };
}
function endsAfter({ expiration }, { notAfter }) {
    return Date.parse(expiration) > notAfter;
}
/** Chooses without asking the platform: what the keyring remembers as verified counts before what it does not. */
function chooseOffline({ entries, brought, now, }) {
    if (brought?.retiredAt !== undefined)
        return { refused: `The CA of ca-certificate was retired at ${brought.retiredAt}` };
    if (brought?.refusedAt !== undefined)
        return { refused: `The platform refused the CA of ca-certificate at ${brought.refusedAt}` };
    if (brought !== undefined)
        return { ca: brought };
    const living = entries.filter(({ retiredAt, refusedAt, certificate }) => retiredAt === undefined && refusedAt === undefined && certificate.notAfter > now);
    // One that was verified had begun by then: where it seems not to have, the clock is wrong, and whoever asked says so.
    const ca = living.find(({ verifiedAt }) => verifiedAt !== undefined) ??
        living.find(({ certificate }) => (0,ca_certificate/* dateProblem */.sP)(certificate, now) === undefined) ??
        living[0];
    const refused = "Every CA of the keyring is retired, refused by the platform, or expired";
    return ca === undefined ? { refused } : { ca };
}

;// CONCATENATED MODULE: ./build/agents/issuing-ca.js






/**
 * Chooses the CA that issues, with one list call unless offline, and opens its key.
 * @param connection undefined for offline
 * @param options.brought wins over the keyring
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
async function issuingCa(tools, connection, options) {
    const { entries } = options.keeper.keyring;
    const known = options.brought && entries.find((entry) => (0,keyring/* isSameCa */.Rj)(entry, options.brought));
    const brought = options.brought && {
        ...known,
        notes: [],
        ...options.brought,
    };
    const chosen = connection === undefined
        ? offline(tools, options.keeper.keyring, brought)
        : await online(tools, connection, entries, brought);
    if ("refused" in chosen) {
        // Where the clocks differ, they are to blame.
        tools.clock.require("make");
        throw new errors/* ActionError */.lZ("CA_NOT_USABLE", `${chosen.refused}.`, { next: chosen.next });
    }
    const { certificate } = chosen.ca;
    const { unheld = [] } = chosen;
    if (unheld.length > 0) {
        tools.runner.warning(`The platform has a usable CA (${unheld.join(", ")}) that expires later than the issuing CA ${certificate.commonName}. Its key is not in the keyring. The keyring may be an old copy: pass the newest one.`);
    }
    const id = chosen.id === undefined ? "" : `, id ${chosen.id}`;
    tools.runner.info(`Issuing CA: ${certificate.commonName}${id}, expires ${certificate.expiration}.`);
    const plain = (0,private_key/* plainPem */.Vj)(options.keeper.open(chosen.ca));
    tools.runner.mask(plain);
    return { certificate, privateKey: plain };
}
async function online(tools, connection, entries, brought) {
    const platform = await tools.connect(connection);
    const listed = await platform.caCertificates.list();
    (0,run_tools/* warnOfSkew */.W)({ tools, platform });
    return chooseIssuer({ entries, brought, ...platform.clock.agreement() }, listed);
}
function offline(tools, keyring, brought) {
    tools.runner.notice("offline is true: the platform was not asked whether the CA is usable. It accepts agents only of a verified CA.");
    const { clock } = tools;
    (0,run_tools/* warnOfSkew */.W)({ tools, platform: tools });
    (0,given_keyring/* requireWrittenBefore */.W2)(tools, keyring);
    const chosen = chooseOffline({ entries: keyring.entries, brought, ...clock.agreement() });
    if ("ca" in chosen) {
        const { commonName, notBefore } = chosen.ca.certificate;
        clock.requireAfter(notBefore, `the CA ${commonName} is valid from`);
    }
    return chosen;
}

;// CONCATENATED MODULE: ./build/agents/fleet.js












/**
 * Issues what is missing, broken, ending or of an older CA, and shows what is there then.
 * @returns the outputs of the task
 * @throws ActionError
 */
async function issueFleet(tools, order) {
    const prepared = await prepare(tools, order);
    const directory = await AgentDirectory.open(order.directory ?? tools.results, tools.runner.info);
    try {
        const found = await observe(tools, prepared, directory);
        return await carryOut(tools, prepared, directory, found);
    }
    finally {
        await directory.close();
    }
}
/** The keyring is checked as where it is written: an old one would issue with an old CA. */
async function prepare(tools, order) {
    const { runner } = tools;
    // GitHub is asked before the platform, within the same time.
    tools.limit(order.connection?.timeout);
    const { opensslProgram: program, connection } = order;
    const keeper = (0,given_keyring/* takeKeyring */.rC)(tools, order.keyring, { program, tenant: order.home.tenant, connection });
    await keeper.check();
    const version = await order.workplace.openssl.version();
    runner.info(`Working with ${version}.`);
    const lanes = (0,external_node_os_.availableParallelism)();
    const memory = tools.memory(program);
    const planned = await checkDevices(order.requested, memory, lanes, runner.info);
    const ca = await issuingCa(tools, connection, { keeper, brought: order.brought });
    (0,input_rules/* requireOwnSubject */.K)(order.requested, order.subject, ca.certificate);
    return { order, planned, ca, memory, version, lanes };
}
async function observe({ runner, clock }, { order, planned, ca, memory, lanes }, directory) {
    await requireOwnTable(directory);
    const { renewBefore, archivePassphrase: passphrase } = order;
    const at = clock.agreement();
    const days = (0,agents_leaf/* leafDays */.MK)(order.days, ca.certificate, at.now);
    const looking = {
        directory,
        own: await ownFiles(directory, order.home.tenant, planned),
        wanted: { ca: ca.certificate, renewBefore, days, ...at },
        archived: passphrase !== undefined,
    };
    await removeHalfMade(directory, order.home.tenant);
    const found = await scan(planned, looking);
    if (passphrase === undefined)
        return found;
    return await checkArchives(planned, looking, found, { memory, passphrase, lanes, print: runner.info });
}


/***/ })

};
