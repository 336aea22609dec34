/** A number, or several by place or by name. */
export type Counts = number | readonly Counts[] | { readonly [name: string]: Counts };

/**
 * What is counted, by what it is counted for: `model/<digest>`, `camera/<id>`. Within one value all
 * is reset together.
 */
export type Counters = Readonly<Record<string, Counts>>;

function addCounts(a: Counts, b: Counts): Counts {
  return combine(a, b, (one, other) => one + other);
}

/** What came between. What the later lacks counts as nothing. */
export function subtractCounts(later: Counts | undefined, earlier: Counts | undefined): Counts {
  return combine(later, earlier, (one, other) => one - other);
}

/** Whether nothing is less than it was: counters that only grew. */
export function coversCounts(later: Counts | undefined, earlier: Counts): boolean {
  if (typeof earlier === 'number') return typeof later === 'number' && later >= earlier;
  if (typeof later !== 'object') return false;
  return Object.entries(earlier).every(([name, value]) =>
    coversCounts(own(later as Record<string, Counts>, name), value),
  );
}

export function addCounters(a: Counters, b: Counters): Counters {
  const sum: Record<string, Counts> = { ...a };
  for (const [key, counts] of Object.entries(b)) {
    const before = sum[key];
    // What was counted last stands last: the bound drops from the front.
    delete sum[key];
    sum[key] = before === undefined ? counts : addCounts(before, counts);
  }
  return sum;
}

/** What is absent on one side counts as nothing of what it is on the other. */
function combine(
  a: Counts | undefined,
  b: Counts | undefined,
  join: (a: number, b: number) => number,
): Counts {
  const either = a ?? b ?? 0;
  if (typeof either === 'number') {
    return join(typeof a === 'number' ? a : 0, typeof b === 'number' ? b : 0);
  }
  if (Array.isArray(either)) {
    const [one, other] = [Array.isArray(a) ? a : [], Array.isArray(b) ? b : []];
    const longer = one.length >= other.length ? one : other;
    return longer.map((_, i) => combine(one[i], other[i], join));
  }
  const [one, other] = [named(a), named(b)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, combine(own(one, name), own(other, name), join)]),
  );
}

/** Classes have the names that somebody gave them: one may be `constructor`. */
const own = (counts: Readonly<Record<string, Counts>>, name: string) =>
  Object.hasOwn(counts, name) ? counts[name] : undefined;

const named = (counts: Counts | undefined) =>
  (typeof counts === 'object' ? counts : {}) as Readonly<Record<string, Counts>>;
