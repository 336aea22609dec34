import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis, MOST_MISTAKES, millis } from '@edgeloop/protocol';
import t from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { AgentError } from '../../../agent/src/errors.ts';
import { AgentFile } from '../../../agent/src/safe-mode/agent-file.ts';
import { explainFailure } from '../../../agent/src/safe-mode/explain-failure.ts';
import { recoveryConfigs } from '../../../agent/src/safe-mode/recovery-configs.ts';
import { mistakeLines, reportFile } from '../../../agent/src/safe-mode/report-file.ts';
import { retryWait } from '../../../agent/src/safe-mode/retry-wait.ts';
import { salvage } from '../../../agent/src/safe-mode/salvage.ts';
import { until } from '../../stand/until.ts';
import { GOOD } from '../config/stand/good-config.ts';

const PATH = '/etc/edgeloop/agent.yaml';
const BROKER = '  url: mqtt://127.0.0.1\n';

for (const [what, text, expected] of [
  ['nothing is wrong', GOOD, { device: 'pi-1', state: '/etc/edgeloop/state' }],
  ['an unknown key', `${GOOD}halth: {}\n`, { device: 'pi-1' }],
  ['a camera without a source', GOOD.replace(/ {4}source:[\s\S]*/, ''), { site: 'works' }],
  ['neither slots nor cameras', GOOD.replace(/slots:[\s\S]*/, ''), { device: 'pi-1' }],
  [
    'a wrong port for http: the usual one',
    `${GOOD}http: { port: many }\n`,
    { http: { port: 9464 } },
  ],
  ['http off stays off', `${GOOD}http: off\nhalth: {}\n`, { http: null, page: null }],
  [
    'a page that is wrong is shown to nobody',
    `${GOOD}http: { host: 0.0.0.0 }\npage: { password: short }\n`,
    { http: { host: '0.0.0.0' }, page: null },
  ],
  [
    'a server helps',
    `${GOOD}server: { url: https://edgeloop.lan }\nhalth: {}\n`,
    { server: { url: 'https://edgeloop.lan' } },
  ],
  [
    'durations that no timer keeps: the usual ones',
    GOOD.replace(BROKER, `${BROKER}  keepalive: 0s\n`).concat('health: { interval: 30d }\n'),
    { broker: { keepalive: 30_000, url: 'mqtt://127.0.0.1' }, healthInterval: 30_000 },
  ],
  [
    'a server whose address is none is left out',
    `${GOOD}server: { url: https://edgeloop.lan:80800 }\n`,
    { device: 'pi-1', server: null },
  ],
  ['a broker whose address is none', GOOD.replace('127.0.0.1', 'broker.lan:99999'), null],
  ['no device', GOOD.replace('device: pi-1\n', ''), null],
  ['a device with a name that is none', GOOD.replace('pi-1', 'Pi 1'), null],
  ['no broker', GOOD.replace(/broker:[\s\S]*slots:/, 'slots:'), null],
  ['half a certificate', GOOD.replace(BROKER, '  url: mqtts://b\n  key: k.pem\n'), null],
  ['a list', '- a\n- b\n', null],
  ['nothing', '', null],
  ['a name that stands for nothing', 'site: *here\n', null],
] as const) {
  t.test(`what can be saved: ${what}`, async (t) => {
    const config = salvage(text, PATH);
    if (expected === null) t.equal(config, null);
    else {
      t.match(config, expected);
      t.same([config?.cameras.size, config?.slots.size], [0, 0], 'nothing is run by it');
    }
  });
}

const OTHER = GOOD.replace('pi-1', 'pi-2');
const hosts = (...given: Parameters<typeof recoveryConfigs>) =>
  recoveryConfigs(...given).map(({ device, broker }) => `${device} ${broker.url}`);

t.test('what the file says comes first, and what ran last after it', async (t) => {
  const good = { text: OTHER, path: PATH };
  const [here, there] = ['pi-1 mqtt://127.0.0.1', 'pi-2 mqtt://127.0.0.1'];
  t.same(hosts({ text: `${GOOD}halth: {}\n`, path: PATH }, good, null), [here, there]);
  t.same(hosts({ text: null, path: PATH }, good, null), [there]);
  t.same(hosts({ text: null, path: PATH }, null, null), []);
  const torn = `${GOOD}outbox: { rows: [`;
  t.same(hosts({ text: torn, path: PATH }, good, null), [there, here], 'a torn file is doubtful');
  const moved = { version: 1, settings: { broker: { url: 'mqtt://moved' } } };
  t.same(hosts({ text: null, path: PATH }, good, moved), ['pi-2 mqtt://moved'], 'as it ran');
  const useless = { version: 1, settings: { cameras: 7 } };
  t.same(hosts({ text: null, path: PATH }, good, useless), [there]);
});

const failureOf = (text: string): Error => {
  try {
    parseConfig(text, PATH);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it is right');
};

for (const [what, text, expected] of [
  [
    'an unknown key',
    `${GOOD}halth: {}\n`,
    { line: 15, key: 'halth', message: /^halth: unknown key\. Did you mean "health"\?/ },
  ],
  [
    'a value',
    GOOD.replace('kind: directory', 'kind: folder'),
    { line: 13, key: 'cameras.cam0.source.kind', message: /received "folder"/ },
  ],
  ['what is not there', GOOD.replace('device: pi-1\n', ''), { line: null, key: 'device' }],
  [
    'what does not agree',
    GOOD.replace('slot: main', 'slot: mian'),
    { line: 11, key: 'cameras.cam0.slot', message: /Did you mean "main"/ },
  ],
  [
    'the words alone of what a parser says',
    GOOD.replace(BROKER, `${BROKER}  password: "hunter2hunter2\n`),
    { key: null, message: /^[^\n]*\.$/ },
  ],
  [
    'no password',
    GOOD.replace(BROKER, `${BROKER}  password: [hunter2hunter2]\n`),
    { line: 6, key: 'broker.password', message: /received …\.$/ },
  ],
  [
    'no password of a camera',
    GOOD.replace(/kind: directory\n.*\n/, 'kind: rtsp\n      url: "http://me:hunter2@cam"\n'),
    { key: 'cameras.cam0.source.url', message: /received "http:\/\/…"/ },
  ],
  [
    'no password of a camera without a scheme',
    GOOD.replace(/kind: directory\n.*\n/, 'kind: rtsp\n      url: "me:hunter2@cam/live"\n'),
    { key: 'cameras.cam0.source.url', message: /such as rtsp:.* received …\.$/ },
  ],
  [
    'no password of a camera in what is no camera at all',
    GOOD.replace(/cam0:\n.*/s, 'cam0: ["rtsp://me:x@hunter2@cam/live"]\n'),
    { key: 'cameras.cam0', message: /received \["rtsp:\/\/cam"\]/ },
  ],
] as const) {
  t.test(`what is wrong: ${what}`, async (t) => {
    const [first] = explainFailure(failureOf(text), text, '/etc/edgeloop');
    t.match(first, expected);
    t.notMatch(first?.message, /hunter2/);
  });
}

for (const [what, message, expected] of [
  [
    'begins with its key',
    'cameras.cam0.decide: expected classes',
    { line: 10, key: 'cameras.cam0' },
  ],
  [
    'names its key',
    'Expected a URL for broker.url, received none.',
    { line: 5, key: 'broker.url' },
  ],
  [
    'names a file of it',
    'Expected a package in /etc/edgeloop/models/parts, received nothing.',
    { line: 8, key: 'slots.main.package' },
  ],
  ['knows no key', 'Expected a folder, received none.', { line: null, key: null }],
  ['names one that is longer', 'Expected broker.urls, received none.', { line: null, key: null }],
] as const) {
  t.test(`what is wrong without a line: it ${what}`, async (t) => {
    const error = new AgentError('CONFIG_INVALID', message);
    t.match(explainFailure(error, GOOD, '/etc/edgeloop'), [{ ...expected, message }]);
  });
}

t.test('of many mistakes the first are told, and how many there are', async (t) => {
  const mistakes = Array.from({ length: 20 }, (_, i) => ({
    line: i === 0 ? null : i,
    key: 'x'.repeat(300),
    message: `wrong ${i}${'!'.repeat(600)}`,
  }));
  const report = reportFile(PATH, mistakes, true, epochMillis(0));
  t.equal(report.mistakes.length, MOST_MISTAKES);
  t.match(report, { path: PATH, safeMode: true, total: 20 });
  t.ok(report.mistakes.every(({ key, message }) => key!.length <= 200 && message.length <= 500));
  const lines = mistakeLines(report);
  t.match(lines[0], /^agent\.yaml: wrong 0!/);
  t.match(lines[3], /^agent\.yaml:3: wrong 3!/);
  t.equal(lines.at(-1), 'and 4 more');
});

t.test('a start that failed is tried again, less and less often', async (t) => {
  t.same(
    [0, 1, 2, 3, 4, 5, 500].map(retryWait),
    [60, 120, 240, 480, 900, 900, 900].map((s) => s * 1000),
  );
});

t.test('a file is taken when two looks agree, and only then', async (t) => {
  const path = join(t.testdir({ 'agent.yaml': 'one' }), 'agent.yaml');
  const monotonic = () => millis(performance.now());
  const file = new AgentFile({ path, monotonic, every: millis(30) });
  const first = await file.look();
  t.equal(first.text, 'one');
  const told: (string | null)[] = [];
  file.watch(first, ({ text }) => told.push(text));
  t.teardown(() => file.unwatch());
  const later = file.lookedAt + 100;
  await until(() => file.lookedAt > later);
  t.same(told, [], 'it is as it was');
  await writeFile(path, 'two');
  await until(() => told.length === 1);
  t.same(told, ['two']);
  file.unwatch();
  await writeFile(path, 'three');
  await delay(120);
  t.same(told, ['two'], 'nobody watches any more');
  const missing = new AgentFile({ path: join(path, 'no'), monotonic });
  t.match(await missing.look(), { text: null, error: { code: 'CONFIG_UNREADABLE' } });
});
