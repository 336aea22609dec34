import type { Millis } from '@edgeloop/protocol';
import type { DecideConfig } from './config.ts';

/**
 * Frames further apart tear an occurrence; null: each stands for itself, and may be as rare as one
 * likes.
 */
export const maxGapOf = (decide: DecideConfig): Millis | null =>
  decide.mode === 'frame' ? null : decide.maxGap;
