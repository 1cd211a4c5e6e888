/** `GET /items/:id`, which knows nothing of nines. */
interface Given {
  readonly params: Promise<{ readonly id: string }>;
}

export async function GET(_request: Request, { params }: Given): Promise<Response> {
  const { id } = await params;
  if (id === "broken") throw new Error("the stock does not answer");
  return Response.json({ id });
}
