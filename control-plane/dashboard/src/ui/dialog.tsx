import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { NotChanged } from './not-changed.tsx';
import './dialog.css';

interface DialogProps {
  readonly title: string;
  /** For what is more than a question: as wide as a page. */
  readonly wide?: boolean;
  /**
   * What it was asked to do is under way, and can't be called off: it stays until that is answered.
   */
  readonly busy?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Modal: the page behind it waits; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, wide = false, busy = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = busy ? () => {} : onClose;
  const heading = useId();
  // At once: the next key is the dialog's, and no shortcut of the page.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus?.();
  }, []);
  // Not left to the browser, which at the second press closes a dialog whatever the first was
  // answered.
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      if (dialog.current !== [...document.querySelectorAll('dialog[open]')].at(-1)) return;
      event.preventDefault();
      close.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close.current();
      }}
      // Of a browser that did not ask: it is open for as long as it is there.
      onClose={() => dialog.current?.showModal()}
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
  /** Brings what somebody else has changed meanwhile; the dialog closes with it. */
  readonly onShowNow?: () => void;
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
  onShowNow,
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
  const showNow = () => {
    onShowNow?.();
    onClose();
  };
  return (
    <Dialog title={title} busy={busy} onClose={onClose}>
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
        {error && (
          <NotChanged what="That did not work." error={error} onShowNow={onShowNow && showNow} />
        )}
        <div class="dialog-actions">
          <Button off={busy} onClick={onClose}>
            Cancel
          </Button>
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
