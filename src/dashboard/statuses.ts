/** Asks how services stand, all at once where that is possible; a service of which that cannot be told says why. */
import type { Clock } from "../core/time/clock.ts";
import { mapSome } from "../core/map-some.ts";
import type { ServiceStatus, StatusQuestion } from "../status/model.ts";

import type { DashboardPolicies, DashboardStatuses } from "./sources.ts";
import type { Teller } from "./teller.ts";

const AT_A_TIME = 16;

/** How each service stands, or why that is not known. */
export interface ToldStatuses {
  readonly statuses: ReadonlyMap<string, ServiceStatus>;
  readonly failures: ReadonlyMap<string, string>;
}

/** Asks about `names`. */
export async function statusesOf(
  names: readonly string[],
  context: {
    readonly statuses: DashboardStatuses;
    readonly policies?: DashboardPolicies | undefined;
    readonly at: number;
    readonly clock: Clock;
    readonly teller: Teller;
  },
): Promise<ToldStatuses> {
  const { statuses: source, at, teller } = context;
  const policies = context.policies ?? source.policies;
  const question: StatusQuestion = {
    at,
    // What a policy reads has to be asked for.
    ...(policies === undefined
      ? {}
      : {
          lookBacksMs: ({ service, window }) =>
            teller.try(
              `the policy of ${service} could not be read`,
              () => policies.policyFor(service).lookBacksMs(window),
              () => [],
            ),
        }),
  };
  const together = names.length === source.services.length && source.getSloStatuses !== undefined;
  if (together) return allOf(names, question, { source, teller });
  const until = teller.together();
  const told = await mapSome(names, AT_A_TIME, async (name) => {
    const what = `the status of ${name} could not be told`;
    const call = async (signal: AbortSignal): Promise<Answer> => ({
      name,
      status: await source.getSloStatus(name, { ...question, signal }),
    });
    return teller.ask<Answer>(what, call, (failure) => ({ name, failure }), until);
  });
  return sorted(told);
}

interface Answer {
  readonly name: string;
  readonly status?: ServiceStatus;
  readonly failure?: string;
}

async function allOf(
  names: readonly string[],
  question: StatusQuestion,
  { source, teller }: { readonly source: DashboardStatuses; readonly teller: Teller },
): Promise<ToldStatuses> {
  const call = async (signal: AbortSignal): Promise<readonly Answer[]> => {
    const all = (await source.getSloStatuses?.({ ...question, signal })) ?? [];
    // A teller of somebody's own may answer with anything.
    return (all as readonly (ServiceStatus | null | undefined)[]).flatMap((status) =>
      typeof status?.service === "string" ? [{ name: status.service, status }] : [],
    );
  };
  const failed = (failure: string): readonly Answer[] => names.map((name) => ({ name, failure }));
  return sorted(await teller.ask("the statuses could not be told", call, failed));
}

function sorted(answers: readonly Answer[]): ToldStatuses {
  return {
    statuses: new Map(answers.flatMap(({ name, status }) => (status === undefined ? [] : [[name, status] as const]))),
    failures: new Map(
      answers.flatMap(({ name, failure }) => (failure === undefined ? [] : [[name, failure] as const])),
    ),
  };
}
