import type { DeviceAddress, DeviceId, SiteId } from '@edgeloop/protocol';
import type { FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../errors.ts';

/** Who asks a route for devices, by its credential. @throws ControlPlaneError `FORBIDDEN` */
export function askingDevice({ principal }: Pick<FastifyRequest, 'principal'>): DeviceAddress {
  if (principal.kind === 'device') {
    return { device: principal.device as DeviceId, site: principal.site as SiteId };
  }
  throw new ControlPlaneError('FORBIDDEN', `Expected a device, received a ${principal.kind}.`);
}
