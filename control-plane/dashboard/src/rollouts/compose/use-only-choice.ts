import { useEffect } from 'preact/hooks';

/**
 * Where there is one thing alone to choose, it is chosen: when it is known, and not again after
 * somebody took it back.
 * @param choices undefined: not known yet
 */
export function useOnlyChoice(
  chosen: string,
  choices: readonly string[] | undefined,
  choose: (only: string) => void,
): void {
  const only = choices?.length === 1 ? choices[0] : undefined;
  useEffect(() => {
    if (only !== undefined && chosen === '') choose(only);
  }, [only]);
}
