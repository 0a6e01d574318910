/**
 * Inputs and runner credentials are in this process's environment; OpenSSL has no business with them. What is named like it
 * may be a program of Node.js, which would print what it handles.
 */
const WITHHELD = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_|NODE_DEBUG|OPENSSL_CONF$)/i;

/** @returns whether OpenSSL must not inherit a variable */
export function isWithheld(name: string): boolean {
  return WITHHELD.test(name);
}

/** @returns this process's environment without what is withheld, and with variables of OpenSSL's own */
export function childEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !isWithheld(pair[0]),
  );
  return { ...Object.fromEntries(inherited), ...own };
}
