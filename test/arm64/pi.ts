/** A Raspberry Pi as far as programs choose what they run by it. */
export interface Pi {
  readonly name: string;
  /** Of `qemu-aarch64-static -cpu`. */
  readonly cpu: string;
  /** MIDR's part number, as the kernel prints it. */
  readonly part: string;
  /** `Features` of the kernel's /proc/cpuinfo on that board. */
  readonly features: string;
}

/**
 * Cortex-A72: ARMv8.0, no dot product. ONNX Runtime multiplies INT8 with its plain NEON kernels.
 */
const PI_4: Pi = {
  name: 'pi-4',
  cpu: 'cortex-a72',
  part: '0xd08',
  features: 'fp asimd evtstrm crc32 cpuid',
};

/** Cortex-A76: ARMv8.2 with dot product (`asimddp`): UDOT and SDOT kernels. */
const PI_5: Pi = {
  name: 'pi-5',
  cpu: 'cortex-a76',
  part: '0xd0b',
  features:
    'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp',
};

export const PIS: readonly Pi[] = [PI_4, PI_5];

/** Cores of either. */
export const PI_CORES = 4;
