import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { RecordedCall, Sandbox } from "../../src/sandbox/start.ts";
import type { Result, Stage } from "../support/action.ts";

/**
 * A whole run as text: everything that a user, or the platform, gets to see of it. What changes by chance is replaced, and
 * what is long and means nothing to a reader, such as base64, is left out.
 */

/** One run and where it took place. */
interface WholeRun {
  readonly task: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly result: Result;
  /** Requests of this run. */
  readonly calls: readonly RecordedCall[];
  readonly stage: Stage;
  readonly sandbox: Sandbox;
}

/** @returns the run as a text that is the same whenever the action does the same */
export function portrait(run: WholeRun): string {
  const { task, result, calls, stage } = run;
  const sections: readonly (readonly [heading: string, text: string])[] = [
    ["Inputs", pairs(run.inputs)],
    ["Log", readable(result.log)],
    ["Standard error", result.stderr],
    ["Outputs", pairs(result.outputs)],
    ["State for the post step", pairs(result.state)],
    ["Job summary", result.summary],
    ["Requests to the platform", calls.map(requestLine).join("\n")],
    ["Files that stay", files(stage.lasting).join("\n")],
    ["Receipt", receipt(result)],
  ];
  const shown = sections.filter(([, text]) => text.trim() !== "");
  const text = shown.map(([heading, body]) => `## ${heading}\n\n${body.trim()}\n`).join("\n");
  return withoutChance(`# ${task}: exit code ${result.exitCode}\n\n${text}`, run);
}

/** Workflow commands as the log's page shows them, in their place. */
function readable(log: string): string {
  return log
    .replaceAll(
      /^::(error|warning|notice)(?: title=([^\n]*?))?::(.*)$/gm,
      (_, kind: string, title: string | undefined, message: string) =>
        `[${kind}] ${decoded(title ?? "")}\n${decoded(message).replaceAll(/^/gm, "    ")}`,
    )
    .replaceAll(/^::group::(.*)$/gm, "▼ $1")
    .replaceAll(/^::endgroup::$/gm, "▲");
}

function decoded(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    "0D": "\r",
    "0A": "\n",
    "25": "%",
    "3A": ":",
    "2C": ",",
  };
  return text.replaceAll(/%(0D|0A|25|3A|2C)/g, (_, code: string) => characters[code] ?? "");
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${indented(value)}`)
    .join("\n");
}

/** JSON is spread over lines, so that a change of one field is one line. */
function indented(value: string): string {
  if (!/^[[{]/.test(value)) return value.replaceAll("\n", "\n    ");
  return JSON.stringify(JSON.parse(value), null, 2).replaceAll("\n", "\n    ");
}

function requestLine({ method, path, status, body }: RecordedCall): string {
  return `${method} ${path} → ${status}${body === "" ? "" : `\n    ${body}`}`;
}

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => `${(statSync(path).mode & 0o777).toString(8)} ${relative(directory, path)}`);
}

function receipt({ outputs }: Result): string {
  const path = outputs["receipt-path"] ?? "";
  return path === "" ? "" : readFileSync(path, "utf8");
}

/** What the OpenSSL of this machine says in words of its version. */
const OPENSSL_WORDS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^(?:Certificate request self-signature|Signature) ok\nsubject ?=.*$/gm, "<OpenSSL's own words>"],
  // Before 3.2 the documented command makes v1, and the action says so.
  [/^\d+ of \d+ agent certificates are X\.509 v1.*\n+/gm, ""],
];

/** What differs from run to run, in the order in which it is replaced. */
const CHANCE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/(?:^|(?<=\\n))[A-Za-z0-9+/=]{40,}(?:\\n[A-Za-z0-9+/=]+)*(?=\\n|$)/gm, "<base64>"],
  [/\b[0-9A-F]{2}(?::[0-9A-F]{2}){31}\b/g, "<fingerprint>"],
  [/\b[0-9A-F]{38,40}\b/g, "<serial number>"],
  [/\b[0-9a-f]{32}\b/g, "<logref>"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?/g, "<time>"],
  [/\d{4}-\d\d-\d\d/g, "<date>"],
  [/-20\d{6}\b/g, "-<day>"],
  [/OpenSSL \d+\.\d+\.\d+[a-z]*(?: \d+ \w+ \d{4})?(?: \(Library: [^)]*\))?/g, "OpenSSL <version>"],
  [/"(milliseconds|clockSkewMilliseconds)": -?\d+/g, '"$1": <number>'],
  [/\b\d+ ms\b/g, "<number> ms"],
  [/(?<=\/temp\/mindconnect-ca-(?:\w+-)?)[A-Za-z0-9]{6}\b/g, "<random>"],
  [/\b35\d\d\b/g, "<days>"],
  // The certificate was made in the second before, or in this one.
  [/\b3649\b/g, "3650"],
  [/\b379\b/g, "380"],
  [/\b364\b/g, "365"],
];

function withoutChance(text: string, { stage, sandbox, result }: WholeRun): string {
  const known: [string, string][] = [
    ...sandbox.certificates.map(({ id }, index): [string, string] => [id, `<id ${index + 1}>`]),
    ...sandbox.calls.flatMap(({ path }): [string, string][] => {
      const [, id] = /^\/api\/mindconnectmqtt\/v\d+\/caCertificates\/([^/]+)/.exec(path) ?? [];
      return id === undefined ? [] : [[id, "<id>"]];
    }),
    ...sandbox.certificates.map(({ code }): [string, string] => [code?.value ?? "", "<registration code>"]),
    [result.outputs["registration-code"] ?? "", "<registration code>"],
    [stage.root, "<stage>"],
    [basename(stage.root), "<stage>"],
    [sandbox.url, "http://127.0.0.1:<port>"],
    [new URL(sandbox.url).host, "127.0.0.1:<port>"],
  ];
  let shown = text;
  for (const [from, to] of known) if (from !== "") shown = shown.replaceAll(from, to);
  for (const [pattern, replacement] of [...CHANCE, ...OPENSSL_WORDS])
    shown = shown.replaceAll(pattern, replacement);
  return withoutKeyMaking(shown.replaceAll(/\b(acme-)[0-9a-f]{8}\b/g, "$1<fingerprint>"));
}

/** A key is made while the platform is asked: when its command begins, and under which heading, is chance. */
function withoutKeyMaking(text: string): string {
  return text
    .replaceAll(/^(?:\[command\].*| +"openssl) genrsa -out verificationCert\.key \d+(?:",)?\n/gm, "")
    .replaceAll(/^▼ OpenSSL\n(?:\[command\].* genrsa .*\n)*▲\n/gm, "");
}
