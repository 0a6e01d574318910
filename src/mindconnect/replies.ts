// Reads the replies that the documentation describes, and checks each field. All of them are hostile text.
import type { ListedSlot } from "../ca/slots.ts";
import { ActionError } from "../messages/errors.ts";
import { repeatsSecret } from "../messages/secrets.ts";

/** A reply that is not what the documentation promises. */
export class UnexpectedReply extends Error {
  override readonly name = "UnexpectedReply";
}

/** A JSON object. */
export type Json = Record<string, unknown>;

/** A list with more entries is not a list of CA certificates: an environment has two at most. */
const LIST_LIMIT = 100;
/** Longest part of a name that is kept. Our own names are not longer. */
const LONGEST_NAME = 256;
/**
 * The refusal of a field that is shown, stored and sent again: a gateway may echo the credentials that it
 * got.
 */
const REPEATS = "contains a secret of this run";
const EXPIRATION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Reads the reply of upload, get and verify.
 * @throws UnexpectedReply that names the field
 */
export function readCaCertificate(text: string): ListedSlot {
  return toSlot(parseJson(text));
}

/**
 * Reads the reply of list. Its shape is not documented: a bare array or one of the usual wrappers is accepted.
 * @throws UnexpectedReply that names the entry and the field
 * @throws ActionError `PLATFORM_REPLY_UNEXPECTED` where the list says that there are more certificates than
 * it shows
 */
export function readCaCertificates(text: string): ListedSlot[] {
  const json = parseJson(text);
  const embedded = isObject(json) && isObject(json["_embedded"]) ? json["_embedded"] : {};
  const list = isObject(json)
    ? [json["caCertificates"], json["content"], embedded["caCertificates"]].find(Array.isArray)
    : json;
  if (!Array.isArray(list)) throw new UnexpectedReply("it is not a list of CA certificates");
  if (list.length > LIST_LIMIT)
    throw new UnexpectedReply(
      `it lists ${list.length} certificates, and an environment has two CA certificates at most`,
    );
  requireWhole(json, list.length);
  return list.map(toListedSlot);
}

/** The fields in which a list may tell how many certificates there are, or that there are more. */
const COUNTS = ["totalElements", "total", "totalCount", "totalResults", "count"];
const MORE = ["next", "nextPage", "nextPageToken", "nextLink", "hasMore", "hasNext"];
const PARTS = ["page", "_page", "pagination", "paging", "meta", "metadata", "_links", "links"];

/**
 * Refuses an incomplete list. The slot of a missing certificate would seem free, or the certificate be sent
 * once more.
 */
function requireWhole(json: unknown, shown: number): void {
  if (!isObject(json)) return;
  const parts = [json, ...PARTS.flatMap((name) => json[name] ?? [])].flat().filter(isObject);
  const hint = parts.map((part) => hintOfMore(part, shown)).find((said) => said !== undefined);
  if (hint === undefined) return;
  throw new ActionError(
    "PLATFORM_REPLY_UNEXPECTED",
    `The list of CA certificates shows ${shown} and says that more exist (${hint}). The action cannot judge a slot that the list does not show.`,
    {
      next: "Run again later. If the list stays incomplete, delete the CA certificates that you do not need in Insights Hub, or tell the vendor's support. An environment has two CA certificates at most.",
    },
  );
}

function hintOfMore(part: Json, shown: number): string | undefined {
  const count = COUNTS.find((name) => Number(part[name] ?? 0) > shown);
  if (count !== undefined) return `${count} ${Number(part[count])}`;
  if (Number(part["totalPages"] ?? 0) > 1) return `totalPages ${Number(part["totalPages"])}`;
  if (part["last"] === false) return "last false";
  if (part["rel"] === "next") return "a next link";
  return MORE.find((name) => (part[name] ?? false) !== false && part[name] !== "");
}

/**
 * Reads the reply of registrationCode.
 * @returns the code: printable ASCII, at most 64 characters, because it becomes a common name
 * @throws UnexpectedReply
 */
export function readRegistrationCode(text: string): string {
  const json = parseJson(text);
  const code = isObject(json) ? json["registrationCode"] : undefined;
  if (typeof code !== "string" || !isRegistrationCode(code))
    throw new UnexpectedReply("it has no registrationCode that can be used");
  if (repeatsSecret(code)) throw new UnexpectedReply(`its registrationCode ${REPEATS}`);
  return code;
}

/** @returns whether a text can be a registration code: 64 is the X.509 limit of a common name (65 is refused, measured) */
export function isRegistrationCode(code: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(code);
}

/** @returns whether a text can be an id. Ids are opaque, but `.` and `..` would lead out of the path of a request. */
export function isCertificateId(id: string): boolean {
  return !/^\.{0,2}$|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(id) && id.length <= 1024;
}

function toListedSlot(entry: unknown, index: number): ListedSlot {
  try {
    return toSlot(entry);
  } catch (error) {
    if (!(error instanceof UnexpectedReply)) throw error;
    throw new UnexpectedReply(`entry ${index + 1}: ${error.message}`);
  }
}

function toSlot(json: unknown): ListedSlot {
  if (!isObject(json)) throw new UnexpectedReply("it is not a CA certificate");
  const id = textField(json, "id");
  if (!isCertificateId(id)) throw new UnexpectedReply("its id cannot be used");
  if (repeatsSecret(id)) throw new UnexpectedReply(`its id ${REPEATS}`);
  const expiration = textField(json, "expiration");
  if (!EXPIRATION.test(expiration) || Number.isNaN(Date.parse(expiration))) {
    throw new UnexpectedReply("its expiration is not an ISO 8601 date, such as 2031-05-30T09:22:55.000Z");
  }
  const { isVerified } = json;
  if (isVerified !== undefined && isVerified !== null && typeof isVerified !== "boolean") {
    throw new UnexpectedReply("its isVerified is neither true nor false");
  }
  const name =
    typeof json["name"] === "string" ? withoutEcho(json["name"]).trim().slice(0, LONGEST_NAME) : "";
  // Nothing documents how the common name is rendered, or that it is there at all. An empty one counts as
  // absent.
  const commonName = (json["commonName"] ?? "") === "" ? "" : withoutEcho(textField(json, "commonName"));
  return { id, name, expiration, commonName, isVerified: isVerified ?? undefined };
}

/** Hides a name that repeats a secret. A name is shown and stored, and decides nothing by itself. */
function withoutEcho(text: string): string {
  return repeatsSecret(text) ? "***" : text;
}

function textField(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== "string" || value === "" || value.length > 1024)
    throw new UnexpectedReply(`its ${name} is missing`);
  return value;
}

/** @returns the value, or undefined where the text is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @returns whether a JSON value is an object: neither null nor an array */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
