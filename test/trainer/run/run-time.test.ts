import t from 'tap';
import { runTime } from '../../../trainer/src/run/run-time.ts';

t.test(
  'a run that is resumed began when it began at first, and worked as long as all of it',
  (t) => {
    let now = 5000;
    const process = (date: string) => ({ now: () => now, clock: () => new Date(date) });
    const first = runTime(undefined, process('2026-03-02T12:00:00.000Z'));
    now += 90_000;
    const saved = first();
    t.same(saved, { started: '2026-03-02T12:00:00.000Z', seconds: 90 });
    now = 700;
    const second = runTime(saved, process('2026-03-03T08:00:00.000Z'));
    t.same(second(), saved);
    now += 1500;
    t.same(second(), { started: '2026-03-02T12:00:00.000Z', seconds: 91.5 });
    t.end();
  },
);
