import { useShortcuts } from '../ui/shortcuts.ts';
import { keyOfClass } from './class-keys.ts';

export interface AnswerKeys {
  readonly classes: readonly string[];
  readonly onClass: (name: string) => void;
  readonly onGuess: () => void;
  readonly onNone: () => void;
  readonly onSkip: () => void;
  readonly onUndo: () => void;
  readonly onNewClass: () => void;
}

/** All of labelling without the mouse. A key that is held down counts once. */
export function useAnswerKeys({ classes, ...on }: AnswerKeys): void {
  const once = (run: () => void) => (event: KeyboardEvent) => {
    if (!event.repeat) run();
  };
  useShortcuts([
    ...classes.flatMap((name, index) => {
      const key = keyOfClass(index);
      return key === null ? [] : [{ key, does: name, run: once(() => on.onClass(name)) }];
    }),
    {
      key: 'Enter',
      does: 'What the model takes it for',
      run: (event) => {
        // Of what has the focus, Enter presses it.
        const pressed = (event.target as Element).closest<HTMLElement>('button, a, summary');
        if (event.repeat) return;
        if (pressed) pressed.click();
        else on.onGuess();
      },
    },
    { key: 'n', does: 'None of the classes', run: once(on.onNone) },
    { key: 's', does: 'Skip: others may know', run: once(on.onSkip) },
    { key: 'u', does: 'Take back the last answer', run: once(on.onUndo) },
    { key: '+', does: 'New class', run: once(on.onNewClass) },
  ]);
}
