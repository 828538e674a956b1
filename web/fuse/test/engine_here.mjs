// The page's engine in Node.js.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const page = process.env.SEAFUSION_PAGE;

// It is made for a worker of a browser, and asks where it is. In the page its name ends in .js, as file servers know it;
// Node.js wants to be told that this is a module.
globalThis.self ??= { location: { href: import.meta.url } };
async function load() {
  const folder = mkdtempSync(join(tmpdir(), "seafusion-page-"));
  try {
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    copyFileSync(join(page, "engine.js"), join(folder, "engine.js"));
    const { default: create } = await import(pathToFileURL(join(folder, "engine.js")));
    return await create({ wasmBinary: readFileSync(join(page, "engine.wasm")) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An engine of its own, with the calls that the page makes. */
export async function startEngine() {
  const engine = await load();
  const answer = (address) => JSON.parse(engine.UTF8ToString(address));
  const inMemory = (bytes, call) => {
    const address = engine._seafusion_allocate(bytes.length || 1);
    try {
      engine.HEAPU8.set(bytes, address);
      return call(address);
    } finally {
      engine._seafusion_release(address);
    }
  };
  return {
    info: () => answer(engine._seafusion_info()),
    open: (source, bytes) => inMemory(bytes, (address) => answer(engine._seafusion_open(source, address, bytes.length))),
    pixels(source, width, height, samples) {
      const given = answer(engine._seafusion_pixels(source, width, height));
      if (!given.error) engine.HEAPU8.set(samples, given.address);
      return given;
    },
    levels: () => answer(engine._seafusion_levels()),
    celsius: (sample) => engine._seafusion_celsius(sample),
    fuse(settings) {
      const text = new TextEncoder().encode(`${typeof settings === "string" ? settings : JSON.stringify(settings)}\0`);
      const result = inMemory(text, (address) => answer(engine._seafusion_fuse(address)));
      if (result.error) return result;
      const size = result.width * result.height * 4;
      return { ...result, images: result.images.map((address) => engine.HEAPU8.slice(address, address + size)) };
    },
  };
}
