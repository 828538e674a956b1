// The page's engine against the command: node --test with, in the environment,
//   SEAFUSION_PAGE     the built page
//   SEAFUSION_COMMAND  the command of the same sources
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { crc32 } from "./crc32.mjs";

const command = process.env.SEAFUSION_COMMAND;
if (!process.env.SEAFUSION_PAGE || !existsSync(join(process.env.SEAFUSION_PAGE, "engine.wasm"))) {
  console.log("SKIPPED: the page is not built (./dev web)");
  process.exit(0);
}
const { startEngine } = await import("./engine_here.mjs");
const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
let folder;
let engine;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "seafusion-pixels-"));
  engine = await startEngine();
});
after(() => rmSync(folder, { recursive: true }));

// A PNG of one channel and 16 bits.
function png16(width, height, sample) {
  const rows = Buffer.alloc(height * (1 + 2 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.writeUInt16BE(sample(x, y), y * (1 + 2 * width) + 1 + 2 * x);
  }
  const chunk = (kind, content) => {
    const body = Buffer.concat([Buffer.from(kind), content]);
    const bytes = Buffer.alloc(8 + body.length);
    bytes.writeUInt32BE(content.length, 0);
    body.copy(bytes, 4);
    bytes.writeUInt32BE(crc32(body), 4 + body.length);
    return bytes;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function open(infrared, visible) {
  for (const [source, file] of [infrared, visible].entries()) {
    const opened = engine.open(source, file);
    assert.equal(opened.error, undefined);
    assert.equal(opened.taken, true);
  }
}

// What the command makes of the same files on plain loops' target, as red, green, blue and alpha.
function byCommand(infrared, visible, options) {
  const [ir, vi, out] = ["ir.png", "vi.png", "fused.png"].map((name) => join(folder, name));
  writeFileSync(ir, infrared);
  writeFileSync(vi, visible);
  execFileSync(command, ["fuse", "--ir", ir, "--vis", vi, "-o", out, "--overwrite", "--quiet", "--cpu-target", "scalar", ...options]);
  assert.equal(engine.open(1, readFileSync(out)).error, undefined);
  return engine.fuse({}).images[1];
}

function assertAlike(infrared, visible, settings, options) {
  open(infrared, visible);
  const fused = engine.fuse(settings);
  assert.equal(fused.error, undefined);
  assert.match(fused.engine, / wasm$/);
  const expected = byCommand(infrared, visible, options);
  assert.equal(fused.images[2].length, expected.length);
  let most = 0;
  let different = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const difference = Math.abs(fused.images[2][i] - expected[i]);
    most = Math.max(most, difference);
    different += difference > 0;
  }
  console.log(`${JSON.stringify(settings)} ${fused.width}x${fused.height}: ${different} of ${expected.length} samples differ, by at most ${most}`);
  assert.ok(most <= 1, `a sample differs by ${most} levels`);
}

const example = (name) => ["ir", "vi"].map((source) => readFileSync(join(root, "examples", source, `${name}.png`)));

test("the lite network in each precision", { skip: !command }, () => {
  for (const precision of ["fp32", "int16", "bf16", "int8"]) {
    assertAlike(...example("night"), { model: "lite", precision }, ["--model", "lite", "--precision", precision]);
  }
});

test("polarity, contrast, range and gray", { skip: !command }, () => {
  const precision = ["--precision", "fp32"];
  assertAlike(...example("day"), { invert: true }, ["--ir-invert", ...precision]);
  assertAlike(...example("day"), { gain: "plateau" }, ["--agc", "plateau", ...precision]);
  assertAlike(...example("day"), { gain: "clahe" }, ["--agc", "clahe", ...precision]);
  assertAlike(...example("day"), { range: [20, 180] }, ["--ir-range", "fixed:20,180", ...precision]);
  assertAlike(...example("day"), { gray: true }, ["--gray", ...precision]);
});

test("counts of 16 bits, odd sizes, the paper's network", { skip: !command }, () => {
  const [width, height] = [61, 45];
  const infrared = png16(width, height, (x, y) => 29000 + 9 * x + 5 * y + ((x * 7 + y * 13) % 11) * 20);
  const visible = png16(width, height, (x, y) => 300 * ((x ^ y) & 63) + 400 * y);
  for (const model of ["lite", "full"]) {
    assertAlike(infrared, visible, { model, precision: "fp32" }, ["--model", model, "--precision", "fp32"]);
  }
  open(infrared, visible);
  const levels = engine.levels();
  assert.equal(levels.bins.reduce((a, b) => a + b), width * height);
  assert.ok(levels.least < levels.most && levels.automatic[0] < levels.automatic[1]);
});

test("real pairs", { skip: !command || !existsSync(join(root, "../shared/data/msrs/val/ir")) }, () => {
  const data = join(root, "../shared/data/msrs/val");
  const name = readdirSync(join(data, "ir"))[0];
  assertAlike(readFileSync(join(data, "ir", name)), readFileSync(join(data, "vi", name)), { precision: "fp32" }, ["--precision", "fp32"]);
});

test("a camera's file with both pictures", { skip: !existsSync(join(root, "../shared/data/cameras/flir_one")) }, () => {
  const opened = engine.open(0, readFileSync(join(root, "../shared/data/cameras/flir_one/flir_example.jpg")));
  assert.equal(opened.both, true);
  const levels = engine.levels();
  assert.equal(levels.celsius, true);
  assert.ok(engine.celsius(levels.automatic[0]) > 0 && engine.celsius(levels.automatic[1]) < 100);
  const fused = engine.fuse({});
  assert.equal(fused.error, undefined);
  assert.equal(fused.stretched, false);
});

test("pixels that a browser decoded, and infrared pictures of another size", () => {
  const samples = (width, height) => Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 2) % 251));
  engine.pixels(0, 40, 30, samples(40, 30));
  engine.pixels(1, 80, 60, samples(80, 60));
  const fused = engine.fuse({});
  assert.deepEqual([fused.width, fused.height, fused.stretched], [80, 60, true]);
  assert.deepEqual(fused.images[1], samples(80, 60));
  engine.pixels(0, 40, 40, samples(40, 40));
  assert.match(engine.fuse({}).error, /the infrared picture is 40x40, the visible one 80x60: they do not show the same view/);
});

test("what cannot be used is named", async () => {
  const fresh = await startEngine();
  assert.match(fresh.fuse({}).error, /no infrared picture/);
  assert.match(fresh.levels().error, /no infrared picture/);
  const [infrared, visible] = example("day");
  fresh.open(0, infrared);
  assert.match(fresh.fuse({}).error, /no visible picture/);
  fresh.open(1, visible);
  const sound = fresh.fuse({});
  assert.match(fresh.fuse({ model: "large" }).error, /no model 'large'/);
  assert.match(fresh.fuse({ precision: "int4" }).error, /precision 'int4' is none of/);
  assert.match(fresh.fuse({ range: [5, 5] }).error, /./);
  assert.match(fresh.fuse({ range: 3 }).error, /./);
  assert.match(fresh.fuse("{").error, /./);
  assert.match(fresh.open(0, visible.subarray(0, 1000)).error, /./);
  assert.match(fresh.open(0, Buffer.from("II*\0aaaaaaaaaaaa")).error, /TIFF is a format that this page does not read/);
  assert.equal(fresh.open(0, Buffer.from("no picture")).taken, false);
  assert.equal(fresh.open(0, Buffer.alloc(0)).taken, false);
  assert.match(fresh.pixels(0, 100000, 100000, []).error, /100000x100000 is more than the page's limit/);
  assert.match(fresh.pixels(0, 0, 5, []).error, /./);
  // Nothing of that has changed what is open.
  assert.deepEqual(fresh.fuse({}).images, sound.images);
});
