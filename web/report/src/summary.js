// Mean and deviation of every metric for every method.
import { arrow, formatNumber } from "./report.js";
import { meanRanks, rank } from "./statistics.js";
import { save, summaryCsv, summaryLatex, valuesCsv } from "./save.js";
import { button, element } from "./dom.js";

export function showSummary(section, report, choices) {
  const table = element("table", { class: "summary" });
  const note = element("p", { class: "note" });
  section.append(
    element("h2", { text: "Summary" }),
    element("p", { class: "note" }, "Mean \u00b1 standard deviation over the pairs; ",
      element("b", { class: "best", text: "best" }), " and ", element("u", { class: "second", text: "second best" }),
      " among the methods shown. In brackets the convention: numbers of ", element("i", { text: "paper" }), " and of ",
      element("i", { text: "f255" }), " must not be mixed; ", element("i", { text: "both" }), " is the same in either."),
    element("div", { class: "scroll" }, table),
    note,
    element("div", { class: "row" },
      button("Table as CSV", () => save("summary.csv", summaryCsv(report, choices.methods, choices.columns), "text/csv")),
      button("Table as LaTeX", () => save("summary.tex", summaryLatex(report, choices.methods, choices.columns), "text/x-tex")),
      button("All values as CSV", () => save("values.csv", valuesCsv(report, choices.methods, choices.columns), "text/csv"))),
  );

  function draw() {
    const methods = choices.methods;
    table.replaceChildren(
      element("thead", {}, element("tr", {}, element("th", { text: "Metric" }), element("th", { text: "Better" }),
        element("th", { text: "Unit" }), ...methods.map((m) => element("th", { class: "number", text: m.name })))),
      element("tbody", {}, ...choices.columns.map((column) => {
        const of = methods.map((m) => report.summary[m.index][column.index]);
        const marks = rank(of.map((s) => s.mean), column.better);
        return element("tr", {},
          element("th", { scope: "row", title: column.title, text: column.metric },
            element("span", { class: "convention", text: ` [${column.convention}]` })),
          element("td", { text: `${arrow(column)} ${column.better}` }),
          element("td", { text: column.unit }),
          ...of.map((s, i) => cell(s, marks[i], report.pairs.length)));
      }), rankRow(methods)));
    const short = methods.filter((m) => report.values[m.index].some((row) => row === null));
    note.textContent = short.length === 0 ? "" :
      `Not every method has every picture (${short.map((m) => m.name).join(", ")}): their means are over other pairs than the rest.`;
  }
  function rankRow(methods) {
    const ranks = meanRanks(choices.columns.map((column) => ({
      means: methods.map((m) => report.summary[m.index][column.index].mean), better: column.better })));
    const marks = rank(ranks, "lower");
    return element("tr", { class: "ranks" }, element("th", { scope: "row", text: "Mean rank" }),
      element("td", { text: "\u2193 lower" }), element("td", {}),
      ...ranks.map((v, i) => element("td", { class: `number ${marks[i]}`, text: v.toFixed(2) })));
  }
  choices.onChange(draw);
  draw();
}

function cell(s, mark, pairs) {
  const td = element("td", { class: `number ${mark}` }, formatNumber(s.mean),
    element("span", { class: "spread", text: ` \u00b1 ${formatNumber(s.std)}` }));
  if (s.count < pairs) {
    const why = s.notFinite > 0 ? `, ${s.notFinite} not finite` : "";
    td.append(element("span", { class: "spread", text: ` (${s.count} of ${pairs}${why})` }));
  }
  return td;
}
