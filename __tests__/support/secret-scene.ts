import type { ChildProcess } from "node:child_process";
import { readCertificate } from "../../src/ca/certificate.ts";
import type { KeyringEntry } from "../../src/ca/keyring-entries.ts";
import { formatKeyring } from "../../src/keyring/keyring-format.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { createWatched, type Watched } from "../bad-input/refused.ts";
import type { MadeCa } from "../ca/made.ts";
import { type Result, runAction } from "./action.ts";
import { type GitHub, type GitHubOptions, startGitHub } from "./github.ts";
import { connectionTo } from "./inputs.ts";

/** The secret that keeps the keyring in these scenarios. */
export const SECRET = "CA_KEYRING";

/** The platform, GitHub, and a stage on which every OpenSSL leaves a trace. */
export interface SecretScene {
  readonly sandbox: Sandbox;
  readonly github: GitHub;
  readonly watched: Watched;
  /** Runs a task in a workflow of the repository, the secret's present value passed in. */
  run(task: string, inputs?: Record<string, string>, env?: Record<string, string>): Promise<Result>;
  /** Kills the process that runs now, if any. */
  kill(): void;
  close(): Promise<void>;
}

/** @param preload modules that each process loads before the action */
export async function createSecretScene(
  options: GitHubOptions = {},
  preload: readonly string[] = [],
): Promise<SecretScene> {
  const [sandbox, github] = [await startSandbox({ limits: "off" }), await startGitHub(options)];
  const watched = createWatched();
  let child: ChildProcess | undefined;
  const run = (task: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
    runAction(task, watched.stage, {
      inputs: {
        ...connectionTo(sandbox),
        "country-code": "DE",
        city: "MUC",
        organization: "Acme",
        "openssl-path": watched.openssl,
        "keyring-secret": SECRET,
        "github-token": github.token,
        // As the runner hands its default over.
        "keyring-import": "false",
        keyring: github.text(SECRET, inputs["keyring-environment"]),
        ...inputs,
      },
      env: { ...github.env, ...env },
      preload,
      onStart: (started) => {
        child = started;
      },
    });
  const close = async () => {
    await Promise.all([sandbox.close(), github.close()]);
    watched.stage.remove();
  };
  return { sandbox, github, watched, run, kill: () => void child?.kill("SIGKILL"), close };
}

/** @returns a keyring of one CA as the action writes it; without a time as somebody would by hand */
export function keyringOf(ca: MadeCa, writtenAt?: number, more: Partial<KeyringEntry> = {}): string {
  if (writtenAt === undefined) return ca.pkcs8 + ca.pem;
  const entry = { privateKey: ca.pkcs8, certificate: readCertificate(ca.pem), notes: [], ...more };
  return formatKeyring({ generation: 3, writtenAt: new Date(writtenAt).toISOString(), entries: [entry] });
}

/** @returns the calls that change something, on both sides, since the scene began */
export function changesIn({ sandbox, github }: SecretScene): string[] {
  const uploads = sandbox.calls.filter(({ call }) => ["upload", "verify", "delete"].includes(call));
  return [...uploads.map(({ call }) => call), ...github.calls().filter((call) => call === "put")] as string[];
}
