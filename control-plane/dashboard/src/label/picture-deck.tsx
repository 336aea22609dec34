import { useState } from 'preact/hooks';
import type { SampleView } from '../../../src/resources/sample.ts';
import { path } from '../api/path.ts';
import './picture-deck.css';

/** Pictures that are decoded before one needs them. */
const AHEAD = 5;

interface PictureDeckProps {
  /** The first is seen. */
  readonly upcoming: readonly SampleView[];
  /** Seen before, for undo. */
  readonly previous: SampleView | undefined;
  readonly onReady: (sha256: string) => void;
}

/**
 * One picture, large; the next and the one before lie decoded behind it, so that each is there with the frame in which it is asked
 * for.
 */
export function PictureDeck({ upcoming, previous, onReady }: PictureDeckProps) {
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  const [shown] = upcoming;
  const deck = [...upcoming.slice(0, AHEAD), ...(previous ? [previous] : [])];
  return (
    <div class="label-deck">
      {deck.map((sample) => (
        <img
          key={sample.sha256}
          class={sample === shown ? 'label-deck-shown' : ''}
          data-place={sample === previous ? 'previous' : 'upcoming'}
          src={path`/api/samples/${sample.sha256}/picture`}
          alt={sample === shown ? 'To label' : ''}
          aria-hidden={sample !== shown}
          width={sample.width}
          height={sample.height}
          decoding="sync"
          draggable={false}
          onLoad={({ currentTarget }) => {
            void currentTarget.decode().then(
              () => {
                currentTarget.dataset.ready = '';
                onReady(sample.sha256);
              },
              () => {},
            );
          }}
          onError={() => setFailed((known) => new Set([...known, sample.sha256]))}
        />
      ))}
      {shown && failed.has(shown.sha256) && (
        <p class="label-deck-failed">
          This picture was not loaded. It may have gone with its device: skip it with S.
        </p>
      )}
    </div>
  );
}
