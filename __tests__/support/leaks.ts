import { createPrivateKey } from "node:crypto";
import { expect } from "vitest";
import type { Result } from "./action.ts";

/** @returns the private keys of a text that nothing encrypts, as PKCS#8 or, by OpenSSL 1.1.1, PKCS#1 */
export function plainKeysIn(text: string): string[] {
  return text.match(/-----BEGIN ((?:\w+ )?PRIVATE KEY)-----[^-]+-----END \1-----\n/g)?.filter(isPlain) ?? [];
}

const isPlain = (pem: string) => !pem.includes("ENCRYPTED");

/** Every form in which a private key could show up; of PKCS#8 and PKCS#1 it is the one that is given. */
export function formsOf(pem: string): string[] {
  const lines = pem.trim().split("\n").slice(1, -1);
  const type = pem.includes("BEGIN RSA") ? "pkcs1" : "pkcs8";
  const der = createPrivateKey(pem).export({ type, format: "der" });
  const base64 = Buffer.from(pem).toString("base64");
  return [
    lines[3] ?? "",
    lines.join(""),
    base64,
    base64.slice(100, 160),
    der.toString("hex"),
    der.toString("base64").slice(60, 120),
  ];
}

/** Checks that secrets are in nothing that the job emits where people or later steps see it (guarantee 8). */
export function expectNoLeak(result: Result, secrets: readonly string[]): void {
  const text = JSON.stringify([result.log, result.stderr, result.outputs, result.state, result.summary]);
  for (const secret of secrets) expect(text).not.toContain(secret);
}
