// The page in headless Chromium. node --test with, in the environment:
//   SEAFUSION_REPORT_MODULES  node_modules with playwright-core
//   SEAFUSION_REPORT_PAGE     the bundled page, without data
//   SEAFUSION_COMMAND         the command, for a report from files
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

const { SEAFUSION_REPORT_MODULES: modules, SEAFUSION_REPORT_PAGE: template, SEAFUSION_COMMAND: command } = process.env;
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!chromium) {
  console.log("SKIPPED: no Chromium on this machine");
  process.exit(0);
}

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
const METHODS = 10;
const PAIRS = 361;
let folder;
let browser;

// Numbers without pattern, the same each time.
function* noise() {
  for (let x = 12345; ; yield x / 2147483647) x = (x * 48271) % 2147483647;
}

function generated() {
  const random = noise();
  const columns = ["EN", "MI", "VIF", "SF", "SD", "Qabf"].flatMap((metric) => ["paper", "f255"].map((convention) => (
    { metric, convention, title: metric, better: metric === "SD" ? "lower" : "higher", unit: "", range: "", formula: "", source: "", conventions: "", notFinite: "", smallestSide: 1 })));
  const names = Array.from({ length: METHODS }, (_, m) => (m === 1 ? "<b onclick=alert(1)>&amp;{a}" : `Method ${m}`));
  const values = names.map((_, m) => Array.from({ length: PAIRS }, (_, p) =>
    m === 3 && p < 2 ? null : columns.map((_, c) => (m === 2 && c === 0 && p === 0 ? "NaN" : m + random.next().value))));
  const summary = values.map((rows) => columns.map((_, c) => {
    const v = rows.filter((r) => r && typeof r[c] === "number").map((r) => r[c]).sort((a, b) => a - b);
    return { count: v.length, notFinite: 0, mean: v.reduce((a, b) => a + b) / v.length, std: 0.3, median: v[v.length >> 1] };
  }));
  const pairs = Array.from({ length: PAIRS }, (_, p) => ({ name: `pair${p}`, width: 4, height: 3, pictures: [null, null, ...names.map(() => null)] }));
  return { seafusion: "0", title: "</script><i>generated", settings: [["a", "<b>"]], methods: names.map((name) => ({ name, folder: "" })), columns, pairs, values, summary,
    tasks: [{ title: "Detection", note: "By <i>x.", columns: ["AP@0.5", "AP@0.5", "mAP"].map((figure, c) => ({ figure, category: c === 1 ? "<b>car" : "All" })),
      rows: [0.25, 0.75, null].map((value, r) => ({ name: `Row ${r}`, figures: [{ value, interval: value && [value / 2, value] }, { value: 1 }, { value: null }] })),
      panels: [{ pair: "one", pictures: [PIXEL, null, PIXEL] }, { pair: "two", pictures: [PIXEL, PIXEL, PIXEL] }],
      curves: ["Row 0", "Row 1"].map((row, r) => ({ row, category: "<b>car", precision: [1, 0.5 + r / 4, 0] })) }] };
}

function run(...args) {
  return execFileSync(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "seafusion-report-"));
  const data = JSON.stringify(generated()).replaceAll("<", "\\u003c");
  writeFileSync(join(folder, "large.html"), readFileSync(template, "utf8").replace("<!--seafusion:data-->",
    () => `<script type="application/json" id="report-data">${data}</script>`));
  run("synth", "--out", join(folder, "scenes"), "--count", "3", "--size", "96x80", "--quiet");
  for (const name of ["copy", "other"]) cpSync(join(folder, "scenes", "train", name === "copy" ? "vi" : "ir"), join(folder, name), { recursive: true });
  for (const embed of ["all", "none"]) {
    run("report", "--ir", join(folder, "scenes", "train", "ir"), "--vis", join(folder, "scenes", "train", "vi"), "--method", `Copy=${join(folder, "copy")}`,
      "--method", `Other <b>=${join(folder, "other")}`, "--metrics", "EN,SF,MSE", "--embed", embed, "-o", join(folder, `${embed}.html`), "-q");
  }
  browser = await createRequire(join(modules, "index.js"))("playwright-core").chromium.launch({
    executablePath: chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// Opens a page, runs the check, and fails for whatever the page complained of or asked the network for.
async function open(name, check) {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 }, acceptDownloads: true });
  const complaints = [];
  // That canvases are read often is the tests' doing.
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !message.text().includes("willReadFrequently") &&
    complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
  page.on("request", (request) => /^https?:/.test(request.url()) && complaints.push(request.url()));
  try {
    await page.goto(pathToFileURL(join(folder, name)).href);
    await check(page);
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
  }
}

async function download(page, locator) {
  const [file] = await Promise.all([page.waitForEvent("download"), locator.click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

const canvasSum = (locator) => locator.evaluate((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 256 * data[i + 3]) % 1000000007;
  return sum;
});
const frames = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))));
const cellTexts = (page, column) => page.locator(`#values tbody tr td:nth-child(${column})`).allTextContents();
const loaded = (page) => page.waitForFunction(() => document.querySelector(".panels").dataset.view && [...document.querySelectorAll(".panels .absent")].every((n) => n.hidden));

test("361 pairs of 10 methods: marks, sorting, pages, filter", () => open("large.html", async (page) => {
  assert.equal(await page.title(), "</script><i>generated");
  const first = page.locator(".summary tbody tr").nth(0);
  assert.match(await first.locator("td.best").textContent(), /^9\.\d+/);
  assert.match(await first.locator("td.second").textContent(), /^8\.\d+/);
  assert.match(await first.locator("td").nth(5).textContent(), /359 of 361/);
  // SD is better when lower.
  assert.match(await page.locator(".summary tbody tr", { hasText: "SD" }).first().locator("td.best").textContent(), /^0\.\d+/);

  assert.match(await page.locator("#values .position").textContent(), /rows 1 to 50 of 3608/);
  assert.equal(await page.locator("#values tbody tr").count(), 50);
  const heading = page.locator("#values thead button").nth(2);
  await heading.click();
  const up = (await cellTexts(page, 3)).map(Number);
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await page.locator("#values thead button").nth(2).click();
  const down = (await cellTexts(page, 3)).map(Number);
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.ok(down[0] > up[0]);
  assert.equal(await page.locator("#values thead th").nth(2).getAttribute("aria-sort"), "descending");
  await page.locator("#values input[type=search]").fill("pair360");
  assert.match(await page.locator("#values .position").textContent(), /of 10$/);
  await page.locator("#values input[type=search]").fill("");
  await page.getByLabel("Next rows").click();
  assert.match(await page.locator("#values .position").textContent(), /rows 51 to 100/);
}));

test("361 pairs of 10 methods: charts are drawn when seen, and follow the choices", () => open("large.html", async (page) => {
  assert.equal(await page.locator("#boxes svg").count(), 0);
  await page.locator("#curves").scrollIntoViewIfNeeded();
  await page.locator("#curves .card").first().locator("svg").waitFor();
  const card = page.locator("#curves .card").first();
  const before = await card.locator("svg").innerHTML();
  await page.locator("#choices").getByLabel("Method 9").uncheck();
  assert.notEqual(await card.locator("svg").innerHTML(), before);
  assert.match(await page.locator(".summary tbody tr").nth(0).locator("td.best").textContent(), /^8\.\d+/);
  assert.equal(await page.locator(".panels figure").count(), 2 + METHODS - 1);
  assert.match(await page.locator("#values .position").textContent(), /of 3247$/);
  await page.getByLabel("f255", { exact: true }).check();
  assert.equal(await page.locator("#curves .card:visible").count(), 6);
  assert.equal(await page.locator(".summary tbody tr:not(.ranks)").count(), 6);
  for (const method of Array.from({ length: METHODS }, (_, i) => i).filter((i) => i !== 9)) await page.locator("#choices input[type=checkbox]").nth(method).uncheck();
  assert.equal(await page.locator(".panels figure").count(), 2);
}));

test("what a network saw: intervals, marks, overlays of the pair that is chosen", () => open("large.html", async (page) => {
  const rows = page.locator("#tasks .task tbody tr");
  assert.equal(await rows.nth(1).locator("td").first().getAttribute("class"), "number best");
  assert.equal(await rows.nth(1).locator("td").first().innerText(), "0.7500\n0.375\u20130.750");
  assert.equal(await rows.nth(2).locator("td").first().innerText(), "\u2013");
  assert.deepEqual(await page.locator("#tasks thead tr").first().locator("th").allTextContents(), ["", "AP@0.5", "mAP"]);
  assert.equal(await page.locator("#tasks .overlays figure").count(), 3);
  assert.equal(await page.locator("#tasks .overlays img[src]").count(), 2);
  await page.locator("#tasks").getByLabel("Pair").selectOption({ label: "two" });
  assert.equal(await page.locator("#tasks .overlays img[src]").count(), 3);
  await page.locator("#tasks .card").scrollIntoViewIfNeeded();
  await page.locator("#tasks .card svg").waitFor();
  assert.equal(await page.locator("#tasks .card").count(), 1);
  const csv = await download(page, page.locator("#tasks").getByText("Table as CSV"));
  assert.match(csv.bytes.toString(), /^name,category,figure,value,low,high\nRow 0,All,AP@0.5,0.25,0.125,0.25\n/);
}));

test("tables and charts are saved", () => open("large.html", async (page) => {
  const latex = await download(page, page.getByText("Table as LaTeX"));
  assert.match(latex.bytes.toString(), /\\toprule[\s\S]*\\boldmath/);
  const csv = await download(page, page.getByText("All values as CSV"));
  assert.equal(csv.bytes.toString().split("\n").length, 1 + (PAIRS * METHODS - 2) * 12 + 1);
  for (const section of ["curves", "boxes"]) {
    const card = page.locator(`#${section} .card`).first();
    const svg = await download(page, card.getByText("SVG"));
    assert.match(svg.bytes.toString(), /^<svg[\s\S]*EN \[paper\]/);
    const png = await download(page, card.getByText("PNG"));
    assert.match(png.name, /^EN_paper_.*\.png$/);
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    assert.ok(png.bytes.length > 5000);
  }
}));

test("panels zoom and move together; boxes are dragged", () => open("all.html", async (page) => {
  await page.locator("#pictures").scrollIntoViewIfNeeded();
  await loaded(page);
  const canvases = page.locator(".panels .picture");
  assert.equal(await canvases.count(), 4);
  // Copy shows what Visible shows, and goes on doing so from whichever panel the view is moved.
  const same = async () => assert.equal(await canvasSum(canvases.nth(1)), await canvasSum(canvases.nth(2)));
  await frames(page);
  await same();
  const whole = await canvasSum(canvases.nth(0));
  await canvases.nth(2).hover({ position: { x: 40, y: 40 } });
  await page.mouse.wheel(0, -600);
  await frames(page);
  const zoom = (await page.locator(".panels").getAttribute("data-view")).split(" ").map(Number);
  assert.ok(zoom[2] > 2);
  const zoomed = await canvasSum(canvases.nth(0));
  assert.notEqual(zoomed, whole);
  await same();
  const area = await canvases.nth(3).boundingBox();
  const drag = async (from, to) => {
    await page.mouse.move(area.x + from[0] * area.width, area.y + from[1] * area.height);
    await page.mouse.down();
    await page.mouse.move(area.x + to[0] * area.width, area.y + to[1] * area.height, { steps: 4 });
    await page.mouse.up();
    await frames(page);
  };
  await drag([0.9, 0.1], [0.5, 0.05]);
  const moved = (await page.locator(".panels").getAttribute("data-view")).split(" ").map(Number);
  assert.ok(moved[0] > zoom[0]);
  assert.notEqual(await canvasSum(canvases.nth(0)), zoomed);
  await same();
  await page.getByText("Whole picture", { exact: true }).click();
  await frames(page);
  assert.equal(await canvasSum(canvases.nth(0)), whole);
  const insets = page.locator(".panels .inset");
  const [red, green] = [await canvasSum(insets.nth(2)), await canvasSum(insets.nth(3))];
  await drag([0.2, 0.55], [0.6, 0.85]); // the red box by its inside
  assert.notEqual(await canvasSum(insets.nth(2)), red);
  assert.equal(await canvasSum(insets.nth(3)), green);
  assert.equal((await page.locator(".panels").getAttribute("data-view")), "0.0000 0.0000 1.0000");
  await page.getByLabel("Zoom boxes").uncheck();
  assert.equal(await insets.first().isVisible(), false);
}));

test("pairs change, the slider uncovers, the figure is saved", () => open("all.html", async (page) => {
  await page.locator("#pictures").scrollIntoViewIfNeeded();
  await loaded(page);
  await frames(page);
  const picture = page.locator(".panels .picture").first();
  const first = await canvasSum(picture);
  await page.getByLabel("Next pair").click();
  await page.waitForTimeout(300);
  assert.notEqual(await canvasSum(picture), first);
  await page.locator("#values .link").first().click();
  await page.waitForTimeout(300);
  assert.equal(await canvasSum(picture), first);

  const slider = page.locator(".slider canvas");
  await page.locator("select[data-side=left]").selectOption({ label: "Infrared" });
  await page.locator("select[data-side=right]").selectOption({ label: "Visible" });
  await page.waitForTimeout(200);
  const leftPixel = () => slider.evaluate((c) => [...c.getContext("2d").getImageData(c.width / 4, c.height / 4, 1, 1).data].join());
  await page.locator(".slider input").fill("1000");
  const infrared = await leftPixel();
  await page.locator(".slider input").fill("500");
  assert.equal(await leftPixel(), infrared);
  const area = await slider.boundingBox();
  await slider.scrollIntoViewIfNeeded();
  const now = await slider.boundingBox();
  await page.mouse.move(now.x + now.width / 2, now.y + 20);
  await page.mouse.down();
  await page.mouse.move(now.x + 2, now.y + 20, { steps: 4 });
  await page.mouse.up();
  await frames(page);
  assert.ok(Number(await page.locator(".slider input").inputValue()) < 50);
  assert.notEqual(await leftPixel(), infrared);
  assert.ok(area.width > 100);

  const svg = (await download(page, page.getByText("Figure as SVG"))).bytes.toString();
  assert.equal(svg.match(/<image /g).length, 4);
  assert.match(svg, /Other &#60;b&#62;/);
  assert.ok((await download(page, page.getByText("Figure as PNG"))).bytes.length > 5000);
}));

test("linked pictures are shown; their figure cannot be saved, which is said", () => open("none.html", async (page) => {
  await page.locator("#pictures").scrollIntoViewIfNeeded();
  await loaded(page);
  await page.getByText("Figure as PNG").click();
  await page.locator("#message").waitFor();
  assert.match(await page.locator("#message").textContent(), /--embed all/);
}));
