import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { straceMissing } from '../../agent/update/kill-points/change-points.ts';
import { FROM_SOURCE } from '../../stand/from-source.ts';
import { LONG, notLong } from '../../stand/long.ts';
import { cutPower } from '../disk/cut-power.ts';
import type { Recording } from '../disk/event.ts';
import type { Tree } from '../disk/read-image.ts';
import { writeTree } from '../disk/write-tree.ts';
import { prove, useMemory, withoutSyncs } from '../prove.ts';
import { record } from '../trace/record.ts';
import { NEW } from './describe-outbox.ts';
import { historyOf, judgeOutbox } from './judge-outbox.ts';
import { recoverOutbox } from './recover-outbox.ts';
import { BRIEF, DAY, FLOOD, RECOVERY, type Step } from './work.ts';

useMemory();
t.setTimeout(LONG ? 3_600_000 : 300_000);

/** `npm test` starts from one of so many disks. */
const STRIDE = LONG ? 1 : 16;
/** The published figure that is to be beaten: disks of one store, all different. */
const PUBLISHED = 12_109;

interface Stand {
  readonly root: string;
  record(
    steps: readonly Step[],
    more?: Pick<Parameters<typeof record>[0], 'kill' | 'after'>,
  ): Promise<Recording>;
  prove(
    kind: string,
    recording: Recording,
    stride?: number,
    held?: string,
  ): ReturnType<typeof prove>;
}

function createStand(t: Test): Stand {
  const top = mkdtempSync(join(tmpdir(), 'power-cut-'));
  t.teardown(() => rmSync(top, { recursive: true, force: true }));
  const root = mkdtempSync(join(top, 'recorded-'));
  const program = fileURLToPath(new URL('./recorded-process.ts', import.meta.url));
  return {
    root,
    record: (steps, more = {}) => {
      const command = [process.execPath, ...FROM_SOURCE, program, root, JSON.stringify(steps)];
      return record({ root, run: (strace) => run([...strace, ...command]), ...more });
    },
    prove: (kind, recording, stride = STRIDE, held = NEW) => {
      const history = historyOf(recording.events, held);
      return prove(t, {
        kind: `outbox, ${kind}`,
        recording,
        stride,
        look: (tree) => recoverOutbox(join(top, 'cut'), tree),
        judge: (state) => judgeOutbox(history, state),
      });
    },
  };
}

/** To its end, or until it is killed. */
async function run(args: readonly string[]): Promise<void> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' };
  const child = spawn('strace', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'close');
}

t.test(
  'a power cut takes no row that was committed, and gives no number twice',
  { skip: straceMissing },
  async (t) => {
    const stand = createStand(t);
    const recording = await stand.record(LONG ? DAY : BRIEF);
    const { distinct, violated } = await stand.prove('a day', recording);
    t.equal(violated, 0);
    t.ok(distinct > (LONG ? PUBLISHED : 1000), `${distinct} disks`);

    // It shows soon.
    const begin = { ...recording, events: recording.events.slice(0, 42) };
    for (const of of ['file', 'folder'] as const) {
      const { violated: lost } = await stand.prove(`no ${of} synced`, withoutSyncs(begin, of), 20);
      t.ok(lost > 0, `without the fsync of each ${of} ${lost} disks lose rows`);
    }
  },
);

t.test(
  'nor while the log is emptied and begun anew',
  { skip: notLong || straceMissing },
  async (t) => {
    const stand = createStand(t);
    const { violated } = await stand.prove('a flood', await stand.record(FLOOD), 4);
    t.equal(violated, 0);
  },
);

/** In the thread of the outbox: eight before the first row. */
const SYNCS = LONG ? Array.from({ length: 22 }, (_one, i) => i + 1) : [7];

t.test(
  'what an outbox reads after its process was killed, and sends, stays when the power goes then',
  { skip: straceMissing },
  async (t) => {
    for (const number of SYNCS) {
      const stand = createStand(t);
      const killed = await stand.record(BRIEF, { kill: { call: 'fsync', number } });
      const recording = await stand.record(RECOVERY, { after: killed });
      const { violated } = await stand.prove(`killed at fsync ${number}`, recording);
      t.equal(violated, 0, `killed at fsync ${number}`);
    }
  },
);

t.test(
  'a second power cut, while it recovers from the first, takes nothing either',
  { skip: notLong || straceMissing },
  async (t) => {
    const first = createStand(t);
    const recording = await first.record(BRIEF);
    const history = historyOf(recording.events);
    const disks: { readonly tree: Tree; readonly holds: string }[] = [];
    await cutPower(
      recording,
      (tree) => {
        const { holds } = recoverOutbox(`${first.root}-cut`, tree);
        disks.push({ tree, holds });
      },
      { stride: 120 },
    );
    t.ok(disks.length > 5 && history.held.length > 3);
    for (const [i, { tree, holds }] of disks.entries()) {
      const stand = createStand(t);
      writeTree(stand.root, tree);
      const again = await stand.record(RECOVERY);
      const { violated } = await stand.prove(`disk ${i} cut again`, again, 4, holds);
      t.equal(violated, 0, `disk ${i}, which held ${holds}`);
    }
  },
);
