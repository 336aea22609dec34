import Type, { type Static, type TSchema } from 'typebox';

/**
 * What can be wrong with a camera. `absent`: it is not there, or can't be reached; `failed`: what
 * reads it ended, or its pictures can't be decoded; `silent`: it is there and shows nothing;
 * `size`: its pictures have another size than was asked for; `frozen`: every picture is the same,
 * to the byte; `black`: nothing is to be seen.
 */
export const CameraFault = Type.Union([
  Type.Literal('absent'),
  Type.Literal('failed'),
  Type.Literal('silent'),
  Type.Literal('size'),
  Type.Literal('frozen'),
  Type.Literal('black'),
]);
export type CameraFault = Static<typeof CameraFault>;

/** One value for each fault. */
export const ByFault = <Value extends TSchema>(value: Value) =>
  Type.Object({
    absent: value,
    failed: value,
    silent: value,
    size: value,
    frozen: value,
    black: value,
  } satisfies Record<CameraFault, Value>);
