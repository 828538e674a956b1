import assert from "node:assert/strict";
import { test } from "node:test";
import { figureSvg } from "../src/figure.js";
import { parseReport } from "../src/report.js";
import { fileName, summaryCsv, summaryLatex, taskCsv, valuesCsv } from "../src/save.js";

const summary = (mean, std) => ({ count: 1, notFinite: 0, mean, std, median: mean });
const report = parseReport(JSON.stringify({
  seafusion: "1", title: "t", settings: [],
  methods: [{ name: "A_1 & \"b\"", folder: "" }, { name: "=B,{}", folder: "" }],
  columns: [{ metric: "MSE", convention: "both", better: "lower", unit: "" }],
  pairs: [{ name: "one" }, { name: "two" }],
  values: [[[0.5], ["NaN"]], [[0.25], null]],
  summary: [[summary(0.5, 0)], [summary(0.25, 0)]],
}));

test("CSV quotes, keeps NaN, leaves out what is missing, and begins no formula", () => {
  assert.equal(valuesCsv(report, report.methods, report.columns),
    'pair,method,metric,convention,value\none,"A_1 & ""b""",MSE,both,0.5\none,"\'=B,{}",MSE,both,0.25\ntwo,"A_1 & ""b""",MSE,both,NaN\n');
  assert.equal(summaryCsv(report, [report.methods[0]], report.columns).split("\n")[1], '"A_1 & ""b""",MSE,both,lower,0.5,0,0.5,1,0');
});

test("a task's table as CSV has the intervals, and leaves empty what could not be found", () => {
  const task = { columns: [{ figure: "AP", category: "a,b" }, { figure: "AP", category: "All" }],
    rows: [{ name: "+X", figures: [{ value: 0.5, interval: [0.25, 0.75] }, { value: null }] }] };
  assert.equal(taskCsv(task), "name,category,figure,value,low,high\n'+X,\"a,b\",AP,0.5,0.25,0.75\n'+X,All,AP,,,\n");
});

test("LaTeX escapes names and marks the lower mean as best where lower is better", () => {
  const text = summaryLatex(report, report.methods, report.columns);
  assert.match(text, /Method & MSE \[both\] \$\\downarrow\$ \\\\/);
  assert.match(text, /A\\_1 \\& "b" & \\underline\{\$0\.5000 \\pm 0\.0000\$\}/);
  assert.match(text, /=B,\\\{\\\} & \{\\boldmath \$0\.2500 \\pm 0\.0000\$\}/);
});

test("names of files hold no path and no sign that shells read", () => {
  assert.equal(fileName("../a b/c$d.png"), "a_b_c_d.png");
  assert.equal(fileName("é☃"), "é");
  assert.equal(fileName("//"), "figure");
});

test("a figure escapes names and enlarges each box", () => {
  const boxes = [{ x: 0.5, y: 0, w: 0.25, h: 0.5, color: "#f00" }];
  const { text, width } = figureSvg([{ name: "<a>&", url: "data:image/png;base64,AA==" }], 40, 20, { x: 0, y: 0, w: 1, h: 1 }, boxes);
  assert.ok(!text.includes("<a>"));
  assert.ok(text.includes("&#60;a&#62;&#38;"));
  assert.ok(text.includes('viewBox="20 0 10 10"'));
  assert.ok(width > 0);
});
