import { test } from 'node:test';
import { epochMillis } from '@edgeloop/protocol';
import abstractPersistence from 'aedes-persistence/abstract.js';
import { BrokerPersistence } from '../../../../control-plane/src/broker/persistence/broker-persistence.ts';
import { NO_JOURNAL } from '../../../../control-plane/src/broker/persistence/journal.ts';
import { PERSISTENCE_LIMITS } from '../../../../control-plane/src/broker/persistence/persistence-limits.ts';

const clock = () => epochMillis(Date.now());

/** A payload is bytes on the wire: one that came as a string need not come back as one. */
const NOT_OURS = /^add outgoing packet as a string/;

abstractPersistence({
  test: (name, run) => test(name, { skip: NOT_OURS.test(name) }, async (t) => void (await run(t))),
  testAsync: true,
  persistence: async () =>
    new BrokerPersistence({
      journal: NO_JOURNAL,
      limits: PERSISTENCE_LIMITS,
      time: { earliest: clock, latest: clock },
      maySubscribe: () => true,
      onLoss: () => {},
    }),
});
