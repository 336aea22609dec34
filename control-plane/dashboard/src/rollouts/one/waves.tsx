import { useEffect, useRef } from 'preact/hooks';
import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { StageStatus } from '../../../../src/resources/rollout-gates.ts';
import { WaveColumn } from './wave-column.tsx';

interface WavesProps {
  readonly view: RolloutView;
  readonly stages: readonly StageStatus[];
}

/** The waves from left to right; where not all fit, the one that is under way is seen first. */
export function Waves({ view, stages }: WavesProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const column = list.current?.children[view.wave] as HTMLElement | undefined;
    if (column) list.current?.scrollTo({ left: column.offsetLeft - list.current.offsetLeft });
  }, [view.rollout, view.wave]);
  return (
    <ol ref={list} class="rollouts-waves" aria-label="Waves">
      {view.plan.waves.map((_, wave) => (
        <WaveColumn
          key={wave}
          view={view}
          wave={wave}
          status={stages.find((stage) => stage.wave === wave)}
        />
      ))}
    </ol>
  );
}
