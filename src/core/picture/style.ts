/** How pictures look: on a ground of their own, for who shows them does not say whether it is dark there. */

/** Rules of one picture, beside those of all. */
export interface OwnRules {
  readonly light: string;
  /** On a dark screen. */
  readonly dark: string;
}

/** The rules of a picture, as CSS. */
export function pictureStyle({ light, dark }: OwnRules): string {
  return `
.nines-picture { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; max-width: 100%; }
.nines-ground { fill: #ffffff; } .nines-shade { fill: #c62a2f; opacity: .07; }
.nines-heading, .nines-subject { fill: #1c2024; font-size: 13px; font-weight: 600; }
.nines-heading, .nines-label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.nines-tick, .nines-nothing { fill: #60646c; } .nines-nothing { font-size: 14px; font-style: italic; }
.nines-grid { stroke: #e4e6ea; } .nines-axis { stroke: #9a9fa8; } .nines-zero { stroke: #c62a2f; }
.nines-line { fill: none; stroke-width: 2; stroke-linejoin: round; }
${light.trim()}
.nines-phase { stroke: #60646c; stroke-dasharray: 2 3; } .nines-dot { fill: #60646c; } .nines-label { fill: #1c2024; }
@media screen and (prefers-color-scheme: dark) {
.nines-ground { fill: #15181c; } .nines-shade { fill: #ff8589; opacity: .1; }
.nines-heading, .nines-label { fill: #e6e8eb; stroke: #15181c; } .nines-subject { fill: #e6e8eb; } .nines-tick, .nines-nothing { fill: #a3a9b2; }
.nines-grid { stroke: #2a2f36; } .nines-axis { stroke: #6b727c; } .nines-zero { stroke: #ff8589; }
${dark.trim()}
.nines-phase { stroke: #a3a9b2; } .nines-dot { fill: #a3a9b2; }
}
`;
}
