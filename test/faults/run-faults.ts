import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Millis, millis, seededRandom } from '@edgeloop/protocol';
import type { Fault, Struck } from './fault.ts';
import { judgeModels } from './judge/judge-models.ts';
import { judgeResults, type Verdict } from './judge/judge-results.ts';
import { integrityProblems, readStore } from './judge/read-store.ts';
import { Line, type LineOptions } from './line/line.ts';
import { Rollouts } from './line/rollouts.ts';
import type { Ending } from './line/service.ts';
import { type Planned, planFaults } from './schedule.ts';
import { FAULTS, KILLS } from './strikes/faults.ts';
import { Ledger } from './witness/ledger.ts';
import { type OutboxContents, readOutbox } from './witness/read-outbox.ts';
import { Witness } from './witness/witness.ts';

export interface RunOptions extends LineOptions {
  readonly seed: number;
  readonly length: Millis;
  readonly pause: readonly [number, number];
  readonly lasts: readonly [number, number];
  /** Of a second schedule of kills beside the first. */
  readonly killsEvery: readonly [number, number] | null;
  /** Only these; empty: all. */
  readonly only: readonly string[];
  readonly say: (text: string) => void;
}

export interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly struck: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  readonly figures: Verdict['figures'] & Readonly<Record<string, unknown>>;
  readonly endings: readonly Ending[];
}

/** Runs the line under load, breaks it by a schedule, mends it, and judges what is left. */
export async function runFaults(options: RunOptions): Promise<Report> {
  const { seed, say } = options;
  const line = new Line(options);
  const ledger = new Ledger();
  const witness = new Witness(line, ledger);
  const rollouts = new Rollouts(line);
  const struck: Record<string, number> = {};
  try {
    await line.start();
    await witness.start();
    rollouts.start();
    const begun = performance.now();
    const { killsEvery, length } = options;
    const chosen = (all: readonly Fault[]) =>
      all.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
    const random = seededRandom(seed, 1);
    const tell = (name: string, what: string) => {
      struck[name] = (struck[name] ?? 0) + 1;
      say(`${((performance.now() - begun) / 1000).toFixed(1)} s  ${name}: ${what}`);
    };
    const scene = { line, ledger, random };
    const first = chosen(FAULTS);
    const plan = planFaults(
      first.map(({ name }) => name),
      options,
    );
    const kills = killsEvery
      ? planFaults(
          KILLS.map(({ name }) => name),
          { ...options, seed: seed + 1, pause: killsEvery, lasts: [0, 1] },
        )
      : [];
    await Promise.all([
      strikeAll(plan, first, begun),
      strikeAll(kills, KILLS, begun),
      delay(Math.max(0, length - (performance.now() - begun))),
    ]);
    say('healing');
    await line.heal();
    for (const service of line.services) {
      if (!(await service.ready()))
        throw new Error(`${service.name} does not come back: ${service.said.slice(-2_000)}`);
    }
    await rollouts.stop();
    say('the last rollout');
    const last = await rollouts.last();
    const problems = last === 'completed' ? [] : [`the last rollout is ${last}`];
    say('draining');
    problems.push(...(await drain(line, ledger, witness)));
    problems.push(...(await judgeModels(line)));
    await witness.close();
    for (const { service } of line.devices) await service.stop('SIGTERM');
    await delay(500);
    const metrics = await (await line.api.fetch('/metrics')).text();
    await line.controlPlane.stop('SIGTERM');
    const outboxes = new Map<string, OutboxContents>();
    for (const { name, folder } of line.devices) {
      const contents = readOutbox(folder);
      if (contents) outboxes.set(name, contents);
      problems.push(...integrityProblems(join(folder, 'outbox.sqlite')));
    }
    for (const file of ['control-plane.sqlite', 'broker.sqlite']) {
      if (file.startsWith('control') || !line.mosquitto)
        problems.push(...integrityProblems(join(line.data, file)));
    }
    const verdict = judgeResults(
      ledger,
      readStore(join(line.data, 'control-plane.sqlite')),
      outboxes,
    );
    const endings = line.services.flatMap(({ endings }) => endings);
    problems.push(...verdict.problems, ...endings.filter(isDefect).map(inWords));
    problems.push(
      ...[...ledger.reported]
        .filter((digest) => !isKnown(line, digest))
        .map((digest) => `${digest} ran, which nobody knows`),
    );
    return {
      ...{
        seed,
        seconds: Math.round((performance.now() - begun) / 1000),
        struck,
        problems,
        endings,
      },
      figures: {
        ...verdict.figures,
        duplicatesRefusedSinceLastStart: Number(
          /outcome="duplicate"} (\d+)/.exec(metrics)?.[1] ?? 0,
        ),
        rollouts: rollouts.ended,
        starts: Object.fromEntries(line.services.map(({ name, starts }) => [name, starts])),
        endedByThemselves: countEndings(endings),
      },
    };

    async function strikeAll(planned: readonly Planned[], faults: readonly Fault[], since: number) {
      for (const { name, at, lasts } of planned) {
        await delay(Math.max(0, at - (performance.now() - since)));
        const fault = faults.find((one) => one.name === name) as Fault;
        const one: Struck | null = await fault.strike(scene);
        if (!one) continue;
        tell(name, one.what);
        await delay(lasts);
        await one.heal();
      }
    }
  } finally {
    await line.close();
    await witness.close();
  }
}

/** What was committed by now is stored, on every device. */
async function drain(line: Line, ledger: Ledger, witness: Witness): Promise<string[]> {
  witness.look();
  const goals = new Map<string, { stream: string; through: number }>();
  for (const { name, folder } of line.devices) {
    const contents = readOutbox(folder);
    if (contents) goals.set(name, { stream: contents.stream, through: contents.nextSeq - 1 });
  }
  const late = new Set(goals.keys());
  for (const end = Date.now() + 60_000; late.size > 0 && Date.now() < end; await delay(200)) {
    for (const device of late) {
      const { streams = [] } = await line.api.get(`/api/devices/${device}`);
      const goal = goals.get(device)!;
      const now = readOutbox(line.devices.find(({ name }) => name === device)!.folder);
      // It had to begin a new one meanwhile.
      if (now && now.stream !== goal.stream)
        goals.set(device, { stream: now.stream, through: now.nextSeq - 1 });
      if (
        streams.some(
          (one: { stream: string; through: number }) =>
            one.stream === goal.stream && one.through >= goal.through,
        )
      )
        late.delete(device);
    }
  }
  void ledger;
  return [...late].map(
    (device) => `${device} is not stored up to ${goals.get(device)!.through} within a minute`,
  );
}

/** An exception that nobody caught, or a crash: not by us, and not with a word of its own. */
const isDefect = ({ ours, code, signal }: Ending): boolean =>
  !ours && (signal !== null || (code ?? 0) < 10);

const inWords = ({ service, code, signal, words }: Ending): string =>
  `${service} ended with ${signal ?? code}: ${words}`;

function isKnown(line: Line, digest: string): boolean {
  return digest === line.fallback || Object.values(line.models).includes(digest);
}

function countEndings(endings: readonly Ending[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, code, ours } of endings) {
    if (ours) continue;
    const key = `${service.replace(/-\d+$/, '')} ${code}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

export const minutes = (count: number): Millis => millis(count * 60_000);
