import { createHook } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { retryDelay } from '../../../control-plane/src/webhooks/retry-delay.ts';
import { WebhookSender } from '../../../control-plane/src/webhooks/webhook-sender.ts';

t.test(
  'of a receiver that is away for hours one timer waits, however often it is woken',
  async (t) => {
    const timers = new Set<number>();
    const hook = createHook({
      init: (id, type) => type === 'Timeout' && timers.add(id),
      destroy: (id) => timers.delete(id),
    });
    let looks = 0;
    const now = () => epochMillis(0);
    const sender = new WebhookSender({
      target: {
        id: 'hook',
        url: 'http://127.0.0.1:1/',
        secret: '',
        filter: { kinds: [], subject: {} },
        detectionCursor: null,
      },
      queue: {
        due: async () => {
          looks += 1;
          return { wait: 6 * 3_600_000 };
        },
        delivered: async () => {},
        failed: async () => {},
        givenUp: async () => {},
      },
      version: '1',
      now,
      time: { earliest: now },
      random: () => 0,
      log: pino({ level: 'silent' }),
    });
    hook.enable();
    t.teardown(() => hook.disable());
    sender.start();
    for (let wakes = 1; wakes <= 200; wakes++) {
      while (looks < wakes) await delay(1);
      sender.wake();
    }
    await delay(20);
    t.ok(timers.size < 10, `${timers.size} timers`);
    await sender.close();
    t.ok(looks >= 201, 'each wake is heard');
  },
);

t.test('the waits between attempts', async (t) => {
  t.same(
    [1, 2, 3, 12, 13, 14, 99].map((attempts) => Number(retryDelay(attempts, 0))),
    [5e3, 1e4, 2e4, 1.024e7, 2.048e7, 2.16e7, 2.16e7],
  );
  t.equal(retryDelay(1, 1), 6000, 'up to a fifth more');
});
