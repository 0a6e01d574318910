import { fileURLToPath } from "node:url";

/** What a machine may have set that programs obey: OpenSSL, Node, curl, and the action's own places. */
const OBEYED =
  /^(?:OPENSSL_.*|SSL_CERT_.*|(?:https?|all|no)_proxy|NODE_(?:EXTRA_CA_CERTS|USE_ENV_PROXY|TLS_REJECT_UNAUTHORIZED)|(?:GITHUB|INPUT|STATE)_.*)$/i;

/**
 * Takes away from this process, and so from those that it starts, what makes one machine's tests differ from another's.
 * OpenSSL gets a configuration of the tests: a distribution's own says whether the page's commands make a CA.
 */
export function forgetHost(): void {
  for (const name of Object.keys(process.env)) if (OBEYED.test(name)) delete process.env[name];
  process.env["OPENSSL_CONF"] = fileURLToPath(new URL("../fixtures/openssl.cnf", import.meta.url));
}
