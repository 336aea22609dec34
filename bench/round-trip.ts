import { InferenceProcess } from '@edgeloop/onnx';
import { floatTensorPlan, seconds, type TensorPlan } from '@edgeloop/protocol';
import { median } from './measure.ts';

export const SIZE = 224;
export const RUNS = 20;
/** What FP32 models take. */
export const FLOAT = floatTensorPlan();

/** A model in the agent's own inference process. */
export async function startSession(modelPath: string, threads: number): Promise<InferenceProcess> {
  const session = new InferenceProcess({ modelPath, threads, deadline: seconds(30) });
  await session.start();
  return session;
}

/**
 * Median milliseconds from a picture in our hands to its scores in our hands, where the next begins
 * after that.
 */
export async function roundTrip(
  session: InferenceProcess,
  picture: Uint8Array,
  plan: TensorPlan,
): Promise<number> {
  const input = { crops: [picture], size: SIZE, plan };
  const times: number[] = [];
  for (let run = 0; run < RUNS + 2; run++) {
    const begun = performance.now();
    await session.run(input);
    if (run >= 2) times.push(performance.now() - begun);
  }
  return median(times);
}

/**
 * Median milliseconds from one answer to the next where pictures wait, and of that within the
 * runtime: what a peer in one process has alone.
 */
export async function atFullSpeed(
  session: InferenceProcess,
  picture: Uint8Array,
  plan: TensorPlan,
): Promise<{ millis: number; withinMillis: number }> {
  const input = { crops: [picture], size: SIZE, plan };
  const answers: number[] = [];
  const within: number[] = [];
  const run = async () => {
    const { inferenceMillis } = await session.run(input);
    answers.push(performance.now());
    within.push(inferenceMillis);
  };
  await Promise.all(Array.from({ length: RUNS + 3 }, run));
  const steps = answers.slice(1).map((at, index) => at - (answers[index] as number));
  return { millis: median(steps.slice(2)), withinMillis: median(within.slice(3)) };
}
