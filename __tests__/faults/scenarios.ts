import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Sandbox } from "../../src/sandbox/start.ts";
import { Workshop } from "../sandbox/workshop.ts";
import type { Stage } from "../support/action.ts";
import { keyringFile } from "../support/inputs.ts";
import { EC, Safe } from "../support/recipients.ts";
import type { Origin } from "./invariants.ts";

/** Where a registration begins. */
export interface Scenario {
  readonly name: string;
  /** How the first run ends when nothing goes wrong. */
  readonly outcome: "registered" | "resumed" | "unchanged";
  readonly passphrase?: string;
  /** Fills slots and keyring. @returns the inputs that a plain registration does not have */
  readonly prepare?: (sandbox: Sandbox, stage: Stage) => Record<string, string>;
  readonly origin?: Partial<Origin>;
  /** Checks what else must hold at every instant. */
  readonly watch?: (stage: Stage) => void;
}

interface Pair {
  readonly key: string;
  readonly pem: string;
}

/** Made once: cases only read them. */
const { ours, stranger, retired, spare } = makePairs({
  ours: "acme",
  stranger: "other",
  retired: "acme-old",
  spare: "spare",
});

/** A private key that no CA has. */
export const SPARE_KEY = spare.key;

const safe = new Safe();
const recipient = safe.recipient("Ada", EC);
process.once("exit", () => safe.remove());

/** Nothing is in the keyring that no backup has: each is written first. */
function expectBackedUp(stage: Stage): void {
  if (!existsSync(keyringFile(stage))) return;
  const backups = globSync(join(stage.temp, "mindconnect-ca-*/keyring-backup.pem"));
  const restored = backups.map((backup) => safe.restore(backup, recipient)).join("\n");
  const kept = readFileSync(keyringFile(stage), "utf8").match(CERTIFICATE) ?? [];
  expect(kept.filter((certificate) => !restored.includes(certificate))).toEqual([]);
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The starting points of the matrix; the first is the one that everybody begins with. */
export const SCENARIOS = {
  fresh: { name: "fresh", outcome: "registered" },
  encrypted: {
    name: "fresh with keyring-passphrase",
    outcome: "registered",
    passphrase: "correct horse battery staple",
    prepare: () => ({ "keyring-passphrase": "correct horse battery staple" }),
  },
  backedUp: {
    name: "fresh with keyring-backup-certificate",
    outcome: "registered",
    passphrase: "correct horse battery staple",
    prepare: () => ({
      "keyring-passphrase": "correct horse battery staple",
      "keyring-backup-certificate": recipient.pem,
    }),
    watch: expectBackedUp,
  },
  beside: {
    name: "fresh beside a stranger and a retired CA",
    outcome: "registered",
    origin: { strangers: [stranger.pem] },
    prepare(sandbox, stage) {
      const { id } = sandbox.seed(stranger.pem, { verified: true });
      writeKeyring(stage, `Retired at: 2025-01-01T00:00:00.000Z\n${retired.key}${retired.pem}`);
      return { "allow-unheld": id };
    },
  },
  silent: {
    name: "fresh, and replies say too little to know a CA by anything but its name",
    outcome: "registered",
    prepare(sandbox) {
      sandbox.quirks.commonName = "null";
      return { "certificate-name": "plant" };
    },
  },
  removed: {
    name: "verified once, and removed by hand",
    outcome: "registered",
    prepare(_, stage) {
      const remembered = "Platform id: gone\nVerified at: 2025-01-01T00:00:00.000Z\n";
      writeKeyring(stage, `${remembered}${retired.key}${retired.pem}`);
      return {};
    },
  },
  stored: {
    name: "stored, not uploaded",
    outcome: "registered",
    prepare(_, stage) {
      writeKeyring(stage, ours.key + ours.pem);
      return {};
    },
  },
  resume: {
    name: "uploaded, not verified",
    outcome: "resumed",
    prepare(sandbox, stage) {
      sandbox.seed(ours.pem);
      writeKeyring(stage, ours.key + ours.pem);
      return {};
    },
  },
  adopt: {
    name: "brought, uploaded, not verified",
    outcome: "resumed",
    origin: { brought: [ours.key] },
    prepare: (sandbox) => bring(sandbox, false),
  },
  adoptVerified: {
    name: "brought, verified",
    outcome: "unchanged",
    origin: { brought: [ours.key] },
    prepare: (sandbox) => bring(sandbox, true),
  },
} as const satisfies Record<string, Scenario>;

function bring(sandbox: Sandbox, verified: boolean): Record<string, string> {
  sandbox.seed(ours.pem, { verified });
  return { "ca-certificate": ours.pem, "ca-private-key": ours.key };
}

function writeKeyring(stage: Stage, text: string): void {
  writeFileSync(keyringFile(stage), text, { mode: 0o600 });
}

function makePairs<Name extends string>(commonNames: Record<Name, string>): Record<Name, Pair> {
  const workshop = new Workshop();
  try {
    const pairs = Object.entries<string>(commonNames).map(([name, commonName]): [string, Pair] => {
      const key = workshop.key();
      const pem = workshop.selfSigned(key, `/C=DE/ST=MUC/O=Acme/OU=IT/CN=${commonName}`);
      return [name, { key: readFileSync(join(workshop.directory, key), "utf8"), pem }];
    });
    return Object.fromEntries(pairs) as Record<Name, Pair>;
  } finally {
    workshop.remove();
  }
}
