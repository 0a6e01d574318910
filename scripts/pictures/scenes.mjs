// The scenes of the pictures: real runs of the built action against the sandbox.
import { join } from "node:path";
import { makeCa } from "../../__tests__/ca/made.ts";
import { Workshop } from "../../__tests__/sandbox/workshop.ts";
import { createStage, runAction } from "../../__tests__/support/action.ts";
import { startSandbox } from "../../src/sandbox/start.ts";

/** Where a user would keep the keyring, instead of the scene's own folder. */
const SHOWN_FOLDER = "/var/lib/mindconnect";
/** What a task that makes a CA is asked for. */
const REQUEST = {
  "country-code": "DE",
  city: "MUC",
  organization: "Acme",
  "keyring-passphrase": "a passphrase of your own",
};

/**
 * Plays every scene.
 * @returns {Promise<{ name: string, title: string, runs: { job: string, result: import("../../__tests__/support/action.ts").Result }[] }[]>}
 * name is the file's, title says what the picture shows
 */
export async function playScenes() {
  return [
    { name: "registration", title: "Job summary of a registration", runs: [await registration()] },
    { name: "rotation", title: "Job summary of a rotation", runs: [await rotation()] },
    { name: "refused", title: "A refused registration", runs: [await refused()] },
    { name: "fleet", title: "Job summaries of the status of three tenants", runs: await fleet() },
  ];
}

/** Gives one tenant to a scene: its sandbox, and a way to run a task there. */
async function withTenant(tenant, play) {
  const stage = createStage({ keys: "made" });
  const sandbox = await startSandbox({ limits: "off" });
  const keyring = join(stage.lasting, "keyring.pem");
  const run = async (task, inputs = {}) => {
    const connection = { tenant, "gateway-url": sandbox.url, token: sandbox.token, "keyring-file": keyring };
    const result = await runAction(task, stage, { inputs: { ...connection, ...inputs } });
    return JSON.parse(JSON.stringify(result).replaceAll(stage.lasting, SHOWN_FOLDER));
  };
  try {
    return await play(run, sandbox);
  } finally {
    await sandbox.close();
    stage.remove();
  }
}

function registration() {
  return withTenant("acme", async (run) => ({
    job: "register",
    result: passed(await run("register", REQUEST)),
  }));
}

/** The successor is staged beside a CA that ends within renew-before. */
function rotation() {
  return withTenant("acme", async (run) => {
    passed(await run("register", { ...REQUEST, days: "380" }));
    return { job: "rotate", result: passed(await run("rotate", { ...REQUEST, apply: "true" })) };
  });
}

/** Both slots are taken by certificates of somebody else. */
function refused() {
  return withTenant("acme", async (run, sandbox) => {
    const workshop = new Workshop();
    for (const name of ["press-shop", "paint-shop"])
      sandbox.seed(makeCa(workshop, `/C=DE/O=Acme/CN=${name}`).pem, { name, verified: false });
    workshop.remove();
    const result = await run("register", REQUEST);
    if (result.exitCode !== 1) throw new Error("the refused scene was not refused");
    return { job: "register", result };
  });
}

/** Three tenants, one of which must rotate soon, and one that has no CA. */
async function fleet() {
  const tenants = [
    ["acme-munich", "3650"],
    ["acme-lyon", "200"],
    ["acme-porto", undefined],
  ];
  const runs = [];
  for (const [tenant, days] of tenants)
    runs.push(
      await withTenant(tenant, async (run) => {
        if (days !== undefined) passed(await run("register", { ...REQUEST, days }));
        return { job: `status (${tenant})`, result: passed(await run("status")) };
      }),
    );
  return runs;
}

function passed(result) {
  if (result.exitCode !== 0) throw new Error(`a scene failed:\n${result.stdout}${result.stderr}`);
  return result;
}
