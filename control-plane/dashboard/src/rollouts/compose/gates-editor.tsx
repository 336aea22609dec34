import type { GateSettings } from '../../../../src/rollouts/gates/gate-settings.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { GATES } from '../words/gates.ts';
import { GATE_FIELDS, type GateField, readField, ruleOf, writeField } from './gate-fields.ts';

interface GatesEditorProps {
  /** From 1. */
  readonly wave: number;
  /** null: the defaults. */
  readonly gates: readonly GateSettings[] | null;
  readonly defaults: readonly GateSettings[] | null;
  readonly error: string | undefined;
  readonly onChange: (gates: readonly GateSettings[] | null) => void;
  /** The same gates for every wave; null: there is one. */
  readonly onForAll: (() => void) | null;
}

/** The gates of a wave: which there are, their limits, and what each does when it fails. */
export function GatesEditor(props: GatesEditorProps) {
  const { wave, gates, defaults, error, onChange, onForAll } = props;
  const shown = gates ?? defaults;
  const offered = defaults ?? [];
  const all = [
    ...offered,
    ...(shown ?? []).filter(({ kind }) => !offered.some((gate) => gate.kind === kind)),
  ];
  const put = (kind: string, gate: GateSettings | null) =>
    onChange(
      all.flatMap((one) => {
        if (one.kind === kind) return gate ? [gate] : [];
        return shown?.find((it) => it.kind === one.kind) ?? [];
      }),
    );
  return (
    <details class="rollouts-gates-editor">
      <summary>
        Gates of wave {wave}:{' '}
        {gates === null ? `the ${defaults?.length ?? ''} defaults` : `${gates.length} of its own`}
      </summary>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      {shown === null && <p class="caption">They are shown once you have chosen what goes out.</p>}
      <ul>
        {all.map((gate) => (
          <OneGate
            key={gate.kind}
            id={`wave-${wave}-${gate.kind}`}
            gate={shown?.find(({ kind }) => kind === gate.kind) ?? null}
            otherwise={gate}
            onChange={(changed) => put(gate.kind, changed)}
          />
        ))}
      </ul>
      <div class="page-actions">
        {gates !== null && <Button onClick={() => onChange(null)}>Back to the defaults</Button>}
        {onForAll && gates !== null && <Button onClick={onForAll}>The same for every wave</Button>}
      </div>
    </details>
  );
}

interface OneGateProps {
  readonly id: string;
  /** null: it is left out. */
  readonly gate: GateSettings | null;
  readonly otherwise: GateSettings;
  readonly onChange: (gate: GateSettings | null) => void;
}

function OneGate({ id, gate, otherwise, onChange }: OneGateProps) {
  const { name, passes } = GATES[otherwise.kind];
  const [limit, ...sample] = GATE_FIELDS[otherwise.kind];
  const input = (field: GateField, of: GateSettings) => (
    <NumberField
      key={field.path}
      label={field.label}
      rule={ruleOf(field)}
      value={readField(of, field)}
      onNumber={(value) => onChange(writeField(of, field, value))}
    />
  );
  return (
    <li class="rollouts-gate-draft">
      <label class="rollouts-check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={gate !== null}
          onChange={({ currentTarget: { checked } }) => onChange(checked ? otherwise : null)}
        />
        <span class="strong">{name}</span>
        <span class="caption">passes when {passes}</span>
      </label>
      {gate && (
        <>
          <div class="rollouts-fields rollouts-limits">
            {limit && input(limit, gate)}
            <Select
              label="When it fails, it"
              value={gate.onFailure}
              onChange={({ currentTarget: { value } }) =>
                onChange({ ...gate, onFailure: value as GateSettings['onFailure'] })
              }
            >
              <option value="pause">pauses</option>
              <option value="roll back">rolls back</option>
            </Select>
          </div>
          <details>
            <summary class="caption">The sample that it needs</summary>
            <div class="rollouts-fields">{sample.map((field) => input(field, gate))}</div>
          </details>
        </>
      )}
    </li>
  );
}
