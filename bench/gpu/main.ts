import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runtimeVersion } from '@edgeloop/onnx';
import { machine } from '../measure.ts';
import { Peer } from '../peer.ts';
import {
  agreementCases,
  type PeerCase,
  peerCases,
  type SpeedCase,
  speedCase,
  speedCases,
} from './cases.ts';
import { type Outcome, runCase } from './run-case.ts';

/**
 * Our training step on a GPU beside PyTorch's: same network, batch and optimizer. run.sh starts it.
 * Ours is fed from memory of the host, as training is; PyTorch's pictures lie on the GPU already.
 * Results are written after every case.
 */
const { values: flags } = parseArgs({
  options: {
    trees: { type: 'string' },
    out: { type: 'string' },
    seconds: { type: 'string', default: '200' },
    sizes: { type: 'string', default: '64,224' },
    batches: { type: 'string', default: '32,64,128' },
    /** Of each case. */
    limit: { type: 'string', default: '20' },
    providers: { type: 'string', default: 'webgpu,cuda,cpu' },
    /** In a call; as many as `edgeloop-trainer fit` takes where it is not given. */
    steps: { type: 'string' },
    'peer-device': { type: 'string', default: 'cuda' },
  },
});
const [trees, out] = [flags.trees as string, flags.out as string];
const numbers = (list: string) => list.split(',').map(Number);
const [sizes, batches] = [numbers(flags.sizes), numbers(flags.batches)];
const end = performance.now() + 1000 * Number(flags.seconds);
const results: Record<'agreement' | 'pytorch' | 'profile' | 'speed', Outcome[]> = {
  agreement: [],
  pytorch: [],
  profile: [],
  speed: [],
};

function say(text: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

function keep(stage: keyof typeof results, of: object, outcome: Outcome): void {
  results[stage].push({ ...of, ...outcome });
  say(`${stage} ${JSON.stringify({ ...of, ...outcome })}`);
  writeFileSync(
    join(out, 'gpu.json'),
    JSON.stringify({ machine: { ...machine(), onnxruntime: runtimeVersion() }, ...results }),
  );
}

async function ours(program: 'speed' | 'agreement' | 'profile', planned: SpeedCase): Promise<void> {
  if (!flags.providers.split(',').includes(planned.provider)) return;
  const of = { ...planned, ...(flags.steps && { steps: Number(flags.steps) }) };
  const left = (end - performance.now()) / 1000;
  if (left < 5) return keep(program, of, { error: 'no time left' });
  const limitSeconds = Math.min(Number(flags.limit), left);
  keep(program, of, await runCase(program, of, { trees, limitSeconds }));
}

async function peers(device: 'cuda' | 'cpu', cases: readonly PeerCase[]): Promise<void> {
  const peer = Peer.start('pytorch-gpu.py');
  const seconds = 60;
  // A case that hangs takes the others with it, not the run.
  const timer = setTimeout(() => peer?.close(), 1000 * seconds);
  try {
    for (const of of cases) keep('pytorch', of, (await peer?.ask<Outcome>(of)) ?? {});
  } catch (error) {
    say(`PyTorch on ${device}: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
    peer?.close();
  }
}

mkdirSync(out, { recursive: true });
for (const of of agreementCases(sizes, batches)) await ours('agreement', of);
const { first, more } = speedCases(sizes, batches);
for (const of of first) await ours('speed', of);
const device = flags['peer-device'] === 'cpu' ? 'cpu' : 'cuda';
await peers(device, peerCases(sizes, batches, device));
const [size = 64, batch = 32] = [sizes[0], batches[0]];
for (const provider of ['cuda', 'webgpu'] as const) {
  await ours('profile', speedCase({ provider, size, batch }));
}
for (const of of more) await ours('speed', of);

printTables();

function printTables(): void {
  const pick = (fields: readonly string[]) => (of: Outcome) =>
    Object.fromEntries(fields.map((field) => [field, short(of[field])]));
  const print = (stage: keyof typeof results, fields: readonly string[]) => {
    process.stdout.write(`\n${stage}\n`);
    console.table(results[stage].map(pick([...fields, 'error'])));
  };
  const who = ['provider', 'size', 'batch', 'precision', 'forms', 'tf32'];
  print('agreement', [...who, 'steps', 'distance']);
  print('profile', [...who.slice(0, 3), 'kernels', 'onCpu', 'stepMillis', 'kernelMillis']);
  print('pytorch', ['size', 'batch', 'device', 'math', 'imagesPerSecond', 'gpuMiB']);
  print('speed', [...who, 'steps', 'imagesPerSecond', 'stepMillis', 'loadMillis', 'gpuMiB']);
}

function short(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(4));
  return typeof value === 'string' ? value.slice(0, 70) : value;
}
