// Alignment by points, by keys and by machine.
import { $, get, onClick, post, say } from "./api.js";
import { choose, fit, restart, stage } from "./stage.js";

const sides = ["infrared", "visible"];
const steps = {
  left: { x: -1 }, right: { x: 1 }, up: { y: -1 }, down: { y: 1 },
  larger: { scale: 1.005 }, smaller: { scale: 1 / 1.005 }, clockwise: { rotation: 0.2 }, counter: { rotation: -0.2 },
};
let pairs = [];                                  // {infrared: [x, y], visible: [x, y]}
let half = {};                                   // the pair that is being placed
let residuals = null;
const cursor = { infrared: null, visible: null };  // where the keys are

export async function showRig() {
  try {
    const text = await get("/api/align");
    const found = text.rig.found;
    $("canvas").value = text.canvas;
    $("undo").disabled = text.undoes === 0;
    const m = text.rig.transform?.visible_to_infrared;
    $("rig").textContent = !text.given ? "no rig yet: one picture lies on the other as it comes" : [
      text.rig.transform ? `${text.rig.transform.model}, shift ${m[2].toFixed(1)}, ${m[5].toFixed(1)} px` : "by calibration",
      `from ${found.method}${found.note ? `, ${found.note}` : ""}`,
    ].join("; ");
  } catch (error) {
    $("rig").textContent = error.message;
  }
}

async function send(path, body) {
  const answer = await post(path, body);
  await showRig();
  return answer;
}

export async function nudge(name) {
  const by = Number($("step").value);
  const step = { ...steps[name] };
  for (const key of ["x", "y", "rotation"]) if (step[key]) step[key] *= by;
  if (step.scale) step.scale **= by;
  await send("/api/align/nudge", step);
}
for (const button of document.querySelectorAll("[data-nudge]")) {
  button.addEventListener("click", () => nudge(button.dataset.nudge).catch((error) => say(error.message)));
}

const keys = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "larger", "=": "larger", "-": "smaller", "]": "clockwise", "[": "counter" };
// True where the key was one.
export function nudgeKey(key) {
  if (!$("nudge-keys").checked || !keys[key] || !$("picker").hidden) return false;
  nudge(keys[key]).catch((error) => say(error.message));
  return true;
}

onClick("find", async () => {
  $("find").disabled = true;
  $("found").textContent = "looking";
  try {
    const found = await send("/api/align/find", { "accept-unsure": $("unsure").checked });
    $("found").textContent = `${found.verdict}: ${(100 * found.confidence).toFixed(0)} % sure, expected error ${found["expected-error"].toFixed(1)} px, ${found.model}${found.used ? "" : "; not used"}`;
  } catch (error) {
    $("found").textContent = error.message;
  } finally {
    $("find").disabled = false;
  }
});
export const undo = () => send("/api/align/undo", {});
onClick("undo", undo);
onClick("reset-rig", () => send("/api/align/reset", {}));
onClick("keep-rig", async () => {
  const { id } = await post("/api/align/save");
  say(`kept as ${id}`, true);
});
$("canvas").addEventListener("change", (event) => send("/api/align/canvas", { canvas: event.target.value }).catch((error) => say(error.message)));
$("load-rig").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    await send("/api/align/rig", await file.text());
    say("rig loaded", true);
  } catch (error) {
    say(`${file.name}: ${error.message}`);
  }
});

// --- Points ---

const canvasOf = (side) => $(`pick-${side}`);

export function pick(on) {
  $("pick").setAttribute("aria-pressed", String(on));
  $("picker").hidden = !on;
  $("stage").hidden = on;
  stage.more = on ? sides.map((side) => `${side}-camera`) : [];
  fit();
  restart();
  if (on) drawPicker();
}
onClick("pick", () => pick($("picker").hidden));

function mark(context, [x, y], label, scale, colour) {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.5 * scale;
  context.beginPath();
  context.arc(x + 0.5, y + 0.5, 5 * scale, 0, 7);
  context.moveTo(x + 0.5 - 9 * scale, y + 0.5);
  context.lineTo(x + 0.5 + 9 * scale, y + 0.5);
  context.moveTo(x + 0.5, y + 0.5 - 9 * scale);
  context.lineTo(x + 0.5, y + 0.5 + 9 * scale);
  context.stroke();
  context.font = `${13 * scale}px system-ui, sans-serif`;
  context.fillText(label, x + 8 * scale, y - 8 * scale);
}

function drawPicker() {
  if ($("picker").hidden || !stage.frame) return;
  const room = $("frame").getBoundingClientRect();
  for (const side of sides) {
    const picture = stage.frame.pictures.get(`${side}-camera`);
    if (!picture) continue;
    const canvas = canvasOf(side);
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    const columns = room.width > 700 ? 2 : 1;
    const scale = Math.min((room.width - 12) / columns / picture.width, columns === 2 ? (room.height - 40) / picture.height : Infinity);
    canvas.style.width = `${Math.floor(picture.width * scale)}px`;
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const unit = 1 / scale;
    pairs.forEach((pair, i) => mark(context, pair[side], String(i + 1), unit, residuals && !residuals.used[i] ? "#ff5a4f" : "#39e07a"));
    if (half[side]) mark(context, half[side], String(pairs.length + 1), unit, "#ffd23f");
    if (cursor[side] && document.activeElement === canvas) mark(context, cursor[side], "", unit, "#7cc4ff");
  }
}
stage.onFrame.add(drawPicker);

function magnify(side, [x, y], at) {
  const picture = stage.frame?.pictures.get(`${side}-camera`);
  const glass = $("magnifier");
  if (!picture) return;
  const context = glass.getContext("2d", { alpha: false });
  const half_ = 18;
  context.imageSmoothingEnabled = false;
  context.fillStyle = "#000";
  context.fillRect(0, 0, glass.width, glass.height);
  context.drawImage(picture, x + 0.5 - half_, y + 0.5 - half_, 2 * half_, 2 * half_, 0, 0, glass.width, glass.height);
  context.strokeStyle = "#7cc4ff";
  context.strokeRect(glass.width / 2 - 5, glass.height / 2 - 5, 10, 10);
  const frame = $("frame").getBoundingClientRect();
  const above = at.y - frame.top > glass.height + 30;
  glass.style.left = `${Math.min(frame.width - glass.width - 4, Math.max(4, at.x - frame.left - glass.width / 2))}px`;
  glass.style.top = `${at.y - frame.top + $("frame").scrollTop + (above ? -glass.height - 24 : 24)}px`;
  glass.hidden = false;
}

function place(side, point) {
  half[side] = point;
  if (half.infrared && half.visible) {
    pairs.push(half);
    half = {};
    residuals = null;
  }
  showPoints();
  drawPicker();
}

function showPoints() {
  $("fit").disabled = pairs.length < 2;
  $("clear-points").disabled = pairs.length === 0 && !half.infrared && !half.visible;
  $("points").replaceChildren(...pairs.map((pair, i) => {
    const item = document.createElement("li");
    const p = ([x, y]) => `${x.toFixed(1)}, ${y.toFixed(1)}`;
    item.textContent = `${p(pair.infrared)} → ${p(pair.visible)}${residuals ? `, off by ${residuals.residuals[i].toFixed(1)} px${residuals.used[i] ? "" : ", left out"}` : ""}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `Delete pair ${i + 1}`);
    button.addEventListener("click", () => {
      pairs.splice(i, 1);
      residuals = null;
      showPoints();
      drawPicker();
    });
    item.append(button);
    return item;
  }));
}

for (const side of sides) {
  const canvas = canvasOf(side);
  const pointAt = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * canvas.width - 0.5, (event.clientY - box.top) / box.height * canvas.height - 0.5];
  };
  canvas.addEventListener("pointermove", (event) => magnify(side, pointAt(event), { x: event.clientX, y: event.clientY }));
  canvas.addEventListener("pointerleave", () => { $("magnifier").hidden = true; });
  canvas.addEventListener("click", (event) => place(side, pointAt(event)));
  canvas.addEventListener("focus", () => { cursor[side] ??= [canvas.width / 2, canvas.height / 2]; drawPicker(); });
  canvas.addEventListener("blur", () => { $("magnifier").hidden = true; drawPicker(); });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (!by) return place(side, [...cursor[side]]);
    const step = event.shiftKey ? 10 : 1;
    const limits = [canvas.width - 1, canvas.height - 1];
    cursor[side] = cursor[side].map((v, i) => Math.min(limits[i], Math.max(0, v + step * by[i])));
    const box = canvas.getBoundingClientRect();
    magnify(side, cursor[side], { x: box.left + cursor[side][0] / canvas.width * box.width, y: box.top + cursor[side][1] / canvas.height * box.height });
    drawPicker();
  });
}

onClick("fit", async () => {
  residuals = await post("/api/align/points", { pairs });
  showPoints();
  await showRig();
  say(`fitted: ${residuals.deviation.toFixed(2)} px off on average`, true);
  pick(false);
  choose({ edges: true, view: "visible" });
});
onClick("clear-points", () => {
  pairs = [];
  half = {};
  residuals = null;
  showPoints();
  drawPicker();
});
