import { describe, expect, test } from "vitest";
import { ActionError, type ErrorReply } from "../../src/messages/errors.ts";
import {
  mayBeVerified,
  notFound,
  otherExpiration,
  requireSameId,
  slotsTaken,
} from "../../src/mindconnect/ca-certificate-errors.ts";

// An id is opaque and may be long. Somebody copies it into an input, so it is never cut.

const ID = `first/${"0123456789".repeat(60)}/last`;
const OTHER = `other/${"abcdefghij".repeat(60)}/last`;
const said: ErrorReply = { status: 404, message: "no" };
const refused = new ActionError("UPLOAD_REFUSED", "The CA certificate was not accepted.");
const slot = (id: string) => ({
  id,
  name: "",
  commonName: "n".repeat(500),
  expiration: "2031-05-30T09:22:55.000Z",
  isVerified: undefined,
});
const wordsOf = ({ message, next }: ActionError) => `${message} ${next}`;

describe("errors about a CA certificate show its whole id", () => {
  test.each<[name: string, error: () => ActionError | undefined, ids: readonly string[]]>([
    ["it is not there", () => notFound(ID, said), [ID]],
    ["both slots are taken", () => slotsTaken([slot(ID), slot(OTHER)], refused), [ID, OTHER]],
    ["it may be verified", () => mayBeVerified(ID, refused), [ID]],
    [
      "another one is shown",
      () => thrown(() => requireSameId(ID, slot(OTHER), "The read-back")),
      [ID, OTHER],
    ],
    ["what is shown differs", () => otherExpiration(slot(ID)), [ID]],
  ])("%s", (_, make, ids) => {
    const error = make();
    for (const id of ids) expect(error && wordsOf(error)).toContain(id);
  });

  test("a name that nobody copies is cut", () => {
    expect(wordsOf(otherExpiration(slot(ID)))).not.toContain("n".repeat(121));
  });
});

function thrown(act: () => void): ActionError | undefined {
  try {
    act();
  } catch (error) {
    return error as ActionError;
  }
  return undefined;
}
