import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import type { Recipe } from '../fit/recipe.ts';
import type { Progress } from '../fit/training-progress.ts';
import type { Machine } from './machine.ts';
import type { RunTime } from './run-time.ts';

/** What a training's result follows from. */
export interface RunIdentity {
  /** Threads are the machine's. */
  readonly recipe: Omit<Recipe, 'threads'>;
  /** Fingerprint of the pictures and their classes. */
  readonly dataset: Sha256;
  /** Digest of the file of weights to start from; `random` for none. */
  readonly init: string;
  readonly machine: Machine;
}

/** What stands in the notes of a checkpoint, beside the engine's tensors. */
export interface Checkpoint {
  readonly identity: RunIdentity;
  readonly progress: Progress;
  /** Missing in those of before it was kept. */
  readonly time?: RunTime;
}

const FORMAT = 1;
const NOTE = 'edgeloop.run';

export function toNotes(checkpoint: Checkpoint): Record<string, string> {
  return { [NOTE]: JSON.stringify({ format: FORMAT, ...checkpoint }) };
}

/** @throws TrainerError `CHECKPOINT_REFUSED` for one of another format, or none. */
export function fromNotes(notes: Readonly<Record<string, string>>, path: string): Checkpoint {
  const { format, ...checkpoint } = JSON.parse(notes[NOTE] ?? '{}') as Partial<Checkpoint> & {
    format?: number;
  };
  if (format !== FORMAT) {
    throw new TrainerError(
      'CHECKPOINT_REFUSED',
      `Expected a checkpoint of format ${FORMAT} at ${path}, received ${format === undefined ? 'another file' : `format ${format}`}. Begin anew with --force, or go on with the version that wrote it.`,
    );
  }
  return checkpoint as Checkpoint;
}

/** Why a run can not go on as another, one clause each; empty where it can. */
export function contradictions(saved: RunIdentity, now: RunIdentity): string[] {
  return [
    // Where it runs is the machine's affair: another provider differs in the last bits alone.
    ...changes(saved.recipe, { ...now.recipe, provider: saved.recipe.provider }),
    ...(saved.dataset === now.dataset ? [] : ['other pictures, or other classes for them']),
    ...(saved.init === now.init
      ? []
      : [`weights to start from ${short(now.init)} (was ${short(saved.init)})`]),
  ];
}

/** What makes the rest of a run differ in its last bits. */
export function inexactness(saved: Machine, now: Machine): string[] {
  return changes(saved, now);
}

function changes<T extends object>(saved: T, now: T): string[] {
  const keys = new Set([...Object.keys(saved), ...Object.keys(now)]) as Set<keyof T & string>;
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return [...keys]
    .filter((key) => JSON.stringify(saved[key]) !== JSON.stringify(now[key]))
    .map((key) => `${key} ${text(now[key])} (was ${text(saved[key])})`);
}

const short = (init: string) => init.slice(0, 12);
