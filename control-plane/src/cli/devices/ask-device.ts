import { ControlPlaneError } from '../../errors.ts';
import type { CommandView, NewCommand } from '../../resources/device-command.ts';
import type { Cli } from '../cli.ts';
import { type Column, state, when } from '../output/cell.ts';
import { lookAgain } from '../watch/look-again.ts';

export const COMMAND_COLUMNS: readonly Column<CommandView>[] = [
  { head: 'COMMAND', cell: ({ id }) => id, keep: true },
  { head: 'WHAT', cell: ({ command }) => command },
  { head: 'WITH', cell: ({ parameters }) => JSON.stringify(parameters) },
  { head: 'STATE', cell: ({ state: word }) => state(word) },
  { head: 'ASKED', cell: ({ createdAt }) => when(createdAt) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
  { head: 'ANSWERED', cell: ({ acknowledgedAt }) => when(acknowledgedAt) },
  { head: 'WHY', cell: ({ ack }) => ack?.reason },
];

/**
 * Asks a device to do something once, and waits for what becomes of it. A device that is away lets
 * it expire.
 * @throws ControlPlaneError `ENDED_BADLY`: anything else than done
 */
export async function askDevice(cli: Cli, device: string, json: NewCommand): Promise<CommandView> {
  const api = await cli.api();
  let view = await api.askJson<CommandView>('POST /api/devices/{device}/commands', {
    path: { device },
    json,
  });
  const path = { device, id: view.id };
  cli.setInterruption(
    `The answer is waited for no longer: edgeloop devices commands ${device} says what became of it.`,
  );
  await lookAgain(api, async () => {
    view = await api.askJson('GET /api/devices/{device}/commands/{id}', { path });
    return view.state === 'pending';
  });
  if (view.state === 'done') return view;
  const why = view.ack?.reason ?? `no answer by ${view.expiresAt}: is it online?`;
  const message = `Expected ${device} to do ${view.command}, it was ${view.state}: ${why}`;
  throw new ControlPlaneError('ENDED_BADLY', message);
}
