import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { brokerHost } from "../../src/agents/names.ts";
import { entryOf } from "../ca/made.ts";
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

const PASSPHRASE = "correct horse battery staple";

/** @returns what the job's page says to do next, a step each */
async function nextOf(agents: string, more: Record<string, string> = {}): Promise<string[]> {
  const { summary, log } = await scene.issue(agents, { ...scene.quick().input, ...more });
  const steps = (summary.split("**Next**")[1] ?? "").split("\n").filter((line) => line.startsWith("- "));
  expect(steps, summary).not.toEqual([]);
  // The log says the same, without Markdown.
  for (const step of steps) expect(log).toContain(step.slice(2).replaceAll("`", ""));
  return steps.map((step) => step.slice(2));
}
const find = (steps: readonly string[], begin: string) => steps.filter((step) => step.startsWith(begin));
/** What is copied to devices, one kind of agent a step. */
const copied = (steps: readonly string[]) => find(steps, "Copy to ");

describe("the summary says what goes onto a device", () => {
  test("with a key made here: key and chain, and the chain is what it presents", async () => {
    const steps = await nextOf("pump-7\n00:1B");
    expect(copied(steps)).toHaveLength(1);
    expect(copied(steps)[0]).toContain("`<name>.key`");
    expect(copied(steps)[0]).toContain("`<name>_chain.pem`");
    expect(copied(steps)[0]).toContain("`%3A`");
    expect(steps.join()).toContain("present `<name>_chain.pem`");
    expect(steps.join()).not.toMatch(/CSR|p12/);
  });

  test("with a CSR: only the chain, because the device has its key", async () => {
    const steps = await nextOf(`pump-7=${makers.csr("pump-7")}`);
    expect(copied(steps)).toHaveLength(1);
    expect(copied(steps)[0]).toMatch(/CSR.*`<name>_chain\.pem`/);
    expect(copied(steps)[0]).not.toMatch(/\.key`|p12|%3A/);
  });

  test("with archive-passphrase: the archive, which holds what it presents", async () => {
    const steps = await nextOf("pump-7", { "archive-passphrase": PASSPHRASE });
    expect(copied(steps)).toHaveLength(1);
    expect(copied(steps)[0]).toMatch(/`<name>\.p12`.*archive-passphrase/);
    expect(steps.join()).not.toContain(".key`");
  });

  test("of several kinds, each", async () => {
    const list = `a\nb=${makers.csr("b")}`;
    expect(copied(await nextOf(list))).toHaveLength(2);
  });

  test("nothing where nothing was issued, and which agents were issued otherwise", async () => {
    await nextOf("a\nb");
    expect(copied(await nextOf("a\nb"))).toEqual([]);
    await scene.issue(`${fleet(55)}\nz`, scene.quick().input);
    scene.remove("z.pem");
    const again = await scene.issue(`${fleet(55)}\nz`, scene.quick().input);
    // Of more agents than the page shows, those that were issued come first.
    expect(again.summary).toMatch(/^\| `z` \|.*\| issued \|$/m);
    expect(again.summary).toMatch(/^\| `device-0` \|.*\| unchanged \|$/m);
  });
});

describe("the summary says where a device connects", () => {
  test.each([
    ["eu1", "https://gateway.eu1.mindsphere.io", "mindconnectmqtt.eu1.mindsphere.io"],
    ["eu2", "https://gateway.eu2.mindsphere.io", "mindconnectmqtt.eu2.mindsphere.io"],
    ["eu1", "https://gateway.acme.example.com", undefined],
    ["eu1", "http://127.0.0.1:1", undefined],
  ])("in region %s on %s", (region, gateway, host) => {
    expect(brokerHost({ tenant: "acme", region, gateway: new URL(gateway) })).toBe(host);
  });

  test("host and port, with the client id's column", async () => {
    const cloud = { "gateway-url": "", token: "", offline: "true" };
    const steps = (await nextOf("a", cloud)).join("\n");
    expect(steps).toContain("`mindconnectmqtt.eu1.mindsphere.io`, port 8883");
    expect(steps).toMatch(/MQTT client id/);
  });

  test("no host that nobody knows", async () => {
    const steps = (await nextOf("a")).join("\n");
    expect(steps).toContain("port 8883");
    expect(steps).not.toContain("127.0.0.1");
  });
});

describe("the summary says when to run again", () => {
  test("the day from which the first certificate is issued again", async () => {
    const [step = ""] = find(await nextOf("a\nb", { days: "100", "renew-before": "10" }), "Run ");
    const due = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    expect(step).toContain(due);
    expect(step).toContain(`\`${scene.directory}\``);
  });

  test("with a CA that ends first: rotate, then run again", async () => {
    const brought = makers.ending(20);
    const ca = { "ca-certificate": brought.pem, "ca-private-key": brought.pkcs8, offline: "true" };
    const steps = (await nextOf("a", ca)).join("\n");
    expect(steps).toMatch(/Rotate the CA/);
  });

  test("without directory: hand the files on before the job ends", async () => {
    const [first = "", ...others] = await nextOf("a", { directory: "" });
    expect(first).toMatch(/before this job ends/);
    expect(first).toContain("`directory`");
    expect(others.join()).not.toMatch(/Run this task again/);
  });

  test.each(["temp", "workspace"])(
    "with a directory that goes with the job (%s): hand the files on, too",
    async (folder) => {
      const [first = "", ...others] = await nextOf("a", {
        directory: join(scene.stage.root, folder, "agents"),
      });
      expect(first).toMatch(/before this job ends/);
      expect(others.join()).not.toMatch(/Run this task again/);
    },
  );

  test("after a rotation, where the replaced files are", async () => {
    await nextOf("a");
    scene.sandbox.seed(makers.next.pem, { verified: true });
    const keyring = scene.keyring(entryOf(makers.next), entryOf(makers.ca));
    const steps = (await nextOf("a", { keyring })).join("\n");
    expect(steps).toMatch(new RegExp(`\`${join(scene.directory, "superseded")}/\\d{8}T\\d{6}Z\``));
  });
});

test("every column of the summary has a heading", async () => {
  const { summary } = await scene.issue("a", scene.quick().input);
  const head = summary.split("\n").find((line) => line.startsWith("| Agent"));
  expect(
    head
      ?.split("|")
      .slice(1, -1)
      .every((cell) => cell.trim() !== ""),
  ).toBe(true);
});
