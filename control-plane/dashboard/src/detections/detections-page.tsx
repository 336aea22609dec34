import { Page } from '../ui/page.tsx';

export function DetectionsPage() {
  return <Page title="Detections">{null}</Page>;
}
