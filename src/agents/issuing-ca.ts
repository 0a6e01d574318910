import { isSameCa, type Keyring, type KeyringEntry } from "../ca/keyring.ts";
import { plainPem } from "../ca/private-key.ts";
import type { KeyringKeeper } from "../keyring/keeper.ts";
import { ActionError } from "../messages/errors.ts";
import type { Connection } from "../mindconnect/connect.ts";
import type { CaPair } from "../openssl/make-certificates.ts";
import { requireWrittenBefore } from "../run/given-keyring.ts";
import type { Tools } from "../run/tools.ts";
import { warnOfSkew } from "../run/tools.ts";
import { chooseIssuer, chooseOffline, type Issuer } from "./issuer.ts";

/**
 * Chooses the CA that issues, with one list call unless offline, and opens its key.
 * @param connection undefined for offline
 * @param options.brought wins over the keyring
 * @throws ActionError `CA_NOT_USABLE`, and those of the list
 */
export async function issuingCa(
  tools: Tools,
  connection: Connection | undefined,
  options: { keeper: KeyringKeeper; brought: CaPair | undefined },
): Promise<CaPair> {
  const { entries } = options.keeper.keyring;
  const known = options.brought && entries.find((entry) => isSameCa(entry, options.brought as CaPair));
  const brought: KeyringEntry | undefined = options.brought && {
    ...known,
    notes: [],
    ...options.brought,
  };
  const chosen =
    connection === undefined
      ? offline(tools, options.keeper.keyring, brought)
      : await online(tools, connection, entries, brought);
  if ("refused" in chosen) {
    // Where the clocks differ, they are to blame.
    tools.clock.require("make");
    throw new ActionError("CA_NOT_USABLE", `${chosen.refused}.`, { next: chosen.next });
  }
  const { certificate } = chosen.ca;
  const { unheld = [] } = chosen;
  if (unheld.length > 0) {
    tools.runner.warning(
      `The platform has a usable CA (${unheld.join(", ")}) that expires later than the issuing CA ${certificate.commonName}. Its key is not in the keyring. The keyring may be an old copy: pass the newest one.`,
    );
  }
  const id = chosen.id === undefined ? "" : `, id ${chosen.id}`;
  tools.runner.info(`Issuing CA: ${certificate.commonName}${id}, expires ${certificate.expiration}.`);
  const plain = plainPem(options.keeper.open(chosen.ca));
  tools.runner.mask(plain);
  return { certificate, privateKey: plain };
}

async function online(
  tools: Tools,
  connection: Connection,
  entries: readonly KeyringEntry[],
  brought: KeyringEntry | undefined,
): Promise<Issuer> {
  const platform = await tools.connect(connection);
  const listed = await platform.caCertificates.list();
  warnOfSkew({ tools, platform });
  return chooseIssuer({ entries, brought, ...platform.clock.agreement() }, listed);
}

function offline(tools: Tools, keyring: Keyring, brought: KeyringEntry | undefined): Issuer {
  tools.runner.notice(
    "offline is true: the platform was not asked whether the CA is usable. It accepts agents only of a verified CA.",
  );
  const { clock } = tools;
  warnOfSkew({ tools, platform: tools });
  requireWrittenBefore(tools, keyring);
  const chosen = chooseOffline({ entries: keyring.entries, brought, ...clock.agreement() });
  if ("ca" in chosen) {
    const { commonName, notBefore } = chosen.ca.certificate;
    clock.requireAfter(notBefore, `the CA ${commonName} is valid from`);
  }
  return chosen;
}
