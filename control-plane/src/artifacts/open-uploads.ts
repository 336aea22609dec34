import { type Bytes, bytes, type EpochMillis, type Millis } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { NewUpload, UploadId } from './artifacts.ts';

/** Of uploads that were begun and not finished; one more is refused. */
export interface UploadBounds {
  /** Of all who bring something, together. */
  readonly count: number;
  /** Of one owner: what one leaves lying keeps no other out. */
  readonly countOfOne: number;
  /** That one owner announced, in all that it began. */
  readonly bytesOfOne: Bytes;
  /** What an owner left untouched for so long gives way where it begins another. */
  readonly givesWayAfter: Millis;
}

export interface OpenUpload extends NewUpload {
  readonly id: UploadId;
  offset: Bytes;
  touchedAt: EpochMillis;
  /** The piece that is being written. */
  writing: { readonly abort: AbortController; readonly done: Promise<void> } | null;
}

/** Uploads under way, within bounds for all and for each who brings something. */
export class OpenUploads {
  readonly #bounds: UploadBounds;
  readonly #uploads = new Map<UploadId, OpenUpload>();

  constructor(bounds: UploadBounds) {
    this.#bounds = bounds;
  }

  /** Bytes that were announced and have not come yet. */
  get promised(): Bytes {
    let sum = 0;
    for (const { bytes: size, offset } of this.#uploads.values()) sum += size - offset;
    return bytes(sum);
  }

  get(id: UploadId): OpenUpload | undefined {
    return this.#uploads.get(id);
  }

  all(): OpenUpload[] {
    return [...this.#uploads.values()];
  }

  /** One that was begun before: within whatever bounds held then. */
  restore(upload: OpenUpload): void {
    this.#uploads.set(upload.id, upload);
  }

  /**
   * @param now no later than it surely is: nothing gives way because a clock was set
   * @returns those of the same owner that gave way
   * @throws ControlPlaneError `UPLOADS_TOO_MANY`; nothing gave way then
   */
  add(upload: OpenUpload, now: EpochMillis): readonly OpenUpload[] {
    const { count } = this.#bounds;
    const gaveWay = this.#makeRoom(upload, now);
    if (this.#uploads.size - gaveWay.length >= count) {
      throw tooMany(`${count} uploads under way`, 'Try again when others are through.');
    }
    for (const { id } of gaveWay) this.#uploads.delete(id);
    this.#uploads.set(upload.id, upload);
    return gaveWay;
  }

  delete(id: UploadId): void {
    this.#uploads.delete(id);
  }

  /** What the owner left lying longest, as much as is needed. */
  #makeRoom({ owner, bytes: size }: OpenUpload, now: EpochMillis): OpenUpload[] {
    const { countOfOne, bytesOfOne, givesWayAfter } = this.#bounds;
    const own = this.all().filter((other) => other.owner === owner);
    const isIdle = (it: OpenUpload) => !it.writing && now - it.touchedAt >= givesWayAfter;
    const idle = own.filter(isIdle).sort((a, b) => a.touchedAt - b.touchedAt);
    let left = own.length;
    let announced = own.reduce((sum, other) => sum + other.bytes, 0);
    const gaveWay: OpenUpload[] = [];
    while (left >= countOfOne || announced + size > bytesOfOne) {
      const oldest = idle[gaveWay.length];
      if (!oldest) {
        const most = `${countOfOne} uploads of ${bytesOfOne} bytes under way for ${owner}`;
        throw tooMany(most, 'Finish one of them, or give one up with DELETE.');
      }
      gaveWay.push(oldest);
      left -= 1;
      announced -= oldest.bytes;
    }
    return gaveWay;
  }
}

const tooMany = (most: string, what: string) =>
  new ControlPlaneError('UPLOADS_TOO_MANY', `Expected at most ${most}, received one more. ${what}`);
