import { useLocation, useSearchParams } from 'wouter-preact';
import { withQuery } from '../../api/path.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { AuditFilter } from './audit-filter.tsx';
import { AuditTable } from './audit-table.tsx';
import { useAuditPages } from './use-audit-pages.ts';

/** Every change that went through. The filters stand in the address. */
export function AuditSection() {
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const action = search.get('action') ?? '';
  const principal = search.get('principal') ?? '';
  const { entries, problem, loading, hasMore, more } = useAuditPages({ action, principal });
  const filter = (wanted: { action: string; principal: string }) =>
    navigate(withQuery('/setup/audit', wanted));
  return (
    <>
      <p class="setup-lead">
        Every change that went through: who, what, when, from where. Secrets are not in it, and
        nothing is ever taken out.
      </p>
      <AuditFilter key={`${action} ${principal}`} {...{ action, principal }} onFilter={filter} />
      {problem && <ErrorNote what="The log was not read." error={problem} retry={more} />}
      {entries.length > 0 && (
        <AuditTable
          entries={entries}
          onFilter={(wanted) => filter({ action, principal, ...wanted })}
        />
      )}
      {entries.length === 0 && !loading && !problem && (
        <Empty title="No such change.">
          <p>Nothing that was changed fits this filter.</p>
          <Button onClick={() => filter({ action: '', principal: '' })}>Show all</Button>
        </Empty>
      )}
      {hasMore && (
        <div>
          <Button busy={loading} onClick={more}>
            Older
          </Button>
        </div>
      )}
    </>
  );
}
