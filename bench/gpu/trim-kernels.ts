import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import * as zlib from 'node:zlib';

/**
 * `node trim-kernels.ts <library>`: blanks the machine code in a CUDA library that a training step
 * on a Hopper GPU cannot reach, so that the library compresses to a twentieth. The driver loads a
 * kernel's code when it is first called, and picks the entry of its own architecture: the others
 * are never read.
 *
 * The file's layout stays. A fat binary is a header and one entry for each architecture (the format
 * is NVIDIA's own; the offsets are what `cuobjdump` prints): kind, size of header, size of payload,
 * compressed size, architecture, payload.
 */
const MAGIC = 0xba55ed50;
const ARCHITECTURE = 90;
/** Kernels of language models and of sorting: most of the rest. */
const UNREACHED =
  /flash|attention|kernel_mha|moe|fpA_intB|FpAIntB|CollectiveMma|radix_sort|MatMulFloat/i;

/** Node 20 has no Zstandard, nor do its types. */
const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync(data: Uint8Array): Buffer };

interface Section {
  readonly offset: number;
  readonly size: number;
}

/** Of an ELF file, 64 bits, little-endian. */
function section(file: Buffer, wanted: string): Section {
  const headers = Number(file.readBigUInt64LE(0x28));
  const header = (index: number) => headers + index * file.readUInt16LE(0x3a);
  const place = (at: number): Section => ({
    offset: Number(file.readBigUInt64LE(at + 0x18)),
    size: Number(file.readBigUInt64LE(at + 0x20)),
  });
  const names = place(header(file.readUInt16LE(0x3e)));
  for (let index = 0; index < file.readUInt16LE(0x3c); index++) {
    const from = names.offset + file.readUInt32LE(header(index));
    if (file.toString('latin1', from, file.indexOf(0, from)) === wanted) {
      return place(header(index));
    }
  }
  throw new Error(`Expected a section ${wanted} in the library, found none.`);
}

function kernelNames(code: Buffer): string[] {
  return [...code.toString('latin1').matchAll(/\0\.text\.([\w$.]+)/g)].map(([, name = '']) => name);
}

/** Payloads that may go. */
function* unreached(file: Buffer): Generator<Section> {
  const { offset, size } = section(file, '.nv_fatbin');
  for (let at = offset; at + 16 <= offset + size; ) {
    if (file.readUInt32LE(at) !== MAGIC) {
      at += 8;
      continue;
    }
    const first = at + file.readUInt16LE(at + 6);
    const end = first + Number(file.readBigUInt64LE(at + 8));
    for (let entry = first; entry < end; ) {
      const payload = entry + file.readUInt32LE(entry + 4);
      const length = Number(file.readBigUInt64LE(entry + 8));
      const compressed = file.subarray(payload, payload + file.readUInt32LE(entry + 16));
      const reached =
        file.readUInt32LE(entry + 28) === ARCHITECTURE &&
        !kernelNames(zstdDecompressSync(compressed)).some((name) => UNREACHED.test(name));
      if (!reached) yield { offset: payload, size: length };
      entry = payload + length;
    }
    at = end;
  }
}

const [, , path = ''] = process.argv;
const file = readFileSync(path);
const output = openSync(path, 'r+');
let blanked = 0;
for (const { offset, size } of unreached(file)) {
  writeSync(output, Buffer.alloc(size), 0, size, offset);
  blanked += size;
}
closeSync(output);
process.stdout.write(`Blanked ${Math.round(blanked / 2 ** 20)} MiB of ${path}.\n`);
