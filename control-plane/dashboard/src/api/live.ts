import { signal } from '@preact/signals';
import type { EventKind } from '../../../src/events/event-kinds.ts';

/** As the stream of events tells it. */
export interface LiveEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly subject: Readonly<
    Partial<Record<'site' | 'device' | 'task' | 'job' | 'rollout' | 'model', string>>
  >;
  // biome-ignore lint/suspicious/noExplicitAny: each kind tells something of its own.
  readonly data: any;
}

type Listener = (event: LiveEvent) => void;

interface Subscription {
  readonly kinds: ReadonlySet<EventKind>;
  readonly onEvent: Listener;
  /** Events may have been missed: read everything again. */
  readonly onReset: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** Whether what changes is heard as it changes; `silent`: nobody wants to hear it. */
export const live = signal<'silent' | 'heard' | 'lost'>('silent');

const subscriptions = new Set<Subscription>();
let source: EventSource | null = null;
let opened = '';
let timer: ReturnType<typeof setTimeout> | undefined;
let wait = FIRST_WAIT;

/**
 * Listens on the one stream of the page, which asks for the kinds alone that somebody wants.
 * @returns what ends it
 */
export function listen(
  kinds: readonly EventKind[],
  onEvent: Listener,
  onReset: () => void = () => {},
): () => void {
  const subscription = { kinds: new Set(kinds), onEvent, onReset };
  subscriptions.add(subscription);
  schedule(0);
  return () => {
    subscriptions.delete(subscription);
    schedule(0);
  };
}

/** Closed for good: nobody is signed in any more. */
export function closeLive(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
  opened = '';
  live.value = 'silent';
}

function schedule(after: number): void {
  clearTimeout(timer);
  timer = setTimeout(connect, after);
}

const wanted = () => [...new Set([...subscriptions].flatMap(({ kinds }) => [...kinds]))].sort();

function connect(): void {
  const kinds = wanted();
  const asked = kinds.join(',');
  if (asked === opened && source?.readyState !== EventSource.CLOSED) return;
  // A stream that was open until now had heard everything: what changes kinds reads its own start itself.
  const interrupted = source !== null && source.readyState === EventSource.CLOSED;
  source?.close();
  opened = asked;
  if (kinds.length === 0) {
    source = null;
    live.value = 'silent';
    return;
  }
  const stream = new EventSource(`/api/events?kind=${encodeURIComponent(asked)}`);
  source = stream;
  stream.onopen = () => {
    wait = FIRST_WAIT;
    live.value = 'heard';
    if (interrupted) reset();
  };
  stream.onerror = () => {
    live.value = 'lost';
    // The browser itself comes back after a broken connection, with the last event's id; after a refusal it does not.
    if (stream.readyState !== EventSource.CLOSED) return;
    schedule(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
  stream.addEventListener('reset', reset);
  for (const kind of kinds) stream.addEventListener(kind, tell);
}

function reset(): void {
  for (const { onReset } of [...subscriptions]) onReset();
}

function tell({ data }: MessageEvent<string>): void {
  const event = JSON.parse(data) as LiveEvent;
  for (const { kinds, onEvent } of [...subscriptions]) if (kinds.has(event.kind)) onEvent(event);
}
