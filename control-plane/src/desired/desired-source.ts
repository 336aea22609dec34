import type { Desired, DeviceId } from '@edgeloop/protocol';

export type DesiredPart = Omit<Desired, 'version'>;
export type DesiredPartName = keyof DesiredPart;

/** Who says what should run, of some parts of `desired`. */
export interface DesiredSource {
  /** Nobody else says these. */
  readonly parts: readonly DesiredPartName[];
  /**
   * What holds now, for those of the devices of which there is something to say.
   * @returns null: it does not know yet; what the devices were told last stays
   */
  read(devices: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, DesiredPart> | null>;
}
