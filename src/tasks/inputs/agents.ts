import { field, plainGroup } from "../../github/inputs.ts";
import { AgentList } from "./agent-list.ts";
import { MOST_DAYS } from "./rotation.ts";
import { maskable, trueOrFalse, wholeNumber } from "./texts.ts";

const fields = {
  agents: field({
    description:
      "The agents: a name a line (1 to 64 of A-Z a-z 0-9 : _ -), or name=path/to.csr for a device that keeps its key; or the path of a file with such lines (./fleet where that is a name, too). Paths are relative to the workspace. Blank lines and lines that begin with # are skipped; nothing else stands behind a name.",
    required: true,
    // Lines are counted as they were written.
    verbatim: true,
    parse: AgentList.parse,
  }),
  "strict-lifetime": field({
    description:
      "true: refuse where a certificate of this many days would outlive the CA; false: shorten it, with a warning.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": field({
    description:
      "Days before the end of an agent certificate in directory from which it is issued anew, less than days; 30, or a third of days where that is less.",
    parse: wholeNumber(0, MOST_DAYS),
  }),
  "archive-passphrase": field({
    description:
      "Passphrase of an encrypted PKCS#12 archive for each agent: its key then lies nowhere in plain. The same one in every run on a directory.",
    secret: true,
    verbatim: true,
    parse: archivePassphrase,
  }),
};

/** Which agents, and how; the lines themselves are judged by {@link AgentList}, which needs the tenant. */
export const agentsInputs = plainGroup(fields);

/** @returns the days before its end from which a certificate of that many days is issued anew, where none are given */
export function defaultRenewBefore(days: number): number {
  return Math.min(30, Math.floor(days / 3));
}

function archivePassphrase(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error("contains a line break; OpenSSL would stop there");
  // What PKCS#12 makes of other characters depends on OpenSSL's version and the host's locale.
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error("has characters that are not ASCII");
  if (text.length > 1024) throw new Error("is longer than 1024 characters");
  return maskable(text);
}
