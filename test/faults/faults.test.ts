import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import t, { type Test } from 'tap';
import { LONG, notLong } from '../stand/long.ts';
import { faultsMissing, runInNamespaces } from './namespaces.ts';
import type { Report } from './run-faults.ts';
import { FAULTS } from './strikes/faults.ts';

/** The same schedule in each run of CI, unless another is asked for; at full length another each time. */
const SEED = Number(process.env.EDGELOOP_FAULTS_SEED ?? (LONG ? Date.now() % 2 ** 31 : 1));
const MINUTES = Number(process.env.EDGELOOP_FAULTS_MINUTES ?? 10);
/** Where the figures of the long runs go, as bench/results keeps them. */
const RESULTS = process.env.EDGELOOP_FAULTS_RESULTS;
/** A camera and a control plane begin and end beside what is measured. */
const MARGIN_MINUTES = 5;

t.setTimeout((LONG ? 2 * (MINUTES + MARGIN_MINUTES) : 9) * 60_000);

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
  const report = await runInNamespaces(t, ['--devices', '2', '--seed', String(SEED)]);
  judge(t, report, ['kill broker', 'kill trainer', 'kill training']);
});

const reports: Report[] = [];
for (const [broker, skipped] of [
  ['embedded', ['kill broker']],
  ['mosquitto', ['broker page damaged']],
] as const) {
  t.test(
    `${MINUTES} minutes, ${broker}, seed ${SEED}`,
    { skip: notLong || faultsMissing },
    async (t) => {
      const options = [
        '--broker',
        broker,
        '--seconds',
        String(MINUTES * 60),
        '--seed',
        String(SEED),
      ];
      const report = await runInNamespaces(t, [
        ...options,
        '--devices',
        '3',
        '--kills',
        '--trainer',
      ]);
      judge(t, report, skipped);
      reports.push(report);
      if (RESULTS) writeFileSync(RESULTS, `${JSON.stringify(resultsOf(reports), null, 2)}\n`);
    },
  );
}

function resultsOf(reports: readonly Report[]) {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
  const figures = reports.map(({ endings: _endings, ...report }) => report);
  return { bench: 'faults', machine, figures };
}
