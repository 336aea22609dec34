import { judgeClassMix } from './class-mix/judge-class-mix.ts';
import type { GateResult } from './gate-result.ts';
import type { GateKind, GateSettings } from './gate-settings.ts';
import { judgeConfidence } from './judge-confidence.ts';
import { judgeLatency } from './judge-latency.ts';
import { judgeMinimumReports } from './judge-minimum-reports.ts';
import { judgeRestarts } from './judge-restarts.ts';
import { judgeShadowAgreement } from './judge-shadow-agreement.ts';
import { judgeUpdateErrors } from './judge-update-errors.ts';
import { judgeUpdateSuccess } from './judge-update-success.ts';
import type { Judgement } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

interface Judge<Kind extends GateKind> {
  readonly judge: (gate: Extract<GateSettings, { kind: Kind }>, figures: WaveFigures) => Judgement;
  /**
   * Whether it may fail before the bake is over. The others look once, so that looking often does
   * not find what is not there.
   */
  readonly early: boolean;
}

const JUDGES: { readonly [Kind in GateKind]: Judge<Kind> } = {
  'update-success': { judge: judgeUpdateSuccess, early: true },
  'update-errors': { judge: judgeUpdateErrors, early: true },
  'minimum-reports': { judge: judgeMinimumReports, early: false },
  latency: { judge: judgeLatency, early: false },
  restarts: { judge: judgeRestarts, early: true },
  confidence: { judge: judgeConfidence, early: false },
  'class-mix': { judge: judgeClassMix, early: false },
  'shadow-agreement': { judge: judgeShadowAgreement, early: false },
};

/**
 * What each gate says of a wave. Before the bake is over a gate may fail if it may do so early, and
 * none passes for good: what is told then is how it stands. A wave without gates is judged by
 * nobody: that is for the caller to refuse.
 * @param over whether the bake has ended: what is undecided then has failed
 */
export function judgeWave(
  gates: readonly GateSettings[],
  figures: WaveFigures,
  { over }: { readonly over: boolean },
): GateResult[] {
  return gates.map((gate) => {
    const { judge, early } = JUDGES[gate.kind] as Judge<GateKind>;
    const judgement = judge(gate, figures);
    return { gate, ...(over ? atTheEnd(judgement) : onTheWay(judgement, early)) };
  });
}

function atTheEnd(judgement: Judgement): Judgement {
  if (judgement.outcome !== 'undecided') return judgement;
  const reason = `${judgement.reason} The bake is over, and that is not enough.`;
  return { ...judgement, outcome: 'failed', reason };
}

function onTheWay(judgement: Judgement, early: boolean): Judgement {
  if (judgement.outcome !== 'failed' || early) return judgement;
  const reason = `${judgement.reason} It is decided when the bake is over.`;
  return { ...judgement, outcome: 'undecided', reason };
}
