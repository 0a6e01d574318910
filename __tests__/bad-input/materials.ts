import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { encrypted, type MadeCa, makeCa, openssl } from "../ca/made.ts";
import { withForeignAki } from "../ca/odd-cas.ts";
import { type Name, selfSigned } from "../rotation/issuer.ts";
import { Workshop } from "../sandbox/workshop.ts";

const DAY_MS = 86_400_000;

export const PASSPHRASE = "correct horse battery staple";

/** Certificates and keys that somebody could bring along, good and bad. */
export interface Materials {
  readonly own: MadeCa;
  readonly other: MadeCa;
  /** The key of `own`, encrypted with {@link PASSPHRASE}. */
  readonly sealed: string;
  /** Certificates for the key of `own` that cannot be a CA here. */
  readonly leaf: string;
  readonly intermediate: string;
  readonly v1: string;
  readonly foreignAki: string;
  /** A CA for the key of `own` that is valid from tomorrow on. */
  readonly future: string;
  /** CAs for the key of `own` whose common names may come back changed in replies, by what is odd of them. */
  readonly odd: Readonly<Record<"two" | "twoInOnePart" | "blanks" | "control" | "invisible", string>>;
  /** Of 2020, for another key. */
  readonly expired: string;
  remove(): void;
}

export function makeMaterials(): Materials {
  const workshop = new Workshop();
  const own = makeCa(workshop, "/C=DE/ST=MUC/O=Acme/OU=IT/CN=acme");
  const other = makeCa(workshop, "/CN=root");
  return {
    own,
    other,
    sealed: encrypted(workshop, own, PASSPHRASE),
    leaf: workshop.selfSigned(own.file, "/CN=acme", "leaf"),
    intermediate: workshop.issued({ key: other.file, pem: other.pem }, own.file, "/CN=acme", "ca"),
    v1: openssl(workshop, "req", "-x509", "-new", "-key", own.file, "-days", "9", "-subj", "/CN=acme"),
    foreignAki: withForeignAki(workshop, own.file),
    future: selfSigned(createPrivateKey(own.pkcs8), {
      subject: [["CN", "acme"]],
      notBefore: Date.now() + DAY_MS,
      notAfter: Date.now() + 9 * DAY_MS,
    }),
    odd: {
      two: oddCa(own, ["CN", "acme"], ["CN", "acme-2"]),
      twoInOnePart: oddCa(own, ["CN+CN", "acme+acme-2"]),
      blanks: oddCa(own, ["CN", " acme "]),
      control: oddCa(own, ["CN", "ac\u0007me"]),
      invisible: oddCa(own, ["CN", "ac\u200bme"]),
    },
    expired: readFileSync(new URL("expired-ca.pem", import.meta.url), "utf8"),
    remove: () => workshop.remove(),
  };
}

function oddCa({ pkcs8 }: MadeCa, ...commonNames: Name): string {
  return selfSigned(createPrivateKey(pkcs8), {
    subject: [["O", "Acme"], ...commonNames],
    notBefore: Date.now() - DAY_MS,
    notAfter: Date.now() + 900 * DAY_MS,
  });
}
