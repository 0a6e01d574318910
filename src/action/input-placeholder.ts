// Recognises texts that were left where a value belongs, such as <id> or $TENANT.

/** Longer texts are values: PEM, lists, JSON. */
const LONGEST = 300;

/** What our pages, templates and shells put where a value belongs. */
const PLACEHOLDERS: readonly RegExp[] = [
  // <id>, <the old id>, https://gateway.<region>.mindsphere.io
  /^\S*<\p{L}[^<>]*>\S*$/u,
  // An expression that GitHub did not evaluate.
  /\$\{\{/,
  // Variables: $TENANT, ${TENANT}, %TENANT%, {region}. No input is read by a shell.
  /^\$\w+$|^\$?\{[\w -]+\}$|^%\w+%$/,
  /^(?:…|\.{3})$/,
  /^your[-_](?:\w+[-_])*(?:tenant|environment|organi[sz]ation|org|company|city|region|gateway|id|name|token|secret|key)$/i,
];

/** Words and patterns that only stand for an id of the platform, and the id on our own pages. */
const ID_PLACEHOLDERS: readonly RegExp[] = [
  /^(?:(?:the|your|my|old|new|other|ca|cert|certificate|platform)[-_])*ids?$/i,
  /^[x-]{3,}$|^[0-]{8,}$/i,
  /^c58bdcb6a79957829113d8fa$/,
];

/** One thing in a list: a placeholder with its blanks, or what stands between blanks and commas. */
const LISTED = /<[^<>]*>|\$\{\{.*?\}\}|[^\s,]+/g;

/**
 * Finds what was left in a text instead of a value.
 * @param text as it was given
 * @param ids whether it is one id of the platform, or a list of them
 * @returns the placeholder; undefined where the text is a value
 */
export function placeholderIn(text: string, ids = false): string | undefined {
  if (text.length <= LONGEST && PLACEHOLDERS.some((pattern) => pattern.test(text))) return text;
  if (!ids) return undefined;
  const patterns = [...PLACEHOLDERS, ...ID_PLACEHOLDERS];
  return text.match(LISTED)?.find((listed) => patterns.some((pattern) => pattern.test(listed)));
}
