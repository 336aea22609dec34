import type { DevicePage } from '../../../../src/resources/device.ts';
import { useResource } from '../../api/use-resource.ts';
import { Field } from '../../ui/field.tsx';
import { listOf } from './check-draft.ts';
import type { PartProps } from './part-props.ts';

const OFFERED = 12;

/** Whom it is for: devices that fit each of what is given. */
export function TargetFields({ draft, change, shown }: PartProps) {
  const devices = useResource<DevicePage>('/api/devices?limit=500').value?.devices ?? [];
  const sites = [...new Set(devices.map(({ site }) => String(site)))].sort();
  const tags = [...new Set(devices.flatMap((device) => device.tags.map(String)))].sort();
  return (
    <>
      <p class="caption">
        Devices that fit each of what is given; nothing given: all that have the slot.
      </p>
      <div class="rollouts-fields">
        <ListField
          label="Sites, any of them"
          value={draft.sites}
          offered={sites}
          onChange={(value) => change({ sites: value })}
        />
        <ListField
          label="Tags, all of them"
          value={draft.tags}
          offered={tags}
          onChange={(value) => change({ tags: value })}
        />
        <Field
          label="Attributes"
          value={draft.attributes}
          error={shown('attributes')}
          placeholder="line=3, camera=left"
          spellcheck={false}
          onInput={({ currentTarget: { value } }) => change({ attributes: value })}
        />
        <Field
          label="Devices, only these"
          value={draft.devices}
          placeholder="pi-1, pi-2"
          spellcheck={false}
          onInput={({ currentTarget: { value } }) => change({ devices: value })}
        />
      </div>
    </>
  );
}

interface ListFieldProps {
  readonly label: string;
  readonly value: string;
  /** What there is: pressed, it is in or out. */
  readonly offered: readonly string[];
  readonly onChange: (value: string) => void;
}

function ListField({ label, value, offered, onChange }: ListFieldProps) {
  const chosen = listOf(value);
  const toggle = (one: string) =>
    onChange(
      (chosen.includes(one) ? chosen.filter((it) => it !== one) : [...chosen, one]).join(', '),
    );
  return (
    <div class="rollouts-list-field">
      <Field
        label={label}
        value={value}
        spellcheck={false}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {offered.length > 0 && (
        <div class="rollouts-offered">
          {offered.slice(0, OFFERED).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={chosen.includes(one)}
              aria-label={`${label}: ${one}`}
              onClick={() => toggle(one)}
            >
              {one}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
