/**
 * What is wrong with the cameras and the machine of a device, by its last word on its health:
 * `Trouble`s as JSON; null: nothing.
 */
export const TROUBLES = 'ALTER TABLE device_figures ADD COLUMN troubles TEXT;';
