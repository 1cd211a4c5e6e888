/** Asks a gate about the services that need attention most. */
import { mapSome } from "../core/map-some.ts";

import type { DashboardGate } from "./model.ts";
import type { DashboardGateLike } from "./sources.ts";
import type { Teller } from "./teller.ts";
import { shownText, shownTexts } from "./texts.ts";

const MOST_SERVICES = 50;
const AT_A_TIME = 8;
const MOST_REASONS = 5;

/** What the gate says of each; nothing without one. */
export async function gatesOf(
  services: readonly string[],
  { gate, teller }: { readonly gate: DashboardGateLike | undefined; readonly teller: Teller },
): Promise<ReadonlyMap<string, DashboardGate>> {
  if (gate === undefined) return new Map();
  const until = teller.together();
  const answers = await mapSome(services.slice(0, MOST_SERVICES), AT_A_TIME, async (service) => {
    const call = async (): Promise<DashboardGate> => {
      const { verdict, allowed, policy, reasons } = await gate.check(service);
      const messages = reasons.map(({ message }) => message);
      return { verdict, allowed, policy: shownText(policy), reasons: shownTexts(messages, MOST_REASONS) };
    };
    return [
      service,
      await teller.ask<DashboardGate | undefined>(
        `the gate did not answer about ${service}`,
        call,
        () => undefined,
        until,
      ),
    ] as const;
  });
  return new Map(answers.flatMap(([service, answer]) => (answer === undefined ? [] : [[service, answer] as const])));
}
