import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../src/sandbox/start.ts";
import type { Stage } from "../support/action.ts";

/** What is another one in each run: PEM, fingerprints, random names, times, numbers. */
const CHANGING =
  /(-----BEGIN [^-]+-----[^-]+-----END [^-]+-----|(?:[\dA-F]{2}:){15,}[\dA-F]{2}|(?=[\w-]*\d)[\w-]{20,}|(?<=acme-)[\da-f]{8})|(\d{4}-\d\d-\d\dT[\d:.]+Z)|\d+/g;

/** What is random in the name of a run's directory, with a digit in it or without. */
const DIRECTORY = /(?<=mindconnect-ca-(?:work-)?)[A-Za-z\d]{6}(?![\w-])/g;

/**
 * Describes all that a run finds: slots, the files that last, and the names of what an earlier run left. Two descriptions are
 * equal where only keys, times, random names and numbers differ: a run from the one does what it does from the other.
 * @param more what else it depends on, such as its inputs; there times and numbers count
 * @param elsewhere what lasts elsewhere, such as secrets; there times and numbers do not count
 */
export function describeState(
  sandbox: Sandbox,
  stage: Stage,
  more: unknown,
  elsewhere?: Readonly<Record<string, string>>,
): string {
  const files = ["lasting/**", "temp/**"].flatMap((pattern) => globSync(pattern, { cwd: stage.root }).sort());
  // Directories of one kind after those of another, whatever their names begin with.
  files.sort((a, b) => Number(a.includes("-ca-work-")) - Number(b.includes("-ca-work-")));
  const seen = files.map((file) => {
    const path = join(stage.root, file);
    const found = statSync(path);
    // In letters, because numbers do not count.
    const mode = found.mode.toString(8).replaceAll(/\d/g, (digit) => "abcdefgh"[Number(digit)] ?? "");
    return [file, mode, file.startsWith("lasting/") && found.isFile() ? readFileSync(path, "utf8") : ""];
  });
  const names = new Map<string, string>();
  const described = (value: unknown, replaced: (number: string, time?: string) => string) =>
    JSON.stringify(value)
      .replaceAll("\\n", "\n")
      .replaceAll(stage.root, "ROOT")
      .replaceAll(sandbox.url, "URL")
      .replaceAll(DIRECTORY, "*")
      .replaceAll(CHANGING, (found, name?: string, time?: string) => {
        if (name === undefined) return replaced(found, time);
        const known = names.get(found) ?? `<${names.size}>`;
        names.set(found, known);
        return known;
      });
  const { certificates, quirks } = sandbox;
  const state = described({ certificates, quirks, seen, elsewhere }, (_, time) =>
    time === undefined ? "N" : "T",
  );
  return `${state} ${described(more, (found) => found)}`;
}

/** What cases have shown from states: of those that come to the same state, one shows it and the others wait for that. */
export class Shown {
  readonly #shown = new Map<string, Promise<void>>();

  /**
   * @param state as {@link describeState} has it, with all that `show` depends on
   * @throws what `show` throws, in each case that comes to this state
   */
  async once(state: string, show: () => Promise<void>): Promise<void> {
    const shown = this.#shown.get(state) ?? show();
    this.#shown.set(state, shown);
    await shown;
  }
}
