import { useEffect, useState } from 'preact/hooks';
import { listen } from '../../api/live.ts';
import { path, withQuery } from '../../api/path.ts';

export interface LastPicture {
  readonly src: string;
  /** When it was taken, by the device's clock; null: not told since the page was opened. */
  readonly capturedAt: string | null;
  /** By this page's clock, ms. */
  readonly heardAt: number | null;
}

/** Events of pictures are told within bounds, so that one may be missed, in ms. */
const AGAIN = 30_000;

/** The last frame of a camera, another address for each so that the browser asks for it. */
export function usePicture(device: string, camera: string): LastPicture {
  const [told, setTold] = useState<Pick<LastPicture, 'capturedAt' | 'heardAt'>>(NOTHING);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setTold(NOTHING);
    const again = () => setRound((count) => count + 1);
    const timer = setInterval(() => !document.hidden && again(), AGAIN);
    const end = listen(
      ['picture.changed'],
      ({ subject, data }) => {
        const of = (subject as { readonly camera?: string }).camera;
        if (of === camera) setTold({ capturedAt: data.capturedAt, heardAt: Date.now() });
      },
      again,
      device,
    );
    return () => {
      clearInterval(timer);
      end();
    };
  }, [device, camera]);
  const base = path`/api/devices/${device}/cameras/${camera}/picture`;
  return { src: withQuery(base, { of: told.capturedAt, again: round || null }), ...told };
}

const NOTHING = { capturedAt: null, heardAt: null };
