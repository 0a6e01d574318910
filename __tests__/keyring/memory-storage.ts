import type { KeyringStorage } from "../../src/keyring/storage.ts";
import { ActionError } from "../../src/messages/errors.ts";

const AT = Date.parse("2026-11-23T12:00:00Z");

/** A storage in memory whose clock stands still. */
export class MemoryStorage implements KeyringStorage {
  readonly location = "the memory";
  readonly writeCheck = "remembered";
  limit = Number.POSITIVE_INFINITY;
  accessEnds: number | undefined;
  needsImport = false;
  readonly provisional = false;
  text = "";
  readonly events: string[] = [];
  refuse = false;
  repeats = false;
  /** How many writes are refused and sent again. */
  refusals = 0;

  now(): number {
    return AT;
  }

  async check(): Promise<void> {
    this.events.push("check");
    if (this.refuse) throw new ActionError("KEYRING_STALE", "old");
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    for (; this.refusals > 0; this.refusals -= 1) await change(this.text);
    this.text = await change(this.text);
    if (this.repeats) this.text = await change(this.text);
    this.events.push("write");
  }

  async requireUnchanged(): Promise<void> {
    this.events.push("unchanged?");
  }
}
