/** The list of agents as the input `agents` gives it: its lines, and the CSR files that they name. */
import { existsSync } from "node:fs";
import { path, readRegularBytes } from "../action/input-parsers.ts";
import type { Report } from "../action/inputs.ts";
import { withoutMark } from "../ca/pem.ts";
import { decodeText, EncodingError } from "../ca/pem-hints.ts";
import { ActionError, inputError, type Problem } from "../messages/errors.ts";
import { quotedInFull } from "../messages/printable.ts";
import { listInOneLine, nameInMessage, nameProblem, pathInMessage } from "./name-problem.ts";
import { agentFiles, caFiles, isAgentName, NAME_RULE } from "./names.ts";

/** A list of 50,000 names has less; a device or a log given by mistake is not read. */
const LIST_LIMIT_BYTES = 4 * 1024 * 1024;
/** A CSR with a key of 4,096 bits has 2 KB. */
const CSR_LIMIT_BYTES = 64 * 1024;
/** Windows takes these names for devices, with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
/** Most wrong lines that are named, and most characters they take: an annotation has 4,096. */
const MOST_PROBLEMS = 50;
const MOST_CHARACTERS = 3000;
/** Most wrong lines in the log. */
const MOST_LOGGED = 5000;

/** An agent as the list asks for it. */
export interface RequestedAgent {
  /** Its certificate's common name. */
  readonly name: string;
  /** The CSR of a device that keeps its key; undefined where the key is made here. */
  readonly csr?: {
    /** PEM; OpenSSL has not checked it yet. */
    readonly pem: string;
    /** Absolute path. */
    readonly file: string;
  };
  /** Its line in the list, counted from 1. */
  readonly line: number;
}

/** The file names that are taken, in lower case, and by which agent of which line. */
type TakenFiles = Map<string, Pick<RequestedAgent, "name" | "line"> | "the CA">;

/** A line of the list that cannot be used. */
export interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** The agents of a list, and every line of it that cannot be used. */
export interface ListContent {
  readonly agents: readonly RequestedAgent[];
  readonly problems: readonly LineProblem[];
}

/** The input `agents`. Its lines and CSR files are read once. */
export class AgentList {
  /** Absolute path of the file it came from. */
  readonly file: string | undefined;
  /** The only name of the list, where a file of that name exists, too. */
  readonly alsoFile: string | undefined;
  readonly #text: string;
  #read: ListContent | undefined;

  private constructor(text: string, { file, alsoFile }: { file?: string; alsoFile?: string } = {}) {
    this.#text = text;
    this.file = file;
    this.alsoFile = alsoFile;
  }

  /**
   * @param given the list, or the path of a file with it: one line that is no name and no `name=csr`
   * @throws Error that says what is wrong and quotes no line
   */
  static parse(given: string): AgentList {
    const only = asList(given).trim();
    if (/\n/.test(only) || only === "" || only.startsWith("#")) return new AgentList(given);
    if (isAgentName(only)) return new AgentList(given, existsSync(path(only)) ? { alsoFile: only } : {});
    if (only.includes("=")) {
      const isName = isAgentName(only.slice(0, only.indexOf("=")).trim());
      if (!isName && existsSync(path(only)))
        throw new Error(
          `${quotedInFull(only)} is a file, but a text with = means name=path/to.csr. Give the list a path without =`,
        );
      return new AgentList(given);
    }
    // Words with tabs between them are no path.
    if (/\t/.test(only)) throw new Error(nameProblem(only));
    const file = path(only);
    return new AgentList(asList(readListFile(file, only)), { file });
  }

  /** @param tenant undefined where it is not known: then the CA's own file names are not compared */
  read(tenant: string | undefined): ListContent {
    this.#read ??= readList(this.#text, tenant);
    return this.#read;
  }
}

/** Reports wrong lines under `agents`: the first ones, and how many more there are. The log gets all of them. */
export function reportLines(problems: readonly LineProblem[], report: Report): void {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `line ${line}: ${message}`);
  let characters = 0;
  const last = lines.findIndex((text, index) => {
    characters += text.length + "\n- agents: ".length;
    return index >= MOST_PROBLEMS || (index > 0 && characters > MOST_CHARACTERS);
  });
  const shown = last < 0 ? lines : lines.slice(0, last);
  for (const text of shown) report("agents", text);
  const more = lines.length - shown.length;
  if (more === 0) return;
  const beyond = lines.length - MOST_LOGGED;
  const log = [...lines.slice(0, MOST_LOGGED), ...(beyond > 0 ? [`and ${beyond} more lines`] : [])];
  report("agents", `${more} more lines are wrong. The log names them`, undefined, { log });
}

/** @returns the error of lines that are found to be wrong after the check of the inputs @param next the next step */
export function linesError(lines: readonly LineProblem[], next: string): ActionError {
  const problems: Problem[] = [];
  reportLines(lines, (input, message, _code, more) => problems.push({ input, message, ...more }));
  const { code, message, log } = inputError(problems);
  return new ActionError(code, message, { log, next });
}

function readListFile(file: string, given: string): string {
  const problem = (reason: string) => new Error(noList(given, reason));
  const bytes = readRegularBytes(file, LIST_LIMIT_BYTES, problem);
  try {
    return decodeText(bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new Error(`names a file that ${error.message}`, { cause: error });
  }
}

/** @returns why a path cannot be read as a list. Words without a slash are meant as names */
function noList(given: string, reason: string): string {
  const list = listInOneLine(given);
  if (list !== undefined) return list;
  if (!/[/\\]/.test(given) && /\s/.test(given)) return nameProblem(given);
  return `${pathInMessage(given)} is neither a name nor a file that can be read (${reason}). ${NAME_RULE} A path is relative to ${quotedInFull(path("."))}`;
}

/** Refuses PEM. The lines of a key must not be printed as names that are not valid. */
function asList(text: string): string {
  if (text.includes("-----BEGIN"))
    throw new Error("is a PEM text, not a list of names. Give one name on each line");
  return text;
}

/**
 * Reads a list of agents: a name a line, or `name=path/to.csr`; blank lines and lines that start with `#` are skipped.
 * @param tenant names the CA's files, which no agent may take: `genrsa -out` overwrites without a word (measured);
 * undefined where it is not known
 * @returns the agents in their order, and every line that is wrong
 */
export function readList(text: string, tenant: string | undefined): ListContent {
  const agents: RequestedAgent[] = [];
  const problems: LineProblem[] = [];
  const taken: TakenFiles = new Map(
    tenant === undefined ? [] : caFiles(tenant).map((file) => [file.toLowerCase(), "the CA"]),
  );
  for (const [index, raw] of withoutMark(text).split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const line = index + 1;
    try {
      agents.push(readLine(content, line, taken));
    } catch (error) {
      problems.push({ line, message: (error as Error).message });
    }
  }
  return { agents, problems };
}

/** @throws Error that says what is wrong with the line, or with the CSR that it names */
function readLine(content: string, line: number, taken: TakenFiles): RequestedAgent {
  const equals = content.indexOf("=");
  const name = (equals < 0 ? content : content.slice(0, equals)).trim();
  const csr = equals < 0 ? undefined : content.slice(equals + 1).trim();
  if (!isAgentName(name)) throw new Error(nameProblem(name));
  if (WINDOWS_DEVICE.test(name))
    throw new Error(`${nameInMessage(name)} cannot name a file on Windows. Give the agent another name`);
  if (csr === "")
    throw new Error(
      `${nameInMessage(name)} has no path after the =. Write name=path/to.csr, or only the name`,
    );
  takeFiles(name, line, taken);
  if (csr === undefined) return { name, line };
  const file = path(csr);
  return { name, line, csr: { file, pem: readCsr(name, csr, file) } };
}

/** Notes an agent's files. @throws Error where one of them is another's, also on a system that ignores case */
function takeFiles(name: string, line: number, taken: TakenFiles): void {
  const files = Object.values(agentFiles(name)).map((file) => file.toLowerCase());
  const [other] = files.flatMap((file) => taken.get(file) ?? []);
  const shown = nameInMessage(name);
  if (other === "the CA")
    throw new Error(`${shown} would get a file name of the CA. Give the agent another name`);
  if (other?.name === name)
    throw new Error(`${shown} is in the list twice (also in line ${other.line}). Remove one of the lines`);
  if (other !== undefined)
    throw new Error(
      `${shown} and ${nameInMessage(other.name)} (line ${other.line}) would share a file name. Give one of them another name`,
    );
  for (const file of files) taken.set(file, { name, line });
}

/** Reads a CSR file and checks that it holds one PEM request. OpenSSL checks the request later. */
function readCsr(name: string, given: string, file: string): string {
  const whose = `the CSR of ${nameInMessage(name)}`;
  // A file with passwords has such lines, too: a text that is no path is not repeated.
  const unread = (reason: string) =>
    new Error(
      listInOneLine(`${name}=${given}`) ??
        `${whose} cannot be read (${reason}). Its path is relative to ${quotedInFull(path("."))}`,
    );
  const text = readRegularBytes(file, CSR_LIMIT_BYTES, unread).toString("utf8");
  const unfit = (reason: string) => new Error(`${whose} cannot be used: ${quotedInFull(file)} ${reason}`);
  if (text.trim() === "") throw unfit("is empty");
  // DER begins with a SEQUENCE. If it has more than 127 bytes, its length is not valid UTF-8.
  if (text.startsWith("0\ufffd"))
    throw unfit("is DER, not PEM. Convert it: openssl req -inform DER -in FILE -out FILE.pem");
  if (text.includes("\0"))
    throw unfit("is not text in UTF-8. If it is UTF-16, convert it: iconv -f UTF-16 -t UTF-8");
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----/g)];
  const [begin] = blocks;
  if (begin === undefined || blocks.length > 1) throw unfit(`has ${blocks.length} PEM blocks instead of one`);
  if (!/^(?:NEW )?CERTIFICATE REQUEST$/.test(begin[1] ?? ""))
    throw unfit(`is a ${begin[1]}, not a CERTIFICATE REQUEST`);
  return text.slice(begin.index).replaceAll("\r\n", "\n");
}
