/** Mutation testing of src/ca (npm run mutation): the pure tests that it runs, in the order that kills a mutant soonest. */
import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { forgetHost } from "./__tests__/support/forget-host.ts";

forgetHost();
// Read by __tests__/ca/sample.ts.
process.env["MUTATION_TESTING"] = "yes";

/** The first test that fails kills a mutant. So the tests of the mutated file come first, then the smaller files. */
class OwnTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const mutated = [this.ctx.config.related ?? []].flat().map((path) => basename(path, ".ts"));
    const isOwn = ({ moduleId }: TestSpecification) => mutated.includes(basename(moduleId, ".test.ts"));
    return (await super.sort(files)).toReversed().toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  }
}

export default defineConfig({
  test: {
    include: ["__tests__/ca/*.test.ts"],
    globalSetup: ["__tests__/support/key-pool.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { sequencer: OwnTestsFirst },
  },
});
