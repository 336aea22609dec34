import { useEffect, useState } from 'preact/hooks';
import type { RolloutPreview } from '../../../../src/resources/rollout.ts';
import type { GateSettings } from '../../../../src/rollouts/gates/gate-settings.ts';
import type { Draft } from './draft.ts';

type Known = Partial<Record<Draft['kind'], readonly GateSettings[]>>;

/**
 * The gates of a wave that names none, as the control plane completes a plan; null: not known yet.
 */
export function useDefaultGates(
  { kind, waves }: Draft,
  preview: RolloutPreview | null,
): readonly GateSettings[] | null {
  const [known, setKnown] = useState<Known>({});
  useEffect(() => {
    if (preview?.plan.cargo.kind !== kind || known[kind]) return;
    const plain = waves.findIndex(({ gates }) => gates === null);
    const gates = preview.plan.waves[plain]?.gates;
    if (gates) setKnown((before) => ({ ...before, [kind]: gates }));
  }, [preview, kind, waves, known]);
  return known[kind] ?? null;
}
