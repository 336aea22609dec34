import type { GateSettings } from '../../../../src/rollouts/gates/gate-settings.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { addWave, type WaveDraft } from './draft.ts';
import { GatesEditor } from './gates-editor.tsx';
import type { PartProps } from './part-props.ts';

const MOST = 20;

interface Size {
  readonly option: string;
  readonly label: string;
  readonly hint: string;
}

const SIZES: Readonly<Record<WaveDraft['by'], Size>> = {
  count: { option: 'a number of devices', label: 'Devices', hint: 'Of what no wave before took' },
  percent: { option: 'a share', label: 'Share, %', hint: 'Of the target, with the waves before' },
  tags: { option: 'by tags', label: 'Tags, all of them', hint: 'Commas between' },
};

interface WavesFieldsProps extends PartProps {
  /** Of the control plane, for a wave that names none; null: not known yet. */
  readonly defaults: readonly GateSettings[] | null;
}

/** The waves in their order, each with its size, its bake and its gates. */
export function WavesFields({ draft, change, shown, defaults }: WavesFieldsProps) {
  const { waves } = draft;
  const set = (i: number, changes: Partial<WaveDraft>) =>
    change({ waves: waves.map((wave, at) => (at === i ? { ...wave, ...changes } : wave)) });
  return (
    <>
      <ol class="rollouts-wave-list">
        {waves.map((wave, i) => (
          <li key={i} class="rollouts-wave-draft">
            <div class="rollouts-wave-title">
              <h3>{i === 0 ? 'Wave 1, the canary' : `Wave ${i + 1}`}</h3>
              {waves.length > 1 && (
                <Button
                  kind="quiet"
                  aria-label={`Take out wave ${i + 1}`}
                  onClick={() => change({ waves: waves.filter((_, at) => at !== i) })}
                >
                  Take out
                </Button>
              )}
            </div>
            <div class="rollouts-fields">
              <Select
                label="Who"
                value={wave.by}
                onChange={({ currentTarget: { value } }) =>
                  set(i, { by: value as WaveDraft['by'], size: '' })
                }
              >
                {Object.entries(SIZES).map(([by, { option }]) => (
                  <option key={by} value={by}>
                    {option}
                  </option>
                ))}
              </Select>
              <Field
                label={SIZES[wave.by].label}
                hint={SIZES[wave.by].hint}
                value={wave.size}
                error={shown(`waves.${i}.size`)}
                inputMode={wave.by === 'tags' ? 'text' : 'decimal'}
                onInput={({ currentTarget: { value } }) => set(i, { size: value })}
              />
              <Field
                label="Bake, minutes"
                hint="How long it is watched"
                value={wave.bakeMinutes}
                error={shown(`waves.${i}.bakeMinutes`)}
                inputMode="decimal"
                onInput={({ currentTarget: { value } }) => set(i, { bakeMinutes: value })}
              />
              <Field
                label="Deadline, minutes"
                hint="Then a device is late"
                value={wave.deadlineMinutes}
                error={shown(`waves.${i}.deadlineMinutes`)}
                inputMode="decimal"
                onInput={({ currentTarget: { value } }) => set(i, { deadlineMinutes: value })}
              />
            </div>
            <GatesEditor
              wave={i + 1}
              gates={wave.gates}
              defaults={defaults}
              error={shown(`waves.${i}.gates`)}
              onChange={(gates) => set(i, { gates })}
              onForAll={
                waves.length > 1
                  ? () => change({ waves: waves.map((one) => ({ ...one, gates: wave.gates })) })
                  : null
              }
            />
          </li>
        ))}
      </ol>
      {waves.length < MOST && (
        <div>
          <Button onClick={() => change({ waves: addWave(waves) })}>Add a wave</Button>
        </div>
      )}
    </>
  );
}
