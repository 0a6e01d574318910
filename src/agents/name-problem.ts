/** What is wrong with a line of the list of agents that has no valid name, in words that repeat nothing secret. */
import { quoted, quotedInFull } from "../messages/printable.ts";
import { isAgentName, NAME_RULE } from "./names.ts";

/** How several agents are written. */
const AS_LINES = "Write agents: | and below it one name on each line";
const AS_PATHS = "Write agents: | and below it one name=path/to.csr on each line";
/** Names of one line that a message repeats. */
const MOST_REPEATED = 3;

/**
 * @returns a name for a message. A text that may be a line of a key or a token, in a list given by mistake,
 * is not quoted
 */
export function nameInMessage(text: string): string {
  if (isSecretive(text)) return `a text of ${text.length} characters`;
  return isAgentName(text) ? quotedInFull(text) : quoted(text);
}

/** @returns a path for a message, in full. A text that may be a token given by mistake is not quoted */
export function pathInMessage(text: string): string {
  const secretive = text.split(/[/\\]/).some((part) => /[A-Za-z0-9+=_-]{40}/.test(part));
  return secretive ? `a text of ${text.length} characters` : quotedInFull(text);
}

function isSecretive(text: string): boolean {
  return text.length > 64 || /[A-Za-z0-9+/=]{40}/.test(text);
}

/**
 * Recognises agents that are separated by commas or semicolons, also as a JSON array.
 * @param line of a list of agents, or all of it
 * @returns what is wrong and how it is written; undefined where the line is no such list
 */
export function listInOneLine(line: string): string | undefined {
  if (!/[,;]/.test(line)) return undefined;
  const parts = line
    .replaceAll(/[[\]"']/g, "")
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  // The text after a = is not repeated: a file with passwords has such lines, too.
  const names = parts.map((part) => part.replace(/\s*=.*$/, ""));
  const withPaths = parts.filter((part) => part.includes("=")).length;
  if (!names.every(isAgentName) || (withPaths > 0 && withPaths < parts.length)) return undefined;
  const [first, second] = names;
  if (first === undefined) return undefined;
  if (second === undefined) return `${quoted(line)} has a separator. Write only ${nameInMessage(first)}`;
  const shown = names.slice(0, MOST_REPEATED).map(nameInMessage);
  const more = names.length > MOST_REPEATED ? " and so on" : "";
  return `several agents are in one line. ${withPaths > 0 ? AS_PATHS : AS_LINES}: ${shown.join(", ")}${more}`;
}

/**
 * Says why a text is no name, and what is valid.
 * @param text a line of the list, or what stands before its `=`
 * @returns a message that repeats nothing that may be secret
 */
export function nameProblem(text: string): string {
  const list = listInOneLine(text);
  if (list !== undefined) return list;
  if (isSecretive(text)) return `${nameInMessage(text)} is not a name. ${NAME_RULE}`;
  const [, item] = /^-\s+(\S+)$/.exec(text) ?? [];
  if (item !== undefined && isAgentName(item))
    return `${quoted(text)} is an item of a YAML list. Write only ${nameInMessage(item)}`;
  const [, name] = /^(\S+)\s/.exec(text) ?? [];
  if (name !== undefined && isAgentName(name)) {
    const joined = text.trim().replaceAll(/\s+/g, "-");
    const write = isAgentName(joined) ? joined : name;
    return `${quoted(text)} has words after the name. A name has no blanks, for example ${nameInMessage(write)}. A comment needs its own line, which begins with #`;
  }
  const wrong = [...new Set(text.replaceAll(/[A-Za-z0-9:_-]/g, ""))].map((one) => quoted(one)).join(" ");
  return `${quoted(text)} is not a name${wrong === "" ? "" : ` because of ${wrong}`}. ${NAME_RULE}`;
}
