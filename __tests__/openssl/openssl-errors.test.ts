import { describe, expect, test } from "vitest";
import { ActionError } from "../../src/messages/errors.ts";
import { opensslFailure } from "../../src/openssl/failure.ts";
import { isFrom, supportedVersion } from "../../src/openssl/program.ts";

function errorOf(action: () => unknown): ActionError {
  try {
    action();
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the version of the openssl that is there", () => {
  test.each([
    ["OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)\n", "OpenSSL 3.0.19 27 Jan 2026"],
    ["OpenSSL 1.1.1w  11 Sep 2023\r\n", "OpenSSL 1.1.1w  11 Sep 2023"],
    ["OpenSSL 1.1.1k  FIPS 25 Mar 2021", "OpenSSL 1.1.1k  FIPS 25 Mar 2021"],
    ["OpenSSL 3.6.0 1 Oct 2025 (Library: OpenSSL 3.6.0)", "OpenSSL 3.6.0 1 Oct 2025"],
    ["OpenSSL 10.0.0", "OpenSSL 10.0.0"],
    ["OpenSSL 3.5.0-dev", "OpenSSL 3.5.0-dev"],
  ])("%j is good", (output, version) => {
    expect(supportedVersion(output)).toBe(version);
  });

  test.each([
    ["OpenSSL 1.1.0l  10 Sep 2019", /1\.1\.0l.*too old/],
    ["OpenSSL 1.0.2u  20 Dec 2019", /1\.0\.2u.*too old/],
    ["OpenSSL 0.9.8zh 14 Jan 2016", /0\.9\.8.*too old/],
    ["LibreSSL 3.3.6", /LibreSSL 3\.3\.6/],
    ["BoringSSL", /is not OpenSSL\. Its version is "BoringSSL"/],
    ["OpenSSL 1.1.1 (compatible; AWS-LC 1.30.0)", /is not OpenSSL/],
    ["", /is not OpenSSL/],
    ["::error::OpenSSL 3.0.0", /is not OpenSSL/],
    ["GNU bash, version 5.2\nOpenSSL 3.0.0", /is not OpenSSL/],
  ])("%j is refused", (output, message) => {
    const error = errorOf(() => supportedVersion(output));
    expect(error.code).toBe("OPENSSL_UNSUPPORTED");
    expect(error.message).toMatch(message);
    expect(error.next).toContain("1.1.1");
  });
});

test.each([
  ["OpenSSL 1.1.1w  11 Sep 2023", false],
  ["OpenSSL 3.1.9 1 Jan 2026", false],
  ["OpenSSL 3.2.0 23 Nov 2023", true],
  ["OpenSSL 4.0.3 29 Sep 2026", true],
  ["OpenSSL 10.0.0", true],
])("whether %j is 3.2 or later", (line, from) => {
  expect(isFrom(line, [3, 2, 0])).toBe(from);
});

describe("a failed OpenSSL process becomes an error with a hint (guarantee 10)", () => {
  test.each([
    ["CA certificate and CA private key do not match\n", "KEY_MISMATCH"],
    ["error:05800074:x509 certificate routines:X509_check_private_key:key values mismatch", "KEY_MISMATCH"],
    ["CA certificate and CA private key does not match", "KEY_MISMATCH"],
    ["error:1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt", "PASSPHRASE_WRONG"],
    ["writing to 'acme.key': No space left on device", "FILE_FAILED"],
    ['Can\'t open "acme.key" for writing, Permission denied', "FILE_FAILED"],
    ["problems making Certificate Request\nstring too long:maxsize=64", "OPENSSL_FAILED"],
    ["req: Unrecognized flag utf8", "OPENSSL_UNSUPPORTED"],
    ["req: Use -help for summary.", "OPENSSL_UNSUPPORTED"],
    ["something nobody has seen", "OPENSSL_FAILED"],
    ["", "OPENSSL_FAILED"],
  ])("%j is %s", (stderr, code) => {
    const error = opensslFailure(["x509", "-req"], 1, stderr);
    expect(error.code).toBe(code);
    expect(error.message).toContain('"openssl x509 -req" ended with exit code 1');
    expect(error.message.includes("OpenSSL said")).toBe(stderr !== "");
  });

  test("one that could not be started is OPENSSL_NOT_FOUND", () => {
    const error = opensslFailure(["version"], undefined, "Unable to locate executable file: openssl");
    expect(error.code).toBe("OPENSSL_NOT_FOUND");
    expect(error.message).toContain("Unable to locate executable file");
    expect(error.next).toContain("openssl-path");
  });

  test("its words are hostile: no command for the runner is left, and not more than can be read (guarantee 8)", () => {
    const { message } = opensslFailure(["req"], 1, `\n::error::x\n##[error]y\u001b[31m${"z".repeat(5000)}`);
    expect(message).not.toMatch(/\p{Cc}|::|##\[/u);
    expect(message.length).toBeLessThan(1000);
  });
});
