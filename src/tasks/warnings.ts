/** Warnings that several recipes give: nothing has failed, but a person should know. */
import type { Runner } from "../action/runner.ts";
import type { KeyringEntry } from "../ca/keyring.ts";
import { namesAlike, type Slot } from "../ca/slots.ts";
import { day } from "../ca/time.ts";
import type { RunKeyring } from "../keyring/run-keyring.ts";
import { printableId, printableName } from "../messages/printable.ts";

/**
 * Warns where the token that writes the keyring ends before it is needed next. Otherwise it would be noticed only then.
 * @param keyring after its `check`
 * @param dueAt when the keyring is written next, milliseconds since 1970
 */
export function warnOfTokenEnd(
  runner: Pick<Runner, "warning">,
  { accessEnds, location = "" }: Pick<RunKeyring, "accessEnds" | "location">,
  dueAt: number,
): void {
  if (accessEnds === undefined || !(accessEnds < dueAt)) return;
  runner.warning(
    `github-token expires on ${day(accessEnds)}. A run has to write ${location} on ${day(dueAt)}, after that. Replace the token before it expires.`,
  );
}

/**
 * Warns before a CA of the keyring is uploaded that may not be meant for this environment: the keyring may be another's.
 * @param asked the common name that a new CA would have got
 * @param options.apply whether this run uploads it; otherwise it only plans to
 */
export function warnOfOtherCommonName(
  runner: Pick<Runner, "warning">,
  { certificate: { commonName } }: KeyringEntry,
  asked: string,
  { apply = true }: { readonly apply?: boolean } = {},
): void {
  if (commonName !== asked) {
    runner.warning(
      `${apply ? "This run uploads" : "A run with apply: true uploads"} a CA of the keyring. Its common name is "${commonName}", but the input common-name (or tenant) asks for "${asked}". If the keyring belongs to another environment, delete that CA again (tasks/delete).`,
    );
  }
}

/** Warns of CAs that count as verified although the list does not say so. */
export function warnOfUnstatedVerification(runner: Pick<Runner, "warning">, slots: readonly Slot[]): void {
  for (const { id } of slots.filter(({ remembered }) => remembered === true)) {
    runner.warning(
      `The platform's list does not say whether ${printableId(id)} is verified. The keyring remembers that it was, so it counts as verified. No CA is retired or deleted because of that alone.`,
    );
  }
}

/**
 * How replies render a common name is not documented: another rendering proves nothing, and is told of (guarantee 5).
 * @param commonNames those of the certificate that lies in the slot
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
