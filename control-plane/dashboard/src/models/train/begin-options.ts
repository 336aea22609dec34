import { WEIGHTS_NAMES } from '@edgeloop/protocol/weights-names';
import type { TrainingSettings } from '../../../../src/jobs/training-settings.ts';
import type { NewJob } from '../../../../src/resources/job.ts';

export interface BeginOption {
  readonly value: string;
  readonly label: string;
  /** What must be there for it. */
  readonly hint?: string;
  /** Undefined: as the task's settings say. */
  readonly init: NewJob['init'];
}

type Init = TrainingSettings['init'];

/**
 * With which weights a training can begin: first what the task's settings say, then the others.
 * @param settings undefined: not read yet
 */
export function beginOptions(settings: Pick<TrainingSettings, 'init'> | undefined): BeginOption[] {
  const usual = settings?.init ?? 'champion';
  const others = OTHERS.filter((init) => keyOf(init) !== keyOf(usual));
  return [
    { ...optionOf(usual), value: 'settings', init: undefined },
    ...others.map((init) => optionOf(init)),
  ];
}

const OTHERS: readonly Init[] = [
  'champion',
  ...WEIGHTS_NAMES.map((name) => ({ kind: 'weights', name }) as const),
  { kind: 'random' },
];

function keyOf(init: Init): string {
  if (init === 'champion') return init;
  return init.kind === 'weights' ? `weights ${init.name}` : init.kind;
}

function optionOf(init: Init): BeginOption {
  const option = { value: keyOf(init), label: labelOf(init), init };
  if (init === 'champion' || init.kind !== 'weights') return option;
  const hint = `The trainer must have them: edgeloop-trainer weights fetch ${init.name}`;
  return { ...option, hint };
}

function labelOf(init: Init): string {
  if (init === 'champion') return "The champion's weights; random ones where there is none";
  if (init.kind === 'weights') {
    const known = WEIGHTS_NAMES.some((name) => name === init.name);
    return known ? `ImageNet weights (${init.name})` : `The weights ${init.name}`;
  }
  return init.kind === 'model'
    ? "A model that the task's settings name"
    : 'Random weights: it learns all anew';
}
