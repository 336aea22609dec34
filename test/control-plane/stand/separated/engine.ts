/** Whose folder it is. */
export type Part = 'api' | 'ingest-1' | 'ingest-2';

/** The database below several processes of one control plane. */
export interface Engine {
  /** Options of a process that say where its rows are. */
  optionsOf(part: Part): readonly string[];
  /** Whether somebody keeps the others from writing, and does nothing. */
  isHeldUp(): Promise<boolean>;
  /** Keeps all of them from writing for so long, in ms. */
  holdUp(millis: number): Promise<void>;
  /** Is away for so long, in ms; null: it has no process that could be. */
  readonly goAway: ((millis: number) => Promise<void>) | null;
  /** Whether who is stopped within a transaction keeps the others from writing until it ends. */
  readonly needsKill: boolean;
}
