import { createPrivateKey, X509Certificate } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Keyring } from "../../src/ca/keyring-entries.ts";
import { fingerprintOf, keysIn, NEW, OLD, Plant, RETIRED } from "../keyring/care-scene.ts";
import { codesOf, type Result } from "../support/action.ts";
import { connectionTo } from "../support/inputs.ts";
import { EC, Safe } from "../support/recipients.ts";
import { type KeptJob, KeptPlace } from "./kept-place.ts";
import type { MatrixCase } from "./matrix-case.ts";
import { describeState, Shown } from "./same-state.ts";
import { distinctStates, isEachTime, probed, readTrace } from "./trace.ts";

// Every write of a keyring that adds no key: a kill at any point leaves the old text or the new one, whole, and either is
// opened by the passphrases that are passed. Running again finishes the job.

const plant = new Plant();
const safe = new Safe();
const recipient = safe.recipient("Ada", EC);
const backup = { "keyring-backup-certificate": recipient.pem };
const [HOME, COPY] = ["CA_KEYRING", "CA_KEYRING_COPY"];
const ALL = [plant.used, plant.retired].map(fingerprintOf);
const both = { "keyring-passphrase": `${NEW}\n${OLD}` };
const IN_FILE = /pkcs8|(?:open|write|rename|unlink|rmdir) lasting/;
/** Whether a request that was only sent arrives is chance. */
const IN_SECRET = /pkcs8|before the request PUT|the reply.* PUT/;

/** @returns the whole backups that runs have left; one that is being written has another name */
const backupsOf = ({ stage }: KeptPlace) => globSync(join(stage.temp, "*/keyring-backup.pem"));

/** @returns a keyring of a CA in use, and a retired one of another tenant */
function keyring(passphrase?: string, more: Partial<Keyring> = {}): string {
  const retired = { tenant: "beta", retiredAt: RETIRED };
  const entries = [
    plant.entry(plant.used, passphrase, { tenant: "acme" }),
    plant.entry(plant.retired, passphrase, retired),
  ];
  return plant.keyring(passphrase, { entries, ...more });
}

/** Opening a key takes a fifth of a second, and each case looks at the same texts again and again. */
const opened = new Map<string, Map<string, string>>();

/** @returns the passphrase that opens each key of a text, by the certificate's fingerprint; the text must be whole */
function openedBy(text: string): Map<string, string> {
  const known = opened.get(text) ?? openKeys(text);
  opened.set(text, known);
  return known;
}

function openKeys(text: string): Map<string, string> {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
  const keys = keysIn(text);
  expect(keys).toHaveLength(certificates.length);
  return new Map(
    certificates.map((pem, index) => {
      const certificate = new X509Certificate(pem);
      const key = keys[index] ?? "";
      const found = (key.includes("ENCRYPTED") ? [NEW, OLD] : ["plain"]).find((passphrase) => {
        try {
          return certificate.checkPrivateKey(createPrivateKey({ key, passphrase }));
        } catch {
          return false;
        }
      });
      return [certificate.fingerprint256, found ?? "nothing"];
    }),
  );
}

/** Checks that a text is whole, with these CAs, each under one of the passphrases. */
function expectWhole(text: string, cas: readonly string[], passphrases: readonly string[]): void {
  const keys = openedBy(text);
  expect([...keys.keys()]).toEqual(cas);
  for (const by of keys.values()) expect(passphrases).toContain(by);
}

function expectAllUnder(text: string, passphrase: string, cas = ALL): void {
  expectWhole(text, cas, [passphrase]);
}

function succeeded({ errors, outputs }: Result): void {
  expect(errors).toEqual([]);
  expect(["true", "false"]).toContain(outputs["changed"]);
}

/** Stores a keyring as a run that wrote it just now. */
function seed({ github }: KeptPlace): void {
  const at = github.now() - 10_000;
  github.seed(HOME, keyring(OLD, { writtenAt: new Date(at).toISOString() }), { updatedAt: at });
}
/** What a registration, or a rotation, is asked for. */
const asked = ({ sandbox }: KeptPlace) => ({
  ...connectionTo(sandbox),
  "country-code": "DE",
  city: "MUC",
  organization: "Acme",
});
const home = ({ github }: KeptPlace) => ({
  keyring: github.text(HOME),
  "keyring-secret": HOME,
  "github-token": github.token,
});

const JOBS: readonly KeptJob[] = [
  {
    name: "keyring, another passphrase, in a file",
    task: "keyring",
    labels: IN_FILE,
    prepare(place) {
      place.write("keyring.pem", keyring(OLD));
      return { "keyring-file": place.path("keyring.pem"), ...both };
    },
    expectSafe: (place) => expectWhole(place.text("keyring.pem"), ALL, [NEW, OLD]),
    expectDone(place, result) {
      succeeded(result);
      expectAllUnder(place.text("keyring.pem"), NEW);
    },
  },
  {
    name: "keyring, from plain to encrypted, in a file",
    task: "keyring",
    labels: /rename lasting/,
    prepare(place) {
      place.write("keyring.pem", keyring());
      return { "keyring-file": place.path("keyring.pem"), ...both };
    },
    expectSafe: (place) => expectWhole(place.text("keyring.pem"), ALL, [NEW, "plain"]),
    expectDone(place, result) {
      succeeded(result);
      expectAllUnder(place.text("keyring.pem"), NEW);
    },
  },
  {
    name: "keyring, forget, in a file",
    task: "keyring",
    labels: /(?:open|rename) lasting/,
    prepare(place) {
      place.write("keyring.pem", keyring(OLD));
      return {
        "keyring-file": place.path("keyring.pem"),
        "keyring-passphrase": OLD,
        forget: fingerprintOf(plant.retired),
      };
    },
    expectSafe(place) {
      const kept = [...openedBy(place.text("keyring.pem")).keys()];
      expectWhole(place.text("keyring.pem"), kept, [OLD]);
      expect([ALL, ALL.toSpliced(1, 1)]).toContainEqual(kept);
    },
    expectDone(place, result) {
      // A run that finds it forgotten already says that the fingerprint names no CA.
      expect(["", "INPUT_INVALID"]).toContain(codesOf(result).join());
      expectAllUnder(place.text("keyring.pem"), OLD, ALL.toSpliced(1, 1));
    },
  },
  {
    name: "keyring, a copy under another passphrase, to a file",
    task: "keyring",
    labels: /(?:open|rename|rmdir) lasting/,
    prepare(place) {
      place.write("keyring.pem", keyring(OLD));
      return {
        "keyring-file": place.path("keyring.pem"),
        "keyring-target-file": place.path("copy.pem"),
        ...both,
      };
    },
    expectSafe(place) {
      expect(place.text("keyring.pem")).toBe(keyring(OLD));
      if (place.text("copy.pem") !== "") expectAllUnder(place.text("copy.pem"), NEW);
    },
    expectDone(place, result) {
      succeeded(result);
      expectAllUnder(place.text("copy.pem"), NEW);
    },
  },
  {
    name: "keyring, another passphrase, in a secret",
    task: "keyring",
    labels: IN_SECRET,
    prepare(place) {
      seed(place);
      return { ...home(place), ...both };
    },
    again: (place) => ({ ...home(place), ...both }),
    expectSafe: ({ github }) => expectWhole(github.text(HOME), ALL, [NEW, OLD]),
    expectDone({ github }, result) {
      succeeded(result);
      expectAllUnder(github.text(HOME), NEW);
    },
  },
  {
    name: "keyring, another passphrase with a backup, in a secret",
    task: "keyring",
    labels: /cms|keyring-backup|before the request PUT|the reply.* PUT/,
    prepare(place) {
      seed(place);
      return { ...home(place), ...both, ...backup };
    },
    again: (place) => ({ ...home(place), ...both, ...backup }),
    expectSafe(place) {
      const text = place.github.text(HOME);
      expectWhole(text, ALL, [NEW, OLD]);
      // Nothing is stored before its backup exists.
      if (openedBy(text).get(fingerprintOf(plant.used)) === NEW) expect(backupsOf(place)).not.toEqual([]);
      for (const file of backupsOf(place)) expectAllUnder(safe.restore(file, recipient), "plain");
    },
    expectDone({ github }, result) {
      succeeded(result);
      expectAllUnder(github.text(HOME), NEW);
      expectAllUnder(safe.restore(result.outputs["keyring-backup-path"] ?? "", recipient), "plain");
    },
  },
  {
    name: "keyring, a copy, to a secret",
    task: "keyring",
    labels: IN_SECRET,
    prepare(place) {
      seed(place);
      return { ...home(place), ...both, "keyring-target-secret": COPY };
    },
    expectSafe({ github }) {
      expectAllUnder(github.text(HOME), OLD);
      if (github.text(COPY) !== "") expectAllUnder(github.text(COPY), NEW);
    },
    expectDone({ github }, result) {
      succeeded(result);
      expectAllUnder(github.text(COPY), NEW);
    },
    followNext({ github }, result) {
      if (result.errors.length === 0) return;
      expect(codesOf(result)).toEqual(["KEYRING_TARGET_HAS_KEYS"]);
      github.remove(COPY);
    },
  },
  {
    name: "register, which encrypts the plain key of a verified CA",
    task: "register",
    labels: IN_FILE,
    prepare(place) {
      place.sandbox.seed(plant.used.pem, { verified: true });
      place.write("keyring.pem", keyring(undefined, { entries: [plant.entry(plant.used)] }));
      return { ...asked(place), "keyring-file": place.path("keyring.pem"), "keyring-passphrase": NEW };
    },
    expectSafe: (place) => expectWhole(place.text("keyring.pem"), ALL.slice(0, 1), [NEW, "plain"]),
    expectDone(place, { errors, outputs }) {
      expect([errors, outputs["outcome"]]).toEqual([[], "unchanged"]);
      expectAllUnder(place.text("keyring.pem"), NEW, ALL.slice(0, 1));
    },
  },
  {
    name: "register, which encrypts that key with a backup, in a secret",
    task: "register",
    labels: /cms|keyring-backup|before the request PUT|the reply.* PUT/,
    prepare(place) {
      place.sandbox.seed(plant.used.pem, { verified: true });
      const at = place.github.now() - 10_000;
      const entries = [plant.entry(plant.used)];
      const text = keyring(undefined, { entries, writtenAt: new Date(at).toISOString() });
      place.github.seed(HOME, text, { updatedAt: at });
      return { ...asked(place), ...home(place), ...backup, "keyring-passphrase": NEW };
    },
    again: (place) => ({ ...asked(place), ...home(place), ...backup, "keyring-passphrase": NEW }),
    expectSafe(place) {
      const text = place.github.text(HOME);
      expectWhole(text, ALL.slice(0, 1), [NEW, "plain"]);
      if (openedBy(text).get(fingerprintOf(plant.used)) === NEW) expect(backupsOf(place)).not.toEqual([]);
    },
    expectDone({ github }, { errors, outputs }) {
      expect([errors, outputs["outcome"]]).toEqual([[], "unchanged"]);
      expectAllUnder(github.text(HOME), NEW, ALL.slice(0, 1));
    },
  },
  {
    name: "rotate, which encrypts that key with a backup, in a file",
    task: "rotate",
    labels: /cms|keyring-backup|(?:open|rename) lasting/,
    prepare(place) {
      place.sandbox.seed(plant.used.pem, { verified: true });
      place.write("keyring.pem", keyring(undefined, { entries: [plant.entry(plant.used)] }));
      const inputs = { "keyring-file": place.path("keyring.pem"), "keyring-passphrase": NEW };
      return { ...asked(place), ...inputs, ...backup, apply: "true" };
    },
    expectSafe(place) {
      const text = place.text("keyring.pem");
      expectWhole(text, ALL.slice(0, 1), [NEW, "plain"]);
      if (openedBy(text).get(fingerprintOf(plant.used)) === NEW) expect(backupsOf(place)).not.toEqual([]);
    },
    expectDone(place, { errors, outputs }) {
      expect([errors, outputs["outcome"]]).toEqual([[], "nothing-due"]);
      expectAllUnder(place.text("keyring.pem"), NEW, ALL.slice(0, 1));
    },
  },
];

/** Records a run of each job and makes a case of each boundary of its write. */
export async function keptKeyringCases(): Promise<MatrixCase[]> {
  const cases: MatrixCase[] = [];
  for (const job of JOBS) cases.push(...(await casesOf(job)));
  // Each key was encrypted once while the runs were recorded.
  plant.remove();
  return cases;
}

async function casesOf(job: KeptJob): Promise<MatrixCase[]> {
  const labels = await KeptPlace.with(async (place) => {
    const result = await place.run(job.task, job.prepare(place), probed(place));
    job.expectDone(place, result);
    return readTrace(place).filter(isEachTime);
  });
  const found = distinctStates(labels, job.labels);
  expect(found.length, `${job.name}: ${labels.join("\n")}`).toBeGreaterThan(2);
  return found.map((label, index) => ({
    name: `kill, ${job.name}: ${label}`,
    // With and without the post step in between: a machine that lost its power never gets to it.
    play: () => KeptPlace.with((place) => killAt(job, place, label, index % 2 === 0)),
  }));
}

async function killAt(job: KeptJob, place: KeptPlace, label: string, clearFirst: boolean): Promise<void> {
  const inputs = job.prepare(place);
  job.expectSafe(place);
  const killed = await place.run(job.task, inputs, probed(place, label));
  expect(killed.signal, `the run never came to "${label}": ${killed.log}`).toBe("SIGKILL");
  place.letTimePass();
  place.expectHidden();
  job.expectSafe(place);
  await SHOWN.once(stateOf(job, place, clearFirst ? killed.state : undefined), async () => {
    if (clearFirst) await place.run(job.task, {}, { step: "post", state: killed.state });
    const again = () => place.run(job.task, job.again?.(place) ?? inputs);
    const first = await again();
    job.expectSafe(place);
    job.followNext?.(place, first);
    job.expectDone(place, first.errors.length > 0 && job.followNext !== undefined ? await again() : first);
    place.expectHidden();
    place.expectClear();
  });
}

/** From which states a job is finished by running it again. */
const SHOWN = new Shown();

/** @param cleared what the post step that comes first is told; the inputs follow from the job and what is kept */
function stateOf({ name }: KeptJob, place: KeptPlace, cleared: Result["state"] | undefined): string {
  const { sandbox, stage, github, files } = place;
  const secrets = { home: github.text(HOME), copy: github.text(COPY) };
  const texts = [...files.map((file) => place.text(file)), ...Object.values(secrets)];
  const passphrases = texts.map((text) => [...openedBy(text).values()]);
  const backups = backupsOf(place).length;
  return describeState(sandbox, stage, [name, cleared, passphrases, backups], secrets);
}
