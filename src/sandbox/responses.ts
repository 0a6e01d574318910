// What the sandbox answers: replies, and refusals in the forms of the vendor's services.
import { randomBytes } from "node:crypto";
import type { Quirks } from "./quirks.ts";

/** A reply before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}

/** A reply with a JSON body, and with `headers` besides its Content-Type. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** A reply with an HTML body, as proxies and gateways give. The text is its title and paragraph and must hold no markup. */
export function htmlReply(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { "Content-Type": "text/html;charset=UTF-8", ...headers },
    body: `<!DOCTYPE html>\n<html><head><title>${text}</title></head><body><p>${text}</p></body></html>\n`,
  };
}

/** A reply without a body. */
export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: "" };
}

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

/** A {@link Refusal} with one of the vendor's generic codes, before which `mdsp.core.generic.` is put. */
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

/** Writes a refusal in one of the vendor's shapes, with a random `logref` where the shape has one. */
export function refusalReply(refusal: Refusal, shape: Quirks["errorShape"]): Reply {
  const { status, code, message, headers } = refusal;
  if (shape === "html") return htmlReply(status, message, headers);
  const logref = randomBytes(16).toString("hex");
  return jsonReply(status, ERROR_BODIES[shape](code, logref, message), headers);
}
