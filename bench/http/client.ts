/** A client that costs little beside the server: prepared requests over raw connections that stay open. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const CONNECTIONS = 16;
/** All paths are equally long, so all responses are. */
const REQUESTS = Array.from({ length: 256 }, (_, index) =>
  Buffer.from(
    `GET /users/${1_000 + index * 7} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n`,
  ),
);
const STATUS_AT = "HTTP/1.1 ".length;

export class Client {
  readonly #sockets: readonly Socket[];
  readonly #responseBytes: number;

  private constructor(sockets: readonly Socket[], responseBytes: number) {
    this.#sockets = sockets;
    this.#responseBytes = responseBytes;
  }

  /** Connects, and sends one request to learn how long a response is. */
  static async open(port: number): Promise<Client> {
    const sockets = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const socket = connect({ port, host: "127.0.0.1", noDelay: true });
        await once(socket, "connect");
        // What breaks a connection shows as its close.
        socket.on("error", () => {});
        return socket;
      }),
    );
    return new Client(sockets, await responseBytes(sockets[0] as Socket));
  }

  /** Sends so many requests, each connection one at a time, and waits for all responses. */
  async run(requests: number): Promise<void> {
    let left = requests;
    const next = (): Buffer | undefined => (left === 0 ? undefined : REQUESTS[left-- % REQUESTS.length]);
    await Promise.all(this.#sockets.map((socket) => this.#runOn(socket, next)));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #runOn(socket: Socket, next: () => Buffer | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let received = 0;
      const end = (error?: Error): void => {
        socket.off("data", onData).off("close", onClose);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onClose = (): void => end(new Error("the server closed a connection"));
      const send = (): void => {
        received = 0;
        const request = next();
        if (request === undefined) end();
        else socket.write(request);
      };
      const onData = (chunk: Buffer): void => {
        if (received === 0 && chunk.toString("latin1", STATUS_AT, STATUS_AT + 3) !== "200") {
          end(new Error(`the server answered ${chunk.toString("latin1")}`));
          return;
        }
        received += chunk.length;
        if (received > this.#responseBytes) end(new Error("the responses are not equally long"));
        else if (received === this.#responseBytes) send();
      };
      if (socket.destroyed) onClose();
      else {
        socket.on("data", onData).on("close", onClose);
        send();
      }
    });
  }
}

async function responseBytes(socket: Socket): Promise<number> {
  socket.write(REQUESTS[0] as Buffer);
  let text = "";
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    text += chunk.toString("latin1");
    const head = /^(.*?\r\n)\r\n/s.exec(text)?.[1];
    if (head === undefined) continue;
    const body = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1]);
    if (!(body > 0)) throw new Error(`a response without a length: ${text}`);
    if (text.length === head.length + 2 + body) return text.length;
  }
}
