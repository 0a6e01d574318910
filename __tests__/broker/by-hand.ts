import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TENANT } from "../support/inputs.ts";
import type { Identity } from "./identity.ts";
import type { Agent } from "./visit.ts";

/**
 * Issues an agent as people did before there was a task for it: with the commands of the vendor's page, by hand.
 * @param folder gets a folder with all that they write
 */
export function issueByHand(folder: string, ca: Identity, name: string): Agent {
  const cwd = mkdtempSync(join(folder, "by-hand-"));
  // No host's own configuration decides; the page itself sets the variable on Windows.
  const env = { ...process.env, OPENSSL_CONF: join(cwd, "openssl.cnf") };
  writeFileSync(env.OPENSSL_CONF, "[req]\ndistinguished_name = dn\n[dn]\n");
  const openssl = (command: string) =>
    execFileSync("openssl", command.split(" "), { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  const read = (file: string) => readFileSync(join(cwd, file), "utf8");
  writeFileSync(join(cwd, `${TENANT}.key`), ca.key, { mode: 0o600 });
  writeFileSync(join(cwd, `${TENANT}.pem`), ca.pem);
  openssl(`genrsa -out ${name}.key 2048`);
  openssl(`req -new -key ${name}.key -out ${name}.csr -subj /C=DE/ST=MUC/O=Acme/OU=IT/CN=${name}`);
  const signing = `-CA ${TENANT}.pem -CAkey ${TENANT}.key -CAcreateserial`;
  openssl(`x509 -req -in ${name}.csr ${signing} -out ${name}.pem -days 365 -sha256`);
  const chain = read(`${name}.pem`) + read(`${TENANT}.pem`);
  return { name, clientId: `${TENANT}_${name}`, key: read(`${name}.key`), chain };
}
