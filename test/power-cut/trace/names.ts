import type { DiskImage, NodeId } from '../disk/event.ts';

/** Which node has which name now, as the processes see it: what a path in a call means. */
export class Names {
  readonly #root: string;
  readonly #folders = new Map<NodeId, Map<string, NodeId>>();
  readonly #sizes = new Map<NodeId, number>();
  readonly #top: NodeId;
  #next: NodeId;

  /** @param root where the image's root is for the processes */
  constructor(root: string, image: DiskImage) {
    this.#root = root;
    this.#top = image.root;
    this.#next = Math.max(...image.nodes.keys()) + 1;
    for (const [id, node] of image.nodes) {
      if (node.kind === 'folder') this.#folders.set(id, new Map(node.entries));
      else this.#sizes.set(id, node.content.length);
    }
  }

  isInside(path: string): boolean {
    return path === this.#root || path.startsWith(`${this.#root}/`);
  }

  /** Null: there is nothing of that name, or it was removed. */
  find(path: string): NodeId | null {
    if (path === this.#root) return this.#top;
    const { folder, name } = this.place(path);
    return this.#folders.get(folder)?.get(name) ?? null;
  }

  /** @throws Error the folder is not there: the record is not complete */
  place(path: string): { readonly folder: NodeId; readonly name: string } {
    const parts = path.slice(this.#root.length + 1).split('/');
    const name = parts.pop() as string;
    let folder = this.#top;
    for (const part of parts) {
      const below = this.#folders.get(folder)?.get(part);
      if (below === undefined) throw new Error(`Expected the folder of ${path} to be known.`);
      folder = below;
    }
    return { folder, name };
  }

  isFolder(node: NodeId): boolean {
    return this.#folders.has(node);
  }

  sizeOf(file: NodeId): number {
    return this.#sizes.get(file) ?? 0;
  }

  resize(file: NodeId, size: number): void {
    this.#sizes.set(file, size);
  }

  create(kind: 'file' | 'folder'): NodeId {
    const id = this.#next++;
    if (kind === 'folder') this.#folders.set(id, new Map());
    else this.#sizes.set(id, 0);
    return id;
  }

  set(folder: NodeId, name: string, node: NodeId | null): void {
    const entries = this.#folders.get(folder)!;
    if (node === null) entries.delete(name);
    else entries.set(name, node);
  }
}
