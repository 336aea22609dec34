import { useMemo } from 'preact/hooks';
import type { DetectionMix } from '../../../../src/resources/detection-mix.ts';
import { classColour } from '../../ui/class-mark.tsx';
import { count } from '../../ui/format.ts';
import { ticksOf } from '../../ui/ticks.ts';
import type { ClassIndex } from '../class-index.ts';
import { axis, stack } from './stack.ts';

/** Of the drawing, which grows with its place. */
const HEIGHT = 160;
const WIDTH = 1_000;
/** Times along the axis that have room. */
const TIMES = 6;

interface StackedBarsProps {
  /** Undefined: not counted yet; its place is kept. */
  readonly mix: DetectionMix | undefined;
  /** Of a bucket. */
  readonly millis: number;
  readonly classIndex: ClassIndex;
  /** The bucket that is looked at. */
  readonly at: number | null;
  /** What is said of it. */
  readonly words: string;
  readonly onAt: (at: number | null) => void;
  readonly onZoom: (at: number) => void;
}

/**
 * A bar for each bucket, in the colours of the classes. By arrows one goes from bar to bar, by
 * Enter into it.
 */
export function StackedBars({
  mix,
  millis,
  classIndex,
  at,
  words,
  onAt,
  onZoom,
}: StackedBarsProps) {
  const { buckets, highest } = useMemo(
    () => (mix ? stack(mix) : { buckets: [], highest: 0 }),
    [mix],
  );
  const { end, lines } = axis(highest);
  const from = Date.parse(mix?.buckets[0] ?? '');
  const to = from + buckets.length * millis;
  const ticks = buckets.length > 0 ? ticksOf({ from, to }, TIMES) : [];
  const width = WIDTH / Math.max(1, buckets.length);
  const y = (value: number) => HEIGHT - (HEIGHT * value) / end;
  const colour = (label: string) =>
    classIndex(label) < 0 ? 'var(--idle)' : classColour(classIndex(label));
  const press = (event: KeyboardEvent) => {
    const last = buckets.length - 1;
    if (event.key === 'ArrowLeft') onAt(Math.max(0, (at ?? last + 1) - 1));
    else if (event.key === 'ArrowRight') onAt(Math.min(last, (at ?? -1) + 1));
    else if (event.key === 'Enter' && at !== null) onZoom(at);
    else if (event.key === 'Escape') onAt(null);
    else return;
    event.preventDefault();
  };
  const barUnder = ({ clientX, currentTarget }: MouseEvent): number => {
    const { left, width: all } = (currentTarget as Element).getBoundingClientRect();
    const under = Math.floor(((clientX - left) / all) * buckets.length);
    return Math.min(buckets.length - 1, Math.max(0, under));
  };
  return (
    <div class="detections-bars">
      <div class="detections-bars-lines caption" aria-hidden="true">
        {lines.map((line) => (
          <span key={line} style={{ bottom: `${(100 * line) / end}%` }}>
            {count(line)}
          </span>
        ))}
      </div>
      <div
        class="detections-bars-plot"
        role="slider"
        tabIndex={0}
        aria-label="Occurrences over time: arrows go from bar to bar, Enter into one"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, buckets.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={at === null ? 'all' : words}
        onKeyDown={press}
        onMouseMove={(event) => buckets.length > 0 && onAt(barUnder(event))}
        onMouseLeave={() => onAt(null)}
        onClick={(event) => buckets.length > 0 && onZoom(barUnder(event))}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {lines.map((line) => (
            <line
              key={line}
              class="detections-bars-line"
              x1="0"
              x2={WIDTH}
              y1={y(line)}
              y2={y(line)}
            />
          ))}
          {at !== null && (
            <rect class="detections-bars-at" x={at * width} y="0" width={width} height={HEIGHT} />
          )}
          {buckets.map((bars, bucket) =>
            bars.map(({ label, count: of, below }) => (
              <rect
                key={`${bucket} ${label}`}
                x={bucket * width + width * 0.1}
                y={y(below + of)}
                width={width * 0.8}
                height={(HEIGHT * of) / end}
                style={{ fill: colour(label) }}
              />
            )),
          )}
        </svg>
      </div>
      <div class="detections-bars-times caption" aria-hidden="true">
        {ticks.map(({ at: time, label }) => (
          <span key={time} style={{ left: `${(100 * (time - from)) / (to - from)}%` }}>
            {label}
          </span>
        ))}
      </div>
    </div>
  );
}
