/** The names of an agent: its own, those of its files, and the one it connects with. */
import type { Environment } from "../mindconnect/connection-inputs.ts";

/** What a name is, for a message. */
export const NAME_RULE = "A name has 1 to 64 characters from A-Z a-z 0-9 : _ -.";

/** The rule of the vendor's page, and X.509's bound for a common name. */
const NAME = /^[A-Za-z0-9:_-]{1,64}$/;

/** @returns whether a text can be the name of an agent, which is its certificate's common name */
export function isAgentName(text: string): boolean {
  return NAME.test(text);
}

/** The names of an agent's files. */
export interface AgentFiles {
  readonly key: string;
  readonly certificate: string;
  /** The certificate followed by the CA's: what the agent presents. */
  readonly chain: string;
  /** Key, certificate and CA certificate, encrypted (PKCS#12). */
  readonly archive: string;
  /** Its certificate signing request: never handed out, needed while its certificate is issued. */
  readonly csr: string;
}

/**
 * @returns the names of an agent's files, as on the vendor's page: `$DEVICE_NAME.key`, `.pem`, `_chain.pem`. A colon is
 * written `%3A`, because Windows and artifact uploads refuse it
 */
export function agentFiles(name: string): AgentFiles {
  const stem = name.replaceAll(":", "%3A");
  return {
    key: `${stem}.key`,
    certificate: `${stem}.pem`,
    chain: `${stem}_chain.pem`,
    archive: `${stem}.p12`,
    csr: `${stem}.csr`,
  };
}

/** Where an agent's key is kept: in a plain file, in its archive, or only in the device. */
export type KeyPlace = "file" | "archive" | "device";

/** @returns the files that are handed out for an agent, in their order: a certificate is never there without its key */
export function deliveredFiles(name: string, keyIn: KeyPlace): string[] {
  const { key, archive, certificate, chain } = agentFiles(name);
  const others = [certificate, chain];
  if (keyIn === "device") return others;
  return [keyIn === "archive" ? archive : key, ...others];
}

/** @returns the names of the CA's own files in the documented commands */
export function caFiles(tenant: string): string[] {
  return [`${tenant}.key`, `${tenant}.pem`, `${tenant}.srl`, `${tenant}_chain.pem`];
}

/** @returns the MQTT client id: `<tenant>_<CN>` on eu1 and private clouds, `<CN>` on eu2 (vendor's page) */
export function clientId(name: string, { tenant, region, gateway }: Environment): string {
  const eu2 = region.toLowerCase() === "eu2" || gateway.hostname === "gateway.eu2.mindsphere.io";
  return eu2 ? name : `${tenant}_${name}`;
}

/**
 * Where an agent connects by MQTT, port 8883.
 * @returns e.g. `mindconnectmqtt.eu1.mindsphere.io` (vendor's page, for eu1); undefined for a private cloud, whose host is not
 * documented
 */
export function brokerHost({ gateway }: Environment): string | undefined {
  const [, region] = /^gateway\.([a-z0-9-]+)\.mindsphere\.io$/.exec(gateway.hostname) ?? [];
  return region === undefined ? undefined : `mindconnectmqtt.${region}.mindsphere.io`;
}
