import type { Test } from 'tap';
import {
  DEFAULT_GATES,
  DEFAULT_SHADOW_GATES,
} from '../../../../control-plane/src/rollouts/gates/default-gates.ts';
import type {
  GateOutcome,
  GateResult,
} from '../../../../control-plane/src/rollouts/gates/gate-result.ts';
import type { GateSettings } from '../../../../control-plane/src/rollouts/gates/gate-settings.ts';
import { judgeWave } from '../../../../control-plane/src/rollouts/gates/judge-wave.ts';
import type { WaveFigures } from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';

/** A gate as it is where nobody says otherwise. */
export function gateOf(kind: GateSettings['kind'], changes: object = {}): GateSettings {
  const all = [...DEFAULT_GATES, ...DEFAULT_SHADOW_GATES];
  const gate = all.find((one) => one.kind === kind) as GateSettings;
  return { ...gate, ...changes } as GateSettings;
}

export type GateCase = readonly [
  behaviour: string,
  gate: GateSettings,
  figures: WaveFigures,
  /** Before the bake is over, and then. */
  outcomes: readonly [GateOutcome, GateOutcome],
];

/** A test for each. */
export function testGates(t: Pick<Test, 'test'>, cases: readonly GateCase[]): void {
  for (const [behaviour, gate, given, [before, after]] of cases) {
    t.test(`${gate.kind}: ${behaviour}`, async (t) => {
      const judge = (over: boolean) => judgeWave([gate], given, { over })[0] as GateResult;
      const [early, late] = [judge(false), judge(true)];
      t.equal(early.outcome, before, early.reason);
      t.equal(late.outcome, after, late.reason);
      t.same(late.gate, gate);
      t.match(late.reason, /^[A-Z0-9].*\.$/, 'a sentence');
    });
  }
}
