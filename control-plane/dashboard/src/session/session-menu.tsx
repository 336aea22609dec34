import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { AnotherBrowser } from './another-browser.tsx';
import { ChangePassword } from './change-password.tsx';
import { leave } from './leave.ts';
import './session-menu.css';
import { session } from './session-state.ts';

type Opened = 'password' | 'browser' | null;

/** Who one is, and the way out. */
export function SessionMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  const [opened, setOpened] = useState<Opened>(null);
  const close = () => menu.current?.removeAttribute('open');

  useEffect(() => {
    const outside = ({ target }: Event) => menu.current?.contains(target as Node) || close();
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !menu.current?.open) return;
      close();
      menu.current.querySelector('summary')?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', onEscape);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', onEscape);
    };
  }, []);

  const who = session.value;
  if (!who) return null;
  const { name, role, kind, csrf } = who;
  const open = (what: Opened) => () => {
    close();
    setOpened(what);
  };
  return (
    <>
      <details class="session-menu" ref={menu}>
        <summary>
          <span class="session-menu-letter" aria-hidden="true">
            {name[0]?.toUpperCase()}
          </span>
          <span class="session-menu-name">{name}</span>
          <span class="visually-hidden">, {role}</span>
        </summary>
        <div class="session-menu-list">
          <p>
            <span class="strong">{name}</span>
            <span class="caption">{kind === 'person' ? role : `${role}, by a token`}</span>
          </p>
          {kind === 'person' && csrf !== null && (
            <Button kind="quiet" onClick={open('password')}>
              Change password
            </Button>
          )}
          <Button kind="quiet" onClick={open('browser')}>
            Log in elsewhere
          </Button>
          {csrf !== null && (
            <Button kind="quiet" onClick={leave}>
              Log out
            </Button>
          )}
        </div>
      </details>
      {opened === 'password' && <ChangePassword onClose={() => setOpened(null)} />}
      {opened === 'browser' && <AnotherBrowser onClose={() => setOpened(null)} />}
    </>
  );
}
