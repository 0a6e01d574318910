// The errors of the calls about CA certificates.
import type { Certificate } from "../ca/certificate.ts";
import type { ListedSlot } from "../ca/slots.ts";
import { ActionError, type ErrorReply } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";

/** @returns `CA_NOT_FOUND` for a 404 of a call about one certificate, undefined for other refusals */
export function notFound(id: string, reply: ErrorReply): ActionError | undefined {
  if (reply.status !== 404) return undefined;
  const message = `The platform has no CA certificate ${printableId(id)}.`;
  return new ActionError("CA_NOT_FOUND", message, { platform: reply });
}

const REFUSED = { UPLOAD_REFUSED: "CA certificate", VERIFY_REFUSED: "verification certificate" } as const;

/**
 * @param skew a sentence about clocks that differ, which may be the reason; undefined where they agree
 * @returns the error for a certificate that the platform did not accept
 */
export function notAccepted(
  code: keyof typeof REFUSED,
  reply: ErrorReply,
  skew: string | undefined,
): ActionError {
  const message = `The platform did not accept the ${REFUSED[code]}.`;
  if (skew === undefined) return new ActionError(code, message, { platform: reply });
  const next = "Set the clock of this machine (NTP). Then run again: it goes on where it stopped.";
  return new ActionError(code, `${message} ${skew}`, { platform: reply, next });
}

/** Statuses of refusals that may be about the certificate. */
const ABOUT_THE_CERTIFICATE: ReadonlySet<number | undefined> = new Set([400, 409, 422]);

/**
 * The error where the platform refused the CA certificate itself: a slot is free, the list does not show the
 * certificate, and the certificate is valid now.
 */
export class CertificateRefused extends ActionError {
  /** Never undefined here: a refusal is a reply. */
  override readonly platform: ErrorReply;

  constructor(refused: ActionError, platform: ErrorReply) {
    const next = "Read what the platform said. Then use another CA certificate.";
    super("UPLOAD_REFUSED", refused.message, { platform, next, cause: refused });
    this.platform = platform;
  }
}

/**
 * @param refused the error of an upload, while a list shows a free slot and no such certificate
 * @param now the earliest time that it can be now, milliseconds since 1970. The platform may accept a
 * certificate later that is not valid yet
 * @returns {@link CertificateRefused} where the certificate is the cause, else the same error
 */
export function blameCertificate(refused: ActionError, { notBefore }: Certificate, now: number): ActionError {
  const { platform } = refused;
  if (platform === undefined || !ABOUT_THE_CERTIFICATE.has(platform.status)) return refused;
  return notBefore > now ? refused : new CertificateRefused(refused, platform);
}

/** @returns the error for an upload that was refused while both slots are taken */
export function slotsTaken(slots: readonly ListedSlot[], refused: ActionError): ActionError {
  const ids = slots.map((slot) => printableId(slot.id)).join(" and ");
  const message = `The platform refused the upload because both slots are taken (${ids}).`;
  return new ActionError("CA_SLOTS_FULL", message, { platform: refused.platform, cause: refused });
}

/**
 * @returns the error for a refused verify that followed a verify without a reply. No read shows whether that
 * earlier verify succeeded
 */
export function mayBeVerified(id: string, refused: ActionError): ActionError {
  const message = `${refused.message} An earlier one got no reply, so the platform may have accepted that one. The replies of this platform do not say whether ${printableId(id)} is verified.`;
  const next =
    "Look at the CA certificate in Insights Hub. If it is verified there, agents of this CA can connect. If it is not, run again.";
  return new ActionError(refused.code, message, { platform: refused.platform, next, cause: refused });
}

/**
 * Requires a reply to be about the certificate that was asked for. A reply about another one proves nothing
 * (guarantee 5).
 * @param what the reply: `The read-back`
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
export function requireSameId(asked: string, { id }: ListedSlot, what: string): void {
  if (id === asked) return;
  throw new ActionError(
    "VERIFY_NOT_CONFIRMED",
    `${what} of ${printableId(asked)} is about ${printableId(id)} instead.`,
  );
}

/**
 * @returns the error for an upload whose slot shows another expiration: the next run would not recognise that
 * slot
 */
export function otherExpiration({ id, commonName, expiration }: ListedSlot): ActionError {
  const message = `After the upload the platform shows ${printableId(id)} with the common name "${printableName(commonName)}" and the expiration ${expiration}. The certificate that was sent has another expiration.`;
  const next = `Look at the slots with tasks/status. If ${printableId(id)} is not yours, delete it with tasks/delete. Then run again.`;
  return new ActionError("VERIFY_NOT_CONFIRMED", message, { next });
}
