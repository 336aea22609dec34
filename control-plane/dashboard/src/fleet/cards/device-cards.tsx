// biome-ignore-all lint/a11y/useSemanticElements: rows lie where the window is, which those of a <table> can not.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which of its cells is meant.
import type { Listed } from '../listed.ts';
import { useCursor } from '../virtual/use-cursor.ts';
import { useVirtual } from '../virtual/use-virtual.ts';
import { type Layout, rowsOf } from '../virtual/visible-range.ts';
import { DeviceCard } from './device-card.tsx';
import './device-cards.css';

/** Width of a card at least, and between cards, in px. */
const [NARROWEST, GAP] = [156, 12];
/** Of a card, in px: border and padding beside the picture; and all above and below it. */
const [AROUND, WORDS] = [18, 91];
const RATIO = 4 / 3;
/** Two cards stand beside one another there; else they are as wide as figures need. */
const PHONE_BELOW = 700;

function layoutOf(width: number): Layout {
  const least = width < PHONE_BELOW ? NARROWEST : 220;
  const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  const card = (width - GAP * (columns - 1)) / columns;
  return { columns, rowHeight: Math.ceil((card - AROUND) / RATIO + WORDS + GAP) };
}

/** Devices as their last frames, those alone that are seen. */
export function DeviceCards({ names, covered, shownOf }: Listed) {
  const virtual = useVirtual(names.length, layoutOf, covered);
  const { columns, rowHeight } = virtual.layout;
  const cursor = useCursor(names, virtual);
  const { first, last } = virtual.range;
  const lines = Array.from({ length: last - first }, (_, i) => first + i);
  return (
    <div
      {...cursor.grid}
      role="grid"
      class="fleet-list"
      data-fit={virtual.width < PHONE_BELOW ? 'few' : 'all'}
      aria-label="Devices"
      aria-rowcount={rowsOf(names.length, virtual.layout)}
      aria-colcount={columns}
    >
      <div ref={virtual.list} role="rowgroup" class="fleet-rows" style={{ height: virtual.height }}>
        {lines.map((line) => (
          <div
            key={line}
            role="row"
            aria-rowindex={line + 1}
            class="fleet-cards-line"
            style={{
              transform: `translateY(${line * rowHeight}px)`,
              height: rowHeight - GAP,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              gap: GAP,
            }}
          >
            {names.slice(line * columns, (line + 1) * columns).map((name, column) => (
              <div
                key={name}
                {...cursor.cell(name)}
                role="gridcell"
                aria-colindex={column + 1}
                class="fleet-cell"
              >
                <DeviceCard {...shownOf(name)} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
