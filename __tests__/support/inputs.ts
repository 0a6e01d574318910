import { join } from "node:path";
import type { Sandbox } from "../../src/sandbox/start.ts";
import type { Stage } from "./action.ts";

/** The name of the environment in tests. */
export const TENANT = "acme";

/** @returns the connection inputs for a sandbox */
export function connectionTo(sandbox: Sandbox): Record<string, string> {
  return { tenant: TENANT, "gateway-url": sandbox.url, token: sandbox.token };
}

/** @returns the inputs of a plain registration against a sandbox, with a keyring file that lasts */
export function registerInputs(sandbox: Sandbox, stage: Stage): Record<string, string> {
  return {
    ...connectionTo(sandbox),
    "country-code": "DE",
    city: "MUC",
    organization: "Acme",
    "keyring-file": keyringFile(stage),
  };
}

/** @returns the path of the stage's keyring file */
export function keyringFile(stage: Stage): string {
  return join(stage.lasting, "keyring.pem");
}
