import type { RetentionView } from '../../../../src/resources/retention.ts';
import { bytes } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { type BoundDraft, type BoundName, shownBound, unitOf } from './bound-draft.ts';

interface KeptFieldsProps {
  readonly age: BoundName;
  readonly size: BoundName;
  /** What goes by its age, and what goes by the size of all. */
  readonly older: string;
  readonly more: string;
  readonly view: RetentionView;
  readonly draft: BoundDraft;
  readonly readOnly: boolean;
  readonly onDraft: (draft: BoundDraft) => void;
  /** What has an age, and what has a size. */
  readonly aged: string;
  readonly sized: string;
  /** Bytes of it, and of the whole disk; null: not known yet. */
  readonly used: number | null;
  readonly disk: number;
}

/** Of one kind: for how long it is kept, how much of it, and how much there is. */
export function KeptFields({
  age,
  size,
  older,
  more,
  view,
  aged,
  sized,
  used,
  disk,
  ...form
}: KeptFieldsProps) {
  const { draft, readOnly, onDraft } = form;
  const field = (name: BoundName, label: string, hint: string) => (
    <NumberField
      label={label}
      hint={`${hint} ${asStarted(name, view)}`}
      placeholder="no bound"
      rule={unitOf(name).rule}
      readOnly={readOnly}
      value={draft[name]}
      onNumber={(meant) => onDraft({ ...draft, [name]: meant })}
    />
  );
  const bound = view.bounds[size];
  return (
    <>
      <div class="setup-form">
        {field(age, `${aged}: days`, older)}
        {field(size, `${sized}: GiB`, more)}
      </div>
      <Meter
        label={`${sized} now`}
        value={used}
        max={bound ?? disk}
        text={bytes(used)}
        note={bound === null ? `The bar is the disk: ${bytes(disk)}.` : `At most ${bytes(bound)}.`}
      />
    </>
  );
}

/** What holds where nothing is set, so that one sees what was set. */
function asStarted(name: BoundName, { defaults }: RetentionView): string {
  const value = shownBound(name, defaults[name]);
  return `As started: ${value === null ? 'no bound' : `${value} ${unitOf(name).name}`}.`;
}
