import Type, { type Static } from 'typebox';
import { nullable } from '../../resources/page.ts';
import type { GateResult } from './gate-result.ts';
import type { GateKind, GateSettings } from './gate-settings.ts';

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/**
 * A gate as one bar: the figure that it judges, the limit beside it, and from how much that is
 * known.
 */
export const GateReading = Type.Object({
  measured: nullable(Type.Number({ description: 'null: too little was told to measure it' })),
  limit: Type.Number(),
  bound: Type.Union([Type.Literal('least'), Type.Literal('most')], {
    description: 'Whether the limit is the least or the most that it may be',
  }),
  unit: Type.Union(
    [
      Type.Literal('share'),
      Type.Literal('times'),
      Type.Literal('milliseconds'),
      Type.Literal('an hour'),
      Type.Literal('points'),
      Type.Literal('divergence'),
    ],
    {
      description:
        'share: 0 to 1. times: of what it was before. an hour: restarts in a device hour. points: a difference of shares, 0 to 1',
    },
  ),
  reports: Count('So many were heard of'),
  needed: Count('Fewer, and it does not pass'),
  of: Type.Union([Type.Literal('devices'), Type.Literal('frames')]),
});
export type GateReading = Static<typeof GateReading>;

type Figures = GateResult['figures'];
type Bar = Pick<GateReading, 'measured' | 'limit' | 'bound' | 'unit'>;
type Reports = Pick<GateReading, 'reports' | 'needed' | 'of'>;
type Read<Kind extends GateKind> = (
  gate: Extract<GateSettings, { kind: Kind }>,
  figures: Figures,
) => Bar & Reports;

const READ: { readonly [Kind in GateKind]: Read<Kind> } = {
  'update-success': ({ limit, minimum }, figures) => ({
    measured: ratio(figures.committed, figures.devices),
    limit,
    bound: 'least',
    unit: 'share',
    ...ended(figures, minimum.devices),
  }),
  'update-errors': ({ limit, count, minimum }, figures) => {
    const errors = sum(figures.failed, figures.refused, figures.reverted);
    const devices = figures.devices ?? 0;
    // The stricter of the two.
    const most = count === undefined || devices === 0 ? limit : Math.min(limit, count / devices);
    return {
      measured: ratio(errors, devices),
      limit: most,
      bound: 'most',
      unit: 'share',
      ...ended(figures, minimum.devices),
    };
  },
  'minimum-reports': ({ limit, minimum }, figures) => ({
    measured: ratio(figures.told, figures.devices),
    limit,
    bound: 'least',
    unit: 'share',
    ...devices(figures.told, minimum.devices),
  }),
  latency: (gate, figures) => ({
    ...latencyBar(gate, figures),
    reports: figures.frames ?? 0,
    needed: gate.minimum.frames,
    of: 'frames',
  }),
  restarts: ({ limit, minimum }, figures) => ({
    measured: excess(figures),
    limit,
    bound: 'most',
    unit: 'an hour',
    ...devices(figures.devices, minimum.devices),
  }),
  confidence: ({ limit, direction, minimum }, { shift = null, ...figures }) => {
    const size = direction === 'fall' ? (fallen: number) => -fallen : Math.abs;
    return {
      measured: shift === null ? null : size(shift),
      limit,
      bound: 'most',
      unit: 'points',
      ...devices(figures.devices, minimum.devices),
    };
  },
  'class-mix': ({ limit, minimum }, figures) => ({
    measured: figures.divergence ?? null,
    limit,
    bound: 'most',
    unit: 'divergence',
    ...devices(figures.devices, minimum.devices),
  }),
  'shadow-agreement': ({ limit, minimum }, figures) => ({
    // Of no frame nothing is known, not that it agrees on none.
    measured: figures.compared ? (figures.lower ?? null) : null,
    limit,
    bound: 'least',
    unit: 'share',
    reports: figures.compared ?? 0,
    needed: minimum.frames,
    of: 'frames',
  }),
};

/**
 * What a gate's figures come to, beside its limit.
 * @param figures as `judgeWave` tells them; empty: nothing was measured yet
 */
export function readGate(gate: GateSettings, figures: Figures): GateReading {
  const read = READ[gate.kind] as Read<GateKind>;
  return read(gate, figures);
}

/**
 * Against the absolute limit where that is what it exceeds, or all that can be told; against the
 * model before otherwise.
 */
function latencyBar(
  { limit, ratio: times }: Extract<GateSettings, { kind: 'latency' }>,
  { p95 = null, ratio: grown = null }: Figures,
): Bar {
  const absolute = limit !== undefined && p95 !== null && (grown === null || p95 > limit);
  return absolute
    ? { measured: p95, limit, bound: 'most', unit: 'milliseconds' }
    : { measured: grown, limit: times, bound: 'most', unit: 'times' };
}

function excess({ restarts, deviceHours, controlRestarts, controlDeviceHours }: Figures) {
  const own = ratio(restarts, deviceHours);
  return own === null ? null : own - (ratio(controlRestarts, controlDeviceHours) ?? 0);
}

/** Of the wave's devices, those of which the end is known. */
function ended({ devices: all, underWay }: Figures, minimum: number): Reports {
  const devicesOfWave = all ?? 0;
  return devices(devicesOfWave - (underWay ?? 0), Math.max(minimum, devicesOfWave));
}

const devices = (reports: number | null | undefined, needed: number): Reports => ({
  reports: reports ?? 0,
  needed,
  of: 'devices',
});

const sum = (...counts: (number | null | undefined)[]) =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0);

function ratio(part: number | null | undefined, whole: number | null | undefined): number | null {
  return typeof part === 'number' && whole ? part / whole : null;
}
