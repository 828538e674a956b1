// What networks saw in the pictures: a table with intervals, and the pictures with it drawn over them.
import { Card, cardGrid, precisionOption } from "./charts.js";
import { formatNumber } from "./report.js";
import { rank, runs } from "./statistics.js";
import { fileName, save, taskCsv } from "./save.js";
import { button, element, select } from "./dom.js";

export function showTasks(section, report) {
  report.tasks.forEach((task, t) => {
    section.append(element("h2", { text: task.title }),
      element("p", { class: "note" }, `${task.note} Highest of a column in `, element("b", { text: "bold" }),
        ", second highest ", element("u", { text: "underlined" }),
        ". Below a figure the interval in which 95 % of such figures lie when pictures are drawn anew from the set: rows whose intervals overlap are not told apart by so few pictures."),
      element("div", { class: "scroll" }, taskTable(task)),
      element("div", { class: "row" },
        button("Table as CSV", () => save(`${task.title.toLowerCase()}.csv`, taskCsv(task), "text/csv"))));
    if (task.curves.length > 0) section.append(element("h3", { text: "Precision and recall at an IoU of 0.5" }), curves(report, task));
    if (task.panels.length > 0) section.append(panels(task, t));
  });
}

function taskTable(task) {
  // Where all are alike none is the best.
  const marks = task.columns.map((_, c) => {
    const values = task.rows.map((row) => row.figures[c].value ?? NaN);
    return new Set(values.filter(Number.isFinite)).size > 1 ? rank(values, "higher") : values.map(() => "");
  });
  return element("table", { class: "task" },
    element("thead", {},
      element("tr", {}, element("th"), ...runs(task.columns, (c) => c.figure).map(([text, colspan]) =>
        element("th", { class: "number", colspan, text }))),
      element("tr", {}, element("th", { text: "Pictures" }),
        ...task.columns.map((c) => element("th", { class: "number", text: c.category })))),
    element("tbody", {}, ...task.rows.map((row, r) => element("tr", {}, element("th", { scope: "row", text: row.name }),
      ...row.figures.map((figure, c) => cell(figure, marks[c][r]))))));
}

function cell(figure, mark) {
  const td = element("td", { class: `number ${mark}` }, formatNumber(figure.value));
  if (figure.interval) {
    const [low, high] = figure.interval.map((v) => v.toFixed(3));
    td.append(element("br"), element("span", { class: "spread", text: `${low}\u2013${high}` }));
  }
  return td;
}

function curves(report, task) {
  const categories = [...new Set(task.curves.map((curve) => curve.category))];
  return cardGrid(categories.map((category) => new Card(() => precisionOption(report, task, category), fileName(`precision_${category}`), category)));
}

function panels(task, t) {
  const grid = element("div", { class: "overlays" });
  const show = (p) => grid.replaceChildren(...task.rows.map((row, r) => {
    const source = task.panels[p].pictures[r];
    const image = element("img", { alt: `${row.name}, ${task.panels[p].pair}`, loading: "lazy" });
    if (source === true) {
      const node = document.getElementById(`overlay-${t}-${p}-${r}`);
      image.src = `data:${node.dataset.type};base64,${node.textContent}`;
    } else if (source) {
      image.src = source;
    }
    return element("figure", {}, image, element("figcaption", { text: row.name }));
  }));
  const { labelled } = select("Pair", task.panels.map((panel, p) => [String(p), panel.pair]), "0", (p) => show(Number(p)));
  show(0);
  return element("div", {}, element("div", { class: "row" }, labelled), grid);
}
