// Loaded before the action (SCARCE="<openssl command> <errno>"): the system refuses to start that process.
import { ChildProcess } from "node:child_process";
import { constants } from "node:os";

const [command, name] = (process.env["SCARCE"] ?? "").split(" ");
const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  if (options.args[1] === command) {
    const handle = this._handle;
    const refused = handle.spawn;
    // The streams are there and end at once, as of a program that is not found; what Node makes of the rest is its own.
    handle.spawn = (own) => {
      refused.call(handle, { ...own, file: "/nowhere" });
      return -constants.errno[name];
    };
  }
  return spawn.call(this, options);
};
