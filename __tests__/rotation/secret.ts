import type { KeyringStorage } from "../../src/keyring/storage.ts";
import { ActionError } from "../../src/messages/errors.ts";
import { type Clock, SECOND } from "./clock.ts";
import type { Incident } from "./incident.ts";

/** What a write takes, and a slow one. */
const WRITE = SECOND / 2;
const SLOW_WRITE = 240 * SECOND;

/** A secret that holds a keyring: it outlives every run. */
export class Secret {
  #text: string;
  /** Told of every change. */
  onWritten: () => void = () => {};

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.onWritten();
  }
}

/**
 * The secret as one run sees it: it can be written and never read. What a write replaces is what came in, or what this
 * run wrote last: another run's write would be lost unseen.
 */
export class SecretStore implements KeyringStorage {
  readonly location = "the secret KEYRING";
  readonly writeCheck = "its time of writing read back";
  readonly needsImport = false;
  readonly limit = 48 * 1024;
  readonly accessEnds = undefined;
  readonly provisional = false;
  readonly #secret: Secret;
  readonly #cameIn: string;
  readonly #clock: Clock;
  readonly #incident: Incident;
  #believed: string;

  constructor(secret: Secret, cameIn: string, clock: Clock, incident: Incident) {
    this.#secret = secret;
    this.#cameIn = cameIn;
    this.#believed = cameIn;
    this.#clock = clock;
    this.#incident = incident;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Tells what came in from what is there as exactly as nobody outside can: the model of a check that never errs. */
  async check(): Promise<void> {
    if (this.#cameIn === this.#secret.text) return;
    const code = this.#cameIn === "" ? "KEYRING_NOT_PASSED_IN" : "KEYRING_STALE";
    throw new ActionError(code, "The secret was written after the keyring that came in.");
  }

  async replace(change: (current: string) => Promise<string>): Promise<void> {
    const text = await change(this.#believed);
    const { fault, passed } = await this.#incident.reach({ kind: "write", what: "write of the keyring" });
    this.#clock.pass(fault === "slow" ? SLOW_WRITE : WRITE);
    if (fault === "fails" || fault === "all fail") throw failed();
    this.#secret.text = text;
    await passed();
    if (fault === "lost") throw failed();
    this.#believed = text;
  }

  async requireUnchanged(): Promise<void> {}
}

function failed(): ActionError {
  return new ActionError("KEYRING_WRITE_FAILED", "The secret could not be written.");
}
