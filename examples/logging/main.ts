/** A bad minute as lines of a log, each with a trace to begin with: `node --import tsx examples/logging/main.ts` */
import {
  alertOnBudgets,
  AutomatedResponse,
  consoleLines,
  IncidentManager,
  logEvents,
  Reliability,
  ReleaseGate,
} from "nines";
import { ManualClock } from "nines/testing";

// A clock that is moved by hand, so that the lines are the same each time; leave it out in a service.
const clock = new ManualClock(Date.UTC(2026, 4, 31, 12));
// pinoLines(pino()) and winstonLines(logger) write the same fields; { fields: "ecs" } is for Elasticsearch. Of a console that is handed in
// as it is, warnings and errors go to stderr.
const { log } = console;
const logger = consoleLines({ info: log, warn: log, error: log }, { clock });

const reliability = await Reliability.open({
  document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "1d" } } } },
  signals: { exemplars: true },
  evaluateEverySeconds: 0,
  logger,
  clock,
});
const incidents = new IncidentManager({ clock });
const response = new AutomatedResponse({ incidents, logger });
alertOnBudgets(reliability, response, { logger });
const gate = new ReleaseGate({ statuses: reliability, policies: reliability.policies, whenUnknown: "closed", clock });

const stop = logEvents(
  { reliability, incidents, gate },
  {
    logger,
    clock,
    traceUrl: (id) => `https://jaeger.example.com/trace/${id}`,
    except: ["burn_started", "incident_alerts_received"],
  },
);

// What a middleware does with each request: 2 of 100 fail, and the last one of them is the example.
for (let request = 0; request < 1_000; request += 1) {
  const isBad = request % 50 === 0;
  const traceId = `4bf92f3577b34da6a3ce929d0e${String(request).padStart(6, "0")}`;
  const statusCode = isBad ? 503 : 200;
  reliability.signals.record({ method: "GET", route: "/cart", statusCode, durationSeconds: isBad ? 2 : 0.02, traceId });
  clock.advance(60);
}
const opened = new Promise<string>((resolve) => incidents.on("created", ({ incident }) => resolve(incident.id)));
await reliability.evaluate();
const id = await opened;
await gate.check("shop");
await incidents.acknowledge(id, { by: "ann" });

stop();
await reliability.close();

// Loki:   {app="shop"} | json | event="decision_changed" | service="shop" | to="halt"
//         {app="shop"} | json | trace_id="4bf92f3577b34da6a3ce929d0e000950"
// Kibana (with { fields: "ecs" }):
//         event.action : "decision_changed" and service.name : "shop" and nines.to : "halt"
//         trace.id : "4bf92f3577b34da6a3ce929d0e000950"
