import type { ComponentType } from 'preact';
import { AuditSection } from './audit/audit-section.tsx';
import { EnrolSection } from './enrol/enrol-section.tsx';
import { KeysSection } from './keys/keys-section.tsx';
import { PeopleSection } from './people/people-section.tsx';
import { RetentionSection } from './retention/retention-section.tsx';
import { SECTION_NAMES, type SectionName } from './section-names.ts';
import { SubscribersSection } from './subscribers/subscribers-section.tsx';
import { BudgetsSection } from './tasks/budgets-section.tsx';
import { TriggersSection } from './tasks/triggers-section.tsx';
import { TokensSection } from './tokens/tokens-section.tsx';
import { WebhooksSection } from './webhooks/webhooks-section.tsx';

interface SetupSection extends SectionName {
  readonly section: ComponentType;
}

const SHOWN: Readonly<Record<(typeof SECTION_NAMES)[number]['id'], ComponentType>> = {
  enrol: EnrolSection,
  people: PeopleSection,
  tokens: TokensSection,
  subscribers: SubscribersSection,
  budgets: BudgetsSection,
  triggers: TriggersSection,
  retention: RetentionSection,
  webhooks: WebhooksSection,
  keys: KeysSection,
  audit: AuditSection,
};

/** Each name with what it shows. */
export const SECTIONS: readonly SetupSection[] = SECTION_NAMES.map((named) => ({
  ...named,
  section: SHOWN[named.id],
}));
