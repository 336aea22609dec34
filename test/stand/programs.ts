import { fileURLToPath } from 'node:url';

/**
 * The programs as their users run them: built. `npm test` builds first; before `npx tap`, `npm run
 * build` does.
 */
export const PROGRAMS = {
  agent: program('agent'),
  controlPlane: program('control-plane'),
  trainer: program('trainer'),
  edgeloop: fileURLToPath(new URL('../../control-plane/dist/cli/main.js', import.meta.url)),
} as const;

function program(workspace: string): string {
  return fileURLToPath(new URL(`../../${workspace}/dist/main.js`, import.meta.url));
}
