import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { checkWindow, isOpen } from '../../../../control-plane/src/rollouts/plan/window.ts';

const BERLIN = 'Europe/Berlin';
const CASES: readonly [string, string, string, string, boolean][] = [
  ['22:00', '05:00', BERLIN, '2026-11-24T21:00:00Z', true],
  ['22:00', '05:00', BERLIN, '2026-11-24T20:59:00Z', false],
  ['22:00', '05:00', BERLIN, '2026-11-25T03:59:00Z', true],
  ['22:00', '05:00', BERLIN, '2026-11-25T04:00:00Z', false],
  // In summer the same clock is another time.
  ['22:00', '05:00', BERLIN, '2026-07-01T20:00:00Z', true],
  ['22:00', '05:00', BERLIN, '2026-07-01T19:59:00Z', false],
  ['09:00', '17:00', 'UTC', '2026-11-24T09:00:00Z', true],
  ['09:00', '17:00', 'UTC', '2026-11-24T17:00:00Z', false],
  ['00:00', '23:59', 'Asia/Kolkata', '2026-11-24T18:29:00Z', false],
];

for (const [from, to, timezone, at, open] of CASES) {
  t.test(`${from} to ${to} ${timezone} at ${at}: ${open ? 'open' : 'closed'}`, async (t) => {
    t.equal(isOpen({ from, to, timezone }, epochMillis(Date.parse(at))), open);
  });
}

t.test('the hour that comes twice is open twice', async (t) => {
  const window = { from: '02:00', to: '03:00', timezone: BERLIN };
  for (const at of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) {
    t.ok(isOpen(window, epochMillis(Date.parse(at))));
  }
});

t.test('what is no window is refused', async (t) => {
  t.throws(() => checkWindow({ from: '01:00', to: '01:00', timezone: 'UTC' }), /with a length/);
  t.throws(() => checkWindow({ from: '01:00', to: '02:00', timezone: 'Moon/Sea' }), /Moon\/Sea/);
  t.doesNotThrow(() => checkWindow({ from: '23:00', to: '02:00', timezone: BERLIN }));
});
