import { Link, useParams } from 'wouter-preact';
import type { DeviceView } from '../../../src/resources/device.ts';
import { path } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page } from '../ui/page.tsx';
import { DeviceBody } from './device-body.tsx';
import { UnknownDevice } from './unknown-device.tsx';

/** Events tell sooner; a state that changes without a stored result does not, in ms. */
const EVERY = 5_000;

/** One device: what it sees, how it does, what runs, and what it may. */
export function DevicePage() {
  const { device = '' } = useParams<{ device: string }>();
  const { value, problem, loading, reload } = useResource<DeviceView>(
    path`/api/devices/${device}`,
    {
      on: ['detection.stored', 'device.online', 'device.offline', 'device.silent', 'device.back'],
      device,
      every: EVERY,
    },
  );
  const above = <Link href="/">Fleet</Link>;
  if (value && problem?.code !== 'NOT_FOUND') {
    return (
      <Page
        title={device}
        above={
          <>
            {above} / {value.site}
          </>
        }
      >
        {problem && <ErrorNote what="It was not read again." error={problem} retry={reload} />}
        <DeviceBody key={device} device={value} />
      </Page>
    );
  }
  if (problem?.code === 'NOT_FOUND') return <UnknownDevice device={device} removed={!!value} />;
  return (
    <Page title={device} above={above}>
      {problem && <ErrorNote what="The device was not read." error={problem} retry={reload} />}
      {loading && (
        <Empty title="Reading …">
          <p>What the control plane knows of {device}.</p>
        </Empty>
      )}
    </Page>
  );
}
