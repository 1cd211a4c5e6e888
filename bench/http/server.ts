/** A child process that serves one variant of one framework, and tells what it has spent. */
import type { Variant, Variants } from "./served.ts";

export type Question = "cpu" | "counted";

const [framework, variant] = process.argv.slice(2) as [string, Variant];
process.once("disconnect", () => process.exit());

async function main(): Promise<void> {
  const { variants } = (await import(`./${framework}.ts`)) as { variants: Variants };
  const start = variants[variant];
  if (start === undefined) throw new Error(`there is no ${variant} for ${framework}`);
  const { port, counted } = await start();
  process.on("message", (question: Question) => {
    if (question === "cpu") {
      const { user, system } = process.cpuUsage();
      process.send?.(user + system);
      return;
    }
    void Promise.resolve(counted()).then((count) => process.send?.(count));
  });
  process.send?.(port);
}

void main();
