import { Page } from '../ui/page.tsx';

export function LabelPage() {
  return <Page title="Label">{null}</Page>;
}
