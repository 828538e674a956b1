// The page: files in, settings, the result.
import "./divider.js";
import { ask } from "./engine_client.js";
import { chosenRange, onRange, resetRange, setLevels } from "./range.js";

const INFRARED = 0;
const VISIBLE = 1;
const NAMES = ["Infrared", "Visible"];
const $ = (id) => document.getElementById(id);
const cards = [...document.querySelectorAll(".source")];
const names = ["", ""]; // of the files that are open
let result = null;
let fusing = false;
let again = false;

function say(text, bad = false) {
  $("status").textContent = text;
  $("status").classList.toggle("bad", bad);
}

const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;

function settings() {
  return { model: chosen("model"), gain: chosen("gain"), invert: $("invert").checked, gray: $("gray").checked, ...chosenRange() };
}

function paint(canvas, image) {
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function paintThumb(source, image) {
  const thumb = cards[source].querySelector(".thumb");
  const share = Math.min(thumb.width / image.width, thumb.height / image.height);
  const context = thumb.getContext("2d");
  context.clearRect(0, 0, thumb.width, thumb.height);
  const [width, height] = [image.width * share, image.height * share];
  const whole = new OffscreenCanvas(image.width, image.height);
  whole.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(whole, (thumb.width - width) / 2, (thumb.height - height) / 2, width, height);
}

function showLeft() {
  const left = chosen("left");
  $("pair").classList.toggle("alone", left === "none");
  if (left === "none" || !result) return;
  paint($("left"), result.images[Number(left)]);
  $("left").setAttribute("aria-label", `The ${NAMES[left].toLowerCase()} picture`);
  $("left-tag").textContent = NAMES[left];
}

function show() {
  const { width, height } = result;
  $("empty").hidden = true;
  $("pair").hidden = false;
  $("pair").style.aspectRatio = `${width} / ${height}`;
  // As large as the window lets it be, without being cut.
  $("pair").style.maxWidth = `calc(78vh * ${width / height})`;
  $("pair").classList.toggle("small", width < 320);
  paint($("right"), result.images[2]);
  result.images.slice(0, 2).forEach((image, source) => paintThumb(source, image));
  showLeft();
  $("save").disabled = false;
}

async function fuse() {
  if (fusing) {
    again = true;
    return;
  }
  fusing = true;
  $("busy").hidden = false;
  try {
    do {
      again = false;
      result = await ask("fuse", { settings: settings() });
      result.images = result.images.map((samples) => new ImageData(new Uint8ClampedArray(samples), result.width, result.height));
      show();
    } while (again);
    const seconds = (result.milliseconds / 1000).toFixed(2);
    const note = result.stretched ? "; the infrared was enlarged to the visible picture's size" : "";
    say(`${result.width}x${result.height}, fused in ${seconds} s (${result.engine})${note}`);
  } catch (error) {
    say(error.message, true);
  } finally {
    fusing = false;
    $("busy").hidden = true;
  }
}

function name(source, text) {
  names[source] = text;
  cards[source].querySelector(".name").textContent = text;
}

async function open(source, file) {
  say(`Opening ${file.name}`);
  try {
    const opened = await ask("open", { source, file });
    name(source, opened.kind ? `${file.name} (${opened.kind})` : file.name);
    if (opened.both) name(VISIBLE, `inside ${file.name}`);
    if (source === INFRARED) setLevels(await ask("levels"));
    const missing = names.indexOf("");
    if (missing >= 0) {
      say(`Now the ${NAMES[missing].toLowerCase()} picture of the same view.${[""].concat(opened.remarks).join(" ")}`);
      return true;
    }
    await fuse();
    if (opened.remarks.length) say(`${$("status").textContent}. ${opened.remarks.join(". ")}`);
    return true;
  } catch (error) {
    say(error.message, true);
    return false;
  }
}

// Of two files dropped together, the infrared one is that which is called so; else the first one.
const INFRARED_NAMES = /(^|[^a-z])(ir|inf|infra\w*|thermal|lwir|flir|t)([^a-z]|$)/i;
async function take(files, source) {
  const pictures = [...files].slice(0, 2);
  if (pictures.length === 2) {
    if (INFRARED_NAMES.test(pictures[1].name) && !INFRARED_NAMES.test(pictures[0].name)) pictures.reverse();
    // Together they are new: the old ones do not belong to them.
    names.fill("");
    if (await open(INFRARED, pictures[0])) await open(VISIBLE, pictures[1]);
  } else if (pictures.length === 1) {
    await open(source, pictures[0]);
  }
}

const freeSource = () => (names[INFRARED] === "" ? INFRARED : names[VISIBLE] === "" ? VISIBLE : INFRARED);

function acceptDrops(element, sourceOf) {
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("over");
  });
  element.addEventListener("dragleave", () => element.classList.remove("over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    element.classList.remove("over");
    take(event.dataTransfer.files, sourceOf());
  });
}

cards.forEach((card, source) => {
  acceptDrops(card, () => source);
  const input = card.querySelector("input");
  input.addEventListener("change", async () => {
    await take(input.files, source);
    input.value = ""; // so that the same file can be opened again
  });
});
acceptDrops($("stage"), freeSource);
// Beside them a file would replace the page.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

$("example").addEventListener("click", async () => {
  const files = await Promise.all(["infrared.png", "visible.png"].map(async (file) => new File([await (await fetch(`example-${file}`)).blob()], file)));
  await take(files, INFRARED);
});

$("save").addEventListener("click", () => {
  $("right").toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "fused.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }, "image/png");
});

const refuse = () => names.includes("") || fuse();
for (const input of document.querySelectorAll('input[name="model"], input[name="gain"], #invert, #gray')) input.addEventListener("change", refuse);
for (const input of document.querySelectorAll('input[name="left"]')) input.addEventListener("change", showLeft);
onRange(refuse);
$("defaults").addEventListener("click", () => {
  document.querySelector(".controls").reset();
  resetRange();
  showLeft();
  refuse();
});
document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());

try {
  const { version, target } = await ask("info");
  $("version").textContent = `SeAFusion ${version} (${target}).`;
} catch (error) {
  say(error.message, true);
}
