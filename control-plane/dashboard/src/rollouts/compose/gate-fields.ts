import type { GateKind } from '../../../../src/rollouts/gates/gate-settings.ts';

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
  ...{ path: 'alpha', unit: 'percent' },
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
    { path: 'count', label: 'And at most so many devices', unit: 'whole', optional: true },
    devices('Devices in the wave, at least'),
  ],
  'minimum-reports': [
    { path: 'limit', label: 'Devices with enough frames, at least %', unit: 'percent' },
    frames('Enough frames are'),
    devices('And at least so many devices'),
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
    { path: 'minimum.classFrames', label: 'A class is judged from so many frames', unit: 'whole' },
    devices('Devices with a shadow, at least'),
    ALPHA,
  ],
};

type Settings = Readonly<Record<string, unknown>>;

/** As a person reads it; empty where it is not set. */
export function readField(gate: Settings, { path, unit }: GateField): string {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Settings | undefined)?.[key], gate);
  if (typeof value !== 'number') return '';
  return String(unit === 'percent' ? Math.round(value * 1e4) / 100 : value);
}

/**
 * The gate with a field as somebody wrote it; what is no number is kept as it was written, for `mistakeIn` to say so.
 * @param text empty: an optional field is taken out
 */
export function writeField<Gate extends object>(gate: Gate, field: GateField, text: string): Gate {
  const number = Number(text);
  const given = text.trim() === '' ? undefined : number;
  const value = given !== undefined && field.unit === 'percent' ? given / 100 : given;
  const [first = '', second] = field.path.split('.');
  if (second !== undefined) {
    const inner = (gate as Settings)[first] as object;
    return { ...gate, [first]: { ...inner, [second]: value } };
  }
  const { [first]: _, ...rest } = gate as Settings;
  return (value === undefined ? rest : { ...rest, [first]: value }) as Gate;
}

/** Why what is written can't be meant; null: it can. */
export function mistakeIn(field: GateField, text: string): string | null {
  if (text.trim() === '') return field.optional ? null : 'Expected a number, received nothing.';
  const value = Number(text);
  if (!Number.isFinite(value)) return `Expected a number, received ${text}.`;
  if (value < 0) return `Expected a number from 0 on, received ${text}.`;
  if (field.unit === 'percent' && value > 100) return `Expected at most 100, received ${text}.`;
  if (field.unit === 'whole' && !Number.isInteger(value))
    return `Expected a whole number, received ${text}.`;
  return null;
}
