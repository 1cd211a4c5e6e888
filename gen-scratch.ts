import { generateRules } from "./src/rules/generate.ts";
import { parseSloDocument } from "./src/slo/document.ts";
import { writeFileSync } from "node:fs";
const doc = "service_level_objectives:\n  shop:\n" + Array.from({length:1000},(_, i)=>`    requests-${i}:\n      kind: error_rate\n      target: 0.1%\n      measurement_window: 30d\n      description: d\n      sli:\n        bad: sum(rate(http_requests_total{job="shop${i}",code=~"5.."}[5m]))\n        total: sum(rate(http_requests_total{job="shop${i}"}[5m]))\n      alerting: { name: High }\n`).join("");
for (let i=0;i<5;i++){ const t=performance.now(); const d = parseSloDocument(doc); const t1=performance.now(); const r=generateRules(doc); const t2=performance.now(); const y=r.toYaml(); const t3=performance.now(); console.log("parse",(t1-t).toFixed(0),"gen",(t2-t1).toFixed(0),"yaml", (t3-t2).toFixed(0), y.length); if(i===0) writeFileSync("/tmp/scratch/before.yml", y); }
