import { Page } from '../ui/page.tsx';

export function ComposePage() {
  return <Page title="New rollout">{null}</Page>;
}
