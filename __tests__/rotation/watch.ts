import { DAY } from "./clock.ts";
import { type KeyringCa, lookAt, readText } from "./keyring-text.ts";

/** Whose slots these are. */
const TENANT = "acme";

/** What lies where at one instant. */
export interface Snapshot {
  readonly now: number;
  readonly slots: readonly { readonly id: string; readonly pem: string; readonly isVerified: boolean }[];
  readonly keyring: string;
  /** Ids that a read of this run showed as verified. */
  readonly readAsVerified: ReadonlySet<string>;
}

/** What a rotation was asked for, as far as the guarantees depend on it. */
export interface Rules {
  /** Days. */
  readonly overlap: number;
  readonly retire: "after-overlap" | "now" | "never";
  readonly retiredKeys: "keep" | "drop";
}

interface Lying {
  readonly id: string;
  readonly fingerprint: string;
  readonly verified: boolean;
  readonly usable: boolean;
  readonly expired: boolean;
  /** Its entry in the keyring. */
  readonly kept: KeyringCa | undefined;
}

interface Observed {
  readonly now: number;
  readonly lying: readonly Lying[];
  readonly entries: readonly KeyringCa[];
}

/**
 * Guarantees 2 to 6 as a person would check them, at every instant. It knows what it sees and what it saw before;
 * nothing here comes from the decision, the matching of slots or the keyring's code.
 */
export class Watch {
  readonly #rules: Rules;
  readonly #passphrase: string | undefined;
  readonly #problems = new Set<string>();
  /** Ids of slots whose certificates were not held when it began: nobody may touch them. */
  readonly #strangers = new Set<string>();
  /** When a certificate was first seen as verified, by the time itself; of those that were from the beginning nobody knows. */
  readonly #verifiedSince = new Map<string, number>();
  /** Certificates that were deleted. */
  readonly #deleted = new Set<string>();
  #before: Observed;

  constructor(first: Snapshot, rules: Rules, passphrase?: string) {
    this.#rules = rules;
    this.#passphrase = passphrase;
    this.#before = this.#observe(first);
    for (const { id, kept } of this.#before.lying) if (kept === undefined) this.#strangers.add(id);
  }

  /** What was wrong so far, each once. */
  get problems(): readonly string[] {
    return [...this.#problems];
  }

  /** To be called whenever something lasting may have changed. */
  look(snapshot: Snapshot): void {
    const observed = this.#observe(snapshot);
    const before = { ...this.#before, lying: this.#before.lying.map((it) => atTime(it, observed.now)) };
    this.#checkKeys(before, observed);
    this.#checkMarks(before, observed);
    this.#checkNotes(before, observed, snapshot.readAsVerified);
    this.#checkSlots(before, observed);
    this.#checkUsable(before, observed);
    for (const { id, fingerprint, verified } of observed.lying) {
      const was = before.lying.find((other) => other.id === id);
      if (verified && was?.verified !== true && !this.#verifiedSince.has(fingerprint))
        this.#verifiedSince.set(fingerprint, observed.now);
    }
    this.#before = observed;
  }

  #observe({ now, slots, keyring }: Snapshot): Observed {
    const { entries, problems } = readText(keyring, this.#passphrase);
    for (const problem of problems) this.#problems.add(`3: ${problem}`);
    const lying = slots.map(({ id, pem, isVerified }): Lying => {
      const { fingerprint, notAfter } = lookAt(pem);
      const expired = notAfter <= now;
      const kept = entries.find((entry) => entry.fingerprint === fingerprint);
      return { id, fingerprint, verified: isVerified, usable: isVerified && !expired, expired, kept };
    });
    return { now, lying, entries };
  }

  /** Guarantees 2 and 3. */
  #checkKeys(before: Observed, { now, lying, entries }: Observed): void {
    for (const { id, kept } of lying) {
      if (kept === undefined && !this.#strangers.has(id))
        this.#problems.add("2: the platform has a certificate of ours whose key is not kept");
    }
    const seen = new Set(entries.map(({ fingerprint }) => fingerprint));
    if (seen.size < entries.length) this.#problems.add("3: a CA is in the keyring twice");
    for (const entry of before.entries.filter(({ fingerprint }) => !seen.has(fingerprint))) {
      const dropped = entry.retired && this.#rules.retiredKeys === "drop";
      if (!dropped && entry.notAfter > now) this.#problems.add("3: a key vanished from the keyring");
    }
    for (const entry of before.entries.filter(({ tenant }) => tenant !== undefined && tenant !== TENANT)) {
      const is = entries.find(({ fingerprint }) => fingerprint === entry.fingerprint);
      if (JSON.stringify(is) !== JSON.stringify(entry))
        this.#problems.add("12: another tenant's CA was changed in the keyring");
    }
    const plain = this.#passphrase !== undefined && entries.some(({ encrypted }) => !encrypted);
    if (plain) this.#problems.add("3: a key is kept without encryption");
  }

  /** A mark decides that a CA goes, so it is looked at as strictly as the DELETE (guarantees 4 and 6). */
  #checkMarks(before: Observed, { lying, entries, now }: Observed): void {
    for (const entry of entries) {
      const was = before.entries.find(({ fingerprint }) => fingerprint === entry.fingerprint);
      const slot = lying.find(({ fingerprint }) => fingerprint === entry.fingerprint);
      if (was?.retired === true && !entry.retired && slot === undefined)
        this.#problems.add("4: a retired CA that is gone is no longer marked retired");
      if (!entry.retired || was?.retired === true) continue;
      if (slot === undefined) this.#problems.add("4: a CA that is not on the platform was marked retired");
      else if (!slot.verified && !slot.expired)
        this.#problems.add("6: one of ours that is not verified yet was marked retired instead of resumed");
      else if (slot.usable) this.#checkSuccessor(slot, lying, now);
      else if (this.#rules.retire === "never" && !slot.expired)
        this.#problems.add("6: one was retired in spite of retire: never");
    }
  }

  /** Only a usable one of ours can take over, and not before the overlap is over. */
  #checkSuccessor(leaving: Lying, lying: readonly Lying[], now: number): void {
    const { retire, overlap } = this.#rules;
    const ours = lying.filter(
      ({ id, usable, kept }) => id !== leaving.id && usable && kept?.retired === false,
    );
    if (ours.length === 0) this.#problems.add("6: a usable CA was retired without a usable successor");
    if (retire === "never") this.#problems.add("6: a usable CA was retired in spite of retire: never");
    // One that was brought back has the overlap anew.
    const restored = leaving.kept?.restoredAt ?? Number.NaN;
    const anew = Number.isNaN(restored) || restored + overlap * DAY <= now;
    const isOver = (since = Number.NaN) => since + overlap * DAY <= now;
    const over =
      anew &&
      ours.some(({ kept, fingerprint }) => {
        const since = this.#verifiedSince.get(fingerprint) ?? Number.NEGATIVE_INFINITY;
        return isOver(kept?.verifiedAt) && isOver(since - CLOCKS_DIFFER);
      });
    if (retire === "after-overlap" && !over)
      this.#problems.add("6: a CA was retired before its overlap was over");
  }

  /** Guarantee 5: what the keyring says of the platform was read back. */
  #checkNotes(before: Observed, { lying, entries }: Observed, readAsVerified: ReadonlySet<string>): void {
    for (const entry of entries) {
      const { fingerprint, platformId = "" } = entry;
      const was = before.entries.find((other) => other.fingerprint === fingerprint);
      if (!saysVerified(entry) || (was !== undefined && saysVerified(was))) continue;
      const slot = lying.find((it) => it.id === platformId && it.fingerprint === fingerprint);
      if (slot === undefined)
        this.#problems.add("5: the keyring says verified, but the platform has no such CA");
      else if (!slot.verified || !readAsVerified.has(slot.id))
        this.#problems.add("5: the keyring says verified, and no read showed that");
    }
  }

  /** Guarantees 4 and 6, slot by slot. */
  #checkSlots(before: Observed, { lying }: Observed): void {
    for (const was of before.lying) {
      const is = lying.find(({ id }) => id === was.id);
      const foreign = this.#strangers.has(was.id);
      if (foreign && is?.verified !== was.verified) this.#problems.add("6: one that is not held was touched");
      if (is === undefined) {
        this.#deleted.add(was.fingerprint);
        if (!foreign && was.kept?.retired !== true) this.#problems.add("4: one was deleted without a mark");
      } else if (is.verified && !was.verified && is.kept?.retired === true)
        this.#problems.add("4: a retired CA was verified");
    }
    for (const { id, fingerprint, kept } of lying) {
      if (lying.some((other) => other.id !== id && other.fingerprint === fingerprint))
        this.#problems.add("4: one certificate takes two slots");
      if (before.lying.some((was) => was.id === id)) continue;
      if (kept?.refused === true) this.#problems.add("4: a refused CA was sent again by itself");
      if (kept?.tenant !== undefined && kept.tenant !== TENANT)
        this.#problems.add("12: another tenant's CA was sent");
      if (this.#deleted.has(fingerprint) || kept?.retired === true)
        this.#problems.add("4: a retired or deleted CA came back");
    }
  }

  /** Guarantee 6: time alone may end the last usable one. */
  #checkUsable(before: Observed, { lying }: Observed): void {
    const count = (slots: readonly Lying[]) => slots.filter(({ usable }) => usable).length;
    if (count(before.lying) > 0 && count(lying) === 0) this.#problems.add("6: no usable CA is left");
    const ours = (slots: readonly Lying[]) =>
      slots.filter(({ usable, kept }) => usable && kept?.retired === false);
    if (ours(before.lying).length > 0 && ours(lying).length === 0)
      this.#problems.add("6: no usable CA of ours is left that is not marked retired");
  }
}

/** A time was remembered, and the overlap is over, by clocks that may differ by 5 minutes from the time itself. */
const CLOCKS_DIFFER = 10 * 60_000;

/** The same slot a little later. */
function atTime(slot: Lying, now: number): Lying {
  const expired = slot.expired || (slot.kept !== undefined && slot.kept.notAfter <= now);
  return { ...slot, expired, usable: slot.usable && !expired };
}

function saysVerified({ verifiedAt }: KeyringCa): boolean {
  return !Number.isNaN(verifiedAt);
}
