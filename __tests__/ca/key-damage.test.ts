import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openPrivateKey, PrivateKeyError } from "../../src/ca/private-key.ts";
import { Passphrases } from "../../src/keyring/passphrases.ts";
import { pbes1 } from "./sealed-keys.ts";

// No passphrase helps against a block that is damaged, so none is asked for where that shows.

const PASSPHRASE = "correct horse";
const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const seal = (type: "pkcs8" | "pkcs1") =>
  key.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: PASSPHRASE }).toString();
const FORMS = { "PKCS#8": seal("pkcs8"), "the older form of OpenSSL": seal("pkcs1") } as const;

function refusal(pem: string, passphrase?: string): PrivateKeyError {
  try {
    new Passphrases(passphrase === undefined ? [] : [passphrase]).open(pem);
  } catch (error) {
    if (error instanceof PrivateKeyError) return error;
    throw error;
  }
  throw new Error("the damaged key was opened");
}

const lineOf = (pem: string, index: number) => pem.split("\n").at(index) as string;
/** The line of a body in its middle. */
const middle = (pem: string) => lineOf(pem, 12);

const DAMAGE: Record<string, (pem: string) => string> = {
  "cut off in the middle": (pem) => pem.slice(0, 700),
  "cut off before its END line": (pem) => pem.replace(/-----END .*\n/, ""),
  "a character is missing": (pem) => pem.replace(middle(pem), middle(pem).slice(1)),
  "a character too many": (pem) => pem.replace(middle(pem), `A${middle(pem)}`),
  "a character that base64 does not have": (pem) => pem.replace(middle(pem), middle(pem).replace(/^./, "*")),
  "another END line": (pem) => pem.replace(/-----END .*/, "-----END CERTIFICATE-----"),
};

describe.each(Object.entries(FORMS))("an encrypted key in %s", (_, pem) => {
  test("is opened by its passphrase, with Windows' line ends and text around it as well", () => {
    expect(openPrivateKey(pem, PASSPHRASE).type).toBe("private");
    const around = `Bag Attributes\n    friendlyName: acme\n${pem}more`.replaceAll("\n", "\r\n");
    expect(openPrivateKey(around, PASSPHRASE).type).toBe("private");
    expect(refusal(around, "wrong").passphrase).toBe(true);
  });

  describe.each(Object.entries(DAMAGE))("%s", (_damage, damaged) => {
    test.each([PASSPHRASE, "wrong", undefined])("with the passphrase %s", (passphrase) => {
      const { message, passphrase: asks } = refusal(damaged(pem), passphrase);
      expect(asks).toBe(false);
      expect(message).toMatch(/^the private key is damaged: /);
      expect(message).not.toMatch(/no passphrase is given|does not open/);
    });
  });

  test("a whole line is missing: where the rest may be whole, both are said", () => {
    const { message, passphrase } = refusal(pem.replace(`${middle(pem)}\n`, ""), PASSPHRASE);
    expect(message).toMatch(/damaged/);
    // The older form does not say how long it is.
    expect(passphrase).toBe(pem.includes("Proc-Type"));
  });

  test("the passphrase does not open it: it may be wrong, or the block damaged", () => {
    for (const open of [
      () => refusal(pem, "wrong"),
      () => {
        try {
          return new Passphrases(["wrong", "as wrong"]).open(pem);
        } catch (error) {
          return error;
        }
      },
    ]) {
      const error = open() as PrivateKeyError;
      expect(error.passphrase).toBe(true);
      expect(error.message).toMatch(/opens? the encrypted private key/);
      expect(error.message).toMatch(/damaged/);
    }
  });

  test("whole, and no passphrase is given: it is asked for", () => {
    const { message, passphrase } = refusal(pem);
    expect(passphrase).toBe(true);
    expect(message).toMatch(/encrypted and no passphrase is given/);
  });

  test("its first blocks are changed: what comes out is no key, whatever the reason", () => {
    const line = lineOf(pem, 4);
    const changed = pem.replace(line, line.replace(/^.{8}/, line.startsWith("A") ? "BBBBBBBB" : "AAAAAAAA"));
    const { message, passphrase } = refusal(changed, PASSPHRASE);
    expect(passphrase).toBe(true);
    expect(message).toMatch(/damaged/);
  });
});

/** Its lengths are right, and OpenSSL says that what is inside is not. */
const UNREADABLE =
  "the private key is damaged: what it says of its encryption cannot be read. No passphrase opens it";

describe("PKCS#8: its parameters", () => {
  const pem = FORMS["PKCS#8"];
  const changeByte = (from: string, to: string) => {
    const der = Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ""), "base64").toString("hex");
    expect(der.includes(from)).toBe(true);
    const body = Buffer.from(der.replace(from, to), "hex")
      .toString("base64")
      .replaceAll(/.{1,64}/g, "$&\n");
    return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${body}-----END ENCRYPTED PRIVATE KEY-----\n`;
  };

  test.each([
    // 1.2.840.113549.1.5.12, PBKDF2
    ["how the key is derived", "2a864886f70d01050c", "2a864886f70d01057c"],
    // 1.2.840.113549.1.5.13, PBES2
    ["the scheme", "2a864886f70d01050d", "2a864886f70d01057d"],
    // 2.16.840.1.101.3.4.1.42, AES-256-CBC
    ["the cipher", "60864801650304012a", "60864801650304017b"],
    // 1.2.840.113549.2.9, HMAC with SHA-256; the names of all else are known
    ["the digest of PBKDF2", "2a864886f70d0209", "2a864886f70d0279"],
  ])("nobody knows %s: it may be damage, and no passphrase is asked for", (_, from, to) => {
    for (const passphrase of [PASSPHRASE, undefined]) {
      const { message, passphrase: asks } = refusal(changeByte(from, to), passphrase);
      expect(asks).toBe(false);
      expect(message).toMatch(/damaged/);
      expect(message).toContain("which is not known");
    }
  });

  test("they are not what they should be: damage", () => {
    // The salt's OCTET STRING becomes a SEQUENCE.
    const { message, passphrase } = refusal(
      changeByte("2a864886f70d01050c302", "2a864886f70d01050c042"),
      PASSPHRASE,
    );
    expect(passphrase).toBe(false);
    expect(message).toBe(UNREADABLE);
  });

  test("what old programs encrypted is not called damaged", () => {
    expect(refusal(pbes1("1.2.840.113549.1.5.3"), PASSPHRASE).message).not.toMatch(/damaged/);
  });
});

describe("the older form: its lines", () => {
  const pem = FORMS["the older form of OpenSSL"];
  test.each([
    ["no DEK-Info", (it: string) => it.replace(/DEK-Info: .*\n/, "")],
    ["a DEK-Info that is cut off", (it: string) => it.replace(/(DEK-Info: .*)...\n/, "$1\n")],
    ["no empty line after it", (it: string) => it.replace("\n\n", "\n")],
  ])("%s", (_, damaged) => {
    const { message, passphrase } = refusal(damaged(pem), PASSPHRASE);
    expect(passphrase).toBe(false);
    expect(message).toMatch(/^the private key is damaged: /);
  });

  /** The last of the blocks of 16 octets loses its half. */
  const halved = (it: string) => {
    const octets = Buffer.from(it.split("\n").slice(4, -2).join(""), "base64").subarray(0, -8);
    const body = octets.toString("base64").replaceAll(/.{64}/g, "$&\n");
    return [...it.split("\n").slice(0, 4), body, ...it.split("\n").slice(-2)].join("\n");
  };
  test.each([
    ["an IV that is too short for its cipher", (it: string) => it.replace(/(DEK-Info: .*).{16}\n/, "$1\n")],
    ["half a block of its cipher is missing", halved],
  ])("whole as it seems: %s", (_, damaged) => {
    for (const passphrase of [PASSPHRASE, undefined]) {
      const { message, passphrase: asks } = refusal(damaged(pem), passphrase);
      expect([message, asks]).toEqual([UNREADABLE, false]);
    }
  });
});
