import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    // Read by .ci/run, which prints the counts.
    outputFile: { json: ".scratch/vitest.json" },
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["src/**"],
      // The action's own processes run dist/, so what only they execute counts through the scenarios, not here.
      reporter: ["text-summary"],
    },
  },
});
