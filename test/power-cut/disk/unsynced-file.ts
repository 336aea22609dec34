import type { Choice } from './choice.ts';
import { type DataEvent, lengthsOf, type Piece, piecesOf, replay } from './file-version.ts';
import { digestOfPages, PAGE, pageDigests } from './page-digests.ts';

/** A piece tears at so many places. Of a page: between any two sectors of 512 bytes. */
const TEARS = 7;
/**
 * Options of a piece beside its versions: its front new, its back new, or junk where the disk had
 * nothing of the file.
 */
const EXTRAS = 2 * TEARS + 1;
const JUNK = 0xa5;

/**
 * A file with one of the lengths that it had, and nothing of what was written since it was durable.
 */
interface Ground {
  readonly content: Buffer;
  readonly pages: readonly string[];
  readonly digest: string;
  /** What may be on disk beside it. */
  readonly events: readonly DataEvent[];
}

/** A file of which some is durable, and what was done to it since. */
export class UnsyncedFile {
  readonly #base: Buffer;
  readonly #events: readonly DataEvent[];
  readonly #lengths: ReturnType<typeof lengthsOf>;
  readonly #pieces: readonly Piece[];
  /** By length, and by length, piece and option. */
  readonly #grounds = new Map<number, Ground>();
  readonly #digests = new Map<string, readonly string[]>();

  constructor(base: Buffer, events: readonly DataEvent[] = []) {
    this.#base = base;
    this.#events = events;
    this.#lengths = lengthsOf(base, events);
    this.#pieces = piecesOf(events);
  }

  get dirty(): boolean {
    return this.#events.length > 0;
  }

  with(event: DataEvent): UnsyncedFile {
    return new UnsyncedFile(this.#base, [...this.#events, event]);
  }

  /** What was done before is durable. */
  synced(begun: number): UnsyncedFile {
    const done = this.#events.filter(({ at }) => at < begun);
    if (done.length === 0) return this;
    return new UnsyncedFile(replay(this.#base, done), this.#events.slice(done.length));
  }

  /** As processes see it. */
  get newest(): Buffer {
    return this.dirty ? replay(this.#base, this.#events) : this.#base;
  }

  /**
   * Its length is one of those that it had; each piece is as it was at some time since. None where
   * all is durable.
   */
  choices(name: string): readonly Choice[] {
    if (!this.dirty) return [];
    return [
      { name: `${name}.length`, at: this.#lengths.map(({ at }) => at), extras: 0 },
      ...this.#pieces.map(({ from, to, writes }) => ({
        name: `${name}.${from}-${to}`,
        at: writes,
        extras: EXTRAS,
      })),
    ];
  }

  /** @param options one of each choice */
  content([length = 0, ...options]: readonly number[]): Buffer {
    const ground = this.#ground(length);
    const image = Buffer.from(ground.content);
    this.#pieces.forEach((piece, i) => {
      if (options[i]) this.#lay(ground, piece, options[i]).copy(image, piece.from);
    });
    return image;
  }

  /** The same for the same content, whatever led to it. @param options one of each choice */
  digest([length = 0, ...options]: readonly number[]): string {
    const ground = this.#ground(length);
    if (!this.dirty) return ground.digest;
    const pages = [...ground.pages];
    this.#pieces.forEach((piece, i) => {
      const option = options[i];
      if (!option) return;
      const key = `${length} ${i} ${option}`;
      const fresh = this.#digests.get(key) ?? pageDigests(this.#lay(ground, piece, option));
      this.#digests.set(key, fresh);
      for (const [page, digest] of fresh.entries()) pages[piece.from / PAGE + page] = digest;
    });
    return digestOfPages(ground.content.length, pages);
  }

  #ground(length: number): Ground {
    const known = this.#grounds.get(length);
    if (known) return known;
    const { at: version, size } = this.#lengths[length - 1] ?? { at: -1, size: this.#base.length };
    const nextCut = this.#lengths.find(({ at, cut }) => cut && at > version)?.at ?? Infinity;
    // What was written after a cut that is not on disk lies where nothing leads to.
    const events = this.#events.filter((event) =>
      event.kind === 'write' ? event.at < nextCut : event.at <= version,
    );
    const content = Buffer.alloc(size);
    replay(
      this.#base,
      events.filter(({ kind }) => kind === 'resize'),
    ).copy(content);
    const pages = pageDigests(content);
    const ground = { content, pages, events, digest: digestOfPages(size, pages) };
    this.#grounds.set(length, ground);
    return ground;
  }

  /** A piece as an option has it. */
  #lay({ content, events }: Ground, piece: Piece, option: number): Buffer {
    const { from, to, writes } = piece;
    const image = Buffer.from(content.subarray(from, to));
    const extra = option - writes.length - 1;
    if (extra === EXTRAS - 1) return from >= this.#base.length ? image.fill(JUNK) : image;
    const through = writes[Math.min(option, writes.length) - 1] as number;
    const fresh = replay(Buffer.alloc(0), within(this.#base, piece, events, through));
    const end = Math.min(image.length, fresh.length);
    if (extra < 0) {
      fresh.copy(image, 0, 0, end);
      return image;
    }
    const tear = Math.min(end, (((extra % TEARS) + 1) * (to - from)) / (TEARS + 1));
    if (extra < TEARS) fresh.copy(image, 0, 0, tear);
    else fresh.copy(image, tear, tear, end);
    return image;
  }
}

/**
 * What made a piece what it was after an event, with offsets from its begin: what was durable
 * first.
 */
function within(
  base: Buffer,
  { from, to }: Piece,
  events: readonly DataEvent[],
  through: number,
): readonly DataEvent[] {
  const durable = base.subarray(from, to);
  const later = events.flatMap((event): DataEvent[] => {
    if (event.at > through) return [];
    if (event.kind === 'resize') {
      return [{ ...event, size: Math.min(Math.max(0, event.size - from), to - from) }];
    }
    const start = Math.max(event.offset, from);
    const bytes = event.bytes.subarray(start - event.offset, Math.max(0, to - event.offset));
    return start < to && bytes.length > 0 ? [{ ...event, offset: start - from, bytes }] : [];
  });
  return [{ kind: 'write', file: 0, offset: 0, bytes: durable, at: -1 }, ...later];
}
