import { existsSync } from "node:fs";
import { emptySecret } from "../action/input-texts.ts";
import type { IsGiven, Report } from "../action/inputs.ts";
import { EMPTY_KEYRING, isOfTenant, type Keyring, type KeyringEntry } from "../ca/keyring.ts";
import { type AbsentFile, readKeyringFile } from "./file-input.ts";
import {
  type KeptCertificate,
  KeyringEncryptionError,
  KeyringError,
  parseCertificates,
  parseKeyring,
} from "./format.ts";
import type { Passphrases } from "./passphrases.ts";

const CONFIRM = ". If it was empty from the start, set keyring-import: true";

/** The inputs that a keyring's text comes from. */
type Source = "keyring" | "keyring-file";

/** The valid ones among the inputs that reading it takes. */
interface TextValues {
  readonly keyring?: string | undefined;
  readonly "keyring-file"?: string | undefined;
  readonly "keyring-import"?: boolean | undefined;
}

/** How one task takes the keyring. */
export interface Reading<T> {
  /** What a keyring-file that does not exist means. */
  readonly absentFile: AbsentFile;
  /** Whether a keyring-file that is there and empty is told of and passes for one that holds nothing. */
  readonly lenient?: true;
  /** Reads one text; undefined where it was reported. */
  readonly readText: (text: string, source: Source) => T | undefined;
}

/** @returns one source's text and what it holds; without either where that was reported */
export function readSource<T>(
  source: Source,
  values: TextValues,
  report: Report,
  { absentFile, lenient, readText }: Reading<T>,
): { text?: string; content?: T | undefined } {
  const value = values[source];
  const text =
    value === undefined || source === "keyring" ? value : readKeyringFile(value, absentFile, report);
  if (text === undefined) return {};
  if (source === "keyring-file" && lenient !== true && values["keyring-import"] !== true) {
    const problem = emptiedProblem(value, text);
    if (problem !== undefined) {
      // A task that only reads has no such input.
      const confirm = values["keyring-import"] === undefined ? "" : CONFIRM;
      report(source, `${problem}${confirm}`, "KEYRING_DAMAGED");
      return {};
    }
  }
  return { text, content: readText(text, source) };
}

/** @returns what is wrong with a keyring-file that is there and holds nothing; undefined where it holds something */
export function emptiedProblem(file: string | undefined, text: string): string | undefined {
  if (file === undefined || text.trim() !== "" || !existsSync(file)) return undefined;
  return "exists and is empty. A full disk may have emptied it. Restore its last good copy";
}

/** A keyring whose keys were opened, but of those entries that say whose they are. */
export interface OpenedKeyring {
  readonly keyring: Keyring;
  /** Opens those of a tenant, too. @returns whether they open; else that was reported */
  readonly openOwn: (tenant: string) => boolean;
}

/**
 * @returns the way to read a keyring with its keys: each that may serve is opened with a passphrase that came in, another
 * tenant's never
 */
export function opensKeys(
  passphrases: Passphrases,
  report: Report,
  given: IsGiven,
): Reading<OpenedKeyring>["readText"] {
  const none = passphrases.first === undefined;
  // Passphrases that are not valid by themselves were reported already.
  const reported = none && given("keyring-passphrase");
  return (text, source) => {
    const opened = (stayClosed: (entry: KeyringEntry) => boolean) =>
      read(
        () => parseKeyring(text, passphrases, stayClosed),
        source,
        (input, message, code) => {
          if (input !== "keyring-passphrase") report(input, message, code);
          else if (!reported) report(input, message, code, none ? emptySecret(input) : undefined);
        },
      );
    const keyring = opened(({ tenant }) => tenant !== undefined);
    const openOwn = (tenant: string) => opened((entry) => !isOfTenant(entry, tenant)) !== undefined;
    return keyring && { keyring, openOwn };
  };
}

/** @returns the way to read a keyring's certificates alone: its keys are not opened, and may be missing */
export function readsCertificates(
  report: Report,
): Reading<{ keyring: Keyring; certificates: KeptCertificate[] }>["readText"] {
  return (text, source) => {
    const certificates = read(() => parseCertificates(text), source, report);
    return certificates && { keyring: EMPTY_KEYRING, certificates };
  };
}

function read<T>(parse: () => T, source: Source, report: Report): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    if (error instanceof KeyringEncryptionError) {
      report(source, `holds a key that cannot be opened: ${error.message}`);
      return undefined;
    }
    const [input, code] = error.passphrase
      ? (["keyring-passphrase", "PASSPHRASE_WRONG"] as const)
      : ([source, "KEYRING_DAMAGED"] as const);
    report(input, `the keyring cannot be used: ${error.message}`, code);
    return undefined;
  }
}
