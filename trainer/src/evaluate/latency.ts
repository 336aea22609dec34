import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceProcess } from '@edgeloop/onnx';
import { seconds, type TensorPlan } from '@edgeloop/protocol';

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
  /** Open, on as many threads as the caller says. */
  readonly session: InferenceProcess;
}

const RUNS = 30;
const [WARM_UP, LEAST_RUNS] = [3, 5];
/** A slow machine does fewer runs. */
const MOST_MILLIS = 8000;

/** Latency of each model on one thread and on those of its session. */
export async function measureLatency<K extends string>(
  models: Readonly<Record<K, TimedModel>>,
  { size, threads, signal }: { size: number; threads: number; signal: AbortSignal },
): Promise<Record<K, Latency[]>> {
  const names = Object.keys(models) as K[];
  const inTurns = async (sessions: readonly InferenceProcess[], on: number) => {
    const timed = names.map((name, i) => ({
      session: sessions[i] as InferenceProcess,
      tensor: models[name].tensor,
    }));
    const times = await takeTurns(timed, size, signal);
    return times.map((of) => summarizeTimes(of, on));
  };
  const open = names.map((name) => models[name].session);
  const measured = [
    ...(threads === 1 ? [] : [await onOneThread(Object.values(models), inTurns)]),
    await inTurns(open, threads),
  ];
  const latencies = names.map((name, i) => [name, measured.map((of) => of[i] as Latency)]);
  return Object.fromEntries(latencies) as Record<K, Latency[]>;
}

/** Opens the models again, for as long as `measure` takes. */
async function onOneThread<T>(
  models: readonly TimedModel[],
  measure: (sessions: readonly InferenceProcess[], threads: 1) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-latency-'));
  const sessions = models.map((_, i) => {
    const modelPath = join(folder, `${i}.onnx`);
    return new InferenceProcess({ modelPath, threads: 1, deadline: seconds(60) });
  });
  try {
    for (const [i, { bytes }] of models.entries()) {
      await writeFile(join(folder, `${i}.onnx`), bytes);
    }
    await Promise.all(sessions.map((session) => session.start()));
    return await measure(sessions, 1);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of the runs of each. They take turns, so that a busy moment slows all of them. */
async function takeTurns(
  models: readonly Pick<TimedModel, 'session' | 'tensor'>[],
  size: number,
  signal: AbortSignal,
): Promise<number[][]> {
  const times: number[][] = models.map(() => []);
  const black = new Uint8Array(3 * size ** 2);
  const begun = performance.now();
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    if (run >= LEAST_RUNS + WARM_UP && performance.now() - begun > MOST_MILLIS) break;
    for (const [i, { session, tensor }] of models.entries()) {
      signal.throwIfAborted();
      const { inferenceMillis } = await session.run({ crops: [black], size, plan: tensor });
      if (run >= WARM_UP) times[i]?.push(inferenceMillis);
    }
  }
  return times;
}

/** Quantiles by the nearest rank. */
export function summarizeTimes(times: readonly number[], threads: number): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { threads, runs: sorted.length, median: at(0.5), p95: at(0.95) };
}
