import {
  mayPublish,
  mayReceive,
  maySubscribe,
  parseId,
  TOPICS,
  type TopicName,
  type TopicPrincipal,
} from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import { everyTopic, matches, readable } from './oracle.ts';

const UUID = '3f2b8c1a-0000-4000-8000-000000000001';
const LASTS = ['cam0', 'cam1', UUID, 'status'];
const NAMES = Object.keys(TOPICS) as TopicName[];
const ids = <Kind extends 'site' | 'device'>(kind: Kind, ...names: string[]) =>
  names.map((name) => parseId(kind, name));

const PRINCIPALS: readonly (readonly [string, TopicPrincipal])[] = [
  [
    'a device',
    { kind: 'device', site: parseId('site', 'hall'), device: parseId('device', 'pi-1') },
  ],
  [
    'a device that is named like its site',
    { kind: 'device', site: parseId('site', 'hall'), device: parseId('device', 'hall') },
  ],
  ['a subscriber of a site', { kind: 'subscriber', sites: ids('site', 'hall'), devices: [] }],
  ['a subscriber of a device', { kind: 'subscriber', sites: [], devices: ids('device', 'pi-1') }],
  [
    'a subscriber of both',
    { kind: 'subscriber', sites: ids('site', 'yard'), devices: ids('device', 'pi-1') },
  ],
  ['a subscriber of nothing', { kind: 'subscriber', sites: [], devices: [] }],
  ['the control plane', { kind: 'control plane' }],
];
const SITES = ['hall', 'yard', 'pi-1'];
const DEVICES = ['pi-1', 'pi-2', 'hall'];
const UNIVERSE = everyTopic(SITES, DEVICES, LASTS);

/** Every filter over these, up to seven levels: what begins otherwise is among those of fewer. */
const HEADS = ['edgeloop', 'Edgeloop', '+', '#', '', '$SYS', '$share'];
const VERSIONS = ['v1', 'v2', '+', '#', ''];
const NAMED = ['hall', 'yard', 'pi-1', 'pi-2', 'PI-1', '+', '#', '', '$SYS'];
const FIFTHS = [...NAMES, 'Status', '+', '#', '', '$share', 'cam0'];
const SIXTHS = [...LASTS, '+', '#', '', '$SYS'];

function* everyFilter(): Generator<string> {
  const levels = [HEADS, VERSIONS, NAMED, NAMED, FIFTHS, SIXTHS, ['+', '#', '', 'x']];
  yield* extend([], levels);
  for (const rest of extend([], levels.slice(0, 6))) yield `$share/group/${rest}`;
  for (const rest of extend([], levels.slice(0, 2))) yield `$queue/${rest}`;
}

function* extend(
  begun: readonly string[],
  [options, ...deeper]: readonly (readonly string[])[],
): Generator<string> {
  for (const option of options ?? []) {
    const levels = [...begun, option];
    yield levels.join('/');
    // Past a level that no topic has, more of them change nothing.
    if (levels.length < 3 || isLive(levels)) yield* extend(levels, deeper);
  }
}

const LIVE = new Map<string, boolean>();
function isLive(levels: readonly string[]): boolean {
  const key = levels.join('/');
  const known = LIVE.get(key);
  if (known !== undefined) return known;
  const live = UNIVERSE.some(({ topic }) => matches(`${key}/#`, topic));
  LIVE.set(key, live);
  return live;
}

/** Each filter with the topics that it matches: none where it is not well formed. */
const FILTERS = Array.from(everyFilter(), (filter) => {
  const valid = !filter.slice(0, -1).includes('#');
  const [head = ''] = filter.split('/');
  // Most begin as no topic does.
  const possible = valid && ['edgeloop', '+', '#'].includes(head);
  return {
    filter,
    matched: possible ? UNIVERSE.filter(({ topic }) => matches(filter, topic)) : [],
  };
});

for (const [who, principal] of PRINCIPALS) {
  t.test(`${who}: every filter, against every topic that it matches`, async (t) => {
    const wrong = FILTERS.filter(({ filter, matched }) => {
      const begun = filter.startsWith('edgeloop/v1/') && matched.length > 0;
      const expected = begun && matched.every((topic) => readable(principal, topic));
      return maySubscribe(principal, filter) !== expected;
    });
    t.same(
      wrong.slice(0, 20).map(({ filter }) => filter),
      [],
    );
    t.ok(FILTERS.length > 10_000, `${FILTERS.length} filters`);
  });

  t.test(`${who}: every topic of the table, read and written`, async (t) => {
    for (const at of UNIVERSE) {
      t.equal(mayReceive(principal, at.topic), readable(principal, at), `read ${at.topic}`);
      for (const retain of [true, false]) {
        const row = TOPICS[at.name];
        const own =
          principal.kind === 'device' &&
          at.site === principal.site &&
          at.device === principal.device &&
          row.from === 'device' &&
          (!retain || row.retained);
        const expected = principal.kind === 'control plane' || own;
        t.equal(mayPublish(principal, at.topic, { retain }), expected, `${at.topic} ${retain}`);
      }
    }
  });
}

const own = 'edgeloop/v1/hall/pi-1';
const NO_TOPICS = [
  ...['', '/', '#', '+', '$SYS/broker/uptime', '$SYS/edgeloop/v1/hall/pi-1/status'],
  ...[`/${own}/status`, `${own}/status/`, `${own}//status`, `${own}`, `${own}/`],
  ...[`Edgeloop/v1/hall/pi-1/status`, `edgeloop/V1/hall/pi-1/status`, `${own}/Status`],
  ...[`edgeloop/v1/hall/PI-1/status`, `edgeloop/v1/Hall/pi-1/status`, 'edgeloop/v1/hall//status'],
  ...[`${own}/status\u0000`, `${own}/status\n`, `${own}/statuſ`, `edgeloop/v1/hall/pi‑1/status`],
  ...[`edgeloop/v1/hall/pi-1\u200b/status`, `edgeloop/v1/hall/рi-1/status`, `${own}/ｓtatus`],
  ...[`${own}/state/${'x'.repeat(64)}`, `${own}/state/${'x/'.repeat(30_000)}`],
  ...[`${own}/state/+`, `${own}/state/#`, `${own}/state/Cam0`, `${own}/state`, `${own}/#`],
  ...[
    `${own}/__proto__`,
    `${own}/constructor`,
    `${own}/toString/cam0`,
    `edgeloop/v2/hall/pi-1/status`,
  ],
  ...[`$share/g/${own}/delivered`, `edgeloop/v1/hall/pi-1/../pi-2/status`],
];
for (const topic of NO_TOPICS) {
  t.test(`${JSON.stringify(topic.slice(0, 60))} is nobody's`, async (t) => {
    for (const [who, principal] of PRINCIPALS) {
      t.notOk(mayPublish(principal, topic, { retain: false }), `${who} does not write it`);
      t.notOk(mayReceive(principal, topic), `${who} does not read it`);
    }
  });
}

const device = PRINCIPALS[0]?.[1] as TopicPrincipal;
const level = fc.oneof(
  fc.constantFrom('edgeloop', 'v1', 'hall', 'pi-1', 'pi-2', '+', '#', '', '$share', ...NAMES),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const anyTopic = fc
  .tuple(
    fc.constantFrom('', `${own}/`, 'edgeloop/v1/', 'edgeloop/'),
    fc.array(level, { maxLength: 7 }),
  )
  .map(([begun, levels]) => begun + levels.join('/'));

t.test('whatever a device publishes is its own, and in the table', async (t) => {
  fc.assert(
    fc.property(anyTopic, fc.boolean(), (topic, retain) => {
      if (!mayPublish(device, topic, { retain })) return true;
      return topic.startsWith(`${own}/`) && !/[+#$]/.test(topic);
    }),
    { numRuns: 5000 },
  );
  t.pass();
});

t.test('whatever a filter that was allowed lets through, its subscriber may read', async (t) => {
  const subscriber = PRINCIPALS[4]?.[1] as TopicPrincipal;
  fc.assert(
    fc.property(
      fc.constantFrom(device, subscriber),
      anyTopic,
      fc.constantFrom(...UNIVERSE),
      (principal, filter, at) =>
        !maySubscribe(principal, filter) ||
        !matches(filter, at.topic) ||
        mayReceive(principal, at.topic),
    ),
    { numRuns: 5000 },
  );
  t.pass();
});
