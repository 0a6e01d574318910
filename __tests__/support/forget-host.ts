import { fileURLToPath } from "node:url";

/** What a machine may have set that programs obey: OpenSSL, Node, curl, git, and the action's own places. */
const OBEYED =
  /^(?:OPENSSL_.*|SSL_CERT_.*|(?:https?|all|no)_proxy|NODE_(?:EXTRA_CA_CERTS|USE_ENV_PROXY|TLS_REJECT_UNAUTHORIZED)|(?:GIT|GITHUB|INPUT|STATE)_.*)$/i;

/**
 * Takes away from this process, and so from those that it starts, what makes one machine's tests differ from another's.
 * OpenSSL gets a configuration of the tests: a distribution's own says whether the page's commands make a CA. New files and
 * folders are their owner's alone to write: of others the action warns.
 */
export function forgetHost(): void {
  for (const name of Object.keys(process.env)) if (OBEYED.test(name)) delete process.env[name];
  process.umask(0o022);
  process.env["OPENSSL_CONF"] = fileURLToPath(new URL("../fixtures/openssl.cnf", import.meta.url));
}
