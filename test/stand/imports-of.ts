import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const IMPORTS = /\b(?:from|import)\s*\(?\s*'([^']+)'/g;
/** Of the tests and their stands; what is tested may import as it likes. */
const OF_TESTS = /\/test\/(?!.*\/src\/).*\.ts$/;

/** What a file of tests imports, as it is written there: types too. */
export const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORTS)].map(([, specifier = '']) => specifier);

/** The file of tests that `specifier` is in `from`; null for what is tested, and for packages. */
export function ofTests(from: string, specifier: string): string | null {
  const path = resolve(dirname(from), specifier);
  return specifier.startsWith('.') && OF_TESTS.test(path) ? path : null;
}

/**
 * A file of tests, and every stand that it has by its imports or theirs.
 *
 * @param beyond whether the imports of a stand count
 */
export function standsOf(
  file: string,
  beyond: (stand: string) => boolean = () => true,
): ReadonlySet<string> {
  const stands = new Set([file]);
  for (const one of stands) {
    if (!beyond(one)) continue;
    for (const specifier of importsOf(one)) {
      const stand = ofTests(one, specifier);
      if (stand !== null) stands.add(stand);
    }
  }
  return stands;
}
