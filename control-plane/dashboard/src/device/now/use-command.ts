import { useEffect, useState } from 'preact/hooks';
import type { CommandView, NewCommand } from '../../../../src/resources/device-command.ts';
import { api } from '../../api/client.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';

export interface AskedCommand {
  /** The newest that was asked on this page, as it stands; null: none was. */
  readonly command: CommandView | null;
  readonly busy: boolean;
  /** Why the asking itself failed. */
  readonly error: Error | null;
  readonly ask: (command: NewCommand) => Promise<void>;
}

/** While it is pending, in ms: events tell sooner. */
const LOOK_EVERY = 3_000;

/** Asks a device to do something, and follows what becomes of it. */
export function useCommand(device: string): AskedCommand {
  const [asked, setAsked] = useState<CommandView | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [ended, setEnded] = useState(false);
  const followed = asked && !ended ? path`/api/devices/${device}/commands/${asked.id}` : null;
  const { value } = useResource<CommandView>(followed, {
    on: ['command.acknowledged', 'command.expired'],
    device,
    every: LOOK_EVERY,
  });
  const command = value?.id === asked?.id && value ? value : asked;
  useEffect(() => {
    if (!value || value.state === 'pending' || value.id !== asked?.id) return;
    setAsked(value);
    setEnded(true);
  }, [value]);
  const ask = async (wanted: NewCommand) => {
    setBusy(true);
    setError(null);
    try {
      const view = await api.post<CommandView>(path`/api/devices/${device}/commands`, wanted);
      setAsked(view);
      setEnded(false);
    } catch (problem) {
      setError(problem as Error);
    } finally {
      setBusy(false);
    }
  };
  return { command, busy, error, ask };
}
