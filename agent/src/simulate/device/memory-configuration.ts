import type { ConfigurationReport, Desired, EpochMillis, Reason } from '@edgeloop/protocol';
import {
  type ConfigurationState,
  NO_CONFIGURATION,
} from '../../configuration/configuration-state.ts';
import { reportOf, step, type TrialEvent, wishOf } from '../../configuration/trial.ts';

const REFUSED: Reason = {
  code: 'CONFIG_INVALID',
  message: 'Expected settings that fit this device, the scenario lets it refuse them.',
};

/**
 * What the control plane sets over agent.yaml, by the agent's own table; a simulated device does
 * nothing by it.
 */
export class MemoryConfiguration {
  readonly #now: () => EpochMillis;
  #state: ConfigurationState = NO_CONFIGURATION;

  constructor(now: () => EpochMillis) {
    this.#now = now;
  }

  get report(): ConfigurationReport | null {
    return reportOf(this.#state);
  }

  receive(wanted: Desired['configuration'], refuses: boolean): void {
    const wish = wishOf(this.#state, wanted);
    this.#move(wish.kind === 'new' ? judge(wish.chosen, refuses) : wish);
  }

  boot(): void {
    this.#move({ kind: 'boot' });
  }

  #move(event: TrialEvent): void {
    this.#state = step(this.#state, event, this.#now());
  }
}

type Chosen = Extract<TrialEvent, { kind: 'right' }>['chosen'];

function judge(chosen: Chosen, refuses: boolean): TrialEvent {
  return refuses ? { kind: 'wrong', chosen, reason: REFUSED } : { kind: 'right', chosen };
}
