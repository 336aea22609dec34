import type { Lane, Placed } from './lanes.ts';

type Key = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';
const KEYS: ReadonlySet<string> = new Set<Key>([
  ...(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'] as const),
]);

export const moves = (key: string): key is Key => KEYS.has(key);

/**
 * Where a key leads from what is chosen: in time over all lanes, or to the nearest of the lane
 * above or below.
 */
export function move(lanes: readonly Lane[], chosen: Placed | null, key: Key): Placed | null {
  const all = lanes.flatMap(({ placed }) => placed).sort((a, b) => a.left - b.left);
  const at = chosen === null ? -1 : all.indexOf(chosen);
  switch (key) {
    case 'Home':
      return all[0] ?? null;
    case 'End':
      return all.at(-1) ?? null;
    case 'ArrowLeft':
      return (at < 0 ? all.at(-1) : all[Math.max(0, at - 1)]) ?? null;
    case 'ArrowRight':
      return all[Math.min(all.length - 1, at + 1)] ?? null;
    case 'ArrowUp':
      return chosen === null ? (all.at(-1) ?? null) : beside(lanes, chosen, -1);
    case 'ArrowDown':
      return chosen === null ? (all.at(-1) ?? null) : beside(lanes, chosen, 1);
  }
}

function beside(lanes: readonly Lane[], chosen: Placed, by: number): Placed {
  const lane = lanes.findIndex(({ placed }) => placed.includes(chosen));
  const other = lanes[lane + by]?.placed ?? [];
  const distance = ({ left }: Placed) => Math.abs(left - chosen.left);
  return (
    other.reduce<Placed | null>(
      (best, each) => (best === null || distance(each) < distance(best) ? each : best),
      null,
    ) ?? chosen
  );
}
