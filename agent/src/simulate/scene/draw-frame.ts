import type { Random } from '@edgeloop/protocol';
import type { Effects } from '../behaviour/effects.ts';
import type { ModelManner } from '../scenario/scenario.ts';
import type { DeviceScene } from './device-scene.ts';
import { normal } from './normal.ts';

/** What the model makes of one frame. */
export interface DrawnFrame {
  /** The class that wins. */
  readonly label: string;
  readonly score: number;
  readonly inferenceMillis: number;
}

const LEAST_SCORE = 0.01;

export function drawFrame(
  scene: DeviceScene,
  model: ModelManner,
  effects: Pick<Effects, 'slow' | 'confidence' | 'takenFor'>,
  random: Random,
): DrawnFrame {
  const at = random.next();
  const [seen] = scene.cumulative.find(([, through]) => at < through) ?? ['', 1];
  const { mean, deviation } = model.confidence;
  const score = mean + deviation * normal(random) + scene.confidence + effects.confidence;
  const { median, spread } = model.inference;
  return {
    label: effects.takenFor.get(seen) ?? seen,
    score: Math.min(1, Math.max(LEAST_SCORE, score)),
    inferenceMillis: median * Math.exp(spread * normal(random)) * effects.slow,
  };
}
