import { afterEach, expect, test } from "vitest";
import { Host } from "./host.ts";
import { type Identity, issuedBy, makeCa } from "./identity.ts";
import type { Agent } from "./visit.ts";

const host = new Host();
afterEach(() => host.close());

function agentOf(issuer: Identity, name: string): Agent {
  const { key, pem } = issuedBy(issuer, name);
  return { name, clientId: `acme_${name}`, key, chain: pem + issuer.pem };
}

/** How the agents of two CAs fare with a broker that trusts both, in both orders of its bundle. */
async function overlapOf(first: Identity, second: Identity): Promise<string[][]> {
  const [one, two] = [agentOf(first, "agent-1"), agentOf(second, "agent-2")];
  const outcomes: string[][] = [];
  for (const trusted of [
    [first, second],
    [second, first],
  ]) {
    await host.trust(...trusted.map(({ pem }) => pem));
    outcomes.push([await host.visit(one, "TLSv1.2"), await host.visit(two, "TLSv1.2")].toSorted());
  }
  return outcomes;
}

// Why a rotated CA has a common name of its own, and why two CAs of one subject are refused.
test("two CAs of one subject shut out the agents of one of them, whatever the order", async () => {
  const halfOfThem = ["connected", "wrong signature"];
  expect(await overlapOf(makeCa("acme"), makeCa("acme"))).toEqual([halfOfThem, halfOfThem]);
});

test("two CAs of two common names let in the agents of both", async () => {
  const all = ["connected", "connected"];
  expect(await overlapOf(makeCa("acme-20300101"), makeCa("acme-20390101"))).toEqual([all, all]);
});
