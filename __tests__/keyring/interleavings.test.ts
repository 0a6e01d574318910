import { describe, expect, test } from "vitest";
import type { Disk } from "../../src/keyring/file-operations.ts";
import { KEYRING, type LeftBehind, Run, Shelf, wrong } from "./machines.ts";

// Guarantee 3 for the keyring file: whichever run stands still, wherever and however long, and whichever is killed, no key
// that was in the keyring goes, and no run ends well whose key is not there.

/** More than a run changes on its way, a killed run's lock included. */
const MOST_CHANGES = 24;
const LEFT: readonly LeftBehind[] = ["nothing", "a lock of this machine", "a lock of another machine"];
const HOSTS = [
  ["on one machine", ["here", "here", "here"]],
  ["on two machines", ["here", "there", "here"]],
] as const;

function scene(
  left: LeftBehind,
  hosts: readonly string[],
  disk?: (own: Disk) => Disk,
): { shelf: Shelf; runs: Run[] } {
  const shelf = new Shelf();
  if (left !== "nothing") shelf.leave(left === "a lock of this machine" ? "here" : "elsewhere");
  return { shelf, runs: hosts.map((host, index) => new Run(shelf, index + 1, host, disk)) };
}

/** All of them in turn, until each has ended. */
async function together(runs: readonly Run[]): Promise<void> {
  while (runs.some(({ ending }) => ending === undefined)) for (const run of runs) await run.step();
}

/** Plays every place where the first run stands still, and every one where the second does. */
async function everyPair(
  play: (first: number, second: number) => Promise<string[]>,
): Promise<{ problems: string[]; played: number }> {
  const problems: string[] = [];
  let played = 0;
  for (let first = 0; first <= MOST_CHANGES; first += 1) {
    for (let second = 0; second <= MOST_CHANGES; second += 1) {
      played += 1;
      for (const problem of await play(first, second)) problems.push(`${first}, ${second}: ${problem}`);
    }
  }
  return { problems, played };
}

describe.each(HOSTS)("two runs %s (guarantee 3)", (_, hosts) => {
  test.each(LEFT)("and %s: one stands still, then the other, then both go on", async (left) => {
    const { problems } = await everyPair(async (first, second) => {
      const { shelf, runs } = scene(left, hosts.slice(0, 2));
      const [one, two] = runs as [Run, Run];
      await one.go(first);
      await two.go(second);
      await one.go();
      await two.go();
      const endings = runs.map(({ ending }) => ending);
      // One of them at least does what it is for.
      return [...wrong(shelf, runs), ...(endings.includes("ended well") ? [] : [`ended as ${endings}`])];
    });
    expect(problems).toEqual([]);
  });

  test.each(LEFT)("and %s: the first is killed anywhere, and the other is not held up", async (left) => {
    for (let changes = 0; changes <= MOST_CHANGES; changes += 1) {
      const { shelf, runs } = scene(left, hosts.slice(0, 2));
      const [one, two] = runs as [Run, Run];
      await one.go(changes);
      one.kill();
      const before = shelf.now;
      await two.go();
      const where = `${changes} changes`;
      expect(wrong(shelf, runs), where).toEqual([]);
      expect(two.ending, where).toBe("ended well");
      const mayWait = hosts[1] === "there" || left === "a lock of another machine";
      expect(shelf.now - before, where).toBeLessThan(mayWait ? 35_000 : 1000);
      // Nothing that a killed run left holds a key after the next one (SECURITY).
      const names = shelf.names().filter((name) => !name.includes("-"));
      expect(names, where).toEqual(["keyring.pem"]);
    }
  });

  test("in turn: both end well, or the first sees that the second came in between", async () => {
    const { shelf, runs } = scene("nothing", hosts.slice(0, 2));
    await together(runs);
    expect(wrong(shelf, runs)).toEqual([]);
    expect(runs.map(({ ending }) => ending)).toContain("ended well");
  });
});

test.each(HOSTS)(
  "three runs %s: two stand still anywhere while the third works (guarantee 3)",
  async (_, hosts) => {
    const { problems } = await everyPair(async (first, second) => {
      const { shelf, runs } = scene("nothing", hosts);
      const [one, two, three] = runs as [Run, Run, Run];
      await one.go(first);
      await two.go(second);
      await three.go();
      await together([two, one]);
      return wrong(shelf, runs);
    });
    expect(problems).toEqual([]);
  },
);

test("a holder that goes on is waited for, and named", async () => {
  const { shelf, runs } = scene("nothing", ["here", "there"]);
  const [one, two] = runs as [Run, Run];
  await one.go(6);
  // It renews, and gets no further: a disk that is very slow.
  while (two.ending === undefined) {
    await two.step();
    shelf.folder(`${KEYRING}.lock`).set("renewed", { text: String(shelf.now) });
  }
  expect(two.ending).toBe("KEYRING_LOCKED");
  expect(two.lines).toEqual([`Waiting for ${KEYRING}.lock, held by process 101 on here.`]);
  expect(shelf.now).toBeGreaterThan(45_000);
  expect(shelf.now).toBeLessThan(47_000);
});

test("the checks above see a key that is lost: a lock that only tells runs apart loses one", async () => {
  /** Writes whether the draft is there or not: what any lock without the draft comes to. */
  const careless = (own: Disk): Disk => {
    let draft = "";
    return {
      ...own,
      fill: async (path, text) => {
        if (path.endsWith(".draft")) draft = text;
        await own.fill(path, text).catch(() => {});
      },
      rename: async (from, to) => {
        if (to !== KEYRING) return await own.rename(from, to);
        const copy = `${KEYRING}.${draft.length}`;
        await own.create(copy, draft);
        await own.rename(copy, to);
      },
    };
  };
  const { problems } = await everyPair(async (first, second) => {
    const { shelf, runs } = scene("nothing", ["here", "there"], careless);
    const [one, two] = runs as [Run, Run];
    await one.go(first);
    await two.go(second);
    await one.go();
    await two.go();
    return wrong(shelf, runs);
  });
  expect(problems.join()).toContain("lost: ");
});
