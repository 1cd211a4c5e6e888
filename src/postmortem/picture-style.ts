/** How pictures look: on a ground of their own, for who shows them does not say whether it is dark there. */
export const PICTURE_STYLE: string = `
.nines-picture { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; max-width: 100%; }
.nines-ground { fill: #ffffff; } .nines-shade { fill: #c62a2f; opacity: .07; }
.nines-heading, .nines-subject { fill: #1c2024; font-size: 13px; font-weight: 600; }
.nines-heading, .nines-label { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.nines-tick, .nines-nothing { fill: #60646c; } .nines-nothing { font-size: 14px; font-style: italic; }
.nines-grid { stroke: #e4e6ea; } .nines-axis { stroke: #9a9fa8; } .nines-zero { stroke: #c62a2f; }
.nines-line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.nines-sli { stroke: #1f5fbf; } .nines-budget { stroke: #18794e; }
.nines-sli-point { fill: #1f5fbf; } .nines-budget-point { fill: #18794e; } .nines-budget-text { fill: #18794e; }
.nines-objective { stroke: #9a5b00; stroke-dasharray: 6 4; } .nines-objective-text { fill: #9a5b00; }
.nines-phase { stroke: #60646c; stroke-dasharray: 2 3; } .nines-dot { fill: #60646c; } .nines-label { fill: #1c2024; }
@media screen and (prefers-color-scheme: dark) {
.nines-ground { fill: #15181c; } .nines-shade { fill: #ff8589; opacity: .1; }
.nines-heading, .nines-label { fill: #e6e8eb; stroke: #15181c; } .nines-subject { fill: #e6e8eb; } .nines-tick, .nines-nothing { fill: #a3a9b2; }
.nines-grid { stroke: #2a2f36; } .nines-axis { stroke: #6b727c; } .nines-zero { stroke: #ff8589; }
.nines-sli { stroke: #7db1ff; } .nines-budget { stroke: #5fc992; }
.nines-sli-point { fill: #7db1ff; } .nines-budget-point { fill: #5fc992; } .nines-budget-text { fill: #5fc992; }
.nines-objective { stroke: #f0b95c; } .nines-objective-text { fill: #f0b95c; }
.nines-phase { stroke: #a3a9b2; } .nines-dot { fill: #a3a9b2; }
}
`;
