import type { PictureType } from '@edgeloop/imaging';
import type { CameraId, DeviceId, EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { Side } from '../../samples/side.ts';

/** A sample of a dataset version as it is exported. */
export interface ExportRow {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly type: PictureType;
  readonly label: string;
  readonly side: Side;
  readonly device: DeviceId | null;
  readonly camera: CameraId | null;
  readonly capturedAt: EpochMillis | null;
  /** Of the first sighting: what the model took it for then. */
  readonly model: string | null;
  readonly scores: Readonly<Record<string, number>>;
}

const PAGE = 500;

/**
 * The samples of a version whose pictures are here, in the order of their digests, a page at a
 * time.
 */
export async function* exportRows(
  database: Database,
  task: TaskId,
  number: number,
): AsyncGenerator<ExportRow> {
  for (let after = '' as Sha256, more = true; more; ) {
    const rows = await readPage(database, task, number, after);
    for (const { captured_at, scores, ...row } of rows) {
      yield { ...row, capturedAt: captured_at, scores: JSON.parse(scores) };
    }
    after = rows.at(-1)?.sha256 ?? after;
    more = rows.length === PAGE;
  }
}

function readPage(database: Database, task: TaskId, number: number, after: Sha256) {
  return database
    .selectFrom('dataset_samples as frozen')
    .innerJoin('samples', (join) =>
      join.onRef('samples.task', '=', 'frozen.task').onRef('samples.sha256', '=', 'frozen.sha256'),
    )
    .innerJoin('sightings as first', (join) =>
      join.on('first.id', '=', (eb) =>
        eb
          .selectFrom('sightings')
          .select(({ fn }) => fn.min<number>('sightings.id').as('id'))
          .whereRef('sightings.sample_id', '=', 'samples.id'),
      ),
    )
    .select(['frozen.sha256', 'frozen.label', 'frozen.side', 'frozen.device', 'frozen.camera'])
    .select(['samples.bytes', 'samples.type', 'first.captured_at', 'first.model', 'first.scores'])
    .where('frozen.task', '=', task)
    .where('frozen.number', '=', number)
    .where('frozen.removed_at', 'is', null)
    .where('frozen.sha256', '>', after)
    .orderBy('frozen.sha256')
    .limit(PAGE)
    .execute();
}
