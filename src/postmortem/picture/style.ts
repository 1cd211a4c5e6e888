/** The colours of a postmortem's picture. */
import { pictureStyle } from "../../core/picture/style.ts";

export const PICTURE_STYLE: string = pictureStyle({
  light: `
.nines-sli { stroke: #1f5fbf; } .nines-budget { stroke: #18794e; }
.nines-sli-point { fill: #1f5fbf; } .nines-budget-point { fill: #18794e; } .nines-budget-text { fill: #18794e; }
.nines-objective { stroke: #9a5b00; stroke-dasharray: 6 4; } .nines-objective-text { fill: #9a5b00; }
`,
  dark: `
.nines-sli { stroke: #7db1ff; } .nines-budget { stroke: #5fc992; }
.nines-sli-point { fill: #7db1ff; } .nines-budget-point { fill: #5fc992; } .nines-budget-text { fill: #5fc992; }
.nines-objective { stroke: #f0b95c; } .nines-objective-text { fill: #f0b95c; }
`,
});
