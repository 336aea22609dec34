import { useComputed } from '@preact/signals';
import type { TaskView } from '../../../src/resources/task.ts';
import { withQuery } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { now } from '../ui/clock.ts';
import { Page, Section } from '../ui/page.tsx';
import { classIndexOf } from './class-index.ts';
import { apiFilter, isLive, timesOf } from './filter/detection-filter.ts';
import { FilterBar } from './filter/filter-bar.tsx';
import { useDetectionFilter } from './filter/use-detection-filter.ts';
import { useSuggestions } from './filter/use-suggestions.ts';
import { bucketsFor } from './mix/buckets.ts';
import { ClassMix } from './mix/class-mix.tsx';
import { Stream } from './stream/stream.tsx';

const MINUTE = 60_000;

/** What the fleet sees: as it comes, and as it was. */
export function DetectionsPage() {
  const [filter, setFilter] = useDetectionFilter();
  const known = useResource<{ tasks: TaskView[] }>('/api/tasks', {
    on: ['task.changed', 'model.registered'],
  });
  const tasks = known.value?.tasks ?? [];
  const suggestions = useSuggestions(tasks);
  const classIndex = classIndexOf(tasks, suggestions.models);
  // The bars move on once a minute, and the page with them.
  const minute = useComputed(() => Math.ceil(now.value / MINUTE) * MINUTE).value;
  const asked = apiFilter(filter, minute);
  const { from, to } = timesOf(filter, minute);
  const offset = -new Date(minute).getTimezoneOffset() * MINUTE;
  const buckets = bucketsFor(from, Math.max(to, from + 1), offset);
  return (
    <Page
      title="Detections"
      actions={
        <a class="button" href={withQuery('/api/detections.csv', asked)}>
          Export as CSV
        </a>
      }
    >
      <FilterBar filter={filter} suggestions={suggestions} onChange={setFilter} />
      <Section title="Classes over time">
        <ClassMix
          filter={asked}
          buckets={buckets}
          live={isLive(filter)}
          classIndex={(label) => classIndex(label, filter.model)}
          onZoom={(begin, end) =>
            setFilter({
              ...filter,
              from: new Date(begin).toISOString(),
              to: new Date(end).toISOString(),
            })
          }
        />
      </Section>
      <Stream key={JSON.stringify(filter)} filter={filter} classIndex={classIndex} />
    </Page>
  );
}
