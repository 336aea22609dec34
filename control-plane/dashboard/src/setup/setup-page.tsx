import { Link, useParams } from 'wouter-preact';
import { NeedsRole } from '../session/needs-role.tsx';
import { may } from '../session/session-state.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { useCurrentInView } from '../ui/use-current-in-view.ts';
import { SECTIONS } from './sections.ts';
import './setup-page.css';

/**
 * What a fleet is set up with: who comes in, what is kept, what happens by itself. One section at a
 * time.
 */
export function SetupPage() {
  const allowed = SECTIONS.filter(({ role }) => may(role));
  const { section: id = allowed[0]?.id } = useParams<{ section?: string }>();
  const shown = SECTIONS.find((section) => section.id === id);
  const Shown = shown?.section;
  const sections = useCurrentInView(id ?? '');
  return (
    <Page title={shown?.title ?? 'Setup'} above="Setup">
      <div class="setup">
        <nav ref={sections} class="setup-nav" aria-label="Setup">
          {allowed.map((section) => (
            <Link
              key={section.id}
              href={`/setup/${section.id}`}
              aria-current={section.id === id ? 'page' : undefined}
            >
              {section.title}
            </Link>
          ))}
        </nav>
        <div class="setup-section">
          {!shown || !Shown ? (
            <Empty title="There is no such section.">
              <p>Choose one of those beside this.</p>
            </Empty>
          ) : may(shown.role) ? (
            <Shown key={shown.id} />
          ) : (
            <NeedsRole rung={shown.role} />
          )}
        </div>
      </div>
    </Page>
  );
}
