import sodium from "libsodium-wrappers";

/** Encrypts for the holder of one key pair, as GitHub asks for the value of a secret. Loaded late: libsodium is large. */
export interface SealedBox {
  /** @returns the text, sealed, in base64 */
  seal(text: string): string;
}

/**
 * Reads a public key (X25519, libsodium's `crypto_box_seal`).
 * @param publicKey base64, as GitHub gives it
 * @throws Error for anything that is not such a key
 */
export async function openSealedBox(publicKey: string): Promise<SealedBox> {
  await sodium.ready;
  const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL);
  const seal = (text: string) => sodium.crypto_box_seal(text, key);
  // A key of the wrong length, or one that no message can be sealed for, shows here and not at the write.
  seal("");
  return { seal: (text) => sodium.to_base64(seal(text), sodium.base64_variants.ORIGINAL) };
}
