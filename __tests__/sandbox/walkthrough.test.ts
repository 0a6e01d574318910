import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CaCertificate } from "../../src/mindconnect/vendor-types.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { API } from "./client.ts";

const PAGE = readFileSync(new URL("../fixtures/page-commands.txt", import.meta.url), "utf8")
  .split(/\r?\n/)
  .filter((line) => line !== "" && !line.startsWith("#"))
  // The page's last line has a stray backtick, which no shell takes.
  .map((line) => line.replace(/`$/, ""));

const PLACEHOLDERS: Record<string, string> = {
  "<tenant>": "acme",
  "<countryCode>": "DE",
  "<city>": "Muenchen",
  "<organization>": "ACME",
};
const EXPORTS = PAGE.filter((line) => line.startsWith("export ")).map((line) =>
  line.replace(/<\w+>/, (placeholder) => PLACEHOLDERS[placeholder] ?? placeholder),
);
const [CA_KEY, CA, CA_ESCAPED, KEY, CSR, PROOF, PROOF_ESCAPED] = PAGE.filter(
  (line) => !line.startsWith("export "),
);

/** The bodies of the page's sample requests. */
const UPLOAD_BODY = `{
"name":"SampleCACertificate",
"caCertificate":"CopyPasteAwkCommandResponse"
}`;
const VERIFY_BODY = `{
"verificationCertificate":"CopyPasteAwkCommandResponse"
}`;

let sandbox: Sandbox;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "page-"));
  sandbox = await startSandbox();
});

afterEach(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

/** Runs a line of the page in a shell that has the page's variables; returns what it prints. */
async function sh(line: string | undefined, variables: readonly string[] = []): Promise<string> {
  const script = ["set -eu", ...EXPORTS, ...variables, line].join("\n");
  return (await promisify(execFile)("sh", ["-c", script], { cwd: directory })).stdout;
}

/** Sends a request of the page with curl; returns the status and the parsed reply. */
async function curl(method: string, path: string, body?: string): Promise<{ status: number; json: unknown }> {
  const args = ["-sS", "--noproxy", "*", "-X", method, "-H", `Authorization: Bearer ${sandbox.token}`];
  if (body !== undefined) {
    writeFileSync(join(directory, "body.json"), body);
    args.push("-H", "Content-Type: application/json", "--data-binary", "@body.json");
  }
  args.push("-w", "\n%{http_code}", `${sandbox.url}${API}${path}`);
  const { stdout } = await promisify(execFile)("curl", args, { cwd: directory });
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), json: JSON.parse(stdout.slice(0, end)) };
}

// The shell of Git for Windows rewrites the page's -subj "/C=…"; the page has other lines for Windows.
test.skipIf(process.platform === "win32")(
  "the page's own lines lead from nothing to isVerified",
  async () => {
    await sh(CA_KEY);
    await sh(CA);
    const escaped = await sh(CA_ESCAPED);
    expect(escaped).toBe(JSON.stringify(readFileSync(join(directory, "acme.pem"), "utf8")).slice(1, -1));

    const uploaded = await curl(
      "POST",
      "/caCertificates",
      UPLOAD_BODY.replace("CopyPasteAwkCommandResponse", () => escaped),
    );
    expect(uploaded.status).toBe(201);
    const { id, expiration } = uploaded.json as CaCertificate;
    expect(uploaded.json).toEqual({ id, name: "SampleCACertificate", expiration, commonName: "acme" });
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);

    // The page's sample request leaves out caCertificates; its prose has it.
    expect((await curl("GET", `/${id}/registrationCode`)).status).toBe(404);
    const code = await curl("GET", `/caCertificates/${id}/registrationCode`);
    expect(code.status).toBe(200);
    const { registrationCode } = code.json as { registrationCode: string };
    expect(registrationCode).toMatch(/^[0-9a-f]{64}$/);

    const variables = [`REGISTRATION_CODE=${registrationCode}`];
    await sh(KEY);
    await sh(CSR, variables);
    await sh(PROOF);
    const proof = await sh(PROOF_ESCAPED);
    const verified = await curl(
      "POST",
      `/caCertificates/${id}/verify`,
      VERIFY_BODY.replace("CopyPasteAwkCommandResponse", () => proof),
    );
    expect(verified).toEqual({
      status: 200,
      json: { id, name: "SampleCACertificate", expiration, commonName: "acme", isVerified: true },
    });
    expect((await curl("GET", "/caCertificates")).json).toEqual([verified.json]);
    expect(sandbox.certificates).toMatchObject([{ id, isVerified: true }]);
  },
);
