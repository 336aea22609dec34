import type { ClockView } from '../../../../src/resources/clock.ts';
import type { RetentionUsage, RetentionView } from '../../../../src/resources/retention.ts';
import { useResource } from '../../api/use-resource.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { ClockDoubt } from './clock-doubt.tsx';
import { DiskRoom } from './disk-room.tsx';
import { RetentionForm } from './retention-form.tsx';

const EVERY = 30_000;

/** What is kept how long, how much there is of it, and how much room. */
export function RetentionSection() {
  const read = useResource<RetentionView>('/api/retention');
  const usage = useResource<RetentionUsage>('/api/retention/usage', {
    on: ['disk.changed'],
    every: EVERY,
  });
  const clock = useResource<ClockView>('/api/retention/clock', {
    on: ['clock.changed'],
    every: EVERY,
  });
  return (
    <>
      <p class="setup-lead">
        What is kept how long, and how much of it. What is set here holds over the options that the
        control plane was started with, at once and without a restart.
      </p>
      {clock.value?.doubt && read.value && (
        <ClockDoubt
          clock={clock.value}
          settings={read.value.settings}
          onConfirmed={() => clock.reload()}
        />
      )}
      <Loaded what="What there is" from={usage}>
        {({ disk }) => (
          <Section title="Disk">
            <DiskRoom disk={disk} />
          </Section>
        )}
      </Loaded>
      <Loaded what="The bounds" from={read}>
        {(view) => (
          <RetentionForm
            key={JSON.stringify(view)}
            view={view}
            etag={read.etag}
            usage={usage.value}
            onChanged={() => {
              read.reload();
              usage.reload();
            }}
          />
        )}
      </Loaded>
    </>
  );
}
