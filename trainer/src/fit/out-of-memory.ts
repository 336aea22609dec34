import { type ChildEnd, OnnxError, type TrainingOptions } from '@edgeloop/onnx';
import { TrainerError } from '../errors.ts';
import { onEngine } from './on-engine.ts';

/** What the runtime and the C++ library say when an allocation fails. */
const REFUSED = /bad_alloc|Failed to allocate memory|out of memory|allocation failed/i;
/**
 * The system's way to get memory back, and the end of a process whose allocation failed where it
 * can't be told.
 */
const ENDED_BY: readonly (NodeJS.Signals | undefined)[] = ['SIGKILL', 'SIGABRT'];

/** Whether an engine failed for want of memory. */
export function isOutOfMemory(error: unknown): error is OnnxError {
  if (!(error instanceof OnnxError) || error.code !== 'SESSION_FAILED') return false;
  return REFUSED.test(error.message) || ENDED_BY.includes((error.cause as ChildEnd)?.signal);
}

/**
 * Numbers of equal parts that a step can go in, more than now, fewest first: at least 2 pictures
 * stay in one.
 */
export function smallerParts(batch: number, accumulation: number): number[] {
  return Array.from({ length: Math.floor(batch / 2) }, (_, i) => i + 1).filter(
    (parts) => parts > accumulation && batch % parts === 0,
  );
}

/** Weights come back as inputs from the second call on: that is when most memory is in use. */
const CALLS = 3;

/**
 * What to do about it, found by trying: in a process of its own each, parts of half the size and
 * less, until one gets through a few steps of black pictures. An estimate would have to know the
 * limits of every system and the runtime's arena.
 */
export async function explainOutOfMemory(
  error: OnnxError,
  options: TrainingOptions,
  signal: AbortSignal,
): Promise<TrainerError> {
  const { size } = options;
  const batch = options.batch * options.accumulation;
  for (const accumulation of halvings(smallerParts(batch, options.accumulation), batch)) {
    const part = batch / accumulation;
    const smaller = { ...options, batch: part, accumulation };
    if (!(await fits(smaller, signal))) continue;
    return outOfMemory(
      error,
      `${options.batch} pictures of ${size}×${size} at a time`,
      `Parts of ${part} fit here (tried just now): --accumulation ${accumulation} keeps the step of ${batch} pictures, --batch ${part} makes it smaller.`,
    );
  }
  return outOfMemory(
    error,
    `pictures of ${size}×${size}`,
    'Not even steps of 2 fit (tried just now): choose a smaller --size, more --frozen-stages, or a machine with more memory.',
  );
}

/** Of the possible parts those that are at most half as large as the one before. */
function halvings(parts: readonly number[], batch: number): number[] {
  const chosen: number[] = [];
  for (const each of parts) {
    const before = chosen.at(-1);
    if (before === undefined || each >= 2 * before || each === batch / 2) chosen.push(each);
  }
  return chosen;
}

async function fits(options: TrainingOptions, signal: AbortSignal): Promise<boolean> {
  const { size, batch, accumulation } = options;
  const pictures = batch * accumulation;
  try {
    await onEngine('onnx', options, signal, async (engine) => {
      for (let call = 0; call < CALLS; call++) {
        await engine.train({
          examples: new Uint8Array(pictures * size * size * 3),
          labels: new Int32Array(pictures),
          learningRates: new Float32Array(1),
        });
      }
    });
    return true;
  } catch (error) {
    if (isOutOfMemory(error)) return false;
    throw error;
  }
}

function outOfMemory(cause: OnnxError, what: string, advice: string): TrainerError {
  return new TrainerError(
    'OUT_OF_MEMORY',
    `Expected memory for ${what}, received too little. ${advice}`,
    { cause },
  );
}
