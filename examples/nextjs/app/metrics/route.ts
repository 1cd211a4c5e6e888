/** What Prometheus scrapes: `GET /metrics` */
import { reliability } from "../../lib/reliability.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const holder = await reliability();
  return new Response(await holder.metrics(), { headers: { "content-type": holder.contentType } });
}
