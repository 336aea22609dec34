import type { DeviceView } from '../../../src/resources/device.ts';
import type { Attention } from './attention-line.ts';

type AgentFile = NonNullable<NonNullable<DeviceView['reported']>['agentFile']>;

/** What is wrong with the agent.yaml of a device, and what it does meanwhile; then each mistake. */
export function fileWords({ path, safeMode, mistakes, total }: AgentFile): readonly Attention[] {
  const kind = safeMode ? 'bad' : 'warn';
  const what = safeMode
    ? `It is in safe mode: ${path} is wrong, and no camera and no model runs. Mend the file, or assign a configuration: what ran before is taken up with it.`
    : `${path} is wrong: the one that ran before stands in for it until it is mended.`;
  const told = mistakes.map(({ line, message }) => ({
    kind,
    text: line === undefined ? message : `Line ${line}: ${message}`,
  }));
  const others = total - mistakes.length;
  const more = others > 0 ? [{ kind, text: `And ${others} more.` } as const] : [];
  return [{ kind, text: what }, ...(told as Attention[]), ...more];
}
