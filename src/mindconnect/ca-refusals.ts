import type { Certificate } from "../ca/certificate.ts";
import type { ListedSlot } from "../ca/slots.ts";
import { ActionError, type PlatformSaid } from "../messages/errors.ts";
import { printableId, printableName } from "../messages/printable.ts";

/** What the calls about CA certificates can come to instead of what was asked for, as errors of the table. */

/** @returns `CA_NOT_FOUND` for a 404 of a call about one certificate, undefined for other refusals */
export function notFound(id: string, said: PlatformSaid): ActionError | undefined {
  return said.status === 404
    ? new ActionError("CA_NOT_FOUND", `The platform has no CA certificate ${printableId(id)}.`, {
        platform: said,
      })
    : undefined;
}

const REFUSED = { UPLOAD_REFUSED: "CA certificate", VERIFY_REFUSED: "verification certificate" } as const;

/**
 * @param skew what is to be said of clocks that differ: they may be the reason
 * @returns the error for a certificate that the platform did not accept
 */
export function notAccepted(
  code: keyof typeof REFUSED,
  said: PlatformSaid,
  skew: string | undefined,
): ActionError {
  const message = `The platform did not accept the ${REFUSED[code]}.`;
  if (skew === undefined) return new ActionError(code, message, { platform: said });
  const next = "Set the clock of this machine (NTP). Then run again: it goes on where it stopped.";
  return new ActionError(code, `${message} ${skew}`, { platform: said, next });
}

/** Refusals that may be about the certificate; no other status says anything about it. */
const ABOUT_THE_CERTIFICATE: ReadonlySet<number | undefined> = new Set([400, 409, 422]);

/** The platform refused a CA certificate for its own sake: a slot is free, it is not there, and its time has begun. */
export class CertificateRefused extends ActionError {
  /** Always given: without a reply nothing was refused. */
  override readonly platform: PlatformSaid;

  constructor(refused: ActionError, platform: PlatformSaid) {
    const next = "Read what the platform said. Then use another CA certificate.";
    super("UPLOAD_REFUSED", refused.message, { platform, next, cause: refused });
    this.platform = platform;
  }
}

/**
 * @param refused an upload's, while a list shows a free slot and no such certificate
 * @param now the least time that it can be, milliseconds since 1970: one that is not valid there yet may be taken later
 * @returns the error that says so where the certificate is to blame, else the same one
 */
export function blameCertificate(refused: ActionError, { notBefore }: Certificate, now: number): ActionError {
  const { platform } = refused;
  if (platform === undefined || !ABOUT_THE_CERTIFICATE.has(platform.status)) return refused;
  return notBefore > now ? refused : new CertificateRefused(refused, platform);
}

/** @returns the fuller error for an upload that was refused while both slots are taken */
export function slotsTaken(slots: readonly ListedSlot[], refused: ActionError): ActionError {
  const ids = slots.map((slot) => printableId(slot.id)).join(" and ");
  return new ActionError(
    "CA_SLOTS_FULL",
    `The platform refused the upload because both slots are taken (${ids}).`,
    {
      platform: refused.platform,
      cause: refused,
    },
  );
}

/** @returns the fuller error for a verify that was refused after one whose reply was lost, where no read says if that did it */
export function maybeVerified(id: string, refused: ActionError): ActionError {
  const message = `${refused.message} An earlier one got no reply, so the platform may have accepted that one. The replies of this platform do not say whether ${printableId(id)} is verified.`;
  return new ActionError(refused.code, message, {
    platform: refused.platform,
    next: "Look at the CA certificate in Insights Hub. If it is verified there, agents of this CA can connect. If it is not, run again.",
    cause: refused,
  });
}

/**
 * What is said of another certificate proves nothing of this one (guarantee 5).
 * @param what said it: `The read-back`
 * @throws ActionError `VERIFY_NOT_CONFIRMED`
 */
export function requireSame(asked: string, { id }: ListedSlot, what: string): void {
  if (id === asked) return;
  throw new ActionError(
    "VERIFY_NOT_CONFIRMED",
    `${what} of ${printableId(asked)} is about ${printableId(id)} instead.`,
  );
}

/** @returns the error for a slot that is taken, but not by what was sent: running again would not find it */
export function differs({ id, commonName, expiration }: ListedSlot): ActionError {
  return new ActionError(
    "VERIFY_NOT_CONFIRMED",
    `After the upload the platform shows ${printableId(id)} with the common name "${printableName(commonName)}" and the expiration ${expiration}. The certificate that was sent has another expiration.`,
    {
      next: `Look at the slots with tasks/status. If ${printableId(id)} is not yours, delete it with tasks/delete. Then run again.`,
    },
  );
}
