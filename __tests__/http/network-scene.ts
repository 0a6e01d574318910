import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createStage, type Result, runAction, type Stage } from "../support/action.ts";
import { type GitHub, startGitHub } from "../support/github.ts";
import { connectionTo } from "../support/inputs.ts";
import { type ProxyDouble, startProxy } from "../support/proxy-double.ts";
import { makeTlsIdentity, type TlsIdentity } from "../support/tls.ts";
import { WITHOUT_PAUSES } from "../support/without-pauses.ts";

/** Names that no resolver knows: the proxy alone knows the way. */
export const GATEWAY = "gateway.test";
export const GITHUB = "github.test";

export interface SceneOptions {
  /** Names in the servers' certificate; default those above and this machine's addresses. */
  readonly names?: readonly string[];
  /** Validity of that certificate. */
  readonly days?: number;
  /** One more line for its extensions. */
  readonly extension?: string;
  /** TLS of the proxy itself. */
  readonly proxyTls?: TlsIdentity;
}

/** The platform and GitHub on https behind a proxy. */
export interface NetworkScene {
  readonly stage: Stage;
  readonly sandbox: Sandbox;
  readonly github: GitHub;
  readonly proxy: ProxyDouble;
  readonly tls: TlsIdentity;
  /**
   * Registers through the proxy, with the keyring in a file; or, `on` being `github`, in a secret, and then with the
   * platform beside the proxy.
   */
  register(on: Side, inputs?: Record<string, string>, env?: Record<string, string>): Promise<Result>;
  close(): Promise<void>;
}

/** Whose replies come through the proxy. */
export type Side = "platform" | "github";

export async function createNetwork({
  names,
  days,
  extension,
  proxyTls,
}: SceneOptions = {}): Promise<NetworkScene> {
  const stage = createStage();
  const all = [`DNS:${GATEWAY}`, `DNS:${GITHUB}`, "IP:127.0.0.1"];
  const tls = makeTlsIdentity(stage.root, names ?? all, days, extension);
  const sandbox = await startSandbox({ limits: "off", tls });
  const github = await startGitHub({ tls });
  const proxy = await startProxy(proxyTls);
  const behind = (host: string, { url }: { readonly url: string }) => url.replace("127.0.0.1", host);
  const register: NetworkScene["register"] = (on, inputs = {}, env = {}) => {
    const keyring =
      on === "platform"
        ? // The gateway is called by a name, so it is no rehearsal, and the stage lies in a folder for temporary files.
          { "keyring-file": `${stage.lasting}/keyring.pem`, "keyring-ephemeral": "true" }
        : {
            "keyring-secret": "CA_KEYRING",
            "github-token": github.token,
            keyring: github.text("CA_KEYRING"),
          };
    return runAction("register", stage, {
      inputs: {
        ...connectionTo(sandbox),
        "gateway-url": on === "platform" ? behind(GATEWAY, sandbox) : sandbox.url,
        "country-code": "DE",
        city: "MUC",
        organization: "Acme",
        ...keyring,
        ...inputs,
      },
      env: {
        ...github.env,
        GITHUB_API_URL: behind(GITHUB, github),
        HTTPS_PROXY: proxy.url,
        NO_PROXY: on === "platform" ? "" : "127.0.0.1",
        NODE_EXTRA_CA_CERTS: tls.ca,
        ...env,
      },
      preload: [WITHOUT_PAUSES],
    });
  };
  const close = async () => {
    proxy.stop();
    await Promise.all([sandbox.close(), github.close()]);
    stage.remove();
  };
  return { stage, sandbox, github, proxy, tls, register, close };
}
