import { Link, useSearchParams } from 'wouter-preact';
import type { RolloutDevicePage, RolloutView } from '../../../../src/resources/rollout.ts';
import type { DeviceState } from '../../../../src/rollouts/states/device-states.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Select } from '../../ui/field.tsx';
import '../../ui/table.css';
import { DEVICE_STATES, STATE_NAMES } from '../words/device-states.ts';
import { deviceInWords } from './device-in-words.ts';
import '../filter.css';
import { useMore } from '../../api/use-more.ts';
import { ShowMore } from '../../ui/show-more.tsx';
import './device-table.css';

/**
 * Where each device is, in words: what the dots show, and why. The filter stands in the address.
 */
export function DeviceTable({ view }: { view: RolloutView }) {
  const [search, setSearch] = useSearchParams();
  const [state, wave] = [search.get('state') ?? '', search.get('wave') ?? ''];
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const { page, problem, reload, ...more } = useMore<RolloutDevicePage>(
    path`/api/rollouts/${view.rollout}/devices`,
    { state, wave: wave === '' ? '' : Number(wave) - 1 },
    {
      on: ['rollout.decided', 'rollout.progress'],
      concerns: ({ subject }) => subject.rollout === view.rollout,
    },
  );
  const devices = page?.devices ?? [];
  return (
    <>
      <div class="rollouts-filter">
        <Select
          label="State"
          value={state}
          onChange={(event) => set('state', event.currentTarget.value)}
        >
          <option value="">all</option>
          {STATE_NAMES.map((name) => (
            <option key={name} value={name}>
              {DEVICE_STATES[name].word}
            </option>
          ))}
        </Select>
        <Select
          label="Wave"
          value={wave}
          onChange={(event) => set('wave', event.currentTarget.value)}
        >
          <option value="">all</option>
          {view.plan.waves.map((_, i) => (
            <option key={i} value={i + 1}>
              {i + 1}
            </option>
          ))}
        </Select>
      </div>
      {problem && <ErrorNote what="The devices were not read." error={problem} retry={reload} />}
      {page && devices.length === 0 && <p class="caption">No device is in that state.</p>}
      {devices.length > 0 && (
        <table class="table rollouts-devices">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Wave</th>
              <th scope="col">State</th>
              <th scope="col">Since</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <tr key={device.device}>
                <th scope="row">
                  <Link href={path`/devices/${device.device}`}>{device.device}</Link>
                </th>
                <td data-of="wave">{device.wave + 1}</td>
                <td>
                  <StateDot state={device.state} />
                </td>
                <td>
                  <Ago at={device.since} />
                </td>
                <td>{deviceInWords(device)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ShowMore
        {...more}
        label="Show more"
        command={`edgeloop rollouts devices ${view.rollout} --limit all`}
      />
    </>
  );
}

function StateDot({ state }: { state: DeviceState }) {
  return (
    <span class="rollouts-state">
      <span class="rollouts-state-box" aria-hidden="true">
        <span class={`rollouts-dot rollouts-dot-${state}`} />
      </span>
      {DEVICE_STATES[state].word}
    </span>
  );
}
