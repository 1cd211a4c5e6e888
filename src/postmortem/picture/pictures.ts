/** The pictures of a postmortem. */
import type { PicturePhase, Postmortem } from "../model.ts";
import { postmortemSvg } from "./picture.ts";

/** One picture for each SLO that there is a history of. */
export function postmortemCharts(postmortem: Postmortem): readonly string[] {
  const { charts, zone, incident } = postmortem;
  const phases = phasesOf(postmortem);
  return charts.map(({ slo, from, until, points, budget, objectiveRatio }, index) =>
    postmortemSvg({
      slo,
      title: `The SLI and the error budget of ${slo} through ${incident.id}`,
      id: `nines-picture-${String(index + 1)}`,
      ...{ from, until, points, budget, objectiveRatio, phases, zone },
    }),
  );
}

function phasesOf({ detection }: Postmortem): readonly PicturePhase[] {
  const named: readonly (readonly [string, number | undefined])[] = [
    ["began", detection.startedAt],
    ["detected", detection.detectedAt],
    ["declared", detection.declaredAt],
    ["acknowledged", detection.acknowledgedAt],
    ["mitigated", detection.mitigatedAt],
    ["resolved", detection.resolvedAt],
  ];
  return named.flatMap(([name, at]) => (at === undefined ? [] : [{ name, at }]));
}
