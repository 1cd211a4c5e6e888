/** Questions to an opened page, in the browser's own words: the tests' types know no DOM. */
import type { Page } from "puppeteer-core";

/** Text of all that `selector` finds. */
export async function texts(page: Page, selector: string): Promise<string[]> {
  const found = await page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent.trim())`,
  );
  return found as string[];
}

/** What an expression comes to. */
export async function ask<Answer>(page: Page, expression: string): Promise<Answer> {
  return (await page.evaluate(expression)) as Answer;
}

/** Waits for an expression to hold. */
export async function until(page: Page, expression: string): Promise<void> {
  await page.waitForFunction(expression, { polling: 25, timeout: 15_000 });
}

/** Follows a link within the page, and waits for its view. */
export async function go(page: Page, hash: string, title: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await until(page, `document.title.startsWith(${JSON.stringify(title)})`);
}

/** By how much the page is wider than its window, in pixels. */
export async function overflow(page: Page): Promise<number> {
  return ask<number>(page, "document.documentElement.scrollWidth - innerWidth");
}

/** Text of what has the focus. */
export async function focused(page: Page): Promise<string> {
  return ask<string>(page, "document.activeElement.textContent.trim() || document.activeElement.id");
}
