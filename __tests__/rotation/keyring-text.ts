import { createPrivateKey, X509Certificate } from "node:crypto";

// A reader of keyrings of its own, with node:crypto alone: a checker that shared code with the action would share its
// mistakes.

/** One CA of a keyring's text. */
export interface KeyringCa {
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  readonly commonName: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  readonly key: string;
  readonly pem: string;
  readonly encrypted: boolean;
  readonly retired: boolean;
  readonly refused: boolean;
  readonly tenant: string | undefined;
  /** Milliseconds since 1970, NaN where nothing is said. */
  readonly verifiedAt: number;
  /** Milliseconds since 1970, NaN where it never came back after a retirement. */
  readonly restoredAt: number;
  readonly platformId: string | undefined;
}

/** What a keyring's text holds. */
interface KeyringText {
  readonly entries: readonly KeyringCa[];
  /** What is wrong with the text itself. */
  readonly problems: readonly string[];
}

const BLOCK = /-----BEGIN ([A-Z ]+)-----\n[\w+/=\n]+-----END \1-----\n/g;

/** @returns the CAs in the order of the text */
export function readText(text: string, passphrase: string | undefined): KeyringText {
  return remember(texts, `${passphrase}\n${text}`, () => read(text, passphrase));
}

function read(text: string, passphrase: string | undefined): KeyringText {
  const problems: string[] = [];
  const entries: KeyringCa[] = [];
  const blocks = [...text.matchAll(BLOCK)];
  if (text.split("-----BEGIN ").length - 1 !== blocks.length) problems.push("the keyring has a broken block");
  let end = 0;
  for (let index = 0; index < blocks.length; index += 2) {
    const [key, certificate] = [blocks[index], blocks[index + 1]];
    if (key === undefined || certificate === undefined) {
      problems.push("the keyring has a key without its certificate");
      break;
    }
    const lines = text.slice(end, key.index);
    end = certificate.index + certificate[0].length;
    if (!belong(key[0], certificate[0], passphrase))
      problems.push("a key and its certificate do not belong together");
    const { fingerprint, commonName, notAfter } = lookAt(certificate[0]);
    entries.push({
      fingerprint,
      commonName,
      notAfter,
      key: key[0],
      pem: certificate[0],
      encrypted: key[1] === "ENCRYPTED PRIVATE KEY",
      retired: remembered(lines, "Retired at") !== undefined,
      refused: remembered(lines, "Refused at") !== undefined,
      tenant: remembered(lines, "Tenant"),
      verifiedAt: Date.parse(remembered(lines, "Verified at") ?? ""),
      restoredAt: Date.parse(remembered(lines, "Restored at") ?? ""),
      platformId: remembered(lines, "Platform id"),
    });
  }
  return { entries, problems };
}

function remembered(lines: string, label: string): string | undefined {
  // A line of somebody's own may begin likewise; it stays before those that were written by the action.
  const line = lines.split("\n").findLast((each) => each.startsWith(`${label}: `));
  return line?.slice(label.length + 2).trim();
}

/** Reading takes longer than all else here, and most texts come again and again. */
const texts = new Map<string, KeyringText>();
const looks = new Map<string, { fingerprint: string; commonName: string; notAfter: number }>();
const pairs = new Map<string, boolean>();
const MOST_REMEMBERED = 1000;

/** @returns what tells certificates apart */
export function lookAt(pem: string): { fingerprint: string; commonName: string; notAfter: number } {
  return remember(looks, pem, () => {
    const certificate = new X509Certificate(pem);
    const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "";
    const notAfter = certificate.validToDate.getTime();
    return { fingerprint: certificate.fingerprint256, commonName, notAfter };
  });
}

function belong(key: string, certificate: string, passphrase: string | undefined): boolean {
  return remember(pairs, key + certificate, () => {
    const opened = createPrivateKey({ key, passphrase: passphrase ?? "" });
    return new X509Certificate(certificate).checkPrivateKey(opened);
  });
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size > MOST_REMEMBERED) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}
