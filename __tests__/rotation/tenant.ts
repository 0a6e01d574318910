import { type RecordedCall, recordCall } from "../../src/sandbox/calls.ts";
import { createPlatform, type Platform, seed } from "../../src/sandbox/platform.ts";
import type { Reply } from "../../src/sandbox/responses.ts";
import { findRoute, handle } from "../../src/sandbox/routes.ts";
import type { Clock } from "./clock.ts";

/** A request without a wire. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The sandbox's platform, called without a socket. */
export class Tenant {
  readonly platform: Platform;
  readonly token: string;

  constructor(clock: Clock) {
    this.platform = createPlatform({ clock: clock.platform });
    this.token = "a-token-that-never-ends";
    this.platform.tokens.accept(this.token);
  }

  /** Puts a certificate into a slot without any check. @returns its id */
  seed(pem: string, name: string, verified: boolean): string {
    return seed(this.platform, pem, { name, verified }).id;
  }

  /** Carries a request out. @returns what would be answered, and the record of it */
  carryOut({ method, url, headers, body = "" }: Asked): { reply: Reply; call: RecordedCall } {
    const route = findRoute(method, url.pathname);
    const call = recordCall(method, url.pathname, route.call, headers, this.platform.clock());
    const reply = handle(this.platform, route, { headers, body, id: route.id });
    call.carriedOut = reply.status >= 200 && reply.status < 300;
    return { reply, call };
  }
}
