import { shortDigest } from '../../ui/format.ts';
import type { SlotBands } from './bands.ts';
import { Marks, type PlacedMark } from './marks.tsx';

/** What ran when, as bands under what was seen. In words it stands in the list of runs. */
export function ModelBands({
  slots,
  marks,
}: {
  slots: readonly SlotBands[];
  marks: readonly PlacedMark[];
}) {
  return (
    <div aria-hidden="true">
      {slots.map(({ slot, bands }) => (
        <div class="device-lane" key={slot}>
          <span class="device-lane-label caption">runs in {slot}</span>
          <div class="device-track device-track-bands">
            {bands.map(({ run, left, width }) => (
              <span
                key={`${run.model} ${run.from}`}
                class={`device-band ${run.until === null ? 'device-band-runs' : ''}`}
                style={{ left: `${100 * left}%`, width: `${100 * width}%` }}
                title={`${run.name} ${shortDigest(run.model)}`}
              >
                {run.name} <code>{shortDigest(run.model).slice(0, 6)}</code>
              </span>
            ))}
            <Marks marks={marks} />
          </div>
        </div>
      ))}
    </div>
  );
}
