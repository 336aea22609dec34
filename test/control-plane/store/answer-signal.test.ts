import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import {
  answersOf,
  createAnswerSignal,
  tellAnswer,
  waitForAnswer,
} from '../../../control-plane/src/store/sql/answer-signal.ts';

/**
 * Wakes who waits, as a thread does that was held up after its last answer; then there is another
 * answer.
 */
const LATE = `
  const { workerData: signal } = require('node:worker_threads');
  setTimeout(() => Atomics.notify(signal, 0), 50);
  setTimeout(() => { Atomics.add(signal, 0, 1); Atomics.notify(signal, 0); }, 200);
`;

t.test('who is woken late for the answer before goes on waiting for its own', async (t) => {
  const signal = createAnswerSignal();
  tellAnswer(signal);
  const worker = new Worker(LATE, { eval: true, workerData: signal });
  t.teardown(() => worker.terminate());
  await once(worker, 'online');
  t.ok(waitForAnswer(signal, 1, 20_000));
  t.equal(answersOf(signal), 2, 'which is there');
  t.notOk(waitForAnswer(signal, 2, 50), 'no other came');
  t.ok(waitForAnswer(signal, 1, 20_000), 'it had come before');
});
