import { type Health, INFERENCE_BUCKETS_MS, timestamp } from '@edgeloop/protocol';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { completePlan } from '../../../control-plane/src/rollouts/plan/complete-plan.ts';
import type { StoreRecord } from '../../../control-plane/src/store/record.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { health } from '../../control-plane/stand/health.ts';
import { record, row } from '../../control-plane/store/records.ts';

export const DEVICE = 'press-3';
export const ROLLOUT = '44444444-4444-4444-8444-444444444444';
export const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)] as const;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LABELS = ['good', 'good', 'good', 'scratch', 'good', 'dent'];

export const occurrenceId = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

/**
 * What a device said over the last day, as if a control plane had heard it: a rollout, a hot hour,
 * an hour of silence.
 */
export async function writePast(data: string, now: number): Promise<void> {
  const writer = new StoreWriter(data);
  const begun = now - 25 * HOUR;
  const rolledOut = now - 40 * MINUTE;
  const said: StoreRecord[] = [];
  const say = (name: string, message: object, at: number, more: object = {}) =>
    said.push(record(name, { ...message }, { device: DEVICE, receivedAt: at, ...more }));
  say('reported', reported(OLD), begun);
  for (let at = begun, frames = 0; at < now; at += at < now - 2 * HOUR ? 5 * MINUTE : MINUTE) {
    const hours = (now - at) / HOUR;
    frames += (at < now - 2 * HOUR ? 5 : 1) * (300 + Math.round(20 * Math.sin(at / HOUR)));
    // Nothing was heard of it then.
    if (hours > 5 && hours < 6) continue;
    say('health', healthAt(frames, (at - begun) / SECOND, hours, at < rolledOut), at);
  }
  say('reported', reported(NEW), rolledOut);
  say('state', stateOf(null, now - 5 * SECOND), now - 5 * SECOND, { camera: 'cam0' });
  said.push(...occurrences(now));
  for (let i = 0; i < said.length; i += 500) writer.commit(said.slice(i, i + 500));
  writer.close();
  await writeRollout(data, rolledOut);
}

export const stateOf = (i: number | null, since: number, label = 'scratch') => ({
  label: i === null ? null : label,
  score: i === null ? 0.31 : 0.94,
  model: NEW,
  since: timestamp(since),
  occurrence: i === null ? null : occurrenceId(i),
});

export const reported = (model: string) => ({
  bootId: '00000000-0000-4000-8000-00000000b007',
  agentVersion: '0.1.0',
  slots: {
    main: { model, name: 'parts', variant: 'int8', ...(model === NEW && { generation: 2 }) },
  },
  cameras: { cam0: { source: 'synthetic', slot: 'main', mode: 'occurrence' } },
});

function healthAt(frames: number, up: number, hoursAgo: number, old: boolean): Health {
  const said = health({ up: up + 1 });
  const [fast, slow] = old ? [13, 25] : [10, 16];
  const counts = INFERENCE_BUCKETS_MS.map((bound) => {
    if (bound === fast) return Math.round(frames * 0.85);
    return bound === slow ? Math.round(frames * 0.15) : 0;
  });
  const hot = hoursAgo > 10 && hoursAgo < 11;
  const camera = { captured: frames, skipped: 0, unreadable: 0, failed: 0, restarts: 0 };
  return {
    ...said,
    cameras: { cam0: { ...camera, classified: frames } },
    models: {
      [old ? OLD : NEW]: {
        inferenceMillis: { counts: [...counts, 0], sum: frames * fast },
        scores: {},
        processRestarts: 0,
      },
    },
    rssBytes: Math.round(148e6 + 4e6 * Math.sin(hoursAgo)),
    diskFreeBytes: 21e9 - Math.round(1e4 * up),
    temperatureCelsius: hot ? 82 : 56 + 4 * Math.sin(hoursAgo),
    throttled: hot,
    outbox: { rows: hoursAgo < 4.9 && hoursAgo > 4.8 ? 640 : 0, bytes: 0, evicted: 0, rejected: 0 },
  };
}

/** One after the other, of some seconds each: of an hour few, of a day many. */
function occurrences(now: number): StoreRecord[] {
  const rows: StoreRecord[] = [];
  let seq = 0;
  let i = 0;
  for (let at = now - 3 * HOUR; at < now - MINUTE; at += 90 * SECOND) {
    i += 1;
    const [begin, end] = [at, at + (20 + (i % 5) * 12) * SECOND];
    const about = {
      occurrence: occurrenceId(i),
      label: LABELS[i % LABELS.length],
      frames: 9,
      score: 0.9,
      topScore: 0.8 + (i % 20) / 100,
      startedAt: timestamp(begin),
      model: at < now - 40 * MINUTE ? OLD : NEW,
    };
    for (const [type, when, more] of [
      ['new', begin + SECOND, {}],
      ['end', end, { endedAt: timestamp(end) }],
    ] as const) {
      seq += 1;
      const message = { ...about, type, capturedAt: timestamp(when), ...more };
      rows.push(row(seq, message, { device: DEVICE, camera: 'cam0', receivedAt: when }));
    }
  }
  return rows;
}

async function writeRollout(data: string, at: number): Promise<void> {
  const database = openStores(data);
  const plan = completePlan({
    cargo: { kind: 'model', task: 'parts', slot: 'main', model: NEW },
    waves: [
      {
        size: { percent: 100 },
        gates: [
          {
            kind: 'latency',
            ratio: 1.5,
            limit: 22,
            onFailure: 'roll back',
            minimum: { devices: 1, frames: 400 },
          },
        ],
      },
    ],
  } as never);
  await database
    .insertInto('rollouts')
    .values({
      id: ROLLOUT as never,
      name: 'november',
      lane: 'model/main',
      cargo: JSON.stringify(plan.cargo),
      plan: JSON.stringify(plan),
      priority: 0,
      state: 'completed',
      revision: 1,
      wave: 0,
      cutoffs: '[1]',
      since: at,
      created_at: at,
      created_by: 'token:anna',
      approved_by: 'token:ben',
      approved_at: at,
    })
    .execute();
  await database
    .insertInto('assignments')
    .values({
      device: DEVICE as never,
      slot: 'main' as never,
      purpose: 'active',
      generation: 2,
      model: NEW as never,
      rollout: ROLLOUT as never,
      issued_at: at,
      expires_at: at,
      key_id: 'k' as never,
      assignment: '{}',
    })
    .execute();
  await database.destroy();
}
