import { expect, test } from "vitest";
import { simulate } from "./simulation.ts";

// `npm run simulate` shows forty years.
test.each([1, 2])(
  "years of daily runs with crashes and faults at random (guarantees 2 to 6), seed %i",
  async (seed) => {
    const years = 6;
    const result = await simulate({ years, seed });
    const { runs, disturbed, rotations } = result;
    process.stdout.write(
      `simulation: ${years} years, seed ${seed}, ${rotations} rotations in ${runs} runs, ${disturbed} of them disturbed\n`,
    );
    expect(result).toMatchObject({ daysWithoutUsableCa: 0, agentsRefused: 0, lostKeys: 0, problems: [] });
    expect(rotations).toBe(5);
    expect(disturbed).toBeGreaterThan(50);
    expect(result.killed).toBeGreaterThan(0);
    expect(result.clocksWrong).toBeGreaterThan(20);
  },
);
