import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, the longest first. The size of a file, which Vitest goes by, says nothing of these. */
const LONGEST = [
  "faults/matrix",
  "rotation/exhaustive",
  "docs/examples-run",
  "http/proxy",
  "keyring/secret-clocks",
];
for (const name of LONGEST) {
  if (!existsSync(join(import.meta.dirname, `../${name}.test.ts`)))
    throw new Error(`there is no test file ${name}`);
}

/** Begins with the longest files: one that began last would have a core to itself at the end, and the other cores nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`__tests__/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
