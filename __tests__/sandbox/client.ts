import type { CaCertificate, RegistrationCode } from "../../src/mindconnect/vendor-types.ts";
import type { Sandbox } from "../../src/sandbox/start.ts";

export const API = "/api/mindconnectmqtt/v3";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body parsed; undefined if it is no JSON. Which of the fields are there is for the test to find out. */
  readonly json: Body;
}

/** Every field that some reply has. */
export interface Body extends CaCertificate, RegistrationCode {
  readonly caCertificate: string;
  readonly access_token: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly caCertificates: readonly Body[];
  readonly content: readonly Body[];
  readonly _embedded: { readonly caCertificates: readonly Body[] };
}

/** A client that knows nothing of the action's: fetch, a path below the API, and a bearer token. */
export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  token = sandbox.token,
) {
  return send(`${sandbox.url}${API}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

export async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

export const list = (sandbox: Sandbox, token?: string) =>
  call(sandbox, "GET", "/caCertificates", undefined, token);

export const upload = (sandbox: Sandbox, caCertificate: string, name = "A name") =>
  call(sandbox, "POST", "/caCertificates", { name, caCertificate });

export const fetchCode = (sandbox: Sandbox, id: string) =>
  call(sandbox, "GET", `/caCertificates/${encodeURIComponent(id)}/registrationCode`);

export const verify = (sandbox: Sandbox, id: string, verificationCertificate: string) =>
  call(sandbox, "POST", `/caCertificates/${encodeURIComponent(id)}/verify`, { verificationCertificate });

export const get = (sandbox: Sandbox, id: string) =>
  call(sandbox, "GET", `/caCertificates/${encodeURIComponent(id)}`);

export const remove = (sandbox: Sandbox, id: string) =>
  call(sandbox, "DELETE", `/caCertificates/${encodeURIComponent(id)}`);

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return undefined as unknown as Body;
  }
}
