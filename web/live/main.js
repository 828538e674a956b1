// Begins, and hands the keys out.
import { $, onLogin, post, say } from "./api.js";
import { nudgeKey, pick, showRig, undo } from "./align.js";
import { play, status, togglePlay, update } from "./health.js";
import { showList, showRecorder, snapshot, toggleRecording } from "./kept.js";
import { choose, stage, toggleCompare, toggleFullScreen } from "./stage.js";
import { listMethods, loadSettings, updateHistogram } from "./tune.js";

// --- Token: in the address' fragment, which is never sent, or asked for ---

let asking = null;
function logIn() {
  asking ??= (async () => {
    while (true) {
      const dialog = $("login");
      const form = dialog.querySelector("form");
      $("token").value = "";
      if (!dialog.open) dialog.showModal();
      await new Promise((resolve) => form.addEventListener("submit", resolve, { once: true }));
      const answer = await fetch("/api/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: $("token").value }) });
      if (answer.ok) return;
      say((await answer.json()).error);
    }
  })().finally(() => { asking = null; });
  return asking;
}
onLogin(logIn);

async function begin() {
  const token = /^#token=([0-9A-Za-z_-]+)$/.exec(location.hash)?.[1];
  if (token) {
    history.replaceState(null, "", location.pathname);
    await post("/api/login", { token }).catch((error) => say(error.message));
  }
  await update();
  if (status["start-model"]) $("model").dataset.start = "yes";
  listMethods(status.methods);
  await loadSettings();
  choose({});
  showRecorder();
  await Promise.all([showRig(), showList(), updateHistogram()]);
}

// --- Tabs ---

const tabs = [...document.querySelectorAll("[role=tab]")];
function openTab(tab) {
  for (const other of tabs) {
    const open = other === tab;
    other.setAttribute("aria-selected", String(open));
    other.tabIndex = open ? 0 : -1;
    $(other.getAttribute("aria-controls")).hidden = !open;
  }
  if (tab.id !== "tab-align") pick(false);
  if (tab.id === "tab-kept") showList().catch((error) => say(error.message));
  if (tab.id === "tab-align") showRig();
  refresh();
}
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => openTab(tab));
  tab.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const next = tabs[(i + by + tabs.length) % tabs.length];
    openTab(next);
    next.focus();
  });
});

// --- Keys ---

const told = (work) => Promise.resolve(work).catch((error) => say(error.message));
const keys = {
  1: () => choose({ view: "fused" }), 2: () => choose({ view: "infrared" }), 3: () => choose({ view: "visible" }),
  4: () => choose({ view: "method" }),
  s: () => toggleCompare("split"), b: () => toggleCompare("blink"), i: () => toggleCompare("inset"),
  t: () => choose({ trueSize: !stage.trueSize }), f: () => toggleFullScreen(), e: () => choose({ edges: !stage.edges }),
  " ": () => togglePlay(), ",": () => play({ step: -1 }), ".": () => play({ step: 1 }),
  x: () => snapshot(), r: () => toggleRecording(), u: () => undo(),
  n: () => { $("nudge-keys").checked = !$("nudge-keys").checked; say(`keys nudge: ${$("nudge-keys").checked ? "on" : "off"}`, true); },
  "?": () => $("keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const inside = event.target.closest?.("input, select, textarea");
  if (inside && inside.type !== "checkbox") return;
  if (event.key === " " && event.target.closest?.("button, a, input")) return;
  if (nudgeKey(event.key)) return event.preventDefault();
  if (!keys[event.key]) return;
  event.preventDefault();
  told(keys[event.key]());
});
$("keys-button").addEventListener("click", () => $("keys").showModal());

// --- Twice a second, while somebody looks ---

let refreshing = false;
async function refresh() {
  if (refreshing || document.hidden) return;
  refreshing = true;
  try {
    await update();
    showRecorder();
    await updateHistogram();
  } catch (error) {
    $("state").textContent = `no connection: ${error.message}`;
    $("state").classList.add("bad");
  } finally {
    refreshing = false;
  }
}
begin().catch((error) => {
  $("state").textContent = error.message;
  $("state").classList.add("bad");
}).finally(() => setInterval(refresh, 500));
