/** A reply before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}

/**
 * A reply with a JSON body.
 * @param status its HTTP status
 * @param value what is serialised
 * @param headers more headers
 */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/**
 * A reply with an HTML body, as proxies and gateways give.
 * @param status its HTTP status
 * @param text shown as title and paragraph; must hold no markup
 */
export function htmlReply(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { "Content-Type": "text/html;charset=UTF-8", ...headers },
    body: `<!DOCTYPE html>\n<html><head><title>${text}</title></head><body><p>${text}</p></body></html>\n`,
  };
}

/**
 * A reply without a body.
 * @param status its HTTP status
 */
export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: "" };
}
