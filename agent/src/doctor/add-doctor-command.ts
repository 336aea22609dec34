import type { Command } from 'commander';
import { AgentError } from '../errors.ts';
import { examineDevice } from './examine-device.ts';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

/** `edgeloop-agent doctor`: what keeps this device from working, and the mend. Changes nothing; the agent may run meanwhile. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('find what keeps this device from working, and say the mend')
    .requiredOption('--config <file>', 'agent.yaml')
    .option('--json', 'one JSON object')
    .action(async ({ config, json = false }: Options) => {
      const findings = await examineDevice(config, Date.now);
      const bad = findings.filter(({ gravity }) => gravity === 'problem');
      const lines = json
        ? [JSON.stringify({ ok: bad.length === 0, findings })]
        : findings.map(({ gravity, check, what, mend }) =>
            [
              `${gravity.padEnd(8)} ${check}: ${what}`,
              ...(mend ? [`         → ${mend}`] : []),
            ].join('\n'),
          );
      process.stdout.write(`${lines.join('\n')}\n`);
      if (bad.length === 0) return;
      const names = [...new Set(bad.map(({ check }) => check))].join(', ');
      throw new AgentError('UNWELL', `Not well: ${names}.`);
    });
}
