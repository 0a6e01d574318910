import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/action.ts";
import { ACTION, actionFiles, fencedBlocks, find, parseWorkflow, read } from "./repository.ts";

const { name, version, private: isPrivate } = JSON.parse(read("package.json"));

describe("the version", () => {
  test("package.json, its lock and the newest entry of the changelog agree", () => {
    const lock = JSON.parse(read("package-lock.json"));
    const [, newest] = /^## \[(.+?)\]/m.exec(read("CHANGELOG.md")) ?? [];
    expect([lock.version, lock.packages[""].version, newest]).toEqual([version, version, version]);
    // Nothing here goes to a registry.
    expect(isPrivate).toBe(true);
  });

  test("dist knows it from package.json", () => {
    expect(read("src/action/product.ts")).toContain(`VERSION = "${version}"`);
    expect(read("dist/index.js")).toContain(`VERSION = "${version}"`);
  });
});

describe("a release", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-release-"));
    for (const path of ["package.json", "package-lock.json", "CHANGELOG.md", "scripts/check-release.mjs"])
      cpSync(join(ROOT, path), join(folder, path));
    edit("CHANGELOG.md", /^## \[(.+?)\] - .*$/m, "## [$1] - 2026-12-01");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function edit(path: string, from: RegExp | string, to: string): void {
    const text = readFileSync(join(folder, path), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(folder, path), text.replace(from, to));
  }

  function check(tag: string): { status: number | null; output: string } {
    const script = join(folder, "scripts/check-release.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, tag], { encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  test("is let through where tag, package.json, its lock and a dated changelog agree", () => {
    expect(check(`v${version}`)).toMatchObject({ status: 0 });
  });

  test.each<[string, string, (() => void) | undefined, RegExp]>([
    ["another tag", "v9.9.9", undefined, /tag v9\.9\.9 .* version/s],
    ["a tag without v", version, undefined, /tag/],
    [
      "another package.json",
      `v${version}`,
      () => edit("package.json", `"version": "${version}"`, '"version": "9.9.9"'),
      /package\.json/,
    ],
    [
      "another lock",
      `v${version}`,
      () => edit("package-lock.json", `"version": "${version}"`, '"version": "9.9.9"'),
      /package-lock\.json/,
    ],
    [
      "another changelog",
      `v${version}`,
      () => edit("CHANGELOG.md", `## [${version}]`, "## [9.9.9]"),
      /CHANGELOG\.md/,
    ],
    [
      "a changelog without a day",
      `v${version}`,
      () => edit("CHANGELOG.md", "2026-12-01", "unreleased"),
      /CHANGELOG\.md .* day/,
    ],
  ])("is stopped by %s", (_name, tag, change, says) => {
    change?.();
    const { status, output } = check(tag);
    expect(status).toBe(1);
    expect(output).toMatch(says);
  });

  test("its workflow checks that before anything is published", () => {
    const { jobs } = parseWorkflow(read(".github/workflows/release.yml"));
    const runs = (job: string) => jobs[job]?.steps?.map(({ run = "" }) => run) ?? [];
    expect(runs("test")).toContain('node scripts/check-release.mjs "$GITHUB_REF_NAME"');
    expect(jobs["publish"]).toMatchObject({ needs: "test" });
    const steps = jobs["publish"]?.steps ?? [];
    const attested = steps.filter(({ uses = "" }) => uses.startsWith("actions/attest@"));
    expect(attested.map((step) => step.with)).toEqual([
      { "subject-path": "dist/*" },
      { "subject-path": "dist/*", "sbom-path": "sbom.cdx.json" },
    ]);
    expect(steps.indexOf(attested[1] ?? {})).toBeLessThan(
      runs("publish").findIndex((run) => run.includes("gh release create")),
    );
  });

  test("is verified by two commands, which name the repository", () => {
    const block = fencedBlocks(read("docs/releases.md"), "sh").find((text) => text.includes("attestation"));
    const commands = block?.trim().split("\n") ?? [];
    expect(commands).toHaveLength(2);
    expect(commands[0]).toMatch(/^gh release verify v\d/);
    expect(commands[1]).toMatch(/gh attestation verify/);
    for (const command of commands) expect(command).toContain(ACTION);
  });
});

describe.each([...actionFiles.values()])("%s", (path) => {
  test("has author and branding", () => {
    const action = parse(read(path));
    expect(action.author).toMatch(/\w/);
    // https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#branding
    expect(action.branding).toEqual({ icon: "shield", color: "green" });
  });
});

describe("the issue forms", () => {
  interface Form {
    readonly name: string;
    readonly description: string;
    readonly body: {
      type: string;
      id?: string;
      attributes: { label?: string; description?: string; placeholder?: string; value?: string };
      validations?: { required?: boolean };
    }[];
  }
  const form = (file: string): Form => parse(read(`.github/ISSUE_TEMPLATE/${file}`));

  test("there is one for a fault and one for a wish", () => {
    expect(find(".github/ISSUE_TEMPLATE/*.yml")).toEqual([
      ".github/ISSUE_TEMPLATE/bug_report.yml",
      ".github/ISSUE_TEMPLATE/config.yml",
      ".github/ISSUE_TEMPLATE/feature_request.yml",
    ]);
    for (const { name: title, description, body } of [form("bug_report.yml"), form("feature_request.yml")]) {
      expect(title).toMatch(/\w/);
      expect(description).toMatch(/\w/);
      const ids = body.filter(({ type }) => type !== "markdown").map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).not.toContain(undefined);
      expect(body[0]?.attributes.value).toContain("Never paste a private key");
    }
  });

  test("a fault's asks for the first line of the log as it is, and for the receipt", () => {
    const fields = new Map(form("bug_report.yml").body.map((field) => [field.id, field]));
    expect(fields.get("version")?.validations?.required).toBe(true);
    expect(fields.get("version")?.attributes.description).toContain("first line of the step's log");
    expect(fields.get("version")?.attributes.placeholder).toBe(`${name} ${version}, task register`);
    expect(fields.get("receipt")?.attributes.description).toContain("receipt-path");
  });
});

describe("the licenses of what is bundled", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { version: string; license: string; dev?: boolean }>;
  };
  const bundled = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  const text = read("dist/licenses.txt");

  test.each(bundled)("%s", (path, { version: its, license }) => {
    const folder = join(ROOT, path);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) ?? "";
    expect(text).toContain(`${path.split("node_modules/").at(-1)} ${its}\n${license}\n`);
    expect(text).toContain(readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  });
});

describe.skipIf(process.platform === "win32")("npm audit", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mindconnect-ca-audit-"));
    for (const path of ["scripts/audit.mjs", ".ci/audit.json"]) cpSync(join(ROOT, path), join(folder, path));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = (id: string) => ({
    vulnerabilities: {
      tool: {
        via: [
          {
            url: `https://github.com/advisories/${id}`,
            name: "tool",
            range: "<2",
            severity: "low",
            title: "Odd",
          },
        ],
      },
      user: { via: ["tool"] },
    },
  });
  const NONE = { vulnerabilities: {} };

  /** Runs the script with an npm that reports these. */
  function audit(all: object, bundled: object, explained: object): { status: number | null; output: string } {
    writeFileSync(join(folder, "all.json"), JSON.stringify(all));
    writeFileSync(join(folder, "bundled.json"), JSON.stringify(bundled));
    writeFileSync(join(folder, ".ci/audit.json"), JSON.stringify(explained));
    const script =
      '#!/bin/sh\n[ "$1 $2" = "audit --json" ] || exit 9\ncase "$*" in *--omit=dev*) cat bundled.json;; *) cat all.json;; esac\nexit 1\n';
    writeFileSync(join(folder, "npm"), script, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "scripts/audit.mjs")], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
    });
    return { status, output: stdout + stderr };
  }

  test("nothing found", () => {
    expect(audit(NONE, NONE, {})).toMatchObject({ status: 0 });
  });

  test("a finding in a tool is let through where it is explained, and shown with its reason", () => {
    const { status, output } = audit(found("GHSA-aaaa-bbbb-cccc"), NONE, {
      "GHSA-aaaa-bbbb-cccc": "Only tests.",
    });
    expect(output).toMatch(/GHSA-aaaa-bbbb-cccc \(low\) tool <2: Odd: Only tests\./);
    expect(status).toBe(0);
  });

  test.each<[string, object, object, object, RegExp]>([
    ["one that is not explained", found("GHSA-a"), NONE, {}, /not explained in \.ci\/audit\.json: GHSA-a/],
    [
      "one that is bundled, explained or not",
      found("GHSA-a"),
      found("GHSA-a"),
      { "GHSA-a": "No." },
      /bundled: GHSA-a/,
    ],
    ["an explanation of nothing", NONE, NONE, { "GHSA-a": "Gone." }, /not found any more: GHSA-a/],
    ["no report", { message: "405", error: {} }, NONE, {}, /no report: .*405/],
  ])("is stopped by %s", (_name, all, bundled, explained, says) => {
    const { status, output } = audit(all, bundled, explained);
    expect(output).toMatch(says);
    expect(status).toBe(1);
  });

  test("CI runs it, and the explanations are of the right shape", () => {
    for (const workflow of ["ci", "release"])
      expect(read(`.github/workflows/${workflow}.yml`)).toContain("run: node scripts/audit.mjs");
    for (const [id, reason] of Object.entries(JSON.parse(read(".ci/audit.json")))) {
      expect(id).toMatch(/^GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}$/);
      expect(reason).toMatch(/\w{3}/);
    }
  });
});
