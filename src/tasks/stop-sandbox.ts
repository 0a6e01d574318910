import { SANDBOX_STATE } from "./sandbox.ts";

/** The post step of the sandbox task: stops the process that main started, and never fails the job. */
export function stopSandbox(): void {
  const pid = Number(process.env[`STATE_${SANDBOX_STATE}`] ?? "");
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}
