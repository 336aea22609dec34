import type { ComponentChildren } from 'preact';

interface TriggerProps {
  readonly label: string;
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  /** What it says more, while it is on. */
  readonly children: ComponentChildren;
}

/** One thing that starts a training, switched on or off. */
export function Trigger({ label, on, onSwitch, children }: TriggerProps) {
  return (
    <div class="triggers-form-one">
      <label class="setup-check">
        <input
          type="checkbox"
          checked={on}
          onChange={({ currentTarget }) => onSwitch(currentTarget.checked)}
        />
        {label}
      </label>
      {on && children}
    </div>
  );
}
