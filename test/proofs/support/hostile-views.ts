/** Looks at a dashboard in a browser, view by view: what is shown is what was written, and nothing else is there. */

/** A service of a snapshot, and the text that all its fields have. */
export interface LookedAt {
  readonly text: string;
  /** How it is shown: signs that nobody sees, and that turn the direction of others, stand as their numbers. */
  readonly shown: string;
  readonly service: string;
  readonly slo: string;
}

/** Elements that a page has for nobody's text. */
const FOREIGN =
  "script, iframe, frame, object, embed, base, meta, link, style, img, video, audio, form, template, math, marquee";

/**
 * An expression that goes through the views of all of them, and comes to what is wrong, each as a sentence. A view of a hostile text must
 * have the elements of the view of a harmless one, and the text as it was written.
 */
export function lookExpression(all: readonly LookedAt[], harmless: LookedAt, mostViews: number): string {
  const source = look.toString();
  // Whoever compiles it may give functions their names by a helper that the page does not have.
  const helpers = [...new Set(source.match(/__name\d*/g))].map((helper) => `const ${helper} = (made) => made;`);
  const given = JSON.stringify({ all, harmless, mostViews, foreign: FOREIGN });
  return `(() => { ${helpers.join(" ")} return (${source})(${given}); })()`;
}

interface Given {
  readonly all: readonly LookedAt[];
  readonly harmless: LookedAt;
  readonly mostViews: number;
  readonly foreign: string;
}

/** What of a document is needed here; the tests' types know no DOM. */
interface Found {
  readonly tagName: string;
  readonly textContent: string;
  getAttributeNames(): readonly string[];
}
interface Doc {
  querySelector(selector: string): (Found & Searched) | null;
}
interface Searched {
  querySelectorAll(selector: string): Iterable<Found>;
}

/** Runs in the page: it may use nothing from around it. */
async function look({ all, harmless, mostViews, foreign }: Given): Promise<readonly string[]> {
  const page = globalThis as unknown as {
    document: Doc & { readonly body: Searched; readonly title: string };
    location: { hash: string };
  };
  const wrong: string[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const isUrl = (text: string): boolean => {
    try {
      return /^https?:$/.test(new URL(text).protocol);
    } catch {
      return false;
    }
  };
  const visit = async (hash: string): Promise<(Found & Searched) | null> => {
    page.location.hash = hash;
    for (let wait = 0; wait < 50; wait += 1) {
      await turn();
      const view = page.document.querySelector(".view");
      if (view !== null && page.document.title !== "") return view;
    }
    return null;
  };
  const shapeOf = (view: Searched): string =>
    [...view.querySelectorAll("*")]
      .map((one) => `${one.tagName} ${[...one.getAttributeNames()].sort().join()}`)
      .join("\n");
  const viewsOf = (one: LookedAt): readonly (readonly [string, string])[] => [
    ["service", `#/service/${encodeURIComponent(one.service)}`],
    ["slo", `#/slo/${encodeURIComponent(one.slo)}`],
  ];
  const expected = new Map<string, string>();
  for (const [kind, hash] of viewsOf(harmless)) {
    const view = await visit(hash);
    if (view === null) return [`the harmless ${kind} is not shown`];
    expected.set(kind, shapeOf(view));
  }
  for (const one of all.slice(0, mostViews)) {
    // An id that is no well-formed text cannot stand in an address.
    if (/[\uD800-\uDFFF]/.test(one.text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ""))) continue;
    for (const [kind, hash] of viewsOf(one)) {
      const view = await visit(hash);
      const shown = view?.textContent ?? "";
      if (view === null || !shown.includes(one.shown)) {
        wrong.push(`${kind} of ${JSON.stringify(one.text)} does not show it: ${shown.slice(0, 100)}`);
      } else if (!isUrl(one.text) && shapeOf(view) !== expected.get(kind)) {
        wrong.push(`${kind} of ${JSON.stringify(one.text)} has other elements than a harmless one`);
      }
    }
  }
  page.location.hash = "#/";
  await turn();
  const names = new Set([...page.document.body.querySelectorAll("article h3 a")].map((one) => one.textContent));
  for (const one of all) if (!names.has(one.shown)) wrong.push(`${JSON.stringify(one.shown)} is not in the list`);
  const strangers = [...page.document.body.querySelectorAll(foreign)].filter((one) => one.tagName !== "SCRIPT");
  if (strangers.length > 0) wrong.push(`there is <${strangers.map((one) => one.tagName).join("> <")}>`);
  return wrong;
}
