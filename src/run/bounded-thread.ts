// Runs a task in a thread of its own, whose heap has a limit.
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { type ResourceLimits, SHARE_ENV, Worker } from "node:worker_threads";
import { failToLoad, failWithoutToolkit } from "../action/runner.ts";
import { ERROR_CODES, RAISE_LIMITS } from "../messages/errors.ts";

/**
 * Limits of the heap. Without them V8 lets it grow with the length of a run: each collection still finds objects of processes
 * that have just ended, and V8 gives more room where more survived. Node.js takes such limits from its command line, which is
 * the runner's, or for a thread. The heap of a run of 100,000 agents by CSR was measured with 175 MB (EC) and 250 MB (RSA).
 */
const LIMITS = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 } satisfies ResourceLimits;

/**
 * Runs a script in a thread whose heap has a limit, and waits until all that it prints is handed on. The exit code of the
 * thread becomes that of this process. Where the thread does not start, or fills its heap, the annotation says so.
 * @param script absolute path of a JavaScript file
 */
export async function runInBoundedThread(script: string): Promise<void> {
  try {
    // The variables are this process's own: on Windows only those are found in any case (PATH, Path).
    const thread = new Worker(script, { env: SHARE_ENV, resourceLimits: LIMITS });
    // Reporting never decides (guarantee 11): where nobody reads the log any more, the run goes on without one.
    process.stdout.on("error", () => thread.stdout.resume());
    const printed = finished(thread.stdout);
    try {
      const [code] = await once(thread, "exit");
      process.exitCode = Number(code);
    } finally {
      await printed;
    }
  } catch (error) {
    explainEnd(error);
  }
}

/** A task turns its own errors into annotations: what arrives here is about the thread, or came before the task. */
function explainEnd(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  const { next } = ERROR_CODES.RESOURCES_EXHAUSTED;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    const message = `The run filled the ${LIMITS.maxOldGenerationSizeMb} MB of memory that it may use. The list has too many agents for one run.`;
    failWithoutToolkit("RESOURCES_EXHAUSTED", message, next);
  } else if (code === "ERR_WORKER_INIT_FAILED") {
    const message =
      "The system has no memory, processes or descriptors left to start the thread of this run.";
    failWithoutToolkit("RESOURCES_EXHAUSTED", message, RAISE_LIMITS);
  } else failToLoad(error);
}
