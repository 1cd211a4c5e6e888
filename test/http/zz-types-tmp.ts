import express from "express"; import express4 from "express4"; import fastify from "fastify"; import Koa from "koa"; import Router from "@koa/router"; import { Hono } from "hono"; import { createServer } from "node:http"; import { createSecureServer } from "node:http2";
import { SloDashboard } from "../../src/dashboard/dashboard.ts";
import * as e from "../../src/http/express.ts"; import * as f from "../../src/http/fastify.ts"; import * as k from "../../src/http/koa.ts"; import * as h from "../../src/http/hono.ts"; import * as n from "../../src/http/node.ts";
declare const d: SloDashboard;
express().get("/d", e.dashboardHandler(d)).use("/d", e.dashboardHandler(d));
fastify().get("/d", f.dashboardHandler(d)); fastify({ http2: true }).get("/d", f.dashboardHandler(d)); fastify().route({ method: "GET", url: "/d", handler: f.dashboardHandler(d) });
new Router().get("/d", k.dashboardHandler(d)); new Koa().use(k.dashboardHandler(d));
new Hono().get("/d", h.dashboardHandler(d)); new Hono<{ Bindings: { x: string } }>().get("/d", h.dashboardHandler(d));
createServer(n.dashboardHandler(d)); createSecureServer({}, n.dashboardHandler(d));
