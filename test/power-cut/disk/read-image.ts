import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskImage, FileNode, FolderNode, NodeId } from './event.ts';

/**
 * What a folder holds now.
 * @param leaveOut by name: what is no state, such as SQLite's shared memory
 */
export function readImage(path: string, leaveOut: (name: string) => boolean): DiskImage {
  const nodes = new Map<NodeId, FileNode | FolderNode>();
  const read = (at: string): NodeId => {
    const id = nodes.size;
    const entries = new Map<string, NodeId>();
    nodes.set(id, { kind: 'folder', entries });
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (leaveOut(entry.name)) continue;
      const below = join(at, entry.name);
      entries.set(entry.name, entry.isDirectory() ? read(below) : readOne(below));
    }
    return id;
  };
  const readOne = (at: string): NodeId => {
    const id = nodes.size;
    nodes.set(id, { kind: 'file', content: readFileSync(at) });
    return id;
  };
  return { root: read(path), nodes };
}

/** By path below the root; null: a folder. */
export type Tree = ReadonlyMap<string, Buffer | null>;

export function treeOf({ root, nodes }: DiskImage): Tree {
  const tree = new Map<string, Buffer | null>();
  const walk = (id: NodeId, path: string) => {
    const node = nodes.get(id)!;
    if (path) tree.set(path, node.kind === 'file' ? node.content : null);
    if (node.kind === 'file') return;
    for (const [name, below] of node.entries) walk(below, path ? `${path}/${name}` : name);
  };
  walk(root, '');
  return tree;
}
