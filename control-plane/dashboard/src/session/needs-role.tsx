import { Empty } from '../ui/empty.tsx';
import { type Rung, session } from './session-state.ts';

/** In the place of what who is logged in may not. */
export function NeedsRole({ rung }: { rung: Rung }) {
  return (
    <Empty title={`This needs the role ${rung}.`}>
      <p>{`You are ${session.value?.name}, with the role ${session.value?.role}. An admin gives roles under Setup, People.`}</p>
    </Empty>
  );
}
