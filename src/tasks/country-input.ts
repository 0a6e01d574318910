/** Reads a country code, and suggests one for other texts. */
import codes from "i18n-iso-countries/codes.json" with { type: "json" };
import german from "i18n-iso-countries/langs/de.json" with { type: "json" };
import english from "i18n-iso-countries/langs/en.json" with { type: "json" };
import { quoted } from "../messages/printable.ts";

/** Alpha-2 and alpha-3 of each country. The list has Kosovo's XK, which ISO 3166-1 leaves to its users. */
const COUNTRIES = codes.filter(([alpha2]) => alpha2 !== "XK") as unknown as readonly (readonly [
  alpha2: string,
  alpha3: string,
])[];
const ALPHA_2: ReadonlySet<string> = new Set(COUNTRIES.map(([alpha2]) => alpha2));

type Names = Readonly<Record<string, string | readonly string[]>>;

/** ISO 3166-1 alpha-2, upper case as OpenSSL stores it. */
export function countryCode(text: string): string {
  if (ALPHA_2.has(text)) return text;
  const meant = countriesMeantBy(text).map((alpha2) => `${alpha2} for ${nameOf(alpha2)}`);
  const example =
    meant.length === 0
      ? "for example DE for Germany"
      : `here ${meant.length > 1 ? "perhaps " : ""}${meant.join(", ")}`;
  throw new Error(
    `${quoted(text)} is not a country code. Give the two letters of ISO 3166-1 alpha-2 in upper case, ${example}`,
  );
}

/** @returns the codes that a text may stand for: another form of one, a name or its beginning, or the first letter */
function countriesMeantBy(text: string): readonly string[] {
  const wanted = text.toUpperCase();
  const named = (fits: (name: string) => boolean) =>
    COUNTRIES.filter(([alpha2]) => namesOf(alpha2).some(fits)).map(([alpha2]) => alpha2);
  const ways = [
    () => COUNTRIES.filter((forms) => forms.includes(wanted)).map(([alpha2]) => alpha2),
    () => named((name) => name === wanted),
    () => (wanted.length < 3 ? [] : named((name) => name.startsWith(wanted))),
    () =>
      /^[A-Z]$/.test(wanted) ? [...ALPHA_2].filter((alpha2) => alpha2.startsWith(wanted)).toSorted() : [],
  ];
  return ways.map((way) => way()).find((found) => found.length > 0) ?? [];
}

/** In English and German, upper case: `UK` is one of them. */
function namesOf(alpha2: string): string[] {
  return [english.countries, german.countries].flatMap((names: Names) =>
    [names[alpha2] ?? []].flat().map((name) => name.toUpperCase()),
  );
}

function nameOf(alpha2: string): string {
  const [name = alpha2] = [(english.countries as Names)[alpha2] ?? []].flat();
  return name;
}
