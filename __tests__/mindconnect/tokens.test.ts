import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Clocks } from "../../src/ca/clocks.ts";
import {
  basicAuthorization,
  expiryOf,
  FetchedTokens,
  ReadyToken,
  type Token,
} from "../../src/mindconnect/tokens.ts";

const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** @returns an unsigned JWT with these claims */
function jwt(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.c2lnbmF0dXJl`;
}
const endingIn = (milliseconds: number) => jwt({ exp: (Date.now() + milliseconds) / 1000, sub: "ü" });

describe("the end of a token", () => {
  test("is its exp", () => {
    expect(expiryOf(jwt({ exp: 1_893_456_000 }))).toBe(Date.UTC(2030, 0, 1));
  });

  test.each([
    "opaque",
    "a.b.c",
    "..",
    jwt({}),
    jwt({ exp: "1893456000" }),
    jwt({ exp: null }),
    jwt([1]),
    jwt(null),
    `x.${Buffer.from('{"exp":1e999}').toString("base64url")}.y`,
  ])("cannot be read, and that is no error: %s", (token) => {
    expect(expiryOf(token)).toBeUndefined();
  });
});

describe("a ready token", () => {
  const refusal = (token: string, first: boolean, clock = new Clocks()) =>
    new ReadyToken(token, clock).requireForChange(first).then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each([
    [5 * MINUTE, undefined],
    [5 * MINUTE - 1000, "TOKEN_EXPIRING"],
    [0, "TOKEN_EXPIRING"],
    [-MINUTE, "TOKEN_EXPIRING"],
  ])("needs 5 minutes before the first change: %i ms", async (left, code) => {
    expect(await refusal(endingIn(left), true)).toEqual(code && expect.objectContaining({ code }));
  });

  test("needs only to be valid once something was changed: what was begun is finished", async () => {
    expect(await refusal(endingIn(1000), false)).toBeUndefined();
    expect(await refusal(endingIn(-1000), false)).toMatchObject({ code: "TOKEN_EXPIRING" });
  });

  test("whose end cannot be read is let through", async () => {
    expect(await refusal("opaque", true)).toBeUndefined();
  });

  test("is judged by the platform's clock", async () => {
    const ahead = new Clocks();
    ahead.note("platform", NOW + 2 * MINUTE);
    expect(await refusal(endingIn(6 * MINUTE), true, ahead)).toMatchObject({ code: "TOKEN_EXPIRING" });
    const behind = new Clocks();
    behind.note("platform", NOW - 2 * MINUTE);
    expect(await refusal(endingIn(4 * MINUTE), true, behind)).toBeUndefined();
  });

  test("cannot be renewed, and no error quotes it (guarantee 8)", async () => {
    const token = endingIn(0);
    expect(new ReadyToken(token, new Clocks()).discard()).toBe(false);
    const error = (await refusal(token, true)) as Error;
    expect(error.message).not.toContain(token);
    expect(error.message).toContain(new Date(NOW).toISOString());
  });
});

describe("fetched tokens", () => {
  /** Hands out numbered tokens that live so long. */
  function source(lifetime: number | undefined) {
    let count = 0;
    const tokens = new FetchedTokens(async (): Promise<Token> => {
      count += 1;
      return { value: `token-${count}`, expiresAt: lifetime && Date.now() + lifetime };
    }, new Clocks());
    return { tokens, value: async () => (await tokens.current()).value };
  }

  test("one is kept until 5 minutes before its end, then renewed", async () => {
    const { tokens, value } = source(30 * MINUTE);
    expect(await value()).toBe("token-1");
    vi.setSystemTime(NOW + 25 * MINUTE);
    expect(await value()).toBe("token-1");
    vi.setSystemTime(NOW + 25 * MINUTE + 1);
    await tokens.requireForChange();
    expect(await value()).toBe("token-2");
  });

  test("one without a readable end is kept", async () => {
    const { value } = source(undefined);
    expect(await value()).toBe("token-1");
    vi.setSystemTime(NOW + 1000 * MINUTE);
    expect(await value()).toBe("token-1");
  });

  test("one that was refused is forgotten", async () => {
    const { tokens, value } = source(30 * MINUTE);
    expect(await value()).toBe("token-1");
    expect(tokens.discard()).toBe(true);
    expect(await value()).toBe("token-2");
  });
});

test("credentials are sent as RFC 7617 says, in UTF-8", () => {
  expect(basicAuthorization({ clientId: "Aladdin", clientSecret: "open sesame" })).toBe(
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
  );
  expect(basicAuthorization({ clientId: "test", clientSecret: "123£" })).toBe("Basic dGVzdDoxMjPCow==");
});
