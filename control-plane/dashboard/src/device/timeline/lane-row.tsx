import { ClassMark, classColour } from '../../ui/class-mark.tsx';
import { now } from '../../ui/clock.ts';
import { count } from '../../ui/format.ts';
import type { Lane, Placed } from './lanes.ts';
import { Marks, type PlacedMark } from './marks.tsx';
import { whatWords, whenWords } from './occurrence-words.ts';

interface LaneRowProps {
  readonly lane: Lane;
  readonly classOf: (label: string) => number;
  readonly marks: readonly PlacedMark[];
  readonly id: string;
  readonly keyOf: (placed: Placed) => string;
  readonly chosen: Placed | null;
  /** @param at from 0 to 1 */
  readonly onPoint: (at: number) => void;
  readonly onPress: () => void;
}

/** When one label was seen. */
export function LaneRow({
  lane,
  classOf,
  marks,
  id,
  keyOf,
  chosen,
  onPoint,
  onPress,
}: LaneRowProps) {
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    onPoint((event.clientX - left) / width);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options; a fieldset is one of fields.
    <div class="device-lane" role="group" aria-label={`${lane.label}, ${count(lane.count)}`}>
      <span class="device-lane-label" aria-hidden="true">
        <ClassMark name={lane.label} index={lane.labels === 1 ? classOf(lane.label) : -1} />
        <span class="caption">{count(lane.count)}</span>
      </span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the list has the keys of all its lanes. */}
      <div
        class="device-track"
        role="presentation"
        onPointerMove={point}
        onPointerDown={point}
        // A finger chooses what a pointer has chosen already by coming there.
        onClick={(event) => (event as unknown as PointerEvent).pointerType !== 'touch' && onPress()}
      >
        <Marks marks={marks} />
        {lane.placed.map((placed) => {
          const { interval, left, width } = placed;
          const index = classOf(interval.label);
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names the chosen one.
            <span
              key={keyOf(placed)}
              id={`${id}-${keyOf(placed)}`}
              role="option"
              class="device-interval"
              aria-selected={placed === chosen}
              aria-label={`${whatWords(interval)}, ${whenWords(interval, now.peek())}`}
              style={{
                left: `${100 * left}%`,
                width: `${100 * width}%`,
                ...(index >= 0 && { background: classColour(index) }),
              }}
            />
          );
        })}
      </div>
    </div>
  );
}
