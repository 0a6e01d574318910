import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { DAY } from "../../rotation/clock.ts";
import { issue, parseName, selfSigned } from "../../rotation/issuer.ts";

// `node shifted-openssl.ts <documented command>`: makes the certificate that OpenSSL would make on a machine whose clock
// is CLOCK_AHEAD seconds ahead. `shifted.ts` writes the program that calls it.

const argv = process.argv.slice(2);
const notBefore = Date.now() + Number(process.env["CLOCK_AHEAD"] ?? 0) * 1000;
const notAfter = notBefore + Number(after("-days")) * DAY;
writeFileSync(after("-out"), argv[0] === "req" ? ofItself() : ofRequest());

function ofItself(): string {
  return selfSigned(privateKey("-key"), {
    subject: parseName(after("-subj"), "/"),
    notBefore,
    notAfter,
  });
}

function ofRequest(): string {
  const request = [
    "req",
    "-in",
    after("-in"),
    "-noout",
    "-pubkey",
    "-subject",
    "-nameopt",
    "sname,utf8,sep_multiline",
  ];
  const text = execFileSync("openssl", request, { encoding: "utf8" });
  const subject = [...text.matchAll(/^ +([A-Z]+)=(.*)$/gm)].map(
    ([, type = "", value = ""]) => [type, value] as const,
  );
  const [pem] = /-----BEGIN PUBLIC KEY-----[\w+/=\s]+-----END PUBLIC KEY-----/.exec(text) ?? [""];
  const ca = new X509Certificate(readFileSync(after("-CA")));
  return issue(
    { subject, publicKey: createPublicKey(pem), notBefore, notAfter, ca: false },
    { name: parseName(ca.subject, "\n"), key: privateKey("-CAkey") },
  );
}

function privateKey(option: string): KeyObject {
  return createPrivateKey(readFileSync(after(option)));
}

function after(option: string): string {
  return argv[argv.indexOf(option) + 1] ?? "";
}
