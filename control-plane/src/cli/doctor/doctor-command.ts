import type { Finding } from '@edgeloop/findings';
import { counted } from '@edgeloop/protocol/counted';
import type { Command } from 'commander';
import { ControlPlaneError } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { type Column, state } from '../output/cell.ts';
import { examine } from './examine.ts';

const COLUMNS: readonly Column<Finding>[] = [
  { head: 'STATE', cell: ({ gravity }) => state(gravity) },
  { head: 'CHECK', cell: ({ check }) => check },
  { head: 'WHAT', cell: ({ what }) => what },
];

/** `edgeloop doctor`: from the operator's machine. On a device: `edgeloop-agent doctor`. */
export function addDoctor(command: Command, cli: Cli): void {
  command
    .option('--broker <url>', 'knock at it, too: mqtt://host:1883, mqtts://host:8883')
    .action(async ({ broker = null }: { readonly broker?: string | null }) => {
      const settings = await cli.settings();
      const api = await cli.api();
      const { now } = cli.surroundings;
      const findings = await examine({ api, settings, broker, now });
      const bad = findings.filter(({ gravity }) => gravity === 'problem');
      await cli.print({ ok: bad.length === 0, findings }, (sheet) => {
        const mends = findings.flatMap(({ check, mend }) => (mend ? [`${check}: ${mend}`] : []));
        sheet.table(findings, COLUMNS).lines(...mends);
      });
      if (bad.length === 0) return;
      const names = [...new Set(bad.map(({ check }) => check))].join(', ');
      throw new ControlPlaneError('UNWELL', `${counted(bad.length, 'problem')}: ${names}.`);
    });
}
