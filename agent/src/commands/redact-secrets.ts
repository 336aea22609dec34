import { hideCameraUrls } from '../camera/program/hide-camera-urls.ts';

const HIDDEN = '…';
/** Shorter ones stand in any text, and hide nothing. */
const SHORTEST = 4;
/**
 * Tokens of Edgeloop, credentials in a header, the password of a URL, up to the last @ before its
 * path.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bel[a-z]_[\w-]{8,}/g, HIDDEN],
  [/\b(Bearer|Basic) +[\w+/=.~-]{4,}/gi, `$1 ${HIDDEN}`],
  [/(\/\/[^/\s:@"]*):[^/\s"]+@/g, `$1:${HIDDEN}@`],
];

/**
 * A line of a log without what nobody may read there, should it ever have got in.
 * @param secrets that the agent knows
 */
export function redactSecrets(line: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST)
    // One may be a part of another.
    .toSorted((one, other) => other.length - one.length)
    // As they are, and as they stand within JSON.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const without = known.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
  return PATTERNS.reduce(
    (text, [pattern, hidden]) => text.replace(pattern, hidden),
    hideCameraUrls(without),
  );
}
