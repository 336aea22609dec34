import { now } from './clock.ts';
import { dateTime, duration } from './format.ts';

/** An instant as its age, which goes on: "12 s ago"; the instant itself on hover. */
export function Ago({ at, suffix = ' ago' }: { at: string | number | null; suffix?: string }) {
  if (at === null) return <>never</>;
  const when = new Date(at);
  return (
    <time dateTime={when.toISOString()} title={dateTime(when.getTime())}>
      {`${duration(now.value - when.getTime())}${suffix}`}
    </time>
  );
}
