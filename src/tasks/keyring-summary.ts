/** Plans the changes of the task keyring, and shows them with the CAs in the log and on the job's page. */
import { escapeMarkdown, markdownTable } from "../action/markdown.ts";
import type { Runner } from "../action/runner.ts";
import type { Keyring, KeyringEntry } from "../ca/keyring-entries.ts";
import { isEncrypted } from "../ca/pem.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import type { Passphrases } from "../keyring/passphrases.ts";
import { printable, printableName } from "../messages/printable.ts";
import { nextList } from "./summary-parts.ts";

/** One change of a run to the keyring. All changes of a run are one write. */
export interface KeyringStep {
  readonly done: string;
  /** The text of `done` for a run that only plans. */
  readonly planned: string;
  /** What the user does after the change. */
  readonly next: readonly string[];
}

/** What a run would do, and what it cannot do. */
export interface KeyringPlan {
  readonly steps: readonly KeyringStep[];
  readonly warnings: readonly string[];
}

/** What a plan is made from. */
interface Asked {
  readonly passphrases: Passphrases;
  readonly isForgotten: (entry: KeyringEntry) => boolean;
  /** Where a copy goes. */
  readonly target: KeyringSession | undefined;
  /** Whether the target holds that copy already. */
  readonly isCopied: boolean;
}

/** @returns the plan: a copy if there is a target, otherwise the changes of the keyring itself */
export function planOf(
  keyring: KeyringSession,
  { passphrases, isForgotten, target, isCopied }: Asked,
): KeyringPlan {
  const { entries } = keyring.keyring;
  const { first } = passphrases;
  const gone = entries.filter(isForgotten);
  const toEncrypt =
    first === undefined
      ? []
      : entries.filter((entry) => !isForgotten(entry) && !passphrases.isUnderFirst(entry.privateKey));
  const warnings =
    first === undefined && entries.some(({ privateKey }) => isEncrypted(privateKey)) ? [NOT_OPENED] : [];
  if (target !== undefined)
    return { steps: isCopied ? [] : [copyStep(keyring, target, toEncrypt)], warnings };
  if (toEncrypt.length > 0 && keyring.location === undefined)
    return { steps: [], warnings: [...warnings, notEncrypted(toEncrypt)] };
  return {
    steps: [
      ...(gone.length === 0 ? [] : [forgetStep(gone)]),
      ...(toEncrypt.length === 0 ? [] : [encryptStep(toEncrypt, passphrases)]),
      ...(keyring.needsImport ? [storeStep(keyring)] : []),
    ],
    warnings,
  };
}

const NOT_OPENED =
  "keyring-passphrase is empty, so this run opens and encrypts no key. Encrypted keys stay as they are.";

function notEncrypted(entries: readonly KeyringEntry[]): string {
  return `The private key of ${namesOf(entries)} is not encrypted with the first passphrase. This run cannot write the keyring. Give keyring-secret or keyring-file, and run again.`;
}

function forgetStep(entries: readonly KeyringEntry[]): KeyringStep {
  const what = entries
    .map(({ certificate }) => `${printableName(certificate.commonName)} (${certificate.fingerprint})`)
    .join(", ");
  return {
    done: `Forgot ${what}. The private key is gone from the keyring.`,
    planned: `Would forget ${what}. The private key would be gone.`,
    next: ["Old copies of the keyring still hold the private key. Remove them if nobody needs it."],
  };
}

function encryptStep(entries: readonly KeyringEntry[], { several }: Passphrases): KeyringStep {
  const what = `the private key of ${namesOf(entries)} with the first passphrase`;
  return {
    done: `Encrypted ${what}.`,
    planned: `Would encrypt ${what}.`,
    next: [
      ...(several
        ? ["The first passphrase opens every key now. Remove the other lines of keyring-passphrase."]
        : []),
      "Replace your copies of the keyring. They still hold the keys as they were before.",
    ],
  };
}

function storeStep({ location = "" }: KeyringSession): KeyringStep {
  return {
    done: `Wrote the keyring to ${location}.`,
    planned: `Would write the keyring to ${location}.`,
    next: [],
  };
}

function copyStep(
  keyring: KeyringSession,
  { location = "" }: KeyringSession,
  toEncrypt: readonly KeyringEntry[],
): KeyringStep {
  const from = keyring.location ?? "the input keyring";
  const fresh = `the private key of ${namesOf(toEncrypt)} is encrypted with the first passphrase`;
  const [done, planned] =
    toEncrypt.length === 0
      ? ["", ""]
      : [` There ${fresh}.`, ` There ${fresh.replace("is enc", "would be enc")}.`];
  return {
    done: `Copied the keyring to ${location}.${done} Nothing changed in ${from}.`,
    planned: `Would copy the keyring to ${location}.${planned} Nothing would change in ${from}.`,
    next: [
      `Use the keyring in one place only. To move it, name ${location} in every workflow, run tasks/keyring with it, and then delete the old one (docs/keyring.md).`,
    ],
  };
}

function namesOf(entries: readonly KeyringEntry[]): string {
  return entries.map(({ certificate }) => printableName(certificate.commonName)).join(", ");
}

/** One CA as the output and the summary show it: never its key. */
interface ListedEntry {
  readonly tenant: string | null;
  readonly commonName: string;
  readonly expiration: string;
  readonly fingerprint: string;
  readonly platformId: string | null;
  readonly verifiedAt: string | null;
  readonly refusedAt: string | null;
  readonly retiredAt: string | null;
  readonly encrypted: boolean;
}

/** @returns the CAs for the output `entries`, newest first */
export function listEntries({ entries }: Pick<Keyring, "entries">): ListedEntry[] {
  return entries.map(({ privateKey, certificate, tenant, platformId, verifiedAt, refusedAt, retiredAt }) => ({
    tenant: tenant ?? null,
    commonName: certificate.commonName,
    expiration: certificate.expiration,
    fingerprint: certificate.fingerprint,
    platformId: platformId ?? null,
    verifiedAt: verifiedAt ?? null,
    refusedAt: refusedAt ?? null,
    retiredAt: retiredAt ?? null,
    encrypted: isEncrypted(privateKey),
  }));
}

/** Shows the CAs in the log and on the job's page, with what was done, or would be. */
export async function summarizeKeyring(
  runner: Runner,
  shown: KeyringPlan & Pick<Keyring, "entries"> & { readonly changed: boolean },
): Promise<void> {
  const { steps, warnings, changed } = shown;
  const listed = listEntries(shown);
  for (const warning of warnings) runner.warning(warning);
  const did = steps.map(({ done, planned }) => (changed ? done : planned));
  const count = `${listed.length} ${listed.length === 1 ? "CA" : "CAs"}`;
  const state =
    steps.length === 0 ? "nothing to change" : changed ? "changed" : "planned, nothing was changed";
  runner.group(`CAs of the keyring: ${listed.length}`, listed.map(lineOf));
  runner.notice([`Keyring with ${count}: ${state}.`, ...did].join(" "));
  const next = changed ? steps.flatMap((step) => step.next) : steps.length === 0 ? [] : [APPLY];
  const parts = [
    `### Keyring with ${count}: ${state}`,
    listed.length === 0 ? "The keyring holds no CA." : markdownTable(HEADS, listed.map(rowOf)),
    ...did.map(escapeMarkdown),
    ...(next.length === 0 ? [] : [nextList(next)]),
  ];
  await runner.summary(`${parts.join("\n\n").trimEnd()}\n`);
}

const APPLY = "Run again with apply: true to carry this out.";
const HEADS = [
  "Common name",
  "Tenant",
  "Expires (UTC)",
  "State",
  "Private key",
  "Platform id",
  "SHA-256 fingerprint",
];

function rowOf(entry: ListedEntry): string[] {
  const { commonName, tenant, expiration, encrypted, platformId, fingerprint } = entry;
  return [
    commonName,
    tenant ?? "not known",
    expiration,
    stateOf(entry),
    encrypted ? "encrypted" : "plain",
    platformId ?? "none",
    fingerprint,
  ];
}

function stateOf({ verifiedAt, refusedAt, retiredAt }: ListedEntry): string {
  if (retiredAt !== null) return `retired ${retiredAt}`;
  if (refusedAt !== null) return `refused ${refusedAt}`;
  return verifiedAt === null ? "not verified" : `verified ${verifiedAt}`;
}

function lineOf(entry: ListedEntry): string {
  const { commonName, tenant, expiration, encrypted, fingerprint } = entry;
  const whose = tenant === null ? "tenant not known" : `tenant ${printable(tenant)}`;
  return `${printableName(commonName)}, ${whose}, expires ${expiration}, ${printable(stateOf(entry))}, private key ${encrypted ? "encrypted" : "plain"}, ${fingerprint}`;
}
