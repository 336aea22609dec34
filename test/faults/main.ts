import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { millis } from '@edgeloop/protocol';
import { runFaults } from './run-faults.ts';
import { LONG, SHORT } from './schedule.ts';

/**
 * One run in namespaces of its own (see `namespaces.ts`): what it mounts, cuts and starts is gone
 * when it ends. Without `--seconds` each fault strikes once. The report goes to the file of
 * `--report`.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '' },
    devices: { type: 'string', default: '3' },
    broker: { type: 'string', default: 'embedded' },
    ingest: { type: 'string', default: 'inside' },
    database: { type: 'string', default: 'sqlite' },
    report: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    trainer: { type: 'boolean', default: false },
    kills: { type: 'boolean', default: false },
  },
});

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const folder = values.keep || mkdtempSync(join(tmpdir(), 'edgeloop-faults-'));
const shim = join(folder, 'disk-faults.so');
const source = fileURLToPath(new URL('./shim/disk-faults.c', import.meta.url));
execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-o', shim, source, '-ldl']);

const report = await runFaults({
  folder: join(folder, 'line'),
  shim,
  devices: Number(values.devices),
  broker: values.broker === 'mosquitto' ? 'mosquitto' : 'embedded',
  ingest: values.ingest === 'separate' ? 'separate' : 'inside',
  database: values.database === 'postgres' ? 'postgres' : 'sqlite',
  trainer: values.trainer,
  interval: values.seconds === '' ? '100ms' : '25ms',
  seed: Number(values.seed),
  length: values.seconds === '' ? null : millis(Number(values.seconds) * 1000),
  pace: values.seconds === '' ? SHORT : LONG,
  kills: values.kills,
  only: values.only.split(',').filter(Boolean),
  say: (text) => process.stderr.write(`${text}\n`),
});
if (values.report) writeFileSync(values.report, JSON.stringify(report, null, 2));
else process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exit(0);
