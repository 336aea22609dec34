import type { Command } from 'commander';
import { configOption } from '../config/config-option.ts';
import { AgentError } from '../errors.ts';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

/**
 * `edgeloop-agent doctor`: what keeps this device from working, and the mend. Changes nothing; the
 * agent may run meanwhile.
 */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('find what keeps this device from working, and say how to mend it')
    .addOption(configOption().makeOptionMandatory())
    .option('--json', 'one JSON object')
    .action(async ({ config, json = false }: Options) => {
      const { examineDevice } = await import('./examine-device.ts');
      const { showFindings } = await import('./show-findings.ts');
      const findings = await examineDevice(config, Date.now);
      const bad = findings.filter(({ gravity }) => gravity === 'problem');
      const text = json
        ? JSON.stringify({ ok: bad.length === 0, findings })
        : showFindings(findings);
      process.stdout.write(`${text}\n`);
      if (bad.length === 0) return;
      const names = [...new Set(bad.map(({ check }) => check))].join(', ');
      throw new AgentError('UNWELL', `Not well: ${names}.`);
    });
}
