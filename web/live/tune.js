// The controls: what is changed here is seen in the next frame.
import { $, get, onClick, post, say } from "./api.js";

const plain = ["agc", "agc-plateau", "agc-clip", "ir-invert", "range", "palette", "method", "model", "precision", "gray", "ir-delay", "ir-hold", "range-smoothing"];
let settings = {};
let histogram = null;

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "number") return input.value === "" ? NaN : Number(input.value);
  return input.value;
}

function showRange(text) {
  const [kind, numbers] = text.split(":");
  $("range-kind").value = kind;
  let [low, high] = (numbers ?? "").split(",").map(Number);
  if (kind === "percentile") {
    low = numbers === undefined ? 0.5 : low;
    high = high ?? 100 - low;
  }
  const with_numbers = kind === "percentile" || kind === "fixed";
  for (const part of document.querySelectorAll(".range-number")) part.hidden = !with_numbers;
  if (!with_numbers) return;
  for (const [id, value] of [["range-low", low], ["range-high", high]]) {
    if (document.activeElement !== $(id)) $(id).value = value;
  }
}

function show(next) {
  settings = next;
  for (const name of plain) {
    const input = $(name);
    if (input === document.activeElement && input.type === "number") continue;
    if (input.type === "checkbox") input.checked = next[name];
    else input.value = next[name];
  }
  $("model").querySelector("[value=start]").hidden = next.model !== "start" && $("model").dataset.start !== "yes";
  for (const part of document.querySelectorAll(".for-plateau")) part.hidden = next.agc !== "plateau";
  for (const part of document.querySelectorAll(".for-clahe")) part.hidden = next.agc !== "clahe";
  const title = $("method").selectedOptions[0]?.textContent ?? "Method";
  document.querySelector("[data-view=method]").textContent = title;
  $("other").querySelector("[value=method]").textContent = title.toLowerCase();
  showRange(next["ir-range"]);
}

// All there are; those that cannot keep up, or lack something, say why.
export function listMethods(methods) {
  $("method").replaceChildren(...methods.map(({ name, title, refusal }) => {
    const option = document.createElement("option");
    option.value = name;
    option.textContent = refusal ? `${title}: ${refusal.slice(title.length + 1)}` : title;
    option.disabled = refusal !== "";
    return option;
  }));
}

export async function loadSettings() { show(await get("/api/settings")); }

// One request at a time; of changes that come meanwhile, the last of each.
let waiting = {}, sending = false;
export async function change(patch) {
  Object.assign(waiting, patch);
  if (sending) return;
  sending = true;
  try {
    while (Object.keys(waiting).length > 0) {
      const now = waiting;
      waiting = {};
      show(await post("/api/settings", now));
    }
  } catch (error) {
    say(error.message);
    await loadSettings().catch(() => {});
  } finally {
    sending = false;
  }
}

for (const name of plain) {
  const input = $(name);
  input.addEventListener(input.type === "number" ? "input" : "change", () => {
    const value = valueOf(input);
    if (!Number.isNaN(value)) change({ [name]: value });
  });
}

function sendRange() {
  const kind = $("range-kind").value;
  const low = valueOf($("range-low")), high = valueOf($("range-high"));
  if (kind !== "percentile" && kind !== "fixed") return change({ "ir-range": kind });
  if (Number.isNaN(low) || Number.isNaN(high) || low >= high) return;
  return change({ "ir-range": `${kind}:${low},${high}` });
}
$("range-kind").addEventListener("change", () => {
  const kind = $("range-kind").value;
  if (kind === "percentile") [$("range-low").value, $("range-high").value] = [0.5, 99.5];
  if (kind === "fixed" && histogram) {
    const [low, high] = [histogram.black, histogram.white].sort((a, b) => a - b);
    [$("range-low").value, $("range-high").value] = [round(low), round(high)];
  }
  sendRange();
});
for (const id of ["range-low", "range-high"]) $(id).addEventListener("input", sendRange);

function round(value) {
  const span = histogram ? histogram.high - histogram.low : 255;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(span / 10)));
  return Number(value.toFixed(Math.min(6, digits)));
}

onClick("reset", async () => {
  show(await post("/api/settings/reset"));
  say("as it was started", true);
});
$("load-settings").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    show(await post("/api/settings/file", await file.text()));
    say("settings loaded", true);
  } catch (error) {
    say(`${file.name}: ${error.message}`);
  }
});

// --- Histogram ---

const canvas = $("histogram");
const context = canvas.getContext("2d");
const xOf = (value) => (value - histogram.low) / (histogram.high - histogram.low) * canvas.width;
const valueAt = (x) => histogram.low + x / canvas.width * (histogram.high - histogram.low);

function draw() {
  const style = getComputedStyle(document.documentElement);
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const most = Math.sqrt(Math.max(1, ...histogram.counts));
  context.fillStyle = style.getPropertyValue("--soft");
  histogram.counts.forEach((count, i) => {
    const h = Math.sqrt(count) / most * (height - 12);
    context.fillRect(i * width / 256, height - h, width / 256 + 0.5, h);
  });
  for (const [value, label] of [[histogram.black, "black"], [histogram.white, "white"]]) {
    const x = Math.min(width - 2, Math.max(2, xOf(value)));
    context.fillStyle = style.getPropertyValue("--accent");
    context.fillRect(x - 1.5, 0, 3, height);
    context.font = "16px system-ui, sans-serif";
    context.textAlign = x > width / 2 ? "right" : "left";
    context.fillText(label, x + (x > width / 2 ? -6 : 6), label === "black" ? 16 : 34);
  }
  $("levels").textContent = `${histogram.bits} bits, ${round(histogram.low)} to ${round(histogram.high)}; black ${round(histogram.black)}, white ${round(histogram.white)}`;
}

export async function updateHistogram() {
  if ($("tune").hidden || dragged) return;
  try {
    const next = await get("/api/histogram");
    if (next) {
      histogram = next;
      draw();
    } else {
      $("levels").textContent = "no infrared picture has come yet";
    }
  } catch (error) {
    $("levels").textContent = error.message;
  }
}

// Dragging a mark makes the range fixed.
let dragged = null;
function drag(event) {
  const box = canvas.getBoundingClientRect();
  const value = valueAt((event.clientX - box.left) / box.width * canvas.width);
  if (!dragged) {
    dragged = Math.abs(value - histogram.black) < Math.abs(value - histogram.white) ? "black" : "white";
  }
  histogram[dragged] = value;
  draw();
  const [low, high] = [histogram.black, histogram.white].sort((a, b) => a - b).map(round);
  if (low < high) change({ "ir-range": `fixed:${low},${high}` });
}
canvas.addEventListener("pointerdown", (event) => {
  if (!histogram) return;
  canvas.setPointerCapture(event.pointerId);
  drag(event);
  canvas.addEventListener("pointermove", drag);
  canvas.addEventListener("pointerup", () => {
    dragged = null;
    canvas.removeEventListener("pointermove", drag);
  }, { once: true });
});
