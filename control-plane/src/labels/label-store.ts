import type { EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { LabelEvent, LabelState, Word } from './label-event.ts';
import { LABEL_LEASE } from './label-lease.ts';
import { resolveLabel } from './resolve-label.ts';
import { isTakenBack } from './taken-back.ts';

/** Who speaks, and whether the word settles disputes. */
export interface Speaker {
  readonly by: string;
  readonly settles: boolean;
}

export type Saying = Word | { readonly kind: 'skip' };

/** What an event made of the label of its sample. */
export interface Labelling {
  readonly event: LabelEvent;
  readonly task: TaskId;
  readonly sha256: Sha256;
  readonly label: LabelState;
}

/**
 * Who labelled what when. Events are only added; the label that follows is kept with the sample.
 */
export class LabelStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  say(task: TaskId, sha256: Sha256, saying: Saying, speaker: Speaker): Promise<Labelling> {
    return this.#database.transaction().execute(async (trx) => {
      const sample = await findSample(trx, task, sha256);
      return this.#add(trx, task, sample, speaker, {
        kind: saying.kind,
        class: saying.kind === 'class' ? saying.class : null,
        undoes: null,
      });
    });
  }

  /**
   * What an import says. It leaves a sample alone that has a label.
   * @returns `said`, or the label that it has
   */
  sayIfUnlabelled(
    task: TaskId,
    sha256: Sha256,
    word: Word,
    speaker: Speaker,
  ): Promise<'said' | LabelState> {
    return this.#database.transaction().execute(async (trx) => {
      const sample = await findSample(trx, task, sha256);
      if (sample.label_state !== 'unlabelled') return stateOf(sample);
      await this.#add(trx, task, sample, speaker, {
        kind: word.kind,
        class: word.kind === 'class' ? word.class : null,
        undoes: null,
        imported: 1,
      });
      return 'said';
    });
  }

  /**
   * Takes back the last that the same person said by hand in the task and did not take back yet.
   * Null: there is none.
   */
  undo(task: TaskId, speaker: Speaker): Promise<Labelling | null> {
    return this.#database.transaction().execute(async (trx) => {
      const last = await trx
        .selectFrom('label_events as said')
        .innerJoin('samples', 'samples.id', 'said.sample_id')
        .select(['said.id as event', 'samples.id', 'samples.sha256'])
        .where('said.task', '=', task)
        .where('said.said_by', '=', speaker.by)
        .where('said.kind', '!=', 'undo')
        .where('said.imported', '=', 0)
        .where((eb) => eb.not(isTakenBack(eb)))
        .orderBy('said.id', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!last) return null;
      return this.#add(trx, task, last, speaker, {
        kind: 'undo',
        class: null,
        undoes: last.event,
      });
    });
  }

  /** All that was said of a sample, in order. @throws ControlPlaneError `NOT_FOUND` */
  async history(task: TaskId, sha256: Sha256): Promise<readonly LabelEvent[]> {
    const { id } = await findSample(this.#database, task, sha256);
    return readEvents(this.#database, id);
  }

  async #add(
    trx: Transaction<Tables>,
    task: TaskId,
    sample: { readonly id: number; readonly sha256: Sha256 },
    { by, settles }: Speaker,
    said: Pick<Insertable<Tables['label_events']>, 'kind' | 'class' | 'undoes' | 'imported'>,
  ): Promise<Labelling> {
    const at = this.#now();
    const { id } = await trx
      .insertInto('label_events')
      .values({
        sample_id: sample.id,
        task,
        said_by: by,
        said_at: at,
        settles: settles ? 1 : 0,
        ...said,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const events = await readEvents(trx, sample.id);
    const label = resolveLabel(events);
    await trx
      .updateTable('samples')
      .set({
        label_state: label.state,
        label: label.state === 'class' ? label.class : null,
        labelled_at: label.state === 'unlabelled' ? null : at,
        // Who takes something back is about to say something else.
        leased_by: said.kind === 'undo' ? by : null,
        leased_until: said.kind === 'undo' ? ((at + LABEL_LEASE) as EpochMillis) : null,
      })
      .where('id', '=', sample.id)
      .execute();
    const event = events.find((one) => one.id === id) as LabelEvent;
    return { event, task, sha256: sample.sha256, label };
  }
}

async function findSample(database: Database | Transaction<Tables>, task: TaskId, sha256: Sha256) {
  const sample = await database
    .selectFrom('samples')
    .select(['id', 'sha256', 'label_state', 'label'])
    .where('task', '=', task)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  if (sample) return sample;
  throw new ControlPlaneError(
    'NOT_FOUND',
    `Expected a sample of the task ${task}, received ${sha256}. It may have gone with its device.`,
  );
}

async function readEvents(
  database: Database | Transaction<Tables>,
  sample: number,
): Promise<LabelEvent[]> {
  const rows = await database
    .selectFrom('label_events')
    .selectAll()
    .where('sample_id', '=', sample)
    .orderBy('id')
    .execute();
  return rows.map(toEvent);
}

function toEvent(row: Selectable<Tables['label_events']>): LabelEvent {
  const said = { id: row.id, by: row.said_by, at: row.said_at, settles: row.settles === 1 };
  switch (row.kind) {
    case 'class':
      return { ...said, kind: 'class', class: row.class as string };
    case 'undo':
      return { ...said, kind: 'undo', undoes: row.undoes as number };
    default:
      return { ...said, kind: row.kind };
  }
}

/** As it is kept with the sample. */
function stateOf(row: {
  readonly label_state: LabelState['state'];
  readonly label: string | null;
}): LabelState {
  return row.label_state === 'class'
    ? { state: 'class', class: row.label as string }
    : { state: row.label_state };
}
