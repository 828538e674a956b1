// Figures, the line at the top, the time line and the recorder's state: all of /api/status.
import { $, get, post, onClick, say } from "./api.js";
import { quantile, stage } from "./stage.js";

export let status = null;

const per = (value) => `${value.toFixed(1)}/s`;
const ms = (value) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : "not measured yet");
export const size = (bytes) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, "0")}`;

function sourceText(source) {
  if (!source.connected) return `no signal: ${source.problem}`;
  const extra = source.problem ? [source.problem] : [];
  if (source.damaged) extra.push(`${source.damaged} damaged`);
  if (source.dropped) extra.push(`${source.dropped} dropped`);
  if (source.reconnects) extra.push(`lost ${source.reconnects} times`);
  if (source["shutter-frames"]) extra.push(`${source["shutter-frames"]} at the shutter`);
  return `${source.width}x${source.height}, ${per(source["per-second"])}${extra.length ? `, ${extra.join(", ")}` : ""}`;
}

let drawnBefore = 0, whenBefore = performance.now(), painted = 0;
function figures() {
  const s = status;
  const now = performance.now();
  painted = (stage.drawn - drawnBefore) / (now - whenBefore) * 1000;
  drawnBefore = stage.drawn;
  whenBefore = now;
  return [
    ["Infrared", sourceText(s.infrared)],
    ["Visible", sourceText(s.visible)],
    ["Fused", `${per(s.fused["per-second"])}, ${s.fused.milliseconds.toFixed(1)} ms each`],
    ["Engine", s.engine],
    ["Drawn here", per(painted)],
    ["Capture to fused", `${ms(s.fused["latency-median"])}, 95 %: ${ms(s.fused["latency-95"])}`],
    ["Capture to screen", `${ms(quantile(0.5))}, 95 %: ${ms(quantile(0.95))}`],
    ["Encoding", `${s.server["encode-milliseconds"].toFixed(1)} ms`],
    ["Skipped for slow clients", s.server.skipped],
    ["Without infrared", s.fused.alone],
    ["Not fused", s.fused.failed],
    ["Watching", `${s.server.streams} of ${s.server.clients} connections`],
    ["Memory", size(s.memory)],
    ["Processor", s.temperature === null ? "temperature not known" : `${s.temperature.toFixed(0)} °C`],
  ];
}

function showFigures() {
  const rows = figures();
  const list = $("figures");
  if (list.children.length !== 2 * rows.length) {
    list.replaceChildren(...rows.flatMap(([name]) => {
      const term = document.createElement("dt");
      term.textContent = name;
      return [term, document.createElement("dd")];
    }));
  }
  rows.forEach(([, value], i) => { list.children[2 * i + 1].textContent = value; });
}

function showState() {
  const s = status;
  const lost = [["infrared", s.infrared], ["visible", s.visible]].filter(([, source]) => !source.connected);
  let text = `${s.fused.width}x${s.fused.height} · ${per(s.fused["per-second"])} · ${ms(quantile(0.5))}`;
  // A recording that cannot be read further; both sources may say the same.
  const problem = s.problem || s.infrared.problem || s.visible.problem;
  if (problem) text = problem;
  if (lost.length) text = lost.map(([name, source]) => `no ${name} signal: ${source.problem}`).join("; ");
  $("state").textContent = text;
  $("state").classList.toggle("bad", lost.length > 0 || problem !== "");
}

// --- Time line ---

let scrubbing = false;
function showTimeline() {
  const t = status.timeline;
  $("timeline").hidden = !t.there;
  if (!t.there) return;
  $("play").textContent = t.paused ? "Play" : "Pause";
  $("loop").checked = t.loop;
  if (document.activeElement !== $("speed")) $("speed").value = String(t.speed);
  $("position").max = Math.max(t.length, t.frame);
  $("position").step = "any";
  if (!scrubbing) showTime(t.position);
}
function showTime(seconds) {
  if (!scrubbing) $("position").value = seconds;
  $("time").textContent = `${clock(seconds)} / ${clock(status?.timeline.length ?? 0)}`;
}
export async function play(wish) {
  try {
    await post("/api/play", wish);
    await update();
  } catch (error) {
    say(error.message);
  }
}
export const togglePlay = () => status?.timeline.there && play({ paused: !status.timeline.paused });
onClick("play", togglePlay);
onClick("back", () => play({ step: -1 }));
onClick("forth", () => play({ step: 1 }));
$("loop").addEventListener("change", (event) => play({ loop: event.target.checked }));
$("speed").addEventListener("change", (event) => play({ speed: Number(event.target.value) }));
let seeking = false, wanted = null;
$("position").addEventListener("input", async (event) => {
  scrubbing = true;
  wanted = Number(event.target.value);
  showTime(wanted);
  if (seeking) return;
  seeking = true;
  while (wanted !== null) {
    const position = wanted;
    wanted = null;
    await post("/api/play", { position }).catch((error) => say(error.message));
  }
  seeking = false;
});
$("position").addEventListener("change", () => { scrubbing = false; });
// Five times a second is all that eyes follow, and each time the line is laid out and painted anew.
let timeShown = 0;
stage.onFrame.add((frame) => {
  if (!status?.timeline.there || scrubbing) return;
  const now = performance.now();
  if (!status.timeline.paused && now - timeShown < 200) return;
  timeShown = now;
  showTime(frame.time / 1e6);
});

// --- All of it, twice a second ---

let shortest = Infinity;
export async function update() {
  const sent = Date.now();
  const next = await get("/api/status");
  const took = Date.now() - sent;
  // The program's clock, by the answer that took least.
  if (took <= shortest + 1) {
    shortest = Math.min(took, shortest);
    stage.clockOffset = next.now / 1000 - (sent + took / 2);
    if (Math.abs(stage.clockOffset) < 5) stage.clockOffset = 0;
  }
  status = next;
  showState();
  showTimeline();
  if (!$("health").hidden) showFigures();
  return status;
}
