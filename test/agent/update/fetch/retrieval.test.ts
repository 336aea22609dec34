import { setTimeout as delay } from 'node:timers/promises';
import { bytes, millis } from '@edgeloop/protocol';
import t from 'tap';
import { Pacer } from '../../../../agent/src/server/pacer.ts';
import { Retrieval } from '../../../../agent/src/update/fetch/retrieval.ts';

const LIMITS = { idle: millis(10_000), deadline: millis(20_000) };

async function* pieces(wait: number) {
  for (let piece = 0; piece < 10; piece++) {
    if (wait > 0) await delay(wait);
    yield Buffer.alloc(1_000);
  }
}

/** From a server that brings 10 KB, a piece each so many milliseconds. */
const retrieve = (wait: number, bandwidth: number | null) =>
  new Retrieval({
    server: {
      get: async () => ({ status: 200, headers: {}, body: pieces(wait), discard: () => {} }),
    },
    limits: { ...LIMITS, minRate: bytes(1e6), rateWindow: millis(100) },
    pacer: new Pacer(bandwidth === null ? null : bytes(bandwidth)),
    signal: new AbortController().signal,
  }).small('/file', 10_000);

t.test('what the device allows itself is not held against the server', async (t) => {
  const begun = performance.now();
  t.equal((await retrieve(0, 25_000)).length, 10_000);
  t.ok(performance.now() - begun > 300, 'though it came far more slowly than the least rate');
});

t.test('what the server takes is', async (t) => {
  await t.rejects(retrieve(30, null), { code: 'TOO_SLOW', retry: true });
});
