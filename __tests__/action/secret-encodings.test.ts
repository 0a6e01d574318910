import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretEncodings } from "../../src/action/secret-encodings.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEYS = {
  "PKCS#8": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  "PKCS#1": privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  "encrypted PKCS#8": privateKey
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString(),
  "encrypted PKCS#1": privateKey
    .export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString(),
};

/** What the runner does with what it was told: every form, and every line of it, becomes asterisks. */
function mask(text: string, secret: string): string {
  const told = secretEncodings(secret).flatMap((form) => [form, ...form.split(/\r?\n/)]);
  return told
    .filter((form) => form !== "")
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, form) => shown.replaceAll(form, "***"), text);
}

const body = (pem: string) =>
  pem
    .split("\n")
    .filter((line) => /^[A-Za-z0-9+/]+=*$/.test(line))
    .join("");
const wrapped = (text: string, columns: number) => text.replaceAll(new RegExp(`.{${columns}}`, "g"), "$&\n");

/** How a key can show up in a log. */
const SHOWN: Record<string, (pem: string) => string> = {
  "as it is": (pem) => pem,
  "with CRLF": (pem) => pem.replaceAll("\n", "\r\n"),
  indented: (pem) => pem.replaceAll(/^/gm, "    "),
  "with its lines joined": (pem) => pem.replaceAll("\n", ""),
  "with blanks for line breaks": (pem) => pem.replaceAll("\n", " "),
  "in JSON": (pem) => JSON.stringify({ key: pem }),
  "its body on one line": body,
  "in base64": (pem) => Buffer.from(pem).toString("base64"),
  "in base64 wrapped at 64": (pem) => wrapped(Buffer.from(pem).toString("base64"), 64),
  "in base64 wrapped at 76": (pem) => wrapped(Buffer.from(pem).toString("base64"), 76),
  "its DER in base64 wrapped at 76": (pem) => wrapped(body(pem), 76),
  "its DER in hex": (pem) => Buffer.from(body(pem), "base64").toString("hex"),
  "its DER in upper-case hex": (pem) => Buffer.from(body(pem), "base64").toString("hex").toUpperCase(),
};

describe.each(Object.entries(KEYS))("the forms of a private key, %s (guarantee 8)", (_, pem) => {
  test.each(Object.entries(SHOWN))("no run of 24 characters of it is left: %s", (_name, show) => {
    const shown = mask(show(pem), pem);
    const source = show(pem).replaceAll(/-----.*?-----|Proc-Type: .*|DEK-Info: .*/g, "");
    const left: string[] = [];
    for (let index = 0; index + 24 <= source.length; index += 1) {
      const piece = source.slice(index, index + 24);
      if (/^[A-Za-z0-9+/=]+$/.test(piece) && shown.includes(piece)) left.push(piece);
    }
    expect(left.slice(0, 3)).toEqual([]);
  });
});

describe("what is masked", () => {
  const certificate =
    "-----BEGIN CERTIFICATE-----\nMIIDOTCCAiGgAwIBAgIBATANBgkqhkiG9w0BAQsFADBG\n-----END CERTIFICATE-----\n";

  test("of a keyring each key, and not its certificates, which are public", () => {
    const text = `MindConnect CA keyring\n${KEYS["PKCS#8"]}${certificate}${KEYS["encrypted PKCS#8"]}${certificate}`;
    expect(mask(certificate, text)).toBe(certificate);
    for (const pem of [KEYS["PKCS#8"], KEYS["encrypted PKCS#8"]])
      expect(mask(pem, text)).not.toContain(pem.split("\n")[4]);
  });

  test("nothing of a keyring of certificates alone, whose ids stand in replies, too", () => {
    expect(secretEncodings(`Platform id: c58bdcb6a79957829113d8fa\n${certificate}`)).toEqual([]);
  });

  test("no line that is so short that the log would be blank", () => {
    const lines = secretEncodings("words of old\na\n\nab").flatMap((form) => form.split("\n"));
    expect(lines).toContain("words of old");
    expect(Math.min(...lines.map(({ length }) => length))).toBeGreaterThanOrEqual(4);
    expect(secretEncodings("a")).toEqual(["YQ=="]);
  });

  test("a damaged keyring or key as a whole", () => {
    for (const text of [KEYS["PKCS#8"].slice(0, -30), KEYS["PKCS#8"].replaceAll("\n", "\\n")]) {
      expect(mask(text, text)).not.toContain(body(KEYS["PKCS#8"]).slice(64, 128));
    }
  });

  test("a token or passphrase in text, base64 and hex, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 8 }), (secret) => {
        fc.pre(secret.trim() !== "" && !/[\r\n]/.test(secret));
        const bytes = Buffer.from(secret);
        for (const form of [secret, bytes.toString("base64"), bytes.toString("hex")]) {
          expect(mask(`a ${form} b`, secret)).not.toContain(form);
        }
      }),
    );
  });

  test("no form is empty or so short that it hides innocent text", () => {
    for (const pem of Object.values(KEYS)) {
      const lines = secretEncodings(pem).flatMap((form) => form.split("\n"));
      expect(Math.min(...lines.map(({ length }) => length))).toBeGreaterThanOrEqual(16);
    }
    expect(secretEncodings("")).toEqual([]);
  });
});
