import type { ComponentChildren } from 'preact';
import { Button } from '../ui/button.tsx';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface OnceProps {
  readonly title: string;
  /** What is told this once. */
  readonly text: string;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A secret that is shown once: its hash is all that is kept. */
export function Once({ title, text, label, onClose, children }: OnceProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="dialog-form">
        <p>This is shown once. It is not kept anywhere that it could be read again.</p>
        <Copy text={text} label={label} />
        {children}
        <div class="dialog-actions">
          <Button kind="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
