import { type Broker, startBroker } from "./broker.ts";
import { issuedBy, makeCa } from "./identity.ts";
import { type Agent, type Outcome, type TlsVersion, visit } from "./visit.ts";

/** The place where brokers run: one at a time, each with an identity that its clients check. */
export class Host {
  readonly #ca = makeCa("the broker's own CA");
  readonly #identity = issuedBy(this.#ca, "localhost");
  #broker: Broker | undefined;

  /** Starts a broker in the place of the one before: it trusts these CA certificates and no other. */
  async trust(...trusted: readonly string[]): Promise<void> {
    await this.close();
    this.#broker = await startBroker({ trusted, identity: this.#identity });
  }

  /** As {@link visit} of the broker that runs. */
  visit(agent: Agent, tls?: TlsVersion): Promise<Outcome> {
    if (this.#broker === undefined) throw new Error("No broker runs");
    return visit(this.#broker, agent, { serverCa: this.#ca.pem, ...(tls === undefined ? {} : { tls }) });
  }

  async close(): Promise<void> {
    await this.#broker?.close();
    this.#broker = undefined;
  }
}
