import { afterEach, expect, test } from "vitest";
import { BROKER } from "./broker.ts";
import { Host } from "./host.ts";
import { agentOf, type Identity, makeCa } from "./identity.ts";

const host = new Host();
afterEach(() => host.close());

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
test(`${BROKER}: two CAs of one subject shut out the agents of one of them, whatever the order`, async () => {
  const halfOfThem = ["connected", "wrong signature"];
  expect(await overlapOf(makeCa("acme"), makeCa("acme"))).toEqual([halfOfThem, halfOfThem]);
});

test(`${BROKER}: two CAs of two common names let in the agents of both`, async () => {
  const all = ["connected", "connected"];
  expect(await overlapOf(makeCa("acme-20300101"), makeCa("acme-20390101"))).toEqual([all, all]);
});
