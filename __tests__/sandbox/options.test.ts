import { expect, test } from "vitest";
import {
  parseFaults,
  parseLatency,
  parseLimits,
  parsePort,
  parseQuirks,
  parseToken,
} from "../../src/sandbox/options.ts";
import { DEFAULT_QUIRKS } from "../../src/sandbox/quirks.ts";

test("faults are read as they stand", () => {
  const faults = [
    { call: "upload", kind: "reset", nth: 2, times: 3 },
    { call: "list", kind: "rate-limit", retryAfter: false },
    { call: "verify", kind: "body", status: 418, body: "", contentType: "text/plain", carriedOut: true },
    { call: "code", kind: "slow", delay: 0 },
    { call: "token", kind: "redirect", location: "/" },
    { call: "any", kind: "date", ahead: -34_560_000, age: 0 },
    { call: "list", kind: "date", date: "Mon, 12" },
    { call: "list", kind: "date", date: ["a", "b"] },
    { call: "list", kind: "date", date: false },
  ];
  expect(parseFaults(JSON.stringify(faults))).toEqual(faults);
  expect(parseFaults("[]")).toEqual([]);
});

test.each([
  ["", /^must be valid JSON, such as/],
  ["{}", /^must be a JSON array/],
  ["[1]", /^faults\[0\] must be a JSON object$/],
  ["[null]", /^faults\[0\] must be a JSON object$/],
  ['[{"call":"list"}]', /^faults\[0\]\.kind is missing$/],
  ['[{"kind":"reset"}]', /^faults\[0\]\.call is missing$/],
  [
    '[{"call":"list","kind":"reset"},{"call":"lst","kind":"reset"}]',
    /^faults\[1\]\.call must be one of "list", .* not "lst"$/,
  ],
  ['[{"call":"list","kind":"rest"}]', /^faults\[0\]\.kind must be one of "reset-before", .* not "rest"$/],
  ['[{"call":"list","kind":"reset","nht":1}]', /^"faults\[0\]\.nht" is unknown. Known are call, kind, nth/],
  [
    '[{"call":"list","kind":"reset","nth":0}]',
    /^faults\[0\]\.nth must be a whole number from 1 to \d+, not 0$/,
  ],
  ['[{"call":"list","kind":"reset","times":"2"}]', /^faults\[0\]\.times must be a whole number/],
  [
    '[{"call":"list","kind":"status","status":99}]',
    /^faults\[0\]\.status must be a whole number from 200 to 599/,
  ],
  [
    '[{"call":"list","kind":"rate-limit","retryAfter":true}]',
    /retryAfter must be a number, a string or false, not true$/,
  ],
  ['[{"call":"list","kind":"html","carriedOut":"yes"}]', /carriedOut must be one of true, false, not "yes"$/],
  ['[{"call":"list","kind":"date","ahead":0.5}]', /ahead must be a whole number from -\d+ to \d+, not 0.5$/],
  ['[{"call":"list","kind":"date","date":true}]', /date must be a string or an array .* not true$/],
  [
    '[{"call":"list","kind":"date","date":["a\\r\\nb"]}]',
    /date must be a string or an array of strings, in printable/,
  ],
  ['[{"call":"list","kind":"body","body":1}]', /body must be a string, not 1$/],
])("faults %s are refused", (text, message) => {
  expect(() => parseFaults(text)).toThrow(message);
});

test("every quirk can be set, and the defaults are valid", () => {
  expect(parseQuirks(JSON.stringify(DEFAULT_QUIRKS))).toEqual(DEFAULT_QUIRKS);
  expect(parseQuirks("{}")).toEqual({});
  expect(parseQuirks('{"retryAfter":"date"}')).toEqual({ retryAfter: "date" });
});

test.each([
  ["[]", /^must be a JSON object, such as/],
  ['{"uploadStatus":202}', /^uploadStatus must be one of 200, 201, not 202$/],
  ['{"colour":1}', /^"colour" is unknown. Known are uploadStatus, /],
  ['{"thirdUpload":null}', /^thirdUpload must be an object such as/],
  ['{"thirdUpload":{"status":409}}', /^thirdUpload must be an object such as/],
  ['{"codeLifetimeSeconds":-1}', /^codeLifetimeSeconds must be a whole number from 0/],
])("quirks %s are refused", (text, message) => {
  expect(() => parseQuirks(text)).toThrow(message);
});

test.each([
  [parsePort, "0", 0],
  [parsePort, "65535", 65_535],
  [parseLatency, "50", 50],
  [parseLimits, "off", "off"],
  [parseLimits, "smallest", "smallest"],
  [parseToken, "a-b.c_d~e+f/g==", "a-b.c_d~e+f/g=="],
])("%o reads %j", (parse, text, value) => {
  expect(parse(text)).toBe(value);
});

test.each([
  [parsePort, "65536", /^must be a whole number from 0 to 65535, not "65536"$/],
  [parsePort, "8080x", /^must be/],
  [parsePort, "-1", /^must be/],
  [parsePort, "", /^must be/],
  [parseLatency, "1.5", /^must be a whole number from 0 to 600000/],
  [parseLimits, "on", /^must be one of "documented", "smallest", "off", not "on"$/],
  [parseToken, "", /^must be/],
  [parseToken, "two words", /^must be/],
])("%o refuses %j", (parse, text, message) => {
  expect(() => parse(text)).toThrow(message);
});
