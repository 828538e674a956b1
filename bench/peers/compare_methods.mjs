// Runs the methods with a network in this project and in ONNX Runtime in turn, and prints times and
// ratios. See README.md.
//
// node compare_methods.mjs --build BUILD [--size 640x480] [--threads 2] [--rounds 5] [--methods NAME,NAME]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { makeMethod, methods } from './method_graphs.mjs';
import { keepMemory, quantile, start } from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    build: { type: 'string' },
    size: { type: 'string', default: '640x480' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    methods: { type: 'string', default: Object.keys(methods).join() },
  },
});
if (!options.build || !/^\d+x\d+$/.test(options.size)) {
  console.error('usage: node compare_methods.mjs --build BUILD [--size WxH] [--threads N] [--rounds N]');
  process.exit(2);
}
const [width, height] = options.size.split('x');
const { threads } = options;
const here = path.dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(path.join(os.tmpdir(), 'seafusion-methods-'));
try {
  console.log(`${os.cpus()[0].model}; ${options.size}, threads: ${threads}; ${options.rounds} rounds in turn`);
  console.log('Times faster: than ONNX Runtime in the same round; median and middle half.\n');
  console.log('| method | ONNX Runtime ms | seafusion ms | times faster |');
  console.log('|---|---|---|---|');
  for (const name of options.methods.split(',')) {
    const made = makeMethod(name, Number(height), Number(width));
    const onnx = path.join(scratch, `${name}.onnx`), weights = path.join(scratch, `${name}.safetensors`);
    writeFileSync(onnx, made.onnx);
    writeFileSync(weights, made.safetensors);
    const size = [width, height, threads];
    const both = [
      { name: 'ONNX Runtime', run: [process.execPath, path.join(here, 'onnxruntime_runner.mjs'), onnx, ...size] },
      {
        name, env: { ...keepMemory, OPENBLAS_NUM_THREADS: '1' },
        run: [path.join(options.build, 'bin', 'method_runner'), weights, ...size],
      },
    ];
    for (const c of both) await start(c);
    for (let round = 0; round < Number(options.rounds); ++round) {
      for (const c of both) await c.frame();
    }
    for (const c of both) c.end();
    const [ort, ours] = both;
    const ratios = ort.times.map((t, i) => t / ours.times[i]);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(2));
    console.log(`| ${name} | ${quantile(ort.times, 0.5).toFixed(0)} | ${quantile(ours.times, 0.5).toFixed(0)} | ` +
      `${middle} (${low} to ${high}) |`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
