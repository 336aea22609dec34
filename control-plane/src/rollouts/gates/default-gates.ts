import type { GateSettings } from './gate-settings.ts';

/**
 * Of a wave that names none. Those on distributions pause: a person can tell a better model from a
 * worse one.
 */
export const DEFAULT_GATES: readonly GateSettings[] = [
  { kind: 'update-success', limit: 0.9, minimum: { devices: 1 }, onFailure: 'roll back' },
  { kind: 'update-errors', limit: 0.1, minimum: { devices: 1 }, onFailure: 'roll back' },
  {
    kind: 'minimum-reports',
    limit: 0.8,
    onFailure: 'roll back',
    minimum: { devices: 1, frames: 100 },
  },
  { kind: 'latency', ratio: 1.5, onFailure: 'roll back', minimum: { devices: 1, frames: 400 } },
  {
    kind: 'restarts',
    limit: 0.5,
    alpha: 0.001,
    onFailure: 'roll back',
    minimum: { devices: 1, restarts: 3 },
  },
  {
    kind: 'confidence',
    limit: 0.1,
    direction: 'fall',
    alpha: 0.01,
    onFailure: 'pause',
    minimum: { devices: 1, frames: 100, controlDevices: 1 },
  },
  {
    kind: 'class-mix',
    measure: 'psi',
    limit: 0.2,
    alpha: 0.01,
    onFailure: 'pause',
    minimum: { devices: 1, frames: 100, controlDevices: 1 },
  },
];

/** Of the time in which a candidate only looks on. A better model disagrees, too: it pauses. */
export const DEFAULT_SHADOW_GATES: readonly GateSettings[] = [
  {
    kind: 'shadow-agreement',
    limit: 0.85,
    classLimit: 0.7,
    alpha: 0.05,
    onFailure: 'pause',
    minimum: { devices: 1, frames: 300, classFrames: 50 },
  },
];
