import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceProcess } from '@edgeloop/onnx';
import { allocateTensor, seconds, type TensorPlan, tensorShape } from '@edgeloop/protocol';

/** Milliseconds within the runtime for one picture at a time, on the machine at hand. */
export interface Latency {
  readonly threads: number;
  readonly runs: number;
  readonly median: number;
  readonly p95: number;
}

interface TimedModel {
  readonly bytes: Uint8Array;
  readonly tensor: TensorPlan;
}

const RUNS = 30;
const [WARM_UP, LEAST_RUNS] = [3, 5];
/** A slow machine does fewer runs. */
const MOST_MILLIS = 8000;

/** Latency of each model at each number of threads. The models take turns, so that a busy moment slows all of them. */
export async function measureLatency<K extends string>(
  models: Readonly<Record<K, TimedModel>>,
  size: number,
  threads: readonly number[],
  signal: AbortSignal,
): Promise<Record<K, Latency[]>> {
  const names = Object.keys(models) as K[];
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-latency-'));
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    K,
    Latency[]
  >;
  try {
    for (const name of names) await writeFile(join(folder, name), models[name].bytes);
    for (const count of new Set(threads)) {
      const timers = names.map((name) => new Timer(join(folder, name), count));
      try {
        await Promise.all(timers.map((timer) => timer.start()));
        await takeTurns(
          timers,
          names.map((name) => models[name].tensor),
          size,
          signal,
        );
        for (const [i, name] of names.entries()) {
          measured[name].push(summarizeTimes(timers[i]?.times ?? [], count));
        }
      } finally {
        await Promise.all(timers.map((timer) => timer.close()));
      }
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeTurns(
  timers: readonly Timer[],
  plans: readonly TensorPlan[],
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    if (run >= LEAST_RUNS + WARM_UP && performance.now() - begun > MOST_MILLIS) return;
    for (const [i, timer] of timers.entries()) {
      signal.throwIfAborted();
      await timer.run(plans[i] as TensorPlan, size, run >= WARM_UP);
    }
  }
}

class Timer {
  readonly times: number[] = [];
  readonly #session: InferenceProcess;

  constructor(modelPath: string, threads: number) {
    this.#session = new InferenceProcess({ modelPath, threads, deadline: seconds(60) });
  }

  start(): Promise<void> {
    return this.#session.start();
  }

  async run(plan: TensorPlan, size: number, counts: boolean): Promise<void> {
    const input = { data: allocateTensor(plan, size, 1), dims: tensorShape(plan, size, 1) };
    const { inferenceMillis } = await this.#session.run(input);
    if (counts) this.times.push(inferenceMillis);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Quantiles by the nearest rank. */
export function summarizeTimes(times: readonly number[], threads: number): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { threads, runs: sorted.length, median: at(0.5), p95: at(0.95) };
}
