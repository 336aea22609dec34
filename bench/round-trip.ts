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

/** Median milliseconds from a picture in our hands to its scores in our hands. */
export async function roundTrip(
  session: InferenceProcess,
  picture: Uint8Array,
  plan: TensorPlan,
): Promise<number> {
  return (await roundTrips(session, picture, plan)).millis;
}

/** As `roundTrip`, and of that the median within the runtime: what a peer in one process has alone. */
export async function roundTrips(
  session: InferenceProcess,
  picture: Uint8Array,
  plan: TensorPlan,
): Promise<{ millis: number; withinMillis: number }> {
  const input = { crops: [picture], size: SIZE, plan };
  const times: number[] = [];
  const within: number[] = [];
  for (let run = 0; run < RUNS + 2; run++) {
    const begun = performance.now();
    const { inferenceMillis } = await session.run(input);
    if (run < 2) continue;
    times.push(performance.now() - begun);
    within.push(inferenceMillis);
  }
  return { millis: median(times), withinMillis: median(within) };
}
