import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Broker } from "./broker.ts";
import { topicsOf } from "./topics.ts";

/** What an agent brings to a broker. */
export interface Agent {
  readonly name: string;
  readonly clientId: string;
  /** Key and certificates that it presents, in PEM; without them it presents none. */
  readonly key?: string;
  readonly chain?: string;
  /** The same in one encrypted archive (PKCS#12). */
  readonly pfx?: Buffer;
  readonly passphrase?: string;
}

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** How a visit ended: with a message that came back to its agent, or why there was none. */
export type Outcome = "connected" | "not its topic" | Refusal;
export type Refusal = "unknown issuer" | "expired" | "wrong signature" | "no certificate" | "closed";

/** The numbers of TLS's alerts, as a client gets them, and what Node's own server says instead. */
const REFUSALS: readonly (readonly [Refusal, RegExp])[] = [
  ["unknown issuer", /alert number 48$|^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/],
  ["expired", /alert number 45$|^CERT_HAS_EXPIRED$/],
  ["wrong signature", /alert number 51$|^CERT_SIGNATURE_FAILURE$/],
  ["no certificate", /alert number (?:40|116)$|peer did not return a certificate/],
  ["closed", /^(?:ECONNRESET|EPIPE)$/],
];
/** Far more than loopback needs: whoever runs into it was neither let in nor turned away. */
const LIMIT_MS = 15_000;

/**
 * Connects as an agent would, over TLS with its certificate, and sends a message to itself.
 * @param serverCa what the broker's own certificate must come from
 * @throws Error when it is neither: nobody listens, no answer in time, a broker of another CA
 */
export async function visit(
  broker: Broker,
  agent: Agent,
  { serverCa, tls }: { readonly serverCa: string; readonly tls?: TlsVersion },
): Promise<Outcome> {
  const before = broker.refusals.length;
  const { name: _, clientId, chain: cert, ...secret } = agent;
  const options: IClientOptions = {
    protocol: "mqtts",
    host: "127.0.0.1",
    servername: "localhost",
    port: broker.port,
    ca: serverCa,
    clientId,
    ...secret,
    ...(cert === undefined ? {} : { cert }),
    ...(tls === undefined ? {} : { minVersion: tls, maxVersion: tls }),
    reconnectPeriod: 0,
    // Not its own limit: it would end like a connection that the broker closes.
    connectTimeout: 2 * LIMIT_MS,
  };
  const client = connect(options);
  try {
    const error = await inTime("No answer to the connection", opened(client));
    return error === undefined
      ? await talk(client, agent)
      : refusalOf([...broker.refusals.slice(before), error.message.trimEnd(), codeOf(error)], error);
  } finally {
    await client.endAsync(true);
  }
}

/** @returns undefined when the broker has accepted the session, else why it did not come about */
function opened(client: MqttClient): Promise<Error | undefined> {
  const closed = Object.assign(new Error("Closed"), { code: "ECONNRESET" });
  return new Promise((resolve) => {
    client.once("connect", () => resolve(undefined));
    // Stays: a second error while it ends would be thrown at nobody.
    client.on("error", resolve);
    client.once("close", () => resolve(closed));
  });
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}

/** The first word that says why; "closed" is said only when there is no better one. */
function refusalOf(words: readonly string[], error: unknown): Refusal {
  const found = REFUSALS.find(([, pattern]) => words.some((word) => pattern.test(word)));
  if (found === undefined)
    throw new Error(`Neither connected nor refused: ${words.join(", ")}`, { cause: error });
  return found[0];
}

/** Says something to its own topic and then to the open one: what is heard of the latter comes last. */
async function talk(client: MqttClient, { clientId, name }: Agent): Promise<Outcome> {
  const { own, open } = topicsOf(clientId, name);
  const heard: string[] = [];
  const last = new Promise<void>((resolve) => {
    client.on("message", (topic, payload) => {
      heard.push(`${topic}: ${payload}`);
      if (topic === open) resolve();
    });
  });
  await inTime("No answer to the subscription", client.subscribeAsync([own, open], { qos: 1 }));
  const said = randomUUID();
  for (const topic of [own, open])
    await inTime("The message was not taken", client.publishAsync(topic, said, { qos: 1 }));
  await inTime("The message did not come back", last);
  return heard.includes(`${own}: ${said}`) ? "connected" : "not its topic";
}

async function inTime<T>(otherwise: string, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = setTimeout(LIMIT_MS, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(otherwise);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
