import { type Answer, type FakeServer, fakeServer } from "../http/fake-server.ts";

/** An annotation as Grafana keeps it. */
export interface Drawn {
  id: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

/** A Grafana that keeps annotations, and can be in trouble. */
export interface FakeGrafana extends FakeServer {
  readonly drawn: Drawn[];
  /** What is wrong with the next answers to what changes something: lost after it was done, or a status instead of it. */
  readonly trouble: ("lost" | number)[];
}

export async function fakeGrafana(): Promise<FakeGrafana> {
  const drawn: Drawn[] = [];
  const trouble: ("lost" | number)[] = [];
  const answer: Answer = ({ method, url, json }, response) => {
    const next = method === "GET" ? undefined : trouble.shift();
    if (typeof next === "number") {
      response.writeHead(next).end("{}");
      return;
    }
    const query = new URL(url, "http://grafana").searchParams;
    let body: unknown = { message: "done" };
    if (method === "GET") body = drawn.filter(({ tags }) => query.getAll("tags").every((tag) => tags.includes(tag)));
    // Grafana gives a mark its time as its end.
    else if (method === "POST") drawn.push({ id: drawn.length + 1, timeEnd: json.time, ...json });
    else Object.assign(drawn.find(({ id }) => url === `/api/annotations/${String(id)}`) ?? {}, json);
    if (next === "lost") response.destroy();
    else response.writeHead(200).end(JSON.stringify(body));
  };
  return Object.assign(await fakeServer(answer), { drawn, trouble });
}
