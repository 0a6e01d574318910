import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TENANT } from "../support/inputs.ts";
import type { Identity } from "./identity.ts";
import type { Agent } from "./visit.ts";

/** A device's key, and the signing request for it. */
interface Requested {
  readonly key: string;
  readonly csrPath: string;
}

/**
 * Makes a key and its signing request with the commands of the vendor's page, as a device would.
 * @param cwd gets `<name>.key` and `<name>.csr`
 */
export function requestByHand(cwd: string, name: string): Requested {
  openssl(cwd, `genrsa -out ${name}.key 2048`);
  openssl(cwd, `req -new -key ${name}.key -out ${name}.csr -subj /C=DE/ST=MUC/O=Acme/OU=IT/CN=${name}`);
  return { key: readFileSync(join(cwd, `${name}.key`), "utf8"), csrPath: join(cwd, `${name}.csr`) };
}

/**
 * Issues an agent as people do without the task: with the commands of the vendor's page, by hand.
 * @param cwd gets all that they write
 */
export function issueByHand(cwd: string, ca: Identity, name: string): Agent {
  writeFileSync(join(cwd, `${TENANT}.key`), ca.key, { mode: 0o600 });
  writeFileSync(join(cwd, `${TENANT}.pem`), ca.pem);
  const { key } = requestByHand(cwd, name);
  const signing = `-CA ${TENANT}.pem -CAkey ${TENANT}.key -CAcreateserial`;
  openssl(cwd, `x509 -req -in ${name}.csr ${signing} -out ${name}.pem -days 365 -sha256`);
  const chain = readFileSync(join(cwd, `${name}.pem`), "utf8") + ca.pem;
  return { name, clientId: `${TENANT}_${name}`, key, chain };
}

function openssl(cwd: string, command: string): void {
  // No host's own configuration decides; the page itself sets the variable on Windows.
  const env = { ...process.env, OPENSSL_CONF: join(cwd, "openssl.cnf") };
  writeFileSync(env.OPENSSL_CONF, "[req]\ndistinguished_name = dn\n[dn]\n");
  execFileSync("openssl", command.split(" "), { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
}
