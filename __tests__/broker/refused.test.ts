import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Host } from "./host.ts";
import { type Identity, issuedBy, type Life, makeCa } from "./identity.ts";
import type { Agent } from "./visit.ts";

const NAME = "agent-1";
const CLIENT_ID = `acme_${NAME}`;

const ca = makeCa("acme-20300101");
const stranger = makeCa("somebody-else");
/** Everything but its key is that of the trusted one. */
const impostor = makeCa("acme-20300101");

const host = new Host();
beforeAll(() => host.trust(ca.pem));
afterAll(() => host.close());

/** An agent of a CA with the chain file of the vendor's page: its own certificate, then the CA's. */
function agentOf(issuer: Identity, life?: Life): Agent {
  const { key, pem } = issuedBy(issuer, NAME, life);
  return { name: NAME, clientId: CLIENT_ID, key, chain: pem + issuer.pem };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("with %s", (tls) => {
  test("an agent of the trusted CA gets its message back", async () => {
    expect(await host.visit(agentOf(ca), tls)).toBe("connected");
  });

  test("an agent that presents its certificate without the CA's does too: the broker has that", async () => {
    const { key, pem } = issuedBy(ca, NAME);
    expect(await host.visit({ name: NAME, clientId: CLIENT_ID, key, chain: pem }, tls)).toBe("connected");
  });

  test.each([
    ["of another CA", agentOf(stranger), "unknown issuer"],
    ["of another CA with the name of the trusted one", agentOf(impostor), "wrong signature"],
    ["that has expired", agentOf(ca, { from: -30, to: -1 }), "expired"],
    ["that is self-signed", { name: NAME, clientId: CLIENT_ID, ...ownOf(makeCa(NAME)) }, "unknown issuer"],
    ["that is none", { name: NAME, clientId: CLIENT_ID }, "no certificate"],
  ] as const)("a certificate %s is refused", async (_, agent, reason) => {
    // With 1.3 the client is done before the broker has judged, and may find the door shut before it reads why.
    const expected = tls === "TLSv1.3" ? [reason, "closed"] : [reason];
    expect(await host.visit(agent, tls)).toBeOneOf(expected);
  });

  test("a certificate opens the topic of its own common name and client id alone", async () => {
    const agent = agentOf(ca);
    expect(await host.visit({ ...agent, name: "agent-2" }, tls)).toBe("not its topic");
  });
});

function ownOf({ key, pem }: Identity): Pick<Agent, "key" | "chain"> {
  return { key, chain: pem };
}
