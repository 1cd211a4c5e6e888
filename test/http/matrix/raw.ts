/** Clients that say exactly what they are told to, byte for byte. */
import { connect, type Socket } from "node:net";

import { eventually } from "./eventually.ts";

/** One connection. */
export class RawClient {
  readonly socket: Socket;
  /** All that came so far, a character a byte. */
  received = "";
  closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("close", () => (this.closed = true));
  }

  /** Opens a connection; one that is `deaf` never reads. */
  static async open(port: number, options: { deaf?: boolean; allowHalfOpen?: boolean } = {}): Promise<RawClient> {
    const { deaf = false, allowHalfOpen = false } = options;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    if (!deaf) socket.on("data", (chunk) => (client.received += chunk.toString("latin1")));
    return client;
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }

  /** Waits until `text` has come. */
  async got(text: string): Promise<void> {
    await eventually(
      () => this.received.includes(text),
      () => `"${text}" to come; there is "${this.received.slice(0, 500)}"`,
    );
  }

  /** Waits until so many answers have begun. */
  async answered(count: number): Promise<void> {
    await eventually(
      () => this.statuses().length >= count,
      () => `${count} answers; there is "${this.received.slice(0, 500)}"`,
    );
  }

  /** Waits until the server has ended the connection. */
  async over(): Promise<void> {
    await eventually(() => this.closed, "the connection to end");
  }

  /** The statuses of all answers, 1xx included. */
  statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
  }

  /** Leaves in good order: the server sees an end. */
  leave(): void {
    this.socket.destroy();
  }

  /** Leaves with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** The text of a request. */
export function ask(
  target: string,
  options: { method?: string; version?: string; headers?: readonly string[]; body?: string; keep?: boolean } = {},
): string {
  const { method = "GET", version = "1.1", headers = [], body = "", keep = false } = options;
  const connection = keep ? [] : ["Connection: close"];
  const head = [`${method} ${target} HTTP/${version}`, "Host: h", ...connection, ...headers];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

/** Sends `text`, whose last request must end the connection, and gives all that comes back. */
export async function exchange(port: number, text: string): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.send(text);
  await client.over();
  return client;
}
