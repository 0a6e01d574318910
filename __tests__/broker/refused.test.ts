import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TENANT } from "../support/inputs.ts";
import { BROKER } from "./broker.ts";
import { Host } from "./host.ts";
import { agentOf, issuedBy, makeCa } from "./identity.ts";

const NAME = "agent-1";

const ca = makeCa("acme-20300101");
const stranger = makeCa("somebody-else");
/** Everything but its key is that of the trusted one. */
const impostor = makeCa("acme-20300101");
/** Its own CA. */
const lone = makeCa(NAME);
/** The agent with nothing to show. */
const WHO = { name: NAME, clientId: `${TENANT}_${NAME}` };

const host = new Host();
beforeEach(() => host.trust(ca.pem));
afterEach(() => host.close());

describe.each(["TLSv1.2", "TLSv1.3"] as const)(`${BROKER}, %s`, (tls) => {
  test("an agent of the trusted CA gets its message back", async () => {
    expect(await host.visit(agentOf(ca, NAME), tls)).toBe("connected");
  });

  test("an agent that presents its certificate without the CA's does too: the broker has that", async () => {
    const { key, pem } = issuedBy(ca, NAME);
    expect(await host.visit({ ...WHO, key, chain: pem }, tls)).toBe("connected");
  });

  test.each([
    ["of another CA", agentOf(stranger, NAME), "unknown issuer"],
    ["of another CA with the name of the trusted one", agentOf(impostor, NAME), "wrong signature"],
    ["that has expired", agentOf(ca, NAME, { from: -30, to: -1 }), "expired"],
    ["that is self-signed", { ...WHO, key: lone.key, chain: lone.pem }, "unknown issuer"],
    ["that is none", WHO, "no certificate"],
  ] as const)("a certificate %s is refused", async (_, agent, reason) => {
    // With 1.3 the client is done before the broker has judged, and may find the door shut before it reads why.
    const expected = tls === "TLSv1.3" ? [reason, "closed"] : [reason];
    expect(await host.visit(agent, tls)).toBeOneOf(expected);
  });

  test("a certificate opens the topic of its own common name and client id alone", async () => {
    expect(await host.visit({ ...agentOf(ca, NAME), name: "agent-2" }, tls)).toBe("not its topic");
  });
});
