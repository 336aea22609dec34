import { type BootId, type EpochMillis, epochMillis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { DriftStore } from '../../../../control-plane/src/jobs/drift/drift-store.ts';
import { DriftWatch } from '../../../../control-plane/src/jobs/drift/drift-watch.ts';
import type { ScoreCounts } from '../../../../control-plane/src/jobs/drift/score-counts.ts';
import { SettingsStore } from '../../../../control-plane/src/jobs/settings-store.ts';
import { DATABASES } from '../../stand/databases.ts';
import { digest } from '../stand/planned-job.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const HOURS = 3_600_000;
const task = parseId('task', 'parts');
const device = parseId('device', 'door');
const site = parseId('site', 'home');
const model = digest('a');

for (const { name, open } of DATABASES) {
  t.test(`${name}: a drift is told once a day, and is over when it is over`, async (t) => {
    const database = await open(t);
    let now: EpochMillis = epochMillis(START);
    const told: unknown[] = [];
    let counts: ScoreCounts = { good: [0, 0] };
    const options = { database, now: () => now };
    const watch = new DriftWatch({
      drifts: new DriftStore(options),
      settings: new SettingsStore(options),
      now: () => now,
      time: { earliest: () => now },
      models: { taskOf: async (asked) => (asked === model ? task : null) },
      events: { publish: (event) => told.push(event) },
      readScores: async () => [
        {
          site,
          device,
          at: now,
          models: { [model]: counts },
          boot: '00000000-0000-0000-0000-000000000001' as BootId,
        },
      ],
    });
    /** Three frames a minute, so many of them sure, told every six hours. */
    const live = async (days: number, sure: number) => {
      for (let quarter = 0; quarter < days * 4; quarter++) {
        now = epochMillis(now + 6 * HOURS);
        const [unsure, all] = [Math.round(1080 * (1 - sure)), 1080];
        const [before = 0, good = 0] = counts.good ?? [];
        counts = { good: [before + unsure, good + all - unsure] };
        await watch.look();
      }
    };
    await watch.look();
    await live(5, 0.9);
    t.same([told.length, watch.drifting.length], [0, 0]);
    await live(2, 0.5);
    t.match(watch.drifting, [{ device, task, model, samples: 4320 }]);
    t.ok((watch.drifting[0]?.psi ?? 0) > 0.25);
    t.match(told, [{ kind: 'device.drifted', subject: { site, device, task } }, {}]);
    t.equal(told.length, 2, 'each look of two days sees it, but it is told once a day');
    await live(1, 0.5);
    t.equal(told.length, 3);
    const ahead = 10_000 * 24 * HOURS;
    now = epochMillis(now + ahead);
    await live(1, 0.5);
    t.equal(told.length, 4);
    now = epochMillis(now - ahead);
    await live(2, 0.5);
    t.equal(told.length, 5, 'a clock that was ahead keeps nothing from being told');
    await live(2, 0.9);
    t.equal(watch.drifting.length, 0);
  });
}
