import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { live } from '../api/live.ts';
import { leave } from '../session/leave.ts';
import { SessionMenu } from '../session/session-menu.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { Toasts } from '../ui/toasts.tsx';
import { useCurrentInView } from '../ui/use-current-in-view.ts';
import type { Deed } from './actions.ts';
import { Help } from './help.tsx';
import { NAVIGATION } from './navigation.ts';
import { Palette } from './palette.tsx';
import './shell.css';
import { chooseTheme } from './theme.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { useArrival } from './use-arrival.ts';
import { useGoTo } from './use-go-to.ts';

type Overlay = 'help' | 'palette' | null;

/** What is around every page: where one can go, who one is, and what is heard. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [location, navigate] = useLocation();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const close = () => setOverlay(null);
  useGoTo(navigate);
  useArrival(location);
  const pages = useCurrentInView(location);
  const deeds: Readonly<Record<Deed, () => void>> = {
    'show-keys': () => setOverlay('help'),
    'light-theme': () => chooseTheme('light'),
    'dark-theme': () => chooseTheme('dark'),
    'theme-of-the-machine': () => chooseTheme('system'),
    'log-out': leave,
  };
  useShortcuts([{ key: '?', does: 'Show these keys', run: () => setOverlay('help') }]);
  return (
    <div class="shell">
      <a class="shell-skip" href="#main">
        Skip to the page
      </a>
      <header class="shell-header">
        <Link href="/" class="shell-brand" aria-label="Edgeloop">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M25 11a10 10 0 1 0 1.4 7M26 5.6v6h-6" />
            <circle cx="16" cy="16" r="3" />
          </svg>
          <span>Edgeloop</span>
        </Link>
        <nav ref={pages} class="shell-nav" aria-label="Pages">
          {NAVIGATION.map(({ href, label }) => (
            <Link key={href} href={href} aria-current={isIn(location, href) ? 'page' : undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <div class="shell-tools">
          <span class="shell-live caption" role="status">
            {live.value === 'lost' ? 'not live' : ''}
          </span>
          <button type="button" class="shell-find" onClick={() => setOverlay('palette')}>
            <span>Find</span> <kbd>Ctrl K</kbd>
          </button>
          <ThemeSwitch />
          <SessionMenu />
        </div>
      </header>
      <main id="main" class="shell-main" tabIndex={-1}>
        {children}
      </main>
      {overlay === 'help' && <Help onClose={close} />}
      <Palette
        open={overlay === 'palette'}
        onOpen={() => setOverlay('palette')}
        onClose={close}
        onDeed={(deed) => deeds[deed]()}
      />
      <Toasts />
    </div>
  );
}

const isIn = (location: string, href: string) =>
  href === '/' ? location === '/' || location.startsWith('/devices/') : location.startsWith(href);
