// Panels with their enlarged boxes as one SVG document, as papers print them.
const GAP = 12;
const CAPTION = 26;
const PANEL = 320;

const escapeXml = (text) => text.replace(/[&<>"'\p{Cc}]/gu, (c) => (c >= " " ? `&#${c.codePointAt(0)};` : " "));
const n = (v) => Number(v.toFixed(3));

// panels: { name, url }; width and height of the pictures; part and boxes in parts of their sides.
export function figureSvg(panels, width, height, part, boxes) {
  const perRow = Math.min(panels.length, panels.length > 6 ? 5 : 4);
  const panelHeight = (PANEL * height) / width;
  const insetWidth = boxes.length ? (PANEL - 6 * (boxes.length - 1)) / boxes.length : 0;
  const insetHeights = boxes.map((b) => (insetWidth * b.h * height) / (b.w * width));
  const cell = { w: PANEL + GAP, h: panelHeight + (boxes.length ? 6 + Math.max(...insetHeights) : 0) + CAPTION + GAP };
  const total = { w: perRow * cell.w + GAP, h: Math.ceil(panels.length / perRow) * cell.h + GAP };

  const crop = (id, b, x, y, w, h) =>
    `<svg x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" viewBox="${n(b.x * width)} ${n(b.y * height)} ${n(b.w * width)} ` +
    `${n(b.h * height)}" preserveAspectRatio="none"><use href="#${id}"/></svg>`;
  const cells = panels.map(({ name, url }, i) => {
    const x = GAP + (i % perRow) * cell.w;
    const y = GAP + Math.floor(i / perRow) * cell.h;
    const parts = [
      `<defs><image id="p${i}" width="${width}" height="${height}" preserveAspectRatio="none" href="${url}"/></defs>`,
      crop(`p${i}`, part, x, y, PANEL, panelHeight),
    ];
    parts.push(`<svg x="${n(x)}" y="${n(y)}" width="${PANEL}" height="${n(panelHeight)}">`, ...boxes.map((b) =>
      `<rect x="${n(((b.x - part.x) / part.w) * PANEL)}" y="${n(((b.y - part.y) / part.h) * panelHeight)}" width="${n((b.w / part.w) * PANEL)}" ` +
      `height="${n((b.h / part.h) * panelHeight)}" fill="none" stroke="${b.color}" stroke-width="2"/>`), "</svg>");
    boxes.forEach((b, k) => {
      const left = x + k * (insetWidth + 6);
      const top = y + panelHeight + 6;
      parts.push(crop(`p${i}`, b, left, top, insetWidth, insetHeights[k]),
        `<rect x="${n(left + 1)}" y="${n(top + 1)}" width="${n(insetWidth - 2)}" height="${n(insetHeights[k] - 2)}" fill="none" stroke="${b.color}" stroke-width="2"/>`);
    });
    parts.push(`<text x="${n(x + PANEL / 2)}" y="${n(y + cell.h - GAP - 8)}" text-anchor="middle" font-family="sans-serif" font-size="15">${escapeXml(name)}</text>`);
    return parts.join("");
  });
  const size = `width="${n(total.w)}" height="${n(total.h)}" viewBox="0 0 ${n(total.w)} ${n(total.h)}"`;
  return {
    text: `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="100%" height="100%" fill="#fff"/>${cells.join("")}</svg>`,
    width: total.w,
    height: total.h,
  };
}
