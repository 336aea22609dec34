import type { TimelineInterval } from '../../../../src/resources/timeline.ts';
import { path, withQuery } from '../../api/path.ts';
import { Button } from '../../ui/button.tsx';
import { ClassMark } from '../../ui/class-mark.tsx';
import { now } from '../../ui/clock.ts';
import { percent, plural, shortDigest } from '../../ui/format.ts';
import { Picture } from '../../ui/picture.tsx';
import { whenWords } from './occurrence-words.ts';

interface OccurrenceDetailProps {
  readonly device: string;
  /** Null: none is chosen. */
  readonly interval: TimelineInterval | null;
  readonly classOf: (label: string) => number;
  readonly onZoom: () => void;
}

/** The chosen one, in a place that is always kept for it. */
export function OccurrenceDetail({ device, interval, classOf, onZoom }: OccurrenceDetailProps) {
  const id = interval?.id ?? null;
  const src =
    id === null
      ? null
      : withQuery(path`/api/devices/${device}/occurrences/${id}/picture`, { orNone: true });
  return (
    <div class="device-detail" aria-live="polite">
      <div class="device-detail-picture">
        <Picture
          src={src}
          alt={interval ? `The frame with which this ${interval.label} began` : ''}
          ratio={16 / 10}
          none={interval ? 'no picture of it' : ''}
        />
      </div>
      {interval === null ? (
        <p class="caption">Point at what was seen, or go there with the arrow keys.</p>
      ) : (
        <div class="device-detail-words">
          <p class="strong">
            <ClassMark name={interval.label} index={classOf(interval.label)} />
          </p>
          <p>{whenWords(interval, now.value)}</p>
          <p class="caption">
            {interval.count > 1
              ? `${plural(interval.count, 'time')} close together, at most `
              : 'at most '}
            {percent(interval.score, 0)} sure
            {interval.model && (
              <>
                {' '}
                · model <code>{shortDigest(interval.model)}</code>
              </>
            )}
          </p>
          {interval.count > 1 && id === null && (
            <Button kind="quiet" onClick={onZoom}>
              Look closer
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
