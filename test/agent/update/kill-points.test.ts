import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
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
const STRIDE = LONG ? 1 : 7;
const OFFSET = LONG ? 0 : Math.floor(Date.now() / 86_400_000) % STRIDE;

const filesIn = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

t.test(
  'cut off at any call that changes a file, a device runs the old model or the new one, and the update ends',
  { skip: straceMissing },
  async (t) => {
    const stand = await KillStand.create(t);
    const { before, next } = stand;
    const output = join(stand.folder, 'trace');
    const traced = stand.reset('traced');
    const ended = { runs: next, state: 'committed' };
    t.match(await stand.update('traced', tracing(output)), { said: [{ starts: before }, ended] });
    const files = filesIn(traced);
    const trace = readFileSync(output, 'utf8');
    const points = findPoints(trace, traced);
    const paths = pathsIn(trace, traced);
    const all = points.flatMap((point) => HARMS.map((harm) => ({ point, harm })));
    const chosen = all.filter((_one, i) => i % STRIDE === OFFSET);
    t.comment(`${points.length} points, ${all.length} harms; ${chosen.length} of them done`);
    t.ok(points.length > 80, 'a trace that shows nothing proves nothing');

    const starts = { before: 0, next: 0 };
    const harmed = async (device: string, point: ChangePoint, harm: Harm): Promise<void> => {
      const state = stand.reset(device);
      const own = paths.map((path) => path.replace(traced, state));
      const name = `${harm} at ${point.call} ${point.number}: ${point.text}`;
      const run = await stand.update(device, harming(point, harm, own));
      if (harm === 'SIGKILL') {
        t.equal(run.signal ?? run.code, 'SIGKILL', `${name}: it was killed`);
      } else {
        t.match(run, { code: 0, said: [{}, ended] }, `${name}: it went on`);
      }
      const again = await stand.update(device);
      const started = again.said[0]?.starts;
      t.ok(started === before || started === next, `${name}: a whole model runs`, again);
      t.match(again, { code: 0, said: [{}, ended] }, `${name}: the update ends`);
      t.same(filesIn(state), files, `${name}: nothing is left over`);
      starts[started === before ? 'before' : 'next'] += 1;
    };
    const queue = [...chosen];
    const worker = async (device: string) => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        await harmed(device, one.point, one.harm);
      }
    };
    await Promise.all([worker('one'), worker('two')]);
    t.comment(
      `started again with the old model ${starts.before} times, with the new one ${starts.next} times`,
    );
  },
);
