// Loaded into the action's process before the action (`--import`). It writes down every boundary that the process
// passes: OpenSSL processes, changes of files, requests. Given a label in FAULT_KILL_AT it kills its own process there
// (SIGKILL: no handler, no clean-up, nothing flushed). A kill at `before …` comes before the step takes effect.
import childProcess from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, relative } from "node:path";

// Taken before anything is patched: the probe must not see itself.
const { openSync, writeSync } = fs;
const trace = openSync(process.env.FAULT_TRACE, "a");
const root = dirname(process.env.RUNNER_TEMP);
const counts = new Map();

/** Notes a boundary; the same one passed again gets its occurrence number. */
function boundary(name) {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const label = count === 1 ? name : `${name} (${count})`;
  writeSync(trace, `${label}\n`);
  if (label === process.env.FAULT_KILL_AT) process.kill(process.pid, "SIGKILL");
}

/** Runs a step between its two boundaries, whichever of the three ways it answers: at once, by promise, by callback. */
function between(step, call, args) {
  boundary(`before ${step}`);
  const done = () => boundary(`after ${step}`);
  const callback = args.at(-1);
  if (typeof callback === "function") {
    const wrapped = (error, ...values) => {
      if (!error) done();
      callback(error, ...values);
    };
    return call([...args.slice(0, -1), wrapped]);
  }
  const result = call(args);
  if (typeof result?.then !== "function") {
    done();
    return result;
  }
  return result.then((value) => {
    done();
    return value;
  });
}

/** @returns a path without what differs from run to run, or undefined outside of the scenario's folder */
function place(path) {
  if (typeof path !== "string" || !path.startsWith(root)) return undefined;
  return relative(root, path)
    .replace(/(?<=^step-|mindconnect-ca-(?:work-)?)[A-Za-z0-9]{6}(?=\/|$)/, "*")
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "*");
}

// Files: the calls that change something, in all their forms.

const CHANGES =
  "writeFile appendFile rename mkdir mkdtemp rm rmdir unlink chmod chown symlink link utimes truncate copyFile";
const HANDLE_CHANGES = "write writev writeFile appendFile sync datasync truncate chmod utimes";
let inside = false;

/** A change made by another one, such as the writeFileSync inside appendFileSync, is no boundary of its own. */
function outermost(original, self) {
  return (args) => {
    const before = inside;
    inside = true;
    try {
      return original.apply(self, args);
    } finally {
      inside = before;
    }
  };
}

function patchChange(owner, name) {
  const original = owner[name];
  if (typeof original !== "function") return;
  owner[name] = function (...args) {
    const where = place(args[0]);
    if (inside || where === undefined) return original.apply(this, args);
    const to = name.startsWith("rename") ? ` to ${place(args[1])}` : "";
    return between(`${name.replace("Sync", "")} ${where}${to}`, outermost(original, this), args);
  };
}

const handlePaths = new WeakMap();

/** Opening a file changes something where it may create or empty it. */
function patchOpen(owner, name) {
  const original = owner[name];
  owner[name] = function (path, flags, ...rest) {
    const where = place(path);
    const changes = typeof flags === "string" ? /[wa+]/.test(flags) : (flags & fs.constants.O_CREAT) !== 0;
    const args = [path, flags, ...rest];
    const opened =
      inside || where === undefined || !changes
        ? original.apply(this, args)
        : between(`open ${where}`, outermost(original, this), args);
    if (where !== undefined && typeof opened?.then === "function") {
      return opened.then((handle) => {
        handlePaths.set(handle, where);
        return handle;
      });
    }
    return opened;
  };
}

async function patchHandles() {
  const handle = await fs.promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of HANDLE_CHANGES.split(" ")) {
    const original = prototype[name];
    prototype[name] = function (...args) {
      const where = handlePaths.get(this);
      if (inside || where === undefined) return original.apply(this, args);
      return between(`${name} ${where}`, outermost(original, this), args);
    };
  }
}

for (const name of CHANGES.split(" ")) {
  patchChange(fs, name);
  patchChange(fs, `${name}Sync`);
  patchChange(fs.promises, name);
}
await patchHandles();
for (const [owner, name] of [
  [fs, "open"],
  [fs, "openSync"],
  [fs.promises, "open"],
])
  patchOpen(owner, name);

// Processes: named by the command and the file that it makes.

const { spawn } = childProcess;
childProcess.spawn = function (file, args, options) {
  const out = args[args.indexOf("-out") + 1];
  const process = [basename(file), args[0], ...(args.includes("-out") ? [out] : [])].join(" ");
  boundary(`before the start of ${process}`);
  const child = spawn.call(this, file, args, options);
  boundary(`after the start of ${process}`);
  // The first listener of the child: nobody has heard of its end yet.
  child.once("exit", () => boundary(`at the end of ${process}`));
  return child;
};

syncBuiltinESMExports();

// Requests: undici reports each stage to these channels before it goes on.

const STAGES = {
  "undici:request:create": "before the request",
  "undici:request:bodySent": "after the sending of",
  "undici:request:headers": "at the reply's head to",
  "undici:request:trailers": "after the reply to",
};
for (const [channel, stage] of Object.entries(STAGES)) {
  subscribe(channel, ({ request }) => {
    const path = request.path
      .replace(/^\/api\/[^/]+\/v3/, "")
      .replace(/(?<=\/caCertificates\/)[^/]+/, "{id}");
    boundary(`${stage} ${request.method} ${path}`);
  });
}
