import { spawnSync } from 'node:child_process';

const hasJinja = (python: string) => spawnSync(python, ['-c', 'import jinja2']).status === 0;

/** Debian's, where another that comes first lacks it. */
const PYTHON = ['python3', '/usr/bin/python3'].find(hasJinja);

/** For tap's `skip`: what renders Home Assistant's templates is Jinja. CI must have it. */
export const jinjaMissing =
  process.env.CI !== 'true' && PYTHON === undefined && 'needs python3-jinja2';

/**
 * As Home Assistant does: `value_json` is the payload, `to_json` a filter, what is not there can
 * not be looked into.
 */
const SCRIPT = `
import json, sys
from jinja2.sandbox import ImmutableSandboxedEnvironment
env = ImmutableSandboxedEnvironment()
env.filters['to_json'] = json.dumps
print(json.dumps([env.from_string(t).render(value_json=m) for t, m in json.load(sys.stdin)]))
`;

/** What each template makes of its message. */
export function render(
  pairs: readonly (readonly [template: string, message: unknown])[],
): string[] {
  const { stdout, stderr, status } = spawnSync(PYTHON ?? 'python3', ['-c', SCRIPT], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
