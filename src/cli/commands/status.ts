/** Tells how services stand. */
import { timeIn } from "../../core/time/time-text.ts";
import type { ServiceStatus, SloVerdict } from "../../status/model.ts";
import { gravest } from "../../status/verdict.ts";

import { forecastNotes, forecastsOf } from "../forecasts.ts";
import { writeJson } from "../json.ts";
import { painter } from "../paint.ts";
import type { Action } from "../spec.ts";
import { serviceLines } from "../status-report.ts";
import { tellerOf } from "../teller.ts";
import { tellUnanswered } from "../watched-source.ts";

/** As plugins of monitoring systems have them. */
const EXIT_CODES: Readonly<Record<SloVerdict, number>> = { healthy: 0, warning: 1, critical: 2, unknown: 3 };

/** `nines status`. */
export const status: Action = async (call) => {
  const { given, io } = call;
  const teller = await tellerOf(call, given.words.slice(1));
  const { reader, services, question, connection } = teller;
  const { at } = question;
  // All are asked for in one round, which takes few queries.
  const statuses =
    given.words.length === 1
      ? await reader.getSloStatuses(question)
      : await Promise.all(services.map((service) => reader.getSloStatus(service, question)));
  const verdict = gravest(statuses.map((one) => one.verdict)) ?? "unknown";
  const exitCode = EXIT_CODES[verdict];
  const forecasts = given.has("forecast") ? await forecastsOf(statuses, teller, io) : undefined;
  if (given.has("json")) {
    const { unanswered } = connection.source;
    await writeJson(io.stdout, { command: "status", exitCode, at, verdict, services: statuses, forecasts, unanswered });
    return exitCode;
  }
  const paint = painter(call, "stdout");
  const blocks = statuses.map((one: ServiceStatus) =>
    serviceLines(one, paint, (id) => forecastNotes(forecasts ?? [], id)).join("\n"),
  );
  await tellUnanswered(io.stderr, connection.source);
  const when = paint("dim", `as of ${timeIn("UTC", at)}, UTC`);
  await io.stdout.write(`${[...blocks, when].join("\n\n")}\n`);
  return exitCode;
};
