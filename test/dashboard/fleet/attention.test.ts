import t from 'tap';
import { attention } from '../../../control-plane/dashboard/src/fleet/rows/attention.ts';
import {
  fitting,
  readFilter,
} from '../../../control-plane/dashboard/src/fleet/rows/fleet-filter.ts';
import type { FleetRow } from '../../../control-plane/dashboard/src/fleet/rows/fleet-row.ts';
import { CLOCK, device, failed, judged, minutesAgo, troubled } from './rows.ts';

const hot = { celsius: 82 };
const silent = { lastSeenAt: minutesAgo(12) };
const fresh = { lastSeenAt: null, state: 'unknown' };
const [lost, broken, again] = [
  { lostAt: minutesAgo(5) },
  { failedAt: minutesAgo(5) },
  { restartedAt: minutesAgo(5) },
];

const CASES: readonly (readonly [string, readonly FleetRow[], readonly string[]])[] = [
  ['nobody', [], []],
  ['all are well', [device('a'), device('b')], ['good Everything is all right: 2 devices report']],
  ['one is well', [device('a')], ['good Everything is all right: 1 device reports']],
  [
    'one went a moment ago',
    [device('a'), device('b', { state: 'offline', lastSeenAt: minutesAgo(9) })],
    ['good Everything is all right: 1 of 2 devices is online'],
  ],
  ['one is silent', [device('a'), device('b', silent)], ['bad b has not reported for 12\u00a0min']],
  [
    'several are',
    [device('a', silent), device('b', silent), device('c')],
    ['bad 2 devices have not reported for 10\u00a0min'],
  ],
  [
    'who is silent is not hot',
    [device('a', { ...silent, ...hot })],
    ['bad a has not reported for 12\u00a0min'],
  ],
  ['one is hot', [device('a', hot), device('b')], ['warn a runs hot (80\u00a0°C and more)']],
  [
    'two are',
    [device('a', hot), device('b', hot)],
    ['warn 2 devices run hot (80\u00a0°C and more)'],
  ],
  [
    '80 is hot, 79.9 is not',
    [device('a', { celsius: 80 }), device('b', { celsius: 79.9 })],
    ['warn a runs hot (80\u00a0°C and more)'],
  ],
  [
    'one could not update',
    [device('a', failed('The download broke off.'))],
    ['bad a could not update: The download broke off'],
  ],
  ['nor said why', [device('a', failed(null))], ['bad a could not update']],
  [
    'several, for the same reason',
    [device('a', failed('No.')), device('b', failed('No.'))],
    ['bad 2 devices could not update: No'],
  ],
  [
    'several, most of them for one',
    [device('a', failed('No.')), device('b', failed('Disk.')), device('c', failed('No.'))],
    ['bad 3 devices could not update; 2 of them: No'],
  ],
  [
    'an update under way needs nobody',
    [device('a', { updates: [{ lane: 'model/main', state: 'testing', reason: null }] })],
    ['good Everything is all right: 1 device reports'],
  ],
  [
    'one is in safe mode',
    [device('a', troubled('safe-mode', 'line 3: halth: unknown key.')), device('b')],
    ['bad a is in safe mode: line 3: halth: unknown key'],
  ],
  [
    'cameras that show nothing, before those that may',
    [
      device('a', troubled('picture', 'cam0 black')),
      device('b', troubled('camera', 'cam1 frozen')),
    ],
    [
      'bad b has a camera that shows nothing: cam1 frozen',
      'warn a has a camera to look after: cam0 black',
    ],
  ],
  [
    'the machines',
    [
      ...[device('a', troubled('power')), device('b', troubled('power'))],
      ...[device('c', troubled('slowed')), device('d', troubled('clock'))],
    ],
    [
      'warn 2 devices have too little voltage',
      'warn c slows itself down',
      'warn d has a clock that is not set',
    ],
  ],
  [
    'a file that another stands in for',
    [device('a', troubled('file', 'No.')), device('b', troubled('file', 'No.'))],
    ['warn 2 devices have a wrong agent.yaml: No'],
  ],
  ['detections were lost', [device('a', lost)], ['bad a lost detections within the last hour']],
  [
    'what was lost an hour ago is past',
    [device('a', { lostAt: minutesAgo(60) })],
    ['good Everything is all right: 1 device reports'],
  ],
  [
    'one never connected',
    [device('a'), device('b', fresh)],
    ['idle b has enrolled, and not connected yet'],
  ],
  [
    'who is revoked needs nobody',
    [device('a'), device('b', { ...silent, state: 'revoked' })],
    ['good Everything is all right: 1 device reports'],
  ],
  [
    'the broker is away',
    [device('a', { state: 'unknown' }), device('b', { state: 'unknown' })],
    ['bad The broker is away: nobody knows which devices are online'],
  ],
  [
    'three matters: each, the gravest first',
    [device('a', hot), device('b', silent), device('c', lost)],
    [
      'bad b has not reported for 12\u00a0min',
      'bad c lost detections within the last hour',
      'warn a runs hot (80\u00a0°C and more)',
    ],
  ],
  [
    'more: the rest in one, each device once',
    [
      device('a', { ...hot, ...broken, ...again }),
      device('b', silent),
      device('c', lost),
      device('d', again),
    ],
    [
      'bad b has not reported for 12\u00a0min',
      'bad c lost detections within the last hour',
      'warn 2 devices need a look: hot, frames failed, restarted',
    ],
  ],
];

for (const [name, rows, expected] of CASES) {
  t.test(name, async (t) => {
    const lines = attention(judged(rows).values(), CLOCK);
    t.same(
      lines.map(({ kind, text }) => `${kind} ${text}`),
      expected,
    );
    t.ok(lines.length <= 3);
  });
}

t.test(
  'what is wrong with the control plane itself comes first, and is never all right',
  async (t) => {
    const clock =
      'The clock says 2038-01-19T03:14:08.000Z, 4000 d later than is sure: the machine was off, or its clock is wrong. Nothing is removed.';
    const say = (rows: FleetRow[], problems: string[]) =>
      attention(judged(rows).values(), CLOCK, problems).map(({ kind, text }) => `${kind} ${text}`);
    const first =
      'bad Control plane: The clock says 2038-01-19T03:14:08.000Z, 4000 d later than is sure: the machine was off, or its clock is wrong';
    t.same(say([device('a', {})], [clock]), [first]);
    t.same(say([device('a', {})], [clock, 'b']), [`${first} (and 1 other matter)`]);
    t.same(say([device('a', hot), device('b', silent), device('c', lost)], [clock]), [
      first,
      'bad b has not reported for 12\u00a0min',
      'warn 2 devices need a look: lost detections, hot',
    ]);
  },
);

t.test('each sentence leads to exactly the devices that it is about', async (t) => {
  const rows = [
    ...[device('a', hot), device('b', silent), device('c', lost), device('d', { ...hot, ...lost })],
    ...[device('e', failed('No.')), device('f', fresh), device('g', { ...hot, state: 'revoked' })],
  ];
  const devices = [...judged(rows).values()];
  const shown = attention(devices, CLOCK).map(({ query }) =>
    devices.filter(fitting(readFilter(new URLSearchParams(query)))).map(({ row }) => row.device),
  );
  t.same(shown, [['b'], ['c', 'd'], ['a', 'd', 'e', 'f']]);
});
