import type { ModelRefusal } from '@edgeloop/onnx/vetting';
import {
  type EpochMillis,
  type FileReference,
  type Manifest,
  type Sha256,
  type Signature,
  type TaskId,
  timestamp,
} from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { ModelQuery, ModelSummary, ModelView } from '../resources/model.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import { MODEL_STEPS } from './model-states.ts';
import type { RegistryTables } from './registry-tables.ts';

export interface AnnouncedPackage {
  readonly digest: Sha256;
  readonly task: TaskId;
  /** `manifest.json` as it came, and what it says. */
  readonly text: string;
  readonly manifest: Manifest;
  readonly files: readonly FileReference[];
  readonly signature: Signature | null;
  readonly parent: Sha256 | null;
  readonly job: string | null;
}

type Row = Selectable<RegistryTables['model_versions']>;

/** Model versions: what is here, and how far its check is. */
export class ModelStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Once for each digest; again, it changes nothing but the signature, as long as it is not
   * registered: one may come later, or in the place of one whose key was taken away.
   * @throws ControlPlaneError `CONFLICT` where it belongs to another task; `NOT_FOUND` for a parent
   * that is not here
   */
  announce(announced: AnnouncedPackage, createdBy: string): Promise<ModelSummary> {
    const { digest, task, signature, parent } = announced;
    return this.#database.transaction().execute(async (trx) => {
      const known = await findRow(trx, digest);
      if (known && known.task !== task) {
        const message = `Expected a model that no other task has, received ${digest}, which belongs to ${known.task}.`;
        throw new ControlPlaneError('CONFLICT', message);
      }
      if (parent !== null && !(await findRow(trx, parent))) throw modelNotFound(parent);
      if (known && known.state !== 'registered' && signature) {
        await trx
          .updateTable('model_versions')
          .set({ signature: JSON.stringify(signature) })
          .where('digest', '=', digest)
          .execute();
      }
      if (!known) await this.#insert(trx, announced, createdBy);
      const row = (await findRow(trx, digest)) as Row;
      return summaryOf(row, await aliasesOf(trx, [row]));
    });
  }

  /**
   * @returns whether the step was taken: the model was in a state that it leads from
   */
  async step(
    digest: Sha256,
    step: keyof typeof MODEL_STEPS,
    { refusal, signature }: { refusal?: ModelRefusal; signature?: Signature } = {},
  ): Promise<boolean> {
    const { from, to } = MODEL_STEPS[step];
    const { numUpdatedRows } = await this.#database
      .updateTable('model_versions')
      .set({
        state: to,
        refusal: refusal ? JSON.stringify(refusal) : null,
        decided_at: to === 'registered' || to === 'refused' ? this.#now() : null,
        ...(signature && { signature: JSON.stringify(signature) }),
      })
      .where('digest', '=', digest)
      .where('state', 'in', from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** A check that the process did not survive begins again. */
  async giveUpChecks(): Promise<void> {
    await this.#database
      .updateTable('model_versions')
      .set({ state: MODEL_STEPS.giveUp.to })
      .where('state', 'in', MODEL_STEPS.giveUp.from)
      .execute();
  }

  async anySigned(): Promise<boolean> {
    const signed = await this.#database
      .selectFrom('model_versions')
      .select('digest')
      .where('signature', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return signed !== undefined;
  }

  /**
   * @param within the transaction that asks, if one does
   * @throws ControlPlaneError `NOT_FOUND`
   */
  async view(digest: Sha256, within: Database = this.#database): Promise<ModelView> {
    const row = await findRow(within, digest);
    if (!row) throw modelNotFound(digest);
    return {
      ...summaryOf(row, await aliasesOf(within, [row])),
      signature: parse(row.signature),
      manifest: JSON.parse(row.manifest),
    };
  }

  /** `manifest.json` as it came: what was signed. @throws ControlPlaneError `NOT_FOUND` */
  async manifestText(digest: Sha256): Promise<string> {
    const row = await findRow(this.#database, digest);
    if (!row) throw modelNotFound(digest);
    return row.manifest;
  }

  /** `manifest.json` and its files. @throws ControlPlaneError `NOT_FOUND` */
  async files(digest: Sha256): Promise<FileReference[]> {
    const files = await this.#database
      .selectFrom('model_files')
      .select(['path', 'sha256', 'bytes'])
      .where('digest', '=', digest)
      .orderBy('path')
      .execute();
    if (files.length === 0) throw modelNotFound(digest);
    return files;
  }

  /** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async list({
    task,
    state,
    digest,
    cursor,
    limit,
  }: ModelQuery & { limit: number }): Promise<{ models: ModelSummary[]; next: string | null }> {
    const [before] = cursor ? decodeCursor('models', ['number'], cursor) : [];
    let query = this.#database.selectFrom('model_versions').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (task !== undefined) query = query.where('task', '=', task);
    if (state !== undefined) query = query.where('state', '=', state);
    if (digest !== undefined) {
      // A range, which the index serves: `g` comes after every digit.
      const [from, to] = [digest, `${digest}g`] as [Sha256, Sha256];
      query = query.where('digest', '>=', from).where('digest', '<', to);
    }
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    const aliases = await aliasesOf(this.#database, rows);
    return {
      models: rows.map((row) => summaryOf(row, aliases)),
      next: last && rows.length === limit ? encodeCursor('models', [last.id]) : null,
    };
  }

  /** From the model it began from to the first, at most `limit`. */
  async parents(digest: Sha256, limit = 100): Promise<Sha256[]> {
    const found: Sha256[] = [];
    let at = (await findRow(this.#database, digest))?.parent ?? null;
    while (at !== null && found.length < limit && !found.includes(at)) {
      found.push(at);
      at = (await findRow(this.#database, at))?.parent ?? null;
    }
    return found;
  }

  async #insert(trx: Database, announced: AnnouncedPackage, createdBy: string): Promise<void> {
    const { digest, task, manifest, signature, parent, job } = announced;
    const tests = manifest.metrics?.test ?? {};
    await trx
      .insertInto('model_versions')
      .values({
        digest,
        task,
        name: manifest.name,
        manifest: announced.text,
        parent,
        job,
        state: 'announced',
        refusal: null,
        decided_at: null,
        signature: signature && JSON.stringify(signature),
        accuracy: (tests.int8 ?? Object.values(tests)[0])?.accuracy ?? null,
        dataset: manifest.lineage.dataset,
        created_at: this.#now(),
        created_by: createdBy,
      })
      .execute();
    const files = announced.files.map(({ path, sha256, bytes }) => ({
      digest,
      path,
      sha256,
      bytes,
    }));
    await trx.insertInto('model_files').values(files).execute();
  }
}

type Alias = Pick<Selectable<RegistryTables['model_aliases']>, 'alias' | 'digest'>;

async function aliasesOf(database: Database, rows: readonly Row[]): Promise<Alias[]> {
  if (rows.length === 0) return [];
  return database
    .selectFrom('model_aliases')
    .select(['alias', 'digest'])
    .where(
      'digest',
      'in',
      rows.map(({ digest }) => digest),
    )
    .orderBy('alias')
    .execute();
}

function summaryOf(row: Row, aliases: readonly Alias[]): ModelSummary {
  return {
    digest: row.digest,
    task: row.task,
    name: row.name,
    state: row.state,
    accuracy: row.accuracy,
    dataset: row.dataset,
    parent: row.parent,
    job: row.job,
    refusal: parse(row.refusal),
    aliases: aliases.filter(({ digest }) => digest === row.digest).map(({ alias }) => alias),
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
    decidedAt: row.decided_at === null ? null : timestamp(row.decided_at),
  };
}

function findRow(database: Database, digest: Sha256): Promise<Row | undefined> {
  return database
    .selectFrom('model_versions')
    .selectAll()
    .where('digest', '=', digest)
    .executeTakeFirst();
}

const parse = (text: string | null) => (text === null ? null : JSON.parse(text));

export function modelNotFound(digest: string): ControlPlaneError {
  return new ControlPlaneError(
    'NOT_FOUND',
    `Expected the digest of a model that was announced, received ${digest}.`,
  );
}
