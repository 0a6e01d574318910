// Inputs as tasks declare them, and how their texts in the runner's environment become values.
import { holdsPrivateKey, pemFromBase64 } from "../ca/pem-hints.ts";
import { ERROR_CODES, type ErrorCode, type Problem } from "../messages/errors.ts";
import { quoted } from "../messages/printable.ts";
import { placeholderIn } from "./input-placeholder.ts";

/** One input as declared: what action.yml says of it, and how its text becomes a value. */
export interface Field<T> {
  readonly description: string;
  readonly required?: boolean;
  /** As in action.yml. */
  readonly default?: string;
  /** The value is masked. Of several values each is masked. Of a path, the text of the file is masked. */
  readonly secret?: boolean;
  /** Blanks at the ends belong to the value. */
  readonly verbatim?: boolean;
  /** The value is one id of the platform, or a list of ids. More texts count as placeholders then. */
  readonly ids?: boolean;
  /**
   * Makes the value from the text. The parser may look at the machine, for a program on PATH for example, but
   * starts nothing.
   * @throws Error whose message says what is wrong and what would be valid, without quoting a secret
   */
  readonly parse: (text: string) => T | Promise<T>;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

type Given<F> = F extends { readonly parse: (text: string) => infer T }
  ? F extends { readonly required: true } | { readonly default: string }
    ? Awaited<T>
    : Awaited<T> | undefined
  : never;

/** The values of some fields; an optional one that is not set is undefined. */
export type Values<F extends Fields> = { readonly [K in keyof F]: Given<F[K]> };

/** Notes an invalid input; all of them are shown at once (guarantee 9). */
export type Report = (
  input: string,
  message: string,
  code?: ErrorCode,
  more?: Pick<Problem, "log" | "next">,
) => void;

/** The text of an input as it was given, without the blanks around it unless they belong to the value. */
export type GivenText = (input: string) => string;

/** Whether an input was given at all, valid or not: a rule between inputs need not repeat that one is invalid. */
export type IsGiven = (input: string) => boolean;

/** Inputs that belong together, and the rules between them. */
export interface Group<F extends Fields, T> {
  readonly fields: F;
  /**
   * Checks the rules between the fields and composes the group's value.
   * @param values those that were valid by themselves
   * @returns the value, or a promise of it; undefined where something is missing or was reported
   */
  readonly resolve: (
    values: Partial<Values<F>>,
    report: Report,
    given: IsGiven,
    text: GivenText,
  ) => T | undefined;
}

export type Groups = Readonly<Record<string, Group<Fields, unknown>>>;

/** What a task gets: each group's value. */
export type Resolved<G extends Groups> = {
  readonly [K in keyof G]: G[K] extends { readonly resolve: (...args: never[]) => infer T }
    ? Exclude<Awaited<T>, undefined>
    : never;
};

/** Declares a field, keeping the literal types of `required` and `default`. */
export function field<T, const F extends Field<T>>(
  declared: F & { readonly parse: (text: string) => T | Promise<T> },
): F {
  return declared;
}

export function group<F extends Fields, T>(fields: F, resolve: Group<F, T>["resolve"]): Group<F, T> {
  return { fields, resolve };
}

/** @returns a group whose value is its fields' values */
export function plainGroup<F extends Fields>(fields: F): Group<F, Values<F>> {
  return group(fields, (values) => values as Values<F>);
}

/** A task's inputs as they were given. */
interface InputsRead<G extends Groups> {
  /** Complete only where there are no problems. */
  readonly inputs: Partial<Resolved<G>>;
  readonly problems: readonly Problem[];
  /** Adds to the problems. */
  readonly report: Report;
  /** Everything that must be masked before anything prints. */
  readonly secrets: readonly string[];
}

/**
 * Reads every input of a task and checks it, before any process or request. Like `core.getInput` it reads the variables
 * `INPUT_<NAME>`, in upper case with hyphens kept; unset is empty.
 */
export async function readInputs<G extends Groups>(groups: G): Promise<InputsRead<G>> {
  const problems: Problem[] = [];
  const secrets: string[] = [];
  const report: Report = (input, message, code, more) => {
    problems.push({ input, message, ...(code && { code }), ...more });
  };
  const inputs: Record<string, unknown> = {};
  for (const [name, { fields, resolve }] of Object.entries(groups)) {
    const values: Record<string, unknown> = {};
    for (const [input, declared] of Object.entries(fields)) {
      const value = await readField(input, declared, report, secrets);
      if (value !== undefined) values[input] = value;
    }
    const given: GivenText = (input) => textOf(input, fields[input]);
    // A private key in a wrong input is masked, too.
    secrets.push(...Object.keys(fields).map(given).filter(holdsPrivateKey));
    const resolved = await resolve(values, report, (input) => given(input) !== "", given);
    if (resolved !== undefined) inputs[name] = resolved;
  }
  return { inputs: inputs as Partial<Resolved<G>>, problems, report, secrets };
}

async function readField(
  input: string,
  declared: Field<unknown>,
  report: Report,
  secrets: string[],
): Promise<unknown> {
  const text = textOf(input, declared);
  const given = text === "" ? (declared.default ?? "") : text;
  if (given === "") {
    if (declared.required === true) report(input, `is missing. ${declared.description}`);
    return undefined;
  }
  try {
    refusePlaceholder(given, declared);
    const value = await declared.parse(given);
    if (declared.secret !== true) return value;
    secrets.push(...[value].flat().filter((text) => typeof text === "string"));
    // A path is no secret. A key in base64 is masked in that form, too.
    if (pemFromBase64(given) !== undefined) secrets.push(given);
    return value;
  } catch (error) {
    if (declared.secret === true) secrets.push(given);
    const { message, code = "" } = error as Error & { code?: string };
    report(input, message, code in ERROR_CODES ? (code as ErrorCode) : undefined);
    return undefined;
  }
}

/**
 * Refuses a placeholder, except as a passphrase, which may be any text. @throws Error that quotes the
 * placeholder, unless it is a secret
 */
function refusePlaceholder(text: string, { secret, verbatim, ids, description }: Field<unknown>): void {
  if (secret === true && verbatim === true) return;
  const found = placeholderIn(text, ids);
  if (found === undefined) return;
  const words = secret === true ? "is a placeholder" : `${quoted(found)} is a placeholder`;
  throw new Error(`${words}. Put the real value in its place: ${description}`);
}

/**
 * @returns the text of an input, without the blanks around it unless they belong to the value; empty if not
 * given
 */
function textOf(input: string, declared: Field<unknown> | undefined): string {
  const raw = process.env[`INPUT_${input.toUpperCase()}`] ?? "";
  return declared?.verbatim === true ? raw : raw.trim();
}
