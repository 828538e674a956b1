// Runs this project's command and other runtimes in turn on the same network, and prints times and
// ratios. See README.md.
//
// node compare.mjs --build BUILD [--size 640x480] [--threads 2] [--rounds 15] [--only NAME,NAME] [--model lite]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { keepMemory, quantile, start } from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    build: { type: 'string' },
    model: { type: 'string', default: 'full' }, // as seafusion fuse takes it
    size: { type: 'string', default: '640x480' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (!options.build || !/^\d+x\d+$/.test(options.size)) {
  console.error('usage: node compare.mjs --build BUILD [--size WxH] [--threads N] [--rounds N]');
  process.exit(2);
}
const [width, height] = options.size.split('x');
const { threads } = options;
const rounds = Number(options.rounds);
const full = options.model === 'full';
const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(options.build, 'bin');
const command = path.join(bin, 'seafusion');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'seafusion-peers-'));

const oneThreadEach = { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: '1' };

function contestants() {
  const onnx = path.join(scratch, 'fusion.onnx');
  const weights = path.join(scratch, 'fusion.safetensors');
  for (const file of [onnx, weights]) {
    // OpenCV takes lite networks only at a fixed size.
    const size = file === onnx && !full ? ['--size', options.size] : [];
    const made = spawnSync(command, ['convert', options.model, '-o', file, ...size, '--quiet'], { stdio: 'inherit' });
    if (made.status !== 0) throw new Error(`${command} convert failed`);
  }
  const ours = (name, ...more) => ({
    name,
    run: [command, 'bench', '--on-request', '--size', options.size, '--threads', threads,
      '--model', options.model, ...more],
  });
  const runner = (name, program, model, env = {}) => ({
    name, run: [path.join(bin, program), model, width, height, threads], env,
  });
  const targets = JSON.parse(spawnSync(command, ['info', '--json']).stdout).cpu_targets;
  const all = [
    {
      name: 'ONNX Runtime fp32',
      run: [process.execPath, path.join(here, 'onnxruntime_runner.mjs'), onnx, width, height, threads],
    },
    ours('seafusion fp32', '--precision', 'fp32'),
    ours('seafusion int16', '--precision', 'int16'),
  ];
  if (targets.includes('avx512bf16')) all.push(ours('seafusion bf16', '--precision', 'bf16'));
  if (!full) all.push(ours('seafusion int8', '--precision', 'int8'));
  if (targets.includes('avx512')) {
    all.push(ours('seafusion fp32, AVX2', '--precision', 'fp32', '--cpu-target', 'avx2'));
    all.push(ours('seafusion int16, AVX2', '--precision', 'int16', '--cpu-target', 'avx2'));
  }
  all.push(runner('OpenCV DNN fp32', 'opencv_runner', onnx, keepMemory));
  if (full) {
    all.push(runner('LibTorch fp32', 'torch_runner', weights, { ...keepMemory, ...oneThreadEach }));
    all.push(runner('oneDNN fp32, layers', 'onednn_runner', weights, oneThreadEach));
  }
  const wanted = options.only?.split(',');
  return all.filter(({ name, run }) => {
    if (wanted && name !== 'ONNX Runtime fp32' && !wanted.some((w) => name.includes(w))) return false;
    if (existsSync(run[0])) return true;
    console.error(`left out: ${name} (${run[0]} is not built)`);
    return false;
  });
}

try {
  const all = contestants();
  for (const c of all) await start(c);
  for (let round = 0; round < rounds; ++round) {
    for (const c of all) await c.frame();
  }
  const [base] = all;
  const report = all.map((c) => {
    const ratios = c.times.map((t, i) => base.times[i] / t);
    return {
      name: c.name,
      median_ms: quantile(c.times, 0.5),
      best_ms: quantile(c.times, 0),
      peak_mb: c.peakMegabytes(),
      ratio: quantile(ratios, 0.5),
      ratio_quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  });
  for (const c of all) c.end();
  const machine = os.cpus()[0].model;
  if (options.json) {
    console.log(JSON.stringify({ machine, processors: os.cpus().length, size: options.size, threads, rounds, report }, null, 2));
  } else {
    console.log(`${machine}, ${os.cpus().length} processors; ${options.size}, threads: ${threads}; ${rounds} rounds in turn`);
    console.log('Times faster: than ONNX Runtime in the same round; median and middle half.\n');
    console.log('| runtime | median ms | best ms | peak MB | times faster |');
    console.log('|---|---|---|---|---|');
    for (const r of report) {
      console.log(`| ${r.name} | ${r.median_ms.toFixed(1)} | ${r.best_ms.toFixed(1)} | ${r.peak_mb.toFixed(0)} | ` +
        `${r.ratio.toFixed(2)} (${r.ratio_quartiles.map((q) => q.toFixed(2)).join(' to ')}) |`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}
