import { describe, expect, test } from "vitest";
import { dottedOid, insideDer, readDer } from "../../src/ca/der.ts";
import { der, objectId } from "../rotation/write-der.ts";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("elements of DER", () => {
  test("stand in a row, each with its tag, what it holds and all of it", () => {
    const [first, second, ...others] = readDer(bytes("02 01 05 0c 02 61 62"));
    expect(first).toEqual({ tag: 0x02, content: bytes("05"), whole: bytes("02 01 05") });
    expect(second).toEqual({ tag: 0x0c, content: bytes("61 62"), whole: bytes("0c 02 61 62") });
    expect(others).toEqual([]);
    expect(readDer(Buffer.alloc(0))).toEqual([]);
  });

  test.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff])("may hold %i octets", (length) => {
    const whole = der(0x04, Buffer.alloc(length, 7));
    expect(readDer(Buffer.concat([whole, bytes("0500")]))).toMatchObject([
      { content: Buffer.alloc(length, 7), whole },
      { tag: 0x05 },
    ]);
  });

  test("may say their length in four octets, not in five", () => {
    expect(readDer(bytes("04 84 00000001 07"))).toMatchObject([{ content: bytes("07") }]);
    expect(() => readDer(bytes("04 85 0000000001 07"))).toThrow("no DER");
  });

  test.each([
    ["a tag alone", "04"],
    ["a tag of several octets", "1f 01 07"],
    ["an indefinite length", "30 80 0000"],
    ["an indefinite length, with many octets behind it", `30 80 ${"00".repeat(128)}`],
    ["a length that is cut off", "04 82 01"],
    ["a content that is cut off", "04 02 07"],
    ["a second element that is cut off", "05 00 04 02 07"],
  ])("are whole: %s is refused", (_, hex) => {
    expect(() => readDer(bytes(hex))).toThrow("no DER");
  });

  test("inside of one are read where there is exactly one", () => {
    expect(insideDer(bytes("30 03 02 01 05"))).toMatchObject([{ tag: 0x02, content: bytes("05") }]);
    expect(() => insideDer(bytes("30 00 30 00"))).toThrow("no DER");
    expect(() => insideDer(Buffer.alloc(0))).toThrow("no DER");
  });
});

describe("an object identifier", () => {
  test.each(["0.9.2342.19200300.100.1.1", "1.2.840.113549.1.1.11", "1.39.1", "2.5.29.15", "2.5.4.3"])(
    "%s",
    (oid) => {
      expect(dottedOid(readDer(objectId(oid))[0])).toBe(oid);
    },
  );

  test("2 may have more than 40 arcs below it (X.690 §8.19.4)", () => {
    expect(dottedOid(readDer(bytes("06 03 88 37 03"))[0])).toBe("2.999.3");
  });

  test("may have an arc with seven zero bits in the middle", () => {
    expect(dottedOid(readDer(bytes("06 04 55 88 80 01"))[0])).toBe("2.5.131073");
  });

  test("is nothing else", () => {
    expect(dottedOid(readDer(bytes("04 03 55 04 03"))[0])).toBe("");
    expect(dottedOid(undefined)).toBe("");
  });
});
