import type { ComponentChildren } from 'preact';
import { NotChanged } from '../ui/not-changed.tsx';

interface FormEndProps {
  /** The buttons; what sends the form first. */
  readonly children: ComponentChildren;
  /** What did not happen: "No token was made." */
  readonly failed?: string;
  /** Why; null: nothing failed. */
  readonly error?: Error | null;
  /** Brings what somebody else has changed meanwhile. */
  readonly onShowNow?: () => void;
}

/** How a form of Setup ends: what sends it, and under that why it was not taken. */
export function FormEnd({ children, failed = '', error = null, onShowNow }: FormEndProps) {
  return (
    <>
      <div class="setup-form-end">{children}</div>
      {error && (
        <div class="setup-form-whole">
          <NotChanged what={failed} error={error} onShowNow={onShowNow} />
        </div>
      )}
    </>
  );
}
