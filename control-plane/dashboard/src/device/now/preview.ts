import type { CommandView } from '../../../../src/resources/device-command.ts';
import { plural } from '../../ui/format.ts';

/** State of a preview, in the order in which it comes. */
export type Preview =
  | { readonly kind: 'off' }
  /** The control plane has been asked to; the device has not shown anything yet. */
  | { readonly kind: 'asked'; readonly at: number }
  /** Pictures come. */
  | { readonly kind: 'on'; readonly until: number }
  | { readonly kind: 'over'; readonly good: boolean; readonly text: string };

/** Of one asked for, in seconds. */
export const PREVIEW_SECONDS = 30;
export const PREVIEW_FPS = 4;
/** Most answer in a second: who waits longer is told why that may be, in ms. */
const PATIENCE = 8_000;

/**
 * What became of it, as far as is known.
 * @param firstAt when the first picture after the asking came, ms; null: none has
 */
export function previewOf(
  { state, createdAt, ack, parameters }: CommandView,
  firstAt: number | null,
): Preview {
  switch (state) {
    case 'pending': {
      if (firstAt === null) return { kind: 'asked', at: Date.parse(createdAt) };
      const seconds = typeof parameters.seconds === 'number' ? parameters.seconds : PREVIEW_SECONDS;
      return { kind: 'on', until: firstAt + 1000 * seconds };
    }
    case 'done':
      return ended(true, `Over: ${plural(ack?.frames ?? 0, 'picture')}.`);
    case 'refused':
      return ended(false, `The device refused: ${ack?.reason ?? 'it gives no reason.'}`);
    case 'unknown':
      return ended(false, 'Its agent is too old to show a preview. Update it (apt upgrade).');
    case 'interrupted':
      return ended(false, 'The agent ended meanwhile. Ask again.');
    case 'expired':
      return ended(false, 'The device did not answer. Is it online? Ask again when it is.');
  }
}

/** What is said while one waits. @param online whether the broker says that it is connected */
export function waitingWords(asked: number, now: number, online: boolean): string {
  if (!online) return 'The device is not connected: it is asked as soon as it is, for a minute.';
  return now - asked > PATIENCE
    ? 'No answer yet. A slow uplink, or a busy device? It is asked again until it answers.'
    : 'Asking the device …';
}

const ended = (good: boolean, text: string): Preview => ({ kind: 'over', good, text });
