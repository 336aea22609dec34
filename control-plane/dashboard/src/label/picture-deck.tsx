import { useEffect, useState } from 'preact/hooks';
import type { SampleView } from '../../../src/resources/sample.ts';
import { path, withQuery } from '../api/path.ts';
import './picture-deck.css';

/** Pictures that are decoded before one needs them. */
const AHEAD = 5;
/** Before one that was not loaded is asked for again, in ms. */
const AGAIN = 5_000;

/** One that was not loaded at least once. */
interface Retry {
  /**
   * How often it was asked for again: a part of its address, for what has failed at an address
   * stays so.
   */
  readonly again: number;
  readonly state: 'failed' | 'asked' | 'there';
}

interface PictureDeckProps {
  /** The first is seen. */
  readonly upcoming: readonly SampleView[];
  /** Seen before, for undo. */
  readonly previous: SampleView | undefined;
  readonly onReady: (sha256: string) => void;
}

/**
 * One picture, large; the next and the one before lie decoded behind it, so that each is there with
 * the frame in which it is asked for.
 */
export function PictureDeck({ upcoming, previous, onReady }: PictureDeckProps) {
  const [retries, setRetries] = useState<ReadonlyMap<string, Retry>>(new Map());
  const [shown] = upcoming;
  const deck = [...upcoming.slice(0, AHEAD), ...(previous ? [previous] : [])];
  const failed = deck.flatMap(({ sha256 }) =>
    retries.get(sha256)?.state === 'failed' ? [sha256] : [],
  );
  const settle = (sha256: string, state: 'failed' | 'there') =>
    setRetries((known) => {
      const again = known.get(sha256)?.again;
      if (again === undefined && state === 'there') return known;
      return new Map(known).set(sha256, { again: again ?? 0, state });
    });
  // The key stands for those that failed.
  useEffect(() => {
    if (failed.length === 0) return undefined;
    const ask = () =>
      setRetries((known) => {
        const asked = failed.map((sha256): [string, Retry] => {
          const again = (known.get(sha256)?.again ?? 0) + 1;
          return [sha256, { again, state: 'asked' }];
        });
        return new Map([...known, ...asked]);
      });
    const timer = setTimeout(ask, AGAIN);
    addEventListener('online', ask);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', ask);
    };
  }, [failed.join()]);
  const retry = shown && retries.get(shown.sha256);
  return (
    <div class="label-deck">
      {deck.map((sample) => (
        <img
          key={sample.sha256}
          class={sample === shown ? 'label-deck-shown' : ''}
          data-place={sample === previous ? 'previous' : 'upcoming'}
          src={addressOf(sample, retries)}
          alt={sample === shown ? 'To label' : ''}
          aria-hidden={sample !== shown}
          width={sample.width}
          height={sample.height}
          decoding="sync"
          draggable={false}
          onLoad={({ currentTarget }) => {
            settle(sample.sha256, 'there');
            void currentTarget.decode().then(
              () => {
                currentTarget.dataset.ready = '';
                onReady(sample.sha256);
              },
              () => {},
            );
          }}
          onError={() => settle(sample.sha256, 'failed')}
        />
      ))}
      {retry && retry.state !== 'there' && (
        <p class="label-deck-failed">
          This picture was not loaded, and is asked for again. It may have gone with its device:
          skip it with S.
        </p>
      )}
    </div>
  );
}

function addressOf({ sha256 }: SampleView, retries: ReadonlyMap<string, Retry>): string {
  const again = retries.get(sha256)?.again;
  return withQuery(path`/api/samples/${sha256}/picture`, { again: again || null });
}
