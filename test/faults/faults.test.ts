import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { seededRandom } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { LONG, notLong } from '../stand/long.ts';
import { judgeResults } from './judge/judge-results.ts';
import type { StoredStream } from './judge/read-store.ts';
import { faultsMissing, runInNamespaces } from './namespaces.ts';
import type { Report } from './run-faults.ts';
import { planFaults } from './schedule.ts';
import { FAULTS } from './strikes/faults.ts';
import { Ledger } from './witness/ledger.ts';

const SEED = process.env.EDGELOOP_FAULTS_SEED ?? '1';
const MINUTES = Number(process.env.EDGELOOP_FAULTS_MINUTES ?? 10);
/** Where the figures of the long runs go, as bench/results keeps them. */
const RESULTS = process.env.EDGELOOP_FAULTS_RESULTS;
/** A camera and a control plane begin and end beside what is measured. */
const MARGIN_MINUTES = 5;

t.setTimeout((LONG ? 2 * (MINUTES + MARGIN_MINUTES) : 9) * 60_000);

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

t.test('the judge finds what must not be', async (t) => {
  const row = (seq: number) => ({ seq, result: `result ${seq}` });
  const committed = { stream: 's', nextSeq: 5, rows: [1, 2, 3, 4].map(row) };
  const stored = (changes: Partial<StoredStream>): StoredStream[] => [
    {
      ...{ device: 'd', stream: 's', through: 4, tombstones: [], rows: committed.rows },
      ...changes,
    },
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
  t.same(
    problems(buried('acknowledged'), (ledger) => {
      ledger.storeBroken = true;
    }),
    [],
  );
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

/** @param skipped what this line has not */
function judge(t: Test, { problems, struck, figures }: Report, skipped: readonly string[]): void {
  t.same(problems, [], 'each result once, each model whole, nothing died of itself');
  t.ok(figures.committed > 100 && figures.stored > 100, JSON.stringify(figures));
  const expected = FAULTS.map(({ name }) => name).filter((name) => !skipped.includes(name));
  t.same(
    expected.filter((name) => !struck[name]),
    [],
    'every fault has struck',
  );
}

t.test('every fault once', { skip: LONG || faultsMissing }, async (t) => {
  const report = await runInNamespaces(t, ['--devices', '2', '--seed', SEED]);
  judge(t, report, ['kill broker', 'kill trainer']);
});

const reports: Report[] = [];
for (const [broker, skipped] of [
  ['embedded', ['kill broker']],
  ['mosquitto', ['broker page damaged']],
] as const) {
  t.test(`${MINUTES} minutes, ${broker}`, { skip: notLong || faultsMissing }, async (t) => {
    const options = ['--broker', broker, '--seconds', String(MINUTES * 60), '--seed', SEED];
    const report = await runInNamespaces(t, [...options, '--devices', '3', '--kills', '--trainer']);
    judge(t, report, skipped);
    reports.push(report);
    if (RESULTS) writeFileSync(RESULTS, `${JSON.stringify(resultsOf(reports), null, 2)}\n`);
  });
}

function resultsOf(reports: readonly Report[]) {
  const machine = {
    ...{ cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
  const figures = reports.map(({ endings: _endings, ...report }) => report);
  return { bench: 'faults', machine, figures };
}
