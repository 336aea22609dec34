import type { AuditPage } from '../../../../src/resources/audit-entry.ts';
import { dateTime } from '../../ui/format.ts';
import { WideTable } from '../wide-table.tsx';
import './audit-table.css';
import { outcomeInWords } from './outcome.ts';

interface AuditTableProps {
  readonly entries: AuditPage['entries'];
  readonly onFilter: (wanted: { action?: string; principal?: string }) => void;
}

const COLUMNS = ['When', 'Who', 'What', 'Of what', 'From', 'Asked for'];

export function AuditTable({ entries, onFilter }: AuditTableProps) {
  return (
    <WideTable label="Changes" columns={COLUMNS}>
      {entries.map(({ id, at, principal, via, action, status, subject, address, request }) => (
        <tr key={id}>
          <td class="audit-when">{dateTime(at)}</td>
          <td>
            <button class="audit-filter" type="button" onClick={() => onFilter({ principal })}>
              {principal}
            </button>
            {via && <span class="caption"> by the token {via}</span>}
          </td>
          <td>
            <button class="audit-filter" type="button" onClick={() => onFilter({ action })}>
              {action}
            </button>
            <Outcome status={status} />
          </td>
          <td class="audit-subject">{subject}</td>
          <td>{address}</td>
          <td class="audit-asked">{request === null ? '–' : <Request request={request} />}</td>
        </tr>
      ))}
    </WideTable>
  );
}

function Outcome({ status }: { status: number }) {
  const text = outcomeInWords(status);
  return text === null ? null : <span class="caption"> {text}</span>;
}

const SHORT = 60;

function Request({ request }: { request: unknown }) {
  const text = JSON.stringify(request);
  if (text.length <= SHORT) return <code>{text}</code>;
  return (
    <details>
      <summary>
        <code>{`${text.slice(0, SHORT)}…`}</code>
      </summary>
      <pre class="audit-request">{JSON.stringify(request, null, 2)}</pre>
    </details>
  );
}
