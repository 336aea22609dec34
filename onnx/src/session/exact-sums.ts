/** Instructions that add the products of INT8 in 32 bits. */
const ADDS_WIDE = ['avx512_vnni', 'avx_vnni'];

/**
 * What a session is told so that its sums of INT8 are exact. The quick ones of an x64 processor
 * without VNNI add two products in 16 bits, where they saturate: there the runtime makes the
 * weights uint8, which takes slower sums. It would do so with VNNI as well, and on other processors
 * it does nothing. Source: `kOrtSessionOptionsAvx2PrecisionMode` of ONNX Runtime.
 * @param flags Of the processor; null where nobody knows them.
 */
export function exactSums(flags: ReadonlySet<string> | null): { x64quantprecision: '0' | '1' } {
  return { x64quantprecision: ADDS_WIDE.some((flag) => flags?.has(flag)) ? '0' : '1' };
}
