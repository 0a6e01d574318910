// What the fields of faults and quirks may hold.

/** What a field may hold. */
export interface FieldType<T> {
  /** The type as docs/rehearsal.md shows it. */
  readonly type: string;
  /** The same as an error says it, after "must be". */
  readonly expected: string;
  readonly holds: (value: unknown) => value is T;
}

/** The fields of an object, by their names. */
export type FieldTypes = Readonly<Record<string, FieldType<unknown>>>;

/** The object that has these fields. */
export type Values<F extends FieldTypes> = {
  -readonly [Name in keyof F]: F[Name] extends FieldType<infer T> ? T : never;
};

/** A field that `holds` judges. */
export function fieldType<T>(
  type: string,
  expected: string,
  holds: (value: unknown) => boolean,
): FieldType<T> {
  return { type, expected, holds: holds as FieldType<T>["holds"] };
}

/** A field with one of a few values. */
export function oneOf<const T extends readonly unknown[]>(...allowed: T): FieldType<T[number]> {
  const type = allowed.map((value) => JSON.stringify(value)).join(" | ");
  return fieldType(type.replace("true | false", "boolean"), anyOf(allowed), (value) =>
    allowed.includes(value),
  );
}

/** A field with a whole number. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): FieldType<number> {
  return fieldType(
    "number",
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** A field with any text. */
export const string = fieldType<string>("string", "a string", (value) => typeof value === "string");

/** The status of a reply. */
export const status = integer(200, 599);

/** @returns the values as an error lists them */
export function anyOf(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
}

/**
 * Checks each field that an object has.
 * @param at stands before the name of a field in an error
 * @param noObject the message of the error for what is no object
 * @throws Error that names the field and says what is expected
 */
export function checkFields<F extends FieldTypes>(
  value: unknown,
  fields: F,
  at: string,
  noObject: string,
): Partial<Values<F>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(noObject);
  const known = new Map(Object.entries(fields));
  for (const [name, held] of Object.entries(value)) {
    const field = known.get(name);
    if (!field) throw new Error(`"${at}${name}" is unknown. Known are ${[...known.keys()].join(", ")}`);
    if (!field.holds(held))
      throw new Error(`${at}${name} must be ${field.expected}, not ${JSON.stringify(held)}`);
  }
  return value as Partial<Values<F>>;
}
