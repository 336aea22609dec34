import {
  type DeviceId,
  type EpochMillis,
  epochMillis,
  type Millis,
  seconds,
  type TaskId,
} from '@edgeloop/protocol';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { directionOf } from './novelty.ts';
import type { Candidate } from './rank-queue.ts';
import { isTakenBack } from './taken-back.ts';

/** Of all that wait, those that are ranked: the most telling of each kind. */
const MOST_UNSURE = 1_000;
const MOST_DRIFTED = 200;
const MOST_RANDOM = 50;
const MOST_UNSEEN = 50;
const MOST_DISPUTED = 50;

/** As long as the time whose scores are compared. */
const DRIFTS_FOR: Millis = seconds(24 * 3600);

/** A device whose scores for a task drifted. */
export interface Drifting {
  readonly device: DeviceId;
  readonly task: TaskId;
}

interface CandidateQuery {
  readonly task: TaskId;
  /** Nothing that this person has said something of. */
  readonly by: string;
  readonly now: EpochMillis;
  readonly drifting: readonly Drifting[];
}

/**
 * What waits for a label that this person may give: at most 1,350, the most telling of each kind.
 */
export async function readCandidates(
  database: Database,
  asked: CandidateQuery,
): Promise<readonly Candidate[]> {
  const waiting = waitingIn(database, asked);
  const unlabelled = waiting.where('label_state', '=', 'unlabelled');
  const drifted = await readDrifted(database, asked);
  const rows = [
    ...drifted,
    ...(await waiting
      .where('label_state', '=', 'disputed')
      .orderBy('id')
      .limit(MOST_DISPUTED)
      .execute()),
    ...(await unlabelled
      .where('uncertainty', 'is not', null)
      .orderBy('uncertainty', 'desc')
      .limit(MOST_UNSURE)
      .execute()),
    ...(await unlabelled.where('origin', '=', 'random').orderBy('id').limit(MOST_RANDOM).execute()),
    ...(await unlabelled
      .where('uncertainty', 'is', null)
      .orderBy('id')
      .limit(MOST_UNSEEN)
      .execute()),
  ];
  const isDrifted = new Set(drifted.map(({ id }) => id));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [...byId.values()].map((row) => ({
    sample: row.id,
    group: row.group_id,
    receivedAt: row.received_at,
    uncertainty: row.uncertainty,
    guess: row.guess,
    direction: directionOf(row),
    random: row.origin === 'random',
    disputed: row.label_state === 'disputed',
    drifted: isDrifted.has(row.id),
  }));
}

/** The latest of each device, no device more than its share. */
async function readDrifted(database: Database, asked: CandidateQuery) {
  const { task, now, drifting } = asked;
  const devices = new Set(drifting.filter((one) => one.task === task).map(({ device }) => device));
  const since = epochMillis(now - DRIFTS_FOR);
  const rows = [];
  for (const device of [...devices].slice(0, MOST_DRIFTED)) {
    rows.push(
      ...(await waitingIn(database, asked)
        .where('label_state', '=', 'unlabelled')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('sightings')
            .select('sightings.sample_id')
            .where('sightings.task', '=', task)
            .where('sightings.device', '=', device)
            .where('sightings.captured_at', '>=', since),
        )
        .orderBy('id', 'desc')
        .limit(Math.ceil(MOST_DRIFTED / devices.size))
        .execute()),
    );
  }
  return rows;
}

function waitingIn(database: Database, { task, by, now }: CandidateQuery) {
  return database
    .selectFrom('samples')
    .leftJoin('sample_embeddings', 'sample_embeddings.sample_id', 'samples.id')
    .select(['id', 'group_id', 'uncertainty', 'guess', 'origin', 'label_state', 'received_at'])
    .select(['sample_embeddings.model', 'sample_embeddings.packed'])
    .where('task', '=', task)
    .where((eb) => isFree(eb, now))
    .where((eb) => isNewTo(eb, by));
}

type OfSamples = ExpressionBuilder<Tables, 'samples'>;

/** Nobody holds it. */
export function isFree(eb: OfSamples, now: EpochMillis): Expression<SqlBool> {
  return eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]);
}

/** The person said nothing of it, or took it back. */
export function isNewTo({ not, exists, selectFrom }: OfSamples, by: string): Expression<SqlBool> {
  return not(
    exists(
      selectFrom('label_events as said')
        .select('said.id')
        .whereRef('said.sample_id', '=', 'samples.id')
        .where('said.said_by', '=', by)
        .where('said.kind', '!=', 'undo')
        .where((eb) => eb.not(isTakenBack(eb))),
    ),
  );
}
