import { totalOf } from '../../jobs/drift/score-counts.ts';
import type { ModelFigures } from './wave-figures.ts';

/** Frames that a model has classified. */
export const framesOf = ({ scores }: ModelFigures): number => totalOf(scores);
