/** Warnings that several recipes give: nothing has failed, but a person should know. */
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring-entries.ts";
import { namesAlike, type Slot } from "../ca/slots.ts";
import { day } from "../ca/time.ts";
import type { KeyringSession } from "../keyring/keyring-session.ts";
import { printableId, printableName } from "../messages/printable.ts";

/**
 * Warns if the token that writes the keyring expires before the next write. Otherwise that write would be the first to fail.
 * @param keyring after its `check`
 * @param dueAt when the keyring is written next, milliseconds since 1970
 */
export function warnOfTokenEnd(
  runner: Pick<Runner, "warning">,
  { accessEnds, location = "" }: Pick<KeyringSession, "accessEnds" | "location">,
  dueAt: number,
): void {
  if (accessEnds === undefined || !(accessEnds < dueAt)) return;
  runner.warning(
    `github-token expires on ${day(accessEnds)}. A run has to write ${location} on ${day(dueAt)}, after that. Replace the token before it expires.`,
  );
}

/**
 * Warns before a CA of the keyring is uploaded if its common name is not the requested one: the keyring may belong to
 * another environment.
 * @param wanted the common name that a new CA would get
 * @param options.apply whether this run uploads it; otherwise it only plans to
 */
export function warnOfOtherCommonName(
  runner: Pick<Runner, "warning">,
  { certificate: { commonName } }: KeyringEntry,
  wanted: string,
  { apply = true }: { readonly apply?: boolean } = {},
): void {
  if (commonName !== wanted) {
    runner.warning(
      `${apply ? "This run uploads" : "A run with apply: true uploads"} a CA of the keyring. Its common name is "${commonName}", but the input common-name (or tenant) asks for "${wanted}". If the keyring belongs to another environment, delete that CA again (tasks/delete).`,
    );
  }
}

/** Warns of CAs that count as verified only because the keyring remembers it. */
export function warnOfUnstatedVerification(runner: Pick<Runner, "warning">, slots: readonly Slot[]): void {
  for (const { id } of slots.filter(({ remembered }) => remembered === true)) {
    runner.warning(
      `The platform's list does not say whether ${printableId(id)} is verified. The keyring remembers that it was, so it counts as verified. No CA is retired or deleted because of that alone.`,
    );
  }
}

/**
 * Warns if a reply shows another common name than the certificate has. How replies render one is not documented, so this
 * proves nothing (guarantee 5).
 * @param commonNames of the certificate in the slot
 */
export function warnOfCommonNameForm(
  runner: Pick<Runner, "warning">,
  { id, commonName }: Pick<Slot, "id" | "commonName">,
  commonNames: readonly string[],
): void {
  if (commonNames.length === 1 && commonNames[0] === commonName) return;
  const names = commonNames.map((name) => `"${printableName(name)}"`).join(" and ");
  const alike = namesAlike(commonName, { commonNames })
    ? "The certificate says the same in another form:"
    : "The certificate says";
  runner.warning(
    `The platform shows the common name "${printableName(commonName)}" for ${printableId(id)}. ${alike} ${names || "none"}. Id and expiration decide.`,
  );
}
