import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { Deed } from './actions.ts';
import { type Names, rank, readNames, remarkOn, type SearchResult } from './find-everywhere.ts';
import './palette.css';

interface PaletteProps {
  readonly open: boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** Does what an action is. */
  readonly onDeed: (deed: Deed) => void;
}

/**
 * Ctrl K: goes to a page, a device, a model, a rollout, or does something, by a few letters of its
 * name. Not over a dialog.
 */
export function Palette({ open, onOpen, onClose, onDeed }: PaletteProps) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      // To go elsewhere would close it unasked: what was drawn in it, or what it waits for, is
      // lost.
      if (!document.querySelector('dialog[open]')) onOpen();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [onOpen]);
  return open ? <OpenPalette onClose={onClose} onDeed={onDeed} /> : null;
}

function OpenPalette({ onClose, onDeed }: Pick<PaletteProps, 'onClose' | 'onDeed'>) {
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [known, setKnown] = useState<Names | null>(null);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();

  // At once, so that what is typed next is typed in it.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let open = true;
    void readNames().then((read) => open && setKnown(read));
    return () => {
      open = false;
    };
  }, []);
  const found = rank(known?.names ?? [], text);
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, found.length]);
  const remark = remarkOn(known, found.length, text);

  const go = (to: SearchResult | undefined) => {
    if (!to) return;
    onClose();
    if ('deed' in to) onDeed(to.deed);
    else navigate(to.href);
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
        aria-label="Find a device, a model, a rollout, a page, an action"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[at] && `${id}-${at}`}
        placeholder="Find a device, a model, a rollout, a page, an action"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div id={id} role="listbox" aria-label="Found" class="palette-list">
        {found.map((one, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus.
          <div
            key={`${one.kind} ${one.name} ${'href' in one ? one.href : ''}`}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            class="palette-option"
            onClick={() => go(one)}
          >
            <span>{one.name}</span>
            <span class="caption">{one.kind}</span>
          </div>
        ))}
      </div>
      {remark && (
        <p class="palette-none caption" role="status">
          {remark}
        </p>
      )}
    </dialog>
  );
}
