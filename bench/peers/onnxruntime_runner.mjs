// node onnxruntime_runner.mjs MODEL.onnx WIDTH HEIGHT THREADS
// Prints "ready"; then runs the network once for each line of the input and prints the milliseconds.
import readline from 'node:readline';

import ort from 'onnxruntime-node';

const [model, width, height, threads] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model, {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  interOpNumThreads: 1,
  intraOpNumThreads: Number(threads),
  // Threads that spin after a run would take time from whoever runs next.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const pixels = Number(width) * Number(height);
const plane = (seed) =>
  new ort.Tensor('float32', Float32Array.from({ length: pixels }, (_, i) => ((i * seed) % 97) / 96),
    [1, 1, Number(height), Number(width)]);
const feeds = { vis: plane(1), inf: plane(3) };
for (let i = 0; i < 2; ++i) await session.run(feeds);
console.log('ready');
for await (const _ of readline.createInterface({ input: process.stdin })) {
  const start = performance.now();
  await session.run(feeds);
  console.log((performance.now() - start).toFixed(3));
}
