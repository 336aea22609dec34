/** Something that is wrong with a device, in words. */
export interface Attention {
  readonly kind: 'warn' | 'bad';
  readonly text: string;
}
