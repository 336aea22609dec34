import { signal } from '@preact/signals';
import type { EventKind } from '../../../src/events/event-kinds.ts';
import { withQuery } from './path.ts';

/** As the stream of events tells it. */
export interface LiveEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly subject: Readonly<
    Partial<Record<'site' | 'device' | 'task' | 'job' | 'rollout' | 'model' | 'sha256', string>>
  >;
  // biome-ignore lint/suspicious/noExplicitAny: each kind tells something of its own.
  readonly data: any;
}

type Listener = (event: LiveEvent) => void;

interface Subscription {
  readonly kinds: ReadonlySet<EventKind>;
  readonly onEvent: Listener;
  readonly onReset: OnReset;
}

/**
 * Events may have been missed: read everything again.
 * @param lost the stream broke off: the server may be another since
 */
type OnReset = (lost: boolean) => void;

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/**
 * Over HTTP/1.1 a browser has six connections to a server for all its tabs: one that nobody sees
 * gives its own back, after so long, in ms.
 */
const LEFT_FOR = 1_000;

/**
 * What nobody wants any more is heard for so much longer, in ms: a part of a page that is drawn
 * anew wants it again.
 */
const KEPT_FOR = 250;

/** Whether what changes is heard as it changes; `silent`: nobody wants to hear it. */
export const live = signal<'silent' | 'heard' | 'lost'>('silent');

/** By device; of no device: of all of them, and of all else. */
const streams = new Map<string, LiveStream>();

let isSeen = true;
let watchesPage = false;

/** From the first time that somebody listens. */
function watchPage(): void {
  if (watchesPage) return;
  watchesPage = true;
  isSeen = !document.hidden;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const see = (seen: boolean) => {
    isSeen = seen;
    for (const stream of streams.values()) stream.wake();
  };
  document.addEventListener('visibilitychange', () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(see, LEFT_FOR, false);
    else see(true);
  });
}

/**
 * Listens on the one stream of the page, which asks for the kinds alone that somebody wants, while
 * the page is seen. What happens meanwhile is told when it is seen again, or it is all read again.
 * @param device where there are many events and those of one device are wanted: on a stream of its
 * own
 * @returns what ends it
 */
export function listen(
  kinds: readonly EventKind[],
  onEvent: Listener,
  onReset: OnReset = () => {},
  device = '',
): () => void {
  watchPage();
  const stream = streams.get(device) ?? new LiveStream(device);
  streams.set(device, stream);
  return stream.add({ kinds: new Set(kinds), onEvent, onReset });
}

/** Closed for good: nobody is signed in any more. */
export function closeLive(): void {
  for (const stream of streams.values()) stream.close();
}

function tellLive(): void {
  const states = [...streams.values()].map(({ state }) => state);
  if (states.includes('lost')) live.value = 'lost';
  else live.value = states.includes('heard') ? 'heard' : 'silent';
}

/** One EventSource, that asks for what its subscriptions want. */
class LiveStream {
  readonly #device: string;
  readonly #subscriptions = new Set<Subscription>();
  #source: EventSource | null = null;
  #opened = '';
  /** The last event, and of which kinds it was: to go on after. */
  #last = { kinds: '', id: '' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT;
  state: 'silent' | 'heard' | 'lost' = 'silent';

  constructor(device: string) {
    this.#device = device;
  }

  /** @returns what ends it */
  add(subscription: Subscription): () => void {
    this.#subscriptions.add(subscription);
    this.#schedule(0);
    return () => {
      this.#subscriptions.delete(subscription);
      clearTimeout(this.#leaving);
      this.#leaving = setTimeout(() => {
        this.#connect();
        const isOver = this.#subscriptions.size === 0 && this.#device !== '';
        if (isOver && streams.get(this.#device) === this) streams.delete(this.#device);
      }, KEPT_FOR);
    };
  }

  /** The page is seen, or is not any more. */
  wake(): void {
    this.#schedule(0);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#leaving);
    this.#source?.close();
    this.#source = null;
    this.#opened = '';
    this.#last = { kinds: '', id: '' };
    this.#say('silent');
  }

  #say(state: LiveStream['state']): void {
    this.state = state;
    tellLive();
  }

  #schedule(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), after);
  }

  #wanted(): EventKind[] {
    return [...new Set([...this.#subscriptions].flatMap(({ kinds }) => [...kinds]))].sort();
  }

  #connect(): void {
    const kinds = isSeen ? this.#wanted() : [];
    const asked = kinds.join(',');
    if (asked === this.#opened && this.#source?.readyState !== EventSource.CLOSED) return;
    this.#source?.close();
    this.#opened = asked;
    if (kinds.length === 0) {
      this.#source = null;
      this.#say('silent');
      return;
    }
    const lastOfThese = () => (this.#last.kinds === asked ? this.#last.id : '');
    const after = lastOfThese();
    const query = { kind: asked, device: this.#device, after };
    const stream = new EventSource(withQuery('/api/events', query));
    this.#source = stream;
    stream.onopen = () => {
      const lost = this.state === 'lost';
      this.#wait = FIRST_WAIT;
      this.#say('heard');
      // Since what is shown was read, or the stream before this one, something may have happened.
      // What came after the last event that is known is told, also where the browser itself
      // connects this one again.
      if (lastOfThese() === '') this.#reset(lost);
    };
    stream.onerror = () => {
      this.#say('lost');
      // The browser itself comes back after a broken connection, with the last event's id; after a
      // refusal it does not.
      if (stream.readyState !== EventSource.CLOSED) return;
      this.#schedule(this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    };
    stream.addEventListener('reset', () => this.#reset(true));
    for (const kind of kinds) stream.addEventListener(kind, (message) => this.#tell(message));
  }

  #reset(lost: boolean): void {
    for (const { onReset } of [...this.#subscriptions]) onReset(lost);
  }

  #tell({ data, lastEventId: id }: MessageEvent<string>): void {
    this.#last = { kinds: this.#opened, id };
    const event = JSON.parse(data) as LiveEvent;
    for (const { kinds, onEvent } of [...this.#subscriptions]) {
      if (kinds.has(event.kind)) onEvent(event);
    }
  }
}
