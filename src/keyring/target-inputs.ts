import { statSync } from "node:fs";
import { path } from "../action/input-parsers.ts";
import { field, type IsGiven, type Report, type Values } from "../action/inputs.ts";
import { EMPTY_KEYRING, type Keyring } from "../ca/keyring-entries.ts";
import {
  addressOf,
  environmentName,
  type keyringSecretFields,
  type SecretAddress,
  secretName,
} from "./github-secret-inputs.ts";
import { KeyringError, parseClosed } from "./keyring-format.ts";
import { readKeyringFile, type StoredKeyring } from "./read-keyring-input.ts";
import { vanishingDisk } from "./vanishing-disk.ts";

/** The inputs that say where a copy of the keyring goes. */

export const keyringTargetFields = {
  "keyring-target-file": field({
    description:
      "Path of a file that gets a copy of the keyring. Its folder must exist, on a disk that outlasts the job. If the file exists, the task overwrites it only with a copy that has every key of it.",
    parse: path,
  }),
  "keyring-target-secret": field({
    description:
      "Name of a GitHub secret that gets a copy of the keyring. It must not exist yet, because nobody can read which keys it holds. Needs github-token.",
    parse: secretName,
  }),
  "keyring-target-environment": field({
    description:
      "GitHub environment that keyring-target-secret belongs to. Without it the secret belongs to the repository.",
    parse: environmentName,
  }),
};

type TargetValues = Partial<
  Values<typeof keyringTargetFields & Pick<typeof keyringSecretFields, "github-token">> & {
    readonly "keyring-ephemeral": boolean;
  }
>;

/**
 * @returns whether an input was given for the keyring itself. A token without keyring-secret belongs to the
 * target
 */
export function givenForSource(given: IsGiven): IsGiven {
  const isTargets = given("keyring-target-secret") && !given("keyring-secret");
  return (input) => given(input) && !(input === "github-token" && isTargets);
}

/** @returns undefined where no copy is asked for, `invalid` where something was reported or is not valid by itself */
export function resolveTarget(
  values: TargetValues,
  report: Report,
  given: IsGiven,
): StoredKeyring | "invalid" | undefined {
  const [inFile, inSecret] = [given("keyring-target-file"), given("keyring-target-secret")];
  if (inFile && inSecret) {
    report("keyring-target-secret", "is given together with keyring-target-file. Give one of the two");
    return "invalid";
  }
  if (given("keyring-target-environment") && !inSecret) {
    report(
      "keyring-target-environment",
      "is given without keyring-target-secret. Give the name of the secret too, or remove this input",
    );
    return "invalid";
  }
  if (inFile) return fileTarget(values, report) ?? "invalid";
  if (inSecret) return secretTarget(values, report, given) ?? "invalid";
  return undefined;
}

function fileTarget(
  { "keyring-target-file": file, "keyring-ephemeral": ephemeral }: TargetValues,
  report: Report,
): StoredKeyring | undefined {
  if (file === undefined) return undefined;
  const text = readKeyringFile(file, "is empty", asTarget(report), "keyring-target-file");
  const keyring = text === undefined ? undefined : readTarget(text, report);
  if (text === undefined || keyring === undefined) return undefined;
  const vanishes = ephemeral === true ? undefined : vanishingDisk(file);
  return { keyring, text, file, ...(vanishes !== undefined && { vanishes }) };
}

/** Changes the code for a text that cannot be read: at a target it may be any file, perhaps with keys. */
function asTarget(report: Report): Report {
  return (input, message, code, more) =>
    report(input, message, code === "KEYRING_DAMAGED" ? "KEYRING_TARGET_HAS_KEYS" : code, more);
}

/**
 * Reads the keyring at the target without opening its keys: its certificates are enough to compare the CAs.
 */
function readTarget(text: string, report: Report): Keyring | undefined {
  try {
    return parseClosed(text);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    report(
      "keyring-target-file",
      `exists and cannot be read as a keyring: ${error.message}. It may hold keys, so the run does not overwrite it. Give another path, or move the file away`,
      "KEYRING_TARGET_HAS_KEYS",
    );
    return undefined;
  }
}

function secretTarget(values: TargetValues, report: Report, given: IsGiven): StoredKeyring | undefined {
  // Where keyring-secret is given, the source has reported the missing token already.
  if (!given("github-token") && !given("keyring-secret"))
    report(
      "github-token",
      "is missing. The task needs it for keyring-target-secret, and the workflow's own GITHUB_TOKEN cannot do that",
    );
  const {
    "keyring-target-secret": name,
    "github-token": token,
    "keyring-target-environment": environment,
  } = values;
  if (environment === undefined && given("keyring-target-environment")) return undefined;
  const address = addressOf("keyring-target-secret", { name, token, environment }, report);
  if (address === undefined) return undefined;
  return { keyring: EMPTY_KEYRING, text: "", secret: { address, mayImport: false } };
}

/** The rule that a keyring is not copied onto itself. */
export function reportSamePlace(
  source: Pick<StoredKeyring, "file" | "secret">,
  target: Pick<StoredKeyring, "file" | "secret">,
  report: Report,
): void {
  if (source.file !== undefined && target.file !== undefined && isSameFile(source.file, target.file))
    report("keyring-target-file", "is the same file as keyring-file. Give another path");
  if (source.secret && target.secret && isSameSecret(source.secret.address, target.secret.address))
    report(
      "keyring-target-secret",
      "is the same secret as keyring-secret. Give another name, or another keyring-target-environment",
    );
}

/** Compares the files themselves: a path may lead through a link, and a file may have two names. */
function isSameFile(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [a, b].map((file) => statSync(file, { throwIfNoEntry: false, bigint: true }));
  return one !== undefined && one.ino !== 0n && one.dev === other?.dev && one.ino === other.ino;
}

/** Compares names of environments without case, as GitHub does. */
function isSameSecret(a: SecretAddress, b: SecretAddress): boolean {
  return a.name === b.name && a.environment?.toLowerCase() === b.environment?.toLowerCase();
}
