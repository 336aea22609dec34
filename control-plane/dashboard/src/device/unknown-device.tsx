import { Link } from 'wouter-preact';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

/** @param removed it was there until a moment ago */
export function UnknownDevice({ device, removed }: { device: string; removed: boolean }) {
  return (
    <Page title={device === '' ? 'Device' : device} above={<Link href="/">Fleet</Link>}>
      <Empty title={removed ? 'This device was removed.' : 'There is no device of this name.'}>
        <p>
          {removed
            ? 'Somebody decommissioned it a moment ago: its registration and its results are gone.'
            : 'It has neither enrolled nor said a word. The name may be mistyped, or the device was removed.'}
        </p>
        <p>
          <Link href="/">Look for it in the fleet</Link>, or{' '}
          <Link href="/setup">enrol a device</Link>.
        </p>
      </Empty>
    </Page>
  );
}
