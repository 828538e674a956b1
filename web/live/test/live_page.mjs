// What the tests of the page share: the program on a free port, and headless Chromium. In the environment:
//   SEAFUSION_LIVE_MODULES  node_modules with playwright-core and axe-core
//   SEAFUSION_COMMAND       the command
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { promisify } from "node:util";

const { SEAFUSION_LIVE_MODULES: modules, SEAFUSION_COMMAND: command } = process.env;
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!chromium) {
  console.log("SKIPPED: no Chromium on this machine");
  process.exit(0);
}
export const packages = createRequire(join(modules, "index.js"));

export const folder = mkdtempSync(join(tmpdir(), "seafusion-live-"));
const programs = new Set();
let browser;
after(async () => {
  await (await browser)?.close();
  for (const program of programs) program.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

// Runs a verb to its end.
export const run = (...args) => promisify(execFile)(command, args);

const made = new Map();
// The sources of six rendered pairs, as options.
export async function scenes(size = "160x120") {
  const out = join(folder, size);
  if (!made.has(size)) made.set(size, run("synth", "--out", out, "--count", "6", "--size", size, "--quiet"));
  await made.get(size);
  return ["--ir", join(out, "train", "ir"), "--vis", join(out, "train", "vi")];
}

// The program on a free port: {url, kill}.
export async function serve(...args) {
  const program = spawn(command, ["serve", "--listen", "127.0.0.1:0", "--threads", "1", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  programs.add(program);
  let text = "", errors = "";
  program.stderr.on("data", (data) => { errors += data; });
  for await (const data of program.stdout) {
    text += data;
    if (text.includes("\n")) return { url: text.trim(), kill: () => program.kill("SIGKILL") };
  }
  throw new Error(`serve ended: ${errors}`);
}

export const hasPicture = (page) => page.waitForFunction(() => Number(document.getElementById("picture").dataset.frame) > 0);

// Opens a page, runs the check, and fails for whatever the page complained of, or asked a stranger for.
export async function open(url, check, options = {}) {
  browser ??= packages("playwright-core").chromium.launch({
    executablePath: chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const { lost, ...context_options } = options;
  const context = await (await browser).newContext({ viewport: { width: 1200, height: 800 }, acceptDownloads: true, ...context_options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) &&
    // That the picture is read often is the test's doing.
    !message.text().includes("willReadFrequently") && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => new URL(request.url()).host !== new URL(url).host && !request.url().startsWith("blob:") && complaints.push(request.url()));
  try {
    await page.goto(url);
    // Of a source that is lost there is no picture, and a program that ends is complained of.
    if (!lost) await hasPicture(page);
    await check(page);
    if (!lost) assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

export async function eventually(check, what) {
  for (let i = 0; i < 600; ++i) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(what);
}
