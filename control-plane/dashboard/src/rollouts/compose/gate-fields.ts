import type { GateKind } from '../../../../src/rollouts/gates/gate-settings.ts';
import type { Meant, NumberRule } from '../../ui/number-text.ts';

export interface GateField {
  /** `limit`, `minimum.frames`. */
  readonly path: string;
  readonly label: string;
  /** percent: 0 to 100 where the plan has a share. */
  readonly unit: 'percent' | 'number' | 'whole';
  /** May be left empty. */
  readonly optional?: boolean;
}

const devices = (label: string): GateField => ({ path: 'minimum.devices', label, unit: 'whole' });
const frames = (label: string): GateField => ({ path: 'minimum.frames', label, unit: 'whole' });
const ALPHA: GateField = {
  path: 'alpha',
  unit: 'percent',
  label: 'May stop a model that changed nothing in so many of a hundred waves',
};
const COMPARED: readonly GateField[] = [
  devices('Devices of the wave, at least'),
  frames('Frames of each before and after, at least'),
  { path: 'minimum.controlDevices', label: 'Other devices, at least', unit: 'whole' },
];

/** What of a gate can be set; the first is its limit. */
export const GATE_FIELDS: Readonly<Record<GateKind, readonly GateField[]>> = {
  'update-success': [
    { path: 'limit', label: 'Committed, at least %', unit: 'percent' },
    devices('Devices in the wave, at least'),
  ],
  'update-errors': [
    { path: 'limit', label: 'Failed, refused or reverted, at most %', unit: 'percent' },
    { path: 'count', label: 'And devices, at most', unit: 'whole', optional: true },
    devices('Devices in the wave, at least'),
  ],
  'minimum-reports': [
    { path: 'limit', label: 'Devices with enough frames, at least %', unit: 'percent' },
    frames('Enough frames are'),
    devices('Such devices, at least'),
  ],
  latency: [
    { path: 'ratio', label: 'Times what it was before, at most', unit: 'number' },
    { path: 'limit', label: 'And ms, at most', unit: 'number', optional: true },
    frames('Frames of all together, at least'),
    devices('Devices with frames, at least'),
  ],
  restarts: [
    { path: 'limit', label: 'More than others, an hour, at most', unit: 'number' },
    { path: 'minimum.restarts', label: 'Fewer than so many never stop it', unit: 'whole' },
    devices('Devices heard of, at least'),
    ALPHA,
  ],
  confidence: [
    { path: 'limit', label: 'Points further than others, at most', unit: 'percent' },
    ...COMPARED,
    ALPHA,
  ],
  'class-mix': [
    { path: 'limit', label: 'Divergence, at most', unit: 'number' },
    ...COMPARED,
    ALPHA,
  ],
  'shadow-agreement': [
    { path: 'limit', label: 'Agrees on at least % of frames', unit: 'percent' },
    { path: 'classLimit', label: 'And of each class on at least %', unit: 'percent' },
    frames('Frames compared, at least'),
    {
      path: 'minimum.classFrames',
      label: 'Frames of a class to judge it, at least',
      unit: 'whole',
    },
    devices('Devices with a shadow, at least'),
    ALPHA,
  ],
};

/** What of it can be meant. */
export const ruleOf = ({ unit, optional = false }: GateField): NumberRule => ({
  min: 0,
  optional,
  whole: unit === 'whole',
  ...(unit === 'percent' && { max: 100 }),
});

type Settings = Readonly<Record<string, unknown>>;

/** As a person reads it; null where it is not set. */
export function readField(gate: Settings, { path, unit }: GateField): Meant {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Settings | undefined)?.[key], gate);
  if (typeof value !== 'number') return null;
  // Without what a multiplication adds in the last places, so that it is the number that was
  // written.
  return unit === 'percent' ? Number((value * 100).toPrecision(12)) : value;
}

/**
 * The gate with a field as somebody wrote it.
 * @param value null: it is taken out; NaN, which can't be meant, is kept, and the plan is none
 */
export function writeField<Gate extends object>(gate: Gate, field: GateField, value: Meant): Gate {
  const given = value !== null && field.unit === 'percent' ? value / 100 : (value ?? undefined);
  const [first = '', second] = field.path.split('.');
  if (second !== undefined) {
    const inner = (gate as Settings)[first] as object;
    return { ...gate, [first]: { ...inner, [second]: given } };
  }
  const { [first]: _, ...rest } = gate as Settings;
  return (given === undefined ? rest : { ...rest, [first]: given }) as Gate;
}
