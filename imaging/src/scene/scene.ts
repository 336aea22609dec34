import { type Random, seededRandom } from '@edgeloop/protocol';
import sharp from 'sharp';
import { rgb } from '../decode.ts';
import type { RawImage } from '../raw-image.ts';
import { applyLight, type Lighting, noiseTable, randomLight } from './light.ts';
import { type Pose, partPaints, partSvg, SCENE_CLASSES, type SceneClass } from './part.ts';

const SCENE_WIDTH = 320;
const SCENE_HEIGHT = 240;
/** Changes when the same seeds draw other pictures. */
export const SCENE_VERSION = 2;

/** Frames from one part to the next: it comes in, rests before the camera, and leaves. */
const CYCLE = 30;
const MOVING = 7;
/** Pixels that the belt moves a frame. */
const SPEED = 34;

const noise = noiseTable(seededRandom(SCENE_VERSION));

/**
 * One labelled picture of the conveyor, the part at rest near the middle. The same seed draws the
 * same picture.
 */
export async function drawSample(
  seed: number,
  label: SceneClass,
  lighting: Lighting = 'standard',
): Promise<RawImage> {
  const random = seededRandom(seed, SCENE_CLASSES.indexOf(label));
  return draw(label, randomPose(random, 0), lighting, random);
}

/**
 * One frame of a camera over the running belt, with what stands before it: the part whose middle is
 * in view, or `empty`. Parts come in random order. The same camera and index draw the same frame.
 */
export async function sceneFrame(
  camera: number,
  index: number,
  lighting: Lighting,
): Promise<{ image: RawImage; label: SceneClass }> {
  const part = Math.floor(index / CYCLE);
  const ofPart = seededRandom(camera, part);
  const label = SCENE_CLASSES[1 + Math.floor(ofPart.next() * 4)] as SceneClass;
  const offset = beltOffset(index % CYCLE);
  const pose = randomPose(ofPart, offset);
  const inView = Math.abs(offset) < SCENE_WIDTH * 0.25;
  // What belongs to the part comes from its own numbers, so that it stays the same from frame to
  // frame.
  const image = await draw(label, pose, lighting, ofPart, seededRandom(camera, part, index));
  return { image, label: inView ? label : 'empty' };
}

function beltOffset(phase: number): number {
  if (phase < MOVING) return -(MOVING - phase) * SPEED;
  const leaving = phase - (CYCLE - MOVING);
  return leaving > 0 ? leaving * SPEED : 0;
}

function randomPose(random: Random, offset: number): Pose {
  return {
    x: SCENE_WIDTH / 2 + random.between(-16, 16) + offset,
    y: SCENE_HEIGHT / 2 + random.between(-14, 14),
    turn: random.between(-30, 30),
    scale: random.between(0.92, 1.1),
  };
}

async function draw(
  label: SceneClass,
  pose: Pose,
  lighting: Lighting,
  random: Random,
  sensor: Random = random,
): Promise<RawImage> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SCENE_WIDTH}" height="${SCENE_HEIGHT}">
    <defs>${partPaints(random)}</defs>
    ${belt(random, pose.x)}
    ${partSvg(label, pose, random)}
    ${glare(random)}
    ${cable(random)}
  </svg>`;
  const blur = random.between(0.3, 1.4);
  const light = randomLight(lighting, random);
  const drawn = sharp(Buffer.from(svg));
  const data = await rgb(blur > 0.6 ? drawn.blur(blur) : drawn);
  const image = { data, width: SCENE_WIDTH, height: SCENE_HEIGHT };
  applyLight(image, light, noise, sensor);
  return image;
}

/** Dark rubber with ribs that move with the belt, rails, and some dirt. */
function belt(random: Random, moved: number): string {
  const grey = Math.round(random.between(44, 74));
  const ribs = Array.from({ length: 9 }, (_, i) => {
    const x = (((i * 40 + moved) % 360) + 360) % 360;
    return `<rect x="${(x - 20).toFixed(1)}" width="16" height="240" fill="#000" opacity=".17"/>`;
  }).join('');
  const dirt = Array.from({ length: Math.floor(random.between(0, 7)) }, () => {
    const [x, y, r] = [random.between(0, 320), random.between(15, 225), random.between(1.5, 6)];
    const colour = random.chance(0.5) ? '#8b7c62' : '#17181a';
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r.toFixed(1)}" fill="${colour}" opacity=".6"/>`;
  }).join('');
  return `<rect width="320" height="240" fill="rgb(${grey},${grey + 4},${grey + 9})"/>${ribs}
    <rect width="320" height="9" fill="#9a958a"/><rect y="231" width="320" height="9" fill="#9a958a"/>${dirt}`;
}

/** A lamp's reflection: a bright, soft patch. */
function glare(random: Random): string {
  if (!random.chance(0.35)) return '';
  const [x, y] = [random.between(40, 280), random.between(30, 210)];
  return `<defs><radialGradient id="lamp"><stop offset="0" stop-color="#fff" stop-opacity=".5"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>
    <ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${random.between(30, 70).toFixed(1)}" ry="${random.between(20, 50).toFixed(1)}" fill="url(#lamp)"/>`;
}

/** A cable that hangs into the picture, over the edge of the part at most. */
function cable(random: Random): string {
  if (!random.chance(0.3)) return '';
  const left = random.chance(0.5);
  const x = left ? random.between(36, 68) : random.between(252, 284);
  const sway = random.between(-20, 20);
  return `<path d="M ${x.toFixed(1)} -5 Q ${(x + sway).toFixed(1)} 120 ${(x - sway * 0.4).toFixed(1)} 245" fill="none" stroke="${random.chance(0.5) ? '#2f5c8f' : '#23262b'}" stroke-width="${random.between(7, 13).toFixed(1)}"/>`;
}
