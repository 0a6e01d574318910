import type { Certificate } from "../ca/certificate.ts";
import { ActionError } from "../messages/errors.ts";
import { leafDays } from "./leaf.ts";

const ROTATE = "Run rotate with apply: true, then run this task again with the new keyring.";

/** How long agents' certificates are to live. */
export interface Lifetime {
  /** Days that a certificate is valid. */
  readonly days: number;
  /** Whether to refuse, rather than shorten, what would outlive the CA. */
  readonly strictLifetime: boolean;
}

/**
 * A leaf never outlives its CA.
 * @returns the days of a certificate that is signed at the moment of the call
 * @throws ActionError `CA_EXPIRES_BEFORE_AGENT`, by what it returns
 */
export function daysUntilCaEnds({ days: asked, strictLifetime }: Lifetime, ca: Certificate): () => number {
  return () => {
    const possible = leafDays(asked, ca, Date.now());
    if (possible >= 1 && (!strictLifetime || possible === asked)) return possible;
    throw new ActionError(
      "CA_EXPIRES_BEFORE_AGENT",
      `The CA ${ca.commonName} expires ${ca.expiration}. An agent certificate can be valid for only ${possible} days, not ${asked}.`,
      { next: possible >= 1 ? `${ROTATE} Or set days: ${possible}.` : ROTATE },
    );
  };
}
