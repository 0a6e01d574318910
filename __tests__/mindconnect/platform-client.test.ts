import { describe, expect, test } from "vitest";
import { Clocks } from "../../src/ca/clocks.ts";
import { type HttpReply, httpReply } from "../../src/http/http.ts";
import { TransportError } from "../../src/http/transport-error.ts";
import { ActionError } from "../../src/messages/errors.ts";
import { type Call, PlatformClient } from "../../src/mindconnect/platform-client.ts";
import { ENDPOINTS, HourlyBudget } from "../../src/mindconnect/rate-limits.ts";

type Answer = HttpReply | Error;
const answer = (status: number, retryAfter?: string) =>
  httpReply(status, "{}", { "Retry-After": retryAfter, date: "Thu, 01 Jan 2032 12:00:00 GMT" });

/** A client over scripted answers, the last of which goes on for ever, and waits that take no time. */
function clientOver(answers: readonly Answer[], minutes = 10) {
  const said: string[] = [];
  const log: string[] = [];
  const deadline = {
    left: minutes * 60_000,
    wait: async (milliseconds: number) => {
      log.push("wait");
      deadline.left -= milliseconds;
    },
  };
  const http = {
    send: async () => {
      const next = answers[Math.min(log.filter((what) => what === "send").length, answers.length - 1)];
      log.push("send");
      if (next instanceof Error) throw next;
      return next as HttpReply;
    },
  };
  const client = new PlatformClient(http, deadline, new Clocks(), (message) => said.push(message));
  const call = async (more: Partial<Call<string>> = {}) =>
    await client
      .call<string>({
        method: "POST",
        url: new URL("https://gateway.test/x"),
        endpoint: ENDPOINTS.upload,
        read: () => "done",
        authorize: async () => ({}),
        unauthorized: () => false,
        ...more,
      })
      .catch((error: ActionError) => error);
  return { call, said, log, sends: () => log.filter((what) => what === "send").length };
}

test.each([
  ["1", "Waiting 1.0 s."],
  ["9", "Waiting 9.0 s."],
  ["30", "Waiting 30 s."],
])("who waits is told for how long: Retry-After %s", async (header, told) => {
  const { call, said } = clientOver([answer(429, header), answer(200)]);
  expect(await call()).toBe("done");
  expect(said).toEqual([expect.stringContaining(told)]);
});

test.each([undefined, "soon", "0x10"])(
  "a wait that the platform did not name is not put into its mouth: %s",
  async (header) => {
    const { call, said } = clientOver([answer(429, header), answer(200)]);
    expect(await call()).toBe("done");
    expect(said).toEqual([
      expect.stringMatching(/\(rate limit\)\. It does not say how long to wait\. Waiting 30 s\./),
    ]);
  },
);

describe("a 429 again and again (guarantee 7)", () => {
  test.each(["upload", "registrationCode", "verify", "remove", "token", "list", "get"] as const)(
    "%s: no more requests than the platform allows in an hour, no read in between, and when to come back",
    async (name) => {
      const endpoint = ENDPOINTS[name];
      const { call, log, sends } = clientOver([answer(429, "1")]);
      const checkDone = async () => {
        log.push("checkDone");
        return undefined;
      };
      const error = await call({ endpoint, checkDone });
      expect(sends()).toBe(["list", "get"].includes(name) ? 30 : 10);
      expect(log).not.toContain("checkDone");
      expect(error).toBeInstanceOf(ActionError);
      const { code, message, next } = error as ActionError;
      expect(code).toBe("RATE_LIMITED");
      expect(message).toContain(`${endpoint.perHour} times within an hour`);
      expect(next).toMatch(/^Run again after 2032-01-01T1[23]:\d\d:\d\dZ, in about (?:59|60) min/);
    },
  );

  test("a call that comes after it sends nothing either", async () => {
    const { call, sends } = clientOver([answer(429, "1")]);
    await call();
    expect(await call()).toMatchObject({
      code: "RATE_LIMITED",
      message: expect.stringContaining("10 times"),
    });
    expect(sends()).toBe(10);
    await call({ endpoint: ENDPOINTS.verify });
    expect(sends()).toBe(20);
  });

  test("a wait that does not fit says when another try makes sense", async () => {
    const { call, sends } = clientOver([answer(429, "1200")]);
    expect(await call()).toMatchObject({
      code: "RATE_LIMITED",
      next: expect.stringMatching(/^Run again after 2032-01-01T12:20:00Z, in about 20 min/),
    });
    expect(sends()).toBe(1);
  });

  test.each(["86400", "Thu, 01 Jan 2099 12:00:00 GMT", "9".repeat(30)])(
    "no timeout-minutes is told to wait for %s",
    async (after) => {
      const { next } = (await clientOver([answer(429, after)]).call()) as ActionError;
      expect(next).toMatch(/^Run again after 2\d{3}-/);
      expect(next).not.toContain("timeout-minutes");
    },
  );
});

test("the budget of an hour slides: what was sent an hour ago counts no more", () => {
  let now = 0;
  const budget = new HourlyBudget(() => now);
  for (let count = 0; count < 10; count += 1) {
    expect(budget.wait(ENDPOINTS.upload)).toBe(0);
    budget.spend(ENDPOINTS.upload);
    now += 1000;
  }
  expect(budget.wait(ENDPOINTS.upload)).toBe(3_600_000 - 10_000);
  expect(budget.wait(ENDPOINTS.verify)).toBe(0);
  now = 3_600_000;
  expect(budget.wait(ENDPOINTS.upload)).toBe(0);
});

describe("a 408 says that the request did not arrive whole", () => {
  test("a call that only reads is sent again", async () => {
    const { call, log } = clientOver([answer(408), answer(408), answer(200)]);
    expect(await call({ method: "GET", endpoint: ENDPOINTS.list })).toBe("done");
    expect(log.join(" ")).toBe("send wait send wait send");
  });

  test("a call that changes something is sent again only after a read shows that it was not carried out (guarantee 7)", async () => {
    const { call, log } = clientOver([answer(408), answer(200)]);
    const checkDone = async () => {
      log.push("checkDone");
      return undefined;
    };
    expect(await call({ checkDone })).toBe("done");
    expect(log.join(" ")).toBe("send wait checkDone send");
  });

  test("three of them are an error of the platform, which may have carried it out", async () => {
    const { call, sends } = clientOver([answer(408)]);
    expect(await call()).toMatchObject({ code: "PLATFORM_ERROR", maybeDone: true });
    expect(sends()).toBe(3);
  });
});

describe("whether an attempt may have been carried out is on the error", () => {
  const lost = new TransportError("broken", "ECONNRESET");
  const unsent = new TransportError("broken", "ECONNREFUSED", { sent: false });
  const checkDone = async () => undefined;
  test.each<[name: string, answers: readonly Answer[], code: string, maybeDone: boolean]>([
    ["a lost reply", [lost], "PLATFORM_UNREACHABLE", true],
    ["a lost reply, then a refusal", [lost, answer(403)], "ACCESS_DENIED", true],
    ["a server error, then no connection", [answer(503), unsent], "PLATFORM_UNREACHABLE", true],
    ["a refusal", [answer(403)], "ACCESS_DENIED", false],
    ["a rate limit", [answer(429, "9999")], "RATE_LIMITED", false],
    ["no connection", [unsent], "PLATFORM_UNREACHABLE", false],
  ])("%s", async (_, answers, code, maybeDone) => {
    expect(await clientOver(answers).call({ checkDone })).toMatchObject({ code, maybeDone });
  });

  test("a read that fails does not hide it", async () => {
    const failing = async () => {
      throw new ActionError("CA_LAST_USABLE", "no");
    };
    const error = await clientOver([lost]).call({ checkDone: failing });
    expect(error).toMatchObject({ code: "CA_LAST_USABLE", maybeDone: true });
  });
});

test("what the settings of this machine forbid is not tried again", async () => {
  const refused = new TransportError("refused", "HTTPS_PROXY is odd", { sent: false, next: "Correct it." });
  const { call, sends } = clientOver([refused]);
  expect(await call()).toMatchObject({ code: "PLATFORM_UNREACHABLE", next: "Correct it." });
  expect(sends()).toBe(1);
});
