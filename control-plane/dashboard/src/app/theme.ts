import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'edgeloop-theme';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const kept = (): Theme => {
  try {
    const theme = localStorage.getItem(KEY) as Theme;
    return THEMES.includes(theme) ? theme : 'system';
  } catch {
    return 'system';
  }
};

/** What the reader chose; `system` follows the machine. */
export const theme = signal<Theme>(kept());

const darkMachine = matchMedia('(prefers-color-scheme: dark)');

/** What the machine asks for now: what is drawn by hand is drawn anew when it changes. */
export const machineIsDark = signal(darkMachine.matches);
darkMachine.addEventListener('change', ({ matches }) => {
  machineIsDark.value = matches;
});

export function applyTheme(): void {
  if (theme.value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}

export function chooseTheme(next: Theme): void {
  theme.value = next;
  applyTheme();
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Kept for this visit alone.
  }
}
