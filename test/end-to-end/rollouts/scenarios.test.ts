import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { type Play, readPlay } from './stand/play-file.ts';
import { PlayRun } from './stand/play-run.ts';
import { Stage } from './stand/stage.ts';

t.setTimeout(300_000);

const folder = new URL('./scenarios/', import.meta.url).pathname;
/**
 * One alone, while it is being written: EDGELOOP_SCENARIO=slow npx tap
 * test/end-to-end/rollouts/scenarios.test.ts
 */
const only = process.env.EDGELOOP_SCENARIO;

const plays = readdirSync(folder)
  .map((file) => ({ name: basename(file, '.yaml'), play: readPlay(join(folder, file)) }))
  .filter(({ name }) => only === undefined || name === only);

const stage = new Stage();
t.teardown(() => stage.close());
await stage.open();

/**
 * On one control plane, each with a site, a slot and devices of its own. More would be slower:
 * there are two cores.
 */
const AT_ONCE = 10;
let free = AT_ONCE;
const waiting: (() => void)[] = [];

async function perform(name: string, play: Play): Promise<void> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free -= 1;
  try {
    await new PlayRun(stage, name, play).run();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}

const ends = plays.map(({ name, play }) => {
  const end = perform(name, play);
  end.catch(() => {});
  return [play.says, end] as const;
});
for (const [says, end] of ends) t.test(says, async () => end);
