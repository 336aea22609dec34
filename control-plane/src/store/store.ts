import type { Millis } from '@edgeloop/protocol';
import { type ThreadError, WorkerThread } from '@edgeloop/worker-thread';
import type { PostgresUrl } from '../database/postgres/connect-postgres.ts';
import { isNotAValue } from '../database/postgres/not-a-value.ts';
import { ControlPlaneError } from '../errors.ts';
import { isRecordError } from './is-record-error.ts';
import { Ownership } from './ownership.ts';
import type { CommitResult, StoreRecord, Watermark } from './record.ts';
import type { ReadCalls, StoreShare, StoreWorkerData, WriteCalls } from './store-calls.ts';
import { isDamage, storeFailure } from './store-failure.ts';
import type { Fence } from './write/fence-table.ts';
import type { DetectionBounds } from './write/remove-detections.ts';

/** Codes of the thread that are the caller's affair and go on as they are. */
const OWN_CODES = [
  ...(['DATA_IN_USE', 'DATA_NEWER', 'DATA_OLDER', 'DATA_UNUSABLE', 'REQUEST_INVALID'] as const),
  ...(['FENCED', 'ROSTER_CHANGED'] as const),
];

/**
 * What the fleet saw, in SQLite or PostgreSQL. One thread writes, another reads: neither a flush
 * nor a long query holds up the broker, which shares this process.
 */
export class Store {
  readonly #folder: string;
  readonly #url: PostgresUrl | null;
  readonly #share: StoreShare;
  #writer: WorkerThread<WriteCalls>;
  #reader: WorkerThread<ReadCalls>;
  #problem: string | null = null;
  readonly #ownership: Ownership;

  /**
   * @param url of PostgreSQL; null: SQLite in the folder
   * @param share who else may use the folder meanwhile
   * @param patience see `Ownership`
   */
  constructor(
    folder: string,
    url: PostgresUrl | null = null,
    share: StoreShare = 'whole',
    patience?: Millis,
  ) {
    this.#ownership = new Ownership(() => this.#write('confirm', null), patience);
    this.#folder = folder;
    this.#url = url;
    this.#share = share;
    this.#writer = this.#createWriter();
    this.#reader = this.#createReader();
  }

  /** Why the last write failed; null when it did not. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * @throws ControlPlaneError `DATA_UNUSABLE`, `DATA_DAMAGED`, `DATA_IN_USE`, `DATA_NEWER`,
   * `DATA_OLDER`
   */
  async start(): Promise<void> {
    this.#writer.start();
    try {
      await this.#writer.call('open', null);
    } catch (error) {
      await this.#writer.close();
      throw this.#translate(error as ThreadError, 'DATA_UNUSABLE');
    }
    this.#reader.start();
    if (this.#url !== null) this.#ownership.start();
  }

  /**
   * Whether the database is still this process's: of one on PostgreSQL it may become another's
   * while this one is cut off.
   */
  get ownership(): Pick<Ownership, 'lost' | 'inDoubt' | 'confirm'> {
    return this.#ownership;
  }

  /**
   * Stores the records, all or none.
   * @param fence what must be so within the transaction; null: this process is the only one that
   * stores records
   * @throws ControlPlaneError `STORE_FAILED`; of the fence `FENCED`, `ROSTER_CHANGED`
   */
  commit(records: readonly StoreRecord[], fence: Fence | null = null): Promise<CommitResult> {
    return this.#write('commit', { records, fence });
  }

  /** Of each device, the stream that it used last. @throws ControlPlaneError `STORE_FAILED` */
  watermarks(): Promise<readonly Watermark[]> {
    return this.#write('watermarks', null);
  }

  /**
   * No device is known to be online or offline from now on.
   * @throws ControlPlaneError `STORE_FAILED`, as `commit`
   */
  async forgetStates(fence: Fence | null = null): Promise<void> {
    await this.#write('forgetStates', fence);
  }

  /** @returns how many were removed; a batch at a time. @throws ControlPlaneError `STORE_FAILED` */
  removeDetections(bounds: DetectionBounds): Promise<number> {
    return this.#write('removeDetections', bounds);
  }

  /** @throws ControlPlaneError `STORE_FAILED`, `REQUEST_INVALID` */
  async read<Name extends keyof ReadCalls>(
    name: Name,
    request: ReadCalls[Name]['request'],
  ): Promise<ReadCalls[Name]['response']> {
    const reader = this.#reader;
    try {
      return await reader.call(name, request);
    } catch (error) {
      // Of all calls that a thread took with it, the first to tell.
      if ((error as ThreadError).reason === 'DIED' && this.#reader === reader) {
        this.#reader = this.#createReader();
        this.#reader.start();
      }
      if (isNotAValue((error as ThreadError).reason)) {
        const message = `Expected a cursor and times that an answer gave, received others: ${(error as Error).message}.`;
        throw new ControlPlaneError('REQUEST_INVALID', message, { cause: error });
      }
      throw this.#translate(error as ThreadError, 'STORE_FAILED');
    }
  }

  async close(): Promise<void> {
    this.#ownership.close();
    await this.#reader.close();
    await this.#writer.close();
  }

  async #write<Name extends keyof WriteCalls>(
    name: Name,
    request: WriteCalls[Name]['request'],
  ): Promise<WriteCalls[Name]['response']> {
    const writer = this.#writer;
    try {
      const response = await writer.call(name, request);
      this.#ownership.held();
      // That it is reached does not say that it has room.
      if (name !== 'confirm') this.#problem = null;
      return response;
    } catch (error) {
      const translated = this.#translate(error as ThreadError, 'STORE_FAILED');
      if (translated.code === 'DATA_IN_USE') this.#ownership.refused(translated);
      // Of such a commit others are no part: the rest is stored.
      const works = (name === 'commit' && isRecordError(error)) || isOfFence(error);
      if (name !== 'confirm') this.#problem = works ? null : translated.message;
      if ((error as ThreadError).reason === 'DIED' && this.#writer === writer) {
        this.#writer = this.#createWriter();
        this.#writer.start();
      }
      throw translated;
    }
  }

  // One that died left SQLite's locks to its successor.
  #createWriter = () => this.#thread<WriteCalls>('./write-worker');
  #createReader = () => this.#thread<ReadCalls>('./read-worker');

  #thread<Served extends WriteCalls | ReadCalls>(path: string): WorkerThread<Served> {
    return new WorkerThread<Served>({
      module: new URL(path, import.meta.url),
      fromSource: import.meta.url.endsWith('.ts'),
      workerData: {
        folder: this.#folder,
        url: this.#url,
        share: this.#share,
      } satisfies StoreWorkerData,
      onDeath: (error) => {
        this.#problem = error.message;
      },
    });
  }

  #translate(error: ThreadError, fallback: 'DATA_UNUSABLE' | 'STORE_FAILED'): ControlPlaneError {
    const own = OWN_CODES.find((code) => code === error.reason);
    if (own) return new ControlPlaneError(own, error.message, { cause: error });
    if (fallback === 'STORE_FAILED' || isDamage(error.reason)) {
      return storeFailure(error, ' Devices keep what is not stored, and send it again.');
    }
    const expected =
      this.#url === null
        ? `a folder that can be written for --data, received ${this.#folder}`
        : 'a PostgreSQL that answers for --database, and a folder that can be written for --data';
    const message = `Expected ${expected}: ${error.message} (${error.reason}).`;
    return new ControlPlaneError(fallback, message, { cause: error });
  }
}

const isOfFence = (error: unknown) =>
  ['FENCED', 'ROSTER_CHANGED'].includes((error as ThreadError).reason);
