import { Choices, parseReport } from "./report.js";
import { boxOption, curveOption, showCharts } from "./charts.js";
import { Compare } from "./compare.js";
import { showSettings } from "./settings.js";
import { showSummary } from "./summary.js";
import { showTasks } from "./tasks.js";
import { showValues, swatch } from "./values.js";
import { element } from "./dom.js";

function showChoices(node, report, choices) {
  node.append(element("b", { text: "Methods" }), ...report.methods.map((method) => {
    const box = element("input", { type: "checkbox", checked: true, onchange: () => choices.toggle(method.index, box.checked) });
    return element("label", { class: "choice" }, box, swatch(method), method.name);
  }));
  if (choices.conventions.length < 2) return;
  node.append(element("b", { text: "Convention" }), ...[...choices.conventions, "all"].map((name) => {
    const radio = element("input", { type: "radio", name: "convention", value: name, checked: name === choices.convention,
      onchange: () => choices.choose(name) });
    return element("label", { class: "choice" }, radio, name);
  }));
}

const section = (id) => document.getElementById(id);
const report = parseReport(section("report-data").textContent);
const choices = new Choices(report);
const count = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;
document.title = report.title;
section("title").textContent = report.title;
section("extent").textContent = `${count(report.methods.length, "method")}, ${count(report.pairs.length, "pair")}, seafusion ${report.seafusion}`;
showChoices(section("choices"), report, choices);
showSummary(section("summary"), report, choices);
const compare = new Compare(section("pictures"), report, choices);
showCharts(section("curves"), "Cumulative curves", "A point (x, y): the share x of the pairs has a value of at most y. Beside each name its mean.",
  report, choices, curveOption, "curve");
showCharts(section("boxes"), "Box plots", "Box: quartiles and median. Whiskers: outermost values within 1.5 box lengths; beyond them, each value is a dot.",
  report, choices, boxOption, "box");
showValues(section("values"), report, choices, (pair) => {
  compare.started = true;
  compare.show(pair);
  section("pictures").scrollIntoView();
});
showTasks(section("tasks"), report);
for (const link of document.querySelectorAll('nav a[href="#tasks"]')) link.hidden = report.tasks.length === 0;
showSettings(section("settings"), report);
