import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { LeaseKeeper } from '../../../control-plane/src/ingest/lease/lease-keeper.ts';
import { type Lease, LeaseStore } from '../../../control-plane/src/ingest/lease/lease-store.ts';
import { LEASE_TIMES } from '../../../control-plane/src/ingest/lease/lease-times.ts';
import { thisProcess } from '../../../control-plane/src/ingest/lease/process-identity.ts';
import { DATABASES } from '../stand/databases.ts';

const self = thisProcess();
const { patience } = LEASE_TIMES;

/**
 * A store that fails when a test says so, as one does whose database is away, or has another writer
 * for long.
 */
class FailingLeases extends LeaseStore {
  fails: 'read' | 'take' | null = null;
  looks = 0;

  override async read(): Promise<Lease> {
    this.looks += 1;
    if (this.fails === 'read') throw new Error('away');
    return super.read();
  }

  override async take(...given: Parameters<LeaseStore['take']>): Promise<number | null> {
    if (this.fails === 'take') throw new Error('another writes');
    return super.take(...given);
  }

  /** When it was looked at some more times. */
  async looked(): Promise<void> {
    for (const until = this.looks + 3; this.looks < until; ) await delay(1);
  }
}

for (const { name, open } of DATABASES) {
  for (const fails of ['read', 'take'] as const) {
    t.test(`${name}: who could not ${fails} for long gives the lease its time anew`, async (t) => {
      const leases = new FailingLeases(await open(t));
      await leases.take(await leases.read(), self, () => true);
      let now = 0;
      let generation: number | null = null;
      const keeper = new LeaseKeeper({
        leases,
        self,
        times: { ...LEASE_TIMES, look: millis(1) },
        clock: () => now,
        work: async (held) => {
          generation = held.generation;
        },
        log: pino({ level: 'silent' }),
      });
      t.teardown(() => keeper.close());
      keeper.start();
      await leases.looked();
      leases.fails = fails;
      now += 3 * patience;
      await leases.looked();
      leases.fails = null;
      await leases.looked();
      now += patience - 1;
      await leases.looked();
      t.equal(generation, null, 'whoever has it could give no sign of life either');
      now += 1;
      while (generation === null) await delay(1);
      t.equal(generation, 2);
    });
  }
}
