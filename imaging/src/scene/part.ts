import type { Random } from '@edgeloop/protocol';

/** What a camera over the conveyor can see. `empty` is the belt alone. */
export const SCENE_CLASSES = ['empty', 'good', 'missing-hole', 'scratch', 'stain'] as const;
export type SceneClass = (typeof SCENE_CLASSES)[number];

/** Holes of the flange. */
const HOLES = 6;
const RADIUS = 82;
const HOLE_CIRCLE = 54;
const HOLE_RADIUS = 15.5;
const BORE_RADIUS = 24;

/** How a part lies on the belt. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly scale: number;
}

/** A turned steel flange with a bore and six bolt holes, with its defect, as SVG. */
export function partSvg(label: SceneClass, pose: Pose, random: Random): string {
  if (label === 'empty') return '';
  const missing = label === 'missing-hole' ? Math.floor(random.between(0, HOLES)) : -1;
  const holes = Array.from({ length: HOLES }, (_, i) => (i === missing ? '' : hole(i))).join('');
  const steel = Math.round(random.between(158, 196));
  return `
    <g transform="translate(${f(pose.x)} ${f(pose.y)}) scale(${f(pose.scale)}) rotate(${f(pose.turn)})">
      <circle cx="5" cy="7" r="${RADIUS + 1}" fill="#000" opacity=".38"/>
      <circle r="${RADIUS}" fill="rgb(${steel - 40},${steel - 36},${steel - 30})"/>
      <circle r="${RADIUS - 4}" fill="url(#steel)"/>
      ${turningMarks(random)}
      ${holes}
      <circle r="${BORE_RADIUS + 5}" fill="none" stroke="#e8ebee" stroke-width="2.5" opacity=".55"/>
      <circle r="${BORE_RADIUS}" fill="#16181b"/>
      <path d="M ${-BORE_RADIUS + 3} 4 A ${BORE_RADIUS - 2} ${BORE_RADIUS - 2} 0 0 0 8 ${BORE_RADIUS - 3}" fill="none" stroke="#4a4f56" stroke-width="3"/>
      ${label === 'scratch' ? scratch(random) : ''}
      ${label === 'stain' ? stain(random) : ''}
    </g>`;
}

/** Shared paints. `tone` shifts the steel between cold and warm. */
export function partPaints(random: Random): string {
  const tone = random.between(-10, 10);
  const shade = (level: number) => `rgb(${f(level + tone)},${f(level + 3)},${f(level + 8 - tone)})`;
  return `<radialGradient id="steel" cx="${f(random.between(0.3, 0.5))}" cy="${f(random.between(0.25, 0.45))}" r=".8">
    <stop offset="0" stop-color="${shade(random.between(205, 226))}"/>
    <stop offset=".6" stop-color="${shade(random.between(165, 185))}"/>
    <stop offset="1" stop-color="${shade(random.between(118, 140))}"/></radialGradient>`;
}

function hole(index: number): string {
  const angle = (index / HOLES) * 2 * Math.PI;
  const [x, y] = [HOLE_CIRCLE * Math.cos(angle), HOLE_CIRCLE * Math.sin(angle)];
  return `<circle cx="${f(x)}" cy="${f(y)}" r="${HOLE_RADIUS + 2.5}" fill="#dfe3e7" opacity=".5"/>
    <circle cx="${f(x)}" cy="${f(y)}" r="${HOLE_RADIUS}" fill="#1b1d21"/>`;
}

function turningMarks(random: Random): string {
  const rings = Array.from({ length: 4 }, () => random.between(34, RADIUS - 8));
  return rings
    .map((r) => `<circle r="${f(r)}" fill="none" stroke="#fff" stroke-width="1" opacity=".16"/>`)
    .join('');
}

/** A gouge from the inner ring outwards, never straight. */
function scratch(random: Random): string {
  const from = random.between(0, 2 * Math.PI);
  const to = from + random.between(0.9, 1.7);
  const [r1, r2] = [random.between(34, 44), random.between(62, 76)];
  const start = `${f(r1 * Math.cos(from))} ${f(r1 * Math.sin(from))}`;
  const end = `${f(r2 * Math.cos(to))} ${f(r2 * Math.sin(to))}`;
  const middle = (from + to) / 2 + random.between(-0.3, 0.3);
  const bend = `${f(60 * Math.cos(middle))} ${f(60 * Math.sin(middle))}`;
  const path = `M ${start} Q ${bend} ${end}`;
  const width = random.between(9, 13);
  return `<path d="${path}" fill="none" stroke="#2b2d31" stroke-width="${f(width)}" stroke-linecap="round"/>
    <path d="${path}" fill="none" stroke="#f6f8fa" stroke-width="${f(width * 0.4)}" stroke-linecap="round" transform="translate(2.4 -1.6)"/>`;
}

/** Rust or oil: a few overlapping blots. */
function stain(random: Random): string {
  const angle = random.between(0, 2 * Math.PI);
  const [x, y] = [53 * Math.cos(angle + Math.PI / HOLES), 53 * Math.sin(angle + Math.PI / HOLES)];
  const colour = random.chance(0.6) ? '#7a3f1d' : '#4b3a2a';
  return Array.from({ length: 5 }, () => {
    const [dx, dy] = [random.between(-11, 11), random.between(-11, 11)];
    return `<ellipse cx="${f(x + dx)}" cy="${f(y + dy)}" rx="${f(random.between(14, 23))}" ry="${f(random.between(12, 20))}" fill="${colour}" opacity="${f(random.between(0.65, 0.85))}"/>`;
  }).join('');
}

function f(value: number): string {
  return value.toFixed(2);
}
