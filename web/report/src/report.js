// The numbers of the page and what of them the reader wants to see.
import { paletteColor } from "./palette.js";

const asNumber = (v) => (typeof v === "number" ? v : v === "Inf" ? Infinity : v === "-Inf" ? -Infinity : NaN);

export function parseReport(text) {
  const data = JSON.parse(text);
  const methods = data.methods.map((method, index) => ({ ...method, index, color: paletteColor(index) }));
  const columns = data.columns.map((column, index) => ({ ...column, index, label: columnLabel(column) }));
  // values[method][pair]: numbers by column, or null where the method has no picture.
  const values = data.values.map((pairs) => pairs.map((row) => row && row.map(asNumber)));
  const summary = data.summary.map((row) =>
    row.map((s) => ({ ...s, mean: asNumber(s.mean), std: asNumber(s.std), median: asNumber(s.median) })));
  return { ...data, methods, columns, values, summary };
}

export const columnLabel = (column) => `${column.metric} [${column.convention}]`;
export const arrow = (column) => (column.better === "higher" ? "\u2191" : "\u2193");

export function finiteValues(report, method, column) {
  return report.values[method].flatMap((row) => (row && Number.isFinite(row[column]) ? [row[column]] : []));
}

// Which methods and which convention are shown; tells those who asked when that changes.
export class Choices {
  constructor(report) {
    this.report = report;
    this.hidden = new Set();
    this.conventions = [...new Set(report.columns.map((c) => c.convention))].filter((c) => c !== "both");
    this.convention = "all";
    this.listeners = [];
  }
  get methods() {
    return this.report.methods.filter((method) => !this.hidden.has(method.index));
  }
  get columns() {
    return this.report.columns.filter(
      (c) => this.convention === "all" || c.convention === "both" || c.convention === this.convention);
  }
  toggle(method, shown) {
    if (shown) this.hidden.delete(method);
    else this.hidden.add(method);
    this.changed();
  }
  choose(convention) {
    this.convention = convention;
    this.changed();
  }
  onChange(listener) {
    this.listeners.push(listener);
  }
  changed() {
    for (const listener of this.listeners) listener();
  }
}

export function formatNumber(v) {
  if (v === undefined || v === null) return "\u2013";
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v > 0 ? "Inf" : "-Inf";
  const size = Math.abs(v);
  if (size !== 0 && size < 0.001) return v.toExponential(2);
  return v.toFixed(size >= 100 ? 2 : size >= 10 ? 3 : 4);
}
