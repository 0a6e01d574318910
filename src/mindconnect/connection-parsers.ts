// Parsers of a connection's input texts. Each throws an Error whose message says what would be valid.
import { maskable, oneLine } from "../action/input-parsers.ts";
import { isLoopback } from "../http/proxy.ts";
import { LONGEST_TIMEOUT_MINUTES } from "../http/retry.ts";
import { quoted } from "../messages/printable.ts";

/** One DNS label (RFC 1123). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const TENANT_IN_ADDRESS = /^(?:https?:\/\/)?(?!gateway\.)([a-z0-9-]+)\.[a-z0-9-]+\.mindsphere\.io(?:[:/]|$)/i;
const REGION_IN_ADDRESS = /(?:^|[./])([a-z0-9-]+)\.mindsphere\.io(?:[:/]|$)/i;

/** Reads a tenant, which becomes part of a host name and of file names. */
export function hostTenantName(text: string): string {
  if (LABEL.test(text.toLowerCase())) return text;
  const [, meant] = TENANT_IN_ADDRESS.exec(text) ?? [];
  throw new Error(
    `${quoted(text)} is not a tenant. A tenant is one DNS label: letters, digits and inner hyphens, at most 63 characters, for example acme${probably(meant)}`,
  );
}

/**
 * Reads the name of an environment. It names the CA's files, so it must differ from the name of the
 * verification certificate's files.
 */
export function tenantName(text: string): string {
  if (/^verificationcert$/i.test(text)) {
    throw new Error(
      `${quoted(text)} is the name of the verification certificate's files in the documented commands. Give the tenant of your environment, for example acme`,
    );
  }
  return hostTenantName(text);
}

/** Reads a region: one label of the platform's host names. */
export function regionName(text: string): string {
  if (LABEL.test(text)) return text;
  const [, inAddress] = REGION_IN_ADDRESS.exec(text) ?? [];
  const meant = [inAddress, text]
    .map((label) => label?.toLowerCase())
    .find((label) => LABEL.test(label ?? ""));
  const elsewhere =
    meant === undefined && /[./]/.test(text)
      ? ". For a cloud with its own domain, set gateway-url instead"
      : "";
  throw new Error(
    `${quoted(text)} is not a region. A region is one DNS label in lower case, for example eu1${probably(meant)}${elsewhere}`,
  );
}

function probably(meant: string | undefined): string {
  return meant === undefined ? "" : `. Here it is probably ${meant.toLowerCase()}`;
}

/** The gateway's origin. */
export function gatewayUrl(text: string): URL {
  const url = secureUrl(text);
  if (url.pathname !== "/")
    throw new Error("has a path. Give only the origin, for example https://gateway.example.com");
  return url;
}

/** An https URL without credentials, query and fragment; http only on loopback. */
export function secureUrl(text: string): URL {
  // The URL parser ignores a third slash: it would read https:///h as https://h.
  if (!URL.canParse(text) || !/^[a-z][\w+.-]*:\/\/[^/\\]/i.test(text))
    throw new Error("is not a URL. Give an https URL, for example https://gateway.example.com");
  const url = new URL(text);
  // The user info may be a password: it is not repeated.
  if (url.username !== "" || url.password !== "")
    throw new Error(
      "contains credentials. URLs are not secret: use client-id and client-secret, for example with https://gateway.example.com",
    );
  if (/[?#]/.test(text))
    throw new Error(
      "has a query or fragment. Remove the part from ? or # on, for example https://gateway.example.com",
    );
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) return url;
  throw new Error(
    `${quoted(url.origin === "null" ? url.protocol : url.origin)} is not https. Give an https URL, for example https://gateway.example.com. http is accepted only on loopback`,
  );
}

/**
 * Reads a bearer token (RFC 6750 §2.1), with or without `Bearer`. GitHub's own tokens are refused: people
 * paste them here by mistake.
 */
export function bearerToken(text: string): string {
  const token = text.replace(/^Bearer\s+/i, "");
  if (/^(?:gh[a-z]_|github_pat_)/.test(token)) {
    throw new Error("is a GitHub token. Give a bearer token of Insights Hub, or client-id and client-secret");
  }
  if (!/^[\w.~+/-]+=*$/.test(token))
    throw new Error(
      "is not a bearer token: it contains characters that no token has. Give the value of access_token, one line without blanks",
    );
  return maskable(token);
}

/** Reads a client id. A colon in it would end the id in the header (RFC 7617). */
export function clientId(text: string): string {
  if (text.includes(":"))
    throw new Error("contains a colon. A client id has none, for example acme-technical-user");
  return oneLine(text);
}

/** A number of minutes above 0, at most 360; fractions are allowed. */
export function timeoutMinutes(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= LONGEST_TIMEOUT_MINUTES)) {
    throw new Error(
      `${quoted(text)} is not valid. Give a number of minutes above 0, at most ${LONGEST_TIMEOUT_MINUTES}, for example 10`,
    );
  }
  return value;
}
