import { type Corner, MAX_CORNERS } from '@edgeloop/protocol/polygon-rules';
import { percent } from '../../ui/format.ts';
import './corners.css';
import type { Area, Edit } from './drawing.ts';
import { stepOf } from './step-of.ts';

interface CornersProps {
  readonly area: Area;
  readonly draw: (stroke: Edit) => void;
  /** A pointer takes hold of a corner. */
  readonly onTake: (event: PointerEvent, corner: number) => void;
}

/** Of the area that is worked on: its corners, and between any two a place for another. */
export function Corners({ area: { id, corners }, draw, onTake }: CornersProps) {
  const take = (event: PointerEvent, corner: number) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    onTake(event, corner);
  };
  const press = (event: KeyboardEvent, corner: number, [x, y]: Corner) => {
    const by = stepOf(event);
    if (by) draw({ do: 'corner', id, corner, to: [x + by[0], y + by[1]] });
    else if (event.key === 'Delete') draw({ do: 'drop', id, corner });
    else return;
    event.preventDefault();
  };
  return (
    <>
      {corners.length < MAX_CORNERS &&
        corners.map(([x, y], i) => {
          const [nextX, nextY] = corners[(i + 1) % corners.length] as Corner;
          return (
            <button
              key={`between ${i}`}
              type="button"
              class="look-between"
              style={placed([(x + nextX) / 2, (y + nextY) / 2])}
              aria-label={`Another corner between ${i + 1} and ${((i + 1) % corners.length) + 1}`}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                draw({ do: 'split', id, corner: i });
                take(event, i + 1);
              }}
              onClick={({ detail }) => {
                // By keyboard: a pointer has done it already.
                if (detail === 0) draw({ do: 'split', id, corner: i });
              }}
            />
          );
        })}
      {corners.map((corner, i) => (
        <button
          key={`corner ${i}`}
          type="button"
          class="look-corner"
          style={placed(corner)}
          aria-label={`Corner ${i + 1}, ${percent(corner[0], 0)} from the left, ${percent(corner[1], 0)} from the top`}
          onPointerDown={(event) => take(event, i)}
          onKeyDown={(event) => press(event, i, corner)}
        />
      ))}
    </>
  );
}

const placed = ([x, y]: Corner) => ({ left: `${100 * x}%`, top: `${100 * y}%` });
