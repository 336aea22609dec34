import type { More } from '../api/use-more.ts';
import { Button } from './button.tsx';

interface ShowMoreProps extends Pick<More<unknown>, 'rest' | 'busy' | 'showMore'> {
  /** On the button: "Show older ones". */
  readonly label: string;
  /** The command that tells all of them. */
  readonly command: string;
}

/** Below a list of which there is more. */
export function ShowMore({ rest, busy, showMore, label, command }: ShowMoreProps) {
  if (rest === 'elsewhere') return <p class="caption">All of them are told by “{command}”.</p>;
  if (rest === 'none') return null;
  return (
    <div>
      <Button busy={busy} onClick={showMore}>
        {label}
      </Button>
    </div>
  );
}
