import { readFileSync } from 'node:fs';

const UNIT = new URL('../../systemd/edgeloop-agent.service', import.meta.url);

/** What the service's unit sets for memory: variables of glibc, and what Node is told. */
export function unitSettings(): { env: Record<string, string>; nodeArgs: string[] } {
  const unit = readFileSync(UNIT, 'utf8');
  const env = [...unit.matchAll(/\b(MALLOC_\w+)=(\w+)/g)].map(([, name, value]) => [name, value]);
  const [, flags = ''] = /^ExecStart=.*\/bin\/node((?: --\S+)*) /m.exec(unit) ?? [];
  return { env: Object.fromEntries(env), nodeArgs: flags.split(' ').filter(Boolean) };
}
