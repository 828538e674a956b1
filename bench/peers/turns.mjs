// Programs that run in turn (A B C A B C ...), so that whatever else the machine does hits all alike.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import readline from 'node:readline';

// glibc gives freed feature maps back and faults them in again at every layer; without that LibTorch
// is two to three times faster, and a comparison has to be with the faster one.
export const keepMemory = { GLIBC_TUNABLES: 'glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184' };

// Starts `contestant.run` with `contestant.env`; it gets `frame`, which runs it once and adds to `times`.
export async function start(contestant) {
  const child = spawn(contestant.run[0], contestant.run.slice(1), {
    env: { ...process.env, ...contestant.env }, stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${contestant.name} ended early`);
    return value;
  };
  for (let line = await next(); line !== 'ready';) line = await next();
  contestant.times = [];
  contestant.frame = async () => {
    child.stdin.write('\n');
    contestant.times.push(Number(await next()));
  };
  contestant.peakMegabytes = () =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  contestant.end = () => child.stdin.end();
}

export const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))];
};
