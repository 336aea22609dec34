import {
  type Corner,
  MAX_CORNERS,
  MAX_MASKS,
  polygonMistake,
} from '@edgeloop/protocol/polygon-rules';
import type { DeviceView } from '../../../../src/resources/device.ts';

export type Look = NonNullable<NonNullable<DeviceView['reported']>['cameras'][string]['look']>;

export type AreaKind = 'region' | 'mask' | 'motion';

export interface Area {
  /** Its own within the drawing. */
  readonly id: number;
  readonly kind: AreaKind;
  readonly corners: readonly Corner[];
  /** Of the device's agent.yaml: nobody changes it from here. */
  readonly fixed: boolean;
}

/** What somebody draws over a picture. */
export interface Drawing {
  readonly areas: readonly Area[];
  /** It is looked at only when something moves. */
  readonly gated: boolean;
  /** Id of the area that is worked on. */
  readonly chosen: number | null;
  readonly nextId: number;
}

export type Edit =
  | { readonly do: 'add'; readonly kind: AreaKind; readonly corners?: readonly Corner[] }
  | { readonly do: 'remove'; readonly id: number }
  | { readonly do: 'choose'; readonly id: number | null }
  | { readonly do: 'move'; readonly id: number; readonly by: Corner }
  | { readonly do: 'corner'; readonly id: number; readonly corner: number; readonly to: Corner }
  /** Another corner, in the middle of the edge after it. */
  | { readonly do: 'split'; readonly id: number; readonly corner: number }
  | { readonly do: 'drop'; readonly id: number; readonly corner: number }
  | { readonly do: 'gate'; readonly on: boolean };

/** How the device looks at its picture now. */
export function drawingOf({ region, masks, ownMasks, motion }: Look): Drawing {
  const of = (kind: AreaKind, corners: readonly Corner[], fixed = false) => ({
    kind,
    corners,
    fixed,
  });
  const areas = [
    ...(region ? [of('region', region)] : []),
    ...masks.map((mask, i) => of('mask', mask, i < ownMasks)),
    ...(motion?.masks ?? []).map((mask) => of('motion', mask)),
  ].map((area, id) => ({ ...area, id }));
  return { areas, gated: motion !== undefined, chosen: null, nextId: areas.length };
}

/** The drawing after one stroke; as it was, where that can't be done. */
export function edit(drawing: Drawing, stroke: Edit): Drawing {
  switch (stroke.do) {
    case 'add':
      return add(drawing, stroke.kind, stroke.corners);
    case 'remove':
      return {
        ...drawing,
        areas: drawing.areas.filter(({ id, fixed }) => id !== stroke.id || fixed),
        chosen: null,
      };
    case 'choose':
      return { ...drawing, chosen: stroke.id };
    case 'move':
      return change(drawing, stroke.id, (corners) => moved(corners, stroke.by));
    case 'corner':
      return change(drawing, stroke.id, (corners) =>
        corners.map((corner, i) => (i === stroke.corner ? within(stroke.to) : corner)),
      );
    case 'split':
      return change(drawing, stroke.id, (corners) =>
        corners.length >= MAX_CORNERS ? corners : split(corners, stroke.corner),
      );
    case 'drop':
      return change(drawing, stroke.id, (corners) =>
        corners.length <= 3 ? corners : corners.filter((_, i) => i !== stroke.corner),
      );
    case 'gate':
      return { ...drawing, gated: stroke.on };
  }
}

/** Whether there is room for one more. Another region takes the place of the first. */
export const hasRoom = ({ areas }: Drawing, kind: AreaKind): boolean =>
  kind === 'region' || areas.filter((area) => area.kind === kind && !area.fixed).length < MAX_MASKS;

/** What is wrong with an area, in a sentence; null: nothing. */
export function mistakeOf({ corners }: Area): string | null {
  const mistake = polygonMistake(corners);
  return mistake === null ? null : `Expected ${mistake}.`;
}

/** Two corners that lie opposite, as a rectangle. */
export const rectangle = ([ax, ay]: Corner, [bx, by]: Corner): Corner[] => {
  const [left, right] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [top, bottom] = [Math.min(ay, by), Math.max(ay, by)];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
};

/** In the middle, to be moved from there. */
const FIRST: Readonly<Record<AreaKind, Corner[]>> = {
  region: rectangle([0.1, 0.1], [0.9, 0.9]),
  mask: rectangle([0.35, 0.35], [0.65, 0.65]),
  motion: rectangle([0.35, 0.35], [0.65, 0.65]),
};

function add(drawing: Drawing, kind: AreaKind, corners: readonly Corner[] = FIRST[kind]): Drawing {
  if (!hasRoom(drawing, kind)) return drawing;
  const { nextId: id } = drawing;
  const others = drawing.areas.filter((area) => kind !== 'region' || area.kind !== 'region');
  const area = { id, kind, corners: corners.map(within), fixed: false };
  // The region lies below the others: they are seen, and taken hold of, first.
  const areas = kind === 'region' ? [area, ...others] : [...others, area];
  return { ...drawing, areas, chosen: id, nextId: id + 1 };
}

function change(
  drawing: Drawing,
  id: number,
  how: (corners: readonly Corner[]) => readonly Corner[],
): Drawing {
  const areas = drawing.areas.map((area) =>
    area.id === id && !area.fixed ? { ...area, corners: how(area.corners) } : area,
  );
  return { ...drawing, areas };
}

/** As far as the picture goes, without changing its form. */
function moved(corners: readonly Corner[], [dx, dy]: Corner): Corner[] {
  const step = (by: number, values: readonly number[]) =>
    Math.max(-Math.min(...values), Math.min(1 - Math.max(...values), by));
  const x = step(
    dx,
    corners.map(([x]) => x),
  );
  const y = step(
    dy,
    corners.map(([, y]) => y),
  );
  return corners.map(([left, top]) => within([left + x, top + y]));
}

function split(corners: readonly Corner[], index: number): Corner[] {
  const [ax, ay] = corners[index] as Corner;
  const [bx, by] = corners[(index + 1) % corners.length] as Corner;
  return corners.toSpliced(index + 1, 0, within([(ax + bx) / 2, (ay + by) / 2]));
}

/** Finer than any camera's pixels matter: a thousandth. */
const within = ([x, y]: Corner): Corner => [share(x), share(y)];
const share = (value: number) => Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
