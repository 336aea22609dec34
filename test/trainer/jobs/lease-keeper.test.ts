import { setTimeout as delay } from 'node:timers/promises';
import type { JobOffer } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { LeaseKeeper } from '../../../trainer/src/jobs/lease-keeper.ts';
import { until } from '../../stand/until.ts';
import { answeringServer, json } from './answering-server.ts';

const OFFER = { job: 'a-job', lease: 'a-lease', leaseSeconds: 0.6 } as unknown as JobOffer;
interface Heartbeat {
  readonly lease: string;
  readonly log: readonly { text: string }[];
}

/** @param status of each heartbeat's answer, the last again and again; 0: none comes */
async function keeper(t: Test, statuses: readonly number[], instruction = 'go-on', slow = 0) {
  const heard: Heartbeat[] = [];
  let asked = 0;
  const client = await answeringServer(t, async (_request, response, body) => {
    const status = statuses[Math.min(asked++, statuses.length - 1)] as number;
    if (status === 0) {
      response.destroy();
      return;
    }
    if (status === 200) heard.push(JSON.parse(body) as Heartbeat);
    await delay(slow);
    json(response, status, { instruction, leaseSeconds: 60, code: 'X', detail: 'x' });
  });
  const keeper = new LeaseKeeper(client, OFFER, Date.now);
  t.teardown(() => keeper.close());
  const lines = () => heard.flatMap(({ log }) => log.map(({ text }) => text));
  return { keeper, heard, lines, asked: () => asked };
}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`);

t.test('all lines are told, each once, in order, also at the end', async (t) => {
  const { keeper: it, lines } = await keeper(t, [200], 'go-on', 30);
  const all = numbers(450);
  for (const line of all.slice(0, 50)) it.line(line);
  it.start();
  for (const line of all.slice(50)) it.line(line);
  await it.flush();
  await it.close();
  t.same(lines(), all);
});

t.test('without a network it goes on, and what was not told is told later', async (t) => {
  const { keeper: it, lines, asked } = await keeper(t, [0, 503, 0, 200]);
  for (const line of numbers(3)) it.line(line);
  it.start();
  await until(() => lines().length === 3);
  t.equal(asked(), 4);
  t.notOk(it.signal.aborted);
});

for (const [name, statuses, instruction, kind] of [
  ['another trainer has the job', [200, 409], 'go-on', 'lost'],
  ['the job is gone', [404], 'go-on', 'lost'],
  ['it was cancelled', [200], 'cancel', 'cancelled'],
] as const) {
  t.test(`the work ends when ${name}`, async (t) => {
    const { keeper: it } = await keeper(t, statuses, instruction);
    it.start();
    await until(() => it.signal.aborted);
    t.match(it.signal.reason, { kind });
  });
}
