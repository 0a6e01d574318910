import { type AgentRequest, isAgentName, type LineProblem, parseAgents } from "../../ca/agents.ts";
import { PemError, parsePem } from "../../ca/pem.ts";
import { field, plainGroup, type Report } from "../../github/inputs.ts";
import { MOST_DAYS } from "./rotation.ts";
import { path, quoted, readRegularFile, trueOrFalse, wholeNumber } from "./texts.ts";

/** A list of 50,000 names has less; a device or a log given by mistake is not read. */
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;
/** A CSR with a key of 4,096 bits has 2 KB. */
const CSR_LIMIT_BYTES = 64 * 1024;
/** Most wrong lines that are named, and most characters they take: an annotation has 4,096. */
const MOST_PROBLEMS = 50;
const MOST_CHARACTERS = 3000;

/** An agent as it was asked for, with the text of its CSR. */
export interface RequestedAgent {
  readonly name: string;
  /** PEM, not checked yet: that takes OpenSSL. */
  readonly csr?: string;
  readonly line: number;
}

const fields = {
  agents: field({
    description:
      "The agents: a name a line (1 to 64 of A-Z a-z 0-9 : _ -), or name=path/to.csr for a device that keeps its key; or the path of a file with such lines. Blank lines and # comments are skipped.",
    required: true,
    parse: listOrPath,
  }),
  "strict-lifetime": field({
    description:
      "true: refuse where a certificate of this many days would outlive the CA; false: shorten it, with a warning.",
    default: "false",
    parse: trueOrFalse,
  }),
  "renew-before": field({
    description:
      "Days before the end of an agent certificate in directory from which it is issued anew; less than days.",
    default: "30",
    parse: wholeNumber(0, MOST_DAYS),
  }),
  "archive-passphrase": field({
    description:
      "Passphrase of an encrypted PKCS#12 archive for each agent: its key then lies nowhere in plain.",
    secret: true,
    verbatim: true,
    parse: archivePassphrase,
  }),
};

/** Which agents, and how; the lines themselves are judged by {@link readAgents}, which needs the tenant. */
export const agentsInputs = plainGroup(fields);

/**
 * Reads the list and the CSR files of it; every wrong line is reported (guarantee 9).
 * @param tenant undefined where it is not known: then the CA's own file names are not compared
 */
export function readAgents(list: string, tenant: string | undefined, report: Report): RequestedAgent[] {
  const { agents, problems } = parseAgents(list, tenant);
  const read: RequestedAgent[] = [];
  for (const agent of agents) {
    try {
      read.push(withCsr(agent));
    } catch (error) {
      problems.push({ line: agent.line, message: (error as Error).message });
    }
  }
  reportLines(
    problems.toSorted((a, b) => a.line - b.line),
    report,
  );
  if (agents.length === 0 && problems.length === 0) report("agents", "names no agent");
  return read;
}

/** Reports wrong lines under `agents`: the first ones, and how many more there are. */
export function reportLines(problems: readonly LineProblem[], report: Report): void {
  let characters = 0;
  let shown = 0;
  for (const { line, message } of problems) {
    const text = `line ${line}: ${message}`;
    characters += text.length + "\n- agents: ".length;
    if (shown >= MOST_PROBLEMS || (shown > 0 && characters > MOST_CHARACTERS)) break;
    report("agents", text);
    shown += 1;
  }
  if (shown < problems.length) report("agents", `and ${problems.length - shown} more lines are wrong`);
}

function withCsr({ name, csr, line }: AgentRequest): RequestedAgent {
  if (csr === undefined) return { name, line };
  const problem = (reason: string) => new Error(`the CSR of ${quoted(name)} cannot be read (${reason})`);
  const text = readRegularFile(path(csr), CSR_LIMIT_BYTES, problem);
  try {
    const { blocks } = parsePem(text);
    const [block] = blocks;
    if (block === undefined || blocks.length > 1)
      throw problem(`it has ${blocks.length} PEM blocks, not one`);
    if (!/^(?:NEW )?CERTIFICATE REQUEST$/.test(block.label)) throw problem(`it is a ${block.label}`);
    return { name, line, csr: block.pem };
  } catch (error) {
    throw error instanceof PemError ? problem(error.message) : error;
  }
}

/** One line that is no name and no `name=csr` is the path of a list. */
function listOrPath(text: string): string {
  if (/[\n=]/.test(text) || isAgentName(text)) return text;
  const problem = (reason: string) =>
    new Error(
      `${quoted(text)} is neither a name (1 to 64 of A-Z a-z 0-9 : _ -) nor a file that can be read (${reason})`,
    );
  return readRegularFile(path(text), LIST_LIMIT_BYTES, problem);
}

function archivePassphrase(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error("contains a line break; OpenSSL would stop there");
  // What PKCS#12 makes of other characters depends on OpenSSL's version and the host's locale.
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error("has characters that are not ASCII");
  if (text.length > 1024) throw new Error("is longer than 1024 characters");
  return text;
}
