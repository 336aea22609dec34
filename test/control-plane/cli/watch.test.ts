import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { Device } from '../../stand/fleet/device.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { picture } from '../stand/pictures.ts';
import { zipOf } from '../stand/zips.ts';
import { openCommandLine } from './stand/command-line.ts';

t.setTimeout(280_000);

const { controlPlane, env, path, as, edgeloop, json } = await openCommandLine(t);
const file = (name: string, content: unknown) => {
  const written = path(name);
  writeFileSync(written, typeof content === 'string' ? content : JSON.stringify(content));
  return written;
};

const { password } = await controlPlane.enrol('press-1');
const device = new Device(controlPlane.url, 'press-1', randomUUID(), password);
device.start();
t.teardown(() => device.close());
const settings = file('settings.json', { log: { level: 'debug' } });
const { newest } = await json('configurations', 'create', 'loud', settings);
const plan = (more: object) =>
  file('plan.json', {
    cargo: { kind: 'configuration', version: newest.version },
    waves: [{ size: { percent: 100 } }],
    ...more,
  });

t.test(
  'a rollout that is to be started by hand: who must act is said, and the watch ends',
  async (t) => {
    const args = ['rollouts', 'create', '--plan', plan({ start: 'by hand' }), '--watch'];
    const { code, stdout, stderr } = await edgeloop(...args);
    const { rollouts } = await json('rollouts', 'list');
    const [{ rollout }] = rollouts;
    t.equal(code, 106);
    t.equal(stderr, `It waits to be started by hand: edgeloop rollouts start ${rollout}\n`);
    t.match(stdout, `${rollout}\t`);

    const waiting = edgeloop('rollouts', 'show', rollout, '--watch', '--wait');
    await delay(300);
    t.match(await edgeloop('rollouts', 'abort', rollout), { code: 65, stderr: /--yes/ });
    await edgeloop('rollouts', 'abort', rollout, '--yes', '--reason', 'seen enough');
    const ended = await waiting;
    t.match(ended, { code: 105, stderr: /started by hand[\s\S]*was aborted: .*seen enough/ });
  },
);

const BOOT = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };

/** Until the control plane knows it. */
async function settled(what: 'online' | 'reported'): Promise<void> {
  for (;;) {
    const { state, reported } = await controlPlane.get('/api/devices/press-1');
    if (what === 'online' ? state === 'online' : reported) return;
    await delay(20);
  }
}

t.test('one that waits for approval', async (t) => {
  const args = ['rollouts', 'create', '--plan', plan({ approval: true }), '--watch', '--json'];
  const approval = await edgeloop(...args);
  t.match(approval, { code: 106, stderr: /somebody other than token:first/ });
  const lines = approval.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(lines.at(-1), { state: 'awaiting-approval', plan: {} }, 'the last line is the rollout');
  await edgeloop('rollouts', 'abort', lines.at(-1).rollout, '--yes');
});

t.test('one that is paused waits; one that goes through ends with 0', async (t) => {
  await settled('online');
  device.say('reported', { ...BOOT, slots: {}, cameras: {} }, true);
  await settled('reported');
  const { rollout } = await json('rollouts', 'create', '--plan', plan({}));
  await edgeloop('rollouts', 'pause', rollout);
  const paused = await edgeloop('rollouts', 'show', rollout, '--watch');
  t.match(paused, { code: 106, stderr: /paused.*edgeloop rollouts resume/ });
  await edgeloop('rollouts', 'resume', rollout);

  const watching = as({ terminal: { columns: 100 } }, 'rollouts', 'show', rollout, '--watch');
  const configuration = {
    version: newest.version,
    state: 'applied',
    since: new Date().toISOString(),
  };
  device.say('reported', { ...BOOT, slots: {}, cameras: {}, configuration }, true);
  while ((await json('rollouts', 'show', rollout)).state !== 'baking') await delay(50);
  t.match(await edgeloop('rollouts', 'gates', rollout), { stdout: /^wave 1\tnow\t/m });
  t.match(await edgeloop('rollouts', 'orders', rollout), { stdout: /^promote\t/m });
  t.match(await edgeloop('rollouts', 'promote', rollout, '--yes'), { code: 0 });
  const { code, stdout, stderr } = await watching;
  t.equal(code, 0, stderr);
  t.match(stdout, /^\d\d:\d\d:\d\d {2}bake {2}wave 1 {2}engine {2}/m);
  t.match(stdout, /complete[\s\S]*completed/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the line is cleared.
  t.match(stderr, /wave 1 of 1[\s\S]*\r\u001b\[K$/);
});

t.test('a job: watched until it is cancelled, with what its log says', async (t) => {
  await json('tasks', 'create', 'parts', '--class', 'good', 'bad');
  const files = await Promise.all(
    Array.from({ length: 80 }, async (_, i) => [
      `${i % 2 ? 'good' : 'bad'}/${i}.jpg`,
      await picture(i),
    ]),
  );
  const zip = path('parts.zip');
  writeFileSync(zip, await zipOf(Object.fromEntries(files)));
  await json('datasets', 'import', 'parts', zip);
  await json('datasets', 'freeze', 'parts');

  const spec = file('spec.json', { recipe: { epochs: 2 } });
  const made = await json('jobs', 'create', 'parts', '--spec', spec, '--priority', '-5');
  t.match(made, { state: 'queued', priority: -5, recipe: { epochs: 2 } });
  const watching = as({ terminal: { columns: 100 } }, 'jobs', 'show', made.job, '--watch');
  const following = edgeloop('jobs', 'log', made.job, '--follow');
  await delay(300);
  t.match(await edgeloop('jobs', 'cancel', made.job.slice(0, 6), '--yes'), { code: 0 });
  t.match(await edgeloop('jobs', 'show', '000000-'), { code: 68, stderr: /jobs list names them/ });
  t.match(await edgeloop('jobs', 'show', made.job.slice(0, 5)), { code: 65, stderr: /first 6/ });
  t.match(await watching, {
    code: 105,
    stdout: /cancelled/,
    stderr: /queued, no trainer yet[\s\S]*was cancelled/,
  });
  t.equal((await following).code, 0);
  t.match(await json('jobs', 'list', '--state', 'cancelled'), { jobs: [{ job: made.job }] });
  t.match(await edgeloop('jobs', 'cancel', made.job, '--yes'), { code: 102, stderr: /^JOB_ENDED/ });
});

t.test('Ctrl-C ends a watch, and the rollout goes on', async (t) => {
  const create = ['rollouts', 'create', '--plan', plan({ start: 'by hand' }), '--json'];
  const { stdout, stderr } = await edgeloop(...create);
  t.equal(stderr, 'Every device that it concerns runs this already: none will change.\n');
  const made = JSON.parse(stdout);
  const interrupt = new AbortController();
  const watch = ['rollouts', 'show', made.rollout.slice(0, 8), '--watch', '--wait'];
  const watching = as({ signal: interrupt.signal, terminal: { columns: 100 } }, ...watch);
  await delay(300);
  interrupt.abort();
  const ended = await watching;
  t.equal(ended.code, 130);
  t.ok(ended.stderr.endsWith(`The watch has ended; rollout ${made.rollout} goes on.\n`));
  t.match(await json('rollouts', 'show', made.rollout), { state: 'scheduled' });
});

t.test('a command to a device: waited for, until the device says what became of it', async (t) => {
  const ask = async (outcome: string, more: object, ...args: string[]) => {
    const asking = edgeloop('devices', ...args);
    for (;;) {
      const { commands } = await json('devices', 'commands', 'press-1');
      const [newest] = commands.filter(({ state }: { state: string }) => state === 'pending');
      if (newest) {
        const { id, command } = newest;
        const at = new Date().toISOString();
        device.say(`ack/${id}`, { id, command, outcome, at, ...more });
        return asking;
      }
      await delay(20);
    }
  };
  const done = await ask('done', { samples: [] }, 'snapshot', 'press-1', '--camera', 'cam0');
  t.match(done, { code: 0, stdout: /^STATE\tdone$/m });
  const reason = 'No camera cam9.';
  const refused = await ask('refused', { reason }, 'preview', 'press-1', '--camera', 'cam9');
  t.match(refused, { code: 105, stderr: /it was refused: No camera cam9\./ });
  t.match(await edgeloop('devices', 'restart', 'press-1'), { code: 65, stderr: /--yes/ });
  t.match(await edgeloop('devices', 'logs', 'press-1', '--kept'), { code: 68 });
  const file = path('picture.jpg');
  t.match(await edgeloop('devices', 'picture', 'press-1', 'cam0', file), { code: 68 });
});

t.test('events and detections as they come, until Ctrl-C', async (t) => {
  const { password } = await controlPlane.enrol('press-9');
  const device = new Device(controlPlane.url, 'press-9', randomUUID(), password);
  t.teardown(() => device.close());
  const interrupt = new AbortController();
  let live = '';
  const onStdout = (text: string) => {
    live += text;
  };
  const detections = as(
    { signal: interrupt.signal, onStdout },
    ...['detections', 'list', '--follow', '--device', 'press-9', '--json'],
  );
  const events = edgeloop('events', 'follow', '--kind', 'device.*', '--count', '1', '--json');
  device.start();
  // It comes and goes until it is heard of: a follower that is late has missed what was before.
  const heard = events.then(() => true);
  while (!(await Promise.race([heard, delay(500, false)]))) device.cut();
  t.match(JSON.parse((await events).stdout), { kind: /^device\./, subject: { device: 'press-9' } });
  // Whoever follows sees what is stored from then on.
  for (let i = 0; i < 50 && !live.includes('\n'); i++) {
    await device.produce(1);
    await delay(50);
  }
  interrupt.abort();
  t.equal((await detections).code, 130);
  const [first = ''] = live.split('\n');
  t.match(JSON.parse(first), { device: 'press-9', seq: Number });

  const stored = await json('detections', 'list', '--device', 'press-9', '--order', 'stored');
  t.ok(stored.detections.length >= 1);
  t.match(stored.detections.at(-1), { device: 'press-9' });
  const csv = path('detections.csv');
  t.match(await edgeloop('detections', 'export', csv, '--device', 'press-9'), { code: 0 });
  t.ok(readFileSync(csv, 'utf8').trim().split('\n').length > 1);
  const from = new Date(Date.now() - 3_600_000).toISOString();
  t.match(await json('detections', 'mix', '--from', from), { buckets: [], classes: [] });
  const drawn = await as({ terminal: { columns: 60 } }, 'detections', 'list', '--limit', '1');
  t.match(drawn.stdout, /CAPTURED[\s\S]*press-9[\s\S]*There are more|press-9/);
});

t.test('Ctrl-C ends the program in order', async (t) => {
  const child = spawn(process.execPath, [PROGRAMS.edgeloop, 'events', 'follow', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  const heard = once(child.stdout, 'data');
  let follows = false;
  void heard.then(() => {
    follows = true;
  });
  const { samples } = await json('samples', 'list', 'parts', '--limit', '1');
  while (!follows) {
    await edgeloop('labels', 'say', 'parts', samples[0].sha256, '--class', 'bad');
    await delay(100);
  }
  child.kill('SIGINT');
  t.equal(await text(child.stderr), '');
  t.same(await exit, [130, null]);
});
