import { appendFileSync, existsSync } from 'node:fs';
import { type CutState, cutPower } from './disk/cut-power.ts';
import type { DiskEvent, Recording } from './disk/event.ts';
import type { Tree } from './disk/read-image.ts';
import { UnsyncedDisk } from './disk/unsynced-disk.ts';

/** Where figures go, a JSON object a line, as `bench/results` keeps them. */
const FIGURES = process.env.EDGELOOP_POWER_CUT_FIGURES;

/**
 * Disks are made in memory: what they would hold after a power cut is what is asked, not how fast
 * they are.
 */
export function useMemory(): void {
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
}

export interface Proof<Found> {
  /** What was recorded, in words. */
  readonly kind: string;
  readonly recording: Recording;
  /** What becomes of such a disk. */
  readonly look: (tree: Tree) => Found | Promise<Found>;
  /** Null: nothing that was promised is lost; else what is. */
  readonly judge: (state: CutState<Found>) => string | null;
  /** One of so many states is looked at. */
  readonly stride: number;
}

export interface Figures {
  readonly kind: string;
  readonly events: number;
  readonly raw: number;
  readonly distinct: number;
  readonly looked: number;
  readonly violated: number;
  readonly seconds: number;
}

/**
 * Cuts the power everywhere.
 * @returns how many disks there may be, and how many of those looked at lose what was promised
 */
export async function prove<Found>(
  t: { comment(text: string): void },
  { kind, recording, look, judge, stride }: Proof<Found>,
): Promise<Figures> {
  const begun = performance.now();
  const { events, raw, distinct, looked } = await cutPower(recording, look, { stride });
  const lost = looked.flatMap((state) => {
    const why = judge(state);
    return why === null ? [] : [{ why, state }];
  });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const counts = { looked: looked.length, violated: lost.length, seconds };
  const figures = { kind, events, raw, distinct, ...counts };
  t.comment(
    `${kind}: ${events} events, ${distinct} different disks of ${raw}; ${looked.length} started from, ${lost.length} lose something`,
  );
  for (const { why, state } of lost.slice(0, 3)) t.comment(`${why}: ${JSON.stringify(state)}`);
  if (FIGURES) appendFileSync(FIGURES, `${JSON.stringify(figures)}\n`);
  return figures;
}

/** What the same process would have done that syncs no file, or no folder. */
export function withoutSyncs({ before, events }: Recording, of: 'file' | 'folder'): Recording {
  const folders = new Set(
    Array.from(before.nodes).flatMap(([id, { kind }]) => (kind === 'folder' ? [id] : [])),
  );
  for (const event of events) {
    if (event.kind !== 'entries' || event.of === 'file') continue;
    for (const { node } of event.changes) if (node !== null) folders.add(node);
  }
  const isOf = (node: number) => folders.has(node) === (of === 'folder');
  const nothing: DiskEvent = { kind: 'said', text: '{}' };
  return {
    before,
    events: events.map((event) => (event.kind === 'sync' && isOf(event.node) ? nothing : event)),
  };
}

/** As if all that was done before an event were durable. */
export function since({ before, events }: Recording, first: number): Recording {
  const disk = new UnsyncedDisk(before);
  for (const event of events.slice(0, first)) disk.happen(event);
  const later = events.slice(first).map((event) => {
    return event.kind === 'sync' ? { ...event, begun: event.begun - first } : event;
  });
  return { before: disk.image, events: later };
}
