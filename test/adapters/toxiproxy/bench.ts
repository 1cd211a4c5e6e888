/** What is on both sides of a proxy: a server that echoes, and clients that measure. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Upstream {
  readonly address: string;
  /** Bytes that have reached it. */
  received(): number;
  stop(): Promise<void>;
}

/** Sends back what it gets. */
export async function startEcho(): Promise<Upstream> {
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer) => (received += data.length));
    socket.on("error", () => undefined);
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received: () => received,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A connection whose errors wait to be looked at. */
export class Client {
  readonly socket: Socket;
  received = 0;
  error: NodeJS.ErrnoException | undefined;
  #waiting = (): void => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer) => {
      this.received += data.length;
      this.#waiting();
    });
    socket.on("error", (error) => (this.error = error));
    socket.on("close", () => this.#waiting());
  }

  static async open(address: string): Promise<Client> {
    const [host = "", port = ""] = address.split(":");
    const socket = connect(Number(port), host);
    await once(socket, "connect");
    return new Client(socket);
  }

  /** How long it takes until all that is sent has come back. */
  async roundTrip(bytes = 1): Promise<number> {
    const until = this.received + bytes;
    const startedAt = performance.now();
    this.socket.write(Buffer.alloc(bytes));
    while (this.received < until && !this.socket.closed) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    if (this.received < until) throw this.error ?? new Error("it was closed");
    return performance.now() - startedAt;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
