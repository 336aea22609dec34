import { Button } from '../../ui/button.tsx';
import { dateTime } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { SPANS, type SpanName } from './span.ts';
import './span-bar.css';
import type { SpanAddress } from './use-span.ts';

const OPTIONS = (Object.keys(SPANS) as SpanName[]).map((value) => ({
  value,
  label: SPANS[value].label,
}));

/** Which hour, day or week is looked at; of everything on the page that is drawn over time. */
export function SpanBar({ span, go, turn }: SpanAddress) {
  return (
    <div class="device-span">
      <Segmented
        label="Time"
        value={span.name}
        options={OPTIONS}
        onChange={(name) => go(name, span.live ? null : span.to)}
      />
      <div class="device-span-turn">
        <Button kind="quiet" aria-label={`The ${span.name} before`} onClick={() => turn(true)}>
          ‹
        </Button>
        <span class="device-span-words">
          {span.live ? `last ${span.name}` : `${dateTime(span.from)} – ${dateTime(span.to)}`}
        </span>
        <Button
          kind="quiet"
          aria-label={`The ${span.name} after`}
          disabled={span.live}
          onClick={() => turn(false)}
        >
          ›
        </Button>
        {!span.live && <Button onClick={() => go(span.name, null)}>Now</Button>}
      </div>
    </div>
  );
}
