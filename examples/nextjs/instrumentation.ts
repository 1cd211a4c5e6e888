/** Called by Next once, before its server takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NODE_ENV !== "production") return;
  const { reliability } = await import("./lib/reliability.ts");
  const { observeNext } = await import("./lib/server.ts");
  observeNext(await reliability());
}
