import { randomBytes } from "node:crypto";
import type { Quirks } from "./quirks.ts";
import { htmlReply, jsonReply, type Reply } from "./replies.ts";

/** The vendor's generic error codes, without their common prefix (FACTS §1). */
export type GenericCode =
  | "invalidParameter"
  | "unauthorized"
  | "forbidden"
  | "noMatch"
  | "conflict"
  | "tooManyRequests"
  | "internalServerError";

/** A request that the platform does not carry out, and why. Thrown by the handlers. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * A {@link Refusal} with one of the vendor's generic codes.
 * @param status the HTTP status
 * @param code one of the generic codes; `mdsp.core.generic.` is put before it
 * @param message what the caller is told
 */
export function refuse(
  status: number,
  code: GenericCode,
  message: string,
  headers: Record<string, string> = {},
): Refusal {
  return new Refusal(status, `mdsp.core.generic.${code}`, message, headers);
}

type ErrorBody = (code: string, logref: string, message: string) => unknown;

/** The JSON error bodies that the vendor's services give (FACTS §1, "Errors"). */
const ERROR_BODIES: Record<Exclude<Quirks["errorShape"], "html">, ErrorBody> = {
  errors: (code, logref, message) => ({ errors: [{ code, logref, message }] }),
  array: (_code, logref, message) => [{ logref, message }],
  id: (_code, logref, message) => ({ id: logref, message }),
  oauth: (code, _logref, message) => ({ error: code, error_description: message }),
  message: (_code, _logref, message) => ({ message }),
};

/**
 * Writes a refusal in one of the vendor's shapes, with a random `logref` where the shape has one.
 * @param refusal what is refused
 * @param shape which body
 */
export function refusalReply(refusal: Refusal, shape: Quirks["errorShape"]): Reply {
  const { status, code, message, headers } = refusal;
  if (shape === "html") return htmlReply(status, message, headers);
  const logref = randomBytes(16).toString("hex");
  return jsonReply(status, ERROR_BODIES[shape](code, logref, message), headers);
}
