import { startEmbedded } from "./embedded.ts";
import type { Identity } from "./identity.ts";
import { startMosquitto } from "./mosquitto.ts";
import type { Topics } from "./topics.ts";

/** What a broker is started with. */
export interface Setup {
  /** The CA certificates whose agents may connect, in PEM: the usable ones of an environment. */
  readonly trusted: readonly string[];
  /** What the broker shows to its clients. */
  readonly identity: Identity;
}

/**
 * An MQTT broker on loopback, as strict as the platform's: a client certificate of a trusted CA is required, and an
 * agent hears nothing but the {@link Topics} of its client id and its certificate's common name.
 */
export interface Broker {
  readonly port: number;
  /** Why it turned clients away, in its own words; empty where it tells the client instead, by a TLS alert. */
  readonly refusals: readonly string[];
  close(): Promise<void>;
}

const BROKERS: Readonly<Record<string, (setup: Setup) => Promise<Broker>>> = {
  embedded: startEmbedded,
  mosquitto: startMosquitto,
};

/** Which one the tests connect to; `embedded` where nothing is said, as it needs nothing installed. */
export const BROKER = process.env["MQTT_BROKER"] ?? "embedded";

/**
 * Starts the broker that MQTT_BROKER names.
 * @throws Error when there is none of that name, or it does not start: the tests never go on without
 */
export function startBroker(setup: Setup): Promise<Broker> {
  const start = BROKERS[BROKER];
  if (start === undefined)
    throw new Error(`MQTT_BROKER: ${BROKER} is none of ${Object.keys(BROKERS).join(", ")}`);
  return start(setup);
}
