import { Link } from 'wouter-preact';
import type { DeviceRun } from '../../../../src/resources/run.ts';
import { path } from '../../api/path.ts';
import { dateTime, shortDigest } from '../../ui/format.ts';
import '../../ui/table.css';

/** What ran, and who put it there. @param runs newest first */
export function RunsTable({ runs }: { runs: readonly DeviceRun[] }) {
  const slots = new Set(runs.map(({ slot }) => slot)).size;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
    <section class="table-wide" tabIndex={0} aria-label="What ran when">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            {slots > 1 && <th scope="col">Slot</th>}
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">Brought by</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={`${run.slot} ${run.from}`}>
              <td>
                <Link href={path`/models/${run.model}`}>{run.name}</Link>{' '}
                <code class="caption">{shortDigest(run.model)}</code>
              </td>
              {slots > 1 && <td>{run.slot}</td>}
              <td>{dateTime(run.from)}</td>
              <td>{run.until === null ? 'runs' : dateTime(run.until)}</td>
              <td>{byWhom(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function byWhom({ rollout, generation }: DeviceRun) {
  if (!rollout) return generation === null ? 'its agent.yaml' : 'an assignment of its own';
  const { id, name, createdBy, approvedBy } = rollout;
  return (
    <>
      <Link href={path`/rollouts/${id}`}>{name}</Link>
      <span class="caption">
        {' '}
        by {createdBy}
        {approvedBy !== null && `, approved by ${approvedBy}`}
      </span>
    </>
  );
}
