import type { SampleReason, SampleRecord } from '@edgeloop/protocol';

/** A sample on the device's disk. */
export interface StoredSample {
  readonly record: SampleRecord;
  /** Uploads that failed since the agent started. */
  readonly failures: number;
}

/** What a sample is worth when room is short, by the reason that it was kept for. */
const WORTH: Readonly<Record<SampleReason, number>> = {
  changed: 0,
  uncertain: 1,
  rare: 1,
  disagreed: 1,
  requested: 2,
  // Dropping what was drawn would make a fair draw unfair.
  random: 3,
};

export const worthOf = ({ reasons }: SampleRecord): number => WORTH[reasons[0] as SampleReason];

const age = (a: SampleRecord, b: SampleRecord): number => (a.capturedAt < b.capturedAt ? -1 : 1);

/** The first goes first when room is short: the least worth, the oldest of these. */
export const byEviction = (a: SampleRecord, b: SampleRecord): number =>
  worthOf(a) - worthOf(b) || age(a, b);

/** The first is uploaded first: what has not failed yet, the most worth, the oldest of these. */
export const byUpload = (a: StoredSample, b: StoredSample): number =>
  a.failures - b.failures || worthOf(b.record) - worthOf(a.record) || age(a.record, b.record);
