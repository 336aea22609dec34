import { useEffect, useState } from 'preact/hooks';
import './qr-code.css';

/** White around it, in modules, so that cameras find it. Source: ISO/IEC 18004, 9.1. */
const QUIET = 4;

/**
 * A text for a camera. Black on white in both themes: many readers take nothing else.
 * @param label what it holds
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [rows, setRows] = useState<readonly (readonly boolean[])[]>([]);
  useEffect(() => {
    let wanted = true;
    // Comes when the first code is drawn; its place is kept.
    void import('qr').then(({ encodeQR }) => {
      if (wanted) setRows(encodeQR(text, 'raw', { ecc: 'medium', border: QUIET }));
    });
    return () => {
      wanted = false;
    };
  }, [text]);
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${rows.length || 1} ${rows.length || 1}`}
      role="img"
      aria-label={label}
    >
      <path d={outline(rows)} />
    </svg>
  );
}

/** A square for each dark module. */
const outline = (rows: readonly (readonly boolean[])[]) =>
  rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
