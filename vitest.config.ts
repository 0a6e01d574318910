import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { forgetHost } from "./__tests__/support/forget-host.ts";
import { LongestFirst } from "./__tests__/support/longest-first.ts";

forgetHost();

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    globalSetup: ["__tests__/support/key-pool.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Vitest leaves a core to itself; files that wait, for a lock, a limit or a process, leave two more.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", "json"],
    // Read by .ci/run, which prints the counts.
    outputFile: { json: ".scratch/vitest.json" },
    // On demand (npm run coverage): what counts the lines slows them.
    coverage: {
      provider: "v8",
      include: ["src/**"],
      // The action's own processes run dist/, so what only they execute counts through the scenarios, not here.
      reporter: ["text-summary"],
      thresholds: { statements: 66, branches: 66, functions: 68, lines: 66 },
    },
  },
});
