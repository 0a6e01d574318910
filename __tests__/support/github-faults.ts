import type { IncomingMessage, ServerResponse } from "node:http";
import type { GitHubCall } from "./github.ts";

/** What goes wrong with one call to the double of GitHub. */
export type GitHubFault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection breaks before anything is done. */
  | { readonly kind: "reset" }
  /** It is done, and the connection breaks before the reply. */
  | { readonly kind: "lost" }
  /** Late; what happens meanwhile is over before it is answered. */
  | { readonly kind: "slow"; readonly milliseconds: number; readonly meanwhile?: () => void }
  /** A 200 whose body comes a byte at a time, and never ends. */
  | { readonly kind: "trickle" }
  /** A 200 with this body. */
  | { readonly kind: "body"; readonly text: string }
  /** A replica that has not heard of the last write; for `metadata`. */
  | { readonly kind: "old" };

export interface GitHubFaults {
  /**
   * @param options.skip calls of that kind that go well before
   * @param options.times how often it goes wrong then; 1 where not given
   */
  add(call: GitHubCall, fault: GitHubFault, options?: { skip?: number; times?: number }): void;
  /** Counts a call, and gives its fault. */
  take(call: GitHubCall): GitHubFault | undefined;
}

export function faultsOf(): GitHubFaults {
  const planned: { call: GitHubCall; fault: GitHubFault; skip: number; times: number }[] = [];
  return {
    add: (call, fault, { skip = 0, times = 1 } = {}) => void planned.push({ call, fault, skip, times }),
    take(call) {
      for (const plan of planned.filter((one) => one.call === call && one.times > 0)) {
        if (plan.skip > 0) plan.skip -= 1;
        else {
          plan.times -= 1;
          return plan.fault;
        }
      }
      return undefined;
    },
  };
}

/** Breaks the connection as a network would. */
export function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

/** Writes a body that never comes to its end. */
export function trickle(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 100);
  response.once("close", () => clearInterval(timer));
}
