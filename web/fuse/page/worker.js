// The engine's thread: decoding and fusing, so that the page stays quick. A message in, {id, ...} with the answer out.
import createEngine from "./engine.js";

const ready = createEngine();

function answer(engine, address) {
  const value = JSON.parse(engine.UTF8ToString(address));
  if (value.error) throw new Error(value.error);
  return value;
}

function withText(engine, text, call) {
  const size = engine.lengthBytesUTF8(text) + 1;
  const address = engine._seafusion_allocate(size);
  if (!address) throw new Error("the browser gives the page no more memory");
  try {
    engine.stringToUTF8(text, address, size);
    return call(address);
  } finally {
    engine._seafusion_release(address);
  }
}

// A picture for the browser to decode: its samples as they are, upright, without a profile.
async function decodeHere(engine, source, file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error(`${file.name}: no picture that this page or the browser can read`);
  }
  const { width, height } = bitmap;
  const { address } = answer(engine, engine._seafusion_pixels(source, width, height));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  engine.HEAPU8.set(context.getImageData(0, 0, width, height).data, address);
  return { taken: true, kind: (file.type || "").replace("image/", "").toUpperCase(), both: false, remarks: [] };
}

const calls = {
  async info(engine) {
    return answer(engine, engine._seafusion_info());
  },
  async open(engine, { source, file }) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const address = engine._seafusion_allocate(bytes.length || 1);
    if (!address) throw new Error(`${file.name}: the browser gives the page no memory for ${bytes.length} bytes`);
    let opened;
    try {
      engine.HEAPU8.set(bytes, address);
      opened = answer(engine, engine._seafusion_open(source, address, bytes.length));
    } catch (error) {
      throw new Error(`${file.name}: ${error.message}`);
    } finally {
      engine._seafusion_release(address);
    }
    return opened.taken ? opened : decodeHere(engine, source, file);
  },
  async levels(engine) {
    const levels = answer(engine, engine._seafusion_levels());
    // Degrees at as many values as a slider has steps.
    levels.degrees = levels.celsius
      ? Array.from({ length: 101 }, (_, i) => engine._seafusion_celsius(levels.least + (i / 100) * (levels.most - levels.least)))
      : null;
    return levels;
  },
  async fuse(engine, { settings }) {
    const result = withText(engine, JSON.stringify(settings), (text) => answer(engine, engine._seafusion_fuse(text)));
    const size = result.width * result.height * 4;
    result.images = result.images.map((address) => engine.HEAPU8.slice(address, address + size).buffer);
    return result;
  },
};

self.onmessage = async ({ data }) => {
  const { id, call, ...rest } = data;
  try {
    const value = await calls[call](await ready, rest);
    self.postMessage({ id, value }, value.images ?? []);
  } catch (error) {
    self.postMessage({ id, error: error.message || String(error) });
  }
};
