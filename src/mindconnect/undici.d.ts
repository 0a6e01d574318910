/** The two files of undici that a call needs; the package types its index alone. */
declare module "undici/lib/dispatcher/env-http-proxy-agent.js" {
  import { EnvHttpProxyAgent } from "undici";

  export default EnvHttpProxyAgent;
}

declare module "undici/lib/api/index.js" {
  import type { Dispatcher } from "undici";

  const api: {
    /** The method of a dispatcher: called on it. */
    readonly request: (
      this: Dispatcher,
      options: Dispatcher.RequestOptions,
    ) => Promise<Dispatcher.ResponseData>;
  };
  export default api;
}
