// Snapshots and recordings.
import { $, get, onClick, post, remove, say } from "./api.js";
import { size, status } from "./health.js";

export async function snapshot() {
  const { ids } = await post("/api/snapshot");
  say(`snapshot: ${ids.length} pictures`, true);
  await showList();
}

export async function toggleRecording() {
  const recording = status?.recorder.recording;
  await post("/api/record", recording ? { on: false } : { on: true, sources: $("sources").checked });
  await showList();
}

export async function showList() {
  const { recordings } = await get("/api/recordings");
  const items = recordings.reverse().map((kept) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = `${kept.id}, ${size(kept.bytes)}${kept.open ? ", being written" : ""}`;
    const link = document.createElement("a");
    link.className = "button";
    link.href = `/api/recordings/${kept.id}`;
    link.download = "";
    link.textContent = "Download";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Delete";
    button.disabled = kept.open;
    button.setAttribute("aria-label", `Delete ${kept.id}`);
    link.setAttribute("aria-label", `Download ${kept.id}`);
    button.addEventListener("click", async () => {
      try {
        await remove(`/api/recordings/${kept.id}`);
      } catch (error) {
        say(error.message);
      }
      await showList();
    });
    item.append(text, link, button);
    return item;
  });
  $("list").replaceChildren(...items);
  $("list").hidden = items.length === 0;
}

let problem = "", wasRecording = false;
export function showRecorder() {
  const r = status.recorder;
  $("record").disabled = !r.possible;
  $("record").title = r.possible ? "" : "start with --folder to record";
  $("with-sources").hidden = !r.possible;
  $("record").textContent = r.recording ? "Stop" : "Record";
  $("record").setAttribute("aria-pressed", String(r.recording));
  $("recording").textContent = r.recording ? `${r.seconds.toFixed(1)} s, ${r.frames} frames${r.missed ? `, ${r.missed} missed` : ""}` : "";
  $("space").textContent = r.possible ? `${size(r.bytes)} of ${size(r.quota)} taken, ${size(r.free)} free on the disk${r.problem ? `; the last recording ended: ${r.problem}` : ""}` : "There is no folder: start with --folder to record. Snapshots stay in memory, the last four of them.";
  if (r.problem && r.problem !== problem) say(`recording ended: ${r.problem}`);
  problem = r.problem;
  if (wasRecording && !r.recording) showList().catch(() => {});
  wasRecording = r.recording;
}

onClick("snapshot", snapshot);
onClick("record", toggleRecording);
