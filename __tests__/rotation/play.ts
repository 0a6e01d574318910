import { DAY, HOUR, SECOND } from "./clock.ts";
import { unfinished } from "./end-state.ts";
import { type Fault, only, type Point } from "./incident.ts";
import { type KeyringCa, readText } from "./keyring-text.ts";
import type { Ended, Machine, RunOptions } from "./machine.ts";
import { type Policy, type ReadyState, type State, setUp } from "./states.ts";
import { Watch } from "./watch.ts";
import type { SeenCall } from "./wire.ts";

/** What came of playing one state. */
export interface Played {
  /** What was wrong; empty where everything held. */
  readonly problems: readonly string[];
  /** The points of the first run. */
  readonly trace: readonly Point[];
  /** Where it led: `settled`, or the code of a refusal that lasts. */
  readonly end: string;
  /** Certificates that came into a slot. */
  readonly uploads: number;
  /** CAs of the keyring in the end that are neither retired nor refused: a key too many was made in vain. */
  readonly keys: number;
}

/** Runs that a state may take until nothing is due, the first one included. */
const MOST_RUNS = 5;
/** Refusals that a rotation may end in; any other error is to go away by itself. */
const REFUSALS = ["CA_NOT_HELD", "CA_SLOTS_FULL", "CA_DOUBTFUL", "PLATFORM_REPLY_UNEXPECTED"];

/** Plays a state without a fault: what it leads to, and whether plan, outcome and next step say so beforehand. */
export async function playUndisturbed(state: State, policy: Policy): Promise<Played> {
  const playing = new Playing(setUp(state, policy));
  await playing.plansTruly();
  const [first, end] = await playing.untilSettled(undefined);
  const { uploads, keys } = playing.played(first, end);
  await playing.waitsTruly(end);
  return { ...playing.played(first, end), uploads, keys };
}

/** Plays a state with one fault in the first run, and then without, until nothing is due. */
export async function playFault(state: State, policy: Policy, fault: Fault): Promise<Played> {
  const playing = new Playing(setUp(state, policy));
  const [first, end] = await playing.untilSettled(fault);
  return playing.played(first, end);
}

class Playing {
  readonly #machine: Machine;
  readonly #ready: ReadyState;
  readonly #watch: Watch;
  readonly #problems = new Set<string>();
  #last: Ended | undefined;
  #uploads = 0;
  /** Refused CAs in the keyring at the beginning. */
  readonly #refused: number;

  constructor(ready: ReadyState) {
    this.#ready = ready;
    this.#machine = ready.machine;
    this.#watch = new Watch(ready.machine.snapshot(), ready.policy, ready.machine.passphrase);
    this.#machine.onInstant = (snapshot) => this.#watch.look(snapshot);
    this.#refused = this.#entries(false).filter(({ refused }) => refused).length;
  }

  played({ trace }: Ended, end: string): Played {
    const problems = [...this.#watch.problems, ...this.#problems];
    return {
      problems,
      trace,
      end,
      uploads: this.#uploads,
      keys: this.#entries(false).filter(({ refused }) => !refused).length,
    };
  }

  /** A plan makes one call and changes nothing; its due steps are the calls of the run that applies it. */
  async plansTruly(): Promise<void> {
    const { policy, cameIn, machine } = this.#ready;
    const before = JSON.stringify(machine.snapshot());
    const planned = await machine.run(policy, { apply: false, cameIn });
    if (
      JSON.stringify({ ...machine.snapshot(), now: 0 }) !== JSON.stringify({ ...JSON.parse(before), now: 0 })
    )
      this.#problems.add("a plan changed something");
    if (planned.calls.map(({ what }) => what).join() !== "GET /caCertificates")
      this.#problems.add("a plan made other calls than one list");
    const due = planned.rotated?.plan.filter((step) => step.due) ?? [];
    this.#promised = due.flatMap(({ calls }) => calls);
  }
  #promised: readonly string[] | undefined;

  /** @returns the first run, and where it led */
  async untilSettled(fault: Fault | undefined): Promise<[first: Ended, end: string]> {
    const { cameIn } = this.#ready;
    const marked = this.#marked();
    const first = await this.#run({ cameIn, strike: only(fault) });
    this.#keptPromise(first);
    if (first.ending === "ACCESS_DENIED" && this.#marked().some((pem) => !marked.includes(pem)))
      this.#problems.add("4: a CA that was surely not deleted is still marked retired");
    const later = await this.#goOn(fault?.kind === "refused" ? await this.#asksOtherwise(first) : first);
    return [first, later];
  }

  /** Guarantee 4: asked in the very same way again it makes no other key; asked in another way it goes on. */
  async #asksOtherwise(first: Ended): Promise<Ended> {
    const { clock } = this.#machine;
    const made = first.trace.some(({ what }) => what.includes("genrsa -out acme.key"));
    if (first.ending !== "UPLOAD_REFUSED") this.#problems.add(`4: a refusal ended in ${first.ending}`);
    if (this.#entries(false).filter(({ refused }) => refused).length === this.#refused)
      this.#problems.add("4: a refusal was not remembered");
    clock.pass(DAY);
    if (made) {
      const again = await this.#run({});
      if (again.ending !== "UPLOAD_REFUSED" || again.trace.some(({ kind }) => kind === "process"))
        this.#problems.add("4: what was refused was asked for again in the very same way");
    }
    this.#machine.days += 1;
    return await this.#run({});
  }

  async #goOn(first: Ended): Promise<string> {
    let run = first;
    for (let runs = 1; runs < MOST_RUNS + 1; runs += 1) {
      if (REFUSALS.includes(run.ending)) return run.ending;
      const idle = run.rotated?.outcome === "nothing-due" || run.rotated?.outcome === "waiting";
      if (idle) {
        const { policy, machine } = this.#ready;
        for (const problem of unfinished(machine.snapshot(), policy, machine.passphrase))
          this.#problems.add(`4: ${run.rotated?.outcome}, but ${problem}`);
        return "settled";
      }
      this.#machine.clock.pass(DAY);
      run = await this.#run({});
    }
    this.#problems.add(`4: after ${MOST_RUNS} runs it still says ${run.rotated?.outcome ?? run.ending}`);
    return "restless";
  }

  /** Nothing is due before the time that the last run named; then something is, and it leads on. */
  async waitsTruly(end: string): Promise<void> {
    const next = this.#last?.rotated?.nextStepAt;
    if (end !== "settled" || next === undefined) return;
    const { clock } = this.#machine;
    if (next <= clock.now()) this.#problems.add("next-step-at is not in the future, and nothing is due");
    clock.passUntil(next - HOUR);
    if (await this.#isDue()) this.#problems.add("something was due before next-step-at");
    clock.passUntil(next + SECOND);
    if (!(await this.#isDue())) this.#problems.add("nothing was due at next-step-at");
    await this.#goOn(await this.#run({}));
  }

  async #isDue(): Promise<boolean> {
    const planned = await this.#machine.run(this.#ready.policy, { apply: false });
    return (
      planned.rotated === undefined || planned.rotated.plan.some(({ due, step }) => due && step !== "forget")
    );
  }

  async #run(options: RunOptions): Promise<Ended> {
    const ended = await this.#machine.run(this.#ready.policy, options);
    this.#uploads += ended.calls.filter(({ call, carriedOut }) => call === "upload" && carriedOut).length;
    for (const problem of blindRepeats(ended.calls)) this.#problems.add(problem);
    this.#sayTruly(ended);
    this.#last = ended;
    return ended;
  }

  #entries(retired: boolean): readonly KeyringCa[] {
    const { entries } = readText(this.#machine.secret.text, this.#machine.passphrase);
    return entries.filter((entry) => entry.retired === retired);
  }

  /** Which CAs are marked retired and still lie in a slot. */
  #marked(): string[] {
    const lying = this.#machine.snapshot().slots.map(({ pem }) => pem);
    return this.#entries(true).flatMap(({ pem }) => (lying.includes(pem) ? [pem] : []));
  }

  #keptPromise({ calls }: Ended): void {
    const made = calls.slice(1).map(({ what }) => what);
    if (this.#promised !== undefined && made.join() !== this.#promised.join())
      this.#problems.add(`planned were [${this.#promised}], made were [${made}]`);
  }

  /** Guarantee 5: what a run hands on as usable is usable, and was read. */
  #sayTruly({ rotated }: Ended): void {
    const newest = rotated?.newest?.slot;
    if (newest === undefined) return;
    const { slots, readAsVerified } = this.#machine.snapshot();
    const there = slots.find(({ id }) => id === newest.id);
    const remembered = this.#entries(false).some(
      ({ platformId, verifiedAt }) => platformId === newest.id && !Number.isNaN(verifiedAt),
    );
    if (there?.isVerified !== true || !(readAsVerified.has(newest.id) || remembered))
      this.#problems.add("5: a CA was handed on as usable that no read showed as verified");
    if (rotated?.retiredId !== undefined && slots.some(({ id }) => id === rotated.retiredId))
      this.#problems.add("a CA was handed on as deleted that is still there");
  }
}

/** @returns a problem for each change that was asked for again with no answered list in between (guarantee 7) */
function blindRepeats(calls: readonly SeenCall[]): string[] {
  const pending = new Set<string>();
  const problems: string[] = [];
  for (const { method, path, call, got } of calls) {
    if (call === "list" && got === 200) pending.clear();
    if (method === "GET" || got === 429) continue;
    if (pending.has(`${method} ${path}`)) problems.push(`7: ${method} was repeated before a list`);
    pending.add(`${method} ${path}`);
  }
  return problems;
}
