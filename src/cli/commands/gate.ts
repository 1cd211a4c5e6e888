/** Answers whether services may be released, by the exit code. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { EXIT_CODES } from "../../gate/ci.ts";
import { ReleaseGate } from "../../gate/gate.ts";
import { GATE_VERDICTS, type GateResult, type GateVerdict } from "../../gate/model.ts";
import { PolicyEngine } from "../../policy/engine.ts";
import type { OverrideRequest } from "../../policy/override.ts";

import type { Given } from "../given.ts";
import { policiesOf, readPolicies } from "../documents.ts";
import { writeJson } from "../json.ts";
import { optionFault } from "../options.ts";
import { type Colour, painter } from "../paint.ts";
import type { Action, Call } from "../spec.ts";
import { type Teller, tellerOf } from "../teller.ts";
import { tellUnanswered, type Unanswered } from "../watched-source.ts";

const COLOURS: Readonly<Record<GateVerdict, Colour>> = {
  pass: "green",
  warn: "yellow",
  unknown: "magenta",
  block: "red",
};
/** An override is of this one question; a log that has it shows that it does not last. */
const OVERRIDE_MS = MILLISECONDS.m;
/** From mildest to strictest. */
const CODES: readonly number[] = [EXIT_CODES.pass, EXIT_CODES.warn, EXIT_CODES.unknown, EXIT_CODES.block];

/** `nines gate`. */
export const gate: Action = async (call) => {
  const { given, io } = call;
  checkDecision(given);
  const teller = await tellerOf(call, [...given.words.slice(1), ...given.all("service")]);
  const policies = await engineOf(call, teller);
  const { reader, services, question, connection } = teller;
  const release = new ReleaseGate({
    statuses: reader,
    policies,
    whenUnknown: given.has("fail-open") ? "open" : "closed",
    timeoutMs: connection.wholeMs + MILLISECONDS.s,
    clock: io.clock,
  });
  const results = await release.checkAll(services, question);
  const code = strictest(
    CODES,
    results.map(({ verdict }) => codeOf(verdict, given)),
  );
  await shout(call, results);
  const { source } = connection;
  if (given.has("json")) await tellJson(call, results, { exitCode: code, unanswered: source.unanswered });
  else {
    await tellUnanswered(io.stderr, source);
    await tell(call, results);
  }
  return code;
};

function checkDecision(given: Given): void {
  given.atMostOne("fail-open", "fail-closed");
  given.needs("by", "override", "it says who overrides");
  given.needs("reason", "override", "it says why that is right");
  given.needs("override", "by", "whoever overrides says who it is");
  given.needs("override", "reason", "whoever overrides says why");
}

async function engineOf({ given, io }: Call, teller: Teller): Promise<PolicyEngine> {
  const { document, reader, services, question } = teller;
  const file = given.text("policies");
  const own =
    file === undefined ? document.policies && policiesOf(document, document) : await readPolicies(file, io, document);
  const engine = new PolicyEngine({ ...own, knownServices: reader.services, clock: io.clock });
  const [decision, by, reason] = ["override", "by", "reason"].map((name) => given.text(name));
  if (decision === undefined || by === undefined || reason === undefined) return engine;
  const { at } = question;
  for (const service of services) {
    const request = { service, decision, by, reason, expiresAt: at + OVERRIDE_MS } as OverrideRequest;
    try {
      await engine.setOverride(request, { at });
    } catch (error) {
      throw optionFault(given, { decision: "override", by: "by", reason: "reason" }, error);
    }
  }
  return engine;
}

/** What the caller is told by: unknown is theirs to decide, unless they have. */
function codeOf(verdict: GateVerdict, given: Given): number {
  if (verdict === "warn" && given.has("allow-warn")) return EXIT_CODES.pass;
  if (verdict !== "unknown") return EXIT_CODES[verdict];
  if (given.has("fail-open")) return EXIT_CODES.pass;
  return given.has("fail-closed") ? EXIT_CODES.block : EXIT_CODES.unknown;
}

function strictest<T>(order: readonly T[], some: readonly T[]): T {
  return order.findLast((one) => some.includes(one)) as T;
}

/** Nobody is to believe that a gate said yes when nobody could tell. */
async function shout(call: Call, results: readonly GateResult[]): Promise<void> {
  if (!call.given.has("fail-open")) return;
  const paint = painter(call, "stderr");
  const lines = results
    .filter(({ verdict }) => verdict === "unknown")
    .map(({ service, reasons: [first] }) => {
      const why = first === undefined ? "" : `: ${first.message}`;
      return paint(
        "red",
        `WARNING: nobody can tell whether ${service} may be released; it passes because of --fail-open${why}`,
      );
    });
  await call.io.stderr.write(lines.map((line) => `${line}\n`).join(""));
}

async function tell(call: Call, results: readonly GateResult[]): Promise<void> {
  const paint = painter(call, "stdout");
  const lines = results.flatMap((result) => {
    const { service, verdict, policy, policyVerdict, override, reasons, recommendations } = result;
    const overridden = override === undefined ? "" : `, where the policy says ${policyVerdict}`;
    return [
      `${paint("bold", service)}: ${paint(COLOURS[verdict], verdict)}${paint("dim", ` (policy: ${policy}${overridden})`)}`,
      ...reasons.map(({ message }) => `  - ${paint(undefined, message)}`),
      ...recommendations.map((text) => `  > ${paint(undefined, text)}`),
    ];
  });
  await call.io.stdout.write(`${lines.join("\n")}\n`);
}

async function tellJson(
  { io, given }: Call,
  results: readonly GateResult[],
  { exitCode, unanswered }: { readonly exitCode: number; readonly unanswered: Unanswered | undefined },
): Promise<void> {
  const verdict = strictest(
    GATE_VERDICTS,
    results.map((one) => one.verdict),
  );
  const allowed = exitCode === EXIT_CODES.pass || exitCode === EXIT_CODES.warn;
  const whenUnknown = given.has("fail-open") ? "open" : given.has("fail-closed") ? "closed" : "caller";
  const told = results.map((result) => ({ ...result, whenUnknown }));
  await writeJson(io.stdout, { command: "gate", exitCode, verdict, allowed, whenUnknown, results: told, unanswered });
}
