import { addressesOf } from '@edgeloop/broker-connection';
import { findUnchangeable } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { isEncrypted } from '../config/is-encrypted.ts';
import { parseConfig } from '../config/load-config.ts';
import { AgentError } from '../errors.ts';
import { keepPrivacy } from '../privacy/keep-privacy.ts';
import type { Chosen } from './configuration-state.ts';
import { mergePatch } from './merge-patch.ts';

/** `agent.yaml` as it was read. */
export interface ConfigSource {
  readonly text: string;
  readonly path: string;
}

/**
 * The configuration of agent.yaml with a choice over it, checked as agent.yaml itself is.
 * @throws AgentError `CONFIG_INVALID`; of what the device keeps to itself: `CONFIG_UNCHANGEABLE`
 */
export function effectiveConfig({ text, path }: ConfigSource, chosen: Chosen | null): Config {
  const own = parseConfig(text, path);
  if (!chosen) return own;
  const mistakes = findUnchangeable(chosen.settings);
  if (mistakes.length > 0) throw new AgentError('CONFIG_UNCHANGEABLE', mistakes.join('\n'));
  const merged = parseConfig(text, path, (file) => mergePatch(file, chosen.settings));
  if (allEncrypted(own) && !allEncrypted(merged)) {
    const message = `broker.url: expected mqtts:// or wss://, as agent.yaml has it, received "${merged.broker.url}". The device's password goes there.`;
    throw new AgentError('CONFIG_UNCHANGEABLE', message);
  }
  return keepPrivacy(own, merged);
}

const allEncrypted = ({ broker }: Config): boolean => addressesOf(broker.url).every(isEncrypted);
