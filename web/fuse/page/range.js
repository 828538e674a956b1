// The infrared range: histogram, two sliders, automatic.
const fieldset = document.getElementById("range");
const canvas = document.getElementById("histogram");
const lo = document.getElementById("lo");
const hi = document.getElementById("hi");
const automatic = document.getElementById("automatic");
const STEPS = 1000;
let levels = null;

const valueOf = (slider) => levels.least + (Number(slider.value) / STEPS) * (levels.most - levels.least);
const stepOf = (value) => Math.round(((value - levels.least) / (levels.most - levels.least)) * STEPS);

function text(value) {
  if (levels.degrees) {
    const at = ((value - levels.least) / (levels.most - levels.least)) * (levels.degrees.length - 1);
    const first = Math.min(Math.floor(at), levels.degrees.length - 2);
    const degrees = levels.degrees[first] + (at - first) * (levels.degrees[first + 1] - levels.degrees[first]);
    if (Number.isFinite(degrees)) return `${degrees.toFixed(1)} °C`;
  }
  return String(Math.round(value));
}

function draw() {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  if (!levels) return;
  const style = getComputedStyle(document.documentElement);
  const colours = [style.getPropertyValue("--bar"), style.getPropertyValue("--chosen")];
  // Square roots: a few warm pixels are what matters, and the sky would hide them.
  const most = Math.sqrt(Math.max(...levels.bins));
  const side = width / levels.bins.length;
  levels.bins.forEach((count, bin) => {
    const middle = levels.least + ((bin + 0.5) / levels.bins.length) * (levels.most - levels.least);
    context.fillStyle = colours[middle >= valueOf(lo) && middle <= valueOf(hi) ? 1 : 0];
    const tall = count ? Math.max(2, (Math.sqrt(count) / most) * height) : 0;
    context.fillRect(bin * side, height - tall, Math.max(side - 1, 1), tall);
  });
}

function show() {
  fieldset.disabled = !levels;
  document.getElementById("lo-text").textContent = levels ? text(valueOf(lo)) : "";
  document.getElementById("hi-text").textContent = levels ? text(valueOf(hi)) : "";
  lo.setAttribute("aria-valuetext", levels ? text(valueOf(lo)) : "");
  hi.setAttribute("aria-valuetext", levels ? text(valueOf(hi)) : "");
  draw();
}

function setAutomatic() {
  automatic.checked = true;
  if (!levels) return;
  lo.value = stepOf(levels.automatic[0]);
  hi.value = stepOf(levels.automatic[1]);
}

/** Shows what a picture holds; null where there is none. */
export function setLevels(next) {
  levels = next;
  setAutomatic();
  show();
}

/** {} where the range is automatic, else {range: [lo, hi]}. */
export function chosenRange() {
  return automatic.checked || !levels ? {} : { range: [valueOf(lo), valueOf(hi)] };
}

export function resetRange() {
  setAutomatic();
  show();
}

/** Calls `changed` after each change. */
export function onRange(changed) {
  for (const slider of [lo, hi]) {
    slider.addEventListener("input", () => {
      automatic.checked = false;
      // A range has a width.
      if (Number(hi.value) <= Number(lo.value)) {
        if (slider === lo) hi.value = Number(lo.value) + 1;
        if (Number(hi.value) <= Number(lo.value)) lo.value = Number(hi.value) - 1;
      }
      show();
      changed();
    });
  }
  automatic.addEventListener("change", () => {
    if (automatic.checked) setAutomatic();
    show();
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
