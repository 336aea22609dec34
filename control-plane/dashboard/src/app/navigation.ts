interface NavigationItem {
  readonly href: string;
  readonly label: string;
  /** Pressed after `g`. */
  readonly key: string;
}

/** In the order of the loop: what is seen, learned, brought out. */
export const NAVIGATION: readonly NavigationItem[] = [
  { href: '/', label: 'Fleet', key: 'f' },
  { href: '/detections', label: 'Detections', key: 'd' },
  { href: '/label', label: 'Label', key: 'l' },
  { href: '/models', label: 'Models', key: 'm' },
  { href: '/rollouts', label: 'Rollouts', key: 'r' },
  { href: '/setup', label: 'Setup', key: 's' },
];
