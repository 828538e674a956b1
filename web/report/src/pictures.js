// Pictures of the report, decoded when they are looked at.
const KEPT_PAIRS = 6;

export class Pictures {
  constructor(report) {
    this.report = report;
    this.pairs = new Map(); // pair -> promises of its pictures, the least recently used first
  }

  sources(pair) {
    return this.report.pairs[pair].pictures;
  }

  has(pair, source) {
    return this.sources(pair)[source] !== null;
  }

  embedded(pair, source) {
    return this.sources(pair)[source] === true;
  }

  // The picture's own bytes, as an address that files may hold; null where it is only a link.
  dataUrl(pair, source) {
    if (!this.embedded(pair, source)) return null;
    const { text, type } = this.element(pair, source);
    return `data:${type};base64,${text}`;
  }

  element(pair, source) {
    const node = document.getElementById(`picture-${pair}-${source}`);
    return { text: node.textContent, type: node.dataset.type };
  }

  // A decoded image, or null where there is none or the browser cannot show it.
  load(pair, source) {
    let kept = this.pairs.get(pair);
    if (kept) this.pairs.delete(pair);
    else kept = new Map();
    this.pairs.set(pair, kept);
    while (this.pairs.size > KEPT_PAIRS) this.pairs.delete(this.pairs.keys().next().value);
    if (!kept.has(source)) kept.set(source, this.decode(pair, source));
    return kept.get(source);
  }

  async decode(pair, source) {
    if (!this.has(pair, source)) return null;
    const image = new Image();
    let url = null;
    if (this.embedded(pair, source)) {
      const { text, type } = this.element(pair, source);
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      url = URL.createObjectURL(new Blob([bytes], { type }));
      image.src = url;
    } else {
      image.src = this.sources(pair)[source];
    }
    try {
      await image.decode();
      return image;
    } catch {
      return null;
    } finally {
      if (url) URL.revokeObjectURL(url);
    }
  }
}
