import type { GateStatus } from '../../../../src/resources/rollout-gates.ts';
import type { GateReading } from '../../../../src/rollouts/gates/gate-reading.ts';
import type { GateKind } from '../../../../src/rollouts/gates/gate-settings.ts';
import { count, number, percent, withUnit } from '../../ui/format.ts';

interface GateWords {
  readonly name: string;
  readonly passes: string;
}

/** As docs/gates.md has them. */
export const GATES: Readonly<Record<GateKind, GateWords>> = {
  'update-success': {
    name: 'Updates that succeed',
    passes: "enough of the wave's devices took the new one and kept it",
  },
  'update-errors': {
    name: 'Updates that fail',
    passes: 'no more of them failed, refused or reverted',
  },
  'minimum-reports': {
    name: 'Reports',
    passes: 'enough of the devices told of enough frames by the new model',
  },
  latency: {
    name: 'Latency',
    passes: 'the 95th percentile is not much above that of the model before',
  },
  restarts: {
    name: 'Restarts',
    passes: 'agent and model start no oftener than on other devices',
  },
  confidence: {
    name: 'Confidence',
    passes: 'the mean score moved no further than on other devices',
  },
  'class-mix': {
    name: 'Class mix',
    passes: "the classes' shares moved no further than on other devices",
  },
  'shadow-agreement': {
    name: 'Shadow agreement',
    passes: 'the candidate, looking on, agrees with the model that decides',
  },
};

/** A figure in the unit of its gate: "98.0 %", "1.24 times". */
export function measureInWords(value: number | null, { unit }: Pick<GateReading, 'unit'>): string {
  if (value === null) return '–';
  switch (unit) {
    case 'share':
      return percent(value);
    case 'points':
      return `${unsigned(number(100 * value))} points`;
    case 'times':
      return `${number(value, 2)} times`;
    case 'milliseconds':
      return withUnit(number(value), 'ms');
    case 'an hour':
      return `${unsigned(number(value, 2))} an hour`;
    case 'divergence':
      return number(value, 3);
  }
}

/** What rounds to nothing has no sign. */
const unsigned = (text: string): string => text.replace(/^-(?=0\.?0*$)/, '');

/** "at most 1.50 times". */
export const limitInWords = (reading: GateReading): string =>
  `at ${reading.bound} ${measureInWords(reading.limit, reading)}`;

/**
 * Where the bar of a gate ends: shares at all, others at twice their limit, so that the line stands
 * still in the middle.
 */
export function barEnd({ limit, bound, unit }: GateReading): number {
  if (unit === 'share' && bound === 'least') return 1;
  if (limit === 0) return unit === 'share' ? 0.2 : 1;
  return unit === 'share' ? Math.min(1, 2 * limit) : 2 * limit;
}

const isWithin = ({ measured, limit, bound }: GateReading): boolean =>
  measured !== null && (bound === 'least' ? measured >= limit : measured <= limit);

type Kind = 'plain' | 'good' | 'warn' | 'bad';

/**
 * Status of a gate, in a word and its colour. Not by the limit alone: what is beyond it may be
 * chance, and passes.
 */
export function statusInWords(
  { outcome, reading }: GateStatus,
  judged: 'not yet' | 'now' | 'then',
): { readonly kind: Kind; readonly word: string } {
  if (outcome === null) return { kind: 'plain', word: 'not measured' };
  if (outcome === 'failed') return { kind: 'bad', word: judged === 'then' ? 'failed' : 'fails' };
  if (outcome === 'passed')
    return { kind: 'good', word: judged === 'then' ? 'passed' : 'passes so far' };
  if (reading.reports < reading.needed || reading.measured === null)
    return { kind: 'plain', word: 'too little known yet' };
  return isWithin(reading)
    ? { kind: 'plain', word: 'not decided yet' }
    : { kind: 'warn', word: 'beyond its limit so far' };
}

/** "12 of 20 devices". */
export function reportsInWords({ reports, needed, of }: GateReading): string {
  return reports >= needed
    ? `${count(reports)} ${of === 'devices' && reports === 1 ? 'device' : of}`
    : `${count(reports)} of ${count(needed)} ${of}`;
}

export const FAILURE_WORDS = {
  pause: 'pauses for a person',
  'roll back': 'rolls back the whole rollout',
} as const;
