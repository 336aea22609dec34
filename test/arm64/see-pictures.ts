import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cropFrame, decodeCrop, decodeFitted, encodeThumbnail } from '@edgeloop/imaging';
import { checkGolden, InferenceProcess, loadPackage, OnnxError } from '@edgeloop/onnx';
import { allocateTensor, seconds, writeTensor } from '@edgeloop/protocol';

/** What a model says of one picture. */
export interface Saw {
  readonly logits: readonly number[];
  readonly embedding: readonly number[];
}

/** What `seePictures` makes of each picture, as files beside one another. */
export const STAGES = ['decoded', 'crop', 'frame-crop', 'tensor', 'thumbnail'] as const;

/**
 * What an agent does with pictures from their bytes on, by the agent's own functions: decodes,
 * crops, makes the tensor, runs the model in its process. Before that the model must pass its
 * golden cases. Every stage is kept as `<out>/<picture>.<stage>`.
 * @returns by the picture's name
 */
export async function seePictures(
  packageFolder: string,
  pictures: string,
  out: string,
): Promise<Record<string, Saw>> {
  const loaded = await loadPackage(packageFolder, 'int8');
  const { modelPath, cropPlan, tensorPlan } = loaded;
  const session = new InferenceProcess({ modelPath, threads: 1, deadline: seconds(60) });
  await mkdir(out, { recursive: true });
  try {
    await startPatiently(session);
    await checkGolden(loaded, session, decodeCrop);
    const saw: Record<string, Saw> = {};
    for (const name of (await readdir(pictures)).sort()) {
      const bytes = await readFile(join(pictures, name));
      const frame = await decodeFitted(bytes, Number.POSITIVE_INFINITY);
      const crop = await decodeCrop(bytes, cropPlan);
      const tensor = allocateTensor(tensorPlan, cropPlan.crop, 1);
      writeTensor(tensorPlan, cropPlan.crop, crop, tensor, 0);
      const { outputs } = await session.run({
        crops: [crop],
        size: cropPlan.crop,
        plan: tensorPlan,
      });
      const stages: Record<(typeof STAGES)[number], Uint8Array | Float32Array> = {
        decoded: frame.data,
        crop,
        tensor,
        'frame-crop': await cropFrame(frame, cropPlan),
        thumbnail: await encodeThumbnail(bytes, 160, 75),
      };
      for (const stage of STAGES) await writeFile(join(out, `${name}.${stage}`), stages[stage]);
      saw[name] = {
        logits: [...(outputs.logits?.data ?? [])],
        embedding: [...(outputs.embedding?.data ?? [])],
      };
    }
    return saw;
  } finally {
    await session.close();
  }
}

/**
 * Emulated, on a busy machine, a start may miss its deadline: as the agent does, it tries again.
 */
async function startPatiently(session: InferenceProcess, tries = 3): Promise<void> {
  try {
    await session.start();
  } catch (error) {
    const late = error instanceof OnnxError && error.code === 'SESSION_DEADLINE';
    if (!late || tries <= 1) throw error;
    await startPatiently(session, tries - 1);
  }
}
