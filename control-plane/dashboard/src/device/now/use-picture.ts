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

/** `version`: of what was told by an event; what is asked for already is not asked for again. */
type PictureInfo = Omit<LastPicture, 'src'> & { readonly version: string | null };

/** Says when a picture was taken. */
const CAPTURED_AT = 'x-edgeloop-captured-at';
/** Events of pictures are told within bounds, so that one may be missed, in ms. */
const AGAIN = 30_000;

/** The last frame of a camera, another address for each so that the browser asks for it. */
export function usePicture(device: string, camera: string): LastPicture {
  const [told, setTold] = useState<PictureInfo>(NOTHING);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setTold(NOTHING);
    const again = () => setRound((count) => count + 1);
    const timer = setInterval(() => !document.hidden && again(), AGAIN);
    const end = listen(
      ['picture.changed'],
      ({ subject, data }) => {
        const of = (subject as { readonly camera?: string }).camera;
        if (of !== camera) return;
        const { capturedAt } = data;
        setTold({ capturedAt, heardAt: Date.now(), version: capturedAt });
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
  useEffect(() => {
    let left = false;
    // An <img> does not tell it.
    fetch(withQuery(base, { orNone: true }), { method: 'HEAD' }).then(
      ({ headers }) => {
        const capturedAt = headers.get(CAPTURED_AT);
        if (!left && capturedAt) setTold((known) => ({ ...known, capturedAt }));
      },
      () => {},
    );
    return () => {
      left = true;
    };
  }, [base, round]);
  const { version, ...about } = told;
  return { src: withQuery(base, { of: version, again: round || null, orNone: true }), ...about };
}

const NOTHING = { capturedAt: null, heardAt: null, version: null };
