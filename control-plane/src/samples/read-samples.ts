import type { PictureType } from '@edgeloop/imaging';
import { type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { SamplePage, SampleQuery, SampleView } from '../resources/sample.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';

const MOST_SIGHTINGS = 20;

/** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
export async function listSamples(
  database: Database,
  task: TaskId,
  { state, label, side, origin, device, cursor, limit }: SampleQuery & { limit: number },
): Promise<SamplePage> {
  const [before] = cursor ? decodeCursor('samples', ['number'], cursor) : [];
  let query = database.selectFrom('samples').selectAll().where('task', '=', task);
  if (before !== undefined) query = query.where('id', '<', before);
  if (state !== undefined) query = query.where('label_state', '=', state);
  if (label !== undefined) query = query.where('label', '=', label);
  if (side !== undefined) query = query.where('side', '=', side);
  if (origin !== undefined) query = query.where('origin', '=', origin);
  if (device !== undefined) {
    query = query.where('id', 'in', (eb) =>
      eb
        .selectFrom('sightings')
        .select('sample_id')
        .where('sightings.task', '=', task)
        .where('sightings.device', '=', device),
    );
  }
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  const last = rows.at(-1);
  return {
    samples: await withSightings(database, rows),
    next: last && rows.length === limit ? encodeCursor('samples', [last.id]) : null,
  };
}

/** In the order asked for; those that are gone are left out. */
export async function viewSamples(
  database: Database,
  task: TaskId,
  digests: readonly Sha256[],
): Promise<SampleView[]> {
  if (digests.length === 0) return [];
  const rows = await database
    .selectFrom('samples')
    .selectAll()
    .where('task', '=', task)
    .where('sha256', 'in', digests)
    .execute();
  const views = await withSightings(database, rows);
  return views.sort((a, b) => digests.indexOf(a.sha256) - digests.indexOf(b.sha256));
}

/** @throws ControlPlaneError `NOT_FOUND` */
export async function viewSample(
  database: Database,
  task: TaskId,
  sha256: Sha256,
): Promise<SampleView> {
  const [view] = await viewSamples(database, task, [sha256]);
  if (view) return view;
  throw new ControlPlaneError(
    'NOT_FOUND',
    `Expected a sample of the task ${task}, received ${sha256}. It may have gone with its device.`,
  );
}

/** Of a sample of any task. @throws ControlPlaneError `NOT_FOUND` */
export async function pictureType(database: Database, sha256: Sha256): Promise<PictureType> {
  const sample = await database
    .selectFrom('samples')
    .select('type')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst();
  if (sample) return sample.type;
  throw new ControlPlaneError(
    'NOT_FOUND',
    `Expected a sample of some task, received ${sha256}. It may have gone with its device.`,
  );
}

async function withSightings(
  database: Database,
  rows: readonly Selectable<Tables['samples']>[],
): Promise<SampleView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const seen = await database
    .selectFrom('sightings')
    .selectAll()
    .where('sample_id', 'in', ids)
    .orderBy('id')
    .execute();
  const bySample = new Map<number, Selectable<Tables['sightings']>[]>();
  for (const one of seen) {
    const ofSample = bySample.get(one.sample_id) ?? [];
    if (ofSample.length < MOST_SIGHTINGS) bySample.set(one.sample_id, [...ofSample, one]);
  }
  return rows.map((row) => toView(row, bySample.get(row.id) ?? []));
}

function toView(
  row: Selectable<Tables['samples']>,
  seen: readonly Selectable<Tables['sightings']>[],
): SampleView {
  return {
    task: row.task,
    sha256: row.sha256,
    bytes: row.bytes,
    type: row.type,
    width: row.width,
    height: row.height,
    origin: row.origin,
    side: row.side,
    straddles: row.straddles === 1,
    group: row.group_id,
    guess: row.guess,
    uncertainty: row.uncertainty,
    receivedAt: timestamp(row.received_at),
    label: { state: row.label_state, class: row.label },
    labelledAt: time(row.labelled_at),
    sightings: seen.map(
      ({ site, device, camera, slot, model, source, ...sighting }): SampleView['sightings'][0] => ({
        site,
        device,
        camera,
        slot,
        model,
        source,
        capturedAt: time(sighting.captured_at),
        receivedAt: timestamp(sighting.received_at),
        reasons: JSON.parse(sighting.reasons),
        scores: JSON.parse(sighting.scores),
        importedBy: sighting.imported_by,
      }),
    ),
  };
}

const time = (at: number | null) => (at === null ? null : timestamp(at));
