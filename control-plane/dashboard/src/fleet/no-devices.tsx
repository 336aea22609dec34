import { Link } from 'wouter-preact';
import { Copy } from '../ui/copy.tsx';
import { Empty } from '../ui/empty.tsx';

/** Of a fleet that nobody has joined yet: how one does. */
export function NoDevices() {
  return (
    <Empty title="No device has joined yet.">
      <p>
        A device is a Raspberry Pi, or any other Linux, that runs the agent beside a camera. It
        enrols once, with a command that <Link href="/setup">Setup</Link> makes for it, and shows up
        here at once.
      </p>
      <p>To look around first, with three simulated devices on one machine:</p>
      <Copy text="npm start" label="What starts three simulated devices" />
    </Empty>
  );
}
