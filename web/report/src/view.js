// Which part of a picture is seen, and the two boxes that are enlarged. Everything is in parts of
// the picture's sides, so that it holds for every panel and every pair.
const MAX_ZOOM = 32;
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);

export class View {
  constructor() {
    this.reset();
    this.boxes = [
      { x: 0.12, y: 0.45, w: 0.2, h: 0.2, color: "#e5252a" },
      { x: 0.6, y: 0.35, w: 0.2, h: 0.2, color: "#16a34a" },
    ];
  }

  reset() {
    this.zoom = 1;
    this.x = 0;
    this.y = 0; // upper left corner of what is seen
  }

  // Where a point of the panel (parts of its sides) is in the picture.
  toPicture(px, py) {
    return { x: this.x + px / this.zoom, y: this.y + py / this.zoom };
  }

  // The picture's point under (px, py) stays there.
  zoomAt(px, py, factor) {
    const at = this.toPicture(px, py);
    this.zoom = clamp(this.zoom * factor, 1, MAX_ZOOM);
    this.moveTo(at.x - px / this.zoom, at.y - py / this.zoom);
  }

  moveTo(x, y) {
    const room = 1 - 1 / this.zoom;
    this.x = clamp(x, 0, room);
    this.y = clamp(y, 0, room);
  }

  // The box whose corner or inside is at the picture's point: { box, resize } or null. `reach` is the
  // size of a corner.
  boxAt({ x, y }, reach) {
    for (const box of [...this.boxes].reverse()) {
      const right = box.x + box.w;
      const bottom = box.y + box.h;
      if (Math.abs(x - right) < reach && Math.abs(y - bottom) < reach) return { box, resize: true };
      if (x >= box.x && x <= right && y >= box.y && y <= bottom) return { box, resize: false };
    }
    return null;
  }

  moveBox(box, x, y) {
    box.x = clamp(x, 0, 1 - box.w);
    box.y = clamp(y, 0, 1 - box.h);
  }

  resizeBox(box, right, bottom) {
    box.w = clamp(right - box.x, 0.02, 1 - box.x);
    box.h = clamp(bottom - box.y, 0.02, 1 - box.y);
  }
}
