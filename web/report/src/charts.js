// Cumulative curves and box plots, one card for each metric; drawn when they come into view.
import { BoxplotChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { arrow, columnLabel, finiteValues, formatNumber } from "./report.js";
import { paletteDash } from "./palette.js";
import { boxOf, cumulative } from "./statistics.js";
import { attempt, fileName, save, svgToPng } from "./save.js";
import { button, element } from "./dom.js";

use([BoxplotChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, SVGRenderer]);

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const WIDTH = 480;

const axisName = (column) => columnLabel(column) + (column.unit ? ` (${column.unit})` : "");
const titled = (text) => ({ text, left: 10, top: 8, textStyle: { fontSize: 14, fontWeight: 600, color: "#1c2530" } });
const heading = (column) => titled(`${columnLabel(column)} ${arrow(column)}`);
const valueAxis = (column) => ({
  type: "value", scale: true, name: axisName(column), nameLocation: "middle", nameGap: 48,
  axisLabel: { formatter: (v) => String(Number(v.toPrecision(4))) }, splitLine: { lineStyle: { color: "#e8ebef" } },
});

// echarts parses tooltips and legends as text of its own; names of methods are data.
const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const shortened = (name) => (name.length > 22 ? `${name.slice(0, 21)}\u2026` : name);

export function curveOption(report, methods, column) {
  // A series is known by its number: names may hold anything.
  const label = (id) => {
    const method = report.methods[Number(id)];
    return `${shortened(method.name)}: ${formatNumber(report.summary[method.index][column.index].mean)}`;
  };
  const rows = Math.ceil(methods.length / 2);
  return {
    height: 300 + 18 * rows,
    option: {
      animation: false,
      textStyle: { fontFamily: FONT },
      title: heading(column),
      tooltip: {
        trigger: "axis", confine: true,
        formatter: (points) => `${Math.round(points[0].value[0] * 100)} % of the pairs have at most<br>` +
          points.map((p) => `${p.marker}${escapeHtml(report.methods[Number(p.seriesName)].name)}: ${formatNumber(p.value[1])}`).join("<br>"),
      },
      legend: {
        type: "plain", bottom: 4, left: 10, right: 10, itemWidth: 22, itemHeight: 8, itemGap: 8, selectedMode: false,
        textStyle: { fontSize: 11, width: 215, overflow: "truncate" }, formatter: label,
      },
      grid: { left: 70, right: 20, top: 42, bottom: 52 + 18 * rows },
      xAxis: { type: "value", min: 0, max: 1, name: "share of pairs", nameLocation: "middle", nameGap: 26 },
      yAxis: valueAxis(column),
      series: methods.map((method) => {
        const points = cumulative(finiteValues(report, method.index, column.index));
        return {
          type: "line", name: String(method.index), data: points, showSymbol: points.length <= 40, symbolSize: 4,
          lineStyle: { width: 1.6, type: paletteDash(method.index) }, itemStyle: { color: method.color }, color: method.color,
        };
      }),
    },
  };
}

export function boxOption(report, methods, column) {
  const boxes = methods.map((method) => boxOf(finiteValues(report, method.index, column.index)));
  const tilted = methods.length > 4 || methods.some((m) => m.name.length > 12);
  return {
    height: tilted ? 350 : 300,
    option: {
      animation: false,
      textStyle: { fontFamily: FONT },
      title: heading(column),
      tooltip: {
        confine: true,
        formatter: ({ dataIndex, seriesType, value }) => {
          const name = escapeHtml(methods[seriesType === "scatter" ? value[0] : dataIndex].name);
          if (seriesType === "scatter") return `${name}: ${formatNumber(value[1])}`;
          const b = boxes[dataIndex];
          return `${name}<br>` + [["upper whisker", b.high], ["upper quartile", b.q3], ["median", b.median], ["lower quartile", b.q1],
            ["lower whisker", b.low]].map(([text, v]) => `${text}: ${formatNumber(v)}`).join("<br>");
        },
      },
      grid: { left: 70, right: 20, top: 42, bottom: tilted ? 92 : 40 },
      xAxis: {
        type: "category", data: methods.map((m) => m.name), axisTick: { show: false },
        axisLabel: { interval: 0, rotate: tilted ? 40 : 0, width: tilted ? 100 : 90, overflow: "truncate" },
      },
      yAxis: valueAxis(column),
      series: [
        {
          type: "boxplot",
          data: boxes.map((b, i) => ({
            value: b ? [b.low, b.q1, b.median, b.q3, b.high] : [],
            itemStyle: { color: `${methods[i].color}33`, borderColor: methods[i].color, borderWidth: 1.5 },
          })),
        },
        {
          type: "scatter", symbolSize: 4,
          data: boxes.flatMap((b, i) => (b ? b.outliers.map((v) => ({ value: [i, v], itemStyle: { color: methods[i].color, opacity: 0.6 } })) : [])),
        },
      ],
    },
  };
}

// Precision over recall of one category, a line for each row of a task's table. Methods look as in the other charts, the
// sources are black.
export function precisionOption(report, task, category) {
  const curves = task.curves.filter((curve) => curve.category === category);
  const sources = curves.filter((curve) => !report.methods.some((m) => m.name === curve.row));
  const looks = curves.map((curve) => {
    const method = report.methods.find((m) => m.name === curve.row);
    return method ? { color: method.color, type: paletteDash(method.index) }
      : { color: "#000000", type: ["dashed", "dotted"][sources.indexOf(curve) % 2] };
  });
  const rows = Math.ceil(curves.length / 2);
  return {
    height: 300 + 18 * rows,
    option: {
      animation: false,
      textStyle: { fontFamily: FONT },
      title: titled(category),
      tooltip: {
        trigger: "axis", confine: true,
        formatter: (points) => `recall ${points[0].value[0].toFixed(2)}<br>` +
          points.map((p) => `${p.marker}${escapeHtml(curves[Number(p.seriesName)].row)}: ${formatNumber(p.value[1])}`).join("<br>"),
      },
      legend: {
        type: "plain", bottom: 4, left: 10, right: 10, itemWidth: 22, itemHeight: 8, itemGap: 8, selectedMode: false,
        textStyle: { fontSize: 11, width: 215, overflow: "truncate" }, formatter: (id) => shortened(curves[Number(id)].row),
      },
      grid: { left: 70, right: 20, top: 42, bottom: 52 + 18 * rows },
      xAxis: { type: "value", min: 0, max: 1, name: "recall", nameLocation: "middle", nameGap: 26 },
      yAxis: { type: "value", min: 0, max: 1, name: "precision", nameLocation: "middle", nameGap: 48, splitLine: { lineStyle: { color: "#e8ebef" } } },
      series: curves.map((curve, i) => ({
        type: "line", name: String(i), showSymbol: false, data: curve.precision.map((p, k) => [k / (curve.precision.length - 1), p]),
        lineStyle: { width: 1.6, type: looks[i].type }, itemStyle: { color: looks[i].color }, color: looks[i].color,
      })),
    },
  };
}

export function showCharts(section, title, note, report, choices, optionOf, fileSuffix) {
  section.append(element("h2", { text: title }), element("p", { class: "note", text: note }));
  const cards = report.columns.map((column) => new Card(() => optionOf(report, choices.methods, column),
    fileName(`${column.metric}_${column.convention}_${fileSuffix}`), column.label));
  section.append(cardGrid(cards));
  choices.onChange(() => cards.forEach((card, c) => card.update(choices.columns.includes(report.columns[c]))));
}

// The cards, each drawn when it comes into view.
export function cardGrid(cards) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) cards.find((card) => card.node === entry.target).setVisible(entry.isIntersecting);
  }, { rootMargin: "300px" });
  for (const card of cards) seen.observe(card.node);
  return element("div", { class: "charts" }, ...cards.map((card) => card.node));
}

// `make`: a chart's option for echarts and its height. `file`: its name when it is saved.
export class Card {
  constructor(make, file, label) {
    this.make = make;
    this.visible = false;
    this.plot = element("div", { class: "plot" });
    this.node = element("figure", { class: "card", "data-column": label }, this.plot, element("figcaption", { class: "row" },
      button("SVG", () => attempt(() => save(`${file}.svg`, this.svg().text, "image/svg+xml"))),
      button("PNG", () => attempt(async () => {
        const { text, width, height } = this.svg();
        save(`${file}.png`, await svgToPng(text, width, height));
      }))));
    this.reserve();
  }
  // Room for the chart before it is drawn, so that nothing jumps.
  reserve() {
    this.plot.style.height = `${this.make().height}px`;
  }
  setVisible(visible) {
    this.visible = visible;
    if (visible && (this.stale || !this.chart)) this.draw();
  }
  update(shown) {
    this.node.hidden = !shown;
    this.stale = true;
    if (this.visible && !this.node.hidden) this.draw();
  }
  draw() {
    const { option, height } = this.make();
    this.plot.style.height = `${height}px`;
    if (!this.chart) {
      this.chart = init(this.plot, null, { renderer: "svg" });
      new ResizeObserver(() => this.chart.resize()).observe(this.plot);
    }
    this.chart.resize();
    this.chart.setOption(option, { notMerge: true });
    this.stale = false;
  }
  // Drawn anew at one size, whatever the window's, and without the tooltip's marks.
  svg() {
    const { option, height } = this.make();
    const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return { text, width: WIDTH, height };
  }
}
