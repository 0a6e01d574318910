// Reads error replies and unreadable replies of the platform and of the proxies before it. All of them are
// hostile text.
import type { ErrorReply } from "../messages/errors.ts";
import { printable } from "../messages/printable.ts";
import { withoutSecrets } from "../messages/secrets.ts";
import { isObject, type Json, parseJson } from "./replies.ts";

/** Longest part of a reply that is shown. */
const MESSAGE_LIMIT = 500;
/** Longest part of a reply that cannot be read. */
const RAW_LIMIT = 200;

/** The fields that are shown, in this order. */
const SHOWN_FIELDS = ["code", "error", "id", "message", "error_description"] as const;

/**
 * Reads the error bodies that the platform and the proxies before it are known to send:
 * `{"errors":[{code,logref,message}]}`, `[{logref,message}]`, `{id,message}`, `{error,error_description}`,
 * `{message}`, HTML, or anything else.
 * @param text the reply's body, hostile
 * @returns status, message and logref, safe to print
 */
export function readErrorReply(status: number, text: string): ErrorReply {
  const error = firstError(parseJson(text));
  const words = SHOWN_FIELDS.flatMap((name) => textOf(error?.[name]));
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
 * Quotes the start of a reply that is neither an error nor what the documentation promises.
 * @param text the reply's body, hostile
 * @param mayHoldToken the reply may hold a token in an unknown field, so each text that could be a token is left out
 */
export function quoteReply(status: number, text: string, mayHoldToken: boolean): ErrorReply {
  const readable = withoutTags(text);
  const open = mayHoldToken ? readable.replaceAll(/[\w.~+/=-]{16,}/g, "…") : readable;
  return { status, message: printable(open, RAW_LIMIT) };
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
  // Secrets are removed before the text is cut: half a secret would not be recognised.
  return withoutSecrets(text)
    .slice(0, 10_000)
    .replaceAll(/<(style|script)[^>]*>[^<]*/gi, " ")
    .replaceAll(/<[^>]*>|\s+/g, " ");
}
