import { describe, test, vi } from "vitest";
import { builtCases } from "./built-cases.ts";

// Guarantees 2 to 6 for the action as it is built, with OpenSSL and a keyring file: what the exhaustive test shows of the
// recipe in thousands of cases. Windows has no SIGKILL that a process could send to itself.
const cases = process.platform === "win32" ? [] : await builtCases();
process.stdout.write(`rotation, built action: ${cases.length} kills and network faults\n`);

vi.setConfig({ maxConcurrency: 6, testTimeout: 120_000 });

describe.concurrent("rotate, disturbed", () => {
  for (const { name, play } of cases) test(name, play);
});
