import { useState } from 'preact/hooks';
import type { ConfigurationView } from '../../../../src/resources/configuration.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { Select } from '../../ui/field.tsx';

interface AssignConfigurationProps {
  readonly device: string;
  readonly configurations: readonly ConfigurationView[];
  /** As it was seen: of somebody else's change one is told. */
  readonly etag: string | null;
  /** Version that holds; null: none. */
  readonly current: number | null;
  readonly onDone: () => void;
  readonly onReload: () => void;
  readonly onClose: () => void;
}

const NONE = '';

/** Another configuration for this one device. Many are brought by a rollout. */
export function AssignConfiguration(props: AssignConfigurationProps) {
  const { device, configurations, current, onDone, onReload, onClose } = props;
  // As it was when the dialog opened, however often it is read behind it.
  const [etag] = useState(props.etag);
  const [chosen, setChosen] = useState(current === null ? NONE : String(current));
  const assign = async () => {
    const version = chosen === NONE ? null : Number(chosen);
    await api.put(path`/api/devices/${device}/configuration`, { version }, { ifMatch: etag });
    onDone();
  };
  const known = configurations.some(({ newest }) => newest.version === current);
  return (
    <Confirm
      title={`Configuration of ${device}`}
      verb="Set it"
      danger={false}
      onConfirm={assign}
      onShowNow={onReload}
      onClose={onClose}
    >
      <Select
        label="Configuration"
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value={NONE}>its own agent.yaml alone</option>
        {current !== null && !known && (
          <option value={String(current)}>version {current}, as now</option>
        )}
        {configurations.map(({ configuration, newest: { version, note } }) => (
          <option key={configuration} value={String(version)}>
            {configuration} {version}
            {note && ` – ${note.slice(0, 60)}`}
          </option>
        ))}
      </Select>
      <p class="caption">
        This one device starts again with it. It takes it back by itself where it can not reach the
        control plane with it. For many devices, make a rollout.
      </p>
    </Confirm>
  );
}
