/** That the process answers: `GET /healthz` */
export const dynamic = "force-dynamic";

export function GET(): Response {
  return new Response("ok\n");
}
