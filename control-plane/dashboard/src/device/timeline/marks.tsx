/** A line across, with its place from 0 to 1. */
export interface PlacedMark {
  readonly at: number;
  readonly name: string;
}

/** Rollouts, as lines across. */
export function Marks({ marks }: { marks: readonly PlacedMark[] }) {
  return (
    <>
      {marks.map(({ at, name }) => (
        <span key={`${at} ${name}`} class="device-mark" style={{ left: `${100 * at}%` }} />
      ))}
    </>
  );
}
