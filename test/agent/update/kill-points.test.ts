import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { LONG } from '../../stand/long.ts';
import {
  type ChangePoint,
  findPoints,
  type Harm,
  harming,
  pathsIn,
  straceMissing,
  tracing,
} from './kill-points/change-points.ts';
import { KillStand } from './kill-points/kill-stand.ts';

t.setTimeout(LONG ? 3_600_000 : 300_000);

const HARMS: readonly Harm[] = ['SIGKILL', 'ENOSPC', 'EIO'];
/** `npm test` takes one of so many, another each day; `npm run test:long` takes all. */
const STRIDE = LONG ? 1 : 20;
const OFFSET = LONG ? 0 : Math.floor(Date.now() / 86_400_000) % STRIDE;

const filesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

/** The points of an update that ends so, each harmed in each way, on a device of its own. */
async function proveAll(
  t: Test,
  stand: KillStand,
  ended: { readonly runs: string; readonly state: string },
  choose: (points: readonly ChangePoint[]) => readonly ChangePoint[],
): Promise<void> {
  const { before, next } = stand;
  const output = join(stand.folder, 'trace');
  const traced = stand.reset('traced');
  t.match(await stand.update('traced', tracing(output)), { said: [{ starts: before }, ended] });
  const files = filesIn(traced);
  const trace = readFileSync(output, 'utf8');
  const points = choose(findPoints(trace, traced));
  const paths = pathsIn(trace, traced);
  const all = points.flatMap((point) => HARMS.map((harm) => ({ point, harm })));
  const queue = all.filter((_one, i) => i % STRIDE === OFFSET);
  t.comment(`${points.length} points, ${all.length} harms; ${queue.length} of them done`);
  t.ok(points.length > 10, 'a trace that shows nothing proves nothing');

  const starts = { before: 0, next: 0 };
  const harmed = async (device: string, point: ChangePoint, harm: Harm): Promise<void> => {
    const state = stand.reset(device);
    const own = paths.map((path) => path.replace(traced, state));
    const name = `${harm} at ${point.call} ${point.number}: ${point.text}`;
    const run = await stand.update(device, harming(point, harm, own));
    if (harm === 'SIGKILL') t.equal(run.signal ?? run.code, 'SIGKILL', `${name}: it was killed`);
    else t.match(run, { code: 0, said: [{}, ended] }, `${name}: it went on`);
    const again = await stand.update(device);
    const started = again.said[0]?.starts;
    t.ok(started === before || started === next, `${name}: a whole model runs`, again);
    t.match(again, { code: 0, said: [{}, ended] }, `${name}: the update ends`);
    t.same(filesIn(state), files, `${name}: nothing is left over`);
    starts[started === before ? 'before' : 'next'] += 1;
  };
  const worker = async (device: string) => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      await harmed(device, one.point, one.harm);
    }
  };
  await Promise.all([worker('one'), worker('two')]);
  t.comment(
    `started again: the old model ${starts.before} times, the new one ${starts.next} times`,
  );
}

t.test(
  'cut off at any call that changes a file, a device runs the old model or the new one, and the update ends',
  { skip: straceMissing },
  async (t) => {
    const stand = await KillStand.create(t);
    const ended = { runs: stand.next, state: 'committed' };
    await proveAll(t, stand, ended, (points) => points);
  },
);

t.test(
  'so it does on its way back, where the new model does not show that it can',
  { skip: straceMissing },
  async (t) => {
    const stand = await KillStand.create(t);
    stand.broker = false;
    const ended = { runs: stand.before, state: 'reverted' };
    // Up to there nothing differs.
    await proveAll(t, stand, ended, (points) => {
      const activated = points.findIndex(({ text }) => text.includes('active.partial'));
      return points.slice(activated);
    });
  },
);
