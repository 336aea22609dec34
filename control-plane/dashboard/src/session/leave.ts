import { toast } from '../ui/toasts.tsx';
import { logOut } from './session-state.ts';

/** Logs out; where that fails, it is said. */
export const leave = (): Promise<void> =>
  logOut().catch(({ message }: Error) => toast(message, { bad: true }));
