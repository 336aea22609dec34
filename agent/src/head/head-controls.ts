import type { ControlHandler } from '../control/control-socket.ts';
import { AgentError } from '../errors.ts';
import type { Heads } from './heads.ts';

/** What the command line asks of the heads of a running agent. */
export function headControls(heads: Heads): ReadonlyMap<string, ControlHandler> {
  return new Map<string, ControlHandler>([
    [
      '/head/label',
      ({ options: { label, slot, camera }, body }) => {
        if (label === undefined) {
          throw new AgentError('LABEL_REFUSED', 'Expected a class, received none.');
        }
        return body.length > 0
          ? heads.label(label, body, slot)
          : heads.labelLastFrame(label, camera);
      },
    ],
    [
      '/head/fit',
      async ({ options: { slot } }) => {
        const { figures, labelled, leftOut, ...outcome } = await heads.fit(slot);
        const told = { figures, labelled, leftOut };
        return outcome.taken ? { ...told, taken: true } : { ...told, ...outcome };
      },
    ],
    ['/head/status', () => heads.status()],
    ['/head/drop', async ({ options: { slot } }) => ({ dropped: await heads.drop(slot) })],
  ]);
}
