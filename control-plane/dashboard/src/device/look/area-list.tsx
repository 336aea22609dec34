import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import './area-list.css';
import {
  type Area,
  type AreaKind,
  type Drawing,
  type Edit,
  hasRoom,
  mistakeOf,
} from './drawing.ts';
import { KIND_WORDS } from './look-words.ts';
import { stepOf } from './step-of.ts';

interface AreaListProps {
  readonly drawing: Drawing;
  readonly draw: (stroke: Edit) => void;
  readonly tool: AreaKind;
  readonly onTool: (tool: AreaKind) => void;
}

const TOOLS = [
  { value: 'region', label: 'Look at' },
  { value: 'mask', label: 'Hide' },
  { value: 'motion', label: 'Ignore motion' },
] as const;

const MEANING: Readonly<Record<AreaKind, string>> = {
  region: 'The model gets this part alone, and so do samples.',
  mask: 'Black in every picture, before it is looked at, stored or shown.',
  motion: 'What moves here alone does not make it look.',
};

/** What is drawn, one by one, with all that can be done without a pointer. */
export function AreaList({ drawing, draw, tool, onTool }: AreaListProps) {
  const { areas, chosen } = drawing;
  return (
    <div class="look-list">
      <Segmented label="What to draw" value={tool} options={TOOLS} onChange={onTool} />
      <p class="caption">{MEANING[tool]} Drag over the picture, or:</p>
      <Button disabled={!hasRoom(drawing, tool)} onClick={() => draw({ do: 'add', kind: tool })}>
        Add an area in the middle
      </Button>
      {areas.length > 0 && (
        <ul class="look-list-areas" aria-label="Areas">
          {areas.map((area) => (
            <Row
              key={area.id}
              {...{ area, draw }}
              name={nameOf(area, areas)}
              chosen={area.id === chosen}
            />
          ))}
        </ul>
      )}
      <p class="caption">
        <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> move an area or a corner, with{' '}
        <kbd>Shift</kbd> further; <kbd>Delete</kbd> removes it.
      </p>
    </div>
  );
}

interface RowProps {
  readonly area: Area;
  readonly name: string;
  readonly chosen: boolean;
  readonly draw: (stroke: Edit) => void;
}

function Row({ area, name, chosen, draw }: RowProps) {
  const { id, fixed } = area;
  const mistake = mistakeOf(area);
  if (fixed) {
    return (
      <li class="look-row">
        <span>
          {name}
          <span class="look-row-why caption">
            By the device's own agent.yaml: it can not be shown from here.
          </span>
        </span>
      </li>
    );
  }
  const press = (event: KeyboardEvent) => {
    const by = stepOf(event);
    if (by) draw({ do: 'move', id, by });
    else if (event.key === 'Delete') draw({ do: 'remove', id });
    else return;
    event.preventDefault();
  };
  return (
    <li class={`look-row ${chosen ? 'look-row-chosen' : ''}`}>
      <button
        type="button"
        class="look-row-name"
        aria-pressed={chosen}
        onClick={() => draw({ do: 'choose', id })}
        onKeyDown={press}
      >
        {name}
      </button>
      <Button kind="quiet" aria-label={`Remove ${name}`} onClick={() => draw({ do: 'remove', id })}>
        Remove
      </Button>
      {mistake && <p class="look-row-mistake field-error">{mistake}</p>}
    </li>
  );
}

/** Counted within its kind, where there are more. */
function nameOf(area: Area, areas: readonly Area[]): string {
  const alike = areas.filter(({ kind }) => kind === area.kind);
  return alike.length > 1
    ? `${KIND_WORDS[area.kind]} ${alike.indexOf(area) + 1}`
    : KIND_WORDS[area.kind];
}
