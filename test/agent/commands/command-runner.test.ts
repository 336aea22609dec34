import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ack, type Command, DAYS, epochMillis, parseId, timestamp } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import {
  type CommandHandler,
  CommandRunner,
  commandFile,
} from '../../../agent/src/commands/command-runner.ts';
import { pictureRefusal } from '../../../agent/src/commands/picture-refusal.ts';
import { preview } from '../../../agent/src/commands/preview.ts';
import { restart } from '../../../agent/src/commands/restart.ts';
import { snapshot } from '../../../agent/src/commands/snapshot.ts';
import type { KeepOutcome } from '../../../agent/src/sampling/sample-keeper.ts';
import { MODEL } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';

const quiet = () => {};
const SILENT = { info: quiet, warn: quiet, error: quiet } as never;
const DANCE = parseId('command', 'dance');
/** Nothing keeps a picture from anybody. */
const free = () => null;
const ID = parseId('commandId', '44444444-4444-4444-8444-444444444444');
const command = (life = 60_000): Command => ({ id: ID, expires: timestamp(Date.now() + life) });

async function setUp(t: Test, handler: CommandHandler, endsAgent: ReadonlySet<string> = new Set()) {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const acks: Ack[] = [];
  const start = async (directory = folder) => {
    const runner = new CommandRunner({
      file: commandFile(directory),
      handlers: new Map([['dance', handler]]),
      endsAgent,
      now: () => epochMillis(Date.now()),
      acknowledge: (ack) => acks.push(ack),
      log: SILENT,
    });
    await runner.start();
    t.teardown(() => runner.close());
    return runner;
  };
  return { acks, start };
}

t.test('done once, answered each time, over a restart too', async (t) => {
  let done = 0;
  const { acks, start } = await setUp(t, async () => {
    done += 1;
    return { outcome: 'done' };
  });
  const runner = await start();
  for (let i = 0; i < 3; i++) runner.receive(DANCE, command());
  await until(() => acks.length === 1);
  runner.receive(DANCE, command());
  await until(() => acks.length === 2);
  // Whatever was told is written: killed right now, the next run knows it.
  const again = await start();
  again.receive(DANCE, command());
  await until(() => acks.length === 3);
  t.equal(done, 1);
  t.same(acks, [acks[0], acks[0], acks[0]]);
  t.match(acks[0], { id: ID, command: 'dance', outcome: 'done' });
});

t.test('what was begun when the agent was killed is not done again', async (t) => {
  let begun = 0;
  const { acks, start } = await setUp(t, () => {
    begun += 1;
    return new Promise(() => {});
  });
  const killed = await start();
  killed.receive(DANCE, command());
  await until(() => begun === 1);
  const again = await start();
  t.match(acks, [{ id: ID, outcome: 'interrupted' }]);
  again.receive(DANCE, command());
  t.match(acks[1], { id: ID, outcome: 'interrupted' });
  t.equal(begun, 1);
});

t.test('a restart is done when the agent is there again, and once', async (t) => {
  let ended = 0;
  const { acks, start } = await setUp(
    t,
    restart(() => {
      ended += 1;
    }),
    new Set(['dance']),
  );
  const first = await start();
  first.receive(DANCE, command());
  await until(() => ended === 1);
  first.close();
  t.same(acks, [], 'who is about to end says nothing');
  const again = await start();
  t.match(acks, [{ id: ID, outcome: 'done' }]);
  again.receive(DANCE, command());
  t.same(acks[1], acks[0]);
  t.equal(ended, 1);
});

t.test('a restart is refused where nothing would start it again', async (t) => {
  const { acks, start } = await setUp(t, restart(null));
  (await start()).receive(DANCE, command());
  await until(() => acks.length === 1);
  t.match(acks[0], { outcome: 'refused', reason: /--supervised/ });
});

t.test('a preview needs pictures and a camera', async (t) => {
  const cameras = [parseId('camera', 'cam0')];
  const signal = new AbortController().signal;
  const asked: unknown[] = [];
  const pictures = (frames: number) => ({
    preview: async (...given: unknown[]) => {
      asked.push(given.slice(0, 3));
      return { frames, reason: frames ? null : 'dark' };
    },
  });
  const of = { ...command(), camera: cameras[0]! };
  t.match(await preview(null, cameras, free)(of, signal), {
    outcome: 'refused',
    reason: /server.url/,
  });
  for (const camera of [undefined, parseId('camera', 'cam7')]) {
    const { camera: _, ...without } = of;
    const given = camera ? { ...without, camera } : without;
    const result = await preview(pictures(1), cameras, free)(given, signal);
    t.match(result, { outcome: 'refused', reason: /one of the cameras \(cam0\)/ });
  }
  const shown = await preview(pictures(7), cameras, free)({ ...of, seconds: 3, fps: 4 }, signal);
  t.same(shown, { outcome: 'done', frames: 7 });
  t.same(asked, [['cam0', 3000, 250]]);
  t.match(await preview(pictures(0), cameras, free)(of, signal), {
    outcome: 'refused',
    reason: 'dark',
  });
});

t.test('who keeps pictures, and a camera that is off, refuse', async (t) => {
  const night = { timeZone: 'UTC', times: [{ days: [...DAYS], from: '22:00', to: '06:00' }] };
  const noon = epochMillis(Date.parse('2026-11-27T12:00:00Z'));
  const leave = { pictures: 'leave' } as const;
  for (const [privacy, schedules, expected] of [
    [leave, [null], null],
    [leave, [night], /off now, by its schedule/],
    [leave, [night, null], null],
    [{ pictures: 'stay' } as const, [null], /no picture leaves/],
  ] as const) {
    const refusal = () => pictureRefusal(privacy, schedules, noon);
    if (expected === null) t.equal(refusal(), null);
    else {
      const { signal } = new AbortController();
      for (const handler of [snapshot(null, [], refusal), preview(null, [], refusal)]) {
        t.match(await handler(command(), signal), { outcome: 'refused', reason: expected });
      }
    }
  }
});

t.test('a handler is told when its command expires', async (t) => {
  const { acks, start } = await setUp(t, (_command, signal) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ outcome: 'expired' }));
    });
  });
  (await start()).receive(DANCE, command(100));
  await until(() => acks.length === 1);
  t.match(acks, [{ outcome: 'expired' }]);
});

t.test('a handler that fails, and a command that nobody knows, are answered', async (t) => {
  const { acks, start } = await setUp(t, () => Promise.reject(new Error('it broke')));
  const runner = await start();
  runner.receive(DANCE, command());
  await until(() => acks.length === 1);
  t.match(acks[0], { outcome: 'refused', reason: 'it broke' });
  const other = parseId('commandId', ID.replaceAll('4', '5'));
  runner.receive(parseId('command', 'sing'), { ...command(), id: other });
  await until(() => acks.length === 2);
  t.match(acks[1], { id: other, outcome: 'unknown', reason: /one of dance/ });
});

t.test('what can not be remembered is not done', async (t) => {
  let done = 0;
  const { acks, start } = await setUp(t, async () => {
    done += 1;
    return { outcome: 'done' };
  });
  (await start('/proc/nowhere')).receive(DANCE, command());
  await until(() => acks.length === 1);
  t.match(acks, [{ outcome: 'refused', reason: /ENOENT/ }]);
  t.equal(done, 0);
});

const CAMERAS = [parseId('camera', 'cam0'), parseId('camera', 'cam1')];
const sha256 = parseId('sha256', MODEL);
for (const [what, camera, outcomes, aborted, result] of [
  [
    'of all cameras',
    undefined,
    { cam0: { kept: sha256 }, cam1: { kept: sha256 } },
    false,
    { outcome: 'done', samples: [sha256, sha256] },
  ],
  [
    'of which one shows no frame',
    undefined,
    { cam0: { kept: sha256 }, cam1: { passed: 'no frame' } },
    true,
    { outcome: 'done', samples: [sha256], reason: 'cam1: no frame' },
  ],
  [
    'of one camera, over budget',
    'cam1',
    { cam1: { passed: 'over budget' } },
    false,
    { outcome: 'refused', reason: 'cam1: over budget' },
  ],
  [
    'that comes too late',
    'cam0',
    { cam0: { passed: 'no frame' } },
    true,
    { outcome: 'expired', reason: 'cam0: no frame' },
  ],
  [
    'of a camera that is not there',
    'cam7',
    {},
    false,
    { outcome: 'refused', reason: /one of the cameras \(cam0, cam1\), received cam7/ },
  ],
] as const) {
  t.test(`a snapshot ${what}`, async (t) => {
    const sampler = {
      request: async (id: string) => (outcomes as Record<string, KeepOutcome>)[id]!,
    };
    const handler = snapshot(sampler, CAMERAS, free);
    const given = camera === undefined ? {} : { camera: parseId('camera', camera) };
    const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
    t.match(await handler({ ...command(), ...given }, signal), result);
  });
}

t.test('a device that keeps no samples says so', async (t) => {
  const result = await snapshot(null, CAMERAS, free)(command(), new AbortController().signal);
  t.match(result, { outcome: 'refused', reason: /server\.url/ });
});
