import { Field } from '../../ui/field.tsx';
import type { Drawing, Edit, Look } from './drawing.ts';
import { type MotionDraft, motionMistakes } from './motion-draft.ts';

interface MotionFieldsProps {
  readonly drawing: Drawing;
  readonly draw: (stroke: Edit) => void;
  readonly value: MotionDraft;
  readonly onChange: (value: MotionDraft) => void;
  /** How the device looks now. */
  readonly before: Look;
}

const FIELDS = [
  ['threshold', 'Brightness differs by', 'More than so much, of 255'],
  ['area', 'Over, in per cent', 'Of the picture, without what is ignored'],
  ['hold', 'Looks on for', 'After the last motion, such as 5s'],
  ['atLeastEvery', 'At least every', 'One frame, whatever moves'],
] as const;

/** Whether it is looked at only when something moves, and what counts as that. */
export function MotionFields({ drawing, draw, value, onChange, before }: MotionFieldsProps) {
  const { gated, areas } = drawing;
  const mistakes = motionMistakes(value, before);
  return (
    <div class="look-when-part">
      <label class="look-gate">
        <input
          type="checkbox"
          checked={gated}
          onChange={(event) => draw({ do: 'gate', on: event.currentTarget.checked })}
        />
        <span>
          Look only when something moves
          <span class="caption">A still picture takes less of the processor.</span>
        </span>
      </label>
      {gated && (
        <div class="look-figures">
          {FIELDS.map(([key, label, hint]) => (
            <Field
              key={key}
              label={label}
              hint={hint}
              error={mistakes[key]}
              autoComplete="off"
              spellcheck={false}
              placeholder="As it is"
              value={value[key]}
              onInput={({ currentTarget }) => onChange({ ...value, [key]: currentTarget.value })}
            />
          ))}
        </div>
      )}
      {!gated && areas.some(({ kind }) => kind === 'motion') && (
        <p class="caption">
          Areas of ignored motion count with it alone, and are not saved without.
        </p>
      )}
    </div>
  );
}
