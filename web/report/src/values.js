// The value of every metric for every pair and method, a page of rows at a time.
import { arrow, columnLabel, formatNumber } from "./report.js";
import { compareValues } from "./statistics.js";
import { button, element } from "./dom.js";

const ROWS = 50;

export function showValues(section, report, choices, showPair) {
  const state = { key: "pair", descending: false, page: 0, filter: "" };
  const table = element("table", { class: "values" });
  const position = element("span", { class: "position" });
  const filter = element("input", { type: "search", placeholder: "part of a pair's or method's name",
    oninput: () => {
      state.filter = filter.value.toLowerCase();
      state.page = 0;
      draw();
    } });
  const back = button("\u25c0", () => turn(-1), { "aria-label": "Previous rows" });
  const on = button("\u25b6", () => turn(1), { "aria-label": "Next rows" });
  section.append(element("h2", { text: "Values per pair" }),
    element("p", { class: "note", text: "A click on a heading sorts by it, another turns the order round. A click on a pair shows its pictures." }),
    element("div", { class: "row" }, element("label", { class: "field" }, "Filter", filter), back, position, on),
    element("div", { class: "scroll" }, table));

  const valueOf = (row, key) => (key === "pair" ? report.pairs[row.pair].name : key === "method" ? row.method.name
    : report.values[row.method.index][row.pair][key]);

  function rows() {
    const all = [];
    report.pairs.forEach((pair, p) => {
      for (const method of choices.methods) {
        if (!report.values[method.index][p]) continue;
        if (state.filter && !`${pair.name} ${method.name}`.toLowerCase().includes(state.filter)) continue;
        all.push({ pair: p, method });
      }
    });
    if (state.key === "pair") return state.descending ? all.reverse() : all; // the pairs are in order
    return all.sort((a, b) => compareValues(valueOf(a, state.key), valueOf(b, state.key), state.descending));
  }

  function turn(by) {
    state.page += by;
    draw();
  }

  function head(text, key, title) {
    const sorted = state.key === key;
    return element("th", { class: typeof key === "number" ? "number" : "", "aria-sort": sorted ? (state.descending ? "descending" : "ascending") : "none", title },
      button(text + (sorted ? (state.descending ? " \u25bc" : " \u25b2") : ""), () => {
        state.descending = sorted ? !state.descending : false;
        state.key = key;
        state.page = 0;
        draw();
      }));
  }

  function draw() {
    if (typeof state.key === "number" && !choices.columns.some((c) => c.index === state.key)) state.key = "pair";
    const all = rows();
    const pages = Math.max(1, Math.ceil(all.length / ROWS));
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    const first = state.page * ROWS;
    const part = all.slice(first, first + ROWS);
    back.disabled = state.page === 0;
    on.disabled = state.page === pages - 1;
    position.textContent = all.length === 0 ? "no rows" : `rows ${first + 1} to ${first + part.length} of ${all.length}`;
    table.replaceChildren(
      element("thead", {}, element("tr", {}, head("Pair", "pair", "Name of the pictures"), head("Method", "method", "Name of the method"),
        ...choices.columns.map((c) => head(`${columnLabel(c)} ${arrow(c)}`, c.index, c.title)))),
      element("tbody", {}, ...part.map((row) => element("tr", {},
        element("td", {}, button(report.pairs[row.pair].name, () => showPair(row.pair), { class: "link" })),
        element("td", {}, swatch(row.method), row.method.name),
        ...choices.columns.map((c) => element("td", { class: "number", text: formatNumber(valueOf(row, c.index)) }))))));
  }
  choices.onChange(draw);
  draw();
}

export function swatch(method) {
  const mark = element("span", { class: "swatch" });
  mark.style.background = method.color;
  return mark;
}
