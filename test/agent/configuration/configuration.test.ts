import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, millis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { Configuration } from '../../../agent/src/configuration/configuration.ts';
import { AgentError } from '../../../agent/src/errors.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';

const quiet = () => {};
const LOG = { info: quiet, warn: quiet, error: quiet } as never;
const one = { version: 1, settings: { log: { level: 'debug' } } };
const two = { version: 2, settings: {} };

/** On a real disk; `restart` does what the agent does when its parts start again. */
async function create(t: Test, trial = 60_000, check = async () => {}) {
  const folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const calls = { changes: 0, reports: 0 };
  const open = async () => {
    const configuration = new Configuration({
      folder,
      trial: millis(trial),
      now: () => epochMillis(MIDNIGHT),
      log: LOG,
      check,
      onChange: () => {
        calls.changes += 1;
      },
      onReport: () => {
        calls.reports += 1;
      },
    });
    t.teardown(() => configuration.close());
    await configuration.start();
    return configuration;
  };
  const configuration = await open();
  const restart = () => {
    configuration.starting();
    configuration.started();
  };
  restart();
  return { folder, configuration, calls, open, restart };
}

t.test('what is heard while parts start is considered when they run', async (t) => {
  const { configuration, calls, restart } = await create(t);
  configuration.receive(one);
  await until(() => calls.changes === 1);
  configuration.starting();
  configuration.receive({ ...one, heard: true });
  t.equal(configuration.report?.state, 'trying');
  configuration.started();
  await until(() => configuration.report?.state === 'applied');
  t.same(calls, { changes: 1, reports: 1 });
  restart();
});

t.test('what the parts before heard is no word for those after them', async (t) => {
  const { configuration, calls, restart } = await create(t);
  configuration.receive(one);
  await until(() => calls.changes === 1);
  restart();
  configuration.receive({ ...one, heard: true });
  await until(() => configuration.report?.state === 'applied');
  configuration.receive(undefined);
  await until(() => calls.changes === 2);
  configuration.receive(undefined);
  restart();
  configuration.receive(one);
  await until(() => calls.changes === 3);
  t.equal(configuration.report?.state, 'applied', 'the withdrawal was still on trial');
});

t.test('a trial that nobody hears of is taken back, once', async (t) => {
  const { configuration, calls, restart } = await create(t, 20);
  configuration.receive(one);
  await until(() => calls.changes === 1);
  restart();
  await until(() => calls.changes === 2);
  t.equal(configuration.running, null);
  t.match(configuration.report, { version: 1, state: 'reverted' });
  restart();
  configuration.receive({ ...one, heard: true });
  configuration.receive(two);
  await until(() => calls.changes === 3);
  t.match(configuration.report, { version: 2, state: 'trying' });
});

t.test('what was heard of in time is kept, also when its time is over', async (t) => {
  const { configuration, calls, restart } = await create(t, 40);
  configuration.receive(one);
  await until(() => calls.changes === 1);
  restart();
  configuration.receive({ ...one, heard: true });
  await until(() => configuration.report?.state === 'applied');
  await new Promise((resolve) => setTimeout(resolve, 120));
  t.equal(configuration.report?.state, 'applied');
  t.match(configuration.running, one);
  t.equal(calls.changes, 1);
});

t.test('what is judged while other parts are started is none of theirs', async (t) => {
  let judge = () => {};
  const judging = new Promise<void>((resolve) => {
    judge = resolve;
  });
  const judged = [Promise.resolve(), judging];
  const { configuration, calls, restart } = await create(t, 20, async () => judged.shift());
  configuration.receive(one);
  await until(() => calls.changes === 1);
  restart();
  configuration.receive(two);
  await until(() => calls.changes === 2);
  t.same(judged, [], 'two is being judged');
  configuration.starting();
  t.equal(configuration.running, null, 'what the parts are started with');
  judge();
  // Nothing comes of it: so long the disk would have to write it.
  await new Promise((resolve) => setTimeout(resolve, 20));
  configuration.started();
  t.equal(configuration.running, null);
  t.match(configuration.report, { version: 1, state: 'reverted' });
});

t.test('what can not be written down is not tried, and tried when it can', async (t) => {
  const { folder, configuration, calls } = await create(t);
  // Where the file is written first, something is in the way.
  const partial = join(folder, 'configuration.json.partial');
  await mkdir(join(partial, 'in the way'), { recursive: true });
  configuration.receive(one);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(calls.changes, 0);
  t.equal(configuration.report, null);
  await rm(partial, { recursive: true });
  configuration.receive(one);
  await until(() => calls.changes === 1);
  t.match(JSON.parse(await readFile(join(folder, 'configuration.json'), 'utf8')), {
    trial: { chosen: one },
  });
});

const MEMORY = '/proc/self/mem';
for (const [what, damage] of [
  ['damaged', (path: string) => writeFile(path, '{"format":1,"kept":')],
  // Its beginning can be opened and never be read.
  ['on a part of the card that can not be read', (path: string) => symlink(MEMORY, path)],
] as const) {
  const skip = !existsSync(MEMORY) && 'needs /proc';
  t.test(`what is noted is ${what}: what the control plane said last runs`, { skip }, async (t) => {
    const { folder, open, calls } = await create(t);
    const path = join(folder, 'configuration.json');
    const wants = (configuration?: object) =>
      writeFile(join(folder, 'desired.json'), JSON.stringify({ version: 3, configuration }));
    await damage(path);
    const unknown = { code: 'STATE_UNUSABLE', message: /Nothing runs without them/ };
    await t.rejects(open(), unknown, 'nothing was ever said');
    await wants(one);
    await t.rejects(open(), unknown, 'it may have been refused');
    await wants({ ...one, heard: true });
    const configuration = await open();
    t.match(configuration.running, one);
    t.match(configuration.report, { version: 1, state: 'applied' });
    configuration.started();
    configuration.receive({ ...one, heard: true });
    configuration.receive(two);
    await until(() => calls.changes === 1);
    t.match(JSON.parse(await readFile(path, 'utf8')), { kept: one, trial: { chosen: two } });
    await rm(path);
    await damage(path);
    await wants();
    t.equal((await open()).running, null, 'none is wanted');
  });
}

t.test(
  'a kept one that agent.yaml no longer fits is dropped; any other failure is not its own',
  async (t) => {
    const { configuration, calls, open, restart } = await create(t);
    configuration.receive(one);
    await until(() => calls.changes === 1);
    restart();
    configuration.receive({ ...one, heard: true });
    await until(() => configuration.report?.state === 'applied');
    const next = await open();
    t.same(next.running, { ...one, since: '2026-11-24T00:00:00.000Z' });
    t.equal(await next.failed(new AgentError('HTTP_UNAVAILABLE', 'taken')), false);
    t.equal(await next.failed(new AgentError('CONFIG_INVALID', 'no camera cam1')), true);
    t.equal(next.running, null);
    t.match(next.report, { state: 'reverted', reason: { message: 'no camera cam1' } });
    t.match((await open()).report, { state: 'reverted' }, 'for good');
  },
);
