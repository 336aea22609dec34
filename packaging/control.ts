import type { Package } from './packages.ts';
import type { Platform } from './platforms.ts';

/**
 * What every package needs of Debian 12 or later; perl-base and util-linux are essential, and need
 * no word.
 */
const DEPENDS = [
  'init-system-helpers (>= 1.52)',
  'libc6 (>= 2.34)',
  'libgcc-s1',
  'libstdc++6 (>= 11)',
  'systemd (>= 250)',
];

/**
 * DEBIAN/control.
 * @param size KiB that it takes when installed
 */
export function control(
  { name, summary, description, suggests }: Package,
  { debian }: Platform,
  { version, size }: { version: string; size: number },
): string {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${debian}`,
    'Maintainer: The Edgeloop authors <edgeloop@localhost>',
    `Installed-Size: ${size}`,
    `Depends: ${DEPENDS.join(', ')}`,
    ...(suggests.length > 0 ? [`Suggests: ${suggests.join(', ')}`] : []),
    'Section: net',
    'Priority: optional',
    `Description: ${summary}`,
    ...description.map((line) => ` ${line}`),
    '',
  ].join('\n');
}
