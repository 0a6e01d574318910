import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CaExpectation,
  caProblem,
  foreignCaProblem,
  isNotValidYet,
  oddCommonName,
  readCertificate,
  shortFingerprint,
  verificationProblem,
} from "../../src/ca/certificate.ts";
import { insideDer, readDer } from "../../src/ca/der.ts";
import type { NameAttributes } from "../../src/ca/subject.ts";
import { bitString, der, objectId, pem, sequence } from "../rotation/write-der.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { type MadeCa, makeCa, openssl } from "./made.ts";
import { asVersion1, withForeignAki } from "./odd-cas.ts";

const SUBJECT = "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme";
const ASKED: NameAttributes = [
  ["C", "DE"],
  ["ST", "MUC"],
  ["O", "Acme"],
  ["OU", "IT"],
  ["CN", "acme"],
];
const CODE = "c0de".repeat(16);
const DAY = 24 * 60 * 60 * 1000;

let workshop: Workshop;
let own: MadeCa;
let other: MadeCa;
const now = Date.now();

beforeAll(() => {
  workshop = new Workshop();
  own = makeCa(workshop, SUBJECT);
  other = makeCa(workshop, "/CN=root");
});
afterAll(() => workshop.remove());

/** A self-signed certificate with the extensions given, as text of an OpenSSL configuration. */
function selfSigned(...addext: string[]): string {
  const extensions = addext.flatMap((extension) => ["-addext", extension]);
  return openssl(
    workshop,
    "req",
    "-x509",
    "-new",
    "-key",
    own.file,
    "-days",
    "9",
    "-subj",
    SUBJECT,
    ...extensions,
  );
}
const issuedBy = (ca: MadeCa, key: MadeCa, subject: string, kind: "ca" | "leaf" | "none") =>
  workshop.issued({ key: ca.file, pem: ca.pem }, key.file, subject, kind);

describe("the preflight before an upload", () => {
  const expected = (more: Partial<CaExpectation> = {}): CaExpectation => ({ now, ...more });
  const problem = (pem: string, more: Partial<CaExpectation> = {}) =>
    caProblem(readCertificate(pem), expected(more));

  test("nothing against a self-signed v3 CA:TRUE certificate with its key and subject (guarantee 1)", () => {
    const privateKey = createPrivateKey(own.pkcs1);
    expect(problem(own.pem, { privateKey, subject: ASKED })).toBeUndefined();
  });

  test("the X.509 v1 certificate that the documented command makes under a bare configuration (guarantee 1)", () => {
    expect(problem(selfSigned())).toMatch(/is X\.509 v1.*not v3.*CA:TRUE/);
  });

  test("a leaf, and a CA whose key usage does not allow to sign certificates", () => {
    expect(problem(workshop.selfSigned(own.file, SUBJECT, "leaf"))).toMatch(/CA:TRUE is missing/);
    for (const usage of ["keyUsage=digitalSignature", "keyUsage=critical,cRLSign,keyEncipherment"]) {
      const told = problem(selfSigned("basicConstraints=critical,CA:TRUE", usage));
      expect(told).toMatch(/key usage does not allow it to sign certificates \(keyCertSign is missing\)/);
      expect(problem(selfSigned("basicConstraints=CA:FALSE", usage))).toMatch(/CA:TRUE is missing/);
      // CA:FALSE may be spelled out.
      expect(problem(selfSigned("basicConstraints=DER:3003010100", usage))).toMatch(/CA:TRUE is missing/);
    }
    for (const usage of ["keyUsage=keyCertSign", "keyUsage=critical,keyCertSign,cRLSign"])
      expect(problem(selfSigned("basicConstraints=CA:TRUE,pathlen:0", usage))).toBeUndefined();
  });

  test("a CA that OpenSSL does not take for one because another extension is broken: neither CA:TRUE nor its key usage is blamed", () => {
    for (const usage of [[], ["keyUsage=critical,keyCertSign"]]) {
      const told = problem(
        selfSigned("basicConstraints=critical,CA:TRUE", "subjectAltName=DER:0500", ...usage),
      );
      expect(told).toMatch(/although it has CA:TRUE\. Another extension of it is broken$/);
    }
  });

  test("an intermediate", () => {
    expect(problem(issuedBy(other, own, SUBJECT, "ca"))).toMatch(/intermediate/);
    // Also one under a name of its own, although its key is the issuer's.
    expect(problem(issuedBy(own, own, "/CN=beta", "ca"))).toMatch(/intermediate/);
  });

  test("one of the same name as its issuer, signed with another key", () => {
    expect(problem(issuedBy(other, own, "/CN=root", "ca"))).toMatch(/intermediate|self-signature/);
  });

  test("an expired one, to the second", () => {
    const { notAfter, expiration } = readCertificate(own.pem);
    expect(problem(own.pem, { now: notAfter - 1 })).toBeUndefined();
    expect(problem(own.pem, { now: notAfter })).toBe(`it expired on ${expiration}`);
  });

  test("one that is not valid yet, but for 5 minutes by which clocks may differ", () => {
    const { notBefore, notAfter } = readCertificate(own.pem);
    expect(problem(own.pem, { now: notBefore - 5 * 60_000 })).toBeUndefined();
    const early = problem(own.pem, { now: notBefore - 5 * 60_000 - 1 });
    expect(early).toBe(`it is not valid before ${new Date(notBefore).toISOString()}`);
    for (const at of [notBefore, notAfter]) expect(at % 1000).toBe(0);
    expect(problem(own.pem, { now: undefined })).toBeUndefined();
  });

  test("one without a common name", () => {
    expect(problem(workshop.selfSigned(own.file, "/O=Acme"))).toMatch(/no common name/);
  });

  test("a private key that is not its own", () => {
    expect(problem(own.pem, { privateKey: createPrivateKey(other.pkcs8) })).toMatch(
      /private key does not belong/,
    );
  });

  test.each([
    ["another value", [...ASKED.slice(0, 4), ["CN", "acme "]]],
    ["another order", ASKED.toReversed()],
    ["one attribute less", ASKED.slice(1)],
    ["another type", [["L", "DE"], ...ASKED.slice(1)]],
  ] satisfies [string, NameAttributes][])("a subject that was not asked for: %s", (_, subject) => {
    expect(problem(own.pem, { subject })).toMatch(/subject is not the subject that was asked for/);
  });

  test.each([
    "/OU=IT+CN=acme/C=DE",
    "/CN=acme+O=Acme Corporation of the World",
    "/C=DE/O=Acme+OU=IT+CN=acme",
  ])("a common name inside a multi-valued attribute is read: %s", (subject) => {
    const made = ["-days", "9", "-multivalue-rdn", "-subj", subject];
    const config = ["-config", "openssl.cnf", "-extensions", "ca"];
    const pem = openssl(workshop, "req", "-x509", "-new", "-key", own.file, ...config, ...made);
    expect(readCertificate(pem).commonName).toBe("acme");
    expect(problem(pem)).toBeUndefined();
  });

  test("a plus sign inside a common name stays", () => {
    const { commonName } = readCertificate(workshop.selfSigned(own.file, "/O=Acme/CN=a \\+ CN=b"));
    expect(commonName).toBe("a + CN=b");
  });

  test("a multi-valued attribute is never taken for the plain one", () => {
    const joined = workshop.selfSigned(own.file, "/C=DE/ST=MUC/O=Acme/OU=IT+CN=acme");
    expect(problem(joined, { subject: ASKED })).toBeDefined();
    const parsed = readCertificate(joined).subject;
    expect(parsed).not.toEqual(ASKED);
  });

  test("every common name is read, with its own pluses, and those of multi-valued parts", () => {
    const joined = workshop.selfSigned(own.file, "/C=DE/OU=IT+CN=b \\+ c, d+UID=u/CN=a\\+CN=z/CN=acme");
    const { commonNames, commonName } = readCertificate(joined);
    expect(commonNames).toEqual(["b + c, d", "a+CN=z", "acme"]);
    expect(commonName).toBe("acme");
  });

  test("a certificate that OpenSSL reads although it is no DER is refused by name", () => {
    const { raw } = new X509Certificate(own.pem);
    const [signed, algorithm] = insideDer(raw);
    // BER: the length is not said, two zero octets end it (X.690 §8.1.3.6).
    const endless = Buffer.concat([Buffer.of(0x30, 0x80), signed?.content as Buffer, Buffer.of(0, 0)]);
    const signature = bitString(sign("sha256", endless, own.pkcs8));
    const odd = pem("CERTIFICATE", sequence(endless, algorithm?.whole as Buffer, signature));
    expect(new X509Certificate(odd).ca).toBe(true);
    expect(() => readCertificate(odd)).toThrow("holds a certificate that cannot be read");
  });

  test("one whose extensions are no DER is refused as well: they are looked into later", () => {
    const [signed, ...others] = insideDer(new X509Certificate(own.pem).raw);
    const parts = readDer(signed?.content as Buffer).map(({ whole }) => whole);
    const [extensions] = readDer(readDer(parts.at(-1) as Buffer)[0]?.content as Buffer);
    const endless = Buffer.concat([Buffer.of(0x30, 0x80), extensions?.content as Buffer, Buffer.of(0, 0)]);
    const anew = sequence(...parts.with(-1, der(0xa3, endless)));
    const odd = pem("CERTIFICATE", sequence(anew, ...others.map(({ whole }) => whole)));
    expect(new X509Certificate(odd).ca).toBe(true);
    expect(() => readCertificate(odd)).toThrow("holds a certificate that cannot be read");
  });

  test("a subject without attributes is empty, and control characters in one are read as what they are", () => {
    expect(readCertificate(renamed()).subject).toEqual([]);
    const odd = der(0x31, sequence(objectId("2.5.4.10"), der(0x0c, Buffer.from("a\n0Ab\u007f\\0A,"))));
    expect(readCertificate(renamed(odd)).subject).toEqual([["O", "a\n0Ab\u007f\\0A,"]]);
  });

  test.each([0x0c, 0x13, 0x14, 0x1c, 0x1e])(
    "a common name of the string type %d is read as OpenSSL does",
    (tag) => {
      const octets: Record<number, Buffer> = {
        12: Buffer.from("Größe 1"),
        28: Buffer.from([..."Größe 1"].flatMap((c) => [0, 0, 0, c.charCodeAt(0)])),
        30: Buffer.from("Größe 1", "utf16le").swap16(),
      };
      const text = octets[tag] ?? Buffer.from("acme 1", "latin1");
      const name = der(0x31, sequence(objectId("2.5.4.3"), der(tag, text)));
      const { commonNames: names, subject } = readCertificate(renamed(name));
      expect(names).toEqual([octets[tag] === undefined ? "acme 1" : "Größe 1"]);
      expect(subject).toEqual([["CN", names[0]]]);
    },
  );
});

/** @returns our CA certificate with another subject; its signature does not hold any more */
function renamed(...attributes: Buffer[]): string {
  const [signed, ...others] = insideDer(new X509Certificate(own.pem).raw);
  const parts = readDer(signed?.content as Buffer).map(({ whole }) => whole);
  const anew = sequence(...parts.with(5, sequence(...attributes)));
  return pem("CERTIFICATE", sequence(anew, ...others.map(({ whole }) => whole)));
}

describe("a CA that was not made here", () => {
  const foreign = (pem: string) => foreignCaProblem(readCertificate(pem), { now });

  test("is good where a CA of our own is", () => {
    expect(foreign(own.pem)).toBeUndefined();
  });

  test("may be in use although nothing here can work with it: how to go on is told", () => {
    const wayOn = /\. If it is on the platform already, it may stay there .* delete the old one by its id/;
    expect(foreign(selfSigned())).toMatch(/X\.509 v1/);
    expect(foreign(selfSigned())).toMatch(wayOn);
    const unlinked = foreign(withForeignAki(workshop, own.file));
    expect(unlinked).toMatch(/^it is self-signed, but its authority key identifier names another key/);
    expect(unlinked).toMatch(wayOn);
  });

  test("is no CA where nobody could have taken it for one", () => {
    for (const pem of [
      workshop.selfSigned(own.file, SUBJECT, "leaf"),
      issuedBy(other, own, SUBJECT, "ca"),
      issuedBy(other, own, SUBJECT, "none"),
    ]) {
      expect(foreign(pem)).toBe(problemOf(pem));
      expect(foreign(pem)).toBeDefined();
    }
    const v1 = asVersion1({ pem: own.pem, key: own.pkcs8 });
    expect(foreignCaProblem(readCertificate(v1), { now: undefined })).toBeUndefined();
    expect(foreignCaProblem(readCertificate(own.pem), { now: now + 20 * 365 * DAY })).toMatch(
      /expired on \S+$/,
    );
  });

  test("whose own signature does not hold is refused", () => {
    expect(
      problemOf(renamed(der(0x31, sequence(objectId("2.5.4.3"), der(0x0c, Buffer.from("acme")))))),
    ).toMatch(/intermediate/);
    const { raw } = new X509Certificate(own.pem);
    const bent = Buffer.from(raw);
    bent[raw.length - 1] = (raw.at(-1) as number) ^ 1;
    expect(problemOf(pem("CERTIFICATE", bent))).toBe("its own signature is not valid");
  });

  test.each([
    ["/C=DE/CN=acme", undefined],
    ["/CN=a b-c_d.e", undefined],
    [`/CN=${"x".repeat(64)}`, undefined],
    ["/CN=a/CN=b", 'its subject has 2 common names ("a", "b"), but exactly one is valid'],
    ["/CN= acme", "its common name begins or ends with a blank"],
    ["/CN=acme ", "its common name begins or ends with a blank"],
    ["/CN=a\u200bb", "its common name contains an invisible character"],
  ])("with the subject %j has an odd common name: %s", (subject, says) => {
    expect(oddCommonName(readCertificate(workshop.selfSigned(own.file, subject)))).toBe(says);
  });
});

const problemOf = (pem: string) => caProblem(readCertificate(pem), { now });

describe("a certificate that is not valid yet (guarantee 4)", () => {
  const MINUTES = 60_000;
  const late = { notBefore: now + 6 * MINUTES };
  test.each([
    ["agreed", true, true],
    ["agreed", false, true],
    ["unconfirmed", true, false],
    ["unconfirmed", false, true],
    ["doubtful", true, false],
    ["doubtful", false, false],
  ] as const)(
    "counts as not there while the clocks are %s, on the platform %s: %s",
    (standing, there, expected) => {
      expect(isNotValidYet(late, { now, standing }, there)).toBe(expected);
      expect(isNotValidYet({ notBefore: now + 5 * MINUTES }, { now, standing }, there)).toBe(false);
    },
  );
});

describe("the check before a verify", () => {
  const problem = (pem: string, at = now) =>
    verificationProblem(readCertificate(pem), {
      ca: readCertificate(own.pem),
      registrationCode: CODE,
      now: at,
    });

  test("nothing against one for the code, signed by the CA, v1 as well as v3", () => {
    for (const kind of ["none", "leaf"] as const) {
      expect(problem(issuedBy(own, other, `/CN=${CODE}`, kind))).toBeUndefined();
    }
  });

  test("nothing against one for the code where the CA is not at hand", () => {
    const leaf = readCertificate(issuedBy(own, other, `/CN=${CODE}`, "leaf"));
    expect(verificationProblem(leaf, { registrationCode: CODE, now })).toBeUndefined();
  });

  test("one that the CA did not issue but itself, even for the code", () => {
    const ownWork = workshop.selfSigned(other.file, `/CN=${CODE}`, "leaf");
    const judged = verificationProblem(readCertificate(ownWork), { now });
    expect(judged).toMatch(/it is self-signed/);
    expect(verificationProblem(readCertificate(own.pem), { now })).toMatch(/it is self-signed/);
  });

  test("one that is not valid yet", () => {
    const pem = issuedBy(own, other, `/CN=${CODE}`, "leaf");
    expect(problem(pem, now - 60_000)).toBeUndefined();
    expect(problem(pem, now - DAY)).toMatch(/not valid before/);
  });

  test("another common name, in case too", () => {
    expect(problem(issuedBy(own, other, "/CN=c0de", "leaf"))).toMatch(
      /common name is not the registration code/,
    );
    expect(problem(issuedBy(own, other, `/CN=${CODE.toUpperCase()}`, "leaf"))).toMatch(/registration code/);
  });

  test("signed by another CA, or by another key under the CA's name", () => {
    expect(problem(issuedBy(other, own, `/CN=${CODE}`, "leaf"))).toMatch(/not signed by the CA's key/);
    const impostor = { ...other, pem: workshop.selfSigned(other.file, SUBJECT) };
    expect(problem(issuedBy(impostor, other, `/CN=${CODE}`, "leaf"))).toMatch(/not signed by the CA's key/);
  });

  test("expired", () => {
    const pem = issuedBy(own, other, `/CN=${CODE}`, "leaf");
    expect(problem(pem, now + 8 * DAY)).toMatch(/it expired on 20/);
  });
});

describe("reading a certificate", () => {
  test("everything else of it agrees with what openssl prints", () => {
    const file = "shown.pem";
    writeFileSync(join(workshop.directory, file), own.pem);
    const certificate = readCertificate(own.pem);
    const shown = openssl(
      workshop,
      "x509",
      "-noout",
      "-serial",
      "-fingerprint",
      "-sha256",
      "-enddate",
      "-in",
      file,
    );
    expect(shown).toContain(`serial=${certificate.serialNumber}`);
    expect(shown).toContain(`ingerprint=${certificate.fingerprint}`);
    const end = /notAfter=(.*)/.exec(shown)?.[1] ?? "";
    expect(certificate.expiration).toBe(new Date(end).toISOString());
    expect(certificate.commonName).toBe("acme");
    expect(shortFingerprint(certificate)).toMatch(/^[0-9a-f]{8}$/);
    expect(certificate.fingerprint.toLowerCase().replaceAll(":", "")).toMatch(
      new RegExp(`^${shortFingerprint(certificate)}`),
    );
  });

  test("text around it, CRLF and trailing blanks are accepted and left out", () => {
    const text = `Bag Attributes\r\n  friendlyName: acme\r\n${own.pem.replaceAll("\n", " \r\n")}\r\nthe end\r\n`;
    expect(readCertificate(text).pem).toBe(own.pem);
  });

  test.each<[string, () => string, RegExp]>([
    ["nothing", () => "", /has no line -----BEGIN CERTIFICATE/],
    ["a path", () => "/tmp/ca.pem", /has no line -----BEGIN CERTIFICATE/],
    ["a private key", () => own.pkcs8, /private key where a certificate belongs/],
    ["a PKCS#1 private key", () => own.pkcs1, /private key where a certificate belongs/],
    ["a key and its certificate", () => own.pkcs8 + own.pem, /private key where a certificate belongs/],
    ["two certificates", () => own.pem + other.pem, /2 PEM blocks, but exactly one/],
    ["a request", () => own.pem.replaceAll("CERTIFICATE", "CERTIFICATE REQUEST"), /"CERTIFICATE REQUEST"/],
    ["escaped line breaks", () => own.pem.replaceAll("\n", "\\n"), /\\n instead of line breaks/],
    ["a body that is no certificate", () => pemOf("AAAA"), /cannot be read/],
    ["an empty body", () => pemOf(""), /cannot be read/],
    ["a cut one", () => own.pem.slice(0, 300), /no END line/],
    ["one with a word in it", () => pemOf("some words"), /line 2 is not base64/],
  ])("refused: %s", (_, text, reason) => {
    expect(() => readCertificate(text())).toThrow(reason);
  });

  test("no refusal quotes what was given: it may be a key pasted into the wrong field (guarantee 8)", () => {
    const body = own.pkcs8.split("\n")[3] as string;
    for (const text of [
      own.pkcs8,
      own.pkcs8.slice(0, 400),
      own.pkcs8.replaceAll("\n", "\\n"),
      body,
      pemOf(`${body} x`),
    ]) {
      expect(() => readCertificate(text)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(body) }),
      );
    }
  });
});

function pemOf(body: string): string {
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
}
