// How the numbers came about.
import { columnLabel } from "./report.js";
import { element } from "./dom.js";

export function showSettings(section, report) {
  const list = element("dl");
  for (const [name, value] of report.settings) list.append(element("dt", { text: name }), element("dd", { text: value }));
  const table = element("table", { class: "definitions" },
    element("thead", {}, element("tr", {}, ...["Metric", "What it is", "Unit", "Range", "Better", "Source"].map((text) => element("th", { text })))),
    element("tbody", {}, ...report.columns.map((c) => {
      const what = element("td", {}, element("b", { text: c.title }), element("br"), c.formula);
      if (c.conventions) what.append(element("br"), element("i", { text: c.conventions }));
      if (c.notFinite) what.append(element("br"), c.notFinite);
      if (c.smallestSide > 1) what.append(element("br"), `NaN when a side is below ${c.smallestSide} pixels`);
      return element("tr", {}, element("th", { scope: "row", text: columnLabel(c) }), what, ...[c.unit, c.range, c.better, c.source].map((text) =>
        element("td", { text })));
    })));
  section.append(element("h2", { text: "Settings" }), list, element("h3", { text: "What the metrics are" }), element("p", { class: "note",
    text: "A infrared, B visible, F fused, 8-bit gray, H rows, W columns. The convention paper computes as the code published with the SeAFusion paper, f255 as its author's later evaluation code." }),
    element("div", { class: "scroll" }, table));
}
