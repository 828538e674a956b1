// The picture: one view, or two compared; true size, full screen; edges over it. Says how old a frame is when it is seen.
import { $ } from "./api.js";
import { watch } from "./stream.js";
import { drawEdges } from "./edges.js";

const canvas = $("picture");
const context = canvas.getContext("2d", { alpha: false });

export const stage = {
  view: "fused",
  other: "visible",
  compare: "",        // "", "split", "blink", "inset"
  edges: false,
  trueSize: false,
  divider: 0.5,
  frame: null,        // the last one
  clockOffset: 0,     // of this machine's clock against the program's, ms
  latencies: [],
  drawn: 0,
  onFrame: new Set(),
};

let end = null, watched = "", blinkOther = false;

function views() {
  const wanted = new Set([stage.view]);
  if (stage.compare) wanted.add(stage.other);
  if (stage.edges) wanted.add("infrared");
  for (const more of stage.more ?? []) wanted.add(more);
  return [...wanted].sort();
}

// Opens the stream of the views that are to be seen, where it is another than before.
export function restart() {
  const names = views();
  if (names.join() === watched) return redraw();
  watched = names.join();
  end?.();
  end = watch(names, show, (error) => {
    $("state").textContent = `no connection: ${error.message}`;
    $("state").classList.add("bad");
  });
}

function show(frame) {
  for (const bitmap of stage.frame?.pictures.values() ?? []) bitmap.close();
  stage.frame = frame;
  redraw();
  for (const use of stage.onFrame) use(frame);
  ++stage.drawn;
  // The frame after this callback is the one that shows it.
  requestAnimationFrame(() => {
    const age = performance.timeOrigin + performance.now() - (frame.captured / 1000 - stage.clockOffset);
    stage.latencies.push(age);
    if (stage.latencies.length > 300) stage.latencies.shift();
    canvas.dataset.frame = frame.number;
  });
}

export function redraw() {
  const frame = stage.frame;
  const first = frame?.pictures.get(stage.view);
  if (!first) return;
  if (canvas.width !== first.width || canvas.height !== first.height) {
    canvas.width = first.width;
    canvas.height = first.height;
    fit();
  }
  const second = stage.compare ? frame.pictures.get(stage.other) : null;
  const { width, height } = canvas;
  const blink = stage.compare === "blink" && blinkOther && second;
  context.drawImage(blink ? second : first, 0, 0, width, height);
  if (second && stage.compare === "split") {
    const at = Math.round(stage.divider * width);
    const share = second.width / width;
    context.drawImage(second, at * share, 0, second.width - at * share, second.height, at, 0, width - at, height);
  }
  if (second && stage.compare === "inset") {
    const w = Math.round(width / 3), h = Math.round(height / 3);
    context.drawImage(second, width - w - 8, height - h - 8, w, h);
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect(width - w - 8, height - h - 8, w, h);
  }
  const infrared = stage.edges ? frame.pictures.get("infrared") : null;
  $("edges").hidden = !infrared;
  if (infrared) drawEdges($("edges"), infrared);
}

setInterval(() => {
  if (stage.compare !== "blink") return;
  blinkOther = !blinkOther;
  redraw();
}, 500);

// As large as the room allows, or pixel for pixel.
export function fit() {
  const room = $("frame").getBoundingClientRect();
  const narrow = matchMedia("(max-width: 760px)").matches && !document.fullscreenElement;
  let scale = Math.min(room.width / canvas.width, narrow ? Infinity : room.height / canvas.height);
  if (stage.trueSize) scale = 1 / devicePixelRatio;
  canvas.style.width = `${Math.max(1, Math.floor(canvas.width * scale))}px`;
  canvas.style.height = `${Math.max(1, Math.floor(canvas.height * scale))}px`;
  placeDivider();
}
new ResizeObserver(() => fit()).observe($("frame"));

function placeDivider() {
  const divider = $("divider");
  divider.hidden = stage.compare !== "split" || !$("picker").hidden;
  divider.style.left = `${100 * stage.divider}%`;
  divider.setAttribute("aria-valuenow", Math.round(100 * stage.divider));
}

export function quantile(share) {
  const sorted = [...stage.latencies].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] : NaN;
}

// --- What the person does ---

function press(selector, name, value) {
  for (const button of document.querySelectorAll(selector)) button.setAttribute("aria-pressed", String(button.dataset[name] === value));
}

export function choose(change) {
  Object.assign(stage, change);
  if (stage.other === stage.view) stage.other = ["visible", "infrared", "fused"].find((name) => name !== stage.view);
  $("other").value = stage.other;
  press("[data-view]", "view", stage.view);
  press("[data-compare]", "compare", stage.compare);
  $("true-size").setAttribute("aria-pressed", String(stage.trueSize));
  $("show-edges").checked = stage.edges;
  canvas.setAttribute("aria-label", stage.compare ? `${stage.view}, compared with ${stage.other}` : stage.view);
  if (stage.compare !== "blink") blinkOther = false;
  fit();
  restart();
}

export function toggleCompare(kind) {
  choose({ compare: stage.compare === kind ? "" : kind });
}

export async function toggleFullScreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await $("viewer").requestFullscreen?.();
}

for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => choose({ view: button.dataset.view }));
for (const button of document.querySelectorAll("[data-compare]")) button.addEventListener("click", () => toggleCompare(button.dataset.compare));
$("other").addEventListener("change", (event) => choose({ other: event.target.value }));
$("true-size").addEventListener("click", () => choose({ trueSize: !stage.trueSize }));
$("full-screen").addEventListener("click", toggleFullScreen);
$("show-edges").addEventListener("change", (event) => choose({ edges: event.target.checked }));

const divider = $("divider");
divider.addEventListener("pointerdown", (event) => {
  divider.setPointerCapture(event.pointerId);
  const move = (at) => {
    const box = canvas.getBoundingClientRect();
    stage.divider = Math.min(1, Math.max(0, (at.clientX - box.left) / box.width));
    placeDivider();
    redraw();
  };
  divider.addEventListener("pointermove", move);
  divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", move), { once: true });
});
divider.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  stage.divider = Math.min(1, Math.max(0, stage.divider + by));
  placeDivider();
  redraw();
});
