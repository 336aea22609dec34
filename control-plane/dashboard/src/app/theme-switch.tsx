import { useEffect } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { applyTheme, chooseTheme, type Theme, theme } from './theme.ts';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const MARK: Record<Theme, string> = { system: '◐', light: '○', dark: '●' };

export function ThemeSwitch() {
  useEffect(applyTheme, []);
  const chosen = theme.value;
  const next = NEXT[chosen];
  const words = `Theme: ${chosen}. Change to ${next}.`;
  return (
    <Button kind="quiet" title={words} aria-label={words} onClick={() => chooseTheme(next)}>
      <span aria-hidden="true">{MARK[chosen]}</span>
    </Button>
  );
}
