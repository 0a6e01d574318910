// The open questions about the platform, each with its possible answers.

/**
 * What nobody outside the vendor knows about the platform's replies. Each field is one unknown of FACTS §1;
 * the defaults are the likeliest reading of the vendor's pages.
 */
export interface Quirks {
  /** Status of a successful upload. */
  uploadStatus: 200 | 201;
  /** Status of a successful delete. The reply has no body. */
  deleteStatus: 200 | 202 | 204;
  /** The JSON that holds the list: an array, or an object with the list in this field. */
  listShape: "array" | "caCertificates" | "content" | "_embedded";
  /**
   * Where replies have `isVerified`. The upload reply never has it, and the verify reply always has it. `present`: list and
   * get have true or false. `absent-until-verified`: they have it only when it is true. `absent-in-reads`: they never have it.
   */
  isVerified: "present" | "absent-until-verified" | "absent-in-reads";
  /**
   * The certificates of which the list leaves `isVerified` out: none, the one uploaded last, or all. The reply for one
   * certificate still has it.
   */
  listOmitsVerified: "none" | "newest" | "all";
  /**
   * How replies show the common name: as it is, as null, not at all, empty, trimmed, in lower case, after `CN=`, or in
   * another Unicode form (NFD).
   */
  commonName: "exact" | "null" | "absent" | "empty" | "trimmed" | "lower-case" | "prefixed" | "decomposed";
  /** The field by which the list tells of one more certificate than it shows. The list is then an object. */
  listHidesMore: "none" | "totalElements" | "total" | "page" | "last" | "next" | "links";
  /** Whether replies show `name` with a leading blank, as a sample of the vendor's page does. */
  leadingBlank: boolean;
  /** Whether list, get and verify show the certificate itself as `caCertificate`. */
  pemInReplies: boolean;
  /**
   * Form of new ids: 24 hex digits, a ULID, characters that a path must percent-encode, or the number of the slot. The next
   * certificate in that slot then has the same id.
   */
  idForm: "hex" | "ulid" | "reserved" | "reused";
  /** How the platform refuses an upload when both slots are taken. */
  thirdUpload: { status: number; code: string };
  /** Whether a certificate that is on the platform may be uploaded again, into the other slot. */
  duplicateUpload: "accepted" | "refused";
  /** Whether a verified certificate may be verified again. */
  verifyAgain: "accepted" | "refused";
  /** Whether each fetch makes a new registration code. The code before is then not valid any more. */
  codeChangesEachTime: boolean;
  /** Seconds that a registration code is valid. The next fetch then makes a new one. */
  codeLifetimeSeconds: number;
  /** The form of error bodies. The token endpoint always keeps to RFC 6749. */
  errorShape: "errors" | "array" | "id" | "oauth" | "message" | "html";
  /** Whether a 429 has the header `Retry-After`: in seconds (true), not at all (false), or as an HTTP date. */
  retryAfter: boolean | "date";
}

/** The quirks of a sandbox without the option `quirks`. */
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
