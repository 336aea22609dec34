import type { LiveEvent } from '../../api/live.ts';

interface Enrolling {
  /** Of the token: how many devices have enrolled with it. */
  readonly used: number;
  /** The one that it is for; empty: any. */
  readonly device: string;
  /** Who was heard to enrol with it. */
  readonly heard: readonly string[];
}

export interface Enrolled {
  readonly names: readonly string[];
  /** How many more there are, whose names are not known: nobody listened then. */
  readonly unnamed: number;
}

/**
 * The device that got its credential with this token, of an event `device.enrolled`; null: with
 * another, as somebody else made for the same site.
 */
export const enrolledWith = (
  { subject, data }: Pick<LiveEvent, 'subject' | 'data'>,
  token: string,
): string | null => (data.enrolledWith === token ? (subject.device ?? null) : null);

/**
 * Who has enrolled with a token. How many is the token's to say: on a page that nobody sees nothing
 * is heard.
 */
export function whoEnrolled({ used, device, heard }: Enrolling): Enrolled {
  if (device !== '') return { names: used > 0 ? [device] : [], unnamed: 0 };
  // What is heard comes before the count of it.
  return { names: heard, unnamed: Math.max(0, used - heard.length) };
}
