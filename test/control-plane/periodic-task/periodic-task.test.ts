import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { PeriodicTask } from '../../../control-plane/src/periodic-task/periodic-task.ts';
import { until } from '../../stand/until.ts';

const LONG = millis(600_000);

t.test('one after another; one that fails keeps no other', async (t) => {
  const failures: string[] = [];
  let rounds = 0;
  let at = 0;
  const loop = new PeriodicTask({
    every: millis(1),
    async run() {
      t.equal(++at, 1, 'alone');
      await delay(2);
      at -= 1;
      rounds += 1;
      if (rounds === 2) throw new Error('no');
    },
    onFailure: ({ message }) => failures.push(message),
  });
  loop.start();
  await until(() => rounds >= 4);
  await loop.close();
  const ended = rounds;
  await delay(10);
  t.equal(rounds, ended);
  t.same(failures, ['no']);
});

t.test('what is asked for while one goes on is another; asked often is asked once', async (t) => {
  let rounds = 0;
  let end = () => {};
  const loop = new PeriodicTask({
    every: null,
    run: () => {
      rounds += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    onFailure: () => {},
  });
  t.teardown(() => loop.close());
  loop.start();
  await until(() => rounds === 1);
  for (let n = 0; n < 3; n++) loop.trigger();
  t.equal(rounds, 1);
  end();
  await until(() => rounds === 2);
  end();
  await delay(20);
  t.equal(rounds, 2, 'and nothing comes by itself');
  loop.trigger();
  await until(() => rounds === 3);
  end();
});

t.test('after a failure it rests, whoever asks; before another it lingers', async (t) => {
  const at: number[] = [];
  let fails = true;
  const loop = new PeriodicTask({
    every: LONG,
    afterFailure: millis(60),
    linger: millis(40),
    async run() {
      at.push(performance.now());
      if (fails) throw new Error('no');
    },
    onFailure: () => loop.trigger(),
  });
  t.teardown(() => loop.close());
  loop.start();
  await until(() => at.length === 1);
  loop.trigger();
  fails = false;
  await until(() => at.length === 2);
  t.ok((at[1] ?? 0) - (at[0] ?? 0) >= 55, 'it rested');
  loop.trigger();
  await until(() => at.length === 3);
  t.ok((at[2] ?? 0) - (at[1] ?? 0) >= 35, 'it lingered');
});

t.test(
  'who says how long to wait is asked after each; whose question fails has failed',
  async (t) => {
    const failures: string[] = [];
    let rounds = 0;
    const loop = new PeriodicTask({
      async every() {
        if (rounds === 2) throw new Error('no answer');
        return millis(1);
      },
      afterFailure: millis(1),
      async run() {
        rounds += 1;
      },
      onFailure: ({ message }) => failures.push(message),
    });
    loop.start();
    await until(() => rounds >= 4);
    await loop.close();
    t.same(failures, ['no answer']);
  },
);

t.test('closing ends the waiting, tells the round that goes on, and waits for it', async (t) => {
  let told = false;
  let over = false;
  const loop = new PeriodicTask({
    every: LONG,
    async run(signal) {
      await delay(LONG, undefined, { signal }).catch(() => {});
      told = signal.aborted;
      await delay(10);
      over = true;
    },
    onFailure: () => {},
  });
  loop.start();
  await delay(5);
  await loop.close();
  t.ok(told && over);
  const waits = new PeriodicTask({ every: LONG, run: async () => {}, onFailure: () => {} });
  waits.start();
  await delay(5);
  await waits.close();
});
