import { setTimeout as delay } from 'node:timers/promises';
import { type CameraId, millis, parseId } from '@edgeloop/protocol';
import { Deliverer } from '../../../agent/src/delivery/deliverer.ts';
import { type Entry, lastSeq, type OutboxStatus } from '../../../agent/src/outbox/entry.ts';

export const STREAM = parseId('stream', '11111111-1111-4111-8111-111111111111');
export const OTHER = parseId('stream', '22222222-2222-4222-8222-222222222222');
export const row = (seq: number): Entry => ({
  kind: 'row',
  seq,
  camera: 'cam0' as CameraId,
  body: '{}',
});

/** The deliverer over a list of entries instead of a file, and what it sent. */
export function createDeliverer(delivery: 'stored' | 'puback' = 'stored') {
  let entries: Entry[] = [];
  let now = 0;
  const status: { -readonly [Key in keyof OutboxStatus]: OutboxStatus[Key] } = {
    stream: STREAM,
    nextSeq: 1,
    openedSeq: 1,
    oldestSeq: 1,
    rows: 0,
    bytes: 0,
    evicted: 0,
  };
  const sent: { entry: Entry; replayed: boolean; acknowledge: () => void }[] = [];
  let renewed = 0;
  let unheard = 0;
  let diskIsFull = false;
  let nextStream: typeof STREAM | null = null;
  const deliverer = new Deliverer({
    outbox: {
      status,
      read: async (after, limit) =>
        entries.filter((entry) => lastSeq(entry) > after).slice(0, limit),
      deleteThrough: (through) => {
        entries = entries.filter((entry) => lastSeq(entry) > through);
        status.oldestSeq = Math.max(status.oldestSeq, through + 1);
      },
      renewStream: async () => {
        if (diskIsFull) throw new Error('SQLITE_FULL');
        renewed += 1;
        if (nextStream === null) return;
        // As the outbox does, which tells of the other stream before it answers.
        entries = [];
        Object.assign(status, { stream: nextStream, nextSeq: 1, openedSeq: 1, oldestSeq: 1 });
        deliverer.outboxChanged(status);
      },
    },
    delivery,
    resendAfter: millis(30_000),
    monotonic: () => millis(now),
    onStaleFile: () => {},
    onUnheard: () => {
      unheard += 1;
    },
    send: (entry, _stream, replayed) =>
      new Promise((acknowledge) => sent.push({ entry, replayed, acknowledge })),
  });
  return {
    deliverer,
    status,
    sent,
    renewed: () => renewed,
    unheard: () => unheard,
    fillDisk() {
      diskIsFull = true;
    },
    emptyDisk(stream: typeof STREAM) {
      diskIsFull = false;
      nextStream = stream;
    },
    seqs: () => sent.map(({ entry }) => lastSeq(entry)),
    async add(...added: Entry[]) {
      entries.push(...added);
      status.nextSeq = lastSeq(added.at(-1) as Entry) + 1;
      deliverer.outboxChanged(status);
      await delay(0);
    },
    async delivered(through: number, stream = STREAM) {
      await Promise.race([deliverer.delivered({ stream, through }), delay(5)]);
      await delay(0);
    },
    pass(time: number) {
      now += time;
    },
  };
}
