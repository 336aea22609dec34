import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@edgeloop/protocol';
import { createKeyFolder, signPackage } from '@edgeloop/signing';
import t from 'tap';
import { judgeResults } from './judge/judge-results.ts';
import { judgeTrainings } from './judge/judge-trainings.ts';
import type { StoredStream } from './judge/read-store.ts';
import {
  type NamedPackage,
  packageFaults,
  type StoredJob,
  type StoredModel,
} from './judge/read-trainings.ts';
import { Clock } from './line/clock.ts';
import type { Line } from './line/line.ts';
import type { AskedJob } from './line/trainings.ts';
import { faultsMissing } from './namespaces.ts';
import { planFaults, SHORT } from './schedule.ts';
import { FAULTS } from './strikes/faults.ts';
import { Ledger, type StoreBefore } from './witness/ledger.ts';

t.test('a schedule: each fault once a round, the same again by the same seed', async (t) => {
  const pace = { pause: [100, 200], lasts: [1, 5] } as const;
  const first = (seed: number) => {
    const plan = planFaults(['a', 'b', 'c'], pace, seededRandom(seed));
    return Array.from({ length: 6 }, () => plan.next().value);
  };
  const names = first(1).map(({ name }) => name);
  t.same(
    [names.slice(0, 3).sort(), names.slice(3).sort()],
    [
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ],
  );
  t.ok(first(1).every(({ pause, lasts }) => pause >= 100 && pause <= 200 && lasts <= 5));
  t.same(first(1), first(1));
  t.notSame(first(1), first(2));
});

t.test('2038 is passed within the shortest strike', { skip: faultsMissing }, async (t) => {
  const clock = new Clock(join(t.testdir(), 'clock'));
  const seconds = () =>
    Number(execFileSync('date', ['+%s'], { env: { ...process.env, ...clock.env } }));
  const fault = FAULTS.find(({ name }) => name === 'clock 2038');
  // Only what a clock's fault looks at.
  const line = { clock, devices: [] } as unknown as Line;
  const struck = await fault?.strike({ line, ledger: new Ledger(), random: seededRandom(1) });
  await delay(SHORT.lasts[0]);
  t.ok(seconds() >= 2 ** 31);
  await struck?.heal();
  t.ok(Math.abs(seconds() - Date.now() / 1000) < 60);
});

t.test('the judge finds what must not be', async (t) => {
  const row = (seq: number) => ({ seq, result: `result ${seq}` });
  const committed = { stream: 's', nextSeq: 5, rows: [1, 2, 3, 4].map(row) };
  const stored = (changes: Partial<StoredStream>): StoredStream[] => [
    { device: 'd', stream: 's', through: 4, tombstones: [], rows: committed.rows, ...changes },
  ];
  const problems = (
    streams: readonly StoredStream[],
    change: (ledger: Ledger) => void = () => {},
  ) => {
    const ledger = new Ledger();
    ledger.see('d', committed);
    change(ledger);
    return judgeResults(ledger, streams, new Map()).problems;
  };
  const without3 = committed.rows.filter(({ seq }) => seq !== 3);
  const buried = (reason: string) =>
    stored({ rows: without3, tombstones: [{ from: 3, to: 3, reason }] });
  t.same(problems(stored({})), []);
  t.match(problems(stored({ rows: without3 })), [/lost: result 3/, /a gap at 3/]);
  t.same(problems(buried('rows')), []);
  t.match(problems(buried('acknowledged')), [
    /the store forgot 3 to 3, and nothing was done to it/,
  ]);
  const forgotten = (change: (ledger: Ledger) => void) => problems(buried('acknowledged'), change);
  const broken = (through: number, ...ranges: StoreBefore['forgotten']) => [
    { device: 'd', stream: 's', through, forgotten: ranges },
  ];
  const by3 = { from: 3, to: 3 };
  t.same(
    forgotten((ledger) => ledger.breakStore(broken(3))),
    [],
  );
  t.match(
    forgotten((ledger) => ledger.breakStore(broken(2))),
    [/the store forgot 3 to 3, and nothing was done to it after 2/],
    'it was confirmed after that',
  );
  t.match(
    forgotten((ledger) => {
      ledger.breakStore(broken(2));
      ledger.breakStore(broken(4, by3));
    }),
    [/forgot 3 to 3, .* after 2/],
    'it was forgotten before the second',
  );
  t.same(
    forgotten((ledger) => ledger.breakStore(null)),
    [],
    'all of it was committed',
  );
  const later = new Ledger();
  later.see('d', { ...committed, nextSeq: 3, rows: committed.rows.slice(0, 2) });
  later.breakStore(null);
  later.see('d', committed);
  t.match(judgeResults(later, buried('acknowledged'), new Map()).problems, [/forgot 3 to 3/]);
  t.match(problems(stored({ through: 3, rows: committed.rows.slice(0, 3) })), [
    /lost: result 4/,
    /3 stored of 4/,
  ]);
  t.match(
    problems(stored({}), (ledger) => ledger.hearDelivered('d', 's', 7)),
    [/7 delivered, 4 stored/],
  );
  const again = [...stored({}), ...stored({ stream: 'other', through: 1, rows: [row(1)] })];
  t.match(problems(again), [/stored in 2 streams: result 1/]);
  const altered = [...without3, { seq: 3, result: 'something else' }];
  t.match(problems(stored({ rows: altered })), [/lost: result 3/]);
  const destroy = (ledger: Ledger) =>
    ledger.outboxBroken('d', committed, {
      ...committed,
      nextSeq: 3,
      rows: committed.rows.slice(0, 2),
    });
  t.same(problems(stored({ through: 2, rows: committed.rows.slice(0, 2) }), destroy), []);
});

t.test('the judge of trainings finds what must not be', async (t) => {
  const asked = { job: 'j', at: 10, endedAt: 110, cancelAskedAt: null, cancelledAt: null };
  const done = {
    job: 'j',
    state: 'succeeded',
    attempts: 1,
    maxAttempts: 5,
    reason: null,
    package: 'p',
    resumed: 0,
  };
  const model = { digest: 'p', job: 'j', state: 'registered', refusal: null, faults: [] };
  const problems = (
    job: Partial<StoredJob>,
    {
      models = [model],
      ask = {},
      jobs = [{ ...done, ...job }],
      strikes = 0,
      storeBrokenAt = Number.NEGATIVE_INFINITY,
      told = job.state ?? 'succeeded',
    }: {
      models?: StoredModel[];
      ask?: Partial<AskedJob>;
      jobs?: StoredJob[];
      strikes?: number;
      storeBrokenAt?: number;
      told?: string;
    } = {},
  ) => {
    const ledger = {
      storeBrokenAt,
      // One before it was asked for, which counts for nothing.
      strikes: Array.from({ length: strikes + 1 }, (_, i) => ({ name: 'kill', at: i * 20 })),
    };
    const all = [{ ...asked, ...ask }];
    return judgeTrainings(ledger, all, { jobs, models }, new Map([['j', told]])).problems;
  };
  t.same(problems({}), []);

  t.match(problems({}, { jobs: [] }), [/j is lost, and nothing was done to it/]);
  t.match(problems({}, { jobs: [], storeBrokenAt: 9 }), [/lost/], 'asked for after that');
  t.same(problems({}, { jobs: [], storeBrokenAt: 11 }), []);
  for (const state of ['queued', 'leased', 'running']) {
    t.match(problems({ state }), [`job j: it is ${state}, and nothing breaks any more`]);
  }
  t.match(problems({}, { told: 'running' }), [/the API says running, the file succeeded/]);

  const failed = { state: 'failed', reason: 'FIT_DIED: x', package: null, attempts: 5 };
  t.same(problems(failed, { strikes: 5 }), []);
  t.match(problems(failed, { strikes: 4 }), [/after 5 attempts and 4 faults: FIT_DIED/]);
  t.match(problems({ ...failed, attempts: 1 }, { strikes: 5 }), [/it failed in attempt 1/]);
  t.match(problems({ ...failed, reason: null }, { strikes: 5 }), [/failed, and nothing says why/]);

  const cancelled = { state: 'cancelled', reason: 'Cancelled by x.', package: null };
  const told = { cancelAskedAt: 30, cancelledAt: 31 };
  t.same(problems(cancelled, { ask: told }), []);
  t.match(problems(cancelled), [/nobody cancelled it/]);
  t.match(problems({}, { ask: told }), [/it was cancelled, and is succeeded/]);
  t.same(problems({}, { ask: told, storeBrokenAt: 32 }), [], 'that was forgotten');

  const unregistered = { ...model, state: 'announced' };
  t.match(problems({}, { models: [] }), [/has 0 packages/, /its package is not there/]);
  t.match(problems({}, { models: [unregistered] }), [/has 0 packages/, /not there/]);
  t.match(problems({}, { models: [model, { ...model, digest: 'q' }] }), [/has 2 packages/]);
  t.match(problems({}, { models: [{ ...model, digest: 'q' }] }), [/its package is not there/]);
  t.same(problems({}, { models: [model, { ...unregistered, digest: 'q' }] }), []);
  t.match(problems({}, { models: [{ ...model, faults: ['int8.onnx is torn'] }] }), [
    /model p: int8.onnx is torn/,
  ]);
  const more = (changes: object) => ({
    models: [model, { ...model, digest: 'q', job: 'other', ...changes }],
  });
  t.match(problems({}, more({ state: 'checking' })), [/model q is being checked, by nobody/]);
  const refusal = (code: string) => more({ state: 'refused', refusal: JSON.stringify({ code }) });
  t.match(problems({}, refusal('PACKAGE')), [/model q was refused/]);
  t.same(problems({}, refusal('TOO_SLOW')), [], 'by a busy machine');
});

t.test('a package is whole and signed, or what is wrong with it is said', async (t) => {
  const times = { issued: Date.parse('2026-11-26'), expires: Date.parse('2029-11-26') };
  const { root, keys } = await createKeyFolder(t.testdir(), times);
  const key = keys.find(({ publicKey }) => root.packages.includes(publicKey.keyId))!;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const named = {
    digest: sha256('{}'),
    manifest: '{}',
    signature: JSON.stringify(signPackage(Buffer.from('{}'), key)),
    files: [{ path: 'int8.onnx', sha256: sha256('four'), bytes: 4 }],
  };
  const faults = (changes: Partial<NamedPackage>, content: string | null = 'four') =>
    packageFaults({ ...named, ...changes }, root, () => {
      if (content === null) throw new Error('it is not there');
      return Buffer.from(content);
    });
  t.same(faults({}), []);
  for (const torn of ['fou', 'fouR']) t.same(faults({}, torn), ['int8.onnx is torn']);
  t.same(faults({}, null), ['int8.onnx: it is not there']);
  t.match(faults({ digest: sha256('x') }), ['its manifest is another']);
  t.match(faults({ manifest: '[]' }), [/another/, /Expected a signature of/]);
  t.match(faults({ signature: null }), [/signature/]);
});
