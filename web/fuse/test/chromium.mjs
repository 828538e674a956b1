// Chromium by its DevTools protocol over two pipes, and a file server like any other: nothing else is needed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png" };
const PROGRAM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Serves a folder on the loopback address; `requests` gathers the paths that were asked for, `bytes` counts. */
export async function serve(folder) {
  const state = { requests: [], bytes: 0 };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname).replace(/\/$/, "/index.html");
    const file = join(folder, path);
    state.requests.push(path);
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const content = readFileSync(file);
    state.bytes += content.length;
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", "cache-control": "no-store" }).end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
}

/** A browser with one page; null where there is no Chromium. */
export async function startChromium() {
  if (!PROGRAM) return null;
  const profile = mkdtempSync(join(tmpdir(), "seafusion-chromium-"));
  const browser = spawn(PROGRAM, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [, , , into, from] = browser.stdio;
  const waiting = new Map();
  const listeners = [];
  let last = 0;
  let rest = "";
  from.setEncoding("utf8");
  from.on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages.map((m) => JSON.parse(m))) {
      if (message.id === undefined) {
        for (const listener of listeners) listener(message.method, message.params);
        continue;
      }
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    into.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find((target) => target.type === "page");
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  const complaints = []; // of the console, and what the page's rules forbade
  listeners.push((method, params) => {
    if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) complaints.push(params.args.map((a) => a.value ?? a.description).join(" "));
    if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
  });
  await Promise.all(["Page.enable", "Runtime.enable", "Log.enable", "DOM.enable"].map((method) => call(method)));

  const page = {
    complaints,
    call,
    async evaluate(expression) {
      const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    /** Waits until the expression is true. */
    async until(expression, seconds = 60) {
      for (const end = Date.now() + seconds * 1000; ;) {
        if (await page.evaluate(expression)) return;
        if (Date.now() > end) throw new Error(`not within ${seconds} s: ${expression}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async goTo(address) {
      await call("Page.navigate", { url: address });
      await page.until("document.readyState === 'complete' && location.href !== 'about:blank'");
    },
    async size(width, height, { dark = false, phone = false } = {}) {
      await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: phone ? 2 : 1, mobile: phone });
      await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    },
    async chooseFiles(selector, files) {
      const { root } = await call("DOM.getDocument");
      const { nodeId } = await call("DOM.querySelector", { nodeId: root.nodeId, selector });
      await call("DOM.setFileInputFiles", { nodeId, files });
    },
    async key(key, modifiers = 0) {
      for (const type of ["keyDown", "keyUp"]) await call("Input.dispatchKeyEvent", { type, key, code: key, modifiers, ...(key === " " ? { text: " " } : {}) });
    },
    async drag(from_, to) {
      const mouse = (type, [x, y], buttons) => call("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons, clickCount: 1 });
      await mouse("mousePressed", from_, 1);
      await mouse("mouseMoved", to, 1);
      await mouse("mouseReleased", to, 0);
    },
    async screenshot() {
      const { data } = await call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
      return Buffer.from(data, "base64");
    },
    async close() {
      const gone = new Promise((resolve) => browser.on("exit", resolve));
      await send("Browser.close").catch(() => browser.kill());
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}
