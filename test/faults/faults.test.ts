import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import t, { type Test } from 'tap';
import { postgresMissing } from '../control-plane/stand/postgres/postgres-server.ts';
import { LONG, notLong } from '../stand/long.ts';
import { faultsMissing, runInNamespaces } from './namespaces.ts';
import type { Report } from './run-faults.ts';
import { FAULTS } from './strikes/faults.ts';

/**
 * The same schedule in each run of CI, unless another is asked for; at full length another each
 * time.
 */
const SEED = Number(process.env.EDGELOOP_FAULTS_SEED ?? (LONG ? Date.now() % 2 ** 31 : 1));
const MINUTES = Number(process.env.EDGELOOP_FAULTS_MINUTES ?? 10);
/** Where the figures of the long runs go, as bench/results keeps them. */
const RESULTS = process.env.EDGELOOP_FAULTS_RESULTS;
/** A camera and a control plane begin and end beside what is measured. */
const MARGIN_MINUTES = 5;

interface Variant {
  readonly broker: 'embedded' | 'mosquitto';
  readonly ingest: 'inside' | 'separate';
  readonly database: 'sqlite' | 'postgres';
  readonly trainer: boolean;
}

const CI: Variant = { broker: 'embedded', ingest: 'inside', database: 'sqlite', trainer: false };
const VARIANTS: readonly Variant[] = [
  { ...CI, trainer: true },
  { broker: 'mosquitto', ingest: 'inside', database: 'sqlite', trainer: true },
  { broker: 'mosquitto', ingest: 'separate', database: 'sqlite', trainer: true },
  { broker: 'mosquitto', ingest: 'separate', database: 'postgres', trainer: true },
];

t.setTimeout((LONG ? VARIANTS.length * (MINUTES + MARGIN_MINUTES) : 9) * 60_000);

/** Faults of what such a line has not. */
const absentIn = ({ broker, ingest, database, trainer }: Variant): readonly string[] => [
  broker === 'embedded' ? 'kill broker' : 'broker page damaged',
  ...(ingest === 'inside' ? ['kill ingest', 'freeze ingest'] : []),
  ...(database === 'sqlite' ? ['kill database'] : ['store page damaged', 'store log cut']),
  ...(trainer ? [] : FAULTS.map(({ name }) => name).filter((name) => /train/.test(name))),
];

function optionsOf({ broker, ingest, database, trainer }: Variant): readonly string[] {
  const options = ['--broker', broker, '--ingest', ingest, '--database', database];
  return [...options, '--seed', String(SEED), ...(trainer ? ['--trainer'] : [])];
}

function judge(t: Test, { problems, struck, figures }: Report, variant: Variant): void {
  t.same(problems, [], 'each result once, each model whole, nothing died of itself');
  t.ok(figures.committed > 100 && figures.stored > 100, JSON.stringify(figures));
  const absent = absentIn(variant);
  const expected = FAULTS.map(({ name }) => name).filter((name) => !absent.includes(name));
  t.same(
    expected.filter((name) => !struck[name]),
    [],
    'every fault has struck',
  );
}

t.test('every fault once', { skip: LONG || faultsMissing }, async (t) => {
  judge(t, await runInNamespaces(t, [...optionsOf(CI), '--devices', '2']), CI);
});

const reports: Report[] = [];
for (const variant of VARIANTS) {
  const { broker, ingest, database } = variant;
  const skip = notLong || faultsMissing || (database === 'postgres' && postgresMissing);
  const name = `${MINUTES} minutes, ${broker}, ingest ${ingest}, ${database}, seed ${SEED}`;
  t.test(name, { skip }, async (t) => {
    const length = ['--seconds', String(MINUTES * 60), '--devices', '3', '--kills'];
    const report = await runInNamespaces(t, [...optionsOf(variant), ...length]);
    judge(t, report, variant);
    reports.push(report);
    if (RESULTS) writeFileSync(RESULTS, `${JSON.stringify(resultsOf(reports), null, 2)}\n`);
  });
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
