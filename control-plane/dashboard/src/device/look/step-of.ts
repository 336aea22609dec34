import type { Corner } from '@edgeloop/protocol/polygon-rules';

const STEP = 0.005;
const FURTHER = 0.05;

const WAYS: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** By how much an arrow key moves something, in shares of the picture; null: another key. */
export function stepOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): Corner | null {
  const way = WAYS[key];
  if (!way) return null;
  const step = shiftKey ? FURTHER : STEP;
  return [way[0] * step, way[1] * step];
}
