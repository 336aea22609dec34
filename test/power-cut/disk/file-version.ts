import type { DiskEvent } from './event.ts';
import { PAGE } from './page-digests.ts';

export type DataEvent = Extract<DiskEvent, { kind: 'write' | 'resize' }> & { readonly at: number };

/** A file's content after some of what was done to it. */
export function replay(base: Buffer, events: readonly DataEvent[]): Buffer {
  const longest = events.reduce(
    (most, event) =>
      Math.max(most, event.kind === 'write' ? event.offset + event.bytes.length : event.size),
    base.length,
  );
  const image = Buffer.alloc(longest);
  base.copy(image);
  let size = base.length;
  for (const event of events) {
    if (event.kind === 'resize') {
      if (event.size < size) image.fill(0, event.size, size);
      size = event.size;
    } else {
      event.bytes.copy(image, event.offset);
      size = Math.max(size, event.offset + event.bytes.length);
    }
  }
  return image.subarray(0, size);
}

export interface Length {
  /** The event that gave it. */
  readonly at: number;
  readonly size: number;
  /** The file was cut short: what is written from then on lies elsewhere on the disk. */
  readonly cut: boolean;
}

/** Each length that a file had after its base, in order. */
export function lengthsOf(base: Buffer, events: readonly DataEvent[]): readonly Length[] {
  let size = base.length;
  return events.flatMap((event) => {
    const next =
      event.kind === 'resize' ? event.size : Math.max(size, event.offset + event.bytes.length);
    if (next === size) return [];
    const cut = next < size;
    size = next;
    return [{ at: event.at, size, cut }];
  });
}

/**
 * A file has at most so many pieces that may each be on disk or not; of a longer one each piece is
 * several pages.
 */
const MAX_PIECES = 64;

/** What is on disk, or not, as one: pages that were written to. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** The events that wrote to it. */
  readonly writes: readonly number[];
}

/** The pieces that were written to, in the order of the file. */
export function piecesOf(events: readonly DataEvent[]): readonly Piece[] {
  const writes = events.filter((event) => event.kind === 'write');
  const pages = new Set<number>();
  for (const { offset, bytes } of writes) {
    const end = offset + bytes.length;
    for (let page = Math.floor(offset / PAGE); page * PAGE < end; page++) pages.add(page);
  }
  const size = PAGE * Math.max(1, Math.ceil(pages.size / MAX_PIECES));
  const starts = new Set(Array.from(pages, (page) => Math.floor((page * PAGE) / size) * size));
  return [...starts]
    .sort((a, b) => a - b)
    .map((from) => {
      const to = from + size;
      const touching = writes.filter(
        ({ offset, bytes }) => offset < to && offset + bytes.length > from,
      );
      return { from, to, writes: touching.map(({ at }) => at) };
    });
}
