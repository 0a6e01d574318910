import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MadeCa, makeCa } from "../ca/made.ts";
import { Workshop } from "../sandbox/workshop.ts";
import { codesOf, masked, warningsOf } from "../support/action.ts";
import { tokenExpiration } from "../support/github.ts";
import { keyringFile } from "../support/inputs.ts";
import { expectNoLeak, formsOf, plainKeysIn } from "../support/leaks.ts";
import { createSecretScene, keyringOf, SECRET, type SecretScene } from "../support/secret-scene.ts";

const ENVIRONMENT = "insights hub/eu1";
const PASSPHRASE = "correct-horse-battery-staple";

const workshop = new Workshop();
let ca: MadeCa;
let scene: SecretScene;

beforeAll(() => {
  ca = makeCa(workshop, "/CN=acme");
});
afterAll(() => workshop.remove());
beforeEach(async () => {
  scene = await createSecretScene({ environments: [ENVIRONMENT] });
});
afterEach(() => scene.close());

describe("register with the keyring in a secret", () => {
  test("writes it before the upload, once more with the note, and then has nothing to do (guarantees 2, 4)", async () => {
    const { sandbox, github } = scene;
    const atUpload: string[] = [];
    sandbox.onRequest(({ call }) => {
      if (call === "upload") atUpload.push(github.text(SECRET));
    });
    const first = await scene.run("register");
    expect(first.errors).toEqual([]);
    expect(first.outputs["outcome"]).toBe("registered");
    expect(atUpload[0]).toContain(sandbox.certificates[0]?.pem.trim());
    expect(plainKeysIn(atUpload[0] ?? "")).toHaveLength(1);
    expect(github.written).toHaveLength(2);
    expect(github.text(SECRET)).toContain(`Platform id: ${first.outputs["certificate-id"]}`);
    // What a secret lets read is when it was written: after each write, it was looked at.
    expect(github.calls().filter((_, index, all) => all[index - 1] === "put")).toEqual([
      "metadata",
      "metadata",
    ]);
    expect(first.log).toContain(`in the secret ${SECRET} of acme/plant`);
    expect(first.log).toContain("new time of writing was read back");

    const [calls, written] = [sandbox.calls.length, github.written.length];
    const second = await scene.run("register");
    expect(second.outputs["outcome"]).toBe("unchanged");
    expect(warningsOf(second)).toEqual([]);
    expect(sandbox.calls.slice(calls).map(({ call }) => call)).toEqual(["list"]);
    expect(github.written).toHaveLength(written);
    expect(github.calls().slice(-2).toSorted()).toEqual(["metadata", "public-key"]);
  });

  test("of an environment, on an Enterprise Server, with encrypted keys: nothing leaks (guarantee 8)", async () => {
    await scene.close();
    scene = await createSecretScene({ environments: [ENVIRONMENT], prefix: "/api/v3" });
    const { github, sandbox } = scene;
    const inputs = { "keyring-environment": ENVIRONMENT, "keyring-passphrase": PASSPHRASE };
    const result = await scene.run("register", inputs);
    expect(result.errors).toEqual([]);
    const path = `/api/v3/repos/acme/plant/environments/${encodeURIComponent(ENVIRONMENT)}/secrets/`;
    expect(github.requests.every((request) => request.path.startsWith(path))).toBe(true);
    expect(github.text(SECRET)).toBe("");

    const [pem = ""] =
      /-----BEGIN ENCRYPTED[\s\S]*?END ENCRYPTED PRIVATE KEY-----/.exec(github.text(SECRET, ENVIRONMENT)) ??
      [];
    const key = createPrivateKey({ key: pem, passphrase: PASSPHRASE });
    const secrets = [
      ...formsOf(key.export({ type: "pkcs8", format: "pem" }).toString()),
      github.token,
      Buffer.from(github.token).toString("base64"),
      PASSPHRASE,
      sandbox.token,
    ];
    expectNoLeak(result, secrets);
    const receipt = readFileSync(result.outputs["receipt-path"] as string, "utf8");
    for (const secret of secrets) {
      expect(receipt).not.toContain(secret);
      expect(scene.watched.started().join("\n")).not.toContain(secret);
    }
    expect(masked(result.stdout)).toContain(github.token);
    expect((await scene.run("register", inputs)).outputs["outcome"]).toBe("unchanged");
  });

  test("goes by GitHub's clock, whatever this machine's says (guarantee 3)", async () => {
    scene.github.skew = 3_600_000;
    expect((await scene.run("register")).outputs["outcome"]).toBe("registered");
    const { github } = scene;
    const stamp = Date.parse(/written (\S+)/.exec(github.text(SECRET))?.[1] ?? "");
    expect(Math.abs(stamp - (github.updatedAt(SECRET) ?? 0))).toBeLessThan(10_000);
    expect((await scene.run("register")).outputs["outcome"]).toBe("unchanged");
  });

  test("imports a keyring that came from elsewhere, when told so", async () => {
    const { github, sandbox } = scene;
    const result = await scene.run("register", { keyring: keyringOf(ca), "keyring-import": "true" });
    expect(result.outputs["outcome"]).toBe("registered");
    expect(sandbox.certificates[0]?.pem.trim()).toBe(ca.pem.trim());
    expect(github.text(SECRET)).toContain(ca.pkcs8.trim());
  });

  test("does not need GitHub where the keyring is in a file, nor load what talks to it", async () => {
    const probe = new URL("./loaded.mjs", import.meta.url).href;
    const inputs = {
      "keyring-secret": "",
      "github-token": "",
      "keyring-file": keyringFile(scene.watched.stage),
    };
    const loaded = async (more: Record<string, string>) => {
      const result = await scene.run("register", more, { NODE_OPTIONS: `--import ${probe}` });
      expect(result.exitCode).toBe(0);
      return /^loaded (.*)$/m.exec(result.stderr)?.[1] ?? "";
    };
    const without = await loaded(inputs);
    // The other keyring does not hold the CA that lies there now.
    const held = scene.sandbox.certificates.map(({ id }) => id).join();
    const withSecret = await loaded({ "common-name": "acme-2", days: "3000", "allow-unheld": held });
    expect(scene.github.requests).not.toEqual([]);
    for (const library of ["octokit", "sodium"]) {
      expect(withSecret).toContain(library);
      expect(without).not.toContain(library);
    }
  });
});

describe("the token that writes the secret", () => {
  const DAY_MS = 24 * 60 * 60 * 1000;

  test.each([
    ["ends before the rotation is due: a warning that says when", 100, undefined, 1],
    ["outlives the day on which the rotation is due", 3650, undefined, 0],
    ["is made anew for each run", 0.01, "ghs_0123456789abcdef", 0],
    ["does not say when it ends", undefined, undefined, 0],
  ])("%s", async (_, days, token, warnings) => {
    await scene.close();
    scene = await createSecretScene(token === undefined ? {} : { token });
    const { github, sandbox } = scene;
    if (days !== undefined) github.tokenExpiration = tokenExpiration(Date.now() + days * DAY_MS);
    const { id } = sandbox.seed(ca.pem, { verified: true });
    const now = Date.now();
    const noted = { platformId: id, verifiedAt: new Date(now).toISOString() };
    github.seed(SECRET, keyringOf(ca, now, noted));
    const result = await scene.run("register");
    expect(result.outputs["outcome"]).toBe("unchanged");
    expect(warningsOf(result)).toHaveLength(warnings);
    if (warnings > 0) {
      const day = github.tokenExpiration?.slice(0, 10);
      expect(warningsOf(result)[0]).toContain(`github-token expires on ${day}`);
    }
    expect(github.written).toEqual([]);
  });
});

describe("the other tasks", () => {
  test("create puts the key into the secret alone (guarantee 2)", async () => {
    const { github, watched } = scene;
    const inputs = { directory: "", "gateway-url": "", token: "" };
    const result = await scene.run("create", inputs);
    expect(result.errors).toEqual([]);
    expect(result.outputs["private-key-path"]).toBe("");
    expect(github.written).toHaveLength(1);
    const pem = readFileSync(result.outputs["certificate-path"] as string, "utf8");
    expect(github.text(SECRET)).toContain(pem.trim());
    expect(watched.started()).toContain("genrsa -out acme.key 2048");
    // A second one is put before it; every key stays (guarantee 3).
    expect((await scene.run("create", { ...inputs, "common-name": "acme-2" })).exitCode).toBe(0);
    expect(plainKeysIn(github.text(SECRET))).toHaveLength(2);
  });

  test("delete marks the CA retired in the secret before it goes (guarantee 4)", async () => {
    const { github, sandbox } = scene;
    const { id } = sandbox.seed(ca.pem, { verified: true });
    const now = Date.now();
    github.seed(SECRET, keyringOf(ca, now, { platformId: id }));
    const atDelete: string[] = [];
    sandbox.onRequest(({ call }) => {
      if (call === "delete") atDelete.push(github.text(SECRET));
    });
    const guards = { "certificate-id": id, "allow-last": "true", "allow-held": "true" };
    const result = await scene.run("delete", guards);
    expect(result.outputs).toEqual({ deleted: "true" });
    expect(atDelete[0]).toContain("Retired at: ");
    expect(github.text(SECRET)).toContain(ca.pkcs8.trim());
  });

  test("delete takes the mark back where the platform refused", async () => {
    const { github, sandbox } = scene;
    const { id } = sandbox.seed(ca.pem, { verified: true });
    github.seed(SECRET, keyringOf(ca, Date.now(), { platformId: id }));
    sandbox.faults.add({ call: "delete", kind: "status", status: 403 });
    const guards = { "certificate-id": id, "allow-last": "true", "allow-held": "true" };
    expect(codesOf(await scene.run("delete", guards))).toEqual(["ACCESS_DENIED"]);
    expect(github.written).toHaveLength(2);
    expect(github.text(SECRET)).not.toContain("Retired at: ");
  });
});
