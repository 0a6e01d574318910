import type { RotationPolicy } from "../../src/ca/rotation-state.ts";
import { Clock, DAY, HOUR, MINUTE, SECOND } from "./clock.ts";
import { Devices, isUsable } from "./devices.ts";
import { FAULTS, type Strike } from "./incident.ts";
import { lookAt, readText } from "./keyring-text.ts";
import { Machine } from "./machine.ts";
import { Secret } from "./secret.ts";
import { SeededRandom } from "./seeded-random.ts";
import { Tenant } from "./tenant.ts";
import { Watch } from "./watch.ts";

interface SimulationOptions {
  readonly years: number;
  readonly seed: number;
}

/** What came of it. */
export interface Simulated {
  readonly days: number;
  readonly runs: number;
  /** Runs in which a clock was wrong by more than 5 minutes. */
  readonly clocksWrong: number;
  /** Runs that met a fault, and those of them that were killed. */
  readonly disturbed: number;
  readonly killed: number;
  readonly rotations: number;
  readonly agentCertificates: number;
  /** Since the first one was verified. */
  readonly daysWithoutUsableCa: number;
  /** Agents that a broker refused, counted each day. */
  readonly agentsRefused: number;
  /** Unexpired CA keys that once were in the keyring and are gone. */
  readonly lostKeys: number;
  /** Guarantees that did not hold at some instant. */
  readonly problems: readonly string[];
}

const START = Date.UTC(2026, 0, 1, 3);
const CA_DAYS = 800;
const AGENTS = 24;
/** Of a point of a run going wrong, of a day's run not taking place at all, and of a clock going wrong on a day. */
const FAULT = 0.05;
const NO_RUN = 0.05;
const CLOCK_FAULT = 0.02;

const POLICY: RotationPolicy = {
  renewBefore: 395,
  overlap: 365,
  retire: "after-overlap",
  retiredKeys: "keep",
  allowUnheld: new Set(),
  commonNamePrefix: "acme",
};

/**
 * Lives through years of an environment: each day the scheduled rotation, disturbed at random, then the agents'
 * renewal, then a look at what a broker would say. Machine and platform have clocks of their own, which go wrong, in both
 * directions, once or for up to a third of what renew-before is longer than the overlap.
 */
export async function simulate({ years, seed }: SimulationOptions): Promise<Simulated> {
  const random = new SeededRandom(seed);
  const clock = new Clock(START);
  const machine = new Machine(clock, new Tenant(clock), new Secret(""), { days: CA_DAYS });
  const watch = new Watch(machine.snapshot(), POLICY);
  const keys = new Map<string, number>();
  const verified = new Set<string>();
  machine.onInstant = (snapshot) => {
    watch.look(snapshot);
    for (const { fingerprint, notAfter } of readText(snapshot.keyring, undefined).entries)
      keys.set(fingerprint, notAfter);
    for (const { pem, isVerified } of snapshot.slots) if (isVerified) verified.add(lookAt(pem).fingerprint);
  };
  const devices = new Devices();
  const days = Math.round(years * 365.25);
  const clocks = new WrongClocks(random, clock);
  const count = {
    runs: 0,
    clocksWrong: 0,
    disturbed: 0,
    killed: 0,
    daysWithoutUsableCa: 0,
    agentsRefused: 0,
  };
  for (let day = 0; day < days; day += 1) {
    clock.passUntil(START + day * DAY);
    clocks.goWrong(day);
    if (!random.happens(NO_RUN)) {
      count.clocksWrong += clocks.wrong ? 1 : 0;
      const { faults, ending } = await machine.run(POLICY, { strike: chance(random) });
      count.runs += 1;
      count.disturbed += faults.length > 0 ? 1 : 0;
      count.killed += ending === "killed" ? 1 : 0;
    }
    clock.passUntil(START + day * DAY + HOUR);
    if (verified.size > 0) {
      // The fleet is set up one by one in the first year.
      const agents = Math.min(AGENTS, 1 + Math.floor((day * AGENTS) / 365));
      devices.renew(NAMES.slice(0, agents), machine.snapshot());
      const snapshot = machine.snapshot();
      if (!snapshot.slots.some((slot) => isUsable(slot, snapshot.now))) count.daysWithoutUsableCa += 1;
      count.agentsRefused += devices.refused(snapshot).length;
    }
  }
  const kept = new Set(
    readText(machine.secret.text, undefined).entries.map(({ fingerprint }) => fingerprint),
  );
  const lost = [...keys].filter(
    ([fingerprint, notAfter]) => notAfter > clock.now() && !kept.has(fingerprint),
  );
  return {
    days,
    ...count,
    rotations: Math.max(0, verified.size - 1),
    agentCertificates: devices.issued,
    lostKeys: lost.length,
    problems: watch.problems,
  };
}

const NAMES = Array.from({ length: AGENTS }, (_, index) => `agent-${index + 1}`);

function chance(random: SeededRandom): Strike {
  return ({ kind }) => (random.happens(FAULT) ? random.pick(FAULTS[kind]) : undefined);
}

/** The longest that a clock is wrong: the rest is left for the rotation. */
const MOST_WRONG_DAYS = Math.floor((POLICY.renewBefore - POLICY.overlap) / 3);

/** Lets the machine's or the platform's clock go wrong, by seconds or by years, for a day or for some. */
class WrongClocks {
  readonly #random: SeededRandom;
  readonly #clock: Clock;
  #until = 0;

  constructor(random: SeededRandom, clock: Clock) {
    this.#random = random;
    this.#clock = clock;
  }

  get wrong(): boolean {
    const { machineAhead, platformAhead } = this.#clock;
    return Math.abs(machineAhead - platformAhead) > 5 * MINUTE;
  }

  /** To be called once a day. */
  goWrong(today: number): void {
    const random = this.#random;
    if (today < this.#until) return;
    Object.assign(this.#clock, { machineAhead: 0, platformAhead: 0 });
    // One fault after the other would be one that lasts longer.
    if (today < this.#until + 3 * MOST_WRONG_DAYS || !random.happens(CLOCK_FAULT)) return;
    const ahead = random.pick(AMOUNTS) * random.pick([1, -1]);
    Object.assign(this.#clock, random.pick([{ machineAhead: ahead }, { platformAhead: ahead }]));
    this.#until = today + random.pick([1, 1, 2, MOST_WRONG_DAYS]);
  }
}

const AMOUNTS = [SECOND, 4 * MINUTE, HOUR, DAY, 30 * DAY, 400 * DAY, 4018 * DAY];
