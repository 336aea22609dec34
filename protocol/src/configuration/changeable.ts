import { didYouMean } from '../did-you-mean.ts';

/**
 * Keys of agent.yaml that the control plane may change, with all below them; `*` is any name.
 * Everything else is the device's own: who it is, whom it trusts, its secrets, where its state is,
 * and which model runs (a signed assignment says that). A key that is new in agent.yaml is the
 * device's own until it stands here.
 */
export const CHANGEABLE_KEYS = [
  'broker.url',
  'broker.delivery',
  'broker.keepalive',
  'server.url',
  'slots.*.variant',
  'slots.*.threads',
  'slots.*.deadline',
  'cameras',
  'outbox',
  'sampling',
  'pictures',
  'privacy',
  'shadow',
  'health',
  'http',
  'log',
] as const;

/** Of the JSON text of the settings: they travel within a message. */
export const MAX_SETTINGS_BYTES = 32 * 1024;

/**
 * What a configuration may not say, a sentence each; empty: it may be tried. Of the values only a
 * device can judge.
 */
export function findUnchangeable(settings: Readonly<Record<string, unknown>>): string[] {
  const size = new TextEncoder().encode(JSON.stringify(settings)).length;
  if (size > MAX_SETTINGS_BYTES) {
    return [`expected at most ${MAX_SETTINGS_BYTES} bytes for settings, received ${size}.`];
  }
  const patterns = CHANGEABLE_KEYS.map((key) => key.split('.'));
  return [...secrets(settings), ...visit(settings, '', patterns)];
}

/** A URL may hold a password, and everyone who may look at a configuration would see it. */
function secrets({ broker }: Readonly<Record<string, unknown>>): string[] {
  const url = isObject(broker) ? broker.url : null;
  return typeof url === 'string' && url.includes('@')
    ? ['broker.url: expected a URL without user name and password, received one with them.']
    : [];
}

/** @param patterns What is left of each key that the path so far fits. */
function visit(
  value: Readonly<Record<string, unknown>>,
  path: string,
  patterns: readonly (readonly string[])[],
): string[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const fitting = patterns
      .filter(([first]) => first === '*' || first === key)
      .map((pattern) => pattern.slice(1));
    if (fitting.some(({ length }) => length === 0)) return [];
    if (fitting.length > 0 && isObject(item)) return visit(item, here, fitting);
    const known = patterns.flatMap(([first]) =>
      first && first !== '*' && first !== key ? [first] : [],
    );
    return [
      `${here}: expected a key that may be changed from afar (${CHANGEABLE_KEYS.join(', ')}).${didYouMean(key, known)} The device's identity, trust, secrets and models are not among them.`,
    ];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
