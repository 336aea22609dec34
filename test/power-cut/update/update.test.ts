import t, { type Test } from 'tap';
import { straceMissing } from '../../agent/update/kill-points/change-points.ts';
import { KillStand } from '../../agent/update/kill-points/kill-stand.ts';
import { LONG, notLong } from '../../stand/long.ts';
import type { Recording } from '../disk/event.ts';
import { prove, since, useMemory, withoutSyncs } from '../prove.ts';
import type { KillPoint } from '../trace/read-calls.ts';
import { record } from '../trace/record.ts';
import { andBack, judgeUpdate, reportedBy, toTheCommit } from './judge-update.ts';
import { recoverUpdate } from './recover-update.ts';

useMemory();
t.setTimeout(LONG ? 3_600_000 : 300_000);

/** `npm test` starts from one of so many disks. */
const STRIDE = LONG ? 1 : 40;
/** Of those that are started from, one of so many goes on to the end of the update. */
const GOES_ON = 8;

async function createStand(t: Test): Promise<KillStand> {
  const stand = await KillStand.create(t);
  stand.reports = true;
  return stand;
}

/**
 * A device that is told of its third model, from then to the end.
 * @param kill it is killed there, and starts again
 */
async function recordUpdate(stand: KillStand, kill?: KillPoint): Promise<Recording> {
  const root = stand.reset('traced');
  const run = (strace: readonly string[]) => stand.update('traced', strace);
  if (!kill) return record({ root, run });
  return record({ root, run, after: await record({ root, run, kill }) });
}

function proveUpdate(
  t: Test,
  stand: KillStand,
  kind: string,
  recording: Recording,
  { stride = STRIDE, killed = false } = {},
) {
  const course = stand.broker ? toTheCommit(stand) : andBack(stand);
  const reported = reportedBy(recording.events, course);
  let looked = 0;
  return prove(t, {
    kind: `update, ${kind}`,
    recording,
    stride,
    look: (tree) => recoverUpdate(stand, tree, { goOn: looked++ % GOES_ON === 0, killed }),
    judge: (state) => judgeUpdate(course, reported, state),
  });
}

t.test(
  'after a power cut a whole, signed model decides, the one that was reported last or the next, and the update ends',
  { skip: straceMissing },
  async (t) => {
    const stand = await createStand(t);
    const recording = await recordUpdate(stand);
    const { distinct, violated } = await proveUpdate(t, stand, 'to the commit', recording);
    t.equal(violated, 0);
    t.ok(distinct > 1000, `${distinct} disks`);

    // From where it is about to become what decides.
    const about = recording.events.findIndex(
      (event) => event.kind === 'said' && event.text.includes('"testing"'),
    );
    for (const of of ['file', 'folder'] as const) {
      const broken = withoutSyncs(since(recording, about), of);
      const { violated: lost } = await proveUpdate(t, stand, `no ${of} synced`, broken, {
        stride: 20,
      });
      t.ok(lost > 0, `without the fsync of each ${of} ${lost} disks lose what was reported`);
    }

    const killed = await recordUpdate(stand, { call: 'fsync', number: syncOfModel(recording) });
    const { violated: lost } = await proveUpdate(t, stand, 'killed at the model', killed, {
      stride: 8 * STRIDE,
      killed: true,
    });
    t.equal(lost, 0, 'what a process that was killed had brought stays');
  },
);

t.test(
  'so it does on the way back, where the new model does not show that it can',
  { skip: notLong || straceMissing },
  async (t) => {
    const stand = await createStand(t);
    stand.broker = false;
    const recording = await recordUpdate(stand);
    const { violated } = await proveUpdate(t, stand, 'and back', recording);
    t.equal(violated, 0);
  },
);

t.test(
  'what a process that was killed had brought stays when the power goes after the next has gone on',
  { skip: notLong || straceMissing },
  async (t) => {
    const stand = await createStand(t);
    const whole = await recordUpdate(stand);
    const count = whole.events.filter(({ kind }) => kind === 'sync').length;
    for (let number = 1; number <= count; number++) {
      const recording = await recordUpdate(stand, { call: 'fsync', number });
      const kind = `killed at fsync ${number}`;
      const { violated } = await proveUpdate(t, stand, kind, recording, {
        stride: 16,
        killed: true,
      });
      t.equal(violated, 0, kind);
    }
  },
);

/** Of all syncs, which are done by one thread, that of the file to which most was written. */
function syncOfModel({ events }: Recording): number {
  const written = new Map<number, number>();
  for (const event of events) {
    if (event.kind !== 'write') continue;
    written.set(event.file, (written.get(event.file) ?? 0) + event.bytes.length);
  }
  const [model] = [...written].sort(([, a], [, b]) => b - a)[0]!;
  const syncs = events.filter((event) => event.kind === 'sync');
  return syncs.findIndex(({ node }) => node === model) + 1;
}
