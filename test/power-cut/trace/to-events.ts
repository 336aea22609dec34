import type { DiskEvent, DiskImage, EntryChange } from '../disk/event.ts';
import { Names } from './names.ts';
import { type Call, descriptorIn, quotedIn } from './read-calls.ts';

/** Calls that do what another does. */
const SAME: Readonly<Record<string, string>> = {
  openat: 'open',
  creat: 'open',
  writev: 'write',
  fdatasync: 'fsync',
  mkdirat: 'mkdir',
  unlinkat: 'unlink',
  rmdir: 'unlink',
  renameat: 'rename',
  renameat2: 'rename',
};

/**
 * Calls that change files in a way that nothing here follows. One of them makes the record
 * worthless.
 */
const UNKNOWN = new Set([
  'copy_file_range',
  'sendfile',
  'fallocate',
  'pwritev',
  'pwritev2',
  'msync',
]);

export interface WatchedTree {
  /** Where the processes see the image's root. */
  readonly root: string;
  readonly before: DiskImage;
  /** By name: what is no state, such as SQLite's shared memory. */
  readonly leaveOut: (name: string) => boolean;
}

/**
 * What the calls did below the root, and what was said on standard output: a JSON object a line.
 */
export function toEvents(calls: readonly Call[], watched: WatchedTree): readonly DiskEvent[] {
  const reader = new EventReader(watched);
  return reader.read(calls);
}

class EventReader {
  readonly #names: Names;
  readonly #leaveOut: (name: string) => boolean;
  readonly #events: DiskEvent[] = [];
  /** Where a descriptor writes next; null: at the end. */
  readonly #positions = new Map<number, number | null>();

  constructor({ root, before, leaveOut }: WatchedTree) {
    this.#names = new Names(root, before);
    this.#leaveOut = leaveOut;
  }

  read(calls: readonly Call[]): readonly DiskEvent[] {
    /** After so many calls there were so many events. */
    const counts = [0];
    for (const call of calls) {
      this.#take(call, counts[call.begun] ?? 0);
      counts.push(this.#events.length);
    }
    return this.#events;
  }

  #take(call: Call, begun: number): void {
    const { name, args, result } = call;
    const [first, second] = quotedIn(args);
    const path = () => (first as Buffer).toString();
    const number = Number(/, (\d+)$/.exec(args)?.[1]);
    const put = () => this.#put(args, (first as Buffer).subarray(0, result), number);
    const takes: Readonly<Record<string, () => void>> = {
      open: () => this.#open(call),
      write: () => this.#write(call),
      pwrite64: put,
      ftruncate: () => this.#resize(descriptorIn(args).path, number),
      truncate: () => this.#resize(path(), number),
      fsync: () => this.#sync(descriptorIn(args).path, begun),
      mkdir: () => this.#make(path(), 'folder'),
      unlink: () => this.#remove(path()),
      rename: () => this.#rename(path(), (second as Buffer).toString()),
    };
    const take = takes[SAME[name] ?? name] ?? (() => this.#refuse(call));
    take();
  }

  #watches(path: string): boolean {
    return this.#names.isInside(path) && !this.#leaveOut(path.slice(path.lastIndexOf('/') + 1));
  }

  #open({ args, result }: Call): void {
    const path = quotedIn(args)[0]!.toString();
    if (!this.#watches(path)) return;
    if (args.includes('O_CREAT') && this.#names.find(path) === null) this.#make(path, 'file');
    else if (args.includes('O_TRUNC')) this.#setSize(path, 0);
    this.#positions.set(result, args.includes('O_APPEND') ? null : 0);
  }

  #write({ args, result }: Call): void {
    const { number, path } = descriptorIn(args);
    const bytes = Buffer.concat([...quotedIn(args)]).subarray(0, result);
    if (number === 1) {
      // The process' own words are JSON without spaces; whatever else is printed is none of them.
      const lines = bytes
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('{"'));
      for (const text of lines) this.#events.push({ kind: 'said', text });
      return;
    }
    if (!this.#watches(path)) return;
    const position = this.#positions.get(number);
    if (position === undefined) throw new Error(`Expected ${path} to have been opened.`);
    const node = this.#names.find(path);
    const offset = position ?? (node === null ? 0 : this.#names.sizeOf(node));
    this.#put(args, bytes, offset);
    if (position !== null) this.#positions.set(number, position + bytes.length);
  }

  #put(args: string, bytes: Buffer, offset: number): void {
    const { path } = descriptorIn(args);
    if (!this.#watches(path)) return;
    const file = this.#names.find(path);
    // Removed under its writer: no name leads to it.
    if (file === null) return;
    this.#events.push({ kind: 'write', file, offset, bytes });
    this.#names.resize(file, Math.max(this.#names.sizeOf(file), offset + bytes.length));
  }

  #resize(path: string, size: number): void {
    if (this.#watches(path)) this.#setSize(path, size);
  }

  #setSize(path: string, size: number): void {
    const file = this.#names.find(path);
    if (file === null || this.#names.sizeOf(file) === size) return;
    this.#events.push({ kind: 'resize', file, size });
    this.#names.resize(file, size);
  }

  #sync(path: string, begun: number): void {
    const node = this.#watches(path) ? this.#names.find(path) : null;
    if (node !== null) this.#events.push({ kind: 'sync', node, begun });
  }

  #make(path: string, kind: 'file' | 'folder'): void {
    if (this.#watches(path)) this.#change([{ path, node: this.#names.create(kind) }]);
  }

  #remove(path: string): void {
    if (this.#watches(path)) this.#change([{ path, node: null }]);
  }

  #rename(from: string, to: string): void {
    if (!this.#watches(from) && !this.#watches(to)) return;
    const node = this.#names.find(from);
    if (node === null) throw new Error(`Expected ${from}, which is renamed, to be known.`);
    this.#change([
      { path: to, node },
      { path: from, node: null },
    ]);
  }

  #change(wanted: readonly { readonly path: string; readonly node: number | null }[]): void {
    const changes: EntryChange[] = wanted.map(({ path, node }) => {
      return { ...this.#names.place(path), node };
    });
    const isFolder = wanted.some(({ node }) => node !== null && this.#names.isFolder(node));
    this.#events.push({ kind: 'entries', of: isFolder ? 'folder' : 'file', changes });
    for (const { folder, name, node } of changes) this.#names.set(folder, name, node);
  }

  #refuse({ name, args }: Call): void {
    const paths = [descriptorIn(args).path, ...quotedIn(args).map(String)];
    if (!UNKNOWN.has(name) && !name.includes('link') && !name.startsWith('sync')) return;
    if (!paths.some((path) => this.#watches(path))) return;
    throw new Error(`Expected calls that are followed, received ${name} of ${paths.join(', ')}.`);
  }
}
