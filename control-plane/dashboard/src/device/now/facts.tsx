import { Link } from 'wouter-preact';
import type { DeviceView } from '../../../../src/resources/device.ts';
import { path } from '../../api/path.ts';
import { type Clock, CONNECTIVITIES } from '../../fleet/rows/connectivity.ts';
import { Ago } from '../../ui/ago.tsx';
import { Fact } from '../../ui/fact.tsx';
import { bytes, duration, number, plural, shortDigest, withUnit } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { connectivityOfView } from '../connectivity-of-view.ts';
import { Condition } from './condition.tsx';
import './facts.css';

const UPDATES = new Set(['committed', 'reverted', 'refused', 'failed']);

interface FactsProps {
  readonly device: DeviceView;
  readonly camera: string;
  /** Of the control plane. */
  readonly clock: Clock;
  /** What to add to this machine's clock to have the control plane's, in ms. */
  readonly ahead: number;
}

/** What a device is, in a few lines. */
export function Facts({ device, camera, clock, ahead }: FactsProps) {
  const { state, stateAt, lastSeenAt, agentVersion, reported, health, streams, streamsInAll } =
    device;
  const connectivity = connectivityOfView(device, clock);
  const slot = reported?.cameras[camera]?.slot;
  const running = slot === undefined ? undefined : reported?.slots[slot];
  const [stream] = streams;
  const here = (at: string | null) => (at === null ? null : Date.parse(at) - ahead);
  return (
    <dl class="device-facts">
      <Fact name="State">
        <State kind={CONNECTIVITIES[connectivity].kind}>{connectivity}</State>
        {stateAt && connectivity === state && (
          <span class="caption">
            {' '}
            for <Ago at={here(stateAt)} suffix="" />
          </span>
        )}
      </Fact>
      <Fact name="Heard">
        <Ago at={here(lastSeenAt)} />
      </Fact>
      <Fact name="Model">
        {running ? (
          <>
            <Link href={path`/models/${running.model}`}>{running.name}</Link>{' '}
            <code class="caption">{shortDigest(running.model)}</code>
            {running.update && !UPDATES.has(running.update.state) && (
              <span class="caption"> · update: {running.update.state}</span>
            )}
          </>
        ) : (
          noModel(reported)
        )}
      </Fact>
      {running && <TunedHead slot={running} />}
      <Fact name="Agent">
        {agentVersion ?? 'not reported yet'}
        {health && <span class="caption"> up for {duration(health.uptimeSeconds * 1000)}</span>}
      </Fact>
      <Fact name="Machine">{health ? machineWords(health) : 'not reported yet'}</Fact>
      {health && <Condition health={health} />}
      <Fact name="Results">
        {stream ? `${plural(stream.stored, 'result')} stored` : 'none yet'}
        {stream && stream.lost > 0 && (
          <span class="caption"> {plural(stream.lost, 'result')} lost, for reasons given</span>
        )}
        {streamsInAll > 1 && (
          <span class="caption"> in the newest of {plural(streamsInAll, 'stream')}</span>
        )}
      </Fact>
    </dl>
  );
}

const noModel = (reported: DeviceView['reported']) =>
  reported?.agentFile?.safeMode ? 'none runs' : 'not reported yet';
type Slot = NonNullable<DeviceView['reported']>['slots'][string];

/** What decides in place of the model's own last layer; nothing where none was tuned. */
function TunedHead({ slot: { head, headProblem } }: { readonly slot: Slot }) {
  if (headProblem) {
    return (
      <Fact name="Tuned here">
        <State kind="bad">not used</State>{' '}
        <span class="caption" title={headProblem.message}>
          the model decides as it came
        </span>
      </Fact>
    );
  }
  if (!head) return null;
  const { digest, labelled, heldOut } = head;
  return (
    <Fact name="Tuned here">
      last layer <code class="caption">{shortDigest(digest)}</code>
      <span class="caption">
        {' '}
        from {plural(labelled, 'picture')} labelled on the device: {heldOut.right} of{' '}
        {heldOut.pictures} right, {heldOut.rightBefore} as it came
      </span>
    </Fact>
  );
}

function machineWords({
  temperatureCelsius,
  rssBytes,
  diskFreeBytes,
  outbox,
}: NonNullable<DeviceView['health']>) {
  return [
    temperatureCelsius !== undefined && withUnit(number(temperatureCelsius, 0), '°C'),
    `${bytes(rssBytes)} in memory`,
    diskFreeBytes !== undefined && `${bytes(diskFreeBytes)} free`,
    outbox.rows > 0 && `${plural(outbox.rows, 'result')} waiting`,
  ]
    .filter(Boolean)
    .join(' · ');
}
