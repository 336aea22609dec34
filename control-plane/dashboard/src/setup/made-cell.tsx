import { Ago } from '../ui/ago.tsx';

interface MadeCellProps {
  readonly made: { readonly createdAt: string; readonly createdBy: string };
}

/** When something was made, and by whom. */
export function MadeCell({ made: { createdAt, createdBy } }: MadeCellProps) {
  return (
    <td>
      <Ago at={createdAt} /> by {createdBy}
    </td>
  );
}
