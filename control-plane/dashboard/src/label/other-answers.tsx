import { Button } from '../ui/button.tsx';

interface OtherAnswersProps {
  readonly disabled: boolean;
  readonly onNone: () => void;
  readonly onSkip: () => void;
  readonly onUndo: () => void;
  readonly onNewClass: () => void;
}

/** What one can say beside a class. */
export function OtherAnswers({ disabled, ...on }: OtherAnswersProps) {
  return (
    <div class="label-others">
      <Button aria-keyshortcuts="n" disabled={disabled} onClick={on.onNone}>
        <kbd>N</kbd>
        <span>
          None<span class="label-others-more"> of them</span>
        </span>
      </Button>
      <Button aria-keyshortcuts="s" disabled={disabled} onClick={on.onSkip}>
        <kbd>S</kbd> Skip
      </Button>
      <Button aria-keyshortcuts="u" onClick={on.onUndo}>
        <kbd>U</kbd> Undo
      </Button>
      <Button aria-keyshortcuts="+" onClick={on.onNewClass}>
        <kbd>+</kbd> New class
      </Button>
    </div>
  );
}
