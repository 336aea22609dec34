import { bytes, epochMillis, type SampleReason } from '@edgeloop/protocol';
import t from 'tap';
import { admit, putToAccount } from '../../../agent/src/sampling/admit.ts';
import { isCooling, placeInBurst } from '../../../agent/src/sampling/burst.ts';
import { charge, type Ledger, NEW_LEDGER } from '../../../agent/src/sampling/ledger.ts';
import { type Budgets, DEFAULT_PLAN } from '../../../agent/src/sampling/sampling-plan.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const at = (millis: number) => epochMillis(NOON + millis);
const BUDGETS: Budgets = {
  perHour: 10,
  perDay: 15,
  bytesPerDay: bytes(10_000),
  shares: { random: 0.2, requested: 1, uncertain: 0.5, rare: 0.5, changed: 0.3, disagreed: 0.3 },
};

/** As many as the budgets allow, one after another at the same time. */
function fill(
  ledger: Ledger,
  reason: SampleReason,
  now = at(0),
  budgets = BUDGETS,
  size = 1,
): [Ledger, number] {
  for (let count = 0; ; count++) {
    const charged = charge(ledger, budgets, reason, size, now);
    if (!charged || count > 100) return [ledger, count];
    ledger = charged;
  }
}

function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    ordersOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

for (const [reason, most] of [
  ['random', 2],
  ['requested', 8],
  ['uncertain', 5],
  ['rare', 5],
  ['changed', 3],
  ['disagreed', 3],
] as const) {
  t.test(`of 10 an hour, ${most} may be ${reason}`, async (t) => {
    t.equal(fill(NEW_LEDGER, reason)[1], most);
  });
}

t.test('what follows the scores can not take what is kept free for the draw', async (t) => {
  let [ledger, count] = fill(NEW_LEDGER, 'uncertain');
  t.equal(count, 5);
  [ledger, count] = fill(ledger, 'rare');
  t.equal(count, 3, 'of 8 that are not drawn');
  t.equal(fill(ledger, 'requested')[1], 0);
  t.equal(fill(ledger, 'random')[1], 2);
});

t.test('in whatever order they come, reasons together keep within the budget', async (t) => {
  const reasons = Object.keys(BUDGETS.shares) as SampleReason[];
  const totals = new Set<number>();
  for (const order of ordersOf(reasons)) {
    let ledger = NEW_LEDGER;
    let total = 0;
    for (const reason of order) {
      const [filled, count] = fill(ledger, reason);
      ledger = filled;
      total += count;
    }
    totals.add(total);
  }
  t.same([...totals], [10], 'all of it is used, and no more');
});

t.test('another hour brings room, until the day has none', async (t) => {
  let [ledger] = fill(NEW_LEDGER, 'requested');
  let count: number;
  [ledger, count] = fill(ledger, 'requested', at(HOUR - 1));
  t.equal(count, 0, 'still the same hour');
  [ledger, count] = fill(ledger, 'requested', at(HOUR));
  t.equal(count, 4, '15 a day, 3 of them for the draw: 12');
  [ledger, count] = fill(ledger, 'requested', at(2 * HOUR));
  t.equal(count, 0);
  [, count] = fill(ledger, 'requested', at(12 * HOUR));
  t.equal(count, 8, 'tomorrow');
});

t.test('bytes are a budget of the day', async (t) => {
  const [ledger, count] = fill(NEW_LEDGER, 'uncertain', at(0), BUDGETS, 3_000);
  t.equal(count, 1, 'half of 10,000');
  t.equal(fill(ledger, 'uncertain', at(5 * HOUR), BUDGETS, 3_000)[1], 0);
  t.equal(fill(ledger, 'rare', at(0), BUDGETS, 5_000)[1], 1, '8,000 are not for the draw');
  t.equal(fill(ledger, 'random', at(0), BUDGETS, 2_001)[1], 0);
  t.equal(fill(ledger, 'random', at(0), BUDGETS, 2_000)[1], 1);
});

t.test('a clock that is set back a little opens no account again', async (t) => {
  const [ledger] = fill(NEW_LEDGER, 'requested', at(HOUR));
  t.equal(fill(ledger, 'requested', at(HOUR - 1))[1], 0);
});

t.test('a clock that was years ahead does not stop the keeping', async (t) => {
  const [ledger] = fill(NEW_LEDGER, 'requested', at(24 * HOUR * 400));
  t.equal(fill(ledger, 'requested', at(0))[1], 8);
});

t.test('no budget, no sample; a budget of one goes to what is not drawn', async (t) => {
  const none = { ...BUDGETS, perHour: 0 };
  t.equal(fill(NEW_LEDGER, 'requested', at(0), none)[1], 0);
  t.equal(fill(NEW_LEDGER, 'random', at(0), none)[1], 0);
  const one = { ...BUDGETS, perHour: 1 };
  t.equal(fill(NEW_LEDGER, 'uncertain', at(0), one)[1], 1);
  t.equal(fill(NEW_LEDGER, 'random', at(0), one)[1], 0);
});

t.test('a ledger does not change: charging makes a new one', async (t) => {
  const before = JSON.stringify(NEW_LEDGER);
  charge(NEW_LEDGER, BUDGETS, 'random', 5, at(0));
  t.equal(JSON.stringify(NEW_LEDGER), before);
});

const BURST = {
  id: '55555555-5555-4555-8555-555555555555' as never,
  begunAt: at(0),
  lastAt: at(20_000),
};
const NEW = '66666666-6666-4666-8666-666666666666' as never;
for (const [what, time, sameBurst] of [
  ['at once', 20_000, true],
  ['a minute later', 80_000, true],
  ['more than a minute later', 80_001, false],
  ['by a clock that was set back a little', 0, true],
  ['by a clock that was set back a day', -24 * HOUR, false],
] as const) {
  t.test(`a sample ${what} is ${sameBurst ? 'of the same' : 'of a new'} burst`, async (t) => {
    const placed = placeInBurst(BURST, at(time), () => NEW);
    t.equal(placed.id, sameBurst ? BURST.id : NEW);
    t.equal(placed.lastAt, at(time));
    t.equal(placed.begunAt, sameBurst ? BURST.begunAt : at(time));
  });
}

t.test('a camera that never pauses begins a new burst after ten minutes', async (t) => {
  let burst = placeInBurst(undefined, at(0), () => NEW);
  const ids = new Map<number, number>();
  for (let second = 0; second <= 1_300; second += 10) {
    burst = placeInBurst(burst, at(second * 1_000), () => `${second}` as never);
    ids.set(burst.begunAt, (ids.get(burst.begunAt) ?? 0) + 1);
  }
  t.same([...ids.values()], [61, 61, 9]);
});

for (const [time, cooling] of [
  [20_000, true],
  [29_999, true],
  [30_000, false],
  [10_001, true],
  [10_000, false],
] as const) {
  t.test(
    `${time - 20_000} ms after the last, a camera ${cooling ? 'cools' : 'is ready'}`,
    async (t) => {
      t.equal(isCooling(BURST, at(time), DEFAULT_PLAN.cooldown), cooling);
    },
  );
}

const PLAN = { ...DEFAULT_PLAN, budgets: BUDGETS };
const SOON = at(20_001);
const [FULL] = fill(fill(NEW_LEDGER, 'random')[0], 'requested');
for (const [what, reasons, burst, ledger, admission] of [
  ['a first frame', ['uncertain'], undefined, NEW_LEDGER, { reasons: ['uncertain'] }],
  ['one that comes too soon', ['uncertain', 'rare'], BURST, NEW_LEDGER, { passed: 'cooling' }],
  [
    'one that was drawn, however soon',
    ['random', 'uncertain'],
    BURST,
    NEW_LEDGER,
    { reasons: ['random'] },
  ],
  ['one that was asked for', ['requested'], BURST, NEW_LEDGER, { reasons: ['requested'] }],
  ['one over budget', ['random', 'uncertain'], undefined, FULL, { passed: 'overBudget' }],
] as const) {
  t.test(`admission of ${what}`, async (t) => {
    t.same(admit(reasons, burst, ledger, PLAN, SOON, SOON), admission);
  });
}

t.test(
  'a drawn frame without room in the draw is kept as uncertain, and not as drawn',
  async (t) => {
    const [ledger] = fill(NEW_LEDGER, 'random');
    const charged = putToAccount(['random', 'uncertain', 'rare'], ledger, BUDGETS, 1, at(0));
    t.same(charged?.reasons, ['uncertain', 'rare']);
    t.equal(charged?.ledger.hour.samples.uncertain, 1);
    t.equal(charged?.ledger.hour.samples.random, 2);
  },
);
