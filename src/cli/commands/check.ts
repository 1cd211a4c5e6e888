/** Checks SLO documents, and whether a Prometheus has what they are about. */
import type { RuleOptions } from "../../rules/options.ts";

import { type Checked, tellChecked, tellCheckedJson } from "../check-report.ts";
import { checkFiles } from "../checked.ts";
import { connect, hasPrometheus } from "../connection.ts";
import type { DocumentFault } from "../exit.ts";
import type { WithRules } from "../generated.ts";
import { findSlos, type FoundSlo } from "../recorded.ts";
import { remarkOn, remarksOf, withCalendarOption } from "../remarks.ts";
import { ruleOptionsOf } from "../rule-options.ts";
import type { Action, Call } from "../spec.ts";
import type { WatchedSource } from "../watched-source.ts";

/** `nines check`. */
export const check: Action = async (call) => {
  const { given, io } = call;
  // Documents with calendar windows are sound; that rules cannot have them is a remark here.
  const options: RuleOptions = { calendarWindows: "rolling", ...ruleOptionsOf(given) };
  const connection = hasPrometheus(call) ? await connect(call) : undefined;
  const files = await checkFiles(given.words, options, io);
  const { read } = files;
  const { found, faults } =
    connection === undefined || read.length === 0
      ? { found: undefined, faults: [] }
      : await lookUp(read, { call, source: connection.source, options });
  const ofPrometheus = (found ?? []).flatMap(({ slo, remarks }) => remarks.map((text) => remarkOn(slo, text)));
  const ofRules = remarksOf(read);
  const checked: Checked = {
    ...files,
    faults: [...files.faults, ...faults],
    remarks: [...(given.has("calendar-windows") ? ofRules : withCalendarOption(ofRules, read)), ...ofPrometheus],
    found,
  };
  const code = exitCode(call, checked);
  await (given.has("json") ? tellCheckedJson(io, checked, code) : tellChecked(call, checked));
  return code;
};

function exitCode({ given }: Call, { faults, remarks }: Checked): number {
  if (faults.length > 0) return 2;
  return remarks.length > 0 && given.has("strict") ? 1 : 0;
}

/** Each SLO once; that nobody answers is a fault like others. */
async function lookUp(
  read: readonly WithRules[],
  context: {
    readonly call: Call;
    readonly source: WatchedSource;
    readonly options: RuleOptions;
  },
): Promise<{ readonly found: readonly FoundSlo[] | undefined; readonly faults: readonly DocumentFault[] }> {
  const { call, source, options } = context;
  const { clock, signal } = call.io;
  const byId = new Map(read.flatMap(({ document }) => document.slos.slos.map((slo) => [slo.id, slo])));
  const { convention = "nines" } = options;
  try {
    return { found: await findSlos([...byId.values()], { source, convention, at: clock.now(), signal }), faults: [] };
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return { found: undefined, faults: [{ file: undefined, path: [], message: `${source.host}: ${why}` }] };
  }
}
