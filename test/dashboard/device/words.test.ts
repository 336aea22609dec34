import t from 'tap';
import { attentionOf } from '../../../control-plane/dashboard/src/device/attention.ts';
import { reportWords } from '../../../control-plane/dashboard/src/device/configuration/report-words.ts';
import { connectivityOfView } from '../../../control-plane/dashboard/src/device/connectivity-of-view.ts';
import { atLeast, readLogLine } from '../../../control-plane/dashboard/src/device/log/log-lines.ts';
import {
  previewOf,
  waitingWords,
} from '../../../control-plane/dashboard/src/device/now/preview.ts';
import {
  readAttributes,
  readTags,
  writeAttributes,
} from '../../../control-plane/dashboard/src/device/registration/attributes.ts';
import { connectivityOf } from '../../../control-plane/dashboard/src/fleet/rows/connectivity.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();

const device = (changes: object) =>
  ({
    state: 'online',
    stateAt: at(90),
    lastSeenAt: at(0),
    revokedAt: null,
    reported: null,
    health: null,
    ...changes,
  }) as unknown as Parameters<typeof attentionOf>[0];
const CLOCK = { now: NOW, silentAfterMillis: 10 * 60_000 };
const reason = { code: 'X', message: 'It is too large.' };

for (const [what, changes, expected] of [
  ['all is well', {}, []],
  ['it is away', { state: 'offline' }, [/^It is offline for 1\sh\./]],
  ['it is silent', { lastSeenAt: at(12) }, [/^Nothing was heard of it for 12\smin\.$/]],
  ['it is quiet, for less than the control plane waits', { lastSeenAt: at(9) }, []],
  ['it never said a word', { lastSeenAt: null }, []],
  [
    'it was revoked, which is why it is away',
    { revokedAt: at(5), state: 'offline' },
    [/revoked on/],
  ],
  [
    'an update and a configuration that did not come to hold',
    {
      reported: {
        slots: { main: { update: { state: 'refused', reason } } },
        configuration: { version: 7, state: 'reverted', reason },
      },
    },
    [/slot main was refused: It is too large\./, /Configuration 7 was reverted: It is too large/],
  ],
  [
    'an update under way',
    { reported: { slots: { main: { update: { state: 'probation' } } } } },
    [],
  ],
  ['it is hot, or so', { health: { throttled: true, cameras: {} } }, [/too hot, or too little/]],
  [
    'it is hot',
    { health: { throttled: true, throttling: { underVoltage: false }, cameras: {} } },
    [/^It is hot, and slows/],
  ],
  [
    'it has too little voltage, and no clock',
    {
      health: {
        throttled: true,
        throttling: { underVoltage: true },
        clockSynchronized: false,
        cameras: { cam0: {} },
      },
    },
    [/^It has too little voltage/, /^Its clock is not set/],
  ],
  [
    'a camera has a fault',
    {
      health: {
        cameras: { cam0: { fault: { kind: 'frozen', since: at(12), message: 'The same.' } } },
      },
    },
    [/^Camera cam0 shows the same picture again and again, for 12\smin: The same\.$/],
  ],
  [
    'safe mode, with each mistake',
    {
      reported: {
        slots: {},
        agentFile: {
          path: '/etc/edgeloop/agent.yaml',
          safeMode: true,
          total: 3,
          mistakes: [{ line: 3, key: 'halth', message: 'halth: unknown key.' }, { message: 'No.' }],
        },
      },
    },
    [
      /safe mode: .*agent\.yaml is wrong/,
      /^Line 3: halth: unknown key\.$/,
      /^No\.$/,
      /^And 1 more/,
    ],
  ],
] as const) {
  t.test(`attention: ${what}`, async (t) => {
    const found = attentionOf(device(changes), CLOCK);
    t.equal(found.length, expected.length);
    t.match(
      found,
      expected.map((text) => ({ text })),
    );
  });
}

t.test('a device is silent here when it is on Fleet, to the millisecond', async (t) => {
  for (const silentAfterMillis of [60_000, 3_600_000]) {
    for (const quiet of [silentAfterMillis - 1, silentAfterMillis]) {
      const clock = { now: NOW, silentAfterMillis };
      const lastSeenAt = NOW - quiet;
      const silent = connectivityOf({ state: 'online', lastSeenAt }, clock) === 'silent';
      const view = device({ lastSeenAt: new Date(lastSeenAt).toISOString() });
      t.equal(
        attentionOf(view, clock).length > 0,
        silent,
        `${quiet} ms of ${silentAfterMillis} ms`,
      );
      t.equal(connectivityOfView(view, clock) === 'silent', silent);
    }
  }
  t.equal(connectivityOfView(device({ revokedAt: at(3) }), CLOCK), 'revoked');
  t.equal(connectivityOfView(device({ state: 'unknown', lastSeenAt: null }), CLOCK), 'new');
});

const command = (state: string, ack: object | null = null) =>
  ({ state, ack, createdAt: at(0), parameters: { seconds: 30 } }) as unknown as Parameters<
    typeof previewOf
  >[0];

for (const [what, asked, firstAt, expected] of [
  ['asked', command('pending'), null, { kind: 'asked', at: NOW }],
  ['on', command('pending'), NOW + 500, { kind: 'on', until: NOW + 30_500 }],
  ['over', command('done', { frames: 81 }), NOW, { kind: 'over', good: true, text: /81 pictures/ }],
  ['refused', command('refused', { reason: 'No such camera.' }), null, { text: /No such camera/ }],
  ['too old', command('unknown'), null, { good: false, text: /too old/ }],
  ['no answer', command('expired'), null, { good: false, text: /did not answer/ }],
  ['it ended', command('interrupted'), null, { good: false, text: /ended/ }],
] as const) {
  t.test(`preview: ${what}`, async (t) => t.match(previewOf(asked, firstAt), expected));
}

t.test('who waits is told why it may take long', async (t) => {
  t.match(waitingWords(NOW, NOW + 1000, true), /Asking/);
  t.match(waitingWords(NOW, NOW + 9000, true), /No answer yet/);
  t.match(waitingWords(NOW, NOW + 1000, false), /not connected/);
});

const assigned = (version: number | null) => ({ version, source: 'token:a', assignedAt: at(1) });
for (const [what, configuration, kind, text, why] of [
  ['none', { assigned: null, reported: null }, 'idle', /own agent.yaml/, null],
  ['not heard of', { assigned: assigned(3), reported: null }, 'active', /not heard/, null],
  [
    'of the one before',
    { assigned: assigned(3), reported: { version: 2, state: 'applied' } },
    'active',
    /not heard/,
    null,
  ],
  [
    'on trial',
    { assigned: assigned(3), reported: { version: 3, state: 'trying' } },
    'active',
    /tries/,
    null,
  ],
  [
    'applied',
    { assigned: assigned(3), reported: { version: 3, state: 'applied' } },
    'good',
    /runs with it/,
    null,
  ],
  [
    'refused',
    { assigned: assigned(3), reported: { version: 3, state: 'refused', reason } },
    'bad',
    /refused/,
    reason.message,
  ],
  [
    'taken off',
    { assigned: assigned(null), reported: { version: 3, state: 'applied' } },
    'active',
    /not said yet/,
    null,
  ],
] as const) {
  t.test(`configuration: ${what}`, async (t) => {
    t.match(reportWords(configuration as never), { kind, text, reason: why });
  });
}

for (const [text, expected] of [
  [
    '{"level":40,"time":1000,"pid":7,"hostname":"pi","camera":"cam0","msg":"no frame"}',
    { at: 1000, level: 'warn', message: 'no frame', more: 'camera=cam0' },
  ],
  ['{"level":"error","time":"2026-11-24T12:00:00Z","msg":"x"}', { at: NOW, level: 'error' }],
  [
    '{"level":60,"msg":"x","err":{"code":"E"}}',
    { at: null, level: 'error', more: 'err={"code":"E"}' },
  ],
  ['Segmentation fault', { at: null, level: 'info', message: 'Segmentation fault' }],
  ['[1]', { message: '[1]' }],
] as const) {
  t.test(`a line of the log: ${text}`, async (t) => t.match(readLogLine(text), expected));
}

t.test('of the log those at least as grave', async (t) => {
  const lines = [20, 30, 40, 50].map((level) => readLogLine(JSON.stringify({ level })));
  t.same(
    atLeast(lines, 'warn').map(({ level }) => level),
    ['warn', 'error'],
  );
});

t.test('attributes are read as they are written', async (t) => {
  const attributes = { line: 3, room: '7', place: 'hall 7', quoted: '"x"', at: 'a=b' };
  t.same(readAttributes(writeAttributes(attributes)), { value: attributes });
  t.same(readAttributes(''), { value: {} });
  t.match(readAttributes('line'), { error: /Expected name = value .* "line"/ });
  t.match(readAttributes('= 3'), { error: /Expected/ });
  t.match(readAttributes('a = 1\na = 2'), { error: /twice/ });
  t.same(readTags(' a, b  b,c,'), ['a', 'b', 'c']);
});
