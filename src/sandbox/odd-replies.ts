import type { CaCertificate } from "../mindconnect/vendor-types.ts";
import type { Quirks } from "./quirks.ts";

/** A certificate in a reply; what the vendor's page promises of its common name may not hold. */
export type Shown = Omit<CaCertificate, "commonName"> & { readonly commonName?: string | null };

const RENDERINGS: Record<Quirks["commonName"], (commonName: string) => { commonName?: string | null }> = {
  exact: (commonName) => ({ commonName }),
  null: () => ({ commonName: null }),
  absent: () => ({}),
  empty: () => ({ commonName: "" }),
  trimmed: (commonName) => ({ commonName: commonName.trim() }),
  "lower-case": (commonName) => ({ commonName: commonName.toLowerCase() }),
  prefixed: (commonName) => ({ commonName: `CN=${commonName}` }),
  decomposed: (commonName) => ({ commonName: commonName.normalize("NFD") }),
};

/** The common name as {@link Quirks.commonName} renders it. */
export function commonNameShown(commonName: string, quirks: Quirks): Pick<Shown, "commonName"> {
  return RENDERINGS[quirks.commonName](commonName);
}

const SHAPES: Record<Quirks["listShape"], (list: readonly Shown[]) => object> = {
  array: (list) => list,
  caCertificates: (list) => ({ caCertificates: list }),
  content: (list) => ({ content: list, totalElements: list.length }),
  _embedded: (list) => ({ _embedded: { caCertificates: list } }),
};

const NEXT = "/api/mindconnectmqtt/v3/caCertificates?page=1";
const HINTS: Record<Quirks["listHidesMore"], (count: number) => object> = {
  none: () => ({}),
  totalElements: (count) => ({ totalElements: count + 1 }),
  total: (count) => ({ total: count + 1 }),
  page: (count) => ({ page: { number: 0, totalElements: count + 1, totalPages: 2 } }),
  last: () => ({ last: false }),
  next: () => ({ next: NEXT }),
  links: () => ({ _links: { self: { href: NEXT }, next: { href: NEXT } } }),
};

/**
 * The body of a list.
 * @param shown every certificate, the one uploaded last at the end
 */
export function listed(shown: readonly Shown[], quirks: Quirks): unknown {
  const { listOmitsVerified: omits, listHidesMore: hides, listShape } = quirks;
  const list = shown.map(({ isVerified, ...rest }, index) => {
    const said = omits === "none" || (omits === "newest" && index < shown.length - 1);
    return said && isVerified !== undefined ? { ...rest, isVerified } : rest;
  });
  if (hides === "none") return SHAPES[listShape](list);
  return {
    ...SHAPES[listShape === "array" ? "caCertificates" : listShape](list),
    ...HINTS[hides](list.length),
  };
}
