import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { filesUnder } from "../support/files.ts";
import { requireBuild } from "../support/package.ts";
import { programOf } from "../support/program.ts";
import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";

/** As the docs have somebody run one of them; the others are compiled before, which halves what they take to start. */
const BY_TSX = "workers";
const mainOf = (example: string): string[] => {
  const path = join("examples", example, "main.ts");
  return example === BY_TSX ? ["--import", "tsx", path] : [programOf(path)];
};

beforeAll(requireBuild);

/** The part of a service's standing that is looked at. */
interface Standing {
  readonly service: string;
  readonly slos: readonly {
    readonly slo: { readonly objective: string };
    readonly budget: { readonly total: number };
  }[];
}

/** What each example prints from beginning to end. */
const OUTPUT: Readonly<Record<string, string>> = {
  cluster: `
http_request_duration_seconds_count{method="GET",route="/items/:id",code="200"} 19
http_request_duration_seconds_count{method="GET",route="/items/:id",code="503"} 1
http_requests_total{method="GET",route="/items/:id",code="200"} 19
http_requests_total{method="GET",route="/items/:id",code="503"} 1
http_response_first_byte_seconds_count{method="GET",route="/items/:id"} 20
2 workers took 20 requests, and 20 are counted
`,
  logging: `
{"at":"2026-05-31T12:01:00.000Z","level":"warn","message":"shop/availability has no error budget left","logger":"nines","event":"budget_exhausted","trace_id":"4bf92f3577b34da6a3ce929d0e000950","trace_from":"example","trace_url":"https://jaeger.example.com/trace/4bf92f3577b34da6a3ce929d0e000950","service":"shop","slo":"shop/availability","state":"measured","verdict":"exceeded","consumed_ratio":20,"remaining_ratio":-19,"bad":20,"total":1000}
{"at":"2026-05-31T12:01:00.000Z","level":"warn","message":"shop went from unknown to halt: shop/availability: 2000% of the error budget is consumed; releases halt above 80%","logger":"nines","event":"decision_changed","trace_id":"4bf92f3577b34da6a3ce929d0e000950","trace_from":"example","trace_url":"https://jaeger.example.com/trace/4bf92f3577b34da6a3ce929d0e000950","service":"shop","from":"unknown","to":"halt","decision":"halt","reasons":"shop/availability: 2000% of the error budget is consumed; releases halt above 80%; shop/availability: -1900% of the error budget remains; a warning is due below 20%; shop/availability: 20x burn over 2m; a warning is due above 14.4x"}
{"at":"2026-05-31T12:01:00.000Z","level":"warn","message":"INC-0001 is declared: SEV2, shop/availability burns its error budget","logger":"nines","event":"incident_created","trace_id":"4bf92f3577b34da6a3ce929d0e000950","trace_from":"example","trace_url":"https://jaeger.example.com/trace/4bf92f3577b34da6a3ce929d0e000950","incident":"INC-0001","service":"shop","severity":"SEV2","status":"investigating","by":"alerts","slos":"shop/availability","title":"shop/availability burns its error budget"}
{"at":"2026-05-31T12:01:00.000Z","level":"warn","message":"may shop be released? block: shop/availability: 2000% of the error budget is consumed; releases halt above 80%","logger":"nines","event":"release_checked","trace_id":"4bf92f3577b34da6a3ce929d0e000950","trace_from":"example","trace_url":"https://jaeger.example.com/trace/4bf92f3577b34da6a3ce929d0e000950","service":"shop","verdict":"block","allowed":false,"policy":"conservative","policy_verdict":"block","codes":"consumed_above, remaining_below, burn_rate_high","reasons":"shop/availability: 2000% of the error budget is consumed; releases halt above 80%; shop/availability: -1900% of the error budget remains; a warning is due below 20%; shop/availability: 20x burn over 2m; a warning is due above 14.4x"}
{"at":"2026-05-31T12:01:00.000Z","level":"info","message":"INC-0001 is acknowledged by ann","logger":"nines","event":"incident_acknowledged","incident":"INC-0001","service":"shop","severity":"SEV2","status":"investigating","by":"ann","title":"shop/availability burns its error budget"}
`,
  maturity: `
January: level 1, score 28.4
Level 1 of 4: basic monitoring, some automation
Score 43.4 of 100, 57 % known, as of 2026-03-14; the same level and +15 points since 2026-01-12

LEVEL                                       MET   REQUIRED
1      basic monitoring, some automation    88 %  3 of 3    reached
2      SLOs, incident management            50 %  3 of 6    not reached: 3 of 6 required are open
3      error budgets, chaos engineering     12 %  0 of 4    not reached: 4 of 4 required are open
4      predictive scaling, full automation  0 %   0 of 4    not reached: 4 of 4 required are open

AREA                  SCORE  KNOWN
Monitoring            75     75 %
SLOs                  30.9   50 %
Alerting              91.6   100 %
Incidents             100    100 %
Runbooks              26.6   80 %
Postmortems           46.1   46 %
Budgets and releases  24.5   42 %
Chaos and recovery    21.4   21 %
Capacity              0      0 %
Automation and toil   50.5   100 %

Level 2 (SLOs, incident management) takes all that is required, 3 of 6 now, and four fifths of the weight, of which 50 % is met.
  slos_measured (required, unknown, +2.5): nobody has answered, and nothing shows it
    Look at what counts the events of the SLOs without data.
  slos_defined (required, partly met, +1.4): 2 of 3 services have SLOs; without: mail
    Write an SLO for each service that is left: availability first, from the users' side.
  runbook_coverage (required, partly met, +1.1): 12 of 18 alerts have a runbook; without: SloNoData
    Write a runbook for each alert that is left, or give up alerts that nobody can act on.
  growth_watched (optional, unknown, +1.7): nobody has answered, and nothing shows it
    Sample what each service uses, and ask the planner for its trends.
  slos_agreed (optional, unknown, +1.7): nobody has answered, and nothing shows it
    Go through the objectives with the owners of the product, and put the next time into the calendar.
  slos_of_users (optional, partly met, +0.8): 1 of 2 services with SLOs have those of availability and of latency; without: search
    Give each service an SLO of availability and one of latency.

Remarks
  runbook_coverage: answered yes by ann, and 12 of 18 alerts have a runbook; without: SloNoData

acknowledged is met: 1 of 1 grave incident was acknowledged or over within 15 min, on average after 4 min
steps_automated is not_met: 0 of 2 steps are done by machines alone; 1 by people, 1 after an approval
`,
  nestjs: `
http_requests_total{method="GET",route="/api/items/:id",code="200"} 2
http_requests_total{method="GET",route="/api/items/:id",code="503"} 1
http_requests_total{method="GET",route="/api/items/:id/price",code="403"} 1
http_requests_total{method="GET",route="/api/*path",code="404"} 1
http_request_errors_total{method="GET",route="/api/items/:id",class="server_error"} 1
http_request_errors_total{method="GET",route="/api/items/:id/price",class="client_error"} 1
http_request_errors_total{method="GET",route="/api/*path",class="client_error"} 1
http_requests_in_flight 0
closed
`,
  nextjs: `
http_requests_total{method="GET",route="/items/[id]",code="200"} 2
http_requests_total{method="GET",route="/items/[id]",code="500"} 1
http_requests_total{method="GET",route="(unmatched)",code="404"} 1
slo_sli_ratio{service="shop",slo="availability"} 0.75
slo_sli_ratio{service="shop",slo="latency"} 1
`,
  queue: `
13:00 all is well; 0 wait
   success: 600 of 600, 0.00 of the budget spent
   latency: 600 of 600, 0.00 of the budget spent
   freshness: 600 of 600, 0.00 of the budget spent
   throughput: 60 of 60, 0.00 of the budget spent
13:20 after twenty minutes of a slow mail server; 120 wait
   success: 680 of 680, 0.00 of the budget spent
   latency: 600 of 680, 2.35 of the budget spent
   freshness: 604 of 680, 11.18 of the budget spent
   throughput: 60 of 80, 5.00 of the budget spent
14:00 after five minutes in which it refused everything; 0 wait
   success: 1150 of 1200, 4.17 of the budget spent
   latency: 1120 of 1200, 1.33 of the budget spent
   freshness: 994 of 1200, 17.17 of the budget spent
   throughput: 100 of 120, 3.33 of the budget spent
halt: mailer/success: 416.67% of the error budget is consumed; releases halt above 80%
`,
  chaos: `
dry_run: in-process/GET /orders would be struck
meanwhile: /orders 503, /cart 200
in-process/GET /orders: done, undone: done
completed, steady afterwards: true
afterwards: /orders 200, /cart 200
`,
  "node-server": `
http_requests_total{method="GET",route="/",code="200"} 1
http_requests_total{method="GET",route="/users/:id",code="200"} 2
http_requests_total{method="GET",route="(unmatched)",code="404"} 2
http_request_errors_total{method="GET",route="(unmatched)",class="client_error"} 2
http_requests_in_flight 1
`,
  "fastify-server": `
http_requests_total{method="GET",route="/tenants/:tenant/users/:id",code="200"} 2
http_requests_total{method="GET",route="(unmatched)",code="404"} 1
http_requests_total{method="GET",route="/tenants/:tenant/users/:id",code="401"} 1
http_request_errors_total{method="GET",route="(unmatched)",class="client_error"} 1
http_request_errors_total{method="GET",route="/tenants/:tenant/users/:id",class="client_error"} 1
http_requests_in_flight 1
`,
  "koa-server": `
http_requests_total{method="GET",route="/api/users/:id",code="200"} 2
http_requests_total{method="GET",route="/static/*",code="200"} 1
http_requests_total{method="GET",route="(unmatched)",code="404"} 2
http_request_errors_total{method="GET",route="(unmatched)",class="client_error"} 2
http_requests_in_flight 1
`,
  "hono-server": `
http_requests_total{method="GET",route="/tenants/:tenant/users/:id",code="200"} 2
http_requests_total{method="GET",route="(unmatched)",code="404"} 1
http_requests_total{method="GET",route="/tenants/:tenant/users/:id",code="401"} 1
http_request_errors_total{method="GET",route="(unmatched)",class="client_error"} 1
http_request_errors_total{method="GET",route="/tenants/:tenant/users/:id",class="client_error"} 1
http_requests_in_flight 1
`,
  "budget-math": `
99.9% allows 43m12s of downtime in 30 days
balancer, two servers and a database: 3.20 nines
as it was seen: 78.7% consumed, 9.2 min left, within; ends: 61 min
without maintenance: 32.4% consumed, 29.2 min left, within; ends: 195 min
26 days later: 20.8% consumed, 34.2 min left, within; ends: never
`,
  capacity: `
a replica carries 250/s (measured)
   run 3, with 350/s offered to a replica, broke the limits: p95 was 620 ms, over 250 ms; the highest rate below that is 250/s a replica (run 2)
growth
   requestRate growing: 6.89 a day (6.82 to 6.96), seasons of day and week
   cpu growing: 0.00289 a day (0.00285 to 0.00294), seasons of day and week
   memory steady: -0.0000292 a day (-0.0000984 to 0.0000399), no seasons
   disk growing: 3.1 a day (3.09 to 3.11), no seasons
needs of the next 30 days
   requestRate: 1660 at the peak, at most 1740, by linear-robust + linear-seasons
   cpu: 0.712 at the peak, at most 0.821, by linear-seasons + theta + profile-naive
   memory: 0.55 at the peak, at most 0.565, by linear
   disk: 496 at the peak, at most 497, by linear
advice
   now: requestRate: what the replicas of now are planned to carry, 875 requests/s, is reached, last 3 h before the end of the samples; 1740 requests a second at the peak need 11 replicas (5 more than now), 1 of them spare.
      if the mean comes true, 0.00 a month are idle
      with the 6 of now the replicas cannot keep up: 116.3 % of their capacity would be asked for, and the queue grows without end
   soon: cpu: the limit of 80 % is reached in 20 d 13 h at the earliest, perhaps not within 90 d (at 95 %), most likely in 51 d 15 h; add 2.6 % of what there is, to 7 replicas in all, for 30 days of headroom (until 2026-04-30) at 95 %.
   soon: disk: the limit of 450 GB is reached between 15 and 16 days at 95 %, most likely in 15 d 3 h; add 47.48 GB (to 497.5 GB) for 30 days of headroom (until 2026-04-30) at 95 %.
      if the mean comes true, 0.19 a month are idle
   none: memory: the limit of 85 % is not reached within 10 years at 95 %; nothing has to be added for 30 days (until 2026-04-30) at 95 %.
a picture of the disk is in disk.svg
`,
  "alertmanager-webhook": `
401 {"error":"unauthorized"}
INC-0001 created: SEV1 investigating, 1 firing
INC-0001 alerts_received: SEV1 investigating, 1 firing
INC-0001 role_assumed: SEV1 investigating, 1 firing
200 {"incidents":[{"id":"INC-0001","action":"opened"}],"alerts":1}
200 {"incidents":[{"id":"INC-0001","action":"unchanged"}],"alerts":1}
INC-0001 alerts_received: SEV1 resolved, 0 firing
INC-0001 resolved: SEV1 resolved, 0 firing
200 {"incidents":[{"id":"INC-0001","action":"resolved"}],"alerts":1}
200 {"incidents":[{"id":"INC-0001","action":"unchanged"}],"alerts":1}
INC-0001 ErrorBudgetBurn on checkout in prod-eu; ann leads; https://runbooks.example/checkout
`,
  incident: `
"changeStatus to monitoring" is not possible while resolved; possible: reop...
   12:00 created by monitoring
   12:02 acknowledged by ann
   12:02 role_assumed by ann
   12:06 severity_changed by ann
   12:06 status_changed by bob
   12:06 updated by ann
   12:11 status_changed by bob
   12:17 resolved by ann
   12:17 root_cause_set by bob
mttd 3 min
mtta 2 min
mttr 20 min
SEV1 for 11 min
SEV2 for 9 min
46.3% of the error budget is consumed
`,
  policy: `
100 failures
   unknown -> allow: checkout/availability: no rule of careful holds
620 failures
   allow -> warn: checkout/availability: 62% of the error budget is consumed (above 50%); rule 2 of careful
850 failures
   warn -> halt: checkout/availability: 85% of the error budget is consumed (above 80%); rule 1 of careful
   runs freeze-deployments for checkout (checkout/1774015200000/3/freeze-deployments)
a person overrules it for half an hour
   halt -> allow: Ada Lovelace allows releases until 2026-03-20T14:30:00Z: The repair has to go out
770 failures
   allow -> halt: the override by Ada Lovelace expired at 2026-03-20T14:30:00Z
   runs freeze-deployments for checkout (checkout/1774018800000/5/freeze-deployments)
740 failures
   halt -> warn: checkout/availability: 74% of the error budget is consumed (above 50%); rule 2 of careful
audit log
   12:00 decision_changed
   13:00 decision_changed
   14:00 decision_changed
   14:00 action_done
   14:00 override_set by Ada Lovelace
   14:00 decision_changed
   15:00 override_expired by Ada Lovelace
   15:00 decision_changed
   15:00 action_done
   16:00 decision_changed
`,
  "on-call": `
primary
   from 2026-02-26 01:00 for 104 h: nobody
   from 2026-03-02 09:00 for 168 h: ann
   from 2026-03-09 09:00 for 168 h: bob
   from 2026-03-16 09:00 for 168 h: ann
   from 2026-03-23 09:00 for 123 h: bob
   from 2026-03-28 12:00 for 8 h: cy
   from 2026-03-28 20:00 for 36 h: bob
   from 2026-03-30 09:00 for 168 h: ann
checkout fails, and nobody acknowledges for half an hour
   2026-03-28 19:55 INC-0001 "critical", step 1 of 2, round 1 of 2: tells "cy" by "pager"
   2026-03-28 19:55 INC-0002 "office", step 1 of 1: waits for business hours, 2026-03-30T07:00:00.000Z
   2026-03-28 20:05 INC-0001 "critical", step 2 of 2, round 1 of 2: tells "dee" by "pager", "#incidents"
   2026-03-28 20:25 INC-0001 "critical", step 1 of 2, round 2 of 2: tells "bob" by "pager"
INC-0001: bob is on it; nobody else is told
`,
  notifications: `
declared and resolved while the pager is busy
look 1
   on the status page: We are investigating a problem with checkout.
   on the status page: The problem is resolved.
   429 signed INC-0001 opened: Declared by ann, affects checkout, since 2026-11-22 03:00 UTC.
look 2
   500 signed INC-0001 opened: Declared by ann, affects checkout, since 2026-11-22 03:00 UTC.
look 3
   202 signed INC-0001 opened: Declared by ann, affects checkout, since 2026-11-22 03:00 UTC.
   202 signed INC-0001 resolved: Resolved by bob after 1 min: rolled back
6 attempts, 0 messages wait
`,
  rules: `
nines shop/availability: 25 series, alerts: page_fast page_slow ticket_fast target_down no_series
nines shop/availability budget: 9 series, alerts: none
nines shop/latency: 33 series, alerts: page_fast page_slow ticket_fast ticket_slow target_down no_series
nines shop/latency budget: 9 series, alerts: none
sloth.yml:4: nines has no plugins of Sloth; what they add to the rules has to be written beside them
alertmanager.part.yml
billing.openslo.yml
billing.rules.yml
classic.rules.yml
shop.availability.test.yml
shop.latency.test.yml
shop.prometheusrule.yml
shop.rules.yml
slo.yaml:7:12 service_level_objectives.shop.availability.sli: avg weighs a series without traffic as much as a busy one, so the counts of two windows do not add up; write sum
`,
  runbook: `
The connection pool is exhausted
   look_at_the_dashboard: manual (left to people)
   keep: succeeded
   enlarge: Enlarge the pool of shop to 20?
   enlarge: succeeded
   verify: attempt 1 failed; it is tried again
   verify: failed (exit code 1)
   it is taken back: step verify failed: exit code 1 (2 attempts)
   enlarge.rollback: succeeded
RUN-0001 failed: step verify failed: exit code 1 (2 attempts); 1 of 1 rollback steps done
the configuration is pool: 10
- [ ] Which service holds the connections?
- [x] Run: \`cp config config.before\` (RUN-0001)
- [ ] Run: \`cp larger config\` (needs approval) (RUN-0001 succeeded, and was taken back)
- [ ] Run: \`grep -q -e 'pool: '{{ labels.size }} config\` (RUN-0001 failed: exit code 1)
`,
  "runbook-service": `
alert 200 {"incidents":[{"id":"INC-0001","action":"opened"}],"alerts":1}
waits [{"run":"RUN-0001","incident":"INC-0001","step":"enlarge","message":"Enlarge the memory of shop?"}]
no such step 400 {"error":"step: RUN-0001 has no step \\"enlage\\"; did you mean \\"enlarge\\"? allowed: enlarge"}
yes 200 {"run":"RUN-0001","status":"running"}
postmortem true true
memory is large
`,
  verdicts: `
healthy, availability 99.9575 %, budget left 24.8 min (57.5 %), burn rate 2
  shop/availability has 57.5 % of its budget left
release: pass, since shop/availability: 57.5% of the error budget remains
lasts for the next 30 d by trend, or runs out in 13 d at the earliest; in 8 d 15 h at the present pace
2026-05-01 12:00:00 to 2026-05-31 12:00:00, UTC, in steps of 1 min

                               99.9% over 30d     99.5% over 30d
Events                         25,920,000         25,920,000
Good                           99.9575 %          99.9575 %
Pages                          1, for 43 min      1, for 38 min
Tickets                        1, for 6 h 10 min  none
Budget gone at the first page  9.54 %             3.39 %
Least budget left              57.5 %             91.5 %
Budget left at the end         57.5 %             91.5 %
Time without budget            none               none
Faults                         2                  1
page_fast                      1, for 18 min      1, for 14 min
  detected after               2 min              6 min
  reset after                  5 min              5 min
page_slow                      1, for 42 min      1, for 30 min
  detected after               3 min              14 min
  reset after                  30 min             29 min
ticket_fast                    1, for 2 h 9 min   none
  detected after               6 min              -
  reset after                  2 h                -
ticket_slow                    1, for 6 h 10 min  none
  detected after               6 min              -
  reset after                  6 h                -
Supported by the past          99.957%            99.957%

99.9% over 30d, 99.5% over 30d: 99.957% would have been kept in all of one window of 30d; of the usual objectives 99.95%.

canary: roll_back: shop/availability: the canary fails 0.5 % (60 of 12,000) against 0.0208 % (50 of 240,000); it would fail so much with a chance of less than 0.0001 % if it were no worse
`,
  workers: `
13:01 ticket: burns 1.6x over 16h48m
13:01 the budget is exhausted
13:02 ticket: burns 3.2x over 5h36m
13:03 page: burns 21.4x over 14m
13:04 page: burns 6.3x over 1h24m
13:11 the page over 14m is over
13:17 the page over 1h24m is over
13:38 the ticket over 5h36m is over
14:34 the ticket over 16h48m is over
15:00 3400 of 3600 jobs done, budget consumed 5.56x
`,
};

test.each(Object.entries(OUTPUT))("examples/%s prints what it should and ends", async (example, expected) => {
  const { code, stdout, stderr } = await runNode(mainOf(example), { env: cleanEnvironment() });
  expect(stderr).toBe("");
  expect(`\n${stdout}`).toBe(expected);
  expect(code).toBe(0);
});

test("every example is run here", () => {
  const mains = filesUnder("examples", ".ts").filter((path) => path.endsWith("/main.ts"));
  expect(mains.map((path) => path.split("/")[1]).sort()).toEqual(["express", "demo", ...Object.keys(OUTPUT)].sort());
});

describe("examples/express", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill("SIGKILL"));

  /** Starts the service on a free port; the first line that it prints is its address. */
  async function start(): Promise<{ url: string; stop: () => Promise<number | null> }> {
    const started = spawn(process.execPath, mainOf("express"), {
      cwd: ROOT,
      env: cleanEnvironment({ PORT: "0" }),
      stdio: ["ignore", "pipe", "inherit"],
    });
    child = started;
    const lines = createInterface({ input: started.stdout });
    const [url] = (await once(lines, "line")) as [string];
    return {
      url,
      async stop() {
        const exit = once(started, "exit");
        started.kill("SIGTERM");
        const [code] = (await exit) as [number | null];
        return code;
      },
    };
  }

  test("serves its routes, tells its budgets and its metrics, and ends when asked to", async () => {
    const { url, stop } = await start();
    const statuses: number[] = [];
    for (let request = 0; request < 200; request += 1) {
      const response = await fetch(`${url}/products/${String(request)}`);
      await response.text();
      statuses.push(response.status);
    }
    const failed = await fetch(`${url}/checkout`, { method: "POST" });
    await failed.text();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(failed.status).toBe(503);

    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('http_requests_total{method="GET",route="/products/:id",code="200"} 200\n');
    expect(metrics).toContain('http_requests_total{method="POST",route="/checkout",code="503"} 1\n');
    expect(metrics).not.toContain('route="/metrics"');
    expect(metrics).toContain('slo_objective_ratio{service="shop",slo="availability"} 0.999\n');

    const standing = async (): Promise<Standing> => {
      const status = (await (await fetch(`${url}/slo`)).json()) as { services: [Standing] };
      return status.services[0];
    };
    // The server sees the end of a response a moment after the client.
    const totals = async (): Promise<unknown> => (await standing()).slos.map(({ budget }) => budget.total);
    await expect.poll(totals, { timeout: 10_000 }).toEqual([201, 201]);
    const { service, slos } = await standing();
    expect(service).toBe("shop");
    expect(slos[0]?.slo.objective).toBe("99.9%");
    expect(slos[0]?.budget).toMatchObject({ state: "measured", good: 200, total: 201, verdict: "exceeded" });
    expect(slos[1]?.budget).toMatchObject({ state: "measured", total: 201 });
    expect(await stop()).toBe(0);
  });
});

test(
  "the demo spends its budget, halts releases, is healed by its runbook, and tells of it",
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nines-demo-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { code, stdout, stderr } = await runNode([...mainOf("demo"), "--out", folder], { env: cleanEnvironment() });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // The last word of each line of progress is the decision.
    const decisions = [...stdout.matchAll(/^ +\d+s .* (ALLOW|WARN|UNKNOWN|HALT)$/gm)].map(([, decision]) => decision);
    expect(decisions.length).toBeGreaterThan(20);
    const halt = decisions.indexOf("HALT");
    expect(halt, stdout).toBeGreaterThan(0);
    expect(decisions.indexOf("ALLOW", halt), stdout).toBeGreaterThan(halt);
    for (const told of ["opened", "acknowledged by ann", "monitoring", "resolved"])
      expect(stdout).toMatch(`): ${told}\n`);
    // An experiment was the cause, the incident knows of it, and nothing of it is left.
    expect(stdout).toMatch("chaos, the pool gets stuck: the steady state holds; pool/shop is struck\n");
    expect(stdout).toMatch("chaos: aborted, 1 of 1 injections undone, steady afterwards: true\n");
    // A real command healed the shop: what was stuck is reset, and requests pass.
    expect(stdout).toMatch(/reset_pool succeeded: pool reset\n/);
    expect(stdout).toMatch(/verify succeeded: 0 of 20 requests failed\n/);
    const postmortem = readFileSync(join(folder, "INC-0001.md"), "utf8");
    for (const told of ["SEV2", "ann", "RUN-0001", "reset_pool", "ErrorBudgetBurn", "the pool gets stuck"])
      expect(postmortem).toContain(told);
    for (const name of ["INC-0001.html", "INC-0001.svg", "INC-0001.json"]) expect(stdout).toContain(join(folder, name));
  },
);
