import { readFileSync } from 'node:fs';
import type { Bytes } from '@edgeloop/protocol';

/**
 * A program that Node runs, with a limit (RLIMIT_DATA) of what it may write to, beside what V8 maps
 * for compiled code. By way of the shell, which is the only one that sets limits everywhere; it
 * becomes node.
 */
export function capped(program: readonly string[], cap: Bytes): string[] {
  const kibibytes = String(Math.floor((cap + codeRange()) / 1024));
  return ['/bin/sh', '-c', 'ulimit -d "$0" && exec "$@"', kibibytes, ...program];
}

let known: number | undefined;

/**
 * What V8 maps at once for the code that it will compile, bytes. Since Node 24 it is writable from
 * the start, 512 MB on x64, of which little is ever written to: RLIMIT_DATA counts all of it.
 * Before, it is only reserved, and does not count. Nothing else of a process is both writable and
 * run. 0 on other systems than Linux. Source: /proc/self/maps.
 */
function codeRange(): number {
  known ??= Math.max(0, ...writableCode());
  return known;
}

/** Each such piece: threads have their own, and pages of one may be protected in another way. */
function writableCode(): number[] {
  let maps = '';
  try {
    maps = readFileSync('/proc/self/maps', 'utf8');
  } catch {
    // No Linux.
  }
  return [...maps.matchAll(/^([\da-f]+)-([\da-f]+) rwxp /gm)].map(
    ([, from = '', to = '']) => Number.parseInt(to, 16) - Number.parseInt(from, 16),
  );
}
