/**
 * The whole of it in one service: alerts come in by webhook, runbooks run and wait for approvals, which a route answers; all of it is in
 * files, so that a restart goes on where a crash has left off.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

import express, { type Express } from "express";
import {
  AutomatedResponse,
  IncidentManager,
  isReliabilityError,
  OnCallSchedule,
  parseRunbook,
  PostmortemGenerator,
  RunbookExecutor,
} from "nines";
import { LocalCommandRunner } from "nines/command";
import { FileIncidentStore } from "nines/file";
import { webhookListener } from "nines/node";

/** What it is told. */
export interface ServiceOptions {
  /** Where everything is kept. */
  readonly folder: string;
  /** YAML of the runbook. */
  readonly runbook: string;
  /** What the sender of alerts proves itself with. */
  readonly bearer: string;
}

/** The running service. */
export interface Service {
  readonly server: Server;
  /** Lets what runs come to its end, and lets go of the files. */
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback interface. */
export async function startService({ folder, runbook, bearer }: ServiceOptions): Promise<Service> {
  const kept = await FileIncidentStore.open(join(folder, "incidents"));
  const runs = await FileIncidentStore.open(join(folder, "runs")); // a folder of its own
  const incidents = new IncidentManager({ store: kept });
  const executor = new RunbookExecutor({
    runner: new LocalCommandRunner(),
    programs: ["cp", "grep"],
    workingDirectory: folder,
    store: runs,
    incidents,
    logger: console,
  });
  executor.registerRunbook("HighMemoryUsage", parseRunbook(runbook, { file: "runbook.yaml" }));
  const primary = new OnCallSchedule({
    name: "primary",
    layers: [
      { name: "days", people: ["ann"], handover: { every: "day", at: "09:00", zone: "UTC" }, startsAt: "2026-01-01" },
    ],
  });
  const response = new AutomatedResponse({
    incidents,
    runbooks: executor,
    schedules: [primary],
    commander: { onCall: "primary" },
    webhook: { bearer },
    logger: console,
  });
  const generator = new PostmortemGenerator({ incidents, runs: executor });

  const app = express();
  app.all("/alerts", webhookListener(response)); // before anything that parses bodies
  app.use(express.json());
  approvals(app, executor);
  app.get("/incidents/:id/postmortem.html", async ({ params: { id } }, answer) => {
    answer.type("html").send(generator.render(await generator.generate(id), "html"));
  });
  app.use(((error, _request, answer, _next) => {
    const isTheirs = isReliabilityError(error) && error.code !== "adapter";
    answer.status(isTheirs ? 400 : 500).json({ error: isTheirs ? error.message : "something failed" });
  }) as express.ErrorRequestHandler);

  // Sees to what an earlier process has left: runs, and runbooks that were asked for and not begun.
  const stops = [executor.start(), response.start()];
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const stop of stops) stop();
      await executor.close(); // leaves runs that wait for approvals to the next process
      await response.drain();
      await runs.close();
      await kept.close();
    },
  };
}

/** What waits for somebody's word, and the way to say it. Put your own authentication before it. */
function approvals(app: Express, executor: RunbookExecutor): void {
  app.get("/approvals", async (_request, answer) => {
    const waiting = [];
    for await (const run of executor.list({ open: true })) {
      for (const { step, message } of run.waiting) waiting.push({ run: run.id, incident: run.incident, step, message });
    }
    answer.json(waiting);
  });
  app.post("/approvals/:run/:step", async ({ params: { run, step }, body }, answer) => {
    const { approved, by, reason } = body as { approved: boolean; by: string; reason?: string };
    const { status } = await executor.answer(run, { step, approved, by, ...(reason === undefined ? {} : { reason }) });
    answer.json({ run, status });
  });
}
