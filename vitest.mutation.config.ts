/** Which tests mutation testing of src/ca runs (npm run mutation): the pure ones, each in what time it takes. */
import { BaseSequencer } from "vitest/node";
import { defineConfig } from "vitest/config";
import { forgetHost } from "./__tests__/support/host.ts";

forgetHost();
// Read by __tests__/ca/sample.ts.
process.env["MUTATION_TESTING"] = "yes";

/** A mutant is killed by the first test that fails, so the tests that take longest come last. */
class ShortestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    return (await super.sort(files)).toReversed();
  }
}

export default defineConfig({
  test: {
    include: ["__tests__/ca/*.test.ts"],
    globalSetup: ["__tests__/support/key-pool.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { sequencer: ShortestFirst },
  },
});
