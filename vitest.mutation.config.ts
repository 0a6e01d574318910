import { defineConfig } from "vitest/config";
import { forgetHost } from "./__tests__/support/host.ts";

forgetHost();
// Read by __tests__/ca/sample.ts.
process.env["MUTATION_TESTING"] = "yes";

export default defineConfig({
  test: {
    include: ["__tests__/ca/*.test.ts"],
    globalSetup: ["__tests__/support/key-pool.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
