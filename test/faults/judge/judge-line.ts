import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Device } from '../line/device.ts';
import type { Line } from '../line/line.ts';
import { commandOf, pids } from '../line/processes.ts';
import type { Ending } from '../line/service.ts';
import { TRAINED_TASKS, type Trainings } from '../line/trainings.ts';
import type { Ledger } from '../witness/ledger.ts';
import { type OutboxContents, readOutbox } from '../witness/read-outbox.ts';
import type { Witness } from '../witness/witness.ts';
import { judgeModels } from './judge-models.ts';
import { judgeResults } from './judge-results.ts';
import { judgeTrainings } from './judge-trainings.ts';
import { integrityProblems, readStore } from './read-store.ts';
import { readTrainings } from './read-trainings.ts';

const PATIENCE = 60_000;

/** Lets it come to rest, ends it in order, and looks at what is on its disks. */
export async function judgeLine(
  line: Line,
  ledger: Ledger,
  witness: Witness,
  trainings: Trainings | null,
) {
  const problems = await drain(line);
  problems.push(...(await judgeModels(line)));
  await witness.close();
  for (const { service } of line.devices) await service.stop('SIGTERM');
  const duplicates = await countDuplicates(line);
  const told = trainings && (await toldJobs(line));
  await line.trainer?.stop('SIGTERM');
  await line.stopStore('SIGTERM');

  const outboxes = new Map<string, OutboxContents>();
  for (const { name, folder } of line.devices) {
    const contents = readOutbox(folder);
    if (!contents) continue;
    outboxes.set(name, contents);
    ledger.see(name, contents);
  }
  const stores = line.store === null ? [] : [line.store];
  const files = [...stores, ...line.devices.map(({ folder }) => join(folder, 'outbox.sqlite'))];
  if (!line.mosquitto) files.push(join(line.data, 'broker.sqlite'));
  problems.push(...files.flatMap(integrityProblems));
  const verdict = judgeResults(ledger, await readStore(line.storePlace), outboxes);
  // PostgreSQL does not begin while a process of one that was killed is left.
  const own = line.services.filter((service) => service !== line.postgres);
  const endings = own.flatMap((service) => service.endings);
  problems.push(...verdict.problems, ...endings.filter(isDefect).map(inWords));
  const known = new Set([line.fallback, ...Object.values(line.models)]);
  for (const digest of ledger.reported) {
    if (!known.has(digest)) problems.push(`${digest} ran, which nobody knows`);
  }
  const trained =
    trainings &&
    told &&
    judgeTrainings(
      ledger,
      trainings.asked,
      await readTrainings(line.data, line.storePlace, TRAINED_TASKS),
      told,
    );
  problems.push(...(trained?.problems ?? []), ...(trained ? leftByTrainer(line) : []));
  const figures = {
    ...verdict.figures,
    ...(trained && { trainings: trained.figures }),
    duplicatesRefusedInTheLastLife: duplicates,
    starts: Object.fromEntries(line.services.map(({ name, starts }) => [name, starts])),
    endedWithAWord: countWords(endings),
  };
  return { problems, figures, endings };
}

/** Until what was committed by now is stored, on every device. */
async function drain(line: Line): Promise<string[]> {
  const late = new Map<Device, OutboxContents>();
  for (const device of line.devices) {
    const contents = readOutbox(device.folder);
    if (contents) late.set(device, contents);
  }
  for (const end = Date.now() + PATIENCE; late.size > 0 && Date.now() < end; await delay(200)) {
    for (const [device, { stream, nextSeq }] of late) {
      const { streams = [] } = await line.api.get(`/api/devices/${device.name}`);
      const now = readOutbox(device.folder);
      // It had to begin a new one meanwhile.
      if (now && now.stream !== stream) late.set(device, now);
      const stored = streams.find((one: { stream: string }) => one.stream === stream);
      if (stored?.through >= nextSeq - 1) late.delete(device);
    }
  }
  return Array.from(
    late,
    ([{ name }, { nextSeq }]) => `${name}: not stored up to ${nextSeq - 1} within a minute`,
  );
}

async function toldJobs(line: Line): Promise<ReadonlyMap<string, string>> {
  const { jobs } = await line.api.get('/api/jobs?limit=1000');
  return new Map(jobs.map(({ job, state }: { job: string; state: string }) => [job, state]));
}

/** Of those that were killed, too. */
function leftByTrainer({ trainerWork }: Line): string[] {
  const folders = readdirSync(join(trainerWork, 'jobs')).map((name) => `the trainer left ${name}`);
  const processes = pids()
    .filter((pid) => commandOf(pid).includes('fit-child'))
    .map((pid) => `process ${pid} trains on: ${commandOf(pid)}`);
  return [...folders, ...processes];
}

async function countDuplicates(line: Line): Promise<number> {
  const found = (await line.metrics()).matchAll(/outcome="duplicate"} (\d+)/g);
  return Array.from(found, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}

/** An exception that nobody caught, or a crash: not by us, and not with a status of its own. */
const isDefect = ({ ours, code, signal }: Ending): boolean =>
  !ours && (signal !== null || (code ?? 0) < 10);

const inWords = ({ service, code, signal, words }: Ending): string =>
  `${service} ended with ${signal ?? code}: ${words}`;

function countWords(endings: readonly Ending[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, code, ours } of endings) {
    if (ours) continue;
    const key = `${service.replace(/-\d+$/, '')}, status ${code}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
