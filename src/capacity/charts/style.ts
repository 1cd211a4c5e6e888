/** The colours of a forecast's picture. */
import { pictureStyle } from "../../core/picture/style.ts";

export const CHART_STYLE: string = pictureStyle({
  light: `
.nines-history { stroke: #1f5fbf; } .nines-history-point, .nines-history-text { fill: #1f5fbf; }
.nines-forecast { stroke: #6e3fc4; stroke-dasharray: 6 4; } .nines-forecast-point, .nines-forecast-text { fill: #6e3fc4; }
.nines-interval { fill: #6e3fc4; stroke: #6e3fc4; stroke-opacity: .35; fill-opacity: .15; }
.nines-limit { stroke: #c62a2f; stroke-width: 1.5; } .nines-limit-text, .nines-crossing-point { fill: #c62a2f; }
.nines-crossing { stroke: #c62a2f; stroke-opacity: .45; } .nines-shift { stroke: #9a5b00; stroke-dasharray: 1 3; }
`,
  dark: `
.nines-history { stroke: #7db1ff; } .nines-history-point, .nines-history-text { fill: #7db1ff; }
.nines-forecast { stroke: #b9a0ff; } .nines-forecast-point, .nines-forecast-text { fill: #b9a0ff; }
.nines-interval { fill: #b9a0ff; stroke: #b9a0ff; }
.nines-limit, .nines-crossing { stroke: #ff8589; } .nines-limit-text, .nines-crossing-point { fill: #ff8589; }
.nines-shift { stroke: #f0b95c; }
`,
});
