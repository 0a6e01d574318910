import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { DAY } from "./clock.ts";
import { issue, parseName } from "./issuer.ts";
import { readText } from "./keyring-text.ts";
import type { Snapshot } from "./watch.ts";

/** Life of an agent certificate, and when its successor is issued: two thirds of it. */
const LIFE = 365 * DAY;
const RENEWED_AFTER = (LIFE * 2) / 3;

interface AgentCertificate {
  readonly pem: string;
  readonly issuedAt: number;
  readonly notAfter: number;
}

/** Devices that connect with certificates issued by the tenant's CA. */
export class Devices {
  readonly #agents = new Map<string, AgentCertificate>();
  readonly #key = createPublicKey(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  /** A broker looks at the same pair each day, and it stays what it is. */
  readonly #verified = new Map<string, boolean>();
  #issued = 0;

  /** Certificates issued so far. */
  get issued(): number {
    return this.#issued;
  }

  /** Issues what is due, with the newest usable CA of the keyring. @returns whether there was one */
  renew(names: readonly string[], { now, slots, keyring }: Snapshot): boolean {
    const due = names.filter((name) => now - (this.#agents.get(name)?.issuedAt ?? 0) >= RENEWED_AFTER);
    if (due.length === 0) return true;
    const usable = slots.filter((slot) => isUsable(slot, now)).map(({ pem }) => pem);
    const ca = readText(keyring, undefined).entries.find(
      ({ retired, pem }) => !retired && usable.includes(pem),
    );
    if (ca === undefined) return false;
    const issuer = {
      name: parseName(new X509Certificate(ca.pem).subject, "\n"),
      key: createPrivateKey(ca.key),
    };
    for (const name of due) {
      const notAfter = Math.min(now + LIFE, ca.notAfter);
      const subject = [["CN", name]] as const;
      const pem = issue({ subject, publicKey: this.#key, notBefore: now, notAfter, ca: false }, issuer);
      this.#agents.set(name, { pem, issuedAt: now, notAfter });
      this.#issued += 1;
    }
    return true;
  }

  /** @returns the agents that a broker turns away, which trusts the CAs that are verified now */
  refused({ now, slots }: Snapshot): string[] {
    const trusted = slots.filter((slot) => isUsable(slot, now)).map(({ pem }) => pem);
    return [...this.#agents]
      .filter(([, { pem, notAfter }]) => notAfter <= now || !trusted.some((ca) => this.#verifies(pem, ca)))
      .map(([name]) => name);
  }

  #verifies(leaf: string, ca: string): boolean {
    const known = this.#verified.get(leaf + ca);
    if (known !== undefined) return known;
    const [certificate, issuer] = [new X509Certificate(leaf), new X509Certificate(ca)];
    const verifies = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    this.#verified.set(leaf + ca, verifies);
    return verifies;
  }
}

/** @returns whether a slot's certificate is verified and has not expired */
export function isUsable(
  { pem, isVerified }: { readonly pem: string; readonly isVerified: boolean },
  now: number,
): boolean {
  return isVerified && new X509Certificate(pem).validToDate.getTime() > now;
}
