import { createHash } from 'node:crypto';
import type { Choice, Selection } from './choice.ts';
import type { DiskEvent, DiskImage, FileNode, FolderNode, NodeId } from './event.ts';
import type { Tree } from './read-image.ts';
import { type Entries, UnsyncedEntries } from './unsynced-entries.ts';
import { UnsyncedFile } from './unsynced-file.ts';

const NEW = new UnsyncedFile(Buffer.alloc(0));

/**
 * A disk of which some is durable: what may be on it when the power goes now. The model is that of
 * ADR 28.
 */
export class UnsyncedDisk {
  readonly #root: NodeId;
  readonly #entries: UnsyncedEntries;
  readonly #files = new Map<NodeId, UnsyncedFile>();
  readonly #folders: Set<NodeId>;
  #count = 0;
  /**
   * Of the files that have a name, or may have one, those of which not all is durable; and how many
   * choices each has.
   */
  #dirty: readonly { readonly id: NodeId; readonly file: UnsyncedFile; readonly width: number }[] =
    [];

  constructor({ root, nodes }: DiskImage) {
    this.#root = root;
    const folders = new Map<NodeId, ReadonlyMap<string, NodeId>>();
    for (const [id, node] of nodes) {
      if (node.kind === 'folder') folders.set(id, node.entries);
      else this.#files.set(id, new UnsyncedFile(node.content));
    }
    this.#entries = new UnsyncedEntries(folders);
    this.#folders = new Set(folders.keys());
  }

  happen(event: DiskEvent): void {
    this.#apply(event, this.#count++);
    const { reachable } = this.#entries;
    this.#dirty = Array.from(this.#files, ([id, file]) => ({ id, file }))
      .filter(({ id, file }) => file.dirty && reachable.has(id))
      .map(({ id, file }) => ({ id, file, width: file.choices('').length }));
  }

  #apply(event: DiskEvent, at: number): void {
    if (event.kind === 'entries') {
      this.#entries.add(event.changes, at);
      for (const { node } of event.changes) {
        if (node === null) continue;
        if (event.of === 'folder') this.#folders.add(node);
        else this.#files.set(node, this.#fileOf(node));
      }
    } else if (event.kind === 'write' || event.kind === 'resize') {
      this.#files.set(event.file, this.#fileOf(event.file).with({ ...event, at }));
    } else if (event.kind === 'sync') {
      this.#entries.sync(event.node, event.begun);
      const file = this.#files.get(event.node);
      if (file) this.#files.set(event.node, file.synced(event.begun));
    }
  }

  choices(): readonly Choice[] {
    const ofFiles = this.#dirty.flatMap(({ id, file }) => file.choices(`file ${id}`));
    return [...this.#entries.choices(), ...ofFiles];
  }

  /** Null: no disk is so. @param selection of `choices()` */
  tree(selection: Selection): Tree | null {
    const entries = this.#entriesOf(selection);
    if (!entries) return null;
    const options = this.#optionsOf(selection);
    return this.#walk(entries, (id) => {
      const chosen = options.get(id);
      return chosen ? this.#fileOf(id).content(chosen) : this.#fileOf(id).newest;
    });
  }

  /**
   * The same for the same tree, whatever led to it. Null: no disk is so.
   * @param selection of `choices()`
   */
  digest(selection: Selection): string | null {
    const entries = this.#entriesOf(selection);
    if (!entries) return null;
    const options = this.#optionsOf(selection);
    const digests = this.#walk(entries, (id) => this.#fileOf(id).digest(options.get(id) ?? []));
    const lines = Array.from(digests, ([path, digest]) => `${path}\0${digest ?? 'folder'}`);
    return createHash('sha1').update(lines.sort().join('\n')).digest('base64');
  }

  /** As processes see it, with the nodes that it has. */
  get image(): DiskImage {
    const entries = this.#entries.entries(this.#entries.choices().map(() => 1)) as Entries;
    const nodes: [NodeId, FileNode | FolderNode][] = [
      ...Array.from(
        this.#files,
        ([id, { newest: content }]) => [id, { kind: 'file', content }] as const,
      ),
      ...Array.from(this.#folders, (id) => {
        return [id, { kind: 'folder', entries: entries.get(id) ?? new Map() }] as const;
      }),
    ].map(([id, node]) => [id, node]);
    return { root: this.#root, nodes: new Map(nodes) };
  }

  #entriesOf(selection: Selection): Entries | null {
    return this.#entries.entries(selection.slice(0, this.#entries.choices().length));
  }

  #optionsOf(selection: Selection): ReadonlyMap<NodeId, readonly number[]> {
    let from = this.#entries.choices().length;
    return new Map(
      this.#dirty.map(({ id, width }) => {
        const options = selection.slice(from, from + width);
        from += width;
        return [id, options];
      }),
    );
  }

  #fileOf(id: NodeId): UnsyncedFile {
    return this.#files.get(id) ?? NEW;
  }

  #walk<Content>(
    entries: Entries,
    contentOf: (file: NodeId) => Content,
  ): ReadonlyMap<string, Content | null> {
    const found = new Map<string, Content | null>();
    const walk = (folder: NodeId, path: string) => {
      for (const [name, node] of entries.get(folder) ?? []) {
        const below = path ? `${path}/${name}` : name;
        const isFolder = this.#folders.has(node);
        found.set(below, isFolder ? null : contentOf(node));
        if (isFolder) walk(node, below);
      }
    };
    walk(this.#root, '');
    return found;
  }
}
