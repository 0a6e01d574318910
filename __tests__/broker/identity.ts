import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { issue, type Name, newKey, parseName, selfSigned } from "../rotation/issuer.ts";
import { TENANT } from "../support/inputs.ts";
import type { Agent } from "./visit.ts";

const DAY = 86_400_000;

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly key: string;
  readonly pem: string;
}

/** When a certificate begins and ends, in days from now. */
export interface Life {
  readonly from?: number;
  readonly to?: number;
}

/** @returns a CA as nobody's task made it, valid for ten years */
export function makeCa(commonName: string): Identity {
  const key = newKey();
  const said = { subject: subjectOf(commonName), ...lifeOf({ to: 3650 }) };
  return { key, pem: selfSigned(createPrivateKey(key), said) };
}

/**
 * @returns a certificate without extensions, as OpenSSL before 3.2 makes those of the documented command: it names
 *   its CA by subject alone
 */
export function issuedBy(ca: Identity, commonName: string, life: Life = {}): Identity {
  const key = newKey();
  const publicKey = createPublicKey(key);
  const certified = { subject: subjectOf(commonName), publicKey, ca: false, ...lifeOf(life) };
  const issuer = {
    name: parseName(new X509Certificate(ca.pem).subject, "\n"),
    key: createPrivateKey(ca.key),
  };
  return { key, pem: issue(certified, issuer) };
}

/** @returns an agent of that CA with the chain file of the vendor's page: its own certificate, then the CA's */
export function agentOf(ca: Identity, name: string, life?: Life): Agent {
  const { key, pem } = issuedBy(ca, name, life);
  return { name, clientId: `${TENANT}_${name}`, key, chain: pem + ca.pem };
}

function subjectOf(commonName: string): Name {
  return [
    ["C", "DE"],
    ["ST", "MUC"],
    ["O", "Acme"],
    ["OU", "IT"],
    ["CN", commonName],
  ];
}

function lifeOf({ from = -1, to = 1 }: Life): { notBefore: number; notAfter: number } {
  const now = Date.now();
  return { notBefore: now + from * DAY, notAfter: now + to * DAY };
}
