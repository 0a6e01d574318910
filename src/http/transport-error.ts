// The errors of an exchange without a usable reply. They tell whether the request may have been carried out.

interface Details {
  /** True where the resolver says that no host of the URL's name exists. */
  readonly noSuchHost?: boolean;
  /** False where no byte of the request can have left: nothing happened. Default true. */
  readonly sent?: boolean;
  /** What to do about it, where that is known. */
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/** There was no connection, so nothing was sent; the cause says why. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";

  constructor(cause: unknown) {
    super("no connection", { cause });
  }
}

/** No usable reply came. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /**
   * `refused`: the settings or the trusted CAs of this machine forbid the exchange, so another try is of no
   * use.
   */
  readonly kind: "timeout" | "broken" | "too-large" | "refused";
  /** Whether the request may have been carried out. */
  readonly sent: boolean;
  readonly noSuchHost: boolean;
  readonly next: string | undefined;

  /** @param message may hold hostile text; without a full stop */
  constructor(
    kind: TransportError["kind"],
    message: string,
    { sent = true, noSuchHost = false, next, cause }: Details = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.sent = sent;
    this.noSuchHost = noSuchHost;
    this.next = next;
  }
}
