import { Option } from 'commander';

/** `--config`, which the Debian package gives as `EDGELOOP_AGENT_CONFIG`: nobody need type it. */
export const configOption = (description = 'agent.yaml'): Option =>
  new Option('--config <file>', description).env('EDGELOOP_AGENT_CONFIG');
