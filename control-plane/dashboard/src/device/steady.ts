import { useRef } from 'preact/hooks';
import type { Resource } from '../api/use-resource.ts';

/**
 * What was last read, until what is asked now is here: where only the time moves on, nothing
 * vanishes meanwhile.
 * @param of what it is of: of another, nothing is kept
 */
export function useSteady<Body>({ value }: Resource<Body>, of: string): Body | undefined {
  const kept = useRef<{ readonly of: string; readonly value: Body | undefined }>({
    of,
    value: undefined,
  });
  if (value !== undefined || kept.current.of !== of) kept.current = { of, value };
  return kept.current.value;
}
