import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeMarkdown, markdownTable } from "../../src/action/markdown.ts";
import { printable } from "../../src/messages/printable.ts";
import { addSecret } from "../../src/messages/secrets.ts";

/** Text that somebody would send who wants the runner, a terminal or a page to obey. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        ..."::|##[|#|[|:|error|::error::x|add-mask|]|\n|\r|\r\n|\u2028|\u2029|\u0085|\u001b[31m|\u001b]0;t\u0007".split(
          "|",
        ),
        ..."\u200b|\u200e|\u202e|\u2066|\ufeff|\u00ad|\ud800|\udfff|\0|\u009b2J|😀|a| |\t|<b>|`|*|_|!|(|)|\\|&|@|http://x".split(
          "|",
        ),
        "|",
        ..."_|__|~|~~|$x$|www.evil.example|WWW.|me@evil.example|CA_NAME".split("|"),
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join("")),
);

describe("text made safe to print (guarantee 8)", () => {
  test("one line, in which the runner finds no command and a terminal none", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/^\s*::/);
        expect(shown).not.toContain("##[");
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).toBe(shown.trim());
      }),
      { numRuns: 2000 },
    );
  });

  test("no command arises where what stood between its characters is taken out", () => {
    for (const between of ["\u200b", "\u001b[0m", "\ud800", "\u2066", "\ufeff"]) {
      expect(printable(`:${between}:error::x`)).not.toMatch(/^::/);
      expect(printable(`#${between}#${between}[error]x`)).not.toContain("##[");
    }
  });

  test("nor of what was a line of its own", () => {
    expect(printable("no\n  ::add-mask::x\nfe80::1")).toBe("no   : :add-mask: :x fe80::1");
  });

  test("it is cut where it is too long, and stays whole characters", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const shown = printable(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit + 1);
        expect(shown.isWellFormed()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("plain text stays as it is", () => {
    for (const text of [
      "A/S Corp, 50 % (Größe) 中文 😀",
      "a: b",
      "C:\\x",
      "https://gateway.eu1.mindsphere.io/",
      "fe80::1",
      "agent ::1",
    ]) {
      expect(printable(text)).toBe(text);
    }
  });
});

describe("secrets of the run in hostile text (guarantee 8)", () => {
  test("whatever is part of one goes, where they lie inside one another or overlap too", () => {
    // Letters that no other test's texts have, because what is hidden stays hidden.
    const secret = fc.string({ unit: fc.constantFrom("ß", "þ", "ð"), minLength: 4, maxLength: 12 });
    const parts = fc.array(fc.oneof(secret, fc.constantFrom("-", "ok")), { maxLength: 8 });
    const known = new Set<string>();
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), parts, (secrets, others) => {
        for (const one of secrets) {
          addSecret(one);
          known.add(one);
        }
        const text = [...others, ...secrets].join("");
        const covered = (at: number) =>
          [...known].some((one) => {
            for (let from = Math.max(0, at - one.length + 1); from <= at; from += 1)
              if (text.startsWith(one, from)) return true;
            return false;
          });
        const open = [...text].filter((_, at) => !covered(at)).join("");
        expect(printable(text, 10_000).replaceAll("***", "")).toBe(open);
      }),
    );
  });

  test("a short one inside a longer one does not expose the rest, whichever was hidden first", () => {
    addSecret("inner-secret");
    addSecret("outer-inner-secret-outer");
    expect(printable("a outer-inner-secret-outer b")).toBe("a *** b");
    addSecret("secret-that-overlaps");
    expect(printable("inner-secret-that-overlaps")).toBe("***");
  });
});

describe("text escaped for the job's page (guarantee 8)", () => {
  /** Alone in a tag of its own, so that GitHub finds neither an address nor a mention around it. */
  const AT = "<span>&#64;</span>";
  /** What Markdown gives a meaning; entities are taken out first. */
  const bare = (text: string) => text.replaceAll(AT, "").replaceAll(/&(?:#\d+|amp|lt|gt);/g, "");

  test("no tag, link, emphasis, formula, mention or border is left of it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = escapeMarkdown(text);
        expect(bare(shown)).not.toMatch(/[<>&`*[\]|@\\!~$]/);
        // Between letters it is no emphasis: an error's code stays readable.
        expect(shown).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
        expect(shown).not.toMatch(/www\./i);
        expect(shown).not.toMatch(/:\/\//);
        expect(shown).not.toMatch(/[\r\n\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 2000 },
    );
  });

  test("escaping loses nothing of what is printable", () => {
    const back = (text: string) =>
      text
        .replaceAll(AT, "@")
        .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&amp;", "&");
    fc.assert(
      fc.property(hostile, (text) => {
        expect(back(escapeMarkdown(text))).toBe(printable(text, 4000));
      }),
    );
  });

  test("a table has as many columns in every row, whatever the cells hold", () => {
    const cells = fc.tuple(hostile, hostile);
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = markdownTable(["A", "B"], rows).split("\n");
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(line.split("|")).toHaveLength(4);
      }),
    );
  });
});
