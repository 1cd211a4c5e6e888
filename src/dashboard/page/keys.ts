/** The page by keys: `/` finds, j and k (and the arrows, once in a row) go through the rows, a click anywhere opens a row. */

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

const KEPT_AS = "nines-keys";

/** Whether single keys do something: who speaks to the machine, or holds keys down, may not want it. */
export function readKeys(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true;
  }
}

export function keepKeys(on: boolean): void {
  try {
    localStorage.setItem(KEPT_AS, on ? "on" : "off");
  } catch {
    // Then it holds for as long as the page is open.
  }
}

export function listenToKeys(root: HTMLElement, { isOn, onFind }: { isOn: () => boolean; onFind: () => void }): void {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!isOn()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(target)) return;
    if (key === "/") {
      event.preventDefault();
      onFind();
      return;
    }
    const step = STEPS[key];
    const inRow = target instanceof HTMLElement && target.dataset.row !== undefined;
    if (step !== undefined && (inRow || key.length === 1) && go(root, step)) event.preventDefault();
  });
  root.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element) || target.closest("a, button") !== null) return;
    const href = target.closest<HTMLElement>("[data-href]")?.dataset.href;
    // Whoever marks a figure to copy it does not want to leave.
    if (href !== undefined && document.getSelection()?.isCollapsed !== false) location.hash = href;
  });
}

function go(root: HTMLElement, step: number): boolean {
  const rows = [...root.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.closest("[hidden]") === null);
  const place = rows.indexOf(document.activeElement as HTMLElement);
  const next = place === -1 ? rows[0] : rows[place + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return rows.length > 0;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
