// How replies show CA certificates. What the vendor's page leaves open is a quirk.
import type { CaCertificate } from "../mindconnect/vendor-types.ts";
import type { Quirks } from "./quirks.ts";
import type { StoredCertificate } from "./stored-certificates.ts";

/** A certificate in a reply. What the vendor's page promises about its common name may not hold. */
type RenderedCertificate = Omit<CaCertificate, "commonName"> & {
  readonly commonName?: string | null;
  readonly caCertificate?: string;
};

/** Renders the reply to an upload: what every reply about a certificate has, and nothing more (vendor's page). */
export function renderUploaded(stored: StoredCertificate, quirks: Quirks): RenderedCertificate {
  const { id, name, expiration, commonName } = stored;
  const rendered = { id, name: quirks.leadingBlank ? ` ${name}` : name, expiration };
  return { ...rendered, ...COMMON_NAMES[quirks.commonName](commonName) };
}

/** Renders the reply to a verify: all that there is, and always `isVerified`. */
export function renderVerified(
  stored: StoredCertificate,
  quirks: Quirks,
): RenderedCertificate & { readonly isVerified: boolean } {
  const { isVerified, pem } = stored;
  return {
    ...renderUploaded(stored, quirks),
    ...(quirks.pemInReplies && { caCertificate: pem }),
    isVerified,
  };
}

/** Renders a certificate for a read: the reply to get, and an entry of a list. */
export function renderRead(stored: StoredCertificate, quirks: Quirks): RenderedCertificate {
  const { isVerified, ...rest } = renderVerified(stored, quirks);
  const isShown = quirks.isVerified === "present" || (quirks.isVerified !== "absent-in-reads" && isVerified);
  return isShown ? { ...rest, isVerified } : rest;
}

/**
 * Renders the body of a list.
 * @param stored every certificate, the one uploaded last at the end
 */
export function renderList(stored: readonly StoredCertificate[], quirks: Quirks): unknown {
  const { listOmitsVerified: omits, listHidesMore: hides, listShape } = quirks;
  const list = stored.map((one, index) => {
    const { isVerified, ...rest } = renderRead(one, quirks);
    const keeps = omits === "none" || (omits === "newest" && index < stored.length - 1);
    return keeps && isVerified !== undefined ? { ...rest, isVerified } : rest;
  });
  if (hides === "none") return LISTS[listShape](list);
  return {
    ...LISTS[listShape === "array" ? "caCertificates" : listShape](list),
    ...HINTS_OF_MORE[hides](list.length),
  };
}

const COMMON_NAMES: Record<Quirks["commonName"], (commonName: string) => { commonName?: string | null }> = {
  exact: (commonName) => ({ commonName }),
  null: () => ({ commonName: null }),
  absent: () => ({}),
  empty: () => ({ commonName: "" }),
  trimmed: (commonName) => ({ commonName: commonName.trim() }),
  "lower-case": (commonName) => ({ commonName: commonName.toLowerCase() }),
  prefixed: (commonName) => ({ commonName: `CN=${commonName}` }),
  decomposed: (commonName) => ({ commonName: commonName.normalize("NFD") }),
};

const LISTS: Record<Quirks["listShape"], (list: readonly RenderedCertificate[]) => object> = {
  array: (list) => list,
  caCertificates: (list) => ({ caCertificates: list }),
  content: (list) => ({ content: list, totalElements: list.length }),
  _embedded: (list) => ({ _embedded: { caCertificates: list } }),
};

const NEXT = "/api/mindconnectmqtt/v3/caCertificates?page=1";
const HINTS_OF_MORE: Record<Quirks["listHidesMore"], (count: number) => object> = {
  none: () => ({}),
  totalElements: (count) => ({ totalElements: count + 1 }),
  total: (count) => ({ total: count + 1 }),
  page: (count) => ({ page: { number: 0, totalElements: count + 1, totalPages: 2 } }),
  last: () => ({ last: false }),
  next: () => ({ next: NEXT }),
  links: () => ({ _links: { self: { href: NEXT }, next: { href: NEXT } } }),
};
