import type { KeyObject, PrivateKeyInput, X509Certificate } from "node:crypto";

type Crypto = typeof import("node:crypto");

/**
 * `node:crypto` with a memory, for thousands of plays of the same certificates and keys: to read them and to check their
 * signatures again and again takes longer than all else. The answers are those that it gave for the same text.
 */
export function remembering(crypto: Crypto): Crypto {
  const certificates = new Memory<X509Certificate>();
  const keys = new Memory<KeyObject>();
  return {
    ...crypto,
    X509Certificate: new Proxy(crypto.X509Certificate, {
      construct(Certificate, [read]: [string | Buffer]) {
        const text = read.toString("latin1");
        return certificates.get(text) ?? certificates.keep(text, rememberingSigners(new Certificate(read)));
      },
    }),
    createPrivateKey(read) {
      const text = textOf(read);
      if (text === undefined) return crypto.createPrivateKey(read);
      return keys.get(text) ?? keys.keep(text, crypto.createPrivateKey(read));
    },
  };
}

/** @returns the certificate, which remembers whether a key signed it */
function rememberingSigners(certificate: X509Certificate): X509Certificate {
  const known = new WeakMap<KeyObject, boolean>();
  const verify = certificate.verify.bind(certificate);
  certificate.verify = (key) => {
    const verified = known.get(key) ?? verify(key);
    known.set(key, verified);
    return verified;
  };
  return certificate;
}

/** @returns what a private key is remembered by: its text and its passphrase; undefined for what is no text */
function textOf(read: Parameters<Crypto["createPrivateKey"]>[0]): string | undefined {
  if (typeof read === "string") return `\n${read}`;
  const { key, passphrase = "" } = read as PrivateKeyInput;
  return typeof key === "string" && typeof passphrase === "string" ? `${passphrase}\n${key}` : undefined;
}

/** Forgets everything when it is full. */
class Memory<T> {
  readonly #known = new Map<string, T>();

  get(text: string): T | undefined {
    return this.#known.get(text);
  }

  keep(text: string, made: T): T {
    if (this.#known.size === 1000) this.#known.clear();
    this.#known.set(text, made);
    return made;
  }
}
