import type { ComponentChildren } from 'preact';
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
  /**
   * Drawn over it, fitted into its place as it is; it is told the size of the picture, once that is
   * known.
   */
  readonly over?: (size: { readonly width: number; readonly height: number }) => ComponentChildren;
}

/** A picture in a place of fixed size, so that nothing jumps when it comes, or does not. */
export function Picture({
  src,
  alt,
  ratio = 4 / 3,
  eager = false,
  none = 'no picture',
  onMissing,
  over,
}: PictureProps) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const missing = src === null || failed === src;
  return (
    <div class="picture" style={{ aspectRatio: String(ratio) }}>
      {missing ? (
        <span class="caption">{none}</span>
      ) : (
        <img
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
            over && setSize({ width, height })
          }
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
      {!missing && size && over?.(size)}
    </div>
  );
}
