import { Link } from 'wouter-preact';
import { withQuery } from '../../api/path.ts';
import { Empty } from '../../ui/empty.tsx';

interface NoSuchTaskProps {
  /** As the address names it. */
  readonly wanted: string;
  /** Those that are. */
  readonly tasks: readonly string[];
}

/** Another task in its place would be taken for the one that was meant. */
export function NoSuchTask({ wanted, tasks }: NoSuchTaskProps) {
  return (
    <Empty title={`There is no task “${wanted}”.`}>
      <p>Its name may be written otherwise, or it may be of another control plane. There are:</p>
      <ul>
        {tasks.map((task) => (
          <li key={task}>
            <Link href={withQuery('/models', { task })}>{task}</Link>
          </li>
        ))}
      </ul>
    </Empty>
  );
}
