/**
 * What nobody outside the vendor knows about the platform's replies. Each field is one unknown of FACTS §1;
 * the defaults are the likeliest reading of the vendor's pages.
 */
export interface Quirks {
  /** Status of a successful upload. */
  uploadStatus: 200 | 201;
  /** Status of a successful delete; none of them has a body. */
  deleteStatus: 200 | 202 | 204;
  /** What the list is wrapped in. */
  listShape: "array" | "caCertificates" | "content" | "_embedded";
  /**
   * Where `isVerified` shows. The upload reply never has it, the verify reply always. `present`: true or false in
   * list and get; `absent-until-verified`: there only when true; `absent-in-reads`: never there.
   */
  isVerified: "present" | "absent-until-verified" | "absent-in-reads";
  /**
   * Whether the list leaves `isVerified` out whatever it knows: of no certificate, of the one uploaded last, or of all.
   * The reads of one certificate are not touched.
   */
  listOmitsVerified: "none" | "newest" | "all";
  /**
   * How replies render the common name: as it is, as null, not at all, empty, trimmed, in lower case, behind `CN=`, or in
   * another Unicode form (NFD).
   */
  commonName: "exact" | "null" | "absent" | "empty" | "trimmed" | "lower-case" | "prefixed" | "decomposed";
  /** How the list says that there is one certificate more than it shows; it is then an object, whatever its shape. */
  listHidesMore: "none" | "totalElements" | "total" | "page" | "last" | "next" | "links";
  /** `name` comes back with a leading blank, as in the page's sample. */
  leadingBlank: boolean;
  /** list, get and verify show the certificate itself as `caCertificate`. */
  pemInReplies: boolean;
  /**
   * Form of new ids: 24 hex digits, ULID, with characters that a path must percent-encode, or the number of the slot,
   * which the next certificate in that slot has again.
   */
  idForm: "hex" | "ulid" | "reserved" | "reused";
  /** How an upload is refused when both slots are taken. */
  thirdUpload: { status: number; code: string };
  /** Whether a certificate that is there already may be uploaded again, into the other slot. */
  duplicateUpload: "accepted" | "refused";
  /** Whether a certificate that is verified already may be verified again. */
  verifyAgain: "accepted" | "refused";
  /** Every fetch of a registration code makes a new one, and the one before stops counting. */
  codeChangesEachTime: boolean;
  /** Seconds until a registration code stops counting; the next fetch then makes a new one. */
  codeLifetimeSeconds: number;
  /** Which of the vendor's error bodies is used (the token endpoint keeps to RFC 6749). */
  errorShape: "errors" | "array" | "id" | "oauth" | "message" | "html";
  /** Whether a 429 carries Retry-After: in seconds (true), not at all (false), or as an HTTP date. */
  retryAfter: boolean | "date";
}

/** The quirks of a sandbox that was asked for none in particular. */
export const DEFAULT_QUIRKS: Readonly<Quirks> = {
  uploadStatus: 201,
  deleteStatus: 204,
  listShape: "array",
  isVerified: "absent-until-verified",
  listOmitsVerified: "none",
  commonName: "exact",
  listHidesMore: "none",
  leadingBlank: false,
  pemInReplies: false,
  idForm: "hex",
  thirdUpload: { status: 409, code: "mdsp.core.generic.conflict" },
  // The harsher of the two for a client that repeats an upload blindly: it costs a slot.
  duplicateUpload: "accepted",
  verifyAgain: "accepted",
  codeChangesEachTime: false,
  codeLifetimeSeconds: 86_400,
  errorShape: "errors",
  retryAfter: true,
};
