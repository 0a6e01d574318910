// Decides how requests reach a URL: directly, through the proxy that the environment names, or on this
// machine.
import { TransportError } from "./transport-error.ts";

/** The schemes of proxies that undici supports. */
const SCHEMES = /^(?:https?|socks5?):$/;

/** The values of the proxy variables. */
export interface ProxySettings {
  /** The variable that names the proxy. */
  readonly variable: string;
  /** The proxy, perhaps with credentials. */
  readonly proxy: URL;
  /** NO_PROXY, which undici interprets: names with their subdomains, `.name`, `*.name`, ports, IPv6, `*`. */
  readonly exempt: string;
}

/**
 * Reads the proxy variables that apply to a URL, as curl and the runner do: lower case comes first, and an
 * empty variable counts as not set. An https request goes through the tunnel of HTTPS_PROXY. An http request
 * uses no proxy: http is for loopback only, and a proxy could read the token.
 * @returns undefined where no proxy is set
 * @throws TransportError that names the variable, never its value, which may hold a password
 */
export function proxyFor(target: URL, environment = process.env): ProxySettings | undefined {
  if (target.protocol === "http:") return undefined;
  const [variable, text] = read("HTTPS_PROXY", environment);
  if (text === "") return undefined;
  const [, exempt] = read("NO_PROXY", environment);
  const proxy = parseProxy(text);
  if (proxy !== undefined) return { variable, proxy, exempt };
  throw new TransportError(
    "refused",
    `${variable} is not the URL of a proxy, such as http://proxy.example:8080. Valid schemes are http, https and socks5. Special characters in a user name or password must be percent-encoded`,
    { sent: false, next: `Correct ${variable} where the runner or the step sets it. Then run again.` },
  );
}

function read(name: string, environment: NodeJS.ProcessEnv): readonly [variable: string, text: string] {
  const variables = [name.toLowerCase(), name];
  const set = variables.find((variable) => (environment[variable] ?? "").trim() !== "") ?? name;
  return [set, (environment[set] ?? "").trim()];
}

/**
 * Reads the URL of a proxy. As in curl, the scheme may be missing (`proxy.example:8080`), and a path is
 * dropped.
 */
function parseProxy(text: string): URL | undefined {
  try {
    const url = new URL(text.includes("://") ? text : `http://${text}`);
    // undici decodes the credentials, so a malformed percent-encoding must fail here.
    decodeURIComponent(url.username + url.password);
    const isProxy = SCHEMES.test(url.protocol) && url.hostname !== "";
    return isProxy ? Object.assign(url, { pathname: "", search: "", hash: "" }) : undefined;
  } catch {
    return undefined;
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @returns whether a URL's host is this machine, as in a rehearsal against the sandbox */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
