import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Guarantee 4 as a person would check it by hand, with node:crypto alone. Nothing here comes from src/ca, src/tasks or
// src/mindconnect: a checker that shares code with the decision would share its mistakes.

/** A request as the platform saw it. */
interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly call: string;
  readonly status: number | null;
  readonly carriedOut: boolean;
}

/** What lies where at one moment. */
export interface World {
  /** The slots of the platform. */
  readonly slots: readonly { readonly pem: string; readonly isVerified: boolean }[];
  /** Every request so far. */
  readonly calls: readonly SeenCall[];
  /** The keyring's text, empty where there is none. */
  readonly keyring: string;
  readonly passphrase?: string | undefined;
}

/** What a scenario began with. */
export interface Origin {
  /** Certificates of others in the slots: nobody may touch them. */
  readonly strangers: readonly string[];
  /** Private keys that the user keeps elsewhere and brings along. */
  readonly brought: readonly string[];
}

/** Watches one scenario from its beginning and remembers every key that ever was in the keyring. */
export class Witness {
  readonly #origin: Origin;
  readonly #keys = new Set<string>();

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** @returns what is wrong in a world that may be half way: these must hold at every instant */
  violations(world: World): string[] {
    const { keys, problems } = readKeys(world.keyring, world.passphrase);
    for (const key of this.#keys) if (!keys.has(key)) problems.push("a key that was in the keyring is lost");
    for (const key of keys) this.#keys.add(key);
    const elsewhere = new Set(this.#origin.brought.map((pem) => fingerprint(createPublicKey(pem))));
    const ours = this.#ours(world);
    for (const { pem } of ours) {
      const key = fingerprint(new X509Certificate(pem).publicKey);
      if (!keys.has(key) && !elsewhere.has(key))
        problems.push("the platform knows a certificate whose key is not kept");
    }
    if (ours.length > 1) problems.push(`${ours.length} slots are taken by ours: one is burnt`);
    for (const pem of this.#origin.strangers) {
      if (!world.slots.some((slot) => slot.pem === pem)) problems.push("a certificate of another is gone");
    }
    return [...problems, ...blindRepeats(world.calls)];
  }

  /** @returns what is wrong in a world in which the job should be done */
  unfinished(world: World): string[] {
    const problems = this.violations(world);
    const { keys } = readKeys(world.keyring, world.passphrase);
    const usable = this.#ours(world).filter(({ pem, isVerified }) => {
      const certificate = new X509Certificate(pem);
      const held = keys.has(fingerprint(certificate.publicKey));
      return held && isVerified && certificate.validToDate.getTime() > Date.now();
    });
    if (usable.length !== 1) problems.push(`${usable.length} usable CA certificates of ours instead of one`);
    return problems;
  }

  #ours({ slots }: World): World["slots"] {
    return slots.filter(({ pem }) => !this.#origin.strangers.includes(pem));
  }
}

/** @returns the keys of a keyring, by fingerprint, and what is wrong with its text */
function readKeys(text: string, passphrase: string | undefined): { keys: Set<string>; problems: string[] } {
  const keys = new Set<string>();
  const problems: string[] = [];
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z ]+)-----\n[\w+/=\n]+-----END \1-----\n/g)];
  if (text.split("-----BEGIN ").length - 1 !== blocks.length)
    problems.push("the keyring holds a broken block");
  for (let index = 0; index < blocks.length; index += 2) {
    const [key = "", certificate = ""] = [blocks[index]?.[0], blocks[index + 1]?.[0]];
    const encrypted = key.includes("BEGIN ENCRYPTED PRIVATE KEY");
    if (encrypted !== (passphrase !== undefined)) problems.push("a key is not kept in the form asked for");
    try {
      const privateKey = open(key, passphrase);
      if (!new X509Certificate(certificate).checkPrivateKey(privateKey))
        problems.push("a key and its certificate do not belong together");
      keys.add(fingerprint(createPublicKey(privateKey.export({ type: "pkcs8", format: "pem" }))));
    } catch (error) {
      problems.push(`entry ${index / 2 + 1} of the keyring cannot be read: ${(error as Error).message}`);
    }
  }
  return { keys, problems };
}

/** Opening an encrypted key takes a fifth of a second on purpose; the same text opens the same key. */
const opened = new Map<string, KeyObject>();

function open(pem: string, passphrase: string | undefined): KeyObject {
  const known = opened.get(pem);
  if (known !== undefined) return known;
  const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  opened.set(pem, key);
  return key;
}

function fingerprint(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("hex");
}

/** Answers that say that nothing happened: a rate limit, and credentials that were not accepted. */
const TURNED_AWAY: readonly unknown[] = [429, 401];

/** @returns a problem for each change that may have happened and was asked for again with no answered list in between (guarantee 7) */
function blindRepeats(calls: readonly SeenCall[]): string[] {
  const pending = new Map<string, SeenCall>();
  const problems: string[] = [];
  for (const call of calls) {
    if (call.call === "list" && call.status === 200) pending.clear();
    if (call.call !== "upload" && call.call !== "verify") continue;
    if (TURNED_AWAY.includes(call.status)) continue;
    const request = `${call.method} ${call.path}`;
    if (pending.has(request)) problems.push(`${request} was repeated before a list`);
    pending.set(request, call);
  }
  return [...problems, ...doneTwice(calls)];
}

function doneTwice(calls: readonly SeenCall[]): string[] {
  return ["upload", "verify"].flatMap((name) => {
    const count = calls.filter((call) => call.call === name && call.carriedOut).length;
    return count > 1 ? [`${name} was carried out ${count} times`] : [];
  });
}

/** @returns the files under a folder that hold a private key in PEM */
export function filesWithKeys(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile() && readFileSync(path, "latin1").includes("PRIVATE KEY-----"));
}

/** @returns the files with private keys that others may read (guarantee 8) */
export function exposedKeys(folder: string): string[] {
  return filesWithKeys(folder).filter((path) => (lstatSync(path).mode & 0o077) !== 0);
}
