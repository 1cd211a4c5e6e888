/** Golden signals of a Nest application, on Express: `node --import tsx examples/nestjs/main.ts` */
import "reflect-metadata";

import {
  Catch,
  Controller,
  type ExceptionFilter,
  ForbiddenException,
  Get,
  Logger,
  Module,
  Param,
  UseFilters,
  UseGuards,
} from "@nestjs/common";
import type { ArgumentsHost, CanActivate, OnApplicationShutdown } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { GoldenSignalsCollector } from "nines";
import { goldenSignals, metricsHandler } from "nines/express";

const signals = new GoldenSignalsCollector();

class StockError extends Error {}

/** What the stock says becomes a 503. */
@Catch(StockError)
class StockFilter implements ExceptionFilter<StockError> {
  catch(error: StockError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): { json(body: object): void } }>();
    response.status(503).json({ error: error.message });
  }
}

/** Lets nobody in. */
class Closed implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Controller("items")
@UseFilters(StockFilter)
class Items {
  @Get(":id")
  one(@Param("id") id: string): { id: string } {
    if (id === "broken") throw new StockError("the stock does not answer");
    return { id };
  }

  @Get(":id/price")
  @UseGuards(Closed)
  price(): string {
    return "never";
  }
}

@Module({ controllers: [Items] })
class Shop implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    signals.close();
    console.log("closed");
  }
}

Logger.overrideLogger(false);
const app = await NestFactory.create<NestExpressApplication>(Shop);
app.setGlobalPrefix("api");
app.use("/metrics", metricsHandler(signals));
app.use(goldenSignals(signals));
await app.listen(0, "127.0.0.1");

const url = await app.getUrl();
for (const path of ["items/1", "items/2", "items/broken", "items/1/price", "nowhere"]) {
  await (await fetch(`${url}/api/${path}`)).text();
}
const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_request(s|_errors)_total|^http_requests_in_flight/.test(line)) console.log(line);
}
await app.close();
