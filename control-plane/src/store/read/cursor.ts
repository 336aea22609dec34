import { ControlPlaneError } from '../../errors.ts';

/**
 * Where a page ended, as text that a client hands back unread. It names the order that it belongs
 * to: a cursor of another list or order is refused.
 */
export function encodeCursor(order: string, position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([order, ...position])).toString('base64url');
}

/** @throws ControlPlaneError `REQUEST_INVALID` */
export function decodeCursor<Position extends readonly ('string' | 'number')[]>(
  order: string,
  types: Position,
  cursor: string,
): { -readonly [I in keyof Position]: Position[I] extends 'string' ? string : number } {
  const [of, ...position] = parse(cursor);
  const fits =
    of === order &&
    position.length === types.length &&
    types.every((type, i) => typeof position[i] === type);
  if (!fits) {
    throw new ControlPlaneError(
      'REQUEST_INVALID',
      `Expected a cursor that an answer of this list in the same order gave as next, received ${JSON.stringify(cursor.slice(0, 80))}. Begin without one.`,
    );
  }
  return position as never;
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
