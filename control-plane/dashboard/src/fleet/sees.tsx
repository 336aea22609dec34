import { ClassMark, classColour } from '../ui/class-mark.tsx';
import { percent } from '../ui/format.ts';
import type { FleetCamera } from './rows/fleet-row.ts';
import './sees.css';

/**
 * What stands before the cameras of a device: the label of the first with its score as a thin bar,
 * and how many more there are.
 */
export function Sees({
  cameras,
  classIndex,
}: {
  cameras: readonly FleetCamera[];
  classIndex: number;
}) {
  const [first, ...others] = cameras;
  const score = first?.label ? first.score : null;
  const more = others.map(({ camera, label }) => `${camera}: ${label ?? 'nothing'}`).join(', ');
  return (
    <span class="fleet-sees">
      <span class="fleet-sees-words">
        {first?.label ? (
          <span class="fleet-cut">
            <ClassMark name={first.label} index={classIndex} />
          </span>
        ) : (
          <span class="fleet-cut fleet-soft">{silence(first)}</span>
        )}
        {others.length > 0 && (
          <span class="caption" title={more}>
            +{others.length}
          </span>
        )}
        <span class="fleet-sees-score">{score === null ? '' : percent(score, 0)}</span>
      </span>
      <span class="fleet-sees-bar" aria-hidden="true">
        <span
          style={{
            width: `${100 * (score ?? 0)}%`,
            ...(classIndex >= 0 && { background: classColour(classIndex) }),
          }}
        />
      </span>
    </span>
  );
}

function silence(camera: FleetCamera | undefined): string {
  if (!camera) return 'no camera';
  return camera.score === null ? 'not reported yet' : 'nothing';
}
