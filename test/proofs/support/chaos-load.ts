/** A service with two routes, and the process that puts it under load. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import type { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { faultInjection, observeServer } from "../../../src/http/node.ts";
import type { Reliability } from "../../../src/reliability.ts";
import { programOf } from "../../support/program.ts";
import type { LoadAnswers, LoadQuestion } from "./chaos-load-messages.ts";

const WORK_MS = 2;

/** A service that is served, and its load. */
export class LoadedService {
  readonly #server: Server;
  readonly #child: ChildProcess;
  #asked = 0;

  private constructor(server: Server, child: ChildProcess) {
    this.#server = server;
    this.#child = child;
  }

  /** Resolves once requests are sent. */
  static async start(reliability: Reliability, faults: InProcessFaults, objective: number): Promise<LoadedService> {
    const inject = faultInjection(faults);
    const server = createServer((request, response) => {
      inject(request, response, () => void pause(WORK_MS).then(() => response.end("served")));
    });
    // An idle connection that is closed just as a request is sent on it fails without any chaos.
    server.keepAliveTimeout = 0;
    observeServer(server, reliability, { route: ({ url }) => url });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const child = fork(programOf("test/proofs/support/chaos-load-child.ts"), [String(port), String(objective)], {
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const service = new LoadedService(server, child);
    await service.#answerTo(0);
    return service;
  }

  async ask<Ask extends keyof LoadAnswers>(
    ask: Ask,
    told: Omit<LoadQuestion, "id" | "ask"> = {},
  ): Promise<LoadAnswers[Ask]> {
    this.#asked += 1;
    const answer = this.#answerTo(this.#asked);
    this.#child.send({ ...told, id: this.#asked, ask } satisfies LoadQuestion);
    return (await answer) as LoadAnswers[Ask];
  }

  async stop(): Promise<void> {
    const gone = this.#child.exitCode === null ? once(this.#child, "exit") : undefined;
    if (this.#child.connected) this.#child.disconnect();
    await gone;
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #answerTo(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`the load ended by itself: ${String(code)}`));
      const onMessage = (message: { readonly id: number; readonly answer: unknown }): void => {
        if (message.id !== id) return;
        this.#child.off("message", onMessage).off("exit", onExit);
        resolve(message.answer);
      };
      this.#child.on("message", onMessage).once("exit", onExit);
    });
  }
}
