import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import './copy.css';

const SHOWN_FOR = 2_000;

/** A command or a secret to paste elsewhere, with a button that copies it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // Without HTTPS, but for localhost, a browser gives no clipboard: what is selected is copied by
    // hand.
    await navigator.clipboard?.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), SHOWN_FOR);
      },
      () => {},
    );
  };
  return (
    <div class="copy">
      <input
        class="copy-text"
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      {navigator.clipboard && (
        <Button onClick={copy} aria-live="polite">
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </div>
  );
}
