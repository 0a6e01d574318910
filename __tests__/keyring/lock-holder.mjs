// Holds the lock at the path that it is given, and goes on holding it; prints a line once it does. A process of its own, to
// be stopped or killed.
import { Lock, thisMachine } from "../../src/keyring/lock.ts";

await Lock.take(process.argv[2], { machine: thisMachine(), waiting: () => {} });
process.stdout.write("held\n");
setInterval(() => {}, 1000);
