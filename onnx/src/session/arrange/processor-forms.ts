import { processorFlags } from '../processor-flags.ts';

/**
 * The forms of a quantized model that are quicker on a processor than the one that is in its file;
 * measured, see ADR 29.
 */
export interface ProcessorForms {
  /** The first convolution over blocks of 2 × 2 pixels: processors with VNNI. */
  readonly blocks: boolean;
  /** Wide convolutions as products of tiles: processors with AMX. */
  readonly tiles: boolean;
}

const NONE: ProcessorForms = { blocks: false, tiles: false };

/** @param flags Of `/proc/cpuinfo` on x64. */
export function formsFor(flags: ReadonlySet<string>): ProcessorForms {
  return { blocks: flags.has('avx512_vnni'), tiles: flags.has('amx_int8') };
}

/** Of this machine. None where nobody measured: other processors, other systems. */
export function processorForms(): ProcessorForms {
  const flags = processorFlags();
  return flags === null ? NONE : formsFor(flags);
}
