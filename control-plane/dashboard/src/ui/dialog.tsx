import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';
import { Field } from './field.tsx';
import './dialog.css';

interface DialogProps {
  readonly title: string;
  /** For what is more than a question: as wide as a page. */
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Modal: the page behind it waits; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // At once: the next key is the dialog's, and no shortcut of the page.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  /** The question: "Roll back release-7?" */
  readonly title: string;
  /** What will happen, to how many. */
  readonly children: ComponentChildren;
  /** On the button: the verb itself, never "OK". */
  readonly verb: string;
  /** What takes something away is typed: the name of it. */
  readonly typed?: string;
  readonly danger?: boolean;
  /** May reject: why is shown, and the dialog stays. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that can't be taken back. */
export function Confirm({
  title,
  children,
  verb,
  typed,
  danger = true,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const confirm = async (event: Event) => {
    event.preventDefault();
    // The form that it was asked from, around it, is not sent with it.
    event.stopPropagation();
    if (busy || (typed !== undefined && text !== typed)) return;
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="dialog-form" onSubmit={confirm}>
        <div class="dialog-what">{children}</div>
        {typed !== undefined && (
          <Field
            label={`Type ${typed} to go on`}
            value={text}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
        {error && <ErrorNote what="That did not work." error={error} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            kind={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={typed !== undefined && text !== typed}
          >
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
