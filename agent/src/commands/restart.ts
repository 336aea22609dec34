import type { CommandHandler } from './command-runner.ts';

/**
 * `restart`: ends the agent, which something starts again. It is the agent that comes then that
 * answers: see `CommandRunnerOptions.endsAgent`.
 * @param end Null: nothing would start it again.
 */
export function restart(end: (() => void) | null): CommandHandler {
  return async (_command, signal) => {
    if (!end) {
      const reason =
        'nothing would start this agent again: run it by what does (systemd with Restart=always, as its unit has), with --supervised';
      return { outcome: 'refused', reason };
    }
    end();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { outcome: 'expired', reason: 'the agent did not end in time' };
  };
}
