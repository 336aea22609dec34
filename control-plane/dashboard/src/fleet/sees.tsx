import type { FleetCamera } from './rows/fleet-row.ts';
import './sees.css';

/** What stands before the cameras of a device: the label of the first with its score as a thin bar, and how many more there are. */
export function Sees({ cameras }: { cameras: readonly FleetCamera[] }) {
  const [first, ...others] = cameras;
  const score = first?.label ? first.score : null;
  const more = others.map(({ camera, label }) => `${camera}: ${label ?? 'nothing'}`).join(', ');
  return (
    <span class="fleet-sees">
      <span class="fleet-sees-words">
        <span class={`fleet-cut ${first?.label ? '' : 'fleet-soft'}`}>{labelOf(first)}</span>
        {others.length > 0 && (
          <span class="caption" title={more}>
            +{others.length}
          </span>
        )}
        <span class="fleet-sees-score">{score === null ? '' : score.toFixed(2)}</span>
      </span>
      <span class="fleet-sees-bar" aria-hidden="true">
        <span style={{ width: `${100 * (score ?? 0)}%` }} />
      </span>
    </span>
  );
}

function labelOf(camera: FleetCamera | undefined): string {
  if (!camera) return 'no camera';
  if (camera.label) return camera.label;
  return camera.score === null ? 'not said yet' : 'nothing';
}
