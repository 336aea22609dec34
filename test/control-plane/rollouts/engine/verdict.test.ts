import t from 'tap';
import { updateFigures, verdictOf } from '../../../../control-plane/src/rollouts/engine/verdict.ts';
import type { GateResult } from '../../../../control-plane/src/rollouts/gates/gate-result.ts';
import type { DeviceCount } from '../../../../control-plane/src/rollouts/store/rollout-reader.ts';

type GateVerdict = readonly [GateResult['outcome'], 'pause' | 'roll back'];

const results = (said: readonly GateVerdict[]): GateResult[] =>
  said.map(([outcome, onFailure]) => ({
    gate: { kind: 'update-success', limit: 1, minimum: { devices: 1 }, onFailure },
    outcome,
    reason: `${outcome}, ${onFailure}`,
    figures: {},
  }));

const CASES: readonly [string, readonly GateVerdict[], boolean, string][] = [
  [
    'all passed, over',
    [
      ['passed', 'pause'],
      ['passed', 'roll back'],
    ],
    true,
    'go on',
  ],
  [
    'all passed, not over',
    [
      ['passed', 'pause'],
      ['passed', 'roll back'],
    ],
    false,
    'wait',
  ],
  [
    'undecided, not over',
    [
      ['undecided', 'roll back'],
      ['passed', 'pause'],
    ],
    false,
    'wait',
  ],
  [
    'undecided, over',
    [
      ['undecided', 'roll back'],
      ['passed', 'pause'],
    ],
    true,
    'roll back',
  ],
  [
    'undecided, over, pauses',
    [
      ['undecided', 'pause'],
      ['passed', 'pause'],
    ],
    true,
    'pause',
  ],
  [
    'failed early',
    [
      ['failed', 'roll back'],
      ['undecided', 'pause'],
    ],
    false,
    'roll back',
  ],
  [
    'a failure that pauses does not hide one that rolls back',
    [
      ['failed', 'pause'],
      ['failed', 'roll back'],
    ],
    false,
    'roll back',
  ],
  ['a gate that says nothing', [['passed', 'roll back']], true, 'pause'],
  ['no gate says anything', [], true, 'pause'],
];

for (const [name, said, over, kind] of CASES) {
  t.test(name, async (t) => t.equal(verdictOf(2, results(said), over).kind, kind));
}

t.test('updates are counted as the gates count them', async (t) => {
  const counts: [number, DeviceCount['state'], DeviceCount['outcome'], number][] = [
    [0, 'done', 'committed', 100],
    [1, 'done', 'committed', 1],
    [1, 'done', 'already', 2],
    [1, 'failed', 'failed', 3],
    [1, 'failed', 'offline', 4],
    [1, 'failed', 'refused', 5],
    [1, 'failed', 'reverted', 6],
    [1, 'skipped', 'offline', 7],
    [1, 'late', 'silent', 8],
    [1, 'late', 'hung', 9],
    [1, 'late', 'offline', 20],
    [1, 'late', 'left', 40],
    [1, 'pending', null, 10],
    [1, 'told', null, 11],
    [1, 'updating', null, 12],
    [1, 'probation', null, 13],
  ];
  const of = counts.map(([wave, state, outcome, devices]) => ({ wave, state, outcome, devices }));
  const ended = { committed: 3, failed: 7, refused: 5, reverted: 6 };
  t.same(updateFigures(of, { wave: 1, state: 'rolling' }), { ...ended, underWay: 63 });
  t.same(
    updateFigures(of, { wave: 1, state: 'baking' }),
    { ...ended, underWay: 17 },
    'who joined while it is watched is not judged before its time',
  );
});
