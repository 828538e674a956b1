// All methods side by side for one pair, and two pictures under a slider.
import { control, dragBox, drawBoxes, drawPart, seen } from "./panel.js";
import { figureSvg } from "./figure.js";
import { Pictures } from "./pictures.js";
import { View } from "./view.js";
import { attempt, fileName, save, svgToPng } from "./save.js";
import { columnLabel, formatNumber } from "./report.js";
import { button, element, select } from "./dom.js";

export class Compare {
  constructor(section, report, choices) {
    Object.assign(this, { report, choices, pair: 0, column: 0, withBoxes: true, divider: 0.5, turn: 0 });
    this.pictures = new Pictures(report);
    this.view = new View();
    // Infrared, visible, then the methods: the order of a pair's pictures.
    this.names = ["Infrared", "Visible", ...report.methods.map((m) => m.name)];
    this.images = this.names.map(() => null);
    this.left = 1;
    this.right = 2;
    section.append(element("h2", { text: "Pictures" }), element("p", { class: "note", text:
      "Wheel zooms, drag moves all panels together, double click shows the whole picture. Drag a coloured box, or its corner, to enlarge another part." }));
    this.addControls(section);
    this.panels = element("div", { class: "panels" });
    section.append(this.panels);
    this.addSlider(section);
    choices.onChange(() => this.arrange());
    new ResizeObserver(() => this.draw()).observe(this.panels);
    this.arrange();
    this.started = false;
    // The first pair is decoded when the reader comes near.
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      this.started = true;
      this.show(this.pair);
    }, { rootMargin: "600px" });
    near.observe(section);
  }

  addControls(section) {
    const { list, labelled } = select("Pair", this.report.pairs.map((p, i) => [String(i), p.name]), "0", (v) => this.show(Number(v)));
    this.pairList = list;
    const columns = this.report.columns.map((c) => [String(c.index), columnLabel(c)]);
    const value = select("Value under each picture", columns, "0", (v) => {
      this.column = Number(v);
      this.caption();
    });
    const boxes = element("input", { type: "checkbox", checked: true, onchange: () => {
      this.withBoxes = boxes.checked;
      this.panels.classList.toggle("plain", !this.withBoxes);
      this.draw();
    } });
    const zoom = (factor) => () => {
      this.view.zoomAt(0.5, 0.5, factor);
      this.draw();
    };
    section.append(element("div", { class: "row" }, labelled,
      button("\u25c0", () => this.step(-1), { "aria-label": "Previous pair" }),
      button("\u25b6", () => this.step(1), { "aria-label": "Next pair" }), value.labelled,
      button("\u2212", zoom(0.67), { "aria-label": "Zoom out" }), button("+", zoom(1.5), { "aria-label": "Zoom in" }),
      button("Whole picture", () => {
        this.view.reset();
        this.draw();
      }),
      element("label", { class: "field" }, boxes, "Zoom boxes"),
      button("Figure as SVG", () => attempt(async () => save(`${this.fileName()}.svg`, (await this.figure()).text, "image/svg+xml"))),
      button("Figure as PNG", () => attempt(async () => {
        const { text, width, height } = await this.figure();
        save(`${this.fileName()}.png`, await svgToPng(text, width, height));
      }))));
  }

  addSlider(section) {
    const options = this.names.map((name, i) => [String(i), name]).filter((_, i) => i < 2 || !this.report.methods[i - 2].isSource);
    const side = (label, key) => {
      const made = select(label, options, String(this[key]), (v) => {
        this[key] = Number(v);
        this.refresh();
      });
      made.list.dataset.side = key;
      return made.labelled;
    };
    this.sliderCanvas = element("canvas", { class: "picture", "aria-label": "Two pictures under a slider" });
    this.range = element("input", { type: "range", min: "0", max: "1000", value: "500", "aria-label": "Position of the slider",
      oninput: () => {
        this.divider = Number(this.range.value) / 1000;
        this.drawSlider();
      } });
    this.sliderBox = element("div", { class: "slider" }, this.sliderCanvas, this.range);
    section.append(element("h3", { text: "Before and after" }),
      element("div", { class: "row" }, side("Left", "left"), side("Right", "right")), this.sliderBox);
    control(this.sliderCanvas, this.view, () => this.draw(), (start) => {
      if (Math.abs(start.x - this.divider) * this.sliderCanvas.clientWidth > 16) return null;
      return (p) => {
        this.divider = Math.min(Math.max(p.x, 0), 1);
        this.range.value = String(Math.round(this.divider * 1000));
      };
    });
  }

  shown() {
    // Sources that are measured beside the methods are the first two already.
    return [0, 1, ...this.choices.methods.filter((m) => !m.isSource).map((m) => m.index + 2)];
  }

  arrange() {
    this.cells = this.shown().map((source) => {
      const picture = element("canvas", { class: "picture", "data-source": String(source), "aria-label": this.names[source] });
      const insets = this.view.boxes.map((box) => {
        const inset = element("canvas", { class: "inset" });
        inset.style.borderColor = box.color;
        return inset;
      });
      const value = element("span", { class: "value" });
      const note = element("span", { class: "absent", hidden: true });
      control(picture, this.view, () => this.draw(), (start) => (this.withBoxes ? dragBox(picture, this.view)(start) : null));
      const node = element("figure", {}, element("div", { class: "frame" }, picture, note), element("div", { class: "insets" }, ...insets),
        element("figcaption", {}, element("b", { text: this.names[source] }), " ", value));
      return { source, picture, insets, value, note, node };
    });
    this.panels.replaceChildren(...this.cells.map((cell) => cell.node));
    this.fit();
    if (this.started) this.refresh();
  }

  // Panels have the picture's shape.
  fit() {
    const { width, height } = this.report.pairs[this.pair];
    for (const canvas of [...this.cells.map((cell) => cell.picture), this.sliderCanvas]) canvas.style.aspectRatio = `${width} / ${height}`;
    this.sliderBox.style.maxWidth = `min(100%, ${Math.round((70 * width) / height)}vh)`;
    const shape = this.view.boxes.map((b) => (b.w * width) / (b.h * height));
    this.cells.forEach((cell) => cell.insets.forEach((inset, i) => (inset.style.aspectRatio = String(shape[i]))));
  }

  step(by) {
    this.show((this.pair + by + this.report.pairs.length) % this.report.pairs.length);
  }

  show(pair) {
    this.pair = pair;
    this.pairList.value = String(pair);
    this.images = this.names.map(() => null);
    this.fit();
    return this.refresh();
  }

  // Loads what the panels and the slider need; a later call overtakes an earlier one.
  async refresh() {
    const turn = ++this.turn;
    const wanted = new Set([...this.shown(), this.left, this.right]);
    const loaded = await Promise.all([...wanted].map(async (s) => [s, await this.pictures.load(this.pair, s)]));
    if (turn !== this.turn) return;
    for (const [source, image] of loaded) this.images[source] = image;
    for (const { source, note } of this.cells) {
      note.hidden = this.images[source] !== null;
      note.textContent = this.pictures.has(this.pair, source) ? "The browser cannot show this file" : "No picture";
    }
    this.caption();
    this.draw();
  }

  caption() {
    const column = this.report.columns[this.column];
    for (const { source, value } of this.cells) {
      const row = source < 2 ? null : this.report.values[source - 2][this.pair];
      value.textContent = row ? `${columnLabel(column)} ${formatNumber(row[column.index])}` : "";
    }
  }

  // At most once a frame.
  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.fit();
      const part = seen(this.view);
      for (const { source, picture, insets } of this.cells) {
        const drawn = drawPart(picture, this.images[source], part);
        if (!this.withBoxes || !this.images[source]) continue;
        drawBoxes(drawn, this.view);
        insets.forEach((inset, i) => drawPart(inset, this.images[source], this.view.boxes[i]));
      }
      this.panels.dataset.view = [this.view.x, this.view.y, this.view.zoom].map((v) => v.toFixed(4)).join(" ");
      this.drawSlider();
    });
  }

  drawSlider() {
    const part = seen(this.view);
    const drawn = drawPart(this.sliderCanvas, this.images[this.left], part);
    drawPart(this.sliderCanvas, this.images[this.right], part, this.divider, false);
    const { context, width, height, ratio } = drawn;
    context.fillStyle = "#fff";
    context.fillRect(this.divider * width - 1.5 * ratio, 0, 3 * ratio, height);
    context.beginPath();
    context.arc(this.divider * width, height / 2, 10 * ratio, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#1c2530";
    context.font = `${14 * ratio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("\u2194", this.divider * width, height / 2);
  }

  fileName() {
    return fileName(`${this.report.pairs[this.pair].name}_comparison`);
  }

  async figure() {
    const panels = this.shown().filter((s) => this.pictures.has(this.pair, s)).map((s) => ({
      name: this.names[s], url: this.pictures.dataUrl(this.pair, s) }));
    if (panels.some((panel) => panel.url === null)) {
      throw new Error("the pictures are links, which a browser does not let a page copy; make the report with --embed all");
    }
    const { width, height } = this.report.pairs[this.pair];
    return figureSvg(panels, width, height, seen(this.view), this.withBoxes ? this.view.boxes : []);
  }
}
