import express, { type Express, type Request, type Response } from "express";
import promBundle from "express-prom-bundle";
import { goldenSignals } from "nines/express";
import { register, Registry } from "prom-client";

import { collector } from "../signals/workload.ts";
import { byHand, countedIn, listen, nothing, ROUTES, userOf, type Served, type Variants } from "./served.ts";

function serve(instrument: (app: Express) => void, counted: Served["counted"]): Promise<Served> {
  const app = express();
  instrument(app);
  for (const route of ROUTES) app.get(route, (request, response) => void response.json(userOf(request.params.id)));
  return listen(app, counted);
}

/** Express' own types know a route as anything. */
function routeOf({ baseUrl, route }: Request): string {
  const path = (route as { readonly path: string } | undefined)?.path;
  return path === undefined ? "(unmatched)" : baseUrl + path;
}

export const variants: Variants = {
  bare: () => serve(() => {}, nothing),
  nines: () => {
    const signals = collector(new Registry());
    return serve(
      (app) => app.use(goldenSignals(signals)),
      countedIn(() => signals.metrics()),
    );
  },
  floor: () => {
    const { floor, counted } = byHand();
    return serve((app) => {
      app.use((request: Request, response: Response, next) => {
        const began = floor.begin();
        response.on("finish", () => {
          floor.finish(began, request.method, routeOf(request), response.statusCode);
        });
        next();
      });
    }, counted);
  },
  peer: () =>
    serve(
      (app) => app.use(promBundle({ includeMethod: true, includePath: true })),
      countedIn(() => register.metrics()),
    ),
};
