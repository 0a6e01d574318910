import { describe, test, vi } from "vitest";
import { clockCases } from "./clock-cases.ts";
import { combinedCases } from "./combined-cases.ts";
import { keptKeyringCases } from "./kept-keyring-cases.ts";
import { killCases } from "./kill-cases.ts";
import { networkCases } from "./network-cases.ts";
import { tokenCases } from "./token-cases.ts";

// Guarantee 4 (and 2, 3, 7 on the way): killed anywhere, or met by any fault of the network, the job is finished by
// running it again. The kill points are recorded here and now, from the action as it is built.
// Windows has no SIGKILL that a process could send to itself.
const kills = process.platform === "win32" ? [] : [...(await killCases()), ...(await keptKeyringCases())];
const networks = [...networkCases(), ...combinedCases(), ...tokenCases(), ...clockCases()];
process.stdout.write(
  `fault matrix: ${kills.length + networks.length} cases (${kills.length} kills, ${networks.length} network faults)\n`,
);

// A part of a case's time is waiting, for a hang, a limit or the next attempt, so many share the cores. A loaded machine
// must not fail one.
vi.setConfig({ maxConcurrency: 8, testTimeout: 120_000 });

describe.concurrent("fault matrix", () => {
  // By turns: while the cases of one kind wait, those of the other use the cores.
  for (let index = 0; index < Math.max(kills.length, networks.length); index += 1) {
    for (const cell of [kills[index], networks[index]]) if (cell !== undefined) test(cell.name, cell.play);
  }
});
