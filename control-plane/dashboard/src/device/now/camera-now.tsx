import type { DeviceView } from '../../../../src/resources/device.ts';
import { Ago } from '../../ui/ago.tsx';
import { ClassMark } from '../../ui/class-mark.tsx';
import { percent } from '../../ui/format.ts';
import './camera-now.css';

interface CameraNowProps {
  readonly camera: string;
  /** Null: the camera has said nothing yet. */
  readonly state: DeviceView['cameras'][string] | null;
  readonly classOf: (label: string) => number;
}

/** What stands before the camera now, how sure the model is, and since when. */
export function CameraNow({ camera, state, classOf }: CameraNowProps) {
  if (state === null) {
    return (
      <div class="camera-now">
        <p class="camera-now-label">–</p>
        <p class="caption">Nothing is said of {camera} now.</p>
      </div>
    );
  }
  const { label, score, since } = state;
  return (
    <div class="camera-now" aria-live="polite" aria-atomic="true">
      <p class="camera-now-label">
        {label === null ? 'nothing' : <ClassMark name={label} index={classOf(label)} />}
      </p>
      <div class="camera-now-score">
        <span class="camera-now-bar" aria-hidden="true">
          <span style={{ width: `${100 * score}%` }} />
        </span>
        <span>{percent(score, 0)}</span>
      </div>
      <p class="caption">
        for <Ago at={since} suffix="" />
        {label === null && ` · ${percent(score, 0)} is the score of the likeliest class`}
      </p>
    </div>
  );
}
