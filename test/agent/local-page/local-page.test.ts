import { readFileSync } from 'node:fs';
import { epochMillis, millis, parseId, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { LiveView } from '../../../agent/src/local-page/live-view.ts';
import { PasswordGate } from '../../../agent/src/local-page/password-gate.ts';
import { isTrustedHost } from '../../../agent/src/local-page/trusted-host.ts';
import { MIDNIGHT as AT } from '../../stand/fleet/messages.ts';
import { picture } from '../../stand/models/colour-package.ts';
import { GOOD } from '../config/stand/good-config.ts';

// The page's own words are no part of the program that is compiled.
const words = await import(new URL('../../../agent/page/words.js', import.meta.url).href);

const NAMES = ['localhost', 'pi-1', 'pi-1.local'];
for (const [host, trusted] of [
  ['localhost:9464', true],
  ['LOCALHOST', true],
  ['pi-1.local:9464', true],
  ['127.0.0.1:9464', true],
  ['192.168.1.7', true],
  ['[::1]:9464', true],
  ['evil.example:9464', false],
  ['localhost.evil.example', false],
  ['pi-1.local.', false],
  ['1.evil.example', false],
  ['[::1', false],
  ['localhost:9464:1', false],
  ['', false],
  [undefined, false],
] as const) {
  t.test(`Host: ${host}`, async (t) => t.equal(isTrustedHost(host, NAMES), trusted));
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

t.test('who may look', async (t) => {
  t.equal(new PasswordGate(null).try(undefined, 'a', millis(0)), 'in');
  const gate = new PasswordGate('a long password');
  for (const [given, entry] of [
    [undefined, 'asked'],
    ['Bearer x', 'asked'],
    [basic('nocolon'), 'asked'],
    [basic('anyone:a long password'), 'in'],
    [basic(':a long password'), 'in'],
    [basic('a:wrong:a long password'), 'asked'],
  ] as const) {
    t.equal(gate.try(given, 'a', millis(0)), entry, String(given));
  }
});

t.test('ten wrong passwords a minute for each address', async (t) => {
  const gate = new PasswordGate('a long password');
  const tries = (count: number, at: number, password: string, address = 'a') =>
    Array.from({ length: count }, () => gate.try(basic(`:${password}`), address, millis(at)));
  t.same(new Set(tries(10, 0, 'wrong')), new Set(['asked']));
  t.same(tries(1, 1_000, 'a long password'), ['wait'], 'the right one, too');
  t.equal(gate.try(undefined, 'a', millis(1_000)), 'wait');
  t.same(tries(1, 1_000, 'a long password', 'b'), ['in']);
  t.same(tries(1, 60_000, 'a long password'), ['in']);
});

for (const [what, more, expected] of [
  ['this machine alone', '', { password: null, names: [], pictures: true }],
  ['off', 'page: off\n', null],
  ['off with http', 'http: off\n', null],
  ['others, without a word on it', 'http: { host: 0.0.0.0 }\n', null],
  [
    'others, with a password',
    'http: { host: 0.0.0.0 }\npage: { password: a long password, names: [cam.lan] }\n',
    { password: 'a long password', names: ['cam.lan'], pictures: true },
  ],
  ['IPv6', "http: { host: '::1' }\n", { password: null, names: [], pictures: true }],
  [
    'others, without a password',
    'http: { host: 192.168.1.7 }\npage: {}\n',
    /page\.password: expected/,
  ],
  ['a short password', 'page: { password: short }\n', /page\.password/],
  ['without http', 'http: off\npage: {}\n', /page: expected http/],
  ['a name that is none', "page: { names: ['http://x'] }\n", /page\.names/],
] as const) {
  t.test(`the page is for ${what}`, async (t) => {
    const parse = () => parseConfig(GOOD + more, '/etc/agent.yaml');
    if (expected instanceof RegExp) t.throws(parse, expected);
    else t.same(parse().page, expected);
  });
}

const MIDNIGHT = epochMillis(AT);
const CAM = parseId('camera', 'cam0');
const never = new AbortController().signal;

t.test('a picture is encoded once for all who look, and waited for', async (t) => {
  let now = 0;
  const view = new LiveView([CAM], () => millis(now));
  const see = async (colour: 'red' | 'blue') => {
    const image = { kind: 'encoded', bytes: await picture(colour) } as const;
    view.see(CAM, { image, capturedAt: MIDNIGHT, monotonic: millis(now) });
  };
  t.equal(await view.picture(parseId('camera', 'cam1'), 0, never), 'unknown');
  const waiting = [view.picture(CAM, 0, never), view.picture(CAM, 50_000, never)];
  await see('red');
  const [one, other] = await Promise.all(waiting);
  t.match(one, { number: 1, capturedAt: MIDNIGHT, state: null });
  t.equal(one, other, 'the same picture');
  t.equal(await view.picture(CAM, 0, never), one, 'again');
  now = 1_000;
  const blue = { label: 'blue', score: 0.9, since: timestamp(MIDNIGHT), occurrence: null };
  const state = { ...blue, model: parseId('sha256', 'a'.repeat(64)) };
  view.tell(CAM, state);
  await see('blue');
  const next = await view.picture(CAM, 1, never);
  t.match(next, { number: 2, state }, 'with what was said of it');

  t.equal(await view.picture(CAM, 50_000, never), next, 'who saw those of an agent of before');

  const gone = new AbortController();
  const left = view.picture(CAM, 2, gone.signal);
  gone.abort();
  t.equal(await left, 'none', 'who goes is not waited with');
  const many = Array.from({ length: 16 }, () => view.picture(CAM, 2, never));
  t.equal(await view.picture(CAM, 2, never), 'busy');
  view.close();
  t.same(new Set(await Promise.all(many)), new Set(['none']));
  t.equal(view.stateOf(CAM), state);
});

const health = (changes: object = {}) => ({
  uptimeSeconds: 90,
  rssBytes: 90 * 2 ** 20,
  outbox: { rows: 1 },
  ...changes,
});
const state = (changes: object = {}) => ({
  version: '1.0.0',
  problems: [],
  agentFile: null,
  cameras: [],
  models: [],
  health: health(),
  broker: { host: 'broker.lan:1883', connected: true },
  ...changes,
});
const voltage = (now: boolean, since = now) => {
  const flags = (underVoltage: boolean) => ({
    underVoltage,
    throttled: false,
    frequencyCapped: false,
  });
  return { throttling: { ...flags(now), sinceBoot: flags(since) } };
};

for (const [what, changes, kind, lines] of [
  ['all is well', {}, 'good', []],
  ['the agent says what is wrong', { problems: ['No.'] }, 'warn', ['No.']],
  [
    'a camera is frozen',
    { cameras: [{ id: 'cam0', fault: { kind: 'frozen', message: 'The same.' } }] },
    'warn',
    ['camera cam0: The same.'],
  ],
  ['too little voltage', { health: health(voltage(true)) }, 'warn', [/Too little voltage/]],
  ['once', { health: health(voltage(false, true)) }, 'good', []],
  ['no clock', { health: health({ clockSynchronized: false }) }, 'warn', [/clock is not set/]],
  [
    'safe mode: its mistakes have a place of their own',
    { agentFile: { safeMode: true }, problems: ['No.'], health: null },
    'bad',
    [],
  ],
] as const) {
  t.test(`the page says: ${what}`, async (t) => {
    t.equal(words.status(state(changes)).kind, kind);
    t.match(words.attention(state(changes)), lines);
    t.equal(words.attention(state(changes)).length, lines.length);
  });
}

t.test('the page says figures in few words', async (t) => {
  t.same([0, 59_999, 60_000, 3_600_000, 172_800_000].map(words.duration), [
    '0\u00a0s',
    '59\u00a0s',
    '1\u00a0min',
    '1\u00a0h',
    '2\u00a0d',
  ]);
  t.same([0, 512, 2 ** 16, 1.5 * 2 ** 30].map(words.bytes), [
    '0\u00a0B',
    '512\u00a0B',
    '64\u00a0KiB',
    '1.5\u00a0GiB',
  ]);
  const facts = new Map(words.facts(state({ health: health({ temperatureCelsius: 61.6 }) })));
  t.equal(facts.get('Broker'), 'broker.lan:1883, connected');
  t.equal(facts.get('Temperature'), '62\u00a0°C');
  t.equal(facts.get('Waiting'), '1 result');
  const camera = { state: null, framesPerSecond: 0, inferenceMillis: null, finished: false };
  t.match(words.seen(camera, MIDNIGHT), { label: '–', score: '', since: /not said/ });
  t.match(words.seen({ ...camera, resting: true }, MIDNIGHT), { figures: /by its schedule/ });
  const seen = { label: null, score: 0.914, since: timestamp(MIDNIGHT) };
  t.match(
    words.seen(
      { ...camera, state: seen, framesPerSecond: 9.96, inferenceMillis: 7.31 },
      MIDNIGHT + 5000,
    ),
    {
      label: 'nothing',
      score: '91\u00a0%',
      since: 'for 5\u00a0s',
      figures: '10.0 a second · 7.3\u00a0ms',
    },
  );
});

t.test('its colours are those of the dashboard', async (t) => {
  const tokens = (path: string) => {
    const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    return new Map(
      Array.from(text.matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm), ([, name, value]) => [name, value]),
    );
  };
  const own = tokens('agent/page/tokens.css');
  const dashboard = tokens('control-plane/dashboard/src/styles/tokens.css');
  t.ok(own.size > 15);
  for (const [name, value] of own) t.equal(dashboard.get(name), value, `${name}`);
});
