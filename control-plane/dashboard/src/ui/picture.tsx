import { useState } from 'preact/hooks';
import './picture.css';

interface PictureProps {
  readonly src: string | null;
  /** What it shows, for who can't see it. */
  readonly alt: string;
  /** Width over height of the place that is kept for it. */
  readonly ratio?: number;
  readonly eager?: boolean;
  /** In its place where there is none. */
  readonly none?: string;
  /** It was asked for, and is not there. */
  readonly onMissing?: () => void;
}

/** A picture in a place of fixed size, so that nothing jumps when it comes, or does not. */
export function Picture({
  src,
  alt,
  ratio = 4 / 3,
  eager = false,
  none = 'no picture',
  onMissing,
}: PictureProps) {
  const [failed, setFailed] = useState<string | null>(null);
  const missing = src === null || failed === src;
  return (
    <div class="picture" style={{ aspectRatio: String(ratio) }}>
      {missing ? (
        <span class="caption">{none}</span>
      ) : (
        <img
          src={src}
          alt={alt}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => {
            setFailed(src);
            onMissing?.();
          }}
        />
      )}
    </div>
  );
}
