/** The inputs of agent-certificate that are about the agents themselves. */
import { maskable, trueOrFalse, wholeNumber } from "../action/input-parsers.ts";
import { field, plainGroup } from "../action/inputs.ts";
import { MOST_DAYS } from "../ca/time.ts";
import { AgentList } from "./agent-list.ts";

/** Which agents, and how. {@link AgentList} checks the lines themselves, because that needs the tenant. */
export const agentsInputs = plainGroup({
  agents: field({
    description:
      "The agents, one on each line: a name (1 to 64 characters from A-Z a-z 0-9 : _ -), or name=path/to.csr for a device that keeps its private key. Or the path of a file with such lines. Write ./fleet for a file whose name could be an agent's. Paths are relative to the workspace. Blank lines, and lines that begin with #, are skipped.",
    required: true,
    // Lines are counted as they were written.
    verbatim: true,
    parse: AgentList.parse,
  }),
  "strict-lifetime": field({
    description:
      "Set to true to fail where a certificate of that many days would outlive the CA. Otherwise the task shortens it, with a warning. Defaults to false.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": field({
    description:
      "Days before its expiration from which an agent certificate is issued again. Must be less than days. Defaults to 30, or to a third of days where that is less.",
    parse: wholeNumber(0, MOST_DAYS),
  }),
  "archive-passphrase": field({
    description:
      "Passphrase of an encrypted PKCS#12 archive for each agent, which replaces the plain private key. Up to 1024 printable ASCII characters. Use the same one in every run on a directory.",
    secret: true,
    verbatim: true,
    parse: archivePassphrase,
  }),
});

/** @returns the default of `renew-before` for certificates of so many days */
export function defaultRenewBefore(days: number): number {
  return Math.min(30, Math.floor(days / 3));
}

function archivePassphrase(text: string): string {
  if (/[\r\n\0]/.test(text))
    throw new Error("contains a line break. Give one line of printable ASCII characters");
  // The encoding of other characters in PKCS#12 depends on OpenSSL's version and the host's locale.
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new Error(
      "has characters that are not printable ASCII. Give one line of printable ASCII characters",
    );
  if (text.length > 1024) throw new Error("is longer than 1024 characters. Give a shorter one");
  return maskable(text);
}
