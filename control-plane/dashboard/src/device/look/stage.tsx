import type { Corner } from '@edgeloop/protocol/polygon-rules';
import { useRef, useState } from 'preact/hooks';
import { Areas } from './areas.tsx';
import { Corners } from './corners.tsx';
import { type AreaKind, type Drawing, type Edit, hasRoom, rectangle } from './drawing.ts';
import { findArea } from './find-area.ts';
import './stage.css';

interface StageProps {
  readonly src: string;
  readonly alt: string;
  readonly drawing: Drawing;
  readonly draw: (stroke: Edit) => void;
  readonly tool: AreaKind;
}

/** What a pointer is at, and where it was. */
type Hold =
  | { readonly kind: 'new'; readonly from: Corner }
  | { readonly kind: 'area'; readonly id: number; readonly at: Corner }
  | { readonly kind: 'corner'; readonly id: number; readonly corner: number };

/** Less is a press, not a stroke: shares of the picture. */
const LEAST_STROKE = 0.02;

/**
 * The picture, and what is drawn over it: a stroke over nothing makes an area, one over an area
 * moves it.
 */
export function Stage({ src, alt, drawing, draw, tool }: StageProps) {
  const { areas, chosen } = drawing;
  const stage = useRef<HTMLDivElement>(null);
  const [hold, setHold] = useState<Hold | null>(null);
  const [stroke, setStroke] = useState<readonly Corner[] | null>(null);
  const [missing, setMissing] = useState(false);

  const placeOf = ({ clientX, clientY }: PointerEvent): Corner => {
    const { left, top, width, height } = stage.current!.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  const take = (event: PointerEvent, next: Hold) => {
    // A finger may leave what it took hold of.
    stage.current?.setPointerCapture(event.pointerId);
    setHold(next);
  };
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const at = placeOf(event);
    const area = findArea(areas, at, tool);
    draw({ do: 'choose', id: area?.id ?? null });
    if (area) take(event, { kind: 'area', id: area.id, at });
    else if (hasRoom(drawing, tool)) take(event, { kind: 'new', from: at });
  };
  const move = (event: PointerEvent) => {
    if (!hold) return;
    const at = placeOf(event);
    if (hold.kind === 'new') setStroke(rectangle(hold.from, at));
    else if (hold.kind === 'corner') {
      draw({ do: 'corner', id: hold.id, corner: hold.corner, to: at });
    } else {
      draw({ do: 'move', id: hold.id, by: [at[0] - hold.at[0], at[1] - hold.at[1]] });
      setHold({ ...hold, at });
    }
  };
  const release = () => {
    if (stroke && isStroke(stroke)) draw({ do: 'add', kind: tool, corners: stroke });
    setHold(null);
    setStroke(null);
  };
  const leave = () => {
    setHold(null);
    setStroke(null);
  };

  const shown = stroke ? [...areas, { id: -1, kind: tool, corners: stroke, fixed: false }] : areas;
  const at = shown.findIndex(({ id }) => id === (stroke ? -1 : chosen));
  const area = areas.find(({ id }) => id === chosen);
  return (
    <div
      ref={stage}
      class="look-stage"
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={leave}
    >
      {missing ? (
        <p class="look-stage-empty caption">
          There is no picture of it. Areas are shares of its sides, whatever it shows.
        </p>
      ) : (
        <img src={src} alt={alt} draggable={false} onError={() => setMissing(true)} />
      )}
      <Areas areas={shown} chosen={at} size={null} />
      {area && !area.fixed && (
        <Corners
          {...{ area, draw }}
          onTake={(event, corner) => take(event, { kind: 'corner', id: area.id, corner })}
        />
      )}
    </div>
  );
}

function isStroke(corners: readonly Corner[]): boolean {
  const [[left, top], , [right, bottom]] = corners as [Corner, Corner, Corner, Corner];
  return right - left >= LEAST_STROKE && bottom - top >= LEAST_STROKE;
}
