// A picture on a canvas that follows the shared view.

// The canvas with as many pixels as the screen gives it.
function prepared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio };
}

// The part (x, y, w, h in parts of the picture's sides) fills the canvas from `left` to its right.
export function drawPart(canvas, image, part, left = 0, clear = true) {
  const { context, width, height, ratio } = clear ? prepared(canvas)
    : { context: canvas.getContext("2d"), width: canvas.width, height: canvas.height, ratio: window.devicePixelRatio || 1 };
  if (!image) return { context, width, height, ratio };
  context.save();
  context.beginPath();
  context.rect(left * width, 0, width, height);
  context.clip();
  // Pixels show as squares once they are enlarged much.
  context.imageSmoothingEnabled = width / (part.w * image.naturalWidth) < 3;
  context.drawImage(image, part.x * image.naturalWidth, part.y * image.naturalHeight, part.w * image.naturalWidth,
    part.h * image.naturalHeight, 0, 0, width, height);
  context.restore();
  return { context, width, height, ratio };
}

export const seen = (view) => ({ x: view.x, y: view.y, w: 1 / view.zoom, h: 1 / view.zoom });

export function drawBoxes({ context, width, height, ratio }, view) {
  for (const box of view.boxes) {
    const x = (box.x - view.x) * view.zoom * width;
    const y = (box.y - view.y) * view.zoom * height;
    const w = box.w * view.zoom * width;
    const h = box.h * view.zoom * height;
    context.strokeStyle = box.color;
    context.lineWidth = 2 * ratio;
    context.strokeRect(x, y, w, h);
    context.fillStyle = box.color;
    context.fillRect(x + w - 4 * ratio, y + h - 4 * ratio, 8 * ratio, 8 * ratio);
  }
}

// Wheel, drag, double click and keys on a canvas move the view; `takes` may take a drag for itself
// ((point, event) -> null or a function of later points).
export function control(canvas, view, changed, takes) {
  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    return { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
  };
  canvas.tabIndex = 0;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    view.zoomAt(x, y, Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)));
    changed();
  }, { passive: false });
  canvas.addEventListener("dblclick", () => {
    view.reset();
    changed();
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const start = at(event);
    const from = { x: view.x, y: view.y };
    const pan = (p) => view.moveTo(from.x - (p.x - start.x) / view.zoom, from.y - (p.y - start.y) / view.zoom);
    const drag = takes(start, event) ?? pan;
    canvas.setPointerCapture(event.pointerId);
    const move = (e) => {
      drag(at(e));
      changed();
    };
    const end = () => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = 0.1 / view.zoom;
    const keys = {
      "+": () => view.zoomAt(0.5, 0.5, 1.25), "=": () => view.zoomAt(0.5, 0.5, 1.25), "-": () => view.zoomAt(0.5, 0.5, 0.8),
      0: () => view.reset(), ArrowLeft: () => view.moveTo(view.x - step, view.y), ArrowRight: () => view.moveTo(view.x + step, view.y),
      ArrowUp: () => view.moveTo(view.x, view.y - step), ArrowDown: () => view.moveTo(view.x, view.y + step),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
    changed();
  });
}

// A box's corner or inside takes a drag.
export function dragBox(canvas, view) {
  return (start) => {
    const point = view.toPicture(start.x, start.y);
    const hit = view.boxAt(point, 10 / (canvas.clientWidth * view.zoom));
    if (!hit) return null;
    const { box, resize } = hit;
    const offset = resize ? { x: box.x + box.w - point.x, y: box.y + box.h - point.y } : { x: box.x - point.x, y: box.y - point.y };
    return (p) => {
      const now = view.toPicture(p.x, p.y);
      if (resize) view.resizeBox(box, now.x + offset.x, now.y + offset.y);
      else view.moveBox(box, now.x + offset.x, now.y + offset.y);
    };
  };
}
