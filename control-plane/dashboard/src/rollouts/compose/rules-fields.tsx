import { Field } from '../../ui/field.tsx';
import type { PartProps } from './part-props.ts';
import { Check } from './when-fields.tsx';

/** Who must agree, what it may take from others, and what comes before and after. */
export function RulesFields({ draft, change, shown }: PartProps) {
  const text = (name: 'name' | 'priority' | 'shadowEvery' | 'shadowMinutes') => ({
    value: draft[name],
    error: shown(name),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      change({ [name]: currentTarget.value }),
  });
  return (
    <>
      <div class="rollouts-fields">
        <Field label="Name" hint="Empty: by what goes out" maxLength={100} {...text('name')} />
        <Field
          label="Priority"
          hint="From -100 to 100: takes devices from a rollout of a lower one"
          inputMode="numeric"
          {...text('priority')}
        />
      </div>
      <Check
        checked={draft.approval}
        onChange={(approval) => change({ approval })}
        note="it does not start before"
      >
        A second person must approve it
      </Check>
      {draft.kind === 'model' && (
        <>
          <Check
            checked={draft.champion}
            onChange={(champion) => change({ champion })}
            note="what training is compared with"
          >
            When it completes, this model is the champion
          </Check>
          <Check
            checked={draft.shadow}
            onChange={(shadow) => change({ shadow })}
            note="on the devices of the first wave, beside the model that decides"
          >
            The candidate looks on first
          </Check>
          {draft.shadow && (
            <div class="rollouts-fields">
              <Field label="One frame of every" inputMode="numeric" {...text('shadowEvery')} />
              <Field label="Looks on for, minutes" inputMode="decimal" {...text('shadowMinutes')} />
            </div>
          )}
        </>
      )}
    </>
  );
}
