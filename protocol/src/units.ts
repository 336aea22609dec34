declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A duration, or a reading of a monotonic clock, in milliseconds. */
export type Millis = Unit<'Millis'>;
/** Milliseconds since 1970, by the wall clock, which jumps: never order by it. */
export type EpochMillis = Unit<'EpochMillis'>;
export type Bytes = Unit<'Bytes'>;

export const millis = (value: number) => value as Millis;
export const seconds = (value: number) => (value * 1000) as Millis;
export const epochMillis = (value: number) => value as EpochMillis;
export const bytes = (value: number) => value as Bytes;
export const mebibytes = (value: number) => (value * 1024 * 1024) as Bytes;
