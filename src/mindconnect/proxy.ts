import { ActionError } from "../ca/errors.ts";

/** What undici takes for a proxy. */
const SCHEMES = /^(?:https?|socks5?):$/;

/**
 * Reads the proxy variable that applies to a URL, lower case first as curl does. https goes through HTTPS_PROXY, which tunnels
 * it; http, which is for loopback alone, through none: the bearer token would travel in clear. NO_PROXY is undici's to judge.
 * @returns the proxy's URL; `proxy.example:8080` without a scheme is common. Empty for none
 * @throws ActionError `PLATFORM_UNREACHABLE` that names the variable, never its value, which may hold a password
 */
export function proxyFor(target: URL): string {
  if (target.protocol === "http:") return "";
  const variable = process.env["https_proxy"] === undefined ? "HTTPS_PROXY" : "https_proxy";
  const text = process.env[variable] ?? "";
  if (text === "") return "";
  const url = text.includes("://") ? text : `http://${text}`;
  if (URL.canParse(url) && SCHEMES.test(new URL(url).protocol)) return url;
  throw new ActionError(
    "PLATFORM_UNREACHABLE",
    `${variable} is not the URL of a proxy, such as http://proxy.example:8080 (http, https or socks5).`,
    { next: `Correct ${variable} where the runner or the step sets it, then run again.` },
  );
}
