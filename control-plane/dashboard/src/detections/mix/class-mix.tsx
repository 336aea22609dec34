import { useRef, useState } from 'preact/hooks';
import type { DetectionMix } from '../../../../src/resources/detection-mix.ts';
import { withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { ClassMark } from '../../ui/class-mark.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count, dateTime, plural } from '../../ui/format.ts';
import type { ClassIndex } from '../class-index.ts';
import type { Buckets } from './buckets.ts';
import './class-mix.css';
import { StackedBars } from './stacked-bars.tsx';

const EVERY = 15_000;

interface ClassMixProps {
  /** What is filtered, as the API is asked. */
  readonly filter: Readonly<Record<string, string>>;
  readonly buckets: Buckets;
  readonly live: boolean;
  readonly classIndex: ClassIndex;
  readonly onZoom: (from: number, to: number) => void;
}

/** How many of each class, over time. */
export function ClassMix({ filter, buckets, live, classIndex, onZoom }: ClassMixProps) {
  const [at, setAt] = useState<number | null>(null);
  const { bucket, millis } = buckets;
  const asked = { ...filter, type: null, bucket, from: iso(buckets.from), to: iso(buckets.to) };
  const {
    value: read,
    problem,
    reload,
  } = useResource<DetectionMix>(
    withQuery('/api/detections/mix', asked),
    live ? { every: EVERY } : {},
  );
  // The last stays until the next is there: nothing jumps when a minute is over.
  const last = useRef<{ readonly of: string; readonly mix: DetectionMix }>();
  const of = JSON.stringify({ ...filter, from: null, to: null });
  if (read) last.current = { of, mix: read };
  const value = read ?? (last.current?.of === of ? last.current.mix : undefined);
  const chosen = at === null ? undefined : value?.buckets[at];
  const words =
    value && chosen !== undefined
      ? bucketInWords(value, at as number, Date.parse(chosen), millis)
      : '';
  return (
    <div class="detections-mix">
      {problem && <ErrorNote what="The mix was not counted." error={problem} retry={reload} />}
      <StackedBars
        mix={value}
        millis={millis}
        classIndex={classIndex}
        at={at}
        words={words}
        onAt={setAt}
        onZoom={(bar) => {
          const begin = value?.buckets[bar];
          setAt(null);
          if (begin) onZoom(Date.parse(begin), Date.parse(begin) + millis);
        }}
      />
      {/* Of a bar that is gone to by keyboard the plot itself says it. */}
      <p class="detections-mix-words caption" aria-live={at === null ? 'polite' : 'off'}>
        {words || (value && inAll(value, iso(buckets.from)))}
      </p>
      <ul class="detections-mix-classes" aria-label="Classes seen">
        {value?.classes.map(({ label, counts }) => (
          <li key={label}>
            <ClassMark name={label} index={classIndex(label)} />{' '}
            <span class="caption">{count(sum(counts))}</span>
          </li>
        ))}
        {value?.others && <li class="caption">others {count(sum(value.others))}</li>}
      </ul>
    </div>
  );
}

const iso = (at: number) => new Date(at).toISOString();
const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);

function bucketInWords(mix: DetectionMix, at: number, begin: number, millis: number): string {
  const seen = mix.classes.flatMap(({ label, counts }) =>
    counts[at] ? [`${label} ${count(counts[at])}`] : [],
  );
  const clock = (time: number) =>
    new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const until = millis < 86_400_000 ? ` – ${clock(begin + millis)}` : ', one day';
  return `${dateTime(begin)}${until}: ${seen.join(', ') || 'nothing'}`;
}

function inAll({ counted, countedFrom }: DetectionMix, from: string): string {
  const all = plural(counted, 'occurrence');
  return countedFrom > from
    ? `The latest ${all}, since ${dateTime(countedFrom)}: what is older is too much to count.`
    : all;
}
