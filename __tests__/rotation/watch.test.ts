import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DAY } from "./clock.ts";
import { unfinished } from "./end-state.ts";
import { newKey, selfSigned } from "./issuer.ts";
import { type Rules, type Snapshot, Watch } from "./watch.ts";

// A checker that never finds anything would make every case pass: here each thing that it looks for is wrong once.

const NOW = Date.UTC(2030, 0, 1);
const RULES: Rules = { overlap: 365, retire: "after-overlap", retiredKeys: "keep" };

function make(commonName: string, daysLeft: number) {
  const key = newKey();
  const dates = { notBefore: NOW - 900 * DAY, notAfter: NOW + daysLeft * DAY };
  return {
    id: commonName,
    key,
    pem: selfSigned(createPrivateKey(key), { subject: [["CN", commonName]], ...dates }),
  };
}
type Ca = ReturnType<typeof make>;
const [old, fresh, past, other] = [
  make("old", 100),
  make("fresh", 700),
  make("past", -5),
  make("other", 700),
];

/** @param more days since it was verified, and whether it is marked retired */
function entry({ id, key, pem }: Ca, more: { verified?: number; retired?: boolean } = {}): string {
  const at = (days: number) => new Date(NOW - days * DAY).toISOString();
  const verified = more.verified === undefined ? "" : `Verified at: ${at(more.verified)}\n`;
  return `Platform id: ${id}\n${verified}${more.retired ? `Retired at: ${at(0)}\n` : ""}${key}${pem}`;
}

const slot = ({ id, pem }: Ca, isVerified = true) => ({ id, pem, isVerified });

function snapshot(slots: Snapshot["slots"], ...entries: readonly string[]): Snapshot {
  return { now: NOW, slots, keyring: entries.join(""), readAsVerified: new Set() };
}

const both = snapshot(
  [slot(old), slot(fresh)],
  entry(fresh, { verified: 400 }),
  entry(old, { verified: 900 }),
);
const marked = snapshot(
  [slot(old), slot(fresh)],
  entry(fresh, { verified: 400 }),
  entry(old, { verified: 900, retired: true }),
);
const early = (slots: Snapshot["slots"], retired: boolean) =>
  snapshot(slots, entry(fresh, { verified: 300 }), entry(old, { verified: 900, retired }));
const done = { ...marked, slots: [slot(fresh)] };
const alone = snapshot([slot(old)], entry(old, { verified: 900 }));

/** The old one came back a hundred days ago. */
const OLD = "Platform id: old\n";
const RESTORED = `${OLD}Restored at: ${new Date(NOW - 100 * DAY).toISOString()}\n`;

/** What is seen one after the other, and the rule that it breaks. */
const BAD: readonly (readonly [string, readonly Snapshot[], string, Partial<Rules>?])[] = [
  [
    "a certificate without its key",
    [snapshot([]), snapshot([slot(old, false)])],
    "2: the platform has a certificate",
  ],
  ["a key that vanishes", [both, { ...both, keyring: entry(fresh) }], "3: a key vanished"],
  ["a retired key that vanishes too early", [done, { ...done, keyring: entry(fresh) }], "3: a key vanished"],
  [
    "the key of an expired CA that still lies in a slot vanishes",
    [snapshot([slot(past)], entry(past)), snapshot([slot(past)])],
    "2: the platform has a certificate",
  ],
  [
    "a key that is to be dropped, and was not retired",
    [snapshot([], entry(old)), snapshot([])],
    "3: a key vanished",
    { retiredKeys: "drop" },
  ],
  ["a key of another certificate", [snapshot([], old.key + fresh.pem)], "3: a key and its certificate"],
  ["half a keyring", [{ ...both, keyring: both.keyring.slice(0, -90) }], "3: the keyring has a broken block"],
  [
    "a CA twice in the keyring",
    [both, { ...both, keyring: both.keyring + entry(old) }],
    "3: a CA is in the keyring",
  ],
  [
    "a deleted one that came back",
    [marked, done, { ...done, slots: [slot(fresh), slot(old)] }],
    "4: a retired or",
  ],
  [
    "a deletion without a mark",
    [both, { ...both, slots: [slot(fresh)] }],
    "4: one was deleted without a mark",
  ],
  ["a mark taken back too late", [done, { ...done, keyring: both.keyring }], "4: a retired CA that is gone"],
  [
    "one certificate in two slots",
    [alone, { ...alone, slots: [slot(old), { ...slot(old), id: "2" }] }],
    "two slots",
  ],
  [
    "a note that nobody read",
    [snapshot([slot(fresh)], entry(fresh)), snapshot([slot(fresh)], entry(fresh, { verified: 0 }))],
    "5: the",
  ],
  [
    "a note of what is not there",
    [snapshot([], entry(fresh)), snapshot([], entry(fresh, { verified: 0 }))],
    "5: the keyring",
  ],
  ["the last usable one gone", [alone, { ...alone, slots: [] }], "6: no usable CA is left"],
  [
    "a mark without a successor",
    [alone, snapshot([slot(old)], entry(old, { retired: true }))],
    "6: a usable CA was retired",
  ],
  [
    "a mark before the overlap is over",
    [early(both.slots, false), early(both.slots, true)],
    "6: a CA was retired before",
  ],
  [
    "a mark before the overlap of one that came back is over",
    [both, marked].map((seen) => ({ ...seen, keyring: seen.keyring.replace(OLD, RESTORED) })),
    "6: a CA was retired before",
  ],
  ["a mark in spite of never", [both, marked], "in spite of retire: never", { retire: "never" }],
  [
    "an unverified one retired",
    [
      snapshot([slot(old, false), slot(fresh)], entry(fresh, { verified: 400 }), entry(old)),
      snapshot(
        [slot(old, false), slot(fresh)],
        entry(fresh, { verified: 400 }),
        entry(old, { retired: true }),
      ),
    ],
    "instead of resumed",
  ],
  [
    "a stranger deleted",
    [
      { ...both, slots: [slot(other), slot(fresh)] },
      { ...both, slots: [slot(fresh)] },
    ],
    "not held",
  ],
  [
    "a stranger verified",
    [snapshot([slot(other, false)]), snapshot([slot(other)])],
    "6: one that is not held was touched",
  ],
];

describe("the watch", () => {
  function watched(snapshots: readonly Snapshot[], rules: Partial<Rules> = {}): string {
    const [first = both] = snapshots;
    const watch = new Watch(first, { ...RULES, ...rules });
    for (const seen of snapshots) watch.look(seen);
    return watch.problems.join("\n");
  }

  test("finds nothing wrong in a rotation as it should be", () => {
    const stored = snapshot([slot(old)], entry(fresh), entry(old, { verified: 900 }));
    const uploaded = { ...stored, slots: [slot(old), slot(fresh, false)] };
    const read = { ...stored, slots: both.slots, readAsVerified: new Set([fresh.id]) };
    const noted = { ...read, keyring: entry(fresh, { verified: 0 }) + entry(old, { verified: 900 }) };
    expect(watched([alone, stored, uploaded, { ...uploaded, slots: both.slots }, read, noted])).toBe("");
    expect(watched([both, marked, done])).toBe("");
    const gone = { ...done, now: NOW + 101 * DAY, keyring: entry(fresh, { verified: 400 }) };
    expect(watched([done, gone])).toBe("");
    expect(watched([done, { ...gone, now: NOW }], { retiredKeys: "drop" })).toBe("");
  });

  for (const [what, snapshots, problem, rules] of BAD) {
    test(`finds ${what}`, () => {
      expect(watched(snapshots, rules)).toContain(problem);
    });
  }

  test("finds a plain key in an encrypted keyring", () => {
    const watch = new Watch(snapshot([]), RULES, "x");
    watch.look(snapshot([], entry(old)));
    expect(watch.problems.join()).toContain("3: a key is kept without encryption");
  });
});

describe("the goal", () => {
  const rules = { ...RULES, renewBefore: 395 };
  const early = { ...both, keyring: entry(fresh, { verified: 300 }) + entry(old) };

  test("is one usable CA of ours that is not due, alone or beside an older one in its overlap", () => {
    expect(unfinished(done, rules)).toEqual([]);
    expect(unfinished(early, rules)).toEqual([]);
    expect(unfinished(both, { ...rules, retire: "never" })).toEqual([]);
  });

  test.each([
    ["no CA", snapshot([])],
    ["one that is not held", snapshot([slot(other)])],
    ["one that has expired", snapshot([slot(past)], entry(past))],
    ["one that is due", alone],
    ["an older one after its overlap", both],
    ["one that is not verified", { ...early, slots: [slot(old, false), slot(fresh)] }],
    ["one that is marked retired", marked],
  ])("is not %s", (_, seen) => {
    expect(unfinished(seen, rules)).toHaveLength(1);
  });
});
