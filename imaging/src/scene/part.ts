import type { Random } from '@edgeloop/protocol';

/** What a camera over the conveyor can see. `empty` is the belt alone. */
export const SCENE_CLASSES = ['empty', 'good', 'unbored', 'scratch', 'stain'] as const;
export type SceneClass = (typeof SCENE_CLASSES)[number];

/** Holes of the flange. */
const HOLES = 4;
const RADIUS = 86;
const HOLE_CIRCLE = 60;
const HOLE_RADIUS = 13;
const BORE_RADIUS = 32;

const BORE = `
      <circle r="${BORE_RADIUS + 4}" fill="none" stroke="#e8ebee" stroke-width="2.5" opacity=".55"/>
      <circle r="${BORE_RADIUS}" fill="#16181b"/>
      <path d="M ${-BORE_RADIUS + 3} 4 A ${BORE_RADIUS - 2} ${BORE_RADIUS - 2} 0 0 0 8 ${BORE_RADIUS - 3}" fill="none" stroke="#4a4f56" stroke-width="3"/>`;

/** How a part lies on the belt. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly scale: number;
}

/** A turned steel flange with a bore and four bolt holes, with its defect, as SVG. */
export function partSvg(label: SceneClass, pose: Pose, random: Random): string {
  if (label === 'empty') return '';
  const holes = Array.from({ length: HOLES }, (_, i) => hole(i)).join('');
  const steel = Math.round(random.between(158, 196));
  return `
    <g transform="translate(${f(pose.x)} ${f(pose.y)}) scale(${f(pose.scale)}) rotate(${f(pose.turn)})">
      <circle cx="5" cy="7" r="${RADIUS + 1}" fill="#000" opacity=".38"/>
      <circle r="${RADIUS}" fill="rgb(${steel - 40},${steel - 36},${steel - 30})"/>
      <circle r="${RADIUS - 4}" fill="url(#steel)"/>
      ${turningMarks(random)}
      ${holes}
      ${label === 'unbored' ? '' : BORE}
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

/** Three gouges beside one another, bent a little, as a jammed gripper leaves them. */
function scratch(random: Random): string {
  const direction = random.between(0, 360);
  const nearest = random.between(8, 22);
  const width = random.between(8, 10);
  const gouges = [0, 1, 2].map((i) => {
    const beside = nearest + i * random.between(17, 20);
    const [from, to] = [random.between(-66, -50), random.between(50, 66)];
    const path = `M ${f(from)} ${f(beside)} Q 0 ${f(beside + random.between(-8, 8))} ${f(to)} ${f(beside)}`;
    return `<path d="${path}" stroke="#1d1f23" stroke-width="${f(width)}"/>
    <path d="${path}" stroke="#fdfeff" stroke-width="${f(width * 0.55)}" transform="translate(1 -2)"/>`;
  });
  return `<g transform="rotate(${f(direction)})" fill="none" stroke-linecap="round">${gouges.join('')}</g>`;
}

/** Rust: a few overlapping blots. */
function stain(random: Random): string {
  const angle = random.between(0, 2 * Math.PI);
  const [x, y] = [46 * Math.cos(angle), 46 * Math.sin(angle)];
  const colour = random.chance(0.6) ? '#8c3f14' : '#6e4420';
  return Array.from({ length: 5 }, () => {
    const [dx, dy] = [random.between(-13, 13), random.between(-13, 13)];
    return `<ellipse cx="${f(x + dx)}" cy="${f(y + dy)}" rx="${f(random.between(16, 25))}" ry="${f(random.between(14, 22))}" fill="${colour}" opacity="${f(random.between(0.65, 0.85))}"/>`;
  }).join('');
}

function f(value: number): string {
  return value.toFixed(2);
}
