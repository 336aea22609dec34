/** A file or a folder, by a number of its own: names come and go. */
export type NodeId = number;

export interface EntryChange {
  readonly folder: NodeId;
  readonly name: string;
  /** Null: nothing has the name any more. */
  readonly node: NodeId | null;
}

/** What a process did to a disk, or said, in the order in which it was done. */
export type DiskEvent =
  | {
      readonly kind: 'write';
      readonly file: NodeId;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'resize'; readonly file: NodeId; readonly size: number }
  /** All or none of them, where they are in one folder. `of`: what has, or had, the names. */
  | {
      readonly kind: 'entries';
      readonly of: 'file' | 'folder';
      readonly changes: readonly EntryChange[];
    }
  /** Of a file or a folder. `begun`: how many events had happened when it began. */
  | { readonly kind: 'sync'; readonly node: NodeId; readonly begun: number }
  /** What somebody else could hear: from then on it must hold. */
  | { readonly kind: 'said'; readonly text: string };

export interface FileNode {
  readonly kind: 'file';
  readonly content: Buffer;
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly entries: ReadonlyMap<string, NodeId>;
}

/** A folder with all that is below it. */
export interface DiskImage {
  readonly root: NodeId;
  readonly nodes: ReadonlyMap<NodeId, FileNode | FolderNode>;
}

/** What happened to a disk, from an image on that was durable. */
export interface Recording {
  readonly before: DiskImage;
  readonly events: readonly DiskEvent[];
}
