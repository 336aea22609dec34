import type { Corner } from '@edgeloop/protocol/polygon-rules';
import './areas.css';
import type { Area } from './drawing.ts';

interface AreasProps {
  readonly areas: readonly Pick<Area, 'kind' | 'corners' | 'fixed'>[];
  /** Index of the one that is worked on. */
  readonly chosen?: number | null;
  /**
   * Null: in shares, drawn over all of its place; else over a picture of this size, fitted into it
   * as the picture is.
   */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Areas over a picture, to be looked at. Who can't see them reads of them beside it. */
export function Areas({ areas, chosen = null, size }: AreasProps) {
  const { width, height } = size ?? { width: 1, height: 1 };
  const scaled = (corners: readonly Corner[]) =>
    corners.map(([x, y]) => `${x * width} ${y * height}`);
  const region = areas.find(({ kind }) => kind === 'region');
  return (
    <svg
      class="look-areas"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio={size ? 'xMidYMid meet' : 'none'}
      aria-hidden="true"
    >
      {region && (
        <path
          class="look-outside"
          fill-rule="evenodd"
          d={`M0 0H${width}V${height}H0ZM${scaled(region.corners).join('L')}Z`}
        />
      )}
      {areas.map(({ kind, corners }, i) => (
        <g key={i} class={`look-${kind} ${i === chosen ? 'look-chosen' : ''}`}>
          <polygon class="look-halo" points={scaled(corners).join(' ')} />
          <polygon class="look-line" points={scaled(corners).join(' ')} />
        </g>
      ))}
    </svg>
  );
}
