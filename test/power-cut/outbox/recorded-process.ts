import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CameraId, millis } from '@edgeloop/protocol';
import { Outbox } from '../../../agent/src/outbox/outbox.ts';
import { lockState } from '../../../agent/src/state/lock-state.ts';
import { describeOutbox } from './describe-outbox.ts';
import { BOUNDS, type Step } from './work.ts';

// The real outbox of an agent that starts, in its thread, on a real disk. Says what it begins, and
// how the outbox stands when that is done: what it says then, the broker and the store may have
// heard.
const [, , top = '', text = ''] = process.argv;
const steps = JSON.parse(text) as readonly Step[];
const folder = join(top, 'state');
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
let now = 0;

const unlock = lockState(folder);
let count = 0;
let outbox = await open();
for (const [i, step] of steps.entries()) {
  say({ begins: i, step: step.kind });
  await take(step);
  say({ holds: await describe(outbox) });
}
await outbox.close();
unlock();
process.exit(0);

async function open(): Promise<Outbox> {
  const opened = new Outbox({
    folder,
    bounds: BOUNDS,
    monotonic: () => millis(now),
    onChange: () => {},
    onDamage: (movedTo) => say({ damaged: movedTo }),
    onRejected: (_rows, error) => say({ rejected: error.message }),
  });
  await opened.start();
  say({ holds: await describe(opened) });
  return opened;
}

async function describe(of: Outbox): Promise<string> {
  return describeOutbox(of.status!, await of.read(0, 1e6));
}

async function take(step: Step): Promise<void> {
  if (step.kind === 'append') {
    now = step.now;
    const rows = Array.from({ length: step.rows }, () => {
      const body = JSON.stringify({ row: count++, filler: String(count).repeat(step.bytes / 2) });
      return { camera: 'cam0' as CameraId, body: body.slice(0, step.bytes) };
    });
    await Promise.all(rows.map((row) => outbox.append(row)));
  } else if (step.kind === 'delivered') {
    outbox.deleteThrough(outbox.status!.nextSeq - 1 - step.but);
    // Nobody is told that it is on disk: with the next commit, or a while later.
    while (outbox.status!.rows > step.but) await delay(20);
  } else if (step.kind === 'expire') {
    // Its timer comes once a minute; a commit of nothing else does the same.
    now = step.now;
    await outbox.append({ camera: 'cam0' as CameraId, body: '{}' });
  } else if (step.kind === 'renew') {
    await outbox.renewStream(outbox.status!.oldestSeq);
  } else {
    await outbox.close();
    outbox = await open();
  }
}
