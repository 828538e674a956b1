// The page in headless Chromium. node --test with SEAFUSION_PAGE, the built page, in the environment; SEAFUSION_SCREENSHOTS
// names a folder for pictures of it.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve, startChromium } from "./chromium.mjs";

const folder = process.env.SEAFUSION_PAGE;
if (!folder || !existsSync(join(folder, "engine.wasm"))) {
  console.log("SKIPPED: the page is not built (./dev web)");
  process.exit(0);
}
const server = await serve(folder);
const page = await startChromium();
if (!page) {
  console.log("SKIPPED: no Chromium on this machine");
  process.exit(0);
}
const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const INFRARED = '[data-source="0"] input';
const VISIBLE = '[data-source="1"] input';
const downloads = mkdtempSync(join(tmpdir(), "seafusion-page-"));

const status = () => page.evaluate("document.getElementById('status').textContent");
const click = (selector) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
const idle = (text) => page.until(`document.getElementById('busy').hidden && ${text}.test(document.getElementById('status').textContent)`);
// The samples of a canvas as a short number.
const sum = (id) => page.evaluate(`(() => { const c = document.getElementById("${id}"); const copy = new OffscreenCanvas(c.width, c.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(c, 0, 0);
  const d = copy.getImageData(0, 0, c.width, c.height).data;
  let h = 0; for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] + 7 * d[i + 1] + 13 * d[i + 2]) | 0; return h; })()`);
async function changed(change) {
  const old = await sum("right");
  await change();
  for (let i = 0; i < 200; i += 1) {
    if (await sum("right") !== old) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("the fused picture did not change");
}
async function shoot(name) {
  if (process.env.SEAFUSION_SCREENSHOTS) writeFileSync(join(process.env.SEAFUSION_SCREENSHOTS, `${name}.png`), await page.screenshot());
}
const example = async () => {
  await page.goTo(server.address);
  await page.until("document.getElementById('version').textContent !== ''");
  await click("#example");
  await idle("/fused in/");
};

before(async () => {
  await page.size(1400, 900);
  await page.call("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads }).catch(() => {});
});
afterEach(() => assert.deepEqual(page.complaints.splice(0), []));
after(async () => {
  await page.close();
  server.close();
  rmSync(downloads, { recursive: true, force: true });
});

test("first load: everything from one server, ready to take pictures", async () => {
  await page.goTo(server.address);
  await page.until("document.getElementById('version').textContent !== ''");
  assert.match(await page.evaluate("document.getElementById('version').textContent"), /^SeAFusion \d+\.\d+\.\d+ \(wasm\)/);
  assert.ok(!server.requests.includes("/example-visible.png"));
  assert.equal(await page.evaluate("document.getElementById('save').disabled"), true);
  // Resources of the page and of its worker, which is a document of its own.
  const elsewhere = await page.evaluate("performance.getEntriesByType('resource').map((r) => r.name).filter((n) => !n.startsWith(location.origin))");
  assert.deepEqual(elsewhere, []);
  console.log(`loaded: ${(server.bytes / 1e6).toFixed(2)} MB in ${server.requests.length} files`);
  await shoot("empty");
});

test("the example, and every control", async () => {
  await example();
  assert.match(await status(), /^640x480, fused in [\d.]+ s \(direct fp32 wasm\)$/);
  console.log(await status());
  await shoot("light");
  await changed(() => click("#invert"));
  await changed(() => click("#invert"));
  await changed(() => click('input[name="gain"][value="plateau"]'));
  await changed(() => click('input[name="gain"][value="clahe"]'));
  await changed(() => click("#gray"));
  await changed(() => page.evaluate("document.getElementById('hi').value = 600; document.getElementById('hi').dispatchEvent(new Event('input'))"));
  assert.equal(await page.evaluate("document.getElementById('automatic').checked"), false);
  assert.equal(await page.evaluate("document.getElementById('hi-text').textContent"), "153");
  await idle("/fused in/");
  // A range that would have no width.
  await page.evaluate("document.getElementById('lo').value = 1000; document.getElementById('lo').dispatchEvent(new Event('input'))");
  await idle("/fused in/");
  assert.ok(await page.evaluate("Number(document.getElementById('lo').value) < Number(document.getElementById('hi').value)"));
  await changed(() => click("#defaults"));
  assert.equal(await page.evaluate("document.getElementById('automatic').checked"), true);
  await changed(() => click('input[name="model"][value="full"]'));
  await idle("/winograd fp32 wasm/");
  console.log(await status());
  const left = await sum("left");
  await click('input[name="left"][value="0"]');
  assert.notEqual(await sum("left"), left);
  assert.equal(await page.evaluate("document.getElementById('left-tag').textContent"), "Infrared");
  await click('input[name="left"][value="none"]');
  assert.equal(await page.evaluate("getComputedStyle(document.getElementById('divider')).display"), "none");
});

test("the divider, by pointer and by keys", async () => {
  await example();
  const box = await page.evaluate("(({ x, y, width, height }) => [x, y, width, height])(document.getElementById('pair').getBoundingClientRect())");
  const at = (share) => [box[0] + share * box[2], box[1] + box[3] / 3];
  const now = () => page.evaluate("document.getElementById('divider').getAttribute('aria-valuenow')");
  await page.drag(at(0.5), at(0.25));
  assert.equal(await now(), "25");
  await page.key("ArrowRight");
  assert.equal(await now(), "27");
  await page.key("ArrowLeft", 8);
  assert.equal(await now(), "17");
  await page.key("End");
  assert.equal(await now(), "100");
  await page.key("Home");
  assert.equal(await now(), "0");
});

test("saves what it shows", async () => {
  await example();
  const saved = await page.evaluate(`new Promise((resolve) => {
    const of = URL.createObjectURL;
    let blob;
    URL.createObjectURL = (given) => of((blob = given));
    HTMLAnchorElement.prototype.click = function () { resolve([this.download, blob.type, blob.size]); };
    document.getElementById("save").click(); })`);
  assert.deepEqual(saved.slice(0, 2), ["fused.png", "image/png"]);
  assert.ok(saved[2] > 100000);
});

test("files: chosen, wrong, of another size, read by the browser", async () => {
  await page.goTo(server.address);
  const [ir, vi] = ["ir", "vi"].map((source) => join(root, "examples", source, "day.png"));
  await page.chooseFiles(INFRARED, [ir]);
  await idle("/Now the visible picture/");
  await page.chooseFiles(VISIBLE, [vi]);
  await idle("/fused in/");
  const wrong = join(downloads, "wrong <b>.png");
  writeFileSync(wrong, readFileSync(vi).subarray(0, 5000));
  await page.chooseFiles(VISIBLE, [wrong]);
  await idle("/wrong <b>.png: /");
  assert.equal(await page.evaluate("document.getElementById('status').classList.contains('bad')"), true);
  await page.chooseFiles(VISIBLE, [join(root, "README.md")]);
  await idle("/README.md: no picture that this page or the browser can read/");
  const jpeg = await page.evaluate(`new Promise((resolve) => document.getElementById("left").toBlob(async (b) => resolve([...new Uint8Array(await b.arrayBuffer())]), "image/jpeg", 0.9))`);
  writeFileSync(join(downloads, "left.jpg"), Buffer.from(jpeg));
  await page.chooseFiles(VISIBLE, [join(downloads, "left.jpg")]);
  await page.until("/left.jpg \\(JPEG\\)/.test(document.body.textContent)");
  await idle("/fused in/");
  // Both at once, the infrared one told by its name.
  const [first, second] = ["a_visible.png", "a_ir.png"].map((name) => join(downloads, name));
  writeFileSync(first, readFileSync(vi));
  writeFileSync(second, readFileSync(ir));
  await page.evaluate("document.querySelector('[data-source=\"0\"] input').multiple = true");
  await page.chooseFiles(INFRARED, [first, second]);
  await page.until("/a_visible.png/.test(document.querySelector('[data-source=\"1\"]').textContent)");
  await idle("/fused in/");
  assert.match(await page.evaluate("document.querySelector('[data-source=\"0\"]').textContent"), /a_ir.png/);
});

test("a camera's file: both pictures, degrees", { skip: !existsSync(join(root, "../shared/data/cameras/flir_t640")) }, async () => {
  await page.goTo(server.address);
  const camera = join(root, "../shared/data/cameras/flir_t640");
  await page.chooseFiles(INFRARED, [join(camera, readdirSync(camera).find((name) => name.endsWith(".jpg")))]);
  await idle("/fused in/");
  assert.match(await page.evaluate("document.getElementById('hi-text').textContent"), /^\d+\.\d °C$/);
  await shoot("camera");
});

test("desktop and phone, light and dark: nothing is cut off, everything has a name", async () => {
  await example();
  for (const [name, width, height, options] of [["dark", 1400, 900, { dark: true }], ["tablet", 820, 1100, {}], ["phone", 390, 844, { phone: true }], ["phone_dark", 360, 740, { phone: true, dark: true }]]) {
    await page.size(width, height, options);
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true, name);
    await shoot(name);
  }
  await page.size(1400, 900);
  const { nodes } = await page.call("Accessibility.getFullAXTree");
  const nameless = nodes.filter((node) => !node.ignored && ["button", "slider", "checkbox", "radio", "link", "img"].includes(node.role?.value) && !node.name?.value);
  assert.deepEqual(nameless.map((node) => node.role.value), []);
});
