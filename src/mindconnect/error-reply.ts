import type { PlatformSaid } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { withoutSecrets } from "../messages/secrets.ts";

/** Longest part of a reply that is shown. */
const MESSAGE_LIMIT = 500;
/** And of one that nobody understands. */
const RAW_LIMIT = 200;

/** Fields that carry words, in the order in which they are shown. */
const WORDS = ["code", "error", "id", "message", "error_description"] as const;

type Json = Record<string, unknown>;

/**
 * Understands the error shapes that the platform and what stands before it are known to use:
 * `{"errors":[{code,logref,message}]}`, `[{logref,message}]`, `{id,message}`, `{error,error_description}`,
 * `{message}`, HTML, or anything else.
 * @param text the reply's body, hostile
 * @returns status, message and logref, safe to print
 */
export function platformSaid(status: number, text: string): PlatformSaid {
  const error = firstError(parseJson(text));
  const words = WORDS.flatMap((name) => textOf(error?.[name]));
  if (error === undefined || words.length === 0)
    return { status, message: printable(withoutTags(text), MESSAGE_LIMIT) };
  const [logref] = textOf(error["logref"]);
  return {
    status,
    message: printable(words.join(": "), MESSAGE_LIMIT),
    ...(logref === undefined ? {} : { logref: printable(logref, 100) }),
  };
}

/**
 * The start of a reply that is no error and not what the documentation promises either: words in it mean nothing known.
 * @param text the reply's body, hostile
 * @param mayHoldToken it may hold one under a name that nobody knows: what could be one is left out
 */
export function rawReply(status: number, text: string, mayHoldToken: boolean): PlatformSaid {
  const readable = withoutTags(text);
  const open = mayHoldToken ? readable.replaceAll(/[\w.~+/=-]{16,}/g, "…") : readable;
  return { status, message: printable(open, RAW_LIMIT) };
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

function firstError(json: unknown): Json | undefined {
  if (Array.isArray(json)) return json.find(isObject);
  if (!isObject(json)) return undefined;
  const { errors } = json;
  return (Array.isArray(errors) ? errors.find(isObject) : undefined) ?? json;
}

function textOf(value: unknown): string[] {
  return typeof value === "string" && value.trim() !== "" ? [value] : [];
}

function withoutTags(text: string): string {
  // First: what is cut off or taken out would leave a part of a secret that nobody knows any more.
  return withoutSecrets(text)
    .slice(0, 10_000)
    .replaceAll(/<(style|script)[^>]*>[^<]*/gi, " ")
    .replaceAll(/<[^>]*>|\s+/g, " ");
}
