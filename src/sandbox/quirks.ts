// The open questions about the platform, each with its possible answers.
import { type FieldType, fieldType, integer, oneOf, status, string, type Values } from "./fields.ts";

function quirk<T>(likeliest: NoInfer<T>, type: FieldType<T>): FieldType<T> & { readonly likeliest: T } {
  return { ...type, likeliest };
}

/**
 * The facts about the platform's replies that nobody outside the vendor knows. Each quirk is one unknown of
 * FACTS §1. Its default, the first argument, is the likeliest reading of the vendor's pages.
 */
export const QUIRKS = {
  /** Status of a successful upload. */
  uploadStatus: quirk(201, oneOf(200, 201)),
  /** Status of a successful delete. The reply has no body. */
  deleteStatus: quirk(204, oneOf(200, 202, 204)),
  /** The JSON that holds the list: an array, or an object with the list in this field. */
  listShape: quirk("array", oneOf("array", "caCertificates", "content", "_embedded")),
  /**
   * Where replies have `isVerified`. The upload reply never has it, and the verify reply always has it. `present`: list and
   * get have true or false. `absent-until-verified`: they have it only when it is true. `absent-in-reads`: they never have it.
   */
  isVerified: quirk("absent-until-verified", oneOf("present", "absent-until-verified", "absent-in-reads")),
  /**
   * The certificates of which the list leaves `isVerified` out: none, the one uploaded last, or all. The reply for one
   * certificate still has it.
   */
  listOmitsVerified: quirk("none", oneOf("none", "newest", "all")),
  /**
   * How replies show the common name: as it is, as null, not at all, empty, trimmed, in lower case, after `CN=`, or in
   * another Unicode form (NFD).
   */
  commonName: quirk(
    "exact",
    oneOf("exact", "null", "absent", "empty", "trimmed", "lower-case", "prefixed", "decomposed"),
  ),
  /** The field by which the list tells of one more certificate than it shows. The list is then an object. */
  listHidesMore: quirk("none", oneOf("none", "totalElements", "total", "page", "last", "next", "links")),
  /** Whether replies show `name` with a leading blank, as a sample of the vendor's page does. */
  leadingBlank: quirk(false, oneOf(true, false)),
  /** Whether list, get and verify show the certificate itself as `caCertificate`. */
  pemInReplies: quirk(false, oneOf(true, false)),
  /**
   * Form of new ids: 24 hex digits, a ULID, characters that a path must percent-encode, or the number of the slot. The next
   * certificate in that slot then has the same id.
   */
  idForm: quirk("hex", oneOf("hex", "ulid", "reserved", "reused")),
  /** How the platform refuses an upload when both slots are taken. */
  thirdUpload: quirk(
    { status: 409, code: "mdsp.core.generic.conflict" },
    fieldType<{ status: number; code: string }>(
      "{ status: number; code: string }",
      'an object such as {"status":409,"code":"…"}',
      (value) => {
        const fields = { ...(value as { status?: unknown; code?: unknown } | null) };
        return status.holds(fields.status) && string.holds(fields.code);
      },
    ),
  ),
  // The default is the harsher one for a client that repeats an upload blindly: it costs a slot.
  /** Whether a certificate that is on the platform may be uploaded again, into the other slot. */
  duplicateUpload: quirk("accepted", oneOf("accepted", "refused")),
  /** Whether a verified certificate may be verified again. */
  verifyAgain: quirk("accepted", oneOf("accepted", "refused")),
  /** Whether each fetch makes a new registration code. The code before is then not valid any more. */
  codeChangesEachTime: quirk(false, oneOf(true, false)),
  /** Seconds that a registration code is valid. The next fetch then makes a new one. */
  codeLifetimeSeconds: quirk(86_400, integer(0)),
  /** The form of error bodies. The token endpoint always keeps to RFC 6749. */
  errorShape: quirk("errors", oneOf("errors", "array", "id", "oauth", "message", "html")),
  /** Whether a 429 has the header `Retry-After`: in seconds (true), not at all (false), or as an HTTP date. */
  retryAfter: quirk(true, oneOf(true, false, "date")),
};

/** How a sandbox answers each of the open questions. */
export type Quirks = Values<typeof QUIRKS>;

/** The quirks of a sandbox without the option `quirks`. */
export const DEFAULT_QUIRKS = Object.fromEntries(
  Object.entries(QUIRKS).map(([name, { likeliest }]) => [name, likeliest]),
) as Readonly<Quirks>;
