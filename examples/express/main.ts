/** A service with golden signals, error budgets and a policy: `PORT=3000 node --import tsx examples/express/main.ts` */
import { join } from "node:path";
import { env } from "node:process";

import express from "express";
import { Reliability } from "nines";
import { goldenSignals, metricsHandler, statusHandler } from "nines/express";

const reliability = await Reliability.open({ file: join(import.meta.dirname, "slo.yaml") });
reliability.on("decisionChanged", ({ service, to, reasons }) => {
  console.log(`${service}: ${to}: ${reasons[0] ?? ""}`);
});

const app = express();
// Before the middleware, so that scrapes do not count as the service's own traffic.
app.get("/metrics", metricsHandler(reliability));
app.get("/slo", statusHandler(reliability));
app.use(goldenSignals(reliability));
app.get("/products/:id", (request, response) => {
  response.json({ id: request.params.id });
});
app.post("/checkout", (_request, response) => {
  response.status(503).json({ error: "the payment provider does not answer" });
});

const server = app.listen(Number(env.PORT ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${String(typeof address === "object" ? address?.port : address)}`);
});

process.once("SIGTERM", () => {
  server.close(() => void reliability.close());
  server.closeAllConnections();
});
