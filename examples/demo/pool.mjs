// The command that the runbook runs: asks the shop about its connection pool, resets it, or sees whether requests pass.
const shop = process.env.SHOP_URL;
const [what] = process.argv.slice(2);

const ask = async (path, init) =>
  (await fetch(`${shop}${path}`, { signal: globalThis.AbortSignal.timeout(5_000), ...init })).json();

if (what === "status" || what === "reset") {
  const { pool } = await ask("/admin/pool", { method: what === "reset" ? "DELETE" : "GET" });
  console.log(`pool ${pool}`);
} else if (what === "verify") {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => fetch(`${shop}/products/${id}`)));
  const failed = answers.filter(({ ok }) => !ok).length;
  console.log(`${failed} of ${answers.length} requests failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  console.error(`${what} is nothing that can be done; write status, reset or verify`);
  process.exitCode = 2;
}
