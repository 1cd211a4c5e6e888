/** How the service stands: `GET /slo` */
import { reliability } from "../../lib/reliability.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  return Response.json(await (await reliability()).status());
}
