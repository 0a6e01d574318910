import { describe, expect, test } from "vitest";
import { quoteReply, readErrorReply } from "../../src/mindconnect/error-reply.ts";

/** Every error shape of FACTS §1. */
const SHAPES: Record<string, { body: unknown; message: string; logref?: string }> = {
  "errors, the platform's usual one": {
    body: {
      errors: [{ code: "mdsp.core.generic.conflict", logref: "abc-1", message: "Both slots are taken" }],
    },
    message: "mdsp.core.generic.conflict: Both slots are taken",
    logref: "abc-1",
  },
  "errors, of which the first counts": {
    body: {
      errors: [
        { code: "a", message: "first", logref: "1" },
        { code: "b", message: "second", logref: "2" },
      ],
    },
    message: "a: first",
    logref: "1",
  },
  "a bare array": { body: [{ logref: "abc-2", message: "No" }], message: "No", logref: "abc-2" },
  "id and message": { body: { id: "not.found", message: "No such CA" }, message: "not.found: No such CA" },
  "OAuth's": {
    body: { error: "unauthorized", error_description: "Bad credentials" },
    message: "unauthorized: Bad credentials",
  },
  "message alone": { body: { message: "Unauthorized" }, message: "Unauthorized" },
  "Spring's": { body: { status: 404, error: "Not Found", path: "/x" }, message: "Not Found" },
};

describe("what the platform said (guarantee 10)", () => {
  test.each(Object.entries(SHAPES))("%s", (_, { body, message, logref }) => {
    expect(readErrorReply(409, JSON.stringify(body))).toEqual({
      status: 409,
      message,
      ...(logref && { logref }),
    });
  });

  test.each([
    [
      "<html><head><title>502 Bad Gateway</title><style>b{x:y}</style><script>alert(1)</script></head><body><h1>Oops</h1></body></html>",
      "502 Bad Gateway Oops",
    ],
    ["Service Unavailable", "Service Unavailable"],
    ['{"message":"cut', '{"message":"cut'],
    ["", ""],
  ])("HTML, text and truncated JSON: %j", (body, message) => {
    const said = readErrorReply(502, body);
    expect(said.message.replaceAll(/\s+/g, " ")).toBe(message);
    expect(said).not.toHaveProperty("logref");
  });

  test.each([
    "null",
    "[]",
    "[null, 7]",
    "7",
    '"text"',
    '{"errors":[]}',
    '{"errors":"x"}',
    '{"message":7}',
    "{}",
  ])("odd JSON does not throw: %s", (body) => {
    expect(readErrorReply(500, body).status).toBe(500);
    expect(typeof readErrorReply(500, body).message).toBe("string");
  });

  test("it is hostile: no command for the runner, no control character, bounded (guarantee 8)", () => {
    const text = `::add-mask::x\n::error::y ##[error]\u001b[31m\u202e${"z".repeat(100_000)}`;
    for (const body of [text, JSON.stringify({ message: text, logref: text }), `<p>${text}</p>`]) {
      const { message, logref = "" } = readErrorReply(500, body);
      expect(`${message} ${logref}`).not.toMatch(/[\p{Cc}\u202e]|##\[/u);
      expect(message).not.toMatch(/^::/);
      expect(message.length).toBeLessThanOrEqual(501);
      expect(logref.length).toBeLessThanOrEqual(101);
    }
  });

  test("a page of tags takes no time", () => {
    // Of this thread's own time: others may keep it from the processor.
    const start = process.threadCpuUsage();
    readErrorReply(500, "<style".repeat(200_000));
    readErrorReply(500, "<".repeat(1_000_000));
    expect(process.threadCpuUsage(start).user).toBeLessThan(2_000_000);
  });
});

describe("a reply that nobody understands", () => {
  test("is shown from its start, as it is", () => {
    expect(quoteReply(200, '{"id":"1","errors":[]}', false)).toEqual({
      status: 200,
      message: '{"id":"1","errors":[]}',
    });
    expect(quoteReply(200, "x".repeat(1000), false).message).toHaveLength(201);
  });

  test("shows nothing that could be a token where one was asked for (guarantee 8)", () => {
    const text = '{"token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln+/==","expires_in":1800}';
    expect(quoteReply(200, text, true).message).toBe('{"token":"…","expires_in":1800}');
  });
});
