// Files for the reader: CSV, LaTeX, SVG and PNG.
import { columnLabel, formatNumber } from "./report.js";
import { rank } from "./statistics.js";
import { tell } from "./dom.js";

export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export const fileName = (text) => text.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[._]+|_+$/g, "") || "figure";

// Spreadsheets read a text that begins with = + - @ as a formula.
function csvField(value) {
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? String(value) : value > 0 ? "Inf" : "-Inf";
  const text = /^[=+@\t\r-]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
const csv = (rows) => rows.map((row) => row.map(csvField).join(",") + "\n").join("");

export function summaryCsv(report, methods, columns) {
  const rows = [["method", "metric", "convention", "better", "mean", "std", "median", "count", "not_finite"]];
  for (const method of methods) {
    for (const column of columns) {
      const s = report.summary[method.index][column.index];
      rows.push([method.name, column.metric, column.convention, column.better, s.mean, s.std, s.median, s.count, s.notFinite]);
    }
  }
  return csv(rows);
}

export function valuesCsv(report, methods, columns) {
  const rows = [["pair", "method", "metric", "convention", "value"]];
  report.pairs.forEach((pair, p) => {
    for (const method of methods) {
      const row = report.values[method.index][p];
      if (!row) continue;
      for (const column of columns) rows.push([pair.name, method.name, column.metric, column.convention, row[column.index]]);
    }
  });
  return csv(rows);
}

export function taskCsv(task) {
  const rows = [["name", "category", "figure", "value", "low", "high"]];
  for (const row of task.rows) {
    row.figures.forEach((figure, c) => {
      const { category, figure: name } = task.columns[c];
      rows.push([row.name, category, name, figure.value ?? "", ...(figure.interval ?? ["", ""])]);
    });
  }
  return csv(rows);
}

const LATEX = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const latex = (text) => text.replace(/[\\{}~^]/g, (c) => LATEX[c]).replace(/[$&%#_]/g, "\\$&");

// Methods in rows, as papers print them; best bold, second best underlined.
export function summaryLatex(report, methods, columns) {
  const marks = columns.map((c) => rank(methods.map((m) => report.summary[m.index][c.index].mean), c.better));
  const cell = (method, i, column, c) => {
    const { mean, std } = report.summary[method.index][column.index];
    const text = Number.isFinite(mean) ? `$${formatNumber(mean)} \\pm ${formatNumber(std)}$` : "--";
    const mark = { best: "\\textbf", second: "\\underline" }[marks[c][i]];
    return mark === "\\textbf" ? `{\\boldmath ${text}}` : mark ? `${mark}{${text}}` : text;
  };
  const head = columns.map((c) => `${latex(columnLabel(c))} $${c.better === "higher" ? "\\uparrow" : "\\downarrow"}$`);
  return [
    `% seafusion ${report.seafusion}, ${report.pairs.length} pairs, mean and standard deviation; needs the package booktabs`,
    `\\begin{tabular}{l${"r".repeat(columns.length)}}`,
    "\\toprule",
    `Method & ${head.join(" & ")} \\\\`,
    "\\midrule",
    ...methods.map((m, i) => `${latex(m.name)} & ${columns.map((c, k) => cell(m, i, c, k)).join(" & ")} \\\\`),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

// An SVG document as PNG, `scale` pixels to its unit.
export async function svgToPng(svg, width, height, scale = 2) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the figure is too large for a PNG file"))), "image/png"));
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

// Runs what makes a file, and says why where there is none.
export async function attempt(work) {
  try {
    await work();
  } catch (error) {
    tell(`Not saved: ${error.message}`);
  }
}
