import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scheduleWarning } from "../../src/action/schedule.ts";

const folder = mkdtempSync(join(tmpdir(), "ca-action-schedule-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NOW = Date.parse("2027-03-01T00:00:00Z");
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

function warning(payload: unknown, name = "schedule"): string | undefined {
  const path = join(folder, "event.json");
  writeFileSync(path, typeof payload === "string" ? payload : JSON.stringify(payload));
  return scheduleWarning({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path }, NOW);
}
const repository = (days: number, hidden = false) => ({
  repository: { private: hidden, pushed_at: daysAgo(days) },
});

describe("a schedule that GitHub is about to stop", () => {
  test("is warned of from 30 days without a push, in a public repository", () => {
    expect(warning(repository(29))).toBeUndefined();
    expect(warning(repository(30))).toMatch(/30 days ago.*60 days/);
    expect(warning(repository(30, true))).toBeUndefined();
    expect(warning(repository(30), "workflow_dispatch")).toBeUndefined();
  });

  test.each([
    "",
    "null",
    "[]",
    "{}",
    '{"repository":{"private":false}}',
    '{"repository":{"pushed_at":"2020-01-01T00:00:00Z"}}',
  ])("no warning where the payload does not say: %j", (payload) => {
    expect(warning(payload)).toBeUndefined();
  });

  test("no warning without a payload", () => {
    expect(scheduleWarning({ GITHUB_EVENT_NAME: "schedule" }, NOW)).toBeUndefined();
  });
});
