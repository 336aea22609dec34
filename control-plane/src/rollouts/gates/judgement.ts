import type { GateOutcome, GateResult } from './gate-result.ts';

/**
 * What one gate says. Whoever judges returns it through here, so that a figure which is no number
 * passes nothing.
 */
export type Judgement = Omit<GateResult, 'gate'>;

export type Figures = GateResult['figures'];

export const passed = (reason: string, figures: Figures) => say('passed', reason, figures);
export const failed = (reason: string, figures: Figures) => say('failed', reason, figures);
export const undecided = (reason: string, figures: Figures) => say('undecided', reason, figures);

function say(outcome: GateOutcome, reason: string, figures: Figures): Judgement {
  const broken = Object.entries(figures).find(
    ([, value]) => value !== null && !Number.isFinite(value),
  );
  if (broken === undefined) return { outcome, reason, figures };
  const told = Object.entries(figures).map(
    ([name, value]) => [name, Number.isFinite(value) ? value : null] as const,
  );
  return {
    outcome: 'undecided',
    reason: `Expected a number for ${broken[0]}, received ${broken[1]}: it can't be judged.`,
    figures: Object.fromEntries(told),
  };
}
