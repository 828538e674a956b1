// Two pictures on top of each other and the line between them: moved by pointer, finger or keys.
const pair = document.getElementById("pair");
const divider = document.getElementById("divider");

function moveTo(percent) {
  const at = Math.min(100, Math.max(0, percent));
  pair.style.setProperty("--at", `${at}%`);
  divider.setAttribute("aria-valuenow", String(Math.round(at)));
}

function follow(event) {
  const box = pair.getBoundingClientRect();
  moveTo(((event.clientX - box.left) / box.width) * 100);
}

pair.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || pair.classList.contains("alone")) return;
  pair.setPointerCapture(event.pointerId);
  divider.focus({ preventScroll: true });
  follow(event);
  event.preventDefault();
});
pair.addEventListener("pointermove", (event) => {
  if (pair.hasPointerCapture(event.pointerId)) follow(event);
});

divider.addEventListener("keydown", (event) => {
  const now = Number(divider.getAttribute("aria-valuenow"));
  const step = event.shiftKey ? 10 : 2;
  const to = { ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step, Home: 0, End: 100 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  moveTo(to);
});
