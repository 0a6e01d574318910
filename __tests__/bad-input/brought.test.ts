import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { runAction } from "../support/action.ts";
import { connectionTo, registerInputs } from "../support/inputs.ts";
import { type Materials, makeMaterials, PASSPHRASE } from "./materials.ts";
import { createWatched, expectNoTrace, namesOf, refused, type Watched } from "./refused.ts";

let sandbox: Sandbox;
let made: Materials;
let watched: Watched;

beforeAll(async () => {
  sandbox = await startSandbox({ limits: "off" });
  made = makeMaterials();
});
afterAll(async () => {
  await sandbox.close();
  made.remove();
});
beforeEach(() => {
  watched = createWatched();
});
afterEach(() => watched.stage.remove());

async function refuse(changes: Record<string, string>) {
  const inputs = { ...registerInputs(sandbox, watched.stage), "openssl-path": watched.openssl, ...changes };
  const refusal = await refused("register", watched, sandbox, inputs);
  const { own, other, sealed } = made;
  expectNoTrace(refusal.result, [own.pkcs8, own.pkcs1, other.pkcs8, sealed, sandbox.token]);
  return refusal;
}

interface Case {
  readonly certificate?: (materials: Materials) => string;
  readonly key?: (materials: Materials) => string;
  readonly passphrase?: string;
  readonly names: readonly string[];
  readonly says: RegExp;
  readonly code?: string;
}
const CERTIFICATE = ["ca-certificate"];
const KEY = ["ca-private-key"];
const PASS = ["ca-private-key-passphrase"];
const own = ({ own: { pem } }: Materials) => pem;
const ownKey = ({ own: { pkcs8 } }: Materials) => pkcs8;

const CASES: Record<string, Case> = {
  "PEM that is not PEM": {
    certificate: () => "-----BEGIN CERTIFICATE-----\nnot base64 at all!\n-----END CERTIFICATE-----",
    key: ownKey,
    names: CERTIFICATE,
    says: /line 2 is not base64/,
  },
  "PEM of nothing": {
    certificate: () => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    key: ownKey,
    names: CERTIFICATE,
    says: /cannot be read/,
  },
  "PEM with escaped line breaks": {
    certificate: (it) => own(it).replaceAll("\n", "\\n"),
    key: ownKey,
    names: CERTIFICATE,
    says: /\\n instead of line breaks/,
  },
  "PEM cut off": {
    certificate: (it) => own(it).slice(0, 400),
    key: ownKey,
    names: CERTIFICATE,
    says: /no END line/,
  },
  "a private key where a certificate belongs": {
    certificate: ownKey,
    key: ownKey,
    names: CERTIFICATE,
    says: /private key where a certificate belongs/,
  },
  "a certificate where a private key belongs": {
    certificate: own,
    key: own,
    names: KEY,
    says: /not a private key/,
  },
  "a key cut off": {
    certificate: own,
    key: (it) => ownKey(it).slice(0, 400),
    names: KEY,
    says: /not a private key/,
  },
  "an encrypted key without a passphrase": {
    certificate: own,
    key: (it) => it.sealed,
    names: PASS,
    says: /is missing.*ca-private-key is encrypted/,
    code: "PASSPHRASE_WRONG",
  },
  "an encrypted key with a wrong passphrase": {
    certificate: own,
    key: (it) => it.sealed,
    passphrase: "wrong wrong wrong",
    names: PASS,
    says: /does not open ca-private-key/,
    code: "PASSPHRASE_WRONG",
  },
  "an encrypted key and the passphrase with a blank too many": {
    certificate: own,
    key: (it) => it.sealed,
    passphrase: `${PASSPHRASE} `,
    names: PASS,
    says: /does not open/,
    code: "PASSPHRASE_WRONG",
  },
  "an encrypted key cut off, and no passphrase": {
    certificate: own,
    key: (it) => it.sealed.slice(0, 700),
    names: KEY,
    says: /ca-private-key: is damaged: /,
  },
  "an encrypted key with a character missing": {
    certificate: own,
    key: (it) => it.sealed.replace(/^(MII)./m, "$1"),
    passphrase: PASSPHRASE,
    names: KEY,
    says: /ca-private-key: is damaged: /,
  },
  "a passphrase alone": { passphrase: PASSPHRASE, names: PASS, says: /without ca-private-key/ },
  "a certificate and a passphrase, and no key": {
    certificate: own,
    passphrase: PASSPHRASE,
    names: [...KEY, ...PASS],
    says: /-passphrase: is given without ca-private-key/,
  },
  "an expired certificate": {
    certificate: (it) => it.expired,
    key: ownKey,
    names: CERTIFICATE,
    says: /expired on 2021-01-01T00:00:00\.000Z/,
  },
  "a certificate that is not valid yet": {
    certificate: (it) => it.future,
    key: ownKey,
    names: CERTIFICATE,
    says: /is not valid before 20/,
  },
  "a leaf": { certificate: (it) => it.leaf, key: ownKey, names: CERTIFICATE, says: /CA:TRUE is missing/ },
  "a v1 certificate": {
    certificate: (it) => it.v1,
    key: ownKey,
    names: CERTIFICATE,
    says: /CA:TRUE is missing/,
  },
  "a v1 certificate, which may be on the platform: what it is, and what is possible": {
    certificate: (it) => it.v1,
    key: ownKey,
    names: CERTIFICATE,
    says: /is X\.509 v1 and not v3 .* LibreSSL.*on the platform already.*allow-unheld.*tasks\/delete/,
  },
  "a self-signed one whose authority key identifier is another's": {
    certificate: (it) => it.foreignAki,
    key: ownKey,
    names: CERTIFICATE,
    says: /it is self-signed, but its authority key identifier names another key.*allow-unheld/,
  },
  "an intermediate": {
    certificate: (it) => it.intermediate,
    key: ownKey,
    names: CERTIFICATE,
    says: /intermediate.*self-signed CA certificates only/,
  },
  "a chain": {
    certificate: (it) => it.intermediate + it.other.pem,
    key: ownKey,
    names: CERTIFICATE,
    says: /2 PEM blocks, but exactly one/,
  },
  "a key that does not match": {
    certificate: own,
    key: (it) => it.other.pkcs1,
    names: KEY,
    says: /does not belong to ca-certificate/,
    code: "KEY_MISMATCH",
  },
  "a certificate without its key": { certificate: own, names: KEY, says: /together, or neither/ },
  "a key without its certificate": { key: ownKey, names: CERTIFICATE, says: /together, or neither/ },
  "a file that is not there": {
    certificate: () => "/nowhere/ca.pem",
    key: ownKey,
    names: CERTIFICATE,
    says: /neither PEM text nor a file.*ENOENT/,
  },
};

/** How each of {@link Materials.odd} is refused. */
const ODD = {
  two: /2 common names \("acme", "acme-2"\), but exactly one is valid/,
  twoInOnePart: /2 common names \("acme", "acme-2"\)/,
  blanks: /its common name begins or ends with a blank/,
  control: /its common name contains a control character/,
  invisible: /its common name contains an invisible character/,
} as const satisfies Record<keyof Materials["odd"], RegExp>;

describe("a CA brought along whose common name replies may change is refused (guarantees 4 and 9)", () => {
  test.each(Object.entries(ODD) as [keyof Materials["odd"], RegExp][])("%s", async (kind, says) => {
    const refusal = await refuse({ "ca-certificate": made.odd[kind], "ca-private-key": made.own.pkcs8 });
    expect(namesOf(refusal)).toEqual(CERTIFICATE);
    expect(refusal.problems.join("\n")).toMatch(says);
    expect(refusal.code).toBe("INPUT_INVALID");
    const inputs = { ...connectionTo(sandbox), "ca-certificate": made.odd[kind] };
    const upload = await refused("upload", watched, sandbox, inputs);
    expect(namesOf(upload)).toEqual(CERTIFICATE);
    expect(upload.problems.join("\n")).toMatch(says);
  });
});

describe("register refuses a CA brought along that cannot serve (guarantee 9)", () => {
  test.each(Object.entries(CASES))("%s", async (_, { certificate, key, passphrase, names, says, code }) => {
    const refusal = await refuse({
      ...(certificate && { "ca-certificate": certificate(made) }),
      ...(key && { "ca-private-key": key(made) }),
      ...(passphrase && { "ca-private-key-passphrase": passphrase }),
    });
    expect(namesOf(refusal)).toEqual(names);
    expect(refusal.problems.join("\n")).toMatch(says);
    expect(refusal.code).toBe(code ?? "INPUT_INVALID");
    if (passphrase) expectNoTrace(refusal.result, [passphrase]);
  });

  test("the same by path: a folder, a huge file, a key under the certificate's name", async () => {
    const { lasting } = watched.stage;
    mkdirSync(join(lasting, "folder.pem"));
    writeFileSync(join(lasting, "huge.pem"), Buffer.alloc(1024 * 1024 + 1, "a"));
    writeFileSync(join(lasting, "key.pem"), made.own.pkcs8);
    const key = { "ca-private-key": join(lasting, "key.pem") };
    for (const [file, says] of [
      ["folder.pem", /not a regular file/],
      ["huge.pem", /larger than 1 MiB/],
      ["key.pem", /private key where a certificate belongs/],
    ] as const) {
      const refusal = await refuse({ ...key, "ca-certificate": join(lasting, file) });
      expect(namesOf(refusal)).toEqual(CERTIFICATE);
      expect(refusal.problems.join("\n")).toMatch(says);
    }
  });

  test("a file in another format is called what it is, with the command that converts it", async () => {
    const { lasting } = watched.stage;
    const { pem, pkcs8 } = made.own;
    const der = (text: string) => Buffer.from(text.replaceAll(/-----[^-]*-----|\s/g, ""), "base64");
    const formats: readonly (readonly [string, Buffer, RegExp])[] = [
      ["empty", Buffer.alloc(0), /names a file that is empty/],
      ["der", der(pem), /DER \(a certificate\), not PEM\. Convert it: openssl x509 -inform DER -in FILE/],
      [
        "der-key",
        der(pkcs8),
        /DER \(a private key\), not PEM\. Convert it: openssl pkey -inform DER -in FILE/,
      ],
      ["utf-16", Buffer.from(`\ufeff${pem}`, "utf16le"), /UTF-16.*iconv/],
      ["utf-16-bare", Buffer.from(pem, "utf16le"), /UTF-16.*iconv/],
      ["sealed-der", der(made.sealed), /DER \(an encrypted private key\).*openssl pkey -aes256 -inform DER/],
      ["blank", Buffer.from(" \r\n"), /names a file that is empty/],
      ["garbled", Buffer.from("xx -----BEGIN CERTIFICATE-----xx\n"), /ca-certificate: has /],
      ["noise", Buffer.from("hello\n"), /names a file without PEM text/],
    ];
    for (const [name, bytes, says] of formats) {
      const file = join(lasting, name);
      writeFileSync(file, bytes);
      const refusal = await refuse({ "ca-certificate": file, "ca-private-key": pkcs8 });
      expect(namesOf(refusal)).toEqual(CERTIFICATE);
      expect(refusal.problems.join("\n")).toMatch(says);
      expect(refusal.problems.join("\n")).not.toContain("not the path of a file");
    }
  });

  test("base64 of what is no PEM in UTF-8 is called what it is", async () => {
    const { pem, pkcs8 } = made.own;
    const utf16 = Buffer.from(`\ufeff${pem}`, "utf16le").toString("base64");
    const refusal = await refuse({ "ca-certificate": `${utf16}\n${utf16}`, "ca-private-key": pkcs8 });
    expect(refusal.problems.join("\n")).toMatch(/base64 of a text in UTF-16.*base64 -d \| iconv/);
  });
});

test.each<[string, (text: string, name: string) => string]>([
  ["on one line", (text) => Buffer.from(text).toString("base64")],
  ["in lines", (text) => wrapped(text)],
  [
    "in a file",
    (text, name) => {
      const file = join(watched.stage.lasting, name);
      writeFileSync(file, wrapped(text));
      return file;
    },
  ],
])("base64 of a whole PEM text is as good as the text: %s (guarantee 8)", async (_, form) => {
  const { pem, pkcs8 } = made.own;
  const pair = { "ca-certificate": form(pem, "ca"), "ca-private-key": form(pkcs8, "key") };
  const inputs = { ...registerInputs(sandbox, watched.stage), ...pair };
  const result = await runAction("register", watched.stage, { inputs });
  expect(result.outputs["outcome"], result.log).toMatch(/registered|unchanged/);
  expectNoTrace(result, [pkcs8, Buffer.from(pkcs8).toString("base64"), wrapped(pkcs8)]);
});

test("base64 of a long key is no path that is too long", async () => {
  const inline = Buffer.from(made.own.pkcs8 + made.own.pem.repeat(3)).toString("base64");
  expect(inline.length).toBeGreaterThan(4096);
  const refusal = await refuse({ "ca-certificate": inline, "ca-private-key": made.own.pkcs8 });
  expect(refusal.problems).toEqual([expect.stringMatching(/private key where a certificate belongs/)]);
});

function wrapped(text: string): string {
  return (
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\n");
}
