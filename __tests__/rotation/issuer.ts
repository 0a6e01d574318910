import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bitString,
  der,
  integer,
  objectId,
  octetString,
  pem,
  printableString,
  sequence,
  set,
  TRUE,
  time,
  utf8,
} from "./write-der.ts";

/** Attributes of a name in order, `[type, value]`; `[CN+CN, a+b]` is one part with two. */
export type Name = readonly (readonly [type: string, value: string])[];

/**
 * @param text attributes such as `CN=acme`, of which the values need no escaping
 * @param separator between them: a line break where Node shows a name, a slash in the argument of `-subj`
 */
export function parseName(text: string, separator: "\n" | "/"): Name {
  return text
    .split(separator)
    .filter((attribute) => attribute !== "")
    .map((attribute) => [attribute.replace(/=.*/s, ""), attribute.slice(attribute.indexOf("=") + 1)]);
}

/** What is said in a certificate. Times are milliseconds since 1970; those written are whole seconds. */
interface Certified {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly ca: boolean;
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  C: "2.5.4.6",
  ST: "2.5.4.8",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
};
/** How a key of that type signs, always over SHA-256. */
const SIGNATURES: Readonly<Record<string, Buffer>> = {
  ec: sequence(objectId("1.2.840.10045.4.3.2")),
  rsa: sequence(objectId("1.2.840.113549.1.1.11"), der(0x05)),
};
const CA_TRUE = sequence(objectId("2.5.29.19"), TRUE, octetString(sequence(TRUE)));

/** @returns a new key in PKCS#8; on a curve, because RSA keys take a thousand times as long */
export function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** @returns an X.509 v3 certificate in PEM */
export function issue(
  certified: Certified,
  issuer: { readonly name: Name; readonly key: KeyObject },
): string {
  const { subject, publicKey, notBefore, notAfter, ca } = certified;
  const algorithm = SIGNATURES[issuer.key.asymmetricKeyType ?? ""] as Buffer;
  const said = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name(issuer.name),
    sequence(time(notBefore), time(notAfter)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    ...(ca ? [der(0xa3, sequence(CA_TRUE))] : []),
  );
  const signature = sign("sha256", said, issuer.key);
  return pem("CERTIFICATE", sequence(said, algorithm, bitString(signature)));
}

/** @returns a self-signed CA certificate in PEM */
export function selfSigned(
  key: KeyObject,
  said: { readonly subject: Name; readonly notBefore: number; readonly notAfter: number },
): string {
  const certified = { ...said, publicKey: createPublicKey(key), ca: true };
  return issue(certified, { name: said.subject, key });
}

function name(attributes: Name): Buffer {
  return sequence(
    ...attributes.map(([types, values]) => {
      const parts = types.includes("+") ? values.split("+") : [values];
      return set(...types.split("+").map((type, index) => attribute(type, parts[index] ?? "")));
    }),
  );
}

function attribute(type: string, value: string): Buffer {
  const text = type === "C" ? printableString(value) : utf8(value);
  return sequence(objectId(ATTRIBUTES[type] ?? ""), text);
}
