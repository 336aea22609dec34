import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { type Found, rank, readNames } from './find-everywhere.ts';
import './palette.css';

interface PaletteProps {
  readonly open: boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/** Ctrl K: goes to a page, a device, a model, a rollout by a few letters of its name. */
export function Palette({ open, onOpen, onClose }: PaletteProps) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onOpen();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [onOpen]);
  return open ? <OpenPalette onClose={onClose} /> : null;
}

function OpenPalette({ onClose }: { onClose: () => void }) {
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [names, setNames] = useState<readonly Found[]>([]);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let open = true;
    void readNames().then((all) => open && setNames(all));
    return () => {
      open = false;
    };
  }, []);
  const found = rank(names, text);

  const go = (to: Found | undefined) => {
    if (!to) return;
    onClose();
    navigate(to.href);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((at + found.length - 1) % Math.max(1, found.length));
    else if (event.key === 'Enter') go(found[at]);
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={dialog} class="palette" aria-label="Find" onClose={onClose}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label="Find a device, a model, a rollout, a page"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[at] && `${id}-${at}`}
        placeholder="Find a device, a model, a rollout, a page"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div id={id} role="listbox" aria-label="Found" class="palette-list">
        {found.map(({ kind, name, href }, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus.
          <div
            key={href}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            class="palette-option"
            onClick={() => go(found[i])}
          >
            <span>{name}</span>
            <span class="caption">{kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="palette-none caption">Nothing has “{text}” in its name.</p>}
    </dialog>
  );
}
