/** A point of a run at which something may go wrong: an OpenSSL process, a request, a write of the keyring. */
export interface Point {
  readonly kind: "process" | "request" | "write";
  /** `openssl genrsa -out acme.key`, `POST /caCertificates/{id}/verify`, … */
  readonly what: string;
}

/** What can go wrong at a point of each kind. */
export const FAULTS = {
  process: ["kill before", "kill after", "fails"],
  request: [
    "kill before",
    /** Carried out, its reply still on the way. */
    "kill after",
    /** Reset before it was carried out. */
    "reset",
    /** Carried out, and the connection reset before the reply. */
    "reply lost",
    "429",
    /** With a Retry-After that is longer than the time there is. */
    "429 for an hour",
    "503",
    "503 although carried out",
    "403",
    /** From here on every request gets a 503. */
    "outage",
    "carried out, then an outage",
    /** Answered as ever, but for what the reply says of the time. */
    "Date ahead",
    "Date behind",
    "no Date",
    /** Until the run ends. */
    "this machine's clock jumps",
  ],
  write: [
    "kill before",
    "kill after",
    "fails",
    /** It was written, but the answer says that it was not. */
    "lost",
    "slow",
    /** This one and all that follow. */
    "all fail",
  ],
} as const satisfies Record<Point["kind"], readonly string[]>;

/** What can go wrong with one kind of request alone. */
const SPECIAL = {
  /** The certificate is not to the platform's liking. */
  "POST /caCertificates": ["refused"],
  /** The reply is lost, further ones of the run are refused, and in the end it is carried out. */
  "DELETE /caCertificates/{id}": ["lost, refused, carried out late"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FaultKind =
  | (typeof FAULTS)[Point["kind"]][number]
  | (typeof SPECIAL)[keyof typeof SPECIAL][number];

/** One fault in one run. */
export interface Fault {
  /** Which of the run's points, from 0. */
  readonly point: number;
  readonly kind: FaultKind;
}

/** @returns every fault of every point of a recorded trace */
export function faultsOf(trace: readonly Point[]): Fault[] {
  const special: Readonly<Record<string, readonly FaultKind[]>> = SPECIAL;
  return trace.flatMap(({ kind, what }, point) =>
    [...FAULTS[kind], ...(special[what] ?? [])].map((fault) => ({ point, kind: fault })),
  );
}

/** Says what goes wrong at a point, the run's points counted from 0. */
export type Strike = (point: Point, index: number) => FaultKind | undefined;

/** @returns what lets one fault strike, or none */
export function only(fault: Fault | undefined): Strike {
  return (_, index) => (fault?.point === index ? fault.kind : undefined);
}

/** One run as the faults see it: records its points, and lets faults strike. */
export class Incident {
  readonly trace: Point[] = [];
  /** Those that struck. */
  readonly faults: FaultKind[] = [];
  /** Settles when the run is killed. */
  readonly killed: Promise<void>;
  readonly #strike: Strike;
  #kill: () => void = () => {};
  #dead = false;

  constructor(strike: Strike) {
    this.#strike = strike;
    this.killed = new Promise((resolve) => {
      this.#kill = resolve;
    });
  }

  /**
   * Comes to a point, before it takes effect.
   * @returns what goes wrong there, and the way past it once it took effect; never, where the run is killed
   */
  async reach(point: Point): Promise<Passage> {
    const fault = this.#lasting(point) ?? this.#strike(point, this.trace.length);
    this.trace.push(point);
    if (fault !== undefined) this.faults.push(fault);
    if (fault === "kill before") this.#die();
    await this.#alive();
    return {
      fault,
      passed: async () => {
        if (fault === "kill after") this.#die();
        await this.#alive();
      },
    };
  }

  /** Never settles once the run was killed: nothing of it goes on. */
  async #alive(): Promise<void> {
    if (this.#dead) await new Promise<never>(() => {});
  }

  /** What an earlier fault means for a later point. */
  #lasting({ kind }: Point): FaultKind | undefined {
    const out = this.faults.some((fault) => fault === "outage" || fault === "carried out, then an outage");
    if (kind === "request" && out) return "outage";
    return kind === "write" && this.faults.includes("all fail") ? "all fail" : undefined;
  }

  #die(): void {
    this.#dead = true;
    this.#kill();
  }
}

interface Passage {
  readonly fault: FaultKind | undefined;
  /** To be awaited when the point took effect. */
  readonly passed: () => Promise<void>;
}
