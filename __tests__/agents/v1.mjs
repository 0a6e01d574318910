// The documented `x509 -req` as OpenSSL makes it before 3.2: what the system's OpenSSL would make of it, but X.509 v1.
import { spawnSync } from "node:child_process";
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const argv = process.argv.slice(2);
const { status } = spawnSync("openssl", argv, { stdio: "inherit" });
if (status !== 0) process.exit(1);

const option = (name) => argv[argv.indexOf(name) + 1];
const der = new X509Certificate(readFileSync(option("-out"))).raw;

/** @returns where the content of an element begins and ends */
function element(at) {
  const first = der[at + 1];
  const more = first < 0x80 ? 0 : first - 0x80;
  const begin = at + 2 + more;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  return { at, begin, end: begin + length };
}

function sequence(content) {
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(0x30, ...head), content]);
}

const signed = element(element(0).begin);
const parts = [];
for (let at = signed.begin; at < signed.end; at = parts.at(-1).end) parts.push(element(at));
// Without [0], the version, and [3], the extensions.
const kept = parts.filter((part) => der[part.at] !== 0xa0 && der[part.at] !== 0xa3);
const body = sequence(Buffer.concat(kept.map((part) => der.subarray(part.at, part.end))));
const algorithm = element(signed.end);
const signature = sign("sha256", body, createPrivateKey(readFileSync(option("-CAkey"))));
const bits = Buffer.concat([
  Buffer.of(0x03, 0x82, (signature.length + 1) >> 8, (signature.length + 1) & 0xff, 0),
  signature,
]);
const whole = sequence(Buffer.concat([body, der.subarray(algorithm.at, algorithm.end), bits]));
const lines = whole
  .toString("base64")
  .match(/.{1,64}/g)
  .join("\n");
writeFileSync(option("-out"), `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
