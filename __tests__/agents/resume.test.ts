import { createPrivateKey } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readCertificate } from "../../src/ca/certificate.ts";
import { entryOf } from "../ca/made.ts";
import { filesWithKeys } from "../faults/invariants.ts";
import { type Result, ROOT, runAction } from "../support/action.ts";
import { AgentScene, fleet, Makers } from "./agent-scene.ts";

let makers: Makers;
let scene: AgentScene;

beforeAll(() => {
  makers = new Makers();
});
afterAll(() => makers.workshop.remove());
beforeEach(async () => {
  scene = await AgentScene.open(makers);
});
afterEach(() => scene.close());

test("running again issues nothing that is good, and says so (guarantee 4)", async () => {
  const { input, started } = scene.quick();
  const first = await scene.issue("a\nb", input);
  const again = await scene.issue("b\na", input);
  expect([first.outputs["issued"], again.outputs["issued"]]).toEqual(["2", "0"]);
  expect(again.agents.map(({ name }) => name)).toEqual(["b", "a"]);
  expect(again.agents[1]).toEqual(first.agents[0]);
  expect(started().filter((line) => line.includes("x509"))).toHaveLength(2);
  expect(scene.superseded()).toEqual([]);
});

test.each([
  ["its key is missing", "missing", () => rmSync(join(scene.directory, "a.key"))],
  ["its chain is missing", "missing", () => rmSync(join(scene.directory, "a_chain.pem"))],
  ["its certificate is cut off", "broken", () => scene.put("a.pem", scene.read("a.pem").slice(0, 300))],
  ["its key is empty", "broken", () => scene.put("a.key", "")],
  ["its key is another's", "broken", () => scene.put("a.key", makers.next.pkcs8)],
  ["its certificate is another agent's", "broken", () => scene.put("a.pem", scene.read("b.pem"))],
  [
    "its chain has another CA",
    "broken",
    () => scene.put("a_chain.pem", scene.read("a.pem") + makers.next.pem),
  ],
])("an agent is issued anew where %s, and what was there is kept", async (_name, reason, damage) => {
  const { input } = scene.quick();
  await scene.issue("a\nb", input);
  const untouched = scene.read("b.pem");
  damage();
  const left = readdirSync(scene.directory).filter((file) => /^a[._](?:key|pem|chain)/.test(file));
  const result = await scene.issue("a\nb", input);
  expect(result.outputs["issued"]).toBe("1");
  expect(result.log).toContain(`1 of 2 agents need a certificate (1 ${reason})`);
  expect(scene.superseded()).toEqual(left.toSorted());
  expect(scene.certificate("a.pem").commonName).toBe("a");
  expect(scene.read("b.pem")).toBe(untouched);
  expect((await scene.issue("a\nb", input)).outputs["issued"]).toBe("0");
});

test("within renew-before days of its end it is issued anew, with a new key of its own", async () => {
  await scene.issue("a\nb", { days: "20", "renew-before": "5" });
  const [key, pem] = [scene.read("a.key"), scene.read("a.pem")];
  const early = await scene.issue("a\nb", { "renew-before": "5" });
  expect(early.outputs["issued"]).toBe("0");
  const result = await scene.issue("a", { "renew-before": "25" });
  expect(result.log).toContain("(1 expiring soon)");
  expect(scene.read("a.key")).not.toBe(key);
  expect(scene.superseded()).toEqual(["a.key", "a.pem", "a_chain.pem"]);
  const [time = ""] = readdirSync(join(scene.directory, "superseded"));
  const aside = (file: string) => readFileSync(join(scene.directory, "superseded", time, file), "utf8");
  expect([aside("a.key"), aside("a.pem")]).toEqual([key, pem]);
});

test("from plain keys to archives and to a device's own key: what was plain goes aside", async () => {
  const { input } = scene.quick();
  await scene.issue("a", input);
  const archive = { ...input, "archive-passphrase": "correct horse" };
  expect((await scene.issue("a", archive)).outputs["issued"]).toBe("1");
  expect(readdirSync(scene.directory)).not.toContain("a.key");
  expect(scene.superseded()).toEqual(["a.key", "a.pem", "a_chain.pem"]);
  expect((await scene.issue("a", archive)).outputs["issued"]).toBe("0");
  // The spare key is the quick OpenSSL's too: the certificate fits this CSR as it is.
  expect((await scene.issue(`a=${makers.csr("a")}`, archive)).outputs["issued"]).toBe("0");
});

/**
 * An OpenSSL that signs ten certificates and then nothing more: however late it is killed, a run comes no further.
 * @param folder with a file `gate`: whoever waits ends when it is gone
 */
function stopping(folder: string): Record<string, string> {
  const lines = [
    'if [ "$1" = x509 ]; then',
    `n=1; until mkdir '${folder}'/$n 2>/dev/null; do n=$((n + 1)); done`,
    `if [ $n -gt 10 ]; then while [ -e '${folder}/gate' ]; do sleep 0.02; done; exit 1; fi`,
    "fi",
  ];
  return scene.quick(lines.join("\n")).input;
}

/** Starts a run and kills it once some agents are complete. */
async function killMidway(
  agents: string,
  inputs: Record<string, string>,
  complete: () => number,
): Promise<Result> {
  let over = false;
  let watching: Promise<void> | undefined;
  const folder = mkdtempSync(join(scene.stage.root, "signed-"));
  writeFileSync(join(folder, "gate"), "");
  const result = await scene.run(
    agents,
    { ...inputs, ...stopping(folder) },
    {
      onStart(child) {
        watching = (async () => {
          while (!over && complete() < 7) await setTimeout(5);
          child.kill("SIGKILL");
        })();
      },
    },
  );
  rmSync(join(folder, "gate"));
  over = true;
  await watching;
  expect(result.signal, result.log).toBe("SIGKILL");
  // As the runner does: the working directory, which has the CA's key, goes.
  await runAction("agent-certificate", scene.stage, { step: "post", state: result.state });
  expect(readdirSync(scene.stage.temp)).toEqual([]);
  return result;
}

/** Checks that no final name has half a file, or a certificate without its key, and counts the complete agents. */
function completeAgents(ca: string): number {
  const files = readdirSync(scene.directory);
  for (const file of files.filter((name) => name.endsWith(".key"))) createPrivateKey(scene.read(file));
  const leaves = files.filter((name) => name.endsWith(".pem") && !name.endsWith("_chain.pem"));
  for (const file of leaves) {
    const key = createPrivateKey(scene.read(file.replace(".pem", ".key")));
    expect(scene.certificate(file).x509.checkPrivateKey(key)).toBe(true);
  }
  const chains = files.filter((name) => name.endsWith("_chain.pem"));
  for (const file of chains) expect(scene.read(file).endsWith("-----END CERTIFICATE-----\n")).toBe(true);
  return chains.filter((file) => scene.read(file).endsWith(ca)).length;
}

test("killed midway and run again: only what was missing is issued anew, and no key is lost (guarantee 4)", async () => {
  const count = 20 + 2 * availableParallelism();
  const done = () => (existsSync(scene.directory) ? readdirSync(scene.directory) : []);
  const chains = () => done().filter((file) => file.endsWith("_chain.pem"));
  await killMidway(fleet(count), {}, () => chains().length);
  const first = completeAgents(makers.ca.pem);
  expect(first).toBeGreaterThanOrEqual(7);
  expect(first).toBeLessThan(count);
  const rest = await scene.issue(fleet(count), scene.quick().input);
  expect(rest.outputs["issued"]).toBe(String(count - first));
  expect(completeAgents(makers.ca.pem)).toBe(count);

  // The same while a new CA replaces the certificates of all.
  scene.sandbox.seed(makers.next.pem, { verified: true });
  const keyring = scene.keyring(entryOf(makers.next), entryOf(makers.ca));
  const old = new Set(chains().map((file) => scene.certificate(file.replace("_chain", "")).serialNumber));
  const renewed = () => {
    const of = (file: string) => {
      try {
        return scene.read(file).endsWith(makers.next.pem);
      } catch {
        return false;
      }
    };
    return chains().filter(of).length;
  };
  await killMidway(fleet(count), { keyring }, renewed);
  const second = completeAgents(makers.next.pem);
  const finished = await scene.issue(fleet(count), { ...scene.quick().input, keyring });
  expect(finished.outputs["issued"]).toBe(String(count - second));
  expect(completeAgents(makers.next.pem)).toBe(count);
  const kept = readdirSync(join(scene.directory, "superseded"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".pem") && !file.endsWith("_chain.pem"))
    .map((file) => readCertificate(scene.read(join("superseded", file))).serialNumber);
  expect([...old].filter((serial) => !kept.includes(serial))).toEqual([]);
});

const FAULTS = join(ROOT, "__tests__/agents/faults.mjs");

test("a full disk: told with what was issued by then, and the next run issues the others", async () => {
  const { input } = scene.quick();
  const full = { preload: [FAULTS], env: { AGENT_FAULT: "link ENOSPC:20" } };
  const result = await scene.run(fleet(20), input, full);
  const [error] = result.errors;
  expect(error?.title).toBe("MindConnect CA: FILE_FAILED");
  expect(error?.message).toMatch(/ENOSPC.*\b(\d+) of 20 agents were issued by then and are complete in/);
  const told = Number(/(\d+) of 20/.exec(error?.message ?? "")?.[1]);
  expect(completeAgents(makers.ca.pem)).toBe(told);
  const again = await scene.issue(fleet(20), input);
  expect(again.outputs["issued"]).toBe(String(20 - told));
});

test("a directory on another disk: files are copied under a name of their own first", async () => {
  const far = { preload: [FAULTS], env: { AGENT_FAULT: "link EXDEV:1" } };
  await scene.issue("a\nb", scene.quick().input, far);
  expect(readdirSync(scene.directory).filter((file) => file.startsWith("."))).toEqual([]);
  expect(completeAgents(makers.ca.pem)).toBe(2);
});

test("what a killed run left half made goes with the next run, whichever agents that is for (guarantee 8)", async () => {
  const { input } = scene.quick();
  const fault = {
    preload: [join(ROOT, "__tests__/keyring/fs-faults.mjs")],
    env: { FS_FAULT: "link SIGKILL /a.key" },
  };
  expect((await scene.run("a", input, fault)).signal).toBe("SIGKILL");
  const { root, temp } = scene.stage;
  const left = filesWithKeys(root).map((path) => path.slice(root.length));
  expect(left).toContain("/lasting/agents/.a.key.part");
  // No post step came: the machine lost its power.
  expect(filesWithKeys(temp)).not.toEqual([]);
  scene.put(".somebody.key.part", "not ours");
  await scene.issue("b", input);
  expect(filesWithKeys(root).map((path) => path.slice(root.length))).toEqual(["/lasting/agents/b.key"]);
  expect(readdirSync(temp).filter((name) => name.includes("-work-"))).toEqual([]);
  expect(scene.read(".somebody.key.part")).toBe("not ours");
});
