import { PI_CORES, type Pi } from './pi.ts';

const CPUS = 'sys/devices/system/cpu';
const CORES = Array.from({ length: PI_CORES }, (_, core) => core);
const ALL = `0-${PI_CORES - 1}\n`;

/**
 * What a Pi's kernel tells of its processor in /proc and /sys, by path, as far as programs ask.
 * ONNX Runtime ends with a segmentation fault where those files speak of another architecture than
 * the one it was built for.
 */
export function processorFiles(pi: Pi): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ['proc/cpuinfo', CORES.map((core) => cpuinfo(core, pi)).join('\n')],
    ...['possible', 'present', 'online'].map((name) => [`${CPUS}/${name}`, ALL]),
    ...CORES.flatMap((core) => [
      [`${CPUS}/cpu${core}/topology/core_id`, `${core}\n`],
      [`${CPUS}/cpu${core}/topology/core_siblings_list`, ALL],
      [`${CPUS}/cpu${core}/topology/thread_siblings_list`, `${core}\n`],
      [`${CPUS}/cpu${core}/topology/physical_package_id`, '0\n'],
    ]),
  ]);
}

const cpuinfo = (core: number, { part, features }: Pi): string => `processor	: ${core}
BogoMIPS	: 108.00
Features	: ${features}
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x0
CPU part	: ${part}
CPU revision	: 3
`;
