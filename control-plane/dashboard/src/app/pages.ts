import { FleetPage } from '../fleet/fleet-page.tsx';
import { type ComponentType, lazy } from './lazy.ts';

export interface PageRoute {
  /** As wouter matches it. */
  readonly path: string;
  readonly page: ComponentType;
}

/**
 * Every address of the dashboard; the first that fits. A page's code comes when it is first shown;
 * that of the fleet, which most begin with, comes with the dashboard itself.
 */
export const PAGES: readonly PageRoute[] = [
  { path: '/', page: FleetPage },
  {
    path: '/devices/:device',
    page: lazy(async () => (await import('../device/device-page.tsx')).DevicePage),
  },
  {
    path: '/detections',
    page: lazy(async () => (await import('../detections/detections-page.tsx')).DetectionsPage),
  },
  {
    path: '/label/:task?',
    page: lazy(async () => (await import('../label/label-page.tsx')).LabelPage),
  },
  {
    path: '/models/jobs/:job',
    page: lazy(async () => (await import('../models/job-page.tsx')).JobPage),
  },
  {
    path: '/models/:digest?',
    page: lazy(async () => (await import('../models/models-page.tsx')).ModelsPage),
  },
  {
    path: '/rollouts/new',
    page: lazy(async () => (await import('../rollouts/compose-page.tsx')).ComposePage),
  },
  {
    path: '/rollouts/:rollout',
    page: lazy(async () => (await import('../rollouts/rollout-page.tsx')).RolloutPage),
  },
  {
    path: '/rollouts',
    page: lazy(async () => (await import('../rollouts/rollouts-page.tsx')).RolloutsPage),
  },
  {
    path: '/setup/:section?',
    page: lazy(async () => (await import('../setup/setup-page.tsx')).SetupPage),
  },
];
