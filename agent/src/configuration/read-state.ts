import { join } from 'node:path';
import { type Desired, type EpochMillis, timestamp } from '@edgeloop/protocol';
import { desiredFile } from '../desired/desired-state.ts';
import { AgentError } from '../errors.ts';
import { StateFile } from '../state/state-file.ts';
import { ConfigurationState, NO_CONFIGURATION } from './configuration-state.ts';

/** @param folder of the device's state */
export const configurationFile = (folder: string): StateFile<typeof ConfigurationState> =>
  new StateFile(join(folder, 'configuration.json'), ConfigurationState);

/**
 * What the device must not forget of its configuration. Where that can't be read, or is damaged,
 * what the control plane said last stands in: agent.yaml alone would show what masks and `privacy`
 * hide that were set remotely.
 * @param onLost told why
 * @throws AgentError `STATE_UNUSABLE`: what ran is not known at all
 */
export async function readState(
  folder: string,
  now: EpochMillis,
  onLost: (error: Error) => void,
): Promise<ConfigurationState> {
  const file = configurationFile(folder);
  try {
    return (await file.readWhole()) ?? NO_CONFIGURATION;
  } catch (cause) {
    const desired = await desiredFile(folder)
      .read()
      .catch(() => null);
    const state = desired && stateBy(desired.configuration, now);
    const message = `Expected the settings that the control plane laid over agent.yaml in ${file.path}: ${(cause as Error).message}.`;
    if (state === null) {
      const mend = `Nothing runs without them: they may hide what no camera is to show. Start the agent again; if it stays so, remove the file, and agent.yaml alone runs until the control plane is heard.`;
      throw new AgentError('STATE_UNUSABLE', `${message} ${mend}`, { cause });
    }
    onLost(new Error(message, { cause }));
    return state;
  }
}

/**
 * What runs, by the control plane's word alone; null: that does not say it, since what it wants may
 * have been refused.
 */
export function stateBy(
  wanted: Desired['configuration'],
  now: EpochMillis,
): ConfigurationState | null {
  if (!wanted) return NO_CONFIGURATION;
  const { version, settings, heard } = wanted;
  if (heard !== true) return null;
  return { ...NO_CONFIGURATION, kept: { version, settings, since: timestamp(now) } };
}
